package storetest

import (
	"testing"
	"time"

	"ogpbot/internal/store"
)

func runTests() []test {
	return []test{
		{name: "a job has its last slot", run: func(t *testing.T, s store.Store) {
			lastRun(t, s, "weekly", time.Time{})
			for _, minutes := range []int{5, 9, 2} {
				update(t, s, func(tx store.Tx) error { return tx.Runs.SetLast("weekly", at(minutes)) })
				lastRun(t, s, "weekly", at(minutes))
			}
			lastRun(t, s, "week", time.Time{})
			lastRun(t, s, "", time.Time{})
		}},
	}
}

func lastRun(t *testing.T, s store.Store, job string, want time.Time) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		slot, err := tx.Runs.Last(job)
		equal(t, "last slot", slot, want)
		return err
	})
}
