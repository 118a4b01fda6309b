package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func subscribedTests() []test {
	return []test{
		{name: "every field is kept", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Citizen]()
			c.Version = 0
			putCitizen(t, s, c, bot.State{}, nil)
			c.Version = 1
			view(t, s, func(tx store.Tx) error {
				for _, villages := range [][]string{nil, {c.Village}} {
					cs, next, err := tx.Citizens.Subscribed(everything, villages, "", 5)
					equal(t, "subscribers", cs, []bot.Citizen{c})
					equal(t, "next", next, "")
					if err != nil {
						return err
					}
				}
				return nil
			})
		}},
		{name: "those who agreed, of the villages or all", run: func(t *testing.T, s store.Store) {
			fillTown(t, s)
			subscribers(t, s, everything, nil, "a1", "a2", "ab1", "b1", "none1", "none2")
			subscribers(t, s, everything, []string{"a"}, "a1", "a2")
			subscribers(t, s, everything, []string{"ab"}, "ab1")
			subscribers(t, s, everything, []string{"b", "a", "b"}, "a1", "a2", "b1")
			subscribers(t, s, everything, []string{""}, "none1", "none2")
			subscribers(t, s, everything, []string{"elsewhere"})
		}},
		{name: "who takes it back, moves or is new is listed where they belong", run: func(t *testing.T, s store.Store) {
			c := nino()
			c.Village, c.Consented = "a", at(0)
			put := func() { t.Helper(); putCitizen(t, s, c, bot.State{}, nil); c.Version++ }
			put()
			subscribers(t, s, everything, []string{"a"}, "nino")
			c.Consented = at(5)
			put()
			subscribers(t, s, everything, []string{"a"}, "nino")
			c.Village = "b"
			put()
			subscribers(t, s, everything, []string{"a"})
			subscribers(t, s, everything, []string{"b"}, "nino")
			c.Consented = bot.Citizen{}.Consented
			put()
			subscribers(t, s, everything, nil)
			c.Village = "a"
			put()
			subscribers(t, s, everything, nil)
			c.Consented = at(9)
			put()
			subscribers(t, s, everything, []string{"a"}, "nino")
		}},
		{name: "outside the scope nobody is listed", run: func(t *testing.T, s store.Store) {
			fillTown(t, s)
			mine := bot.Scope{Villages: []string{"a", "b"}}
			subscribers(t, s, mine, []string{"a", "b"}, "a1", "a2", "b1")
			for _, villages := range [][]string{nil, {}, {""}, {"ab"}, {"a", "ab"}, {"a", ""}} {
				view(t, s, func(tx store.Tx) error {
					for _, scope := range []bot.Scope{mine, {}} {
						cs, next, err := tx.Citizens.Subscribed(scope, villages, "", 10)
						if !errors.Is(err, store.ErrScope) || len(cs) > 0 || next != "" {
							t.Errorf("%v gave %d citizens, %q and %v", villages, len(cs), next, err)
						}
					}
					return nil
				})
			}
		}},
		{name: "a cursor goes on where it was, whatever was added or taken away", run: func(t *testing.T, s store.Store) {
			fillTown(t, s)
			var seen []bot.Citizen
			var next string
			part := func() {
				view(t, s, func(tx store.Tx) error {
					cs, n, err := tx.Citizens.Subscribed(everything, []string{"b", "a"}, next, 1)
					seen, next = append(seen, cs...), n
					return err
				})
			}
			part()
			c := seen[0]
			c.Consented = bot.Citizen{}.Consented
			putCitizen(t, s, c, bot.State{}, nil) // the cursor's own
			for next != "" {
				part()
			}
			equal(t, "seen", sortedIDs(seen), []string{"a1", "a2", "b1"})
		}},
		{name: "a cursor that was never given out is an error", run: func(t *testing.T, s store.Store) {
			view(t, s, func(tx store.Tx) error {
				if _, _, err := tx.Citizens.Subscribed(everything, nil, "!", 5); err == nil {
					t.Error("it gave no error")
				}
				return nil
			})
		}},
	}
}

// fillTown puts citizens of some villages; those whose name ends in x have not agreed to be sent news.
func fillTown(t *testing.T, s store.Store) {
	t.Helper()
	for i, id := range []string{"none2", "b1", "a2", "abx", "ab1", "ax", "a1", "none1", "nonex"} {
		c := bot.Citizen{ID: bot.CitizenID(id), Village: id[:len(id)-1], Contacts: contacts(fmt.Sprint(100 + i))}
		if c.Village == "none" {
			c.Village = ""
		}
		if id[len(id)-1] != 'x' {
			c.Consented = at(i)
		}
		putCitizen(t, s, c, bot.State{}, nil)
	}
}

// subscribers checks who is listed, in parts of several sizes, each time in the same order.
func subscribers(t *testing.T, s store.Store, scope bot.Scope, villages []string, want ...string) {
	t.Helper()
	var first []string
	for _, limit := range []int{100, 1, 2, 3, len(want) + 1} {
		view(t, s, func(tx store.Tx) error {
			all, err := pages(limit, func(p store.Page) ([]bot.Citizen, string, error) {
				return tx.Citizens.Subscribed(scope, villages, p.After, p.Limit)
			})
			equal(t, fmt.Sprint("subscribers of ", villages), sortedIDs(all), want)
			if first == nil {
				first = ids(all)
			}
			equal(t, "order", ids(all), first)
			return err
		})
	}
}

func ids(cs []bot.Citizen) (ids []string) {
	for _, c := range cs {
		ids = append(ids, string(c.ID))
	}
	return ids
}

func sortedIDs(cs []bot.Citizen) []string {
	sorted := ids(cs)
	slices.Sort(sorted)
	return sorted
}
