package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

// Config says what a Sender sends from and to.
type Config struct {
	Store    store.Store
	Channel  channel.Channel
	Logger   *slog.Logger
	InFlight int // claimed and on their way at once in each lane; 0: 100
	// Quiet tells whether now is in the place's quiet time, and when that ends; nil: there is none. It is safe for
	// concurrent use.
	Quiet func(now time.Time) (end time.Time, ok bool)
	// Trouble is told once when the channel stops by itself, with a phrase that is free of secrets, and with "" when it
	// goes on. It must not block; nil: nobody is told.
	Trouble func(p bot.Platform, reason string)
	// Counted is told of each attempt to send, in the loop of the Sender: it must not block; nil: nobody is.
	Counted func(Attempt)
}

// Attempt is one attempt to send, for numbers.
type Attempt struct {
	Platform bot.Platform
	Lane     string        // replies, alarms, digests or broadcasts
	Outcome  string        // sent, held, throttled, retried, unreachable, failed, unconfirmed or returned
	Waited   time.Duration // since the message was due
}

// Sender sends what is owed over one channel. Its methods are safe for concurrent use; Run runs once.
type Sender struct {
	store    store.Store
	channel  channel.Channel
	uploader channel.Uploader // nil if the channel is none
	typer    channel.Typer    // as uploader
	log      *slog.Logger
	quiet    func(time.Time) (time.Time, bool)
	trouble  func(bot.Platform, string)
	counted  func(Attempt)
	inFlight int
	wake     chan struct{}      // one token: look again
	idle     chan chan struct{} // each is closed when there is nothing to do
	status   atomic.Pointer[Status]
}

// State says whether a Sender sends.
type State string

// The states.
const (
	Running State = "running"
	Frozen  State = "frozen"  // the platform asked for a pause
	Stopped State = "stopped" // not running, or the platform refuses our token or does not answer
)

// Status is what a Sender does now, for the operator.
type Status struct {
	State  State
	Until  time.Time // when sending is tried again; zero if Running or not running
	Reason string    // one phrase of package channel, perhaps with a code in brackets; "" if Running
}

// New makes a Sender; Run starts it.
func New(cfg Config) *Sender {
	s := &Sender{
		store:    cfg.Store,
		channel:  cfg.Channel,
		log:      cfg.Logger.With("platform", string(cfg.Channel.Platform())),
		inFlight: cfg.InFlight,
		wake:     make(chan struct{}, 1),
		idle:     make(chan chan struct{}),
	}
	if s.inFlight <= 0 {
		s.inFlight = 100
	}
	s.uploader, _ = cfg.Channel.(channel.Uploader)
	s.typer, _ = cfg.Channel.(channel.Typer)
	if s.quiet = cfg.Quiet; s.quiet == nil {
		s.quiet = func(time.Time) (time.Time, bool) { return time.Time{}, false }
	}
	if s.trouble = cfg.Trouble; s.trouble == nil {
		s.trouble = func(bot.Platform, string) {}
	}
	if s.counted = cfg.Counted; s.counted == nil {
		s.counted = func(Attempt) {}
	}
	s.status.Store(&Status{State: Stopped, Reason: channel.Idle})
	return s
}

// Wake tells the Sender that something was put. It never blocks; many calls count as one.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Idle waits until nothing is due and nothing is on its way. A message that is to be tried again later is not due.
func (s *Sender) Idle(ctx context.Context) error {
	idle := make(chan struct{})
	select {
	case s.idle <- idle:
	case <-ctx.Done():
		return fmt.Errorf("wait until all is sent: %w", ctx.Err())
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait until all is sent: %w", ctx.Err())
	}
}

// Status tells what the Sender does now.
func (s *Sender) Status() Status { return *s.status.Load() }

// Run sends until ctx ends. Then it claims nothing more, gives sends in flight 5 s to finish, settles them and
// gives the rest back. It returns nil, or the error of the store if that could not be written down: what is
// affected is sent again after its lease, and a part of a broadcast stays unconfirmed.
func (s *Sender) Run(ctx context.Context) error {
	l := newLoop(ctx, s)
	defer l.cut()
	defer s.status.Store(&Status{State: Stopped, Reason: channel.Idle})
	timer := time.NewTimer(0)
	defer timer.Stop()
	ended := ctx.Done()
	for !l.finished() {
		select {
		case <-ended:
			ended = nil
			l.stop(time.Now())
		case <-s.wake:
			l.wakeAll(time.Now())
		case idle := <-s.idle:
			l.idlers = append(l.idlers, idle)
			l.wakeAll(time.Now())
		case r := <-l.landed:
			l.land(r, time.Now())
			for len(l.landed) > 0 { // what came together is settled together
				l.land(<-l.landed, time.Now())
			}
		case w := <-l.written:
			l.wrote(w, time.Now())
		case <-timer.C:
		}
		now := time.Now()
		l.step(now)
		timer.Stop()
		if at := l.next(now); !at.IsZero() {
			timer.Reset(at.Sub(now))
		}
	}
	return l.err
}
