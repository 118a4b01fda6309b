package console

import (
	"cmp"
	"time"

	"ogpbot/bot"
)

// readyAnswer is an answer that the content has ready, filled for one case.
type readyAnswer struct {
	Key, Label string // in the language of the page
	Text       string // in that of whoever filed the case
}

// readyAnswers fills the ready answers for a case. They may hold {case}, {kind}, {village}, {commitment}, {filed}, {due} and
// {today}.
func (q *request) readyAnswers(c bot.Case) (all []readyAnswer) {
	lang := cmp.Or(c.Language, q.lib.Place().Languages[0])
	due := c.Due
	if due.IsZero() {
		due = time.Now().AddDate(0, 0, q.lib.Place().CaseDays[c.Kind])
	}
	fill := func(key string, lang bot.Language) string {
		in := func(t bot.Text) string { return t.In(append([]bot.Language{lang}, q.lib.Place().Languages...)...) }
		village, commitment := q.lib.Text(lang, "console.no-village"), ""
		if v, ok := q.lib.Village(c.Village); ok {
			village = in(v.Name)
		}
		if k, ok := q.lib.Commitment(c.Commitment); ok {
			commitment = in(k.Title)
		}
		return q.lib.Text(lang, key, "case", c.ID, "kind", q.lib.Text(lang, "cases.kind-"+string(c.Kind)), "village", village, "commitment", commitment,
			"filed", q.day(c.Created), "due", q.day(due), "today", q.day(time.Now()))
	}
	for _, key := range q.c.cfg.Ready() {
		all = append(all, readyAnswer{Key: key, Label: clip(fill(key, q.lang), maxClip/2), Text: fill(key, lang)})
	}
	return all
}
