package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentStop, Commands: []string{"stop"}, Handle: stop})

// stop ends what is sent unasked, at once and without asking back. Where the wish was guessed from the words, "not" and
// "back" undo it and pass the words on as a question. Words that may mean something else ("ask") are asked back: "sure" ends
// it, "keep" does not. Whoever wants no more of the commitments only still gets announcements.
func stop(a bot.Ask) bot.Turn {
	if strings.HasPrefix(a.Words, "/") {
		a.Arg = ""
	}
	guessed := a.Finding.Outcome == bot.FoundIntent && !a.Finding.Plain()
	switch {
	case a.Arg == "not" || a.Arg == "back":
		return stopNot(a)
	case a.Arg == "keep":
		return a.Reply(bot.Outbound{Text: a.Say("stop.kept")})
	case a.Arg == "ask":
		return stopAsk(a, a.No("stop.keep", "stop:keep"))
	case a.Finding.Outcome == bot.FoundIntent && consented(a) && begins(a, a.Words, "stop.promises"):
		return digest(a, bot.CadenceNone, a.Citizen.Follows)
	case guessed && len(strings.Fields(a.Words)) > 1 && !begins(a, a.Words, "stop.about"):
		return stopAsk(a, a.No("stop.not", "stop:not"))
	}
	text, undo := a.Say("stop.nothing"), "stop:not"
	var effects []bot.Effect
	if consented(a) {
		text, undo = a.Say("stop.done"), "stop:back"
		effects = []bot.Effect{bot.SetConsent{}}
	}
	out := bot.Outbound{Text: text}
	if guessed {
		out.Buttons = []bot.Button{a.No("stop.not", undo)}
	}
	t := apart(a.Reply(out)) // the button may stand under an announcement
	t.Effects, t.Next.Slots = effects, map[string]string{slotQuestion: a.Words}
	return t
}

// stopAsk asks whether the news shall end. Of whoever is sent none, the words are a question like any other.
func stopAsk(a bot.Ask, no bot.Button) bot.Turn {
	if !consented(a) && a.Arg == "" {
		return unknown(a)
	}
	if !consented(a) {
		return a.Reply(bot.Outbound{Text: a.Say("stop.nothing")})
	}
	t := a.Reply(bot.Outbound{Text: a.Say("stop.ask"), Buttons: []bot.Button{a.Yes("stop.yes", "stop:sure"), no}})
	t.Next.Slots = map[string]string{slotQuestion: a.Words}
	return t
}

// stopWords is how many words a wish may have that is told by a word for messages beside one for an end.
const stopWords = 7

func stopNot(a bot.Ask) bot.Turn {
	t := a.Reply(bot.Outbound{Text: a.Say("ask.passed")})
	if a.Arg == "back" && !consented(a) {
		t = a.Reply(bot.Outbound{Text: a.Say("stop.back") + " " + a.Say("ask.passed")})
		t.Effects = []bot.Effect{bot.SetConsent{Given: true}}
	}
	if confides(a, asked(a)) {
		c := confide(a)
		c.Effects = t.Effects
		return c
	}
	t.Effects = append(t.Effects, bot.KeepQuestion{Text: asked(a), Why: bot.WhyWrong})
	return t
}
