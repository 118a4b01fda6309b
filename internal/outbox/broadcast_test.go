package outbox

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

const town = 50_000 // recipients

// strict answers Throttled above so many sends in any second.
type strict struct {
	perSecond int
	latency   func(n int) time.Duration

	last      []time.Time // sends in the last second, oldest first
	throttled int
}

// limit has f refuse what exceeds the limit of its platform.
func limit(f *fake, perSecond int) *strict {
	s := &strict{perSecond: perSecond, latency: func(n int) time.Duration { return time.Duration(100+n%9*60) * time.Millisecond }}
	f.limits.PerSecond = float64(perSecond)
	f.send = func(_ context.Context, n int, _, _ string) error {
		now := time.Now()
		f.mu.Lock()
		defer time.Sleep(s.latency(n)) // virtual, after the unlock
		defer f.mu.Unlock()
		for len(s.last) > 0 && now.Sub(s.last[0]) >= time.Second {
			s.last = s.last[1:]
		}
		if len(s.last) >= perSecond {
			s.throttled++
			return failure(channel.Throttled, 3*time.Second)
		}
		s.last = append(s.last, now)
		return nil
	}
	return s
}

func TestATownAtFullSpeedWithoutThrottling(t *testing.T) {
	f := &fake{}
	s := limit(f, 30)
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { m.delay = 4 * time.Millisecond })
		b.announce(bot.Broadcast{ID: "b"}, town)
		most := 0
		for sends := 0; sends < town; {
			b.wait(97 * time.Millisecond)
			sends = len(f.since(0))
			b.memory.set(func(m *memory) { most = max(most, m.roles.claimed-sends) })
		}
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: town})
		times := f.times()
		rate := float64(town-1) / (times[len(times)-1] - times[0]).Seconds()
		t.Logf("%.3f a second, at most %d claimed and not sent", rate, most)
		if rate < 0.97*30 || s.throttled > 0 || len(times) != town {
			t.Errorf("%d sends, %.2f a second, throttled %d times", len(times), rate, s.throttled)
		}
		if allowed := int(spreadAhead.Seconds()*30) + 1; most > allowed {
			t.Errorf("%d were claimed and not sent, want at most %d", most, allowed)
		}
	})
}

// delays gives how long replies take that come at odd moments in the middle of everything else.
func delays(b *bench, replies int) (ds []time.Duration) {
	for i := range replies {
		b.wait(time.Duration(200+i*7%100) * time.Millisecond)
		put, before := time.Since(b.fake.start), len(b.fake.since(0))
		to := "reader " + strconv.Itoa(i)
		b.put(to, bot.Outbound{Text: "reply"})
		b.wait(300 * time.Millisecond)
		calls := b.fake.since(before)
		at := slices.IndexFunc(calls, func(c sent) bool { return c.to == to })
		if at < 0 {
			b.Fatalf("reply %d was not sent within 300 ms", i)
		}
		ds = append(ds, calls[at].at-put)
	}
	slices.Sort(ds)
	return ds
}

func TestAReplyLeavesAtOnceInTheMiddleOf(t *testing.T) {
	for name, fill := range map[string]func(b *bench){
		"a broadcast":         func(b *bench) { b.announce(bot.Broadcast{ID: "b"}, town) },
		"an urgent broadcast": func(b *bench) { b.announce(bot.Broadcast{ID: "b", Urgent: true}, town) },
		"digests":             func(b *bench) { b.fill(purposed(people(town), bot.PurposeDigest)...) },
		"everything": func(b *bench) {
			b.announce(bot.Broadcast{ID: "b"}, town)
			b.announce(bot.Broadcast{ID: "u", Urgent: true}, town)
			b.fill(purposed(people(1000), bot.PurposeDigest)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			s := limit(f, 30)
			run(t, f, func(b *bench) {
				b.memory.set(func(m *memory) { m.delay = 8 * time.Millisecond })
				fill(b)
				ds := delays(b, 100)
				if p99 := ds[98]; p99 > 100*time.Millisecond {
					t.Errorf("99 of 100 replies leave within %v, want 100ms", p99)
				}
				if n, most := len(f.all()), 30*time.Since(f.start).Seconds(); s.throttled > 0 || float64(n) < 0.97*most {
					t.Errorf("throttled %d times, %d sends, want %.0f", s.throttled, n, most)
				}
				t.Logf("half within %v, 99 of 100 within %v", ds[49], ds[98])
			})
		})
	}
}

func TestWhatIsMoreUrgentGoesFirst(t *testing.T) {
	f := &fake{}
	limit(f, 10)
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "news"}, 20)
		b.fill(purposed(people(20), bot.PurposeDigest)...)
		b.announce(bot.Broadcast{ID: "alarm", Urgent: true}, 20)
		b.fill(people(20)...)
		b.drain()
		var order []bot.Purpose
		for _, c := range f.all() {
			if n := len(order); n == 0 || order[n-1] != c.m.Purpose {
				order = append(order, c.m.Purpose)
			}
		}
		if want := []bot.Purpose{bot.PurposeReply, bot.PurposeUrgent, bot.PurposeDigest, bot.PurposeAnnouncement}; !slices.Equal(order, want) {
			t.Errorf("sent in the order %v, want %v", order, want)
		}
	})
}

func TestAFreezeGivesPartsBack(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 20}}
	f.send = func(_ context.Context, n int, _, _ string) error {
		if n == 100 {
			return failure(channel.Throttled, 17*time.Second) // 429 of Telegram, 613 of Messenger
		}
		time.Sleep(100 * time.Millisecond) // virtual
		return nil
	}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 1000)
		b.wait(10 * time.Second)
		b.reported("b", bot.Report{bot.FateSent: 99, bot.FateOwed: 901})
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: 1000})
		times := f.times()
		if pause := times[100] - times[99]; pause != 17*time.Second || len(times) != 1001 {
			t.Errorf("%d sends, a pause of %v, want 17s", len(times), pause)
		}
	})
}

func TestWhatMayHaveArrivedIsNotSentAgain(t *testing.T) {
	f := &fake{send: func(_ context.Context, n int, _, _ string) error {
		if n%2 == 0 {
			return failure(channel.Temporary, 0)
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 100)
		b.wait(24 * time.Hour)
		b.reported("b", bot.Report{bot.FateSent: 50, bot.FateUnconfirmed: 50})
		if n := len(f.all()); n != 100 {
			t.Errorf("%d sends", n)
		}
	})
}

// half is a channel that gets the first of two messages through.
type half struct{ *fake }

func (h half) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	r, err := h.fake.Send(ctx, to, m)
	if len(h.all()) == 1 {
		return r, failure(channel.Throttled, time.Second)
	}
	return r, err
}

func TestHalfAMessageIsNotSentAgain(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 10}}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 3)
		b.wait(time.Minute)
		b.reported("b", bot.Report{bot.FateSent: 2, bot.FateUnconfirmed: 1})
		if b.memory.roles.announced["b"].by["0"].ref != "m1" {
			t.Error("the half that arrived is not known")
		}
	}, over(half{f}))
}

func TestWhatSurelyDidNotArriveIsSentLaterOnce(t *testing.T) {
	arrived := map[string]int{}
	f := &fake{}
	f.send = func(_ context.Context, n int, to, _ string) error {
		if n%3 == 0 {
			return unsent()
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		arrived[to]++
		return nil
	}
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 100)
		b.wait(time.Hour)
		b.reported("b", bot.Report{bot.FateSent: 100})
		if len(arrived) != 100 || slices.ContainsFunc(f.texts(), func(s string) bool { return s != "b" }) {
			t.Errorf("%d people got it", len(arrived))
		}
		for to, n := range arrived {
			if n != 1 {
				t.Errorf("%s got it %d times", to, n)
			}
		}
	})
}

// mixed fails some sends, each in its own way, by whom they go to.
func mixed(_ context.Context, _ int, to, _ string) error {
	n, _ := strconv.Atoi(to)
	time.Sleep(time.Duration(20+n%7*50) * time.Millisecond) // virtual
	switch n % 50 {
	case 1:
		return failure(channel.Unreachable, 0)
	case 2:
		return failure(channel.Rejected, 0)
	case 3:
		return failure(channel.WindowClosed, 0)
	case 4:
		return failure(channel.Temporary, 0)
	}
	return nil
}

// door is the way of one process to the store and the platform.
type door struct {
	*memory
	*fake
	shut atomic.Bool // the process was killed
}

func (d *door) Update(ctx context.Context, fn func(store.Tx) error) error {
	if d.shut.Load() {
		return store.ErrClosed
	}
	return d.memory.Update(ctx, func(tx store.Tx) error {
		if d.shut.Load() {
			return store.ErrClosed
		}
		return fn(tx)
	})
}

func (d *door) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	if d.shut.Load() {
		<-ctx.Done()
		return channel.Receipt{}, ctx.Err()
	}
	return d.fake.Send(ctx, to, m)
}

func TestACrashSendsNothingTwiceAndMissesNobody(t *testing.T) {
	const n = 1000
	for _, perSecond := range []float64{30, 0} {
		t.Run(fmt.Sprint(perSecond), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, f := newMemory(), &fake{limits: channel.Limits{PerSecond: perSecond}}
				m.delay = 3 * time.Millisecond
				var flying atomic.Int64
				f.send = func(ctx context.Context, n int, to, text string) error {
					defer flying.Add(-1)
					flying.Add(1)
					return mixed(ctx, n, to, text)
				}
				for i := range n {
					m.know(bot.Citizen{ID: bot.CitizenID(fmt.Sprint(i)), Contacts: []bot.Contact{{Address: address(fmt.Sprint(i))}}})
				}
				m.announce(bot.Broadcast{ID: "b"}, n)
				crashes, lost := 0, 0
				for life := 0; ; life++ {
					d := &door{memory: m, fake: f}
					b := newBench(t, f, m, func(c *Config) { c.Store, c.Channel = d, d })
					b.wait(time.Duration(317+life*13) * time.Millisecond)
					if m.report("b")[bot.FateOwed] == 0 {
						b.drain()
						b.end()
						break
					}
					d.shut.Store(true)
					crashes++
					if perSecond == 0 {
						lost += 32
					} else {
						lost += int(flying.Load()) + 8 + 1 // what waits, and what landed during the last commit
					}
					b.stop()
					<-b.ended // it could not write down what it sent
				}
				r := m.report("b")
				total := 0
				for _, k := range r {
					total += k
				}
				for to, k := range f.perPerson() {
					if k > 1 {
						t.Errorf("%s was sent to %d times", to, k)
					}
				}
				failed := n / 50
				if crashes < 3 || total != n || r[bot.FateOwed] > 0 || r[bot.FateUnconfirmed] > failed+lost || r[bot.FateHeld] > failed {
					t.Errorf("after %d crashes %v", crashes, r)
				}
				t.Logf("%d crashes: %v, at most %d in flight", crashes, r, lost)
			})
		})
	}
}

func TestAGracefulStopSettlesWhatFliesAndGivesTheRestBack(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	f.send = func(ctx context.Context, n int, to, text string) error {
		switch n {
		case 50: // hangs
			<-ctx.Done()
			return ctx.Err()
		case 51: // could not even connect
			<-ctx.Done()
			return unsent()
		case 52: // an answer at the last moment
			<-ctx.Done()
			return failure(channel.Unreachable, 0)
		}
		time.Sleep(200 * time.Millisecond) // virtual
		return nil
	}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) { m.delay = 4 * time.Millisecond })
		b.announce(bot.Broadcast{ID: "b"}, 100)
		b.wait(1800 * time.Millisecond)
		b.end()
		sends := len(f.all())
		b.reported("b", bot.Report{bot.FateSent: sends - 3, bot.FateUnconfirmed: 1, bot.FateUnreachable: 1, bot.FateOwed: 100 - sends + 1})
		f.send = nil
		again := newBench(b.T, f, b.memory)
		again.drain()
		again.end()
		b.reported("b", bot.Report{bot.FateSent: 98, bot.FateUnconfirmed: 1, bot.FateUnreachable: 1})
	})
}

func TestPauseAndStopAreObeyedWithinASecond(t *testing.T) {
	for name, busy := range map[string]bool{"alone": false, "while replies go first": true} {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			limit(f, 30)
			run(t, f, func(b *bench) {
				last := func() (at time.Duration) {
					for _, c := range f.all() {
						if c.text == "b" {
							at = c.at
						}
					}
					return at
				}
				b.announce(bot.Broadcast{ID: "b"}, 5000)
				b.wait(10 * time.Second)
				if busy {
					b.fill(people(90)...)
				}
				paused := time.Since(f.start)
				b.memory.steer("b", bot.BroadcastPaused)
				b.Wake()
				b.wait(time.Minute)
				if at := last(); at > paused+time.Second {
					t.Errorf("sent %v after it was paused", at-paused)
				}
				before := len(f.all())
				b.memory.steer("b", bot.BroadcastSending)
				b.Wake()
				b.wait(10 * time.Second)
				if n := len(f.all()) - before; n < 295 {
					t.Errorf("%d sends in the ten seconds after it went on", n)
				}
				stopped := time.Since(f.start)
				b.memory.steer("b", bot.BroadcastStopped)
				b.wait(time.Hour)
				if at := last(); at > stopped+time.Second {
					t.Errorf("sent %v after it was stopped", at-stopped)
				}
				r := b.memory.report("b")
				sends := 0
				for _, text := range f.texts() {
					if text == "b" {
						sends++
					}
				}
				if r[bot.FateSent] != sends || r[bot.FateOwed] != 5000-sends {
					t.Errorf("%d sends: %v", sends, r)
				}
			})
		})
	}
}

// Somebody presses "again" while the first try is on its way.
func TestAgainDuringASendDoesNotSendTwice(t *testing.T) {
	f := &fake{limits: channel.Limits{PerSecond: 30}}
	f.send = func(context.Context, int, string, string) error { time.Sleep(5 * time.Second); return nil } // virtual
	run(t, f, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b"}, 20)
		b.wait(time.Second)
		b.memory.set(func(m *memory) { _, _ = broadcastsRole{roles: &m.roles}.Again("b") })
		b.Wake()
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: 20})
		if n := len(f.all()); n != 20 {
			t.Errorf("%d sends to 20 people", n)
		}
	})
}

func TestAPartOfABroadcastIsHeldOnAClosedWindow(t *testing.T) {
	f := &fake{limits: channel.Limits{Window: day}}
	f.send = func(_ context.Context, _ int, to, _ string) error {
		if to == "2" { // the platform knows better
			return failure(channel.WindowClosed, 0)
		}
		return nil
	}
	run(t, f, func(b *bench) {
		for i, ago := range []time.Duration{3 * day, time.Hour, time.Hour} {
			id := fmt.Sprint(i)
			b.memory.know(bot.Citizen{ID: bot.CitizenID(id), Contacts: []bot.Contact{{Address: address(id), LastInbound: time.Now().Add(-ago)}}})
		}
		b.announce(bot.Broadcast{ID: "b"}, 4) // 3 is gone
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: 1, bot.FateHeld: 2, bot.FateUnreachable: 1})
		for _, id := range []bot.CitizenID{"0", "2"} {
			held := b.memory.roles.mail[id]
			if len(held) != 1 || held[0].Broadcast != "b" || held[0].Parcel != "" || held[0].Message.Text != "" || held[0].At.IsZero() {
				t.Errorf("held for %s: %+v", id, held)
			}
		}
		id := b.put("0", bot.Outbound{Text: "digest", Purpose: bot.PurposeDigest})
		b.drain()
		if held := b.memory.roles.mail["0"]; len(held) != 2 || held[1].Parcel != id || held[1].Broadcast != "" || held[1].Message.Text != "digest" {
			t.Errorf("held %+v", held)
		}
		if b.memory.fate(id) != bot.FateHeld {
			t.Errorf("fate %v", b.memory.fate(id))
		}
	})
}

func TestABlockMarksTheContactThatBlocked(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return failure(channel.Unreachable, 0) }}
	run(t, f, func(b *bench) {
		b.memory.know(bot.Citizen{ID: "0", Contacts: []bot.Contact{{Address: bot.Address{Platform: "other", ID: "0"}}, {Address: address("0")}}})
		b.announce(bot.Broadcast{ID: "b"}, 1)
		b.drain()
		b.reported("b", bot.Report{bot.FateUnreachable: 1})
		if cs := b.memory.roles.citizens["0"].Contacts; cs[0].Reach != bot.Reachable || cs[1].Reach != bot.Blocked {
			t.Errorf("contacts %+v", cs)
		}
	})
}

func TestACorrectionReplacesWhatEachGot(t *testing.T) {
	run(t, &fake{}, func(b *bench) {
		b.announce(bot.Broadcast{ID: "b", Messages: map[bot.Language]bot.Outbound{"ka": {Text: "ka"}, "en": {Text: "en"}}}, 10)
		b.drain()
		b.memory.set(func(m *memory) {
			a := &announced{Broadcast: m.roles.announced["b"].Broadcast, by: map[bot.CitizenID]*recipient{}}
			a.ID, a.Corrects = "c", "b"
			for id, r := range m.roles.announced["b"].by {
				to := &recipient{Recipient: r.Recipient}
				if to.Replaces = r.ref; id == "3" {
					to.Language = "en"
				}
				a.owed, a.by[id] = append(a.owed, to), to
			}
			m.roles.announced["c"], m.roles.order = a, append(m.roles.order, a)
		})
		b.Wake()
		b.drain()
		calls := b.fake.all()
		for _, c := range calls[10:] {
			first := slices.IndexFunc(calls, func(x sent) bool { return x.to == c.to })
			if want := fmt.Sprint("m", first+1); c.m.Replaces != want || c.m.Purpose != bot.PurposeAnnouncement {
				t.Errorf("%s: replaces %q, want %q", c.to, c.m.Replaces, want)
			}
			if en := c.text == "en"; en != (c.to == "3") {
				t.Errorf("%s got %q", c.to, c.text)
			}
		}
		if len(calls) != 20 {
			t.Errorf("%d sends", len(calls))
		}
	})
}

// A card for a colleague who was disabled, or is none any more, is not sent; what is for the citizen is.
func TestNoCardsForWhoIsNoColleague(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) {
			m.roles.accounts["nino"] = bot.Account{Login: "nino", Role: bot.RoleStaff, Citizen: "nino"}
			m.roles.accounts["vaso"] = bot.Account{Login: "vaso", Role: bot.RoleStaff, Citizen: "vaso", Disabled: true}
		})
		card := bot.Outbound{Text: "card", Purpose: bot.PurposeNotice, Buttons: []bot.Button{{Label: "See", Action: "waiting"}}}
		b.put("nino", card)
		dropped := []string{b.put("vaso", card), b.put("ana", card)}
		b.owe("vaso", "hello")
		b.drain()
		got := f.texts()
		slices.Sort(got)
		if !slices.Equal(got, []string{"card", "hello"}) {
			t.Errorf("sent %q", got)
		}
		for _, id := range dropped {
			if fate := b.memory.fate(id); fate != bot.FateUnreachable {
				t.Errorf("the fate of a card for nobody is %d", fate)
			}
		}
	})
}

// Whoever says stop while a broadcast is under way, or while a digest waits, gets nothing more of either.
func TestWhoeverSaidStopGetsNoNews(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		for _, id := range []string{"0", "1"} {
			b.memory.know(bot.Citizen{ID: bot.CitizenID(id), Contacts: []bot.Contact{{Address: address(id)}}})
		}
		b.memory.set(func(m *memory) {
			c := m.roles.citizens["1"]
			c.Consented = time.Time{}
			m.roles.citizens["1"] = c
		})
		b.announce(bot.Broadcast{ID: "b"}, 2)
		b.put("1", bot.Outbound{Text: "digest", Purpose: bot.PurposeDigest})
		b.put("1", bot.Outbound{Text: "reply"})
		b.drain()
		b.reported("b", bot.Report{bot.FateSent: 1, bot.FateUnreachable: 1})
		if n := len(f.all()); n != 2 || b.depth() != 0 {
			t.Errorf("%d sends and %d left, want the broadcast to one and the reply to the other", n, b.depth())
		}
	})
}
