package intents

import "ogpbot/bot"

var _ = declare(bot.Intent{Name: bot.IntentMedia, Handle: media})

// media says what the bot cannot see or hear, and that it is kept.
func media(a bot.Ask) bot.Turn {
	key := "media.other"
	switch a.In.Kind {
	case bot.KindVoice:
		key = "media.voice"
	case bot.KindPhoto, bot.KindVideo, bot.KindDocument:
		key = "media.file"
	case bot.KindSticker:
		key = "media.sticker"
	case bot.KindLocation:
		key = "media.location"
	case bot.KindContact:
		key = "media.contact"
	}
	return a.Reply(bot.Outbound{Text: a.Say(key)})
}
