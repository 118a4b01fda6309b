package intents

import (
	"slices"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "language", Commands: []string{"language"}, Handle: language})

// language asks for the language, or sets the one in Arg.
func language(a bot.Ask) bot.Turn {
	known := a.Library.Place().Languages
	if l := bot.Language(a.Arg); slices.Contains(known, l) {
		a.Lang = l
		t := a.Reply(bot.Outbound{Text: a.Say("language.set"), Buttons: menu(a)})
		if a.State.Step == stepConsent {
			t = asking(a, a.State.Slots[slotOnly])
		}
		t.Effects = []bot.Effect{bot.SetLanguage{Language: l, Chosen: true}}
		return t
	}
	if l, ok := languageNamed(a); ok {
		a.Arg = string(l)
		return language(a)
	}
	ask := bot.Outbound{Text: a.Say("language.ask")}
	for _, l := range known {
		ask.Buttons = append(ask.Buttons, languageButton(a, l))
	}
	return a.Reply(ask)
}

// languageNamed finds the language whose name, or the beginning of it, is among the words.
func languageNamed(a bot.Ask) (bot.Language, bool) {
	words := " " + a.Finder.Fold(a.Words)
	for _, l := range a.Library.Place().Languages {
		if slices.ContainsFunc(a.Folded(a.Library.Text(l, "language.names")), func(name string) bool { return wordBegins(words, name) }) {
			return l, true
		}
	}
	return "", false
}

func languageButton(a bot.Ask, l bot.Language) bot.Button {
	return bot.Button{Label: a.Library.Text(l, "language.name"), Action: "language:" + string(l)}
}
