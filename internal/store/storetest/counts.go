package storetest

import (
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func countTests() []test {
	counted := func(t *testing.T, s store.Store, first, last bot.Day, want ...bot.Count) {
		t.Helper()
		view(t, s, func(tx store.Tx) error {
			var got []bot.Count
			err := tx.Counts.Between(bot.CountQuestions, first, last, func(c bot.Count) { got = append(got, c) })
			equal(t, "numbers", len(got), len(want))
			for i := range min(len(got), len(want)) {
				equal(t, "number", got[i], want[i])
			}
			return err
		})
	}
	day := func(d bot.Day, n int) bot.Count {
		return bot.Count{Day: d, What: bot.CountQuestions, Of: bot.QuestionAnswered, Village: "შრომა", Platform: telegram, N: n}
	}
	return []test{
		{name: "numbers add up by day", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error { return tx.Counts.Add(day(20000, 1), day(20001, 2), day(20000, 3)) })
			update(t, s, func(tx store.Tx) error { return tx.Counts.Add(day(20000, 5), day(-3, 7)) })
			counted(t, s, 20000, 20001, day(20000, 9), day(20001, 2))
			counted(t, s, 20000, 20000, day(20000, 9))
			counted(t, s, 20001, 30000, day(20001, 2))
			counted(t, s, -10, 20000, day(-3, 7), day(20000, 9))
			counted(t, s, 20002, 20003)
			counted(t, s, 20001, 20000)
		}},
		{name: "each field tells numbers apart", run: func(t *testing.T, s store.Store) {
			a := bot.Count{Day: 1, What: bot.CountQuestions, N: 1}
			all := []bot.Count{a, a, a, a}
			all[1].Platform, all[2].Village, all[3].Of = "x", "x", "x"
			update(t, s, func(tx store.Tx) error {
				return tx.Counts.Add(append(all, bot.Count{Day: 1, What: bot.CountMoved, N: 5})...)
			})
			counted(t, s, 1, 1, all...)
		}},
		{name: "what comes to nothing is no number, and some are below it", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error { return tx.Counts.Add(day(1, 2), day(2, -1), day(3, 0)) })
			update(t, s, func(tx store.Tx) error { return tx.Counts.Add(day(1, -2)) })
			counted(t, s, 0, 9, day(2, -1))
		}},
		{name: "a transaction sees its own, and one that fails leaves none", run: func(t *testing.T, s store.Store) {
			failed := errors.New("failed")
			err := s.Update(t.Context(), func(tx store.Tx) error {
				err := tx.Counts.Add(day(1, 1))
				n := 0
				err2 := tx.Counts.Between(bot.CountQuestions, 1, 1, func(bot.Count) { n++ })
				equal(t, "its own", n, 1)
				return errors.Join(err, err2, failed)
			})
			if !errors.Is(err, failed) {
				t.Error(err)
			}
			counted(t, s, 0, 9)
		}},
		{name: "Forget leaves numbers, and where recipients were", run: func(t *testing.T, s store.Store) {
			nino := Person{ID: "nino", Address: "1", Words: "nino's words"}
			update(t, s, func(tx store.Tx) error { return errors.Join(Remember(tx, nino), tx.Counts.Add(day(1, 1))) })
			update(t, s, func(tx store.Tx) error { return tx.Citizens.Forget("nino") })
			counted(t, s, 0, 9, day(1, 1))
		}},
		{name: "Reach follows recipients through all that happens to them", run: reachFollows},
	}
}

func reachFollows(t *testing.T, s store.Store) {
	sending(t, s, "b", 0)
	for i, id := range []string{"nino", "gio"} {
		update(t, s, func(tx store.Tx) error {
			return tx.Citizens.Put(bot.Citizen{ID: bot.CitizenID(id), Contacts: []bot.Contact{{Address: bot.Address{Platform: telegram, ID: string(rune('1' + i))}}}}, bot.State{})
		})
	}
	nino, gio, far := owedTo("nino", "1"), owedTo("gio", "2"), owedTo("far", "3")
	nino.Village, gio.Village, far.Address.Platform = "shroma", "shroma", messenger
	owe(t, s, "b", nino, gio, far, nino)
	is := func(want ...bot.Reached) {
		t.Helper()
		view(t, s, func(tx store.Tx) error {
			got, err := tx.Broadcasts.Reach("b")
			equal(t, "reach", got, want)
			return err
		})
	}
	of := func(village string, p bot.Platform, f bot.Fate, n int) bot.Reached {
		return bot.Reached{Village: village, Platform: p, Fate: f, People: n}
	}
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateOwed, 2))
	d := claimDelivery(t, s)
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateOwed, 1), of("shroma", telegram, bot.FateUnconfirmed, 1))
	settleDelivery(t, s, d, bot.FateHeld, "", nil)
	update(t, s, func(tx store.Tx) error { return tx.Broadcasts.SetFate("b", d.Citizen, bot.FateLater, at(3)) })
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateOwed, 1), of("shroma", telegram, bot.FateLater, 1))
	update(t, s, func(tx store.Tx) error { return tx.Citizens.Forget(d.Citizen) })
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateOwed, 1), of("shroma", telegram, bot.FateLater, 1))
	other := bot.CitizenID("nino")
	if d.Citizen == "nino" {
		other = "gio"
	}
	update(t, s, func(tx store.Tx) error {
		return errors.Join(tx.Citizens.Put(bot.Citizen{ID: "twin", Contacts: []bot.Contact{{Address: bot.Address{Platform: messenger, ID: "9"}}}}, bot.State{}),
			tx.Citizens.Merge("twin", other))
	})
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateOwed, 1), of("shroma", telegram, bot.FateLater, 1))
	update(t, s, func(tx store.Tx) error { return tx.Citizens.Forget("twin") })
	is(of("", messenger, bot.FateOwed, 1), of("shroma", telegram, bot.FateLater, 1), of("shroma", telegram, bot.FateUnreachable, 1))
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Broadcasts.Reach("nonsense")
		equal(t, "reach of none", len(got), 0)
		return err
	})
}
