package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/answer"
	"ogpbot/internal/answer/georgian"
)

// question is a text and the entry that answers it.
type question struct{ id, text string }

// data is what every engine is given.
type data struct {
	corpus answer.Corpus
	lines  int // of the entries
	all    []question
	native []question // those in Georgian letters
}

func load(testdata, lexicon string) (data, error) {
	d := data{corpus: answer.Corpus{Languages: []bot.Language{"ka", "en", "fr"}}}
	b, err := os.ReadFile(filepath.Join(testdata, "kb", "entries.json"))
	if err != nil {
		return d, fmt.Errorf("reading the entries: %w", err)
	}
	if err := json.Unmarshal(b, &d.corpus.Entries); err != nil {
		return d, fmt.Errorf("reading the entries: %w", err)
	}
	for _, e := range d.corpus.Entries {
		for _, l := range d.corpus.Languages {
			d.lines += len(said(e, l))
		}
	}
	err = rows(filepath.Join(testdata, "kb", "negatives.tsv"), 2, func(f []string) {
		d.corpus.Negatives = append(d.corpus.Negatives, answer.Negative{Language: bot.Language(f[0]), Text: f[1]})
	})
	if err != nil {
		return d, err
	}
	err = rows(lexicon, 4, func(f []string) {
		d.corpus.Concepts = append(d.corpus.Concepts, answer.Form{Concept: f[0], Strict: f[1] == "strict", Language: bot.Language(f[2]), Form: f[3]})
	})
	if err != nil {
		return d, err
	}
	for _, set := range []string{"unseen-1.tsv", "unseen-2.tsv"} {
		err := rows(filepath.Join(testdata, set), 3, func(f []string) {
			if f[0] != "id" && f[0] != "none" && f[0] != "hard" {
				d.all = append(d.all, question{f[0], f[2]})
			}
		})
		if err != nil {
			return d, err
		}
	}
	for _, q := range d.all {
		if strings.ContainsFunc(q.text, georgian.IsGeorgian) {
			d.native = append(d.native, q)
		}
	}
	return d, nil
}

// rows calls f for each line of n fields.
func rows(path string, n int, f func([]string)) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the questions: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); len(fields) == n {
			f(fields)
		}
	}
	return nil
}

// said gives all that an entry is asked by in one language.
func said(e bot.Entry, l bot.Language) []string {
	if e.Question[l] == "" {
		return e.Phrasings[l]
	}
	return slices.Concat([]string{e.Question[l]}, e.Phrasings[l])
}
