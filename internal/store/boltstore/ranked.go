package boltstore

import (
	"bytes"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"ogpbot/internal/store"
)

// ranking orders a list in another way than newest first.
type ranking struct {
	// of appends the rank of an entry to key: ranks are all of one size, different, and sort as the list does.
	of func(key, entry, value []byte) []byte
	// seek gives the entry from which on to go through a lane, towards newer ones, to find all ranks after one; nil: a lane has no
	// order that helps, and is read from end to end.
	seek func(rank []byte) (entry []byte)
	size int
}

var caseRanks = map[store.CaseOrder]ranking{
	store.OldestFirst: {
		of:   func(key, entry, _ []byte) []byte { return inverted(key, entry) },
		seek: func(rank []byte) []byte { return inverted(nil, rank) },
		size: entryKeySize,
	},
	// Of those that are due at one moment, the oldest first.
	store.DueFirst: {
		of:   func(key, entry, value []byte) []byte { return inverted(append(key, value[:timeKeySize]...), entry) },
		size: timeKeySize + entryKeySize,
	},
}

func inverted(key, entry []byte) []byte {
	for _, b := range entry {
		key = append(key, ^b)
	}
	return key
}

// rankedPage is mergedPage in the order of ranks.
func rankedPage(
	b *bolt.Bucket, prefixes [][]byte, p store.Page, r ranking, fits func(entry, value []byte) bool, take func(entry, value []byte) error,
) (next string, err error) {
	if p.Limit < 1 || p.Limit > 500 {
		return "", fmt.Errorf("a page has 1 to 500 entries, not %d", p.Limit)
	}
	after, err := cursorKey(p.After)
	if err != nil || len(after) != r.size && p.After != "" {
		return "", errNoPage
	}
	best := make([]ranked, 0, p.Limit+2)
	for _, prefix := range prefixes {
		best = r.read(b, prefix, after, p, fits, best)
	}
	for i, x := range best {
		if i == p.Limit {
			return keyCursor(best[i-1].rank), nil
		}
		if err := take(x.entry, x.value); err != nil {
			return "", err
		}
	}
	return "", nil
}

// ranked is an entry of a page.
type ranked struct{ rank, entry, value []byte }

// read puts into best, which is sorted and holds one more than a page, what a lane has that is better.
func (r ranking) read(b *bolt.Bucket, prefix, after []byte, p store.Page, fits func(entry, value []byte) bool, best []ranked) []ranked {
	at := place{c: b.Cursor(), prefix: prefix}
	end := bytes.Repeat([]byte{0xff}, entryKeySize) // the oldest of all
	if r.seek != nil && len(after) > 0 {
		end = r.seek(after)
	}
	k, v := at.c.Seek(slices.Concat(prefix, end))
	if k == nil {
		k, v = at.c.Last()
	} else if bytes.Compare(k, slices.Concat(prefix, end)) > 0 {
		k, v = at.c.Prev()
	}
	var rank []byte
	for at.set(k, v); at.entry != nil; at.set(at.c.Prev()) {
		entryAt := entryTime(at.entry)
		if !p.From.IsZero() && entryAt.Before(p.From) {
			continue
		}
		if !p.Until.IsZero() && !entryAt.Before(p.Until) {
			break
		}
		rank = r.of(rank[:0], at.entry, at.value)
		if bytes.Compare(rank, after) <= 0 {
			continue
		}
		full := len(best) > p.Limit
		if full && bytes.Compare(rank, best[p.Limit].rank) > 0 {
			if r.seek != nil { // all that follows is worse
				break
			}
			continue
		}
		if !fits(at.entry, at.value) {
			continue
		}
		i, _ := slices.BinarySearchFunc(best, rank, func(x ranked, rank []byte) int { return bytes.Compare(x.rank, rank) })
		best = slices.Insert(best, i, ranked{bytes.Clone(rank), at.entry, at.value})
		best = best[:min(len(best), p.Limit+1)]
	}
	return best
}
