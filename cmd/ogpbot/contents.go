package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type contentExport struct {
	To string `arg:"" name:"file|dir" help:"A file that ends in .yaml, - for standard output, or a content folder; one that is not there becomes a copy with the changes in it."`
}

// Run reads from the data folder; the answers stay published there until the folder that is in use says the same.
func (c contentExport) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		over, err := admin.Contents(ctx)
		if err != nil {
			return err
		}
		if c.To != "-" && !isAnswers(c.To) {
			return exportFolder(cfg, t, over, c.To)
		}
		text, err := app.ContentFile(cfg, over)
		if err != nil {
			return err
		}
		if c.To == "-" {
			_, err = t.out.Write(text)
			return err
		}
		if err := os.WriteFile(c.To, text, 0o644); err != nil { //nolint:gosec // what every citizen may read
			return fmt.Errorf("the file cannot be written: choose another: %w", err)
		}
		_, err = fmt.Fprintf(t.out, "%d answers are in %s.\n", len(over), c.To)
		return err
	})
}

func exportFolder(cfg config.Config, t terminal, over []bot.Edit, dir string) error {
	files, err := app.ExportContents(cfg, over, dir)
	for _, file := range files {
		fmt.Fprintln(t.out, file)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%d answers are in %s; %d files changed. Look with ogpbot content check %[2]s.\n", len(over), dir, len(files))
	return err
}

// isAnswers tells a file of answers from a folder.
func isAnswers(name string) bool { return strings.HasSuffix(name, ".yaml") }

type contentImport struct {
	From string `arg:"" name:"file|dir" help:"A file of answers, or a content folder."`
	Why  string `help:"The reason, as the history shows it. Default: from which file."`
}

// Run publishes all of them or none.
func (c contentImport) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	in := app.ContentImport{Why: c.Why}
	if in.Why == "" {
		in.Why = "imported from " + filepath.Base(c.From)
	}
	names := []string{c.From}
	if info, err := os.Stat(c.From); err == nil && info.IsDir() {
		if names, err = filepath.Glob(filepath.Join(c.From, "answers", "*.yaml")); err != nil || len(names) == 0 {
			return fmt.Errorf("%s is no content folder: it has no answers/*.yaml", c.From)
		}
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("the file %s cannot be read: check its name: %w", name, errors.Unwrap(err))
		}
		in.Files = append(in.Files, app.ContentText{Name: name, Text: text})
	}
	return administer(cfg, log, func(admin *app.AdminClient) error {
		n, err := admin.ImportContents(ctx, in)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "%d answers were published; the others are told as they are already.\n", n)
		return err
	})
}
