package intents

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentEmergency, Handle: emergency})

// slotConfided is kept for a while after somebody wrote of corruption or pressure: a threat that comes next may be about that.
const slotConfided = "confided"

// confidedTime is that while. A fire has to do with no report: the village is told of it at any time.
const confidedTime = time.Hour

// emergency shows the 112 card first, and tells staff. A piece of feedback that was being put together keeps the words and can
// be gone on with; words for a case go to it, too. What has to do with corruption or pressure is told to those alone who may read
// that, without the words: they are in the case, in what is not sent yet, or can be filed.
func emergency(a bot.Ask) bot.Turn {
	out := bot.Outbound{Heading: a.Say("emergency.heading"), Text: a.Say("emergency.text")}
	words := a.Words
	c, added := caseMeant(a)
	y := newTray(a)
	_, lately := a.State.Kept(slotConfided, a.In.At)
	pending := slices.ContainsFunc(a.State.Offered, func(b bot.Button) bool { return b.Action == actionConfide && b.Means == bot.MeansYes })
	draft := y.open && y.filing.Kind == bot.CaseIntegrity
	confided := draft && a.State.Intent == "feedback" || added && c.Kind == bot.CaseIntegrity || confides(a, words) ||
		(lately || draft || pending) && begins(a, words, "dialogue.threat-cues")
	if confided {
		words, out.Text = "", a.Say("dialogue.danger-confided")
	}
	var effects []bot.Effect
	t := a.Reply(out)
	switch more := tidy(a.Lines()); {
	case added && more != "" && utf8.RuneCountInString(more) <= maxFiling:
		out.Note, out.Buttons = a.Say("cases.noted", "id", c.ID), []bot.Button{a.Button("cases.see", "cases:see:"+c.ID)}
		t, effects = a.Reply(out), []bot.Effect{bot.AddToCase{ID: c.ID, Text: more}}
	case y.open && a.State.Intent == "feedback":
		if fileKinds[a.In.Kind] {
			y.filing.takeFile(a)
		} else {
			y.filing.take(a.In.Message, a.Lines())
		}
		out.Note, out.Buttons = a.Say("dialogue.danger-kept"), []bot.Button{a.Button("feedback.on", "feedback:go"), y.cancel()}
		t = y.asks(a.State.Step, a.Reply(out))
	case pending: // whether the words before are of corruption is still open
		out.Note, out.Buttons = a.Say("dialogue.confide-again"), a.State.Offered
		t = a.Reply(out)
		t.Next = a.State
		if said := a.State.Slots[slotQuestion] + "\n" + a.Words; confided && utf8.RuneCountInString(said) <= maxFiling {
			t.Next.Slots = maps.Clone(a.State.Slots)
			t.Next.Slots[slotQuestion] = said
		}
	case confided:
		out.Buttons = []bot.Button{a.Button("feedback.integrity", actionConfide)}
		t = a.Reply(out)
		t.Next = bot.State{Slots: map[string]string{slotQuestion: a.Words}}
	}
	t.Private = t.Private || confided || added || pending
	alarm := placed(a, bot.KeepQuestion{Text: words, Why: bot.WhyEmergency})
	if alarm.Village == "" && y.open && a.State.Intent == "feedback" && !confided {
		alarm.Village = y.filing.Village
	}
	t.Effects = append([]bot.Effect{alarm}, effects...)
	return t
}

// caseMeant is the case of the citizen's own that a message replies to, or that more words are asked for.
func caseMeant(a bot.Ask) (bot.Case, bool) {
	id := a.State.Slots[slotCase]
	if a.State.Intent != bot.IntentCases {
		id = ""
	}
	if a.In.ReplyTo != "" {
		if about, isCase := strings.CutPrefix(a.Records.About(a.In.From, a.In.ReplyTo), "case:"); isCase {
			id = about
		}
	}
	if id == "" {
		return bot.Case{}, false
	}
	return a.Records.CaseOf(id, a.Citizen.ID)
}

// keepConfided notes in a turn that something was written of corruption or pressure.
func keepConfided(a bot.Ask, t bot.Turn) bot.Turn {
	t.Next.Keep(slotConfided, "1", a.In.At.Add(confidedTime))
	return t
}
