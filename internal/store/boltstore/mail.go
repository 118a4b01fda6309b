package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	mailBucket     = "mail"      // citizen, seq -> held message
	mailTimeBucket = "mail/time" // entry -> citizen
)

type mail struct{ *txn }

// Hold serves those too who have become another citizen's since the message was claimed.
func (t mail) Hold(id bot.CitizenID, h bot.Held) error {
	if t.forgotten(id) {
		return nil
	}
	seq, err := t.bucket(mailBucket).NextSequence()
	if err == nil {
		err = t.save(t.owner(id), seqKey(seq), h)
	}
	if err != nil {
		return fmt.Errorf("hold a message: %w", err)
	}
	return nil
}

func (t mail) save(id bot.CitizenID, seq []byte, h bot.Held) error {
	return errors.Join(
		t.bucket(mailBucket).Put(slices.Concat(citizenKey(id), seq), writeHeld(h)),
		t.bucket(mailTimeBucket).Put(entryKey(h.At, binary.BigEndian.Uint64(seq)), citizenKey(id)),
	)
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

// Depth looks at the pages, not at what is on them.
func (t mail) Depth() (int, error) { return t.bucket(mailTimeBucket).Stats().KeyN, nil }

func (t mail) Drop(id bot.CitizenID, held string) error {
	seq, err := idSeq(held)
	if err != nil {
		return fmt.Errorf("held message: %w", err)
	}
	if err := t.drop(citizenKey(id), seqKey(seq)); err != nil {
		return fmt.Errorf("drop a held message: %w", err)
	}
	return nil
}

func (t mail) Prune(before time.Time, limit int) (int, error) {
	old := oldest(t.bucket(mailTimeBucket), before, limit)
	for _, p := range old {
		if err := t.drop(p.value, seqKey(entrySeq(p.key))); err != nil {
			return 0, fmt.Errorf("drop old held messages: %w", damaged("held message", err))
		}
	}
	return len(old), nil
}

func (t mail) drop(citizen, seq []byte) error {
	b, key := t.bucket(mailBucket), slices.Concat(citizen, seq)
	v := b.Get(key)
	if v == nil {
		return store.ErrNotFound
	}
	h, err := readHeld(v)
	if err != nil {
		return damaged("held message", err)
	}
	return errors.Join(b.Delete(key), t.bucket(mailTimeBucket).Delete(entryKey(h.At, binary.BigEndian.Uint64(seq))), t.dropFile(h.Message))
}

// move gives what is held for from to into.
func (t mail) move(into, from bot.CitizenID) error {
	b, prefix := t.bucket(mailBucket), citizenKey(from)
	for _, p := range under(b, prefix, noLimit) {
		h, err := readHeld(p.value)
		if err != nil {
			return damaged("held message", err)
		}
		if h.Broadcast != "" && broadcasts(t).isRecipient(h.Broadcast, into) { // they have it already
			if err := t.drop(prefix, p.key); err != nil {
				return err
			}
			continue
		}
		if err := errors.Join(t.save(into, p.key, h), b.Delete(slices.Concat(prefix, p.key))); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what is held for somebody.
func (t mail) forget(c bot.Citizen) error {
	for _, p := range under(t.bucket(mailBucket), citizenKey(c.ID), noLimit) {
		if err := t.drop(citizenKey(c.ID), p.key); err != nil {
			return err
		}
	}
	return nil
}

// dropWhere removes what is held that gone chooses. All mail is little.
func (t mail) dropWhere(gone func(m bot.Outbound, to bot.CitizenID) bool) error {
	var keys [][]byte
	c := t.bucket(mailBucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		h, err := readHeld(v)
		if err != nil {
			return damaged("held message", err)
		}
		if id, _ := cutText(k); gone(h.Message, bot.CitizenID(id)) {
			keys = append(keys, bytes.Clone(k))
		}
	}
	for _, k := range keys {
		id, seq := cutText(k)
		if err := t.drop(citizenKey(bot.CitizenID(id)), seq); err != nil {
			return err
		}
	}
	return nil
}

func writeHeld(h bot.Held) []byte {
	w := writer{make([]byte, 0, 1024)}
	w.text(1, h.Parcel)
	w.text(2, h.Broadcast)
	w.time(4, h.At)
	writeOutbound(&w, h.Message)
	return w.b
}

func readHeld(v []byte) (h bot.Held, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			h.Parcel = r.text()
		case 2:
			h.Broadcast = r.text()
		case 4:
			h.At = r.time()
		default:
			readOutbound(&r, &h.Message)
		}
	}
	return h, r.err
}
