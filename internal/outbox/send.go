package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

// send makes one attempt. A panic is an error like any other.
func (s *Sender) send(ctx context.Context, p store.Parcel) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil { // its value may hold a citizen's words
			err = fmt.Errorf("the channel panicked with a %T", v)
			s.log.Error("a send panicked: this is a mistake in the program", "parcel", p.ID, "error", err, "stack", string(debug.Stack()))
		}
	}()
	_, err = s.channel.Send(ctx, p.To, p.Message)
	return err
}

// land decides what follows from a send that has ended.
func (l *loop) land(r landing, now time.Time) {
	p := r.parcel
	if _, ok := l.flying[p.ID]; !ok {
		return // given up on
	}
	delete(l.flying, p.ID)
	log := l.log.With("parcel", p.ID, "attempt", p.Attempts)
	switch {
	case r.err == nil:
		log.Debug("sent")
		l.accepted(now)
		l.owed = append(l.owed, verdict{parcel: p, fate: settle})
	case l.ctx.Err() != nil: // we cut it short
		l.owed = append(l.owed, verdict{parcel: p, fate: retry, due: now})
	default:
		log = log.With("error", r.err)
		rule := policy(channel.FailureOf(r.err))
		l.owed = append(l.owed, judge(rule, p, now, log))
		l.apply(rule, r.err, now, log)
	}
}

// judge gives what a failed send means for its parcel.
func judge(r rule, p store.Parcel, now time.Time, log *slog.Logger) verdict {
	v := verdict{parcel: p, fate: r.parcel, block: r.block, due: p.Due} // a released parcel goes first again
	if v.fate == hold {
		v.due = now // since when it is held
	}
	if v.fate == retry {
		v.due = now.Add(backoff(p.Attempts))
	}
	switch {
	case v.fate == retry && p.Attempts >= maxTries:
		v.fate = settle
		log.Error("a message is given up: all its attempts failed")
	case v.fate == retry && p.Attempts == warnTries:
		log.Warn("a message could not be sent yet: it is tried further. Look at the network", "next", v.due)
	case r.bug:
		log.Error("a message is dropped: the platform will never take it. This is a mistake in the program")
	default:
		log.Debug("not sent")
	}
	return v
}

// apply does what a failed send means for the channel.
func (l *loop) apply(r rule, err error, now time.Time, log *slog.Logger) {
	switch {
	case r.channel == Frozen:
		l.freeze(now.Add(cmp.Or(channel.RetryAfter(err), unknownPause)), log)
	case r.channel == Stopped:
		l.refuse(now.Add(misconfigured), err, log)
	case r.parcel == settle:
		l.accepted(now)
	}
}

// freeze stops the channel until the pause that the platform asked for is over. One that was stopped stays so.
func (l *loop) freeze(until time.Time, log *slog.Logger) {
	s := l.Status()
	if s.State == Running {
		log.Warn("the platform asked for a pause: nothing is sent until it is over", "until", until)
		s = Status{State: Frozen, Reason: "the platform asked for a pause"}
	}
	s.Until = later(s.Until, until)
	l.status.Store(&s)
}

// refuse stops the channel, since the platform does not accept us, until the next try.
func (l *loop) refuse(until time.Time, err error, log *slog.Logger) {
	s := l.Status()
	if s.State != Stopped {
		log.Error("sending has stopped: the platform refuses our token or page. Correct the token and start again. "+
			"Nothing is lost: messages are kept, and one is tried again from time to time", "every", misconfigured)
		s = Status{State: Stopped, Until: s.Until, Reason: "the platform refuses our token or page"}
		if e, ok := errors.AsType[*channel.SendError](err); ok && e.Code != "" {
			s.Reason += " (" + e.Code + ")"
		}
	}
	s.Until = later(s.Until, until)
	l.status.Store(&s)
}

// accepted notes that the platform took our token. A send that began before it was refused proves nothing.
func (l *loop) accepted(now time.Time) {
	if s := l.Status(); s.State == Stopped && !now.Before(s.Until) {
		l.log.Info("the platform accepts our token again: sending goes on")
		l.status.Store(&Status{State: Running})
	}
}
