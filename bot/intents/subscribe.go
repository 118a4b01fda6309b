package intents

import (
	"slices"
	"strings"
	"unicode"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "subscribe", Commands: []string{"subscribe"}, Handle: subscribe, Continue: subscribeTyped})

// subscribe asks whether news may be sent unasked; of whoever agreed it shows what they get and lets them change it. As a
// button: "yes" agrees ("yes:ID": to hear of one commitment), "no" does not; "often" asks how often to tell of progress,
// "every:CADENCE" sets that; "which", "one:ID" and "all" are about which commitments, "follow:ID" adds one. What follows a
// command agrees to nothing: the question has to be read first.
func subscribe(a bot.Ask) bot.Turn {
	if strings.HasPrefix(a.Words, "/") {
		a.Arg = ""
	}
	what, arg, _ := strings.Cut(a.Arg, ":")
	switch agreed := consented(a); {
	case what == "no" && agreed: // under a question that was answered with yes before
		return stop(a)
	case what == "no":
		return a.Reply(bot.Outbound{Text: a.Say("subscribe.declined"), Buttons: menu(a)})
	case what == "yes" && !agreed:
		return agree(a, arg)
	case what == "follow":
		return follow(a, arg)
	case !agreed:
		return asking(a, "")
	case what == "" && a.Finding.Outcome == bot.FoundIntent:
		if t, ok := oftenNamed(a); ok {
			return t
		}
	}
	switch what {
	case "often":
		return often(a)
	case "every":
		if slices.Contains(cadences, bot.Cadence(arg)) {
			return digest(a, bot.Cadence(arg), a.Citizen.Follows)
		}
	case "which", "one", "all":
		return which(a, what, arg)
	}
	return choices(a, "")
}

// consented tells whether the citizen agreed to be sent news unasked.
func consented(a bot.Ask) bool { return !a.Citizen.Consented.IsZero() }

// consent is the question whether news may be sent: what, from whom, that it costs nothing and how it ends. With the ID of
// a commitment it speaks of that one. bot.ConsentVersion stands for this wording.
func consent(a bot.Ask, only string) bot.Outbound {
	what, keep, yes := []string{a.Say("subscribe.get-place")}, a.Say("subscribe.keep"), "subscribe:yes"
	if len(a.Library.Villages()) > 0 {
		what, keep = []string{a.Say("subscribe.get-village")}, a.Say("subscribe.keep-village")
	}
	if v, ok := a.Library.Village(a.Citizen.Village); ok {
		what = []string{a.Say("subscribe.get-named", "village", a.Local(v.Name))}
	}
	if c, ok := a.Library.Commitment(only); ok {
		what = append(what, a.Say("subscribe.get-one", "title", a.Local(c.Title)))
		yes += ":" + c.ID
	} else if len(a.Library.Commitments()) > 0 {
		what = append(what, a.Say("subscribe.get-promises"))
	}
	return bot.Outbound{
		Text:    a.Say("subscribe.consent", "what", strings.Join(what, "\n"), "keep", keep),
		Buttons: []bot.Button{a.Yes("subscribe.yes", yes), a.No("subscribe.no", "subscribe:no")},
	}
}

// slotOnly holds the ID of the commitment that the question for consent speaks of.
const slotOnly = "only"

// asking asks whether news may be sent, with the ID of a commitment of that one. The question stays open while others are
// asked about it.
func asking(a bot.Ask, only string) bot.Turn {
	t := a.Reply(consent(a, only))
	t.Next = bot.State{Intent: "subscribe", Step: stepConsent}
	if only != "" {
		t.Next.Slots = map[string]string{slotOnly: only}
	}
	return t
}

// consentTyped answers what is asked instead of a yes or no, and asks again. Nobody agrees to anything that way.
func consentTyped(a bot.Ask) (bot.Turn, bool) {
	f := a.Finder.Find(a.Words, a.Lang)
	answers := map[string]func(bot.Ask) bot.Turn{"promises": promises, "news": news, "help": help, "hello": hello}
	open := f.Outcome == bot.FoundNone || f.Outcome == bot.FoundSuggest
	_, village := a.Finder.Villages(a.Words, 1)
	if !strings.ContainsFunc(a.Words, unicode.IsLetter) || f.Outcome == bot.FoundEmergency || f.Outcome == bot.FoundIntent && answers[f.Intent] == nil && f.Intent != "subscribe" || open && village {
		return bot.Turn{}, false
	}
	var effects []bot.Effect
	if !a.Citizen.LanguageSet && f.Language != a.Lang && strings.Contains(a.Words, " ") {
		a.Lang = f.Language
		effects = append(effects, bot.SetLanguage{Language: a.Lang})
	}
	only := a.State.Slots[slotOnly]
	again := consent(a, only)
	var t bot.Turn
	switch about := begins(a, a.Words, "subscribe.doubts") && len(strings.Fields(a.Words)) <= doubtWords; {
	case f.Intent == "subscribe", open && !about && begins(a, a.Words, "stop.about"):
		t = asking(a, only)
	case about:
		again.Text = a.Say("subscribe.doubt") + "\n\n" + a.Say("subscribe.again")
		t = a.Reply(again)
	default:
		a.Finding = f
		answer := ask
		if f.Outcome == bot.FoundIntent {
			answer = answers[f.Intent]
		}
		t = answer(a)
		again.Text = a.Say("subscribe.again")
		t.Replies = append(t.Replies, again)
	}
	t.Effects = append(effects, t.Effects...)
	t.Next = bot.State{Intent: "subscribe", Step: stepConsent, Slots: map[string]string{slotOnly: only, slotQuestion: a.Words}}
	return t, true
}

// doubtWords is how many words a question about the question itself may have.
const doubtWords = 6

// oftenNamed sets how often to tell of progress as the words name it. What is not on offer is said to be so.
func oftenNamed(a bot.Ask) (bot.Turn, bool) {
	if len(a.Library.Commitments()) == 0 {
		return bot.Turn{}, false
	}
	for _, n := range []struct {
		list    string
		cadence bot.Cadence
	}{{"subscribe.says-asked", bot.CadenceNone}, {"subscribe.says-weekly", bot.CadenceWeekly}, {"subscribe.says-monthly", bot.CadenceMonthly}} {
		switch {
		case begins(a, a.Words, "subscribe.says-daily"):
			t := often(a)
			t.Replies[0].Text = a.Say("subscribe.daily") + "\n\n" + t.Replies[0].Text
			return t, true
		case begins(a, a.Words, n.list):
			return digest(a, n.cadence, a.Citizen.Follows), true
		}
	}
	return bot.Turn{}, false
}

// agree notes the yes, and asks for the village if there is one to be known.
func agree(a bot.Ask, only string) bot.Turn {
	first := bot.SetDigest{Cadence: bot.CadenceWeekly}
	if _, ok := a.Library.Commitment(only); ok { // "tell me when this changes"
		first = bot.SetDigest{Cadence: bot.CadenceChange, Follows: follows(a, []string{only})}
	}
	a.Citizen.Consented, a.Citizen.Cadence, a.Citizen.Follows = a.In.At, first.Cadence, first.Follows
	t := choices(a, a.Say("subscribe.agreed"))
	if _, known := a.Library.Village(a.Citizen.Village); !known && len(a.Library.Villages()) > 0 {
		t = villageAsk(a, a.Say("subscribe.agreed")+"\n\n"+a.Say("subscribe.where"), 0)
	}
	t.Effects = []bot.Effect{bot.SetConsent{Given: true}, first}
	return t
}

// choices shows in one message what is sent, and how to change or end it.
func choices(a bot.Ask, before string) bot.Turn {
	if before != "" {
		before += "\n\n"
	}
	var out bot.Outbound
	lines := []string{a.Say("subscribe.now")}
	switch v, known := a.Library.Village(a.Citizen.Village); {
	case known:
		lines = append(lines, a.Say("subscribe.now-village", "village", a.Local(v.Name)))
		out.Buttons = append(out.Buttons, a.Button("village.change", "village:page:0"))
	case len(a.Library.Villages()) > 0:
		lines = append(lines, a.Say("subscribe.now-nowhere"))
		out.Buttons = append(out.Buttons, a.Button("subscribe.village", "village:page:0"))
	default:
		lines = append(lines, a.Say("subscribe.now-place"))
	}
	if n := len(a.Library.Commitments()); n > 0 {
		out.Buttons = append(out.Buttons, a.Button("subscribe.how-often", "subscribe:often"))
		if a.Citizen.Cadence == bot.CadenceNone {
			lines = append(lines, a.Say("subscribe.now-asked"))
		} else {
			lines = append(lines, a.Say("subscribe.now-promises", "which", titles(a), "often", cadence(a, a.Citizen.Cadence)))
			if n > 1 {
				out.Buttons = append(out.Buttons, a.Button("subscribe.of-which", "subscribe:which"))
			}
		}
	}
	out.Text = before + strings.Join(lines, "\n")
	out.Buttons = append(out.Buttons, a.Button("stop.button", "stop"))
	return a.Reply(out)
}

// often asks how often to tell of progress.
func often(a bot.Ask) bot.Turn {
	ask := bot.Outbound{Text: a.Say("subscribe.often")}
	for _, c := range cadences {
		ask.Buttons = append(ask.Buttons, bot.Button{Label: ticked(c == a.Citizen.Cadence, cadence(a, c)), Action: "subscribe:every:" + string(c)})
	}
	t := a.Reply(ask)
	t.Next = bot.State{Intent: "subscribe", Step: "often"}
	return t
}

// cadences are in the order in which they are offered.
var cadences = []bot.Cadence{bot.CadenceChange, bot.CadenceWeekly, bot.CadenceMonthly, bot.CadenceNone}

func cadence(a bot.Ask, c bot.Cadence) string {
	switch c {
	case bot.CadenceChange:
		return a.Say("subscribe.change")
	case bot.CadenceMonthly:
		return a.Say("subscribe.monthly")
	case bot.CadenceNone:
		return a.Say("subscribe.asked")
	}
	return a.Say("subscribe.weekly")
}

// digest notes what to tell of, and shows it.
func digest(a bot.Ask, c bot.Cadence, ids []string) bot.Turn {
	a.Citizen.Cadence, a.Citizen.Follows = c, follows(a, ids)
	before := a.Say("subscribe.noted")
	if c == bot.CadenceNone {
		before = a.Say("subscribe.noted-asked")
	}
	t := choices(a, before)
	t.Effects = []bot.Effect{bot.SetDigest{Cadence: c, Follows: a.Citizen.Follows}}
	return t
}

// which lets the citizen tick commitments. The last one stays: to hear of none is a matter of how often.
func which(a bot.Ask, what, id string) bot.Turn {
	ids, text, last := followed(a), a.Say("subscribe.which"), false
	_, known := a.Library.Commitment(id)
	switch i := slices.Index(ids, id); {
	case what == "all":
		ids = nil
	case what == "one" && known && i < 0:
		ids = append(ids, id)
	case what == "one" && known && len(ids) == 1:
		text, last = a.Say("subscribe.last", "asked", a.Say("subscribe.asked")), true
	case what == "one" && known:
		ids = slices.Delete(ids, i, i+1)
	}
	before := a.Citizen.Follows
	a.Citizen.Follows = follows(a, ids)
	ask := bot.Outbound{Text: text}
	for _, c := range a.Library.Commitments() {
		ask.Buttons = append(ask.Buttons, bot.Button{Label: ticked(a.Citizen.Follow(c.ID), a.Local(c.Title)), Action: "subscribe:one:" + c.ID})
	}
	if len(a.Citizen.Follows) > 0 {
		ask.Buttons = append(ask.Buttons, a.Button("subscribe.all", "subscribe:all"))
	}
	if last {
		ask.Buttons = append(ask.Buttons, a.Button("subscribe.how-often", "subscribe:often"))
	}
	ask.Buttons = append(ask.Buttons, a.Button("subscribe.done", "subscribe"))
	t := a.Reply(ask)
	t.Next = bot.State{Intent: "subscribe", Step: "which"}
	if !slices.Equal(before, a.Citizen.Follows) {
		t.Effects = []bot.Effect{bot.SetDigest{Cadence: a.Citizen.Cadence, Follows: a.Citizen.Follows}}
	}
	return t
}

// follow adds one commitment.
func follow(a bot.Ask, id string) bot.Turn {
	c, ok := a.Library.Commitment(id)
	switch {
	case !consented(a):
		return apart(asking(a, id))
	case !ok || toldOf(a, c):
		return apart(choices(a, ""))
	case a.Citizen.Cadence == bot.CadenceNone: // of the others they want to hear nothing
		return apart(digest(a, bot.CadenceChange, []string{id}))
	}
	return apart(digest(a, a.Citizen.Cadence, append(followed(a), id)))
}

// apart makes the reply to a button a message of its own: what was read above the button stays.
func apart(t bot.Turn) bot.Turn {
	t.Replies[0].Replaces = ""
	return t
}

// toldOf tells whether the citizen is told of changes of c.
func toldOf(a bot.Ask, c bot.Commitment) bool {
	return consented(a) && a.Citizen.Cadence != bot.CadenceNone && a.Citizen.Follow(c.ID)
}

// followed gives the commitments that the citizen wants to hear of, by ID.
func followed(a bot.Ask) (ids []string) {
	for _, c := range a.Library.Commitments() {
		if a.Citizen.Follow(c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// follows puts ids as they are kept: sorted, and nothing for all.
func follows(a bot.Ask, ids []string) []string {
	if len(ids) == len(a.Library.Commitments()) {
		return nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

// titles names the commitments that the citizen wants to hear of.
func titles(a bot.Ask) string {
	ids := followed(a)
	if len(ids) == 0 || len(ids) == len(a.Library.Commitments()) {
		return a.Say("subscribe.every")
	}
	var names []string
	for _, id := range ids {
		if c, ok := a.Library.Commitment(id); ok {
			names = append(names, a.Local(c.Title))
		}
	}
	return strings.Join(names, ", ")
}

func ticked(on bool, label string) string {
	if on {
		return "✓ " + label
	}
	return label
}

// subscribeTyped takes words that come near one of the offered choices, such as "monthly" for "once a month". Nobody agrees
// to anything that way.
func subscribeTyped(a bot.Ask) (bot.Turn, bool) {
	switch a.State.Step {
	case stepConsent:
		return consentTyped(a)
	case "often":
		if len(strings.Fields(a.Words)) <= doubtWords {
			if t, ok := oftenNamed(a); ok {
				return t, true
			}
		}
	}
	switch f := a.Finder.Find(a.Words, a.Lang); f.Outcome {
	case bot.FoundAnswer, bot.FoundEmergency:
		return bot.Turn{}, false
	case bot.FoundIntent:
		if f.Intent != "subscribe" || f.Plain() { // a choice of this question is about news as well
			return bot.Turn{}, false
		}
	}
	action := nearest(a)
	arg, ok := strings.CutPrefix(action, "subscribe:")
	if !ok {
		return bot.Turn{}, false
	}
	a.Arg = arg
	return subscribe(a), true
}

// nearest gives the action of the offered button that the words come near, "" if there is none or more than one.
func nearest(a bot.Ask) (action string) {
	typed := strings.Fields(a.Finder.Fold(a.Words))
	if len(typed) > choiceWords {
		return ""
	}
	most := 0
	for _, b := range a.State.Offered {
		switch n := alike(typed, strings.Fields(a.Finder.Fold(b.Label))); {
		case n > most:
			action, most = b.Action, n
		case n == most: // it could be either
			action = ""
		}
	}
	return action
}

const (
	choiceWords = 4 // a choice is not named in more words
	alikeBytes  = 4 // two folded words that begin with as many equal bytes are taken for one
)

// alike counts the words of typed that begin like one of label.
func alike(typed, label []string) (n int) {
	for _, t := range typed {
		if len(t) >= alikeBytes && slices.ContainsFunc(label, func(l string) bool { return strings.HasPrefix(l, t[:alikeBytes]) }) {
			n++
		}
	}
	return n
}
