package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentHelp, Commands: []string{"help"}, Handle: help})

func help(a bot.Ask) bot.Turn {
	text := a.Say("help.text")
	if a.Arg == "unknown" {
		text = a.Say("help.unknown") + "\n\n" + text
	}
	return a.Reply(bot.Outbound{Heading: a.Say("help.heading"), Text: text, Buttons: menu(a)})
}
