package bot

// Finder understands what a citizen wrote. Package internal/answer implements it.
// It is immutable and safe for concurrent use.
type Finder interface {
	// Find decides what text asks for. chat is the language of the conversation so far
	// ("" if not known): it decides only where the text itself does not.
	Find(text string, chat Language) Finding
	// Fold gives the comparison key of text: two spellings of the same words, in Georgian
	// script or in any Latin habit, have the same key. Punctuation and case are gone.
	Fold(text string) string
	// Villages gives the villages that text may name, best first, at most limit. It bears
	// with typos, either script and case endings. sure: the first one is meant beyond doubt.
	Villages(text string, limit int) (found []Village, sure bool)
}

// turnFinder is the Finder of one turn, for which many intents are asked: it folds what the citizen wrote once.
type turnFinder struct {
	Finder
	text, key [2]string // the texts that were folded first: the words as typed, and without what frames them
}

// Fold implements Finder.
func (f *turnFinder) Fold(text string) string {
	for i, known := range f.text {
		switch {
		case text == "":
			return ""
		case known == text:
			return f.key[i]
		case known == "":
			f.text[i], f.key[i] = text, f.Finder.Fold(text)
			return f.key[i]
		}
	}
	return f.Finder.Fold(text)
}

// Outcome is what a Finder decided.
type Outcome uint8

// The outcomes.
const (
	FoundNone      Outcome = iota // not known: goes to staff
	FoundSuggest                  // not sure: Suggestions are offered
	FoundAnswer                   // Entry answers it
	FoundIntent                   // a thing to do: Intent
	FoundEmergency                // life or home in danger: the 112 card
)

// Finding is the result of Find.
type Finding struct {
	Outcome     Outcome
	Entry       string   // FoundAnswer: Entry.ID
	Intent      string   // FoundIntent: Intent.Name
	Missing     Detail   // FoundAnswer: the detail that was asked for and that the entry does not hold; "" if none
	Score       float64  // calibrated confidence in the outcome, 0 to 1
	Language    Language // the language to reply in
	Suggestions []string // Entry.IDs, best first, at most three, the given answer first
	Close       int      // how many of them, from the first, are near enough to be offered
}

// Plain tells whether the words are ones that the content itself lists, so that nothing was guessed.
func (f Finding) Plain() bool { return f.Score >= .99 }

// Detail is a kind of fact that a question can ask for.
type Detail string

// The details.
const (
	DetailWhen   Detail = "when"   // a date, an hour, a deadline, how long
	DetailWho    Detail = "who"    // a person or a body
	DetailNumber Detail = "number" // how many
	DetailPrice  Detail = "price"  // how much money
	DetailPhone  Detail = "phone"  // a number, an address, an e-mail to reach
	DetailWhere  Detail = "where"  // a place or a link
	DetailWhy    Detail = "why"    // a reason
	DetailHow    Detail = "how"    // the steps
	DetailCase   Detail = "case"   // the asker's own application, street, complaint
)
