package outbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// nights has the place quiet from an hour after the start for nine hours, every day.
func nights(f *fake) func(*Config) {
	return func(c *Config) {
		c.Quiet = func(now time.Time) (end time.Time, ok bool) {
			clock := now.Sub(f.start) % day
			return now.Add(10*time.Hour - clock), clock >= time.Hour && clock < 10*time.Hour
		}
	}
}

func TestQuietHours(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.wait(2 * time.Hour)
		for purpose, text := range []string{"reply", "person", "notice", "", "digest", "parcel of news"} {
			if text != "" {
				b.put(text, bot.Outbound{Text: text, Purpose: bot.Purpose(purpose)})
			}
		}
		b.announce(bot.Broadcast{ID: "news"}, 1)
		b.announce(bot.Broadcast{ID: "alarm", Urgent: true}, 1)
		b.drain() // what waits for the morning is not due
		sentAt := map[string]time.Duration{}
		b.owe("again", "reply in the night")
		b.drain()
		before := b.memory.attempted
		b.wait(7 * time.Hour)
		b.memory.set(func(m *memory) {
			if n := m.attempted - before; n != 0 {
				t.Errorf("%d commits in the night", n)
			}
		})
		b.wait(3 * time.Hour)
		for _, c := range f.all() {
			sentAt[c.text] = c.at
		}
		want := map[string]time.Duration{
			"reply": 2 * time.Hour, "person": 2 * time.Hour, "alarm": 2 * time.Hour, "reply in the night": 2 * time.Hour,
			"notice": 10 * time.Hour, "digest": 10 * time.Hour, "parcel of news": 10 * time.Hour, "news": 10 * time.Hour,
		}
		if fmt.Sprint(sentAt) != fmt.Sprint(want) {
			t.Errorf("sent at %v, want %v", sentAt, want)
		}
	}, nights(f))
}

func TestQuietHoursBeginToTheSecond(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 2}}
	run(t, f, func(b *bench) {
		b.wait(time.Hour - 4750*time.Millisecond)
		b.announce(bot.Broadcast{ID: "b"}, 5)
		b.fill(purposed(people(5), bot.PurposeNotice)...)
		b.fill(purposed(people(10), bot.PurposeDigest)...) // the last are claimed when the night begins
		b.wait(12 * time.Hour)
		times := f.times()
		night := slices.IndexFunc(times, func(at time.Duration) bool { return at >= time.Hour })
		if len(times) != 20 || night != 10 || times[night] != 10*time.Hour {
			t.Errorf("%d sends, %d before the night, then at %v", len(times), night, times[night])
		}
		for _, p := range b.memory.parcels() {
			t.Errorf("parcel %s is left", p.ID)
		}
		b.reported("b", bot.Report{bot.FateSent: 5})
	}, nights(f))
}

// A reply that was claimed in the evening must let the next one out in the night.
func TestAQueueOfRepliesGoesOnInTheNight(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 1}}
	run(t, f, func(b *bench) {
		b.wait(time.Hour - 10*time.Second)
		b.owe("a", slices.Repeat([]string{"x"}, 60)...)
		b.wait(2 * time.Minute)
		if n := len(f.all()); n != 60 {
			t.Errorf("%d sends, want 60", n)
		}
	}, nights(f))
}
