package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentHelp, Commands: []string{"help"}, Handle: help})

func help(a bot.Ask) bot.Turn {
	heading := a.Say("help.heading")
	if a.Arg == "unknown" {
		heading = a.Say("help.unknown")
	}
	text := a.Say("help.text")
	switch account, _ := a.Account(); account.Role {
	case bot.RoleVillage:
		text += "\n\n" + a.Say("staff.can-village")
	case bot.RoleStaff, bot.RoleOwner:
		text += "\n\n" + a.Say("staff.can-all")
	}
	return a.Reply(bot.Outbound{Heading: heading, Text: text, Buttons: menu(a)})
}
