package intents

import (
	"strconv"
	"strings"

	"ogpbot/bot"
)

// summary shows what will be sent.
func (y tray) summary() bot.Turn {
	f := y.filing
	y.filing.Key = secret(y.In.Random, 4)
	lines := []string{y.about()}
	if text := f.text(); text != "" {
		lines = append(lines, quote(y.Ask, text))
		if bot.Mask(text) != text {
			lines = append(lines, y.Say("feedback.masked"))
		}
	}
	if n := len(f.Media); n > 0 {
		lines = append(lines, y.Say("feedback.with-files", "count", strconv.Itoa(n)))
	}
	if !f.Spot.None() {
		lines = append(lines, y.Say("feedback.with-spot"))
	}
	if f.Relay {
		lines = append(lines, y.Say("feedback.with-relay"))
	}
	ask := bot.Outbound{Heading: y.Say("feedback.summary"), Buttons: []bot.Button{y.Yes("feedback.send", "feedback:send:"+y.filing.Key)}}
	switch {
	case f.Kind == bot.CaseIntegrity:
		ask.Note = y.Say("feedback.seen-integrity")
	case f.Anonymous:
		ask.Note = y.Say("feedback.seen-anonymous")
	case y.made().Shared():
		ask.Note = y.Say("feedback.seen-village") + " " + y.Say("feedback.seen-shared")
	case y.made().Village != "":
		ask.Note = y.Say("feedback.seen-village")
	default:
		ask.Note = y.Say("feedback.seen")
	}
	if f.Kind != bot.CaseIntegrity {
		anonymous := y.Button("feedback.anonymous", "feedback:anon")
		anonymous.Label = ticked(f.Anonymous, anonymous.Label)
		ask.Buttons = append(ask.Buttons, anonymous)
	}
	ask.Text = strings.Join(lines, "\n\n")
	ask.Buttons = append(ask.Buttons, y.Button("feedback.fix", "feedback:fix"), y.No("feedback.cancel", "feedback:cancel"))
	return y.asks("summary", y.Reply(ask))
}

// about says in one line what it is, and where or of what.
func (y tray) about() string {
	f := y.filing
	said := y.Say(kindWords[f.Kind])
	if k := caseCommitment(y.Ask, y.made()); k != "" {
		said += ": " + k
	}
	if v, ok := y.Library.Village(f.Village); ok && f.local() {
		said += ", " + y.Local(v.Name)
	}
	return said
}

// fix asks what of the summary is wrong.
func (y tray) fix() bot.Turn {
	ask := bot.Outbound{Text: y.Say("feedback.fix-what"), Buttons: []bot.Button{
		y.Button("feedback.fix-words", "feedback:words"), y.Button("feedback.fix-kind", "feedback:what")}}
	if y.filing.local() && len(y.Library.Villages()) > 0 {
		ask.Buttons = append(ask.Buttons, y.Button("feedback.fix-where", "feedback:where"))
	}
	ask.Buttons = append(ask.Buttons, y.No("feedback.back", "feedback:go"))
	return y.asks("fix", y.Reply(ask))
}

// send files what the summary with the key showed, and says what happens next.
func (y tray) send(key string) bot.Turn {
	f := y.filing
	if key != f.Key || f.Key == "" || f.Kind == "" || !f.Done {
		return y.next()
	}
	if y.tooMany() {
		return y.asks("summary", y.Reply(bot.Outbound{Text: y.Say("feedback.enough", "count", strconv.Itoa(casesADay))}))
	}
	c := y.made()
	number := c.ID
	if before, ok := y.rated(c); ok {
		number = before.ID
	}
	said := y.Say("feedback.sent", "date", y.Day(c.Due.In(y.Library.Place().Zone)))
	switch {
	case number != c.ID:
		said = y.Say("feedback.sent-again")
	case c.Kind == bot.CasePraise:
		said = y.Say("feedback.sent-praise")
	case c.Kind == bot.CaseCommitment && c.Text == "":
		said = y.Say("feedback.sent-score")
	case c.Kind == bot.CaseIntegrity:
		said = y.Say("feedback.sent-integrity", "date", y.Day(c.Due.In(y.Library.Place().Zone)))
	}
	if c.Relay {
		said += " " + y.Say("feedback.sent-relay")
	}
	t := apart(y.Reply(bot.Outbound{Heading: y.Say("feedback.number", "id", number), Text: said,
		Buttons: []bot.Button{y.Button("cases.button", "cases")}}))
	t.Effects = []bot.Effect{bot.OpenCase{Case: c}}
	return y.drop(t)
}

// rated finds the case in which the citizen gave the commitment an earlier score: the new one takes its place.
func (y tray) rated(c bot.Case) (bot.Case, bool) {
	if c.Score == 0 {
		return bot.Case{}, false
	}
	for _, has := range y.Records.Cases(y.Citizen.ID) {
		if has.Citizen == y.Citizen.ID && has.Commitment == c.Commitment && has.Score > 0 {
			return has, true
		}
	}
	return bot.Case{}, false
}

// same makes the citizen one of those whom a case is about, in place of a second one.
func (y tray) same(id string) bot.Turn {
	i := -1
	near := y.Records.Nearby(y.filing.Village)
	for n, c := range near {
		if c.ID == id && c.Shared() {
			i = n
		}
	}
	if i < 0 { // it was closed meanwhile
		y.filing.Compared = true
		return y.next()
	}
	said := y.Say("feedback.joined")
	effects := []bot.Effect{bot.JoinCase{ID: id}}
	if y.Citizen.Village == "" {
		effects = []bot.Effect{bot.SetVillage{Village: near[i].Village}, bot.JoinCase{ID: id}}
	}
	if more := y.filing.text(); more != "" { // where exactly, and what else
		said += " " + y.Say("filing.joined-words")
		effects = append(effects, bot.AddToCase{ID: id, Text: more})
	}
	if len(y.filing.Media) > 0 {
		said += " " + y.Say("cases.file-left")
	}
	t := apart(y.Reply(bot.Outbound{Heading: y.Say("feedback.number", "id", id), Text: said,
		Buttons: []bot.Button{y.Button("cases.add", "cases:add:"+id), y.Button("cases.button", "cases")}}))
	t.Effects = effects
	return y.drop(t)
}
