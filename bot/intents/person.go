package intents

import (
	"time"

	"ogpbot/bot"
)

// personSpeaks is how long the bot keeps out after a person of the municipality wrote to the citizen.
const personSpeaks = 12 * time.Hour

var _ = declare(bot.Intent{Name: bot.IntentPerson, Handle: person})

// person notes that a person of the municipality wrote in the platform's own inbox. The bot says nothing, then and for a
// while; a command, a button or danger to life is answered.
func person(a bot.Ask) bot.Turn {
	return bot.Turn{Next: a.State, Effects: []bot.Effect{bot.Silence{Until: a.In.At.Add(personSpeaks)}}}
}
