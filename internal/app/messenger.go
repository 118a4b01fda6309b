package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"ogpbot/bot"
	"ogpbot/internal/channel/messenger"
)

const (
	messengerPath = "/webhook/messenger" // where Meta delivers to, under --public-url
	messengerBody = 8 << 20              // bytes: a batch of 1,000 long Georgian texts, which Meta writes with six bytes a letter
)

// messenger adds the channel if there is a token.
func (a *App) messenger() error {
	if a.cfg.MessengerToken == "" {
		return nil
	}
	cfg := messenger.Config{
		Token: a.cfg.MessengerToken, AppSecret: a.cfg.MessengerAppSecret, VerifyToken: a.cfg.MessengerVerifyToken,
		GraphAPI: a.cfg.GraphAPI, GraphVersion: a.cfg.GraphVersion, Rate: a.cfg.MessengerRate, Logger: a.log,
		Profile:  profileFile(filepath.Join(a.cfg.Data, "cache", "messenger-profile")),
		Greeting: map[bot.Language]string{}, Menu: map[bot.Language][]messenger.Item{}, IceBreakers: map[bot.Language][]messenger.Item{},
	}
	if a.cfg.PublicURL != "" {
		cfg.WebhookURL = a.publicAddress() + messengerPath
	}
	lib := a.knowledge.Load().Library
	for _, lang := range lib.Place().Languages {
		item := func(key, action string) messenger.Item {
			return messenger.Item{Label: lib.Text(lang, key), Action: action}
		}
		cfg.Greeting[lang] = lib.Text(lang, "start.short")
		cfg.Menu[lang] = []messenger.Item{item("promises.button", "promises"), item("village.button", "village"), item("language.command", "language"), item("human.button", "human")}
		cfg.IceBreakers[lang] = []messenger.Item{item("promises.button", "promises"), item("help.button", "help"), item("human.button", "human")}
	}
	c, err := messenger.New(cfg)
	if err != nil {
		return err
	}
	a.add(c)
	a.server.HandleLimit(messengerPath, messengerBody, c.Handler(a.inbox.Accept))
	return nil
}

// profileFile remembers which profile the page has. Losing it costs that the profile is set once more.
type profileFile string

// Load implements messenger.ProfileState.
func (f profileFile) Load(context.Context) (string, error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(data), err
}

// Save implements messenger.ProfileState.
func (f profileFile) Save(_ context.Context, fingerprint string) error {
	return os.WriteFile(string(f), []byte(fingerprint), 0o600)
}
