package answer

import (
	"maps"
	"math"
	"slices"
	"unicode"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// speech tells the language of a text from its script, and among those written in Latin letters
// from its parts of three letters and its small words.
type speech struct {
	languages []bot.Language
	scripts   []byte    // script, by language
	slots     table     // parts
	odds      []float32 // by slot and language: log probability
	unseen    []float32 // by language
}

type script = byte

const (
	scriptNone script = iota
	scriptLatin
	scriptGeorgian
	scriptCyrillic
)

// scriptOf gives the script of text. A name or a loan word in Latin letters does not make a
// Georgian sentence Latin.
func scriptOf(text string) script {
	var latin, georgianLetters, cyrillic int
	for _, r := range text {
		switch {
		case georgian.IsGeorgian(r):
			georgianLetters++
		case georgian.IsCyrillic(r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	switch {
	case georgianLetters*3 >= latin && georgianLetters >= cyrillic && georgianLetters > 0:
		return scriptGeorgian
	case cyrillic*2 >= latin && cyrillic > 0:
		return scriptCyrillic
	case latin > 0:
		return scriptLatin
	}
	return scriptNone
}

// speechTrainer counts parts by language.
type speechTrainer struct {
	s      speech
	counts [][]float32 // by slot, by language
	totals []float64
}

// smallWords is how much a filler counts beside a word of the corpus.
const smallWords = 20

func trainSpeech(v *vocabulary, c Corpus) speech {
	t := speechTrainer{totals: make([]float64, len(c.Languages))}
	t.s = speech{languages: c.Languages, slots: newTable(1 << 10)}
	for i, l := range c.Languages {
		own := scriptLatin
		for _, e := range c.Entries {
			if s := scriptOf(e.Question[l]); s != scriptNone {
				own = s
				break
			}
		}
		t.s.scripts = append(t.s.scripts, own)
		for _, f := range fillers {
			if f.language == l {
				t.add(v, i, f.words, smallWords)
			}
		}
		for _, e := range c.Entries {
			t.addOwn(v, i, own, e.Question[l])
			for _, p := range e.Phrasings[l] {
				t.addOwn(v, i, own, p)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(c.Hears)) {
			for _, p := range c.Hears[name][l] {
				t.addOwn(v, i, own, p)
			}
		}
		for _, f := range c.Concepts {
			if f.Language == l {
				t.addOwn(v, i, own, f.Form)
			}
		}
	}
	return t.speech()
}

// addOwn adds text if it is in the language's own script: a list for Georgian holds Latin lines
// of any language too.
func (t *speechTrainer) addOwn(v *vocabulary, language int, own script, text string) {
	if scriptOf(text) == own {
		t.add(v, language, text, 1)
	}
}

func (t *speechTrainer) add(v *vocabulary, language int, text string, weight float32) {
	for _, w := range v.appendWords(nil, text) {
		eachPart(w.key, func(h uint32) {
			slot := t.s.slots.add(h)
			if int(slot) == len(t.counts) {
				t.counts = append(t.counts, make([]float32, len(t.totals)))
			}
			t.counts[slot][language] += weight
			t.totals[language] += float64(weight)
		})
	}
}

func (t *speechTrainer) speech() speech {
	const smooth = .3
	n := float64(len(t.counts))
	for l := range t.totals {
		t.s.unseen = append(t.s.unseen, float32(math.Log(smooth/(t.totals[l]+smooth*n+1))))
	}
	for _, by := range t.counts {
		for l, c := range by {
			t.s.odds = append(t.s.odds, float32(math.Log((float64(c)+smooth)/(t.totals[l]+smooth*n+1))))
		}
	}
	return t.s
}

// eachPart calls f for the hash of the whole word and of each part of three letters.
func eachPart(key string, f func(uint32)) {
	var room [maxKey + 2]byte
	b := append(room[:0], '^')
	b = append(append(b, key...), '$')
	f(hash32(kindSpeech, b))
	for i := 0; i+3 < len(b); i++ {
		f(hash32(kindSpeech, b[i:i+3]))
	}
}

// enough is the advantage, in natural logarithm of odds, that the words need over the language of the chat.
const enough = 4

// of gives the language to reply in.
func (s *speech) of(text string, words []word, chat bot.Language) bot.Language {
	fallback := s.languages[0]
	for _, l := range s.languages {
		if l == chat {
			fallback = l
		}
	}
	is := scriptOf(text)
	if is == scriptNone {
		return fallback
	}
	if is != scriptLatin {
		for i, l := range s.languages {
			if s.scripts[i] == is {
				return l
			}
		}
		return fallback
	}
	best, bestSum, fallbackSum := fallback, float32(math.Inf(-1)), float32(math.Inf(-1))
	for i, l := range s.languages {
		if s.scripts[i] == scriptCyrillic {
			continue
		}
		sum := s.sum(i, words)
		if sum > bestSum {
			best, bestSum = l, sum
		}
		if l == fallback {
			fallbackSum = sum
		}
	}
	if bestSum-fallbackSum < enough {
		return fallback
	}
	return best
}

func (s *speech) sum(language int, words []word) float32 {
	var sum float32
	for _, w := range words {
		eachPart(w.key, func(h uint32) {
			if slot, known := s.slots.find(h); known {
				sum += s.odds[int(slot)*len(s.languages)+language]
			} else {
				sum += s.unseen[language]
			}
		})
	}
	return sum
}
