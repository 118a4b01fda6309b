package console

import (
	"net/http"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/staff"
)

// accountPage is what account.html shows.
type accountPage struct {
	Facts    [][2]string
	Problem  string
	Password []field
	Has      staff.Signed
	Sessions []sessionLine
}

type sessionLine struct {
	ID, Browser, Since, Seen string
	This                     bool
}

// showAccount is the account's own page.
func (q *request) showAccount() error { return q.accountPage(http.StatusOK, "") }

func (q *request) accountPage(status int, problem string) error {
	a := q.who.Account
	page := accountPage{Problem: problem, Has: q.who, Password: append(q.currentPasswordField(), q.newPasswordFields()...)}
	page.Facts = [][2]string{{q.Say("console.name"), a.Name}, {q.Say("console.login"), a.Login}, {q.Say("console.role"), q.roleName(a.Role)}}
	if a.Role == bot.RoleVillage {
		page.Facts = append(page.Facts, [2]string{q.Say("console.villages"), q.villageNames(a.Villages)})
	}
	linked := q.Say("console.linked-no")
	if a.Citizen != "" {
		linked = q.Say("console.linked-yes")
	}
	page.Facts = append(page.Facts, [2]string{q.Say("console.chat"), linked})
	all, err := q.c.cfg.Staff.Sessions(q.r.Context(), a.Login)
	if err != nil {
		return err
	}
	for _, x := range all {
		browser := x.Browser
		if browser == "" {
			browser = q.Say("console.some-browser")
		}
		page.Sessions = append(page.Sessions, sessionLine{x.ID, browser, q.When(x.Created), q.When(x.Seen), x.ID == q.who.Session.ID})
	}
	return q.render(status, "account", q.Say("console.account"), page)
}

// roleName is what a role is called.
func (q *request) roleName(r bot.Role) string {
	switch r {
	case bot.RoleVillage:
		return q.Say("staff.role-village")
	case bot.RoleStaff:
		return q.Say("staff.role-staff")
	case bot.RoleOwner:
		return q.Say("staff.role-owner")
	}
	return q.Say("staff.role-observer")
}

func (q *request) changePassword() error {
	token, problem, err := q.setPassword()
	if err != nil {
		return err
	}
	if problem != "" {
		return q.accountPage(http.StatusUnprocessableEntity, problem)
	}
	q.signedIn(token)
	return q.done("account", "console.did-password")
}

// endSession ends one of the account's own sessions, or all others.
func (q *request) endSession() error {
	id := q.value("id")
	if id == q.who.Session.ID && id != "" {
		return q.signOut()
	}
	if err := q.c.cfg.Staff.EndSession(q.r.Context(), q.who.Account.Login, id, q.who.Session.ID); err != nil {
		return err
	}
	return q.done("account", "console.did-session")
}

// showOwnSecond sets up another second factor.
func (q *request) showOwnSecond() error { return q.ownSecondPage(http.StatusOK, "", "") }

func (q *request) ownSecondPage(status int, appFailed, chatWrong string) error {
	forms, err := q.secondForms("account", appFailed, chatWrong)
	if err != nil {
		return err
	}
	return q.render(status, "ownsecond", q.Say("console.second-factor"), setupPage{Second: forms})
}

func (q *request) changeAuthenticator() error {
	token, err := q.c.cfg.Staff.ConfirmAuthenticator(q.r.Context(), q.token, q.r.PostFormValue("current"), q.value("code"))
	if problem, status := q.codeProblem(err); problem != "" {
		return q.ownSecondPage(status, problem, "")
	}
	if err != nil {
		return err
	}
	q.signedIn(token)
	return q.done("account", "console.did-second")
}

func (q *request) sendOwnSecond() error {
	err := q.c.cfg.Staff.SendCode(q.r.Context(), q.token)
	if problem, status := q.codeProblem(err); problem != "" {
		return q.ownSecondPage(status, "", problem)
	}
	if err != nil {
		return err
	}
	return q.done("account/second", "console.did-send")
}

func (q *request) changeChat() error {
	token, err := q.c.cfg.Staff.ConfirmChat(q.r.Context(), q.token, q.r.PostFormValue("current"), strings.TrimSpace(q.r.PostFormValue("code")))
	if problem, status := q.codeProblem(err); problem != "" {
		return q.ownSecondPage(status, "", problem)
	}
	if err != nil {
		return err
	}
	q.signedIn(token)
	return q.done("account", "console.did-second")
}
