// Package notice owes somebody a message in their own language, where they can be reached, and finds which colleagues look
// after a thing.
//
// It imports bot and store. Use cases call it within the transaction of what they tell of, so a step and its news are one
// commit.
package notice

import (
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Desk knows the languages of the place and the platforms in use.
type Desk struct {
	Library func() bot.Library // the current one
	Windows bot.Windows
}

// Tell owes a citizen what say says in their language; ok is false if there is no way to reach them.
func (d Desk) Tell(tx store.Tx, id bot.CitizenID, now time.Time, say func(bot.Language) bot.Outbound) (ok bool, err error) {
	c, _, err := tx.Citizens.Get(id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find whom to tell: %w", err)
	}
	ids, err := d.Owe(tx, c, now, say(d.Language(c)))
	return len(ids) > 0, err
}

// Owe puts ms into the outbox for a citizen and returns their parcels; none if there is no way to reach them.
func (d Desk) Owe(tx store.Tx, c bot.Citizen, now time.Time, ms ...bot.Outbound) (parcels []string, err error) {
	to, ok := c.Prefer(d.Windows, now)
	if !ok {
		return nil, nil
	}
	ps := make([]store.Parcel, len(ms))
	for i, m := range ms {
		ps[i] = store.Parcel{To: to.Address, Citizen: c.ID, Message: m, Due: now}
	}
	if parcels, err = tx.Outbox.Put(ps...); err != nil {
		return nil, fmt.Errorf("owe a message: %w", err)
	}
	return parcels, nil
}

// Language is the one that a citizen reads.
func (d Desk) Language(c bot.Citizen) bot.Language {
	if c.Language == "" {
		return d.Library().Place().Languages[0]
	}
	return c.Language
}

// Owners lists the linked accounts of the owners.
func Owners(tx store.Tx) (owners []bot.Account, err error) {
	all, err := tx.Accounts.All()
	if err != nil {
		return nil, fmt.Errorf("find the owners: %w", err)
	}
	for _, a := range all {
		if a.Role == bot.RoleOwner && !a.Disabled && a.Citizen != "" {
			owners = append(owners, a)
		}
	}
	return owners, nil
}

// Keepers lists the linked accounts whose scope sees a thing: the administrators of its village, and the others.
func Keepers(tx store.Tx, sees func(bot.Scope) bool) (village, others []bot.Account, err error) {
	all, err := tx.Accounts.All()
	if err != nil {
		return nil, nil, fmt.Errorf("find who looks after it: %w", err)
	}
	for _, a := range all {
		switch {
		case a.Citizen == "" || a.Disabled || !sees(a.Scope()):
		case a.Role == bot.RoleVillage:
			village = append(village, a)
		default:
			others = append(others, a)
		}
	}
	return village, others, nil
}

// First gives the administrators of the village, or the others where there are none.
func First(village, others []bot.Account) []bot.Account {
	if len(village) > 0 {
		return village
	}
	return others
}
