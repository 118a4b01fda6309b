package intents

import (
	"slices"
	"strings"

	"ogpbot/bot"
)

// stepConfide: it is asked whether what was written is of corruption or pressure.
const stepConfide = "confide"

// actionConfide says that it is, and files it so.
const actionConfide = "feedback:from:integrity"

// confides tells whether words look like a report of corruption or pressure: those are not passed on as a question, which
// the administrator of the village reads, but offered to be filed where only those read them who have the right to.
func confides(a bot.Ask, words string) bool {
	folded := a.Finder.Fold(words)
	return foldedBegins(a, folded, "ask.confide-cues") || foldedDenounces(a, folded)
}

// denounces tells whether words tell of such a deed without naming it: those are no question that has an answer.
func denounces(a bot.Ask, words string) bool { return foldedDenounces(a, a.Finder.Fold(words)) }

func foldedDenounces(a bot.Ask, folded string) bool {
	return foldedBegins(a, folded, "confide.deeds") || foldedBegins(a, folded, "confide.officials") && foldedBegins(a, folded, "confide.acts")
}

// begins tells whether some word begins like one of those that key lists in any language.
func begins(a bot.Ask, words, key string) bool { return foldedBegins(a, a.Finder.Fold(words), key) }

func foldedBegins(a bot.Ask, folded, key string) bool {
	folded = " " + folded
	for _, lang := range a.Library.Place().Languages {
		if slices.ContainsFunc(a.Folded(a.Library.Text(lang, key)), func(cue string) bool { return wordBegins(folded, cue) }) {
			return true
		}
	}
	return false
}

// wordBegins tells whether one of the folded words, each after a space, begins like cue.
func wordBegins(words, cue string) bool {
	for at := 0; ; {
		next := strings.Index(words[at:], cue)
		if next < 0 {
			return false
		}
		if at += next; at > 0 && words[at-1] == ' ' {
			return true
		}
		at++
	}
}

// confide offers that. Nothing is kept until the citizen chooses.
func confide(a bot.Ask) bot.Turn {
	return confideWords(a, asked(a), a.No("ask.confide-no", "ask:ordinary"))
}

// confideWords asks whether words are of corruption or pressure; no is for words that are not.
func confideWords(a bot.Ask, words string, no bot.Button) bot.Turn {
	text := a.Say("ask.confide")
	if a.State.Step == stepConfide {
		text = a.Say("dialogue.confide-again")
	}
	t := a.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{a.Yes("feedback.integrity", actionConfide), no}})
	t.Next = bot.State{Slots: map[string]string{slotQuestion: words}}
	t.Private = true
	return t
}

// ownCase shows the case whose number is all that the citizen wrote, or says that it is none of theirs. A number is never
// passed on as a question. lost is for words that mean nothing else: then six capitals are a number, too.
func ownCase(a bot.Ask, lost bool) (bot.Turn, bool) {
	said := strings.TrimSpace(a.Words)
	number := strings.ToUpper(said)
	if len(number) != 6 || strings.Trim(number, caseSigns) != "" {
		return bot.Turn{}, false
	}
	if c, ok := a.Records.CaseOf(number, a.Citizen.ID); ok {
		return apartFromRecord(caseSee(a, c)), true
	}
	if !strings.ContainsAny(number, "34679") && (!lost || said != number) {
		return bot.Turn{}, false
	}
	return a.Reply(bot.Outbound{Text: a.Say("ask.no-case"), Buttons: []bot.Button{a.Button("cases.button", "cases")}}), true
}
