package answer

import (
	"math"
	"math/rand/v2"
)

// linear is a set of one-vs-rest logistic classifiers with sparse weights, by slot.
type linear struct {
	bias   []float32 // by class
	offset []uint32  // by slot: where its cells begin; one more at the end
	cells  []cell
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
	decay  float64 // L2
	active float32 // classes less likely than this are not pushed down: they keep the weights few
	prune  float32 // weights smaller than this are dropped
}

var Sched = schedule{epochs: 12, rate: 4, decay: 1e-5, active: .01, prune: .1}

// trainLinear learns by stochastic gradient descent in a fixed pseudo-random order.
func trainLinear(examples []example, classes, slots int, s schedule) *linear {
	lists := make([][]cell, slots)
	bias := make([]float32, classes)
	for i := range bias {
		bias[i] = -4
	}
	order := rand.New(rand.NewPCG(1, 2))
	perm := make([]int, len(examples))
	for i := range perm {
		perm[i] = i
	}
	scores := make([]float32, classes)
	grad := make([]float32, classes)
	var active []uint16
	scale := 1.0
	step := 0
	total := s.epochs * len(examples)
	for range s.epochs {
		order.Shuffle(len(perm), func(i, j int) { perm[i], perm[j] = perm[j], perm[i] })
		for _, at := range perm {
			ex := &examples[at]
			lr := s.rate * (1 - float64(step)/float64(total+1))
			step++
			copy(scores, bias)
			f := float32(scale)
			for _, t := range ex.terms {
				x := t.value * f
				for _, c := range lists[t.slot] {
					scores[c.class] += c.weight * x
				}
			}
			active = active[:0]
			for c, z := range scores {
				p := sigmoid(z)
				y := float32(0)
				if c == ex.class {
					y = 1
				} else if p < s.active {
					continue
				}
				g := float32(lr) * (p - y)
				grad[c] = g
				bias[c] -= g * .1
				active = append(active, uint16(c))
			}
			scale *= 1 - lr*s.decay
			inv := float32(1 / scale)
			for _, t := range ex.terms {
				x := t.value * inv
				list := lists[t.slot]
				met := 0
				for i := range list {
					if g := grad[list[i].class]; g != 0 {
						list[i].weight -= g * x
						met++
					}
				}
				if met < len(active) {
					lists[t.slot] = addCells(list, active, grad, x)
				}
			}
			for _, c := range active {
				grad[c] = 0
			}
		}
	}
	l := &linear{bias: bias, offset: make([]uint32, slots+1)}
	for s2, list := range lists {
		for _, c := range list {
			if w := c.weight * float32(scale); w > s.prune || w < -s.prune {
				l.cells = append(l.cells, cell{w, c.class})
			}
		}
		l.offset[s2+1] = uint32(len(l.cells))
	}
	return l
}

// addCells adds the active classes that list lacks.
func addCells(list []cell, active []uint16, grad []float32, x float32) []cell {
	n := len(list)
next:
	for _, c := range active {
		for i := range n {
			if list[i].class == c {
				continue next
			}
		}
		list = append(list, cell{-grad[c] * x, c})
	}
	return list
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
