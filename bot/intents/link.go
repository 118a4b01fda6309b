package intents

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentLink, Commands: []string{"link"}, Handle: link, Continue: linkTyped})

// link gives a code that makes this conversation and one in another app the same person's, or takes the code that was
// given there. Neither is kept in the record of the conversation.
func link(a bot.Ask) bot.Turn {
	digits := onlyDigits(a.Words)
	switch typed := strings.HasPrefix(a.Words, "/"); {
	case len(digits) == codeDigits:
		return linkWith(a, digits)
	case typed && digits != "":
		t := a.Reply(bot.Outbound{Text: a.Say("link.six")})
		t.Words = linkWords
		return t
	}
	return linkCode(a)
}

const (
	codeDigits = 6
	linkWords  = "/link …" // what is kept in place of a code
)

// linkCode gives a code.
func linkCode(a bot.Ask) bot.Turn {
	code := fmt.Sprintf("%06d", a.In.Random%1_000_000)
	t := a.Reply(bot.Outbound{Heading: a.Say("link.code", "code", code), Text: a.Say("link.text", "minutes", strconv.Itoa(int(bot.LinkCodeTime.Minutes())))})
	t.Next.Intent = bot.IntentLink
	t.Effects = []bot.Effect{bot.KeepCode{Code: bot.Code{Kind: bot.CodeLink, Secret: code, Citizen: a.Citizen.ID, Until: a.In.At.Add(bot.LinkCodeTime)}}}
	return t
}

// linkTyped takes digits that are too few or too many for a code.
func linkTyped(a bot.Ask) (bot.Turn, bool) {
	digits := onlyDigits(a.Words)
	if len(digits) < codeDigits-2 || len(digits) == codeDigits || len(a.Words) > len(digits)+3 {
		return bot.Turn{}, false
	}
	t := a.Reply(bot.Outbound{Text: a.Say("link.six")})
	t.Words, t.Next = linkWords, a.State
	return t, true
}

// linkWith takes what may be a code.
func linkWith(a bot.Ask, digits string) (t bot.Turn) {
	defer func() { t.Words = linkWords }()
	if codesLocked(a) {
		return a.Reply(locked(a))
	}
	code, ok := a.Records.Code(bot.CodeLink, digits)
	switch {
	case !ok:
		return wrongCode(a, "link.wrong")
	case code.Citizen == a.Citizen.ID:
		return a.Reply(bot.Outbound{Text: a.Say("link.own")})
	case works(a, a.Citizen.ID), works(a, code.Citizen):
		return a.Reply(bot.Outbound{Text: a.Say("link.staff")})
	}
	t = a.Reply(bot.Outbound{Text: a.Say("link.done")})
	t.Effects = []bot.Effect{bot.UseCode{Code: code}}
	return t
}

// works tells whether somebody works for the municipality: their conversation is linked with their account's own code
// alone, or whoever talks them into typing six digits would work there too.
func works(a bot.Ask, id bot.CitizenID) bool {
	_, ok := a.Records.Account(id)
	return ok
}

// wrongCodes is how many codes the citizen got wrong of late.
func wrongCodes(a bot.Ask) int {
	if a.In.At.Sub(a.Citizen.WrongSince) > bot.WrongCodeTime {
		return 0
	}
	return a.Citizen.WrongCodes
}

// codesLocked tells whether the citizen has got so many codes wrong that none is looked at for now.
func codesLocked(a bot.Ask) bool { return wrongCodes(a) >= bot.MaxWrongCodes }

// locked says from when on codes are looked at again.
func locked(a bot.Ask) bot.Outbound {
	again := a.Citizen.WrongSince.Add(bot.WrongCodeTime + time.Minute) // the minute that has begun then
	return bot.Outbound{Text: a.Say("link.locked", "time", again.In(a.Library.Place().Zone).Format("15:04"),
		"minutes", strconv.Itoa(int(again.Sub(a.In.At).Minutes())))}
}

// wrongCode counts a code that is not good, and says so by key.
func wrongCode(a bot.Ask, key string) bot.Turn {
	t := a.Reply(bot.Outbound{Text: a.Say(key)})
	if wrongCodes(a)+1 == bot.MaxWrongCodes {
		t = a.Reply(locked(a))
	}
	t.Effects = []bot.Effect{bot.CountWrongCode{}}
	return t
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
