package boltstore

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
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

func seqKey(seq uint64) []byte { return appendSeq(make([]byte, 0, seqKeySize), seq) }

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
	if p.Limit < 1 || p.Limit > 500 {
		return "", fmt.Errorf("a page has 1 to 500 entries, not %d", p.Limit)
	}
	last, err := base64.RawURLEncoding.DecodeString(p.After)
	if err != nil || len(last) != entryKeySize && p.After != "" {
		return "", errors.New("there is no such page, begin with the first one")
	}
	c := b.Cursor()
	k, v := c.Seek(slices.Concat(prefix, last, []byte{0})) // the first key after that
	for n := 0; len(k) == len(prefix)+entryKeySize && bytes.HasPrefix(k, prefix); n++ {
		if n == p.Limit {
			return base64.RawURLEncoding.EncodeToString(last), nil
		}
		last = k[len(prefix):]
		if err := take(last, v); err != nil {
			return "", err
		}
		k, v = c.Next()
	}
	return "", nil
}

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
