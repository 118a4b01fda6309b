package console

import (
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/chart"
)

const (
	maxMonths = 24 // of a chart
	maxLabel  = 22 // characters of a bar's name: it shares its line with a number, on a telephone too
)

// reached tells how much of something was done, from the least on.
var reached = []struct {
	key string
	by  []bot.Status
}{
	{"console-progress.begun", []bot.Status{bot.StatusLimited, bot.StatusSubstantial, bot.StatusComplete}},
	{"console-progress.mostly", []bot.Status{bot.StatusSubstantial, bot.StatusComplete}},
	{"console-progress.complete", []bot.Status{bot.StatusComplete}},
}

// progressCharts draws how much was done, month by month, and which deadlines were put off.
func (q *request) progressCharts(history []bot.Change, now time.Time) []chartView {
	if len(history) == 0 {
		return nil
	}
	return []chartView{
		q.chart(q.progressOverTime(history, now), q.Say("console-progress.over-time-note"), ""),
		q.chart(q.slippage(history), q.Say("console-progress.slippage-note"), ""),
	}
}

// progressOverTime counts what had come how far at the end of each month, from the one before the first change on.
func (q *request) progressOverTime(history []bot.Change, now time.Time) chart.Figure {
	zone := q.lib.Place().Zone
	first, this := monthOf(history[0].At.In(zone)).AddDate(0, -1, 0), monthOf(now.In(zone))
	if earliest := this.AddDate(0, 1-maxMonths, 0); first.Before(earliest) {
		first = earliest
	}
	series := make([]chart.Series, len(reached))
	for i, r := range reached {
		series[i] = chart.Series{Name: q.Say(r.key), Step: true}
	}
	var labels []string
	total := 0
	for m := first; !m.After(this); m = m.AddDate(0, 1, 0) {
		end := m.AddDate(0, 1, 0)
		until := slices.IndexFunc(history, func(c bot.Change) bool { return !c.At.Before(end) })
		if until < 0 {
			until = len(history)
		}
		labels = append(labels, q.Month(m))
		all := q.statuses(history[:until])
		total = len(all)
		for i, r := range reached {
			n := 0
			for _, s := range all {
				if slices.Contains(r.by, s) {
					n++
				}
			}
			series[i].Values = append(series[i].Values, float64(n))
		}
	}
	return chart.Lines(q.Say("console-progress.over-time", "count", strconv.Itoa(total)), q.Say("console-progress.month"), labels, float64(4*((total+3)/4)), series) // four grid lines, at whole numbers
}

// statuses are those of all commitments and milestones after some changes.
func (q *request) statuses(changes []bot.Change) (all []bot.Status) {
	for _, c := range q.lib.Commitments() {
		c = c.Current(changes)
		all = append(all, c.Status)
		for _, m := range c.Milestones {
			all = append(all, m.Status)
		}
	}
	return all
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// slippage shows by how many days each deadline was put off that ever was.
func (q *request) slippage(history []bot.Change) chart.Figure {
	var bars []chart.Bar
	add := func(name, commitment, milestone string) {
		if s := bot.Slips(history, commitment, milestone); s.Days > 0 {
			bars = append(bars, chart.Bar{Label: clip(name, maxLabel), Value: float64(s.Days), Text: q.Say("console-progress.days", "count", strconv.Itoa(s.Days))})
		}
	}
	for _, c := range q.lib.Commitments() {
		add(q.local(c.Title), c.ID, "")
		for _, m := range c.Milestones {
			add(q.local(m.Title), c.ID, m.ID)
		}
	}
	return chart.Bars(q.Say("console-progress.slippage"), q.Say("console.commitment"), q.Say("console-progress.slip"), 0, bars)
}
