package console

import (
	"errors"
	"net/http"

	"ogpbot/internal/staff"
)

// signInPage is what signin.html shows.
type signInPage struct {
	Problem string
	Fields  []field
}

// showSignIn asks for login and password.
func (q *request) showSignIn() error {
	if q.in() {
		q.redirect("")
		return nil
	}
	return q.signInPage(http.StatusOK, "")
}

func (q *request) signInPage(status int, problem string) error {
	login := q.value("login")
	return q.render(status, "signin", q.Say("console.signin"), signInPage{problem, []field{
		{Name: "login", Label: q.Say("console.login"), Value: login, Complete: "username", Max: 64, Focus: login == ""},
		{Name: "password", Label: q.Say("console.password"), Type: "password", Complete: "current-password", Max: 1024, Focus: login != ""},
	}})
}

func (q *request) signIn() error {
	token, stage, err := q.c.cfg.Staff.SignIn(q.r.Context(), q.value("login"), q.r.PostFormValue("password"), q.visitor())
	switch {
	case errors.Is(err, staff.ErrWrong):
		return q.signInPage(http.StatusUnauthorized, q.Say("console.wrong-signin"))
	case errors.Is(err, staff.ErrLimited):
		return q.signInPage(http.StatusTooManyRequests, q.Say("console.limited"))
	case err != nil:
		return err
	}
	return q.enter(token, stage)
}

// enter gives the browser its token, and leads on. A session that the browser had before ends.
func (q *request) enter(token, stage string) error {
	if q.token != "" {
		if err := q.c.cfg.Staff.SignOut(q.r.Context(), q.token); err != nil {
			return err
		}
	}
	return q.proceed(token, stage)
}

// proceed is enter for a token that took the place of the one before.
func (q *request) proceed(token, stage string) error {
	q.signedIn(token)
	switch stage {
	case staff.StageSecond:
		q.redirect("second")
	case staff.StageSetup:
		q.redirect("setup")
	default:
		q.redirect("")
	}
	return nil
}

func (q *request) signOut() error {
	if err := q.c.cfg.Staff.SignOut(q.r.Context(), q.token); err != nil {
		return err
	}
	q.signedIn("")
	return q.done("signin", "console.did-signout")
}
