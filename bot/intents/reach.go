package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentReach, Handle: reach})

// reach notes that the citizen blocked the bot or let it in again. Nothing is said.
func reach(a bot.Ask) bot.Turn {
	now := bot.Reachable
	if a.In.Kind == bot.KindBlocked {
		now = bot.Blocked
	}
	return bot.Turn{Next: a.State, Effects: []bot.Effect{bot.SetReach{Reach: now}}}
}
