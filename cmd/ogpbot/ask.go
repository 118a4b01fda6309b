package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
func (c askCommand) Run(cfg config.Config, t terminal) error {
	if (c.Batch == "") == (len(c.Question) == 0) {
		return errors.New("write a question, or --batch FILE")
	}
	know, err := learn(cfg)
	if err != nil {
		return err
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

// learn loads the content; the cache is used where the data folder is there already.
func learn(cfg config.Config) (*app.Knowledge, error) {
	folder, err := app.ContentFolder(cfg.Content)
	if err != nil {
		return nil, err
	}
	cache := filepath.Join(cfg.Data, "cache")
	if _, err := os.Stat(cache); err != nil {
		cache = ""
	}
	return app.Learn(folder, cache)
}

func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// maxLine bounds a line of a batch, in bytes.
const maxLine = 1 << 20

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
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	bad := 0
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimRight(lines.Text(), "\r")
		if number == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line == "" || line == "id\tlang\ttext" {
			continue
		}
		cols := strings.SplitN(line, "\t", 3)
		if len(cols) != 3 {
			fmt.Fprintf(t.err, "ogpbot: line %d was left out: write id, lang and text, separated by tabs\n", number)
			bad++
			continue
		}
		lang := cols[1]
		if lang == "" {
			lang = c.Lang
		}
		if err := enc.Encode(know.Ask(cols[0], lang, cols[2])); err != nil {
			return err
		}
	}
	if err := errors.Join(lines.Err(), out.Flush()); err != nil {
		return fmt.Errorf("the questions could not all be answered: %w", err)
	}
	if bad > 0 {
		return errFailed
	}
	return nil
}
