package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type askCommand struct {
	Lang     string   `help:"Language of the reply: ka, en or fr. Default: that of the question."`
	JSON     bool     `name:"json" help:"Print one JSON object."`
	Batch    string   `placeholder:"FILE" help:"Answer every line id<TAB>lang<TAB>text of FILE (- for standard input), one JSON object a line."`
	Question []string `arg:"" optional:"" help:"The question."`
}

// Run answers one question or a file of them.
func (c askCommand) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	if (c.Batch == "") == (len(c.Question) == 0) {
		return usage("write either a question or --batch FILE")
	}
	know, err := app.LearnPublished(ctx, cfg, log)
	if err != nil {
		return err
	}
	if c.Lang != "" && !slices.Contains(know.Library.Place().Languages, bot.Language(c.Lang)) {
		return usage(app.ErrLanguage.Error())
	}
	if c.Batch != "" {
		return c.batch(know, t)
	}
	asked := know.Ask("", c.Lang, strings.Join(c.Question, " "))
	if c.JSON {
		return encoder(t.out).Encode(asked)
	}
	fmt.Fprintln(t.out, asked.Text)
	for i, label := range asked.Buttons {
		fmt.Fprintf(t.out, "  %d. %s\n", i+1, label)
	}
	return nil
}

func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// maxLine bounds a line of a batch, in bytes; what is longer is answered as far as this.
const maxLine = 1 << 16

// batch answers every line that has an id. A line without a text is answered like an empty message.
func (c askCommand) batch(know *app.Knowledge, t terminal) error {
	in := t.in
	if c.Batch != "-" {
		f, err := os.Open(c.Batch)
		if err != nil {
			return fmt.Errorf("the file %s cannot be read: check its name", c.Batch)
		}
		defer f.Close()
		in = f
	}
	out := bufio.NewWriter(t.out)
	enc := encoder(out)
	bad := 0
	lines := bufio.NewReaderSize(in, maxLine)
	for number := 1; ; number++ {
		line, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("the questions could not all be read: %w", err)
		}
		if number == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line != "" && line != "id\tlang\ttext" {
			cols := append(strings.SplitN(line, "\t", 3), "", "")
			if strings.Count(line, "\t") < 2 {
				fmt.Fprintf(t.err, "ogpbot: line %d: write id, lang and text, separated by tabs\n", number)
				bad++
			}
			if err := enc.Encode(know.Ask(cols[0], cmp.Or(cols[1], c.Lang), cols[2])); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("the answers could not all be written: %w", err)
	}
	if bad > 0 {
		return errFailed
	}
	return nil
}

// readLine reads one line, cut at maxLine. The error is io.EOF with the last one.
func readLine(r *bufio.Reader) (string, error) {
	line, more, err := r.ReadLine()
	text := strings.TrimRight(strings.ToValidUTF8(string(line), ""), "\r")
	for more && err == nil {
		_, more, err = r.ReadLine()
	}
	if err == nil {
		if _, next := r.Peek(1); errors.Is(next, io.EOF) {
			err = io.EOF
		}
	}
	return text, err
}
