package console

import (
	"net/http"
	"strconv"

	"ogpbot/bot"
)

// progressPage is what progress.html shows.
type progressPage struct {
	Table  table
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
		q.Say("console.state"), q.Say("console.deadline"), q.Say("console.milestones"), q.Say("console.changed")}}
	for _, c := range q.lib.Commitments() {
		c = c.Current(history)
		changed := "–"
		for _, x := range history {
			if x.Commitment == c.ID {
				changed = q.When(x.At)
			}
		}
		t.Rows = append(t.Rows, []cell{{Text: q.local(c.Title), Href: Path + "progress/" + c.ID}, q.standing(bot.Progress{Status: c.Status, Percent: c.Percent}),
			{Text: q.Month(c.End)}, {Text: strconv.Itoa(len(c.Milestones)), Num: true}, {Text: changed}})
	}
	page := progressPage{Table: t}
	if q.c.cfg.Digest != nil {
		m, ok, err := q.c.cfg.Digest(q.r.Context(), q.lang)
		if err != nil {
			return err
		}
		page.Digest = &preview{!ok, m.Heading, m.Text}
	}
	return q.render(http.StatusOK, "progress", q.Say("console.nav-progress"), page)
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
		c.Quiet = strconv.Itoa(p.Percent) + " %"
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
