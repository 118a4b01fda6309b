package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const mailBucket = "mail" // citizen, seq -> held message

type mail struct{ *txn }

func (t mail) Hold(id bot.CitizenID, m bot.Outbound, at time.Time) error {
	b := t.bucket(mailBucket)
	seq, err := b.NextSequence()
	if err == nil {
		err = b.Put(slices.Concat(citizenKey(id), seqKey(seq)), writeHeld(bot.Held{At: at, Message: m}))
	}
	if err != nil {
		return fmt.Errorf("hold a message: %w", err)
	}
	return nil
}

func (t mail) Of(id bot.CitizenID, limit int) (held []bot.Held, err error) {
	prefix := citizenKey(id)
	c := t.bucket(mailBucket).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(held) < limit; k, v = c.Next() {
		h, err := readHeld(v)
		if err != nil {
			return nil, damaged("held message", err)
		}
		h.ID = seqID(binary.BigEndian.Uint64(k[len(prefix):]))
		held = append(held, h)
	}
	return held, nil
}

func (t mail) Drop(id bot.CitizenID, held string) error {
	seq, err := idSeq(held)
	if err != nil {
		return fmt.Errorf("held message: %w", err)
	}
	b, key := t.bucket(mailBucket), slices.Concat(citizenKey(id), seqKey(seq))
	if b.Get(key) == nil {
		return fmt.Errorf("held message: %w", store.ErrNotFound)
	}
	if err := b.Delete(key); err != nil {
		return fmt.Errorf("drop a held message: %w", err)
	}
	return nil
}

func writeHeld(h bot.Held) []byte {
	w := writer{make([]byte, 0, 1024)}
	w.time(4, h.At)
	writeOutbound(&w, h.Message)
	return w.b
}

func readHeld(v []byte) (h bot.Held, err error) {
	r := reader{rest: v}
	for r.next() {
		if r.field == 4 {
			h.At = r.time()
			continue
		}
		readOutbound(&r, &h.Message)
	}
	return h, r.err
}
