package intents

import (
	"strings"

	"ogpbot/bot"
)

// maxSteerWords is how many words a message may have that takes an announcement back and says nothing else.
const maxSteerWords = 5

// keptUndone keeps for a short while what was taken back: a second "stop" means that too.
const keptUndone = "undone"

// announceSaid takes what an account writes of an announcement when no question is open: while one can be taken back, stop
// and its like take it back, and never end the writer's own news; one that was left half made is cancelled; and one that
// waits for a second yes is agreed to, or shown.
func announceSaid(a bot.Ask) (bot.Turn, bool) {
	d, _, ok := newDesk(a)
	if !ok || a.In.Kind != bot.KindText || strings.Contains(a.Words, "?") || len(strings.Fields(a.Words)) > maxSteerWords {
		return bot.Turn{}, false
	}
	if strings.HasPrefix(a.Words, "/") && d.offers("undo") == "" { // "/stop" is one's own news, but under the button
		return bot.Turn{}, false
	}
	f := d.Finder.Find(d.Words, d.Lang)
	against := f.Outcome == bot.FoundIntent && f.Intent == bot.IntentStop || d.says("announce.cancel-words") || begins(a, a.Words, "announce.undo-words")
	edit := begins(a, a.Words, "announce.edit-words") || d.labelled("announce.mend") || d.labelled("announce.change")
	if id, arg := d.offers("yes"), d.offers("no"); id != "" || arg != "" {
		switch {
		case against || begins(a, a.Words, "announce.no-words"):
			return d.later("no", arg)
		case begins(a, a.Words, "announce.yes-words"):
			return d.later("yes", id)
		}
	}
	if d.open { // left half made
		switch {
		case against:
			return d.cancel(), true
		case d.labelled("announce.resume"), d.labelled("announce.send"), d.says("announce.send-words"):
			return d.next(), true
		}
	}
	b, begun := d.underWay()
	switch {
	case b.ID != "" && against:
		return d.undo(b), true
	case b.ID != "" && edit && !begun:
		return d.edit(b), true
	case b.ID != "" && edit:
		return d.report(b, d.Say("announce.edit-late")), true
	case begins(a, a.Words, "announce.yes-words"):
		for _, b := range d.Records.Broadcasts(d.by, announcesShown) {
			if b.State == bot.BroadcastWaiting && b.By != d.by.Login {
				return d.see(b), true
			}
		}
	}
	if _, undone := a.State.Kept(keptUndone, a.In.At); undone && against {
		return d.Reply(bot.Outbound{Text: d.Say("announce.undone"), Buttons: []bot.Button{d.Button("announce.new", "announce:new")}}), true
	}
	if begins(a, a.Words, "announce.wish") {
		return d.begin(), true
	}
	return bot.Turn{}, false
}

// announceLeft reminds whoever turned to something else of the announcement that is half made.
func announceLeft(a bot.Ask, t bot.Turn) bot.Turn {
	d, _, ok := newDesk(a)
	if !ok || !d.open || d.draft.empty() || t.Intent == bot.IntentEmergency || len(t.Replies) == 0 || a.In.At.Sub(d.draft.Since) > draftTime {
		return t
	}
	last := &t.Replies[len(t.Replies)-1]
	if last.Note != "" {
		last.Note += "\n\n"
	}
	last.Note += d.Say("announce.left")
	last.Buttons = append(last.Buttons[:len(last.Buttons):len(last.Buttons)], d.Button("announce.resume", "announce:back"), d.Button("announce.cancel", "announce:cancel"))
	t.Next.Keep(keptDraft, d.draft.String(), a.In.At.Add(draftTime))
	return t
}

// underWay is the account's own announcement that can still be taken back or stopped: the one whose button stands below
// the last message, else the latest. begun: it can only be stopped.
func (d desk) underWay() (b bot.Broadcast, begun bool) {
	if b, ok := d.Records.Broadcast(d.offers("undo"), d.by.Scope()); ok {
		return b, !b.Early(d.In.At)
	}
	var sending bot.Broadcast
	for _, b := range d.Records.Broadcasts(d.by, announcesShown) {
		switch {
		case b.By != d.by.Login:
		case b.Early(d.In.At):
			return b, false
		case sending.ID == "" && b.State != bot.BroadcastStopped && b.State != bot.BroadcastDone:
			sending = b
		}
	}
	return sending, true
}

// offers gives the argument of the button that is offered for what, "" if there is none.
func (d desk) offers(what string) string {
	for _, o := range d.State.Offered {
		if id, ok := strings.CutPrefix(o.Action, "announce:"+what+":"); ok {
			return id
		}
	}
	return ""
}

// labelled tells whether the words are the label called key in any language, give or take a slip.
func (d desk) labelled(key string) bool {
	said := d.Finder.Fold(d.Words)
	for _, lang := range d.Library.Place().Languages {
		if near(said, d.Finder.Fold(d.Library.Text(lang, key))) {
			return true
		}
	}
	return false
}

// near tells whether one is the other but for a letter, or for two in a long word.
func near(one, other string) bool {
	a, b := []rune(one), []rune(other)
	slips := 0
	switch {
	case len(b) > 9:
		slips = 2
	case len(b) > 4:
		slips = 1
	}
	if len(a) == 0 || len(a)-len(b) > slips || len(b)-len(a) > slips {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		corner := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			corner, row[j+1] = row[j+1], min(corner+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)] <= slips
}
