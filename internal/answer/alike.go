package answer

import (
	"hash/maphash"
	"slices"
	"sync"
)

// sameQuestion is the cosine from which on two questions are taken to ask the same.
const sameQuestion = .6

// Alike gives the one of others that asks most nearly the same as text, in any script; ok is false if none is near enough.
func (m *Model) Alike(text string, others []string) (index int, ok bool) {
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	own := m.gists.of(m, r, text)
	for _, t := range own {
		r.dense[t.slot] = t.value
	}
	clear := func() {
		for _, t := range own {
			r.dense[t.slot] = 0
		}
	}
	best := float32(sameQuestion)
	for i, other := range others {
		terms, known := m.gists.get(other)
		if !known { // reading needs dense empty
			clear()
			terms = m.gists.of(m, r, other)
			for _, t := range own {
				r.dense[t.slot] = t.value
			}
		}
		var cos float32
		for _, t := range terms {
			cos += t.value * r.dense[t.slot]
		}
		if cos >= best {
			index, ok, best = i, true, cos
		}
	}
	clear()
	return index, ok
}

// maxGists bounds the texts that are remembered; beyond it they are read anew.
const maxGists = 2048

// gists remembers the terms of texts that are compared again and again, and not the texts.
type gists struct {
	mu   sync.Mutex
	seed maphash.Seed
	all  map[uint64][]term
}

func (g *gists) get(text string) (terms []term, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == nil {
		g.all, g.seed = map[uint64][]term{}, maphash.MakeSeed()
	}
	terms, known = g.all[maphash.String(g.seed, text)]
	return terms, known
}

// of reads text in a room whose dense is empty, unless it is known.
func (g *gists) of(m *Model, r *room, text string) []term {
	if terms, known := g.get(text); known {
		return terms
	}
	m.read(r, text)
	terms := slices.Clone(r.terms)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.all) >= maxGists {
		clear(g.all)
	}
	g.all[maphash.String(g.seed, text)] = terms
	return terms
}
