package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "start", Commands: []string{"start"}, Handle: start})

// start greets. A deep link may name a village (v-ID), a commitment (c-ID) or a colleague's code (staff-CODE).
func start(a bot.Ask) bot.Turn {
	what, id, _ := strings.Cut(a.Arg, "-")
	switch what {
	case "c":
		if c, ok := a.Commitment(id); ok {
			return promise(a, c)
		}
	case "v":
		if v, ok := a.Library.Village(strings.ToLower(id)); ok {
			return startVillage(a, v)
		}
		t := villageAsk(a, a.Say("start.gone"), 0)
		t.Replies[0].Heading = a.Say("start.heading")
		if !a.Citizen.LanguageSet {
			t.Replies[0].Buttons = append(t.Replies[0].Buttons, otherLanguages(a)...)
		}
		return t
	case "staff":
		a.Arg = id
		return staff(a)
	}
	greeting := bot.Outbound{Heading: a.Say("start.heading"), Text: a.Say("start.text"), Buttons: menu(a)}
	if len(a.Library.Commitments()) == 0 {
		greeting.Text = a.Say("start.text-plain")
	}
	return a.Reply(greeting)
}

// stepConsent: the question whether news may be sent is open. Whoever chooses a language then gets it in that one.
const stepConsent = "consent"

// startVillage notes the village of the link, and asks whether its news may be sent. Languages carry their own names, for
// those who cannot read the question.
func startVillage(a bot.Ask, v bot.Village) bot.Turn {
	if consented(a) {
		return startMoved(a, v)
	}
	a.Citizen.Village = v.ID
	ask := consent(a, "")
	ask.Heading = a.Say("start.heading")
	ask.Text = a.Say("start.village", "village", a.Local(v.Name)) + "\n\n" + ask.Text
	if !a.Citizen.LanguageSet {
		ask.Buttons = append(ask.Buttons, otherLanguages(a)...)
	}
	t := a.Reply(ask)
	t.Effects = []bot.Effect{bot.SetVillage{Village: v.ID}}
	t.Next = bot.State{Intent: "subscribe", Step: stepConsent}
	return t
}

// startMoved asks before the village of whoever is sent its news becomes another: somebody else's link may have been opened.
func startMoved(a bot.Ask, v bot.Village) bot.Turn {
	now, known := a.Library.Village(a.Citizen.Village)
	if !known || now.ID == v.ID {
		return villageSet(a, v)
	}
	return a.Reply(bot.Outbound{
		Text:    a.Say("start.moved", "now", a.Local(now.Name), "village", a.Local(v.Name)),
		Buttons: []bot.Button{a.Yes("start.move", "village:set:"+v.ID), a.No("start.stay", "subscribe")},
	})
}

// menu offers what a newcomer can do. Languages carry their own names, for those who cannot read this one.
func menu(a bot.Ask) []bot.Button {
	var buttons []bot.Button
	if len(a.Library.Commitments()) > 0 {
		buttons = append(buttons, a.Button("promises.button", "promises"))
	}
	if len(a.Library.Villages()) > 0 {
		buttons = append(buttons, a.Button("village.button", "village"))
	}
	if !consented(a) {
		buttons = append(buttons, a.Button("subscribe.button", "subscribe"))
	}
	buttons = append(buttons, a.Button("feedback.button", "feedback"))
	return append(append(buttons, a.Button("human.button", "human")), otherLanguages(a)...)
}

func otherLanguages(a bot.Ask) (buttons []bot.Button) {
	for _, l := range a.Library.Place().Languages {
		if l != a.Lang {
			buttons = append(buttons, languageButton(a, l))
		}
	}
	return buttons
}
