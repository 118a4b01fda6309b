package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type serveCommand struct{}

// Run serves until the process is told to stop. SIGHUP reads the content again.
func (serveCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	a, err := app.New(cfg, log)
	if err != nil {
		return err
	}
	addr, err := a.Listen()
	if err != nil {
		_ = a.Close()
		return err
	}
	login, password, err := a.FirstOwner(ctx)
	if err != nil {
		_ = a.Close()
		return err
	}
	at := cmp.Or(strings.TrimRight(cfg.PublicURL, "/"), "http://"+addr.String())
	fmt.Fprintf(t.out, "ogpbot is running. Web chat: %[1]s/chat  Staff: %[1]s/console/  State: http://%[2]s/readyz  Stop it with Ctrl-C.\n", at, addr)
	if password != "" {
		fmt.Fprintf(t.out, "This database is new. Sign in at %s/console/ and choose a password of your own:\n  login %s\n  one-time password %s\nIt is not shown again.\n", at, login, password)
	}
	if cfg.TelegramToken == "" && cfg.MessengerToken == "" {
		fmt.Fprintln(t.out, "Telegram and Messenger are off: set OGPBOT_TELEGRAM_TOKEN or OGPBOT_MESSENGER_TOKEN to turn them on.")
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	for {
		select {
		case err := <-done:
			return err
		case <-hup:
			if err := a.Reload(ctx); err != nil {
				log.Error("the content was not exchanged; the one in use stays", "error", err)
				continue
			}
			log.Info("the content was read again and is in use")
		}
	}
}
