package boltstore

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"ogpbot/internal/store"
)

const healthBucket = "health" // name -> symptom

type health struct{ *txn }

func (t health) All() (ss []store.Symptom, err error) {
	c := t.bucket(healthBucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		s, err := readSymptom(v)
		if err != nil {
			return nil, damaged("symptom", err)
		}
		s.Name, _ = cutText(k)
		ss = append(ss, s)
	}
	slices.SortFunc(ss, func(a, b store.Symptom) int { return cmp.Compare(a.Name, b.Name) })
	return ss, nil
}

func (t health) Put(s store.Symptom) error {
	if s.Name == "" {
		return errors.New("put a symptom: it has no name")
	}
	if err := t.bucket(healthBucket).Put(textKey(s.Name), writeSymptom(s)); err != nil {
		return fmt.Errorf("put a symptom: %w", err)
	}
	return nil
}

func (t health) Drop(name string) error {
	if err := t.bucket(healthBucket).Delete(textKey(name)); err != nil {
		return fmt.Errorf("drop a symptom: %w", err)
	}
	return nil
}

func writeSymptom(s store.Symptom) []byte {
	w := writer{make([]byte, 0, 128)}
	w.time(1, s.Since)
	w.time(2, s.Seen)
	w.flag(3, s.Told)
	for _, name := range slices.Sorted(maps.Keys(s.Slots)) {
		w.nested(4, func(w *writer) {
			w.text(1, name)
			w.text(2, s.Slots[name])
		})
	}
	return w.b
}

func readSymptom(v []byte) (s store.Symptom, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			s.Since = r.time()
		case 2:
			s.Seen = r.time()
		case 3:
			s.Told = r.n != 0
		case 4:
			if s.Slots == nil {
				s.Slots = map[string]string{}
			}
			var name, value string
			r.nested(func(r *reader) {
				switch r.field {
				case 1:
					name = r.text()
				case 2:
					value = r.text()
				}
			})
			s.Slots[name] = value
		}
	}
	return s, r.err
}
