package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func healthTests() []test {
	all := func(t *testing.T, s store.Store, want ...store.Symptom) {
		t.Helper()
		view(t, s, func(tx store.Tx) error {
			got, err := tx.Health.All()
			equal(t, "symptoms", slices.Clip(got), slices.Clip(want))
			return err
		})
	}
	return []test{
		{name: "a symptom is kept whole, by name", run: func(t *testing.T, s store.Store) {
			all(t, s)
			full := store.Symptom{Name: "token/telegram", Since: at(1), Seen: at(2), Told: true,
				Slots: map[string]string{"platform": "Telegram", "empty": "", "მიზეზი": "ქსელი"}}
			short, bare := store.Symptom{Name: "disk", Since: at(3), Seen: at(3)}, store.Symptom{Name: "token"}
			update(t, s, func(tx store.Tx) error {
				return errors.Join(tx.Health.Put(full), tx.Health.Put(short), tx.Health.Put(bare))
			})
			all(t, s, short, bare, full)
			full.Slots, full.Seen = map[string]string{"platform": "Messenger"}, at(9)
			update(t, s, func(tx store.Tx) error {
				return errors.Join(tx.Health.Put(full), tx.Health.Drop("disk"), tx.Health.Drop("nothing"))
			})
			all(t, s, bare, full)
		}},
		{name: "one without a name is refused", run: func(t *testing.T, s store.Store) {
			if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Health.Put(store.Symptom{Since: at(1)}) }); err == nil {
				t.Error("it was kept")
			}
			all(t, s)
		}},
		{name: "it outlives the process", reopened: func(t *testing.T, s store.Store, reopen func() store.Store) {
			x := store.Symptom{Name: "clock", Since: at(1), Seen: at(2), Told: true}
			update(t, s, func(tx store.Tx) error { return tx.Health.Put(x) })
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			all(t, reopen(), x)
		}},
		{name: "messages are counted by platform and time", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) (err error) {
				for minute := range 10 {
					p := bot.Platform("telegram")
					if minute%2 == 1 {
						p = "messenger"
					}
					err = errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: bot.CitizenID("c"), Platform: p, At: at(minute)}))
				}
				return err
			})
			for _, c := range []struct {
				platform     bot.Platform
				from, before time.Time
				limit, want  int
			}{
				{"telegram", at(0), at(10), 9, 5},
				{"telegram", at(2), at(6), 9, 2},
				{"telegram", at(2), at(6).Add(time.Microsecond), 9, 3},
				{"messenger", at(2), at(6), 9, 2},
				{"telegram", at(0), at(10), 3, 3},
				{"telegram", at(6), at(6), 9, 0},
				{"telegram", at(11), at(20), 9, 0},
				{"web", at(0), at(10), 9, 0},
			} {
				view(t, s, func(tx store.Tx) error {
					n, err := tx.Conversations.Count(c.platform, c.from, c.before, c.limit)
					if n != c.want {
						t.Errorf("%s from %v before %v, at most %d: %d, want %d", c.platform, c.from, c.before, c.limit, n, c.want)
					}
					return err
				})
			}
		}},
	}
}
