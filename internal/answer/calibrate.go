package answer

import (
	"math"
	"slices"
)

// parts is into how many parts the corpus is cut: each is held out once, or only the first few of a
// large corpus.
const parts = 8

// folds says how many parts to hold out for so many lines.
func folds(lines int) int {
	switch {
	case lines > 20000:
		return 0
	case lines > manyLines:
		return 1
	}
	return parts
}

// Below these a corpus says too little about itself.
const (
	fewEntries = 20
	fewLines   = 200
)

// A mixup is mixupWords numbers: an entry, another that was ranked before it, how often, and out of how
// many of the entry's lines that were held out.
const mixupWords = 4

// calibrate fits the belief on lines that were held out, with whole entries held out beside them:
// the lines of an entry that the model has never seen are the hardest things not to answer.
func (k *course) calibrate() {
	n := len(k.c.Entries)
	if n < fewEntries || len(k.lines) < fewLines {
		return
	}
	var trials []trial
	confused := map[[2]int]int{}
	held := make([]int, n)
	r := k.m.newRoom()
	for part := range folds(len(k.lines)) {
		keep := func(at int) (known, out bool) {
			ln := &k.lines[at]
			if ln.class < n && ln.class*5%parts == part {
				return false, true
			}
			return true, (at*7+ln.class)%parts == part
		}
		trials = k.hold(trials, r, keep, func(class, first int) {
			held[class]++
			if class != first {
				confused[[2]int{class, first}]++
			}
		})
	}
	if len(trials) == 0 {
		return
	}
	k.m.belief = fitBelief(trials)
	k.m.belief.setThresholds(trials)
	k.m.mixups = packMixups(confused, held)
}

// packMixups keeps the pairs that were met more than twice, which chance seldom does, in order. held counts lines by entry.
func packMixups(confused map[[2]int]int, held []int) []uint16 {
	var all [][mixupWords]uint16
	for pair, times := range confused {
		if times > 2 {
			all = append(all, [...]uint16{uint16(pair[0]), uint16(pair[1]), uint16(min(times, math.MaxUint16)), uint16(min(held[pair[0]], math.MaxUint16))})
		}
	}
	slices.SortFunc(all, func(a, b [mixupWords]uint16) int { return slices.Compare(a[:], b[:]) })
	var packed []uint16
	for _, x := range all {
		packed = append(packed, x[:]...)
	}
	return packed
}

// unknownWeight is what a line of a held-out entry weighs in the fit.
const unknownWeight = .2

// hold trains without the lines that keep puts out and tries those.
func (k *course) hold(trials []trial, r *room, keep func(int) (known, out bool), ranked func(class, first int)) []trial {
	n := len(k.c.Entries)
	var examples []example
	seen := make([]bool, len(k.m.vocab.idf))
	for i := range k.lines {
		if _, out := keep(i); !out {
			examples = append(examples, k.lines[i].example)
			for _, t := range k.lines[i].terms {
				seen[t.slot] = true
			}
		}
	}
	rk := k.ranker(examples)
	for i := range k.lines {
		known, out := keep(i)
		if !out {
			continue
		}
		ln := &k.lines[i]
		k.tryLine(r, &rk, ln, seen)
		best := top(r.scores[:n])
		t := trial{known: known, negative: ln.class == n, weight: 1, right: known && best[0] == ln.class}
		if !known {
			t.weight = unknownWeight
		} else if ln.class < n {
			ranked(ln.class, best[0])
		}
		t.evidence = k.m.weigh(&rk, r, best[0], best[1])
		trials = append(trials, t)
	}
	return trials
}

// tryLine ranks a line as if the features that no other line has were unknown.
func (k *course) tryLine(r *room, rk *ranker, ln *line, seen []bool) {
	r.words = append(r.words[:0], ln.words...)
	k.m.readWords(r)
	r.terms = slices.DeleteFunc(r.terms, func(t term) bool { return !seen[t.slot] })
	normalise(r.terms)
	k.m.rank(rk, r)
}
