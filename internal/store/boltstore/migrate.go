package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
)

// migrate rewrites a file of an older format. A citizen of format 1 is read as it is (readOldContact), and becomes one of this
// format with the next Put.
func (t *txn) migrate(from uint64) error {
	if from < 2 {
		if err := t.migrateOutbox(); err != nil {
			return err
		}
	}
	if from < 3 {
		if err := errors.Join(t.migrateQuestions(), t.migrateMail()); err != nil {
			return err
		}
	}
	if from < 5 {
		if err := errors.Join(t.migrateDuplicates(), t.migrateSent()); err != nil {
			return err
		}
	}
	if from < 6 {
		if err := t.migrateReach(); err != nil {
			return err
		}
	}
	if from < 7 {
		if err := t.migrateFiling(); err != nil {
			return err
		}
	}
	return t.migrateDepth()
}

// migrateFiling drops exchanges of filing something. Until format 6 the record had them without words: when they were said who it was.
func (t *txn) migrateFiling() error {
	all := conversations{t}
	var told []pair
	c := t.bucket(exchangeTimeBucket).Cursor()
	for entry, v := c.First(); entry != nil; entry, v = c.Next() {
		citizen, _ := cutPart(v)
		e, err := readExchange(t.bucket(citizenBucket).Get(slices.Concat(citizen, entry)))
		if err != nil {
			return damaged("exchange", err)
		}
		empty := e.Said == "" && e.Media == "" && len(e.Replies) == 0 && e.Kind != bot.KindBlocked && e.Kind != bot.KindUnblocked
		if empty || e.Intent == "feedback" {
			told = append(told, pair{slices.Clone(entry), slices.Clone(citizen)})
		}
	}
	for _, p := range told { // a cursor does not see what is dropped under it
		if err := all.drop(p.value, p.key); err != nil {
			return err
		}
	}
	return nil
}

// migrateSent lists by citizen what became of messages; until format 4 they had no such list.
func (t *txn) migrateSent() error {
	box := outbox{t}
	return each(t.bucket(outboxFateBucket), func(seq []byte) error {
		s, err := readFate(t.bucket(outboxFateBucket).Get(seq))
		if err != nil {
			return damaged("fate", err)
		}
		return box.listFate(seq, s)
	})
}

// migrateDuplicates lists the duplicates of each case. Until format 4 whoever had filed one had joined the original.
func (t *txn) migrateDuplicates() error {
	cs := cases{t}
	return each(t.bucket(caseBucket), func(key []byte) error {
		f, err := cs.load(key)
		if err != nil || f.State != bot.CaseDuplicate || f.Original == "" {
			return err
		}
		original, err := cs.load(textKey(f.Original))
		if err != nil {
			return err
		}
		parties, err := cs.Parties(f.ID)
		for _, p := range parties {
			err = errors.Join(err, cs.leave(original, p))
		}
		return errors.Join(err, t.bucket(caseRepeatBucket).Put(append(textKey(f.Original), f.entry()...), textKey(f.ID)))
	})
}

// migrateOutbox rewrites an outbox of format 1, in which an address had one queue for all purposes.
func (t *txn) migrateOutbox() error {
	const oldQueueBucket = "outbox/address"
	if err := t.bolt.DeleteBucket([]byte(oldQueueBucket)); err != nil {
		return fmt.Errorf("rewrite the outbox: %w", err)
	}
	if err := t.empty(outboxReadyBucket); err != nil {
		return err
	}
	box := outbox{t}
	return each(t.bucket(outboxBucket), func(seq []byte) error { // in the order of Put: the first of a queue comes first
		e, err := box.load(seq)
		if err != nil {
			return err
		}
		first := box.firstOf(e.lane()) == nil
		if err := box.queue(e); err != nil || !first {
			return err
		}
		return box.setReady(e)
	})
}

// migrateDepth counts parcels anew: until format 3 those of all purposes were counted together.
func (t *txn) migrateDepth() error {
	if err := t.empty(outboxDepthBucket); err != nil {
		return err
	}
	box := outbox{t}
	return each(t.bucket(outboxBucket), func(seq []byte) error {
		e, err := box.load(seq)
		if err != nil {
			return err
		}
		return box.count(depthKey(e.Parcel), 1)
	})
}

// migrateQuestions lists questions of format 1, which had no order by citizen, and 2, which had no groups.
func (t *txn) migrateQuestions() error {
	if err := t.empty(questionCitizenBucket); err != nil {
		return err
	}
	return each(t.bucket(questionBucket), func(key []byte) error {
		seq := binary.BigEndian.Uint64(key)
		q, err := questions{t}.get(seq)
		if err != nil {
			return err
		}
		return eachQuestionPlace(q, seq, func(bucket string, key []byte) error { return putIndex(t.bucket(bucket), key) })
	})
}

// migrateMail gives held mail of format 1 and 2 an order by time.
func (t *txn) migrateMail() error {
	byTime := t.bucket(mailTimeBucket)
	c := t.bucket(mailBucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		citizen, seq := k[:len(k)-seqKeySize], k[len(k)-seqKeySize:]
		h, err := readHeld(v)
		if err != nil {
			return damaged("held message", err)
		}
		if err := byTime.Put(entryKey(h.At, binary.BigEndian.Uint64(seq)), bytes.Clone(citizen)); err != nil {
			return err
		}
	}
	return nil
}

// empty drops all that a bucket holds.
func (t *txn) empty(bucket string) error {
	if err := t.bolt.DeleteBucket([]byte(bucket)); err != nil {
		return fmt.Errorf("rewrite %s: %w", bucket, err)
	}
	if _, err := t.bolt.CreateBucket([]byte(bucket)); err != nil {
		return fmt.Errorf("rewrite %s: %w", bucket, err)
	}
	return nil
}

// each calls take with each key of b, which take does not change.
func each(b *bolt.Bucket, take func(key []byte) error) error {
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if err := take(k); err != nil {
			return err
		}
	}
	return nil
}
