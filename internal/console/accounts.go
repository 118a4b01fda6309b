package console

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/staff"
)

// accountsPage is what accounts.html shows.
type accountsPage struct {
	Table   table
	Files   []link
	Problem string
	Form    accountForm
}

// accountForm is what an account is made of, for accounts.html and member.html.
type accountForm struct {
	Fields    []field
	Villages  []option
	Integrity bool
}

// accountForm shows a; the login can be chosen for a new one only.
func (q *request) accountForm(a bot.Account, fresh bool) (f accountForm) {
	if fresh {
		f.Fields = append(f.Fields, field{Name: "login", Label: q.Say("console.login"), Value: a.Login, Max: 32, Complete: "off", Hint: q.Say("console.login-rule")})
	}
	role := field{Name: "role", Label: q.Say("console.role"), Type: "select"}
	for _, r := range []bot.Role{bot.RoleVillage, bot.RoleStaff, bot.RoleObserver, bot.RoleOwner} {
		role.Options = append(role.Options, option{string(r), q.roleName(r), a.Role == r})
	}
	f.Fields = append(f.Fields, field{Name: "name", Label: q.Say("console.name"), Value: a.Name, Max: 80, Complete: "off"}, role)
	for _, v := range q.ownVillages() {
		f.Villages = append(f.Villages, option{v.ID, q.local(v.Name), slices.Contains(a.Villages, v.ID)})
	}
	slices.SortStableFunc(f.Villages, func(a, b option) int { // those that are chosen in front
		switch {
		case a.Chosen == b.Chosen:
			return 0
		case a.Chosen:
			return -1
		}
		return 1
	})
	f.Integrity = a.Integrity
	return f
}

// accountTyped reads the form, and says what is wrong with it.
func (q *request) accountTyped(login string) (a bot.Account, problem string) {
	a = bot.Account{Login: login, Name: q.value("name"), Role: bot.Role(q.value("role")), Integrity: q.value("integrity") != ""}
	if a.Role == bot.RoleVillage {
		a.Villages = q.r.PostForm["village"]
	}
	switch n := utf8.RuneCountInString(a.Name); {
	case !loginForm.MatchString(a.Login):
		problem = q.Say("console.wrong-login")
	case n < 1 || n > 80:
		problem = q.Say("console.wrong-name")
	case a.Role == bot.RoleVillage && len(a.Villages) == 0:
		problem = q.Say("console.wrong-villages")
	case a.Integrity && a.Role != bot.RoleStaff && a.Role != bot.RoleOwner:
		problem = q.Say("console-accounts.wrong-integrity")
	}
	return a, problem
}

// showAccounts lists the accounts, with a form for another one.
func (q *request) showAccounts() error { return q.accountsPage(http.StatusOK, "") }

func (q *request) accountsPage(status int, problem string) error {
	all, err := q.c.cfg.Staff.Proofs(q.r.Context())
	if err != nil {
		return err
	}
	page := accountsPage{Problem: problem, Files: q.fileLinks(export.Accounts), Table: table{Caption: q.Say("console.nav-accounts"), Head: []string{q.Say("console.name"), q.Say("console.role"),
		q.Say("console.villages"), q.Say("console.chat"), q.Say("console.signin-way"), q.Say("console.state")}}}
	for _, m := range all {
		page.Table.Rows = append(page.Table.Rows, q.memberRow(m))
	}
	page.Form = q.accountForm(bot.Account{Login: q.value("login"), Name: q.value("name"), Role: bot.Role(q.value("role")), Villages: q.r.PostForm["village"],
		Integrity: q.value("integrity") != ""}, true)
	return q.render(status, "accounts", q.Say("console.nav-accounts"), page)
}

func (q *request) memberRow(m staff.Signed) []cell {
	a := m.Account
	villages := "–"
	switch {
	case a.Role == bot.RoleVillage:
		villages = q.villageNames(a.Villages)
	case a.Scope().All:
		villages = q.Say("console.everybody")
	}
	chat := cell{Text: q.Say("console.linked-no"), Badge: "plain"}
	if a.Citizen != "" {
		chat = cell{Text: q.Say("console.linked-yes"), Badge: "good"}
	}
	state := cell{Text: q.Say("console.active"), Badge: "good"}
	if a.Disabled {
		state = cell{Text: q.Say("console.disabled"), Badge: "bad"}
	}
	way := cell{Text: q.Say("console.way-none"), Badge: "plain"}
	if m.Complete() {
		way = cell{Text: q.Say("console.way-full"), Badge: "good"}
	} else if a.Citizen != "" {
		way = cell{Text: q.Say("console.way-link"), Badge: "plain"}
	}
	return []cell{{Text: a.Name, Href: Path + "accounts/" + a.Login, Quiet: a.Login}, {Text: q.roleName(a.Role)}, {Text: villages}, chat, way, state}
}

var loginForm = regexp.MustCompile(`^[a-z0-9.-]{1,32}$`)

// addAccount makes an account and shows what is to be given to whom it is for, once.
func (q *request) addAccount() error {
	a, problem := q.accountTyped(strings.ToLower(q.value("login")))
	if problem != "" {
		return q.accountsPage(http.StatusUnprocessableEntity, problem)
	}
	code, err := q.c.cfg.Staff.Add(q.r.Context(), a, q.who.Account.Login)
	if refusal, ok := errors.AsType[bot.Refusal](err); ok {
		problem := q.Say("console.wrong-account")
		if !refusal.Wrong {
			problem = q.Say("console.wrong-taken")
		}
		return q.accountsPage(http.StatusUnprocessableEntity, problem)
	}
	if err != nil {
		return err
	}
	secret, err := q.c.cfg.Staff.Invite(q.r.Context(), a.Login, q.who.Account.Login)
	if err != nil {
		return err
	}
	return q.memberPage(http.StatusOK, a.Login, &handover{q.Say("console.did-add"), code, q.inviteLink(secret)}, "")
}

// inviteLink is the address of a one-time link.
func (q *request) inviteLink(secret string) string {
	base := strings.TrimRight(q.c.cfg.PublicURL, "/")
	if base == "" {
		base = "http://" + q.r.Host
		if q.secure() {
			base = "https://" + q.r.Host
		}
	}
	return base + Path + "link/" + secret
}
