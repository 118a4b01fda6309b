package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentMail, Handle: mail})

// mail reads on in what waited. The mail itself comes before every reply, so nothing is left to say but that it was all.
func mail(a bot.Ask) bot.Turn {
	if a.Waiting {
		return bot.Turn{Next: a.State}
	}
	return a.Reply(bot.Outbound{Text: a.Say("mail.end")})
}
