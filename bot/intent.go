package bot

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Intent is one thing that can be asked of the bot. Each lives in its own file of package intents.
type Intent struct {
	Name     string   // unique; also the name of its words file and of its transcript, and the start of its buttons' actions
	Commands []string // without the slash
	Hidden   bool     // the commands are for colleagues: platforms do not show them to everybody
	// Handle answers a command, a button, or a message that Find took for this intent.
	Handle func(Ask) Turn
	// Continue answers a typed message while State.Intent is this intent; ok is false if the
	// message has nothing to do with the open question and is to be understood afresh. May be nil.
	Continue func(Ask) (t Turn, ok bool)
	// Said takes what a colleague typed and no open question took, before it is understood. May be nil.
	Said func(Ask) (t Turn, ok bool)
	// Left adds to the turn of another intent while State.Intent is this one: what was left undone. May be nil.
	Left func(Ask, Turn) Turn
	// Everything: Continue is also given what is no text and corrected messages, and what is written while a person of the
	// municipality speaks with the citizen.
	Everything bool
}

// Ask is one message, with all that an intent may know about it.
type Ask struct {
	Citizen Citizen
	State   State
	In      Inbound
	Lang    Language // to reply in
	Words   string   // what the citizen wrote, or the label of the button they chose
	Arg     string   // what follows the command, or the colon of an action
	Waiting bool     // mail that waited for the citizen is handed over before this turn
	Finding Finding  // zero unless the message was understood by Find
	Library Library
	Finder  Finder
	Records Records

	folded *sync.Map // what Folded remembers, of the Bot; nil: nothing
}

// Folded are the keys (Finder.Fold) of words of the content that are separated by "|", without empty ones. They are the same
// in every turn, and remembered: what citizens write is never given to it.
func (a Ask) Folded(ours string) []string {
	if a.folded != nil {
		if keys, ok := a.folded.Load(ours); ok {
			return keys.([]string) //nolint:errcheck,forcetypeassert // nothing else is put there
		}
	}
	var keys []string
	for words := range strings.SplitSeq(ours, "|") {
		if key := a.Finder.Fold(words); key != "" {
			keys = append(keys, key)
		}
	}
	if a.folded != nil {
		a.folded.Store(ours, keys)
	}
	return keys
}

// georgian has words that take endings.
const georgian Language = "ka"

// maxOrdinalWords is how many words "and what about the second one" has at most.
const maxOrdinalWords = 6

// Ordinal is n if the words say no more than "the nth one", in any language of the place, else 0.
func (a Ask) Ordinal() (n int) {
	words := strings.Fields(a.Finder.Fold(a.Words))
	if len(words) > maxOrdinalWords {
		return 0
	}
	for _, w := range words {
		switch nth, beside := a.ordinal(w); {
		case nth > 0 && n == 0:
			n = nth
		case nth > 0 || !beside:
			return 0
		}
	}
	return n
}

// ordinal is n if a folded word is the nth; beside: it may stand beside that.
func (a Ask) ordinal(word string) (n int, beside bool) {
	for _, lang := range a.Library.Place().Languages {
		for i, nth := range a.Folded(a.Library.Text(lang, "help.ordinals")) {
			if word == nth || lang == georgian && inflected(word, nth) {
				return i + 1, false
			}
		}
		if slices.Contains(a.Folded(a.Library.Text(lang, "help.ordinals-beside")), word) {
			beside = true
		}
	}
	return 0, beside
}

// inflected tells whether a folded word is a Georgian adjective in some case: its last letter gives way to the endings. With -d
// it is an adverb, "for the second time".
func inflected(word, adjective string) bool {
	return len(word) <= len(adjective)+2 && strings.HasPrefix(word, adjective[:len(adjective)-1]) && !strings.HasSuffix(word, "d")
}

// Commitment is one of the plan, as far as it has come.
func (a Ask) Commitment(id string) (Commitment, bool) {
	c, ok := a.Library.Commitment(id)
	if !ok {
		return c, false
	}
	return c.Current(a.Records.Changes(id)), true
}

// Account is the account of whoever writes, if they work for the municipality.
func (a Ask) Account() (Account, bool) { return a.Records.Account(a.Citizen.ID) }

// talking tells whether the citizen asked for a person of the municipality, who has their conversation now.
func (a Ask) talking() bool {
	_, asked := a.State.Kept(KeptTalk, a.In.At)
	return asked && a.In.At.Before(a.Citizen.SilentUntil)
}

// Lines is what was typed, to the last word and with its line breaks.
func (a Ask) Lines() string { return strings.TrimSpace(strings.Map(visible, a.In.Text)) }

// Say gives the words of the bot called key, such as "help.text"; see Library.Text for pairs.
func (a Ask) Say(key string, pairs ...string) string { return a.Library.Text(a.Lang, key, pairs...) }

// Button makes a button whose label is called key.
func (a Ask) Button(key, action string, pairs ...string) Button {
	return Button{Label: a.Say(key, pairs...), Action: action}
}

// Yes makes a button that a plain yes chooses too.
func (a Ask) Yes(key, action string) Button {
	return Button{Label: a.Say(key), Action: action, Means: MeansYes}
}

// No makes a button that a plain no chooses too.
func (a Ask) No(key, action string) Button {
	return Button{Label: a.Say(key), Action: action, Means: MeansNo}
}

// Local gives the wording of t in the reply's language, or in the default language.
func (a Ask) Local(t Text) string { return t.In(a.Lang, a.Library.Place().Languages[0]) }

// Day writes a date for a person, such as 23.11.2026.
func (a Ask) Day(t time.Time) string { return t.Format("02.01.2006") }

// Month writes a month for a person, such as "May 2023".
func (a Ask) Month(t time.Time) string {
	name := a.Say("date.m" + strconv.Itoa(int(t.Month())))
	return a.Say("date.month", "month", name, "year", strconv.Itoa(t.Year()))
}

// Reply is a turn of one message. Pressing a button updates the message that held it.
func (a Ask) Reply(o Outbound) Turn {
	if a.In.Kind == KindPress {
		o.Replaces = a.In.Message
	}
	return Turn{Replies: []Outbound{o}}
}

// Turn is the bot's whole answer to one Inbound. It is data: nothing in it has happened yet.
type Turn struct {
	Intent  string  // set by Respond
	Finding Finding // zero unless the message was understood by Find
	Entry   string  // the entry that was given, "" if none
	Promise string  // the commitment that was told of, "" if none
	Reject  bool    // the answer before was for another question
	Words   string  // what the citizen said, for review; set by Respond, unless the intent keeps a secret out of it
	Replies []Outbound
	Effects []Effect
	Private bool  // the record of the conversation has nothing of it, not even when it was
	Next    State // Offered is set by Respond from the last reply's buttons
}

// Kinds of a reply, for numbers.
const (
	KindAnswered  = "answer"  // one answer was given
	KindSuggested = "suggest" // answers were offered
	KindUnknown   = "none"    // it is not known: a person is asked
	KindIntent    = "intent"  // a thing was done
	KindEmergency = "emergency"
)

// ReplyKind tells of what kind the reply of a turn is.
func (t Turn) ReplyKind() string {
	switch f := t.Finding; {
	case f.Outcome == FoundAnswer:
		return KindAnswered
	case f.Outcome == FoundEmergency:
		return KindEmergency
	case t.Intent != IntentAsk && t.Intent != IntentMedia:
		return KindIntent
	case f.Outcome == FoundSuggest:
		return KindSuggested
	case t.Entry != "": // a suggestion was chosen
		return KindAnswered
	}
	return KindUnknown
}

// State is where a dialogue stands between two messages.
type State struct {
	Intent  string            // whose question is open; "" when none is
	Step    string            // which question
	Slots   map[string]string // what is known so far
	Offered []Button          // the buttons shown last: their number or words choose them too
}
