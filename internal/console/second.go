package console

import (
	"errors"
	"net/http"

	"ogpbot/internal/staff"
)

// secondPage is what second.html shows.
type secondPage struct {
	Problem string
	Hint    string
	Chat    bool // a code can be sent
	Code    field
}

// codeField asks for six digits.
func (q *request) codeField() field {
	return field{Name: "code", Label: q.Say("console.code-field"), Mode: "numeric", Complete: "one-time-code", Max: 12, Focus: true}
}

// showSecond asks for the second factor.
func (q *request) showSecond() error { return q.secondPage(http.StatusOK, "") }

func (q *request) secondPage(status int, problem string) error {
	hint := q.Say("console.second-app")
	switch {
	case q.who.TOTP && q.who.Chat:
		hint = q.Say("console.second-both")
	case q.who.Chat:
		hint = q.Say("console.second-chat")
	}
	return q.render(status, "second", q.Say("console.second"), secondPage{problem, hint, q.who.Chat, q.codeField()})
}

func (q *request) giveSecond() error {
	token, err := q.c.cfg.Staff.Second(q.r.Context(), q.token, q.value("code"))
	if problem, status := q.codeProblem(err); problem != "" {
		return q.secondPage(status, problem)
	}
	if err != nil {
		return err
	}
	return q.proceed(token, staff.StageIn) // what is still missing is seen there
}

// codeProblem says why a code or a password was not taken, "" for other errors.
func (q *request) codeProblem(err error) (problem string, status int) {
	switch {
	case errors.Is(err, staff.ErrWrong):
		return q.Say("console.wrong-code"), http.StatusUnprocessableEntity
	case errors.Is(err, staff.ErrLimited):
		return q.Say("console.limited"), http.StatusTooManyRequests
	case errors.Is(err, staff.ErrNoChat):
		return q.Say("console.no-chat"), http.StatusConflict
	}
	return "", 0
}

func (q *request) sendSecond() error {
	err := q.c.cfg.Staff.SendCode(q.r.Context(), q.token)
	if problem, status := q.codeProblem(err); problem != "" {
		return q.secondPage(status, problem)
	}
	if err != nil {
		return err
	}
	return q.done("second", "console.did-send")
}
