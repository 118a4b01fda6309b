package answer

import (
	"iter"
	"math"
	"math/bits"
	"slices"
	"strings"

	"ogpbot/internal/answer/georgian"
)

// The kinds of features and of other things that are hashed.
const (
	kindStem = iota + 1
	kindGram
	kindConcept
	kindForm
	kindSpeech
)

// What a feature weighs before TF-IDF.
const (
	weightStem    = 2
	weightGram    = 1
	weightFiller  = .5 // of a word that carries no topic
	weightConcept = 3
	weightLoose   = .6 // of a form that may mean something else
)

const (
	maxText  = 4000 // bytes of a message that are read
	maxWords = 200
	maxKey   = 40 // letters of a word that are read
	maxForm  = 4  // words of a concept's form
	minForm  = 3  // letters of a form of one word
)

// word is one word of a text, ready to compare.
type word struct {
	key    string // georgian.Key
	stem   string // stemOf key
	hash   uint32 // of stem
	filler bool
}

// feature is a hashed feature of a text with its weight, before TF-IDF.
type feature struct {
	hash   uint32
	weight float32
}

// term is a feature that the vocabulary knows, with its TF-IDF weight.
type term struct {
	slot  uint32
	value float32
}

// hash32 is FNV-1a with a final mix, because features differ in few bytes.
func hash32[T string | []byte](kind uint32, s T) uint32 {
	h := uint32(2166136261) ^ kind*16777619
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return mix(h)
}

func mix(h uint32) uint32 {
	h ^= bits.RotateLeft32(h, 15)
	h *= 0x85ebca6b
	return h ^ h>>13
}

// vocabulary knows the words of the corpus and what they weigh.
type vocabulary struct {
	slots   table     // features
	idf     []float32 // by slot; 0: not used
	fillers map[uint32]bool

	forms     table    // beginnings of concepts' forms, word by word
	conceptAt []uint32 // by form: where its concepts begin; one more at the end
	concepts  []uint32 // hash of the concept, its lowest bit: strict
}

func newVocabulary(concepts []Form) *vocabulary {
	v := &vocabulary{slots: newTable(1 << 10), fillers: fillerWords(), forms: newTable(1 << 4)}
	var by [][]uint32
	for _, f := range concepts {
		by = v.addForm(by, f)
	}
	v.conceptAt = append(v.conceptAt, 0)
	for _, list := range by {
		v.concepts = append(v.concepts, list...)
		v.conceptAt = append(v.conceptAt, uint32(len(v.concepts)))
	}
	return v
}

// addForm notes the form and each of its beginnings. by holds the concepts by form.
func (v *vocabulary) addForm(by [][]uint32, f Form) [][]uint32 {
	words := v.appendWords(nil, f.Form)
	if len(words) == 0 || len(words) > maxForm || len(words) == 1 && len(words[0].key) < minForm {
		return by
	}
	var h, slot uint32
	for _, w := range words {
		h = mix(h ^ hash32(kindForm, w.stem))
		if slot = v.forms.add(h); int(slot) == len(by) {
			by = append(by, nil)
		}
	}
	c := hash32(kindConcept, f.Concept) &^ 1
	strict := uint32(0)
	if f.Strict {
		strict = 1
	}
	if i := slices.IndexFunc(by[slot], func(old uint32) bool { return old&^1 == c }); i >= 0 {
		by[slot][i] |= strict
	} else {
		by[slot] = append(by[slot], c|strict)
	}
	return by
}

// conceptsOf gives the concepts of a form.
func (v *vocabulary) conceptsOf(form uint32) []uint32 {
	return v.concepts[v.conceptAt[form]:v.conceptAt[form+1]]
}

// appendWords appends the words of text.
func (v *vocabulary) appendWords(dst []word, text string) []word {
	for k := range keys(text) {
		key := string(k)
		stem := stemOf(key)
		h := hash32(kindStem, stem)
		dst = append(dst, word{key: key, stem: stem, hash: h, filler: v.fillers[h]})
	}
	return dst
}

// keys goes through the keys of the words of text that have one, as far as they are read. Each is valid until the next.
func keys(text string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(text) > maxText {
			text = text[:maxText]
		}
		var room [4 * maxKey]byte
		n := 0
		for w := range georgian.Words(text) {
			k := georgian.AppendKey(room[:0], w)
			if len(k) == 0 {
				continue
			}
			if n++; n > maxWords || !yield(k[:min(len(k), maxKey)]) {
				return
			}
		}
	}
}

// appendWord appends the features of the first of words: its stem, its parts of three and four letters,
// and the concepts whose forms begin with it.
func (v *vocabulary) appendWord(dst []feature, words []word) []feature {
	w := words[0]
	scale := float32(1)
	if w.filler {
		scale = weightFiller
	}
	dst = append(dst, feature{w.hash, scale * weightStem})
	var room [maxKey + 2]byte
	b := append(room[:0], '^')
	b = append(append(b, w.key...), '$')
	soften(b)
	for n := 3; n <= 4; n++ {
		for k := 0; k+n <= len(b); k++ {
			dst = append(dst, feature{hash32(kindGram, b[k:k+n]), scale * weightGram})
		}
	}
	return v.appendConcepts(dst, words)
}

// appendConcepts appends the concepts whose forms begin at the first of words.
func (v *vocabulary) appendConcepts(dst []feature, words []word) []feature {
	var h uint32
	for _, w := range words[:min(len(words), maxForm)] {
		h = mix(h ^ hash32(kindForm, w.stem))
		slot, known := v.forms.find(h)
		if !known {
			break
		}
		for _, c := range v.conceptsOf(slot) {
			weight := float32(weightConcept)
			if c&1 == 0 {
				weight *= weightLoose
			}
			dst = append(dst, feature{c &^ 1, weight})
		}
	}
	return dst
}

// appendTerms appends the terms of features, each slot once with its greatest weight, scaled to
// length 1. dense has a place for each slot; it is all zero before and after.
func (v *vocabulary) appendTerms(dst []term, features []feature, dense []float32) []term {
	start := len(dst)
	for _, f := range features {
		s, known := v.slots.find(f.hash)
		if !known || v.idf[s] == 0 {
			continue
		}
		if dense[s] == 0 {
			dst = append(dst, term{slot: s})
		}
		dense[s] = max(dense[s], f.weight)
	}
	for i := start; i < len(dst); i++ {
		s := dst[i].slot
		dst[i].value = dense[s] * v.idf[s]
		dense[s] = 0
	}
	normalise(dst[start:])
	return dst
}

func normalise(terms []term) {
	var sum float64
	for _, t := range terms {
		sum += float64(t.value) * float64(t.value)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range terms {
		terms[i].value *= scale
	}
}

// table is an open-addressing hash table from a feature to its slot. Slots count from 0.
type table struct {
	keys  []uint32 // length: a power of two
	slots []uint32 // slot+1; 0: free. At least one is free
	n     int
}

func newTable(size int) table { return table{keys: make([]uint32, size), slots: make([]uint32, size)} }

func (t *table) find(h uint32) (uint32, bool) {
	mask := uint32(len(t.keys) - 1)
	for i := h & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if t.keys[i] == h {
			return t.slots[i] - 1, true
		}
	}
	return 0, false
}

// add finds h or gives it the next slot.
func (t *table) add(h uint32) uint32 {
	if s, ok := t.find(h); ok {
		return s
	}
	if (t.n+1)*10 > len(t.keys)*7 {
		old := *t
		*t = newTable(2 * len(old.keys))
		for i, s := range old.slots {
			if s != 0 {
				t.put(old.keys[i], s)
			}
		}
		t.n = old.n
	}
	t.n++
	t.put(h, uint32(t.n))
	return uint32(t.n - 1)
}

func (t *table) put(h, slot uint32) {
	mask := uint32(len(t.keys) - 1)
	i := h & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.slots[i] = h, slot
}

// soften merges sh with s and ch with ts, which some people do not tell apart in Latin letters. Only stems
// and parts of words are softened: the stemmer and the keys keep the letters apart.
func soften(key []byte) {
	for i, c := range key {
		switch c {
		case 'S':
			key[i] = 's'
		case 'H':
			key[i] = 'C'
		}
	}
}

// stemOf gives the softened stem of a key.
func stemOf(key string) string {
	stem := georgian.Stem(key)
	if !strings.ContainsAny(stem, "SH") {
		return stem
	}
	b := []byte(stem)
	soften(b)
	return string(b)
}
