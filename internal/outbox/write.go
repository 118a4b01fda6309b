package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	maxConflicts    = 5           // tries of one commit against other writers
	firstStoreRetry = time.Second // doubles with each failure
	lastStoreRetry  = time.Minute //
	lookAgain       = time.Second // when the store names a time that has passed and hands out nothing
)

// verdict is what is to be written down about a claimed parcel.
type verdict struct {
	parcel store.Parcel
	fate   fate
	due    time.Time // of retry and release
	block  bool      // the citizen is no longer reachable
}

// written is a commit: what it was to do, and what came of it.
type written struct {
	owed    []verdict
	limit   int // parcels to claim; 0: none were asked for
	claimed []store.Parcel
	held    int       // parcels that were claimed and had to be held
	now     time.Time // of the claim
	next    time.Time // when a parcel falls due; zero: none waits
	err     error
}

// write starts a commit if there is anything to write down or to claim.
func (l *loop) write(now time.Time) {
	if l.writing || now.Before(l.writeAt) && !l.stopping {
		return
	}
	w := written{owed: l.owed}
	if len(l.owed) > 0 || due(l.claimAt, now) {
		w.limit = l.room(now)
	}
	if len(w.owed) == 0 && w.limit == 0 {
		return
	}
	if w.limit > 0 {
		l.claimAt = time.Time{} // a Wake during the commit sets it again
	}
	l.owed, l.writing = nil, true
	go func() { l.written <- l.commit(w) }()
}

// commit runs beside the loop.
func (l *loop) commit(w written) written {
	ctx := context.WithoutCancel(l.ctx)
	for range maxConflicts {
		w.err = l.store.Update(ctx, func(tx store.Tx) error {
			for _, v := range w.owed {
				if err := v.apply(tx); err != nil {
					return err
				}
			}
			return w.claim(tx, l.channel.Platform(), l.channel.Limits().Window)
		})
		if !errors.Is(w.err, store.ErrConflict) {
			break
		}
	}
	return w
}

func (w *written) claim(tx store.Tx, platform bot.Platform, window time.Duration) (err error) {
	w.claimed, w.held, w.next = nil, 0, time.Time{}
	if w.limit == 0 {
		return nil
	}
	w.now = time.Now()
	if w.claimed, err = tx.Outbox.Claim(platform, w.now, lease, w.limit); err != nil {
		return fmt.Errorf("claim messages to send: %w", err)
	}
	next, ok, err := tx.Outbox.Next(platform)
	if err != nil {
		return fmt.Errorf("look for the next message to send: %w", err)
	}
	if ok {
		w.next = next
	}
	return w.holdLate(tx, window)
}

// holdLate keeps back what the platform's window no longer lets through, and marks what only a person may still say.
func (w *written) holdLate(tx store.Tx, window time.Duration) error {
	if window == 0 {
		return nil
	}
	open := w.claimed[:0]
	for _, p := range w.claimed {
		c, _, err := tx.Citizens.Get(p.Citizen)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("look when a citizen last wrote: %w", err)
		}
		switch bot.Deliverable(p.Message.Purpose, window, c.LastInbound, w.now) {
		case bot.DeliverPersonOnly:
			p.Message.Late = true
		case bot.DeliverHeld:
			if err := holdMail(tx, p, w.now); err != nil {
				return fmt.Errorf("hold a message: %w", err)
			}
			w.held++
			continue
		}
		open = append(open, p)
	}
	w.claimed = open
	return nil
}

func (v verdict) apply(tx store.Tx) (err error) {
	switch v.fate {
	case settle:
		err = tx.Outbox.Settle(v.parcel.ID)
	case retry:
		err = tx.Outbox.Retry(v.parcel.ID, v.due.UTC())
	case hold:
		err = holdMail(tx, v.parcel, v.due)
	case release:
		err = tx.Outbox.Release(v.parcel.ID, v.due.UTC())
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("settle a message: %w", err)
	}
	if v.block {
		return block(tx, v.parcel)
	}
	return nil
}

// holdMail puts a parcel that may not go now into its citizen's held mail.
func holdMail(tx store.Tx, p store.Parcel, now time.Time) error {
	if err := tx.Outbox.Settle(p.ID); err != nil {
		return err
	}
	m := p.Message
	m.Replaces = "" // when it is read, that message is long gone
	return tx.Mail.Hold(p.Citizen, m, now.UTC())
}

// block notes that the citizen cannot be reached, unless they are gone or have another address by now.
func block(tx store.Tx, p store.Parcel) error {
	c, state, err := tx.Citizens.Get(p.Citizen)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a citizen who cannot be reached: %w", err)
	}
	if c.Address != p.To || c.Reach == bot.Blocked {
		return nil
	}
	c.Reach = bot.Blocked
	if err := tx.Citizens.Put(c, state); err != nil {
		return fmt.Errorf("note that a citizen cannot be reached: %w", err)
	}
	return nil
}

// wrote takes the result of a commit.
func (l *loop) wrote(w written, now time.Time) {
	l.writing = false
	if w.err != nil {
		l.notWritten(w, now)
		return
	}
	if l.failures > 0 {
		l.log.Info("the store can be written again: sending goes on")
		l.failures, l.writeAt = 0, time.Time{}
	}
	l.hold(w.claimed, now)
	switch {
	case w.held > 0 || len(w.claimed) == w.limit: // what was held lets the next of its address out; there may be more; also if none were asked for
		l.claimAt = now
	case due(w.next, w.now):
		l.claimAt = sooner(l.claimAt, now.Add(lookAgain))
	default:
		l.claimAt = sooner(l.claimAt, w.next)
	}
}

// notWritten keeps what a failed commit was to do, for later. At the end there is no later: the leases run out instead.
func (l *loop) notWritten(w written, now time.Time) {
	if l.stopping {
		l.err = fmt.Errorf("write down what was sent: some messages may be sent twice: %w", w.err)
		return
	}
	if l.failures == 0 {
		l.log.Error("the store cannot be written: nothing is sent until it can. Look whether the disk is full", "error", w.err)
	}
	wait := min(firstStoreRetry<<min(l.failures, 10), lastStoreRetry)
	l.failures++
	l.writeAt = now.Add(wait)
	l.owed = append(w.owed, l.owed...)
	l.claimAt = now
}
