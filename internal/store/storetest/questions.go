package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func questionTests() []test {
	return slices.Concat(
		named("Latest", listTests(list{askIn("shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			qs, next, err := tx.Questions.Latest(p)
			return texts(qs), next, err
		}})),
		named("InVillage", listTests(list{askIn("shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			qs, next, err := tx.Questions.InVillage("shroma", p)
			return texts(qs), next, err
		}})),
		[]test{
			{name: "every field is kept, under a new ID", run: func(t *testing.T, s store.Store) {
				q := filled[bot.Question]()
				given := q.ID
				update(t, s, func(tx store.Tx) (err error) { q.ID, err = tx.Questions.Add(q); return err })
				if q.ID == given || q.ID == "" {
					t.Errorf("the ID is %q", q.ID)
				}
				view(t, s, func(tx store.Tx) error {
					got, err1 := tx.Questions.Get(q.ID)
					equal(t, "question", got, q)
					latest, _, err2 := tx.Questions.Latest(store.Page{Limit: 5})
					equal(t, "latest", latest, []bot.Question{q})
					village, _, err3 := tx.Questions.InVillage(q.Village, store.Page{Limit: 5})
					equal(t, "in village", village, []bot.Question{q})
					return errors.Join(err1, err2, err3)
				})
			}},
			{name: "IDs differ", run: func(t *testing.T, s store.Store) {
				ids := map[string]bool{}
				for range 20 {
					update(t, s, func(tx store.Tx) error {
						id, err := tx.Questions.Add(bot.Question{At: at(0)})
						ids[id] = true
						return err
					})
				}
				equal(t, "IDs", len(ids), 20)
			}},
			{name: "what is not there is ErrNotFound", run: func(t *testing.T, s store.Store) {
				var id string
				update(t, s, func(tx store.Tx) (err error) { id, err = tx.Questions.Add(bot.Question{}); return err })
				view(t, s, func(tx store.Tx) error {
					for _, id := range []string{"", "x", "-1", "0", id + "0", "99999999999999999999999"} {
						if _, err := tx.Questions.Get(id); !errors.Is(err, store.ErrNotFound) {
							t.Errorf("Get(%q) gave %v", id, err)
						}
					}
					return nil
				})
			}},
			{name: "a village gets its own only", run: func(t *testing.T, s store.Store) {
				names := []string{"", "a", "ab", "a/b", "b"}
				update(t, s, func(tx store.Tx) error {
					for i, name := range names {
						if err := errors.Join(askIn(name)(tx, at(i), name), askIn(name)(tx, at(-i), name)); err != nil {
							return err
						}
					}
					return nil
				})
				view(t, s, func(tx store.Tx) error {
					for _, name := range names {
						qs, err := pages(1, func(p store.Page) ([]bot.Question, string, error) { return tx.Questions.InVillage(name, p) })
						equal(t, "in village", texts(qs), []string{name, name})
						if err != nil {
							return err
						}
					}
					return nil
				})
			}},
		},
	)
}

// askIn adds a question of a village.
func askIn(village string) func(store.Tx, time.Time, string) error {
	return func(tx store.Tx, at time.Time, text string) error {
		_, err := tx.Questions.Add(bot.Question{Village: village, At: at, Text: text})
		return err
	}
}
