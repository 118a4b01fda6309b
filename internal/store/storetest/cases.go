package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// everybody sees integrity cases, too.
var everybody = bot.Scope{All: true, Integrity: true}

func caseTests() []test {
	return slices.Concat(
		named("List", listTests(list{fileCase, caseTexts(everybody, store.CaseQuery{})})),
		named("List of a village", listTests(list{fileCase, caseTexts(everybody, store.CaseQuery{Village: "shroma"})})),
		named("List of a scope", listTests(list{
			fileCase, caseTexts(bot.Scope{Villages: []string{"other", "shroma", "shroma"}}, store.CaseQuery{}),
		})),
		named("List of overdue ones", listTests(list{fileCase, caseTexts(everybody, store.CaseQuery{Kind: bot.CaseIdea, Overdue: at(9999)})})),
		caseRecordTests(), caseListTests(), casePartyTests(), caseMergeTests(),
	)
}

func caseRecordTests() []test {
	return []test{
		{name: "every field is kept in every list", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Case]()
			c.Version = 0
			createCase(t, s, c, nil)
			c.Version = 1
			view(t, s, func(tx store.Tx) error {
				got, err1 := tx.Cases.Get(c.ID, everybody)
				equal(t, "case", got, c)
				all, _, err2 := tx.Cases.List(everybody, store.CaseQuery{Village: c.Village, Kind: c.Kind, State: c.State}, store.Page{Limit: 5})
				equal(t, "list", all, []bot.Case{c})
				own, err3 := tx.Cases.Of(c.Citizen, 5)
				equal(t, "of the citizen", own, []bot.Case{c})
				rated, err4 := tx.Cases.Rated(c.Citizen, c.Commitment)
				equal(t, "rated", rated, c)
				return errors.Join(err1, err2, err3, err4)
			})
		}},
		{name: "zero values are kept", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a"}, nil)
			stored(t, s, bot.Case{ID: "a", Version: 1})
			c := bot.Case{ID: "b", Spot: bot.Point{Lat: -41.5, Long: 0}}
			createCase(t, s, c, nil)
			c.Version = 1
			stored(t, s, c)
		}},
		{name: "Create needs an ID of its own and Version 0", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a", Version: 1}, store.ErrConflict)
			createCase(t, s, bot.Case{ID: "a", Text: "first"}, nil)
			createCase(t, s, bot.Case{ID: "a", Text: "second"}, store.ErrConflict)
			stored(t, s, bot.Case{ID: "a", Text: "first", Version: 1})
		}},
		{name: "the first event comes with the case", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a", State: bot.CaseReceived, Created: at(3)}, nil)
			history(t, s, "a", bot.CaseEvent{Case: "a", At: at(3), To: bot.CaseReceived})
		}},
		{name: "only the version that was read may be replaced", run: func(t *testing.T, s store.Store) {
			putCase(t, s, bot.Case{ID: "a"}, store.ErrNotFound)
			createCase(t, s, bot.Case{ID: "a", Created: at(1)}, nil)
			putCase(t, s, bot.Case{ID: "a"}, store.ErrConflict)
			putCase(t, s, bot.Case{ID: "a", Text: "second", Version: 1}, nil)
			putCase(t, s, bot.Case{ID: "a", Text: "late", Version: 1}, store.ErrConflict)
			putCase(t, s, bot.Case{ID: "a", Text: "early", Version: 3}, store.ErrConflict)
			stored(t, s, bot.Case{ID: "a", Created: at(1), Text: "second", Version: 2}) // Created stayed
		}},
		{name: "every field is replaced", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Case]()
			createCase(t, s, bot.Case{ID: c.ID, Created: c.Created, Village: "other", Kind: bot.CaseIdea, Citizen: "nino", Commitment: "x", Score: 1}, nil)
			c.Version = 1
			putCase(t, s, c, nil)
			c.Version = 2
			stored(t, s, c)
			view(t, s, func(tx store.Tx) error {
				for name, want := range map[string]int{"other": 0, c.Village: 1} {
					cs, _, err := tx.Cases.List(everybody, store.CaseQuery{Village: name}, store.Page{Limit: 5})
					equal(t, "cases of "+name, len(cs), want)
					if err != nil {
						return err
					}
				}
				none, err1 := tx.Cases.Of("nino", 5)
				equal(t, "of who had it", len(none), 0)
				if _, err := tx.Cases.Rated("nino", "x"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Rated gave %v", err)
				}
				own, err2 := tx.Cases.Of(c.Citizen, 5)
				equal(t, "of who has it", own, []bot.Case{c})
				return errors.Join(err1, err2)
			})
		}},
		{name: "events, the oldest first", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a", Created: at(0)}, nil)
			createCase(t, s, bot.Case{ID: "ab", Created: at(0)}, nil)
			first := bot.CaseEvent{Case: "a", At: at(0)}
			e := filled[bot.CaseEvent]()
			e.Case, e.At = "a", at(5)
			same, before := bot.CaseEvent{Case: "a", At: at(5), Text: "of the same moment", By: "keti", Assigned: "nino", Internal: true}, bot.CaseEvent{Case: "a", At: at(4)}
			for _, e := range []bot.CaseEvent{e, same, before} {
				addEvent(t, s, e, nil)
			}
			history(t, s, "a", first, before, e, same)
			history(t, s, "ab", bot.CaseEvent{Case: "ab", At: at(0)})
			history(t, s, "b")
			addEvent(t, s, bot.CaseEvent{Case: "b"}, store.ErrNotFound)
		}},
		{name: "all or nothing", run: func(t *testing.T, s store.Store) {
			err := s.Update(context.Background(), func(tx store.Tx) error {
				return errors.Join(tx.Cases.Create(bot.Case{ID: "a"}), tx.Cases.Join("a", "nino"), errGiveUp)
			})
			if !errors.Is(err, errGiveUp) {
				t.Errorf("Update gave %v", err)
			}
			createCase(t, s, bot.Case{ID: "a"}, nil)
			parties(t, s, "a")
		}},
	}
}

func caseListTests() []test {
	return []test{
		{name: "scope and query choose, and nothing else is seen", run: func(t *testing.T, s store.Store) {
			all := fillCases(t, s)
			checkLists(t, s, all)
			for i, c := range all { // lists follow every change
				c.State, c.Kind, c.Village = all[len(all)-1-i].State, all[len(all)-1-i].Kind, all[(i+5)%len(all)].Village
				c.Assigned, c.Commitment, c.Text, c.Due = all[(i+1)%len(all)].Assigned, all[(i+2)%len(all)].Commitment, all[(i+3)%len(all)].Text, all[(i+7)%len(all)].Due
				putCase(t, s, c, nil)
				c.Version++
				all[i] = c
			}
			checkLists(t, s, all)
		}},
		{name: "Get is ErrNotFound for what the scope does not see", run: func(t *testing.T, s store.Store) {
			all := fillCases(t, s)
			view(t, s, func(tx store.Tx) error {
				for _, scope := range scopes {
					for _, c := range all {
						got, err := tx.Cases.Get(c.ID, scope)
						switch {
						case scope.Sees(c) && err != nil, !scope.Sees(c) && (!errors.Is(err, store.ErrNotFound) || got.ID != ""):
							t.Errorf("%+v: Get of %s at %q gave %v", scope, c.Kind, c.Village, err)
						}
					}
					if _, err := tx.Cases.Get("none", scope); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Get of none gave %v", err)
					}
				}
				return nil
			})
		}},
		{name: "the cursor of one scope opens no other", run: func(t *testing.T, s store.Store) {
			fillCases(t, s)
			view(t, s, func(tx store.Tx) error {
				_, next, err := tx.Cases.List(everybody, store.CaseQuery{}, store.Page{Limit: 1})
				if err != nil {
					return err
				}
				for _, scope := range scopes {
					cs, _, err := tx.Cases.List(scope, store.CaseQuery{}, store.Page{After: next, Limit: 500})
					if err != nil {
						continue // it may also be refused
					}
					for _, c := range cs {
						equal(t, "seen", scope.Sees(c), true)
					}
				}
				return nil
			})
		}},
		{name: "Settled lists what was done before and not asked, the oldest first", run: func(t *testing.T, s store.Store) {
			done := func(id string, minutes int) bot.Case {
				return bot.Case{ID: id, Citizen: "nino", State: bot.CaseDone, Created: at(-minutes), Updated: at(minutes)}
			}
			for i, id := range []string{"c", "b", "a", "at", "later"} {
				createCase(t, s, done(id, []int{3, 2, 1, 10, 11}[i]), nil)
			}
			asked, open, declined, nobodys := done("asked", 1), done("open", 1), done("declined", 1), done("nobody's", 1)
			asked.Asked, open.State, declined.State, nobodys.Citizen = at(5), bot.CaseWorking, bot.CaseDeclined, ""
			for _, c := range []bot.Case{asked, open, declined, nobodys} {
				createCase(t, s, c, nil)
			}
			settled(t, s, at(10), 9, "a", "b", "c")
			settled(t, s, at(10), 2, "a", "b")
			settled(t, s, at(1), 9)
			c := done("b", 2)
			c.Asked, c.Version = at(12), 1
			putCase(t, s, c, nil)
			settled(t, s, at(10), 9, "a", "c")
			open.State, open.Version = bot.CaseDone, 1
			putCase(t, s, open, nil)
			settled(t, s, at(2), 9, "a", "open")
		}},
	}
}

func casePartyTests() []test {
	return []test{
		{name: "who filed it and who joined are told, each once", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a", Citizen: "nino"}, nil)
			createCase(t, s, bot.Case{ID: "ab", Citizen: "keti"}, nil)
			parties(t, s, "a", "nino")
			for _, id := range []bot.CitizenID{"z", "giorgi", "nino", "z", "giorgi"} {
				join(t, s, "a", id, nil)
			}
			parties(t, s, "a", "nino", "z", "giorgi")
			parties(t, s, "ab", "keti")
			join(t, s, "b", "nino", store.ErrNotFound)
			view(t, s, func(tx store.Tx) error {
				if _, err := tx.Cases.Parties("b"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Parties of none gave %v", err)
				}
				return nil
			})
			stored(t, s, bot.Case{ID: "a", Citizen: "nino", Version: 1})
		}},
		{name: "a citizen gets what they filed or joined, newest first", run: func(t *testing.T, s store.Store) {
			for _, c := range []bot.Case{
				{ID: "new", Citizen: "nino", Created: at(9)},
				{ID: "integrity", Citizen: "nino", Created: at(2), Kind: bot.CaseIntegrity},
				{ID: "joined", Citizen: "giorgi", Created: at(5)},
				{ID: "other", Citizen: "nino2", Created: at(6)},
				{ID: "nobody's", Created: at(7)},
			} {
				createCase(t, s, c, nil)
			}
			join(t, s, "joined", "nino", nil)
			ofCitizen(t, s, "nino", 9, "new", "joined", "integrity")
			ofCitizen(t, s, "nino", 2, "new", "joined")
			ofCitizen(t, s, "giorgi", 9, "joined")
			ofCitizen(t, s, "nin", 9)
			ofCitizen(t, s, "", 9)
			putCase(t, s, bot.Case{ID: "joined", Citizen: "giorgi", State: bot.CaseDone, Version: 1}, nil)
			ofCitizen(t, s, "nino", 9, "new", "joined", "integrity")
		}},
		{name: "duplicates are listed with their original, and their people are no parties of it", run: func(t *testing.T, s store.Store) {
			createCase(t, s, bot.Case{ID: "a", Citizen: "nino", Created: at(1)}, nil)
			createCase(t, s, bot.Case{ID: "b", Citizen: "keti", Created: at(3), State: bot.CaseReceived}, nil)
			createCase(t, s, bot.Case{ID: "c", Citizen: "gela", Created: at(2), State: bot.CaseDuplicate, Original: "a"}, nil)
			createCase(t, s, bot.Case{ID: "d", Citizen: "gela", Created: at(2), State: bot.CaseDuplicate, Original: "aa"}, nil)
			duplicates(t, s, "a", "c")
			putCase(t, s, bot.Case{ID: "b", Citizen: "keti", State: bot.CaseDuplicate, Original: "a", Version: 1}, nil)
			duplicates(t, s, "a", "c", "b")
			parties(t, s, "a", "nino")
			ofCitizen(t, s, "keti", 9, "b")
			putCase(t, s, bot.Case{ID: "c", Citizen: "gela", State: bot.CaseReceived, Version: 1}, nil)
			duplicates(t, s, "a", "b")
			duplicates(t, s, "nothing")
		}},
		{name: "Rated finds the case in which a citizen gave a score", run: func(t *testing.T, s store.Store) {
			c := bot.Case{ID: "a", Citizen: "nino", Kind: bot.CaseCommitment, Commitment: "c1", Score: 4}
			createCase(t, s, c, nil)
			createCase(t, s, bot.Case{ID: "b", Citizen: "nino", Kind: bot.CaseCommitment, Commitment: "c2"}, nil)
			createCase(t, s, bot.Case{ID: "c", Citizen: "nino2", Kind: bot.CaseCommitment, Commitment: "c1", Score: 1}, nil)
			rated(t, s, "nino", "c1", "a")
			rated(t, s, "nino2", "c1", "c")
			rated(t, s, "nino", "c2", "")
			rated(t, s, "nino", "c", "")
			rated(t, s, "", "c1", "")
			c.Score, c.Version = 5, 1
			putCase(t, s, c, nil)
			rated(t, s, "nino", "c1", "a")
			c.Score, c.Version = 0, 2
			putCase(t, s, c, nil)
			rated(t, s, "nino", "c1", "")
		}},
	}
}

// In these tests giorgi becomes nino.
func caseMergeTests() []test {
	return []test{
		{name: "Merge: what both filed and joined is one's", run: func(t *testing.T, s store.Store) {
			both(t, s)
			for i, c := range []bot.Case{
				{ID: "nino's", Citizen: "nino", Kind: bot.CaseCommitment, Commitment: "c1", Score: 1},
				{ID: "giorgi's", Citizen: "giorgi", Kind: bot.CaseCommitment, Commitment: "c1", Score: 2},
				{ID: "giorgi's own", Citizen: "giorgi", Kind: bot.CaseCommitment, Commitment: "c2", Score: 3},
				{ID: "joined", Citizen: "keti"},
				{ID: "joined by both", Citizen: "keti"},
			} {
				c.Created = at(i)
				createCase(t, s, c, nil)
			}
			for _, j := range [][2]string{
				{"nino's", "giorgi"}, {"giorgi's", "luka"}, {"giorgi's", "nino"}, {"joined", "luka"}, {"joined", "giorgi"}, {"joined", "dato"},
				{"joined by both", "giorgi"}, {"joined by both", "luka"}, {"joined by both", "nino"},
			} {
				join(t, s, j[0], bot.CitizenID(j[1]), nil)
			}
			merge(t, s, nil)
			ofCitizen(t, s, "nino", 9, "joined by both", "joined", "giorgi's own", "giorgi's", "nino's")
			ofCitizen(t, s, "giorgi", 9)
			ofCitizen(t, s, "luka", 9, "joined by both", "joined", "giorgi's")
			parties(t, s, "nino's", "nino")
			parties(t, s, "giorgi's", "nino", "luka")
			parties(t, s, "joined", "keti", "luka", "nino", "dato")
			parties(t, s, "joined by both", "keti", "luka", "nino")
			rated(t, s, "nino", "c1", "nino's") // as it was before
			rated(t, s, "nino", "c2", "giorgi's own")
			rated(t, s, "giorgi", "c1", "")
			rated(t, s, "giorgi", "c2", "")
			join(t, s, "joined", "nino", nil)
			parties(t, s, "joined", "keti", "luka", "nino", "dato")
		}},
	}
}

// fileCase creates a case of shroma that is open and has been overdue for long.
func fileCase(tx store.Tx, at time.Time, text string) error {
	return tx.Cases.Create(bot.Case{ID: text, Village: "shroma", Kind: bot.CaseIdea, State: bot.CaseSeen, Created: at, Due: at, Text: text})
}

func caseTexts(scope bot.Scope, q store.CaseQuery) func(store.Tx, store.Page) ([]string, string, error) {
	return func(tx store.Tx, p store.Page) (texts []string, next string, err error) {
		cs, next, err := tx.Cases.List(scope, q, p)
		for _, c := range cs {
			texts = append(texts, c.Text)
		}
		return texts, next, err
	}
}

// scopes are those that an account may have, and some that it must not.
var scopes = []bot.Scope{
	{},
	{All: true},
	everybody,
	{Villages: []string{"shroma"}},
	{Villages: []string{"shroma", "likhauri", "shroma"}},
	{Villages: []string{"none"}},
	{Villages: []string{""}},
	{Villages: []string{"shroma", ""}, Integrity: true},
	{Integrity: true},
}

// fillCases creates cases of each kind in each state, in several villages.
func fillCases(t *testing.T, s store.Store) (all []bot.Case) {
	t.Helper()
	villages := []string{"shroma", "likhauri", "", "shro", "shroma2"}
	states := []bot.CaseState{
		bot.CaseReceived, bot.CaseSeen, bot.CaseWorking, bot.CaseAnswered, bot.CaseDone, bot.CaseDeclined, bot.CaseDuplicate, "another",
	}
	update(t, s, func(tx store.Tx) error {
		all = nil
		for i, kind := range append([]bot.CaseKind{"another"}, bot.CaseKinds...) {
			for j, state := range states {
				n := i*len(states) + j
				c := bot.Case{ID: fmt.Sprint(n), Kind: kind, State: state, Village: villages[n*n%len(villages)], Created: at(n * 37 % 50)}
				if n%3 > 0 {
					c.Due = at(n * 17 % 50)
				}
				c.Commitment, c.Assigned = []string{"", "roads", "water"}[n%3], []string{"", "keti", "keti.2", "nino"}[n%4]
				c.Text = []string{"the pipe leaks", "The bridge is broken", "", "water from the bridge"}[n/2%4]
				if err := tx.Cases.Create(c); err != nil {
					return err
				}
				c.Version = 1
				all = append(all, c)
			}
		}
		return nil
	})
	return all
}

// checkLists compares each list with what it must be; all are in the order in which they were created.
func checkLists(t *testing.T, s store.Store, all []bot.Case) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		for _, scope := range scopes {
			for _, q := range caseQueries() {
				var want []string
				sorted := slices.Clone(all)
				slices.Reverse(sorted)
				slices.SortStableFunc(sorted, func(a, b bot.Case) int { return b.Created.Compare(a.Created) })
				switch q.Order {
				case store.OldestFirst, store.DueFirst:
					slices.Reverse(sorted)
				}
				if q.Order == store.DueFirst {
					slices.SortStableFunc(sorted, func(a, b bot.Case) int { return dueAt(a).Compare(dueAt(b)) })
				}
				for _, c := range sorted {
					if scope.Sees(c) && chosen(q, c) {
						want = append(want, c.ID)
					}
				}
				for _, limit := range []int{3, 500} {
					cs, err := pages(limit, func(p store.Page) ([]bot.Case, string, error) { return tx.Cases.List(scope, q, p) })
					if err != nil {
						return err
					}
					equal(t, fmt.Sprintf("%+v, %+v", scope, q), caseIDs(cs), want)
				}
			}
		}
		return nil
	})
}

func caseQueries() (qs []store.CaseQuery) {
	for _, village := range []string{"", "shroma", "likhauri", "none"} {
		for _, kind := range []bot.CaseKind{"", bot.CaseProblem, bot.CaseIntegrity, "another"} {
			for _, state := range []bot.CaseState{"", bot.CaseSeen, bot.CaseDone} {
				for _, open := range []bool{false, true} {
					for _, overdue := range []time.Time{{}, at(25)} {
						qs = append(qs, store.CaseQuery{Village: village, Kind: kind, State: state, Open: open, Overdue: overdue})
					}
				}
			}
		}
	}
	for i := range 4 * len(qs) {
		q := qs[i%len(qs)]
		q.Order = []store.CaseOrder{store.NewestFirst, store.OldestFirst, store.DueFirst}[i%3]
		q.Commitment = []string{"", "", "roads", "none"}[i/3%4]
		q.Assigned = []string{"", "keti", bot.Nobody, "nobody", ""}[i/2%5]
		q.Words = []string{"", "bridge", "the BRIDGE", "bridge from", "pipe bridge", "...", "broken"}[i%7]
		qs = append(qs, q)
	}
	return qs
}

// dueAt is after all times for what is never due.
func dueAt(c bot.Case) time.Time {
	if c.Due.IsZero() {
		return at(1 << 30)
	}
	return c.Due
}

func chosen(q store.CaseQuery, c bot.Case) bool {
	switch {
	case q.Village != "" && q.Village != c.Village, q.Kind != "" && q.Kind != c.Kind, q.State != "" && q.State != c.State:
		return false
	case q.Open && !c.Open(), q.Commitment != "" && q.Commitment != c.Commitment:
		return false
	case q.Assigned == bot.Nobody && c.Assigned != "", q.Assigned != "" && q.Assigned != bot.Nobody && q.Assigned != c.Assigned:
		return false
	case slices.ContainsFunc(strings.Fields(strings.ToLower(q.Words)), func(w string) bool { return !slices.Contains(strings.Fields(strings.ToLower(c.Text)), w) }):
		return false
	case !q.Overdue.IsZero():
		return c.Open() && !c.Due.IsZero() && c.Due.Before(q.Overdue)
	}
	return true
}

func caseIDs(cs []bot.Case) (ids []string) {
	for _, c := range cs {
		ids = append(ids, c.ID)
	}
	return ids
}

// createCase creates c in an Update of its own, which must give want; so do putCase, addEvent and join.
func createCase(t *testing.T, s store.Store, c bot.Case, want error) {
	t.Helper()
	gives(t, s, "Create", want, func(tx store.Tx) error { return tx.Cases.Create(c) })
}

func putCase(t *testing.T, s store.Store, c bot.Case, want error) {
	t.Helper()
	gives(t, s, "Put", want, func(tx store.Tx) error { return tx.Cases.Put(c) })
}

func addEvent(t *testing.T, s store.Store, e bot.CaseEvent, want error) {
	t.Helper()
	gives(t, s, "AddEvent", want, func(tx store.Tx) error { return tx.Cases.AddEvent(e) })
}

func join(t *testing.T, s store.Store, id string, citizen bot.CitizenID, want error) {
	t.Helper()
	gives(t, s, "Join", want, func(tx store.Tx) error { return tx.Cases.Join(id, citizen) })
}

// gives runs fn in an Update, which must give want.
func gives(t *testing.T, s store.Store, what string, want error, fn func(store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); !errors.Is(err, want) {
		t.Fatalf("%s gave %v, want %v", what, err, want)
	}
}

func stored(t *testing.T, s store.Store, want bot.Case) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Cases.Get(want.ID, everybody)
		equal(t, "case", got, want)
		return err
	})
}

func history(t *testing.T, s store.Store, id string, want ...bot.CaseEvent) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Cases.Events(id)
		equal(t, "events", got, want)
		return err
	})
}

func parties(t *testing.T, s store.Store, id string, want ...bot.CitizenID) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Cases.Parties(id)
		equal(t, "parties of "+id, got, want)
		return err
	})
}

func duplicates(t *testing.T, s store.Store, original string, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		cs, err := tx.Cases.Duplicates(original)
		if got := caseIDs(cs); !slices.Equal(got, want) {
			t.Errorf("duplicates of %s: %q, want %q", original, got, want)
		}
		return err
	})
}

func ofCitizen(t *testing.T, s store.Store, id bot.CitizenID, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		cs, err := tx.Cases.Of(id, limit)
		equal(t, "cases of "+string(id), caseIDs(cs), want)
		return err
	})
}

func settled(t *testing.T, s store.Store, before time.Time, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		cs, err := tx.Cases.Settled(before, limit)
		ids := caseIDs(cs)
		slices.Sort(ids)
		slices.Sort(want)
		equal(t, "settled", ids, want)
		equal(t, "the oldest first", slices.IsSortedFunc(cs, func(a, b bot.Case) int { return a.Updated.Compare(b.Updated) }), true)
		return err
	})
}

// rated checks in which case a citizen gave a score; "": in none.
func rated(t *testing.T, s store.Store, id bot.CitizenID, commitment, want string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		c, err := tx.Cases.Rated(id, commitment)
		if want == "" && !errors.Is(err, store.ErrNotFound) || want != "" && err != nil {
			t.Errorf("Rated gave %v", err)
		}
		equal(t, "rated", c.ID, want)
		return nil
	})
}
