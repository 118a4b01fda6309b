package intents

import (
	"fmt"
	"slices"
	"strings"

	"ogpbot/bot"
)

// caseCard shows a case with what can be done. Nothing of it says who filed it.
func (d counter) caseCard(id string) bot.Turn {
	c, ok := d.Records.Case(id, d.by.Scope())
	if !ok {
		return d.outside(id)
	}
	return d.caseShown(c, "")
}

// caseShown is the card of a case, with what was just done above it.
func (d counter) caseShown(c bot.Case, before string) bot.Turn {
	out := bot.Outbound{Heading: caseTitle(d.Ask, c), About: "case:" + c.ID}
	if _, can := c.Move(bot.CaseAnswered, "-", d.In.At); can {
		out.Note = d.Say("waiting.reply-case")
	}
	lines := []string{before}
	if k := caseCommitment(d.Ask, c); k != "" {
		lines = append(lines, k)
	}
	if c.Text != "" {
		lines = append(lines, quote(d.Ask, shorten(bot.Mask(c.Text), maxAnswer)))
	}
	for _, x := range d.Records.Added(c.ID, d.by.Scope()) {
		if x.Text != c.Text { // a second score's words are the case's own
			lines = append(lines, "+ "+d.Day(x.At.In(d.Library.Place().Zone))+": "+quote(d.Ask, shorten(bot.Mask(x.Text), newsPart)))
		}
	}
	if n := d.Records.Parties(c.ID, d.by.Scope()); n > 1 {
		lines = append(lines, d.Say("filing.parties", "count", number(n)))
	}
	stands := d.Say("waiting.stands", "state", d.Say(stateWord(c)), "age", d.age(c.Created))
	if c.Open() && !c.Due.IsZero() {
		stands += "\n" + d.Say("waiting.due", "date", d.Day(c.Due.In(d.Library.Place().Zone)))
	}
	lines = append(lines, stands)
	if c.State == bot.CaseDuplicate {
		lines = append(lines, d.Say("dialogue.repeats", "id", c.Original))
	}
	if c.Reason != "" {
		lines = append(lines, d.Say("waiting.told", "words", shorten(c.Reason, newsPart)))
	}
	if !c.Spot.None() {
		lines = append(lines, fmt.Sprintf("📍 https://maps.google.com/?q=%.5f,%.5f", c.Spot.Lat, c.Spot.Long))
	}
	if n := len(c.Media); n > 0 {
		out.Media = c.Media[0]
		if n > 1 {
			lines = append(lines, d.Say("waiting.files", "count", number(n)))
		}
	}
	for _, flag := range []struct {
		on  bool
		key string
	}{{c.Kind == bot.CaseIntegrity, "waiting.integrity"}, {c.Anonymous, "waiting.anonymous"}, {c.Relay, "waiting.relay"}} {
		if flag.on {
			lines = append(lines, d.Say(flag.key))
		}
	}
	out.Text = strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n\n")
	if c.State == bot.CaseDuplicate {
		out.Buttons = append(out.Buttons, d.Button("dialogue.apart", "waiting:apart:"+c.ID))
	}
	out.Buttons = append(append(out.Buttons, d.steps(c)...), d.listButton())
	return apart(d.Reply(out))
}

// steps are the buttons of what a case can become.
func (d counter) steps(c bot.Case) (buttons []bot.Button) {
	for _, act := range []struct {
		to    bot.CaseState
		label string
		name  string
	}{
		{bot.CaseSeen, "waiting.seen", "seen"}, {bot.CaseWorking, "waiting.working", "working"}, {bot.CaseAnswered, "waiting.answer", "answer"},
		{bot.CaseDone, "waiting.done", "done"}, {bot.CaseDeclined, "waiting.decline", "declined"}, {bot.CaseDuplicate, "waiting.dup", "dup"},
	} {
		if _, can := c.Move(act.to, "-", d.In.At); can {
			buttons = append(buttons, d.Button(act.label, "waiting:"+act.name+":"+c.ID))
		}
	}
	return buttons
}

// moves says into which state an act brings a case.
var moves = map[string]bot.CaseState{"answer": bot.CaseAnswered, "done": bot.CaseDone, "declined": bot.CaseDeclined, "dup": bot.CaseDuplicate}

// askCase asks for what the person shall read, or for the number of the other case.
func (d counter) askCase(act, id string) bot.Turn {
	c, ok := d.Records.Case(id, d.by.Scope())
	if !ok {
		return d.outside(id)
	}
	if _, can := c.Move(moves[act], "-", d.In.At); !can {
		return d.stuck(c)
	}
	text := d.Say("waiting.answer-what", "id", id)
	switch act {
	case "done":
		text = d.Say("waiting.done-what", "id", id)
	case "declined":
		text = d.Say("waiting.decline-what", "id", id)
	case "dup":
		text = d.Say("waiting.dup-what", "id", id)
	}
	return d.asks(act, id, text)
}

// stuck says that a case cannot go there from where it is.
func (d counter) stuck(c bot.Case) bot.Turn {
	return d.caseShown(c, d.Say("waiting.stuck", "state", d.Say(stateWord(c))))
}

// move brings a case into a state, and shows it there.
func (d counter) move(id string, to bot.CaseState, reason string) bot.Turn {
	c, ok := d.Records.Case(id, d.by.Scope())
	if !ok {
		return d.outside(id)
	}
	moved, ok := c.Move(to, reason, d.In.At)
	if !ok {
		return d.stuck(c)
	}
	said := d.Say("waiting.moved", "id", id, "state", d.Say(stateWords[to]))
	if reason != "" {
		said += "\n\n" + d.Say("waiting.sent-case") + "\n" + quote(d.Ask, shorten(reason, newsPart))
	}
	out := bot.Outbound{Text: said, Buttons: []bot.Button{d.Button("waiting.card", "waiting:case:"+id), d.listButton()}}
	if moved.Open() {
		out.Buttons = slices.Insert(out.Buttons, 0, d.Button("waiting.answer", "waiting:answer:"+id))
	}
	t := apart(d.Reply(out))
	t.Effects = []bot.Effect{bot.MoveCase{ID: id, To: to, Reason: reason}}
	return t
}

// pair finds a case and the one that it shall be a duplicate of; refusal says why that cannot be.
func (d counter) pair(id, other string) (c, original bot.Case, refusal bot.Turn, ok bool) {
	original, found := d.Records.Case(other, d.by.Scope())
	c, known := d.Records.Case(id, d.by.Scope())
	switch {
	case !known:
		return c, original, d.outside(id), false
	case !found || original.ID == id || original.State == bot.CaseDuplicate || original.Hidden() || c.Kind == bot.CaseIntegrity:
		return c, original, d.asks("dup", id, d.Say("waiting.dup-wrong", "id", id)), false
	}
	return c, original, refusal, true
}

// askDuplicate shows both cases before one becomes a duplicate of the other.
func (d counter) askDuplicate(id string) bot.Turn {
	other := strings.Map(func(r rune) rune {
		if strings.ContainsRune(caseSigns, r) {
			return r
		}
		return -1
	}, strings.ToUpper(d.Words))
	c, original, refusal, ok := d.pair(id, other)
	if !ok {
		return refusal
	}
	both := ""
	for _, x := range []bot.Case{c, original} {
		both += caseTitle(d.Ask, x) + "\n" + quote(d.Ask, shorten(bot.Mask(x.Text), newsPart)) + "\n\n"
	}
	t := d.sure("dup", id, original.ID)
	t.Replies[0].Text = both + d.Say("dialogue.dup-sure")
	t.Replies[0].Buttons[0].Label, t.Replies[0].Buttons[1].Label = d.Say("dialogue.dup-yes"), d.Say("dialogue.dup-no")
	return t
}

// duplicate makes a case a duplicate of another one.
func (d counter) duplicate(id, other string) bot.Turn {
	_, original, refusal, ok := d.pair(id, other)
	if !ok {
		return refusal
	}
	t := d.move(id, bot.CaseDuplicate, "")
	for i, e := range t.Effects {
		if m, ok := e.(bot.MoveCase); ok {
			m.Original = original.ID
			t.Effects[i] = m
		}
	}
	return t
}
