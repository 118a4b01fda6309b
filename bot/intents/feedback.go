package intents

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "feedback", Commands: []string{"feedback"}, Handle: feedback, Continue: feedbackTyped, Everything: true})

const (
	casesADay = 10             // that one person may file
	filingDay = 24 * time.Hour // how long an unfinished one is kept, and how long those of "a day" count
	tellWords = 6              // who says so much with the wish has told what it is about
	nameWords = 3              // a choice or a village is not named in more words
)

// tray is where a piece of feedback is put together: the message, and how far it has come.
type tray struct {
	bot.Ask
	filing filing
	open   bool // there is one
}

// feedback takes a problem, an idea, a question, praise, a score for a commitment, or what somebody knows of corruption. What
// follows the command are the words of it; a button does one step, some of them with an argument:
//
//	new, go, from                      afresh, where it was left, with the question that was asked
//	kind:KIND, relay                   what it is, and that it is for somebody else
//	at:VILLAGE, page:N, about:COMMITMENT, score:N   each can be passed over with an empty or a zero argument
//	done, same, other                  there are no more words; it is the same as the one that was shown, or not
//	ordinary                           it is not of corruption or pressure
//	answer, add                        what was a question is to be answered, or belongs to it
//	anon, fix, words, where, send:KEY, cancel   under the summary, with its key
//
// None of it stands in the record of the conversation: who filed what nobody sees would be known by when they did.
func feedback(a bot.Ask) bot.Turn { return apartFromRecord(feedbackTurn(a)) }

func feedbackTurn(a bot.Ask) bot.Turn {
	y := newTray(a)
	what, arg, _ := strings.Cut(a.Arg, ":")
	if command := strings.HasPrefix(a.Words, "/"); command || what != "answer" {
		y.takeAside()
		if command {
			return y.begin(a.Lines())
		}
	}
	switch what {
	case "":
		return y.begin("")
	case "new":
		y.filing = y.blank()
		return y.next()
	case "from":
		return y.from(bot.CaseKind(arg))
	case "kind":
		if kind := bot.CaseKind(arg); slices.Contains(bot.CaseKinds, kind) {
			return y.kind(kind)
		}
	}
	if !y.open {
		return y.lost()
	}
	switch what {
	case "relay":
		y.filing.Relay = !y.filing.Relay
	case "at":
		y.filing.at(y.village(arg))
	case "page":
		y.filing.Page, _ = strconv.Atoi(arg)
		return y.askVillage(y.Say("feedback.village"))
	case "about":
		y.filing.Commitment = y.commitment(arg)
	case "score":
		n, _ := strconv.Atoi(arg)
		y.filing.Score, y.filing.Scored = min(max(n, 0), maxScore), true
	case "where":
		y.filing.Placed, y.filing.Assumed = false, false
	case "what":
		y.filing.Kind = ""
	case "words":
		y.filing.Named = ""
		y.filing.Parts, y.filing.Media, y.filing.Spot, y.filing.Done, y.filing.Compared, y.filing.Ordinary = nil, nil, bot.Point{}, false, false, false
	case "done":
		y.filing.Done = true
	case "ordinary":
		y.filing.Ordinary = true
	case "answer":
		return y.answerAside()
	case "add":
		y.takeAside()
	case "other":
		y.filing.Compared = true
	case "anon":
		y.filing.Anonymous = !y.filing.Anonymous
	case "same":
		return y.same(arg)
	case "fix":
		return y.fix()
	case "send":
		return y.send(arg)
	case "cancel":
		return y.drop(y.Reply(bot.Outbound{Text: y.Say("feedback.cancelled")}))
	}
	return y.next()
}

func newTray(a bot.Ask) tray {
	y := tray{Ask: a}
	y.filing, y.open = filingIn(a.State, a.In.At)
	return y
}

// feedbackTyped takes whatever is written or sent while a piece of feedback is put together. Danger to life, plain wishes
// for something else and, before anything is told, clear questions are not its own.
func feedbackTyped(a bot.Ask) (bot.Turn, bool) {
	t, ok := feedbackTold(a)
	return apartFromRecord(t), ok
}

func feedbackTold(a bot.Ask) (bot.Turn, bool) {
	y := newTray(a)
	switch {
	case !y.open:
		return bot.Turn{}, false
	case says(a, "feedback.cancel-words"):
		return y.drop(y.Reply(bot.Outbound{Text: y.Say("feedback.cancelled")})), true
	case a.In.Kind == bot.KindEdit:
		if !y.filing.correct(a.In.Message, y.Lines()) {
			return bot.Turn{}, false
		}
		return y.taken("")
	}
	if y.takeAside() { // what is written in place of a choice goes on with it
		a.State.Step, y.State.Step = "words", "words"
	}
	f := a.Finder.Find(a.Words, a.Lang)
	if f.Outcome == bot.FoundEmergency {
		return bot.Turn{}, false
	}
	if a.In.Kind != bot.KindText {
		return y.taken(y.filing.takeFile(a))
	}
	short := len(strings.Fields(a.Words)) <= nameWords
	leaves := f.Outcome == bot.FoundIntent && f.Plain() && len(strings.Fields(a.Words)) < tellWords
	nicety := leaves && slices.Contains(niceties, f.Intent)
	switch {
	case leaves && !nicety && f.Intent != "feedback":
		return bot.Turn{}, false
	case a.State.Step == "words" && !y.filing.empty() && says(a, "help.yes"): // more, which is still to come
		return y.next(), true
	case nicety:
		y.filing.Done = y.filing.Done || f.Intent == "thanks" && a.State.Step == "words" && !y.filing.empty()
		return y.next(), true
	case telling(a.State.Step) && !y.filing.empty() && (says(a, "feedback.done") || says(a, "dialogue.done-words") || says(a, "filing.done-words")):
		y.filing.Done = true
		return y.next(), true
	case telling(a.State.Step) && y.filing.Kind != bot.CaseIntegrity && says(a, "feedback.anonymous"):
		y.filing.Anonymous = true
		return y.next(), true
	case telling(a.State.Step) && y.beside(f):
		return y.askAside(), true
	case !strings.ContainsFunc(a.Words, unicode.IsLetter) && a.State.Step != "words" && a.State.Step != "score":
		return bot.Turn{}, false // a number that was not offered
	}
	if t, ok := y.choose(f); ok {
		return t, true
	}
	switch {
	case a.State.Step == "resume":
		return bot.Turn{}, false
	case y.toldEarly(f):
	case telling(a.State.Step), a.State.Step == "fix", a.State.Step == "same", a.State.Step == stepConfide:
	case strings.Contains(a.Words, "?"), y.filing.Kind == "" && y.filing.empty() && (f.Outcome == bot.FoundAnswer || f.Outcome == bot.FoundIntent):
		return bot.Turn{}, false
	case short:
		return y.again(), true
	}
	return y.taken(y.filing.take(a.In.Message, y.Lines()))
}

// toldEarly tells whether words that come before it is said what they are tell of something already: more than one that names
// no choice, or what might be of corruption, which nothing else may take.
func (y tray) toldEarly(f bot.Finding) bool {
	if y.State.Step != "kind" || !y.filing.empty() || strings.Contains(y.Words, "?") {
		return false
	}
	return confides(y.Ask, y.Words) || f.Outcome != bot.FoundAnswer && f.Outcome != bot.FoundIntent && len(strings.Fields(y.Words)) > 1 &&
		!says(y.Ask, "feedback.done") && !says(y.Ask, "dialogue.done-words") && !says(y.Ask, "filing.done-words")
}

// telling tells whether words that are typed at a step are those of the filing.
func telling(step string) bool { return step == "words" || step == "summary" }

// niceties are the intents of words that are said in between.
var niceties = []string{"hello", "thanks", "smalltalk"}

// choose takes words that come near one of the choices that are open.
func (y tray) choose(f bot.Finding) (bot.Turn, bool) {
	switch y.State.Step {
	case "same", stepConfide, "fix", "resume":
		action := nearest(y.Ask)
		if action == "" && y.State.Step == "same" {
			action = beginsSo(y.Ask)
		}
		if action, ok := strings.CutPrefix(action, "feedback:"); ok {
			y.Arg = action
			return feedback(y.Ask), true
		}
	}
	if len(strings.Fields(y.Words)) > nameWords {
		return bot.Turn{}, false
	}
	switch y.State.Step {
	case "kind", "which":
		for _, kind := range bot.CaseKinds {
			if y.State.Step == "kind" && says(y.Ask, kindButtons[kind]) { // in any language
				return y.kind(kind), true
			}
		}
		if action := nearest(y.Ask); action != "" {
			y.Arg = strings.TrimPrefix(action, "feedback:")
			return feedback(y.Ask), true
		}
	case "score":
		for _, w := range strings.Fields(y.Words) {
			if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= maxScore {
				y.filing.Score, y.filing.Scored = n, true
				return y.next(), true
			}
		}
	case "village":
		if says(y.Ask, "feedback.skip-words") {
			y.filing.at("")
			return y.next(), true
		}
		found, sure := y.Finder.Villages(y.Words, 4)
		if !sure && len(found) > 0 {
			sure = slices.ContainsFunc(y.Library.Place().Languages, func(l bot.Language) bool { return y.Finder.Fold(found[0].Name[l]) == y.Finder.Fold(y.Words) })
		}
		switch {
		case sure:
			y.filing.at(found[0].ID)
			return y.next(), true
		case len(found) > 0:
			return y.offerVillages(y.Say("village.which"), found), true
		case f.Outcome == bot.FoundAnswer && f.Plain():
			return bot.Turn{}, false
		}
		if says(y.Ask, "feedback.done") || says(y.Ask, "dialogue.done-words") || says(y.Ask, "filing.done-words") {
			return y.again(), true
		}
		y.filing.called(y.Words)
		if told := villagesIn(y.Ask, y.filing.text()); len(told) > 0 { // not below the first of the list
			return y.offerVillages(y.Say("village.unknown"), told), true
		}
		return y.askVillage(y.Say("village.unknown")), true
	}
	return bot.Turn{}, false
}

// beginsSo gives the action of the offered button that means yes or no, if a few words begin with that: "no, another one".
func beginsSo(a bot.Ask) string {
	words := strings.Fields(a.Words)
	if len(words) == 0 || len(words) > choiceWords {
		return ""
	}
	a.Words = words[0]
	for means, key := range map[bot.Meaning]string{bot.MeansYes: "filing.yes", bot.MeansNo: "filing.no"} {
		if !says(a, key) {
			continue
		}
		for _, b := range a.State.Offered {
			if b.Means == means {
				return b.Action
			}
		}
	}
	return ""
}

// begin asks first what to do with an unfinished one. said is the message of a command, with what may follow it.
func (y tray) begin(said string) bot.Turn {
	if y.tooMany() {
		return y.Reply(bot.Outbound{Text: y.Say("feedback.enough", "count", strconv.Itoa(casesADay)), Buttons: []bot.Button{y.Button("cases.button", "cases")}})
	}
	words := ""
	if i := strings.IndexFunc(said, unicode.IsSpace); i > 0 {
		words = strings.TrimSpace(said[i:])
	}
	if y.Finding.Outcome == bot.FoundIntent && !y.Finding.Plain() && len(strings.Fields(y.Words)) >= tellWords {
		words = y.Lines()
	}
	told := words != "" || fileKinds[y.In.Kind]
	if y.open && !told && (y.filing.Kind != "" || !y.filing.empty()) {
		return y.resume()
	}
	y.filing = y.blank()
	if told {
		problem := y.filing.take(y.In.Message, words)
		if fileKinds[y.In.Kind] {
			problem = y.filing.takeFile(y.Ask)
		}
		t, _ := y.taken(problem)
		return t
	}
	return y.next()
}

// from goes on with the question that was asked before.
func (y tray) from(kind bot.CaseKind) bot.Turn {
	if y.tooMany() {
		return y.begin("")
	}
	y.filing = y.blank()
	said := y.State.Slots[slotQuestion]
	if last := y.State.Slots[slotLast]; last != "" {
		said += "\n" + last
	}
	y.filing.take("", said)
	if slices.Contains(bot.CaseKinds, kind) {
		y.filing.Kind = kind
	}
	return apart(y.next()) // what was answered stays readable
}

// kind notes what it is. A score that was given for a commitment counts only there.
func (y tray) kind(kind bot.CaseKind) bot.Turn {
	if !y.open {
		y.filing = y.blank()
	}
	y.filing.Kind = kind
	if kind != bot.CaseCommitment {
		y.filing.Commitment, y.filing.Score, y.filing.Scored = "", 0, false
	} else if all := y.Library.Commitments(); len(all) == 1 {
		y.filing.Commitment = all[0].ID
	}
	return y.next()
}

// next asks for what is missing, and shows it all if that is nothing.
func (y tray) next() bot.Turn {
	switch f := y.filing; {
	case f.Kind == "":
		return y.askKind()
	case f.Kind == bot.CaseCommitment && f.Commitment == "":
		return y.askCommitment()
	case f.Kind == bot.CaseCommitment && !f.Scored:
		return y.askScore()
	case f.local() && !f.Placed && len(y.Library.Villages()) > 0:
		return y.askPlace()
	case !f.Done || f.empty() && f.Score == 0:
		return y.askWords()
	case !f.Ordinary && f.Kind != bot.CaseIntegrity && confides(y.Ask, f.text()):
		return y.askConfide()
	}
	if found, ok := y.elsewhere(); ok && y.filing.local() {
		return y.offerVillages(y.Say("feedback.village-told"), found)
	}
	if !y.filing.Compared {
		if t, ok := y.compare(); ok {
			return t
		}
	}
	return y.summary()
}

// again asks the open question once more.
func (y tray) again() bot.Turn {
	t := y.next()
	t.Replies[0].Text = y.Say("feedback.choose") + "\n\n" + t.Replies[0].Text
	return t
}

// taken goes on with what was taken; problem says why it was not.
func (y tray) taken(problem string) (bot.Turn, bool) {
	if problem != "" {
		return bot.Turn{Replies: []bot.Outbound{{Text: y.Say(problem, "limit", strconv.Itoa(maxFiling)), Buttons: y.State.Offered}}, Next: y.State}, true
	}
	return y.next(), true
}

// asks leaves the question of step open, and keeps the filing for a day.
func (y tray) asks(step string, t bot.Turn) bot.Turn {
	t.Next = bot.State{Intent: "feedback", Step: step}
	t.Next.Keep(slotFiling, y.filing.String(), y.In.At.Add(filingDay))
	return y.confided(t)
}

// confided notes that the filing is of corruption or pressure.
func (y tray) confided(t bot.Turn) bot.Turn {
	if y.filing.Kind == bot.CaseIntegrity {
		return keepConfided(y.Ask, t)
	}
	return t
}

// drop lets go of the filing.
func (y tray) drop(t bot.Turn) bot.Turn {
	t.Next.Keep(slotFiling, "", y.In.At)
	return y.confided(t)
}

// lost is for a button of a filing that is there no more.
func (y tray) lost() bot.Turn {
	return apart(y.Reply(bot.Outbound{Text: y.Say("feedback.lost"),
		Buttons: []bot.Button{y.Button("cases.button", "cases"), y.Button("feedback.new", "feedback:new")}}))
}

// tooMany tells whether the citizen filed as many of late as one may in a day.
func (y tray) tooMany() bool {
	n := 0
	for _, c := range y.Records.Cases(y.Citizen.ID) {
		if c.Citizen == y.Citizen.ID && y.In.At.Sub(c.Created) < filingDay {
			n++
		}
	}
	return n >= casesADay
}

func (y tray) village(id string) string {
	if _, ok := y.Library.Village(id); ok {
		return id
	}
	return ""
}

func (y tray) commitment(id string) string {
	if _, ok := y.Library.Commitment(id); ok {
		return id
	}
	return ""
}

// says tells whether the words are among those that key lists in any language.
func says(a bot.Ask, key string) bool {
	said := a.Finder.Fold(a.Words)
	for _, lang := range a.Library.Place().Languages {
		for w := range strings.SplitSeq(a.Library.Text(lang, key), "|") {
			if said != "" && said == a.Finder.Fold(w) {
				return true
			}
		}
	}
	return false
}
