package webchat

import "ogpbot/bot"

// words is what the page itself says, in one language.
type words struct {
	About, Log, You, Bot, Field, Placeholder, Send, Language string // names of what is on the page
	Sending, Offline, Failed, Busy, Long                     string // states
	Cookies, Window, Refresh, Begin                          string // for browsers that can or may less
}

func (c *Channel) words(lang bot.Language) words {
	say := func(key string) string { return c.cfg.Words(lang, key) }
	return words{
		About: say("webchat.about"), Log: say("webchat.log"), You: say("webchat.you"), Bot: say("webchat.bot"),
		Field: say("webchat.field"), Placeholder: say("webchat.placeholder"), Send: say("webchat.send"), Language: say("webchat.language"),
		Sending: say("webchat.sending"), Offline: say("webchat.offline"), Failed: say("webchat.failed"), Busy: say("webchat.busy"),
		Long: say("webchat.long"), Cookies: say("webchat.cookies"), Window: say("webchat.window"), Refresh: say("webchat.refresh"),
		Begin: say("webchat.begin"),
	}
}

// frameWords is what the button on another site says, in one language.
type frameWords struct {
	Open  string `json:"open"`
	Close string `json:"close"`
}

func (c *Channel) frameWords(lang bot.Language) frameWords {
	return frameWords{c.cfg.Words(lang, "webchat.open"), c.cfg.Words(lang, "webchat.close")}
}

// languageName is what those who speak lang call it.
func (c *Channel) languageName(lang bot.Language) string { return c.cfg.Words(lang, "language.name") }
