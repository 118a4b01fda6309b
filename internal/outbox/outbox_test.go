package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

func TestWakeSendsAtOnce(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.wait(time.Hour)
		b.owe("a", "hello")
		b.drain()
		if got := b.fake.times(); len(got) != 1 || got[0] != time.Hour {
			t.Errorf("sent at %v, want 1h", got)
		}
		if b.depth() != 0 {
			t.Error("the parcel was not settled")
		}
	})
}

func TestWakeDuringACommitIsNotLost(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.memory.set(func(m *memory) { m.delay = time.Second })
		b.Wake() // its claim runs for a second and finds nothing
		synctest.Wait()
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(1)...) })
		b.Wake() // after that claim, before its result is in
		b.wait(time.Minute)
		if got := b.fake.texts(); len(got) != 1 {
			t.Errorf("sent %q, want one message", got)
		}
	})
}

func TestIdleSenderDoesNothing(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.owe("a", "hello")
		b.drain()
		before := b.memory.attempted
		b.wait(24 * time.Hour)
		if got := b.memory.attempted; got != before {
			t.Errorf("%d commits while idle", got-before)
		}
	})
}

func TestOrderPerPersonHoldsThroughRetries(t *testing.T) {
	failed := false
	f := &fake{}
	f.send = func(_ context.Context, _ int, _, text string) error {
		if text == "a2" && !failed {
			failed = true
			return failure(channel.Temporary, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.owe("a", "a1", "a2", "a3")
		b.owe("b", "b1", "b2")
		b.wait(time.Minute)
		got := map[string][]string{}
		for _, c := range f.all() {
			got[c.to] = append(got[c.to], c.text)
		}
		if !slices.Equal(got["a"], []string{"a1", "a2", "a2", "a3"}) || !slices.Equal(got["b"], []string{"b1", "b2"}) {
			t.Errorf("sent %v", got)
		}
	})
}

func TestOneMessageAtATimePerPersonManyPeopleAtOnce(t *testing.T) {
	flying, most := map[string]int{}, 0
	f := &fake{}
	f.send = func(_ context.Context, _ int, to, _ string) error {
		f.mu.Lock()
		flying[to]++
		total := 0
		for id, n := range flying {
			total += n
			if n > 1 {
				t.Errorf("%d sends to %s at once", n, id)
			}
		}
		most = max(most, total)
		f.mu.Unlock()
		time.Sleep(time.Second) // virtual
		f.mu.Lock()
		flying[to]--
		f.mu.Unlock()
		return nil
	}
	run(t, f, func(b *bench) {
		for i := range 50 {
			b.owe(fmt.Sprint(i), "1", "2")
		}
		b.drain()
		if most != 32 {
			t.Errorf("%d sends at once, want 32", most)
		}
		if len(f.all()) != 100 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", len(f.all()), b.depth())
		}
	})
}

func TestUrgentMessageOvertakes(t *testing.T) {
	run(t, &fake{limits: channel.Limits{PerSecond: 1}}, func(b *bench) {
		put := func(to string, purpose bot.Purpose) {
			b.put(to, bot.Outbound{Text: to, Purpose: purpose})
		}
		for i := range 5 {
			put(fmt.Sprint(i), bot.PurposeReply+7)
		}
		b.wait(1500 * time.Millisecond) // one is out, the others are claimed
		put("reply", bot.PurposeReply)
		b.drain()
		if got := b.fake.texts(); got[1] != "reply" {
			t.Errorf("sent %q, want the reply second", got)
		}
	})
}

func TestSettlementsShareCommits(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { time.Sleep(time.Second); return nil }} // virtual
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) {
			m.delay = 10 * time.Millisecond // an fsync: what ends meanwhile is settled next
			_, _ = outboxRole{&m.roles}.Put(people(30)...)
		})
		before := b.memory.commits
		b.drain()
		if got := b.memory.commits - before; got > 4 {
			t.Errorf("%d commits for 30 messages that came together", got)
		}
	})
}

func TestAMessageDueLaterWaitsForItsTime(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.memory.set(func(m *memory) {
			p := people(1)[0]
			p.Due = time.Now().Add(3 * time.Hour)
			_, _ = outboxRole{&m.roles}.Put(p)
		})
		b.Wake()
		b.drain()
		if n := len(b.fake.all()); n != 0 {
			t.Fatal("sent before it was due")
		}
		b.wait(4 * time.Hour)
		if got := b.fake.times(); len(got) != 1 || got[0] != 3*time.Hour {
			t.Errorf("sent at %v, want 3h", got)
		}
	})
}

func TestShutdownLetsSendsFinishAndGivesTheRestBack(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(ctx context.Context, n int, _, _ string) error {
		if n == 1 {
			time.Sleep(4 * time.Second) // virtual
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(20)...) })
		b.Wake()
		b.wait(250 * time.Millisecond) // two in flight, the others wait for their turn
		if n := len(f.all()); n != 2 {
			t.Fatalf("%d in flight", n)
		}
		began := time.Now()
		b.end()
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("stopped after %v, want 5s", took)
		}
		ps := b.memory.parcels()
		if len(ps) != 19 {
			t.Fatalf("%d parcels kept, want 19", len(ps))
		}
		for _, p := range ps {
			if p.at().After(time.Now()) {
				t.Errorf("parcel %s is not due at once", p.ID)
			}
			if want := map[bool]int{true: 1}[p.ID == "2"]; p.Attempts != want {
				t.Errorf("parcel %s has %d attempts, want %d", p.ID, p.Attempts, want)
			}
		}
		if b.Status().State != Stopped {
			t.Errorf("status %+v", b.Status())
		}
	})
}

func TestShutdownDoesNotWaitForASendThatHangs(t *testing.T) {
	release := make(chan struct{})
	f := &fake{send: func(context.Context, int, string, string) error { <-release; return nil }}
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{}) // of this bubble
		b := newBench(t, f, newMemory())
		b.owe("a", "hello")
		synctest.Wait()
		began := time.Now()
		b.end()
		if took := time.Since(began); took != 6*time.Second {
			t.Errorf("stopped after %v, want 6s", took)
		}
		if b.depth() != 1 || b.memory.parcels()[0].at().After(time.Now()) {
			t.Error("the parcel was not given back")
		}
		close(release)
	})
}

func TestASendIsCutAfterAMinute(t *testing.T) {
	f := &fake{send: func(ctx context.Context, n int, _, _ string) error {
		if n == 1 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.owe("a", "hello")
		b.wait(time.Hour)
		if got := f.times(); len(got) != 2 || got[1] != 62*time.Second {
			t.Errorf("sent at %v, want a second attempt after 62s", got)
		}
	})
}

func TestCrashBetweenSendAndSettleRepeats(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.memory.set(func(m *memory) { // another process claimed it and died
			_, _ = outboxRole{&m.roles}.Put(people(1)...)
			_, _ = outboxRole{&m.roles}.Claim(platform, bot.PurposeAnnouncement, time.Now(), lease, 1)
		})
		b.Wake()
		b.wait(time.Hour)
		if got := b.fake.times(); len(got) != 1 || got[0] != lease {
			t.Errorf("sent at %v, want once when the lease ends", got)
		}
	})
}

// What a clock that was two hours ahead has put is sent at the start, not in two hours.
func TestClockThatWasAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, ps := newMemory(), people(2)
		ps[0].Due, ps[1].Due = time.Now().Add(2*time.Hour), time.Now().Add(time.Minute)
		m.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(ps...) })
		b := newBench(t, &fake{}, m)
		b.wait(time.Hour)
		if got := b.fake.times(); len(got) != 2 || got[0] != 0 || got[1] != 0 {
			t.Errorf("sent at %v, want at once", got)
		}
		b.end()
	})
}

func TestClockSetBack(t *testing.T) {
	for _, c := range []struct {
		said, passed time.Duration
		want         bool
	}{
		{time.Second, time.Second, false},
		{time.Hour, time.Second, false}, // set forward: what is due is sent
		{-time.Second, time.Second, false},
		{-time.Hour, time.Second, true},
		{-3 * time.Second, time.Second, true},
	} {
		if got := setBack(c.said, c.passed); got != c.want {
			t.Errorf("a clock that says %v when %v have passed was set back: %v", c.said, c.passed, got)
		}
	}
}

func TestStoreFailureLosesNothingAndDoesNotSpin(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.fake.send = func(context.Context, int, string, string) error {
			b.memory.set(func(m *memory) { m.fail = errors.New("no space left on device") })
			return nil
		}
		b.owe("a", "one")
		b.wait(time.Hour)
		if n := b.memory.attempted; n > 80 {
			t.Errorf("%d commits tried in an hour", n)
		}
		b.fake.send = nil
		b.memory.set(func(m *memory) { m.fail = nil })
		b.owe("b", "two")
		b.drain()
		if got := b.fake.texts(); !slices.Equal(got, []string{"one", "two"}) || b.depth() != 0 {
			t.Errorf("sent %q, %d left", got, b.depth())
		}
		b.end()
		if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
			t.Errorf("%d errors in the log, want 1:\n%s", n, b.log)
		}
	})
}

func TestStoreFailureAtTheEndIsReported(t *testing.T) {
	full := errors.New("no space left on device")
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		b := newBench(t, f, newMemory())
		f.send = func(context.Context, int, string, string) error {
			b.memory.set(func(m *memory) { m.fail = full })
			return nil
		}
		b.owe("a", "hello")
		synctest.Wait()
		b.stop()
		if err := <-b.ended; !errors.Is(err, full) {
			t.Errorf("Run: %v, want the store's error", err)
		}
	})
}

func TestShutdownTriesAFailedCommitOnceMore(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.fake.send = func(context.Context, int, string, string) error {
			b.memory.set(func(m *memory) { m.fail = errors.New("no space left on device") })
			return nil
		}
		b.owe("a", "hello")
		b.wait(20 * time.Second) // several failures: the next try is far
		b.memory.set(func(m *memory) { m.fail = nil })
		began := time.Now()
		b.end()
		if took := time.Since(began); took != 0 || b.depth() != 0 {
			t.Errorf("stopped after %v with %d left", took, b.depth())
		}
	})
}

func TestShutdownWaitsForARunningCommit(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.memory.set(func(m *memory) { m.delay = time.Hour }) // a disk that hangs
		b.owe("a", "hello")
		b.wait(time.Minute)
		b.end()
		if b.depth() != 1 || b.memory.parcels()[0].Attempts != 0 {
			t.Error("what the commit claimed was not given back")
		}
	})
}

func TestIdleEndsWithItsContext(t *testing.T) {
	s := New(Config{Store: newMemory(), Channel: &fake{}, Logger: discard()}) // not running
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Idle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Idle: %v", err)
	}
	if s.Wake(); s.Status().State != Stopped {
		t.Errorf("status %+v", s.Status())
	}
}
