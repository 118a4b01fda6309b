package intents_test

import (
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// A code is a secret: the record of the conversation does not hold it, good or not.
func TestCodesAreNotKept(t *testing.T) {
	b := town(t)
	kept := &records{library: b.Library(), codes: []bot.Code{
		{Kind: bot.CodeStaff, Secret: "7KQ2M9XD", Login: "nino"},
		{Kind: bot.CodeLink, Secret: "482913", Citizen: "other"},
	}}
	for _, c := range []struct{ said, kept string }{
		{"/staff 7KQ2M9XD", "/staff …"},
		{"/staff 7kq2 m9xd", "/staff …"},
		{"/staff wrong", "/staff …"},
		{"/start staff-7KQ2M9XD", "/staff …"},
		{"482913", "/link …"},
		{"482 913", "/link …"},
		{"/link 482913", "/link …"},
		{"/link 48291", "/link …"},
		{"111111", "/link …"},
		{"/staff", "/staff"},
		{"/link", "/link"},
		{"HAKFC-96TG7", "/staff …"},
		{"ჩემი კოდია hakfc-96tg7", "/staff …"},
		{"KODI: HAKFC96TG7.", "/staff …"},
		{"HAKFC-TGRWM", "/staff …"},
		{"DAMEXMARET", "DAMEXMARET"},
		{"saqme-otaxi", "saqme-otaxi"},
	} {
		for _, wrong := range []int{0, bot.MaxWrongCodes} {
			in := bot.Inbound{Text: c.said, At: noon}
			turn := b.Respond(bot.Citizen{ID: "citizen", WrongCodes: wrong, WrongSince: noon}, bot.State{}, in, kept)
			if turn.Words != c.kept {
				t.Errorf("%q, after %d wrong codes: %q is kept, want %q", c.said, wrong, turn.Words, c.kept)
			}
		}
	}
	if turn := b.Apology(bot.Citizen{}, bot.State{}, bot.Inbound{Text: "/staff 7KQ2M9XD"}); turn.Words != "/staff" {
		t.Errorf("when something goes wrong, %q is kept", turn.Words)
	}
}

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// Whoever got too many codes wrong can try again after an hour, and is told when that is.
func TestWrongCodesAreForgotten(t *testing.T) {
	b := town(t)
	kept := &records{library: b.Library(), codes: []bot.Code{{Kind: bot.CodeLink, Secret: "482913", Citizen: "other"}}}
	for _, c := range []struct {
		wrong int
		after time.Duration
		used  bool
	}{
		{bot.MaxWrongCodes - 1, 0, true},
		{bot.MaxWrongCodes, 0, false},
		{bot.MaxWrongCodes, bot.WrongCodeTime, false},
		{bot.MaxWrongCodes, bot.WrongCodeTime + time.Minute, true},
		{bot.MaxWrongCodes + 10, bot.WrongCodeTime - time.Minute, false},
	} {
		citizen := bot.Citizen{ID: "citizen", Language: "ka", LanguageSet: true, WrongCodes: c.wrong, WrongSince: noon}
		turn := b.Respond(citizen, bot.State{}, bot.Inbound{Text: "482913", At: noon.Add(c.after)}, kept)
		if used := len(turn.Effects) == 1; used != c.used {
			t.Errorf("%d wrong codes, %v later: the code was looked at: %v", c.wrong, c.after, used)
		}
		if !c.used && !strings.Contains(turn.Replies[0].Text, "17:01") { // in Tbilisi
			t.Errorf("%d wrong codes: it is not said when to try again: %q", c.wrong, turn.Replies[0].Text)
		}
	}
}

// A code is any six digits, zeros in front included, and no two chances give the same ones by design.
func TestLinkCodes(t *testing.T) {
	b := town(t)
	for random, want := range map[uint64]string{0: "000000", 7: "000007", 1_000_000: "000000", 123_456_789: "456789", 1<<64 - 1: "551615"} {
		turn := b.Respond(bot.Citizen{ID: "citizen"}, bot.State{}, bot.Inbound{Text: "/link", At: noon, Random: random}, bot.NoRecords{})
		code, ok := turn.Effects[len(turn.Effects)-1].(bot.KeepCode)
		if !ok || code.Code.Secret != want || code.Code.Kind != bot.CodeLink || code.Code.Citizen != "citizen" || !code.Code.Until.Equal(noon.Add(bot.LinkCodeTime)) {
			t.Errorf("%d gives %+v, want the code %s", random, turn.Effects, want)
		}
		if !strings.Contains(turn.Replies[0].Heading, want) {
			t.Errorf("the code %s is not said: %q", want, turn.Replies[0].Heading)
		}
	}
}
