package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"ogpbot/bot"
)

const countBucket = "counts" // what, day, of, village, platform -> number

type counts struct{ *txn }

const daySize = 4

// countKey begins a key; those of one measure sort as days do.
func countKey(what bot.Measure, d bot.Day) []byte {
	return binary.BigEndian.AppendUint32(textKey(string(what)), uint32(d)^1<<31)
}

func (t counts) Add(cs ...bot.Count) error {
	b := t.bucket(countBucket)
	for _, c := range cs {
		key := countKey(c.What, c.Day)
		for _, part := range []string{c.Of, c.Village, string(c.Platform)} {
			key = appendText(key, part)
		}
		if err := addNumber(b, key, c.N); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	return nil
}

func (t counts) Between(what bot.Measure, first, last bot.Day, take func(bot.Count)) error {
	prefix, known := textKey(string(what)), words{}
	c := t.bucket(countBucket).Cursor()
	for k, v := c.Seek(countKey(what, first)); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		count, err := readCount(k, v, known)
		if err != nil {
			return err
		}
		if count.Day > last {
			break
		}
		take(count)
	}
	return nil
}

// words holds each text once: numbers are many and their texts few.
type words map[string]string

// cut is cutText.
func (w words) cut(key []byte) (string, []byte) {
	size, n := binary.Uvarint(key)
	if n <= 0 || size > uint64(len(key)-n) { // no key of ours
		return "", nil
	}
	end := n + int(size)
	s, ok := w[string(key[n:end])]
	if !ok {
		s = string(key[n:end])
		w[s] = s
	}
	return s, key[end:]
}

func readCount(k, v []byte, known words) (c bot.Count, err error) {
	what, rest := known.cut(k)
	if len(rest) < daySize || len(v) != numberSize {
		return c, damaged("number", errWire)
	}
	c.Day, c.N = bot.Day(binary.BigEndian.Uint32(rest)^1<<31), number(v)
	var platform string
	rest = rest[daySize:]
	for _, part := range []*string{&c.Of, &c.Village, &platform} {
		*part, rest = known.cut(rest)
	}
	if c.What, c.Platform = bot.Measure(what), bot.Platform(platform); what == "" || len(rest) > 0 {
		return c, damaged("number", errWire)
	}
	return c, nil
}
