package numbers

import (
	"context"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// page is how much is read of a list at a time.
const page = 500

// Begin counts, once in the life of a database, what it holds from before anything was counted: subscribers, cases with their scores,
// and questions that went to people. Messages and the bot's own answers are counted from then on. It must be called before anything
// else writes.
func (s *Service) Begin(ctx context.Context, now time.Time) error {
	var day bot.Day
	err := s.cfg.Store.View(ctx, func(tx store.Tx) (err error) { day, err = begun(tx); return err })
	if err != nil {
		return fmt.Errorf("numbers: look when they begin: %w", err)
	}
	if day != 0 {
		return nil
	}
	zone := s.cfg.Library().Place().Zone
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		o := old{tx: tx, zone: zone, found: map[bot.Count]int{}}
		if err := o.count(bot.DayOf(now, zone)); err != nil {
			return err
		}
		all := make([]bot.Count, 0, len(o.found))
		for c, n := range o.found {
			c.N = n
			all = append(all, c)
		}
		return tx.Counts.Add(all...)
	})
	if err != nil {
		return fmt.Errorf("numbers: count what there is: %w", err)
	}
	return nil
}

// old counts what there is.
type old struct {
	tx    store.Tx
	zone  *time.Location
	found map[bot.Count]int // by all but N
}

func (o old) add(cs ...bot.Count) {
	for _, c := range cs {
		n := c.N
		c.N = 0
		o.found[c] += n
	}
}

func (o old) count(today bot.Day) error {
	o.add(bot.Count{Day: today, What: bot.CountBegun, N: 1})
	everybody := bot.Scope{All: true, Integrity: true}
	for after := ""; ; {
		cs, next, err := o.tx.Citizens.Subscribed(everybody, nil, after, page)
		if err != nil {
			return err
		}
		for _, c := range cs {
			o.add(bot.Count{Day: bot.DayOf(c.Consented, o.zone), What: bot.CountSubscribers, Village: c.Village, N: 1})
		}
		if after = next; next == "" {
			break
		}
	}
	for p := (store.Page{Limit: page}); ; {
		cs, next, err := o.tx.Cases.List(everybody, store.CaseQuery{}, p)
		if err != nil {
			return err
		}
		for _, c := range cs {
			if err := o.oldCase(c); err != nil {
				return err
			}
		}
		if p.After = next; next == "" {
			break
		}
	}
	for p := (store.Page{Limit: page}); ; {
		qs, next, err := o.tx.Questions.Latest(p)
		if err != nil {
			return err
		}
		for _, q := range qs {
			o.question(q)
		}
		if p.After = next; next == "" {
			return nil
		}
	}
}

// oldCase counts a case as its history tells it. A score is counted as it is now, on the day of the case.
func (o old) oldCase(c bot.Case) error {
	events, err := o.tx.Cases.Events(c.ID)
	if err != nil {
		return err
	}
	score := c
	score.State = bot.CaseDone // a score alone
	o.add(bot.CountStep(bot.Case{}, score, 0, bot.DayOf(c.Created, o.zone))...)
	was, opened := bot.Case{Kind: c.Kind, Village: c.Village}, c.Created
	for _, e := range events {
		is := was
		if is.State = e.To; is.State == was.State {
			continue
		}
		o.add(bot.CountStep(was, is, e.At.Sub(opened), bot.DayOf(e.At, o.zone))...)
		if is.Open() {
			if !was.Open() && was.State != "" && was.State != bot.CaseDuplicate {
				opened = e.At
			}
			is.Due = c.Created // it has been open: there was something to answer
		}
		was = is
	}
	return nil
}

func (o old) question(q bot.Question) {
	one := func(what bot.Measure, of string, at time.Time) {
		o.add(bot.Count{Day: bot.DayOf(at, o.zone), What: what, Of: of, Village: q.Village, N: 1})
	}
	one(bot.CountHanded, string(q.Why), q.At)
	switch {
	case q.Answered.IsZero() || q.Why == bot.WhyPerson:
	case q.By == "":
		one(bot.CountMoved, "", q.Answered)
	default:
		one(bot.CountSettled, string(q.Why), q.Answered)
		one(bot.CountSettledIn, string(bot.SpanOf(q.Answered.Sub(q.At))), q.Answered)
	}
}
