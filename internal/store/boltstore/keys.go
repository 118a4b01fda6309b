package boltstore

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/internal/store"
)

// Keys are built of parts: a text is preceded by its length, so that no text is the beginning of
// another; a time is microseconds since 1970, and it and a sequence number are eight bytes that
// sort as they do. Lists are newest first, and so are their keys: each ends in an entry.

const (
	timeKeySize  = 8
	seqKeySize   = 8
	entryKeySize = timeKeySize + seqKeySize
)

func appendText(key []byte, s string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(s))), s...)
}

func textKey(s ...string) []byte {
	key := make([]byte, 0, 64)
	for _, s := range s {
		key = appendText(key, s)
	}
	return key
}

// cutText takes the first part, a text, off a key.
func cutText(key []byte) (s string, rest []byte) {
	size, n := binary.Uvarint(key)
	if n <= 0 || size > uint64(len(key)-n) { // no key of ours
		return "", nil
	}
	return string(key[n : n+int(size)]), key[n+int(size):]
}

// cutPart takes the first part, a text, off a key, and leaves it as it is there.
func cutPart(key []byte) (part, rest []byte) {
	size, n := binary.Uvarint(key)
	if n <= 0 || size > uint64(len(key)-n) { // no key of ours
		return key, nil
	}
	end := n + int(size)
	return key[:end], key[end:]
}

func appendTime(key []byte, t time.Time) []byte {
	return binary.BigEndian.AppendUint64(key, uint64(t.UnixMicro())^1<<63)
}

func keyTime(key []byte) time.Time {
	return time.UnixMicro(int64(binary.BigEndian.Uint64(key) ^ 1<<63)).UTC()
}

func appendSeq(key []byte, seq uint64) []byte { return binary.BigEndian.AppendUint64(key, seq) }

// entryKey says when and which, the latest first.
func entryKey(at time.Time, seq uint64) []byte {
	key := appendSeq(appendTime(make([]byte, 0, entryKeySize), at), seq)
	for i := range key {
		key[i] = ^key[i]
	}
	return key
}

// entrySeq gives the sequence number within an entry.
func entrySeq(entry []byte) uint64 { return ^binary.BigEndian.Uint64(entry[timeKeySize:]) }

// entryTime gives the time within an entry.
func entryTime(entry []byte) time.Time {
	at := make([]byte, timeKeySize)
	for i := range at {
		at[i] = ^entry[i]
	}
	return keyTime(at)
}

func seqKey(seq uint64) []byte { return appendSeq(make([]byte, 0, seqKeySize), seq) }

// untilKey is before every entry of before a time, and after all others; nil for the zero time.
func untilKey(t time.Time) []byte {
	if t.IsZero() {
		return nil
	}
	return entryKey(t.Add(-time.Nanosecond), math.MaxUint64)[:timeKeySize]
}

// seqID and idSeq turn a sequence number into the ID that the port shows, and back.
func seqID(seq uint64) string { return strconv.FormatUint(seq, 10) }

func idSeq(id string) (uint64, error) {
	seq, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return 0, store.ErrNotFound // no ID of ours
	}
	return seq, nil
}

// index is the value of a key that says everything. bbolt reads back an empty value as none
// within the transaction that put it.
const index = "\x01"

func putIndex(b *bolt.Bucket, key []byte) error { return b.Put(key, []byte(index)) }

// page calls take with the entry and the value of each key of b that is prefix and an entry.
func page(b *bolt.Bucket, prefix []byte, p store.Page, take func(entry, value []byte) error) (next string, err error) {
	return mergedPage(b, [][]byte{prefix}, p, nil, take)
}

// mergedPage makes one list of those of several prefixes, of what fits lets through; nil lets all through.
func mergedPage(
	b *bolt.Bucket, prefixes [][]byte, p store.Page, fits func(entry, value []byte) bool, take func(entry, value []byte) error,
) (next string, err error) {
	if p.Limit < 1 || p.Limit > 500 {
		return "", fmt.Errorf("a page has 1 to 500 entries, not %d", p.Limit)
	}
	last, err := cursorKey(p.After)
	if err != nil || len(last) != entryKeySize && p.After != "" {
		return "", errNoPage
	}
	if until := untilKey(p.Until); bytes.Compare(until, last) > 0 {
		last = until
	}
	n := 0
	for entry, value := range merged(b, prefixes, last) {
		if !p.From.IsZero() && entryTime(entry).Before(p.From) {
			break
		}
		if fits != nil && !fits(entry, value) {
			continue
		}
		if n == p.Limit {
			return keyCursor(last), nil
		}
		if err := take(entry, value); err != nil {
			return "", err
		}
		last = entry
		n++
	}
	return "", nil
}

// merged goes through what b holds under several prefixes, in the order of the entries, from the first after one. An entry
// that is under more than one prefix comes once.
func merged(b *bolt.Bucket, prefixes [][]byte, after []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(entry, value []byte) bool) {
		places := make([]place, len(prefixes))
		for i, prefix := range prefixes {
			places[i] = place{c: b.Cursor(), prefix: prefix}
			places[i].set(places[i].c.Seek(slices.Concat(prefix, after, []byte{0}))) // the first key after that
		}
		for {
			var first *place
			for i := range places {
				if at := &places[i]; at.entry != nil && (first == nil || bytes.Compare(at.entry, first.entry) < 0) {
					first = at
				}
			}
			if first == nil {
				return
			}
			entry := first.entry
			if !yield(entry, first.value) {
				return
			}
			for i := range places {
				if bytes.Equal(places[i].entry, entry) {
					places[i].set(places[i].c.Next())
				}
			}
		}
	}
}

// place is where a list is being read.
type place struct {
	c            *bolt.Cursor
	prefix       []byte
	entry, value []byte // nil at the end
}

func (p *place) set(k, v []byte) {
	p.entry, p.value = nil, nil
	if len(k) == len(p.prefix)+entryKeySize && bytes.HasPrefix(k, p.prefix) {
		p.entry, p.value = k[len(p.prefix):], v
	}
}

var errNoPage = errors.New("there is no such page, begin with the first one")

// keyCursor and cursorKey turn the last key of a page into the cursor that the port shows, and back.
func keyCursor(key []byte) string { return base64.RawURLEncoding.EncodeToString(key) }

func cursorKey(cursor string) ([]byte, error) {
	key, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, errNoPage
	}
	return key, nil
}

// pair is a copy of what a bucket holds.
type pair struct{ key, value []byte }

// lanes gives what the keys of b that begin with prefix have before their entries, each once.
func lanes(b *bolt.Bucket, prefix []byte) (found [][]byte) {
	end := bytes.Repeat([]byte{0xff}, entryKeySize+1) // after every entry
	c := b.Cursor()
	for k, _ := c.Seek(prefix); len(k) >= entryKeySize && bytes.HasPrefix(k, prefix); {
		lane := bytes.Clone(k[:len(k)-entryKeySize])
		found = append(found, lane)
		k, _ = c.Seek(slices.Concat(lane, end))
	}
	return found
}

// oldest copies what a list without a prefix holds from before a time, the oldest first, at most limit pairs.
func oldest(b *bolt.Bucket, before time.Time, limit int) (found []pair) {
	c := b.Cursor()
	for k, v := c.Last(); k != nil && entryTime(k).Before(before) && len(found) < limit; k, v = c.Prev() {
		found = append(found, pair{bytes.Clone(k), bytes.Clone(v)})
	}
	return found
}

// under copies what b holds under prefix, at most limit pairs, without the prefix; bbolt's cursor skips keys when they
// are deleted under it, and values must not be used after a write.
func under(b *bolt.Bucket, prefix []byte, limit int) (found []pair) {
	c := b.Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix) && len(found) < limit; k, v = c.Next() {
		found = append(found, pair{bytes.Clone(k[len(prefix):]), bytes.Clone(v)})
	}
	return found
}

func deleteAll(b *bolt.Bucket, keys [][]byte) error {
	for _, key := range keys {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// noLimit is for a list that is short.
const noLimit = math.MaxInt

// damaged says that the file does not hold what it must; err is nil if that is a value which an index names.
func damaged(what string, err error) error {
	switch {
	case errors.Is(err, store.ErrDamaged):
		return err
	case err == nil, errors.Is(err, store.ErrNotFound):
		return unusable("an index names a " + what + " that is not there")
	}
	return unusable(what + ": " + err.Error())
}
