package boltstore

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
)

// What was owed when a copy was made has gone out since: from a copy that takes the place of the database it would go out once
// more, announcements and digests to everybody among it. So the first start with a copy counts as sent what it owes, and says
// that nobody knows; whoever sends an announcement again decides it by one press, as after a crash.

// settleRestored does so.
func (t *txn) settleRestored(now time.Time, log *slog.Logger) error {
	box := outbox{t}
	parcels := 0
	err := box.removeWhere(func(entry) bool { parcels++; return true }, func(e entry) error {
		if e.Citizen == "" {
			return nil
		}
		return box.saveFate(e.seq, bot.Sending{Citizen: e.Citizen, Purpose: e.Message.Purpose, Fate: bot.FateUnconfirmed, At: now})
	})
	if err != nil {
		return fmt.Errorf("settle what a copy owes: %w", err)
	}
	recipients, err := broadcasts{t}.settleRestored(now)
	if err != nil {
		return fmt.Errorf("settle announcements of a copy: %w", err)
	}
	for _, job := range under(t.bucket(runBucket), nil, noLimit) { // what it was made before is not made up
		name, _ := cutText(job.key)
		if err := (runs{t}).SetLast(name, now); err != nil {
			return err
		}
	}
	log.Warn("the database is a copy that was put back: what it owed counts as sent", "messages", parcels, "deliveries", recipients)
	return nil
}

func (t broadcasts) settleRestored(now time.Time) (n int, err error) {
	open, err := t.Open()
	if err != nil {
		return 0, err
	}
	for _, b := range open {
		var owed []recipient
		if err := t.recipients(b.ID, nil, bot.FateOwed, func(r recipient) bool { owed = append(owed, r); return true }); err != nil {
			return n, err
		}
		for _, r := range owed {
			if err := t.setFate(b.ID, r, bot.FateUnconfirmed, now); err != nil {
				return n, err
			}
		}
		n += len(owed)
		if b.State == bot.BroadcastScheduled && !b.At.After(now) { // its time has passed
			b.State = bot.BroadcastPaused
			if err := t.Put(b); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// goOn makes a copy the database itself, which owes what it owed.
func goOn(copied string) error {
	db, err := bolt.Open(copied, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return classify(err)
	}
	return errors.Join(db.Update(func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(metaBucket))
		if meta == nil || meta.Get([]byte(copyKey)) == nil {
			return nil
		}
		return meta.Delete([]byte(copyKey))
	}), db.Close())
}
