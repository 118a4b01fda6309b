package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// maxWords bounds what is understood of one message, in bytes: about 1,300 Georgian letters.
const maxWords = 4000

// maxVillageWords is how many words a message may have that says where somebody lives and nothing else.
const maxVillageWords = 6

// Names of the intents that Respond itself chooses.
const (
	IntentAsk       = "ask"       // anything that is understood as a question, or not understood
	IntentCases     = "cases"     // a reply to what was said of a case of theirs
	IntentEmergency = "emergency" //
	IntentHelp      = "help"      // unknown commands
	IntentHuman     = "human"     // what is for the person who was asked for
	IntentLink      = "link"      // six digits
	IntentMail      = "mail"      // what waited for the citizen
	IntentMedia     = "media"     // what is not text
	IntentPerson    = "person"    // a person of the municipality speaks with the citizen
	IntentReach     = "reach"     // blocked and unblocked
	IntentStaff     = "staff"     // what looks like a colleague's one-time code
	IntentStop      = "stop"      // the wish to be sent nothing more
	IntentForget    = "forget"    // the wish that nothing is kept
	IntentVillage   = "village"   // a village's name on its own
	IntentWaiting   = "waiting"   // a colleague's reply to a card
)

// Bot answers messages. It is immutable and safe for concurrent use.
type Bot struct {
	library  Library
	finder   Finder
	intents  map[string]Intent
	commands map[string]string  // command -> intent
	means    map[string]Meaning // folded words -> yes or no
	fixed    map[string]string  // folded words of the buttons that always work -> action
	unsure   map[string]bool    // folded words that may be the wish to be sent nothing more
	saids    []Intent           // those that listen to colleagues
	folded   *sync.Map          // words of the content -> their keys, as turns needed them
}

// New returns a Bot. Two intents of one name or command, or one that Respond needs and that is missing, are an error.
func New(library Library, finder Finder, intents ...Intent) (*Bot, error) {
	b := &Bot{library, finder, map[string]Intent{}, map[string]string{}, meanings(library, finder), fixed(library, finder), unsure(library, finder), nil, &sync.Map{}}
	for _, in := range intents {
		if _, dup := b.intents[in.Name]; dup {
			return nil, fmt.Errorf("bot: two intents are called %q", in.Name)
		}
		b.intents[in.Name] = in
		if in.Said != nil {
			b.saids = append(b.saids, in)
		}
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
func (b *Bot) Respond(c Citizen, s State, in Inbound, r Records) Turn {
	a := Ask{Citizen: c, State: s, In: in, Library: b.library, Finder: &turnFinder{Finder: b.finder}, Records: r, Lang: b.language(c), Words: clean(in.Text), Waiting: in.Waiting, folded: b.folded}
	t := b.route(&a)
	if left := b.intents[s.Intent]; left.Left != nil && t.Intent != left.Name && !sets[Forget](t.Effects) {
		t = left.Left(a, t)
	}
	t.Words = cmp.Or(t.Words, a.Words)
	t.Finding = a.Finding
	called := strings.HasPrefix(clean(in.Text), "/") && t.Intent != IntentHuman || t.Intent == IntentForget && !sets[Forget](t.Effects)
	if a.talking() && called { // a command calls the bot back
		t.Effects = append(t.Effects, EndTalk{})
		t.Next.Keep(KeptTalk, "", in.At)
	}
	if !sets[Forget](t.Effects) {
		t.Next = carry(s, t.Next, in.At)
	}
	if n := len(t.Replies); n > 0 {
		t.Next.Offered = t.Replies[n-1].Buttons
	}
	if a.Lang != c.Language && !c.LanguageSet && !sets[SetLanguage](t.Effects) {
		t.Effects = append([]Effect{SetLanguage{Language: a.Lang}}, t.Effects...) // first: a kept question carries it
	}
	return t
}

// Library is the content that the bot speaks from.
func (b *Bot) Library() Library { return b.library }

// Apology is the turn for a message that could not be answered because of a fault of ours.
func (b *Bot) Apology(c Citizen, s State, in Inbound) Turn {
	text, words := b.library.Text(b.language(c), "sorry.text"), clean(in.Text)
	if strings.HasPrefix(words, "/") { // a code may follow
		words, _, _ = strings.Cut(words, " ")
	} else if StaffCodeIn(words) != "" {
		words = "/" + IntentStaff
	}
	return Turn{Intent: "sorry", Words: words, Private: Confided(s), Replies: []Outbound{{Text: text}}, Next: s}
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
	if code := StaffCodeIn(a.Words); code != "" && a.In.Kind != KindPress {
		return b.handle(a, IntentStaff, code)
	}
	if intent, about := b.about(a); about != "" {
		return b.handle(a, intent, "about:"+about)
	}
	open := b.intents[a.State.Intent] // the zero Intent if no question is open
	silenced := a.In.At.Before(a.Citizen.SilentUntil) && !strings.HasPrefix(a.Words, "/")
	if silenced && !open.Everything {
		return b.silent(a)
	}
	if a.Words == "" && !open.Everything {
		return b.handle(a, IntentMedia, "")
	}
	if command, isCommand := strings.CutPrefix(a.Words, "/"); isCommand {
		name, arg, _ := strings.Cut(command, " ")
		intent, known := b.commands[strings.ToLower(name)]
		if !known {
			return b.handle(a, IntentHelp, "unknown")
		}
		if intent == IntentStop {
			if t, ok := b.said(a); ok {
				return t
			}
		}
		return b.handle(a, intent, strings.TrimSpace(arg))
	}
	if a.In.Kind != KindEdit { // a corrected message is understood afresh
		if chosen, ok := b.chosen(a); ok {
			a.Words = chosen.Label
			return b.press(a, chosen.Action)
		}
		if action, ok := b.fixed[a.Finder.Fold(a.Words)]; ok {
			return b.press(a, action)
		}
	}
	if open.Continue != nil && (a.In.Kind != KindEdit || open.Everything) {
		if t, ok := open.Continue(*a); ok {
			t.Intent = open.Name
			return t
		}
	}
	if silenced { // what is not for the open question is for the person
		return b.silent(a)
	}
	if t, ok := b.said(a); ok {
		return t
	}
	if a.Words == "" {
		return b.handle(a, IntentMedia, "")
	}
	if chosen, ok := nth(a); ok && a.In.Kind != KindEdit {
		a.Words = chosen.Label
		return b.press(a, chosen.Action)
	}
	return b.understand(a)
}

// about finds out what a message replies to, if that is something that is waited for, and which intent takes the reply. A
// colleague's goes to whoever the card was about, a citizen's to their own case. Danger to life is heard before all.
func (b *Bot) about(a *Ask) (intent, about string) {
	if a.In.ReplyTo == "" || strings.HasPrefix(a.Words, "/") {
		return "", ""
	}
	if about = a.Records.About(a.In.From, a.In.ReplyTo); about == "" {
		return "", ""
	}
	id, isCase := strings.CutPrefix(about, "case:")
	own := false
	if isCase {
		_, own = a.Records.CaseOf(id, a.Citizen.ID)
	}
	if account, ok := a.Account(); ok {
		if _, sees := a.Records.Case(id, account.Scope()); !own || sees {
			return IntentWaiting, about
		}
	}
	if !own || a.Finder.Find(a.Words, a.Lang).Outcome == FoundEmergency {
		return "", ""
	}
	return IntentCases, about
}

// silent leaves the conversation to the person who has it. Danger to life is answered all the same, and the plain word that
// ends what is sent unasked works at any time. Who asked for the person can take the bot back.
func (b *Bot) silent(a *Ask) Turn {
	if action := b.fixed[a.Finder.Fold(a.Words)]; action == actionBack && a.talking() {
		return b.press(a, action)
	}
	if t, ok := b.said(a); ok {
		return t
	}
	switch f := a.Finder.Find(a.Words, a.Lang); {
	case f.Outcome == FoundEmergency:
		a.Finding = f
		return b.handle(a, IntentEmergency, "")
	case f.Outcome == FoundIntent && f.Intent == IntentStop && f.Plain() && !a.Citizen.Consented.IsZero():
		a.Finding = f
		return b.handle(a, IntentStop, "")
	case f.Outcome == FoundIntent && f.Intent == IntentForget && f.Plain(): // nobody but the bot can do that
		a.Finding = f
		return b.handle(a, IntentForget, "")
	}
	if a.talking() && a.Passed() != "" {
		return b.handle(a, IntentHuman, "say")
	}
	return Turn{Intent: IntentPerson, Next: a.State}
}

// said lets the intents that listen to colleagues take a message.
func (b *Bot) said(a *Ask) (Turn, bool) {
	if _, ok := a.Account(); !ok {
		return Turn{}, false
	}
	for _, in := range b.saids {
		if t, ok := in.Said(*a); ok {
			t.Intent = in.Name
			return t, true
		}
	}
	return Turn{}, false
}

// Passed is what a person who has the conversation is told of a message: its words, a sign for what is none, a place.
func (a Ask) Passed() string {
	words := strings.TrimSpace(signs[a.In.Kind] + " " + a.Lines())
	if s := a.In.Spot; !s.None() {
		words += fmt.Sprintf(" %.5f, %.5f", s.Lat, s.Long)
	}
	return words
}

// actionBack is the button that gives a conversation back to the bot.
const actionBack = IntentHuman + ":back"

// signs stand for what is no text where only words are passed on.
var signs = map[Kind]string{KindVoice: "🎤", KindPhoto: "📷", KindVideo: "🎬", KindDocument: "📎", KindLocation: "📍"}

// understand asks the Finder what the words mean. What has no letter is no question: six digits are a code, and a number
// that was not offered gets the same choice again.
func (b *Bot) understand(a *Ask) Turn {
	switch {
	case strings.Contains(a.Words, "🆘"):
		return b.handle(a, IntentEmergency, "")
	case isCode(a.Words):
		return b.handle(a, IntentLink, "")
	case !strings.ContainsFunc(a.Words, unicode.IsLetter) && strings.Trim(a.Words, " !") != "112":
		return b.handle(a, IntentAsk, "wordless")
	}
	key := a.Finder.Fold(a.Words)
	if b.unsure[key] && (!a.Citizen.Consented.IsZero() || b.means[key] == MeansItself || len(a.State.Offered) == 0) {
		return b.handle(a, IntentStop, "ask")
	}
	a.Finding = a.Finder.Find(a.Words, a.Lang)
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
		if b.means[key] != MeansItself && len(a.State.Offered) > 0 { // yes to what?
			return b.handle(a, IntentAsk, "wordless")
		}
		if len(strings.Fields(a.Words)) <= maxVillageWords {
			if found, sure := a.Finder.Villages(a.Words, 1); sure {
				return b.handle(a, IntentVillage, "is:"+found[0].ID)
			}
		}
	}
	return b.handle(a, IntentAsk, "")
}

// isCode tells whether s is six digits, or three and three.
func isCode(s string) bool {
	if len(s) == 7 && (s[3] == ' ' || s[3] == '-') {
		s = s[:3] + s[4:]
	}
	return len(s) == 6 && strings.Trim(s, "0123456789") == ""
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
	key := a.Finder.Fold(a.Words)
	if key == "" {
		return Button{}, false
	}
	means := b.means[key]
	for _, button := range a.State.Offered {
		if key == a.Finder.Fold(button.Label) || means != MeansItself && means == button.Means {
			return button, true
		}
	}
	return Button{}, false
}

// nth finds the offered button that the words name by its place, if there is a choice of more than yes and no.
func nth(a *Ask) (Button, bool) {
	choices := 0
	for _, button := range a.State.Offered {
		if button.Means == MeansItself {
			choices++
		}
	}
	if choices < 2 {
		return Button{}, false
	}
	if n := a.Ordinal(); n >= 1 && n <= len(a.State.Offered) && a.State.Offered[n-1].Means == MeansItself {
		return a.State.Offered[n-1], true
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

// fixed gives the words of the buttons that work at any time: those that a newcomer is shown, and those about news.
func fixed(l Library, f Finder) map[string]string {
	all := map[string]string{}
	for _, lang := range l.Place().Languages {
		for _, intent := range []string{"promises", "village", "subscribe", "feedback", "human", "help"} {
			all[f.Fold(l.Text(lang, intent+".button"))] = intent
		}
		all[f.Fold(l.Text(lang, "language.name"))] = "language:" + string(lang)
		all[f.Fold(l.Text(lang, "human.back"))] = actionBack
		all[f.Fold(l.Text(lang, "forget.now"))] = "forget:now" // it may come twice
		for key, action := range map[string]string{"subscribe.how-often": "subscribe:often", "subscribe.of-which": "subscribe:which",
			"subscribe.change": "subscribe:every:change", "subscribe.weekly": "subscribe:every:weekly",
			"subscribe.monthly": "subscribe:every:monthly", "subscribe.asked": "subscribe:every:", "village.forget": "village:none"} {
			all[f.Fold(l.Text(lang, key))] = action
		}
	}
	delete(all, "")
	return all
}

// unsure gives the folded words that may be the wish to be sent nothing more, in every language of the place.
func unsure(l Library, f Finder) map[string]bool {
	all := map[string]bool{}
	for _, lang := range l.Place().Languages {
		for w := range strings.SplitSeq(l.Text(lang, "stop.unsure"), "|") {
			all[f.Fold(w)] = true
		}
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
		if r == '\n' {
			return ' '
		}
		return visible(r)
	}, s))
}

// visible is r, or what stands for it in a message: -1 for what only confuses.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t':
		return ' '
	case unicode.IsControl(r), r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0x200b, r == 0x200e, r == 0x200f, r == 0x61c, r == 0xad, r == 0xfeff:
		return -1
	}
	return r
}

func sets[E Effect](effects []Effect) bool {
	return slices.ContainsFunc(effects, func(e Effect) bool { _, ok := e.(E); return ok })
}
