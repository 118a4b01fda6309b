package intents

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentAsk, Handle: ask, Continue: reportTyped})

// What is remembered between messages.
const (
	slotQuestion = "question" // the citizen's own words, for staff
	slotEntry    = "entry"    // the entry that asked for details
	slotLast     = "last"     // what was taken for details last
	slotLost     = "lost"     // not known was said last
)

// ask gives, offers or does without an answer. As a button: "is:ENTRY" chooses a suggestion, "not:ENTRY" says
// that the answer was for another question, "none" that no suggestion was, "ordinary" that it is no report of corruption, "pass:ENTRY" that staff shall tell
// the detail that is not in the answer, "afresh" that the last words were a question of their own.
func ask(a bot.Ask) bot.Turn { return guarded(a, askTurn(a)) }

// guarded keeps words that look like a report of corruption out of the record of the conversation: the administrator of the
// village reads that.
func guarded(a bot.Ask, t bot.Turn) bot.Turn {
	t.Private = t.Private || confides(a, a.Words)
	return t
}

func askTurn(a bot.Ask) bot.Turn {
	what, id, _ := strings.Cut(a.Arg, ":")
	switch what {
	case "is":
		if e, ok := a.Library.Entry(id); ok {
			return answer(a, e, "")
		}
		return unknown(a)
	case "not":
		return notAsked(a, id)
	case "wordless":
		return wordless(a)
	case "afresh":
		return afresh(a)
	case "none":
		if confides(a, asked(a)) {
			return confide(a)
		}
		return pass(a, bot.Outbound{}, placed(a, bot.KeepQuestion{Text: asked(a), Why: bot.WhyWrong}))
	case "ordinary":
		return pass(a, bot.Outbound{}, placed(a, bot.KeepQuestion{Text: asked(a), Why: bot.WhyWrong}))
	case "pass":
		if confides(a, asked(a)) {
			return confide(a)
		}
		e, _ := a.Library.Entry(id)
		out := bot.Outbound{Heading: a.Local(e.Question), Text: a.Local(e.Answer), Note: source(a, a.Local(e.Source), e.Checked)}
		return pass(a, out, placed(a, bot.KeepQuestion{Text: asked(a), Why: bot.WhyDetail, Entry: e.ID}))
	}
	if consented(a) && len(strings.Fields(a.Words)) <= stopWords && begins(a, a.Words, "stop.about") && begins(a, a.Words, "stop.verbs") {
		return stopAsk(a, a.No("stop.not", "stop:not"))
	}
	if t, ok := ownCase(a, false); ok {
		return t
	}
	if denounces(a, a.Words) {
		return confide(a)
	}
	if t, ok := unsolved(a); ok {
		return t
	}
	if t, ok := villageHome(a); ok {
		return t
	}
	f := a.Finding
	if near, ok := refused(a); ok {
		a.Arg = near
		return askTurn(a)
	}
	switch f.Outcome {
	case bot.FoundAnswer:
		if e, ok := a.Library.Entry(f.Entry); ok {
			return answer(a, e, f.Missing)
		}
	case bot.FoundSuggest:
		return suggest(a, a.Say("ask.suggest"), f.Suggestions[:f.Close])
	}
	return unknown(a)
}

// refused gives what a button does that refuses the answer, for words near its label: "that is not what I asked".
func refused(a bot.Ask) (arg string, ok bool) {
	if a.Finding.Outcome == bot.FoundAnswer || strings.Contains(a.Words, "?") {
		return "", false
	}
	arg, ok = strings.CutPrefix(nearest(a), "ask:")
	return arg, ok && (strings.HasPrefix(arg, "not:") || arg == "none" && len(strings.Fields(a.Words)) == 2)
}

// answer gives an entry: the question that it answers, the words, the source and its date. Where the
// detail that was asked for is not in it, it says so and offers to pass the question on; an entry that is handed over
// says by itself what is not known.
func answer(a bot.Ask, e bot.Entry, missing bot.Detail) bot.Turn {
	out := bot.Outbound{Heading: a.Local(e.Question), Text: a.Local(e.Answer), Note: source(a, a.Local(e.Source), e.Checked)}
	t := bot.Turn{Entry: e.ID}
	switch {
	case e.Handover && confides(a, asked(a)):
		out.Buttons = []bot.Button{a.Button("feedback.integrity", actionConfide)}
		t.Private = true
	case e.Handover:
		t.Effects = []bot.Effect{placed(a, bot.KeepQuestion{Text: asked(a), Why: bot.WhyHandover, Entry: e.ID})}
	case missing != "":
		out.Text += "\n\n" + a.Say("ask.missing-"+string(missing)) + " " + a.Say("ask.offer")
		out.Buttons = []bot.Button{a.Yes("ask.pass", "ask:pass:"+e.ID)}
	}
	if e.Asks {
		out.Buttons = append(out.Buttons, a.Button("feedback.file", "feedback:from"))
	}
	if e.Promises {
		out.Buttons = append(out.Buttons, eachPromise(a)...)
	}
	out.Buttons = append(out.Buttons, a.No("ask.not", "ask:not:"+e.ID))
	t = remember(a, a.Reply(out), t)
	if e.Asks {
		t.Next.Intent, t.Next.Step, t.Next.Slots[slotEntry] = bot.IntentAsk, "details", e.ID
	}
	return t
}

func reportTyped(a bot.Ask) (bot.Turn, bool) {
	t, ok := report(a)
	return guarded(a, t), ok
}

// report takes what the citizen writes after an answer that asked for details: where, since when. A question,
// or words that clearly ask for something else, are no details.
func report(a bot.Ask) (bot.Turn, bool) {
	entry := a.State.Slots[slotEntry]
	if strings.Contains(a.Words, "?") {
		return bot.Turn{}, false
	}
	switch f := a.Finder.Find(a.Words, a.Lang); f.Outcome {
	case bot.FoundIntent, bot.FoundEmergency:
		return bot.Turn{}, false
	case bot.FoundAnswer:
		if f.Entry != entry {
			return bot.Turn{}, false
		}
	}
	out := bot.Outbound{Text: a.Say("ask.added"), Buttons: []bot.Button{a.Button("feedback.file", "feedback:from"), a.No("ask.afresh", "ask:afresh")}}
	if e, ok := a.Library.Entry(entry); ok {
		out.Heading = a.Local(e.Question)
		if strings.Contains(a.Local(e.Answer), "112") { // where there may be danger
			out.Text += " " + a.Say("ask.danger")
		}
	}
	all := a.State.Slots[slotQuestion] + " – " + a.Words
	if confides(a, all) {
		return confideWords(a, all, a.No("ask.confide-no", "ask:ordinary")), true
	}
	t := a.Reply(out)
	t.Effects = []bot.Effect{placed(a, bot.KeepQuestion{Text: all, Why: bot.WhyHandover, Entry: entry})}
	t.Next = bot.State{Intent: bot.IntentAsk, Step: "details", Slots: map[string]string{slotQuestion: a.State.Slots[slotQuestion], slotLast: a.Words, slotEntry: entry}}
	return t, true
}

// afresh understands the words that were taken for details as a question of their own.
func afresh(a bot.Ask) bot.Turn {
	a.Words, a.Arg = a.State.Slots[slotLast], ""
	a.Finding = a.Finder.Find(a.Words, a.Lang)
	switch f := a.Finding; f.Outcome {
	case bot.FoundAnswer:
		if e, ok := a.Library.Entry(f.Entry); ok {
			return answer(a, e, f.Missing)
		}
	case bot.FoundSuggest:
		return suggest(a, a.Say("ask.suggest"), f.Suggestions[:f.Close])
	}
	return unknown(a)
}

// suggest offers entries whose questions are close.
func suggest(a bot.Ask, text string, ids []string) bot.Turn {
	out := bot.Outbound{Text: text}
	for _, id := range ids {
		if e, ok := a.Library.Entry(id); ok {
			out.Buttons = append(out.Buttons, bot.Button{Label: a.Local(e.Question), Action: "ask:is:" + id})
		}
	}
	out.Buttons = append(out.Buttons, a.No("ask.none", "ask:none"))
	return remember(a, a.Reply(out), bot.Turn{})
}

// wordless shows the open choice again, or asks for words.
func wordless(a bot.Ask) bot.Turn {
	t := a.Reply(bot.Outbound{Text: a.Say("ask.wordless"), Buttons: menu(a)})
	switch n := len(a.State.Offered); {
	case n == 1:
		t = a.Reply(bot.Outbound{Text: a.Say("ask.choose-one"), Buttons: a.State.Offered})
	case n > 1:
		t = a.Reply(bot.Outbound{Text: a.Say("ask.choose", "count", strconv.Itoa(n)), Buttons: a.State.Offered})
	}
	t.Next = a.State
	return t
}

// unknown says so, and passes the question on. What is written in a language that the bot does not speak gets a word in
// it.
func unknown(a bot.Ask) bot.Turn {
	if t, ok := ownCase(a, true); ok {
		return t
	}
	if confides(a, asked(a)) {
		return confide(a)
	}
	if _, colleague := a.Account(); colleague { // who may have meant it for a citizen
		t := a.Reply(bot.Outbound{Text: a.Say("ask.unknown-colleague"),
			Buttons: []bot.Button{a.Button("waiting.list", "waiting"), a.Button("ask.none", "ask:none"), a.Button("help.button", "help")}})
		return apartFromRecord(remember(a, t, bot.Turn{}))
	}
	key := "ask.unknown"
	switch {
	case strings.ContainsFunc(asked(a), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }):
		key = "ask.cyrillic"
	case a.State.Slots[slotLost] != "":
		key = "ask.unknown-again"
	}
	t := bot.Turn{Effects: []bot.Effect{placed(a, bot.KeepQuestion{Text: asked(a), Why: bot.WhyUnknown})}}
	t = remember(a, a.Reply(bot.Outbound{Text: a.Say(key),
		Buttons: []bot.Button{a.Button("human.button", "human"), a.Button("feedback.file", "feedback:from"), a.Button("help.button", "help")}}), t)
	t.Next.Slots[slotLost] = "1"
	return t
}

// notAsked offers the next best entries for the question that is remembered.
func notAsked(a bot.Ask, given string) bot.Turn {
	var others []string
	if words := a.State.Slots[slotQuestion]; words != "" {
		for _, id := range a.Finder.Find(words, a.Lang).Suggestions {
			if id != given {
				others = append(others, id)
			}
		}
	}
	t := suggest(a, a.Say("ask.sorry"), nil)
	if len(others) > 0 {
		t = suggest(a, a.Say("ask.instead"), others)
	}
	t.Reject = true
	return t
}

// pass hands the remembered question to staff. What was read before it stays readable.
func pass(a bot.Ask, before bot.Outbound, kept bot.KeepQuestion) bot.Turn {
	if before.Text != "" {
		before.Text += "\n\n"
	}
	before.Text += a.Say("ask.passed")
	t := a.Reply(before)
	t.Effects = []bot.Effect{kept}
	return t
}

// asked is the question in the citizen's own words. A pressed button stands for the words before it.
func asked(a bot.Ask) string {
	if before := a.State.Slots[slotQuestion]; a.Arg != "" && before != "" {
		return before
	}
	return a.Words
}

func remember(a bot.Ask, reply, t bot.Turn) bot.Turn {
	t.Replies = reply.Replies
	t.Next = bot.State{Slots: map[string]string{slotQuestion: asked(a)}}
	return t
}

// source says where an answer is written and when someone last looked.
func source(a bot.Ask, where string, checked time.Time) string {
	var lines []string
	if where != "" {
		lines = append(lines, a.Say("ask.source", "source", where))
	}
	if !checked.IsZero() {
		lines = append(lines, a.Say("ask.checked", "date", a.Day(checked)))
	}
	return strings.Join(lines, "\n")
}
