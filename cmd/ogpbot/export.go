package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type exportCommand struct {
	List      string `arg:"" enum:"feedback,conversations,questions,broadcasts" help:"feedback, conversations, questions or broadcasts."`
	Format    string `enum:"csv,xlsx,json" default:"csv" help:"csv, xlsx or json."`
	Village   string `help:"Only of this village."`
	Since     string `help:"Only from this day on, such as 2026-12-01."`
	Lang      string `help:"Language of heads and labels. Default: the first of the place."`
	Integrity bool   `help:"With integrity cases, which only those may read who have that right."`
	Output    string `short:"o" type:"path" help:"File to write. Default: standard output."`
}

// Run writes the list. What it says of itself goes to standard error.
func (c exportCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	if out, ok := t.out.(*os.File); ok && c.Output == "" && c.Format == "xlsx" && isTerminal(out) {
		return usage("a workbook is nothing to look at here: name a file with --output")
	}
	return administer(cfg, log, func(admin *app.AdminClient) error {
		rows := 0
		write := func(w io.Writer) (err error) {
			seen := &progressWriter{w: w, say: t.err, quiet: !watched(t.err)}
			rows, err = admin.Export(ctx, app.ExportQuery{List: c.List, Format: c.Format, Language: bot.Language(c.Lang), Village: c.Village, Since: c.Since, Integrity: c.Integrity}, seen)
			seen.end()
			return err
		}
		err := toFile(c.Output, t.out, write)
		if err == nil && c.Output != "" {
			_, err = fmt.Fprintf(t.err, "%d rows in %s\n", rows, c.Output)
		}
		return err
	})
}

// toFile has do write into a file, which is there only once it is whole, or into out for "".
func toFile(path string, out io.Writer, do func(io.Writer) error) error {
	if path == "" {
		w := bufio.NewWriter(out)
		return errors.Join(do(w), w.Flush())
	}
	// What a killed process left, or somebody laid there, is not written into: others may read it.
	if err := os.Remove(path + ".part"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file %s cannot be written: %w", path, err)
	}
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the file %s cannot be written: %w", path, err)
	}
	defer os.Remove(path + ".part") // what is left after an error
	w := bufio.NewWriter(f)
	if err := errors.Join(do(w), w.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// watched tells whether a person reads what is said.
func watched(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(f)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// progressWriter says how much was written, for whoever waits.
type progressWriter struct {
	w     io.Writer
	say   io.Writer
	quiet bool
	bytes int64
	last  time.Time
}

func (p *progressWriter) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.bytes += int64(n)
	if now := time.Now(); !p.quiet && now.Sub(p.last) > time.Second/4 {
		p.last = now
		fmt.Fprintf(p.say, "\r%.1f MB", float64(p.bytes)/1e6)
	}
	return n, err
}

func (p *progressWriter) end() {
	if !p.quiet && !p.last.IsZero() {
		fmt.Fprint(p.say, "\r\033[K")
	}
}
