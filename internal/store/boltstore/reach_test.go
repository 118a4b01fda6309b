package boltstore

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// announced makes a file with a broadcast to three people, one of whom was sent it.
func announced(t *testing.T) (path string, reach []bot.Reached) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	err := s.Update(context.Background(), func(tx store.Tx) error {
		err := tx.Broadcasts.Create(bot.Broadcast{ID: "b", State: bot.BroadcastSending, Created: at}, bot.Scope{All: true})
		for _, id := range []string{"nino", "giorgi", "ana"} {
			err = errors.Join(err, tx.Broadcasts.Owe("b", bot.Recipient{Citizen: bot.CitizenID(id), Address: bot.Address{Platform: "telegram", ID: id}, Village: "shroma"}))
		}
		ds, err2 := tx.Broadcasts.Claim("telegram", false, at, 1)
		return errors.Join(err, err2, tx.Broadcasts.Settle(ds[0], bot.FateSent, "7", at))
	})
	if err == nil {
		err = s.View(context.Background(), func(tx store.Tx) (err error) { reach, err = tx.Broadcasts.Reach("b"); return err })
	}
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path, reach
}

// A file of format 5 has no numbers of recipients yet; one is counted when it is opened.
func TestReachOfFormat5(t *testing.T) {
	path, want := announced(t)
	if len(want) != 2 {
		t.Fatalf("the reach is %+v", want)
	}
	edited(t, path, func(tx *bolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte(reachBucket)), tx.DeleteBucket([]byte(countBucket)), tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), []byte("5")))
	})
	for range 2 { // brought to this format, and then opened as one of it
		s := openTest(t, path, Options{})
		err := s.View(context.Background(), func(tx store.Tx) error {
			got, err := tx.Broadcasts.Reach("b")
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the reach is %+v, want %+v", got, want)
			}
			return err
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// Check finds numbers below those of the recipients, and none at all.
func TestCheckReach(t *testing.T) {
	for name, fn := range map[string]func(*bolt.Bucket) error{
		"wrong":   func(b *bolt.Bucket) error { k, _ := b.Cursor().First(); return addNumber(b, k, -1) },
		"missing": func(b *bolt.Bucket) error { k, _ := b.Cursor().First(); return b.Delete(k) },
		"right":   func(*bolt.Bucket) error { return nil },
	} {
		path, _ := announced(t)
		edited(t, path, func(tx *bolt.Tx) error { return fn(tx.Bucket([]byte(reachBucket))) })
		s := openTest(t, path, Options{})
		err := s.db.View(func(tx *bolt.Tx) error {
			c := &comparison{txn: &txn{bolt: tx}, ctx: t.Context(), must: map[string]int{}, faults: map[Fault]int{}, reach: map[string]int{}}
			err := errors.Join(c.each(recipientBucket, c.recipient), c.each(reachBucket, c.reached))
			c.totals()
			found := false
			for f := range c.faults {
				found = found || f.List == reachBucket
			}
			if found != (name != "right") {
				t.Errorf("%s: %+v", name, c.faults)
			}
			return err
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
