package main

import (
	"context"
	"errors"
	"log/slog"

	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type chatCommand struct {
	As   string `default:"you" help:"Name of the citizen; each has a conversation of their own."`
	Lang string `help:"Language to start in: ka, en or fr."`
}

// Run talks to the bot over standard input and output, through the same inbox, database and outbox as every citizen.
func (c chatCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	err := app.Chat(ctx, cfg, log, app.Chatter{Name: c.As, Language: c.Lang, In: t.in, Out: t.out})
	if errors.Is(err, app.ErrLanguage) {
		return usage(err.Error())
	}
	return err
}
