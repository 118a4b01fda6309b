package console

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// typedTime is how browsers give a moment (html.spec.whatwg.org, local dates and times).
const typedTime = "2006-01-02T15:04"

// composing is an announcement that is being written: the form holds all of it, so nothing is stored before it is sent.
type composing struct {
	bot.Composer
	ID       string // of the broadcast that it becomes: a form that is sent twice is one announcement
	Like     string // ID of the one whose file it has, "" if none
	Typed    string // the moment as it was typed
	Photo    bool   // it has a photo of its own
	Meant    bool   // the village that the words name is meant, though it is not sent there
	Problem  string
	AskMeant bool
}

// audienceOf counts whom c reaches.
func (q *request) audienceOf(c composing, now time.Time) (a bot.Audience, err error) {
	err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		a, err = q.c.cfg.Broadcasts.Audience(tx, c.By, c.Villages(), c.Followed(), now)
		return err
	})
	return a, err
}

// showCompose begins an announcement: a new one, one in a form, the correction of one, or one like one that was taken back.
func (q *request) showCompose() error {
	query := q.r.URL.Query()
	c := composing{ID: strings.ToLower(rand.Text())[:16], Like: query.Get("like")}
	c.By, c.Library, c.Form, c.Corrects = q.who.Account, q.lib, query.Get("form"), query.Get("corrects")
	if _, ok := bot.AnnouncementFormNamed(c.Form); !ok {
		c.Form = ""
	}
	if own := q.ownVillages(); len(own) == 1 && !c.By.Scope().All {
		c.To = []string{own[0].ID}
	}
	old, err := q.like(&c)
	if err != nil {
		return err
	}
	if old.ID != "" {
		c.Form, c.Words = "", bot.Text{}
		for l, m := range old.Messages {
			c.Words[l] = m.Text
		}
		c.To, c.All, c.Commitment, c.Urgent = old.Villages, len(old.Villages) == 0, old.Commitment, old.Urgent
	}
	return q.composePage(http.StatusOK, c)
}

// like finds the announcement that c corrects, or is like.
func (q *request) like(c *composing) (old bot.Broadcast, err error) {
	id := c.Corrects
	if id == "" {
		id = c.Like
	}
	if id == "" {
		return old, nil
	}
	err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		if old, err = tx.Broadcasts.Get(id, q.who.Account.Scope()); err != nil || c.Corrects == "" {
			return err
		}
		report, err := tx.Broadcasts.Report(id)
		if err == nil && !old.Correctable(report) {
			err = store.ErrConflict
		}
		return err
	})
	switch {
	case err != nil:
	case c.Corrects != "":
		c.Old, c.To, c.All, c.Commitment, c.Form = old, old.Villages, len(old.Villages) == 0, old.Commitment, ""
	default:
		c.Media = old.Message(q.lang, q.lib.Place().Languages...).Media
	}
	return old, err
}

// composeForm is what the fields of an announcement are called.
const (
	fieldFirst  = "first-"
	fieldSecond = "second-"
	fieldWords  = "words-"
)

// composed reads the form. What no form of ours can hold, such as another's village, is an error.
func (q *request) composed() (c composing, err error) {
	c = composing{ID: q.value("id"), Like: q.value("like"), Typed: strings.Replace(q.value("at"), " ", "T", 1), Meant: q.value("meant") != ""}
	if len(c.ID) != 16 || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return c, failure(http.StatusBadRequest)
	}
	c.By, c.Library = q.who.Account, q.lib
	c.Announcement = bot.Announcement{To: slices.Compact(slices.Sorted(slices.Values(q.r.PostForm["to"]))), Commitment: q.value("commitment"),
		Form: q.value("form"), First: q.typed(fieldFirst), Second: q.typed(fieldSecond), Words: q.typed(fieldWords),
		Urgent: q.value("urgent") != "", Post: q.value("post") != "", Corrects: q.value("corrects")}
	c.All = q.value("all") != "" || c.Commitment != "" // those who follow it, wherever they live
	if c.Corrects == "" && c.All && len(c.To) > 0 {    // nobody guesses which was meant
		c.Problem = q.Say("console-announce.both-whom")
	}
	if err := q.inReach(c); err != nil {
		return c, err
	}
	if _, err := q.like(&c); err != nil {
		return c, err
	}
	problem, err := q.photo(&c)
	if err != nil {
		return c, err
	}
	if problem != "" {
		c.Problem = problem
	}
	c.Post = c.Posted()
	if c.Typed != "" {
		at, err := time.ParseInLocation(typedTime, c.Typed, q.lib.Place().Zone)
		if err != nil {
			c.Problem = q.Say("console-announce.when-unclear")
		}
		c.At = at.UTC()
	}
	return c, nil
}

// typed are the words of a field in every language.
func (q *request) typed(name string) bot.Text {
	t := bot.Text{}
	for _, l := range q.lib.Place().Languages {
		if words := bot.Typed(q.r.PostFormValue(name + string(l))); words != "" {
			t[l] = words
		}
	}
	return t
}

// inReach refuses an announcement to where the account may not write, and notes that it was tried.
func (q *request) inReach(c composing) error {
	scope := c.By.Scope()
	if _, known := q.lib.Commitment(c.Commitment); c.Commitment != "" && !known {
		return errNotFound
	}
	outside := func(id string) bool { _, known := q.lib.Village(id); return !known || !scope.Allows(id) }
	if (scope.All || !c.All) && !slices.ContainsFunc(c.To, outside) {
		return nil
	}
	if err := q.denied("announce", "", "scope"); err != nil {
		return err
	}
	return errNotFound
}

// denied notes in the audit trail that something was tried.
func (q *request) denied(act, object, why string) error {
	return q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		return tx.Trail.Append(bot.Audit{At: time.Now().UTC(), Login: q.who.Account.Login, Act: act, Object: object, Denied: why})
	})
}

// compose does what a button of the form says.
func (q *request) compose() error {
	c, err := q.composed()
	if err != nil {
		return err
	}
	do := q.value("do")
	if form, ok := strings.CutPrefix(do, "form:"); ok {
		if _, ok := bot.AnnouncementFormNamed(form); !ok || c.Corrects != "" {
			form = ""
		}
		c.Form, c.Problem = form, ""
		return q.composePage(http.StatusOK, c)
	}
	if do == "change" {
		c.Problem = ""
		return q.composePage(http.StatusOK, c)
	}
	now := time.Now().UTC()
	if c.Problem == "" {
		c.Problem, c.AskMeant = q.problemOf(c, now)
	}
	if c.Problem != "" {
		return q.composePage(http.StatusUnprocessableEntity, c)
	}
	switch do {
	case "send":
		return q.send(c, now)
	case "test":
		return q.sample(c, now)
	}
	return q.previewPage(c, now, "")
}

// problemOf says what keeps c from being sent, "" if nothing does; meant: it is to be confirmed and no mistake.
func (q *request) problemOf(c composing, now time.Time) (problem string, meant bool) {
	for _, t := range []bot.Text{c.First, c.Second} {
		for _, words := range t {
			if over := bot.TextUnits(words) - bot.MaxAnnouncementField; over > 0 && c.Form != "" {
				return q.Say("console-announce.field-long", "limit", strconv.Itoa(bot.MaxAnnouncementField), "over", strconv.Itoa(over)), false
			}
			if c.Form != "" && !bot.FieldFits(words) {
				return q.Say("announce.field-unfit"), false
			}
		}
	}
	switch c.Lacks() {
	case bot.LackWhom:
		return q.Say("console-announce.lacks-whom"), false
	case bot.LackField:
		return q.Say("console-announce.lacks-field"), false
	case bot.LackWhat:
		return q.Say("console-announce.lacks-what"), false
	case bot.LackShorter:
		over, limit := c.Over()
		return q.Say("console-announce.long", "limit", strconv.Itoa(limit), "over", strconv.Itoa(over)), false
	}
	clock := q.When(c.At)
	switch {
	case !c.At.IsZero() && !c.At.After(now):
		return q.Say("console-announce.when-past", "time", clock), false
	case c.At.Sub(now) > bot.MaxAnnouncementAhead && !c.At.IsZero():
		return q.Say("announce.when-far", "time", clock, "days", strconv.Itoa(int(bot.MaxAnnouncementAhead.Hours()/24))), false
	}
	if id := c.Elsewhere(q.c.cfg.Finder()); id != "" && !c.Meant {
		return q.Say("announce.elsewhere", "village", q.villageName(id), "where", bot.Where(q.lib, q.lang, c.To)), true
	}
	return "", false
}

// send starts the announcement. A form that is sent again leads to what it started.
func (q *request) send(c composing, now time.Time) error {
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) (err error) {
		if c.By, err = tx.Accounts.Get(q.who.Account.Login); err != nil { // as it is now
			return err
		}
		return q.c.cfg.Broadcasts.Start(tx, c.Broadcast(c.ID, now), c.By, now)
	})
	if errors.Is(err, store.ErrConflict) && q.started(q.r.Context(), c.ID) {
		err = nil
	}
	if err != nil {
		return err
	}
	q.c.cfg.Broadcasts.Wake()
	q.redirect("announcements/" + c.ID)
	return nil
}

// started tells whether an announcement of the account's own has this ID.
func (q *request) started(ctx context.Context, id string) (own bool) {
	err := q.c.cfg.Store.View(ctx, func(tx store.Tx) error {
		b, err := tx.Broadcasts.Get(id, q.who.Account.Scope())
		own = b.By == q.who.Account.Login
		return err
	})
	return own && err == nil
}

// sample sends the account the message in its own conversation.
func (q *request) sample(c composing, now time.Time) error {
	ok := false
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) (err error) {
		ok, err = q.c.cfg.Broadcasts.Sample(tx, q.who.Account, now, c.Message)
		return err
	})
	if err != nil {
		return err
	}
	said := "console-announce.sample-none"
	if ok {
		q.c.cfg.Broadcasts.Wake()
		said = "console-announce.sample-sent"
	}
	return q.previewPage(c, now, q.Say(said))
}

// hidden is a field that a form carries along.
type hidden struct{ Name, Value string }

// carried is all of c as hidden fields.
func (c composing) carried(languages []bot.Language) (fields []hidden) {
	values := url.Values{"id": {c.ID}, "like": {c.Like}, "corrects": {c.Corrects}, "form": {c.Form}, "at": {c.Typed}, "to": c.To, "commitment": {c.Commitment}}
	for name, yes := range map[string]bool{"all": c.All, "urgent": c.Urgent, "post": c.Post, "meant": c.Meant, "photo": c.Photo} {
		if yes {
			values.Set(name, "yes")
		}
	}
	for _, l := range languages {
		values.Set(fieldFirst+string(l), c.First[l])
		values.Set(fieldSecond+string(l), c.Second[l])
		values.Set(fieldWords+string(l), c.Words[l])
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range values[name] {
			if v != "" {
				fields = append(fields, hidden{name, v})
			}
		}
	}
	return fields
}
