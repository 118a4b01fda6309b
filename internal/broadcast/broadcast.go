// Package broadcast brings an announcement to everybody it is for: started by an account within its scope, approved by a
// second one where the whole municipality is meant, spread over its recipients at its time, and reported on.
//
// It imports bot, store and notice. Sending is the outbox's part.
//
// Guarantees: nobody outside the account's scope becomes a recipient: the rule is checked here, and again by the store.
// Each citizen is a recipient once, even if the process is killed while they are listed: a commit holds some recipients
// together with how far the list has come. Every act leaves a line in the audit trail.
//
// Why: recipients are listed when the broadcast begins and not when it is written, so that whoever stopped meanwhile gets
// nothing, and undoing it costs one write.
package broadcast

import (
	"context"
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
	Wake    func(bot.Platform) // told after a commit that owes p something
	// Post publishes on the municipality's public page; nil: there is none.
	Post   func(ctx context.Context, text string) error
	Logger *slog.Logger
}

// Service starts, steers and spreads broadcasts. It is safe for concurrent use; Run runs once.
type Service struct {
	cfg  Config
	desk notice.Desk
	wake chan struct{}        // one token: look again
	last map[string]time.Time // when something was seen to be owed yet, by ID; Run's
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg: cfg, desk: notice.Desk{Library: cfg.Library, Windows: cfg.Windows}, wake: make(chan struct{}, 1), last: map[string]time.Time{}}
}

// Wake tells the Service that a broadcast was started or steered. It never blocks.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// everybody is the scope of the program itself.
var everybody = bot.Scope{All: true}

var errShape = errors.New("broadcast: it has no words, not its author's, or is for a commitment that there is not")

// Start keeps b for by, in the transaction of whoever asks. One to the whole municipality waits for a second person.
func (s *Service) Start(tx store.Tx, b bot.Broadcast, by bot.Account, now time.Time) error {
	if b.By != by.Login || len(b.Messages) == 0 || b.ID == "" {
		return errShape
	}
	if !by.Scope().Allows(b.Villages...) {
		return fmt.Errorf("broadcast: start: %w", store.ErrScope)
	}
	if _, known := s.cfg.Library().Commitment(b.Commitment); b.Commitment != "" && (!known || len(b.Villages) > 0) {
		return errShape
	}
	b.State, b.Approved, b.Spread, b.Listed = bot.BroadcastScheduled, "", "", false
	if bot.NeedsSecond(b.Villages, s.cfg.Library()) {
		b.State = bot.BroadcastWaiting
	}
	b.Post = b.Post && len(b.Villages) == 0
	if b.Corrects != "" {
		if _, err := tx.Broadcasts.Get(b.Corrects, by.Scope()); err != nil {
			return fmt.Errorf("broadcast: the one to be corrected: %w", err)
		}
	}
	if err := tx.Broadcasts.Create(b, by.Scope()); err != nil {
		return fmt.Errorf("broadcast: start: %w", err)
	}
	if b.State == bot.BroadcastWaiting {
		if err := s.askColleagues(tx, b, now); err != nil {
			return err
		}
	}
	return tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: "announce", Object: b.ID})
}

// Steer does act to a broadcast for by. What cannot be done any more is store.ErrConflict.
func (s *Service) Steer(tx store.Tx, id string, act bot.BroadcastAct, by bot.Account, now time.Time) error {
	b, err := tx.Broadcasts.Get(id, by.Scope())
	if err != nil {
		return fmt.Errorf("broadcast: steer: %w", err)
	}
	after, ok := b.Steer(act, by, now)
	if !ok {
		return fmt.Errorf("broadcast: %s is no longer possible: %w", act, store.ErrConflict)
	}
	switch act {
	case bot.ActApprove:
		if end, quiet := s.quiet(after.At); quiet && !after.Urgent {
			after.At = end
		}
		if err := s.tellAuthor(tx, b, now, "broadcast.approved"); err != nil {
			return err
		}
	case bot.ActStop, bot.ActUndo:
		if by.Login != b.By {
			if err := s.tellAuthor(tx, b, now, "broadcast.stopped"); err != nil {
				return err
			}
		}
	case bot.ActAgain:
		if _, err := tx.Broadcasts.Again(id); err != nil {
			return fmt.Errorf("broadcast: again: %w", err)
		}
	}
	if err := tx.Broadcasts.Put(after); err != nil {
		return fmt.Errorf("broadcast: steer: %w", err)
	}
	return tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: string(act), Object: id})
}

// quiet gives the end of the quiet time of the place that at is in.
func (s *Service) quiet(at time.Time) (end time.Time, ok bool) {
	place := s.cfg.Library().Place()
	end, ok = place.Quiet.Until(at.In(place.Zone))
	return end.UTC(), ok
}

// tellAuthor tells whoever made b what a colleague decided.
func (s *Service) tellAuthor(tx store.Tx, b bot.Broadcast, now time.Time, key string) error {
	a, err := tx.Accounts.Get(b.By)
	if err != nil {
		return fmt.Errorf("broadcast: find its author: %w", err)
	}
	return s.tell(tx, a, now, key, "broadcast.report", "announce:report:"+b.ID)
}

// Audience counts who would get an announcement of by's now: villages and commitment are as a Broadcast has them.
func (s *Service) Audience(tx store.Tx, by bot.Account, villages []string, commitment string, now time.Time) (bot.Audience, error) {
	if !by.Scope().Allows(villages...) {
		return bot.Audience{}, fmt.Errorf("broadcast: count: %w", store.ErrScope)
	}
	return s.desk.Audience(tx, by.Scope(), villages, commitment, now)
}

// Sample sends by the message that say gives, in their own conversation, as people would get it: only its buttons do nothing.
// ok is false if there is no way to reach them.
func (s *Service) Sample(tx store.Tx, by bot.Account, now time.Time, say func(bot.Language) bot.Outbound) (ok bool, err error) {
	return s.desk.Tell(tx, by.Citizen, now, func(lang bot.Language) bot.Outbound {
		m := say(lang)
		m.Purpose, m.Buttons = bot.PurposePerson, slices.Clone(m.Buttons)
		for i := range m.Buttons {
			m.Buttons[i].Action = "announce:sample"
		}
		return m
	})
}

// askColleagues tells everybody who could approve b that it waits for them.
func (s *Service) askColleagues(tx store.Tx, b bot.Broadcast, now time.Time) error {
	all, err := tx.Accounts.All()
	if err != nil {
		return fmt.Errorf("broadcast: find colleagues: %w", err)
	}
	for _, a := range all {
		if a.Login == b.By || !a.Scope().Allows(b.Villages...) {
			continue
		}
		if err := s.tell(tx, a, now, "broadcast.approve", "broadcast.see", "announce:see:"+b.ID); err != nil {
			return err
		}
	}
	return nil
}

// tell owes an account's own conversation a notice with one button. An account without one is left out.
func (s *Service) tell(tx store.Tx, a bot.Account, now time.Time, key, button, action string, pairs ...string) error {
	if a.Citizen == "" {
		return nil
	}
	_, err := s.desk.Tell(tx, a.Citizen, now, func(lang bot.Language) bot.Outbound {
		lib := s.cfg.Library()
		return bot.Outbound{Text: lib.Text(lang, key, pairs...), Purpose: bot.PurposeNotice,
			Buttons: []bot.Button{{Label: lib.Text(lang, button), Action: action}}}
	})
	if err != nil {
		return fmt.Errorf("broadcast: tell a colleague: %w", err)
	}
	return nil
}

// wakeAll has every platform in use look for what it owes.
func (s *Service) wakeAll() {
	for p := range s.cfg.Windows {
		s.cfg.Wake(p)
	}
}
