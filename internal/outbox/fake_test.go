package outbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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

// memory is a store with the three roles that this package needs.
type memory struct {
	mu        sync.Mutex
	roles     roles
	delay     time.Duration // from each commit to the return of Update
	fail      error         // every commit fails with it
	conflicts int           // so many commits conflict
	commits   int
	attempted int // commits that were begun
}

type roles struct {
	parcels  []held
	lastID   int
	citizens map[bot.CitizenID]bot.Citizen
	mail     []bot.Outbound
}

type held struct {
	store.Parcel
	hidden time.Time // not handed out before; zero: not claimed
}

func (m *memory) View(context.Context, func(store.Tx) error) error { return errors.ErrUnsupported }

func (m *memory) Close() error { return nil }

func (m *memory) Update(ctx context.Context, fn func(store.Tx) error) error {
	m.mu.Lock()
	defer time.Sleep(m.delay) // virtual, after the unlock
	defer m.mu.Unlock()
	m.attempted++
	if err := cmp.Or(ctx.Err(), m.fail); err != nil {
		return err
	}
	work := roles{slices.Clone(m.roles.parcels), m.roles.lastID, maps.Clone(m.roles.citizens), slices.Clone(m.roles.mail)}
	if err := fn(store.Tx{Outbox: outboxRole{&work}, Citizens: citizensRole{&work}, Mail: mailRole{&work}}); err != nil {
		return err
	}
	if m.conflicts > 0 {
		m.conflicts--
		return fmt.Errorf("commit: %w", store.ErrConflict)
	}
	m.roles = work
	m.commits++
	return nil
}

func (m *memory) set(change func(m *memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

type outboxRole struct{ *roles }

func (o outboxRole) Put(ps ...store.Parcel) error {
	for _, p := range ps {
		o.lastID++
		p.ID, p.Attempts = strconv.Itoa(o.lastID), 0
		o.parcels = append(o.parcels, held{Parcel: p})
	}
	return nil
}

// heads gives the first parcel of each address.
func (o outboxRole) heads() (hs []*held) {
	seen := map[bot.Address]bool{}
	for i := range o.parcels {
		if p := &o.parcels[i]; !seen[p.To] {
			seen[p.To] = true
			hs = append(hs, p)
		}
	}
	return hs
}

func (h *held) at() time.Time { return later(h.Due, h.hidden) }

func (o outboxRole) Claim(_ bot.Platform, now time.Time, lease time.Duration, limit int) (ps []store.Parcel, err error) {
	hs := slices.DeleteFunc(o.heads(), func(h *held) bool { return h.at().After(now) })
	slices.SortStableFunc(hs, func(a, b *held) int {
		return cmp.Or(cmp.Compare(a.Message.Purpose, b.Message.Purpose), a.Due.Compare(b.Due))
	})
	for _, h := range hs[:min(limit, len(hs))] {
		h.Attempts++
		h.hidden = now.Add(lease)
		ps = append(ps, h.Parcel)
	}
	return ps, nil
}

func (o outboxRole) find(id string) (int, error) {
	i := slices.IndexFunc(o.parcels, func(h held) bool { return h.ID == id })
	if i < 0 {
		return 0, store.ErrNotFound
	}
	return i, nil
}

func (o outboxRole) Settle(id string) error {
	i, err := o.find(id)
	if err != nil {
		return err
	}
	o.parcels = slices.Delete(o.parcels, i, i+1)
	return nil
}

func (o outboxRole) Retry(id string, due time.Time) error {
	i, err := o.find(id)
	if err != nil {
		return err
	}
	o.parcels[i].Due, o.parcels[i].hidden = due, time.Time{}
	return nil
}

func (o outboxRole) Release(id string, due time.Time) error {
	i, err := o.find(id)
	if err != nil {
		return err
	}
	o.parcels[i].Attempts--
	return o.Retry(id, due)
}

func (o outboxRole) Next(bot.Platform) (due time.Time, ok bool, err error) {
	for _, h := range o.heads() {
		if !ok || h.at().Before(due) {
			due, ok = h.at(), true
		}
	}
	return due, ok, nil
}

func (o outboxRole) Depth(bot.Platform) (int, error) { return len(o.parcels), nil }

type citizensRole struct{ *roles }

func (c citizensRole) Get(id bot.CitizenID) (bot.Citizen, bot.State, error) {
	citizen, ok := c.citizens[id]
	if !ok {
		return bot.Citizen{}, bot.State{}, store.ErrNotFound
	}
	return citizen, bot.State{}, nil
}

func (c citizensRole) ByAddress(bot.Address) (bot.CitizenID, error) { return "", errors.ErrUnsupported }

func (c citizensRole) Put(citizen bot.Citizen, _ bot.State) error {
	if citizen.Version != c.citizens[citizen.ID].Version {
		return store.ErrConflict
	}
	citizen.Version++
	c.citizens[citizen.ID] = citizen
	return nil
}

type mailRole struct{ *roles }

func (r mailRole) Hold(_ bot.CitizenID, m bot.Outbound, _ time.Time) error {
	r.mail = append(r.mail, m)
	return nil
}

func (mailRole) Of(bot.CitizenID, int) ([]bot.Held, error) { return nil, errors.ErrUnsupported }
func (mailRole) Drop(bot.CitizenID, string) error          { return errors.ErrUnsupported }

// sent is one call of Send.
type sent struct {
	at   time.Duration // since the test began
	to   string
	text string
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
	f.mu.Lock()
	f.calls = append(f.calls, sent{time.Since(f.start), to.ID, m.Text})
	n := len(f.calls)
	f.mu.Unlock()
	if f.send == nil {
		return channel.Receipt{}, nil
	}
	return channel.Receipt{}, f.send(ctx, n, to.ID, m.Text)
}

func (f *fake) all() []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
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

func failure(f channel.Failure, after time.Duration) error {
	return &channel.SendError{Failure: f, RetryAfter: after, Code: "CODE"}
}

// bench is a Sender at work.
type bench struct {
	*testing.T
	*Sender
	memory  *memory
	fake    *fake
	log     *bytes.Buffer // read it after end
	stop    context.CancelFunc
	ended   chan error
	stopped bool
}

// run calls test with a Sender at work, in a bubble of virtual time.
func run(t *testing.T, f *fake, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, f, &memory{roles: roles{citizens: map[bot.CitizenID]bot.Citizen{}}})
		test(b)
		b.end()
	})
}

func newBench(t *testing.T, f *fake, m *memory) *bench {
	f.start = time.Now()
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	b := &bench{T: t, memory: m, fake: f, log: &log, stop: stop, ended: make(chan error, 1)}
	b.Sender = New(Config{Store: m, Channel: f, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	go func() { b.ended <- b.Sender.Run(ctx) }()
	synctest.Wait()
	return b
}

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
	err := b.memory.Update(b.Context(), func(tx store.Tx) error {
		for _, text := range texts {
			p := store.Parcel{To: bot.Address{Platform: platform, ID: to}, Citizen: bot.CitizenID(to), Message: bot.Outbound{Text: text}, Due: time.Now()}
			if err := tx.Outbox.Put(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
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

func (b *bench) depth() int {
	b.memory.mu.Lock()
	defer b.memory.mu.Unlock()
	return len(b.memory.roles.parcels)
}
