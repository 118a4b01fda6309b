package boltstore

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	questionBucket        = "questions"         // seq -> question
	questionTimeBucket    = "questions/time"    // entry -> index
	questionVillageBucket = "questions/village" // village, entry -> index
	questionCitizenBucket = "questions/citizen" // citizen, entry -> index
	questionGroupBucket   = "questions/group"   // group, seq -> index
	questionWaitingBucket = "questions/waiting" // village, entry -> head: the first of each group, if it is not answered
)

type questions struct{ *txn }

func (t questions) Add(q bot.Question) (string, error) {
	seq, err := t.bucket(questionBucket).NextSequence()
	if err == nil {
		q.ID = seqID(seq)
		q.Group = cmp.Or(q.Group, q.ID)
		err = t.save(q, seq)
	}
	if err != nil {
		return "", fmt.Errorf("add a question: %w", err)
	}
	return q.ID, nil
}

func (t questions) Put(q bot.Question) error {
	before, err := t.Get(q.ID)
	if err != nil {
		return err
	}
	q.Citizen, q.Village, q.At, q.Group = before.Citizen, before.Village, before.At, cmp.Or(q.Group, q.ID)
	if err := t.replace(before, q); err != nil {
		return fmt.Errorf("put a question: %w", err)
	}
	return nil
}

// replace stores q in the place of before, the same question. Most of the time no more is new than how many ask.
func (t questions) replace(before, q bot.Question) error {
	seq, err := idSeq(q.ID)
	switch {
	case err != nil:
		return err
	case listedAlike(before, q):
		return t.bucket(questionBucket).Put(seqKey(seq), writeQuestion(q))
	}
	return errors.Join(
		eachQuestionPlace(before, seq, func(bucket string, key []byte) error { return t.bucket(bucket).Delete(key) }),
		t.save(q, seq),
	)
}

func (t questions) save(q bot.Question, seq uint64) error {
	return errors.Join(
		t.growing(questionBucket).Put(seqKey(seq), writeQuestion(q)),
		eachQuestionPlace(q, seq, func(bucket string, key []byte) error {
			if bucket == questionWaitingBucket {
				return t.bucket(bucket).Put(key, writeHead(q))
			}
			return putIndex(t.bucket(bucket), key)
		}),
	)
}

// listedAlike tells whether the lists that two versions of a question are in say the same of it.
func listedAlike(a, b bot.Question) bool {
	return a.Citizen == b.Citizen && a.Village == b.Village && a.At.Equal(b.At) && a.Group == b.Group &&
		a.Answered.IsZero() == b.Answered.IsZero() && a.Why == b.Why && a.Text == b.Text
}

// eachQuestionPlace calls do for each list that q is in.
func eachQuestionPlace(q bot.Question, seq uint64, do func(bucket string, key []byte) error) error {
	entry := entryKey(q.At, seq)
	err := errors.Join(
		do(questionTimeBucket, entry),
		do(questionVillageBucket, append(textKey(q.Village), entry...)),
		do(questionGroupBucket, append(textKey(q.Group), seqKey(seq)...)),
	)
	if q.Citizen != "" {
		err = errors.Join(err, do(questionCitizenBucket, append(citizenKey(q.Citizen), entry...)))
	}
	if q.Group == q.ID && q.Answered.IsZero() {
		err = errors.Join(err, do(questionWaitingBucket, append(textKey(q.Village), entry...)))
	}
	return err
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
	q.Group = cmp.Or(q.Group, q.ID) // a file of an older format has none
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

func (t questions) Group(group string) (qs []bot.Question, err error) {
	for _, p := range under(t.bucket(questionGroupBucket), textKey(group), noLimit) {
		q, err := t.get(binary.BigEndian.Uint64(p.key))
		if err != nil {
			return nil, damaged("question", err)
		}
		qs = append(qs, q)
	}
	slices.SortStableFunc(qs, func(a, b bot.Question) int { return a.At.Compare(b.At) })
	return qs, nil
}

func (t questions) Waiting(scope bot.Scope, limit int) ([]bot.Question, error) {
	b := t.bucket(questionWaitingBucket)
	var villages [][]byte
	for _, lane := range lanes(b, nil) {
		if village, _ := cutText(lane); scope.Allows(village) {
			villages = append(villages, lane)
		}
	}
	return t.some(b, villages, limit)
}

func (t questions) Heads(limit int) ([]store.Head, error) {
	b := t.bucket(questionWaitingBucket)
	heads := make([]store.Head, 0, limit)
	for entry, value := range merged(b, lanes(b, nil), nil) {
		if len(heads) >= limit {
			break
		}
		if string(value) == index { // written by a program that kept no more
			q, err := t.get(entrySeq(entry))
			if err != nil {
				return nil, damaged("question", err)
			}
			value = writeHead(q)
		}
		h, err := readHead(value)
		if err != nil {
			return nil, damaged("question", err)
		}
		h.ID = seqID(entrySeq(entry))
		heads = append(heads, h)
	}
	return heads, nil
}

func (t questions) Of(id bot.CitizenID, limit int) ([]bot.Question, error) {
	return t.some(t.bucket(questionCitizenBucket), [][]byte{citizenKey(id)}, limit)
}

// some gives the newest of several prefixes.
func (t questions) some(b *bolt.Bucket, prefixes [][]byte, limit int) (qs []bot.Question, err error) {
	for entry := range merged(b, prefixes, nil) {
		if len(qs) >= limit {
			break
		}
		q, err := t.get(entrySeq(entry))
		if err != nil {
			return nil, damaged("question", err)
		}
		qs = append(qs, q)
	}
	return qs, nil
}

// Prune makes the next of a group its first, if the first is dropped.
func (t questions) Prune(before time.Time, limit int) (int, error) {
	old := oldest(t.bucket(questionTimeBucket), before, limit)
	for _, p := range old {
		if err := t.drop(entrySeq(p.key)); err != nil {
			return 0, fmt.Errorf("drop old questions: %w", err)
		}
	}
	return len(old), nil
}

func (t questions) drop(seq uint64) error {
	q, err := t.get(seq)
	if err != nil {
		return damaged("question", err)
	}
	err = errors.Join(
		t.bucket(questionBucket).Delete(seqKey(seq)),
		eachQuestionPlace(q, seq, func(bucket string, key []byte) error { return t.bucket(bucket).Delete(key) }),
	)
	if err != nil || q.Group != q.ID {
		return err
	}
	rest, err := t.Group(q.ID)
	if err != nil || len(rest) == 0 {
		return err
	}
	for _, other := range rest {
		moved := other
		moved.Group = rest[0].ID
		if err := t.replace(other, moved); err != nil {
			return err
		}
	}
	return t.endGroup(rest[0].ID)
}

// move gives the questions of from to into.
func (t questions) move(into, from bot.CitizenID) error {
	qs, err := t.Of(from, noLimit)
	if err != nil {
		return err
	}
	for _, q := range qs {
		moved := q
		moved.Citizen = into
		if err := t.replace(q, moved); err != nil {
			return err
		}
	}
	return nil
}

// forget leaves of somebody's questions what counts. A group waits no more when nobody is left to be answered.
func (t questions) forget(c bot.Citizen) error {
	qs, err := t.Of(c.ID, noLimit)
	if err != nil {
		return err
	}
	for _, q := range qs {
		left := q
		left.Citizen, left.Text, left.Reply = "", "", ""
		if err := t.replace(q, left); err != nil {
			return err
		}
	}
	for _, q := range qs {
		if err := t.endGroup(q.Group); err != nil {
			return err
		}
	}
	return nil
}

// endGroup takes a group off those that wait if all who are in it were forgotten.
func (t questions) endGroup(group string) error {
	qs, err := t.Group(group)
	if err != nil || slices.ContainsFunc(qs, func(q bot.Question) bool { return q.Citizen != "" }) {
		return err
	}
	for _, q := range qs {
		seq, err := idSeq(q.ID)
		if err != nil {
			return err
		}
		if err := t.bucket(questionWaitingBucket).Delete(append(textKey(q.Village), entryKey(q.At, seq)...)); err != nil {
			return err
		}
	}
	return nil
}

// writeHead and readHead keep of a question what another is compared with.
func writeHead(q bot.Question) []byte {
	w := writer{make([]byte, 0, 256)}
	w.text(1, string(q.Why))
	w.item(2, q.Text) // which is empty if it was forgotten
	return w.b
}

func readHead(v []byte) (h store.Head, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			h.Why = bot.Why(r.text())
		case 2:
			h.Text = r.text()
		}
	}
	return h, r.err
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
	w.text(8, q.Group)
	w.time(9, q.Answered)
	w.text(10, q.Reply)
	w.text(11, q.By)
	w.num(12, uint64(q.People))
	for _, village := range q.Places {
		w.item(13, village)
	}
	w.text(14, q.Promise)
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
		case 8:
			q.Group = r.text()
		case 9:
			q.Answered = r.time()
		case 10:
			q.Reply = r.text()
		case 11:
			q.By = r.text()
		case 12:
			q.People = int(r.n)
		case 13:
			q.Places = append(q.Places, r.text())
		case 14:
			q.Promise = r.text()
		}
	}
	return q, r.err
}
