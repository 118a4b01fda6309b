package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type backupCommand struct {
	File string `arg:"" type:"path" help:"File to write; one that is there is replaced once the new one was checked."`
	To   string `placeholder:"AGE-RECIPIENT" help:"Encrypt the copy for this public key (age1..., from age-keygen)."`
}

// Run writes a checked copy. Citizens notice nothing.
func (c backupCommand) Run(ctx context.Context, cfg config.Config, t terminal, _ *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	bar := &longWork{w: t.err}
	r, err := app.Backup(ctx, cfg, c.File, c.To, bar.watch())
	bar.end()
	if err != nil {
		return stopped(ctx, err)
	}
	printFaults(t, r)
	_, err = fmt.Fprintf(t.out, "%s holds %d entries, checked.\n", c.File, r.Entries)
	return err
}

type restoreCommand struct {
	File     string `arg:"" type:"path" help:"Copy that ogpbot backup made."`
	Identity string `type:"path" placeholder:"KEYFILE" help:"File with the secret key, for an encrypted copy."`
	Moved    bool   `help:"Nothing was sent since the copy was made, such as when the program moves to another machine: send what it owes."`
}

// Run puts a copy in the place of the database.
func (c restoreCommand) Run(ctx context.Context, cfg config.Config, t terminal, _ *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	bar := &longWork{w: t.err}
	r, aside, err := app.Restore(ctx, cfg, c.File, c.Identity, c.Moved, bar.watch())
	bar.end()
	if err != nil {
		return stopped(ctx, err)
	}
	printFaults(t, r)
	fmt.Fprintf(t.out, "The database is the copy now: %d entries.\n", r.Entries)
	if !c.Moved {
		fmt.Fprintln(t.out, "Messages that waited to be sent when it was made count as sent: they went out after that.")
	}
	if aside != "" {
		fmt.Fprintf(t.out, "The one that was there is kept as %s; delete it when all is well.\n", aside)
	}
	return nil
}

type checkCommand struct {
	File string `arg:"" optional:"" type:"path" help:"A copy to look through, not encrypted. Default: the database."`
}

// Run reports what it finds: damage, and lists that contradict each other.
func (c checkCommand) Run(ctx context.Context, cfg config.Config, t terminal, _ *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	bar := &longWork{w: t.err}
	r, err := app.Check(ctx, cfg, c.File, bar.watch())
	bar.end()
	if err != nil {
		return stopped(ctx, err)
	}
	fmt.Fprintf(t.out, "Format %d, %d entries in %d lists, %.1f MB, of which %.1f MB are free.\n", r.Format, r.Entries, r.Lists, float64(r.Size)/1e6, float64(r.Free)/1e6)
	if !r.Copied.IsZero() {
		fmt.Fprintf(t.out, "It is a copy, whole and unchanged since %s.\n", r.Copied.Format(time.RFC3339))
	}
	if !r.Current {
		fmt.Fprintln(t.out, "It is of an older ogpbot, so its lists were not compared; the next start brings it up to date.")
	}
	if len(r.Faults) == 0 {
		_, err := fmt.Fprintln(t.out, "Nothing is damaged, and nothing is missing.")
		return err
	}
	for _, f := range r.Faults {
		fmt.Fprintln(t.out, f)
	}
	return errors.New("lists contradict each other: nothing was changed; restore a copy from before, or report this with the lines above")
}

type compactCommand struct{}

// Run makes the file smaller. A start does that by itself when more than half of a large one is free.
func (compactCommand) Run(ctx context.Context, cfg config.Config, t terminal, _ *slog.Logger) error {
	ctx, stop := untilStopped(ctx)
	defer stop()
	bar := &longWork{w: t.err}
	before, after, err := app.Compact(ctx, cfg, bar.watch())
	bar.end()
	if err != nil {
		return stopped(ctx, err)
	}
	_, err = fmt.Fprintf(t.out, "%.1f MB before, %.1f MB now.\n", float64(before)/1e6, float64(after)/1e6)
	return err
}

// printFaults warns of what a copy is as wrong about as the database was.
func printFaults(t terminal, r app.CheckReport) {
	if len(r.Faults) > 0 {
		fmt.Fprintf(t.err, "ogpbot: the copy is whole, but lists of the database contradict each other in %d ways: run ogpbot check\n", len(r.Faults))
	}
}

// stopped says that somebody ended a work, instead of what failed because of that.
func stopped(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errors.New("stopped; nothing was changed")
	}
	return wrongUsage(err)
}
