package console

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/progress"
	"ogpbot/internal/store"
)

// stepPage is what step.html shows: a change before it is kept.
type stepPage struct {
	ID       string
	What     string // the commitment or milestone
	Change   string
	Reasons  []inWords
	Evidence string
	Digest   []inWords // what the next one will say
	Carried  []hidden
}

// step reads the form; problem says what is wrong with it.
func (q *request) step(id string) (step progress.Step, problem string) {
	step = progress.Step{Commitment: id, Milestone: q.value("milestone"), Status: bot.Status(q.value("status")), Reason: bot.Text{}, Evidence: q.value("evidence"),
		By: q.who.Account.Login}
	for _, l := range q.lib.Place().Languages {
		if words := q.value("reason-" + string(l)); words != "" {
			step.Reason[l] = words
		}
	}
	if typed := strings.TrimSpace(strings.TrimSuffix(q.value("percent"), "%")); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil || n < 0 || n > 100 {
			return step, q.Say("console.wrong-percent")
		}
		step.Percent = &n
	}
	if typed := q.value("due"); typed != "" {
		due, err := time.Parse("2006-01", typed)
		if err != nil {
			return step, q.Say("console.wrong-due")
		}
		step.Due = &due
	}
	if n, err := strconv.ParseUint(q.value("seen"), 10, 64); err == nil {
		step.Seen = &n
	}
	return step, ""
}

// setProgress shows a change with what will be told of it, and keeps it when that was seen.
func (q *request) setProgress() error {
	c, ok := q.lib.Commitment(q.r.PathValue("commitment"))
	if !ok {
		return errNotFound
	}
	do := q.value("do")
	if do == "change" {
		return q.commitmentPage(http.StatusOK, "")
	}
	step, problem := q.step(c.ID)
	if problem != "" {
		return q.commitmentPage(http.StatusUnprocessableEntity, problem)
	}
	var err error
	if do == "save" {
		_, err = q.c.cfg.Progress.Set(q.r.Context(), step)
	} else {
		err = q.showStep(c, step)
	}
	refusal, refused := errors.AsType[bot.Refusal](err)
	switch {
	case refused:
		return q.commitmentPage(http.StatusUnprocessableEntity, q.Say("console.wrong-step")+" ("+refusal.Sentence+")")
	case errors.Is(err, store.ErrConflict) && do == "save" && q.kept(step):
		err = nil
	case errors.Is(err, store.ErrConflict):
		return q.commitmentPage(http.StatusConflict, q.Say("console-progress.meanwhile"))
	}
	if err != nil || do != "save" {
		return err
	}
	return q.done("progress/"+c.ID, "console.did-step")
}

// kept tells whether the last change of a commitment is the step: the form was sent twice.
func (q *request) kept(step progress.Step) bool {
	history, err := q.c.cfg.Progress.History(q.r.Context(), step.Commitment)
	if err != nil || len(history) == 0 {
		return false
	}
	last := history[len(history)-1]
	return last.By == step.By && last.Milestone == step.Milestone && last.Evidence == step.Evidence && maps.Equal(last.Reason, step.Reason) &&
		(step.Status == "" || step.Status == last.Now.Status) && (step.Percent == nil || *step.Percent == last.Now.Percent) &&
		(step.Due == nil || step.Due.Equal(last.Now.Due))
}

// showStep shows what a step changes, and what the next digest will say, in every language.
func (q *request) showStep(c bot.Commitment, step progress.Step) error {
	change, err := q.c.cfg.Progress.Draft(q.r.Context(), step)
	if err != nil {
		return err
	}
	page := stepPage{ID: c.ID, What: q.Say("console.whole"), Change: q.changeWords(change), Evidence: change.Evidence}
	for _, m := range c.Milestones {
		if m.ID == step.Milestone {
			page.What = q.local(m.Title)
		}
	}
	for _, l := range q.lib.Place().Languages {
		name := q.lib.Text(l, "language.name")
		if words := change.Reason[l]; words != "" {
			page.Reasons = append(page.Reasons, inWords{l, name, []look{{Parts: []string{words}}}})
		}
		if q.c.cfg.Digest == nil {
			continue
		}
		m, ok, err := q.c.cfg.Digest(q.r.Context(), l, change)
		if err != nil {
			return err
		}
		if ok {
			page.Digest = append(page.Digest, inWords{l, name, q.looks(m)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.r.PostForm)) {
		if v := q.value(name); v != "" && name != "do" {
			page.Carried = append(page.Carried, hidden{name, v})
		}
	}
	return q.render(http.StatusOK, "step", q.local(c.Title), page)
}
