package answer

import (
	"cmp"
	"slices"
)

// exact knows which folded text is whose own words.
type exact struct {
	hashes []uint64 // sorted
	owners []uint16 // entry, or the number of entries plus the intent
}

type ownedText struct {
	hash  uint64
	owner uint16
}

// textHash is FNV-1a of the words' keys; 0 for no words.
func textHash(words []word) uint64 {
	if len(words) == 0 {
		return 0
	}
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := range len(w.key) {
			h = (h ^ uint64(w.key[i])) * 1099511628211
		}
		h = (h ^ ' ') * 1099511628211
	}
	return h
}

// newExact keeps what has one owner. Where an entry and an intent have the same words, the entry has
// them; what two entries or two intents have is nobody's.
func newExact(owned []ownedText, entries int) exact {
	slices.SortFunc(owned, func(a, b ownedText) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.owner, b.owner))
	})
	owned = slices.Compact(owned)
	var x exact
	for i := 0; i < len(owned); {
		n := i + 1
		for n < len(owned) && owned[n].hash == owned[i].hash {
			n++
		}
		alone := n == i+1 || int(owned[i].owner) < entries && int(owned[i+1].owner) >= entries
		if alone && owned[i].hash != 0 {
			x.hashes = append(x.hashes, owned[i].hash)
			x.owners = append(x.owners, owned[i].owner)
		}
		i = n
	}
	return x
}

func (x *exact) owner(hash uint64) (int, bool) {
	i, found := slices.BinarySearch(x.hashes, hash)
	if !found {
		return 0, false
	}
	return int(x.owners[i]), true
}
