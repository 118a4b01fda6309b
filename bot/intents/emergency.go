package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentEmergency, Handle: emergency})

// emergency shows the 112 card first, and tells staff.
func emergency(a bot.Ask) bot.Turn {
	t := a.Reply(bot.Outbound{Heading: a.Say("emergency.heading"), Text: a.Say("emergency.text")})
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: a.Words, Why: bot.WhyEmergency}}
	return t
}
