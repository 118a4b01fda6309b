package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	recipientBucket = "broadcasts/recipients" // broadcast, citizen -> recipient
	owedBucket      = "broadcasts/owed"       // broadcast, platform, citizen -> index: those whose fate is owed
)

// recipient is one citizen's part in a broadcast.
type recipient struct {
	bot.Recipient
	fate bot.Fate
	at   time.Time // of the fate
	ref  string    // the platform's identifier of the message that they got

	platform bot.Platform // of the address, which goes when the citizen is forgotten
}

func (r recipient) owedKey(broadcast string) []byte {
	return textKey(broadcast, string(r.Address.Platform), string(r.Citizen))
}

// Owe knows those who have become another citizen since they were listed.
func (t broadcasts) Owe(id string, rs ...bot.Recipient) error {
	if _, err := t.load(textKey(id)); err != nil {
		return err
	}
	for _, r := range rs {
		if r.Citizen = t.owner(r.Citizen); t.forgotten(r.Citizen) || t.isRecipient(id, r.Citizen) {
			continue
		}
		if err := t.saveRecipient(id, recipient{Recipient: r, platform: r.Address.Platform}); err != nil {
			return fmt.Errorf("owe a broadcast: %w", err)
		}
	}
	return nil
}

func (t broadcasts) Claim(platform bot.Platform, urgent bool, now time.Time, limit int) (ds []store.Delivery, err error) {
	open, err := t.Open()
	if err != nil {
		return nil, err
	}
	for _, b := range open {
		if b.State != bot.BroadcastSending || b.Urgent != urgent || b.At.After(now) {
			continue
		}
		for _, p := range under(t.bucket(owedBucket), textKey(b.ID, string(platform)), limit-len(ds)) {
			citizen, _ := cutText(p.key)
			r, err := t.recipient(b.ID, bot.CitizenID(citizen))
			if err != nil {
				return nil, damaged("recipient", err)
			}
			if err := t.setFate(b.ID, r, bot.FateUnconfirmed, now); err != nil {
				return nil, fmt.Errorf("claim a delivery: %w", err)
			}
			ds = append(ds, store.Delivery{Recipient: r.Recipient, Broadcast: b.ID})
		}
	}
	return ds, nil
}

func (t broadcasts) Settle(d store.Delivery, fate bot.Fate, ref string, at time.Time) error {
	if fate == bot.FateOwed {
		return errors.New("settle a delivery: what is owed is not settled")
	}
	r, err := t.claimed(d)
	if err != nil {
		return err
	}
	if r.known() {
		r.ref = ref
	}
	if err := t.setFate(d.Broadcast, r, fate, at); err != nil {
		return fmt.Errorf("settle a delivery: %w", err)
	}
	return nil
}

func (t broadcasts) Release(d store.Delivery) error {
	r, err := t.claimed(d)
	if err != nil {
		return err
	}
	if err := t.setFate(d.Broadcast, r, bot.FateOwed, time.Time{}); err != nil {
		return fmt.Errorf("release a delivery: %w", err)
	}
	return nil
}

// claimed finds a delivery that is on its way. Its citizen may have become another one's meanwhile, who may be on
// the way to an address of their own.
func (t broadcasts) claimed(d store.Delivery) (recipient, error) {
	owner := t.owner(d.Citizen)
	r, err := t.recipient(d.Broadcast, owner)
	if err == nil && (r.fate != bot.FateUnconfirmed || owner != d.Citizen && r.Address != d.Address) {
		err = fmt.Errorf("claimed delivery: %w", store.ErrNotFound)
	}
	return r, err
}

func (t broadcasts) SetFate(id string, of bot.CitizenID, fate bot.Fate, at time.Time) error {
	if fate == bot.FateOwed {
		return errors.New("change what became of a delivery: what is owed is not settled")
	}
	r, err := t.recipient(id, of)
	if err != nil {
		return err
	}
	if r.fate == bot.FateOwed || r.fate == bot.FateUnconfirmed {
		return fmt.Errorf("settled delivery: %w", store.ErrNotFound)
	}
	if err := t.setFate(id, r, fate, at); err != nil {
		return fmt.Errorf("change what became of a delivery: %w", err)
	}
	return nil
}

func (t broadcasts) Again(id string) (n int, err error) {
	if _, err := t.load(textKey(id)); err != nil {
		return 0, err
	}
	var unconfirmed []recipient
	err = t.recipients(id, nil, bot.FateUnconfirmed, func(r recipient) bool {
		unconfirmed = append(unconfirmed, r)
		return true
	})
	if err != nil {
		return 0, err
	}
	for _, r := range unconfirmed {
		if r.known() {
			n++
		}
		if err := t.setFate(id, r, bot.FateOwed, time.Time{}); err != nil {
			return 0, fmt.Errorf("owe a broadcast again: %w", err)
		}
	}
	return n, nil
}

func (t broadcasts) Report(id string) (bot.Report, error) {
	reached, err := t.Reach(id)
	if err != nil {
		return nil, err
	}
	report := bot.Report{}
	for _, r := range reached {
		report[r.Fate] += r.People
	}
	return report, nil
}

func (t broadcasts) Prune(before time.Time, limit int) (n int, err error) {
	for _, p := range oldest(t.bucket(broadcastTimeBucket), before, noLimit) {
		if n >= limit {
			break
		}
		b, err := t.load(p.value)
		if err != nil {
			return 0, damaged("broadcast", err)
		}
		if b.State != bot.BroadcastDone && b.State != bot.BroadcastStopped {
			continue
		}
		dropped, err := t.dropRecipients(b.ID, limit-n)
		if err != nil {
			return 0, fmt.Errorf("drop recipients of an old broadcast: %w", err)
		}
		n += dropped
	}
	return n, nil
}

// dropRecipients drops some; their numbers stay.
func (t broadcasts) dropRecipients(id string, limit int) (int, error) {
	rs := under(t.bucket(recipientBucket), textKey(id), limit)
	for _, p := range rs {
		r, err := readRecipient(p.key, p.value)
		if err != nil {
			return 0, err
		}
		err = errors.Join(t.bucket(recipientBucket).Delete(append(textKey(id), p.key...)), t.bucket(owedBucket).Delete(r.owedKey(id)))
		if err != nil {
			return 0, err
		}
	}
	return len(rs), nil
}

func (t broadcasts) Recipients(id string, fate bot.Fate, after string, limit int) (rs []bot.Recipient, next string, err error) {
	last, err := cursorKey(after)
	if err == nil && limit < 1 {
		err = errors.New("a part of the list has at least one of them")
	}
	if err != nil {
		return nil, "", fmt.Errorf("list recipients: %w", err)
	}
	err = t.recipients(id, last, fate, func(r recipient) bool {
		if len(rs) == limit {
			next = keyCursor(citizenKey(rs[limit-1].Citizen))
			return false
		}
		r.Replaces = r.ref
		rs = append(rs, r.Recipient)
		return true
	})
	if err != nil {
		return nil, "", err
	}
	return rs, next, nil
}

// recipients calls take with those of one fate, after a citizen's key, until it gives false. take must not write.
func (t broadcasts) recipients(id string, after []byte, fate bot.Fate, take func(recipient) bool) error {
	prefix := textKey(id)
	begin := prefix
	if len(after) > 0 {
		begin = append(append(textKey(id), after...), 0) // the first key after that
	}
	c := t.bucket(recipientBucket).Cursor()
	for k, v := c.Seek(begin); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if recipientFate(v) != fate {
			continue
		}
		r, err := readRecipient(k[len(prefix):], v)
		if err != nil {
			return err
		}
		if !take(r) {
			break
		}
	}
	return nil
}

func (t broadcasts) isRecipient(id string, citizen bot.CitizenID) bool {
	return t.bucket(recipientBucket).Get(textKey(id, string(citizen))) != nil
}

func (t broadcasts) recipient(id string, citizen bot.CitizenID) (recipient, error) {
	v := t.bucket(recipientBucket).Get(textKey(id, string(citizen)))
	if v == nil {
		return recipient{}, fmt.Errorf("recipient: %w", store.ErrNotFound)
	}
	return readRecipient(citizenKey(citizen), v)
}

// known tells whether the recipient was not forgotten.
func (r recipient) known() bool { return r.Address != bot.Address{} }

// setFate owes nothing to those who were forgotten.
func (t broadcasts) setFate(id string, r recipient, fate bot.Fate, at time.Time) error {
	was := r.fate
	if fate == bot.FateOwed && !r.known() {
		fate = bot.FateUnreachable
	}
	r.fate, r.at = fate, at
	err := t.saveRecipient(id, r)
	if was == bot.FateOwed && fate != bot.FateOwed {
		err = errors.Join(err, t.bucket(owedBucket).Delete(r.owedKey(id)))
	}
	return err
}

func (t broadcasts) saveRecipient(id string, r recipient) error {
	b, key := t.bucket(recipientBucket), textKey(id, string(r.Citizen))
	if v := b.Get(key); v != nil {
		before, err := readRecipient(citizenKey(r.Citizen), v)
		if err == nil {
			err = t.countRecipient(id, before, -1)
		}
		if err != nil {
			return err
		}
	}
	err := errors.Join(b.Put(key, writeRecipient(r)), t.countRecipient(id, r, 1))
	if r.fate == bot.FateOwed {
		err = errors.Join(err, putIndex(t.bucket(owedBucket), r.owedKey(id)))
	}
	return err
}

// recipientFateField comes first, so that people are counted by fate without the rest being read.
const recipientFateField = 1

func recipientFate(v []byte) bot.Fate {
	r := reader{rest: v}
	if r.next() && r.field == recipientFateField {
		return bot.Fate(min(r.n, math.MaxUint8))
	}
	return bot.FateOwed
}

func writeRecipient(r recipient) []byte {
	w := writer{make([]byte, 0, 128)}
	w.num(recipientFateField, uint64(r.fate))
	w.time(2, r.at)
	w.text(3, string(r.Address.Platform))
	w.text(4, r.Address.ID)
	w.text(5, string(r.Language))
	w.text(6, r.Replaces)
	w.text(7, r.ref)
	w.text(8, r.Village)
	if r.platform != r.Address.Platform {
		w.text(9, string(r.platform))
	}
	return w.b
}

// readRecipient reads the recipient whose citizen's key is given.
func readRecipient(citizen, v []byte) (r recipient, err error) {
	id, _ := cutText(citizen)
	r.Citizen = bot.CitizenID(id)
	in := reader{rest: v}
	for in.next() {
		switch in.field {
		case recipientFateField:
			r.fate = bot.Fate(in.n)
		case 2:
			r.at = in.time()
		case 3:
			r.Address.Platform = bot.Platform(in.text())
		case 4:
			r.Address.ID = in.text()
		case 5:
			r.Language = bot.Language(in.text())
		case 6:
			r.Replaces = in.text()
		case 7:
			r.ref = in.text()
		case 8:
			r.Village = in.text()
		case 9:
			r.platform = bot.Platform(in.text())
		}
	}
	if r.platform == "" {
		r.platform = r.Address.Platform
	}
	if in.err != nil {
		return r, damaged("recipient", in.err)
	}
	return r, nil
}
