package console

import (
	"embed"
	"html/template"
	"net/http"
	"path"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/web"
)

//go:embed *.html style.css console.js icon.svg
var files embed.FS

// load reads the embedded files: layout.html and those of parts belong to every page.
func (c *Console) load() (err error) {
	c.pages = map[string]*template.Template{}
	if c.assets, err = web.LoadAssets(files, map[string]string{
		"style.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	}); err != nil {
		return err
	}
	base, err := template.ParseFS(files, "layout.html", "parts.html", "caseparts.html")
	if err != nil {
		return err
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		if path.Ext(e.Name()) != ".html" || name == "layout" || name == "parts" || name == "caseparts" {
			continue
		}
		page, err := base.Clone()
		if err == nil {
			page, err = page.ParseFS(files, e.Name())
		}
		if err != nil {
			return err
		}
		c.pages[name] = page
	}
	return nil
}

// view is what a template gets as its dot.
type view struct {
	*request
	Title string
	Body  any
}

// link is something that leads somewhere.
type link struct {
	Href, Label string
	Current     bool
}

// Lang is the language of the page.
func (v view) Lang() bot.Language { return v.lang }

// Place is the municipality's name.
func (v view) Place() string { return v.local(v.lib.Place().Name) }

// Version is the program's.
func (v view) Version() string { return v.c.cfg.Version }

// Asset is the address of a file.
func (v view) Asset(name string) string {
	return Path + "static/" + name + "?v=" + v.c.assets[name].Version
}

// Again is after how many seconds the page is made again; 0: it is not.
func (v view) Again() int { return v.again }

// Problem says what went wrong.
func (v view) Problem() string { return v.problem }

// Flash says what was done in the request before.
func (v view) Flash() string { return v.flash }

// Signed is whoever is signed in, at least half; nil for nobody.
func (v view) Signed() *bot.Account {
	if v.token == "" {
		return nil
	}
	return &v.who.Account
}

// In tells whether somebody may use the pages.
func (v view) In() bool { return v.in() }

// Back is the page itself, for forms that come back to it.
func (v view) Back() string {
	if v.r.Method != http.MethodGet {
		return Path
	}
	return v.r.URL.RequestURI()
}

// Menu is the navigation, in groups of which none is empty.
func (v view) Menu() (groups [][]link) {
	if !v.in() {
		return nil
	}
	at, _, _ := strings.Cut(strings.TrimPrefix(v.r.URL.Path, Path), "/")
	for _, places := range menu {
		var links []link
		for _, p := range places {
			if v.may(p.least) {
				links = append(links, link{Path + p.path, v.Say(p.key), at == p.path})
			}
		}
		if links != nil {
			groups = append(groups, links)
		}
	}
	return groups
}

// Languages is the choice of languages.
func (v view) Languages() (links []link) {
	for _, l := range v.lib.Place().Languages {
		links = append(links, link{string(l), v.lib.Text(l, "language.name"), l == v.lang})
	}
	return links
}

// AtAccount tells whether the page is the account's own.
func (v view) AtAccount() bool {
	return strings.HasPrefix(v.r.URL.Path, Path+"account") && !strings.HasPrefix(v.r.URL.Path, Path+"accounts")
}

// field is one field of a form.
type field struct {
	Name, Label string
	Type        string // of the input; "area" and "select" are elements of their own, "hidden" is only for a filter
	Value       string
	Hint, Error string
	Complete    string // autocomplete
	Mode        string // inputmode
	Max         int
	Rows        int // of an area; 0: two
	Options     []option
	Optional    bool
	Focus       bool
}

// option is one of a select, or of several boxes to tick.
type option struct {
	Value, Label string
	Chosen       bool
}

// table is a list that is a table at a desk and cards on a telephone.
type table struct {
	Caption string
	Head    []string
	Rows    [][]cell
	Empty   string // what is said in place of no rows
	Next    link   // to older rows
}

// cell is one of a table. The first of a row is the heading of its card.
type cell struct {
	Text  string
	Href  string
	Badge string // looks: "", "good", "warn", "bad" or "plain"
	Quiet string // more words below
	Out   string // address of a page of others, below
	Num   bool
	Part  bool // of what the row above it is
}

// item is a cell with the heading of its column.
type item struct {
	cell
	Head  string
	First bool
}

// Items puts each cell with its heading, for templates.
func (t table) Items() (rows [][]item) {
	for _, r := range t.Rows {
		var items []item
		for i, c := range r {
			items = append(items, item{c, t.Head[i], i == 0})
		}
		rows = append(rows, items)
	}
	return rows
}

// listPage is a page that is a list, with what chooses from it above.
type listPage struct {
	Action   link // something new
	Intro    string
	Chips    []link  // a choice among few
	Filter   []field // of a form
	Filtered bool    // something was chosen
	Files    []link  // the list as files
	Table    table
}

// Here is the page without what was chosen from it.
func (v view) Here() string { return v.r.URL.Path }

// clip shortens text to n characters.
func clip(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimSpace(string(runes[:n])) + "…"
}

// next is a link to older entries of the same page; "" is none.
func (q *request) next(cursor string) link {
	if cursor == "" {
		return link{}
	}
	query := q.r.URL.Query()
	query.Set("after", cursor)
	return link{Href: q.r.URL.Path + "?" + query.Encode(), Label: q.Say("console.older")}
}
