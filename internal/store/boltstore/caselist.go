package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// The lists of cases have lanes by village, kind and state. All else that a query can ask for is in their values, so a page is
// read without a look at a case that is not on it; only words are read, of those that have their marks.

// caseTraits is what a list says of a case after its number: commitment, account, marks of its words. Entries of format 4 and
// before have none of it: their case is read.
func (t *txn) caseTraits(c bot.Case) []byte {
	return append(textKey(c.Commitment, c.Assigned), t.marks(c.Text)...)
}

func (t cases) List(scope bot.Scope, q store.CaseQuery, p store.Page) (cs []bot.Case, next string, err error) {
	sieve := caseSieve{t: t, q: q, words: t.sought(q.Words)}
	if q.Words != "" && sieve.words.none() {
		return nil, "", nil
	}
	index, lanes := t.lanes(scope, q)
	take := func(_, value []byte) error {
		id, _ := cutPart(value[timeKeySize:])
		f, err := t.listed(id)
		cs = append(cs, f.Case)
		return err
	}
	switch q.Order {
	case store.OldestFirst, store.DueFirst:
		next, err = rankedPage(index, lanes, p, caseRanks[q.Order], sieve.lets, take)
	default:
		next, err = mergedPage(index, lanes, p, sieve.lets, take)
	}
	if err = errors.Join(err, sieve.err); err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	return cs, next, nil
}

// caseSieve lets through what a query chooses within its lanes.
type caseSieve struct {
	t     cases
	q     store.CaseQuery
	words sought
	err   error // the first one
}

// lets implements fits of mergedPage.
func (s *caseSieve) lets(_, value []byte) bool {
	if s.err != nil {
		return false
	}
	if !s.q.Overdue.IsZero() && bytes.Compare(value[:timeKeySize], dueKey(s.q.Overdue)) >= 0 {
		return false
	}
	if s.q.Commitment == "" && s.q.Assigned == "" && s.words.none() {
		return true
	}
	id, traits := cutPart(value[timeKeySize:])
	if len(traits) > 0 {
		commitment, rest := cutText(traits)
		assigned, marks := cutText(rest)
		if !s.chooses(commitment, assigned) || !s.words.perhaps(marks) {
			return false
		}
		if s.words.none() {
			return true
		}
	}
	f, err := s.t.listed(id)
	s.err = err
	return err == nil && s.chooses(f.Commitment, f.Assigned) && (s.words.none() || s.words.in(f.Text))
}

func (s *caseSieve) chooses(commitment, assigned string) bool {
	switch {
	case s.q.Commitment != "" && commitment != s.q.Commitment:
		return false
	case s.q.Assigned == bot.Nobody:
		return assigned == ""
	}
	return s.q.Assigned == "" || assigned == s.q.Assigned
}

// lanes gives what to read for a query: an index, and of its lanes those with cases that scope sees and q chooses.
func (t cases) lanes(scope bot.Scope, q store.CaseQuery) (index *bolt.Bucket, chosen [][]byte) {
	choose := func(village string, prefix []byte) {
		for _, lane := range lanes(index, prefix) {
			kind, rest := cutText(lane[len(prefix):])
			state, _ := cutText(rest)
			c := bot.Case{Village: village, Kind: bot.CaseKind(kind), State: bot.CaseState(state)}
			if scope.Sees(c) && chooses(q, c) {
				chosen = append(chosen, lane)
			}
		}
	}
	villages := slices.Clone(scope.Villages)
	switch {
	case q.Village != "":
		villages = []string{q.Village}
	case scope.All:
		index = t.bucket(caseTimeBucket)
		choose("", nil)
		return index, chosen
	}
	index = t.bucket(caseVillageBucket)
	slices.Sort(villages)
	for _, v := range slices.Compact(villages) {
		choose(v, textKey(v))
	}
	return index, chosen
}

// chooses tells whether cases of a kind and a state can be among those that q chooses.
func chooses(q store.CaseQuery, c bot.Case) bool {
	return (q.Kind == "" || c.Kind == q.Kind) && (q.State == "" || c.State == q.State) && (c.Open() || !q.Open && q.Overdue.IsZero())
}
