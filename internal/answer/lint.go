package answer

import (
	"cmp"
	"slices"
	"strings"

	"ogpbot/bot"
)

// Confusion says that one entry may be taken for another.
type Confusion struct {
	Kind  ConfusionKind
	Entry string // the entry whose words are meant
	Other string // the entry that is found instead; "" if none is
	Text  string // the words in question, "" for MixedUp
	Score float64
}

// ConfusionKind says how a Confusion was found.
type ConfusionKind string

// The kinds of confusion.
const (
	// SharedWords: Text stands under both entries. Score is 1.
	SharedWords ConfusionKind = "shared words"
	// OwnQuestion: the entry's own question is not answered with it. Score is the confidence in Other.
	OwnQuestion ConfusionKind = "own question"
	// AlmostSame: Text, of Entry, is nearly a line of Other. Score is their cosine, 0 to 1.
	AlmostSame ConfusionKind = "almost the same"
	// MixedUp: lines of Entry that the model had not seen ranked Other first. Score is their share, 0 to 1.
	MixedUp ConfusionKind = "mixed up"
)

const (
	almostSame = .85 // cosine of lines of two entries
	mixedUp    = .15 // share of an entry's lines
)

// Confusions lists the entries that may be taken for one another, worst first within each kind. It
// takes time with the square of the number of entries' lines that share words: it is for checks.
func (m *Model) Confusions() []Confusion {
	var list []Confusion
	owners := map[uint64]int{}
	for i, e := range m.source {
		for _, l := range m.languages {
			if q := e.Question[l]; q != "" {
				list = append(list, m.ownQuestion(e.ID, q, l)...)
			}
			for _, text := range lines(e, l) {
				h := textHash(m.vocab.appendWords(nil, text))
				if other, met := owners[h]; met && other != i && h != 0 {
					list = append(list, Confusion{SharedWords, e.ID, m.entries[other], text, 1})
				} else {
					owners[h] = i
				}
			}
		}
	}
	list = append(list, m.neighbours()...)
	for i := 0; i+mixupWords <= len(m.mixups); i += mixupWords {
		x := m.mixups[i : i+mixupWords]
		if share := float64(x[2]) / float64(x[3]); share >= mixedUp {
			list = append(list, Confusion{MixedUp, m.entries[x[0]], m.entries[x[1]], "", share})
		}
	}
	order := []ConfusionKind{OwnQuestion, SharedWords, AlmostSame, MixedUp}
	slices.SortStableFunc(list, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(b.Score, a.Score))
	})
	return list
}

func (m *Model) ownQuestion(id, question string, lang bot.Language) []Confusion {
	f := m.Find(question, lang)
	if f.Outcome == bot.FoundAnswer && f.Entry == id {
		return nil
	}
	other := f.Entry
	if other == "" && len(f.Suggestions) > 0 && f.Suggestions[0] != id {
		other = f.Suggestions[0]
	}
	return []Confusion{{OwnQuestion, id, other, question, f.Score}}
}

// neighbours finds lines that are almost a line of another entry, once for each pair of entries.
func (m *Model) neighbours() []Confusion {
	worst := map[[2]int]Confusion{}
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	for i, e := range m.source {
		for _, l := range m.languages {
			for _, text := range lines(e, l) {
				m.read(r, text)
				m.topics.score(r.scores, r.terms)
				for _, t := range r.terms {
					r.dense[t.slot] = t.value
				}
				for _, other := range top(r.scores[:len(m.entries)]) {
					if other < 0 || other == i {
						continue
					}
					pair := [2]int{min(i, other), max(i, other)}
					if s := float64(m.topics.phrases.nearest(other, r.dense)); s >= almostSame && s < 1 && s > worst[pair].Score {
						worst[pair] = Confusion{AlmostSame, e.ID, m.entries[other], text, s}
					}
				}
				for _, t := range r.terms {
					r.dense[t.slot] = 0
				}
			}
		}
	}
	list := make([]Confusion, 0, len(worst))
	for _, c := range worst {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Confusion) int { return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Other, b.Other)) })
	return list
}

// lines gives everything that an entry is asked by in one language.
func lines(e bot.Entry, l bot.Language) []string {
	if q := e.Question[l]; q != "" {
		return append([]string{q}, e.Phrasings[l]...)
	}
	return e.Phrasings[l]
}

// Register counts how the phrasings of an entry are written. An entry understands well what is
// written in each way; see Wanted.
type Register struct {
	Lines  int // the question in each language and the phrasings
	Native int // in Georgian letters
	Latin  int // in Latin letters, in the list of a language that has its own
	Other  int // in another language
	Short  int // at most four words
	Long   int // eleven words and more: people who tell their story
	Polite int // with a word of politeness
}

// politeWords are how polite words begin, in folded letters: გთხოვთ, შეიძლება, მადლობა, პატივი, ბატონო,
// ბოდიში, უკაცრავად, please, s'il vous plaît.
var politeWords = [...]string{"gtXov", "Seizleb", "madlob", "gmadlob", "pativ", "baton", "kalbaton", "bodiS", "ukaCrav", "pleas", "kindl", "could", "plait", "merCi"}

// Registers counts the registers of e, an entry of the corpus.
func (m *Model) Registers(e bot.Entry) Register {
	var r Register
	for i, l := range m.languages {
		for _, text := range lines(e, l) {
			words := m.vocab.appendWords(nil, text)
			r.Lines++
			is := scriptOf(text)
			switch {
			case is == scriptGeorgian:
				r.Native++
			case is == scriptLatin && m.speech.scripts[i] == scriptGeorgian:
				r.Latin++
			default:
				r.Other++
			}
			switch n := len(words); {
			case n <= 4:
				r.Short++
			case n >= 11:
				r.Long++
			}
			if slices.ContainsFunc(words, polite) {
				r.Polite++
			}
		}
	}
	return r
}

func polite(w word) bool {
	return slices.ContainsFunc(politeWords[:], func(p string) bool { return strings.HasPrefix(w.key, p) })
}

// Wanted says which ways of asking are too few, as short names: "lines", "native", "latin", "short",
// "long", "polite". Twenty lines an entry in varied registers are what understanding was measured with.
func (r Register) Wanted() []string {
	var wanted []string
	for _, w := range [...]struct {
		name        string
		have, least int
	}{
		{"lines", r.Lines, 20}, {"native", r.Native, 10}, {"latin", r.Latin, 3}, {"short", r.Short, 3}, {"long", r.Long, 3}, {"polite", r.Polite, 2},
	} {
		if w.have < w.least {
			wanted = append(wanted, w.name)
		}
	}
	return wanted
}

// NearDuplicates gives the pairs of lines of e that say nearly the same: one of each could be replaced
// by something that people say differently.
func (m *Model) NearDuplicates(e bot.Entry) [][2]string {
	const same = .92
	var texts []string
	for _, l := range m.languages {
		texts = append(texts, lines(e, l)...)
	}
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	all := make([][]term, len(texts))
	for i, text := range texts {
		m.read(r, text)
		all[i] = slices.Clone(r.terms)
	}
	var pairs [][2]string
	for i := range all {
		for _, t := range all[i] {
			r.dense[t.slot] = t.value
		}
		for k := range i {
			var cos float32
			for _, t := range all[k] {
				cos += t.value * r.dense[t.slot]
			}
			if cos >= same {
				pairs = append(pairs, [2]string{texts[k], texts[i]})
			}
		}
		for _, t := range all[i] {
			r.dense[t.slot] = 0
		}
	}
	return pairs
}
