package main

import (
	"errors"
	"log/slog"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

// administer runs do through the program that has the database, if one runs, and with the database opened for it otherwise.
func administer(cfg config.Config, log *slog.Logger, do func(*app.AdminClient) error) error {
	c, err := app.Admin(cfg, log)
	if err != nil {
		return err
	}
	return wrongUsage(errors.Join(do(c), c.Close()))
}

// wrongUsage makes a usage of what is wrong in the command line.
func wrongUsage(err error) error {
	if refusal, ok := errors.AsType[bot.Refusal](err); ok && refusal.Wrong {
		return usage(refusal.Sentence)
	}
	return err
}
