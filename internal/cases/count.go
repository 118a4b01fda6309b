package cases

import (
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// count keeps the numbers of cases right at a step, after its event was added.
func (s *Service) count(tx store.Tx, was, is bot.Case) error {
	var waited time.Duration
	if was.Open() && !is.Open() {
		opened, err := openedAt(tx, is)
		if err != nil {
			return err
		}
		waited = is.Updated.Sub(opened)
	}
	if err := tx.Counts.Add(bot.CountStep(was, is, waited, bot.DayOf(is.Updated, s.cfg.Library().Place().Zone))...); err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	return nil
}

// openedAt is since when a case that is closed now has been open before.
func openedAt(tx store.Tx, c bot.Case) (time.Time, error) {
	opened := c.Created
	if c.Reopened == 0 {
		return opened, nil
	}
	events, err := tx.Cases.Events(c.ID)
	if err != nil {
		return opened, fmt.Errorf("cases: since when it was open: %w", err)
	}
	for _, e := range events {
		if e.From != bot.CaseDuplicate && !(bot.Case{State: e.From}).Open() && (bot.Case{State: e.To}).Open() {
			opened = e.At
		}
	}
	return opened, nil
}
