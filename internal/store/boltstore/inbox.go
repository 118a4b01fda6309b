package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// inboxBucket holds a bucket per UTC day, so that old days go as a whole: day -> platform, ref -> index.
const inboxBucket = "inbox"

type inbox struct{ *txn }

func dayKey(t time.Time) []byte { return t.UTC().AppendFormat(nil, time.DateOnly) }

func (t inbox) Seen(p bot.Platform, ref string) (bool, error) {
	return t.seen(textKey(string(p), ref)), nil
}

// seen looks into each day, latest first; Prune keeps them few.
func (t inbox) seen(key []byte) bool {
	days := t.bucket(inboxBucket)
	c := days.Cursor()
	for day, _ := c.Last(); day != nil; day, _ = c.Prev() {
		if days.Bucket(day).Get(key) != nil {
			return true
		}
	}
	return false
}

func (t inbox) Mark(p bot.Platform, ref string, at time.Time) error {
	key := textKey(string(p), ref)
	if t.seen(key) {
		return fmt.Errorf("delivery: %w", store.ErrConflict)
	}
	day, err := t.bucket(inboxBucket).CreateBucketIfNotExists(dayKey(at))
	if err != nil {
		return fmt.Errorf("begin a day of deliveries: %w", err)
	}
	if err := putIndex(day, key); err != nil {
		return fmt.Errorf("mark a delivery: %w", err)
	}
	return nil
}

// forget drops the marks of deliveries that are named after somebody's address, as web chat names them.
func (t inbox) forget(c bot.Citizen) error {
	days := t.bucket(inboxBucket)
	return each(days, func(day []byte) error {
		marks := days.Bucket(day)
		var theirs [][]byte
		for _, contact := range c.Contacts {
			theirs = append(theirs, named(marks, contact.Address)...)
		}
		return deleteAll(marks, theirs)
	})
}

// longestRef is that of a delivery that is named after an address.
const longestRef = 255

// named gives the marks whose delivery is named after an address. Shorter names come first in the bucket.
func named(marks *bolt.Bucket, a bot.Address) (keys [][]byte) {
	c, begin := marks.Cursor(), a.ID+"/"
	for size := len(begin); size <= longestRef; size++ {
		prefix := append(binary.AppendUvarint(textKey(string(a.Platform)), uint64(size)), begin...)
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			keys = append(keys, bytes.Clone(k))
		}
	}
	return keys
}

func (t inbox) Prune(before time.Time) (int, error) {
	days := t.bucket(inboxBucket)
	limit := dayKey(before)
	var old [][]byte // bbolt's cursor skips keys when they are deleted under it
	c := days.Cursor()
	for day, _ := c.First(); day != nil && bytes.Compare(day, limit) < 0; day, _ = c.Next() {
		old = append(old, bytes.Clone(day))
	}
	for _, day := range old {
		if err := days.DeleteBucket(day); err != nil {
			return 0, fmt.Errorf("drop a day of deliveries: %w", err)
		}
	}
	return len(old), nil
}
