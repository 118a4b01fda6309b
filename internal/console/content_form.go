package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/editor"
)

// contentForm is the form of an answer, as far as it is filled in.
type contentForm struct {
	ID        *field // nil: it has one already
	File      *field
	Languages []languageForm
	Checked   field
	Flags     []option // handover, asks, hidden
	Tells     []option
	TellsAuto bool
	Why       field
	Of        uint64
}

// languageForm are the fields of one language.
type languageForm struct {
	Lang      bot.Language
	Name      string
	First     bool
	Open      bool
	Question  field
	Answer    field
	Phrasings field
	Source    field
}

// details are what an answer can hold.
var details = []bot.Detail{bot.DetailWhen, bot.DetailWho, bot.DetailNumber, bot.DetailPrice, bot.DetailPhone,
	bot.DetailWhere, bot.DetailWhy, bot.DetailHow, bot.DetailCase}

func (q *request) contentForm(c editor.Change) *contentForm {
	place := q.lib.Place()
	f := &contentForm{Of: c.Of, TellsAuto: c.Tells == nil}
	if c.New {
		f.ID = &field{Name: "id", Label: q.Say("console-content.id"), Value: c.ID, Max: 24, Hint: q.Say("console-content.id-hint")}
		f.File = &field{Name: "file", Label: q.Say("console-content.file"), Type: "select"}
		for _, name := range q.c.cfg.Contents.Files() {
			f.File.Options = append(f.File.Options, option{name, name, name == c.File})
		}
	}
	for i, lang := range place.Languages {
		name := func(of string) string { return of + "-" + string(lang) }
		first := i == 0
		f.Languages = append(f.Languages, languageForm{
			Lang: lang, Name: q.lib.Text(lang, "language.name"), First: first, Open: first || c.Question[lang] == "" || c.Answer[lang] == "" || lang == q.lang,
			Question:  field{Name: name("question"), Label: q.Say("console-content.question"), Value: c.Question[lang], Max: editor.MaxQuestion, Optional: !first},
			Answer:    field{Name: name("answer"), Label: q.Say("console-content.answer"), Value: c.Answer[lang], Max: editor.MaxAnswer, Optional: !first, Hint: q.Say("console-content.answer-hint")},
			Phrasings: field{Name: name("phrasings"), Label: q.Say("console-content.phrasings"), Value: strings.Join(c.Phrasings[lang], "\n"), Optional: true, Hint: q.Say("console-content.phrasings-hint")},
			Source:    field{Name: name("source"), Label: q.Say("console-content.source"), Value: c.Source[lang], Max: editor.MaxSource, Optional: true, Hint: q.Say("console-content.source-hint")},
		})
	}
	f.Checked = field{Name: "checked", Label: q.Say("console-content.checked"), Type: "date", Optional: true, Hint: q.Say("console-content.checked-hint")}
	if !c.Checked.IsZero() {
		f.Checked.Value = c.Checked.Format(time.DateOnly)
	}
	f.Flags = []option{{"handover", q.Say("console-content.handover-long"), c.Handover}, {"asks", q.Say("console-content.asks-long"), c.Asks},
		{"promises", q.Say("console-content.promises-long"), c.Promises}, {"hidden", q.Say("console-content.hidden-long"), c.Hidden}}
	for _, d := range details {
		f.Tells = append(f.Tells, option{string(d), q.Say("console-content.tells-" + string(d)), slices.Contains(c.Tells, d)})
	}
	f.Why = field{Name: "why", Label: q.Say("console-content.why"), Value: c.Why, Max: editor.MaxWhy, Optional: true, Hint: q.Say("console-content.why-hint")}
	return f
}

// readContent reads the form.
func (q *request) readContent() (c editor.Change, err error) {
	c = editor.Change{File: q.value("file"), Why: q.value("why")}
	c.ID = q.r.PathValue("id")
	if c.ID == "" {
		c.ID, c.New = q.value("id"), true
	}
	if c.Seen, err = number(q.value("seen")); err == nil {
		c.Of, err = number(q.value("of"))
	}
	if err != nil {
		return c, errNotFound // no form of ours
	}
	c.Question, c.Answer, c.Source, c.Phrasings = bot.Text{}, bot.Text{}, bot.Text{}, map[bot.Language][]string{}
	for _, lang := range q.lib.Place().Languages {
		c.Question[lang], c.Answer[lang], c.Source[lang] = q.value("question-"+string(lang)), q.value("answer-"+string(lang)), q.value("source-"+string(lang))
		for line := range strings.Lines(q.r.PostFormValue("phrasings-" + string(lang))) {
			if line = strings.TrimSpace(line); line != "" {
				c.Phrasings[lang] = append(c.Phrasings[lang], line)
			}
		}
	}
	if day, err := time.Parse(time.DateOnly, q.value("checked")); err == nil {
		c.Checked = day
	}
	flags := q.r.PostForm["flag"]
	c.Handover, c.Asks = slices.Contains(flags, "handover"), slices.Contains(flags, "asks")
	c.Promises, c.Hidden = slices.Contains(flags, "promises"), slices.Contains(flags, "hidden")
	if q.value("tells-auto") == "" {
		c.Tells = []bot.Detail{}
		for _, d := range details {
			if slices.Contains(q.r.PostForm["tells"], string(d)) {
				c.Tells = append(c.Tells, d)
			}
		}
	}
	return c, nil
}

// number reads one of a hidden field; "" is 0.
func number(s string) (uint64, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.ParseUint(s, 10, 64)
}
