package answer

import (
	"math"
	"math/rand/v2"
	"slices"
)

// linear is a set of one-vs-rest logistic classifiers with sparse weights.
type linear struct {
	bias   []float32 // by class
	offset []uint32  // by slot: where its cells begin; one more at the end
	cells  []cell    // by slot, then by class
}

// cell is the weight of a class on one slot.
type cell struct {
	weight float32
	class  uint16
}

// example is a line to learn from. class -1 belongs to no class.
type example struct {
	terms []term
	class int
}

// schedule says how a classifier is trained.
type schedule struct {
	epochs int
	rate   float64
	decay  float64
	active float32
	prune  float32
}

const firstBias = -4

var Sched = schedule{epochs: 5, rate: 4, active: .05, prune: .1}

// trainer holds the weights while they grow.
type trainer struct {
	lists  [][]cell // by slot, each sorted by class
	bias   []float32
	scores []float32
	active []step
	s      schedule
}

// step is what one example asks of one class.
type step struct {
	class uint16
	size  float32
}

// trainLinear learns by stochastic gradient descent in a fixed pseudo-random order.
func trainLinear(examples []example, classes, slots int, s schedule) *linear {
	t := trainer{lists: make([][]cell, slots), bias: make([]float32, classes), scores: make([]float32, classes), s: s}
	for i := range t.bias {
		t.bias[i] = firstBias
	}
	random := rand.New(rand.NewPCG(1, 2))
	done, total := 0, s.epochs*len(examples)
	for range s.epochs {
		for _, i := range random.Perm(len(examples)) {
			rate := s.rate * (1 - float64(done)/float64(total))
			t.learn(&examples[i], float32(rate))
			done++
		}
	}
	return t.linear()
}

func (t *trainer) learn(ex *example, rate float32) {
	copy(t.scores, t.bias)
	for _, x := range ex.terms {
		for _, c := range t.lists[x.slot] {
			t.scores[c.class] += c.weight * x.value
		}
	}
	t.active = t.active[:0]
	floor := logit(t.s.active)
	for c, z := range t.scores {
		if c == ex.class {
			t.active = append(t.active, step{uint16(c), rate * (1 - sigmoid(z))})
		} else if z > floor {
			t.active = append(t.active, step{uint16(c), -rate * sigmoid(z)})
		}
	}
	for _, a := range t.active {
		t.bias[a.class] += a.size * .1
	}
	for _, x := range ex.terms {
		list := t.lists[x.slot]
		for _, a := range t.active {
			i, found := slices.BinarySearchFunc(list, a.class, func(c cell, class uint16) int { return int(c.class) - int(class) })
			if found {
				list[i].weight += a.size * x.value
			} else {
				list = slices.Insert(list, i, cell{a.size * x.value, a.class})
			}
		}
		t.lists[x.slot] = list
	}
}

func (t *trainer) linear() *linear {
	l := &linear{bias: t.bias, offset: make([]uint32, len(t.lists)+1)}
	for slot, list := range t.lists {
		for _, c := range list {
			if c.weight > t.s.prune || c.weight < -t.s.prune {
				l.cells = append(l.cells, c)
			}
		}
		l.offset[slot+1] = uint32(len(l.cells))
	}
	return l
}

// score adds up the weights of terms for each class in scores, which has one place for each.
func (l *linear) score(scores []float32, terms []term) {
	copy(scores, l.bias)
	for _, t := range terms {
		for _, c := range l.cells[l.offset[t.slot]:l.offset[t.slot+1]] {
			scores[c.class] += c.weight * t.value
		}
	}
}

func sigmoid(z float32) float32 { return float32(1 / (1 + math.Exp(-float64(z)))) }

func logit(p float32) float32 { return float32(math.Log(float64(p) / (1 - float64(p)))) }
