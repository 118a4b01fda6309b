package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// send makes one attempt. A panic is an error like any other. The part of a broadcast that tries out a stopped channel
// may not be lost by that: a typing sign, which needs an answer as well, goes before it.
func (s *Sender) send(ctx context.Context, p *parcel, try bool) (receipt channel.Receipt, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil { // its value may hold a citizen's words
			err = fmt.Errorf("the channel panicked with a %T", v)
			s.log.Error("a send panicked: this is a mistake in the program", "parcel", p.ID, "error", err, "stack", string(debug.Stack()))
		}
	}()
	if try && p.delivery != nil && s.typer != nil {
		if err := s.typing(ctx, p.To); err != nil && channel.FailureOf(err) == channel.Temporary {
			return receipt, &channel.SendError{Failure: channel.Temporary, Code: "typing", Unsent: true, Err: err}
		}
	}
	if p.picture != nil {
		return s.uploader.SendPicture(ctx, p.To, p.Message, p.picture)
	}
	return s.channel.Send(ctx, p.To, p.Message)
}

// land decides what follows from a send that has ended.
func (l *loop) land(r landing, now time.Time) {
	p := r.parcel
	if l.flying[p.ID] == nil {
		return // given up on
	}
	delete(l.flying, p.ID)
	l.busy[laneOf(p)]--
	for range len(r.receipt.Refs) - 1 { // it took more than one message of the platform's
		l.full = l.all.take(l.full, now)
		l.chats.take(p.To, now)
	}
	v := verdict{parcel: p, fate: settle, as: bot.FateSent, due: now}
	if p.picture != nil {
		v.picture = l.uploaded(r)
	}
	failure := channel.FailureOf(r.err)
	switch {
	case r.err == nil:
		l.log.Debug("sent", "parcel", p.ID, "attempt", p.Attempts)
		l.answered(now, true)
	case failure == channel.Temporary && l.ctx.Err() != nil: // we cut it short
		v = cutShort(r, now)
	default:
		log := l.log.With("parcel", p.ID, "attempt", p.Attempts, "error", r.err)
		rule := policy(failure)
		v = judge(rule, r, now, log)
		l.apply(rule, failure, r, now, log)
	}
	v.refs = r.receipt.Refs
	l.counted(Attempt{Platform: p.To.Platform, Lane: laneOf(p).String(), Outcome: outcome(v, failure), Waited: now.Sub(p.Due)})
	if v.fate == settle || v.fate == hold {
		delete(l.typed, p.ID)
	}
	l.owe(v, now)
}

// outcome names what a send came to.
func outcome(v verdict, failure channel.Failure) string {
	switch {
	case v.fate == hold:
		return "held"
	case failure == channel.Throttled:
		return "throttled"
	case v.fate == retry:
		return "retried"
	case v.fate == release:
		return "returned"
	}
	return map[bot.Fate]string{bot.FateSent: "sent", bot.FateUnconfirmed: "unconfirmed", bot.FateUnreachable: "unreachable", bot.FateFailed: "failed"}[v.as]
}

// cutShort is for a send that we ended ourselves: nobody knows whether it arrived. A message is sent again, and a part
// of a broadcast stays unconfirmed.
func cutShort(r landing, now time.Time) verdict {
	switch {
	case r.unsent():
		return verdict{parcel: r.parcel, fate: release, due: r.parcel.Due}
	case r.parcel.delivery != nil:
		return verdict{parcel: r.parcel, fate: settle, as: bot.FateUnconfirmed, due: now}
	}
	return verdict{parcel: r.parcel, fate: retry, due: now}
}

// judge gives what a failed send means for its parcel. A part of a broadcast that may have arrived is not sent again.
func judge(rule rule, r landing, now time.Time, log *slog.Logger) verdict {
	v := verdict{parcel: r.parcel, fate: rule.parcel, as: rule.as, block: rule.block, due: now}
	again := v.fate == retry || v.fate == release
	switch {
	case again && r.parcel.delivery != nil && !r.unsent():
		v.fate, v.as = settle, bot.FateUnconfirmed
		log.Debug("not confirmed")
		return v
	case again && r.parcel.delivery != nil:
		v.fate = release
	case v.fate == retry && r.parcel.Attempts >= maxTries:
		v.fate, v.as = settle, bot.FateFailed
		log.Error("a message is given up: all its attempts failed")
		return v
	case v.fate == retry:
		v.due = now.Add(backoff(r.parcel.Attempts))
	}
	if v.fate == release {
		v.due = r.parcel.Due // it goes first again
	}
	switch {
	case v.fate == retry && r.parcel.Attempts == warnTries:
		log.Warn("a message could not be sent yet: it is tried further. Look at the network", "next", v.due)
	case rule.bug:
		log.Error("a message is dropped: the platform will never take it. This is a mistake in the program")
	default:
		log.Debug("not sent")
	}
	return v
}

// apply does what a failed send means for the channel.
func (l *loop) apply(rule rule, failure channel.Failure, r landing, now time.Time, log *slog.Logger) {
	if failure == channel.Temporary {
		l.unanswered(r.parcel, now, log)
		return
	}
	l.answered(now, rule.channel == "")
	switch rule.channel {
	case Frozen:
		l.freeze(now.Add(cmp.Or(channel.RetryAfter(r.err), unknownPause)), log)
	case Stopped:
		l.refuse(now.Add(misconfigured), r.err, log)
	}
}

// unanswered notes a send that got no answer. After some the channel pauses by itself, so that a platform that is down
// does not leave a whole broadcast unconfirmed; it is then tried with one message at a time. One message that fails again
// and again counts once: it may be the message.
func (l *loop) unanswered(p *parcel, now time.Time, log *slog.Logger) {
	s := l.Status()
	if now.Before(s.Until) {
		return // it began before the pause
	}
	if p.delivery != nil || !l.silent[p.ID] {
		l.silence++
	}
	if p.delivery == nil {
		l.silent[p.ID] = true
	}
	if s.State != Stopped && l.silence < maxSilence {
		return
	}
	wait := min(firstSilence<<min(l.pauses, 10), lastSilence)
	l.pauses++
	l.stopped(channel.Silent, now.Add(wait), func() {
		log.Error("sending pauses: the platform does not answer. Look at the network. Nothing is lost: messages are kept, and one is tried from time to time")
	})
}

// answered notes that the platform answered, and whether it took our token. If it did, a stop is over; but a send that
// began before the stop proves nothing.
func (l *loop) answered(now time.Time, accepted bool) {
	l.silence = 0
	clear(l.silent)
	if s := l.Status(); accepted && s.State == Stopped && !now.Before(s.Until) {
		l.pauses = 0
		l.log.Info("the platform takes our messages again: sending goes on")
		l.status.Store(&Status{State: Running})
		l.trouble(l.channel.Platform(), "")
		l.wakeAll(now)
	}
}

// freeze stops the channel until the pause that the platform asked for is over. One that was stopped stays so.
func (l *loop) freeze(until time.Time, log *slog.Logger) {
	s := l.Status()
	if s.State == Running {
		log.Warn("the platform asked for a pause: nothing is sent until it is over", "until", until)
		s = Status{State: Frozen, Reason: channel.Paused}
	}
	s.Until = later(s.Until, until)
	l.status.Store(&s)
}

// refuse stops the channel, since the platform does not accept us, until the next try.
func (l *loop) refuse(until time.Time, err error, log *slog.Logger) {
	reason := channel.Unwelcome
	if e, ok := errors.AsType[*channel.SendError](err); ok && e.Code != "" {
		reason += " (" + e.Code + ")"
	}
	l.stopped(reason, until, func() {
		log.Error("sending has stopped: the platform refuses our token or page. Correct the token and start again. "+
			"Nothing is lost: messages are kept, and one is tried again from time to time", "every", misconfigured)
	})
}

// stopped stops the channel until then, for a reason; say is called if it was not stopped already.
func (l *loop) stopped(reason string, until time.Time, say func()) {
	s := l.Status()
	if s.State != Stopped {
		say()
		l.trouble(l.channel.Platform(), reason)
		s = Status{State: Stopped, Until: s.Until, Reason: reason}
	}
	s.Until = later(s.Until, until)
	l.status.Store(&s)
}
