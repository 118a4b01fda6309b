package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: "hello", Handle: hello})

// hello greets back.
func hello(a bot.Ask) bot.Turn {
	return a.Reply(bot.Outbound{Text: a.Say("hello.text"), Buttons: menu(a)})
}
