package intents

import (
	"slices"
	"strings"

	"ogpbot/bot"
)

// maxCalled is how many characters of such names are kept.
const maxCalled = 200

// maxNamed is how many villages that the words name are offered.
const maxNamed = 3

// askPlace asks where it is. What the words name is offered first, alone: who presses the first button out of habit must not
// send the road of one village to another.
func (y tray) askPlace() bot.Turn {
	if y.filing.empty() {
		return y.askVillage(y.Say("feedback.village"))
	}
	if found := villagesIn(y.Ask, y.filing.text()); len(found) > 0 {
		return y.offerVillages(y.Say("feedback.village-told"), found)
	}
	return y.askVillage(y.Say("feedback.village-told"))
}

// elsewhere tells whether the words name a village besides the one where the citizen lives, which was taken for the place; it
// gives all of them, to be chosen from.
func (y tray) elsewhere() ([]bot.Village, bool) {
	own, ok := y.Library.Village(y.filing.Village)
	if !ok || !y.filing.Assumed {
		return nil, false
	}
	found := slices.DeleteFunc(villagesIn(y.Ask, y.filing.text()), func(v bot.Village) bool { return v.ID == own.ID })
	return append(found, own), len(found) > 0
}

// at settles the place: a village, or none. One word that was typed before was the name of a village, spelled in some other
// way; more of them tell what happened.
func (f *filing) at(id string) {
	f.Village, f.Placed, f.Assumed, f.Compared = id, true, false, false
	if id == "" {
		return
	}
	said := f.Named
	if f.Named = ""; len(strings.Fields(said)) > 1 {
		f.take("", said)
	}
}

// called keeps what was typed for a place and is none of the list, where most hamlets are missing, or no place at all: it goes
// with the words.
func (f *filing) called(words string) {
	if f.Named != "" && len(f.Named) < maxCalled {
		words = f.Named + "\n" + words
	}
	f.Named = shorten(words, maxCalled)
}

// villagesIn gives the villages that are named in words which tell of something, at most maxNamed.
func villagesIn(a bot.Ask, words string) (all []bot.Village) {
	told := " " + a.Finder.Fold(words)
	var named []bot.Village
	for _, v := range a.Library.Villages() {
		if calledSo(a, v, told) {
			named = append(named, v)
		}
	}
	if len(named) == 0 {
		return nil
	}
	for word := range strings.FieldsSeq(words) {
		folded := " " + a.Finder.Fold(word)
		if !slices.ContainsFunc(named, func(v bot.Village) bool { return calledSo(a, v, folded) }) {
			continue
		}
		found, sure := a.Finder.Villages(word, maxNamed)
		switch {
		case sure:
			found = found[:1]
		case len(found) < 2: // near a name, or an everyday word that is one
			continue
		}
		for _, v := range found {
			if calledSo(a, v, folded) && !slices.ContainsFunc(all, func(o bot.Village) bool { return o.ID == v.ID }) {
				all = append(all, v)
			}
		}
	}
	return all[:min(len(all), maxNamed)]
}

// calledSo tells whether one of the folded words, each after a space, is the name of a village, or its last word, in some case.
func calledSo(a bot.Ask, v bot.Village, words string) bool {
	is := func(name string) bool {
		for _, last := range a.Folded(name) {
			last = last[strings.LastIndexByte(last, ' ')+1:]
			if len(last) < alikeBytes {
				continue
			}
			if wordBegins(words, last[:len(last)-1]) { // the last letter gives way to the endings
				return true
			}
		}
		return false
	}
	for _, name := range v.Name {
		if is(name) {
			return true
		}
	}
	return slices.ContainsFunc(v.Also, is)
}

// placed notes in a question the one village that its words name: who looks after that one can answer or help. What is said
// of somebody in office is not brought before the administrator by that.
func placed(a bot.Ask, q bot.KeepQuestion) bot.KeepQuestion {
	found := villagesIn(a, q.Text)
	if len(found) != 1 || found[0].Kind == "city" && a.Citizen.Village != "" || begins(a, q.Text, "confide.officials") {
		return q // nobody lives in the town hall or the hospital of the city
	}
	q.Village = found[0].ID
	return q
}
