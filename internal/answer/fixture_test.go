package answer

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"ogpbot/bot"
)

// row is one line of a set of questions. id is an entry's, "none" where nothing answers it, or "hard"
// where an entry has the topic and not the detail.
type row struct {
	id, text string
	lang     bot.Language
}

func tsv(tb testing.TB, path string) [][]string {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
	}
	return rows
}

func questions(tb testing.TB, path string) []row {
	tb.Helper()
	var out []row
	for _, f := range tsv(tb, path)[1:] {
		out = append(out, row{id: f[0], lang: bot.Language(f[1]), text: f[2]})
	}
	return out
}

func decode(tb testing.TB, path string, into any) {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		tb.Fatal(err)
	}
}

// kb is a municipal knowledge base of 63 entries, made for measuring.
func kb(tb testing.TB) Corpus {
	tb.Helper()
	c := Corpus{Languages: []bot.Language{"ka", "en", "fr"}}
	decode(tb, "testdata/kb/entries.json", &c.Entries)
	decode(tb, "testdata/kb/hears.json", &c.Hears)
	for _, f := range tsv(tb, "testdata/kb/negatives.tsv")[1:] {
		c.Negatives = append(c.Negatives, Negative{Language: bot.Language(f[0]), Text: f[1]})
	}
	c.Concepts = lexicon(tb)
	c.Villages = villages(tb)
	return c
}

func lexicon(tb testing.TB) []Form {
	tb.Helper()
	var forms []Form
	for _, f := range tsv(tb, "../../content/lexicon.tsv") {
		if len(f) == 4 && (f[1] == "strict" || f[1] == "loose") {
			forms = append(forms, Form{Concept: f[0], Strict: f[1] == "strict", Language: bot.Language(f[2]), Form: f[3]})
		}
	}
	return forms
}

// trained is the model of kb, made once: it is immutable.
var trained struct {
	once sync.Once
	m    *Model
	err  error
}

func model(tb testing.TB) *Model {
	tb.Helper()
	trained.once.Do(func() { trained.m, trained.err = Train(kb(tb)) })
	if trained.err != nil {
		tb.Fatal(trained.err)
	}
	return trained.m
}
