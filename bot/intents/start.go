package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "start", Commands: []string{"start"}, Handle: start})

// start greets. A deep link may name a village (v-ID) or a commitment (c-ID).
func start(a bot.Ask) bot.Turn {
	if id, ok := strings.CutPrefix(a.Arg, "c-"); ok {
		if c, ok := a.Library.Commitment(id); ok {
			return promise(a, c)
		}
	}
	var effects []bot.Effect
	greeting := bot.Outbound{Heading: a.Say("start.heading"), Text: a.Say("start.text"), Buttons: menu(a)}
	if len(a.Library.Commitments()) == 0 {
		greeting.Text = a.Say("start.text-plain")
	}
	if id, ok := strings.CutPrefix(a.Arg, "v-"); ok {
		if v, ok := a.Library.Village(id); ok {
			effects = append(effects, bot.SetVillage{Village: v.ID})
			greeting.Note = a.Say("start.village", "village", a.Local(v.Name))
		}
	}
	t := a.Reply(greeting)
	t.Effects = effects
	return t
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
	buttons = append(buttons, a.Button("human.button", "human"))
	for _, l := range a.Library.Place().Languages {
		if l != a.Lang {
			buttons = append(buttons, languageButton(a, l))
		}
	}
	return buttons
}
