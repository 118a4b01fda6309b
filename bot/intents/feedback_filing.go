package intents

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
)

// slotFiling names what is kept of an unfinished piece of feedback.
const slotFiling = "feedback"

const (
	maxFiling = 3500 // characters of the words
	maxFiles  = 5
	maxScore  = 5
)

// filing is a piece of feedback that is being put together.
type filing struct {
	Kind       bot.CaseKind `json:",omitempty"`
	Relay      bool         `json:",omitempty"` // for somebody else
	Village    string       `json:",omitempty"`
	Placed     bool         `json:",omitempty"` // Village is settled, be it none
	Assumed    bool         `json:",omitempty"` // Village is where the citizen lives: nobody said that it is there
	Named      string       `json:",omitempty"` // what was typed for the place and is no village of the list
	Page       int          `json:",omitempty"` // of the list of villages
	Commitment string       `json:",omitempty"`
	Score      int          `json:",omitempty"`
	Scored     bool         `json:",omitempty"` // Score is settled, be it none
	Parts      []part       `json:",omitempty"` // the words, as they came
	Media      []bot.Media  `json:",omitempty"`
	Spot       bot.Point    `json:",omitzero"`
	Done       bool         `json:",omitempty"` // nothing more is added
	Compared   bool         `json:",omitempty"` // none of those that are alike is the same
	Ordinary   bool         `json:",omitempty"` // it is not of corruption or pressure, whatever the words
	Anonymous  bool         `json:",omitempty"`
	Aside      string       `json:",omitempty"` // words that may be a question of their own
	Key        string       `json:",omitempty"` // of the summary that is shown: no older one sends this
}

// part is one message of the words.
type part struct {
	Message string `json:",omitempty"` // Inbound.Message: it may be corrected
	Words   string
}

// String is how the filing is kept between messages.
func (f filing) String() string {
	raw, _ := json.Marshal(f) // nothing in it can fail
	return string(raw)
}

// filingIn gives the filing that s keeps.
func filingIn(s bot.State, now time.Time) (f filing, ok bool) {
	raw, ok := s.Kept(slotFiling, now)
	return f, ok && json.Unmarshal([]byte(raw), &f) == nil
}

// blank is a new filing. What a citizen writes of is mostly where they live.
func (y tray) blank() filing {
	v, known := y.Library.Village(y.Citizen.Village)
	return filing{Village: v.ID, Placed: known, Assumed: known}
}

// empty tells whether nothing was told yet.
func (f filing) empty() bool { return len(f.Parts) == 0 && len(f.Media) == 0 && f.Spot.None() }

// local tells whether it matters where it is. A village could give away who knows of corruption.
func (f filing) local() bool { return f.Kind != bot.CaseCommitment && f.Kind != bot.CaseIntegrity }

// text is all of the words.
func (f filing) text() string {
	var all []string
	for _, p := range f.Parts {
		all = append(all, p.Words)
	}
	if f.Named != "" {
		all = append(all, f.Named)
	}
	return strings.Join(all, "\n")
}

// take adds words; problem is the key of what to say if they are too many.
func (f *filing) take(message, words string) (problem string) {
	if words = tidy(words); words == "" {
		return ""
	}
	if utf8.RuneCountInString(f.text())+utf8.RuneCountInString(words) > maxFiling {
		return "feedback.long"
	}
	f.Parts = append(f.Parts[:len(f.Parts):len(f.Parts)], part{message, words})
	f.Compared = false
	return ""
}

// takeFile adds a file or a place with its words; problem is the key of what to say if that cannot be.
func (f *filing) takeFile(a bot.Ask) (problem string) {
	switch {
	case a.In.Kind == bot.KindLocation:
		f.Spot = a.In.Spot
	case !fileKinds[a.In.Kind] || a.In.Media == "":
		return "feedback.unfit"
	case len(f.Media) >= maxFiles:
		return "feedback.files"
	default:
		f.Media = append(f.Media[:len(f.Media):len(f.Media)], bot.Media{Kind: a.In.Kind, Platform: a.In.From.Platform, Ref: a.In.Media})
	}
	words := a.Lines()
	if strings.HasPrefix(words, "/") { // a command under a picture
		_, words, _ = strings.Cut(words, " ")
	}
	return f.take(a.In.Message, words)
}

// correct puts new words in place of what a message said.
func (f *filing) correct(message, words string) bool {
	for i := len(f.Parts) - 1; i >= 0; i-- {
		if p := f.Parts[i]; message != "" && p.Message == message {
			f.Parts = append(f.Parts[:i:i], append([]part{{message, tidy(words)}}, f.Parts[i+1:]...)...)
			return true
		}
	}
	return false
}

// tidy leaves at most one empty line between two others.
func tidy(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// caseSigns are those of numbers: letters and digits of which no two look alike.
const caseSigns = "ACDEFHJKLMNPQRTUWXY34679"

// caseNumber draws the number of a case.
func caseNumber(random uint64) string { return draw(random, 6, caseSigns) }

// made is the case that the filing has become.
func (y tray) made() bot.Case {
	f := y.filing
	c := bot.Case{
		ID: caseNumber(y.In.Random), Citizen: y.Citizen.ID, Kind: f.Kind, Text: f.text(), Media: f.Media, Spot: f.Spot,
		Commitment: f.Commitment, Score: f.Score, Anonymous: f.Anonymous, Relay: f.Relay, Language: y.Lang,
		Created: y.In.At, Updated: y.In.At, Due: y.In.At.AddDate(0, 0, y.Library.Place().CaseDays[f.Kind]), State: bot.CaseReceived,
	}
	if f.local() {
		c.Village = f.Village
	}
	return c
}
