package schedule

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"
)

const layout = "2006-01-02 15:04"

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// memory is a Memory that fails when told to.
type memory struct {
	mu      sync.Mutex
	last    map[string]time.Time
	read    error // of Last
	write   error // of SetLast
	written int
}

func (m *memory) Last(ctx context.Context, job string) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	return m.last[job], m.read
}

func (m *memory) SetLast(ctx context.Context, job string, slot time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.write != nil {
		return m.write
	}
	m.written++
	m.last[job] = slot.UTC() // a store may forget the zone
	return nil
}

func (m *memory) fail(read, write error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read, m.write = read, write
}

// logs is safe to read while it is written.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logs) count(text string) int { return strings.Count(l.String(), text) }

// bench is a place whose clock the test sets. Time is false in it.
type bench struct {
	*testing.T
	zone   *time.Location
	memory memory
	logs   logs
	stop   func() error // ends what start began

	mu    sync.Mutex
	ahead time.Duration // of this clock, to the bubble's
	ran   []string      // slots, in the order in which their runs began
	at    []string      // the clock then
}

// play runs fn in a bubble whose clock stands at a time in a zone.
func play(t *testing.T, zoneName, at string, fn func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, zone: zone(t, zoneName), memory: memory{last: map[string]time.Time{}}}
		b.set(at)
		fn(b)
		if b.stop != nil {
			_ = b.stop()
		}
	})
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.ahead)
}

func (b *bench) parse(at string) time.Time {
	b.Helper()
	when, err := time.ParseInLocation(layout, at, b.zone)
	if err != nil {
		b.Fatal(err)
	}
	return when
}

// set sets the clock, as a person or NTP does.
func (b *bench) set(at string) {
	b.Helper()
	when := b.parse(at)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ahead = when.Sub(time.Now().Round(0))
}

// until lets time pass until a little after the clock stands at a time.
func (b *bench) until(at string) {
	b.Helper()
	time.Sleep(b.parse(at).Sub(b.now()) + time.Second)
	synctest.Wait()
}

// start begins a Scheduler with jobs; stop ends it.
func (b *bench) start(jobs ...Job) {
	b.Helper()
	s, err := New(Config{Zone: b.zone, Jobs: jobs, Memory: &b.memory, Logger: slog.New(slog.NewTextHandler(&b.logs, nil))})
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range s.tasks {
		t.now = b.now
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	b.stop = func() error {
		cancel()
		b.stop = nil
		return <-ended
	}
	synctest.Wait()
}

// restart stops the process, lets it be down until a time and starts it.
func (b *bench) restart(at string, jobs ...Job) {
	b.Helper()
	if err := b.stop(); err != nil {
		b.Fatal(err)
	}
	time.Sleep(b.parse(at).Sub(b.now()))
	b.start(jobs...)
}

// job notes its runs, then does what do says, if anything.
func (b *bench) job(spec string, do func(ctx context.Context) error) Job {
	return Job{Name: "digest", Spec: spec, Run: func(ctx context.Context, slot time.Time) error {
		now := b.now().In(b.zone).Format(layout)
		b.mu.Lock()
		b.ran, b.at = append(b.ran, slot.Format(layout)), append(b.at, now)
		b.mu.Unlock()
		if do == nil {
			return nil
		}
		return do(ctx)
	}}
}

// want checks the slots that were run, and at what time, if that is another.
func (b *bench) want(slots ...string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var got []string
	for i, slot := range b.ran {
		if b.at[i] != slot {
			slot += " at " + b.at[i]
		}
		got = append(got, slot)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(slots, "\n"); g != w {
		b.Errorf("ran\n%s\nwant\n%s\nlog\n%s", g, w, &b.logs)
	}
}
