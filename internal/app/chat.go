package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/terminal"
	"ogpbot/internal/config"
)

// ErrLanguage is returned for a language that the place does not have.
var ErrLanguage = errors.New("--lang: this place does not speak that language; try ka, en or fr")

// Chatter is one person at a terminal.
type Chatter struct {
	Name     string // whose conversation it is
	Language string // to start in; "" for the default
	In       io.Reader
	Out      io.Writer
}

// Chat lets one person talk to the bot until In or ctx ends: through the same inbox, database and outbox as every
// citizen. No platform is connected meanwhile.
func Chat(ctx context.Context, cfg config.Config, log *slog.Logger, who Chatter) error {
	cfg.TelegramToken = ""
	a, err := New(cfg, log)
	if err != nil {
		return err
	}
	var post *post
	c := terminal.New(who.In, who.Out, terminal.Options{As: who.Name, Settled: func(ctx context.Context) error { return post.sender.Idle(ctx) }})
	post = a.add(c)

	ctx, stop := context.WithCancel(ctx)
	var sending sync.WaitGroup
	sending.Go(func() { _ = post.sender.Run(ctx) })
	err = a.greet(ctx, post, c, who)
	if err == nil {
		err = c.Poll(ctx, a.inbox.Accept)
	}
	stop()
	sending.Wait()
	return errors.Join(err, a.Close())
}

// greet opens the conversation as a messenger's start button would, for someone who sits at the keyboard.
func (a *App) greet(ctx context.Context, p *post, c *terminal.Channel, who Chatter) error {
	var first string
	switch lang := bot.Language(who.Language); {
	case slices.Contains(a.knowledge.Load().Library.Place().Languages, lang):
		first = "/language " + who.Language
	case who.Language != "":
		return ErrLanguage
	case c.Interactive():
		first = "/start"
	default:
		return nil
	}
	now := time.Now().UTC()
	in := bot.Inbound{Ref: "start-" + now.Format(time.RFC3339Nano), From: bot.Address{Platform: terminal.Platform, ID: who.Name}, At: now, Text: first}
	if err := a.inbox.Accept(ctx, in); err != nil {
		return err
	}
	return p.sender.Idle(ctx)
}
