//go:build unix

package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	benchCases     = 100_000
	benchExchanges = 1_000_000
)

// benchCase is one of so many cases, the latest 5 % of which are mostly open. A village has some of each kind; integrity cases
// and duplicates are rare.
func benchCase(n int) bot.Case {
	at := benchStart.Add(time.Duration(n) * time.Minute)
	c := bot.Case{
		ID: fmt.Sprintf("c%06d", n), Citizen: townCitizen(n * 31 % townSize).ID, Village: fmt.Sprint("village-", n*7%75),
		Kind: bot.CaseKinds[n%5], State: bot.CaseDone, Text: strings.Repeat("გზა დაზიანებულია. ", 8), Language: "ka",
		Created: at, Updated: at, Due: at.AddDate(0, 0, 10), Asked: at, Reason: strings.Repeat("შეკეთდა. ", 4),
	}
	switch {
	case n%5000 == 0:
		c.Kind = bot.CaseIntegrity
	case n%3001 == 0:
		c.State = bot.CaseDuplicate
	case n > benchCases-benchCases/20 && n%10 > 1, n%500 == 1:
		c.State = []bot.CaseState{bot.CaseReceived, bot.CaseSeen, bot.CaseWorking}[n%3]
	}
	return c
}

// openBusyTown gives a store with many cases, exchanges and questions.
func openBusyTown(b *testing.B) *Store {
	b.Helper()
	s := openTest(b, filepath.Join(b.TempDir(), "busy.db"), Options{})
	fill := func(n, chunk int, add func(tx store.Tx, n int) error) {
		b.Helper()
		for first := 0; first < n; first += chunk {
			err := s.Update(context.Background(), func(tx store.Tx) error {
				for i := first; i < min(first+chunk, n); i++ {
					if err := add(tx, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	fill(townSize, 10_000, func(tx store.Tx, n int) error { return tx.Citizens.Put(townCitizen(n), bot.State{}) })
	fill(benchExchanges, 20_000, func(tx store.Tx, n int) error {
		return tx.Conversations.Append(townExchange(townCitizen(n/10), benchStart.Add(time.Duration(n)*time.Second)))
	})
	fill(benchCases, 5000, func(tx store.Tx, n int) error { return tx.Cases.Create(benchCase(n)) })
	fill(benchCases/10, 5000, func(tx store.Tx, n int) error {
		c := townCitizen(n)
		_, err := tx.Questions.Add(bot.Question{Citizen: c.ID, Village: c.Village, At: benchStart.Add(time.Duration(n) * time.Minute), Text: "როდის?"})
		return err
	})
	fill(benchExchanges, 20_000, func(tx store.Tx, n int) error {
		return tx.Outbox.(outbox).saveFate(seqKey(uint64(n)), bot.Sending{Citizen: townCitizen(n / 10).ID, Fate: bot.FateSent, At: benchStart})
	})
	path := s.db.Path()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory() // what filling took
	return openTest(b, path, Options{})
}

// BenchmarkBusyTown reads two pages of every list that staff look at, forgets people, and drops what is too old. The memory is
// what the process has of its own at the end, without the pages of the file.
func BenchmarkBusyTown(b *testing.B) {
	s := openBusyTown(b)
	read := func(name string, fn func(store.Tx, store.Page) (next string, err error)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := s.View(context.Background(), func(tx store.Tx) error {
					next, err := fn(tx, store.Page{Limit: 50})
					if err == nil && next != "" {
						_, err = fn(tx, store.Page{Limit: 50, After: next})
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	now := benchCase(benchCases).Created
	cases := func(scope bot.Scope, q store.CaseQuery) func(store.Tx, store.Page) (string, error) {
		return func(tx store.Tx, p store.Page) (string, error) {
			_, next, err := tx.Cases.List(scope, q, p)
			return next, err
		}
	}
	everybody := bot.Scope{All: true, Integrity: true}
	villages := bot.Scope{}
	for n := range 10 {
		villages.Villages = append(villages.Villages, fmt.Sprint("village-", n))
	}
	for name, scope := range map[string]bot.Scope{"all": everybody, "villages": villages} {
		for what, q := range map[string]store.CaseQuery{
			"cases": {}, "village": {Village: "village-7"}, "kind": {Kind: bot.CaseIdea}, "rare-kind": {Kind: bot.CaseIntegrity},
			"state": {State: bot.CaseWorking}, "rare": {State: bot.CaseDuplicate, Kind: bot.CasePraise}, "open": {Open: true},
			"open-village": {Open: true, Village: "village-7", Kind: bot.CaseProblem}, "overdue": {Overdue: now}, "not-overdue": {Overdue: benchStart},
		} {
			read(what+"/"+name, cases(scope, q))
		}
		read("waiting/"+name, func(tx store.Tx, _ store.Page) (string, error) {
			_, err := tx.Questions.Waiting(scope, 300)
			return "", err
		})
	}
	read("exchanges/village", func(tx store.Tx, p store.Page) (string, error) {
		_, next, err := tx.Conversations.InVillage("village-7", p)
		return next, err
	})
	read("exchanges/latest", func(tx store.Tx, p store.Page) (string, error) {
		_, next, err := tx.Conversations.Latest(p)
		return next, err
	})
	read("cases/citizen", func(tx store.Tx, _ store.Page) (string, error) {
		_, err := tx.Cases.Of(townCitizen(31).ID, 20)
		return "", err
	})
	write := func(name string, fn func(tx store.Tx, n int) error) {
		b.Run(name, func(b *testing.B) {
			for n := range b.N {
				if err := s.Update(context.Background(), func(tx store.Tx) error { return fn(tx, n) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	forgotten := 0
	write("forget", func(tx store.Tx, _ int) error {
		forgotten++
		return tx.Citizens.Forget(townCitizen(townSize - forgotten).ID)
	})
	write("prune-1000", func(tx store.Tx, _ int) error {
		_, err1 := tx.Conversations.Prune(now, 1000)
		_, err2 := tx.Cases.Prune(now, 1000)
		return errors.Join(err1, err2)
	})
	b.Run("memory", func(b *testing.B) { b.ReportMetric(ownMemory(), "own-MiB") })
}

// ownMemory gives the memory that the process has to itself, in MiB.
func ownMemory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // not Linux
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "RssAnon: %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	return 0
}
