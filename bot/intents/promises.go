package intents

import (
	"slices"
	"strings"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: intentPromises, Commands: []string{"promises"}, Handle: promises, Continue: anotherPromise})

const intentPromises = "promises"

// promises lists the commitments, or shows one ("ID"), or passes on the question what became of it ("ask:ID").
func promises(a bot.Ask) bot.Turn {
	id, ask := strings.CutPrefix(a.Arg, "ask:")
	if c, ok := a.Commitment(id); ok {
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
	changes := a.Records.Changes("")
	for _, c := range all {
		list.Text += "\n• " + a.Local(c.Title)
		if now, _ := c.Current(changes).Progress(""); isKnown(now) {
			list.Text += " – " + progress(a, now)
		}
	}
	list.Buttons = eachPromise(a)
	return a.Reply(list)
}

// eachPromise is a button for each commitment.
func eachPromise(a bot.Ask) (all []bot.Button) {
	for _, c := range a.Library.Commitments() {
		all = append(all, bot.Button{Label: a.Local(c.Title), Action: "promises:" + c.ID})
	}
	return all
}

// anotherPromise understands "and the third?" after one was shown.
func anotherPromise(a bot.Ask) (bot.Turn, bool) {
	all, n := a.Library.Commitments(), a.Ordinal()
	if n < 1 || n > len(all) {
		return bot.Turn{}, false
	}
	return promise(a, all[n-1].Current(a.Records.Changes(all[n-1].ID))), true
}

// promise shows one commitment as it is now: what, why, when, who, how far, what changed, and where that is written.
func promise(a bot.Ask, c bot.Commitment) bot.Turn {
	changes := a.Records.Changes(c.ID)
	lines := []string{a.Local(c.Summary)}
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, a.Say(key, "value", value))
		}
	}
	add("promises.why", a.Local(c.Why))
	if !c.End.IsZero() {
		key, when := "promises.deadline", a.Month(c.End)
		if !c.Start.IsZero() {
			key, when = "promises.when", a.Month(c.Start)+" – "+when
		}
		if slip := moved(a, bot.Slips(changes, c.ID, "")); slip != "" {
			when += " (" + slip + ")"
		}
		add(key, when)
	}
	var who []string
	for _, t := range c.Institutions {
		who = append(who, a.Local(t))
	}
	add("promises.who", strings.Join(who, ", "))
	for _, m := range c.Milestones {
		now, _ := c.Progress(m.ID)
		step := "• " + a.Local(m.Title) + ": " + progress(a, now)
		if !m.Due.IsZero() {
			step += " (" + a.Month(m.Due)
			if slip := moved(a, bot.Slips(changes, c.ID, m.ID)); slip != "" {
				step += ", " + slip
			}
			step += ")"
		}
		lines = append(lines, step)
	}
	if len(c.Milestones) == 0 {
		lines = append(lines, a.Say("promises.no-milestones"))
	}
	now, _ := c.Progress("")
	add("promises.status", progress(a, now))
	add("promises.lowered", lowered(a, c, changes))
	add("promises.last", lastChange(a, c, changes))
	out := bot.Outbound{Heading: a.Local(c.Title), Text: strings.Join(lines, "\n\n"), Note: source(a, c.Source, c.Checked)}
	if !isKnown(now) {
		out.Buttons = append(out.Buttons, a.Button("promises.ask", "promises:ask:"+c.ID))
	}
	if !toldOf(a, c) {
		out.Buttons = append(out.Buttons, a.Button("promises.follow", "subscribe:follow:"+c.ID))
	}
	out.Buttons = append(out.Buttons, a.Button("promises.all", "promises"))
	t := a.Reply(out)
	t.Promise, t.Next.Intent = c.ID, intentPromises
	return t
}

// isKnown tells whether anything says how far it is.
func isKnown(p bot.Progress) bool {
	return p.Percent != bot.PercentUnknown || p.Status != bot.StatusUnknown && p.Status != bot.StatusNoEvidence
}

// progress says in a few words how far it is.
func progress(a bot.Ask, p bot.Progress) string {
	if p.Status == bot.StatusUnknown && p.Percent == bot.PercentUnknown {
		return a.Say("promises.unknown")
	}
	return a.Standing(p)
}

// moved says how often and how far a deadline was put off, or that it was brought forward.
func moved(a bot.Ask, s bot.Slip) string {
	times := a.Times(s.Times)
	switch {
	case s.Days > 0:
		return a.Say("promises.moved", "times", times, "span", a.Span(s.Days))
	case s.Days < 0:
		return a.Say("promises.sooner", "span", a.Span(-s.Days))
	case s.Times > 0: // and back
		return a.Say("promises.changed", "times", times)
	}
	return ""
}

// lowered says what the state was before it was last put down, unless it has come up again since.
func lowered(a bot.Ask, c bot.Commitment, changes []bot.Change) string {
	now, _ := c.Progress("")
	for _, change := range slices.Backward(changes) {
		since := bot.Change{Was: change.Was, Now: now}
		if change.Milestone == "" && change.Lowered() && since.Lowered() {
			return a.Say("promises.was", "state", progress(a, change.Was), "date", changeDay(a, change))
		}
	}
	return ""
}

// lastChange says when and why the commitment or a milestone of it was last changed, and where that can be seen.
func lastChange(a bot.Ask, c bot.Commitment, changes []bot.Change) string {
	if len(changes) == 0 {
		return ""
	}
	last := changes[len(changes)-1]
	said := changeDay(a, last)
	for _, m := range c.Milestones {
		if m.ID == last.Milestone {
			said += ", " + a.Local(m.Title)
		}
	}
	if reason := a.Reason(last); reason != "" {
		said += " – " + reason
	}
	if last.Evidence != "" {
		said += "\n" + last.Evidence
	}
	return said
}

func changeDay(a bot.Ask, c bot.Change) string { return a.Day(c.At.In(a.Library.Place().Zone)) }

// promiseResults hands the question that no source answers to staff. The promise stays readable above it.
func promiseResults(a bot.Ask, c bot.Commitment) bot.Turn {
	t := promise(a, c)
	out := &t.Replies[0]
	out.Text += "\n\n" + a.Say("promises.asked")
	out.Buttons = slices.DeleteFunc(out.Buttons, func(b bot.Button) bool { return b.Action == "promises:ask:"+c.ID })
	t.Effects = []bot.Effect{bot.KeepQuestion{Text: a.Say("promises.ask") + " – " + a.Local(c.Title), Why: bot.WhyDetail}}
	return t
}
