package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

// doctorCommand works while serve runs and while it does not.
type doctorCommand struct {
	Lang string `help:"Language of what is printed, such as en. Default: that of the place."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Run prints what is wrong; exit code 1 if anything is.
func (c doctorCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	found, err := app.Doctor(ctx, cfg, log, bot.Language(c.Lang))
	if err != nil {
		return wrongUsage(err)
	}
	if c.JSON {
		err = json.NewEncoder(t.out).Encode(found)
	} else {
		for _, f := range found.Findings {
			mark := "✗"
			if f.Over {
				mark = "✓"
			}
			fmt.Fprintf(t.out, "%s %s\n  %s\n  → %s\n\n", mark, f.What, f.Means, f.Mend)
		}
		_, err = fmt.Fprintln(t.out, found.Summary)
	}
	if err == nil && !found.OK {
		return errFailed
	}
	return err
}
