package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/editor"
)

const (
	contentPage = 25  // answers on one page of the list
	maxSearch   = 100 // characters that are looked for
)

// contentFilter is a choice among the answers.
type contentFilter struct {
	name string
	fits func(editor.Item) bool
}

// contentFilters are the choices above the list; the first is all.
func (q *request) contentFilters() []contentFilter {
	place, now := q.lib.Place(), time.Now()
	return []contentFilter{
		{"", func(i editor.Item) bool { return i.Told || i.Draft != nil }},
		{"stale", func(i editor.Item) bool { return i.Told && i.Stale(now, place.Stale) }},
		{"missing", func(i editor.Item) bool { return i.Told && len(i.Missing(place.Languages)) > 0 }},
		{"draft", func(i editor.Item) bool { return i.Draft != nil }},
		{"here", func(i editor.Item) bool { return i.Live != nil }},
		{"look", func(i editor.Item) bool { return i.Trouble != "" }},
		{"hidden", func(i editor.Item) bool { return i.Hidden }},
	}
}

// showContents lists the answers.
func (q *request) showContents() error {
	items, err := q.c.cfg.Contents.List(q.r.Context())
	if err != nil {
		return err
	}
	query := q.r.URL.Query()
	show, file, words := query.Get("show"), query.Get("file"), clip(strings.TrimSpace(query.Get("q")), maxSearch)
	page := listPage{Intro: q.Say("console-content.note", "months", strconv.Itoa(q.lib.Place().Stale)), Filtered: words != "" || file != ""}
	if q.may(staffers) {
		page.Action = link{Href: Path + "content/new", Label: q.Say("console-content.new")}
	}
	fits := func(editor.Item) bool { return false }
	for _, f := range q.contentFilters() {
		n := 0
		for _, i := range items {
			if f.fits(i) {
				n++
			}
		}
		if f.name == show {
			fits = f.fits
		}
		if n > 0 || f.name == show || f.name == "" {
			key := "console-content.show-" + f.name
			if f.name == "" {
				key = "console.all"
			}
			page.Chips = append(page.Chips, link{Path + "content?show=" + f.name, q.Say(key) + " · " + strconv.Itoa(n), f.name == show})
		}
	}
	page.Filter = []field{{Name: "show", Type: "hidden", Value: show}, {Name: "q", Label: q.Say("console-content.search"), Type: "search", Value: words, Max: maxSearch, Optional: true}, q.fileField(items, file)}
	items = slices.DeleteFunc(items, func(i editor.Item) bool {
		return !fits(i) || file != "" && i.File != file || !holds(i, words)
	})
	from, err := strconv.Atoi(query.Get("from"))
	if err != nil || from < 0 || from > len(items) {
		from = 0
	}
	if end := from + contentPage; end < len(items) {
		items = items[:end]
		query.Set("from", strconv.Itoa(end))
		page.Table.Next = link{Href: Path + "content?" + query.Encode(), Label: q.Say("console-content.more")}
	}
	q.contentTable(&page.Table, items[from:])
	return q.render(http.StatusOK, "list", q.Say("console-content.nav"), page)
}

// fileField is the choice of a file.
func (q *request) fileField(items []editor.Item, chosen string) field {
	f := field{Name: "file", Label: q.Say("console-content.file"), Type: "select", Options: []option{{"", q.Say("console.all"), chosen == ""}}}
	var names []string
	for _, i := range items {
		if !slices.Contains(names, i.File) {
			names = append(names, i.File)
		}
	}
	for _, name := range names {
		f.Options = append(f.Options, option{name, name, name == chosen})
	}
	return f
}

// holds tells whether all words stand anywhere in an answer.
func holds(i editor.Item, words string) bool {
	if words == "" {
		return true
	}
	var b strings.Builder
	for _, e := range []*bot.Entry{&i.Entry, draftOf(i)} {
		if e == nil {
			continue
		}
		b.WriteString(e.ID + "\n")
		for _, t := range []bot.Text{e.Question, e.Answer, e.Source} {
			for _, s := range t {
				b.WriteString(s + "\n")
			}
		}
		for _, said := range e.Phrasings {
			b.WriteString(strings.Join(said, "\n") + "\n")
		}
	}
	all := strings.ToLower(b.String())
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

func draftOf(i editor.Item) *bot.Entry {
	if i.Draft == nil {
		return nil
	}
	return &i.Draft.Entry
}

// contentTable is one row for each answer.
func (q *request) contentTable(t *table, items []editor.Item) {
	t.Caption, t.Empty = q.Say("console-content.nav"), q.Say("console-content.none")
	t.Head = []string{q.Say("console.question"), q.Say("console.state"), q.Say("console-content.checked"), q.Say("console-content.missing"), q.Say("console-content.file")}
	for _, i := range items {
		checked := cell{Text: q.Day(i.Checked)}
		if i.Stale(time.Now(), q.lib.Place().Stale) {
			checked.Badge = "warn"
		}
		var missing []string
		for _, lang := range i.Missing(q.lib.Place().Languages) {
			missing = append(missing, q.lib.Text(lang, "language.name"))
		}
		lacks := cell{Text: "–"}
		if len(missing) > 0 {
			lacks = cell{Text: strings.Join(missing, ", "), Badge: "warn"}
		}
		t.Rows = append(t.Rows, []cell{{Text: q.contentName(i.Entry), Href: Path + "content/" + url.PathEscape(i.ID), Quiet: i.ID}, q.contentState(i), checked, lacks, {Text: i.File}})
	}
}

// contentName is the question of an entry, or its ID if it has none yet.
func (q *request) contentName(e bot.Entry) string {
	if name := q.local(e.Question); name != "" {
		return clip(name, maxClip)
	}
	return e.ID
}

// contentState says how an answer stands.
func (q *request) contentState(i editor.Item) cell {
	c := cell{Text: q.Say("console-content.is-folder"), Badge: "plain"}
	switch {
	case i.Trouble != "":
		c = cell{Text: q.Say("console-content.is-trouble"), Badge: "bad"}
	case i.Hidden && (i.Live != nil || i.Folder != nil):
		c = cell{Text: q.Say("console-content.is-hidden"), Badge: "warn"}
	case !i.Told && i.Draft == nil:
		c = cell{Text: q.Say("console-content.is-gone"), Badge: "warn"}
	case !i.Told:
		return cell{Text: q.Say("console-content.is-new"), Badge: "warn"}
	case i.Live != nil:
		c = cell{Text: q.Say("console-content.is-here"), Badge: "good"}
	}
	if i.Draft != nil {
		c.Quiet = q.Say("console-content.with-draft")
	}
	return c
}
