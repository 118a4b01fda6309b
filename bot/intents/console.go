package intents

import (
	"fmt"
	"strconv"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "console", Commands: []string{"console"}, Hidden: true, Handle: console})

// console gives a colleague a link that opens the staff pages, once.
func console(a bot.Ask) bot.Turn {
	account, ok := a.Account()
	if !ok {
		return a.Reply(bot.Outbound{Text: a.Say("staff.who")})
	}
	token := fmt.Sprintf("%016x", a.In.Random)
	t := a.Reply(bot.Outbound{Text: a.Say("console.link", "token", token, "minutes", strconv.Itoa(int(bot.ConsoleTime.Minutes())))})
	t.Effects = []bot.Effect{bot.KeepCode{Code: bot.Code{Kind: bot.CodeConsole, Secret: token, Citizen: a.Citizen.ID, Login: account.Login,
		Until: a.In.At.Add(bot.ConsoleTime)}}}
	return t
}
