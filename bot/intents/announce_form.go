package intents

import (
	"strconv"
	"strings"
	"unicode"

	"ogpbot/bot"
)

// compose does a button of the question what is to be announced.
func (d desk) compose(what, arg string) (bot.Turn, bool) {
	switch what {
	case "text": // yes, this single word
		d.draft.Words, d.draft.Form, d.draft.First, d.draft.Second, d.draft.Bare, d.draft.Meant = d.draft.More, "", "", "", false, false
		d.draft.More = ""
		return d.next(), true
	case "meant":
		d.draft.Meant = true
		return d.next(), true
	case "back":
		return d.next(), true
	case "retry":
		d.draft.More = ""
		if d.draft.empty() {
			return d.what(d.Say("announce.what")), true
		}
		return d.change(), true
	case "form":
		if _, ok := bot.AnnouncementFormNamed(arg); !ok || d.draft.Corrects != "" {
			return bot.Turn{}, false
		}
		d.draft.Form, d.draft.First, d.draft.Second, d.draft.Words = arg, "", "", ""
		return d.next(), true
	case "bare":
		d.draft.Bare = true
		return d.next(), true
	case "nofile":
		d.draft.Media, d.draft.Bare = bot.Media{}, false
		if d.draft.empty() {
			return d.what(d.Say("announce.what")), true
		}
		return d.next(), true
	}
	return bot.Turn{}, false
}

// what asks with text for the words, a file, or a form.
func (d desk) what(text string) bot.Turn {
	ask := bot.Outbound{Heading: d.heading(d.Lang), Text: text}
	if d.draft.Corrects == "" {
		for _, f := range bot.AnnouncementForms() {
			ask.Buttons = append(ask.Buttons, d.Button(f.Label, "announce:form:"+f.Name))
		}
	}
	if !d.draft.Media.None() {
		ask.Buttons = append(ask.Buttons, d.Button("announce.no-file", "announce:nofile"))
	}
	ask.Buttons = append(ask.Buttons, d.cancelButton())
	return d.asks("what", d.Reply(ask))
}

// whatTyped takes words, a file, or both.
func (d desk) whatTyped() bot.Turn {
	if d.State.Step == "words" && fileKinds[d.In.Kind] && d.Words == "" { // the other pictures of an album
		return d.hint(d.Say("announce.one-file"))
	}
	if d.In.Kind == bot.KindText && d.Words != "" {
		if f, ok := d.formSaid(); ok && d.State.Step != "words" && d.draft.Corrects == "" {
			t, _ := d.compose("form", f)
			return t
		}
		if d.labelled("announce.new") {
			d.draft = d.blank()
			return d.next()
		}
		if !d.draft.empty() && d.State.Step != "words" && (d.labelled("announce.send") || d.says("announce.send-words")) {
			return d.next() // it is shown once more
		}
		if d.doubtful() {
			d.draft.More = d.Lines()
			return d.asks("what", d.Reply(bot.Outbound{Text: d.Say("announce.sure", "words", shorten(d.Words, labelPart)),
				Buttons: []bot.Button{d.Yes("announce.sure-yes", "announce:text"), d.No("announce.sure-no", "announce:retry"), d.cancelButtonOnly()}}))
		}
	}
	return d.taken(d.take(d.Lines()))
}

// doubtful tells whether the words are hardly an announcement: one word, no word at all, or a short question.
func (d desk) doubtful() bool {
	words := len(strings.Fields(d.Words))
	asks := words < maxSteerWords && strings.Contains(d.Words, "?") && !strings.ContainsFunc(d.Words, unicode.IsDigit)
	return !strings.Contains(d.Lines(), "\n") && (words < 2 || asks || !strings.ContainsFunc(d.Words, unicode.IsLetter)) && d.draft.Media.None()
}

// formSaid is the form whose button the words name.
func (d desk) formSaid() (name string, ok bool) {
	for _, f := range bot.AnnouncementForms() {
		if d.labelled(f.Label) {
			return f.Name, true
		}
	}
	return "", false
}

// cancelButtonOnly is one that a plain no does not choose.
func (d desk) cancelButtonOnly() bot.Button { return d.Button("announce.cancel", "announce:cancel") }

// wordsToo asks whether words go with a file.
func (d desk) wordsToo() bot.Turn {
	text := d.Say("announce.words")
	if d.draft.Media.Kind == bot.KindVoice {
		text = d.Say("announce.words-voice", "on", d.on(d.draft.Media.Platform))
	}
	return d.asks("words", d.Reply(bot.Outbound{Text: text,
		Buttons: []bot.Button{d.No("announce.bare", "announce:bare"), d.Button("announce.cancel", "announce:cancel")}}))
}

// field asks for the first field of the form that is missing; problem is what was wrong with the last answer.
func (d desk) field(problem string) bot.Turn {
	f, _ := bot.AnnouncementFormNamed(d.draft.Form)
	key := f.First
	if d.draft.First != "" {
		key = f.Second
	}
	ask := bot.Outbound{Text: d.Say(key), Buttons: []bot.Button{d.Button("announce.cancel", "announce:cancel")}}
	if problem != "" {
		ask.Text = problem + "\n\n" + ask.Text
	} else if d.draft.First == "" {
		ask.Heading = d.heading(d.Lang)
	}
	return d.asks("field", d.Reply(ask))
}

// fieldTyped takes an answer, or the correction of the one before. A file that comes with it goes with the announcement.
func (d desk) fieldTyped() bot.Turn {
	form, first, second := d.draft.Form, d.draft.First, d.draft.Second
	before := d.draft.Message
	after, problem := d.take("")
	words := d.Lines()
	switch {
	case problem != "":
		return d.hint(problem)
	case !bot.FieldFits(words):
		return d.field(d.Say("announce.field-unfit"))
	case bot.TextUnits(words) > bot.MaxAnnouncementField:
		return d.field(d.Say("announce.field-long", "limit", strconv.Itoa(bot.MaxAnnouncementField), "over", strconv.Itoa(bot.TextUnits(words)-bot.MaxAnnouncementField)))
	case d.In.Kind == bot.KindEdit && d.In.Message == before && first != "":
		first = words
	case first == "":
		first = words
	default:
		second = words
	}
	after.draft.Form, after.draft.First, after.draft.Second, after.draft.Meant = form, first, second, false
	return after.next()
}
