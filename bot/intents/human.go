package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentHuman, Commands: []string{"human"}, Handle: human})

// human hands the conversation to a person of the municipality, with the question that the bot could not settle, and keeps
// out of it for a while. "back" gives it to the bot again.
func human(a bot.Ask) bot.Turn {
	if a.Arg == "back" {
		t := apart(a.Reply(bot.Outbound{Text: a.Say("human.again"), Buttons: menu(a)}))
		t.Effects = []bot.Effect{bot.EndTalk{}}
		t.Next.Keep(bot.KeptTalk, "", a.In.At)
		return t
	}
	text := a.Words
	if strings.HasPrefix(text, "/") || text == "" {
		text = a.Say("human.button")
	}
	if before := a.State.Slots[slotQuestion]; before != "" {
		text = before + " – " + text
	}
	until := a.In.At.Add(personSpeaks)
	t := bot.Turn{
		Replies: []bot.Outbound{{Text: a.Say("human.text"), Buttons: []bot.Button{a.Button("human.back", "human:back")}}}, // new: what stands above the button stays readable
		Effects: []bot.Effect{bot.Silence{Until: until}, bot.Talk{Text: text}},
	}
	t.Next.Keep(bot.KeptTalk, "1", until)
	return t
}
