package evidence

import (
	"archive/zip"
	_ "embed" // the page
	"html/template"
	"math"
	"strconv"

	"ogpbot/bot"
	"ogpbot/internal/chart"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// page is what page.html shows.
type page struct {
	Lang    bot.Language
	Title   string
	Place   string
	Period  string
	Made    string
	Notes   []string
	Figures [][2]string // value and what it is of
	Sheets  []sheet
	Style   template.CSS
}

// mostRows is how much of a table is on the page; the rest is in its file.
const mostRows = 150

// writePage writes index.html, which needs no other file and no network.
func (e *writer) writePage(z *zip.Writer, sheets []sheet) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	r := e.report
	p := page{
		Lang: e.q.Language, Title: e.say("evidence.title"), Place: e.local(e.lib.Place().Name), Style: template.CSS(pageStyle), //nolint:gosec // our own file
		Period: e.q.Since.Time().Format("02.01.2006") + " – " + r.Last.Time().Format("02.01.2006"),
		Made:   e.say("evidence.made", "time", e.q.Now.In(e.lib.Place().Zone).Format("02.01.2006, 15:04")),
		Notes:  []string{e.say("evidence.privacy")},
	}
	if r.First < r.Begun {
		p.Notes = append(p.Notes, e.say("console-numbers.begun", "day", r.Begun.Time().Format("02.01.2006")))
	}
	rate, median := "–", "–"
	if !math.IsNaN(r.Rate) {
		rate = strconv.Itoa(int(math.Round(r.Rate))) + " %"
	}
	if r.Median > 0 {
		median = e.say("console-numbers.hours", "n", chart.Number(r.Median.Hours()))
	}
	p.Figures = [][2]string{
		{strconv.Itoa(r.Asked), e.say("console-numbers.asked")}, {rate, e.say("console-numbers.rate")}, {median, e.say("console-numbers.median")},
		{strconv.Itoa(r.Filed), e.say("console-numbers.filed")}, {strconv.Itoa(r.Sent), e.say("console-numbers.sent")},
		{strconv.Itoa(r.Subscribers), e.say("console-numbers.subscribers")},
	}
	for _, s := range sheets {
		if more := len(s.Rows) - mostRows; more > 0 {
			s.Rows, s.More = s.Rows[:mostRows], e.say("evidence.more", "count", strconv.Itoa(more), "file", s.Name+".csv")
		}
		if len(s.Rows) == 0 {
			s.More = e.say("evidence.none")
		}
		p.Sheets = append(p.Sheets, s)
	}
	f, err := create(z, "index.html", e.q.Now)
	if err != nil {
		return err
	}
	return t.Execute(f, p)
}
