package intents

import (
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
)

// preview shows the very message, and under it who gets it and what can be done. Its stop button does not stop anything.
func (d desk) preview() bot.Turn {
	sample := d.message(d.Lang)
	sample.Buttons[0].Action = "announce:sample"
	t := d.control()
	t.Replies[0].Replaces = "" // the button that led here is above the sample
	t.Replies = append([]bot.Outbound{sample}, t.Replies...)
	return t
}

// control says who gets the announcement and when, and offers to send it. It takes the place of an earlier one.
func (d desk) control() bot.Turn {
	d.draft.Key, d.draft.More, d.draft.Asked = secret(d.In.Random, 4), "", 0
	f := d.draft
	act := func(key, what string) bot.Button { return d.Button(key, "announce:"+what+":"+f.Key) }
	audience := d.Records.Audience(d.by.Scope(), f.villages(), d.composer().Followed())
	lines := append(d.dayWarning(), d.composer().Notes(d.Lang, audience, d.In.At)...)
	out := bot.Outbound{Heading: d.Say("announce.not-sent"), Text: strings.Join(lines, "\n\n")}
	later := "announce.later"
	if !f.At.IsZero() {
		later = "announce.other-time"
	}
	out.Buttons = []bot.Button{act("announce.send", "send"), act(later, "when"), act("announce.change", "change")}
	urgent := act("announce.urgent", "urgent")
	urgent.Label = ticked(f.Urgent, urgent.Label)
	out.Buttons = append(out.Buttons, urgent)
	if d.postable() {
		b := act("announce.post", "post")
		b.Label = ticked(f.Post, b.Label)
		out.Buttons = append(out.Buttons, b)
	}
	out.Buttons = append(out.Buttons, d.cancelButton())
	return d.asks("preview", d.Reply(out))
}

// dayWarning says that "tomorrow" will be another day when people read it: what is written in the evening goes out in the
// morning, and some is set for later.
func (d desk) dayWarning() []string {
	zone := d.Library.Place().Zone
	goes := d.goesAt(d.draft.At, d.draft.Urgent)
	if bot.DayOf(goes, zone) == bot.DayOf(d.In.At, zone) {
		return nil
	}
	said := " " + d.Finder.Fold(d.message(d.Lang).Text) + " "
	for _, lang := range d.Library.Place().Languages {
		for word := range strings.SplitSeq(d.Library.Text(lang, "dayword.words"), "|") {
			if strings.Contains(said, " "+d.Finder.Fold(word)+" ") {
				return []string{d.Say("dayword.warn", "word", word, "time", d.clock(goes))}
			}
		}
	}
	return nil
}

// postable tells whether the announcement may go on the public page: only what is for everybody.
func (d desk) postable() bool { return d.draft.All && d.by.Scope().All }

// soonest is when it goes out at the earliest.
func (d desk) soonest(at time.Time) time.Time { return bot.Soonest(at, d.In.At) }

// goesAt is when what is wished for at (zero: at once) goes out: not at night, unless it is urgent.
func (d desk) goesAt(at time.Time, urgent bool) time.Time {
	return d.Library.Place().Quiet.Goes(at, d.In.At, d.Library.Place().Zone, urgent)
}

// clock writes a moment for a person, such as 25.11.2026 18:00.
func (d desk) clock(t time.Time) string {
	return t.In(d.Library.Place().Zone).Format("02.01.2006 15:04")
}

// finish does a button under the preview. One of an earlier preview does nothing: the one that counts is shown again.
func (d desk) finish(what, key, rest string) (bot.Turn, bool) {
	switch what {
	case "send", "urgent", "post", "when", "at", "change", "add", "swap", "keep":
	default:
		return bot.Turn{}, false
	}
	if key != d.draft.Key || d.missing() != "" {
		return d.next(), true
	}
	switch what {
	case "send":
		return d.send(), true
	case "urgent":
		d.draft.Urgent = !d.draft.Urgent
	case "post":
		d.draft.Post = !d.draft.Post && d.postable()
	case "when":
		return d.when(""), true
	case "at":
		return d.whenPressed(rest), true
	case "change":
		return d.change(), true
	case "add":
		if d.draft.Words != "" {
			d.draft.Words += "\n\n"
		}
		d.draft.Words, d.draft.Bare = d.draft.Words+d.draft.More, false
		return d.next(), true
	case "swap":
		d.draft.Words, d.draft.Form, d.draft.First, d.draft.Second, d.draft.Bare = d.draft.More, "", "", "", false
		return d.next(), true
	}
	return d.control(), true
}

// change asks for other words, under the old ones: they can be copied from there.
func (d desk) change() bot.Turn {
	old := d.message(d.Lang).Text
	t := d.what(d.Say("announce.changed"))
	if d.draft.Corrects != "" {
		t = d.what(d.Say("announce.correct"))
	}
	if old == "" {
		return t
	}
	first := d.Reply(bot.Outbound{Text: old})
	t.Replies[0].Replaces = ""
	t.Replies = append(first.Replies, t.Replies...)
	return t
}

// previewTyped is for what comes while the preview is shown: nothing of it sends anything.
func (d desk) previewTyped() (bot.Turn, bool) {
	edited := d.In.Kind == bot.KindEdit
	switch {
	case fileKinds[d.In.Kind] && !d.draft.Media.None():
		return d.hint(d.Say("announce.one-file")), true
	case fileKinds[d.In.Kind]:
		return d.taken(d.take(d.Lines())), true
	case edited && d.draft.Form == "" && d.In.Message == d.draft.Message:
		return d.taken(d.take(d.Lines())), true
	case d.In.Kind != bot.KindText && !edited:
		return d.hint(d.Say("announce.unfit")), true
	}
	if t, ok := d.commanded(); ok && !edited {
		return t, true
	}
	switch {
	case d.draft.More != "" && (edited || d.says("help.yes") || d.draft.Asked > 1): // add, or in place of the old words?
		return d.hint(d.Say("announce.more-press")), true
	case edited || d.says("help.yes"):
		return d.hint(d.Say("announce.press", "send", d.Say("announce.send"))), true
	case strings.Contains(d.Words, "?") && d.clear():
		return bot.Turn{}, false
	}
	if f := d.Finder.Find(d.Words, d.Lang); f.Outcome == bot.FoundIntent && f.Plain() {
		return bot.Turn{}, false
	}
	d.draft.More = d.Lines()
	d.draft.Asked++
	ask := bot.Outbound{Text: d.Say("announce.more")}
	for _, b := range [][2]string{{"announce.add", "add"}, {"announce.swap", "swap"}, {"announce.keep", "keep"}} {
		ask.Buttons = append(ask.Buttons, d.Button(b[0], "announce:"+b[1]+":"+d.draft.Key))
	}
	return d.asks("preview", d.Reply(ask)), true
}

// commanded does what the words of a button say, in any language, or words like them. While it is open what to do with a
// text, "send" only shows what would be sent.
func (d desk) commanded() (bot.Turn, bool) {
	key := d.draft.Key
	said := func(label string, words ...string) bool {
		return d.labelled(label) || len(words) > 0 && d.says(words[0])
	}
	switch {
	case d.draft.More != "" && said("announce.add", "announce.add-words"):
		return d.finish("add", key, "")
	case d.draft.More != "" && said("announce.swap", "announce.swap-words"):
		return d.finish("swap", key, "")
	case d.draft.More != "" && said("announce.keep", "announce.keep-words"):
		return d.finish("keep", key, "")
	case d.draft.More != "" && said("announce.send", "announce.send-words"):
		return d.next(), true
	case said("announce.send", "announce.send-words"):
		return d.finish("send", key, "")
	case said("announce.later", "announce.later-words"), said("announce.other-time"):
		return d.finish("when", key, "")
	case said("announce.change", "announce.change-words"):
		return d.finish("change", key, "")
	case said("announce.urgent", "announce.urgent-words"):
		d.draft.Urgent = true
		return d.control(), true
	case d.postable() && said("announce.post"):
		return d.finish("post", key, "")
	}
	return bot.Turn{}, false
}

// send starts the broadcast, and offers to take it back.
func (d desk) send() bot.Turn {
	f := d.draft
	if !d.by.Scope().Allows(f.villages()...) {
		return d.outside(strings.Join(f.To, " "))
	}
	b := d.composer().Broadcast(secret(d.In.Random, 8), d.In.At)
	text := d.startsAt(b.At)
	if b.State == bot.BroadcastWaiting {
		text = d.Say("announce.waits", "seconds", strconv.Itoa(int(bot.UndoTime.Seconds())))
		if b.At.After(d.soonest(time.Time{})) {
			text = d.Say("announce.waits-until", "time", d.clock(b.At))
		}
	}
	t := d.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{d.No("announce.undo", "announce:undo:"+b.ID), d.Button("announce.edit", "announce:edit:"+b.ID), d.Button("announce.report", "announce:report:"+b.ID)}})
	t.Effects = []bot.Effect{bot.StartBroadcast{Broadcast: b}}
	t.Next.Keep(keptDraft, "", d.In.At)
	return t
}

// startsAt says when something begins that can be taken back until then.
func (d desk) startsAt(at time.Time) string {
	if at.After(d.soonest(time.Time{})) {
		return d.Say("announce.scheduled", "time", d.clock(at))
	}
	return d.Say("announce.soon", "seconds", strconv.Itoa(int(bot.UndoTime.Seconds())))
}
