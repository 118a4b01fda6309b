package evidence

import (
	"math"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/chart"
	"ogpbot/internal/numbers"
)

// commitments is one row for each: where it stands, how it was moved, what was asked and answered about it, how it is scored.
func (e *writer) commitments(history []bot.Change) sheet {
	t := sheet{Name: "commitments", Tall: true, Title: e.say("evidence.commitments"), Note: e.say("evidence.commitments-note"), Head: []string{
		e.say("export.commitment"), e.say("export.state"), e.say("console-numbers.percent"), e.say("evidence.due"), e.say("evidence.moved"), e.say("evidence.moved-days"),
		e.say("evidence.asked"), e.say("console-numbers.answered-person"), e.say("evidence.views"), e.say("evidence.views-answered"), e.say("evidence.days"),
		e.say("evidence.scores"), e.say("console-numbers.average")}}
	for score := 1; score <= 5; score++ {
		t.Head = append(t.Head, e.say("evidence.score", "score", strconv.Itoa(score)))
	}
	asked, scores := e.report.Table(numbers.Promises), e.report.Table(numbers.Scores)
	var bars []chart.Bar
	for i, c := range e.lib.Commitments() {
		now, _ := c.Current(history).Progress("")
		slip := bot.Slips(history, c.ID, "")
		f := e.facts[c.ID]
		if f == nil {
			f = &facts{}
		}
		people := 0.0
		for _, v := range scores.Rows[i].Values[1:] {
			people += v.N
		}
		row := []string{e.local(c.Title), e.status(now.Status), percent(now.Percent), due(now.Due), strconv.Itoa(slip.Times), strconv.Itoa(slip.Days),
			e.value(asked.Rows[i].Values[0]), e.value(asked.Rows[i].Values[1]), strconv.Itoa(f.filed), strconv.Itoa(f.answered()), f.median(), chart.Number(people)}
		for _, v := range scores.Rows[i].Values {
			row = append(row, e.value(v))
		}
		t.Rows = append(t.Rows, row)
		if average := scores.Rows[i].Values[0].N; !math.IsNaN(average) {
			bars = append(bars, chart.Bar{Label: e.local(c.Title), Value: average})
		}
	}
	if len(bars) > 0 {
		t.Charts = append(t.Charts, chart.Bars(e.say("console-numbers.scores"), e.say("export.commitment"), e.say("console-numbers.average"), 5, bars))
	}
	return t
}

// changes are the steps of commitments and milestones with their reasons.
func (e *writer) changes(history []bot.Change) sheet {
	t := sheet{Name: "changes", Title: e.say("evidence.changes"), Head: []string{
		e.say("evidence.date"), e.say("export.commitment"), e.say("evidence.milestone"), e.say("evidence.was"), e.say("evidence.now"),
		e.say("evidence.was-percent"), e.say("evidence.now-percent"), e.say("evidence.was-due"), e.say("evidence.now-due"), e.say("evidence.reason"), e.say("evidence.proof")}}
	for _, c := range history {
		if c.At.Before(e.since) {
			continue
		}
		t.Rows = append(t.Rows, []string{e.date(c.At), e.commitment(c.Commitment), e.milestone(c.Commitment, c.Milestone), e.status(c.Was.Status), e.status(c.Now.Status),
			percent(c.Was.Percent), percent(c.Now.Percent), due(c.Was.Due), due(c.Now.Due), e.local(c.Reason), c.Evidence})
	}
	return t
}

// questions is one row for each month.
func (e *writer) questions() sheet {
	t := sheet{Name: "questions", Title: e.say("evidence.questions"), Note: e.say("evidence.questions-note"), Head: []string{
		e.say("evidence.month"), e.say("console-numbers.was-answered"), e.say("console-numbers.was-suggested"), e.say("console-numbers.was-unknown"),
		e.say("evidence.rate"), e.say("evidence.half"), e.say("evidence.most"), e.say("evidence.cases"), e.say("evidence.cases-answered"), e.say("evidence.cases-closed"), e.say("console-numbers.subscribers"), e.say("console-numbers.came"), e.say("console-numbers.left")}}
	var labels []string
	lines := make([]chart.Series, 3)
	for i := range e.report.Steps {
		row := []string{e.report.Steps[i].First.Time().Format("2006-01")}
		for _, name := range []string{numbers.Questions, numbers.AnswerRate, numbers.AnswerTime, numbers.Cases, numbers.Subscribers} {
			for n, v := range e.report.Table(name).Rows[i].Values {
				row = append(row, e.value(v))
				if name == numbers.Questions {
					lines[n].Values = append(lines[n].Values, v.N)
				}
			}
		}
		t.Rows, labels = append(t.Rows, row), append(labels, row[0])
	}
	for n := range lines {
		lines[n].Name = t.Head[n+1]
	}
	t.Charts = append(t.Charts, chart.Lines(e.say("console-numbers.questions"), t.Head[0], labels, 0, lines))
	return t
}

// villages is what an observer may know of each.
func (e *writer) villages() sheet {
	t := sheet{Name: "villages", Title: e.say("evidence.villages"), Note: e.say("evidence.villages-note", "few", strconv.Itoa(numbers.Few)), Head: []string{
		e.say("export.village"), e.say("console-numbers.writers"), e.say("console-numbers.asked"), e.say("console-numbers.filed"), e.say("console-numbers.subscribers"),
		e.say("console-numbers.reach-sent"), e.say("console-numbers.reach-held"), e.say("console-numbers.reach-lost")}}
	life, reach := e.report.Table(numbers.Life), e.report.Table(numbers.Reached)
	for _, l := range life.Rows {
		row := []string{e.village(l.Key)}
		for _, v := range l.Values {
			row = append(row, e.value(v))
		}
		i := slices.IndexFunc(reach.Rows, func(r numbers.Row) bool { return r.Key == l.Key })
		for column := range 3 {
			if i < 0 {
				row = append(row, e.value(numbers.Value{N: math.NaN(), Hidden: true}))
				continue
			}
			row = append(row, e.value(reach.Rows[i].Values[column]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// channels is how announcements went out.
func (e *writer) channels() sheet {
	t := sheet{Name: "channels", Title: e.say("console-numbers.by-channel"), Note: e.say("console-numbers.reach-note"), Head: []string{
		e.say("console-numbers.channel"), e.say("console-numbers.reach-sent"), e.say("console-numbers.reach-held"), e.say("console-numbers.reach-lost")}}
	for _, r := range e.report.Table(numbers.Reach).Rows {
		row := []string{r.Key}
		if r.Key == "" {
			row[0] = e.say("console-numbers.no-channel")
		}
		for _, v := range r.Values {
			row = append(row, e.value(v))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// facts are what cases say of one commitment.
type facts struct {
	filed int
	waits []time.Duration // until the first answer
}

func (f *facts) answered() int { return len(f.waits) }

// median is in days, "" if nothing was answered.
func (f *facts) median() string {
	if len(f.waits) == 0 {
		return ""
	}
	slices.Sort(f.waits)
	return chart.Number(f.waits[(len(f.waits)-1)/2].Hours() / 24)
}
