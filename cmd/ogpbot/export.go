package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"ogpbot/bot"
	"ogpbot/internal/app"
	person "ogpbot/internal/channel/terminal"
	"ogpbot/internal/config"
	"ogpbot/internal/durable"
)

type exportCommand struct {
	List      string `arg:"" enum:"feedback,conversations,questions,broadcasts,progress,accounts,audit" help:"feedback, conversations, questions, broadcasts, progress, accounts or audit."`
	Format    string `enum:"csv,xlsx,json" default:"csv" help:"csv, xlsx or json."`
	Village   string `help:"Only of this village."`
	Since     string `help:"Only from this day on, such as 2026-12-01."`
	Lang      string `help:"Language of heads and labels. Default: the first of the place."`
	Integrity bool   `help:"With integrity cases, which only those may read who have that right."`
	Output    string `short:"o" type:"path" help:"File to write. Default: standard output."`
}

// Run writes the list. What it says of itself goes to standard error.
func (c exportCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	if c.Output == "" && c.Format == "xlsx" && person.At(t.out) {
		return usage("a workbook is nothing to look at here: name a file with --output")
	}
	ctx, stop := untilStopped(ctx)
	defer stop()
	err := administer(cfg, log, func(admin *app.AdminClient) error {
		rows := 0
		write := func(w io.Writer) (err error) {
			bar := &longWork{w: t.err}
			defer bar.end()
			rows, err = admin.Export(ctx, app.ExportQuery{List: c.List, Format: c.Format, Language: bot.Language(c.Lang), Village: c.Village, Since: c.Since, Integrity: c.Integrity}, bar.counting(w))
			return err
		}
		err := toFile(c.Output, t.out, write)
		if err == nil && c.Output != "" {
			_, err = fmt.Fprintf(t.err, "%d rows in %s\n", rows, c.Output)
		}
		return err
	})
	return stopped(ctx, err)
}

// toFile has do write into a file, which is there only once it is whole, or into out for "".
func toFile(path string, out io.Writer, do func(io.Writer) error) error {
	if path == "" {
		w := bufio.NewWriter(out)
		return errors.Join(do(w), w.Flush())
	}
	return durable.Write(path, 0o600, do)
}
