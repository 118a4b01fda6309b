package console

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/chart"
	"ogpbot/internal/export"
	"ogpbot/internal/numbers"
)

// numbersPage is what numbers.html shows.
type numbersPage struct {
	Intro   string
	Notes   []string
	Periods []link
	Choice  *field // of a village
	Chips   []link // the same, among few
	Period  string
	Figures []figure
	Charts  []chartView
}

// showNumbers is how much was asked, answered, filed, scored and sent, as far as the account may know.
func (q *request) showNumbers() error {
	r, period, chosen, err := q.report()
	if err != nil {
		return err
	}
	page := numbersPage{Intro: q.Say("console-numbers.intro", "first", q.Day(r.First.Time()), "last", q.Day(r.Last.Time())), Period: string(period), Figures: q.headline(r)}
	if r.First < r.Begun {
		page.Notes = append(page.Notes, q.Say("console-numbers.begun", "day", q.Day(r.Begun.Time())))
	}
	if q.who.Account.Role == bot.RoleObserver {
		page.Notes = append(page.Notes, q.Say("console-numbers.observer", "few", strconv.Itoa(numbers.Few)))
	}
	query := url.Values{"period": {string(period)}}
	if chosen != "" {
		query.Set("village", chosen)
	}
	for _, p := range numbers.Periods {
		to := url.Values{"period": {string(p)}}
		if chosen != "" {
			to.Set("village", chosen)
		}
		page.Periods = append(page.Periods, link{Path + "numbers?" + to.Encode(), q.periodName(p), p == period})
	}
	if own := q.ownVillages(); len(own) > 1 {
		page.Choice = &field{Name: "village", Label: q.Say("console.village"), Type: "select", Options: []option{{"", q.Say("console.all"), chosen == ""}}}
		for _, v := range own {
			page.Choice.Options = append(page.Choice.Options, option{v.ID, q.local(v.Name), v.ID == chosen})
		}
	}
	for _, t := range r.Tables {
		v := q.chart(q.draw(t, period), q.tableNote(t), "numbers/"+t.Name+".csv?"+query.Encode())
		if len(t.Rows) == 0 {
			v.CSV = link{}
		}
		page.Charts = append(page.Charts, v)
	}
	return q.render(http.StatusOK, "numbers", q.Say("console-numbers.nav"), page)
}

// report reads what is asked for in the address; what is none, or not for the account, is not there.
func (q *request) report() (r numbers.Report, p numbers.Period, village string, err error) {
	p, village = numbers.Period(q.r.URL.Query().Get("period")), q.r.URL.Query().Get("village")
	if p == "" {
		p = numbers.Month
	}
	r, err = q.c.cfg.Numbers.Report(q.r.Context(), numbers.Query{By: q.who.Account, Village: village, Period: p, Now: time.Now()})
	return r, p, village, err
}

// headline are the few numbers that say most.
func (q *request) headline(r numbers.Report) []figure {
	say := func(value, key string) figure { return figure{Value: value, Label: q.Say(key)} }
	rate, median := "–", "–"
	if !math.IsNaN(r.Rate) {
		rate = q.percent(int(math.Round(r.Rate)))
	}
	if r.Median > 0 {
		median = q.duration(r.Median)
	}
	return []figure{
		say(strconv.Itoa(r.Asked), "console-numbers.asked"),
		say(rate, "console-numbers.rate"),
		say(median, "console-numbers.median"),
		say(strconv.Itoa(r.Filed), "console-numbers.filed"),
		say(strconv.Itoa(r.Sent), "console-numbers.sent"),
		say(strconv.Itoa(r.Subscribers), "console-numbers.subscribers"),
	}
}

// duration writes how long something took, in hours up to two days.
func (q *request) duration(d time.Duration) string {
	if d < 48*time.Hour {
		return q.Say("console-numbers.hours", "n", chart.Number(d.Hours()))
	}
	return q.Say("console-numbers.days", "n", chart.Number(d.Hours()/24))
}

// draw makes the figure of a table.
func (q *request) draw(t numbers.Table, p numbers.Period) chart.Figure {
	title, by, columns := q.tableWords(t.Name)
	var f chart.Figure
	switch t.Name {
	case numbers.Scores, numbers.Promises, numbers.Reach, numbers.Reached, numbers.Life:
		var bars []chart.Bar
		for _, row := range t.Rows {
			if row.Values[0].N > 0 { // the table has all
				bars = append(bars, chart.Bar{Label: q.rowName(t.Name, row, p), Value: row.Values[0].N})
			}
		}
		top := 0.0
		if t.Name == numbers.Scores {
			top = 5
		} else {
			slices.SortStableFunc(bars, func(a, b chart.Bar) int { return cmp.Compare(b.Value, a.Value) })
		}
		f = chart.Bars(title, by, columns[0], top, bars)
	default:
		labels, series := make([]string, len(t.Rows)), make([]chart.Series, len(columns))
		for i, row := range t.Rows {
			labels[i] = q.rowName(t.Name, row, p)
			for c, v := range row.Values {
				series[c].Values = append(series[c].Values, v.N)
			}
		}
		for c, name := range columns {
			series[c].Name = name
		}
		top := 0.0
		if t.Name == numbers.AnswerRate {
			top = 100
		}
		f = chart.Lines(title, by, labels, top, series)
	}
	f.Head, f.Rows = append([]string{by}, columns...), nil
	for _, row := range t.Rows {
		cells := []string{q.rowName(t.Name, row, p)}
		for _, v := range row.Values {
			cells = append(cells, q.valueText(v))
		}
		f.Rows = append(f.Rows, cells)
	}
	return f
}

func (q *request) valueText(v numbers.Value) string {
	if v.Hidden {
		return q.Say("console-numbers.hidden")
	}
	return chart.Number(v.N)
}

// tableWords are the title of a table, what its rows are, and its columns.
func (q *request) tableWords(name string) (title, by string, columns []string) {
	say := func(keys ...string) (all []string) {
		for _, key := range keys {
			all = append(all, q.Say(key))
		}
		return all
	}
	time, village, commitment, platform := q.Say("console.when"), q.Say("console.village"), q.Say("console.commitment"), q.Say("console-numbers.channel")
	reach := say("console-numbers.reach-sent", "console-numbers.reach-held", "console-numbers.reach-lost")
	switch name {
	case numbers.Questions:
		return q.Say("console-numbers.questions"), time, say("console-numbers.was-answered", "console-numbers.was-suggested", "console-numbers.was-unknown")
	case numbers.AnswerRate:
		return q.Say("console-numbers.rates"), time, say("console-numbers.percent")
	case numbers.AnswerTime:
		return q.Say("console-numbers.times"), time, say("console-numbers.time-half", "console-numbers.time-most")
	case numbers.Subscribers:
		return q.Say("console-numbers.news"), time, say("console-numbers.people", "console-numbers.came", "console-numbers.left")
	case numbers.Cases:
		return q.Say("console-numbers.cases"), time, say("console-numbers.filed", "console-numbers.answered", "console-numbers.closed")
	case numbers.Scores:
		return q.Say("console-numbers.scores"), commitment, append(say("console-numbers.average"), "1", "2", "3", "4", "5")
	case numbers.Promises:
		return q.Say("console-numbers.promises"), commitment, say("console-numbers.asked", "console-numbers.answered-person")
	case numbers.Reach:
		return q.Say("console-numbers.by-channel"), platform, reach
	case numbers.Reached:
		return q.Say("console-numbers.by-village"), village, reach
	}
	return q.Say("console-numbers.life"), village, say("console-numbers.writers", "console-numbers.asked", "console-numbers.filed", "console-numbers.subscribers")
}

// tableNote says how a table is to be read, where its words do not.
func (q *request) tableNote(t numbers.Table) string {
	switch {
	case t.Withheld:
		return q.Say("console-numbers.monthly")
	case t.Partly:
		return q.Say("console-numbers.partly")
	}
	switch t.Name {
	case numbers.AnswerRate:
		return q.Say("console-numbers.rate-note")
	case numbers.AnswerTime:
		return q.Say("console-numbers.times-note")
	case numbers.Scores:
		return q.Say("console-numbers.scores-note")
	case numbers.Reach, numbers.Reached:
		return q.Say("console-numbers.reach-note")
	case numbers.Life:
		return q.Say("console-numbers.life-note")
	}
	return ""
}

// rowName is what a row of a table is called.
func (q *request) rowName(table string, row numbers.Row, p numbers.Period) string {
	switch table {
	case numbers.Scores, numbers.Promises:
		if c, ok := q.lib.Commitment(row.Key); ok {
			return q.local(c.Title)
		}
		return row.Key
	case numbers.Reach:
		if row.Key == "" {
			return q.Say("console-numbers.no-channel")
		}
		return q.partName(row.Key)
	case numbers.Reached, numbers.Life:
		return q.villageName(row.Key)
	}
	switch first, last := row.Step.First.Time(), row.Step.Last.Time(); p {
	case numbers.Week:
		return first.Format("02.01")
	case numbers.Month:
		return first.Format("02.01") + "–" + last.Format("02.01")
	}
	return row.Step.First.Time().Format("01.2006")
}

func (q *request) periodName(p numbers.Period) string {
	switch p {
	case numbers.Week:
		return q.Say("console-numbers.week")
	case numbers.Month:
		return q.Say("console-numbers.month")
	}
	return q.Say("console-numbers.all")
}

// downloadNumbers gives a table as a file for a spreadsheet.
func (q *request) downloadNumbers() error {
	name, isCSV := strings.CutSuffix(q.r.PathValue("chart"), ".csv")
	r, period, _, err := q.report()
	if err != nil {
		return err
	}
	t := r.Table(name)
	if !isCSV || len(t.Rows) == 0 {
		return errNotFound
	}
	q.written = true
	h := q.w.Header()
	h.Set("Content-Type", export.CSV.Type())
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+r.First.String()+"-"+r.Last.String()+`.csv"`)
	_ = export.WriteRows(q.w, q.tableRows(t, period)) // a client that went away asks again
	return nil
}

// tableRows are what is on the page, with a head; a step is told by its first and last day.
func (q *request) tableRows(t numbers.Table, p numbers.Period) [][]string {
	_, by, columns := q.tableWords(t.Name)
	head := []string{by}
	stepped := t.Rows[0].Step != numbers.Step{}
	if stepped {
		head = []string{q.Say("console-numbers.from"), q.Say("console-numbers.to")}
	}
	rows := [][]string{append(head, columns...)}
	for _, row := range t.Rows {
		cells := []string{row.Step.First.String(), row.Step.Last.String()}
		if !stepped {
			cells = []string{q.rowName(t.Name, row, p)}
		}
		for _, v := range row.Values {
			text := q.valueText(v)
			if math.IsNaN(v.N) && !v.Hidden {
				text = ""
			}
			cells = append(cells, text)
		}
		rows = append(rows, cells)
	}
	return rows
}
