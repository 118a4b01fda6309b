package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

// slow takes a second for each send, and remembers the most sends at once of each purpose.
func slow(f *fake) (most map[bot.Purpose]int) {
	most = map[bot.Purpose]int{}
	flying := map[bot.Purpose]int{}
	f.send = func(_ context.Context, n int, _, _ string) error {
		f.mu.Lock()
		p := f.calls[n-1].m.Purpose
		flying[p]++
		most[p] = max(most[p], flying[p])
		f.mu.Unlock()
		time.Sleep(time.Second) // virtual
		f.mu.Lock()
		flying[p]--
		f.mu.Unlock()
		return nil
	}
	return most
}

func TestEachLaneHasABudgetOfItsOwn(t *testing.T) {
	f := &fake{}
	most := slow(f)
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 200)
		b.announce(bot.Broadcast{ID: "u", Urgent: true}, 200)
		b.fill(purposed(people(200), bot.PurposeDigest)...)
		b.wait(100 * time.Millisecond)
		b.fill(people(200)...)
		b.drain()
		for _, p := range []bot.Purpose{bot.PurposeReply, bot.PurposeUrgent, bot.PurposeDigest, bot.PurposeAnnouncement} {
			if most[p] != 5 {
				t.Errorf("%d sends of purpose %d at once, want 5", most[p], p)
			}
		}
		if n := len(f.all()); n != 800 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", n, b.depth())
		}
	}, func(c *Config) { c.InFlight = 5 })
}

// A store hands out the most urgent first, so whoever asks for digests could get replies without end.
func TestAFloodOfRepliesIsNotClaimedAtOnce(t *testing.T) {
	f := &fake{}
	limit(f, 10)
	run(t, f, func(b *bench) {
		b.fill(people(3000)...) // five minutes: longer than a lease
		b.fill(purposed(people(10), bot.PurposeDigest)...)
		for range 30 {
			b.wait(10 * time.Second)
			claimed := 0
			for _, p := range b.memory.parcels() {
				claimed += p.Attempts
			}
			if claimed > 32 {
				t.Fatalf("%d are claimed at once", claimed)
			}
		}
		b.drain()
		if n := len(f.all()); n != 3010 || slices.ContainsFunc(f.all()[3000:], func(c sent) bool { return c.m.Purpose != bot.PurposeDigest }) {
			t.Errorf("%d sends", n)
		}
	})
}

func TestDigestsGoOnWhenRepliesHaveGone(t *testing.T) {
	for _, perSecond := range []float64{0, 20} {
		f := &fake{limits: channel.Limits{PerSecond: perSecond}, send: func(context.Context, int, string, string) error {
			time.Sleep(300 * time.Millisecond) // virtual
			return nil
		}}
		run(t, f, func(b *bench) {
			b.memory.set(func(m *memory) { m.delay = 5 * time.Millisecond })
			before := b.memory.attempted
			for i := range 20 {
				for range 4 {
					b.owe(fmt.Sprint(i), "reply") // four to each: only the first can be claimed
					b.put(fmt.Sprint(i), bot.Outbound{Text: "digest", Purpose: bot.PurposeDigest})
				}
			}
			b.drain()
			if n := len(f.all()); n != 160 || b.depth() != 0 {
				t.Errorf("%d sends, %d left", n, b.depth())
			}
			if n := b.memory.attempted - before - 160; n > 330 {
				t.Errorf("%d commits for 160 messages", n)
			}
		})
	}
}

// What is less urgent may wait for long while others go first: it must not outlive its lease in the meantime.
func TestAStarvedDigestIsNotSentTwice(t *testing.T) {
	f := &fake{}
	limit(f, 10)
	run(t, f, func(b *bench) {
		b.fill(purposed(people(40), bot.PurposeDigest)...)
		b.announce(bot.Broadcast{ID: "b"}, 10)
		b.wait(500 * time.Millisecond)
		for i := range 240 { // replies for four minutes, as many as can go
			for j := range 10 {
				b.owe(fmt.Sprint(i*10+j), "reply")
			}
			b.wait(time.Second)
		}
		b.drain()
		if n := len(f.all()); n != 2450 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", n, b.depth())
		}
		b.reported("b", bot.Report{bot.FateSent: 10})
	})
}

func TestIdleLanesDoNothing(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 10)
		b.announce(bot.Broadcast{ID: "u", Urgent: true}, 10)
		b.fill(purposed(people(10), bot.PurposeDigest)...)
		b.fill(people(10)...)
		b.drain()
		b.memory.announce(bot.Broadcast{ID: "p", State: bot.BroadcastPaused}, 10)
		b.Wake()
		b.drain()
		before := b.memory.attempted
		b.wait(24 * time.Hour)
		b.memory.set(func(m *memory) {
			if n := m.attempted - before; n != 0 {
				t.Errorf("%d commits while idle", n)
			}
		})
	})
}

// many says how many messages of the platform's it took.
type many struct{ *fake }

func (c many) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	_, err := c.fake.Send(ctx, to, m)
	return channel.Receipt{Refs: []string{"1", "2", "3"}}, err
}

func TestALongMessageCountsAsManyAsItTakes(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 100)
		b.drain()
		times := f.times()
		if took := times[99] - times[0]; took < 9800*time.Millisecond || took > 10*time.Second {
			t.Errorf("300 messages of the platform's took %v, want about 9.9s", took)
		}
	}, over(many{f}))
}

func TestFatesAreKept(t *testing.T) {
	f := &fake{send: func(_ context.Context, _ int, to, _ string) error {
		n, _ := strconv.Atoi(to)
		return []error{nil, failure(channel.Unreachable, 0), failure(channel.Rejected, 0), failure(channel.WindowClosed, 0), failure(channel.Temporary, 0)}[n]
	}}
	run(t, f, func(b *bench) {
		b.memory.know(bot.Citizen{ID: "3", Contacts: []bot.Contact{{Address: address("3")}}})
		var ids []string
		for n := range 5 {
			ids = append(ids, b.put(fmt.Sprint(n), bot.Outbound{Text: "hello"}))
		}
		b.wait(time.Hour)
		for n, want := range []bot.Fate{bot.FateSent, bot.FateUnreachable, bot.FateFailed, bot.FateHeld, bot.FateFailed} {
			if got := b.memory.fate(ids[n]); got != want {
				t.Errorf("fate of %d: %v, want %v", n, got, want)
			}
		}
	})
}

func TestAReplyIsFoundWithoutAWake(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	run(t, f, func(b *bench) {
		b.fill(purposed(people(100), bot.PurposeDigest)...)
		b.wait(time.Second)
		b.memory.set(func(m *memory) {
			_, _ = outboxRole{&m.roles}.Put(store.Parcel{To: address("reader"), Message: bot.Outbound{Text: "reply"}, Due: time.Now()})
		})
		b.wait(time.Second)
		if !slices.Contains(f.texts(), "reply") {
			t.Error("the reply waits")
		}
	})
}

func TestNoLaneIsForgottenWhenTheStoreFails(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.memory.announce(bot.Broadcast{ID: "b"}, 3)
		b.memory.announce(bot.Broadcast{ID: "u", Urgent: true}, 3)
		b.memory.set(func(m *memory) {
			_, _ = outboxRole{&m.roles}.Put(people(3)...)
			_, _ = outboxRole{&m.roles}.Put(purposed(people(3), bot.PurposeDigest)...)
			m.fail = errors.New("no space left on device")
		})
		b.Wake()
		b.wait(time.Minute)
		b.memory.set(func(m *memory) { m.fail, m.conflicts = nil, 3 })
		b.wait(2 * time.Minute)
		if n := len(f.all()); n != 12 || b.depth() != 0 {
			t.Errorf("%d sends, %d left", n, b.depth())
		}
	})
}
