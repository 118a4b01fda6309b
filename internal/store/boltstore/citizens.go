package boltstore

import (
	"encoding/binary"
	"fmt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	// citizenBucket holds all about a citizen in one place: a message changes both the citizen and the
	// latest exchange, and so mostly one page.
	//	citizen -> version (8 bytes), then citizen and state
	//	citizen, entry -> exchange
	citizenBucket = "citizens"
	addressBucket = "addresses" // platform, address -> CitizenID
)

type citizens struct{ *txn }

func (t citizens) Get(id bot.CitizenID) (bot.Citizen, bot.State, error) {
	v := t.bucket(citizenBucket).Get(citizenKey(id))
	if v == nil {
		return bot.Citizen{}, bot.State{}, fmt.Errorf("citizen: %w", store.ErrNotFound)
	}
	return readCitizen(id, v)
}

func (t citizens) ByAddress(a bot.Address) (bot.CitizenID, error) {
	v := t.bucket(addressBucket).Get(addressKey(a))
	if v == nil {
		return "", fmt.Errorf("citizen of an address: %w", store.ErrNotFound)
	}
	return bot.CitizenID(v), nil
}

func (t citizens) Put(c bot.Citizen, s bot.State) error {
	b := t.bucket(citizenBucket)
	key := citizenKey(c.ID)
	old := b.Get(key)
	if citizenVersion(old) != c.Version {
		return fmt.Errorf("citizen: %w", store.ErrConflict)
	}
	if err := t.moveAddress(c, old); err != nil {
		return err
	}
	c.Version++
	if err := b.Put(key, writeCitizen(c, s)); err != nil {
		return fmt.Errorf("put a citizen: %w", err)
	}
	return nil
}

// moveAddress makes c the owner of its address, and of no other that old, its stored value, names.
func (t citizens) moveAddress(c bot.Citizen, old []byte) error {
	b := t.bucket(addressBucket)
	key := addressKey(c.Address)
	if owner := b.Get(key); owner != nil {
		if string(owner) == string(c.ID) {
			return nil
		}
		return fmt.Errorf("address of another citizen: %w", store.ErrConflict)
	}
	if old != nil {
		before, _, err := readCitizen(c.ID, old)
		if err != nil {
			return err
		}
		if err := b.Delete(addressKey(before.Address)); err != nil {
			return fmt.Errorf("release an address: %w", err)
		}
	}
	if err := b.Put(key, []byte(c.ID)); err != nil {
		return fmt.Errorf("put an address: %w", err)
	}
	return nil
}

func citizenKey(id bot.CitizenID) []byte { return textKey(string(id)) }

func addressKey(a bot.Address) []byte { return textKey(string(a.Platform), a.ID) }

const versionSize = 8

// citizenVersion is 0 for a citizen that is not there.
func citizenVersion(v []byte) uint64 {
	if len(v) < versionSize {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

func writeCitizen(c bot.Citizen, s bot.State) []byte {
	w := writer{make([]byte, 0, 512)}
	w.b = binary.BigEndian.AppendUint64(w.b, c.Version)
	w.text(1, string(c.Address.Platform))
	w.text(2, c.Address.ID)
	w.text(3, string(c.Language))
	w.flag(4, c.LanguageSet)
	w.text(5, c.Village)
	w.num(6, uint64(c.Reach))
	w.time(7, c.FirstSeen)
	w.time(8, c.LastInbound)
	w.time(9, c.SilentUntil)
	w.text(16, s.Intent)
	w.text(17, s.Step)
	for k, v := range s.Slots {
		w.nested(18, func(w *writer) {
			w.text(1, k)
			w.text(2, v)
		})
	}
	writeButtons(&w, 19, s.Offered)
	return w.b
}

func readCitizen(id bot.CitizenID, v []byte) (bot.Citizen, bot.State, error) {
	c := bot.Citizen{ID: id, Version: citizenVersion(v)}
	var s bot.State
	r := reader{rest: v[min(versionSize, len(v)):]}
	for r.next() {
		switch r.field {
		case 1:
			c.Address.Platform = bot.Platform(r.text())
		case 2:
			c.Address.ID = r.text()
		case 3:
			c.Language = bot.Language(r.text())
		case 4:
			c.LanguageSet = r.n != 0
		case 5:
			c.Village = r.text()
		case 6:
			c.Reach = bot.Reach(r.n)
		case 7:
			c.FirstSeen = r.time()
		case 8:
			c.LastInbound = r.time()
		case 9:
			c.SilentUntil = r.time()
		default:
			readState(&r, &s)
		}
	}
	if r.err != nil {
		return c, s, damaged("citizen", r.err)
	}
	return c, s, nil
}

func readState(r *reader, s *bot.State) {
	switch r.field {
	case 16:
		s.Intent = r.text()
	case 17:
		s.Step = r.text()
	case 18:
		if s.Slots == nil {
			s.Slots = map[string]string{}
		}
		k, v := readPair(r)
		s.Slots[k] = v
	case 19:
		s.Offered = append(s.Offered, readButton(r))
	}
}

func writeButtons(w *writer, field int, bs []bot.Button) {
	for _, b := range bs {
		w.nested(field, func(w *writer) {
			w.text(1, b.Label)
			w.text(2, b.Action)
			w.num(3, uint64(b.Means))
		})
	}
}

func readButton(r *reader) (b bot.Button) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			b.Label = r.text()
		case 2:
			b.Action = r.text()
		case 3:
			b.Means = bot.Meaning(r.n)
		}
	})
	return b
}

// readPair reads a nested message of two texts.
func readPair(r *reader) (first, second string) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			first = r.text()
		case 2:
			second = r.text()
		}
	})
	return first, second
}
