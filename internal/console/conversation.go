package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
)

// onePage is how many exchanges a page of one conversation shows.
const onePage = 50

// conversationPage is what conversation.html shows, the oldest first.
type conversationPage struct {
	Facts  string
	Days   []day
	Older  link
	Newest link
	Hidden string // where the form leads that shows what is hidden, "" if nothing is
	Bare   bool   // nothing is hidden
	Talk   *talkForm
}

// day is what was said on one day.
type day struct {
	Name  string
	Lines []line
}

// line is one message.
type line struct {
	ID      string
	By      string // "citizen", "bot" or "person"
	Who     string
	Text    string
	Time    string
	Note    string // how it was said, if not in words
	Trouble string // why it may not have been read
}

// showConversation is one conversation, as far as it took place within the scope. It leaves a line in the audit trail.
func (q *request) showConversation() error { return q.conversation(http.StatusOK, false, "", "") }

// bareConversation is the same with personal numbers.
func (q *request) bareConversation() error { return q.conversation(http.StatusOK, true, "", "") }

// spoken is what is kept of one conversation.
type spoken struct {
	exchanges []bot.Exchange
	fates     map[string]bot.Sending
	next      string
	talk      *questions.OpenTalk // that the account has or may take
}

// conversation renders one. problem and words are of a form that was not taken.
func (q *request) conversation(status int, bare bool, problem, words string) error {
	id := bot.CitizenID(q.r.PathValue("citizen"))
	var x spoken
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) (err error) {
		if x, err = q.spoken(tx, id); err != nil {
			return err
		}
		act := "conversation"
		if bare {
			act = "conversation.bare"
		}
		return tx.Trail.Append(q.note(act, string(id)))
	})
	if err != nil {
		return err
	}
	page := conversationPage{Bare: bare}
	if len(x.exchanges) > 0 {
		last := x.exchanges[0]
		page.Facts = q.villageName(last.Village) + " · " + q.partName(string(last.Platform))
	}
	own := Path + "conversations/" + url.PathEscape(string(id))
	if x.next != "" {
		page.Older = link{Href: own + "?after=" + url.QueryEscape(x.next), Label: q.Say("console.older")}
	}
	if query := q.r.URL.Query(); query.Get("after")+query.Get("until") != "" {
		page.Newest = link{Href: own, Label: q.Say("console-review.newest")}
	}
	for _, e := range slices.Backward(x.exchanges) {
		page.Days = q.withExchange(page.Days, e, x.fates, bare)
	}
	if !bare && slices.ContainsFunc(x.exchanges, hides) {
		page.Hidden = own + "/bare?" + q.r.URL.RawQuery
	}
	if x.talk != nil {
		page.Talk = q.talkForm(*x.talk, problem, words)
	}
	return q.render(status, "conversation", q.citizenName(id), page)
}

// spoken reads one page of a conversation.
func (q *request) spoken(tx store.Tx, id bot.CitizenID) (x spoken, err error) {
	scope := q.who.Account.Scope()
	p := store.Page{Limit: onePage, After: q.r.URL.Query().Get("after")}
	if until := q.r.URL.Query().Get("until"); until != "" {
		seconds, err := strconv.ParseInt(until, 10, 64)
		if err != nil || seconds < 0 || seconds > time.Now().AddDate(1, 0, 0).Unix() {
			return x, errNotFound
		}
		p.Until = time.Unix(seconds, 0).UTC()
	}
	for range maxPages {
		part, after, err := tx.Conversations.Of(id, p)
		if err != nil {
			return x, errNotFound // no cursor of ours
		}
		x.exchanges = append(x.exchanges, slices.DeleteFunc(part, func(e bot.Exchange) bool { return !scope.Allows(e.Village) })...)
		if x.next, p.After = after, after; after == "" || len(x.exchanges) > 0 {
			break
		}
	}
	talk, err := q.c.cfg.Questions.OpenTalk(tx, id, q.who.Account, time.Now())
	switch {
	case err == nil:
		x.talk = &talk
	case !errors.Is(err, store.ErrNotFound):
		return x, err
	case len(x.exchanges) == 0:
		return x, errNotFound
	}
	var parcels []string
	for _, e := range x.exchanges {
		parcels = append(parcels, e.Parcels...)
	}
	x.fates, err = tx.Outbox.Fates(id, parcels)
	return x, err
}

// hides tells whether something of an exchange is hidden.
func hides(e bot.Exchange) bool {
	return bot.Mask(e.Said) != e.Said || slices.ContainsFunc(e.Replies, func(s string) bool { return bot.Mask(s) != s })
}

// withExchange is days and the messages of an exchange, which came later.
func (q *request) withExchange(days []day, e bot.Exchange, fates map[string]bot.Sending, bare bool) []day {
	at := e.At.In(q.lib.Place().Zone)
	if name := at.Format(dayForm); len(days) == 0 || days[len(days)-1].Name != name {
		days = append(days, day{Name: name})
	}
	today := &days[len(days)-1]
	mask := bot.Mask
	if bare {
		mask = func(s string) string { return s }
	}
	l := line{ID: exchangeID(e), Time: at.Format("15:04")}
	if e.Kind != bot.KindPerson {
		said := l
		said.By, said.Who, said.Text = "citizen", q.Say("console.citizen"), mask(e.Said)
		switch {
		case e.Said == "":
			said.Text, said.Note = "", q.said(e)
		case e.Kind == bot.KindPress:
			said.Note = q.Say("console-review.pressed")
		case e.Media != "":
			said.Note = q.Say("console.kind-file")
		}
		today.Lines = append(today.Lines, said)
		l.ID = ""
	}
	for i, reply := range e.Replies {
		l.By, l.Who, l.Text, l.Trouble = "bot", q.Say("console.bot"), mask(reply), ""
		if e.Kind == bot.KindPerson {
			l.By, l.Who = "person", q.Say("console.kind-person")
		}
		if i < len(e.Parcels) {
			l.Trouble = q.fateTrouble(fates[e.Parcels[i]].Fate)
		}
		today.Lines = append(today.Lines, l)
		l.ID = ""
	}
	return days
}

// fateTrouble says why a message may not have been read, "" if it went.
func (q *request) fateTrouble(f bot.Fate) string {
	switch f {
	case bot.FateHeld:
		return q.Say("console.fate-held")
	case bot.FateUnreachable:
		return q.Say("console.fate-unreachable")
	case bot.FateFailed:
		return q.Say("console.fate-failed")
	}
	return ""
}
