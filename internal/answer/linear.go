package answer

import (
	"math"
	"math/rand/v2"
	"slices"
)

// linear is a set of one-vs-rest logistic classifiers with sparse weights.
type linear struct {
	bias   []float32 // by class
	offset []uint32  // by slot: where its weights begin; one more at the end
	class  []uint16  // by slot, rising
	weight []float32 // beside class
}

// cell is the weight of a class on one slot, in training.
type cell struct {
	weight float32
	class  uint16
}

// example is a line to learn from. class -1 belongs to no class.
type example struct {
	terms []term
	class int
}

// How classifiers are trained. Measured on lines held out by 4 folds: more epochs, L2 decay or a
// lower floor change the accuracy by less than its interval.
const (
	trainRate  = 4    // of the first step; it falls to 0 in a straight line
	trainBias  = -4   // of every class before the first step
	trainFloor = .05  // a class less likely than this is not pushed down: weights stay few
	trainPrune = .1   // smaller weights are dropped
	manyLines  = 4000 // more lines than these need fewer rounds
)

func epochs(lines int) int {
	if lines > manyLines {
		return 3
	}
	return 5
}

// trainer holds the weights while they grow.
type trainer struct {
	lists  [][]cell // by slot, each sorted by class
	bias   []float32
	scores *[math.MaxUint16 + 1]float32 // by class; an array of all that a class can be needs no bounds checks
	steps  []step
	floor  float32 // trainFloor as a score
}

// step is what one example asks of one class.
type step struct {
	class uint16
	size  float32
}

// trainLinear learns by stochastic gradient descent in a fixed pseudo-random order.
func trainLinear(examples []example, classes, slots int) linear {
	t := trainer{
		lists: make([][]cell, slots), bias: make([]float32, classes), scores: new([math.MaxUint16 + 1]float32),
		floor: float32(math.Log(trainFloor / (1 - trainFloor))),
	}
	for i := range t.bias {
		t.bias[i] = trainBias
	}
	random := rand.New(rand.NewPCG(1, 2))
	rounds := epochs(len(examples))
	done, total := 0, rounds*len(examples)
	for range rounds {
		for _, i := range random.Perm(len(examples)) {
			t.learn(&examples[i], float32(trainRate*(1-float64(done)/float64(total))))
			done++
		}
	}
	return t.linear()
}

func (t *trainer) learn(ex *example, rate float32) {
	copy(t.scores[:], t.bias)
	for _, x := range ex.terms {
		for _, c := range t.lists[x.slot] {
			t.scores[c.class] += c.weight * x.value
		}
	}
	t.steps = t.steps[:0]
	for c, z := range t.scores[:len(t.bias)] {
		if c == ex.class {
			t.steps = append(t.steps, step{uint16(c), rate * (1 - sigmoid(z))})
		} else if z > t.floor {
			t.steps = append(t.steps, step{uint16(c), -rate * sigmoid(z)})
		}
	}
	for _, s := range t.steps {
		t.bias[s.class] += s.size * .1
	}
	for _, x := range ex.terms {
		t.lists[x.slot] = apply(t.lists[x.slot], t.steps, x.value)
	}
}

// apply moves the weights of one slot.
func apply(list []cell, steps []step, value float32) []cell {
	for _, s := range steps {
		i := place(list, s.class)
		if i < len(list) && list[i].class == s.class {
			list[i].weight += s.size * value
		} else {
			list = slices.Insert(list, i, cell{s.size * value, s.class})
		}
	}
	return list
}

// place gives where class is in list, or belongs. It is written out because training spends a quarter of
// its time here.
func place(list []cell, class uint16) int {
	low, high := 0, len(list)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if list[mid].class < class {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func (t *trainer) linear() linear {
	l := linear{bias: t.bias, offset: make([]uint32, len(t.lists)+1)}
	for slot, list := range t.lists {
		for _, c := range list {
			if c.weight > trainPrune || c.weight < -trainPrune {
				l.class, l.weight = append(l.class, c.class), append(l.weight, c.weight)
			}
		}
		l.offset[slot+1] = uint32(len(l.class))
	}
	l.class, l.weight = slices.Clip(l.class), slices.Clip(l.weight)
	return l
}

// score adds up the weights of terms for each class, in scores, which has one place for each.
func (l *linear) score(scores []float32, terms []term) {
	copy(scores, l.bias)
	for _, t := range terms {
		from, to := l.offset[t.slot], l.offset[t.slot+1]
		weight := l.weight[from:to]
		for i, c := range l.class[from:to] {
			scores[c] += weight[i] * t.value
		}
	}
}

func sigmoid(z float32) float32 { return float32(1 / (1 + math.Exp(-float64(z)))) }
