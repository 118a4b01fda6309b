package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type evidenceCommand struct {
	Since string `required:"" help:"The first day, such as 2026-12-01."`
	Lang  string `help:"Language of the page and the tables. Default: the first of the place."`
	File  string `arg:"" type:"path" help:"ZIP file to write."`
}

// Run writes the file, which is there only once it is whole.
func (c evidenceCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	err := administer(cfg, log, func(admin *app.AdminClient) error {
		rows := 0
		err := toFile(c.File, t.out, func(w io.Writer) (err error) {
			bar := &longWork{w: t.err}
			defer bar.end()
			rows, err = admin.Evidence(ctx, app.EvidenceQuery{Since: c.Since, Language: bot.Language(c.Lang)}, bar.counting(w))
			return err
		})
		if err == nil {
			_, err = fmt.Fprintf(t.err, "%d rows in %s: unpack it and open index.html\n", rows, c.File)
		}
		return err
	})
	return stopped(ctx, err)
}
