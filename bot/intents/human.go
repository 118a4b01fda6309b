package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "human", Commands: []string{"human"}, Handle: human, Continue: humanMore})

// human passes the wish for a person on, with the question that the bot could not settle.
func human(a bot.Ask) bot.Turn {
	text := a.Words
	if strings.HasPrefix(text, "/") {
		text = a.Say("human.button")
	}
	if before := a.State.Slots[slotQuestion]; before != "" {
		text = before + " – " + text
	}
	return bot.Turn{
		Replies: []bot.Outbound{{Text: a.Say("human.text")}}, // new: what stands above the button stays readable
		Effects: []bot.Effect{bot.KeepQuestion{Text: text, Why: bot.WhyPerson}},
		Next:    bot.State{Intent: "human", Step: "more"},
	}
}

// humanMore passes on what the citizen writes next, unless it is a thing to do.
func humanMore(a bot.Ask) (bot.Turn, bool) {
	switch a.Finder.Find(a.Words, a.Lang).Outcome {
	case bot.FoundIntent, bot.FoundEmergency:
		return bot.Turn{}, false
	}
	t := a.Reply(bot.Outbound{Text: a.Say("human.more")})
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: a.Words, Why: bot.WhyPerson}}
	return t, true
}
