package console

import (
	"bytes"
	"errors"
	"net/http"

	"ogpbot/internal/staff"
)

// secondForms are the two ways to set up a second factor, of setup.html and ownsecond.html.
type secondForms struct {
	Base     string // of the addresses of the forms
	QR       string // address of the picture
	Offer    staff.Authenticator
	Password []field // asked for first, if there is one
	Code     field
	ChatCode field
	Linked   bool // there is a conversation for codes
	HasApp   bool // they are set up already
	HasChat  bool
}

// setupPage is what setup.html shows: the password comes first.
type setupPage struct {
	Problem  string
	Password []field // nil if there is one
	Second   *secondForms
}

// showSetup asks for what has to be chosen before anything else.
func (q *request) showSetup() error { return q.setupPage(http.StatusOK, "", "", "") }

func (q *request) setupPage(status int, problem, appFailed, chatWrong string) error {
	page := setupPage{Problem: problem}
	if !q.who.Password {
		page.Password = q.newPasswordFields()
		return q.render(status, "setup", q.Say("console.setup-password"), page)
	}
	var err error
	if page.Second, err = q.secondForms("setup", appFailed, chatWrong); err != nil {
		return err
	}
	return q.render(status, "setup", q.Say("console.setup-second"), page)
}

func (q *request) newPasswordFields() []field {
	return []field{
		{Name: "new", Label: q.Say("console.new-password"), Type: "password", Complete: "new-password", Max: 1024, Hint: q.Say("console.password-rule")},
		{Name: "again", Label: q.Say("console.new-again"), Type: "password", Complete: "new-password", Max: 1024},
	}
}

func (q *request) currentPasswordField() []field {
	if !q.who.Password || q.who.Session.Stage == staff.StageSetup {
		return nil
	}
	return []field{{Name: "current", Label: q.Say("console.current-password"), Type: "password", Complete: "current-password", Max: 1024}}
}

func (q *request) secondForms(base, appFailed, chatWrong string) (*secondForms, error) {
	offer, err := q.c.cfg.Staff.OfferAuthenticator(q.r.Context(), q.token)
	if err != nil {
		return nil, err
	}
	code, chat := q.codeField(), q.codeField()
	code.Focus, chat.Focus = false, false
	code.Error, chat.Error = appFailed, chatWrong
	chat.Label = q.Say("console.chat-code-field")
	return &secondForms{Base: Path + base, QR: Path + base + "/qr.png", Offer: offer, Password: q.currentPasswordField(), Code: code, ChatCode: chat,
		Linked: q.who.Account.Citizen != "", HasApp: q.who.TOTP, HasChat: q.who.Chat}, nil
}

// showQR draws what an authenticator is to scan.
func (q *request) showQR() error {
	offer, err := q.c.cfg.Staff.OfferAuthenticator(q.r.Context(), q.token)
	if err != nil {
		return err
	}
	var png bytes.Buffer
	if err := offer.WriteQR(&png); err != nil {
		return err
	}
	q.written = true
	q.w.Header().Set("Content-Type", "image/png")
	_, _ = q.w.Write(png.Bytes()) // a client that went away asks again
	return nil
}

// passwordProblem says why a password was not taken, "" for other errors.
func (q *request) passwordProblem(err error) string {
	switch {
	case errors.Is(err, staff.ErrPasswordShort):
		return q.Say("console.password-short")
	case errors.Is(err, staff.ErrPasswordLong):
		return q.Say("console.password-long")
	case errors.Is(err, staff.ErrPasswordCommon):
		return q.Say("console.password-common")
	case errors.Is(err, staff.ErrWrong):
		return q.Say("console.password-wrong")
	case errors.Is(err, staff.ErrLimited):
		return q.Say("console.limited")
	}
	return ""
}

// setPassword takes the form of a new password, and gives the new token or what is wrong.
func (q *request) setPassword() (token, problem string, err error) {
	if q.r.PostFormValue("new") != q.r.PostFormValue("again") {
		return "", q.Say("console.password-differs"), nil
	}
	token, err = q.c.cfg.Staff.SetPassword(q.r.Context(), q.token, q.r.PostFormValue("current"), q.r.PostFormValue("new"))
	if problem = q.passwordProblem(err); problem != "" {
		return "", problem, nil
	}
	return token, "", err
}

func (q *request) setupPassword() error {
	token, problem, err := q.setPassword()
	if err != nil {
		return err
	}
	if problem != "" {
		return q.setupPage(http.StatusUnprocessableEntity, problem, "", "")
	}
	q.signedIn(token)
	return q.done("setup", "console.did-password")
}

func (q *request) setupAuthenticator() error {
	token, err := q.c.cfg.Staff.ConfirmAuthenticator(q.r.Context(), q.token, "", q.value("code"))
	if problem, status := q.codeProblem(err); problem != "" {
		return q.setupPage(status, "", problem, "")
	}
	if err != nil {
		return err
	}
	q.signedIn(token)
	return q.done("", "console.did-second")
}

func (q *request) setupSend() error {
	err := q.c.cfg.Staff.SendCode(q.r.Context(), q.token)
	if problem, status := q.codeProblem(err); problem != "" {
		return q.setupPage(status, "", "", problem)
	}
	if err != nil {
		return err
	}
	return q.done("setup", "console.did-send")
}

func (q *request) setupChat() error {
	token, err := q.c.cfg.Staff.ConfirmChat(q.r.Context(), q.token, "", q.value("code"))
	if problem, status := q.codeProblem(err); problem != "" {
		return q.setupPage(status, "", "", problem)
	}
	if err != nil {
		return err
	}
	q.signedIn(token)
	return q.done("", "console.did-second")
}
