package outbox

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

const platform bot.Platform = "fake"

// sent is one call of Send.
type sent struct {
	at     time.Duration // since the test began
	to     string
	text   string
	m      bot.Outbound
	upload bool
}

// fake is a channel that remembers its calls.
type fake struct {
	limits channel.Limits
	send   func(ctx context.Context, n int, to, text string) error // the n-th call, from 1; nil: all arrive

	mu    sync.Mutex
	start time.Time
	calls []sent
}

func (f *fake) Platform() bot.Platform { return platform }
func (f *fake) Limits() channel.Limits { return f.limits }
func (f *fake) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	return f.call(ctx, to, m, false)
}

func (f *fake) call(ctx context.Context, to bot.Address, m bot.Outbound, upload bool) (channel.Receipt, error) {
	f.mu.Lock()
	f.calls = append(f.calls, sent{time.Since(f.start), to.ID, m.Text, m, upload})
	n := len(f.calls)
	f.mu.Unlock()
	if f.send != nil {
		if err := f.send(ctx, n, to.ID, m.Text); err != nil {
			return channel.Receipt{}, err
		}
	}
	return channel.Receipt{Refs: []string{"m" + strconv.Itoa(n)}}, nil
}

// artist is a fake that takes pictures.
type artist struct {
	*fake
	name func(upload int) string // that the n-th one gets, from 1; nil: "ref"

	uploads int
}

func (a *artist) SendPicture(ctx context.Context, to bot.Address, m bot.Outbound, png []byte) (channel.Receipt, error) {
	if string(png) != "bytes of "+m.Media.Picture {
		return channel.Receipt{}, failure(channel.Rejected, 0)
	}
	r, err := a.call(ctx, to, m, true)
	if err != nil {
		return r, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.uploads++; a.name == nil {
		r.Media = "ref"
	} else {
		r.Media = a.name(a.uploads)
	}
	return r, nil
}

// typist is a fake that shows typing signs.
type typist struct {
	*fake
	fails func() error // nil: never

	signs []sent
}

func (t *typist) Typing(_ context.Context, to bot.Address) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.signs = append(t.signs, sent{at: time.Since(t.start), to: to.ID})
	if t.fails != nil {
		return t.fails()
	}
	return nil
}

func (f *fake) all() []sent { return f.since(0) }

// since gives the calls after the first n.
func (f *fake) since(n int) []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clip(f.calls[n:])
}

func (f *fake) texts() (ts []string) {
	for _, c := range f.all() {
		ts = append(ts, c.text)
	}
	return ts
}

func (f *fake) times() (ts []time.Duration) {
	for _, c := range f.all() {
		ts = append(ts, c.at)
	}
	return ts
}

// perPerson counts the calls by whom they went to.
func (f *fake) perPerson() map[string]int {
	n := map[string]int{}
	for _, c := range f.all() {
		n[c.to]++
	}
	return n
}

func failure(f channel.Failure, after time.Duration) error {
	return &channel.SendError{Failure: f, RetryAfter: after, Code: "CODE"}
}

func unsent() error { return &channel.SendError{Failure: channel.Temporary, Unsent: true} }

// bench is a Sender at work.
type bench struct {
	*testing.T
	*Sender
	memory   *memory
	fake     *fake
	log      *bytes.Buffer // read it after end
	troubles []string      // read it when the Sender waits
	stop     context.CancelFunc
	ended    chan error
	stopped  bool
}

// run calls test with a Sender at work, in a bubble of virtual time.
func run(t *testing.T, f *fake, test func(b *bench), change ...func(*Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, f, newMemory(), change...)
		test(b)
		b.end()
	})
}

func newBench(t *testing.T, f *fake, m *memory, change ...func(*Config)) *bench {
	if f.start.IsZero() {
		f.start = time.Now()
	}
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	b := &bench{T: t, memory: m, fake: f, log: &log, stop: stop, ended: make(chan error, 1)}
	cfg := Config{Store: m, Channel: f, Logger: slog.New(slog.NewTextHandler(&log, nil)), InFlight: 32,
		Trouble: func(_ bot.Platform, reason string) { b.troubles = append(b.troubles, reason) }}
	for _, c := range change {
		c(&cfg)
	}
	b.Sender = New(cfg)
	go func() { b.ended <- b.Sender.Run(ctx) }()
	synctest.Wait()
	return b
}

// over has the Sender send over c, which is the bench's fake with more abilities.
func over(c channel.Channel) func(*Config) { return func(cfg *Config) { cfg.Channel = c } }

// end stops the Sender and fails the test if it does not end well.
func (b *bench) end() {
	if b.stopped {
		return
	}
	b.stopped = true
	b.stop()
	if err := <-b.ended; err != nil {
		b.Errorf("Run: %v", err)
	}
}

// owe puts one message for each of texts, due now, and wakes the Sender.
func (b *bench) owe(to string, texts ...string) {
	b.Helper()
	for _, text := range texts {
		b.put(to, bot.Outbound{Text: text})
	}
}

// put owes one message, due now, wakes the Sender and returns the parcel's ID.
func (b *bench) put(to string, m bot.Outbound) (id string) {
	b.Helper()
	err := b.memory.Update(b.Context(), func(tx store.Tx) error {
		ids, err := tx.Outbox.Put(store.Parcel{To: address(to), Citizen: bot.CitizenID(to), Message: m, Due: time.Now()})
		id = ids[0]
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Wake()
	return id
}

// fill puts ps at once and wakes the Sender.
func (b *bench) fill(ps ...store.Parcel) {
	b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(ps...) })
	b.Wake()
}

// announce owes a broadcast to n people and wakes the Sender.
func (b *bench) announce(br bot.Broadcast, n int) {
	b.memory.announce(br, n)
	b.Wake()
}

// drain waits until all is sent.
func (b *bench) drain() {
	b.Helper()
	if err := b.Idle(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// wait lets d pass.
func (b *bench) wait(d time.Duration) {
	time.Sleep(d) // virtual
	synctest.Wait()
}

func (b *bench) depth() int { return len(b.memory.parcels()) }

// reported fails the test if the report of a broadcast is another.
func (b *bench) reported(id string, want bot.Report) {
	b.Helper()
	if got := b.memory.report(id); fmt.Sprint(got) != fmt.Sprint(want) {
		b.Errorf("report of %s: %v, want %v", id, got, want)
	}
}

// people gives one parcel each for n people, due now.
func people(n int) (ps []store.Parcel) {
	for i := range n {
		ps = append(ps, store.Parcel{To: address(fmt.Sprint(i)), Message: bot.Outbound{Text: fmt.Sprint(i)}, Due: time.Now()})
	}
	return ps
}

// purposed gives ps another purpose.
func purposed(ps []store.Parcel, p bot.Purpose) []store.Parcel {
	for i := range ps {
		ps[i].Message.Purpose = p
	}
	return ps
}
