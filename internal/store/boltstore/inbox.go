package boltstore

import (
	"bytes"
	"fmt"
	"time"

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
