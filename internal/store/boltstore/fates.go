package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func (t outbox) SetFate(of bot.CitizenID, id string, fate bot.Fate, at time.Time) error {
	s, err := t.fate(of, id)
	if err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("settled parcel: %w", store.ErrNotFound)
	}
	s.Fate, s.At = fate, at
	seq, err := idSeq(id)
	if err == nil {
		err = t.saveFate(seqKey(seq), *s)
	}
	if err != nil {
		return fmt.Errorf("change what became of a parcel: %w", err)
	}
	return nil
}

func (t outbox) Fates(of bot.CitizenID, ids []string) (map[string]bot.Sending, error) {
	found := make(map[string]bot.Sending, len(ids))
	for _, id := range ids {
		s, err := t.fate(of, id)
		if err != nil {
			return nil, err
		}
		if s != nil {
			found[id] = *s
		}
	}
	return found, nil
}

// fate is nil for a parcel that is not settled, or not the citizen's.
func (t outbox) fate(of bot.CitizenID, id string) (*bot.Sending, error) {
	seq, err := idSeq(id)
	if err != nil {
		return nil, nil //nolint:nilerr // no parcel has such an ID
	}
	v := t.bucket(outboxFateBucket).Get(seqKey(seq))
	if v == nil {
		return nil, nil
	}
	s, err := readFate(v)
	if err != nil {
		return nil, damaged("fate", err)
	}
	s.ID, s.Citizen = id, t.owner(s.Citizen)
	if s.Citizen != of {
		return nil, nil
	}
	return &s, nil
}

func (t outbox) saveFate(seq []byte, s bot.Sending) error {
	return t.growing(outboxFateBucket).Put(seq, writeFate(s))
}

// fatesAtOnce bounds what one call of pruneFates drops.
const fatesAtOnce = 20_000

// pruneFates drops those from before a time, from the parcel that was put first to the first whose fate is newer.
func (t outbox) pruneFates(before time.Time) error {
	b := t.bucket(outboxFateBucket)
	var old [][]byte // bbolt's cursor skips keys when they are deleted under it
	c := b.Cursor()
	for k, v := c.First(); k != nil && len(old) < fatesAtOnce; k, v = c.Next() {
		s, err := readFate(v)
		if err != nil {
			return damaged("fate", err)
		}
		if !s.At.Before(before) {
			break
		}
		old = append(old, bytes.Clone(k))
	}
	return deleteAll(b, old)
}

// forget drops what is owed to somebody, and what became of all that was.
func (t outbox) forget(c bot.Citizen) error {
	if err := t.removeWhere(func(e entry) bool { return e.Citizen == c.ID || c.Contact(e.To) != nil }, nothingMore); err != nil {
		return err
	}
	fates := t.bucket(outboxFateBucket)
	var settled [][]byte
	cursor := fates.Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		s, err := readFate(v)
		if err != nil {
			return damaged("fate", err)
		}
		if t.owner(s.Citizen) == c.ID {
			settled = append(settled, bytes.Clone(k))
		}
	}
	return deleteAll(fates, settled)
}

func writeFate(s bot.Sending) []byte {
	w := writer{make([]byte, 0, 64)}
	w.text(1, string(s.Citizen))
	w.num(2, uint64(s.Purpose))
	w.num(3, uint64(s.Fate))
	w.time(4, s.At)
	return w.b
}

func readFate(v []byte) (s bot.Sending, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			s.Citizen = bot.CitizenID(r.text())
		case 2:
			s.Purpose = bot.Purpose(r.n)
		case 3:
			s.Fate = bot.Fate(r.n)
		case 4:
			s.At = r.time()
		}
	}
	return s, r.err
}

// dropWhere removes what is owed that gone chooses.
func (t outbox) dropWhere(gone func(m bot.Outbound, to bot.CitizenID) bool) error {
	return t.removeWhere(func(e entry) bool { return gone(e.Message, e.Citizen) }, nothingMore)
}

func nothingMore(entry) error { return nil }

// removeWhere calls then with each that it has removed.
func (t outbox) removeWhere(gone func(entry) bool, then func(entry) error) error {
	var owed []entry
	err := each(t.bucket(outboxBucket), func(seq []byte) error {
		e, err := t.load(bytes.Clone(seq))
		if err == nil && gone(e) {
			owed = append(owed, e)
		}
		return err
	})
	for _, e := range owed {
		if err == nil {
			err = errors.Join(t.remove(e), t.dropFile(e.Message), then(e))
		}
	}
	return err
}

// dropFile removes the file of ours that goes with a message to one person.
func (t *txn) dropFile(m bot.Outbound) error {
	if m.Media.Kind != bot.KindDocument || m.Media.Picture == "" {
		return nil
	}
	return pictures{t}.Drop(m.Media.Picture)
}
