package boltstore

import (
	"errors"
	"path/filepath"
	"testing"

	"ogpbot/internal/store"
	"ogpbot/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, folder string) store.Store {
		return openTest(t, filepath.Join(folder, "test.db"), Options{})
	})
}

// openTest opens a store that the end of the test closes.
func openTest(t testing.TB, path string, opts Options) *Store {
	t.Helper()
	s, err := Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}

// commitCount gives the number of commits so far.
func commitCount(t testing.TB, s *Store) int {
	t.Helper()
	tx, err := s.db.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return tx.ID()
}
