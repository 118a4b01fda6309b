package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func broadcastTests() []test {
	inShroma := func(tx store.Tx, p store.Page) ([]string, string, error) {
		bs, next, err := tx.Broadcasts.InVillage("shroma", p)
		return broadcastIDs(bs), next, err
	}
	return slices.Concat(
		named("Latest", listTests(list{createFor("shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			bs, next, err := tx.Broadcasts.Latest(p)
			return broadcastIDs(bs), next, err
		}})),
		named("InVillage", listTests(list{createFor("shroma"), inShroma})),
		named("InVillage, with those to the whole municipality", listTests(list{func(tx store.Tx, at time.Time, id string) error {
			villages := [][]string{nil, {"shroma"}, {"other", "shroma"}}[len(id)%3]
			return createFor(villages...)(tx, at, id)
		}, inShroma})),
		[]test{
			{name: "every field is kept in every list", run: func(t *testing.T, s store.Store) {
				b := filled[bot.Broadcast]()
				b.Version, b.State = 0, bot.BroadcastScheduled
				create(t, s, b, everything, nil)
				b.Version = 1
				check := func() {
					t.Helper()
					view(t, s, func(tx store.Tx) error {
						got, err1 := tx.Broadcasts.Get(b.ID, everything)
						equal(t, "broadcast", got, b)
						latest, _, err2 := tx.Broadcasts.Latest(store.Page{Limit: 5})
						equal(t, "latest", latest, []bot.Broadcast{b})
						village, _, err3 := tx.Broadcasts.InVillage(b.Villages[1], store.Page{Limit: 5})
						equal(t, "in village", village, []bot.Broadcast{b})
						open, err4 := tx.Broadcasts.Open()
						equal(t, "open", open, []bot.Broadcast{b})
						return errors.Join(err1, err2, err3, err4)
					})
				}
				check()
				for _, put := range []func(){
					func() { b.Messages["ka"], b.Spread = filled[bot.Outbound](), "further" },
					func() { b.Villages = []string{"b", "c"} },
					func() { b.Created = at(-100) },
				} {
					put()
					putBroadcast(t, s, b, nil)
					b.Version++
					check()
				}
				inVillage(t, s, "ოზურგეთი 5")
				inVillage(t, s, "b", b.ID)
			}},
			{name: "a broadcast needs an ID of its own, and Version 0", run: func(t *testing.T, s store.Store) {
				create(t, s, bot.Broadcast{ID: "a", By: "first"}, everything, nil)
				create(t, s, bot.Broadcast{ID: "a", By: "second"}, everything, store.ErrConflict)
				create(t, s, bot.Broadcast{ID: "a", Version: 1}, everything, store.ErrConflict)
				create(t, s, bot.Broadcast{ID: "b", Version: 1}, everything, store.ErrConflict)
				view(t, s, func(tx store.Tx) error {
					b, err := tx.Broadcasts.Get("a", everything)
					equal(t, "broadcast", b, bot.Broadcast{ID: "a", By: "first", Version: 1})
					return err
				})
			}},
			{name: "only the version that was read may be replaced", run: func(t *testing.T, s store.Store) {
				b := bot.Broadcast{ID: "a"}
				putBroadcast(t, s, b, store.ErrNotFound)
				create(t, s, b, everything, nil)
				putBroadcast(t, s, b, store.ErrConflict)
				b.Version, b.Spread = 1, "x"
				putBroadcast(t, s, b, nil)
				putBroadcast(t, s, b, store.ErrConflict)
				b.Version = 3
				putBroadcast(t, s, b, store.ErrConflict)
			}},
			{name: "outside the scope nothing is created or shown", run: func(t *testing.T, s store.Store) {
				mine := bot.Scope{Villages: []string{"a", "b"}}
				allowed := map[string][]string{"one": {"a"}, "both": {"a", "b"}}
				refused := map[string][]string{"all": nil, "other": {"c"}, "one of them": {"a", "c"}, "empty": {""}}
				for id, villages := range allowed {
					create(t, s, bot.Broadcast{ID: id, Villages: villages}, mine, nil)
				}
				for id, villages := range refused {
					create(t, s, bot.Broadcast{ID: id, Villages: villages}, mine, store.ErrScope)
					create(t, s, bot.Broadcast{ID: id, Villages: villages}, bot.Scope{}, store.ErrScope)
					create(t, s, bot.Broadcast{ID: id, Villages: villages}, everything, nil)
				}
				view(t, s, func(tx store.Tx) error {
					get := func(id string, scope bot.Scope, want error) {
						t.Helper()
						b, err := tx.Broadcasts.Get(id, scope)
						if !errors.Is(err, want) {
							t.Errorf("Get(%q) gave %v, want %v", id, err, want)
						}
						if err != nil {
							equal(t, "broadcast", b, bot.Broadcast{})
						}
					}
					for id := range allowed {
						get(id, mine, nil)
						get(id, bot.Scope{}, store.ErrScope)
					}
					for id := range refused {
						get(id, mine, store.ErrScope)
						get(id, everything, nil)
					}
					get("on", everything, store.ErrNotFound)
					get("", mine, store.ErrNotFound)
					return nil
				})
			}},
			{name: "a village gets its own and those to the whole municipality", run: func(t *testing.T, s store.Store) {
				for i, b := range []bot.Broadcast{
					{ID: "1", Villages: []string{"a"}}, {ID: "2"}, {ID: "3", Villages: []string{"ab", "b"}}, {ID: "4", Villages: []string{"b", "a"}},
					{ID: "5"}, {ID: "6", Villages: []string{"a", "a"}},
				} {
					b.Created = at(i)
					create(t, s, b, everything, nil)
				}
				inVillage(t, s, "a", "6", "5", "4", "2", "1")
				inVillage(t, s, "ab", "5", "3", "2")
				inVillage(t, s, "b", "5", "4", "3", "2")
				inVillage(t, s, "elsewhere", "5", "2")
				inVillage(t, s, "", "5", "2")
			}},
			{name: "Open lists what is scheduled, sent or paused, oldest first", run: func(t *testing.T, s store.Store) {
				states := []bot.BroadcastState{
					bot.BroadcastDone, bot.BroadcastPaused, bot.BroadcastWaiting, bot.BroadcastSending, bot.BroadcastStopped, bot.BroadcastScheduled, "",
				}
				for i, state := range states {
					create(t, s, bot.Broadcast{ID: string("abcdefg"[i]), State: state, Created: at(-i)}, everything, nil)
				}
				create(t, s, bot.Broadcast{ID: "h", State: bot.BroadcastSending, Created: at(-3)}, everything, nil) // of one moment the first added first
				open := func(want ...string) {
					t.Helper()
					view(t, s, func(tx store.Tx) error {
						bs, err := tx.Broadcasts.Open()
						equal(t, "open", broadcastIDs(bs), want)
						return err
					})
				}
				open("f", "d", "h", "b")
				putBroadcast(t, s, bot.Broadcast{ID: "d", State: bot.BroadcastDone, Created: at(-3), Version: 1}, nil)
				putBroadcast(t, s, bot.Broadcast{ID: "f", State: bot.BroadcastSending, Created: at(-5), Version: 1}, nil)
				putBroadcast(t, s, bot.Broadcast{ID: "c", State: bot.BroadcastScheduled, Created: at(-2), Version: 1}, nil)
				open("f", "h", "c", "b")
			}},
		},
	)
}

// createFor creates a broadcast to villages.
func createFor(villages ...string) func(store.Tx, time.Time, string) error {
	return func(tx store.Tx, at time.Time, id string) error {
		return tx.Broadcasts.Create(bot.Broadcast{ID: id, Villages: villages, Created: at}, everything)
	}
}

// create creates b in an Update of its own, which must give want.
func create(t *testing.T, s store.Store, b bot.Broadcast, by bot.Scope, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Create(b, by) })
	if !errors.Is(err, want) {
		t.Fatalf("Create gave %v, want %v", err, want)
	}
}

// putBroadcast puts b in an Update of its own, which must give want.
func putBroadcast(t *testing.T, s store.Store, b bot.Broadcast, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Put(b) })
	if !errors.Is(err, want) {
		t.Fatalf("Put gave %v, want %v", err, want)
	}
}

// inVillage checks which broadcasts a village gets, on pages of several sizes.
func inVillage(t *testing.T, s store.Store, village string, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		for _, limit := range []int{1, 2, 3, 50} {
			bs, err := pages(limit, func(p store.Page) ([]bot.Broadcast, string, error) { return tx.Broadcasts.InVillage(village, p) })
			equal(t, "in village "+village, broadcastIDs(bs), want)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func broadcastIDs(bs []bot.Broadcast) (ids []string) {
	for _, b := range bs {
		ids = append(ids, b.ID)
	}
	return ids
}
