package outbox

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// outage has f's platform silent from the start of an outage to its end; a send takes long to find out.
func outage(f *fake, from, to, long time.Duration) {
	f.send = func(context.Context, int, string, string) error {
		if at := time.Since(f.start); at >= from && at < to {
			time.Sleep(long) // virtual
			return failure(channel.Temporary, 0)
		}
		time.Sleep(50 * time.Millisecond) // virtual
		return nil
	}
}

func TestEightSilentSendsPauseTheChannel(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	outage(f, 0, time.Hour, 0)
	run(t, f, func(b *bench) {
		b.fill(people(100)...)
		b.wait(810 * time.Millisecond)
		s := b.Status()
		if len(f.all()) != 8 || s.State != Stopped || s.Reason == "" || s.Until.Sub(f.start) != 800*time.Millisecond+firstSilence {
			t.Errorf("%d sends, status %+v", len(f.all()), s)
		}
		b.owe("late", "late") // a Wake does not end the pause
		b.wait(time.Hour - time.Second)
		var gaps []time.Duration
		times := f.times()
		for i := range times[8:] {
			gaps = append(gaps, (times[8+i]-times[7+i]).Round(time.Second)/time.Second)
		}
		if !slices.Equal(gaps[:7], []time.Duration{5, 10, 20, 40, 80, 120, 120}) || slices.Max(gaps) != 120 {
			t.Errorf("seconds between tries %d", gaps)
		}
		if !slices.Equal(b.troubles, []string{s.Reason}) {
			t.Errorf("told %q", b.troubles)
		}
		b.drain()
		b.wait(time.Hour)
		if b.depth() != 0 || b.Status() != (Status{State: Running}) || !slices.Equal(b.troubles, []string{s.Reason, ""}) {
			t.Errorf("%d left, status %+v, told %q", b.depth(), b.Status(), b.troubles)
		}
		b.end()
		if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
			t.Errorf("%d errors in the log, want 1:\n%s", n, b.log)
		}
	})
}

func TestAnOutageLosesLittleOfABroadcast(t *testing.T) {
	for name, c := range map[string]struct {
		long     time.Duration // until a send fails
		inFlight int           // when the outage begins or before it is noticed
	}{
		"answers of a broken server":  {50 * time.Millisecond, 3},
		"no answers for a minute":     {time.Minute, 32},
		"an answer after ten seconds": {10 * time.Second, 32},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{limits: channel.Limits{PerSecond: 30}}
			outage(f, time.Minute, 3*time.Hour, c.long)
			typing := &typist{fake: f}
			typing.fails = func() error {
				if at := time.Since(f.start); at >= time.Minute && at < 3*time.Hour {
					return failure(channel.Temporary, 0)
				}
				return nil
			}
			run(t, f, func(b *bench) {
				b.announce(bot.Broadcast{ID: "b"}, 5000)
				b.wait(2 * time.Hour)
				if s := b.Status(); s.State != Stopped {
					t.Errorf("status %+v", s)
				}
				b.owe("reader", "reply")
				b.wait(3 * time.Hour)
				r := b.memory.report("b")
				if lost := r[bot.FateUnconfirmed]; lost < 8 || lost > 8+c.inFlight || r[bot.FateSent]+lost != 5000 {
					t.Errorf("%v, want at most %d unconfirmed", r, 8+c.inFlight)
				}
				for to, n := range f.perPerson() {
					if n > 1 && to != "reader" {
						t.Errorf("%s was sent to %d times", to, n)
					}
				}
				if b.depth() != 0 || len(b.troubles) != 2 {
					t.Errorf("%d left, told %q", b.depth(), b.troubles)
				}
				if n := len(typing.signs); n < 60 || n > 180 {
					t.Errorf("tried with %d typing signs in three hours", n)
				}
			}, over(typing))
		})
	}
}

func TestNoConnectionLosesNothing(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	f.send = func(context.Context, int, string, string) error {
		if at := time.Since(f.start); at > 10*time.Second && at < time.Hour {
			return unsent()
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 1000)
		b.wait(time.Hour)
		if s := b.Status(); s.State != Stopped || len(b.troubles) != 1 {
			t.Errorf("status %+v", s)
		}
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: 1000})
		if n := len(f.all()) - 1000; n > 50 {
			t.Errorf("%d tries in an hour without a connection", n)
		}
	})
}

func TestAStoppedChannelIsTriedWithOneAtATime(t *testing.T) {
	flying, most := 0, 0
	f := &fake{}
	f.send = func(context.Context, int, string, string) error {
		f.mu.Lock()
		late := time.Since(f.start) > 2*time.Minute
		if flying++; late && time.Since(f.start) < time.Hour {
			most = max(most, flying)
		}
		f.mu.Unlock()
		time.Sleep(30 * time.Second) // virtual
		f.mu.Lock()
		flying--
		f.mu.Unlock()
		if time.Since(f.start) < time.Hour {
			return failure(channel.Temporary, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 100)
		b.announce(bot.Broadcast{ID: "u", Urgent: true}, 100)
		b.fill(purposed(people(100), bot.PurposeDigest)...)
		b.fill(people(100)...)
		for range 59 {
			b.wait(time.Minute)
			b.Wake()
		}
		if most != 1 {
			t.Errorf("tried with %d at once", most)
		}
		b.wait(time.Hour)
		if b.depth() != 0 || b.Status().State != Running {
			t.Errorf("%d left, status %+v", b.depth(), b.Status())
		}
	})
}

func TestAnAnswerOfAnyKindEndsTheSilence(t *testing.T) {
	for _, answer := range []channel.Failure{0, channel.Throttled, channel.Unreachable, channel.Rejected, channel.WindowClosed} {
		f := &fake{limits: channel.Limits{PerSecond: 10}}
		f.send = func(_ context.Context, n int, _, _ string) error {
			switch {
			case n%8 != 0:
				return failure(channel.Temporary, 0)
			case answer == 0:
				return nil
			}
			return failure(answer, time.Second)
		}
		run(t, f, func(b *bench) {
			b.fill(people(60)...)
			b.wait(10 * time.Second)
			if len(b.troubles) > 0 {
				t.Errorf("%v: told %q", answer, b.troubles)
			}
		})
	}
}

// The citizen has to write first, says the platform: so it is there.
func TestAClosedWindowEndsAStop(t *testing.T) {
	f := &fake{}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n <= 8 {
			return failure(channel.Temporary, 0)
		}
		return failure(channel.WindowClosed, 0)
	}
	run(t, f, func(b *bench) {
		b.fill(people(20)...)
		b.wait(time.Minute)
		if b.Status().State != Running || b.depth() != 0 {
			t.Errorf("status %+v, %d left", b.Status(), b.depth())
		}
	})
}

// One message that the platform chokes on holds up nobody else.
func TestOneMessageThatFailsAgainAndAgainStopsNothing(t *testing.T) {
	f := &fake{send: func(_ context.Context, _ int, to, _ string) error {
		if to == "poison" {
			return failure(channel.Temporary, 0)
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.owe("poison", "x")
		b.wait(20 * time.Minute) // nine tries
		b.owe("reader", "reply")
		b.wait(0)
		if len(b.troubles) > 0 || !slices.Contains(f.texts(), "reply") {
			t.Errorf("told %q, sent %q", b.troubles, f.texts())
		}
	})
}

// What was in flight when the pause began says nothing new.
func TestManySilentSendsAtOnceMakeOnePause(t *testing.T) {
	f := &fake{}
	outage(f, 0, time.Hour, time.Second)
	run(t, f, func(b *bench) {
		b.fill(people(200)...)
		b.wait(time.Minute)
		var tries []time.Duration
		for _, at := range f.times() {
			if at > time.Second {
				tries = append(tries, at/time.Second)
			}
		}
		if want := []time.Duration{6, 17, 38}; !slices.Equal(tries, want) { // 1 + 5, + 1 + 10, + 1 + 20
			t.Errorf("tried at %d s, want %d", tries, want)
		}
	})
}

func TestEachSilenceBeginsWithAShortPause(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(context.Context, int, string, string) error {
		if at := time.Since(f.start); at < 10*time.Minute || at > 20*time.Minute {
			return failure(channel.Temporary, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.fill(people(10)...)
		b.wait(21 * time.Minute)
		b.fill(people(10)...)
		b.wait(time.Second)
		if s := b.Status(); s.State != Stopped || time.Until(s.Until) > firstSilence || len(b.troubles) != 3 {
			t.Errorf("status %+v, told %q", s, b.troubles)
		}
	})
}

func TestMessagesThatFailAgainCountAfterAnAnswer(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 8 {
			return nil
		}
		return failure(channel.Temporary, 0)
	}
	run(t, f, func(b *bench) {
		b.fill(people(8)...)
		b.wait(4 * time.Second) // seven were tried twice
		if s := b.Status(); s.State != Running {
			t.Errorf("status %+v", s)
		}
		b.owe("another", "x")
		b.wait(200 * time.Millisecond)
		if s := b.Status(); s.State != Stopped {
			t.Errorf("status %+v", s)
		}
	})
}

// A channel that was stopped for its token, and then for the network, is not tried without a pause.
func TestAStopIsKeptThroughSilence(t *testing.T) {
	f := &fake{}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 1 {
			return failure(channel.Misconfigured, 0)
		}
		return failure(channel.Temporary, 0)
	}
	run(t, f, func(b *bench) {
		b.fill(people(100)...)
		b.wait(misconfigured - time.Second)
		before := len(f.all())
		b.wait(time.Minute)
		if n := len(f.all()) - before; n < 3 || n > 5 || len(b.troubles) != 1 {
			t.Errorf("%d tries, told %q", n, b.troubles)
		}
	})
}
