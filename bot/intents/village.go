package intents

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
		a.Citizen.Village = ""
		t := a.Reply(bot.Outbound{Text: a.Say("village.none")})
		if consented(a) {
			t = choices(a, a.Say("village.none"))
		}
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
	f := a.Finder.Find(a.Words, a.Lang)
	switch key := a.Finder.Fold(a.Words); {
	case f.Outcome == bot.FoundEmergency:
		return bot.Turn{}, false
	case listed(a, key, "village.nowhere"):
		return villageNowhere(a), true
	case offeredAs(a, key) != "":
		a.Arg = strings.TrimPrefix(offeredAs(a, key), "village:")
		return village(a), true
	}
	if f.Outcome == bot.FoundIntent && f.Plain() || !strings.ContainsFunc(a.Words, unicode.IsLetter) { // "stop" is no name
		return bot.Turn{}, false
	}
	if t, ok := villageNamed(a, a.Words); ok {
		return t, true
	}
	switch f.Outcome {
	case bot.FoundAnswer, bot.FoundIntent, bot.FoundEmergency:
		return bot.Turn{}, false
	case bot.FoundSuggest:
		if len(strings.Fields(a.Words)) > 3 { // longer than any name
			return bot.Turn{}, false
		}
	}
	return villageAsk(a, a.Say("village.unknown"), 0), true
}

// villageNowhere takes back the village of whoever wants none noted.
func villageNowhere(a bot.Ask) bot.Turn {
	if a.Citizen.Village == "" && consented(a) {
		return choices(a, "")
	}
	a.Arg = "none"
	return village(a)
}

// offeredAs gives the action of the one offered button of this question whose label has the words in it: "lower" for
// "Lower Bakhvi". "" if there is none or more than one.
func offeredAs(a bot.Ask, key string) (action string) {
	if len(key) < alikeBytes {
		return ""
	}
	for _, b := range a.State.Offered {
		if !strings.HasPrefix(b.Action, "village:") || !strings.HasPrefix(a.Finder.Fold(b.Label)+" ", key+" ") {
			continue
		}
		if action != "" {
			return ""
		}
		action = b.Action
	}
	return action
}

// listed tells whether key is one of the folded words of the list in any language.
func listed(a bot.Ask, key, list string) bool {
	for _, l := range a.Library.Place().Languages {
		for w := range strings.SplitSeq(a.Library.Text(l, list), "|") {
			if key != "" && key == a.Finder.Fold(w) {
				return true
			}
		}
	}
	return false
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

// homeWords is how many words of more than two letters say where one lives and nothing else: "my village is Bakhvi".
const homeWords = 3

// villageHome takes words that say where the citizen lives and may name more than one village.
func villageHome(a bot.Ask) (bot.Turn, bool) {
	long := 0
	for _, w := range strings.Fields(a.Words) {
		if utf8.RuneCountInString(w) > 2 {
			long++
		}
	}
	if long > homeWords || strings.Contains(a.Words, "?") || !begins(a, a.Words, "village.home") {
		return bot.Turn{}, false
	}
	return villageNamed(a, a.Words)
}

// villageSet notes the village. Whoever is sent news sees what that changes; everybody else is offered them.
func villageSet(a bot.Ask, v bot.Village) bot.Turn {
	said := a.Say("village.set", "village", a.Local(v.Name))
	t := a.Reply(bot.Outbound{Text: said, Buttons: []bot.Button{
		a.Button("subscribe.button", "subscribe"),
		a.Button("promises.button", "promises"),
		a.Button("village.change", "village:page:0"),
	}})
	if consented(a) {
		a.Citizen.Village = v.ID
		t = choices(a, said)
	}
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
	} else if consented(a) {
		ask.Buttons = append(ask.Buttons, a.Button("subscribe.skip", "subscribe"))
	}
	t := a.Reply(ask)
	t.Next = bot.State{Intent: bot.IntentVillage, Step: "name"}
	return t
}

func villageButton(a bot.Ask, v bot.Village) bot.Button {
	return bot.Button{Label: a.Local(v.Name), Action: "village:set:" + v.ID}
}
