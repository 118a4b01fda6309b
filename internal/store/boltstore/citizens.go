package boltstore

import (
	"encoding/binary"
	"errors"
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
	before, err := readPerson(c.ID, old, nil)
	if err != nil {
		return err
	}
	if err := t.moveAddresses(before, c); err != nil {
		return err
	}
	if err := t.moveSubscription(before, c); err != nil {
		return err
	}
	c.Version++
	if err := errors.Join(t.bucket(forgottenBucket).Delete(key), b.Put(key, writeCitizen(c, s))); err != nil {
		return fmt.Errorf("put a citizen: %w", err)
	}
	return nil
}

// moveAddresses makes the citizen the owner of the addresses that they now have, and of no other.
func (t citizens) moveAddresses(before, now bot.Citizen) error {
	b := t.bucket(addressBucket)
	for _, contact := range now.Contacts {
		owner := b.Get(addressKey(contact.Address))
		if owner != nil && string(owner) != string(now.ID) {
			return fmt.Errorf("address of another citizen: %w", store.ErrConflict)
		}
	}
	for _, contact := range before.Contacts {
		if now.Contact(contact.Address) != nil {
			continue
		}
		if err := b.Delete(addressKey(contact.Address)); err != nil {
			return fmt.Errorf("release an address: %w", err)
		}
	}
	for _, contact := range now.Contacts {
		if before.Contact(contact.Address) != nil {
			continue
		}
		if err := b.Put(addressKey(contact.Address), []byte(now.ID)); err != nil {
			return fmt.Errorf("put an address: %w", err)
		}
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
	w.text(3, string(c.Language))
	w.flag(4, c.LanguageSet)
	w.text(5, c.Village)
	w.time(7, c.FirstSeen)
	w.time(9, c.SilentUntil)
	for _, contact := range c.Contacts {
		w.nested(10, func(w *writer) {
			w.text(1, string(contact.Address.Platform))
			w.text(2, contact.Address.ID)
			w.num(3, uint64(contact.Reach))
			w.time(4, contact.LastInbound)
		})
	}
	w.time(11, c.Consented)
	w.text(12, string(c.Cadence))
	for _, id := range c.Follows {
		w.item(13, id)
	}
	w.num(14, c.Told)
	w.num(15, uint64(c.WrongCodes))
	w.time(20, c.WrongSince)
	w.text(21, c.Barred)
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
	var s bot.State
	c, err := readPerson(id, v, &s)
	return c, s, err
}

// readPerson reads the state only if s is not nil.
func readPerson(id bot.CitizenID, v []byte, s *bot.State) (bot.Citizen, error) {
	c := bot.Citizen{ID: id, Version: citizenVersion(v)}
	r := reader{rest: v[min(versionSize, len(v)):]}
	for r.next() {
		switch r.field {
		case 3:
			c.Language = bot.Language(r.text())
		case 4:
			c.LanguageSet = r.n != 0
		case 5:
			c.Village = r.text()
		case 7:
			c.FirstSeen = r.time()
		case 9:
			c.SilentUntil = r.time()
		case 10:
			c.Contacts = append(c.Contacts, readContact(&r))
		case 11:
			c.Consented = r.time()
		case 12:
			c.Cadence = bot.Cadence(r.text())
		case 13:
			c.Follows = append(c.Follows, r.text())
		case 14:
			c.Told = r.n
		case 15:
			c.WrongCodes = int(r.n)
		case 20:
			c.WrongSince = r.time()
		case 21:
			c.Barred = r.text()
		case 1, 2, 6, 8:
			readOldContact(&r, &c)
		default:
			if s != nil {
				readState(&r, s)
			}
		}
	}
	if r.err != nil {
		return c, damaged("citizen", r.err)
	}
	return c, nil
}

func readContact(r *reader) (c bot.Contact) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			c.Address.Platform = bot.Platform(r.text())
		case 2:
			c.Address.ID = r.text()
		case 3:
			c.Reach = bot.Reach(r.n)
		case 4:
			c.LastInbound = r.time()
		}
	})
	return c
}

// readOldContact reads what a file of format 1 says of the only contact that a citizen had then.
func readOldContact(r *reader, c *bot.Citizen) {
	if len(c.Contacts) == 0 {
		c.Contacts = make([]bot.Contact, 1)
	}
	switch contact := &c.Contacts[0]; r.field {
	case 1:
		contact.Address.Platform = bot.Platform(r.text())
	case 2:
		contact.Address.ID = r.text()
	case 6:
		contact.Reach = bot.Reach(r.n)
	case 8:
		contact.LastInbound = r.time()
	}
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
