package outbox

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestRetrySchedule(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return errors.New("connection refused") }}
	run(t, f, func(b *bench) {
		b.owe("a", "hello")
		b.wait(24 * time.Hour)
		var gaps []time.Duration
		times := f.times()
		for i := range times[1:] {
			gaps = append(gaps, (times[i+1]-times[i])/time.Second)
		}
		if want := []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600}; !slices.Equal(gaps, want) {
			t.Errorf("seconds between tries %d, want %d", gaps, want)
		}
		if b.depth() != 0 {
			t.Error("the parcel was not settled after the last try")
		}
		b.end()
		if n := strings.Count(b.log.String(), "given up"); n != 1 {
			t.Errorf("%d lines say that it was given up:\n%s", n, b.log)
		}
	})
}

func TestFreezeLastsExactlyRetryAfterAndLosesNothing(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 5 {
			return failure(channel.Throttled, 7*time.Second)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(20)...) })
		b.Wake()
		b.wait(time.Second)
		if s := b.Status(); s.State != Frozen || s.Until.Sub(f.start) != 7500*time.Millisecond {
			t.Errorf("status %+v", s)
		}
		for _, p := range b.memory.parcels() {
			if p.Attempts != 0 {
				t.Errorf("parcel %s lost an attempt", p.ID)
			}
		}
		b.owe("late", "late") // a Wake does not end the pause
		b.drain()
		times, texts := f.times(), f.texts()
		if times[4] != 500*time.Millisecond || times[5] != 7500*time.Millisecond {
			t.Errorf("sent at %v", times)
		}
		if texts[5] != texts[4] {
			t.Errorf("sent %q: the throttled message must go first again", texts)
		}
		if len(texts) != 22 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", len(texts), b.depth())
		}
		if s := b.Status(); s != (Status{State: Running}) {
			t.Errorf("status %+v", s)
		}
	})
}

func TestThrottlingNeverUsesUpAttempts(t *testing.T) {
	f := &fake{}
	f.send = func(_ context.Context, n int, _, _ string) error {
		switch {
		case n <= 50:
			return failure(channel.Throttled, time.Second)
		case n < 50+maxTries:
			return failure(channel.Temporary, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.owe("a", "hello")
		b.wait(24 * time.Hour)
		if n := len(f.all()); n != 50+maxTries || b.depth() != 0 {
			t.Errorf("%d sends, want %d; %d left", n, 50+maxTries, b.depth())
		}
	})
}

func TestTheLongestPauseCounts(t *testing.T) {
	f := &fake{send: func(_ context.Context, n int, _, _ string) error {
		switch n {
		case 1:
			return failure(channel.Throttled, time.Minute)
		case 2:
			time.Sleep(time.Second) // virtual
			return failure(channel.Throttled, time.Second)
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(2)...) })
		b.drain()
		if got := f.times(); len(got) != 4 || got[2] != time.Minute {
			t.Errorf("sent at %v, want the third after 1m", got)
		}
	})
}

func TestUnreachableMarksTheCitizen(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return failure(channel.Unreachable, 0) }}
	run(t, f, func(b *bench) {
		b.memory.know(bot.Citizen{ID: "a", Contacts: []bot.Contact{{Address: address("other")}, {Address: address("a")}}, Village: "shroma", Version: 3})
		b.memory.know(bot.Citizen{ID: "moved", Contacts: []bot.Contact{{Address: address("elsewhere")}}})
		b.owe("a", "hello")
		b.owe("moved", "hello")
		b.owe("forgotten", "hello")
		b.memory.set(func(m *memory) { m.conflicts = 2 })
		b.drain()
		c := b.memory.roles.citizens
		if a := c["a"]; a.Contacts[1].Reach != bot.Blocked || a.Contacts[0].Reach != bot.Reachable || a.Village != "shroma" || a.Version != 4 {
			t.Errorf("the citizen's contacts are %+v", a.Contacts)
		}
		if c["moved"].Contacts[0].Reach != bot.Reachable {
			t.Error("a citizen with another address was marked")
		}
		if len(f.all()) != 3 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", len(f.all()), b.depth())
		}
		b.end()
		if strings.Contains(b.log.String(), "level=ERROR") {
			t.Errorf("log:\n%s", b.log)
		}
	})
}

func TestRejectedIsDroppedWithAnError(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return failure(channel.Rejected, 0) }}
	run(t, f, func(b *bench) {
		b.owe("a", "hello")
		b.drain()
		if len(f.all()) != 1 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", len(f.all()), b.depth())
		}
		b.end()
		if log := b.log.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "CODE") || strings.Contains(log, "hello") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestMisconfiguredStopsTheChannelAndKeepsEverything(t *testing.T) {
	f := &fake{}
	f.send = func(context.Context, int, string, string) error {
		if time.Since(f.start) < 17*time.Minute { // then the operator has mended it
			time.Sleep(time.Millisecond) // virtual
			return failure(channel.Misconfigured, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(100)...) })
		b.Wake()
		b.wait(time.Minute)
		first := len(f.all())
		if s := b.Status(); s.State != Stopped || !strings.Contains(s.Reason, "CODE") || s.Until.IsZero() {
			t.Errorf("status %+v", s)
		}
		b.owe("late", "late")
		b.wait(15 * time.Minute)
		if n := len(f.all()) - first; n != 3 {
			t.Errorf("%d tries in 15 minutes, want 3", n)
		}
		if b.depth() != 101 {
			t.Errorf("%d kept, want 101", b.depth())
		}
		for _, p := range b.memory.parcels() {
			if p.Attempts != 0 {
				t.Errorf("parcel %s has %d attempts", p.ID, p.Attempts)
			}
		}
		b.drain()
		if b.depth() != 0 || b.Status().State != Running {
			t.Errorf("%d left, status %+v", b.depth(), b.Status())
		}
		b.end()
		if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
			t.Errorf("%d errors in the log, want 1:\n%s", n, b.log)
		}
	})
}

func TestWhatEndsAStop(t *testing.T) {
	const second, minute = time.Second, time.Minute
	for _, c := range []struct {
		name string
		late error // of a send that began before the token was refused, and ends a second after
		try  error // of the try after it
		want State
	}{
		{"an earlier send proves nothing", nil, failure(channel.Misconfigured, 0), Stopped},
		{"an earlier throttling neither", failure(channel.Throttled, minute), failure(channel.Misconfigured, 0), Stopped},
		{"a network error neither", nil, failure(channel.Temporary, 0), Stopped},
		{"a message that arrives", nil, nil, Running},
		{"a citizen who left", nil, failure(channel.Unreachable, 0), Running},
		{"a message that is refused", nil, failure(channel.Rejected, 0), Running},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{send: func(_ context.Context, n int, _, text string) error {
				switch {
				case n <= 2 && text == "0":
					return failure(channel.Misconfigured, 0)
				case n <= 2:
					time.Sleep(second) // virtual
					return c.late
				}
				return c.try
			}}
			run(t, f, func(b *bench) {
				b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(2)...) })
				b.Wake()
				b.wait(2 * second)
				if s := b.Status(); s.State != Stopped || s.Until.Sub(f.start) != misconfigured {
					t.Errorf("status after the refusal %+v", s)
				}
				b.wait(misconfigured)
				if s := b.Status(); s.State != c.want {
					t.Errorf("status after the try %+v, want %s", s, c.want)
				}
			})
		})
	}
}

func TestPanicInSendIsContained(t *testing.T) {
	f := &fake{send: func(_ context.Context, n int, _, _ string) error {
		if n == 1 {
			panic("the citizen's words")
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.owe("a", "hello")
		b.wait(time.Minute)
		if len(f.all()) != 2 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", len(f.all()), b.depth())
		}
		b.end()
		if log := b.log.String(); !strings.Contains(log, "panicked") || strings.Contains(log, "citizen's words") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestEveryFailureHasARule(t *testing.T) {
	want := map[channel.Failure]rule{
		0:                     {parcel: retry},
		channel.Temporary:     {parcel: retry},
		channel.Throttled:     {parcel: release, channel: Frozen},
		channel.Unreachable:   {parcel: settle, as: bot.FateUnreachable, block: true},
		channel.Rejected:      {parcel: settle, as: bot.FateFailed, bug: true},
		channel.Misconfigured: {parcel: release, channel: Stopped},
		channel.WindowClosed:  {parcel: hold},
		channel.Restricted:    {parcel: release, channel: Stopped},
	}
	for f := channel.Failure(0); f == 0 || f.String() != "unknown"; f++ {
		if r, ok := want[f]; !ok || policy(f) != r {
			t.Errorf("%v: %+v, want %+v", f, policy(f), r)
		}
	}
}
