package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentEmergency, Handle: emergency})

// emergency shows the 112 card first, and tells staff.
func emergency(a bot.Ask) bot.Turn {
	t := a.Reply(bot.Outbound{Heading: a.Say("emergency.heading"), Text: a.Say("emergency.text")})
	words := a.Words
	if f, ok := filingIn(a.State, a.In.At); ok && f.Kind == bot.CaseIntegrity || confides(a, words) { // few may read this
		words, t.Private = "", true
	}
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: words, Why: bot.WhyEmergency}}
	return t
}
