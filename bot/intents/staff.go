package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentStaff, Commands: []string{"staff"}, Hidden: true, Handle: staff})

// staff links the conversation with the account whose one-time code follows the command, or says whose it is. The code is
// not kept in the record of the conversation.
func staff(a bot.Ask) bot.Turn {
	given := staffCode(a.Arg)
	if given == "" {
		return staffWho(a)
	}
	t := staffLink(a, given)
	t.Words = "/staff …"
	return t
}

func staffLink(a bot.Ask, given string) bot.Turn {
	if codesLocked(a) {
		return a.Reply(locked(a))
	}
	code, ok := a.Records.Code(bot.CodeStaff, given)
	if !ok {
		t := wrongCode(a, "staff.wrong")
		account, _ := a.Account()
		t.Effects = append(t.Effects, bot.Note{Audit: bot.Audit{At: a.In.At, Login: account.Login, Act: "staff", Denied: "wrong code"}})
		return t
	}
	t := staffCan(a, a.Say("staff.hello"), code.Role)
	t.Effects = []bot.Effect{bot.UseCode{Code: code}}
	return t
}

// staffWho tells a colleague as whom they are known here, and everybody else whom the command is for.
func staffWho(a bot.Ask) bot.Turn {
	account, ok := a.Account()
	if !ok {
		return a.Reply(bot.Outbound{Text: a.Say("staff.who")})
	}
	text := a.Say("staff.as", "name", account.Name, "role", roleName(a, account.Role))
	if account.Role != bot.RoleVillage {
		return staffCan(a, text, account.Role)
	}
	var names []string
	for _, id := range account.Villages {
		if v, ok := a.Library.Village(id); ok {
			names = append(names, a.Local(v.Name))
		}
	}
	if len(names) == 0 {
		return a.Reply(bot.Outbound{Text: text + "\n" + a.Say("staff.no-villages")})
	}
	return staffCan(a, text+"\n"+a.Say("staff.villages", "villages", strings.Join(names, ", ")), account.Role)
}

// staffCan adds what the role may do here.
func staffCan(a bot.Ask, text string, role bot.Role) bot.Turn {
	out := bot.Outbound{Text: text + "\n\n"}
	can := []bot.Button{a.Button("staff.announce", "announce"), a.Button("staff.waiting", "waiting")}
	switch role {
	case bot.RoleVillage:
		out.Text += a.Say("staff.can-village")
		out.Buttons = can
	case bot.RoleStaff, bot.RoleOwner:
		out.Text += a.Say("staff.can-all")
		out.Buttons = can
	case bot.RoleObserver:
		out.Text += a.Say("staff.can-nothing")
	default:
		out.Text += a.Say("staff.see")
	}
	return a.Reply(out)
}

func roleName(a bot.Ask, role bot.Role) string {
	switch role {
	case bot.RoleVillage:
		return a.Say("staff.role-village")
	case bot.RoleStaff:
		return a.Say("staff.role-staff")
	case bot.RoleOwner:
		return a.Say("staff.role-owner")
	}
	return a.Say("staff.role-observer")
}

// staffCode puts what was typed as codes are kept: capitals and digits.
func staffCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}
