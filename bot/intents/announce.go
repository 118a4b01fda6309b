package intents

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "announce", Commands: []string{"announce"}, Hidden: true, Handle: announce, Continue: announceTyped, Said: announceSaid, Left: announceLeft, Everything: true})

const (
	announcesShown = 5             // of those that were started before
	draftTime      = 2 * time.Hour // what is typed later is not meant for an announcement any more
)

// desk is where an announcement is made: the message, whose account it is, and the announcement as far as it has come.
type desk struct {
	bot.Ask
	by    bot.Account
	draft draft
	open  bool // there is a draft
}

// announce lets an account write to its villages, and look after what was sent. What follows the command are the words of
// an announcement; a button does one step, some of them with an argument:
//
//	new, cancel, sample                             begin, give up, the button that people will see
//	to:ID, mine, all, several, tick:ID, ready, page:N   to whom
//	form:NAME, bare, nofile                         what
//	send, when, at, change, urgent, post, add, swap, keep   under the preview, with its key
//	text, meant                                     yes, this is the text; yes, the village named in it is meant
//	back                                            to the one that was left half made
//	see, yes, no, undo, edit, stop, pause, resume, again, correct, report   one that was started, with its ID
func announce(a bot.Ask) bot.Turn {
	d, refusal, ok := newDesk(a)
	if !ok {
		return refusal
	}
	if strings.HasPrefix(a.Words, "/") {
		return d.begin()
	}
	what, arg, _ := strings.Cut(a.Arg, ":")
	switch what {
	case "":
		return d.begin()
	case "new":
		d.draft = d.blank()
		return d.next()
	case "sample":
		return d.hint(a.Say("announce.sample"))
	case "cancel":
		return d.cancel()
	}
	if t, ok := d.later(what, arg); ok {
		if t.Next.Intent == "" && !d.draft.empty() { // the other one is still being made
			t.Next = d.State
		}
		return t
	}
	if !d.open {
		return d.lost()
	}
	if t, ok := d.address(what, arg); ok {
		return t
	}
	if t, ok := d.compose(what, arg); ok {
		return t
	}
	key, rest, _ := strings.Cut(arg, ":")
	if t, ok := d.finish(what, key, rest); ok {
		return t
	}
	return d.next()
}

// announceTyped takes whatever is written or sent while an announcement is being made. Only words that end it, and clear
// questions where no words are asked for, are not its own.
func announceTyped(a bot.Ask) (bot.Turn, bool) {
	d, _, ok := newDesk(a)
	if !ok || !d.open || a.In.At.Sub(d.draft.Since) > draftTime {
		return bot.Turn{}, false
	}
	if d.against() {
		if b, begun := d.underWay(); b.ID != "" && d.draft.empty() && (!begun || a.State.Step == "list") {
			return d.undo(b), true
		}
		return d.cancel(), true
	}
	switch a.State.Step {
	case "whom":
		return d.whomTyped()
	case "field":
		return d.fieldTyped(), true
	case "preview":
		return d.previewTyped()
	case "when":
		return d.whenTyped()
	case "list": // "thank you" after a look at the list
		if f := a.Finder.Find(a.Words, a.Lang); f.Outcome == bot.FoundIntent && f.Plain() {
			return bot.Turn{}, false
		}
	}
	return d.whatTyped(), true
}

// newDesk finds out whose announcement it is; refusal is what to tell whoever may make none.
func newDesk(a bot.Ask) (d desk, refusal bot.Turn, ok bool) {
	by, known := a.Account()
	d = desk{Ask: a, by: by}
	switch {
	case !known:
		return d, d.refuse("announce", "", "no account", a.Say("announce.no-account")), false
	case by.Role != bot.RoleVillage && by.Role != bot.RoleStaff && by.Role != bot.RoleOwner:
		return d, d.refuse("announce", "", "role", a.Say("staff.can-nothing")), false
	case len(d.reach()) == 0 && !by.Scope().All:
		return d, d.refuse("announce", "", "scope", a.Say("staff.no-villages")), false
	}
	d.draft, d.open = draftIn(a.State)
	if kept, ok := a.State.Kept(keptDraft, a.In.At); ok && !d.open {
		d.open = json.Unmarshal([]byte(kept), &d.draft) == nil
	}
	return d, refusal, true
}

// refuse says why something is not done, and leaves a line in the audit trail.
func (d desk) refuse(act, object, why, text string) bot.Turn {
	t := d.Reply(bot.Outbound{Text: text})
	t.Effects = []bot.Effect{bot.Note{Audit: bot.Audit{At: d.In.At, Login: d.by.Login, Act: act, Object: object, Denied: why}}}
	return t
}

// reach gives the villages that the account may write to.
func (d desk) reach() []bot.Village {
	if d.by.Scope().All {
		return d.Library.Villages()
	}
	var vs []bot.Village
	for _, v := range d.Library.Villages() {
		if slices.Contains(d.by.Villages, v.ID) {
			vs = append(vs, v)
		}
	}
	return vs
}

// begin starts afresh with what follows the command, or shows what was started before.
func (d desk) begin() bot.Turn {
	earlier := d.Records.Broadcasts(d.by, announcesShown)
	d.draft = d.blank()
	words := ""
	if text := d.Lines(); strings.HasPrefix(text, "/") {
		if i := strings.IndexFunc(text, unicode.IsSpace); i > 0 {
			words = strings.TrimSpace(text[i:])
		}
	}
	d.Words = strings.Join(strings.Fields(words), " ")
	if words != "" && len(strings.Fields(words)) <= maxNameWords {
		if found, sure := d.named(words); sure {
			return d.toVillages(found[0].ID)
		}
	}
	if words != "" || fileKinds[d.In.Kind] {
		return d.taken(d.take(words))
	}
	if len(earlier) == 0 {
		return d.next()
	}
	ask := bot.Outbound{Text: d.Say("announce.list"), Buttons: []bot.Button{d.Button("announce.new", "announce:new")}}
	for _, b := range earlier {
		ask.Buttons = append(ask.Buttons, bot.Button{Label: d.label(b), Action: "announce:see:" + b.ID})
	}
	return d.asks("list", d.Reply(ask))
}

// next asks for what the announcement lacks, and shows it if that is nothing.
func (d desk) next() bot.Turn {
	switch d.missing() {
	case "whom":
		if !d.draft.empty() {
			return d.whom(d.Say("announce.whom-kept"))
		}
		return d.whom(d.Say("announce.whom"))
	case "field":
		return d.field("")
	case "what":
		return d.what(d.Say("announce.what"))
	case "shorter":
		return d.what(d.tooLong())
	case "words":
		return d.wordsToo()
	case "village":
		return d.meant()
	}
	return d.preview()
}

// missing names what the announcement lacks, "" if it can be sent.
func (d desk) missing() string {
	switch {
	case d.draft.Several:
		return string(bot.LackWhom)
	case d.composer().Lacks() != bot.LackNothing:
		return string(d.composer().Lacks())
	case d.draft.wordless() && !d.draft.Bare:
		return "words"
	case !d.draft.Meant && d.elsewhere() != "":
		return "village"
	}
	return ""
}

// asks leaves the question of step open, and keeps the draft.
func (d desk) asks(step string, t bot.Turn) bot.Turn {
	d.draft.Since = d.In.At
	t.Next = bot.State{Intent: "announce", Step: step, Slots: map[string]string{slotDraft: d.draft.String()}}
	return t
}

// hint says something and leaves everything as it was, the buttons included.
func (d desk) hint(text string) bot.Turn {
	return bot.Turn{Replies: []bot.Outbound{{Text: text, Buttons: d.State.Offered}}, Next: d.State}
}

// lost is for a button of a draft that is there no more.
func (d desk) lost() bot.Turn {
	t := d.Reply(bot.Outbound{Text: d.Say("announce.lost"), Buttons: []bot.Button{d.Button("announce.begin", "announce")}})
	t.Replies[0].Replaces = "" // what stands above the button may be what was sent
	return t
}

func (d desk) cancel() bot.Turn {
	t := d.Reply(bot.Outbound{Text: d.Say("announce.cancelled")})
	t.Next.Keep(keptDraft, "", d.In.At)
	return t
}

func (d desk) cancelButton() bot.Button { return d.No("announce.cancel", "announce:cancel") }

// against tells whether the words say to let the announcement be.
func (d desk) against() bool {
	if d.In.Kind != bot.KindText || len(strings.Fields(d.Words)) > maxSteerWords {
		return false
	}
	f := d.Finder.Find(d.Words, d.Lang)
	return d.says("announce.cancel-words") || d.labelled("announce.cancel") || f.Outcome == bot.FoundIntent && f.Intent == bot.IntentStop && f.Plain()
}

// says tells whether the words are among those that key lists in any language.
func (d desk) says(key string) bool { return says(d.Ask, key) }

// clear tells whether the words are a question or a wish of their own.
func (d desk) clear() bool {
	switch d.Finder.Find(d.Words, d.Lang).Outcome {
	case bot.FoundAnswer, bot.FoundIntent, bot.FoundEmergency:
		return true
	}
	return false
}

// secret gives n letters and digits from what was drawn for this message.
func secret(random uint64, n int) string {
	return draw(random, n, "abcdefghijklmnopqrstuvwxyz0123456789")
}

// draw gives n of signs from what was drawn for this message.
func draw(random uint64, n int, signs string) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = signs[random%uint64(len(signs))]
		random /= uint64(len(signs))
	}
	return string(out)
}
