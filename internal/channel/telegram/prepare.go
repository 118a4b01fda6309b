package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/bot"
)

// maxConnections is how many updates Telegram delivers at a time, of different chats (1-100,
// core.telegram.org/bots/api#setwebhook).
const maxConnections = 64

// Prepare implements channel.Preparer. It asks for the bot's own name, sets or deletes the webhook, and sets commands
// and descriptions. Called again after an error it goes on with the step that failed; once all succeeded it does
// nothing.
func (c *Channel) Prepare(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	steps := c.steps()
	for ; c.prepared < len(steps); c.prepared++ {
		s := steps[c.prepared]
		result, err := c.call(ctx, s.method, s.params)
		if err != nil {
			return fmt.Errorf("prepare telegram: %w", err)
		}
		if s.then == nil {
			continue
		}
		if err := s.then(result); err != nil {
			return fmt.Errorf("prepare telegram: %w", err)
		}
	}
	return nil
}

type step struct {
	method string
	params tgbotapi.Params
	then   func(json.RawMessage) error
}

// steps lists the calls of Prepare, the most useful first. Their order depends on the configuration only.
func (c *Channel) steps() []step {
	steps := []step{{method: "getMe", then: c.learnName}, c.webhookStep()}
	for _, lang := range slices.Sorted(maps.Keys(c.cfg.Commands)) {
		steps = append(steps, step{method: "setMyCommands", params: inLanguage(lang, "commands", commandsJSON(c.cfg.Commands[lang]))})
	}
	for _, lang := range slices.Sorted(maps.Keys(c.cfg.Descriptions)) {
		steps = append(steps, step{method: "setMyDescription", params: inLanguage(lang, "description", c.cfg.Descriptions[lang])})
	}
	for _, lang := range slices.Sorted(maps.Keys(c.cfg.ShortDescriptions)) {
		steps = append(steps, step{method: "setMyShortDescription", params: inLanguage(lang, "short_description", c.cfg.ShortDescriptions[lang])})
	}
	return steps
}

func (c *Channel) learnName(result json.RawMessage) error {
	var self identity
	if err := json.Unmarshal(result, &self); err != nil || self.ID == 0 || self.Username == "" {
		return fmt.Errorf("getMe names no bot")
	}
	c.self.Store(&self)
	return nil
}

func (c *Channel) webhookStep() step {
	if c.cfg.WebhookURL == "" {
		return step{method: "deleteWebhook"}
	}
	return step{method: "setWebhook", params: tgbotapi.Params{
		"url":             c.cfg.WebhookURL,
		"secret_token":    c.cfg.Secret,
		"allowed_updates": allowedUpdates,
		"max_connections": strconv.Itoa(maxConnections),
	}}
}

// inLanguage makes parameters for one language; Telegram knows the two letters of ISO 639-1 only.
func inLanguage(lang bot.Language, name, value string) tgbotapi.Params {
	params := tgbotapi.Params{name: value}
	code, _, _ := strings.Cut(string(lang), "-")
	params.AddNonEmpty("language_code", code)
	return params
}

func commandsJSON(commands []Command) string {
	list := make([]tgbotapi.BotCommand, len(commands))
	for i, cmd := range commands {
		list[i] = tgbotapi.BotCommand{Command: cmd.Name, Description: cmd.Description}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return "[]" // two strings always marshal
	}
	return string(raw)
}
