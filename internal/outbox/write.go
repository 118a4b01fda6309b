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
	parcel  *parcel
	fate    fate
	as      bot.Fate  // of settle
	due     time.Time // of retry and release; of settle and hold: when
	refs    []string  // the platform's identifiers of the message, of settle
	picture string    // what the platform calls the parcel's picture from now on, "" if that is not new
	block   bool      // the citizen is no longer reachable
}

// written is a commit: what it was to do, and what came of it.
type written struct {
	owed []verdict
	claim
	err error
}

// owe has v written down by the next commit. That claims in the lane too: the next of its address may be free.
func (l *loop) owe(v verdict, now time.Time) {
	l.owed = append(l.owed, v)
	at := now
	if v.fate == retry {
		at = v.due
	}
	in := laneOf(v.parcel)
	l.claimAt[in] = sooner(l.claimAt[in], at)
}

// write starts a commit if there is anything to write down or to claim.
func (l *loop) write(now time.Time) {
	if l.writing || now.Before(l.writeAt) && !l.stopping {
		return
	}
	w := written{owed: l.owed}
	for in, at := range l.claimAt {
		if due(at, now) {
			w.limits[in] = l.room(lane(in), now)
		}
	}
	if w.limits[replies] > 0 && !l.claimAt[digests].IsZero() { // what a store has next for digests may be a reply
		w.limits[digests] = l.room(digests, now)
	}
	w.hasten = l.hasten && w.wanted()
	if len(w.owed) == 0 && !w.wanted() {
		return
	}
	for in, limit := range w.limits {
		if limit > 0 {
			l.claimAt[in] = time.Time{} // a Wake during the commit sets it again
		}
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
				if err := v.apply(tx, l.channel.Platform()); err != nil {
					return err
				}
			}
			return w.take(l.Sender, tx)
		})
		if !errors.Is(w.err, store.ErrConflict) {
			break
		}
	}
	return w
}

func (v verdict) apply(tx store.Tx, platform bot.Platform) (err error) {
	switch v.fate {
	case settle:
		err = v.settle(tx)
	case hold:
		err = holdMail(tx, v.parcel, v.due)
	case retry:
		err = tx.Outbox.Retry(v.parcel.ID, v.due.UTC())
	case release:
		if v.parcel.delivery != nil {
			err = tx.Broadcasts.Release(*v.parcel.delivery)
		} else {
			err = tx.Outbox.Release(v.parcel.ID, v.due.UTC())
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("settle a message: %w", err)
	}
	if v.picture != "" {
		if err := tx.Pictures.SetRef(v.parcel.Message.Media.Picture, platform, v.picture); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("remember what the platform calls a picture: %w", err)
		}
	}
	if media := v.parcel.Message.Media; v.fate == settle && media.Kind == bot.KindDocument && media.Picture != "" {
		if err := tx.Pictures.Drop(media.Picture); err != nil {
			return fmt.Errorf("drop a file that was for one person: %w", err)
		}
	}
	if v.block {
		return block(tx, v.parcel.To)
	}
	return nil
}

// settle writes down the end of a message, and what a reply to it would be about.
func (v verdict) settle(tx store.Tx) error {
	ref := ""
	if len(v.refs) > 0 {
		ref = v.refs[0]
	}
	if about := v.parcel.Message.About; about != "" && v.as == bot.FateSent {
		for _, r := range v.refs {
			if err := tx.Threads.Set(v.parcel.To, r, about, v.due.UTC()); err != nil {
				return fmt.Errorf("remember what a message was about: %w", err)
			}
		}
	}
	return settleAs(tx, v.parcel, v.as, ref, v.due)
}

// block notes that nobody can be reached at a, unless the citizen is gone.
func block(tx store.Tx, a bot.Address) error {
	id, err := tx.Citizens.ByAddress(a)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a citizen who cannot be reached: %w", err)
	}
	c, state, err := tx.Citizens.Get(id)
	if err != nil {
		return fmt.Errorf("find a citizen who cannot be reached: %w", err)
	}
	contact := c.Contact(a)
	if contact == nil || contact.Reach == bot.Blocked {
		return nil
	}
	contact.Reach = bot.Blocked
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
	if w.hasten {
		l.hasten = false
	}
	for _, v := range w.owed {
		delete(l.mine, v.parcel.ID)
	}
	l.hold(w.got, now)
	for _, v := range w.owed {
		if v.picture != "" {
			l.stored(v.parcel.Message.Media.Picture, v.picture)
		}
	}
	for in, limit := range w.limits {
		if limit > 0 {
			l.claimAt[in] = sooner(l.claimAt[in], w.again(lane(in), now))
		}
	}
	if w.limits[digests] > 0 {
		l.behind = w.behind
	}
	if l.behind {
		l.claimAt[replies] = sooner(l.claimAt[replies], l.claimAt[digests])
	}
}

// again gives when a lane that was claimed from may have something next.
func (w *written) again(in lane, now time.Time) time.Time {
	switch {
	case w.held > 0 || w.count[in] == w.limits[in]: // what was held lets the next of its address out; there may be more
		return now
	case in == digests && w.behind && w.count[replies] == w.limits[replies]: // or replies were not asked for
		return now
	case in == digests && w.behind, due(w.next[in], w.now):
		return now.Add(lookAgain)
	}
	return w.next[in]
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
	l.wakeAll(now)
}
