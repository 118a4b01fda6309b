package console

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
)

// showQuestions lists the groups of questions that wait for an answer.
func (q *request) showQuestions() error {
	var gs []bot.QuestionGroup
	now := time.Now()
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		gs, err = q.c.cfg.Questions.Groups(tx, q.who.Account, now)
		return err
	}); err != nil {
		return err
	}
	return q.render(http.StatusOK, "list", q.Say("console-review.nav-questions"), listPage{Files: q.fileLinks(export.Questions), Intro: q.Say("console-review.questions-note"), Table: q.questionTable(gs, now)})
}

func (q *request) questionTable(gs []bot.QuestionGroup, now time.Time) table {
	t := table{Caption: q.Say("console-review.nav-questions"), Empty: q.Say("console.questions-none"), Head: []string{q.Say("console.question"), q.Say("console-review.people"),
		q.Say("console.villages"), q.Say("console.why"), q.Say("console-review.waits")}}
	for _, g := range gs {
		why := cell{Text: q.whyName(g.Why)}
		if g.Why == bot.WhyEmergency {
			why.Badge = "bad"
		}
		t.Rows = append(t.Rows, []cell{{Text: clip(bot.Mask(g.Text), maxClip), Href: Path + "questions/" + url.PathEscape(g.ID)}, {Text: strconv.Itoa(g.Count), Num: true},
			{Text: q.placeNames(g.Villages)}, why, {Text: q.span(now.Sub(g.Since)), Quiet: q.When(g.Since)}})
	}
	return t
}

// placeNames lists villages, of which "" is not known.
func (q *request) placeNames(ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, q.villageName(id))
	}
	return strings.Join(names, ", ")
}

// questionPage is what question.html shows.
type questionPage struct {
	ID       string
	Text     string
	Facts    [][2]string
	Asked    table
	Open     bool
	Reply    string // that was given
	Reach    []string
	People   int
	Problem  string
	Answer   field
	Trouble  string // of the other form
	Reason   field
	Content  string // address of the page that makes an entry of it
	Alarming bool
}

// showQuestion is one group: how it was asked, by how many, and the form that answers them all.
func (q *request) showQuestion() error { return q.questionPage(http.StatusOK, "", "") }

func (q *request) questionPage(status int, problem, trouble string) error {
	var r questions.Reviewed
	now := time.Now()
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		r, err = q.c.cfg.Questions.Review(tx, q.r.PathValue("id"), q.who.Account.Scope(), now)
		return err
	}); err != nil {
		return err
	}
	by, err := q.colleagues()
	if err != nil {
		return err
	}
	page := questionPage{ID: r.ID, Text: bot.Mask(r.Text), Open: r.Answered.IsZero(), Reply: r.Reply, Reach: q.reachWords(r.Reach), People: r.Count, Problem: problem, Trouble: trouble,
		Alarming: r.Why == bot.WhyEmergency,
		Answer:   field{Name: "words", Label: q.Say("console-review.answer"), Type: "area", Value: q.value("words"), Max: maxAnswer, Hint: q.Say("console-review.answer-hint")},
		Reason:   field{Name: "reason", Label: q.Say("console-review.close-why"), Value: q.value("reason"), Max: 200, Complete: "off", Hint: q.Say("console-review.close-hint")}}
	if r.Text == "" {
		page.Text = q.Say("console-review.no-words")
	} else if q.may(staffers) && r.Why != bot.WhyEmergency {
		page.Content = Path + "content/new?from=" + url.QueryEscape(r.ID)
	}
	page.Facts = [][2]string{{q.Say("console-review.people"), strconv.Itoa(r.Count)}, {q.Say("console.villages"), q.placeNames(r.Villages)},
		{q.Say("console.why"), q.whyName(r.Why)}, {q.Say("console-review.waits"), q.When(r.Since) + " · " + q.span(now.Sub(r.Since))}}
	if !page.Open {
		page.Facts[3] = [2]string{q.Say("console-review.answered-by"), cmp.Or(by[r.By], r.By, "–") + " · " + q.When(r.Answered)}
	}
	page.Asked = table{Caption: q.Say("console-review.wordings"), Empty: q.Say("console-review.no-words"),
		Head: []string{q.Say("console.question"), q.Say("console.village"), q.Say("console-review.times"), q.Say("console.when")}}
	for _, a := range r.Asked {
		c := cell{Text: cmp.Or(bot.Mask(a.Text), q.Say("console-review.no-words"))}
		if a.Citizen != "" {
			c.Href = q.conversationAt(bot.Exchange{Citizen: a.Citizen, At: a.At})
		}
		page.Asked.Rows = append(page.Asked.Rows, []cell{c, {Text: q.villageName(a.Village)}, {Text: strconv.Itoa(a.Count), Num: true}, {Text: q.When(a.At)}})
	}
	return q.render(status, "question", q.Say("console.question"), page)
}

// reachWords says how many people get an answer when and where.
func (q *request) reachWords(r questions.Reach) (words []string) {
	for _, p := range slices.Sorted(maps.Keys(r.Now)) {
		words = append(words, q.Say("console-review.reach-now", "count", strconv.Itoa(r.Now[p]), "on", q.partName(string(p))))
	}
	for _, p := range slices.Sorted(maps.Keys(r.Later)) {
		words = append(words, q.Say("console-review.reach-later", "count", strconv.Itoa(r.Later[p]), "on", q.partName(string(p))))
	}
	if r.Gone > 0 {
		words = append(words, q.Say("console-review.reach-gone", "count", strconv.Itoa(r.Gone)))
	}
	return words
}

// settleQuestion answers everybody who asked, or closes the group.
func (q *request) settleQuestion() error {
	act, now := q.r.PathValue("act"), time.Now().UTC()
	var settle func(tx store.Tx, a bot.Account) error
	id := q.r.PathValue("id")
	switch act {
	case "answer":
		words, problem := q.longValue("words")
		if problem != "" {
			return q.questionPage(http.StatusUnprocessableEntity, problem, "")
		}
		settle = func(tx store.Tx, a bot.Account) error { return q.c.cfg.Questions.Answer(tx, id, words, a, now) }
	case "close":
		settle = func(tx store.Tx, a bot.Account) error {
			return q.c.cfg.Questions.Close(tx, id, q.value("reason"), a, now)
		}
	default:
		return errNotFound
	}
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get(q.who.Account.Login) // as it is now
		if err != nil {
			return err
		}
		r, err := q.c.cfg.Questions.Review(tx, id, a.Scope(), now)
		if err == nil && !r.Answered.IsZero() { // a colleague was faster
			err = store.ErrConflict
		}
		if err != nil {
			return err
		}
		return settle(tx, a)
	})
	if _, refused := errors.AsType[bot.Refusal](err); refused {
		return q.questionPage(http.StatusUnprocessableEntity, "", q.Say("console-review.close-wrong"))
	}
	if err != nil {
		return err
	}
	q.c.cfg.Wake()
	return q.done("questions", "console-review.did-question-"+act)
}
