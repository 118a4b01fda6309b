// Command ogpbot is a civic chatbot: it answers citizens' questions about a municipality's
// open government commitments. This package turns the command line into calls of package
// app: flags, exit codes and sentences for the person at the terminal, nothing else.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"ogpbot/internal/app"
	"ogpbot/internal/config"
	"ogpbot/internal/redact"
)

// commands is the command line. Flags of config.Config may stand before or after the command.
type commands struct {
	config.Config

	Serve     serveCommand     `cmd:"" help:"Run everything that is configured."`
	Chat      chatCommand      `cmd:"" help:"Talk to the bot in the terminal, as a citizen."`
	Ask       askCommand       `cmd:"" help:"Print what a citizen would be told."`
	Content   contentCommand   `cmd:"" help:"Check and test a content folder."`
	Staff     staffCommand     `cmd:"" help:"Accounts of those who work for the municipality."`
	Progress  progressCommand  `cmd:"" help:"How far the commitments are, and how they came there."`
	Digest    digestCommand    `cmd:"" help:"What subscribers are told of progress."`
	Questions questionsCommand `cmd:"" help:"What the bot could not answer."`
	Export    exportCommand    `cmd:"" help:"Write a list as a file: feedback, conversations, questions, announcements and more."`
	Backup    backupCommand    `cmd:"" help:"Write a checked copy of the database, also while serve runs."`
	Restore   restoreCommand   `cmd:"" help:"Put such a copy in the place of the database."`
	Check     checkCommand     `cmd:"" help:"Look through the database, or a copy, for damage."`
	Compact   compactCommand   `cmd:"" help:"Make the file of the database smaller."`
	Doctor    doctorCommand    `cmd:"" help:"Find what is wrong with tokens, webhooks, clock, disk and content, and say how to mend it."`
	Evidence  evidenceCommand  `cmd:"" help:"Write what was promised, asked and done since a day, for whoever watches from outside."`
	Health    healthCommand    `cmd:"" help:"Exit 0 if serve answers on --listen; for the health check of a container."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// untilStopped ends with Ctrl-C or SIGTERM, for commands that stop in order. All others just end.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// usage is a mistake in the command line: exit code 2.
type usage string

func (u usage) Error() string { return string(u) }

// errFailed ends a command that has already said what is wrong.
var errFailed = errors.New("failed")

func main() {
	os.Exit(run(context.Background(), os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the program without its process.
func run(ctx context.Context, args []string, t terminal) (code int) {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("ogpbot"),
		kong.Description("A civic chatbot: answers about a municipality's open government commitments, from approved content only."),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(t.err, "ogpbot:", err)
		return 1
	}
	switch {
	case len(args) == 0 || args[0] == "help":
		args = []string{"--help"}
	case args[0] == "--version":
		args = []string{"version"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(t.err, "ogpbot: %v. See ogpbot --help.\n", err)
		return 2
	}
	c.Config = c.Trimmed()
	if err := c.Validate(); err != nil {
		fmt.Fprintf(t.err, "ogpbot: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nogpbot: "))
		return 2
	}
	log, err := logger(c.Config, t.err)
	if err != nil {
		fmt.Fprintln(t.err, "ogpbot:", err)
		return 2
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(c.Config, t, log)
	if err := app.HandOver(c.Config); err != nil {
		log.Warn("files of the data folder may be closed to the service, chown them to the owner of the folder", slog.Any("error", err))
	}
	switch {
	case errors.Is(err, errFailed):
		return 1
	case errors.As(err, new(usage)):
		fmt.Fprintf(t.err, "ogpbot: %v. See ogpbot --help.\n", err)
		return 2
	case err != nil:
		fmt.Fprintln(t.err, "ogpbot:", redact.Error(err, c.Secrets()...))
		return 1
	}
	return 0
}

// logger writes to w, and never a secret, an address or a citizen's words.
func logger(c config.Config, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level: %q is not known; write debug, info, warn or error", c.LogLevel)
	}
	opts := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, opts)
	if c.LogFormat == "json" {
		h = slog.NewJSONHandler(w, opts)
	}
	return slog.New(redact.NewHandler(h, c.Secrets()...)), nil
}
