package answer

import (
	"sync"

	"ogpbot/bot"
)

// Model understands messages. It implements bot.Finder.
type Model struct {
	languages []bot.Language
	source    []bot.Entry // the corpus' own
	entries   []string    // identifiers, by class
	intents   []string    // names, by class
	holds     []uint16    // asks by entry
	corpus    [32]byte    // digest of the corpus

	vocab  *vocabulary
	topics ranker
	tasks  linear // which intent
	belief belief
	speech speech
	exact  exact
	mixups []uint16 // seen while calibrating: see mixupWords

	details []*cues // by detailCues
	alarm   alarm
	places  gazetteer
	foreign []town                    // municipalities that are not our own
	heardIn map[uint64][]bot.Language // in which languages the words of an intent are said

	rooms sync.Pool // of *room
	gists gists
}

// ranker scores the entries. Its last class is "none of them".
type ranker struct {
	linear
	phrases phrases
}

// room is the working memory of one Find.
type room struct {
	words    []word
	starts   []int // by word: its first feature; one more at the end
	features []feature
	terms    []term
	dense    []float32 // by slot; zero between uses
	marks    []bool    // by slot; false between uses
	scores   []float32 // by entry, and none
	window   []float32
	best     []float32
	tasks    []float32
	thin     bool // little of the message was the entry's: set by weigh
}

func (m *Model) newRoom() *room {
	classes := len(m.entries) + 1
	return &room{
		dense: make([]float32, len(m.vocab.idf)), marks: make([]bool, len(m.vocab.idf)),
		scores: make([]float32, classes), window: make([]float32, classes), best: make([]float32, classes),
		tasks: make([]float32, len(m.intents)),
	}
}

// prepare makes what is not learned and not stored.
func (m *Model) prepare(c Corpus) {
	m.details = parseDetails()
	m.alarm = newAlarm(m.vocab, c.Hears[emergency])
	m.places = newGazetteer(m.vocab, c.Villages)
	m.foreign = foreign(m.vocab, c.Towns, c.Villages)
	m.heardIn = map[uint64][]bot.Language{}
	for _, heard := range c.Hears {
		for _, l := range c.Languages {
			for _, phrase := range heard[l] {
				h := textHash(m.vocab.appendWords(nil, phrase))
				m.heardIn[h] = append(m.heardIn[h], l)
			}
		}
	}
	m.rooms.New = func() any { return m.newRoom() }
}

// Fold gives the comparison key of text: the keys of its words, joined by spaces.
func (m *Model) Fold(text string) string {
	var room [256]byte
	folded := room[:0]
	for key := range keys(text) {
		if len(folded) > 0 {
			folded = append(folded, ' ')
		}
		folded = append(folded, key...)
	}
	return string(folded)
}

var _ bot.Finder = (*Model)(nil)
