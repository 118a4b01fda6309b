package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const subscribedBucket = "citizens/subscribed" // village, citizen -> index: those who agreed to be sent news

func (t citizens) Subscribed(scope bot.Scope, villages []string, after string, limit int) (cs []bot.Citizen, next string, err error) {
	if !scope.Allows(villages...) {
		return nil, "", fmt.Errorf("list subscribers: %w", store.ErrScope)
	}
	last, err := cursorKey(after)
	if err == nil && limit < 1 {
		err = errors.New("a part of the list has at least one of them")
	}
	if err != nil {
		return nil, "", fmt.Errorf("list subscribers: %w", err)
	}
	all, c := t.bucket(citizenBucket), t.bucket(subscribedBucket).Cursor()
	for _, prefix := range villagePrefixes(villages) {
		begin := prefix
		if after != "" && bytes.Compare(begin, last) <= 0 {
			begin = append(bytes.Clone(last), 0) // the first key after that
		}
		for k, _ := c.Seek(begin); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if len(cs) == limit {
				return cs, keyCursor(last), nil
			}
			_, key := cutText(k)
			id, _ := cutText(key)
			v := all.Get(key)
			citizen, _, err := readCitizen(bot.CitizenID(id), v)
			if v == nil || err != nil {
				return nil, "", damaged("citizen", err)
			}
			cs, last = append(cs, citizen), bytes.Clone(k)
		}
	}
	return cs, "", nil
}

// villagePrefixes gives what the keys of the villages begin with, in their order; that of all keys if there are none.
func villagePrefixes(villages []string) (prefixes [][]byte) {
	if len(villages) == 0 {
		return [][]byte{nil}
	}
	for _, v := range villages {
		prefixes = append(prefixes, textKey(v))
	}
	slices.SortFunc(prefixes, bytes.Compare)
	return slices.CompactFunc(prefixes, bytes.Equal)
}

// moveSubscription lists the citizen where they now belong.
func (t citizens) moveSubscription(before, now bot.Citizen) error {
	b, from, to := t.bucket(subscribedBucket), subscriptionKey(before), subscriptionKey(now)
	if bytes.Equal(from, to) {
		return nil
	}
	if from != nil {
		if err := b.Delete(from); err != nil {
			return fmt.Errorf("take a subscriber off the list: %w", err)
		}
	}
	if to != nil {
		if err := putIndex(b, to); err != nil {
			return fmt.Errorf("list a subscriber: %w", err)
		}
	}
	return nil
}

// subscriptionKey is nil for somebody who has not agreed to be sent news.
func subscriptionKey(c bot.Citizen) []byte {
	if c.Consented.IsZero() {
		return nil
	}
	return textKey(c.Village, string(c.ID))
}
