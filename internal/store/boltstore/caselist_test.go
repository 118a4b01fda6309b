package boltstore

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Entries that a program of format 4 wrote say nothing of commitment, account and words: their cases are found all the same, and
// get such an entry when they change.
func TestOldCaseEntries(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "old.db"), Options{})
	update := func(fn func(tx store.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx store.Tx) error {
		for i, text := range []string{"the bridge", "the pipe", "a bridge"} {
			c := bot.Case{ID: fmt.Sprint(i), Village: "shroma", Kind: bot.CaseIdea, State: bot.CaseSeen, Text: text, Commitment: "roads", Assigned: "keti", Created: time.Unix(int64(i), 0)}
			if err := tx.Cases.Create(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.db.Update(func(tx *bolt.Tx) error {
		for _, bucket := range []string{caseTimeBucket, caseVillageBucket} {
			b := tx.Bucket([]byte(bucket))
			for _, p := range under(b, nil, noLimit) {
				id, _ := cutPart(p.value[timeKeySize:])
				if err := b.Put(p.key, slices.Concat(p.value[:timeKeySize], id)); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	look := func() {
		t.Helper()
		for _, scope := range []bot.Scope{{All: true}, {Villages: []string{"shroma"}}} {
			for _, c := range []struct {
				q    store.CaseQuery
				want string
			}{
				{store.CaseQuery{}, "210"}, {store.CaseQuery{Words: "bridge"}, "20"}, {store.CaseQuery{Words: "bridge", Order: store.OldestFirst}, "02"},
				{store.CaseQuery{Commitment: "roads", Words: "pipe"}, "1"}, {store.CaseQuery{Commitment: "water"}, ""}, {store.CaseQuery{Assigned: "keti"}, "210"},
				{store.CaseQuery{Assigned: bot.Nobody}, ""},
			} {
				got := ""
				if err := s.View(t.Context(), func(tx store.Tx) error {
					cs, _, err := tx.Cases.List(scope, c.q, store.Page{Limit: 10})
					for _, found := range cs {
						got += found.ID
					}
					return err
				}); err != nil || got != c.want {
					t.Errorf("%+v: found %q, want %q (%v)", c.q, got, c.want, err)
				}
			}
		}
	}
	look()
	update(func(tx store.Tx) error {
		c, err := tx.Cases.Get("1", bot.Scope{All: true})
		if err != nil {
			return err
		}
		return tx.Cases.Put(c)
	})
	look()
}
