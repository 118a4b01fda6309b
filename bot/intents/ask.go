package intents

import (
	"strings"
	"time"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentAsk, Handle: ask})

// slotQuestion keeps the citizen's own words, for staff.
const slotQuestion = "question"

// ask gives, offers or does without an answer. As a button: "is:ENTRY" chooses a suggestion, "not:ENTRY" says
// that the answer was for another question, "none" that no suggestion was, "pass:ENTRY" that staff shall tell
// the detail that is not in the answer.
func ask(a bot.Ask) bot.Turn {
	what, id, _ := strings.Cut(a.Arg, ":")
	switch what {
	case "is":
		if e, ok := a.Library.Entry(id); ok {
			return answer(a, e, "")
		}
		return unknown(a)
	case "not":
		return notAsked(a, id)
	case "none":
		return pass(a, bot.Outbound{}, bot.KeepQuestion{Text: asked(a), Why: bot.WhyWrong})
	case "pass":
		e, _ := a.Library.Entry(id)
		out := bot.Outbound{Heading: a.Local(e.Question), Text: a.Local(e.Answer), Note: source(a, e.Source, e.Checked)}
		return pass(a, out, bot.KeepQuestion{Text: asked(a), Why: bot.WhyDetail, Entry: e.ID})
	}
	f := a.Finding
	switch f.Outcome {
	case bot.FoundAnswer:
		if e, ok := a.Library.Entry(f.Entry); ok {
			return answer(a, e, f.Missing)
		}
	case bot.FoundSuggest:
		return suggest(a, a.Say("ask.suggest"), f.Suggestions)
	}
	return unknown(a)
}

// answer gives an entry: the question that it answers, the words, the source and its date. Where the
// detail that was asked for is not in it, it says so and offers to pass the question on.
func answer(a bot.Ask, e bot.Entry, missing bot.Detail) bot.Turn {
	out := bot.Outbound{Heading: a.Local(e.Question), Text: a.Local(e.Answer), Note: source(a, e.Source, e.Checked)}
	t := bot.Turn{}
	wrong := a.Button("ask.not", "ask:not:"+e.ID)
	switch {
	case missing != "" && !e.Handover:
		out.Text += "\n\n" + a.Say("ask.missing-"+string(missing)) + " " + a.Say("ask.offer")
		out.Buttons = []bot.Button{a.Button("ask.pass", "ask:pass:"+e.ID), wrong}
	case e.Handover:
		if missing != "" {
			out.Text += "\n\n" + a.Say("ask.missing-"+string(missing))
		}
		t.Effects = []bot.Effect{bot.KeepQuestion{Text: asked(a), Why: bot.WhyHandover, Entry: e.ID}}
		out.Buttons = []bot.Button{wrong}
	default:
		out.Buttons = []bot.Button{wrong}
	}
	t.Entry = e.ID
	return remember(a, a.Reply(out), t)
}

// suggest offers entries whose questions are close.
func suggest(a bot.Ask, text string, ids []string) bot.Turn {
	out := bot.Outbound{Text: text}
	for _, id := range ids {
		if e, ok := a.Library.Entry(id); ok {
			out.Buttons = append(out.Buttons, bot.Button{Label: a.Local(e.Question), Action: "ask:is:" + id})
		}
	}
	out.Buttons = append(out.Buttons, a.Button("ask.none", "ask:none"))
	return remember(a, a.Reply(out), bot.Turn{})
}

// unknown says so, and passes the question on.
func unknown(a bot.Ask) bot.Turn {
	t := bot.Turn{Effects: []bot.Effect{bot.KeepQuestion{Text: asked(a), Why: bot.WhyUnknown}}}
	return remember(a, a.Reply(bot.Outbound{Text: a.Say("ask.unknown"),
		Buttons: []bot.Button{a.Button("promises.button", "promises"), a.Button("help.button", "help")}}), t)
}

// notAsked offers the next best entries for the question that is remembered.
func notAsked(a bot.Ask, given string) bot.Turn {
	var others []string
	if words := a.State.Slots[slotQuestion]; words != "" {
		for _, id := range a.Finder.Find(words, a.Lang).Suggestions {
			if id != given {
				others = append(others, id)
			}
		}
	}
	if len(others) == 0 {
		return suggest(a, a.Say("ask.sorry"), nil)
	}
	return suggest(a, a.Say("ask.instead"), others)
}

// pass hands the remembered question to staff. What was read before it stays readable.
func pass(a bot.Ask, before bot.Outbound, kept bot.KeepQuestion) bot.Turn {
	if before.Text != "" {
		before.Text += "\n\n"
	}
	before.Text += a.Say("ask.passed")
	t := a.Reply(before)
	t.Effects = []bot.Effect{kept}
	return t
}

// asked is the question in the citizen's own words. A pressed button stands for the words before it.
func asked(a bot.Ask) string {
	if before := a.State.Slots[slotQuestion]; a.Arg != "" && before != "" {
		return before
	}
	return a.Words
}

func remember(a bot.Ask, reply, t bot.Turn) bot.Turn {
	t.Replies = reply.Replies
	t.Next = bot.State{Slots: map[string]string{slotQuestion: asked(a)}}
	return t
}

// source says where an answer is written and when someone last looked.
func source(a bot.Ask, where string, checked time.Time) string {
	var lines []string
	if where != "" {
		lines = append(lines, a.Say("ask.source", "source", where))
	}
	if !checked.IsZero() {
		lines = append(lines, a.Say("ask.checked", "date", a.Day(checked)))
	}
	return strings.Join(lines, "\n")
}
