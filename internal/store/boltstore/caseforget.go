package boltstore

import (
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
)

func (t cases) Prune(before time.Time, limit int) (int, error) {
	old := oldest(t.bucket(caseClosedBucket), before, limit)
	for _, p := range old {
		f, err := t.listed(p.value)
		if err == nil {
			err = t.strip(f)
		}
		if err != nil {
			return 0, fmt.Errorf("delete the words of old cases: %w", err)
		}
	}
	return len(old), nil
}

// strip leaves of a case what counts.
func (t cases) strip(f filed) error {
	for _, p := range t.joined(f.ID) {
		if err := t.leave(f, bot.CitizenID(p.value)); err != nil {
			return err
		}
	}
	return t.silence(f, true)
}

// silence deletes the words of a case, and whose it is.
func (t cases) silence(f filed, bare bool) error {
	left := f
	left.Citizen, left.Text, left.Media, left.Spot, left.Reason, left.bare = "", "", nil, bot.Point{}, "", bare
	return errors.Join(t.dropWords(f.ID, func(bot.CaseEvent) bool { return true }), t.replace(f, left))
}

// dropWords deletes the words of some events.
func (t cases) dropWords(id string, of func(bot.CaseEvent) bool) error {
	b := t.bucket(caseEventBucket)
	for _, p := range under(b, textKey(id), noLimit) {
		e, err := readEvent(p.value)
		if err != nil {
			return damaged("event", err)
		}
		if e.Text == "" && e.Citizen == "" || !of(e) {
			continue
		}
		e.Text, e.Citizen = "", ""
		if err := b.Put(append(textKey(id), p.key...), writeEvent(e)); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes the words of somebody's cases, and what they added to those that they joined.
func (t cases) forget(c bot.Citizen) error {
	for _, p := range under(t.bucket(caseCitizenBucket), citizenKey(c.ID), noLimit) {
		f, err := t.listed(p.value)
		if err != nil {
			return err
		}
		if f.Citizen == c.ID {
			err = t.silence(f, f.bare)
		} else {
			err = errors.Join(t.leave(f, c.ID), t.dropWords(f.ID, func(e bot.CaseEvent) bool { return t.owner(e.Citizen) == c.ID }))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// move gives what from filed to into, and makes into one of those who are told where from was.
func (t cases) move(into, from bot.CitizenID) error {
	for _, p := range under(t.bucket(caseCitizenBucket), citizenKey(from), noLimit) {
		f, err := t.listed(p.value)
		if err != nil {
			return err
		}
		if f.Citizen == from {
			moved := f
			moved.Citizen = into
			err = errors.Join(t.leave(f, into), t.replace(f, moved)) // who filed it need not join
		} else {
			err = t.changeParty(f, into, from)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// changeParty puts into in the place of from among those who joined, unless into is told already.
func (t cases) changeParty(f filed, into, from bot.CitizenID) error {
	byCitizen := t.bucket(caseCitizenBucket)
	place := append(citizenKey(into), f.entry()...)
	if byCitizen.Get(place) != nil {
		return t.leave(f, from)
	}
	for _, p := range t.joined(f.ID) {
		if bot.CitizenID(p.value) != from {
			continue
		}
		return errors.Join(
			t.bucket(caseJoinedBucket).Put(append(textKey(f.ID), p.key...), []byte(into)),
			byCitizen.Put(place, textKey(f.ID)),
			byCitizen.Delete(append(citizenKey(from), f.entry()...)),
		)
	}
	return nil
}
