package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "human", Commands: []string{"human"}, Handle: human})

// human passes the wish for a person on, with the question that the bot could not settle.
func human(a bot.Ask) bot.Turn {
	text := a.Words
	if strings.HasPrefix(text, "/") {
		text = a.Say("human.button")
	}
	if before := a.State.Slots[slotQuestion]; before != "" {
		text = before + " – " + text
	}
	t := a.Reply(bot.Outbound{Text: a.Say("human.text")})
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: text, Why: bot.WhyPerson}}
	return t
}
