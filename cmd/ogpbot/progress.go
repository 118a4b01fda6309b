package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type progressCommand struct {
	Set  progressSet  `cmd:"" help:"Say how far a commitment or a milestone is; subscribers are told."`
	List progressList `cmd:"" help:"Print what changed, the newest first."`
}

type progressSet struct {
	Commitment string            `arg:"" help:"Id of the commitment."`
	Milestone  string            `placeholder:"M" help:"Id of the milestone. Default: the commitment itself."`
	Status     string            `placeholder:"S" help:"no-evidence, not-started, limited, substantial or complete. Default: as it was."`
	Percent    string            `placeholder:"N" help:"0 to 100, or none. Default: as it was."`
	Due        string            `placeholder:"YYYY-MM" help:"Month in which it shall be done, or none. Default: as it was."`
	Reason     string            `required:"" placeholder:"TEXT" help:"Why, in one sentence for citizens, in the place's default language."`
	ReasonIn   map[string]string `mapsep:"none" placeholder:"LANG=TEXT" help:"The same in another language, such as en=...; repeat it for more."`
	Evidence   string            `placeholder:"URL" help:"Page that shows it."`
	By         string            `placeholder:"LOGIN" help:"Account of whoever decided it. Default: the command line."`
}

const (
	none  = "none"
	month = "2006-01"
)

// step is what the flags ask for.
func (c progressSet) step() (app.ProgressStep, error) {
	s := app.ProgressStep{Commitment: c.Commitment, Milestone: c.Milestone, Status: bot.Status(c.Status), Reason: c.Reason,
		ReasonIn: bot.Text{}, Evidence: c.Evidence, By: c.By}
	for lang, words := range c.ReasonIn {
		s.ReasonIn[bot.Language(lang)] = words
	}
	switch c.Percent {
	case "":
	case none:
		s.Percent = new(bot.PercentUnknown)
	default:
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(c.Percent, "%")))
		if err != nil || n < 0 {
			return s, usage(fmt.Sprintf("--percent: %q is no percentage; write 0 to 100, or none", c.Percent))
		}
		s.Percent = &n
	}
	switch c.Due {
	case "":
	case none:
		s.Due = &time.Time{}
	default:
		due, err := time.Parse(month, c.Due)
		if err != nil {
			return s, usage(fmt.Sprintf("--due: %q is no month; write it like 2027-03, or none", c.Due))
		}
		s.Due = &due
	}
	return s, nil
}

// Run prints what is so from now on.
func (c progressSet) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	step, err := c.step()
	if err != nil {
		return err
	}
	return administer(cfg, log, func(admin *app.AdminClient) error {
		kept, err := admin.SetProgress(ctx, step)
		if err != nil {
			return err
		}
		for _, line := range moves(kept, nil) {
			fmt.Fprintf(t.out, "%s: %s\n", name(kept), line)
		}
		_, err = fmt.Fprintln(t.out, "It is kept; subscribers are told with their next digest.")
		return err
	})
}

type progressList struct {
	Commitment string `arg:"" optional:"" help:"Id of the commitment. Default: all."`
}

// Run prints each change with its reason, and how often a deadline had been moved by then.
func (c progressList) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		h, err := admin.Progress(ctx, c.Commitment)
		if err != nil {
			return err
		}
		if len(h.Changes) == 0 {
			_, err := fmt.Fprintln(t.out, "Nothing has changed yet: ogpbot progress set keeps what does.")
			return err
		}
		for i, change := range slices.Backward(h.Changes) {
			printChange(t.out, change, h.Changes[:i+1], h.Languages)
		}
		return nil
	})
}

func printChange(w io.Writer, c bot.Change, upTo []bot.Change, languages []bot.Language) {
	fmt.Fprintf(w, "%s  %s  by %s\n", c.At.Format("2006-01-02 15:04"), name(c), c.By)
	for _, line := range moves(c, upTo) {
		fmt.Fprintf(w, "    %s\n", line)
	}
	for _, lang := range languages {
		if words := c.Reason[lang]; words != "" {
			fmt.Fprintf(w, "    %s: %s\n", lang, words)
		}
	}
	if c.Evidence != "" {
		fmt.Fprintf(w, "    %s\n", c.Evidence)
	}
}

// name is that of what changed.
func name(c bot.Change) string {
	if c.Milestone == "" {
		return c.Commitment
	}
	return c.Commitment + "/" + c.Milestone
}

// moves says what a change changed, a line each; with upTo, the history of which it is the last, also how often its deadline
// was moved by then.
func moves(c bot.Change, upTo []bot.Change) (lines []string) {
	if c.Was.Status != c.Now.Status {
		lines = append(lines, fmt.Sprintf("status %s -> %s", c.Was.Status, c.Now.Status))
	}
	if c.Was.Percent != c.Now.Percent {
		lines = append(lines, fmt.Sprintf("percent %s -> %s", percent(c.Was.Percent), percent(c.Now.Percent)))
	}
	if !c.Was.Due.Equal(c.Now.Due) {
		line := fmt.Sprintf("due %s -> %s", due(c.Was.Due), due(c.Now.Due))
		if s := bot.Slips(upTo, c.Commitment, c.Milestone); s.Times > 0 && c.Moved() != 0 {
			line += " (" + slipped(s) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// slipped sums up the moves of a deadline, such as "moved twice, 74 days".
func slipped(s bot.Slip) string {
	times := strconv.Itoa(s.Times) + " times"
	switch s.Times {
	case 1:
		times = "once"
	case 2:
		times = "twice"
	}
	switch {
	case s.Days < 0:
		return fmt.Sprintf("moved %s, %d days earlier", times, -s.Days)
	case s.Days == 0:
		return fmt.Sprintf("moved %s, back to where it was", times)
	}
	return fmt.Sprintf("moved %s, %d days", times, s.Days)
}

func percent(n int) string {
	if n == bot.PercentUnknown {
		return none
	}
	return strconv.Itoa(n)
}

func due(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return t.Format(month)
}
