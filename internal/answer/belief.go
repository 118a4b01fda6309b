package answer

import "math"

// evidence is what speaks for and against the first entry of a ranking.
type evidence [9]float64

// The parts of evidence.
const (
	seenScore    = iota // of the first entry
	seenLead            // over the second
	seenNone            // score of "none of them"
	seenShare           // of the first in the probability of all
	seenLike            // similarity to the first entry's lines
	seenLikeLead        // over the second's
	seenCovered         // share of the message that the entry's lines have
	seenOneWord         // 1: at most one telling word is the entry's
	seenLength          // logarithm of the number of words
)

// belief turns evidence into the probability that the first entry is right.
type belief struct {
	bias    float64
	weights evidence
	answer  float64 // at this probability the entry is given
	suggest float64 // at this one it is offered
}

// defaultBelief is for a corpus too small to calibrate on: fitted on 63 entries of 20 phrasings.
var defaultBelief = belief{
	bias:    -6.35,
	weights: evidence{-.28, .42, -.23, 10.68, -1.28, -.53, 2.78, .29, .72},
	answer:  .76,
	suggest: .20,
}

func (b *belief) probability(e *evidence) float64 {
	z := b.bias
	for i, w := range b.weights {
		z += w * e[i]
	}
	return 1 / (1 + math.Exp(-z))
}

// trial is one line that the model was not trained on.
type trial struct {
	evidence evidence
	right    bool    // the first entry is the line's
	known    bool    // the line's entry was in training
	negative bool    // the line belongs to no entry of the corpus
	weight   float64 // in the fit
}

const (
	fitRounds = 200
	fitRate   = 1.5
	fitDecay  = 1e-3
)

// fitBelief learns a logistic regression by gradient descent on standardised evidence.
func fitBelief(trials []trial) belief {
	var mean, deviation evidence
	for _, t := range trials {
		for i, v := range t.evidence {
			mean[i] += v / float64(len(trials))
		}
	}
	for _, t := range trials {
		for i, v := range t.evidence {
			deviation[i] += (v - mean[i]) * (v - mean[i]) / float64(len(trials))
		}
	}
	total := 0.0
	for i := range deviation {
		deviation[i] = math.Sqrt(deviation[i]) + 1e-6
	}
	for i := range trials {
		total += trials[i].weight
	}
	var b belief
	for range fitRounds {
		var slope evidence
		var biasSlope float64
		for _, t := range trials {
			z := b.bias
			for i, w := range b.weights {
				z += w * (t.evidence[i] - mean[i]) / deviation[i]
			}
			miss := 1 / (1 + math.Exp(-z))
			if t.right {
				miss--
			}
			miss *= t.weight / total
			for i := range slope {
				slope[i] += miss * (t.evidence[i] - mean[i]) / deviation[i]
			}
			biasSlope += miss
		}
		for i := range slope {
			b.weights[i] -= fitRate * (slope[i] + fitDecay*b.weights[i])
		}
		b.bias -= fitRate * biasSlope
	}
	for i := range b.weights {
		b.weights[i] /= deviation[i]
		b.bias -= b.weights[i] * mean[i]
	}
	return b
}

// What calibration tolerates, as shares of held-out lines: an entry's lines that get a wrong answer,
// and negatives that get an answer. Lines of one entry are made to differ as much as they can, so
// they are harder than what people ask: measured, these shares fall to a third on real questions.
const (
	tolerateWrong    = .02
	tolerateNegative = .12
	answerAtLeast    = .60
	answerAtMost     = .90
)

// setThresholds chooses the lowest probability at which mistakes stay tolerable.
func (b *belief) setThresholds(trials []trial) {
	b.suggest = defaultBelief.suggest
	for b.answer = answerAtLeast; b.answer < answerAtMost; b.answer += .01 {
		var lines, wrong, negatives, answered float64
		for i := range trials {
			t := &trials[i]
			sure := b.probability(&t.evidence) >= b.answer
			switch {
			case t.negative:
				negatives++
				if sure {
					answered++
				}
			case t.known:
				lines++
				if sure && !t.right {
					wrong++
				}
			}
		}
		if wrong <= tolerateWrong*lines && answered <= tolerateNegative*negatives {
			return
		}
	}
}
