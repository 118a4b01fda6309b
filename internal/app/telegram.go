package app

import (
	"strings"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/channel/telegram"
)

// telegramPath is where Telegram delivers to, under --public-url.
const telegramPath = "/webhook/telegram"

// telegram adds the channel if there is a token.
func (a *App) telegram() error {
	if a.cfg.TelegramToken == "" {
		return nil
	}
	cfg := telegram.Config{
		Token: a.cfg.TelegramToken, APIBase: a.cfg.TelegramAPI, Rate: a.cfg.TelegramRate, Logger: a.log,
		Commands:     map[bot.Language][]telegram.Command{},
		Descriptions: map[bot.Language]string{}, ShortDescriptions: map[bot.Language]string{},
	}
	if a.cfg.TelegramMode == "webhook" {
		cfg.WebhookURL = strings.TrimRight(a.cfg.PublicURL, "/") + telegramPath
		cfg.Secret = a.cfg.WebhookSecret()
	}
	introduce(&cfg, a.knowledge.Load().Library)
	c, err := telegram.New(cfg)
	if err != nil {
		return err
	}
	a.add(c)
	if cfg.WebhookURL != "" {
		a.server.Handle("POST "+telegramPath, c.Handler(a.inbox.Accept))
	}
	return nil
}

// introduce says in each language what Telegram shows of the bot; "" is for everybody else.
func introduce(cfg *telegram.Config, lib *content.Library) {
	languages := lib.Place().Languages
	for i, lang := range languages {
		var commands []telegram.Command
		for _, in := range intents.All() {
			if in.Hidden {
				continue
			}
			for _, name := range in.Commands {
				commands = append(commands, telegram.Command{Name: name, Description: lib.Text(lang, in.Name+".command")})
			}
		}
		keys := []bot.Language{lang}
		if i == 0 {
			keys = append(keys, "")
		}
		for _, key := range keys {
			cfg.Commands[key] = commands
			cfg.Descriptions[key] = lib.Text(lang, "start.description")
			cfg.ShortDescriptions[key] = lib.Text(lang, "start.short")
		}
	}
}
