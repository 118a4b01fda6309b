package boltstore

import (
	"errors"
	"fmt"

	"ogpbot/bot"
)

// mergedBucket tells whose somebody's things are since they were merged: citizen -> CitizenID. What names a citizen, but is not
// listed by citizen (parcels, deliveries under way), is left as it is and read by way of it.
const mergedBucket = "citizens/merged"

func (t citizens) Merge(into, from bot.CitizenID) error {
	if into == from {
		return errors.New("merge citizens: they are one already")
	}
	if err := t.merge(into, from); err != nil {
		return fmt.Errorf("merge citizens: %w", err)
	}
	return nil
}

func (t citizens) merge(into, from bot.CitizenID) error {
	c, state, err := t.Get(into)
	if err != nil {
		return err
	}
	gone, _, err := t.Get(from)
	if err != nil {
		return err
	}
	if err := t.drop(gone); err != nil {
		return err
	}
	c.Contacts = append(c.Contacts, gone.Contacts...)
	if err := t.Put(c, state); err != nil {
		return err
	}
	for _, role := range []interface {
		move(into, from bot.CitizenID) error
	}{
		conversations(t), questions(t), mail(t), outbox(t), broadcasts(t), accounts(t), codes(t), cases(t),
	} {
		if err := role.move(into, from); err != nil {
			return err
		}
	}
	merged := t.bucket(mergedBucket)
	return errors.Join(merged.Delete(citizenKey(into)), merged.Put(citizenKey(from), []byte(into))) // into is there: no circle
}

// drop removes a citizen and makes their addresses free.
func (t citizens) drop(c bot.Citizen) error {
	nobody := bot.Citizen{ID: c.ID}
	if err := t.moveAddresses(c, nobody); err != nil {
		return err
	}
	if err := t.moveSubscription(c, nobody); err != nil {
		return err
	}
	return t.bucket(citizenBucket).Delete(citizenKey(c.ID))
}

// owner gives the citizen whose id's things are now.
func (t *txn) owner(id bot.CitizenID) bot.CitizenID {
	for b := t.bucket(mergedBucket); ; {
		v := b.Get(citizenKey(id))
		if v == nil {
			return id
		}
		id = bot.CitizenID(v)
	}
}
