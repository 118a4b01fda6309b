package boltstore

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"ogpbot/internal/store"
	"ogpbot/internal/store/storetest"
)

// Whoever is forgotten is in no key and no value of any bucket: no word of theirs, and no address.
func TestForgetLeavesNoTrace(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "test.db"), Options{})
	her := storetest.Person{ID: "nino", Address: "599112233", Words: "დაივიწყეთ ეს"}
	him := storetest.Person{ID: "giorgi", Address: "577998877", Words: "ეს კი დარჩეს"}
	if err := s.Update(context.Background(), func(tx store.Tx) error { return storetest.Remember(tx, her, him) }); err != nil {
		t.Fatal(err)
	}
	hers, his := traces(t, s, her), traces(t, s, him)
	if hers < 40 || hers != his {
		t.Fatalf("%d traces of her and %d of him: the test finds nothing", hers, his)
	}
	if err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Citizens.Forget(her.ID) }); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, s, her); n != 0 {
		t.Errorf("%d traces of her are left", n)
	}
	if n := traces(t, s, him); n != his {
		t.Errorf("of his %d traces %d are left", his, n)
	}
	checkFile(t, s)
}

// traces counts the keys and values that hold somebody's words or address.
func traces(t *testing.T, s *Store, p storetest.Person) (n int) {
	t.Helper()
	var count func(b *bolt.Bucket) error
	count = func(b *bolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			for _, part := range [][]byte{k, v} {
				if bytes.Contains(part, []byte(p.Words)) || bytes.Contains(part, []byte(p.Address)) {
					n++
				}
			}
			if v == nil {
				return count(b.Bucket(k))
			}
			return nil
		})
	}
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return count(b) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
