package boltstore

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/internal/store"
)

// Keys are built of parts that sort as their values do: a text is preceded by its length, so that
// no text is the beginning of another; a time is microseconds since 1970 and a sequence number
// eight bytes, big-endian.

const (
	timeKeySize  = 8
	seqKeySize   = 8
	entryKeySize = timeKeySize + seqKeySize // the end of every key of a list: when, then which
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

func entryKey(at time.Time, seq uint64) []byte {
	return appendSeq(appendTime(make([]byte, 0, entryKeySize), at), seq)
}

// seqID and idSeq turn a sequence number into the ID that the port shows, and back.
func seqID(seq uint64) string { return strconv.FormatUint(seq, 10) }

func idSeq(id string) (key []byte, err error) {
	seq, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return nil, store.ErrNotFound // no ID of ours
	}
	return appendSeq(nil, seq), nil
}

// index is the value of a key that says everything. bbolt reads back an empty value as none
// within the transaction that put it.
const index = "\x01"

func putIndex(b *bolt.Bucket, key []byte) error { return b.Put(key, []byte(index)) }

// page lists the keys of b that begin with prefix, newest first, calling take with the
// end of each, which says when and which, and with its value.
func page(b *bolt.Bucket, prefix []byte, p store.Page, take func(entry, value []byte) error) (next string, err error) {
	if p.Limit < 1 || p.Limit > 500 {
		return "", fmt.Errorf("a page has 1 to 500 entries, not %d", p.Limit)
	}
	after := bytes.Repeat([]byte{0xff}, entryKeySize+1) // beyond every entry
	if p.After != "" {
		if after, err = base64.RawURLEncoding.DecodeString(p.After); err != nil || len(after) != entryKeySize {
			return "", errors.New("there is no such page, begin with the first one")
		}
	}
	c := b.Cursor()
	k, v := before(c, append(bytes.Clone(prefix), after...))
	var last []byte
	for n := 0; k != nil && bytes.HasPrefix(k, prefix); n++ {
		if n == p.Limit {
			return base64.RawURLEncoding.EncodeToString(last), nil
		}
		last = k[len(prefix):]
		if err := take(last, v); err != nil {
			return "", err
		}
		k, v = c.Prev()
	}
	return "", nil
}

// before moves c to the last key that is smaller than key.
func before(c *bolt.Cursor, key []byte) (k, v []byte) {
	if k, _ := c.Seek(key); k == nil {
		return c.Last()
	}
	return c.Prev()
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
