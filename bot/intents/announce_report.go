package intents

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"ogpbot/bot"
)

// How much of an announcement a list and its report show, in characters.
const (
	labelPart  = 24
	reportPart = 200
)

// later does a button of a broadcast that was started.
func (d desk) later(what, id string) (bot.Turn, bool) {
	switch what {
	case "see", "yes", "no", "undo", "edit", "stop", "pause", "resume", "again", "correct", "report":
	default:
		return bot.Turn{}, false
	}
	b, ok := d.Records.Broadcast(id, d.by.Scope())
	if !ok {
		act := map[string]string{"yes": "approve", "no": "refuse", "undo": "stop", "edit": "stop"}
		return d.refuse(cmp.Or(act[what], what), onlyID(id), "scope", d.Say("announce.gone")), true
	}
	switch what {
	case "see":
		if b.State == bot.BroadcastWaiting {
			return d.see(b), true
		}
	case "yes":
		return d.approve(b), true
	case "no":
		return d.steer(b, bot.ActStop, d.Say("announce.refused")), true
	case "undo":
		return d.undo(b), true
	case "edit":
		if !b.Early(d.In.At) {
			return d.report(b, d.Say("announce.edit-late")), true
		}
		return d.edit(b), true
	case "stop":
		return d.steer(b, bot.ActStop, ""), true
	case "pause":
		return d.steer(b, bot.ActPause, ""), true
	case "resume":
		return d.steer(b, bot.ActResume, ""), true
	case "again":
		return d.steer(b, bot.ActAgain, d.Say("announce.sent-again")), true
	case "correct":
		return d.correct(b), true
	}
	return d.report(b, ""), true
}

// onlyID is s if it can be the ID of a broadcast: nothing else gets into the audit trail.
func onlyID(s string) string {
	if len(s) > 24 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return s
}

// see shows an announcement that waits for a second yes as people would get it, and asks for the yes.
func (d desk) see(b bot.Broadcast) bot.Turn {
	sample := b.Message(d.Lang, d.Library.Place().Languages...)
	sample.Buttons = []bot.Button{d.Button("announce.stop", "announce:sample")}
	lines := []string{d.people(b, d.Records.Audience(d.by.Scope(), b.Villages, b.Commitment))}
	if b.At.After(b.Created.Add(bot.UndoTime)) {
		lines = append(lines, d.Say("announce.at", "time", d.clock(b.At)))
	}
	if b.Urgent {
		lines = append(lines, d.Say("announce.is-urgent"))
	}
	if b.Post {
		lines = append(lines, d.Say("announce.is-posted"))
	}
	ask := bot.Outbound{Heading: d.Say("announce.approve"), Buttons: []bot.Button{d.Yes("announce.yes", "announce:yes:"+b.ID), d.No("announce.no", "announce:no:"+b.ID)}}
	lines = append([]string{d.Say("announce.author", "by", b.By)}, lines...)
	if b.By == d.by.Login {
		ask.Heading, lines = d.Say("announce.state-waiting"), lines[1:]
		ask.Buttons = []bot.Button{d.No("announce.undo", "announce:undo:"+b.ID), d.Button("announce.edit", "announce:edit:"+b.ID)}
	}
	ask.Text = strings.Join(lines, "\n\n")
	return bot.Turn{Replies: []bot.Outbound{sample, ask}}
}

// approve says yes for a second person.
func (d desk) approve(b bot.Broadcast) bot.Turn {
	if b.State == bot.BroadcastWaiting && b.By == d.by.Login {
		return d.refuse("approve", b.ID, "own", d.Say("announce.own"))
	}
	after, ok := b.Steer(bot.ActApprove, d.by, d.In.At)
	if !ok {
		return d.report(b, d.Say("announce.too-late"))
	}
	t := d.Reply(bot.Outbound{Text: d.Say("announce.approved") + " " + d.startsAt(d.goesAt(after.At, after.Urgent)),
		Buttons: []bot.Button{d.No("announce.undo", "announce:undo:"+b.ID), d.Button("announce.report", "announce:report:"+b.ID)}})
	t.Effects = []bot.Effect{bot.SteerBroadcast{ID: b.ID, Act: bot.ActApprove}}
	return t
}

// undo takes back what has not begun. What has can only be stopped.
func (d desk) undo(b bot.Broadcast) bot.Turn {
	switch {
	case b.Early(d.In.At):
		t := d.Reply(bot.Outbound{Text: d.Say("announce.undone"), Note: d.label(b), Buttons: []bot.Button{d.Button("announce.new", "announce:new")}})
		t.Next.Keep(keptUndone, b.ID, d.In.At.Add(2*bot.UndoTime))
		t.Effects = []bot.Effect{bot.SteerBroadcast{ID: b.ID, Act: bot.ActStop}}
		return t
	case b.State == bot.BroadcastStopped || b.State == bot.BroadcastDone:
		return d.report(b, d.Say("announce.too-late"))
	}
	return d.Reply(bot.Outbound{Text: d.Say("announce.undo-late"),
		Buttons: []bot.Button{d.Button("announce.end", "announce:stop:"+b.ID), d.Button("announce.report", "announce:report:"+b.ID)}})
}

// edit takes back what has not begun, and asks for other words in its place.
func (d desk) edit(b bot.Broadcast) bot.Turn {
	m := b.Message(d.Lang, d.Library.Place().Languages...)
	d.draft = draft{To: b.Villages, All: len(b.Villages) == 0, Commitment: b.Commitment, Words: m.Text, Media: m.Media, Bare: m.Text == "", Urgent: b.Urgent, Post: b.Post, Corrects: b.Corrects}
	if b.At.After(b.Created.Add(bot.UndoTime)) {
		d.draft.At = b.At
	}
	if d.draft.Corrects != "" { // the file is that of the old one
		d.draft.Media = bot.Media{}
	}
	t := d.change()
	t.Replies[len(t.Replies)-1].Text = d.Say("announce.edit-now") + "\n\n" + t.Replies[len(t.Replies)-1].Text
	t.Effects = []bot.Effect{bot.SteerBroadcast{ID: b.ID, Act: bot.ActStop}}
	return t
}

// steer does act, and reports.
func (d desk) steer(b bot.Broadcast, act bot.BroadcastAct, said string) bot.Turn {
	after, ok := b.Steer(act, d.by, d.In.At)
	if !ok {
		return d.report(b, d.Say("announce.too-late"))
	}
	r := d.Records.Report(b.ID)
	if act == bot.ActAgain {
		r = owedAgain(r)
	}
	t := d.reportOf(after, r, said)
	t.Effects = []bot.Effect{bot.SteerBroadcast{ID: b.ID, Act: act}}
	return t
}

// owedAgain is r once those whose fate is unconfirmed are in line again.
func owedAgain(r bot.Report) bot.Report {
	after := bot.Report{}
	maps.Copy(after, r)
	after[bot.FateOwed] += after[bot.FateUnconfirmed]
	delete(after, bot.FateUnconfirmed)
	return after
}

// correct asks for the right words of what was sent.
func (d desk) correct(b bot.Broadcast) bot.Turn {
	if !b.Correctable(d.Records.Report(b.ID)) {
		return d.report(b, d.Say("announce.too-late"))
	}
	d.draft = draft{To: b.Villages, All: len(b.Villages) == 0, Commitment: b.Commitment, Corrects: b.ID, Urgent: b.Urgent}
	t := d.what(d.Say("announce.correct"))
	if old := b.Message(d.Lang, d.Library.Place().Languages...).Text; old != "" {
		t.Replies = append([]bot.Outbound{{Text: old}}, t.Replies...)
	}
	t.Replies[len(t.Replies)-1].Replaces = ""
	return t
}

// report says how far a broadcast has come, and offers what can be done with it; before stands above.
func (d desk) report(b bot.Broadcast, before string) bot.Turn {
	return d.reportOf(b, d.Records.Report(b.ID), before)
}

func (d desk) reportOf(b bot.Broadcast, r bot.Report, before string) bot.Turn {
	m := b.Message(d.Lang, d.Library.Place().Languages...)
	out := bot.Outbound{Heading: m.Heading, Note: d.Say("announce.started", "time", d.clock(b.Created))}
	if out.Heading == "" {
		out.Heading = d.Say("announce.title") + " · " + d.where(b.Villages)
	}
	var parts []string
	if before != "" {
		parts = append(parts, before)
	}
	if m.Text != "" {
		parts = append(parts, d.Say("announce.quoted", "words", shorten(oneLine(m.Text), reportPart)))
	}
	out.Text = strings.Join(append(parts, d.state(b)+d.fates(r)), "\n\n")
	button := func(key, what string, pairs ...string) {
		out.Buttons = append(out.Buttons, d.Button(key, "announce:"+what+":"+b.ID, pairs...))
	}
	switch b.State {
	case bot.BroadcastWaiting, bot.BroadcastScheduled:
		button("announce.undo", "undo")
		if b.Early(d.In.At) {
			button("announce.edit", "edit")
		}
	case bot.BroadcastSending:
		button("announce.refresh", "report")
		button("announce.pause", "pause")
		button("announce.end", "stop")
	case bot.BroadcastPaused:
		button("announce.resume", "resume")
		button("announce.end", "stop")
	}
	if n := r[bot.FateUnconfirmed]; n > 0 && b.State == bot.BroadcastDone {
		button("announce.unconfirmed", "again", "count", strconv.Itoa(n))
	}
	if b.Correctable(r) {
		button("announce.mend", "correct")
	}
	out.Buttons = append(out.Buttons, d.Button("announce.all", "announce"))
	return d.Reply(out)
}

// state is one sentence on where b stands.
func (d desk) state(b bot.Broadcast) string {
	switch b.State {
	case bot.BroadcastWaiting:
		return d.Say("announce.state-waiting")
	case bot.BroadcastScheduled:
		if d.In.At.Sub(b.At) > 2*bot.UndoTime {
			return d.Say("announce.state-late", "time", d.clock(b.At))
		}
		return d.Say("announce.at", "time", d.clock(b.At))
	case bot.BroadcastSending:
		return d.Say("announce.state-sending")
	case bot.BroadcastPaused:
		return d.Say("announce.state-paused")
	case bot.BroadcastStopped:
		return d.Say("announce.state-stopped")
	}
	return d.Say("announce.state-done")
}

// fates lists how many people had which luck, a line each.
func (d desk) fates(r bot.Report) (lines string) {
	for _, f := range []struct {
		fate bot.Fate
		key  string
	}{
		{bot.FateSent, "announce.fate-sent"}, {bot.FateLater, "announce.fate-later"}, {bot.FateHeld, "announce.fate-held"}, {bot.FateOwed, "announce.fate-owed"},
		{bot.FateUnreachable, "announce.fate-unreachable"}, {bot.FateFailed, "announce.fate-failed"}, {bot.FateUnconfirmed, "announce.fate-unconfirmed"},
	} {
		if n := r[f.fate]; n > 0 {
			lines += "\n• " + d.Say(f.key, "count", strconv.Itoa(n))
		}
	}
	return lines
}

// label is how a broadcast stands in a list: its state, its day and its first words.
func (d desk) label(b bot.Broadcast) string {
	marks := map[bot.BroadcastState]string{bot.BroadcastWaiting: "⏳", bot.BroadcastScheduled: "🕒", bot.BroadcastSending: "▶", bot.BroadcastPaused: "⏸",
		bot.BroadcastStopped: "⏹", bot.BroadcastDone: "✓"}
	m := b.Message(d.Lang, d.Library.Place().Languages...)
	words := m.Text
	if b.Form != "" || words == "" {
		words = m.Heading
	}
	return marks[b.State] + " " + b.Created.In(d.Library.Place().Zone).Format("02.01") + " " + shorten(oneLine(words), labelPart)
}
