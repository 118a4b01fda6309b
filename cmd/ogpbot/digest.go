package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type digestCommand struct {
	Preview digestPreview `cmd:"" help:"Print the next digest, as it would be sent."`
	Post    digestPost    `cmd:"" help:"Post it on the municipality's Facebook page, while serve runs."`
}

type digestPost struct {
	Lang    string `placeholder:"L" help:"Language: ka, en or fr. Default: that of the place."`
	Cadence string `enum:"weekly,monthly" default:"weekly" help:"${enum}: since the last digest of that kind."`
	At      string `placeholder:"TIME" help:"When, such as 2026-12-01 10:00: 10 minutes to 30 days ahead. Default: now."`
}

// Run posts what subscribers read on the municipality's Facebook page.
func (c digestPost) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	in := app.DigestPost{DigestQuery: app.DigestQuery{Language: bot.Language(c.Lang), Cadence: bot.Cadence(c.Cadence)}, At: c.At}
	return administer(cfg, log, func(admin *app.AdminClient) error {
		if err := admin.PostDigest(ctx, in); err != nil {
			return err
		}
		_, err := fmt.Fprintln(t.out, "It is on the page, or will be at its time.")
		return err
	})
}

type digestPreview struct {
	Lang    string `placeholder:"L" help:"Language: ka, en or fr. Default: that of the place."`
	Village string `placeholder:"V" help:"Id of a village whose subscribers it is for; they get the same words as all."`
	Cadence string `enum:"weekly,monthly" default:"weekly" help:"${enum}: of those who want it that often."`
	Picture string `placeholder:"FILE.png" help:"Write the picture that goes with it to this file."`
}

// Run prints the words for somebody who follows every commitment and had the digest before.
func (c digestPreview) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	q := app.DigestQuery{Language: bot.Language(c.Lang), Village: c.Village, Cadence: bot.Cadence(c.Cadence), Picture: c.Picture != ""}
	return administer(cfg, log, func(admin *app.AdminClient) error {
		p, err := admin.PreviewDigest(ctx, q)
		if err != nil {
			return err
		}
		if p.Village != "" {
			fmt.Fprintf(t.out, "For %s subscribers in %s:\n\n", c.Cadence, p.Village)
		}
		if p.Nothing {
			_, err := fmt.Fprintln(t.out, "nothing has changed: nothing would be sent")
			return err
		}
		if c.Picture != "" {
			if err := os.WriteFile(c.Picture, p.Picture, 0o644); err != nil {
				return fmt.Errorf("the picture cannot be written to %s: name a file in a folder that you may write to", c.Picture)
			}
		}
		return printMessage(t, p.Message)
	})
}

// printMessage prints what a citizen reads, buttons in brackets.
func printMessage(t terminal, m bot.Outbound) error {
	out := m.Words() + "\n"
	for i, b := range m.Buttons {
		if i == 0 {
			out += "\n"
		}
		out += "[" + b.Label + "]\n"
	}
	_, err := fmt.Fprint(t.out, out)
	return err
}
