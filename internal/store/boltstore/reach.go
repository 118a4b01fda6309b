package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
)

const reachBucket = "broadcasts/reach" // broadcast, village, platform, fate (1 byte) -> number of recipients

const numberSize = 8

// number reads one of addNumber; what is not there is 0.
func number(v []byte) int {
	if len(v) != numberSize {
		return 0
	}
	return int(int64(binary.BigEndian.Uint64(v)))
}

// addNumber adds n to what is under key; 0 is not kept.
func addNumber(b *bolt.Bucket, key []byte, n int) error {
	if n == 0 {
		return nil
	}
	if n += number(b.Get(key)); n == 0 {
		return b.Delete(key)
	}
	return b.Put(key, binary.BigEndian.AppendUint64(nil, uint64(int64(n))))
}

// countRecipient keeps the numbers of a broadcast right without a walk over its recipients.
func (t broadcasts) countRecipient(id string, r recipient, n int) error {
	if err := addNumber(t.bucket(reachBucket), r.reachKey(id), n); err != nil {
		return fmt.Errorf("count recipients: %w", err)
	}
	return nil
}

func (r recipient) reachKey(broadcast string) []byte {
	return append(textKey(broadcast, r.Village, string(r.platform)), byte(min(r.fate, math.MaxUint8)))
}

func (t broadcasts) Reach(id string) (all []bot.Reached, err error) {
	prefix := textKey(id)
	c := t.bucket(reachBucket).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		village, rest := cutText(k[len(prefix):])
		platform, rest := cutText(rest)
		if len(rest) != 1 || len(v) != numberSize {
			return nil, damaged("number of recipients", errWire)
		}
		all = append(all, bot.Reached{Village: village, Platform: bot.Platform(platform), Fate: bot.Fate(rest[0]), People: number(v)})
	}
	return all, nil
}

// migrateReach counts the recipients of a file of format 5 and before, of whom no village was kept.
func (t *txn) migrateReach() error {
	found := map[string]int{}
	c := t.bucket(recipientBucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		broadcast, citizen := cutText(k)
		r, err := readRecipient(citizen, v)
		if err != nil {
			return err
		}
		found[string(r.reachKey(broadcast))]++
	}
	for key, n := range found {
		if err := addNumber(t.bucket(reachBucket), []byte(key), n); err != nil {
			return err
		}
	}
	return nil
}
