package intents

import (
	"strings"

	"ogpbot/bot"
)

// beside tells whether what was typed while something else is told is a question that has an answer: it is asked back, and not
// sent to staff with the rest. What asks for details is no such question: they belong to what is told.
func (y tray) beside(f bot.Finding) bool {
	e, ok := y.Library.Entry(f.Entry)
	return ok && f.Outcome == bot.FoundAnswer && strings.Contains(y.Words, "?") && !e.Asks && y.filing.Kind != bot.CaseQuestion
}

// askAside asks whether words are a question of their own.
func (y tray) askAside() bot.Turn {
	y.filing.Aside = y.Lines()
	return y.asks("aside", y.Reply(bot.Outbound{Text: y.Say("dialogue.aside", "words", quote(y.Ask, shorten(oneLine(y.Words), newsPart))),
		Buttons: []bot.Button{y.Button("dialogue.aside-answer", "feedback:answer"), y.Button("dialogue.aside-add", "feedback:add")}}))
}

// takeAside makes words that were asked back a part of the filing.
func (y *tray) takeAside() bool {
	if y.filing.Aside == "" {
		return false
	}
	y.filing.take("", y.filing.Aside)
	y.filing.Aside = ""
	return true
}

// answerAside answers them, and lets the filing be gone on with.
func (y tray) answerAside() bot.Turn {
	a := y.Ask
	a.Words, a.Arg, a.State.Slots = y.filing.Aside, "", nil
	f := a.Finder.Find(a.Words, a.Lang)
	e, ok := a.Library.Entry(f.Entry)
	if f.Outcome != bot.FoundAnswer || !ok { // the button is old, or the content was changed meanwhile
		y.takeAside()
		return y.next()
	}
	y.filing.Aside = ""
	given := answer(a, e, "")
	out := given.Replies[0]
	if f.Missing != "" && !e.Handover {
		out.Text += "\n\n" + a.Say("ask.missing-"+string(f.Missing))
	}
	out.Note = strings.TrimSpace(out.Note + "\n\n" + a.Say("dialogue.aside-on"))
	out.Buttons = []bot.Button{a.Yes("feedback.on", "feedback:go"), y.cancel()}
	t := y.asks("words", y.Reply(out))
	t.Effects, t.Entry = given.Effects, given.Entry
	return t
}
