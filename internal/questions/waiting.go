package questions

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	week     = 7 * 24 * time.Hour // what is counted of
	late     = 3 * 24 * time.Hour // what has waited for longer is late
	pageSize = 500
	maxPages = 20 // of a list; a municipality's week has fewer
)

// Waiting is what waits for an account.
func (s *Service) Waiting(tx store.Tx, a bot.Account, now time.Time) (w bot.Waiting, err error) {
	scope := a.Scope()
	if !scope.All && len(scope.Villages) == 0 {
		return w, nil
	}
	err = pages(func(p store.Page) (string, error) {
		cs, next, err := tx.Cases.List(scope, store.CaseQuery{Open: true}, p)
		if err != nil {
			return "", err
		}
		for _, c := range cs {
			wanted, err := wanted(tx, c)
			if err != nil {
				return "", err
			}
			if wanted {
				w.Cases = append(w.Cases, c)
			}
		}
		return next, nil
	})
	if err != nil {
		return w, fmt.Errorf("questions: list open cases: %w", err)
	}
	slices.Reverse(w.Cases)
	if w.Questions, w.Talks, err = s.groups(tx, a, now); err != nil {
		return w, err
	}
	for _, c := range w.Cases {
		if now.Sub(c.Created) > late {
			w.Late++
		}
	}
	for _, g := range w.Questions {
		if now.Sub(g.Since) > late {
			w.Late++
		}
	}
	w.Asked, w.Answered, err = lastWeek(tx, scope, now)
	return w, err
}

// wanted tells whether somebody waits for the answer to a case: not if all who filed or joined it were forgotten.
func wanted(tx store.Tx, c bot.Case) (bool, error) {
	if c.Citizen != "" || !c.Asks() {
		return c.Asks(), nil
	}
	parties, err := tx.Cases.Parties(c.ID)
	if err != nil || len(parties) > 0 {
		return err == nil, err
	}
	ds, err := tx.Cases.Duplicates(c.ID)
	return slices.ContainsFunc(ds, func(d bot.Case) bool { return d.Citizen != "" }), err
}

// pages calls list for page after page, until it gives no cursor or there are too many.
func pages(list func(store.Page) (next string, err error)) (err error) {
	p := store.Page{Limit: pageSize}
	for range maxPages {
		if p.After, err = list(p); err != nil || p.After == "" {
			return err
		}
	}
	return nil
}

// lastWeek counts the questions of a week by people of scope, and those that got an answer, of the bot or of a person.
func lastWeek(tx store.Tx, scope bot.Scope, now time.Time) (asked, answered int, err error) {
	since := now.Add(-week)
	villages := scope.Villages
	exchanges, questions := tx.Conversations.InVillage, tx.Questions.InVillage
	if scope.All {
		villages = []string{""}
		exchanges = func(_ string, p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Latest(p) }
		questions = func(_ string, p store.Page) ([]bot.Question, string, error) { return tx.Questions.Latest(p) }
	}
	for _, v := range villages {
		err = pages(func(p store.Page) (string, error) {
			es, next, err := exchanges(v, p)
			for _, e := range es {
				switch {
				case e.At.Before(since):
					return "", err
				case e.Entry != "":
					asked++
					answered++
				}
			}
			return next, err
		})
		if err != nil {
			return 0, 0, fmt.Errorf("questions: count answers: %w", err)
		}
		err = pages(func(p store.Page) (string, error) {
			qs, next, err := questions(v, p)
			for _, q := range qs {
				waits := q.Answered.IsZero() || closed(q)
				switch {
				case q.At.Before(since):
					return "", err
				case !grouped(q.Why):
				case q.Entry == "": // the bot gave nothing
					asked++
					if !waits {
						answered++
					}
				case waits: // it gave something, which was not enough
					answered--
				}
			}
			return next, err
		})
		if err != nil {
			return 0, 0, fmt.Errorf("questions: count questions: %w", err)
		}
	}
	return asked, max(answered, 0), nil
}

// job is what the store remembers the last list by.
const job = "waiting.told"

// TellWaiting tells each account what waits for it, if anything does, and on Mondays how the week went: once for each slot.
func (s *Service) TellWaiting(ctx context.Context, db store.Store, slot time.Time) error {
	var lists []waitingFor
	err := db.View(ctx, func(tx store.Tx) (err error) { // counting takes a while, in which citizens must not wait
		lists, err = s.waitingForAll(tx, slot.UTC())
		return err
	})
	if err != nil {
		return fmt.Errorf("questions: find what waits: %w", err)
	}
	err = db.Update(ctx, func(tx store.Tx) error {
		last, err := tx.Runs.Last(job)
		if err != nil || !last.Before(slot) {
			return err
		}
		for _, l := range lists {
			say := func(lang bot.Language) bot.Outbound { return s.list(l.Waiting, lang, slot) }
			if err := s.tellAll(tx, []bot.Account{l.by}, slot.UTC(), say); err != nil {
				return err
			}
		}
		return tx.Runs.SetLast(job, slot.UTC())
	})
	if err != nil {
		return fmt.Errorf("questions: tell what waits: %w", err)
	}
	return nil
}

type waitingFor struct {
	by bot.Account
	bot.Waiting
}

// waitingForAll gives what waits for each account that has something, and a conversation.
func (s *Service) waitingForAll(tx store.Tx, now time.Time) (lists []waitingFor, err error) {
	all, err := tx.Accounts.All()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Citizen == "" || a.Disabled {
			continue
		}
		w, err := s.Waiting(tx, a, now)
		if err != nil {
			return nil, err
		}
		if len(w.Cases)+len(w.Questions)+len(w.Talks) > 0 {
			lists = append(lists, waitingFor{a, w})
		}
	}
	return lists, nil
}

// list says how much waits, with a button to see it.
func (s *Service) list(w bot.Waiting, lang bot.Language, slot time.Time) bot.Outbound {
	say := s.words(lang)
	m := bot.Outbound{
		Heading: say("questions.list"),
		Purpose: bot.PurposeNotice,
		Buttons: []bot.Button{{Label: say("questions.list-see"), Action: "waiting"}},
	}
	line := func(key string, pairs ...string) {
		if m.Text != "" {
			m.Text += "\n"
		}
		m.Text += say(key, pairs...)
	}
	overdue := 0
	for _, c := range w.Cases {
		if !c.Due.IsZero() && c.Due.Before(slot) {
			overdue++
		}
	}
	if slot.Weekday() == time.Monday {
		line("questions.list-week", "asked", strconv.Itoa(w.Asked), "answered", strconv.Itoa(w.Answered), "late", strconv.Itoa(w.Late))
	}
	for _, x := range []struct {
		n   int
		key string
	}{
		{len(w.Cases), "questions.list-cases"},
		{overdue, "questions.list-overdue"},
		{len(w.Questions), "questions.list-questions"},
		{len(w.Talks), "questions.list-talks"},
	} {
		if x.n > 0 {
			line(x.key, "count", strconv.Itoa(x.n))
		}
	}
	return m
}
