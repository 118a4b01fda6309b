package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func conversationTests() []test {
	return slices.Concat(
		named("Latest", listTests(list{appendTo("nino", "shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			es, next, err := tx.Conversations.Latest(p)
			return saids(es), next, err
		}})),
		named("Of", listTests(list{appendTo("nino", "shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			es, next, err := tx.Conversations.Of("nino", p)
			return saids(es), next, err
		}})),
		named("InVillage", listTests(list{appendTo("nino", "shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			es, next, err := tx.Conversations.InVillage("shroma", p)
			return saids(es), next, err
		}})),
		[]test{
			{name: "every field is kept in every list", run: func(t *testing.T, s store.Store) {
				e := filled[bot.Exchange]()
				update(t, s, func(tx store.Tx) error { return tx.Conversations.Append(e) })
				view(t, s, func(tx store.Tx) error {
					for name, get := range map[string]func(store.Page) ([]bot.Exchange, string, error){
						"Latest":    tx.Conversations.Latest,
						"Of":        func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Of(e.Citizen, p) },
						"InVillage": func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.InVillage(e.Village, p) },
					} {
						es, _, err := get(store.Page{Limit: 5})
						if err != nil {
							return err
						}
						equal(t, name, es, []bot.Exchange{e})
					}
					return nil
				})
			}},
			{name: "what is dropped is in no list", run: func(t *testing.T, s store.Store) {
				for minute, said := range []string{"old", "hello", "bridge", "bye"} {
					update(t, s, func(tx store.Tx) error {
						return tx.Conversations.Append(bot.Exchange{Citizen: "nino", Village: "shroma", At: at(minute), Said: said})
					})
				}
				update(t, s, func(tx store.Tx) error {
					return errors.Join(
						tx.Conversations.Append(bot.Exchange{Citizen: "gela", Village: "shroma", At: at(9), Said: "bridge"}),
						tx.Conversations.Drop("nino", 3, func(e bot.Exchange) bool { return e.Citizen == "nino" && (e.Said == "bridge" || e.Said == "old") }),
						tx.Conversations.Drop("nobody", 3, func(bot.Exchange) bool { return true }))
				})
				view(t, s, func(tx store.Tx) error {
					of, _, err := tx.Conversations.Of("nino", store.Page{Limit: 9})
					in, _, err2 := tx.Conversations.InVillage("shroma", store.Page{Limit: 9})
					all, _, err3 := tx.Conversations.Latest(store.Page{Limit: 9})
					found, _, err4 := tx.Conversations.Search(bot.Scope{All: true}, "bridge", store.Page{Limit: 9})
					equal(t, "of nino", saids(of), []string{"bye", "hello", "old"}) // one that is further back stays
					equal(t, "of the village", saids(in), []string{"bridge", "bye", "hello", "old"})
					equal(t, "of all", saids(all), []string{"bridge", "bye", "hello", "old"})
					equal(t, "with the word", len(found), 1)
					return errors.Join(err, err2, err3, err4)
				})
			}},
			{name: "empty replies and a zero time are kept", run: func(t *testing.T, s store.Store) {
				e := bot.Exchange{Citizen: "nino", Replies: []string{"", "a", ""}}
				update(t, s, func(tx store.Tx) error { return tx.Conversations.Append(e) })
				view(t, s, func(tx store.Tx) error {
					es, _, err := tx.Conversations.Latest(store.Page{Limit: 5})
					equal(t, "exchanges", es, []bot.Exchange{e})
					return err
				})
			}},
			{name: "equal exchanges are all kept", run: func(t *testing.T, s store.Store) {
				e := bot.Exchange{Citizen: "nino", At: at(0), Said: "same"}
				for range 3 {
					update(t, s, func(tx store.Tx) error { return tx.Conversations.Append(e) })
				}
				view(t, s, func(tx store.Tx) error {
					es, _, err := tx.Conversations.Of("nino", store.Page{Limit: 5})
					equal(t, "exchanges", es, []bot.Exchange{e, e, e})
					return err
				})
			}},
			{name: "a citizen and a village get their own only", run: func(t *testing.T, s store.Store) {
				// Names that begin alike, or with what may separate parts of a key.
				names := []string{"", "a", "ab", "a/b", "a\x00", "\x00", "\x01a", "b", "\xff"}
				update(t, s, func(tx store.Tx) error {
					for i, name := range names {
						for j := range 3 {
							if err := appendTo(bot.CitizenID("c"+name), name)(tx, at(i+j), name); err != nil {
								return err
							}
						}
					}
					return nil
				})
				view(t, s, func(tx store.Tx) error {
					for _, name := range names {
						want := []string{name, name, name}
						es, err := pages(2, func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.InVillage(name, p) })
						equal(t, "in village", saids(es), want)
						if err != nil {
							return err
						}
						es, err = pages(2, func(p store.Page) ([]bot.Exchange, string, error) {
							return tx.Conversations.Of(bot.CitizenID("c"+name), p)
						})
						equal(t, "of citizen", saids(es), want)
						if err != nil {
							return err
						}
					}
					return nil
				})
			}},
			{name: "a scope lists what took place in it", run: func(t *testing.T, s store.Store) {
				update(t, s, func(tx store.Tx) error {
					var err error
					for i, v := range []string{"shroma", "other", "", "third", "shroma"} {
						err = errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: "c", Village: v, At: at(i), Said: fmt.Sprint(i)}))
					}
					return err
				})
				for _, c := range []struct {
					scope bot.Scope
					want  []string
				}{
					{bot.Scope{All: true}, []string{"4", "3", "2", "1", "0"}}, {bot.Scope{Villages: []string{"shroma", "third"}}, []string{"4", "3", "0"}},
					{bot.Scope{Villages: []string{""}}, nil}, {bot.Scope{}, nil}, {bot.Scope{Villages: []string{"nowhere"}}, nil},
				} {
					for _, limit := range []int{1, 2, 500} {
						view(t, s, func(tx store.Tx) error {
							got, err := pages(limit, func(p store.Page) ([]string, string, error) {
								es, next, err := tx.Conversations.In(c.scope, p)
								return saids(es), next, err
							})
							equal(t, fmt.Sprintf("%+v", c.scope), got, c.want)
							return err
						})
					}
				}
			}},
			{name: "a search finds those that have all the words, of the scope only", run: func(t *testing.T, s store.Store) {
				update(t, s, func(tx store.Tx) error {
					for i, e := range []bot.Exchange{
						{Village: "shroma", Said: "no water since May"}, {Village: "shroma", Said: "water"}, {Village: "other", Said: "May no water come"},
						{Said: "water no"}, {Village: "shroma", Said: "Since May", Replies: []string{"water"}},
					} {
						e.Citizen, e.At = "nino", at(i)
						if err := tx.Conversations.Append(e); err != nil {
							return err
						}
					}
					return nil
				})
				everywhere := bot.Scope{All: true}
				for _, c := range []struct {
					words string
					scope bot.Scope
					want  []string
				}{
					{"NO water", everywhere, []string{"water no", "May no water come", "no water since May"}},
					{"no water", bot.Scope{Villages: []string{"shroma"}}, []string{"no water since May"}},
					{"water", bot.Scope{Villages: []string{"other", "shroma"}}, []string{"May no water come", "water", "no water since May"}},
					{"water", bot.Scope{Villages: []string{""}}, nil},
					{"water", bot.Scope{}, nil},
					{"wine", everywhere, nil},
					{" ", everywhere, nil},
				} {
					view(t, s, func(tx store.Tx) error {
						es, err := pages(1, func(p store.Page) ([]bot.Exchange, string, error) {
							return tx.Conversations.Search(c.scope, c.words, p)
						})
						equal(t, c.words, saids(es), c.want)
						return err
					})
				}
			}},
			{name: "the cursor of one village opens no other", run: func(t *testing.T, s store.Store) {
				update(t, s, func(tx store.Tx) error {
					for i, village := range []string{"shroma", "other", "shroma", "other", "", "shroma"} {
						if err := appendTo("nino", village)(tx, at(i), village); err != nil {
							return err
						}
					}
					return nil
				})
				view(t, s, func(tx store.Tx) error {
					_, next, err := tx.Conversations.InVillage("shroma", store.Page{Limit: 1})
					if err != nil {
						return err
					}
					for _, village := range []string{"other", "", "none"} {
						es, _, err := tx.Conversations.InVillage(village, store.Page{After: next, Limit: 5})
						if err != nil {
							continue // it may also be refused
						}
						for _, e := range es {
							equal(t, "village", e.Village, village)
						}
					}
					return nil
				})
			}},
		},
	)
}

// appendTo appends an exchange of a citizen in a village.
func appendTo(id bot.CitizenID, village string) func(store.Tx, time.Time, string) error {
	return func(tx store.Tx, at time.Time, text string) error {
		return tx.Conversations.Append(bot.Exchange{Citizen: id, Village: village, At: at, Said: text})
	}
}
