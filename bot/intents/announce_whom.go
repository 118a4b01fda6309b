package intents

import (
	"slices"
	"strconv"
	"strings"

	"ogpbot/bot"
)

// maxNameWords is how many words a village's name has at most, with what stands around it.
const maxNameWords = 4

// address does a button of the question to whom.
func (d desk) address(what, arg string) (bot.Turn, bool) {
	switch what {
	case "to":
		return d.toVillages(arg), true
	case "mine":
		var ids []string
		for _, v := range d.reach() {
			ids = append(ids, v.ID)
		}
		return d.toVillages(ids...), true
	case "all":
		return d.toAll(), true
	case "several":
		d.draft.Several, d.draft.To, d.draft.All = true, nil, false
	case "tick":
		if !d.by.Scope().Allows(arg) {
			return d.outside(arg), true
		}
		d.draft.Several, d.draft.All = true, false
		d.tick(arg)
	case "ready":
		return d.toVillages(d.draft.To...), true
	case "page":
		d.draft.Page, _ = strconv.Atoi(arg)
	default:
		return bot.Turn{}, false
	}
	return d.whomAgain(), true
}

func (d desk) whomAgain() bot.Turn {
	if d.draft.Several {
		text := d.Say("announce.tick", "ready", d.Say("announce.ready"))
		if len(d.draft.To) > 0 {
			var names []string
			for _, id := range d.draft.To {
				v, _ := d.Library.Village(id)
				names = append(names, d.Local(v.Name))
			}
			text += "\n\n" + d.Say("announce.chosen", "villages", strings.Join(names, ", "))
		}
		return d.whom(text)
	}
	return d.whom(d.Say("announce.whom"))
}

// tick sets a village's tick or takes it away.
func (d *desk) tick(id string) {
	to := slices.Clone(d.draft.To)
	if i := slices.Index(to, id); i >= 0 {
		to = slices.Delete(to, i, i+1)
	} else if _, ok := d.Library.Village(id); ok {
		to = append(to, id)
	}
	d.draft.To = to
}

// toVillages addresses the announcement. All villages together are the whole municipality, which takes two.
func (d desk) toVillages(ids ...string) bot.Turn {
	for _, id := range ids {
		if _, ok := d.Library.Village(id); !ok {
			return d.whom(d.Say("village.unknown"))
		}
		if !d.by.Scope().Allows(id) {
			return d.outside(id)
		}
	}
	if n := len(d.Library.Villages()); d.by.Scope().All && n > 1 && len(ids) == n {
		return d.toAll()
	}
	d.draft.To, d.draft.All, d.draft.Several = ids, false, false
	return d.next()
}

func (d desk) toAll() bot.Turn {
	if !d.by.Scope().Allows() {
		return d.outside("")
	}
	d.draft.To, d.draft.All, d.draft.Several, d.draft.Commitment = nil, true, false, ""
	return d.next()
}

// outside says that a village, or the whole municipality, is not the account's to write to, and asks again.
func (d desk) outside(id string) bot.Turn {
	text := d.Say("announce.no-scope-all")
	if v, ok := d.Library.Village(id); ok {
		text = d.Say("announce.no-scope", "village", d.Local(v.Name))
	}
	refusal := d.refuse("announce", id, "scope", "")
	d.draft.To, d.draft.All = slices.DeleteFunc(slices.Clone(d.draft.To), func(has string) bool { return !d.by.Scope().Allows(has) }), false
	if len(d.reach()) == 1 {
		d.draft.To = []string{d.reach()[0].ID}
		return bot.Turn{Replies: []bot.Outbound{{Text: text, Buttons: d.State.Offered}}, Effects: refusal.Effects, Next: d.State}
	}
	t := d.whom(text)
	t.Effects = refusal.Effects
	return t
}

// whom asks with text for whom the announcement is, over one page of the list. Names may be typed instead.
func (d desk) whom(text string) bot.Turn {
	ask := bot.Outbound{Text: text}
	add := func(b bot.Button) { ask.Buttons = append(ask.Buttons, b) }
	all := d.reach()
	whole := d.by.Scope().All
	if whole && !d.draft.Several {
		add(d.Button("announce.everybody", "announce:all"))
	}
	pages := max(1, (len(all)+villagesPerPage-1)/villagesPerPage)
	page := ((d.draft.Page % pages) + pages) % pages
	for _, v := range all[page*villagesPerPage : min(len(all), (page+1)*villagesPerPage)] {
		if d.draft.Several {
			add(bot.Button{Label: ticked(slices.Contains(d.draft.To, v.ID), d.Local(v.Name)), Action: "announce:tick:" + v.ID})
			continue
		}
		add(bot.Button{Label: d.Local(v.Name), Action: "announce:to:" + v.ID})
	}
	if pages > 1 {
		add(d.Button("village.more", "announce:page:"+strconv.Itoa((page+1)%pages), "page", strconv.Itoa(page+1), "pages", strconv.Itoa(pages)))
	}
	switch {
	case d.draft.Several && len(d.draft.To) > 0:
		add(bot.Button{Label: d.Say("announce.ready") + " (" + strconv.Itoa(len(d.draft.To)) + ")", Action: "announce:ready"})
	case !d.draft.Several && len(all) > 1:
		if !whole {
			add(d.Button("announce.mine", "announce:mine"))
		}
		if len(all) > 2 {
			add(d.Button("announce.several", "announce:several"))
		}
	}
	add(d.cancelButton())
	return d.asks("whom", d.Reply(ask))
}

// whomTyped takes the typed names. A file is kept until it is known to whom it goes.
func (d desk) whomTyped() (bot.Turn, bool) {
	if fileKinds[d.In.Kind] {
		return d.taken(d.take(d.Lines())), true
	}
	for _, c := range [][2]string{{"announce.everybody", "all"}, {"announce.mine", "mine"}, {"announce.several", "several"}} {
		if d.labelled(c[0]) {
			return d.address(c[1], "")
		}
	}
	if d.draft.Several && len(d.draft.To) > 0 && (begins(d.Ask, d.Words, "announce.ready-words") || d.labelled("announce.ready") || d.says("help.yes")) {
		return d.address("ready", "")
	}
	if d.draft.empty() && longer(d.Words) && !strings.Contains(d.Words, "?") {
		return d.taken(d.take(d.Lines())), true
	}
	names := strings.FieldsFunc(d.and(d.Words), func(r rune) bool { return r == ',' || r == ';' })
	var ids []string
	var unsure []bot.Village
	unknown := len(names) == 0
	for _, name := range names {
		found, sure := d.named(name)
		switch {
		case sure && !d.by.Scope().Allows(found[0].ID):
			return d.outside(found[0].ID), true
		case sure && !slices.Contains(ids, found[0].ID):
			ids = append(ids, found[0].ID)
		case !sure && len(found) > 0:
			unsure = found
		case !sure:
			unknown = true
		}
	}
	if unknown && len(ids) == 0 && d.draft.empty() && !d.draft.Several && d.clear() {
		return bot.Turn{}, false
	}
	if done := !unknown && len(unsure) == 0; done && !d.draft.Several {
		return d.toVillages(ids...), true
	}
	if len(names) > 1 { // those that are known stay ticked
		d.draft.Several = true
	}
	if d.draft.Several {
		for _, id := range ids {
			d.tick(id)
		}
	}
	switch {
	case len(unsure) > 0:
		return d.which(unsure), true
	case unknown:
		return d.whom(d.Say("village.unknown")), true
	}
	return d.whomAgain(), true
}

// longer tells whether words are more than names of villages.
func longer(words string) bool {
	for name := range strings.SplitSeq(words, ",") {
		if len(strings.Fields(name)) > maxNameWords {
			return true
		}
	}
	return false
}

// named gives the villages that a name may stand for. The very name is meant beyond doubt, even if it is an everyday word.
func (d desk) named(name string) (found []bot.Village, sure bool) {
	found, sure = d.Finder.Villages(name, 4)
	if sure {
		return found, true
	}
	for _, v := range found {
		for _, lang := range d.Library.Place().Languages {
			if d.Finder.Fold(v.Name[lang]) == d.Finder.Fold(name) {
				return []bot.Village{v}, true
			}
		}
	}
	return found, false
}

// and puts a comma in place of "and".
func (d desk) and(words string) string {
	for _, lang := range d.Library.Place().Languages {
		for w := range strings.SplitSeq(d.Library.Text(lang, "announce.and"), "|") {
			words = strings.ReplaceAll(words, " "+w+" ", ", ")
		}
	}
	return words
}

// which asks for one of the few villages that a name may stand for.
func (d desk) which(found []bot.Village) bot.Turn {
	ask := bot.Outbound{Text: d.Say("village.which")}
	action := "announce:to:"
	if d.draft.Several {
		action = "announce:tick:"
	}
	for _, v := range found {
		if d.by.Scope().Allows(v.ID) {
			ask.Buttons = append(ask.Buttons, bot.Button{Label: d.Local(v.Name), Action: action + v.ID})
		}
	}
	if len(ask.Buttons) == 0 {
		return d.outside(found[0].ID)
	}
	ask.Buttons = append(ask.Buttons, d.Button("village.all", "announce:page:0"), d.cancelButton())
	return d.asks("whom", d.Reply(ask))
}
