//go:build unix

package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// openTown gives a store with townSize citizens and exchanges.
func openTown(b *testing.B) *Store {
	b.Helper()
	s := openTest(b, filepath.Join(b.TempDir(), "town.db"), Options{})
	for first := 0; first < townSize; first += 10_000 {
		err := s.Update(context.Background(), func(tx store.Tx) error {
			for n := first; n < first+10_000; n++ {
				c := townCitizen(n)
				if err := tx.Citizens.Put(c, townState()); err != nil {
					return err
				}
				if err := tx.Conversations.Append(townExchange(c, benchStart.Add(time.Duration(n)*time.Second))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// handle does what one message costs the store.
func handle(s *Store, n int, ref string, at time.Time) error {
	ctx := context.Background()
	address := townCitizen(n).Contacts[0].Address
	var c bot.Citizen
	var state bot.State
	err := s.View(ctx, func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(address)
		if err != nil {
			return err
		}
		c, state, err = tx.Citizens.Get(id)
		return err
	})
	if err != nil {
		return err
	}
	e := townExchange(c, at)
	reply := store.Parcel{To: address, Citizen: c.ID, Due: at, Message: bot.Outbound{Text: e.Replies[0], Buttons: state.Offered}}
	return s.Update(ctx, func(tx store.Tx) error {
		seen, err := tx.Inbox.Seen("telegram", ref)
		if seen || err != nil {
			return err
		}
		c := c
		c.Contacts = []bot.Contact{{Address: address, LastInbound: at}}
		for _, step := range []func() error{
			func() error { return tx.Inbox.Mark("telegram", ref, at) },
			func() (err error) { e.Parcels, err = tx.Outbox.Put(reply); return err },
			func() error { return tx.Citizens.Put(c, state) },
			func() error { return tx.Conversations.Append(e) },
			func() error {
				return tx.Counts.Add(bot.Count{
					Day: bot.DayOf(at, time.UTC), What: bot.CountQuestions, Of: bot.QuestionAnswered, Village: e.Village, Platform: "telegram", N: 1,
				})
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

func BenchmarkMessage(b *testing.B) {
	s := openTown(b)
	var next atomic.Int64
	for _, lanes := range []int{1, 8, 64} {
		b.Run(fmt.Sprint("lanes=", lanes), func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(max(1, lanes/runtime.GOMAXPROCS(0)))
			stop := startSender(b, s)
			commits := commitCount(b, s)
			cpu := cpuTime()
			if lanes == 1 {
				for b.Loop() {
					benchMessage(b, s, int(next.Add(1)))
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						benchMessage(b, s, int(next.Add(1)))
					}
				})
			}
			stop()
			report(b, s, commits, cpu)
		})
	}
}

// startSender empties the outbox until stop is called, as the product does: at 10 passes a second.
func startSender(b *testing.B, s *Store) (stop func()) {
	quit := make(chan struct{})
	var sender sync.WaitGroup
	sender.Go(func() {
		pass := time.NewTicker(100 * time.Millisecond)
		defer pass.Stop()
		for {
			select {
			case <-pass.C:
				for claimSettle(b, s, benchStart.Add(1000*time.Hour), 100) == 100 {
				}
			case <-quit:
				return
			}
		}
	})
	return func() { close(quit); sender.Wait() }
}

// claimSettle gives the number of parcels that it claimed and settled.
func claimSettle(b *testing.B, s *Store, now time.Time, limit int) (n int) {
	var claimed []store.Parcel
	err := s.Update(context.Background(), func(tx store.Tx) (err error) {
		claimed, err = tx.Outbox.Claim("telegram", 255, now, time.Minute, limit)
		return err
	})
	if err != nil {
		b.Error(err)
	}
	err = s.Update(context.Background(), func(tx store.Tx) error {
		for _, p := range claimed {
			if err := tx.Outbox.Settle(p.ID, bot.FateSent, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Error(err)
	}
	return len(claimed)
}

func benchMessage(b *testing.B, s *Store, n int) {
	citizen := n * 7919 % townSize // all in turn, in no order of theirs
	if err := handle(s, citizen, fmt.Sprint(800_000_000+n), benchStart.Add(time.Duration(townSize+n)*time.Second/100)); err != nil {
		b.Error(err)
	}
}

func report(b *testing.B, s *Store, commits int, cpu time.Duration) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	b.ReportMetric(float64(commitCount(b, s)-commits)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(b.N), "cpu-µs/msg")
}

func BenchmarkClaimSettle(b *testing.B) {
	s := openTest(b, filepath.Join(b.TempDir(), "outbox.db"), Options{})
	const batch = 25
	due := benchStart
	var ps []store.Parcel
	for n := range townSize {
		c := townCitizen(n)
		ps = append(ps, store.Parcel{To: c.Contacts[0].Address, Citizen: c.ID, Due: due, Message: bot.Outbound{Text: strings.Repeat("ა", 160)}})
	}
	if err := s.Update(context.Background(), putParcels(ps...)); err != nil {
		b.Fatal(err)
	}
	commits, cpu := commitCount(b, s), cpuTime()
	b.ResetTimer()
	for done := 0; done < b.N; done += batch {
		claimSettle(b, s, due, batch)
	}
	report(b, s, commits, cpu)
}

// audienceSize is how many people a broadcast to the whole municipality reaches.
const audienceSize = 50_000

// openBroadcast gives a store with a broadcast that is being sent and owed to nobody yet, and to whom it is to be owed, in the
// order in which subscribers are listed.
func openBroadcast(b *testing.B) (*Store, []bot.Recipient) {
	b.Helper()
	s := openTest(b, filepath.Join(b.TempDir(), "broadcast.db"), Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		return tx.Broadcasts.Create(bot.Broadcast{ID: "k7m4qx", State: bot.BroadcastSending, Created: benchStart}, bot.Scope{All: true})
	})
	if err != nil {
		b.Fatal(err)
	}
	people := make([]bot.Citizen, audienceSize)
	for n := range people {
		people[n] = townCitizen(n)
	}
	slices.SortFunc(people, func(a, b bot.Citizen) int {
		return bytes.Compare(textKey(a.Village, string(a.ID)), textKey(b.Village, string(b.ID)))
	})
	rs := make([]bot.Recipient, audienceSize)
	for n, c := range people {
		rs[n] = bot.Recipient{Citizen: c.ID, Address: c.Contacts[0].Address, Language: c.Language}
	}
	return s, rs
}

// oweAll owes a broadcast in parts, as it is done beside other work.
func oweAll(b *testing.B, s *Store, rs []bot.Recipient) {
	b.Helper()
	for part := range slices.Chunk(rs, 2500) {
		if err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Owe("k7m4qx", part...) }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOwe owes one broadcast to everybody.
func BenchmarkOwe(b *testing.B) {
	for range b.N {
		b.StopTimer()
		s, rs := openBroadcast(b)
		b.StartTimer()
		oweAll(b, s, rs)
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*audienceSize)/b.Elapsed().Seconds(), "recipients/s")
}

// BenchmarkDeliver sends it to them, 100 at a time, with one commit for what was sent and what is next, and counts
// how far it has come at the end.
func BenchmarkDeliver(b *testing.B) {
	const batch = 100
	s, rs := openBroadcast(b)
	oweAll(b, s, rs)
	b.ResetTimer()
	var sent []store.Delivery
	for done := 0; done < b.N; done += batch {
		err := s.Update(context.Background(), func(tx store.Tx) (err error) {
			for n, d := range sent {
				if err := tx.Broadcasts.Settle(d, bot.FateSent, fmt.Sprint(done+n), benchStart); err != nil {
					return err
				}
			}
			sent, err = tx.Broadcasts.Claim("telegram", false, benchStart, batch)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	b.StopTimer()
	begin := time.Now()
	if err := s.View(context.Background(), func(tx store.Tx) error { _, err := tx.Broadcasts.Report("k7m4qx"); return err }); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(begin).Microseconds())/1000, "report-ms")
}

// BenchmarkSubscribed lists a town that has agreed to be sent news.
func BenchmarkSubscribed(b *testing.B) {
	s := openTest(b, filepath.Join(b.TempDir(), "town.db"), Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		for n := range audienceSize {
			c := townCitizen(n)
			c.Consented = benchStart
			if err := tx.Citizens.Put(c, townState()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		next := ""
		for more := true; more; more = next != "" {
			err := s.View(context.Background(), func(tx store.Tx) (err error) {
				_, next, err = tx.Citizens.Subscribed(bot.Scope{All: true}, nil, next, 2500)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*audienceSize)/b.Elapsed().Seconds(), "citizens/s")
}

func BenchmarkPage(b *testing.B) {
	s := openTown(b)
	lists := map[string]func(store.Tx, store.Page) ([]bot.Exchange, string, error){
		"latest": func(tx store.Tx, p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Latest(p) },
		"village": func(tx store.Tx, p store.Page) ([]bot.Exchange, string, error) {
			return tx.Conversations.InVillage("village-7", p)
		},
	}
	for name, list := range lists {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := s.View(context.Background(), func(tx store.Tx) error {
					_, next, err := list(tx, store.Page{Limit: 50})
					if err == nil {
						_, _, err = list(tx, store.Page{Limit: 50, After: next})
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	s := openTown(b)
	path := s.db.Path()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.Run("whole", func(b *testing.B) {
		b.SetBytes(info.Size())
		for b.Loop() {
			s, err := Open(path, Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.SetBytes(info.Size())
		for b.Loop() {
			if _, err := verify(path); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCodec(b *testing.B) {
	c := townCitizen(rand.IntN(townSize))
	v := writeCitizen(c, townState())
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			writeCitizen(c, townState())
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := readCitizen(c.ID, v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// cpuTime gives the processor time that this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkReach is a report of an announcement to 20,000 people, as the page of one that is being sent asks for it.
func BenchmarkReach(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	err = s.Update(b.Context(), func(tx store.Tx) error {
		rs := make([]bot.Recipient, 20_000)
		for i := range rs {
			id := fmt.Sprintf("citizen-%06d", i)
			rs[i] = bot.Recipient{Citizen: bot.CitizenID(id), Language: "ka", Address: bot.Address{Platform: "telegram", ID: id}}
		}
		return errors.Join(tx.Broadcasts.Create(bot.Broadcast{ID: "b"}, bot.Scope{All: true}), tx.Broadcasts.Owe("b", rs...))
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.View(b.Context(), func(tx store.Tx) error {
			_, err := tx.Broadcasts.Reach("b")
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}
