package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: "thanks", Handle: thanks})

// thanks takes thanks and goodbyes.
func thanks(a bot.Ask) bot.Turn {
	return a.Reply(bot.Outbound{Text: a.Say("thanks.text")})
}
