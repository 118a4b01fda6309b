package intents

import (
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "promises", Commands: []string{"promises"}, Handle: promises})

// promises lists the commitments, or shows one ("ID"), or passes on the question what became of it ("ask:ID").
func promises(a bot.Ask) bot.Turn {
	id, ask := strings.CutPrefix(a.Arg, "ask:")
	if c, ok := a.Library.Commitment(id); ok {
		if ask {
			return promiseResults(a, c)
		}
		return promise(a, c)
	}
	all := a.Library.Commitments()
	if len(all) == 0 {
		return a.Reply(bot.Outbound{Text: a.Say("promises.missing"), Buttons: []bot.Button{a.Button("human.button", "human")}})
	}
	list := bot.Outbound{Heading: a.Say("promises.heading")}
	if p, ok := a.Library.Plan(); ok {
		list.Heading = a.Local(p.Title)
		list.Text = a.Say("promises.ended", "ended", a.Local(p.Ended))
		list.Note = source(a, p.Source, p.Checked)
	}
	for _, c := range all {
		list.Text += "\n• " + a.Local(c.Title)
		list.Buttons = append(list.Buttons, bot.Button{Label: a.Local(c.Title), Action: "promises:" + c.ID})
	}
	return a.Reply(list)
}

// promise shows one commitment: what, why, when, who, how far, and where that is written.
func promise(a bot.Ask, c bot.Commitment) bot.Turn {
	lines := []string{a.Local(c.Summary)}
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, a.Say(key, "value", value))
		}
	}
	add("promises.why", a.Local(c.Why))
	if !c.Start.IsZero() && !c.End.IsZero() {
		add("promises.when", a.Month(c.Start)+" – "+a.Month(c.End))
	}
	var who []string
	for _, t := range c.Institutions {
		who = append(who, a.Local(t))
	}
	add("promises.who", strings.Join(who, ", "))
	for _, m := range c.Milestones {
		step := a.Local(m.Title) + ": " + a.Say("promises.status-"+string(m.Status))
		if !m.Due.IsZero() {
			step += " (" + a.Month(m.Due) + ")"
		}
		lines = append(lines, "• "+step)
	}
	if len(c.Milestones) == 0 {
		lines = append(lines, a.Say("promises.no-milestones"))
	}
	add("promises.status", a.Say("promises.status-"+string(c.Status)))
	return a.Reply(bot.Outbound{
		Heading: a.Local(c.Title),
		Text:    strings.Join(lines, "\n\n"),
		Note:    source(a, c.Source, c.Checked),
		Buttons: []bot.Button{a.Button("promises.ask", "promises:ask:"+c.ID), a.Button("promises.all", "promises")},
	})
}

// promiseResults hands the question that no source answers to staff. The promise stays readable above it.
func promiseResults(a bot.Ask, c bot.Commitment) bot.Turn {
	t := promise(a, c)
	t.Replies[0].Text += "\n\n" + a.Say("promises.asked")
	t.Replies[0].Buttons = []bot.Button{a.Button("promises.all", "promises")}
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: a.Say("promises.ask") + " – " + a.Local(c.Title), Why: bot.WhyDetail}}
	return t
}
