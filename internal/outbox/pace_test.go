package outbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

func TestPaceNeverExceedsTheLimitInAnySecond(t *testing.T) {
	for _, perSecond := range []float64{1, 7, 30, 200} {
		t.Run(fmt.Sprint(perSecond), func(t *testing.T) {
			n := int(perSecond * 5)
			run(t, &fake{limits: channel.Limits{PerSecond: perSecond}}, func(b *bench) {
				b.memory.set(func(m *memory) {
					m.delay = time.Millisecond
					_, _ = outboxRole{&m.roles}.Put(people(n)...)
				})
				b.drain()
				times := b.fake.times()
				if len(times) != n {
					t.Fatalf("%d sent, want %d", len(times), n)
				}
				for i, from := range times {
					end, _ := slices.BinarySearch(times, from+time.Second)
					if end-i > int(perSecond) {
						t.Fatalf("%d sends in the second from %v", end-i, from)
					}
				}
				if first := times[0]; first < time.Duration(float64(time.Second)/perSecond) {
					t.Errorf("first send at %v: the bucket was not empty at the start", first)
				}
				if last, most := times[n-1], 5*time.Second+5*time.Millisecond; last > most {
					t.Errorf("last send at %v, want at most %v", last, most)
				}
			})
		})
	}
}

func TestNothingIsSavedUpWhileIdle(t *testing.T) {
	run(t, &fake{limits: channel.Limits{PerSecond: 10}}, func(b *bench) {
		b.wait(time.Hour)
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(11)...) })
		b.drain()
		if times := b.fake.times(); times[0] != time.Hour || times[10] != time.Hour+time.Second {
			t.Errorf("sent at %v", times)
		}
	})
}

func TestNoMoreIsClaimedThanCanGoSoon(t *testing.T) {
	run(t, &fake{limits: channel.Limits{PerSecond: 0.5}}, func(b *bench) {
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(30)...) })
		b.drain()
		if times := b.fake.times(); len(times) != 30 { // a lease that ran out would send some twice
			t.Errorf("%d sends, want 30", len(times))
		}
		b.memory.set(func(m *memory) { _, _ = outboxRole{&m.roles}.Put(people(30)...) })
		b.Wake()
		b.wait(time.Second)
		claimed := 0
		for _, p := range b.memory.parcels() {
			claimed += p.Attempts
		}
		if most := int(claimAhead.Seconds()*0.5) + 1; claimed > most {
			t.Errorf("%d claimed, want at most %d", claimed, most)
		}
	})
}

func TestOnePersonGetsAShortBurstThenThePace(t *testing.T) {
	run(t, &fake{limits: channel.Limits{PerChatSecond: 1}}, func(b *bench) {
		b.owe("a", "1", "2", "3", "4", "5")
		b.owe("b", "b") // is not held up by a
		b.drain()
		var a []time.Duration
		for _, c := range b.fake.all() {
			if c.to == "a" {
				a = append(a, c.at/time.Second)
			} else if c.at != 0 {
				t.Errorf("b got its message at %v", c.at)
			}
		}
		if want := []time.Duration{0, 0, 0, 1, 2}; !slices.Equal(a, want) {
			t.Errorf("a got its messages at %d s, want %d", a, want)
		}
	})
}

func TestALateTimerDoesNotSlowThePaceNorCauseABurst(t *testing.T) {
	now := time.Now()
	l := &loop{all: newPace(10, 1), chats: newChats(0), full: now, waiting: []*waiting{{&parcel{}, now.Add(-time.Hour)}}}
	for _, c := range []struct{ late, counted time.Duration }{
		{0, 0},
		{30 * time.Millisecond, 0},
		{time.Second, 900 * time.Millisecond},
	} {
		if _, at := l.turn(now.Add(c.late)); at.Sub(now) != c.counted {
			t.Errorf("%v late counts as taken at %v, want %v", c.late, at.Sub(now), c.counted)
		}
	}
}

func TestChatsForgetThoseWhoseBucketIsFull(t *testing.T) {
	c := newChats(1)
	at := time.Now()
	for i := range 100_000 {
		at = at.Add(10 * time.Millisecond)
		c.take(bot.Address{ID: fmt.Sprint(i)}, at)
	}
	if n := len(c.full); n > 2*minSweep {
		t.Errorf("%d addresses kept", n)
	}
}
