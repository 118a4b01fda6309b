package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

var (
	errStale = errors.New("a colleague changed it meanwhile")
	errWords = errors.New("the words are missing or too long")
)

// changeCase does one act of a form to a case, by the use case that the chat uses, too. A form that was opened before a
// colleague changed the case is refused, and what was typed is kept.
func (q *request) changeCase() error {
	id, name := q.r.PathValue("id"), q.r.PathValue("act")
	do, ok := map[string]func(tx store.Tx, c bot.Case, by bot.Account) error{"answer": q.answerCase, "move": q.moveCase, "assign": q.assignCase,
		"note": q.noteCase, "repeats": q.repeatCase}[name]
	if !ok {
		return errNotFound
	}
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		by, err := tx.Accounts.Get(q.who.Account.Login) // as it is now
		if err != nil {
			return err
		}
		c, err := tx.Cases.Get(id, by.Scope())
		if err != nil {
			return err
		}
		if version := q.value("version"); name != "note" && version != strconv.FormatUint(c.Version, 10) {
			return errStale
		}
		return do(tx, c, by)
	})
	d := draft{reply: q.value("text"), outcome: q.value("outcome"), note: q.value("note"), repeats: q.value("original")}
	switch {
	case errors.Is(err, errStale):
		d.stale = q.Say("console-cases.stale")
		return q.casePage(http.StatusConflict, id, d)
	case errors.Is(err, errWords):
		d.replyWrong, d.noteWrong, d.repeatsWrong = q.wrongWords(name)
		return q.casePage(http.StatusUnprocessableEntity, id, d)
	case errors.Is(err, store.ErrConflict):
		d.problem = q.Say("console-cases.not-now")
		return q.casePage(http.StatusConflict, id, d)
	case err != nil:
		return err
	}
	if name == "answer" {
		q.c.cfg.Live.Written(id, q.who.Account.Login)
	}
	q.c.cfg.Wake()
	return q.done("cases/"+id, "console-cases.did-"+name)
}

// wrongWords says what is wrong with the words of a form.
func (q *request) wrongWords(name string) (reply, note, repeats string) {
	switch name {
	case "answer":
		if q.value("text") == "" {
			return q.Say("console-cases.answer-missing"), "", ""
		}
		return q.Say("console-cases.too-long", "limit", strconv.Itoa(maxReply)), "", ""
	case "note":
		if q.value("note") == "" {
			return "", q.Say("console-cases.note-missing"), ""
		}
		return "", q.Say("console-cases.too-long", "limit", strconv.Itoa(maxCaseNote)), ""
	}
	return "", "", q.Say("console-cases.original-wrong")
}

// words are those of a field; ok is false if there are none, or more than limit characters.
func (q *request) words(name string, limit int) (text string, ok bool) {
	text = strings.ReplaceAll(q.value(name), "\r\n", "\n")
	return text, text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit
}

// answerCase tells whoever filed the case, and all who joined, what a colleague wrote, and where the case stands with it.
func (q *request) answerCase(tx store.Tx, c bot.Case, by bot.Account) error {
	text, ok := q.words("text", maxReply)
	if !ok {
		return errWords
	}
	to := bot.CaseState(q.value("outcome"))
	if !slices.Contains([]bot.CaseState{bot.CaseAnswered, bot.CaseWorking, bot.CaseDone, bot.CaseDeclined}, to) {
		return failure(http.StatusBadRequest)
	}
	return q.c.cfg.Cases.Move(tx, bot.MoveCase{ID: c.ID, To: to, Reason: text}, by, time.Now().UTC())
}

// moveCase brings the case into a state that needs no words.
func (q *request) moveCase(tx store.Tx, c bot.Case, by bot.Account) error {
	to := bot.CaseState(q.value("to"))
	if !slices.Contains([]bot.CaseState{bot.CaseSeen, bot.CaseWorking, bot.CaseReceived}, to) {
		return failure(http.StatusBadRequest)
	}
	return q.c.cfg.Cases.Move(tx, bot.MoveCase{ID: c.ID, To: to}, by, time.Now().UTC())
}

func (q *request) assignCase(tx store.Tx, c bot.Case, by bot.Account) error {
	return q.c.cfg.Cases.Assign(tx, c.ID, q.value("to"), by, time.Now().UTC())
}

func (q *request) noteCase(tx store.Tx, c bot.Case, by bot.Account) error {
	text, ok := q.words("note", maxCaseNote)
	if !ok {
		return errWords
	}
	return q.c.cfg.Cases.Note(tx, c.ID, text, by, time.Now().UTC())
}

// repeatCase makes the case a duplicate of another.
func (q *request) repeatCase(tx store.Tx, c bot.Case, by bot.Account) error {
	original := strings.ToUpper(strings.TrimPrefix(q.value("original"), "#"))
	err := q.c.cfg.Cases.Move(tx, bot.MoveCase{ID: c.ID, To: bot.CaseDuplicate, Original: original}, by, time.Now().UTC())
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) { // c is there: the other one is not, or cannot be it
		return errWords
	}
	return err
}

// writingCase notes that somebody types, for the colleagues who look at the same case.
func (q *request) writingCase() error {
	err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
		c, err := tx.Cases.Get(q.r.PathValue("id"), q.who.Account.Scope())
		if err == nil {
			q.c.cfg.Live.Writing(c, q.who.Account.Login)
		}
		return err
	})
	if err == nil {
		q.written = true
		q.w.WriteHeader(http.StatusNoContent)
	}
	return err
}
