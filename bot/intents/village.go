package intents

import (
	"strconv"
	"strings"

	"ogpbot/bot"
)

// villagesPerPage fits one screen of a small phone.
const villagesPerPage = 8

var _ = declare(bot.Intent{Name: bot.IntentVillage, Commands: []string{"village"}, Handle: village, Continue: villageTyped})

// village asks for the village, asks whether it is one ("is:ID"), shows a page of the list ("page:N"), sets one
// ("set:ID") or takes it back ("none").
func village(a bot.Ask) bot.Turn {
	what, arg, _ := strings.Cut(a.Arg, ":")
	switch what {
	case "set":
		if v, ok := a.Library.Village(arg); ok {
			return villageSet(a, v)
		}
	case "is":
		if v, ok := a.Library.Village(arg); ok { // some villages are called like everyday words
			return a.Reply(bot.Outbound{Text: a.Say("village.is", "village", a.Local(v.Name)),
				Buttons: []bot.Button{a.Yes("village.yes", "village:set:"+v.ID), a.No("village.no", "help")}})
		}
	case "none":
		t := a.Reply(bot.Outbound{Text: a.Say("village.none")})
		t.Effects = []bot.Effect{bot.SetVillage{}}
		return t
	case "page":
		page, _ := strconv.Atoi(arg)
		return villageAsk(a, a.Say("village.list"), page)
	case "":
		if a.Finding.Outcome == bot.FoundIntent { // "my village is Shroma", "I moved to Shroma"
			if t, ok := villageNamed(a, a.Words); ok {
				return t
			}
		}
	default: // "/village shroma"
		if t, ok := villageNamed(a, a.Arg); ok {
			return t
		}
		return villageAsk(a, a.Say("village.unknown"), 0)
	}
	if v, ok := a.Library.Village(a.Citizen.Village); ok {
		return villageAsk(a, a.Say("village.now", "village", a.Local(v.Name)), 0)
	}
	return villageAsk(a, a.Say("village.ask"), 0)
}

// villageTyped takes the typed name. A message that names no village but that can be understood is no answer.
func villageTyped(a bot.Ask) (bot.Turn, bool) {
	if t, ok := villageNamed(a, a.Words); ok {
		return t, true
	}
	switch a.Finder.Find(a.Words, a.Lang).Outcome {
	case bot.FoundAnswer, bot.FoundIntent, bot.FoundEmergency:
		return bot.Turn{}, false
	case bot.FoundSuggest:
		if len(strings.Fields(a.Words)) > 3 { // longer than any name
			return bot.Turn{}, false
		}
	}
	return villageAsk(a, a.Say("village.unknown"), 0), true
}

// villageNamed sets the village that words name, or offers the few that they may name.
func villageNamed(a bot.Ask, words string) (bot.Turn, bool) {
	found, sure := a.Finder.Villages(words, 4)
	if sure {
		return villageSet(a, found[0]), true
	}
	if len(found) == 0 {
		return bot.Turn{}, false
	}
	which := bot.Outbound{Text: a.Say("village.which")}
	for _, v := range found {
		which.Buttons = append(which.Buttons, villageButton(a, v))
	}
	which.Buttons = append(which.Buttons, a.Button("village.all", "village:page:0"))
	t := a.Reply(which)
	t.Next = bot.State{Intent: bot.IntentVillage, Step: "name"}
	return t, true
}

func villageSet(a bot.Ask, v bot.Village) bot.Turn {
	t := a.Reply(bot.Outbound{Text: a.Say("village.set", "village", a.Local(v.Name)), Buttons: []bot.Button{
		a.Button("promises.button", "promises"),
		a.Button("village.change", "village:page:0"),
	}})
	t.Effects = []bot.Effect{bot.SetVillage{Village: v.ID}}
	return t
}

// villageAsk shows text over one page of the list. A name may be typed instead.
func villageAsk(a bot.Ask, text string, page int) bot.Turn {
	all := a.Library.Villages()
	if len(all) == 0 {
		return a.Reply(bot.Outbound{Text: a.Say("village.missing")})
	}
	pages := (len(all) + villagesPerPage - 1) / villagesPerPage
	page = ((page % pages) + pages) % pages
	ask := bot.Outbound{Text: text}
	for _, v := range all[page*villagesPerPage : min(len(all), (page+1)*villagesPerPage)] {
		ask.Buttons = append(ask.Buttons, villageButton(a, v))
	}
	if pages > 1 {
		ask.Buttons = append(ask.Buttons, a.Button("village.more", "village:page:"+strconv.Itoa((page+1)%pages),
			"page", strconv.Itoa(page+1), "pages", strconv.Itoa(pages)))
	}
	if a.Citizen.Village != "" {
		ask.Buttons = append(ask.Buttons, a.Button("village.forget", "village:none"))
	}
	t := a.Reply(ask)
	t.Next = bot.State{Intent: bot.IntentVillage, Step: "name"}
	return t
}

func villageButton(a bot.Ask, v bot.Village) bot.Button {
	return bot.Button{Label: a.Local(v.Name), Action: "village:set:" + v.ID}
}
