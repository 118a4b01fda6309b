package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDigest bounds the words of one digest, in characters: one message on every platform.
const maxDigest = 1600

// digestButtons is how many commitments a digest leads to.
const digestButtons = 5

// Digest tells a citizen what changed in the commitments that they follow, grouped by commitment, what changed last first.
// changes are the new ones, oldest first; history is all of them. ok is false if there is nothing to tell.
func (b *Bot) Digest(c Citizen, changes, history []Change) (m Outbound, ok bool) {
	a := Ask{Citizen: c, Lang: b.language(c), Library: b.library}
	var order []string
	groups := map[string][]string{}
	for _, change := range slices.Backward(changes) {
		commitment, known := b.library.Commitment(change.Commitment)
		if !known || !c.Follow(change.Commitment) {
			continue
		}
		if _, begun := groups[change.Commitment]; !begun {
			order = append(order, change.Commitment)
		}
		groups[change.Commitment] = append(groups[change.Commitment], a.change(commitment, change, history))
	}
	if len(order) == 0 {
		return m, false
	}
	m.Heading = a.Say("digest.heading")
	left := 0
	for _, id := range order {
		commitment, _ := b.library.Commitment(id)
		title := a.Local(commitment.Title)
		text := title + "\n" + strings.Join(groups[id], "\n")
		if m.Text != "" && utf8.RuneCountInString(m.Text+text) > maxDigest {
			left++
			continue
		}
		if m.Text != "" {
			m.Text += "\n\n"
		}
		m.Text += text
		if len(m.Buttons) < digestButtons {
			m.Buttons = append(m.Buttons, Button{Label: title, Action: "promises:" + id})
		}
	}
	if left > 0 {
		m.Text += "\n\n" + a.Say("digest.left", "count", strconv.Itoa(left))
		m.Buttons = append(m.Buttons, a.Button("digest.all", "promises"))
	}
	m.Buttons = append(m.Buttons, a.Button("digest.stop", "stop"))
	m.Note = a.Say("digest.note")
	m.Purpose = PurposeDigest
	return m, true
}

// change says one change in a line or a few. What got worse is said as plainly as what got better.
func (a Ask) change(c Commitment, change Change, history []Change) string {
	line := "• " + change.At.In(a.Library.Place().Zone).Format("02.01") + ": "
	for _, m := range c.Milestones {
		if m.ID == change.Milestone {
			line += a.Local(m.Title) + " – "
		}
	}
	var parts []string
	if change.Was.Status != change.Now.Status {
		key := "digest.status"
		if change.Lowered() {
			key = "digest.lowered"
		}
		parts = append(parts, a.Say(key, "was", a.Standing(change.Was), "now", a.Standing(change.Now)))
	} else if change.Was.Percent != change.Now.Percent {
		key := "digest.percent"
		if change.Lowered() {
			key = "digest.percent-lowered"
		}
		parts = append(parts, a.Say(key, "was", a.percent(change.Was.Percent), "now", a.percent(change.Now.Percent)))
	}
	if !change.Was.Due.Equal(change.Now.Due) {
		parts = append(parts, a.moved(change, history))
	}
	if reason := a.Reason(change); reason != "" {
		parts = append(parts, reason)
	}
	if change.Evidence != "" {
		parts = append(parts, change.Evidence)
	}
	return line + strings.Join(parts, " ")
}

// Standing says how far something is, with the percentage if there is one.
func (a Ask) Standing(p Progress) string {
	words := strings.TrimSuffix(a.Say("digest.is-"+string(p.Status)), ".")
	if p.Percent != PercentUnknown {
		words += ", " + a.percent(p.Percent)
	}
	return words
}

func (a Ask) percent(n int) string {
	if n == PercentUnknown {
		return "–"
	}
	return a.Say("digest.per-cent", "count", strconv.Itoa(n))
}

// Reason is why a change was made. Where it was written in another language only, that is said.
func (a Ask) Reason(c Change) string {
	if own := c.Reason.In(a.Lang); own != "" {
		return own
	}
	if other := c.Reason.In(a.Library.Place().Languages...); other != "" {
		return a.Say("digest.in-other", "reason", other)
	}
	return ""
}

// Times says how often something was done.
func (a Ask) Times(n int) string {
	switch n {
	case 1:
		return a.Say("date.once")
	case 2:
		return a.Say("date.twice")
	}
	return a.Say("date.times", "count", strconv.Itoa(n))
}

// Span says how long a time is: in days below a month, then in years and months.
func (a Ask) Span(days int) string {
	months := (days*12 + 182) / 365
	one := func(n int, single, many string) string {
		if n == 1 {
			return a.Say(single)
		}
		return a.Say(many, "count", strconv.Itoa(n))
	}
	switch years := months / 12; {
	case months == 0 || days < 25:
		return one(days, "date.day", "date.days")
	case years == 0:
		return one(months, "date.one-month", "date.months")
	case months%12 == 0:
		return one(years, "date.one-year", "date.years")
	default:
		return a.Say("date.both", "years", one(years, "date.one-year", "date.years"), "months", one(months%12, "date.one-month", "date.months"))
	}
}

// moved says that a deadline was moved, and how often and how far it has been by now.
func (a Ask) moved(change Change, history []Change) string {
	if change.Now.Due.IsZero() {
		return a.Say("digest.due-none")
	}
	if change.Was.Due.IsZero() {
		return a.Say("digest.due", "now", a.Month(change.Now.Due))
	}
	line := a.Say("digest.moved", "was", a.Month(change.Was.Due), "now", a.Month(change.Now.Due))
	upTo := slices.DeleteFunc(slices.Clone(history), func(c Change) bool { return c.No > change.No })
	if s := Slips(upTo, change.Commitment, change.Milestone); s.Times > 1 && s.Days > 0 {
		line += " " + a.Slipped(s)
	}
	return line
}

// Slipped says how often a deadline was moved and how far.
func (a Ask) Slipped(s Slip) string {
	return a.Say("digest.slipped", "times", a.Times(s.Times), "span", a.Span(s.Days))
}
