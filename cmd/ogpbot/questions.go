package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"

	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type questionsCommand struct {
	List  questionsList  `cmd:"" help:"List what the bot could not answer, the newest first, those that ask the same together."`
	Draft questionsDraft `cmd:"" help:"Print a question as an entry for a file of answers, with the words in which it was asked."`
}

type questionsList struct{}

// Run prints a table.
func (questionsList) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		all, err := admin.Questions(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(t.out, "There are no questions without an answer.")
			return err
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tPEOPLE\tANSWERED BY\tQUESTION")
		for _, q := range all {
			by := q.Answered
			if by == "" {
				by = "-"
			}
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", q.ID, q.Count, by, strings.Join(strings.Fields(q.Text), " "))
		}
		return w.Flush()
	})
}

type questionsDraft struct {
	ID string `arg:"" help:"Of the question, as it is listed."`
}

// Run prints YAML.
func (c questionsDraft) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		draft, err := admin.DraftQuestion(ctx, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(t.out, draft)
		return err
	})
}
