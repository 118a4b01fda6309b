package intents

import (
	"strings"
	"unicode/utf8"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentCases, Commands: []string{"cases"}, Handle: cases, Continue: casesTyped, Everything: true})

// How many cases are shown at once, and how much of the words of each, in characters.
const (
	casesShown = 8
	casesPart  = 80
)

const slotCase = "case" // the one that words are asked for

// cases shows what the citizen filed or joined, and lets them go on with it. What follows the command is a number. As a
// button: "see:ID" shows one, "add:ID" asks for more words, "solved:ID" and "reopen:ID" answer whether it was really solved,
// "ordinary:ID" says that the words that were to be added are not of corruption or pressure.
// "about:case:ID" is a reply to what was said of one.
func cases(a bot.Ask) bot.Turn { return apartFromRecord(casesTurn(a)) }

func casesTurn(a bot.Ask) bot.Turn {
	what, id, _ := strings.Cut(a.Arg, ":")
	if strings.HasPrefix(a.Words, "/") {
		what, id = "see", strings.ToUpper(a.Arg)
	}
	c, known := a.Records.CaseOf(id, a.Citizen.ID)
	switch {
	case what == "about" && a.In.ReplyTo != "":
		return caseAdd(a, strings.TrimPrefix(id, "case:"))
	case id == "":
		return caseList(a)
	case !known:
		return a.Reply(bot.Outbound{Text: a.Say("cases.unknown"), Buttons: []bot.Button{a.Button("cases.button", "cases")}})
	}
	switch what {
	case "add":
		return caseAsk(a, c, a.Say("cases.add-what", "id", c.ID))
	case "solved":
		return apart(a.Reply(bot.Outbound{Text: a.Say("cases.glad", "id", c.ID)}))
	case "reopen":
		return caseReopen(a, c)
	case "ordinary":
		if words := a.State.Slots[slotQuestion]; words != "" && a.State.Slots[slotCase] == c.ID {
			return caseAdded(a, c, words)
		}
	}
	return caseSee(a, c)
}

// caseList lists all of them, newest first.
func caseList(a bot.Ask) bot.Turn {
	all := a.Records.Cases(a.Citizen.ID)
	if len(all) == 0 {
		return a.Reply(bot.Outbound{Text: a.Say("cases.none"), Buttons: []bot.Button{a.Button("feedback.button", "feedback")}})
	}
	out := bot.Outbound{Heading: a.Say("cases.yours")}
	var parts []string
	for _, c := range all[:min(len(all), casesShown)] {
		line := caseTitle(a, c) + " – " + a.Say(stateWord(c))
		if k := caseCommitment(a, c); k != "" {
			line += "\n" + k
		}
		said := c.Reason
		if said == "" {
			said = c.Text
		}
		if said = shorten(oneLine(bot.Mask(said)), casesPart); said != "" {
			line += "\n" + quote(a, said)
		}
		parts = append(parts, line)
		out.Buttons = append(out.Buttons, bot.Button{Label: c.ID + ", " + shorten(oneLine(caseMatter(a, c)), newsLabel), Action: "cases:see:" + c.ID})
	}
	out.Text = strings.Join(parts, "\n\n")
	out.Buttons = append(out.Buttons, a.Button("feedback.new", "feedback"))
	return a.Reply(out)
}

// caseSee shows one: what was told, where it stands, what was answered, and what the citizen can do.
func caseSee(a bot.Ask, c bot.Case) bot.Turn {
	zone := a.Library.Place().Zone
	out := bot.Outbound{Heading: caseTitle(a, c)}
	lines := []string{a.Say("cases.filed", "date", a.Day(c.Created.In(zone)))}
	if c.Citizen != a.Citizen.ID {
		lines = []string{a.Say("cases.joined", "date", a.Day(c.Created.In(zone)))}
	}
	if k := caseCommitment(a, c); k != "" {
		lines = append(lines, k)
	}
	part := maxFiling
	if c.Citizen != a.Citizen.ID { // somebody else's words
		part = alikePart
	}
	if text := bot.Mask(c.Text); text != "" {
		lines = append(lines, quote(a, shorten(text, part)))
	}
	state := a.Say("cases.stands", "state", a.Say(stateWord(c)))
	if c.Original != "" {
		state += " (" + c.Original + ")"
	}
	if c.Reason != "" && c.Reason != c.Original {
		key := "cases.reason"
		if reopened(c) { // it was not enough
			key = "dialogue.reason-before"
		}
		state += "\n" + a.Say(key, "reason", quote(a, c.Reason))
	}
	if c.Open() && c.Asks() && !c.Due.IsZero() {
		key := "cases.due"
		if a.In.At.After(c.Due) {
			key = "cases.overdue"
		}
		state += "\n" + a.Say(key, "date", a.Day(c.Due.In(zone)))
	}
	out.Text = strings.Join(append(lines, state), "\n\n")
	out.Buttons = append(out.Buttons, a.Button("cases.add", "cases:add:"+c.ID))
	if !c.Open() && c.State != bot.CaseDuplicate {
		out.Buttons = append(out.Buttons, a.Button(reopenWord(c), "cases:reopen:"+c.ID))
	}
	out.Buttons = append(out.Buttons, a.Button("cases.back", "cases"))
	return a.Reply(out)
}

// caseAsk asks with text for more words.
func caseAsk(a bot.Ask, c bot.Case, text string) bot.Turn {
	t := apart(a.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{a.No("cases.nothing", "cases:see:"+c.ID)}}))
	t.Next = bot.State{Intent: bot.IntentCases, Step: "words", Slots: map[string]string{slotCase: c.ID}}
	return t
}

// caseReopen notes that a case is not solved, and asks what is wrong. One that is open takes the words all the same.
func caseReopen(a bot.Ask, c bot.Case) bot.Turn {
	switch {
	case c.State == bot.CaseDuplicate:
		return caseSee(a, c)
	case c.Open():
		return caseAsk(a, c, a.Say("cases.open-still", "id", c.ID))
	}
	t := caseAsk(a, c, a.Say("cases.reopened-what", "id", c.ID))
	t.Effects = []bot.Effect{bot.ReopenCase{ID: c.ID}}
	if words := tidy(a.State.Slots[slotQuestion]); a.State.Slots[slotUnsolved] != "" && words != "" { // what made them ask for it
		t.Effects = append(t.Effects, bot.AddToCase{ID: c.ID, Text: words})
	}
	return t
}

// casesTyped takes the words that were asked for.
func casesTyped(a bot.Ask) (bot.Turn, bool) {
	id := a.State.Slots[slotCase]
	if _, ok := a.Records.CaseOf(id, a.Citizen.ID); !ok || a.In.Kind == bot.KindEdit {
		return bot.Turn{}, false
	}
	if says(a, "feedback.cancel-words") {
		return a.Reply(bot.Outbound{Text: a.Say("cases.nothing-added")}), true
	}
	switch f := a.Finder.Find(a.Words, a.Lang); {
	case f.Outcome == bot.FoundEmergency, f.Outcome == bot.FoundIntent && f.Plain() && len(strings.Fields(a.Words)) < tellWords:
		return bot.Turn{}, false
	}
	return apartFromRecord(caseAdd(a, id)), true
}

// caseAdd adds words to a case. Only words can be added.
func caseAdd(a bot.Ask, id string) bot.Turn {
	words := tidy(a.Lines())
	if before := a.State.Slots[slotQuestion]; a.State.Step == stepConfide && words != "" {
		words = before + "\n" + words
	}
	asked := bot.State{Intent: bot.IntentCases, Step: "words", Slots: map[string]string{slotCase: id}}
	c, _ := a.Records.CaseOf(id, a.Citizen.ID)
	switch {
	case words == "":
		return bot.Turn{Replies: []bot.Outbound{{Text: a.Say("cases.words-only")}}, Next: asked}
	case utf8.RuneCountInString(words) > maxFiling:
		return bot.Turn{Replies: []bot.Outbound{{Text: a.Say("feedback.long", "limit", number(maxFiling))}}, Next: asked}
	}
	if c.Kind != bot.CaseIntegrity && confides(a, words) {
		t := confideWords(a, words, a.No("dialogue.confide-no", "cases:ordinary:"+id))
		t.Next.Intent, t.Next.Step, t.Next.Slots[slotCase] = bot.IntentCases, stepConfide, id
		return t
	}
	return caseAdded(a, c, words)
}

// caseAdded says that words were added.
func caseAdded(a bot.Ask, c bot.Case, words string) bot.Turn {
	t := apart(a.Reply(bot.Outbound{Text: a.Say("cases.noted", "id", c.ID), Buttons: []bot.Button{a.Button("cases.see", "cases:see:"+c.ID)}}))
	if fileKinds[a.In.Kind] {
		t.Replies[0].Text += " " + a.Say("cases.file-left")
	}
	t.Effects = []bot.Effect{bot.AddToCase{ID: c.ID, Text: words}}
	if c.Kind == bot.CaseIntegrity {
		return keepConfided(a, t)
	}
	return t
}

// quote puts somebody's words into the quotation marks of the language.
func quote(a bot.Ask, words string) string { return a.Say("cases.quote", "words", words) }

// caseTitle names a case: its number, what it is, where it is or of what.
func caseTitle(a bot.Ask, c bot.Case) string {
	title := c.ID + ", " + a.Say(kindWords[c.Kind])
	if v, ok := a.Library.Village(c.Village); ok {
		title += ", " + a.Local(v.Name)
	}
	return title
}

// caseCommitment names the commitment that a case is about, with the score, "" if there is none.
func caseCommitment(a bot.Ask, c bot.Case) string {
	k, ok := a.Library.Commitment(c.Commitment)
	if !ok {
		return ""
	}
	said := a.Local(k.Title)
	if c.Score > 0 {
		said += ", " + number(c.Score) + "/" + number(maxScore)
	}
	return said
}

// caseMatter says in the fewest words what a case is about.
func caseMatter(a bot.Ask, c bot.Case) string {
	if k, ok := a.Library.Commitment(c.Commitment); ok && c.Text == "" {
		return a.Local(k.Title)
	}
	if c.Text == "" {
		return a.Say(kindWords[c.Kind])
	}
	return bot.Mask(c.Text)
}

// reopened tells whether a case is open again because its author was not content.
func reopened(c bot.Case) bool { return c.State == bot.CaseWorking && c.Reopened > 0 }

// stateWord names the state of a case.
func stateWord(c bot.Case) string {
	if reopened(c) {
		return "dialogue.is-reopened"
	}
	return stateWords[c.State]
}

// reopenWord is what somebody says to an outcome that they are not content with.
func reopenWord(c bot.Case) string {
	switch {
	case c.State == bot.CaseDeclined:
		return "dialogue.disagree"
	case c.State == bot.CaseAnswered && c.Kind == bot.CaseQuestion:
		return "dialogue.no-answer"
	}
	return "cases.reopen"
}

// kindWords and stateWords name kinds and states.
var (
	kindWords = map[bot.CaseKind]string{
		bot.CaseProblem: "cases.kind-problem", bot.CaseIdea: "cases.kind-idea", bot.CaseQuestion: "cases.kind-question",
		bot.CasePraise: "cases.kind-praise", bot.CaseCommitment: "cases.kind-commitment", bot.CaseIntegrity: "cases.kind-integrity",
	}
	stateWords = map[bot.CaseState]string{
		bot.CaseReceived: "cases.is-received", bot.CaseSeen: "cases.is-seen", bot.CaseWorking: "cases.is-working",
		bot.CaseAnswered: "cases.is-answered", bot.CaseDone: "cases.is-done", bot.CaseDeclined: "cases.is-declined",
		bot.CaseDuplicate: "cases.is-duplicate",
	}
)
