package content

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ogpbot/bot"
)

// Entries writes entries as a file of answers, for a place with these languages: Load and ReadEntries read the same from it.
func Entries(es []bot.Entry, languages []bot.Language) []byte {
	if len(es) == 0 {
		return []byte("[]\n")
	}
	var b strings.Builder
	for _, e := range es {
		writeEntry(&b, e, languages)
	}
	return []byte(b.String())
}

// writeEntry writes one as an item of a list. What is not said is left out, and so is what is said in another language.
func writeEntry(b *strings.Builder, e bot.Entry, languages []bot.Language) {
	line := func(indent int, format string, args ...any) {
		b.WriteString(strings.Repeat("  ", indent))
		fmt.Fprintf(b, format+"\n", args...)
	}
	texts := func(key string, t bot.Text) {
		for _, lang := range said(t, languages) {
			if key != "" {
				line(1, "%s:", key)
				key = ""
			}
			line(2, "%s: %s", lang, strconv.Quote(t[lang]))
		}
	}
	line(0, "- id: %s", e.ID)
	texts("question", e.Question)
	if e.Tells != nil {
		line(1, "tells: [%s]", joinDetails(e.Tells))
	}
	key := "phrasings"
	for _, lang := range languages {
		if len(e.Phrasings[lang]) == 0 {
			continue
		}
		if key != "" {
			line(1, "%s:", key)
			key = ""
		}
		line(2, "%s:", lang)
		for _, p := range e.Phrasings[lang] {
			line(3, "- %s", strconv.Quote(p))
		}
	}
	texts("answer", e.Answer)
	if in := said(e.Source, languages); len(in) == 1 && in[0] == languages[0] {
		line(1, "source: %s", strconv.Quote(e.Source[in[0]]))
	} else {
		texts("source", e.Source)
	}
	for _, f := range []struct {
		key string
		set bool
	}{{"handover", e.Handover}, {"asks", e.Asks}, {"hidden", e.Hidden}, {"promises", e.Promises}} {
		if f.set {
			line(1, "%s: true", f.key)
		}
	}
	if !e.Checked.IsZero() {
		line(1, "checked: %s", e.Checked.Format("2006-01-02"))
	}
}

// said gives the languages in which t says something.
func said(t bot.Text, languages []bot.Language) (in []bot.Language) {
	for _, lang := range languages {
		if strings.TrimSpace(t[lang]) != "" {
			in = append(in, lang)
		}
	}
	return in
}

func joinDetails(ds []bot.Detail) string {
	var words []string
	for _, d := range ds {
		words = append(words, string(d))
	}
	return strings.Join(words, ", ")
}

// ReadEntries reads a file of answers by itself, and checks it as Load does. name is what its mistakes call it.
func ReadEntries(data []byte, name string, languages []bot.Language) ([]bot.Entry, Problems, error) {
	if len(data) > maxFile {
		return nil, nil, fmt.Errorf("%s has %d MB, more than %d: split it", name, len(data)>>20, maxFile>>20)
	}
	var ps Problems
	var es []bot.Entry
	r := &reader{file: name, languages: languages, problems: &ps}
	if top := r.parse(data); top != nil {
		es = r.entries(top)
	}
	ps.sort()
	if err := ps.err(); err != nil {
		return nil, ps, err
	}
	return es, ps, nil
}

// Written is an entry that was written over the folder.
type Written struct {
	bot.Entry
	File string // "budget": if the folder does not have the entry, it belongs into answers/budget.yaml
}

// over puts what was written in the place of what the folder says. What is wrong with one is a Problem with its Entry.
func (l *loader) over(ws []Written) {
	langs := l.lib.PlaceData.Languages
	for _, w := range ws {
		var ps Problems
		r := &reader{languages: langs, problems: &ps}
		if !idForm.MatchString(w.ID) || !idForm.MatchString(w.File) {
			r.wrong(nil, "Use 1 to 24 small Latin letters, digits and hyphens", "%q or %q cannot be an id", w.ID, w.File)
		} else if top := r.parse(Entries([]bot.Entry{w.Entry}, langs)); top != nil {
			for _, e := range r.entries(top) {
				l.put(e, w.File)
			}
		}
		for _, p := range ps {
			p.Entry, p.Line = w.ID, 0
			l.problems = append(l.problems, p)
		}
	}
}

// put puts one entry over the folder's.
func (l *loader) put(e bot.Entry, file string) {
	lib := l.lib
	at := slices.IndexFunc(lib.EntryData, func(x bot.Entry) bool { return x.ID == e.ID })
	if at < 0 {
		lib.Under[e.ID] = nil
		lib.Lines[e.ID] = "answers/" + file + ".yaml"
		lib.EntryData = append(lib.EntryData, e)
		return
	}
	was := lib.EntryData[at]
	lib.Under[e.ID] = &was
	lib.EntryData[at] = e
}

// hide takes those entries out of the answers that nobody is told.
func (l *loader) hide() {
	for _, e := range l.lib.EntryData {
		if e.Hidden {
			l.lib.HiddenData = append(l.lib.HiddenData, e)
		}
	}
	l.lib.EntryData = slices.DeleteFunc(l.lib.EntryData, func(e bot.Entry) bool { return e.Hidden })
}
