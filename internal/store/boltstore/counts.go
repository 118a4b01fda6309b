package boltstore

import (
	"encoding/binary"
	"fmt"

	"ogpbot/bot"
)

const countBucket = "counts" // day, what, of, village, platform -> number

type counts struct{ *txn }

const daySize = 4

// countKey begins a key; it sorts as days do.
func countKey(d bot.Day) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, 0, 64), uint32(d)^1<<31)
}

func (t counts) Add(cs ...bot.Count) error {
	b := t.bucket(countBucket)
	for _, c := range cs {
		key := countKey(c.Day)
		for _, part := range []string{string(c.What), c.Of, c.Village, string(c.Platform)} {
			key = appendText(key, part)
		}
		if err := addNumber(b, key, c.N); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	return nil
}

func (t counts) Between(first, last bot.Day) (cs []bot.Count, err error) {
	c := t.bucket(countBucket).Cursor()
	for k, v := c.Seek(countKey(first)); k != nil; k, v = c.Next() {
		count, err := readCount(k, v)
		if err != nil {
			return nil, err
		}
		if count.Day > last {
			break
		}
		cs = append(cs, count)
	}
	return cs, nil
}

func readCount(k, v []byte) (c bot.Count, err error) {
	if len(k) < daySize || len(v) != numberSize {
		return c, damaged("number", errWire)
	}
	c.Day, c.N = bot.Day(binary.BigEndian.Uint32(k)^1<<31), number(v)
	var what, platform string
	rest := k[daySize:]
	for _, part := range []*string{&what, &c.Of, &c.Village, &platform} {
		*part, rest = cutText(rest)
	}
	if c.What, c.Platform = bot.Measure(what), bot.Platform(platform); what == "" || len(rest) > 0 {
		return c, damaged("number", errWire)
	}
	return c, nil
}
