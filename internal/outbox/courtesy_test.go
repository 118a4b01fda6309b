package outbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

// pictured gives n digests with one picture, which the store has.
func (b *bench) pictured(n int, picture string) {
	b.memory.set(func(m *memory) { m.roles.pictures[picture] = []byte("bytes of " + picture) })
	b.fill(picturing(n, picture)...)
}

// picturing is n digests with one picture.
func picturing(n int, picture string) []store.Parcel {
	ps := purposed(people(n), bot.PurposeDigest)
	for i := range ps {
		ps[i].Message.Media = bot.Media{Kind: bot.KindPhoto, Picture: picture}
	}
	return ps
}

// shown counts the sends that upload a picture, that name it, and that go without.
func shown(f *fake) (uploads, named, without int) {
	for _, c := range f.all() {
		switch {
		case c.upload:
			uploads++
		case c.m.Media.Ref != "" && c.m.Media.Platform == platform:
			named++
		default:
			without++
		}
	}
	return
}

func TestAPictureIsUploadedOnce(t *testing.T) {
	for _, perSecond := range []float64{0, 30} {
		f := &fake{limits: channel.Limits{PerSecond: perSecond}}
		f.send = func(context.Context, int, string, string) error { time.Sleep(700 * time.Millisecond); return nil } // virtual
		a := &artist{fake: f}
		run(t, f, func(b *bench) {
			b.memory.set(func(m *memory) { m.delay = 5 * time.Millisecond })
			b.pictured(500, "p")
			b.wait(300 * time.Millisecond)
			b.owe("reader", "reply") // does not wait for the upload
			b.wait(40 * time.Millisecond)
			if n := len(f.all()); n != 2 {
				t.Errorf("%d sends during the upload, want it and the reply", n)
			}
			b.drain()
			if uploads, named, without := shown(f); uploads != 1 || named != 499 || without != 1 {
				t.Errorf("%d uploads, %d by name, %d without", uploads, named, without)
			}
			b.pictured(10, "p") // the store knows its name
			b.pictured(10, "other")
			b.drain()
			if uploads, named, _ := shown(f); uploads != 2 || named != 518 {
				t.Errorf("%d uploads, %d by name", uploads, named)
			}
			if refs := b.memory.roles.refs; refs["p fake"] != "ref" || refs["other fake"] != "ref" {
				t.Errorf("the store knows %v", refs)
			}
		}, over(a))
	}
}

func TestABroadcastWithAPictureUploadsItOnce(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 1 {
			time.Sleep(5 * time.Second) // virtual
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { m.roles.pictures["p"] = []byte("bytes of p") })
		b.announce(bot.Broadcast{ID: "b", Messages: map[bot.Language]bot.Outbound{
			"ka": {Text: "b", Media: bot.Media{Kind: bot.KindPhoto, Picture: "p"}}}}, 200)
		b.drain()
		if uploads, named, _ := shown(f); uploads != 1 || named != 199 {
			t.Errorf("%d uploads, %d by name", uploads, named)
		}
		b.reported("b", bot.Report{bot.FateSent: 200})
	}, over(&artist{fake: f}))
}

func TestAnUploadThatFailsIsTriedAgain(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		switch n {
		case 1:
			return failure(channel.Temporary, 0)
		case 2:
			return unsent()
		case 3:
			return failure(channel.Throttled, 5*time.Second)
		case 4:
			return failure(channel.Unreachable, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		b.pictured(100, "p")
		b.wait(time.Hour)
		if uploads, named, without := shown(f); uploads != 5 || named != 98 || without != 0 {
			t.Errorf("%d uploads, %d by name, %d without", uploads, named, without)
		}
		if b.memory.roles.refs["p fake"] != "ref" || b.depth() != 0 {
			t.Errorf("the store knows %v, %d left", b.memory.roles.refs, b.depth())
		}
	}, over(&artist{fake: f}))
}

func TestAPictureThatThePlatformRefusesIsLeftOutInTheEnd(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.pictured(100, "p")
		b.drain()
		if uploads, _, without := shown(f); uploads != maxUnnamed || without != 100-maxUnnamed {
			t.Errorf("%d uploads, %d without", uploads, without)
		}
	}, over(&artist{fake: f, name: func(int) string { return "" }}))
}

func TestAPictureThatIsGoneOrCannotBeUploadedIsLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		over func(f *fake) channel.Channel
		give func(b *bench)
	}{
		"gone": {func(f *fake) channel.Channel { return &artist{fake: f} },
			func(b *bench) { b.fill(picturing(5, "p")...) }}, // the store never had it
		"not uploaded": {func(f *fake) channel.Channel { return f },
			func(b *bench) { b.pictured(5, "p") }},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			run(t, f, func(b *bench) {
				c.give(b)
				b.drain()
				if _, _, without := shown(f); without != 5 {
					t.Errorf("%d without it, want 5", without)
				}
			}, over(c.over(f)))
		})
	}
}

// A picture of the same name may be another one later.
func TestTheStoreSaysWhatAPictureIsCalled(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.pictured(5, "p")
		b.drain()
		b.memory.set(func(m *memory) { clear(m.roles.refs) })
		b.pictured(5, "p")
		b.drain()
		if uploads, named, _ := shown(f); uploads != 2 || named != 8 {
			t.Errorf("%d uploads, %d by name", uploads, named)
		}
	}, over(&artist{fake: f, name: func(n int) string { return fmt.Sprint("ref", n) }}))
}

func TestATypingSignForAnswersThatWait(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10, PerChatSecond: 0.25}}
	typing := &typist{fake: f}
	signs := func() (to map[string]int) {
		to = map[string]int{}
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, s := range typing.signs {
			to[s.to]++
		}
		return to
	}
	run(t, f, func(b *bench) {
		b.fill(purposed(people(50), bot.PurposeDigest)...)
		b.announce(bot.Broadcast{ID: "b"}, 50)
		b.owe("reader", "1", "2", "3")
		for i := range 6 {
			b.owe(fmt.Sprint("another ", i), "x") // the last goes after nine tenths of a second
		}
		b.wait(time.Second)
		if got := signs(); len(got) > 0 {
			t.Errorf("signs for what goes at once: %v", got)
		}
		asked := time.Since(f.start)
		b.owe("reader", "4") // in three seconds, after a burst
		b.wait(0)
		if got := signs(); got["reader"] != 1 || len(got) != 1 || typing.signs[0].at != asked {
			t.Errorf("signs %v, want one at once", typing.signs)
		}
		b.wait(20 * time.Second)
		b.owe("reader", "5", "6", "7") // at once: they were silent for long
		b.drain()
		if got := signs(); got["reader"] > 3 || len(got) != 1 {
			t.Errorf("signs %v", got)
		}
	}, over(typing))
}

func TestATypingSignIsShownOnce(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 3 || n == 12 {
			return failure(channel.Throttled, 4*time.Second) // what waits is given back, and claimed again
		}
		return nil
	}
	typing := &typist{fake: f, fails: func() error { panic("a citizen's words") }}
	run(t, f, func(b *bench) {
		b.fill(people(40)...)
		b.drain()
		signs := map[string]int{}
		for _, s := range typing.signs {
			signs[s.to]++
		}
		late := 0
		for _, c := range f.all() {
			if c.at > 9500*time.Millisecond { // after both freezes
				late++
				if signs[c.to] != 1 {
					t.Errorf("%d signs for %s, answered after %v", signs[c.to], c.to, c.at)
				}
			}
		}
		for to, n := range signs {
			if n > 1 {
				t.Errorf("%d signs for %s", n, to)
			}
		}
		if late < 20 || b.depth() != 0 {
			t.Errorf("%d late answers, %d left", late, b.depth())
		}
	}, over(typing))
}

func TestNoTypingSignForAnswersThatNobodyWaitsForAnyMore(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 1 {
			return failure(channel.Throttled, 10*time.Minute)
		}
		return nil
	}
	typing := &typist{fake: f}
	run(t, f, func(b *bench) {
		b.fill(people(5)...)
		b.wait(time.Second)
		b.fill(people(50)...)
		b.drain()
		if n := len(typing.signs); n > 0 {
			t.Errorf("%d signs", n)
		}
	}, over(typing))
}
