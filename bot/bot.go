package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxWords bounds what is understood of one message, in bytes: about 1,300 Georgian letters.
const maxWords = 4000

// maxVillageWords is how many words a message may have that says where somebody lives and nothing else.
const maxVillageWords = 6

// Names of the intents that Respond itself chooses.
const (
	IntentAsk       = "ask"       // anything that is understood as a question, or not understood
	IntentEmergency = "emergency" //
	IntentHelp      = "help"      // unknown commands
	IntentMail      = "mail"      // what waited for the citizen
	IntentMedia     = "media"     // what is not text
	IntentPerson    = "person"    // a person of the municipality speaks with the citizen
	IntentReach     = "reach"     // blocked and unblocked
	IntentVillage   = "village"   // a village's name on its own
)

// Bot answers messages. It is immutable and safe for concurrent use.
type Bot struct {
	library  Library
	finder   Finder
	intents  map[string]Intent
	commands map[string]string  // command -> intent
	means    map[string]Meaning // folded words -> yes or no
	fixed    map[string]string  // folded words of the buttons that always work -> action
}

// New returns a Bot. Two intents of one name or command, or one that Respond needs and that is missing, are an error.
func New(library Library, finder Finder, intents ...Intent) (*Bot, error) {
	b := &Bot{library, finder, map[string]Intent{}, map[string]string{}, meanings(library, finder), fixed(library, finder)}
	for _, in := range intents {
		if _, dup := b.intents[in.Name]; dup {
			return nil, fmt.Errorf("bot: two intents are called %q", in.Name)
		}
		b.intents[in.Name] = in
		for _, c := range in.Commands {
			if _, dup := b.commands[c]; dup {
				return nil, fmt.Errorf("bot: two intents have the command /%s", c)
			}
			b.commands[c] = in.Name
		}
	}
	for _, name := range []string{IntentAsk, IntentEmergency, IntentHelp, IntentMail, IntentMedia, IntentPerson, IntentReach, IntentVillage} {
		if _, ok := b.intents[name]; !ok {
			return nil, fmt.Errorf("bot: the intent %q is missing", name)
		}
	}
	return b, nil
}

// Respond decides the answer to in. It has no side effects.
func (b *Bot) Respond(c Citizen, s State, in Inbound) Turn {
	a := Ask{Citizen: c, State: s, In: in, Library: b.library, Finder: b.finder, Lang: b.language(c), Words: clean(in.Text), Waiting: in.Waiting}
	t := b.route(&a)
	t.Words = a.Words
	t.Finding = a.Finding
	if n := len(t.Replies); n > 0 {
		t.Next.Offered = t.Replies[n-1].Buttons
	}
	if a.Lang != c.Language && !c.LanguageSet && !sets[SetLanguage](t.Effects) {
		t.Effects = append([]Effect{SetLanguage{Language: a.Lang}}, t.Effects...) // first: a kept question carries it
	}
	return t
}

// Apology is the turn for a message that could not be answered because of a fault of ours.
func (b *Bot) Apology(c Citizen, s State, in Inbound) Turn {
	text := b.library.Text(b.language(c), "sorry.text")
	return Turn{Intent: "sorry", Words: clean(in.Text), Replies: []Outbound{{Text: text}}, Next: s}
}

// route finds the intent of the message and lets it answer.
func (b *Bot) route(a *Ask) Turn {
	switch a.In.Kind {
	case KindBlocked, KindUnblocked:
		return b.handle(a, IntentReach, "")
	case KindPerson:
		return b.handle(a, IntentPerson, "")
	case KindPress:
		return b.press(a, a.In.Action)
	}
	if a.In.At.Before(a.Citizen.SilentUntil) && !strings.HasPrefix(a.Words, "/") {
		return b.silent(a)
	}
	if a.Words == "" {
		return b.handle(a, IntentMedia, "")
	}
	if command, isCommand := strings.CutPrefix(a.Words, "/"); isCommand {
		name, arg, _ := strings.Cut(command, " ")
		intent, known := b.commands[strings.ToLower(name)]
		if !known {
			return b.handle(a, IntentHelp, "unknown")
		}
		return b.handle(a, intent, strings.TrimSpace(arg))
	}
	if a.In.Kind != KindEdit { // a corrected message is understood afresh
		if chosen, ok := b.chosen(a); ok {
			a.Words = chosen.Label
			return b.press(a, chosen.Action)
		}
		if action, ok := b.fixed[b.finder.Fold(a.Words)]; ok {
			return b.press(a, action)
		}
		if open, ok := b.intents[a.State.Intent]; ok && open.Continue != nil {
			if t, ok := open.Continue(*a); ok {
				t.Intent = open.Name
				return t
			}
		}
	}
	return b.understand(a)
}

// silent leaves the conversation to the person who has it. Danger to life is answered all the same.
func (b *Bot) silent(a *Ask) Turn {
	if f := b.finder.Find(a.Words, a.Lang); f.Outcome == FoundEmergency {
		a.Finding = f
		return b.handle(a, IntentEmergency, "")
	}
	return Turn{Intent: IntentPerson, Next: a.State}
}

// understand asks the Finder what the words mean. What has no letter is no question: a number that was not offered
// gets the same choice again.
func (b *Bot) understand(a *Ask) Turn {
	switch {
	case strings.Contains(a.Words, "🆘"):
		return b.handle(a, IntentEmergency, "")
	case !strings.ContainsFunc(a.Words, unicode.IsLetter) && strings.Trim(a.Words, " !") != "112":
		return b.handle(a, IntentAsk, "wordless")
	}
	a.Finding = b.finder.Find(a.Words, a.Lang)
	loan := a.Citizen.Language != "" && a.Finding.Outcome != FoundIntent && oneLatinWord(a.Words)
	if !a.Citizen.LanguageSet && !loan {
		a.Lang = a.Finding.Language
	}
	switch a.Finding.Outcome {
	case FoundEmergency:
		return b.handle(a, IntentEmergency, "")
	case FoundIntent:
		return b.handle(a, a.Finding.Intent, "")
	case FoundNone, FoundSuggest:
		if b.means[b.finder.Fold(a.Words)] != MeansItself && len(a.State.Offered) > 0 { // yes to what?
			return b.handle(a, IntentAsk, "wordless")
		}
		if len(strings.Fields(a.Words)) <= maxVillageWords {
			if found, sure := b.finder.Villages(a.Words, 1); sure {
				return b.handle(a, IntentVillage, "is:"+found[0].ID)
			}
		}
	}
	return b.handle(a, IntentAsk, "")
}

// oneLatinWord: a single loan word, such as "wifi", is no change of language.
func oneLatinWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f || r == ' ' })
}

// chosen finds the offered button that the words name by number or by label.
func (b *Bot) chosen(a *Ask) (Button, bool) {
	if n, err := strconv.Atoi(strings.Trim(a.Words, ".)( ")); err == nil && n >= 1 && n <= len(a.State.Offered) {
		return a.State.Offered[n-1], true
	}
	key := b.finder.Fold(a.Words)
	if key == "" {
		return Button{}, false
	}
	means := b.means[key]
	for _, button := range a.State.Offered {
		if key == b.finder.Fold(button.Label) || means != MeansItself && means == button.Means {
			return button, true
		}
	}
	return Button{}, false
}

// meanings gives the folded words that are a plain yes or no, in every language of the place.
func meanings(l Library, f Finder) map[string]Meaning {
	all := map[string]Meaning{}
	for _, lang := range l.Place().Languages {
		for w := range strings.SplitSeq(l.Text(lang, "help.yes"), "|") {
			all[f.Fold(w)] = MeansYes
		}
		for w := range strings.SplitSeq(l.Text(lang, "help.no"), "|") {
			all[f.Fold(w)] = MeansNo
		}
		all[f.Fold(l.Text(lang, "ask.not"))] = MeansNo
		all[f.Fold(l.Text(lang, "ask.afresh"))] = MeansNo
	}
	return all
}

// fixed gives the words of the buttons that a newcomer is shown; they work at any time.
func fixed(l Library, f Finder) map[string]string {
	all := map[string]string{}
	for _, lang := range l.Place().Languages {
		for _, intent := range []string{"promises", "village", "human", "help"} {
			all[f.Fold(l.Text(lang, intent+".button"))] = intent
		}
		all[f.Fold(l.Text(lang, "language.name"))] = "language:" + string(lang)
	}
	delete(all, "")
	return all
}

// press answers a button. One of an older version of the bot leads to help.
func (b *Bot) press(a *Ask, action string) Turn {
	name, arg, _ := strings.Cut(action, ":")
	if _, known := b.intents[name]; !known {
		return b.handle(a, IntentHelp, "")
	}
	if i := slices.IndexFunc(a.State.Offered, func(o Button) bool { return o.Action == action }); i >= 0 {
		a.Words = a.State.Offered[i].Label
	}
	return b.handle(a, name, arg)
}

func (b *Bot) handle(a *Ask, name, arg string) Turn {
	intent, ok := b.intents[name]
	if !ok { // the content hears an intent that this version does not have
		intent = b.intents[IntentHelp]
	}
	a.Arg = arg
	t := intent.Handle(*a)
	t.Intent = intent.Name
	return t
}

// language is the one to reply in until the words themselves say otherwise. The language of the
// person's phone says little: many here keep it in English and write Georgian.
func (b *Bot) language(c Citizen) Language {
	known := b.library.Place().Languages
	if slices.Contains(known, c.Language) {
		return c.Language
	}
	return known[0]
}

// clean bounds the words and takes out what only confuses: control and direction marks.
func clean(s string) string {
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "")
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0xfeff:
			return -1
		}
		return r
	}, s))
}

func sets[E Effect](effects []Effect) bool {
	return slices.ContainsFunc(effects, func(e Effect) bool { _, ok := e.(E); return ok })
}
