package intents

import (
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
	return begins(a, words, "ask.confide-cues") || denounces(a, words)
}

// denounces tells whether words tell of such a deed without naming it: those are no question that has an answer.
func denounces(a bot.Ask, words string) bool {
	return begins(a, words, "confide.deeds") || begins(a, words, "confide.officials") && begins(a, words, "confide.acts")
}

// begins tells whether some word begins like one of those that key lists in any language.
func begins(a bot.Ask, words, key string) bool {
	folded := " " + a.Finder.Fold(words)
	for _, lang := range a.Library.Place().Languages {
		for cue := range strings.SplitSeq(a.Library.Text(lang, key), "|") {
			if cue = a.Finder.Fold(cue); cue != "" && strings.Contains(folded, " "+cue) {
				return true
			}
		}
	}
	return false
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
