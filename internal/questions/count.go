package questions

import (
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// count keeps the numbers right when a question is about to be settled: by an account, or as a case ("").
func (s *Service) count(tx store.Tx, q bot.Question, by string, now time.Time) error {
	if q.Why == bot.WhyPerson || !q.Answered.IsZero() {
		return nil
	}
	one := func(what bot.Measure, of string) bot.Count {
		return bot.Count{Day: bot.DayOf(now, s.cfg.Library().Place().Zone), What: what, Of: of, Village: q.Village, N: 1}
	}
	cs := []bot.Count{one(bot.CountMoved, "")}
	if by != "" {
		cs = []bot.Count{one(bot.CountSettled, string(q.Why)), one(bot.CountSettledIn, string(bot.SpanOf(now.Sub(q.At))))}
		if q.Promise != "" {
			cs = append(cs, one(bot.CountOfPromise, q.Promise))
		}
	}
	if err := tx.Counts.Add(cs...); err != nil {
		return fmt.Errorf("questions: %w", err)
	}
	return nil
}
