package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
)

// maxAnswer is the most that is written to somebody, in characters; in the chat it is as much.
const maxAnswer = 3500

// talkForm is where a colleague writes to somebody who asked for a person.
type talkForm struct {
	Action  string // where its forms lead, without the last part
	Mine    bool
	Facts   [][2]string
	Problem string
	Words   field
	Reach   bool
}

func (q *request) talkForm(x questions.OpenTalk, problem, words string) *talkForm {
	form := &talkForm{Action: Path + "talks/" + url.PathEscape(string(x.Citizen)), Mine: x.By != "", Problem: problem, Reach: x.Reach,
		Words: field{Name: "words", Label: q.Say("console-review.talk-words"), Type: "area", Value: words, Max: maxAnswer, Hint: q.Say("console-review.talk-note")}}
	form.Facts = [][2]string{{q.Say("console-review.asked-for"), q.When(x.Since)}, {q.Say("console-review.time-left"), q.timeLeft(x, time.Now())}}
	if !x.Silent.IsZero() {
		form.Facts = append(form.Facts, [2]string{q.Say("console-review.silent"), q.When(x.Silent)})
	}
	return form
}

// timeLeft says for how long somebody can be written to.
func (q *request) timeLeft(x questions.OpenTalk, now time.Time) string {
	switch {
	case !x.Reach:
		return q.Say("console-review.left-gone")
	case x.Until.IsZero():
		return q.Say("console-review.left-always")
	case !now.Before(x.Until):
		return q.Say("console-review.left-none")
	}
	return q.Say("console-review.left-until", "until", q.When(x.Until), "left", q.span(x.Until.Sub(now)))
}

// span is how long something lasts, in the largest unit that fits.
func (q *request) span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return q.Say("console-review.days", "count", strconv.Itoa(int(d/day)))
	case d >= time.Hour:
		return q.Say("console-review.hours", "count", strconv.Itoa(int(d/time.Hour)))
	}
	return q.Say("console-review.minutes", "count", strconv.Itoa(int(max(d, 0)/time.Minute)))
}

// showTalks lists the conversations in which a person was asked for, and that the account has or may take.
func (q *request) showTalks() error {
	var xs []questions.OpenTalk
	now := time.Now()
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		xs, err = q.c.cfg.Questions.OpenTalks(tx, q.who.Account, now)
		return err
	}); err != nil {
		return err
	}
	t := table{Caption: q.Say("console-review.nav-talks"), Empty: q.Say("console-review.talks-none"), Head: []string{q.Say("console.citizen"), q.Say("console-review.said"),
		q.Say("console.village"), q.Say("console.state"), q.Say("console-review.time-left"), q.Say("console-review.waits")}}
	for _, x := range xs {
		state := cell{Text: q.Say("console-review.talk-waits"), Badge: "warn"}
		if x.By != "" {
			state = cell{Text: q.Say("console-review.talk-mine"), Badge: "good"}
		}
		t.Rows = append(t.Rows, []cell{{Text: q.citizenName(x.Citizen), Href: Path + "conversations/" + url.PathEscape(string(x.Citizen)) + "#answer"},
			{Text: clip(bot.Mask(x.Asked), maxClip)}, {Text: q.villageName(x.Village)}, state, {Text: q.timeLeft(x, now)}, {Text: q.span(now.Sub(x.Since)), Quiet: q.When(x.Since)}})
	}
	return q.render(http.StatusOK, "list", q.Say("console-review.nav-talks"), listPage{Intro: q.Say("console-review.talks-note"), Table: t})
}

// errUnreachable is that nobody can write to somebody.
var errUnreachable = errors.New("there is no way to reach them")

// talk writes to somebody who asked for a person, or ends that conversation.
func (q *request) talk() error {
	id, act := bot.CitizenID(q.r.PathValue("citizen")), q.r.PathValue("act")
	if act != "say" && act != "end" {
		return errNotFound
	}
	words, problem := q.longValue("words")
	if act == "say" && problem != "" {
		return q.conversation(http.StatusUnprocessableEntity, false, problem, words)
	}
	now := time.Now().UTC()
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get(q.who.Account.Login) // as it is now
		if err != nil {
			return err
		}
		x, err := q.c.cfg.Questions.OpenTalk(tx, id, a, now)
		if err != nil {
			return err
		}
		c, state, err := tx.Citizens.Get(id)
		switch {
		case err != nil:
			return err
		case act == "end":
			err = q.c.cfg.Questions.EndTalk(tx, &c, &a, now)
		case !x.Reach:
			return errUnreachable
		default:
			err = q.c.cfg.Questions.SayTo(tx, &c, &state, words, a, now)
		}
		if err != nil {
			return err
		}
		return tx.Citizens.Put(c, state)
	})
	if errors.Is(err, errUnreachable) {
		return q.conversation(http.StatusConflict, false, q.Say("console-review.left-gone"), words)
	}
	if err != nil {
		return err
	}
	q.c.cfg.Wake()
	if act == "end" {
		return q.done("talks", "console-review.did-talk-end")
	}
	return q.done("conversations/"+url.PathEscape(string(id)), "console-review.did-talk")
}

// longValue is a field of several lines as it is sent to people, and what is wrong with it.
func (q *request) longValue(name string) (words, problem string) {
	words = strings.ReplaceAll(q.value(name), "\r\n", "\n")
	switch {
	case words == "":
		return words, q.Say("console-review.words-missing")
	case utf8.RuneCountInString(words) > maxAnswer:
		return words, q.Say("console-review.words-long", "most", strconv.Itoa(maxAnswer))
	case !utf8.ValidString(words) || strings.ContainsFunc(words, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return "", q.Say("console-review.words-missing")
	}
	return words, ""
}
