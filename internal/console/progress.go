package console

import (
	"net/http"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/export"
)

// progressPage is what progress.html shows.
type progressPage struct {
	Table  table
	Files  []link
	Charts []chartView
	Digest *preview
}

// preview is what subscribers will be told next.
type preview struct {
	Nothing bool
	Heading string
	Text    string
}

// showProgress lists the commitments, and what the next digest will say.
func (q *request) showProgress() error {
	history, err := q.c.cfg.Progress.History(q.r.Context(), "")
	if err != nil {
		return err
	}
	t := table{Caption: q.Say("console.nav-progress"), Empty: q.Say("console.progress-none"), Head: []string{q.Say("console.commitment"),
		q.Say("console.state"), q.Say("console.deadline"), q.Say("console-progress.slip"), q.Say("console.changed")}}
	for _, c := range q.lib.Commitments() {
		c = c.Current(history)
		p, _ := c.Progress("")
		t.Rows = append(t.Rows, q.progressRow(cell{Text: q.local(c.Title), Href: Path + "progress/" + c.ID}, p, history, c.ID, ""))
		for _, m := range c.Milestones {
			p, _ := c.Progress(m.ID)
			t.Rows = append(t.Rows, q.progressRow(cell{Text: q.local(m.Title), Part: true}, p, history, c.ID, m.ID))
		}
	}
	page := progressPage{Table: t, Files: q.fileLinks(export.Progress), Charts: q.progressCharts(history, time.Now())}
	if q.c.cfg.Digest != nil {
		m, ok, err := q.c.cfg.Digest(q.r.Context(), q.lang)
		if err != nil {
			return err
		}
		page.Digest = &preview{!ok, m.Heading, m.Text}
	}
	return q.render(http.StatusOK, "progress", q.Say("console.nav-progress"), page)
}

// progressRow is one commitment or milestone.
func (q *request) progressRow(name cell, p bot.Progress, history []bot.Change, commitment, milestone string) []cell {
	changed := "–"
	for _, x := range history {
		if x.Commitment == commitment && x.Milestone == milestone {
			changed = q.When(x.At)
		}
	}
	return []cell{name, q.standing(p), {Text: q.Month(p.Due)}, {Text: q.slipped(bot.Slips(history, commitment, milestone))}, {Text: changed}}
}

// slipped says how often and how far a deadline was moved.
func (q *request) slipped(s bot.Slip) string {
	if s.Times == 0 {
		return "–"
	}
	key, days := "console-progress.slipped", s.Days
	if days < 0 {
		key, days = "console-progress.earlier", -days
	}
	return q.Say(key, "times", bot.Ask{Lang: q.lang, Library: q.lib}.Times(s.Times), "days", strconv.Itoa(days))
}

// standing is how far something is.
func (q *request) standing(p bot.Progress) cell {
	c := cell{Text: q.statusName(p.Status), Badge: "plain"}
	switch p.Status {
	case bot.StatusComplete, bot.StatusSubstantial:
		c.Badge = "good"
	case bot.StatusLimited:
		c.Badge = "warn"
	case bot.StatusNotStarted:
		c.Badge = "bad"
	}
	if p.Percent != bot.PercentUnknown {
		c.Quiet = q.percent(p.Percent)
	}
	return c
}

// statuses are those that something can come to.
var statuses = []bot.Status{bot.StatusNoEvidence, bot.StatusNotStarted, bot.StatusLimited, bot.StatusSubstantial, bot.StatusComplete}

func (q *request) statusName(s bot.Status) string {
	switch s {
	case bot.StatusNoEvidence:
		return q.Say("digest.is-no-evidence")
	case bot.StatusNotStarted:
		return q.Say("digest.is-not-started")
	case bot.StatusLimited:
		return q.Say("digest.is-limited")
	case bot.StatusSubstantial:
		return q.Say("digest.is-substantial")
	case bot.StatusComplete:
		return q.Say("digest.is-complete")
	}
	return q.Say("digest.is-unknown")
}
