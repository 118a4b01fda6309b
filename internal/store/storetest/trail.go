package storetest

import (
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func trailTests() []test {
	return slices.Concat(
		named("Latest", listTests(list{
			func(tx store.Tx, at time.Time, text string) error {
				return tx.Trail.Append(bot.Audit{At: at, Act: text})
			},
			func(tx store.Tx, p store.Page) (acts []string, next string, err error) {
				as, next, err := tx.Trail.Latest(p)
				for _, a := range as {
					acts = append(acts, a.Act)
				}
				return acts, next, err
			},
		})),
		[]test{
			{name: "every field is kept", run: func(t *testing.T, s store.Store) {
				a := filled[bot.Audit]()
				update(t, s, func(tx store.Tx) error { return tx.Trail.Append(a) })
				view(t, s, func(tx store.Tx) error {
					as, _, err := tx.Trail.Latest(store.Page{Limit: 5})
					equal(t, "trail", as, []bot.Audit{a})
					return err
				})
			}},
		},
	)
}
