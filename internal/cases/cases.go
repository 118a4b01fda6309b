// Package cases brings a piece of feedback to whoever can do something about it, and what they do back to whoever filed it.
//
// It imports bot, store and notice. Messages are owed in the transaction of each step; sending is the outbox's part.
//
// Guarantees: a step and everything that people are told of it are one commit, so nobody is told twice and no step is
// silent. Only accounts whose scope sees a case are told of it or can move it: the rule is checked by the store's query.
// Nobody is shown who filed a case, and of an anonymous or an integrity case nothing else that may say so.
package cases

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
	Windows bot.Windows        // of the platforms in use
	Wake    func(bot.Platform) // told after a commit of this package's own that owes p something
	Logger  *slog.Logger
}

// Service opens and moves cases, in the transaction of whoever asks. It is safe for concurrent use.
type Service struct {
	cfg  Config
	desk notice.Desk
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg, notice.Desk{Library: cfg.Library, Windows: cfg.Windows}}
}

// everybody is the scope of the program itself.
var everybody = bot.Scope{All: true, Integrity: true}

// about is what a reply to a message about a case is about.
func about(id string) string { return "case:" + id }

// Open keeps a new case and tells those who look after its village. A second score for a commitment takes the place of the
// first.
func (s *Service) Open(tx store.Tx, c bot.Case, now time.Time) error {
	c.State, c.Created, c.Updated, c.Version = bot.CaseReceived, now, now, 0
	if !c.Asks() {
		c.State, c.Asked = bot.CaseDone, now
	}
	c.Due = s.due(c, now)
	if c.Kind == bot.CaseCommitment && c.Score > 0 {
		switch before, err := tx.Cases.Rated(c.Citizen, c.Commitment); {
		case err == nil:
			return s.rateAgain(tx, before, c, now)
		case !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("cases: look for an earlier score: %w", err)
		}
	}
	if err := tx.Cases.Create(c); err != nil {
		return fmt.Errorf("cases: open: %w", err)
	}
	if err := s.count(tx, bot.Case{}, c); err != nil {
		return err
	}
	if !c.Asks() {
		return nil
	}
	return s.tellStaff(tx, c, now, "cases.card-new")
}

// rateAgain replaces the score and the words of a case about a commitment. New words want an answer, even if the earlier
// ones have got theirs.
func (s *Service) rateAgain(tx store.Tx, before, c bot.Case, now time.Time) error {
	is := before
	said := c.Text != "" || len(c.Media) > 0
	is.Anonymous, is.Relay = is.Anonymous || c.Anonymous, is.Relay || c.Relay
	if said {
		if before.Open() && before.Text != "" && c.Text != "" { // nobody has answered the earlier ones yet
			c.Text = before.Text + "\n" + c.Text
		}
		is.Text, is.Media = cmp.Or(c.Text, before.Text), append(slices.Clone(before.Media), c.Media...)
		is.Due = s.due(is, now)
		if again, ok := is.Move(bot.CaseWorking, "", now); ok && !is.Open() {
			is = again
		}
	}
	is.Score, is.Updated = c.Score, now
	if err := s.step(tx, before, is, bot.CaseEvent{Citizen: c.Citizen, Text: c.Text}); err != nil {
		return err
	}
	if !said {
		return nil
	}
	return s.tellStaff(tx, is, now, "cases.card-new")
}

// due is when a case is overdue; zero: there is nothing to answer.
func (s *Service) due(c bot.Case, now time.Time) time.Time {
	if !c.Asks() {
		return time.Time{}
	}
	return now.AddDate(0, 0, s.cfg.Library().Place().CaseDays[c.Kind])
}

// Move brings a case into a state for an account, with the reason that everybody who is told reads. What cannot be done
// from where it is now is store.ErrConflict; a case outside the account's scope is store.ErrNotFound.
func (s *Service) Move(tx store.Tx, m bot.MoveCase, by bot.Account, now time.Time) error {
	c, err := tx.Cases.Get(m.ID, by.Scope())
	if err != nil {
		return fmt.Errorf("cases: move: %w", err)
	}
	moved, ok := c.Move(m.To, m.Reason, now)
	if !ok {
		return fmt.Errorf("cases: from %s to %s: %w", c.State, m.To, store.ErrConflict)
	}
	if moved.Assigned == "" {
		moved.Assigned = by.Login
	}
	if !c.Open() && moved.Open() {
		moved.Due = s.due(moved, now)
	}
	if m.To == bot.CaseDuplicate {
		if err := s.same(tx, &moved, m.Original, by); err != nil {
			return err
		}
	}
	if c.State == bot.CaseDuplicate {
		moved.Asked = time.Time{}
	}
	if err := s.step(tx, c, moved, bot.CaseEvent{By: by.Login, Text: m.Reason}); err != nil {
		return err
	}
	if err := tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: "case." + string(m.To), Object: m.ID}); err != nil {
		return fmt.Errorf("cases: move: %w", err)
	}
	return s.tellParties(tx, moved, m.Reason, now)
}

// same makes c a duplicate of the original: those who are told of c hear from now on what becomes of that, under the number that
// they know, and read nothing that its author wrote. Moving it to CaseReceived makes it a case of its own again. An anonymous
// or an integrity case is nobody's original.
func (s *Service) same(tx store.Tx, c *bot.Case, original string, by bot.Account) error {
	o, err := tx.Cases.Get(original, by.Scope())
	if err != nil {
		return fmt.Errorf("cases: the original: %w", err)
	}
	if o.ID == c.ID || o.State == bot.CaseDuplicate || c.Kind == bot.CaseIntegrity || o.Hidden() {
		return fmt.Errorf("cases: it cannot be a duplicate of that: %w", store.ErrConflict)
	}
	c.Original = o.ID
	return nil
}

// step stores a case in its new state, with the event; of e the words and who they are of are given.
func (s *Service) step(tx store.Tx, was, is bot.Case, e bot.CaseEvent) error {
	if err := tx.Cases.Put(is); err != nil {
		return fmt.Errorf("cases: move: %w", err)
	}
	e.Case, e.At, e.From, e.To = is.ID, is.Updated, was.State, is.State
	if err := tx.Cases.AddEvent(e); err != nil {
		return fmt.Errorf("cases: note a step: %w", err)
	}
	return s.count(tx, was, is)
}

// Add adds what a citizen writes to their own case, or to one that they joined, and tells staff. One that was answered is
// open again: what came after the answer waits for somebody.
func (s *Service) Add(tx store.Tx, id string, citizen bot.CitizenID, text string, now time.Time) error {
	c, err := s.partyOf(tx, id, citizen)
	if err != nil {
		return err
	}
	is := c
	if c.State == bot.CaseAnswered {
		is, _ = c.Move(bot.CaseWorking, "", now)
		is.Due = s.due(is, now)
	}
	is.Updated = now
	if err := s.step(tx, c, is, bot.CaseEvent{Citizen: citizen, Text: text}); err != nil {
		return err
	}
	is.Text, is.Media, is.Spot = text, nil, bot.Point{}
	return s.tellStaff(tx, is, now, "cases.card-added")
}

// Reopen is a citizen's word that their case was not really solved.
func (s *Service) Reopen(tx store.Tx, id string, citizen bot.CitizenID, now time.Time) error {
	c, err := s.partyOf(tx, id, citizen)
	if err != nil {
		return err
	}
	moved, ok := c.Move(bot.CaseWorking, "", now)
	if !ok || c.Open() {
		return fmt.Errorf("cases: it is open already: %w", store.ErrConflict)
	}
	moved.Due = s.due(moved, now)
	if err := s.step(tx, c, moved, bot.CaseEvent{}); err != nil {
		return err
	}
	return s.tellStaff(tx, moved, now, "cases.card-reopened")
}

// Join makes a citizen of the same village one of those who are told what becomes of a case.
func (s *Service) Join(tx store.Tx, id string, citizen bot.Citizen, now time.Time) error {
	c, err := tx.Cases.Get(id, everybody)
	if err != nil {
		return fmt.Errorf("cases: join: %w", err)
	}
	if !c.Shared() || c.Village != citizen.Village {
		return fmt.Errorf("cases: join: %w", store.ErrScope)
	}
	parties, err := tx.Cases.Parties(id)
	if err != nil {
		return fmt.Errorf("cases: join: %w", err)
	}
	if slices.Contains(parties, citizen.ID) {
		return nil
	}
	if err := tx.Cases.Join(id, citizen.ID); err != nil {
		return fmt.Errorf("cases: join: %w", err)
	}
	if err := tx.Cases.AddEvent(bot.CaseEvent{Case: id, At: now, From: c.State, To: c.State}); err != nil {
		return fmt.Errorf("cases: join: %w", err)
	}
	return nil
}

// partyOf finds a case that the citizen filed or joined; any other is store.ErrNotFound.
func (s *Service) partyOf(tx store.Tx, id string, citizen bot.CitizenID) (bot.Case, error) {
	c, err := tx.Cases.Get(id, everybody)
	if err != nil {
		return c, fmt.Errorf("cases: %w", err)
	}
	parties, err := tx.Cases.Parties(id)
	if err != nil {
		return c, fmt.Errorf("cases: %w", err)
	}
	if !slices.Contains(parties, citizen) {
		return c, fmt.Errorf("cases: somebody else's: %w", store.ErrNotFound)
	}
	return c, nil
}
