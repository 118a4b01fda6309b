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

// addFate keeps the fate of a parcel that was settled just now.
func (t outbox) addFate(seq []byte, s bot.Sending) error {
	return errors.Join(t.saveFate(seq, s), t.listFate(seq, s))
}

// listFate puts a fate among those of its citizen.
func (t outbox) listFate(seq []byte, s bot.Sending) error {
	return putIndex(t.bucket(outboxSentBucket), t.sentKey(seq, s))
}

func (t outbox) sentKey(seq []byte, s bot.Sending) []byte {
	return append(citizenKey(t.owner(s.Citizen)), seq...)
}

// Sent reads the newest from the end of the citizen's part.
func (t outbox) Sent(of bot.CitizenID, limit int) (sent []bot.Sending, err error) {
	for _, p := range slices.Backward(under(t.bucket(outboxSentBucket), citizenKey(of), noLimit)) {
		if len(sent) >= limit {
			break
		}
		s, err := t.fate(of, seqID(binary.BigEndian.Uint64(p.key)))
		if err != nil {
			return nil, err
		}
		if s != nil {
			sent = append(sent, *s)
		}
	}
	return sent, nil
}

// move makes into's what from was sent.
func (t outbox) move(into, from bot.CitizenID) error {
	b := t.bucket(outboxSentBucket)
	for _, p := range under(b, citizenKey(from), noLimit) {
		err := errors.Join(putIndex(b, append(citizenKey(into), p.key...)), b.Delete(append(citizenKey(from), p.key...)))
		if err != nil {
			return err
		}
	}
	return nil
}

func (t outbox) saveFate(seq []byte, s bot.Sending) error {
	return t.growing(outboxFateBucket).Put(seq, writeFate(s))
}

// fatesAtOnce bounds what one call of pruneFates drops.
const fatesAtOnce = 20_000

// pruneFates drops those from before a time, from the parcel that was put first to the first whose fate is newer.
func (t outbox) pruneFates(before time.Time) error {
	b := t.bucket(outboxFateBucket)
	var old, listed [][]byte // bbolt's cursor skips keys when they are deleted under it
	c := b.Cursor()
	for k, v := c.First(); k != nil && len(old) < fatesAtOnce; k, v = c.Next() {
		s, err := readFate(v)
		if err != nil {
			return damaged("fate", err)
		}
		if !s.At.Before(before) {
			break
		}
		old, listed = append(old, bytes.Clone(k)), append(listed, t.sentKey(k, s))
	}
	return errors.Join(deleteAll(b, old), deleteAll(t.bucket(outboxSentBucket), listed))
}

// forget drops what is owed to somebody, and what became of all that was.
func (t outbox) forget(c bot.Citizen) error {
	if err := t.removeWhere(func(e entry) bool { return e.Citizen == c.ID || c.Contact(e.To) != nil }, nothingMore); err != nil {
		return err
	}
	var settled, listed [][]byte
	for _, p := range under(t.bucket(outboxSentBucket), citizenKey(c.ID), noLimit) {
		settled, listed = append(settled, p.key), append(listed, append(citizenKey(c.ID), p.key...))
	}
	return errors.Join(deleteAll(t.bucket(outboxFateBucket), settled), deleteAll(t.bucket(outboxSentBucket), listed))
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
