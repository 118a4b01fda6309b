package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

const (
	manyCases    = 100_000
	manyMessages = 1_000_000
	people       = 20_000
	seedChunk    = 5000
)

// lists measures how long staff wait for a page of a list when years of feedback are kept, in a process that holds nothing
// else: bench calls itself for it.
func lists(ctx context.Context, dir string) error {
	s, err := boltstore.Open(filepath.Join(dir, "years.db"), boltstore.Options{Terms: georgian.Terms})
	if err != nil {
		return err
	}
	villages := []string{"askana", "bakhvi", "likhauri", "natanebi", "shroma", "mtispiri", "meria", "laituri", "nasakirali", "anaseuli"}
	if err := years(ctx, s, villages); err != nil {
		return errors.Join(err, s.Close())
	}
	all := bot.Scope{All: true, Integrity: true}
	village := bot.Scope{Villages: villages[:3]}
	now := time.Now().UTC()
	views := map[string]func(store.Tx, store.Page) (string, error){}
	add := func(name string, scope bot.Scope, q store.CaseQuery) {
		views[name] = func(tx store.Tx, p store.Page) (string, error) {
			_, next, err := tx.Cases.List(scope, q, p)
			return next, err
		}
	}
	add("cases", all, store.CaseQuery{})
	add("cases of three villages", village, store.CaseQuery{})
	add("cases of a village and kind", all, store.CaseQuery{Village: "askana", Kind: bot.CaseIdea})
	add("integrity cases", all, store.CaseQuery{Kind: bot.CaseIntegrity})
	add("declined cases", all, store.CaseQuery{State: bot.CaseDeclined})
	add("open cases", all, store.CaseQuery{Open: true})
	add("overdue cases", all, store.CaseQuery{Overdue: now})
	add("cases, oldest first", all, store.CaseQuery{Order: store.OldestFirst})
	add("cases, due first", all, store.CaseQuery{Order: store.DueFirst})
	add("open cases of three villages, due first", village, store.CaseQuery{Open: true, Order: store.DueFirst})
	add("cases of an account", all, store.CaseQuery{Assigned: "keti"})
	add("cases of nobody", all, store.CaseQuery{Assigned: bot.Nobody, Open: true})
	add("cases about a commitment that has few", all, store.CaseQuery{Commitment: "rare"})
	views["conversations"] = func(tx store.Tx, p store.Page) (string, error) {
		_, next, err := tx.Conversations.Latest(p)
		return next, err
	}
	views["conversations of a village"] = func(tx store.Tx, p store.Page) (string, error) {
		_, next, err := tx.Conversations.InVillage("askana", p)
		return next, err
	}
	views["questions that wait"] = func(tx store.Tx, _ store.Page) (string, error) {
		_, err := tx.Questions.Waiting(all, 100)
		return "", err
	}
	search := func(scope bot.Scope, words string) func(store.Tx, store.Page) (string, error) {
		return func(tx store.Tx, p store.Page) (string, error) {
			_, next, err := tx.Conversations.Search(scope, words, p)
			return next, err
		}
	}
	slowest := func(views map[string]func(store.Tx, store.Page) (string, error)) (worst time.Duration, name string, err error) {
		for view, list := range views {
			took, err := slowestPage(ctx, s, list)
			if err != nil {
				return 0, "", fmt.Errorf("%s: %w", view, err)
			}
			if took > worst {
				worst, name = took, view
			}
		}
		return worst, name, nil
	}
	worst, name, err := slowest(views)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	longest, words, err := slowest(map[string]func(store.Tx, store.Page) (string, error){
		"a word of every message":       search(all, "tskali"),
		"a rare word":                   search(all, "ოჯახი 611"),
		"a rare word in three villages": search(village, "ojaxi 611"),
		"a word that nobody said":       search(all, "ხელშეკრულება"),
		"a word that no villager said":  search(village, "ხელშეკრულება"),
	})
	if err != nil {
		return errors.Join(err, s.Close())
	}
	find := func(scope bot.Scope, q store.CaseQuery) func(store.Tx, store.Page) (string, error) {
		return func(tx store.Tx, p store.Page) (string, error) {
			_, next, err := tx.Cases.List(scope, q, p)
			return next, err
		}
	}
	longestCase, caseWords, err := slowest(map[string]func(store.Tx, store.Page) (string, error){
		"a word of every case":            find(all, store.CaseQuery{Words: "milis"}),
		"a word of every case, due first": find(all, store.CaseQuery{Words: "milis", Order: store.DueFirst}),
		"a rare word":                     find(all, store.CaseQuery{Words: "სახლი 611"}),
		"a rare word in three villages":   find(village, store.CaseQuery{Words: "saxli 611", Order: store.OldestFirst}),
		"a word that nobody wrote":        find(all, store.CaseQuery{Words: "ხელშეკრულება"}),
	})
	if err != nil {
		return errors.Join(err, s.Close())
	}
	debug.FreeOSMemory() // of filling it
	if err := pages(ctx, s, villages[:3]); err != nil {
		return errors.Join(err, s.Close())
	}
	own, file := ownMemory()
	row("lists, 100,000 cases, 1,000,000 messages", "slowest page of 50 in %d lists: %.1f ms (%s); memory %.0f MiB, and %.0f MiB of the file's pages", len(views), ms(worst), name, own, file)
	row("search in 1,000,000 messages", "slowest page of 50: %.0f ms (%s)", ms(longest), words)
	row("search in 100,000 cases", "slowest page of 50: %.0f ms (%s)", ms(longestCase), caseWords)
	return s.Close()
}

// slowestPage opens the first twenty pages of a list, three times.
func slowestPage(ctx context.Context, s store.Store, list func(store.Tx, store.Page) (string, error)) (slowest time.Duration, err error) {
	for range 3 {
		p := store.Page{Limit: 50}
		for range 20 {
			began := time.Now()
			if err := s.View(ctx, func(tx store.Tx) (err error) { p.After, err = list(tx, p); return err }); err != nil {
				return 0, err
			}
			slowest = max(slowest, time.Since(began))
			if p.After == "" {
				break
			}
		}
	}
	return slowest, nil
}

// years fills a store.
func years(ctx context.Context, s store.Store, villages []string) error {
	begin := time.Now().UTC().AddDate(-4, 0, 0)
	id := func(n int) bot.CitizenID { return bot.CitizenID(fmt.Sprintf("citizen%019d", n)) }
	for from := 0; from < people; from += seedChunk {
		err := s.Update(ctx, func(tx store.Tx) error {
			for n := from; n < from+seedChunk; n++ {
				c := bot.Citizen{ID: id(n), Language: "ka", Village: villages[n%len(villages)], FirstSeen: begin,
					Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: strconv.Itoa(n)}, LastInbound: begin}}}
				if err := tx.Citizens.Put(c, bot.State{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for from := 0; from < manyMessages; from += seedChunk {
		err := s.Update(ctx, func(tx store.Tx) error {
			for n := from; n < from+seedChunk; n++ {
				who := n % people
				e := bot.Exchange{Citizen: id(who), Platform: "telegram", Village: villages[who%len(villages)], At: begin.Add(time.Duration(n) * 2 * time.Minute),
					Said: "როდის მოვა წყალი ჩვენს უბანში, მეორე კვირაა უბნის " + strconv.Itoa(n%977) + " ოჯახი ელოდება?", Intent: "ask", Replies: []string{"ეს არ ვიცი. თქვენი კითხვა თანამშრომლებს გადავეცი."}}
				if err := tx.Conversations.Append(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	states := []bot.CaseState{bot.CaseDone, bot.CaseDone, bot.CaseDone, bot.CaseAnswered, bot.CaseReceived, bot.CaseDone, bot.CaseDone, bot.CaseDone, bot.CaseDone, bot.CaseWorking}
	for from := 0; from < manyCases; from += seedChunk {
		err := s.Update(ctx, func(tx store.Tx) error {
			for n := from; n < from+seedChunk; n++ {
				c := bot.Case{ID: fmt.Sprintf("C%06d", n), Citizen: id(n % people), Kind: bot.CaseKinds[n%4], Village: villages[n%len(villages)], Language: "ka",
					Text: "სკოლასთან წყლის მილი გატეხილია, მესამე დღეა, სახლი " + strconv.Itoa(n%977) + ".", Created: begin.Add(time.Duration(n) * 20 * time.Minute), State: states[n/7%len(states)]}
				switch { // rare ones
				case n%1999 == 0:
					c.Kind, c.Village = bot.CaseIntegrity, ""
				case n%997 == 0:
					c.State = bot.CaseDeclined
				}
				if n%11 == 0 {
					c.Assigned = "keti"
				}
				if n%9973 == 0 {
					c.Commitment = "rare"
				}
				c.Updated, c.Due = c.Created, c.Created.AddDate(0, 0, 10)
				if err := tx.Cases.Create(c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ownMemory is the resident memory of this process, in MiB: what it holds itself, and the pages of the database's file that
// the system keeps for it as long as nobody else needs the room.
func ownMemory() (own, file float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	read := func(name string) float64 {
		_, rest, _ := strings.Cut(string(status), name)
		kb, _ := strconv.Atoi(append(strings.Fields(rest), "0")[0])
		return float64(kb) / 1024
	}
	return read("RssAnon:"), read("RssFile:")
}
