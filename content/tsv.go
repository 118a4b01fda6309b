package content

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"ogpbot/bot"
)

// Negative is something that must not be answered from the content.
type Negative struct {
	Language bot.Language
	Text     string
}

// Question is what people really ask, kept apart from the phrasings to test them.
type Question struct {
	ID       string // the entry it must get, or "none"
	Language bot.Language
	Text     string
}

// None is the Question.ID of what must not be answered.
const None = "none"

// Form is one word or wording of a concept of the lexicon.
type Form struct {
	Concept  string
	Strict   bool // belongs to this concept alone; otherwise it may mean other things too
	Language bot.Language
	Form     string
}

// table reads a file of tab-separated columns. The header line may be left out.
func (l *loader) table(fsys fs.FS, name, header string, row func(wrong func(text, remedy string), cols []string)) {
	data, ok := l.read(fsys, name)
	if !ok {
		return
	}
	names := strings.Split(header, "\t")
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == header && number == 1 || strings.TrimSpace(line) == "" {
			continue
		}
		wrong := func(text, remedy string) {
			l.problems = append(l.problems, Problem{File: name, Line: number, Text: text, Remedy: remedy})
		}
		cols := strings.Split(line, "\t")
		if len(cols) != len(names) {
			wrong(fmt.Sprintf("the line has %d columns instead of %d", len(cols), len(names)), "Write "+strings.Join(names, ", ")+", separated by one tab each")
			continue
		}
		for i := range cols {
			cols[i] = strings.TrimSpace(cols[i])
		}
		row(wrong, cols)
	}
}

func (l *loader) knows(wrong func(text, remedy string), lang string) {
	if lang != "" && !slices.Contains(l.lib.PlaceData.Languages, bot.Language(lang)) {
		wrong(fmt.Sprintf("the language %q is not one of this place", lang), fmt.Sprintf("Use one of %v or leave it empty", l.lib.PlaceData.Languages))
	}
}

// fewNegatives is below how many a folder says too little about what it must not answer.
const fewNegatives = 50

// negatives reads the folder's own. Where they are few, what no municipality's content answers is added: small talk,
// weather, shopping, what the state and not the municipality does.
func (l *loader) negatives() {
	read := func(fsys fs.FS) {
		l.table(fsys, "negatives.tsv", "lang\ttext", func(wrong func(text, remedy string), c []string) {
			if fsys == l.fsys {
				l.knows(wrong, c[0])
			}
			l.lib.NegativeData = append(l.lib.NegativeData, Negative{bot.Language(c[0]), c[1]})
		})
	}
	if read(l.fsys); len(l.lib.NegativeData) < fewNegatives {
		read(embedded)
	}
}

func (l *loader) questions() {
	l.table(l.fsys, "questions.tsv", "id\tlang\ttext", func(wrong func(text, remedy string), c []string) {
		l.knows(wrong, c[1])
		if c[0] != None && l.lib.Lines[c[0]] == "" {
			wrong(fmt.Sprintf("there is no answer %q", c[0]), "Use the id of an answer, or none")
		}
		if slices.ContainsFunc(l.lib.HiddenData, func(e bot.Entry) bool { return e.ID == c[0] }) {
			return // nobody can get it now
		}
		l.lib.QuestionData = append(l.lib.QuestionData, Question{c[0], bot.Language(c[1]), c[2]})
	})
}

func (l *loader) lexicon() {
	l.table(embedded, "lexicon.tsv", "concept\tkind\tlang\tform", func(wrong func(text, remedy string), c []string) {
		if c[1] != "strict" && c[1] != "loose" {
			wrong(fmt.Sprintf("%q is neither strict nor loose", c[1]), "Write one of the two")
		}
		l.lib.Lexicon = append(l.lib.Lexicon, Form{c[0], c[1] == "strict", bot.Language(c[2]), c[3]})
	})
}

// towns reads names that are separated by white space; a line that starts with # is a remark.
func (l *loader) towns() {
	data, _ := l.read(embedded, "towns.txt")
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			l.lib.Towns = append(l.lib.Towns, strings.Fields(line)...)
		}
	}
}
