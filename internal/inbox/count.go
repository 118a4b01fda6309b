package inbox

import (
	"time"

	"ogpbot/bot"
)

// lastInbound is when a citizen wrote last, on whichever platform.
func lastInbound(c bot.Citizen) (last time.Time) {
	for _, contact := range c.Contacts {
		if contact.LastInbound.After(last) {
			last = contact.LastInbound
		}
	}
	return last
}

// counts gives what a turn changes in the numbers; c is the citizen after it, last when they wrote before it. What was confided is
// no question.
func (t delivery) counts(c bot.Citizen, last time.Time, zone *time.Location) (cs []bot.Count) {
	one := func(what bot.Measure, of string) {
		cs = append(cs, bot.Count{Day: t.day, What: what, Of: of, Village: c.Village, Platform: t.in.From.Platform, N: 1})
	}
	if acts(t.in.Kind) {
		if before := bot.DayOf(last, zone); last.IsZero() || before != t.day {
			if last.IsZero() || week(before) != week(t.day) {
				one(bot.CountWriters, bot.InWeek)
			}
			if last.IsZero() || month(before) != month(t.day) {
				one(bot.CountWriters, bot.InMonth)
			}
		}
	}
	if !t.turn.Private {
		if of := outcome(t.turn); of != "" {
			one(bot.CountQuestions, of)
		}
		if t.turn.Promise != "" {
			one(bot.CountCommitment, t.turn.Promise)
		}
		for _, e := range t.turn.Effects {
			if kept, ok := e.(bot.KeepQuestion); ok {
				one(bot.CountHanded, string(kept.Why))
			}
		}
	}
	was, is := !t.citizen.Consented.IsZero(), !c.Consented.IsZero() && !t.forgotten
	for _, e := range t.turn.Effects {
		switch e := e.(type) {
		case bot.SetConsent:
			if e.Given && !was {
				one(bot.CountSubscribed, "")
			} else if !e.Given && was {
				one(bot.CountStopped, "")
			}
		case bot.Forget:
			if was {
				one(bot.CountStopped, "")
			}
		}
	}
	if moved := t.citizen.Village != c.Village; was != is || moved {
		if was {
			cs = append(cs, bot.Count{Day: t.day, What: bot.CountSubscribers, Village: t.citizen.Village, N: -1})
		}
		if is {
			cs = append(cs, bot.Count{Day: t.day, What: bot.CountSubscribers, Village: c.Village, N: 1})
		}
	}
	return cs
}

// outcome is what a turn is counted as among the questions, "" if it is none.
func outcome(t bot.Turn) string {
	switch asked := t.Finding.Outcome; {
	case t.Reject:
		return bot.QuestionRejected
	case asked == bot.FoundAnswer:
		return bot.QuestionAnswered
	case t.Intent != bot.IntentAsk:
		return ""
	case asked == bot.FoundSuggest:
		return bot.QuestionSuggested
	case t.Entry != "":
		return bot.QuestionChosen
	}
	for _, e := range t.Effects {
		if kept, ok := e.(bot.KeepQuestion); ok && kept.Why == bot.WhyUnknown {
			return bot.QuestionUnknown
		}
	}
	return ""
}

// week numbers the weeks, which begin on Mondays: 1 January 1970 was a Thursday.
func week(d bot.Day) int { return (int(d) + 3) / 7 }

func month(d bot.Day) int { y, m, _ := d.Time().Date(); return 12*y + int(m) }
