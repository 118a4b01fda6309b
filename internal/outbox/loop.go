package outbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ogpbot/internal/channel"
)

const (
	lease       = 2 * time.Minute        // longer than twice claimAhead and sendTimeout together
	sendTimeout = 60 * time.Second       // one Channel.Send
	claimAhead  = 10 * time.Second       // what is claimed of a lane takes as long to be sent
	spreadAhead = 250 * time.Millisecond // and of a broadcast: what waits at a crash is unconfirmed
	grace       = 5 * time.Second        // for sends in flight when ctx ends
	clockSlack  = 2 * time.Second        // by which a clock may be set back before anybody notices
	cutGrace    = time.Second            // for them to return once they are cut short
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
	ahead   [lanes]int // parcels that wait at once, at most
	waiting []*waiting // claimed, most urgent first
	flying  map[string]*parcel
	queue   [lanes]int        // waiting
	busy    [lanes]int        // waiting and flying
	mine    map[string]bool   // IDs of what is claimed and not written down yet
	typed   map[string]bool   // IDs of answers that were announced by a typing sign
	upload  map[string]bool   // pictures on their way to the platform
	known   map[string]string // what it calls those that came there, until the store knows
	unnamed map[string]int    // how often it took a picture and gave it no name
	landed  chan landing      // holds them all: a send that is given up on can still report

	seen     time.Time        // when it last looked at the clock
	hasten   bool             // the clock was ahead, or may have been before the start
	claimAt  [lanes]time.Time // when something may be due; zero: nothing
	behind   bool             // digests wait until replies have room: some are due
	owed     []verdict        // to be written down
	writing  bool             // a commit is running
	written  chan written
	failures int             // of commits, one after the other
	writeAt  time.Time       // not before, after a failure
	silence  int             // sends that got no answer, one after the other
	silent   map[string]bool // IDs of their parcels
	pauses   int             // that silence brought, one after the other

	stopping bool
	cutAt    time.Time // when sends in flight are cut short, then given up on; zero: not yet, or done
}

// waiting is a claimed parcel.
type waiting struct {
	*parcel
	since time.Time
}

// landing is the end of a send.
type landing struct {
	parcel  *parcel
	receipt channel.Receipt
	err     error
}

// unsent tells whether the message surely did not arrive, not even a part of it.
func (r landing) unsent() bool { return channel.Unsent(r.err) && len(r.receipt.Refs) == 0 }

func newLoop(ctx context.Context, s *Sender) *loop {
	now := time.Now()
	limits := s.channel.Limits()
	l := &loop{
		Sender:  s,
		all:     newPace(limits.PerSecond, 1),
		chats:   newChats(limits.PerChatSecond),
		flying:  map[string]*parcel{},
		mine:    map[string]bool{},
		typed:   map[string]bool{},
		upload:  map[string]bool{},
		known:   map[string]string{},
		unnamed: map[string]int{},
		silent:  map[string]bool{},
		landed:  make(chan landing, int(lanes)*s.inFlight),
		written: make(chan written, 1),
		seen:    now,
		hasten:  true,
	}
	l.ctx, l.cut = context.WithCancel(context.WithoutCancel(ctx))
	l.full = l.all.take(time.Time{}, now)
	for in := range lanes {
		l.ahead[in] = s.inFlight
		if l.all.every > 0 {
			l.ahead[in] = min(s.inFlight, int(ahead(in)/l.all.every)+1)
		}
	}
	l.wakeAll(now)
	s.status.Store(&Status{State: Running})
	return l
}

// watch notices a clock that was set back: what was put by it before would wait until it is there again.
func (l *loop) watch(now time.Time) {
	if setBack(now.Round(0).Sub(l.seen.Round(0)), now.Sub(l.seen)) {
		l.hasten = true
		l.wakeAll(now)
		l.log.Warn("the clock of this machine was set back: what would wait for it is sent now")
	}
	l.seen = now
}

// setBack tells a clock that was set back, from what it says has passed and what has.
func setBack(said, passed time.Duration) bool { return passed-said > clockSlack }

// step does everything that can be done at now.
func (l *loop) step(now time.Time) {
	l.watch(now)
	if l.Status().State == Frozen && due(l.Status().Until, now) {
		l.status.Store(&Status{State: Running})
	}
	l.giveBack(now)
	l.hurry(now)
	l.launch(now)
	l.announce(now)
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
	for _, w := range l.waiting {
		at = sooner(at, w.until())
	}
	if l.writing {
		return at
	}
	if len(l.owed) > 0 {
		at = sooner(at, l.writeAt)
	}
	for in, claimAt := range l.claimAt {
		claim := later(later(claimAt, l.writeAt), l.Status().Until)
		if !claimAt.IsZero() && l.room(lane(in), claim) > 0 {
			at = sooner(at, claim)
		}
	}
	return at
}

// open tells whether the channel may be used at now.
func (l *loop) open(now time.Time) bool { return !l.stopping && !now.Before(l.Status().Until) }

// room gives how many may be claimed in a lane at now. A channel that was stopped is tried with one.
func (l *loop) room(in lane, now time.Time) int {
	switch {
	case !l.open(now):
		return 0
	case l.Status().State == Stopped:
		if len(l.flying)+len(l.waiting) > 0 || in != l.firstDue(now) {
			return 0
		}
		return 1
	case in == digests && l.behind && l.room(replies, now) == 0:
		return 0
	}
	return max(0, min(l.ahead[in]-l.queue[in], l.inFlight-l.busy[in]))
}

// firstDue is the most urgent lane that may have something.
func (l *loop) firstDue(now time.Time) lane {
	for in, at := range l.claimAt {
		if due(at, now) {
			return lane(in)
		}
	}
	return replies
}

// wakeAll has every lane looked at.
func (l *loop) wakeAll(now time.Time) {
	for in := range l.claimAt {
		l.claimAt[in] = now
	}
}

// launch sends the parcels whose turn has come.
func (l *loop) launch(now time.Time) {
	for len(l.waiting) > 0 {
		i, at := l.turn(now)
		if at.After(now) {
			return
		}
		p := l.waiting[i].parcel
		l.waiting = slices.Delete(l.waiting, i, i+1)
		l.queue[laneOf(p)]--
		l.full = l.all.take(l.full, at)
		l.chats.take(p.To, at)
		l.attach(p)
		l.flying[p.ID] = p
		try := l.Status().State == Stopped
		go func() {
			receipt, err := l.send(l.ctx, p, try)
			l.landed <- landing{p, receipt, err}
		}()
	}
}

// turn gives the waiting parcel that goes next and the time of its turn. A turn in the past counts as taken then,
// so that a timer that is a little late does not slow the pace; but by one token at most, lest it catch up in a burst.
func (l *loop) turn(now time.Time) (index int, at time.Time) {
	for i, w := range l.waiting {
		if w.picture != nil && l.upload[w.Message.Media.Picture] {
			continue // it goes by its name once it is there
		}
		turn := l.turnOf(w)
		if !turn.After(now) {
			return i, later(turn, now.Add(-l.all.every))
		}
		if at.IsZero() || turn.Before(at) {
			index, at = i, turn
		}
	}
	if at.IsZero() { // all wait for an upload, whose end is an event
		at = now.Add(sendTimeout)
	}
	return index, at
}

// turnOf gives when a waiting parcel may go at the earliest.
func (l *loop) turnOf(w *waiting) time.Time {
	return later(later(w.since, l.all.ready(l.full)), l.chats.ready(w.To))
}

// hold lets claimed parcels wait for their turn. One that is claimed again while it is on its way, because its lease ended
// or its broadcast is sent again, is not sent twice: what becomes of it is written down soon.
func (l *loop) hold(ps []*parcel, now time.Time) {
	for _, p := range ps {
		if l.mine[p.ID] {
			continue
		}
		l.mine[p.ID] = true
		l.queue[laneOf(p)]++
		l.busy[laneOf(p)]++
		l.waiting = append(l.waiting, &waiting{p, now})
	}
	slices.SortStableFunc(l.waiting, func(a, b *waiting) int { return cmp.Compare(a.Message.Purpose, b.Message.Purpose) })
}

// until is how long a parcel waits for its turn at most.
func (w *waiting) until() time.Time { return w.since.Add(2 * ahead(laneOf(w.parcel))) }

// giveBack returns what may not go now, and what waited too long while others went before it: its lease would end, or
// its broadcast may have been paused.
func (l *loop) giveBack(now time.Time) {
	if len(l.waiting) == 0 {
		return
	}
	_, quiet := l.quiet(now)
	l.waiting = slices.DeleteFunc(l.waiting, func(w *waiting) bool {
		if l.open(now) && now.Before(w.until()) && (!quiet || !w.Message.Purpose.Waits()) {
			return false
		}
		in := laneOf(w.parcel)
		l.queue[in]--
		l.busy[in]--
		l.owe(verdict{parcel: w.parcel, fate: release, due: w.Due}, now)
		return true
	})
}

// isIdle tells whether nothing is due and nothing is on its way.
func (l *loop) isIdle(now time.Time) bool {
	return !l.writing && len(l.owed)+len(l.waiting)+len(l.flying) == 0 &&
		!slices.ContainsFunc(l.claimAt[:], func(at time.Time) bool { return due(at, now) })
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
		l.owe(cutShort(landing{parcel: p}, now), now)
		delete(l.flying, id)
		l.busy[laneOf(p)]--
	}
	l.cutAt = time.Time{}
}

func (l *loop) finished() bool {
	return l.stopping && !l.writing && len(l.owed)+len(l.waiting)+len(l.flying) == 0
}
