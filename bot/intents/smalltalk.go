package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: "smalltalk", Handle: smalltalk})

// smalltalk is friendly about what a municipality's bot has nothing to say on.
func smalltalk(a bot.Ask) bot.Turn {
	return a.Reply(bot.Outbound{Text: a.Say("smalltalk.text"), Buttons: menu(a)})
}
