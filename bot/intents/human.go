package intents

import (
	"strings"
	"unicode/utf8"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentHuman, Commands: []string{"human"}, Handle: human, Continue: humanTyped, Everything: true})

// slotOrdinary is kept while somebody talks to a person who said that they do not write of corruption or pressure.
const slotOrdinary = "ordinary"

// human hands the conversation to a person of the municipality, with the question that the bot could not settle, and keeps
// out of it for a while. As a button: "back" gives it to the bot again, "anyway" and "ordinary" say that the words which began
// it, or those of a talk that goes on, are not of corruption or pressure. "say" passes on what is written in a talk.
func human(a bot.Ask) bot.Turn {
	switch a.Arg {
	case "say":
		return humanSay(a, a.Passed())
	case "ordinary":
		return humanOrdinary(a)
	}
	if a.Arg == "back" {
		t := apart(a.Reply(bot.Outbound{Text: a.Say("human.again"), Buttons: menu(a)}))
		t.Effects = []bot.Effect{bot.EndTalk{}}
		t.Next.Keep(bot.KeptTalk, "", a.In.At)
		return t
	}
	text := a.Words
	if strings.HasPrefix(text, "/") || text == "" {
		if text = a.Say("human.button"); a.Arg != "" {
			text = a.Arg
		}
	}
	if before := a.State.Slots[slotQuestion]; before != "" {
		text = before + " – " + text
	}
	if a.Arg == "anyway" {
		text = a.State.Slots[slotQuestion]
	} else if confides(a, text) {
		return confideWords(a, text, a.No("dialogue.confide-pass", "human:anyway"))
	}
	until := a.In.At.Add(personSpeaks)
	t := bot.Turn{
		Replies: []bot.Outbound{{Text: a.Say("human.text"), Buttons: []bot.Button{a.Button("human.back", "human:back")}}}, // new: what stands above the button stays readable
		Effects: []bot.Effect{bot.Silence{Until: until}, bot.Talk{Text: text}},
	}
	t.Next.Keep(bot.KeptTalk, "1", until)
	if a.Arg == "anyway" {
		t.Next.Keep(slotOrdinary, "1", until)
	}
	return t
}

// humanSay passes words on to the person, unless they are of corruption or pressure: whoever has the conversation may be the
// administrator of the village.
func humanSay(a bot.Ask, words string) bot.Turn {
	if _, ordinary := a.State.Kept(slotOrdinary, a.In.At); ordinary || !confides(a, words) {
		return bot.Turn{Effects: []bot.Effect{bot.Talk{Text: words}}, Next: a.State}
	}
	t := confideWords(a, words, a.No("dialogue.confide-pass", "human:ordinary"))
	t.Next.Intent, t.Next.Step = bot.IntentHuman, stepConfide
	return t
}

// humanTyped takes what is written while it is asked whether the words before are of corruption or pressure: more of them.
func humanTyped(a bot.Ask) (bot.Turn, bool) {
	more := a.Passed()
	if a.State.Step != stepConfide || more == "" || a.Finder.Find(a.Words, a.Lang).Outcome == bot.FoundEmergency {
		return bot.Turn{}, false
	}
	words := a.State.Slots[slotQuestion] + "\n" + more
	if utf8.RuneCountInString(words) > maxFiling {
		return bot.Turn{Replies: []bot.Outbound{{Text: a.Say("feedback.long", "limit", number(maxFiling)), Buttons: a.State.Offered}}, Next: a.State, Private: true}, true
	}
	return humanSay(a, words), true
}

// humanOrdinary passes on what was kept back, and what follows in this talk.
func humanOrdinary(a bot.Ask) bot.Turn {
	words := a.State.Slots[slotQuestion]
	if a.State.Step != stepConfide || words == "" {
		return bot.Turn{Next: a.State}
	}
	t := a.Reply(bot.Outbound{Text: a.Say("dialogue.passed")})
	t.Effects = []bot.Effect{bot.Talk{Text: words}}
	t.Next.Keep(slotOrdinary, "1", a.In.At.Add(personSpeaks))
	return t
}
