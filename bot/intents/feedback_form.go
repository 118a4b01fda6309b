package intents

import (
	"strconv"
	"strings"

	"ogpbot/bot"
)

// kindButtons are the labels of the kinds.
var kindButtons = map[bot.CaseKind]string{
	bot.CaseProblem:    "feedback.problem",
	bot.CaseIdea:       "feedback.idea",
	bot.CaseQuestion:   "feedback.question",
	bot.CasePraise:     "feedback.praise",
	bot.CaseCommitment: "feedback.commitment",
	bot.CaseIntegrity:  "feedback.integrity",
}

// askKind asks what it is.
func (y tray) askKind() bot.Turn {
	ask := bot.Outbound{Text: y.Say("feedback.kind")}
	if !y.filing.empty() {
		ask.Text = y.Say("feedback.kind-told")
	}
	for _, kind := range bot.CaseKinds {
		if kind != bot.CaseCommitment || len(y.Library.Commitments()) > 0 {
			ask.Buttons = append(ask.Buttons, y.Button(kindButtons[kind], "feedback:kind:"+string(kind)))
		}
	}
	relay := y.Button("feedback.relay", "feedback:relay")
	relay.Label = ticked(y.filing.Relay, relay.Label)
	ask.Buttons = append(ask.Buttons, relay, y.cancel())
	return y.asks("kind", y.Reply(ask))
}

func (y tray) cancel() bot.Button { return y.Button("feedback.cancel", "feedback:cancel") }

// askVillage asks with text where it is, over one page of the list. A name may be typed instead.
func (y tray) askVillage(text string) bot.Turn {
	all := y.Library.Villages()
	pages := (len(all) + villagesPerPage - 1) / villagesPerPage
	page := ((y.filing.Page % pages) + pages) % pages
	ask := bot.Outbound{Text: text}
	for _, v := range all[page*villagesPerPage : min(len(all), (page+1)*villagesPerPage)] {
		ask.Buttons = append(ask.Buttons, y.villageButton(v))
	}
	if pages > 1 {
		ask.Buttons = append(ask.Buttons, y.Button("village.more", "feedback:page:"+strconv.Itoa((page+1)%pages),
			"page", strconv.Itoa(page+1), "pages", strconv.Itoa(pages)))
	}
	ask.Buttons = append(ask.Buttons, y.Button("feedback.nowhere", "feedback:at"), y.cancel())
	return y.asks("village", y.Reply(ask))
}

// offerVillages asks with text for one of the few villages that may be meant.
func (y tray) offerVillages(text string, found []bot.Village) bot.Turn {
	ask := bot.Outbound{Text: text}
	for _, v := range found {
		ask.Buttons = append(ask.Buttons, y.villageButton(v))
	}
	ask.Buttons = append(ask.Buttons, y.Button("village.all", "feedback:page:0"), y.Button("feedback.nowhere", "feedback:at"), y.cancel())
	return y.asks("village", y.Reply(ask))
}

func (y tray) villageButton(v bot.Village) bot.Button {
	return bot.Button{Label: y.Local(v.Name), Action: "feedback:at:" + v.ID}
}

// askCommitment asks which commitment it is about.
func (y tray) askCommitment() bot.Turn {
	ask := bot.Outbound{Text: y.Say("feedback.which")}
	for _, c := range y.Library.Commitments() {
		ask.Buttons = append(ask.Buttons, bot.Button{Label: y.Local(c.Title), Action: "feedback:about:" + c.ID})
	}
	ask.Buttons = append(ask.Buttons, y.Button("feedback.none", "feedback:kind:"+string(bot.CaseQuestion)), y.cancel())
	return y.asks("which", y.Reply(ask))
}

// askScore asks how well a commitment was kept.
func (y tray) askScore() bot.Turn {
	c, _ := y.Library.Commitment(y.filing.Commitment)
	ask := bot.Outbound{Heading: y.Local(c.Title), Text: y.Say("feedback.score")}
	for n := 1; n <= maxScore; n++ {
		label := strconv.Itoa(n)
		switch n {
		case 1:
			label += " – " + y.Say("feedback.worst")
		case maxScore:
			label += " – " + y.Say("feedback.best")
		}
		ask.Buttons = append(ask.Buttons, bot.Button{Label: label, Action: "feedback:score:" + strconv.Itoa(n)})
	}
	ask.Buttons = append(ask.Buttons, y.Button("feedback.skip", "feedback:score:0"), y.cancel())
	return y.asks("score", y.Reply(ask))
}

// askWords asks for the words, or whether there are more.
func (y tray) askWords() bot.Turn {
	f := y.filing
	ask := bot.Outbound{Text: y.Say("feedback.tell")}
	switch {
	case !f.empty():
		ask.Text = y.Say("feedback.more")
		ask.Buttons = []bot.Button{y.No("feedback.done", "feedback:done")}
		return y.asks("words", y.Reply(ask))
	case f.Kind == bot.CaseIdea:
		ask.Text = y.Say("feedback.tell-idea")
	case f.Kind == bot.CaseQuestion:
		ask.Text = y.Say("feedback.tell-question")
	case f.Kind == bot.CasePraise:
		ask.Text = y.Say("feedback.tell-praise")
	case f.Kind == bot.CaseIntegrity:
		ask.Text = y.Say("feedback.tell-integrity")
	case f.Kind == bot.CaseCommitment && f.Score > 0:
		ask.Text = y.Say("feedback.tell-score")
		ask.Buttons = []bot.Button{y.No("feedback.skip", "feedback:done")}
	case f.Kind == bot.CaseCommitment:
		ask.Text = y.Say("feedback.tell-commitment")
	}
	if f.Relay {
		ask.Text = y.Say("feedback.tell-relay") + "\n\n" + ask.Text
	}
	ask.Buttons = append(ask.Buttons, y.cancel())
	return y.asks("words", y.Reply(ask))
}

// askConfide asks whether words that look like it are of corruption or pressure, before the administrator of the village
// could read them.
func (y tray) askConfide() bot.Turn {
	return y.asks(stepConfide, y.Reply(bot.Outbound{Text: y.Say("ask.confide"), Buttons: []bot.Button{
		y.Yes("feedback.integrity", "feedback:kind:"+string(bot.CaseIntegrity)), y.No("dialogue.confide-no", "feedback:ordinary"), y.cancel()}}))
}

// resume asks what to do with the one that was not finished.
func (y tray) resume() bot.Turn {
	what := "📎"
	if said := y.filing.text(); said != "" {
		what = quote(y.Ask, shorten(oneLine(said), newsPart))
	} else if y.filing.Kind != "" {
		what = y.Say(kindWords[y.filing.Kind])
	}
	return y.asks("resume", y.Reply(bot.Outbound{Text: y.Say("feedback.resume", "what", what), Buttons: []bot.Button{
		y.Yes("feedback.on", "feedback:go"), y.Button("feedback.new", "feedback:new"), y.No("feedback.drop", "feedback:cancel")}}))
}

// alikePart is how much of a neighbour's words is shown, in characters: enough to know one's own trouble, and little else.
const alikePart = 60

// compare shows an open case of the village that is alike, to be joined; ok is false if there is none.
func (y tray) compare() (t bot.Turn, ok bool) {
	f := y.filing
	v, ok := y.Library.Village(f.Village)
	if !ok || f.Kind != bot.CaseProblem && f.Kind != bot.CaseIdea || y.Citizen.Village != "" && y.Citizen.Village != f.Village {
		return t, false
	}
	said := contentWords(y.Ask, f.text(), v)
	for _, c := range y.Records.Nearby(f.Village) {
		if _, own := y.Records.CaseOf(c.ID, y.Citizen.ID); own || !c.Shared() || c.Village != f.Village {
			continue
		}
		if alike(said, contentWords(y.Ask, c.Text, v)) < alikeCases {
			continue
		}
		ask := bot.Outbound{
			Heading: y.Say("feedback.alike"),
			Text: y.Say("feedback.alike-case", "id", c.ID, "date", y.Day(c.Created.In(y.Library.Place().Zone)),
				"words", quote(y.Ask, shorten(oneLine(bot.Mask(c.Text)), alikePart))),
			Buttons: []bot.Button{y.Yes("feedback.same", "feedback:same:"+c.ID), y.No("feedback.other", "feedback:other")},
		}
		return y.asks("same", y.Reply(ask)), true
	}
	return t, false
}

// alikeCases is how many words of their matter two cases share that may be about the same.
const alikeCases = 2

// contentWords gives the folded words of text that say what it is about, each once. The name of their village is none.
func contentWords(a bot.Ask, text string, v bot.Village) (words []string) {
	common := map[string]bool{}
	for _, lang := range a.Library.Place().Languages {
		for w := range strings.FieldsSeq(a.Finder.Fold(a.Library.Text(lang, "feedback.common") + " " + v.Name[lang])) {
			common[stem(w)] = true
		}
	}
	for w := range strings.FieldsSeq(a.Finder.Fold(text)) {
		if s := stem(w); len(s) == alikeBytes && !common[s] {
			common[s] = true
			words = append(words, w)
		}
	}
	return words
}

// stem is how a folded word begins.
func stem(w string) string { return w[:min(len(w), alikeBytes)] }
