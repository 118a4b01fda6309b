package editor

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
)

// Limits of what is written, in characters, and of the phrasings of one language.
const (
	MaxQuestion  = 300
	MaxAnswer    = 2000
	MaxSource    = 500
	MaxPhrasing  = 300
	MaxPhrasings = 200
	MaxWhy       = 300
)

// What is a kind of mistake.
type What string

// The kinds. Detail says more of some.
const (
	WrongID       What = "id"
	WrongTaken    What = "taken"    // there is such an entry already
	WrongQuestion What = "question" // it is missing in the default language
	WrongAnswer   What = "answer"   // the same
	WrongSource   What = "source"   // there is none, and nobody is told
	WrongLink     What = "link"     // the source is no link to read
	WrongAsks     What = "asks"     // it asks for details that nobody is told
	WrongLong     What = "long"     // Detail is the most, in characters
	WrongMany     What = "many"     // Detail is the most phrasings
	WrongFuture   What = "future"   // it was checked in the future
	WrongWhy      What = "why"      // the reason is missing
	WrongSame     What = "same"     // nothing changes
	WrongCheck    What = "check"    // Detail is what the checks say
)

// Mistake is why something that was written is not taken.
type Mistake struct {
	What   What
	Detail string
}

// Error implements error: one sentence for whoever is at a terminal.
func (m Mistake) Error() string {
	switch m.What {
	case WrongID:
		return "the id must be 1 to 24 small Latin letters, digits and hyphens, and not new, none or hard"
	case WrongTaken:
		return "there is an answer with this id already: choose another id"
	case WrongQuestion:
		return "the question is missing in the default language: write it"
	case WrongAnswer:
		return "the answer is missing in the default language: write it"
	case WrongSource:
		return "the source is missing: name it, or have staff told of each question"
	case WrongLink:
		return "the source is no link to read: use an https link or a document's title"
	case WrongAsks:
		return "the answer asks for details that nobody is told: have staff told, too"
	case WrongLong:
		return "something is longer than " + m.Detail + " characters: shorten it"
	case WrongMany:
		return "one language has more than " + m.Detail + " phrasings: take some out"
	case WrongFuture:
		return "it was checked in the future: write the day on which you looked"
	case WrongWhy:
		return "the reason is missing: write one sentence"
	case WrongSame:
		return "nothing changes"
	case WrongCheck:
	}
	return m.Detail
}

var idForm = regexp.MustCompile(`^[a-z0-9-]{1,24}$`)

// reserved mean something else where an ID is written.
var reserved = map[string]bool{"new": true, "none": true, "hard": true}

// clean is e without space around its words and without what says nothing.
func clean(e bot.Entry, languages []bot.Language) bot.Entry {
	e.ID = strings.TrimSpace(e.ID)
	texts := func(t bot.Text) bot.Text {
		out := bot.Text{}
		for _, lang := range languages {
			if s := tidy(t[lang]); s != "" {
				out[lang] = s
			}
		}
		return out
	}
	e.Question, e.Answer, e.Source = texts(e.Question), texts(e.Answer), texts(e.Source)
	said := map[bot.Language][]string{}
	for _, lang := range languages {
		seen := map[string]bool{}
		for _, p := range e.Phrasings[lang] {
			if p = strings.Join(strings.Fields(tidy(p)), " "); p != "" && !seen[p] {
				said[lang], seen[p] = append(said[lang], p), true
			}
		}
	}
	e.Phrasings = said
	if !e.Checked.IsZero() {
		e.Checked = time.Date(e.Checked.Year(), e.Checked.Month(), e.Checked.Day(), 0, 0, 0, 0, time.UTC)
	}
	return e
}

// tidy is s as it is kept: valid, with plain line ends, without space around it.
func tidy(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
}

// bounded checks what even a draft must keep to.
func bounded(e bot.Entry, why string) error {
	if !idForm.MatchString(e.ID) || reserved[e.ID] {
		return Mistake{What: WrongID}
	}
	for _, f := range []struct {
		text bot.Text
		max  int
	}{{e.Question, MaxQuestion}, {e.Answer, MaxAnswer}, {e.Source, MaxSource}, {bot.Text{"": why}, MaxWhy}} {
		for _, s := range f.text {
			if utf8.RuneCountInString(s) > f.max {
				return Mistake{WrongLong, strconv.Itoa(f.max)}
			}
		}
	}
	for _, said := range e.Phrasings {
		if len(said) > MaxPhrasings {
			return Mistake{WrongMany, strconv.Itoa(MaxPhrasings)}
		}
		for _, p := range said {
			if utf8.RuneCountInString(p) > MaxPhrasing {
				return Mistake{WrongLong, strconv.Itoa(MaxPhrasing)}
			}
		}
	}
	return nil
}

// whole checks what is to be told, as far as it can be said in a colleague's language; Learn checks the rest.
func whole(e bot.Entry, first bot.Language, now time.Time) error {
	switch {
	case e.Question[first] == "":
		return Mistake{What: WrongQuestion}
	case e.Answer[first] == "":
		return Mistake{What: WrongAnswer}
	case len(e.Source) > 0 && e.Source[first] == "", len(e.Source) == 0 && !e.Handover:
		return Mistake{What: WrongSource}
	case e.Asks && !e.Handover:
		return Mistake{What: WrongAsks}
	case e.Checked.After(now.AddDate(0, 0, 1)):
		return Mistake{What: WrongFuture}
	}
	for _, s := range e.Source {
		if u, err := url.Parse(s); err == nil && !strings.ContainsAny(s, " \n") && u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" {
			return Mistake{What: WrongLink}
		}
	}
	return nil
}
