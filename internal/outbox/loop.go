package outbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ogpbot/internal/store"
)

const (
	lease       = 2 * time.Minute  // longer than claimAhead and sendTimeout together
	sendTimeout = 60 * time.Second // one Channel.Send
	claimAhead  = 10 * time.Second // how long a claimed parcel may wait for its turn
	grace       = 5 * time.Second  // for sends in flight when ctx ends
	cutGrace    = time.Second      // for them to return once they are cut short
)

// loop is what Run knows. Only its goroutine touches it.
type loop struct {
	*Sender
	ctx    context.Context    // of sends: outlives Run's
	cut    context.CancelFunc // ends ctx
	err    error              // of Run
	idlers []chan struct{}

	all     pace
	full    time.Time // of all
	chats   chats
	ahead   int       // parcels claimed at once, at most
	waiting []waiting // claimed, most urgent first
	flying  map[string]store.Parcel
	landed  chan landing // holds them all: a send that is given up on can still report

	claimAt  time.Time // when a parcel may be due; zero: none
	owed     []verdict // to be written down
	writing  bool      // a commit is running
	written  chan written
	failures int       // of commits, one after the other
	writeAt  time.Time // not before, after a failure

	stopping bool
	cutAt    time.Time // when sends in flight are cut short, then given up on; zero: not yet, or done
}

// waiting is a claimed parcel.
type waiting struct {
	store.Parcel
	since time.Time
}

// landing is the end of a send.
type landing struct {
	parcel store.Parcel
	err    error
}

func newLoop(ctx context.Context, s *Sender) *loop {
	now := time.Now()
	limits := s.channel.Limits()
	l := &loop{
		Sender:  s,
		all:     newPace(limits.PerSecond, 1),
		chats:   newChats(limits.PerChatSecond),
		ahead:   s.inFlight,
		flying:  map[string]store.Parcel{},
		landed:  make(chan landing, s.inFlight),
		claimAt: now,
		written: make(chan written, 1),
	}
	l.ctx, l.cut = context.WithCancel(context.WithoutCancel(ctx))
	l.full = l.all.take(time.Time{}, now)
	if l.all.every > 0 {
		l.ahead = min(l.ahead, int(claimAhead/l.all.every)+1)
	}
	s.status.Store(&Status{State: Running})
	return l
}

// step does everything that can be done at now.
func (l *loop) step(now time.Time) {
	if l.Status().State == Frozen && due(l.Status().Until, now) {
		l.status.Store(&Status{State: Running})
	}
	if !l.open(now) {
		l.releaseWaiting()
	}
	l.hurry(now)
	l.launch(now)
	l.write(now)
	if len(l.idlers) > 0 && l.isIdle(now) {
		for _, idle := range l.idlers {
			close(idle)
		}
		l.idlers = nil
	}
}

// next gives when step has something to do again, if nothing happens before; zero: never.
func (l *loop) next(now time.Time) (at time.Time) {
	at = l.cutAt
	if _, turn := l.turn(now); len(l.waiting) > 0 {
		at = sooner(at, turn)
	}
	if l.writing {
		return at
	}
	if len(l.owed) > 0 {
		at = sooner(at, l.writeAt)
	}
	claim := later(later(l.claimAt, l.writeAt), l.Status().Until)
	if !l.claimAt.IsZero() && l.room(claim) > 0 {
		at = sooner(at, claim)
	}
	return at
}

// open tells whether the channel may be used at now.
func (l *loop) open(now time.Time) bool { return !l.stopping && !now.Before(l.Status().Until) }

// room gives how many parcels may be claimed at now. A channel that was stopped is tried with one.
func (l *loop) room(now time.Time) int {
	if !l.open(now) {
		return 0
	}
	limit := l.ahead
	if l.Status().State == Stopped {
		limit = 1
	}
	return max(0, limit-len(l.flying)-len(l.waiting))
}

// launch sends the parcels whose turn has come.
func (l *loop) launch(now time.Time) {
	for len(l.waiting) > 0 {
		i, at := l.turn(now)
		if at.After(now) {
			return
		}
		p := l.waiting[i].Parcel
		l.waiting = slices.Delete(l.waiting, i, i+1)
		l.full = l.all.take(l.full, at)
		l.chats.take(p.To, at)
		l.flying[p.ID] = p
		go func() { l.landed <- landing{p, l.send(l.ctx, p)} }()
	}
}

// turn gives the waiting parcel that goes next and the time of its turn. A turn in the past counts as taken then,
// so that a timer that is a little late does not slow the pace; but by one token at most, lest it catch up in a burst.
func (l *loop) turn(now time.Time) (index int, at time.Time) {
	for i, w := range l.waiting {
		turn := later(later(w.since, l.all.ready(l.full)), l.chats.ready(w.To))
		if !turn.After(now) {
			return i, later(turn, now.Add(-l.all.every))
		}
		if i == 0 || turn.Before(at) {
			index, at = i, turn
		}
	}
	return index, at
}

// hold lets claimed parcels wait for their turn.
func (l *loop) hold(ps []store.Parcel, now time.Time) {
	for _, p := range ps {
		l.waiting = append(l.waiting, waiting{p, now})
	}
	slices.SortStableFunc(l.waiting, func(a, b waiting) int { return cmp.Compare(a.Message.Purpose, b.Message.Purpose) })
}

func (l *loop) releaseWaiting() {
	for _, w := range l.waiting {
		l.owed = append(l.owed, verdict{parcel: w.Parcel, fate: release, due: w.Due})
	}
	l.waiting = nil
}

// isIdle tells whether nothing is due and nothing is on its way.
func (l *loop) isIdle(now time.Time) bool {
	return !l.writing && len(l.owed)+len(l.waiting)+len(l.flying) == 0 && !due(l.claimAt, now)
}

// stop begins the end.
func (l *loop) stop(now time.Time) {
	l.stopping = true
	l.cutAt = now.Add(grace)
}

// hurry ends the patience with sends in flight: first they are cut short, then given back.
func (l *loop) hurry(now time.Time) {
	if !due(l.cutAt, now) {
		return
	}
	if l.ctx.Err() == nil {
		l.cut()
		l.cutAt = now.Add(cutGrace)
		return
	}
	for id, p := range l.flying {
		l.owed = append(l.owed, verdict{parcel: p, fate: retry, due: now})
		delete(l.flying, id)
	}
	l.cutAt = time.Time{}
}

func (l *loop) finished() bool {
	return l.stopping && !l.writing && len(l.owed)+len(l.waiting)+len(l.flying) == 0
}
