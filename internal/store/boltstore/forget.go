package boltstore

import (
	"errors"
	"fmt"
	"strings"

	"ogpbot/bot"
)

// forgottenBucket names those who were forgotten, so that what was on its way to them meanwhile is not kept:
// citizen -> index.
const forgottenBucket = "citizens/forgotten"

func (t citizens) Forget(id bot.CitizenID) error {
	if err := t.forget(id); err != nil {
		return fmt.Errorf("forget a citizen: %w", err)
	}
	return nil
}

func (t citizens) forget(id bot.CitizenID) error {
	c, _, err := t.Get(id)
	if err != nil {
		return err
	}
	if err := t.dropCopies(c); err != nil {
		return err
	}
	if err := t.drop(c); err != nil {
		return err
	}
	for _, role := range []interface{ forget(bot.Citizen) error }{
		conversations(t), questions(t), outbox(t), mail(t), broadcasts(t), accounts(t), codes(t), cases(t), threads(t), inbox(t),
	} {
		if err := role.forget(c); err != nil {
			return err
		}
	}
	return putIndex(t.bucket(forgottenBucket), citizenKey(id))
}

// dropCopies removes what holds the citizen's words on its way to those who work with them: cards that are not read yet.
func (t citizens) dropCopies(c bot.Citizen) error {
	about := map[string]bool{"talk:" + string(c.ID): true}
	filed, err := cases(t).Of(c.ID, noLimit)
	if err != nil {
		return err
	}
	for _, f := range filed {
		if f.Citizen == c.ID {
			about["case:"+f.ID] = true
		}
	}
	asked, err := questions(t).Of(c.ID, noLimit)
	if err != nil {
		return err
	}
	for _, q := range asked {
		if q.Group == q.ID { // the card has their words
			about["question:"+q.ID] = true
		}
	}
	isCopy := func(m bot.Outbound, to bot.CitizenID) bool {
		talk, isTalk := strings.CutPrefix(m.About, "talk:")
		if !about[m.About] && (!isTalk || t.owner(bot.CitizenID(talk)) != c.ID) {
			return false
		}
		_, err := accounts(t).ByCitizen(t.owner(to))
		return err == nil
	}
	return errors.Join(outbox(t).dropWhere(isCopy), mail(t).dropWhere(isCopy))
}

// forgotten tells whether id was forgotten, or has become another who was.
func (t *txn) forgotten(id bot.CitizenID) bool {
	return t.bucket(forgottenBucket).Get(citizenKey(t.owner(id))) != nil
}
