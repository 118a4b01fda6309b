package cases

import (
	"context"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	settledAfter = 7 * 24 * time.Hour // a case is done: then the person is asked
	chunk        = 100                // cases in one commit
)

// AskSettled asks everybody whose case was done a week before now, or longer ago, whether it was really solved: each once.
func (s *Service) AskSettled(ctx context.Context, now time.Time) error {
	for more := true; more; {
		err := s.cfg.Store.Update(ctx, func(tx store.Tx) error {
			cs, err := tx.Cases.Settled(now.Add(-settledAfter), chunk)
			if err != nil {
				return err
			}
			more = len(cs) == chunk
			for _, c := range cs {
				if err := s.askSettled(tx, c, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("cases: ask whether they were solved: %w", err)
		}
		for p := range s.cfg.Windows {
			s.cfg.Wake(p)
		}
	}
	return nil
}

func (s *Service) askSettled(tx store.Tx, c bot.Case, now time.Time) error {
	c.Asked = now
	if err := tx.Cases.Put(c); err != nil {
		return err
	}
	if c.Kind == bot.CasePraise || c.Citizen == "" {
		return nil
	}
	lib := s.cfg.Library()
	_, err := s.desk.Tell(tx, c.Citizen, now, func(lang bot.Language) bot.Outbound {
		say := func(key string, pairs ...string) string { return lib.Text(lang, key, pairs...) }
		return bot.Outbound{
			Heading: say("cases.told-heading", "id", c.ID),
			Text:    say("cases.told-settled"),
			Note:    c.Reason,
			Purpose: bot.PurposeNotice,
			About:   about(c.ID),
			Buttons: []bot.Button{
				{Label: say("cases.told-solved"), Action: "cases:solved:" + c.ID, Means: bot.MeansYes},
				{Label: say("cases.told-not-solved"), Action: "cases:reopen:" + c.ID, Means: bot.MeansNo},
			},
		}
	})
	return err
}
