package boltstore

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	questionBucket        = "questions"         // seq -> question
	questionTimeBucket    = "questions/time"    // entry -> index
	questionVillageBucket = "questions/village" // village, entry -> index
)

type questions struct{ *txn }

func (t questions) Add(q bot.Question) (string, error) {
	b := t.growing(questionBucket)
	seq, err := b.NextSequence()
	if err != nil {
		return "", fmt.Errorf("add a question: %w", err)
	}
	entry := entryKey(q.At, seq)
	err = errors.Join(
		b.Put(seqKey(seq), writeQuestion(q)),
		putIndex(t.bucket(questionTimeBucket), entry),
		putIndex(t.bucket(questionVillageBucket), append(textKey(q.Village), entry...)),
	)
	if err != nil {
		return "", fmt.Errorf("add a question: %w", err)
	}
	return seqID(seq), nil
}

func (t questions) Get(id string) (bot.Question, error) {
	seq, err := idSeq(id)
	if err != nil {
		return bot.Question{}, fmt.Errorf("question: %w", err)
	}
	return t.get(seq)
}

func (t questions) get(seq uint64) (bot.Question, error) {
	v := t.bucket(questionBucket).Get(seqKey(seq))
	if v == nil {
		return bot.Question{}, fmt.Errorf("question: %w", store.ErrNotFound)
	}
	q, err := readQuestion(v)
	if err != nil {
		return bot.Question{}, damaged("question", err)
	}
	q.ID = seqID(seq)
	return q, nil
}

func (t questions) InVillage(v string, p store.Page) ([]bot.Question, string, error) {
	return t.list(t.bucket(questionVillageBucket), textKey(v), p)
}

func (t questions) Latest(p store.Page) ([]bot.Question, string, error) {
	return t.list(t.bucket(questionTimeBucket), nil, p)
}

func (t questions) list(b *bolt.Bucket, prefix []byte, p store.Page) (qs []bot.Question, next string, err error) {
	next, err = page(b, prefix, p, func(entry, _ []byte) error {
		q, err := t.get(entrySeq(entry))
		if err != nil {
			return damaged("question", err)
		}
		qs = append(qs, q)
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list questions: %w", err)
	}
	return qs, next, nil
}

func writeQuestion(q bot.Question) []byte {
	w := writer{make([]byte, 0, 512)}
	w.text(1, string(q.Citizen))
	w.text(2, q.Village)
	w.text(3, string(q.Language))
	w.time(4, q.At)
	w.text(5, q.Text)
	w.text(6, string(q.Why))
	w.text(7, q.Entry)
	return w.b
}

func readQuestion(v []byte) (q bot.Question, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			q.Citizen = bot.CitizenID(r.text())
		case 2:
			q.Village = r.text()
		case 3:
			q.Language = bot.Language(r.text())
		case 4:
			q.At = r.time()
		case 5:
			q.Text = r.text()
		case 6:
			q.Why = bot.Why(r.text())
		case 7:
			q.Entry = r.text()
		}
	}
	return q, r.err
}
