package notice

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Stale tells whether a message to somebody is for a colleague that they are not any more: since it was owed their account was
// disabled, or looks after other villages. What waits for the morning, or for them to write, is asked about again before it goes.
func Stale(tx store.Tx, to bot.CitizenID, m bot.Outbound) (bool, error) {
	what, id, _ := strings.Cut(m.About, ":")
	card, err := forColleague(tx, to, m, what, id)
	if err != nil || !card {
		return false, err
	}
	a, err := tx.Accounts.ByCitizen(to)
	if errors.Is(err, store.ErrNotFound) || err == nil && a.Disabled {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("whose card it is: %w", err)
	}
	sees, err := stillSees(tx, a.Scope(), what, id)
	if errors.Is(err, store.ErrNotFound) { // what it is about is gone, or out of reach
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("whether a card may still go: %w", err)
	}
	return !sees, nil
}

// forColleague tells whether m is written for a colleague: by what can be done with it, or, of a case, by whose it is.
func forColleague(tx store.Tx, to bot.CitizenID, m bot.Outbound, what, id string) (bool, error) {
	if what == "question" || what == "talk" || slices.ContainsFunc(m.Buttons, func(b bot.Button) bool {
		name, _, _ := strings.Cut(b.Action, ":")
		return name == bot.IntentWaiting
	}) {
		return true, nil
	}
	if what != "case" {
		return false, nil
	}
	parties, err := tx.Cases.Parties(id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("whose case it is: %w", err)
	}
	return !slices.Contains(parties, to), nil
}

// stillSees tells whether scope has what a card is about.
func stillSees(tx store.Tx, scope bot.Scope, what, id string) (bool, error) {
	switch what {
	case "case":
		_, err := tx.Cases.Get(id, scope)
		return err == nil, err
	case "question":
		q, err := tx.Questions.Get(id)
		if err != nil || q.Why == bot.WhyEmergency && q.Text == "" { // of who wrote of corruption there are no words
			return scope.All && scope.Integrity, err
		}
		return slices.ContainsFunc(append(q.Places, q.Village), func(v string) bool { return scope.Allows(v) }), nil
	case "talk":
		c, _, err := tx.Citizens.Get(bot.CitizenID(id))
		if err != nil || scope.Allows(c.Village) {
			return err == nil, err
		}
		qs, err := tx.Questions.Of(c.ID, lately)
		return slices.ContainsFunc(qs, func(q bot.Question) bool { return q.Why == bot.WhyPerson && scope.Allows(q.Village) }), err
	}
	return true, nil // a list of what waits
}

// lately is how many of somebody's questions are looked through for the one in which they asked for a person.
const lately = 20
