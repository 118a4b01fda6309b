package answer

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
)

// maxClasses is what a cell has room for.
const maxClasses = 60000

// line is one text to learn from.
type line struct {
	class    int // entry; the number of entries for a negative; more for an intent
	words    []word
	features []feature
	example
}

// course is a training in progress.
type course struct {
	m     *Model
	c     Corpus
	lines []line // of entries and negatives
	heard []line // of intents; class counts from 0
	dense []float32
}

// Train makes a Model. The same corpus gives the same model.
func Train(c Corpus) (*Model, error) {
	if len(c.Languages) == 0 {
		return nil, errors.New("answer: the content names no language")
	}
	if n := len(c.Entries) + len(c.Hears); n > maxClasses {
		return nil, fmt.Errorf("answer: %d entries and intents are more than %d", n, maxClasses)
	}
	k := course{c: c, m: &Model{source: c.Entries, languages: slices.Clone(c.Languages), vocab: newVocabulary(c.Concepts), corpus: c.digest()}}
	m := k.m
	m.intents = slices.Sorted(maps.Keys(c.Hears))
	k.collect()
	if len(m.vocab.idf) >= maxSlots {
		return nil, fmt.Errorf("answer: the content has more than %d different features", maxSlots)
	}
	m.speech = trainSpeech(m.vocab, c)
	m.prepare(c)
	for _, e := range c.Entries {
		m.holds = append(m.holds, uint16(m.heldBy(e)))
	}
	var learning sync.WaitGroup
	learning.Go(func() { // calibration needs neither
		all := make([]example, len(k.lines))
		for i := range k.lines {
			all[i] = k.lines[i].example
		}
		m.topics = k.ranker(all)
		m.tasks = k.tasks()
	})
	m.belief = defaultBelief
	k.calibrate()
	learning.Wait()
	return m, nil
}

// collect reads every text of the corpus.
func (k *course) collect() {
	m, n := k.m, len(k.c.Entries)
	var owned []ownedText
	add := func(to *[]line, class, owner int, text string) {
		words := m.vocab.appendWords(nil, text)
		if len(words) == 0 {
			return
		}
		*to = append(*to, line{class: class, words: words})
		if owner >= 0 {
			owned = append(owned, ownedText{textHash(words), uint16(owner)})
		}
	}
	for i, e := range k.c.Entries {
		m.entries = append(m.entries, e.ID)
		for _, l := range k.c.Languages {
			add(&k.lines, i, i, e.Question[l])
			for _, p := range e.Phrasings[l] {
				add(&k.lines, i, i, p)
			}
		}
	}
	for _, neg := range k.c.Negatives {
		add(&k.lines, n, -1, neg.Text)
	}
	for i, name := range m.intents {
		for _, l := range k.c.Languages {
			for _, p := range k.c.Hears[name][l] {
				add(&k.heard, i, n+i, p)
			}
		}
	}
	m.exact = newExact(owned, n)
	k.weighFeatures()
}

// A part of a word that more lines have than commonGram, and one line in commonShare, tells little and
// costs most of the time. Without the limit the accuracy on 11,500 lines is a point higher.
const (
	commonGram  = 90
	commonShare = 300
)

// weighFeatures gives every feature its slot and IDF, and every line its terms.
func (k *course) weighFeatures() {
	v := k.m.vocab
	var df, last []int
	var gram []bool
	number := 0
	for _, lines := range [...][]line{k.lines, k.heard} {
		for i := range lines {
			number++
			ln := &lines[i]
			for w := range ln.words {
				ln.features = v.appendWord(ln.features, ln.words[w:])
			}
			for _, f := range ln.features {
				s := int(v.slots.add(f.hash))
				if s == len(df) {
					df, last, gram = append(df, 0), append(last, 0), append(gram, f.weight <= weightGram)
				}
				if last[s] != number {
					last[s] = number
					df[s]++
				}
			}
		}
	}
	v.idf = make([]float32, len(df))
	for s, d := range df {
		if !gram[s] || d <= commonGram+number/commonShare {
			v.idf[s] = float32(math.Log(float64(1+number)/float64(1+d)) + 1)
		}
	}
	k.dense = make([]float32, len(df))
	for _, lines := range [...][]line{k.lines, k.heard} {
		for i := range lines {
			ln := &lines[i]
			ln.example = example{v.appendTerms(nil, ln.features, k.dense), ln.class}
			ln.features = nil
		}
	}
}

// ranker learns the entries.
func (k *course) ranker(examples []example) ranker {
	n := len(k.c.Entries)
	return ranker{trainLinear(examples, n+1, len(k.m.vocab.idf)), packPhrases(examples, n)}
}

// tasks learns the intents: each against the others, all entries and the negatives.
func (k *course) tasks() linear {
	var examples []example
	for i := range k.heard {
		examples = append(examples, k.heard[i].example)
	}
	if len(examples) == 0 {
		return linear{offset: make([]uint32, len(k.m.vocab.idf)+1)}
	}
	for i := range k.lines {
		examples = append(examples, example{k.lines[i].terms, -1})
	}
	return trainLinear(examples, len(k.m.intents), len(k.m.vocab.idf))
}
