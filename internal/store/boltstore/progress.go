package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"ogpbot/bot"
)

const (
	progressBucket           = "progress"            // number -> change
	progressCommitmentBucket = "progress/commitment" // commitment, number -> index
)

type progress struct{ *txn }

func (t progress) Append(c bot.Change) (uint64, error) {
	b := t.growing(progressBucket)
	no, err := b.NextSequence()
	if err == nil {
		err = errors.Join(
			b.Put(seqKey(no), writeChange(c)),
			putIndex(t.bucket(progressCommitmentBucket), append(textKey(c.Commitment), seqKey(no)...)),
		)
	}
	if err != nil {
		return 0, fmt.Errorf("append a change: %w", err)
	}
	return no, nil
}

func (t progress) Since(no uint64, limit int) (cs []bot.Change, err error) {
	if no == math.MaxUint64 {
		return nil, nil
	}
	c := t.bucket(progressBucket).Cursor()
	for k, v := c.Seek(seqKey(no + 1)); k != nil && len(cs) < limit; k, v = c.Next() {
		if cs, err = appendChange(cs, k, v); err != nil {
			return nil, err
		}
	}
	return cs, nil
}

func (t progress) Of(commitment string) (cs []bot.Change, err error) {
	b := t.bucket(progressBucket)
	for _, p := range under(t.bucket(progressCommitmentBucket), textKey(commitment), noLimit) {
		if cs, err = appendChange(cs, p.key, b.Get(p.key)); err != nil {
			return nil, err
		}
	}
	return cs, nil
}

func (t progress) Last() (uint64, error) { return t.bucket(progressBucket).Sequence(), nil }

// appendChange reads v, which is nil if an index misled.
func appendChange(cs []bot.Change, no, v []byte) ([]bot.Change, error) {
	c, err := readChange(v)
	if v == nil || err != nil {
		return nil, damaged("change", err)
	}
	c.No = binary.BigEndian.Uint64(no)
	return append(cs, c), nil
}

func writeChange(c bot.Change) []byte {
	w := writer{make([]byte, 0, 512)}
	w.time(1, c.At)
	w.text(2, c.By)
	w.text(3, c.Commitment)
	w.text(4, c.Milestone)
	writeProgress(&w, 5, c.Was)
	writeProgress(&w, 6, c.Now)
	for lang, words := range c.Reason {
		w.nested(7, func(w *writer) {
			w.text(1, string(lang))
			w.text(2, words)
		})
	}
	w.text(8, c.Evidence)
	return w.b
}

func writeProgress(w *writer, field int, p bot.Progress) {
	w.nested(field, func(w *writer) {
		w.text(1, string(p.Status))
		w.num(2, uint64(int64(p.Percent))) // a negative one takes ten bytes, as in any int64 of protobuf
		w.time(3, p.Due)
	})
}

func readChange(v []byte) (c bot.Change, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			c.At = r.time()
		case 2:
			c.By = r.text()
		case 3:
			c.Commitment = r.text()
		case 4:
			c.Milestone = r.text()
		case 5:
			c.Was = readProgress(&r)
		case 6:
			c.Now = readProgress(&r)
		case 7:
			if c.Reason == nil {
				c.Reason = bot.Text{}
			}
			lang, words := readPair(&r)
			c.Reason[bot.Language(lang)] = words
		case 8:
			c.Evidence = r.text()
		}
	}
	return c, r.err
}

func readProgress(r *reader) (p bot.Progress) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			p.Status = bot.Status(r.text())
		case 2:
			p.Percent = int(int64(r.n))
		case 3:
			p.Due = r.time()
		}
	})
	return p
}
