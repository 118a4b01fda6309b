package intents

import (
	"strings"
	"unicode"

	"ogpbot/bot"
)

// slotWords is what was asked back before it is sent.
const slotWords = "words"

// buttonWords name the buttons of colleagues. What is only their label, or a number, was hardly meant for a citizen.
var buttonWords = []string{"waiting.seen", "waiting.working", "waiting.answer", "waiting.done", "waiting.decline", "waiting.dup", "waiting.end",
	"waiting.card", "waiting.list", "questions.card-answer", "questions.talk-end", "questions.list-see", "cases.card-working", "cases.card-done", "cases.card-declined"}

// stray tells whether what was typed looks like a tap that missed: no word in it, or a button's label.
func (d counter) stray() bool {
	if !strings.ContainsFunc(d.Words, unicode.IsLetter) {
		return true
	}
	for _, key := range buttonWords {
		if says(d.Ask, key) {
			return true
		}
	}
	return false
}

// sure shows words before they are sent.
func (d counter) sure(act, of, words string) bot.Turn {
	t := apart(d.Reply(bot.Outbound{Text: d.Say("dialogue.sure", "words", quote(d.Ask, shorten(words, newsPart))),
		Buttons: []bot.Button{d.Yes("dialogue.sure-yes", "waiting:sure"), d.No("dialogue.sure-no", "waiting:again")}}))
	t.Next = bot.State{Intent: bot.IntentWaiting, Step: stepSure, Slots: map[string]string{slotAct: act, slotOf: of, slotWords: words}}
	return t
}

// again asks for other words than those that were asked back.
func (d counter) again() bot.Turn {
	of := d.State.Slots[slotOf]
	switch act := d.State.Slots[slotAct]; {
	case d.State.Step != stepSure:
		return d.list(0)
	case act == "reply":
		return d.askQuestion(of)
	case act == "say":
		return d.askTalk(of)
	default:
		return d.askCase(act, of)
	}
}
