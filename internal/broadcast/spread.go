package broadcast

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	chunk     = 2000             // recipients in one commit
	again     = 10 * time.Second // between looks whether a broadcast is done
	doneAfter = 2 * time.Minute  // nothing more is owed for so long: what was on its way has landed
	afterFail = 5 * time.Second
)

// Run begins broadcasts at their time, lists their recipients, and closes those that are done, until ctx ends. What was
// under way when the process ended goes on.
func (s *Service) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		next, err := s.step(ctx, time.Now().UTC())
		if err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("announcements could not be looked after: trying again", "error", err)
			next = time.Now().Add(afterFail)
		}
		s.wakeAll() // one that was paused may go on
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

// step does what is due, and gives when it has something to do again; zero: when it is woken.
func (s *Service) step(ctx context.Context, now time.Time) (next time.Time, err error) {
	var open []bot.Broadcast
	if err := s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		open, err = tx.Broadcasts.Open()
		return err
	}); err != nil {
		return next, fmt.Errorf("broadcast: list the open ones: %w", err)
	}
	sooner := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for _, b := range open {
		switch {
		case b.State == bot.BroadcastScheduled && b.At.After(now):
			sooner(b.At)
			continue
		case b.State == bot.BroadcastScheduled:
			if err := s.begin(ctx, b.ID, now); err != nil {
				return next, err
			}
			fallthrough
		case b.State == bot.BroadcastSending && !b.Listed:
			if err := s.spread(ctx, b.ID, now); err != nil {
				return next, err
			}
		case b.State == bot.BroadcastSending:
			if err := s.close(ctx, b.ID, now); err != nil {
				return next, err
			}
		default:
			continue
		}
		sooner(now.Add(again))
	}
	return next, nil
}

// update changes a broadcast that is still in one of the states, and reports whether it was.
func (s *Service) update(ctx context.Context, id string, change func(store.Tx, *bot.Broadcast) error, in ...bot.BroadcastState) (done bool, err error) {
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		done = false
		b, err := tx.Broadcasts.Get(id, everybody)
		if err != nil {
			return err
		}
		for _, state := range in {
			done = done || b.State == state
		}
		if !done {
			return nil
		}
		if err := change(tx, &b); err != nil {
			return err
		}
		return tx.Broadcasts.Put(b)
	})
	if err != nil {
		return false, fmt.Errorf("broadcast: %w", err)
	}
	return done, nil
}

// begin makes a scheduled broadcast one that is being sent, and publishes it where that was wished: at most once.
func (s *Service) begin(ctx context.Context, id string, now time.Time) error {
	var posted bot.Broadcast
	began, err := s.update(ctx, id, func(tx store.Tx, b *bot.Broadcast) error {
		posted = *b
		b.State, b.Post = bot.BroadcastSending, false
		if b.Corrects == "" {
			return nil
		}
		return s.replaceWords(tx, *b)
	}, bot.BroadcastScheduled)
	if err != nil || !began || !posted.Post {
		return err
	}
	return s.post(ctx, posted, now)
}

// replaceWords gives the broadcast that b corrects b's words, for everybody who has not read it yet.
func (s *Service) replaceWords(tx store.Tx, b bot.Broadcast) error {
	old, err := tx.Broadcasts.Get(b.Corrects, everybody)
	if err != nil {
		return fmt.Errorf("the one to be corrected: %w", err)
	}
	old.Messages = b.Messages
	return tx.Broadcasts.Put(old)
}

// post publishes b on the public page, and tells its author if that failed.
func (s *Service) post(ctx context.Context, b bot.Broadcast, now time.Time) error {
	lib := s.cfg.Library()
	err := errors.New("there is no public page")
	if s.cfg.Post != nil {
		err = s.cfg.Post(ctx, b.Message(lib.Place().Languages[0]).Words())
	}
	if err == nil {
		return nil
	}
	s.cfg.Logger.Error("an announcement could not be posted on the public page", "broadcast", b.ID, "error", err)
	return s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		return s.tellAuthor(tx, b, now, "broadcast.not-posted")
	})
}

// spread lists the recipients, some in each commit.
func (s *Service) spread(ctx context.Context, id string, now time.Time) error {
	for listed := false; !listed; {
		going, err := s.update(ctx, id, func(tx store.Tx, b *bot.Broadcast) error {
			list := s.subscribers
			if b.Corrects != "" {
				list = s.readers
			}
			rs, err := list(tx, b, now)
			if err != nil {
				return err
			}
			listed = b.Listed
			return tx.Broadcasts.Owe(b.ID, rs...)
		}, bot.BroadcastSending)
		if err != nil || !going {
			return err
		}
		s.wakeAll()
	}
	return nil
}

// subscribers gives the next recipients of b among those who agreed to be sent news.
func (s *Service) subscribers(tx store.Tx, b *bot.Broadcast, now time.Time) ([]bot.Recipient, error) {
	scope := bot.Scope{All: len(b.Villages) == 0, Villages: b.Villages}
	cs, next, err := tx.Citizens.Subscribed(scope, b.Villages, b.Spread, chunk)
	if err != nil {
		return nil, fmt.Errorf("list who is to get it: %w", err)
	}
	rs := make([]bot.Recipient, 0, len(cs))
	for _, c := range cs {
		if to, ok := c.Prefer(s.cfg.Windows, now); ok && (b.Commitment == "" || c.Follow(b.Commitment)) {
			rs = append(rs, bot.Recipient{Citizen: c.ID, Address: to.Address, Language: s.language(b, c.Language), Village: c.Village})
		}
	}
	b.Spread, b.Listed = next, next == ""
	return rs, nil
}

// read are the fates of those who have read a broadcast, or may have: they get its correction.
var read = []bot.Fate{bot.FateSent, bot.FateLater, bot.FateUnconfirmed}

// readers gives the next recipients of b among those who have read what it corrects and still want news.
func (s *Service) readers(tx store.Tx, b *bot.Broadcast, _ time.Time) ([]bot.Recipient, error) {
	at, after, _ := strings.Cut(b.Spread, "/")
	n, _ := strconv.Atoi(at) // 0 at the beginning
	got, next, err := tx.Broadcasts.Recipients(b.Corrects, read[n], after, chunk)
	if err != nil {
		return nil, fmt.Errorf("list who has read it: %w", err)
	}
	rs := got[:0]
	for _, r := range got {
		c, _, err := tx.Citizens.Get(r.Citizen)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.Consented.IsZero() {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find who has read it: %w", err)
		}
		r.Language, r.Village = s.language(b, r.Language), c.Village
		rs = append(rs, r)
	}
	if next == "" {
		n++
	}
	b.Spread, b.Listed = strconv.Itoa(n)+"/"+next, n == len(read)
	return rs, nil
}

// language is the one of b's that a citizen reads.
func (s *Service) language(b *bot.Broadcast, l bot.Language) bot.Language {
	if _, ok := b.Messages[l]; ok {
		return l
	}
	return s.cfg.Library().Place().Languages[0]
}

// close ends a broadcast of which nothing is owed any more, and tells its author how it went.
func (s *Service) close(ctx context.Context, id string, now time.Time) error {
	var report bot.Report
	err := s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		report, err = tx.Broadcasts.Report(id)
		return err
	})
	if err != nil {
		return fmt.Errorf("broadcast: look how far it is: %w", err)
	}
	if _, seen := s.last[id]; !seen || report[bot.FateOwed] > 0 {
		s.last[id] = now
	}
	if now.Sub(s.last[id]) < doneAfter {
		return nil
	}
	_, err = s.update(ctx, id, func(tx store.Tx, b *bot.Broadcast) error {
		b.State = bot.BroadcastDone
		a, err := tx.Accounts.Get(b.By)
		if err != nil {
			return fmt.Errorf("find its author: %w", err)
		}
		return s.tell(tx, a, now, "broadcast.done", "broadcast.report", "announce:report:"+b.ID,
			"sent", strconv.Itoa(report[bot.FateSent]+report[bot.FateLater]), "held", strconv.Itoa(report[bot.FateHeld]),
			"rest", strconv.Itoa(report[bot.FateUnreachable]+report[bot.FateFailed]+report[bot.FateUnconfirmed]))
	}, bot.BroadcastSending)
	if err == nil {
		delete(s.last, id)
	}
	return err
}
