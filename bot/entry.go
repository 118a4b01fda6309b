package bot

import "time"

// Text is a wording in each language.
type Text map[Language]string

// In gives the wording in the first of langs that has one, else "".
func (t Text) In(langs ...Language) string {
	for _, l := range langs {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Entry is one approved answer.
type Entry struct {
	ID        string // [a-z0-9-], at most 24
	Question  Text
	Phrasings map[Language][]string // other ways to ask; without Question
	Answer    Text
	Source    Text      // URL or a document's title; may be empty if Handover
	Checked   time.Time // the day someone last looked that it is still true, UTC midnight
	Handover  bool      // the answer is given AND staff are told
	Asks      bool      // the answer asks for details: what the citizen writes next belongs to it
	Tells     []Detail  // the kinds of detail that Answer holds; nil: not stated, to be read from the text
	Hidden    bool      // it is kept, and nobody is told it; Library.Entry gives none of these
	Promises  bool      // the answer tells of all commitments: each is offered beside it
}

// Village is a settlement of the municipality.
type Village struct {
	ID      string   // [a-z0-9-], at most 24
	Name    Text     //
	Also    []string // other spellings and informal names, any script
	Kind    string   // city, daba, village
	Checked time.Time
}

// Place is the municipality that the bot speaks for.
type Place struct {
	Name      Text
	Zone      *time.Location
	Languages []Language         // the first is the default
	Digests   map[Cadence]string // cron expressions: when those who chose a cadence are told of progress
	Quiet     Quiet
	CaseDays  map[CaseKind]int // within how many days a case is to be answered
	Keep      Keep
	Stale     int // after how many months an answer is to be looked at again
}
