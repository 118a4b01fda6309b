package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"ogpbot/bot"
)

// maxAnswer is the longest answer that reads well on a small phone, in characters.
const maxAnswer = 600

var schemeForm = regexp.MustCompile(`^[a-z]{4,12}$`)

var details = []bot.Detail{bot.DetailWhen, bot.DetailWho, bot.DetailNumber, bot.DetailPrice, bot.DetailPhone,
	bot.DetailWhere, bot.DetailWhy, bot.DetailHow, bot.DetailCase}

// answers reads the folder's, and puts what was written over them in their place.
func (l *loader) answers(over []Written) {
	at := map[string]string{}
	files := l.folder(l.fsys, "answers", l.lib.PlaceData.Languages, func(_ string, r *reader, n *yaml.Node) {
		r.eachEntry(n, at, func(e bot.Entry) {
			l.lib.EntryData = append(l.lib.EntryData, e)
			l.lib.Lines[e.ID] = at[e.ID]
		})
	})
	l.over(over)
	l.hide()
	if files == 0 || len(l.lib.EntryData) == 0 && l.problems.err() == nil {
		l.problems = append(l.problems, Problem{File: "answers", Text: "there is no answer", Remedy: "Write at least one entry into answers/something.yaml"})
	}
}

// eachEntry decodes a list of entries. at says where each ID is.
func (r *reader) eachEntry(n *yaml.Node, at map[string]string, take func(bot.Entry)) {
	r.items(n, func(v *yaml.Node) {
		e := r.entry(v)
		if e.ID == "" {
			return
		}
		if first, dup := at[e.ID]; dup {
			r.wrong(v, "Give one of them another id", "the id %q is taken by %s", e.ID, first)
			return
		}
		at[e.ID] = fmt.Sprintf("%s:%d", r.file, v.Line)
		take(e)
	})
}

// entries decodes a list of entries that stands by itself.
func (r *reader) entries(n *yaml.Node) (es []bot.Entry) {
	r.eachEntry(n, map[string]string{}, func(e bot.Entry) { es = append(es, e) })
	return es
}

func (r *reader) entry(n *yaml.Node) bot.Entry {
	e := bot.Entry{Phrasings: map[bot.Language][]string{}}
	var question, answer, checked *yaml.Node
	r.fields(n, map[string]func(*yaml.Node){
		"id":       func(v *yaml.Node) { e.ID = r.id(v) },
		"question": func(v *yaml.Node) { question, e.Question = v, r.text(v) },
		"answer":   func(v *yaml.Node) { answer, e.Answer = v, r.text(v) },
		"source":   func(v *yaml.Node) { e.Source = r.textOrString(v) },
		"asks":     func(v *yaml.Node) { e.Asks = r.flag(v) },
		"checked":  func(v *yaml.Node) { checked, e.Checked = v, r.day(v) },
		"handover": func(v *yaml.Node) { e.Handover = r.flag(v) },
		"hidden":   func(v *yaml.Node) { e.Hidden = r.flag(v) },
		"promises": func(v *yaml.Node) { e.Promises = r.flag(v) },
		"phrasings": func(v *yaml.Node) {
			r.perLanguage(v, func(lang bot.Language, v *yaml.Node) {
				r.items(v, func(v *yaml.Node) {
					if s := r.str(v); s != "" {
						e.Phrasings[lang] = append(e.Phrasings[lang], s)
					}
				})
			})
		},
		"tells": func(v *yaml.Node) {
			e.Tells = []bot.Detail{}
			r.items(v, func(v *yaml.Node) {
				d := bot.Detail(r.str(v))
				if !slices.Contains(details, d) {
					r.wrong(v, fmt.Sprintf("Use any of %v", details), "%q is not a kind of detail", d)
				}
				e.Tells = append(e.Tells, d)
			})
		},
	})
	if n.Kind != yaml.MappingNode {
		return bot.Entry{}
	}
	r.checkEntry(e, n, question, answer, checked)
	return e
}

// checkEntry finds what is wrong with an entry at n, whose parts are nil where they are missing.
func (r *reader) checkEntry(e bot.Entry, n, question, answer, checked *yaml.Node) {
	if e.ID == "" {
		r.wrong(n, "Add id: with a short name", "this entry has no id")
	}
	if e.ID == None || e.ID == "hard" {
		r.wrong(n, "Give it another id", "the id %q means something else in question files", e.ID)
	}
	for _, where := range e.Source {
		if scheme, _, ok := strings.Cut(where, ":"); ok && schemeForm.MatchString(scheme) && scheme != "http" && scheme != "https" {
			r.wrong(n, "Use an https link or a document's title", "the source of %q is no link to read", e.ID)
		}
	}
	if e.Checked.After(time.Now().AddDate(0, 0, 1)) {
		r.warn(checked, "Write the day on which you looked", "the entry %q was checked in the future", e.ID)
	}
	if question == nil {
		r.wrong(n, "Add question: {ka: …}", "the entry %q has no question", e.ID)
	}
	if answer == nil {
		r.wrong(n, "Add answer: {ka: …}", "the entry %q has no answer", e.ID)
	}
	if len(e.Source) == 0 && !e.Handover {
		r.wrong(n, "Add source: with a link or a document's title, or handover: true if staff must answer", "the entry %q names no source", e.ID)
	}
	if e.Asks && !e.Handover {
		r.wrong(n, "Add handover: true: somebody has to read what the citizen writes", "the entry %q asks for details that nobody is told", e.ID)
	}
	if checked == nil {
		r.warn(n, "Add checked: with the day you last looked", "the entry %q does not say when it was checked", e.ID)
	}
	for lang, s := range e.Answer {
		if c := utf8.RuneCountInString(s); c > maxAnswer {
			r.warn(answer, "Shorten it; the first sentence should answer", "the %s answer of %q has %d characters, more than %d", lang, e.ID, c, maxAnswer)
		}
	}
}
