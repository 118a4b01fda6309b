package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/editor"
	"ogpbot/internal/store"
)

// contentView is what content.html shows.
type contentView struct {
	ID       string // "new" for one that is not kept yet
	State    cell
	Note     string // what somebody should know before anything else
	Problem  string
	Facts    [][2]string
	Try      tryView
	Form     *contentForm // nil for those who may only look
	Words    []wordsView  // for them
	History  []versionView
	Restore  *field // the reason for handing it back to the folder; nil: there is nothing to hand back
	InFolder bool   // the folder has the entry
	Draft    bool   // there is one to give up
	Seen     uint64
}

// wordsView are the words of an answer in one language.
type wordsView struct {
	Lang             bot.Language
	Name             string
	Question, Answer string
	Phrasings        []string
	Source           string
	SourceHref       string
}

// newContent is the form of a new answer, filled with a question that nobody could be told the answer to, if it comes from one.
func (q *request) newContent() error {
	c := editor.Change{New: true}
	from := q.r.URL.Query().Get("from")
	if from == "" {
		return q.contentPage(http.StatusOK, c, nil, "")
	}
	people := 0
	err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		c.Entry, people, err = q.c.cfg.Questions.Draft(tx, from)
		return err
	})
	if err != nil {
		return err
	}
	if _, known := q.lib.Entry(c.ID); known { // somebody has made an answer of it already
		q.redirect("content/" + url.PathEscape(c.ID))
		return nil
	}
	c.Why = q.Say("console-content.why-asked", "people", strconv.Itoa(people))
	return q.contentPage(http.StatusOK, c, nil, "")
}

// showContent is one answer: as it is told, or its draft, or an older version, ready to be changed.
func (q *request) showContent() error {
	i, history, err := q.c.cfg.Contents.Get(q.r.Context(), q.r.PathValue("id"))
	if err != nil {
		return err
	}
	c := editor.Change{Entry: i.Entry, File: i.File}
	if i.Draft != nil {
		c.Entry, c.Why = i.Draft.Entry, i.Draft.Why
	}
	if wanted := q.r.URL.Query().Get("version"); wanted != "" {
		at := slices.IndexFunc(history, func(e bot.Edit) bool { return strconv.FormatUint(e.No, 10) == wanted && len(e.Entry.Question) > 0 })
		if at < 0 {
			return errNotFound
		}
		c.Entry, c.Of = history[at].Entry, history[at].No
		c.Why = q.Say("console-content.why-back", "when", q.When(history[at].At))
	}
	if len(history) > 0 {
		c.Seen = history[0].No
	}
	return q.contentPage(http.StatusOK, c, nil, "")
}

// contentPage shows c as it is being written. answer is what was tried.
func (q *request) contentPage(status int, c editor.Change, answer *tried, problem string) error {
	page := contentView{ID: "new", Problem: problem, Seen: c.Seen}
	title := q.Say("console-content.new")
	var item editor.Item
	if !c.New {
		var history []bot.Edit
		var err error
		if item, history, err = q.c.cfg.Contents.Get(q.r.Context(), c.ID); err != nil {
			return err
		}
		page.ID, page.State, page.InFolder, page.Draft = c.ID, q.contentState(item), item.Folder != nil, item.Draft != nil
		page.Note, page.Facts = q.contentNote(item, c), q.contentFacts(item)
		by, err := q.colleagues()
		if err != nil {
			return err
		}
		page.History = q.versions(item, history, by)
		if item.Live != nil && q.may(staffers) {
			page.Restore = &field{Name: "why", Label: q.Say("console-content.why"), Max: editor.MaxWhy}
		}
		title = q.contentName(c.Entry)
	}
	page.Try = q.tryView(c, item, answer)
	if q.may(staffers) {
		page.Form = q.contentForm(c)
	} else {
		page.Words = q.contentWords(item.Entry)
	}
	return q.render(status, "content", title, page)
}

// contentNote says what somebody should know before anything else.
func (q *request) contentNote(i editor.Item, c editor.Change) string {
	switch {
	case c.Of != 0:
		return q.Say("console-content.note-version")
	case i.Trouble == editor.TroubleUnfit:
		return q.Say("console-content.note-unfit") + " (" + i.Unfit + ")"
	case i.Trouble == editor.TroubleChanged:
		return q.Say("console-content.note-changed")
	case i.Trouble == editor.TroubleGone:
		return q.Say("console-content.note-gone")
	case i.Draft != nil && q.may(staffers):
		return q.Say("console-content.note-draft")
	}
	return ""
}

func (q *request) contentFacts(i editor.Item) [][2]string {
	facts := [][2]string{{q.Say("console-content.id"), i.ID}, {q.Say("console-content.file"), i.File}, {q.Say("console-content.checked"), q.Day(i.Checked)}}
	if i.Handover {
		facts = append(facts, [2]string{q.Say("console-content.handover"), q.Say("console.yes")})
	}
	return facts
}

// contentWords are the words of an answer for those who may only look.
func (q *request) contentWords(e bot.Entry) (all []wordsView) {
	for _, lang := range q.lib.Place().Languages {
		w := wordsView{Lang: lang, Name: q.lib.Text(lang, "language.name"), Question: e.Question[lang], Answer: e.Answer[lang], Phrasings: e.Phrasings[lang],
			Source: e.Source.In(lang, q.lib.Place().Languages[0])}
		if u, err := url.Parse(w.Source); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			w.SourceHref = w.Source
		}
		if w.Question != "" || w.Answer != "" {
			all = append(all, w)
		}
	}
	return all
}

// writeContent does what a button of the form of an answer says.
func (q *request) writeContent() error {
	c, err := q.readContent()
	if err != nil {
		return err
	}
	ctx, by, act := q.r.Context(), q.who.Account, q.r.PathValue("act")
	switch act {
	case "try":
		return q.tryContent(c)
	case "draft":
		err = q.c.cfg.Contents.Draft(ctx, c, by)
	case "publish":
		err = q.c.cfg.Contents.Publish(ctx, c, by)
	case "folder":
		err = q.c.cfg.Contents.Restore(ctx, c.ID, c.Seen, c.Why, by)
	case "drop":
		err = q.c.cfg.Contents.Drop(ctx, c.ID, c.Seen, by)
	default:
		return errNotFound
	}
	if m, wrong := errors.AsType[editor.Mistake](err); wrong {
		if act == "folder" {
			return q.showMistake(m)
		}
		return q.contentPage(http.StatusUnprocessableEntity, c, nil, q.mistake(m))
	}
	if err != nil {
		return err
	}
	return q.done("content/"+url.PathEscape(c.ID), "console-content.did-"+act)
}

// showMistake shows an answer as it is, with what was wrong.
func (q *request) showMistake(m editor.Mistake) error {
	i, history, err := q.c.cfg.Contents.Get(q.r.Context(), q.r.PathValue("id"))
	if err != nil {
		return err
	}
	c := editor.Change{Entry: i.Entry, File: i.File}
	if len(history) > 0 {
		c.Seen = history[0].No
	}
	return q.contentPage(http.StatusUnprocessableEntity, c, nil, q.mistake(m))
}

// mistake says what is wrong with what was written.
func (q *request) mistake(m editor.Mistake) string {
	return q.Say("console-content.wrong-"+string(m.What), "detail", m.Detail)
}

// tried is what the bot would say to a question.
type tried struct {
	lang  bot.Language
	text  string
	reply editor.Reply
	notes []editor.Note
}

// tryTime is how long somebody waits for an answer of what was not learnt yet.
const tryTime = 20 * time.Second

// tryContent asks what the bot would say if c was published.
func (q *request) tryContent(c editor.Change) error {
	lang := bot.Language(q.value("try-lang"))
	if !q.speaks(lang) {
		lang = q.lang
	}
	t := tried{lang: lang, text: q.value("try")}
	if t.text == "" {
		t.text = c.Question[lang]
	}
	if t.text == "" {
		return q.contentPage(http.StatusUnprocessableEntity, c, nil, q.Say("console-content.wrong-try"))
	}
	ctx, cancel := context.WithTimeout(q.r.Context(), tryTime)
	defer cancel()
	var err error
	t.reply, t.notes, err = q.c.cfg.Contents.Try(ctx, c, q.who.Account, lang, t.text)
	if m, wrong := errors.AsType[editor.Mistake](err); wrong {
		return q.contentPage(http.StatusUnprocessableEntity, c, nil, q.mistake(m))
	}
	if err != nil {
		return err
	}
	return q.contentPage(http.StatusOK, c, &t, "")
}

// tryView is where one asks what the bot would say.
type tryView struct {
	Text     string
	Lang     bot.Language
	Options  []option // languages
	Bubbles  []bubble
	Result   *cell // whether it is this answer that is given
	Notes    []string
	MaxTry   int
	Writable bool
}

// bubble is one message of the bot.
type bubble struct {
	Heading, Text, Note string
	Buttons             []string
}

func (q *request) tryView(c editor.Change, i editor.Item, t *tried) tryView {
	v := tryView{Lang: q.lang, MaxTry: editor.MaxTry, Writable: q.may(staffers)}
	if t != nil {
		v.Lang, v.Text = t.lang, t.text
		v.Bubbles, v.Result = bubbles(t.reply), q.tryResult(c, t.reply)
		for _, n := range t.notes {
			v.Notes = append(v.Notes, q.contentNoteWords(n))
		}
	} else if i.Told && i.Question[q.lang] != "" && c.Digest() == i.Digest() { // what is in use needs no learning
		v.Text = i.Question[q.lang]
		reply := q.c.cfg.Contents.Told(q.lang, v.Text)
		v.Bubbles, v.Result = bubbles(reply), q.tryResult(c, reply)
	}
	if v.Text == "" && t == nil {
		v.Text = c.Question[q.lang]
	}
	for _, lang := range q.lib.Place().Languages {
		v.Options = append(v.Options, option{string(lang), q.lib.Text(lang, "language.name"), lang == v.Lang})
	}
	return v
}

func bubbles(r editor.Reply) (all []bubble) {
	for _, m := range r.Replies {
		b := bubble{Heading: m.Heading, Text: m.Text, Note: m.Note}
		for _, button := range m.Buttons {
			b.Buttons = append(b.Buttons, button.Label)
		}
		all = append(all, b)
	}
	return all
}

// tryResult says whether c is what is told.
func (q *request) tryResult(c editor.Change, r editor.Reply) *cell {
	switch r.Kind {
	case bot.KindAnswered:
		if r.Entry == c.ID {
			return &cell{Text: q.Say("console-content.try-this"), Badge: "good"}
		}
		return &cell{Text: q.Say("console-content.try-other", "id", r.Entry), Badge: "bad"}
	case bot.KindSuggested:
		return &cell{Text: q.Say("console-content.try-suggest"), Badge: "warn"}
	case bot.KindUnknown:
		return &cell{Text: q.Say("console-content.try-none"), Badge: "warn"}
	}
	return &cell{Text: q.Say("console-content.try-else"), Badge: "warn"}
}

// contentNoteWords says for what an answer may be taken.
func (q *request) contentNoteWords(n editor.Note) string {
	switch {
	case n.Other != "":
	case n.Kind == editor.NoteOwn:
		return q.Say("console-content.note-alone", "text", clip(n.Text, maxClip))
	case n.Kind == editor.NoteTakes:
		return q.Say("console-content.note-nobodys", "text", clip(n.Text, maxClip))
	}
	return q.Say("console-content.note-"+string(n.Kind), "text", clip(n.Text, maxClip), "id", n.Entry, "other", n.Other)
}
