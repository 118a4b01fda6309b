package answer

import (
	"math"
	"math/bits"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// The kinds of features.
const (
	kindStem = iota + 1
	kindGram
	kindConcept
	kindForm
)

// What a feature weighs before TF-IDF.
var (
	weightStem   float32 = 2
	weightGram   float32 = 1
	weightFiller float32 = .5 // of a word that carries no topic
	weightPair   float32 = 0
	weightSkip   float32 = 0
	NLo, NHi             = 3, 4
	WConcept     float32 = 3
	WLoose       float32 = .6 // of a form that may mean something else
)

const (
	maxText  = 4000 // bytes of a message that are read
	maxWords = 200
	maxKey   = 40 // letters of a word that are read
	maxForm  = 4  // words of a concept's form
)

// word is one word of a text, ready to compare.
type word struct {
	key    string // georgian.Key
	stem   string // georgian.Stem of key
	hash   uint32 // of stem
	filler bool
}

// feature is a hashed feature of a text with its weight, before TF-IDF.
type feature struct {
	hash   uint32
	weight float32
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

// vocabulary knows the features that the corpus has.
type vocabulary struct {
	slots    table
	idf      []float32 // by slot
	fillers  map[uint32]bool
	concepts map[uint32][]feature // hash of a form: its concepts
	starts   map[uint32]bool      // hashes of what longer forms begin with
}

func newVocabulary(forms []Form) *vocabulary {
	v := &vocabulary{slots: newTable(1 << 12), fillers: fillerWords(), concepts: map[uint32][]feature{}, starts: map[uint32]bool{}}
	for _, f := range forms {
		v.addForm(f)
	}
	return v
}

func (v *vocabulary) addForm(f Form) {
	words := v.appendWords(nil, f.Form)
	if len(words) == 0 || len(words) > maxForm || len(words) == 1 && len(words[0].key) < 3 {
		return
	}
	var h uint32
	for i, w := range words {
		h = mix(h ^ hash32(kindForm, w.stem))
		if i+1 < len(words) {
			v.starts[h] = true
		}
	}
	weight := WConcept
	if !f.Strict {
		weight *= WLoose
	}
	c := hash32(kindConcept, f.Concept)
	for i, old := range v.concepts[h] {
		if old.hash == c {
			v.concepts[h][i].weight = max(old.weight, weight)
			return
		}
	}
	v.concepts[h] = append(v.concepts[h], feature{c, weight})
}

// appendWords appends the words of text.
func (v *vocabulary) appendWords(dst []word, text string) []word {
	if len(text) > maxText {
		text = text[:maxText]
	}
	var room [4 * maxKey]byte
	for w := range georgian.Words(text) {
		if len(dst) >= maxWords {
			break
		}
		k := georgian.AppendKey(room[:0], w)
		if len(k) > maxKey {
			k = k[:maxKey]
		}
		if len(k) == 0 {
			continue
		}
		key := string(k)
		stem := georgian.Stem(key)
		h := hash32(kindStem, stem)
		dst = append(dst, word{key: key, stem: stem, hash: h, filler: v.fillers[h]})
	}
	return dst
}

// appendFeatures appends the features of words: stems, their parts of three and four letters, concepts.
func (v *vocabulary) appendFeatures(dst []feature, words []word) []feature {
	for i, w := range words {
		scale := float32(1)
		if w.filler {
			scale = weightFiller
		}
		dst = append(dst, feature{w.hash, scale * weightStem})
		var room [maxKey + 2]byte
		b := append(room[:0], '^')
		b = append(append(b, w.key...), '$')
		for n := NLo; n <= NHi; n++ {
			for k := 0; k+n <= len(b); k++ {
				dst = append(dst, feature{hash32(kindGram, b[k:k+n]), scale * weightGram})
			}
		}
		if weightPair > 0 && i > 0 {
			dst = append(dst, feature{mix(words[i-1].hash*31 ^ w.hash), weightPair})
		}
		if weightSkip > 0 && !w.filler {
			for k := i - 1; k >= 0 && k > i-5; k-- {
				if !words[k].filler {
					a, b := words[k].hash, w.hash
					if a > b {
						a, b = b, a
					}
					dst = append(dst, feature{mix(a*131 ^ b), weightSkip})
				}
			}
		}
		var h uint32
		for k := i; k < len(words); k++ {
			h = mix(h ^ hash32(kindForm, words[k].stem))
			dst = append(dst, v.concepts[h]...)
			if !v.starts[h] {
				break
			}
		}
	}
	return dst
}

// table is an open-addressing hash table from a feature to its slot.
type table struct {
	keys  []uint32
	slots []uint32 // slot+1; 0: free
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

// term is a feature of a text that the vocabulary knows, with its TF-IDF weight.
type term struct {
	slot  uint32
	value float32
}

// gather collects features by slot: presence counts once, with the greatest weight.
// dense has one place for each slot and is left all zero.
func (v *vocabulary) gather(dst []term, feats []feature, dense []float32) []term {
	start := len(dst)
	for _, f := range feats {
		s, ok := v.slots.find(f.hash)
		if !ok || v.idf[s] == 0 {
			continue
		}
		if dense[s] == 0 {
			dst = append(dst, term{slot: s})
		}
		dense[s] = max(dense[s], f.weight)
	}
	var sum float64
	for i := start; i < len(dst); i++ {
		t := &dst[i]
		t.value = dense[t.slot] * v.idf[t.slot]
		dense[t.slot] = 0
		sum += float64(t.value) * float64(t.value)
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := start; i < len(dst); i++ {
			dst[i].value *= scale
		}
	}
	return dst
}

var _ bot.Language
