package intents

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentWaiting, Commands: []string{"waiting"}, Hidden: true, Handle: waiting, Continue: waitingTyped, Everything: true})

const (
	waitingShown = 6    // on one page
	maxAnswer    = 3500 // characters
)

// What an answer is for, between two messages.
const (
	slotAct = "act" // "answer", "done", "declined", "dup" a case; "reply" to a question; "say" in a talk
	slotOf  = "of"  // its ID
)

// counter is where a colleague sees what waits for them: the message, and whose account it is.
type counter struct {
	bot.Ask
	by bot.Account
}

// waiting shows an account what waits for it. What follows the command is the number of a case. As a button: "case:ID",
// "question:GROUP" and "talk:CITIZEN" show one, "page:N" more of the list; "seen:ID", "working:ID" and "apart:ID" (no duplicate) move a case at once,
// "answer:ID", "done:ID", "declined:ID" and "dup:ID" after a word; "reply:GROUP" and "say:CITIZEN" ask for an answer,
// "cancel" takes that back, "end:CITIZEN" asks whether a talk shall end, "over:CITIZEN" ends it. "about:WHAT" is a reply to
// a card. "sure" sends what was asked back, "again" asks for other words.
func waiting(a bot.Ask) bot.Turn { return apartFromRecord(waitingTurn(a)) }

// apartFromRecord keeps a turn about a case out of the record of the conversation: more people read that than may read the
// case.
func apartFromRecord(t bot.Turn) bot.Turn {
	t.Private = true
	return t
}

func waitingTurn(a bot.Ask) bot.Turn {
	d, refusal, ok := newCounter(a)
	if !ok {
		return refusal
	}
	if strings.HasPrefix(a.Words, "/") {
		if a.Arg != "" {
			return d.caseCard(strings.ToUpper(a.Arg))
		}
		return d.list(0)
	}
	what, id, _ := strings.Cut(a.Arg, ":")
	switch what {
	case "about":
		if a.In.ReplyTo != "" {
			return d.replied(id)
		}
	case "page":
		page, _ := strconv.Atoi(id)
		return d.list(page)
	case "cancel":
		return d.cancelled()
	case "case":
		return d.caseCard(id)
	case "question":
		return d.questionCard(id)
	case "talk", "say":
		return d.askTalk(id)
	case "end", "over":
		return d.end(id, what == "over")
	case "sure":
		if a.State.Step == stepSure && a.In.Kind != bot.KindEdit {
			return d.deliver(a.State.Slots[slotAct], a.State.Slots[slotOf], a.State.Slots[slotWords])
		}
	case "again":
		return d.again()
	case "seen", "working":
		return d.move(id, bot.CaseState(what), "")
	case "apart":
		return d.move(id, bot.CaseReceived, "")
	case "answer", "done", "declined", "dup":
		return d.askCase(what, id)
	case "reply":
		return d.askQuestion(id)
	}
	return d.list(0)
}

func newCounter(a bot.Ask) (d counter, refusal bot.Turn, ok bool) {
	by, known := a.Account()
	d = counter{a, by}
	switch {
	case !known:
		return d, d.refuse("", "no account", a.Say("waiting.no-account")), false
	case by.Role != bot.RoleVillage && by.Role != bot.RoleStaff && by.Role != bot.RoleOwner:
		return d, d.refuse("", "role", a.Say("waiting.can-nothing")), false
	}
	return d, refusal, true
}

// refuse says why something is not done, and leaves a line in the audit trail.
func (d counter) refuse(object, why, text string) bot.Turn {
	t := bot.Turn{Replies: []bot.Outbound{{Text: text}}}
	t.Effects = []bot.Effect{bot.Note{Audit: bot.Audit{At: d.In.At, Login: d.by.Login, Act: "waiting", Object: object, Denied: why}}}
	return t
}

// outside is for what is not there, or not in the account's scope: nobody learns which.
func (d counter) outside(object string) bot.Turn {
	t := d.refuse(object, "scope", d.Say("waiting.outside"))
	t.Replies[0].Buttons = []bot.Button{d.listButton()}
	return t
}

// list shows a page of what waits: emergencies, talks, then cases, the oldest first, then questions, those that most people ask first.
func (d counter) list(page int) bot.Turn {
	w := d.Records.Waiting(d.by)
	var lines []string
	var buttons []bot.Button
	add := func(line, label, action string) {
		lines = append(lines, line)
		buttons = append(buttons, bot.Button{Label: label, Action: action})
	}
	question := func(q bot.QuestionGroup, sign string) {
		words := oneLine(bot.Mask(q.Text))
		add(sign+d.Say("waiting.people", "count", number(q.Count))+", "+d.age(q.Since)+": "+quote(d.Ask, shorten(words, casesPart)),
			sign+shorten(words, newsLabel), "waiting:question:"+q.ID)
	}
	for _, q := range w.Questions {
		if q.Why == bot.WhyEmergency {
			question(q, "🆘 ")
		}
	}
	for i, id := range w.Talks {
		line, label := d.talkLine(id, i+1)
		add(line, label, "waiting:talk:"+string(id))
	}
	for _, c := range w.Cases {
		words := oneLine(caseMatter(d.Ask, c))
		line := caseTitle(d.Ask, c) + ", " + d.age(c.Created)
		if d.In.At.After(c.Due) && !c.Due.IsZero() {
			line = "⏰ " + line
		}
		add(line+": "+quote(d.Ask, shorten(words, casesPart)), c.ID+", "+shorten(words, newsLabel), "waiting:case:"+c.ID)
	}
	for _, q := range w.Questions {
		if q.Why != bot.WhyEmergency {
			question(q, "❓ ")
		}
	}
	if len(lines) == 0 {
		return d.Reply(bot.Outbound{Text: d.Say("waiting.nothing"), Note: d.week(w)})
	}
	pages := (len(lines) + waitingShown - 1) / waitingShown
	page = ((page % pages) + pages) % pages
	from, to := page*waitingShown, min(len(lines), (page+1)*waitingShown)
	out := bot.Outbound{Heading: d.Say("waiting.heading", "count", number(len(lines))), Note: d.week(w), Buttons: buttons[from:to:to]}
	if w.Late > 0 {
		out.Text = d.Say("waiting.late", "count", number(w.Late)) + "\n\n"
	}
	for i, line := range lines[from:to] {
		out.Text += number(i+1) + ". " + line + "\n"
	}
	out.Text = strings.TrimSpace(out.Text)
	if pages > 1 {
		out.Buttons = append(out.Buttons, d.Button("waiting.more", "waiting:page:"+number((page+1)%pages), "page", number(page+1), "pages", number(pages)))
	}
	return d.Reply(out)
}

// week says how the last seven days went.
func (d counter) week(w bot.Waiting) string {
	if w.Asked == 0 {
		return ""
	}
	return d.Say("waiting.week", "asked", number(w.Asked), "answered", number(w.Answered))
}

func (d counter) listButton() bot.Button { return d.Button("waiting.list", "waiting") }

// age says how long ago something came.
func (d counter) age(since time.Time) string {
	switch days := int(d.In.At.Sub(since).Hours() / 24); {
	case days <= 0:
		return d.Say("waiting.today")
	case days == 1:
		return d.Say("waiting.day")
	default:
		return d.Say("waiting.days", "count", number(days))
	}
}

// questionCard shows a question that was asked once or often.
func (d counter) questionCard(group string) bot.Turn {
	q, ok := d.Records.Question(group, d.by.Scope())
	if !ok {
		return d.outside(group)
	}
	lines := []string{quote(d.Ask, shorten(bot.Mask(q.Text), maxAnswer)), d.Say("waiting.people", "count", number(q.Count)) + ", " + d.age(q.Since)}
	var names []string
	for _, id := range q.Villages {
		if v, ok := d.Library.Village(id); ok {
			names = append(names, d.Local(v.Name))
		}
	}
	if len(names) > 0 {
		lines = append(lines, strings.Join(names, ", "))
	}
	return apart(d.Reply(bot.Outbound{Heading: d.Say("waiting.question"), Text: strings.Join(lines, "\n\n"), Note: d.Say("waiting.reply-question"),
		About: "question:" + q.ID, Buttons: []bot.Button{d.Button("waiting.answer", "waiting:reply:"+q.ID), d.listButton()}}))
}

// asks asks with text for the words of an act.
func (d counter) asks(act, of, text string) bot.Turn {
	t := apart(d.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{d.Button("waiting.cancel", "waiting:cancel")}}))
	t.Next = bot.State{Intent: bot.IntentWaiting, Step: "words", Slots: map[string]string{slotAct: act, slotOf: of}}
	return t
}

func (d counter) askQuestion(group string) bot.Turn {
	q, ok := d.Records.Question(group, d.by.Scope())
	if !ok {
		return d.outside(group)
	}
	return d.asks("reply", group, d.Say("waiting.reply-what", "count", number(q.Count), "words", shorten(oneLine(bot.Mask(q.Text)), newsPart)))
}

// waitingTyped takes the words that were asked for.
func waitingTyped(a bot.Ask) (bot.Turn, bool) {
	d, _, ok := newCounter(a)
	if !ok || a.State.Step != "words" && a.State.Step != stepSure || a.In.Kind == bot.KindEdit {
		return bot.Turn{}, false
	}
	if says(a, "announce.cancel-words") {
		return d.cancelled(), true
	}
	return apartFromRecord(d.act(a.State.Slots[slotAct], a.State.Slots[slotOf], a.State)), true
}

func (d counter) cancelled() bot.Turn {
	return d.Reply(bot.Outbound{Text: d.Say("waiting.cancelled"), Buttons: []bot.Button{d.listButton()}})
}

// replied takes a reply to a card.
func (d counter) replied(about string) bot.Turn {
	if d.In.Kind == bot.KindEdit {
		return bot.Turn{Replies: []bot.Outbound{{Text: d.Say("waiting.edited")}}, Next: d.State}
	}
	what, id, _ := strings.Cut(about, ":")
	switch what {
	case "case":
		return d.act("answer", id, bot.State{})
	case "question":
		return d.act("reply", id, bot.State{})
	case "talk":
		return d.act("say", id, bot.State{})
	}
	return d.list(0)
}

// act does with the words what they were asked for. What cannot be sent is asked for again: open is then left so.
func (d counter) act(act, of string, open bot.State) bot.Turn {
	words := tidy(d.Lines())
	again := func(text string) bot.Turn {
		return bot.Turn{Replies: []bot.Outbound{{Text: text, Buttons: d.State.Offered}}, Next: open}
	}
	switch n := utf8.RuneCountInString(words); {
	case d.In.Kind != bot.KindText || words == "":
		return again(d.Say("waiting.words-only"))
	case n > maxAnswer:
		return again(d.Say("waiting.long", "limit", number(maxAnswer), "over", number(n-maxAnswer)))
	}
	if act == "dup" {
		return d.askDuplicate(of)
	}
	if d.stray() || act == "say" && d.idle(of) {
		return d.sure(act, of, words)
	}
	return d.deliver(act, of, words)
}

// deliver does with words what they are for.
func (d counter) deliver(act, of, words string) bot.Turn {
	switch act {
	case "dup":
		return d.duplicate(of, words)
	case "reply":
		return d.answer(of, words)
	case "say":
		return d.say(of, words)
	}
	return d.move(of, moves[act], words)
}

// answer sends words to everybody who asked a question.
func (d counter) answer(group, words string) bot.Turn {
	q, ok := d.Records.Question(group, d.by.Scope())
	if !ok {
		return d.outside(group)
	}
	key := "waiting.sent-many"
	if q.Count <= 1 {
		key = "waiting.sent-one"
	}
	t := d.Reply(bot.Outbound{Text: d.Say(key, "count", number(q.Count)) + "\n" + quote(d.Ask, shorten(words, newsPart)), Buttons: []bot.Button{d.listButton()}})
	t.Effects = []bot.Effect{bot.AnswerQuestion{Group: group, Text: words}}
	return t
}

func number(n int) string { return strconv.Itoa(n) }
