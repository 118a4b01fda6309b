package storetest

import (
	"math"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func progressTests() []test {
	return []test{
		{name: "every field is kept, under a new number", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Change]()
			c.No = appendChange(t, s, c)
			view(t, s, func(tx store.Tx) error {
				cs, err := tx.Progress.Since(0, 5)
				equal(t, "since the beginning", cs, []bot.Change{c})
				if err != nil {
					return err
				}
				cs, err = tx.Progress.Of(c.Commitment)
				equal(t, "of the commitment", cs, []bot.Change{c})
				return err
			})
		}},
		{name: "a percentage that is not known is kept", run: func(t *testing.T, s store.Store) {
			c := bot.Change{Was: bot.Progress{Percent: bot.PercentUnknown}, Now: bot.Progress{Percent: 100}}
			c.No = appendChange(t, s, c)
			view(t, s, func(tx store.Tx) error {
				cs, err := tx.Progress.Since(0, 5)
				equal(t, "changes", cs, []bot.Change{c})
				return err
			})
		}},
		{name: "numbers rise, and Last is the highest", run: func(t *testing.T, s store.Store) {
			last(t, s, 0)
			var before uint64
			for i := range 5 {
				no := appendChange(t, s, bot.Change{At: at(-i)})
				if no <= before {
					t.Errorf("after %d comes %d", before, no)
				}
				before = no
				last(t, s, no)
			}
		}},
		{name: "Since gives those above a number, oldest first, at most limit", run: func(t *testing.T, s store.Store) {
			var nos []uint64
			for range 5 {
				nos = append(nos, appendChange(t, s, bot.Change{}))
			}
			since(t, s, 0, 10, nos)
			since(t, s, 0, 2, nos[:2])
			since(t, s, nos[1], 2, nos[2:4])
			since(t, s, nos[3], 10, nos[4:])
			since(t, s, nos[4], 10, nil)
			since(t, s, math.MaxUint64, 10, nil)
			since(t, s, 0, 0, nil)
		}},
		{name: "a commitment has its own and those of its milestones", run: func(t *testing.T, s store.Store) {
			want := []uint64{
				appendChange(t, s, bot.Change{Commitment: "budget"}),
				appendChange(t, s, bot.Change{Commitment: "budget", Milestone: "first"}),
			}
			appendChange(t, s, bot.Change{Commitment: "budget2"})
			appendChange(t, s, bot.Change{Commitment: "other", Milestone: "budget"})
			want = append(want, appendChange(t, s, bot.Change{Commitment: "budget"}))
			view(t, s, func(tx store.Tx) error {
				cs, err := tx.Progress.Of("budget")
				equal(t, "of the commitment", numbers(cs), want)
				if err != nil {
					return err
				}
				cs, err = tx.Progress.Of("budge")
				equal(t, "of another", len(cs), 0)
				return err
			})
		}},
	}
}

func appendChange(t *testing.T, s store.Store, c bot.Change) (no uint64) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) { no, err = tx.Progress.Append(c); return err })
	return no
}

func last(t *testing.T, s store.Store, want uint64) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		no, err := tx.Progress.Last()
		equal(t, "last", no, want)
		return err
	})
}

func since(t *testing.T, s store.Store, no uint64, limit int, want []uint64) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		cs, err := tx.Progress.Since(no, limit)
		equal(t, "since", numbers(cs), want)
		return err
	})
}

func numbers(cs []bot.Change) (nos []uint64) {
	for _, c := range cs {
		nos = append(nos, c.No)
	}
	return nos
}
