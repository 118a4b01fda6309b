package console

import (
	"errors"
	"net/http"

	"ogpbot/bot"
	"ogpbot/internal/staff"
)

// handover is what is shown once, to be given to a colleague.
type handover struct{ Title, Code, Link string }

// memberPage is what member.html shows.
type memberPage struct {
	Login string
	Facts [][2]string
	State cell
	Acts  []act
	Once  *handover
	Self  bool

	Problem string
	Form    accountForm
}

// showMember is one account.
func (q *request) showMember() error {
	return q.memberPage(http.StatusOK, q.r.PathValue("login"), nil, "")
}

// memberPage shows an account; problem is of the form that changes it.
func (q *request) memberPage(status int, login string, once *handover, problem string) error {
	m, err := q.member(login)
	if err != nil {
		return err
	}
	a, row := m.Account, q.memberRow(m)
	page := memberPage{Login: a.Login, State: row[5], Once: once, Self: a.Login == q.who.Account.Login, Problem: problem, Form: q.accountForm(a, false)}
	if problem != "" { // as it was typed
		typed, _ := q.accountTyped(login)
		page.Form = q.accountForm(typed, false)
	}
	page.Facts = [][2]string{{q.Say("console.login"), a.Login}, {q.Say("console.role"), row[1].Text}, {q.Say("console.villages"), row[2].Text},
		{q.Say("console.chat"), row[3].Text}, {q.Say("console.signin-way"), row[4].Text}, {q.Say("console.since"), q.When(a.Created)}}
	if a.Integrity {
		page.Facts = append(page.Facts, [2]string{q.Say("console-accounts.rights"), q.Say("console-accounts.integrity")})
	}
	add := func(name, key, looks, sure string) {
		x := act{Name: name, Label: q.Say(key), Looks: looks}
		if sure != "" {
			x.Sure = q.Say(sure)
		}
		page.Acts = append(page.Acts, x)
	}
	switch {
	case page.Self:
		add("code", "console.member-code", "", "")
	case a.Disabled:
		add("enable", "console.member-enable", "main", "")
	default:
		add("link", "console.member-link", "", "")
		add("code", "console.member-code", "", "")
		if m.TOTP || m.Chat {
			add("second", "console.member-second", "", "console.sure")
		}
		add("sessions", "console-accounts.sessions", "", "console-accounts.sure-sessions")
		add("disable", "console.member-disable", "danger", "console.sure-disable")
	}
	return q.render(status, "member", a.Name, page)
}

func (q *request) member(login string) (staff.Signed, error) {
	all, err := q.c.cfg.Staff.Proofs(q.r.Context())
	if err != nil {
		return staff.Signed{}, err
	}
	for _, m := range all {
		if m.Account.Login == login {
			return m, nil
		}
	}
	return staff.Signed{}, errNotFound
}

// changeMember does something to an account. Nobody locks themselves out, so there is always an owner.
func (q *request) changeMember() error {
	ctx, login, by, act := q.r.Context(), q.r.PathValue("login"), q.who.Account.Login, q.r.PathValue("act")
	if _, err := q.member(login); err != nil {
		return err
	}
	if login == by && act != "code" {
		return failure(http.StatusConflict)
	}
	var once *handover
	var err error
	done := ""
	switch act {
	case "disable":
		err, done = q.c.cfg.Staff.Disable(ctx, login, by), "console.did-disable"
	case "enable":
		err, done = q.c.cfg.Staff.Enable(ctx, login, by), "console.did-enable"
	case "second":
		err, done = q.c.cfg.Staff.ResetSecond(ctx, login, by), "console.did-reset"
	case "sessions":
		err, done = q.c.cfg.Staff.EndSessions(ctx, login, by), "console-accounts.did-sessions"
	case "change":
		return q.changeRights(login)
	case "link":
		var secret string
		secret, err = q.c.cfg.Staff.Invite(ctx, login, by)
		once = &handover{Title: q.Say("console.new-link"), Link: q.inviteLink(secret)}
	case "code":
		var code string
		code, err = q.c.cfg.Staff.NewCode(ctx, login, by)
		once = &handover{Title: q.Say("console.new-code"), Code: code}
	default:
		return errNotFound
	}
	if _, refused := errors.AsType[bot.Refusal](err); refused {
		return failure(http.StatusConflict)
	}
	if err != nil {
		return err
	}
	if once != nil {
		return q.memberPage(http.StatusOK, login, once, "")
	}
	return q.done("accounts/"+login, done)
}

// changeRights gives an account another name, role, villages or rights.
func (q *request) changeRights(login string) error {
	a, problem := q.accountTyped(login)
	if problem == "" {
		err := q.c.cfg.Staff.Change(q.r.Context(), a, q.who.Account.Login)
		if _, refused := errors.AsType[bot.Refusal](err); !refused {
			if err != nil {
				return err
			}
			return q.done("accounts/"+login, "console-accounts.did-change")
		}
		problem = q.Say("console-accounts.wrong-change")
	}
	return q.memberPage(http.StatusUnprocessableEntity, login, nil, problem)
}
