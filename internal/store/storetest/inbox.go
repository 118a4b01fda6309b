package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func inboxTests() []test {
	return []test{
		{name: "a delivery is seen once it is marked", run: func(t *testing.T, s store.Store) {
			seen(t, s, telegram, "7", false)
			mark(t, s, telegram, "7", at(0), nil)
			seen(t, s, telegram, "7", true)
			seen(t, s, telegram, "77", false)
		}},
		{name: "platforms do not share references", run: func(t *testing.T, s store.Store) {
			mark(t, s, telegram, "7", at(0), nil)
			seen(t, s, messenger, "7", false)
			mark(t, s, messenger, "7", at(0), nil)
		}},
		{name: "a second mark is ErrConflict, on another day too", run: func(t *testing.T, s store.Store) {
			mark(t, s, telegram, "7", at(0), nil)
			for _, day := range []int{-1, 0, 1, 30} {
				mark(t, s, telegram, "7", at(0).AddDate(0, 0, day), store.ErrConflict)
			}
		}},
		{name: "Prune drops whole days before the day", run: func(t *testing.T, s store.Store) {
			midnight := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
			mark(t, s, telegram, "two days before", midnight.AddDate(0, 0, -2), nil)
			mark(t, s, messenger, "two days before", midnight.AddDate(0, 0, -2).Add(time.Hour), nil)
			mark(t, s, telegram, "just before", midnight.Add(-time.Microsecond), nil)
			mark(t, s, telegram, "early", midnight, nil)
			mark(t, s, telegram, "later", midnight.AddDate(0, 0, 3), nil)
			tbilisi := time.FixedZone("Tbilisi", 4*60*60)
			prune(t, s, midnight.Add(23*time.Hour).In(tbilisi), 2)
			seen(t, s, telegram, "two days before", false)
			seen(t, s, messenger, "two days before", false)
			seen(t, s, telegram, "just before", false)
			seen(t, s, telegram, "early", true)
			seen(t, s, telegram, "later", true)
			prune(t, s, midnight.Add(time.Hour).In(tbilisi), 0)
			mark(t, s, telegram, "just before", midnight, nil) // it may come again
		}},
		{name: "days are UTC days", run: func(t *testing.T, s store.Store) {
			tbilisi := time.FixedZone("Tbilisi", 4*60*60)
			mark(t, s, telegram, "night", time.Date(2026, 3, 5, 3, 0, 0, 0, tbilisi), nil) // 4 March, 23:00 UTC
			prune(t, s, time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), 0)
			prune(t, s, time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), 1)
		}},
	}
}

func mark(t *testing.T, s store.Store, p bot.Platform, ref string, at time.Time, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Inbox.Mark(p, ref, at) })
	if !errors.Is(err, want) {
		t.Fatalf("Mark gave %v, want %v", err, want)
	}
}

func seen(t *testing.T, s store.Store, p bot.Platform, ref string, want bool) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Inbox.Seen(p, ref)
		equal(t, "seen "+ref, got, want)
		return err
	})
}

func prune(t *testing.T, s store.Store, before time.Time, want int) {
	t.Helper()
	var days int
	update(t, s, func(tx store.Tx) (err error) { days, err = tx.Inbox.Prune(before); return err })
	equal(t, "days dropped", days, want)
}
