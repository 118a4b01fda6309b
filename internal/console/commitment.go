package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/progress"
)

// commitmentPage is what commitment.html shows.
type commitmentPage struct {
	ID         string
	Seen       uint64 // number of the last change that is shown
	Summary    string
	Standing   cell
	Facts      [][2]string
	Milestones table
	History    table
	Problem    string
	Form       []field // nil for those who may only look
	Languages  []field // the reason in the other languages
	Evidence   field
}

// showCommitment is one commitment with its milestones and history.
func (q *request) showCommitment() error { return q.commitmentPage(http.StatusOK, "") }

func (q *request) commitmentPage(status int, problem string) error {
	c, ok := q.lib.Commitment(q.r.PathValue("commitment"))
	if !ok {
		return errNotFound
	}
	history, err := q.c.cfg.Progress.History(q.r.Context(), c.ID)
	if err != nil {
		return err
	}
	colleagues, err := q.colleagues()
	if err != nil {
		return err
	}
	c = c.Current(history)
	page := commitmentPage{ID: c.ID, Seen: progress.Last(history), Summary: q.local(c.Summary), Problem: problem, Standing: q.standing(bot.Progress{Status: c.Status, Percent: c.Percent})}
	page.Facts = [][2]string{{q.Say("console.deadline"), q.Month(c.End)}, {q.Say("console-progress.slip"), q.slipped(bot.Slips(history, c.ID, ""))}}
	if c.OGP != "" {
		page.Facts = append(page.Facts, [2]string{"OGP", c.OGP})
	}
	page.Milestones = table{Caption: q.Say("console.milestones"), Empty: q.Say("console.milestones-none"),
		Head: []string{q.Say("console.milestone"), q.Say("console.state"), q.Say("console.deadline"), q.Say("console-progress.slip")}}
	names := map[string]string{"": q.Say("console.whole")}
	for _, m := range c.Milestones {
		names[m.ID] = q.local(m.Title)
		page.Milestones.Rows = append(page.Milestones.Rows, []cell{{Text: q.local(m.Title)}, q.standing(bot.Progress{Status: m.Status, Percent: m.Percent}), {Text: q.Month(m.Due)}, {Text: q.slipped(bot.Slips(history, c.ID, m.ID))}})
	}
	page.History = table{Caption: q.Say("console.history"), Empty: q.Say("console.history-none"),
		Head: []string{q.Say("console.when"), q.Say("console.what"), q.Say("console.change-to"), q.Say("console.reason"), q.Say("console.by")}}
	for _, x := range slices.Backward(history) {
		name := names[x.Milestone]
		if name == "" {
			name = x.Milestone
		}
		by := cmp.Or(colleagues[x.By], x.By)
		if !q.may(village) {
			by = "–"
		}
		page.History.Rows = append(page.History.Rows, []cell{{Text: q.When(x.At)}, {Text: name}, {Text: q.changeWords(x)},
			{Text: q.local(x.Reason), Out: x.Evidence}, {Text: by}})
	}
	if q.may(staffers) {
		page.Form, page.Languages, page.Evidence = q.stepFields(c)
	}
	return q.render(status, "commitment", q.local(c.Title), page)
}

// changeWords says what a step changed.
func (q *request) changeWords(x bot.Change) string {
	var parts []string
	add := func(was, now string) {
		if was != now {
			parts = append(parts, was+" → "+now)
		}
	}
	add(q.statusName(x.Was.Status), q.statusName(x.Now.Status))
	add(q.percent(x.Was.Percent), q.percent(x.Now.Percent))
	if !x.Was.Due.Equal(x.Now.Due) {
		parts = append(parts, q.Say("console.deadline")+": "+q.Month(x.Was.Due)+" → "+q.Month(x.Now.Due))
	}
	return strings.Join(parts, "; ")
}

// percent is how much is done, as the language writes it.
func (q *request) percent(n int) string {
	if n == bot.PercentUnknown {
		return "–"
	}
	return q.Say("digest.per-cent", "count", strconv.Itoa(n))
}

// stepFields is the form of a step, as it was filled in before.
func (q *request) stepFields(c bot.Commitment) (fields, languages []field, evidence field) {
	target := field{Name: "milestone", Label: q.Say("console.step-what"), Type: "select", Options: []option{{"", q.Say("console.whole"), q.value("milestone") == ""}}}
	for _, m := range c.Milestones {
		target.Options = append(target.Options, option{m.ID, clip(q.local(m.Title), 80), q.value("milestone") == m.ID})
	}
	status := field{Name: "status", Label: q.Say("console.step-status"), Type: "select", Options: []option{{"", q.Say("console.as-it-is"), q.value("status") == ""}}}
	for _, s := range statuses {
		status.Options = append(status.Options, option{string(s), q.statusName(s), q.value("status") == string(s)})
	}
	place := q.lib.Place()
	fields = []field{target, status,
		{Name: "percent", Label: q.Say("console.step-percent"), Value: q.value("percent"), Mode: "numeric", Max: 3, Optional: true, Hint: q.Say("console.step-empty")},
		{Name: "due", Label: q.Say("console.step-due"), Type: "month", Value: q.value("due"), Max: 7, Optional: true, Hint: q.Say("console.step-due-hint")},
		q.reasonField(place.Languages[0], false)}
	for _, l := range place.Languages[1:] {
		languages = append(languages, q.reasonField(l, true))
	}
	return fields, languages, field{Name: "evidence", Label: q.Say("console.step-evidence"), Type: "url", Value: q.value("evidence"), Max: 500, Optional: true}
}

func (q *request) reasonField(l bot.Language, optional bool) field {
	name := "reason-" + string(l)
	f := field{Name: name, Label: q.Say("console.step-reason", "language", q.lib.Text(l, "language.name")), Type: "area", Value: q.value(name), Max: 300, Optional: optional}
	if !optional {
		f.Hint = q.Say("console.step-reason-hint")
	}
	return f
}
