package boltstore

import (
	"encoding/binary"
	"fmt"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// A list can be searched by words because each of its entries has marks: two bytes for each different word of the text. What
// lacks a mark is passed over without being read; what has them all is read, because two words can have one mark. So a search
// is a walk over a list, it costs next to nothing when something is written, and nothing of a text outlives its entry.
const markSize = 2

// marks gives those of a text, ascending. They are preceded by how many they are.
func (t *txn) marks(text string) []byte {
	var found []uint16
	for _, term := range t.terms(text) {
		found = append(found, mark(term))
	}
	slices.Sort(found)
	found = slices.Compact(found)
	b := binary.AppendUvarint(make([]byte, 0, binary.MaxVarintLen32+markSize*len(found)), uint64(len(found)))
	for _, m := range found {
		b = binary.BigEndian.AppendUint16(b, m)
	}
	return b
}

// mark is FNV-1a, folded.
func mark(term string) uint16 {
	h := uint32(2166136261)
	for i := range len(term) {
		h = (h ^ uint32(term[i])) * 16777619
	}
	return uint16(h>>16 ^ h)
}

// sought is what somebody looks for.
type sought struct {
	t     *txn
	terms []string
	marks []uint16
}

func (t *txn) sought(words string) sought {
	s := sought{t: t, terms: t.terms(words)}
	for _, term := range s.terms {
		s.marks = append(s.marks, mark(term))
	}
	return s
}

// none tells whether nothing is looked for: nothing is found then.
func (s sought) none() bool { return len(s.terms) == 0 }

// perhaps tells whether a text can have all words, by its marks, which may be followed by something else. Entries of format 3
// and before have no marks.
func (s sought) perhaps(marks []byte) bool {
	n, size := binary.Uvarint(marks)
	if size <= 0 {
		return true
	}
	marks = marks[size:]
	if uint64(len(marks)) < n*markSize {
		return true
	}
	marks = marks[:n*markSize]
	for _, want := range s.marks {
		found := false
		for i := 0; i < len(marks) && !found; i += markSize {
			found = binary.BigEndian.Uint16(marks[i:]) == want
		}
		if !found {
			return false
		}
	}
	return true
}

// in tells whether a text has all words.
func (s sought) in(text string) bool {
	has := s.t.terms(text)
	for _, term := range s.terms {
		if !slices.Contains(has, term) {
			return false
		}
	}
	return true
}

// Search is of the words of citizens, not of what they were told.
func (t conversations) Search(scope bot.Scope, words string, p store.Page) (es []bot.Exchange, next string, err error) {
	want := t.sought(words)
	if want.none() {
		return nil, "", nil
	}
	index, prefixes := t.inScope(scope)
	all := t.bucket(citizenBucket)
	var hit bot.Exchange
	fits := func(entry, listed []byte) bool {
		citizen, marks := cutPart(listed)
		if !want.perhaps(marks) {
			return false
		}
		if hit, err = readExchange(all.Get(slices.Concat(citizen, entry))); err != nil {
			return true
		}
		return want.in(hit.Said)
	}
	next, pageErr := mergedPage(t.bucket(index), prefixes, p, fits, func(_, _ []byte) error {
		es = append(es, hit)
		return err
	})
	if pageErr != nil {
		return nil, "", fmt.Errorf("search exchanges: %w", pageErr)
	}
	return es, next, nil
}
