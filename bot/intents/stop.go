package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: "stop", Commands: []string{"stop"}, Handle: stop})

// stop tells that nothing is sent unasked, which is true of this version: there is nothing to stop.
func stop(a bot.Ask) bot.Turn {
	return a.Reply(bot.Outbound{Text: a.Say("stop.text")})
}
