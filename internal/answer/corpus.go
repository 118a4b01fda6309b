package answer

import "ogpbot/bot"

// Corpus is everything that a Model is made from.
type Corpus struct {
	Languages []bot.Language                       // the first is the default
	Entries   []bot.Entry                          // at most 60,000
	Hears     map[string]map[bot.Language][]string // intent name, language: what people say for it; "emergency" is one of them
	Negatives []Negative                           // what must not be answered from this content
	Concepts  []Form                               // words that mean the same
	Villages  []bot.Village
	Towns     []string // other places: what names one is not asked about here
}

// Negative is something that people write and that no entry answers.
type Negative struct {
	Language bot.Language
	Text     string
}

// Form is a word, or a few, that stands for a concept in one language.
type Form struct {
	Concept  string
	Strict   bool // it means the concept and nothing else
	Language bot.Language
	Form     string
}
