package inbox

import (
	"errors"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// records is bot.Records over one snapshot. The first error is kept and ends the turn.
type records struct {
	tx        store.Tx
	now       time.Time
	windows   bot.Windows
	questions Questions
	err       error
}

// found notes an error and tells whether something was found.
func (r *records) found(err error) bool {
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrScope) && r.err == nil {
		r.err = err
	}
	return err == nil
}

// Account implements bot.Records.
func (r *records) Account(id bot.CitizenID) (bot.Account, bool) {
	a, err := r.tx.Accounts.ByCitizen(id)
	return a, r.found(err) && !a.Disabled
}

// maxChanges bounds what is read of the history at once; a plan has some dozens.
const maxChanges = 5000

// Changes implements bot.Records.
func (r *records) Changes(commitment string) (cs []bot.Change) {
	var err error
	if commitment == "" {
		cs, err = r.tx.Progress.Since(0, maxChanges)
	} else {
		cs, err = r.tx.Progress.Of(commitment)
	}
	r.found(err)
	return cs
}

// newsPage is how many announcements are looked through for those that were sent.
const newsPage = 50

// News implements bot.Records.
func (r *records) News(village string, limit int) (news []bot.Broadcast) {
	bs, _, err := r.tx.Broadcasts.InVillage(village, store.Page{Limit: newsPage})
	r.found(err)
	replaced := map[string]bool{}
	for _, b := range bs {
		sent := b.State == bot.BroadcastSending || b.State == bot.BroadcastPaused || b.State == bot.BroadcastDone
		if sent && !replaced[b.ID] && len(news) < limit {
			news = append(news, b)
		}
		replaced[b.Corrects] = replaced[b.Corrects] || sent
	}
	return news
}

// Broadcast implements bot.Records.
func (r *records) Broadcast(id string, scope bot.Scope) (bot.Broadcast, bool) {
	b, err := r.tx.Broadcasts.Get(id, scope)
	return b, r.found(err)
}

// Report implements bot.Records.
func (r *records) Report(id string) bot.Report {
	rep, err := r.tx.Broadcasts.Report(id)
	r.found(err)
	return rep
}

// Broadcasts implements bot.Records.
func (r *records) Broadcasts(by bot.Account, limit int) (bs []bot.Broadcast) {
	all, _, err := r.tx.Broadcasts.Latest(store.Page{Limit: newsPage})
	r.found(err)
	for _, b := range all {
		if len(bs) < limit && (b.By == by.Login || b.State == bot.BroadcastWaiting && by.Scope().Allows(b.Villages...)) {
			bs = append(bs, b)
		}
	}
	return bs
}

// Audience implements bot.Records.
func (r *records) Audience(scope bot.Scope, villages []string, commitment string) bot.Audience {
	a, err := notice.Desk{Windows: r.windows}.Audience(r.tx, scope, villages, commitment, r.now)
	r.found(err)
	return a
}

// Code implements bot.Records. A code of an account that was disabled since is none.
func (r *records) Code(kind bot.CodeKind, secret string) (bot.Code, bool) {
	c, err := r.tx.Codes.Get(kind, secret, r.now)
	if !r.found(err) {
		return c, false
	}
	if kind == bot.CodeStaff {
		a, err := r.tx.Accounts.Get(c.Login)
		c.Role = a.Role
		return c, r.found(err) && !a.Disabled
	}
	return c, true
}

const (
	mostCases = 20      // that are listed at once
	pageOf    = 500     // exchanges that are read at once
	allOf     = 1 << 30 // of one citizen: more is not kept of anybody, as their pace is limited and what is old is deleted
)

// Cases implements bot.Records.
func (r *records) Cases(of bot.CitizenID) []bot.Case {
	cs, err := r.tx.Cases.Of(of, mostCases)
	r.found(err)
	return asSeenBy(of, cs...)
}

// nobody filed any case.
const nobody bot.CitizenID = "-"

// asSeenBy takes out of cases that somebody else filed what only those who look after them see.
func asSeenBy(id bot.CitizenID, cs ...bot.Case) []bot.Case {
	for i := range cs {
		if c := &cs[i]; c.Citizen != id {
			c.Citizen, c.Media, c.Spot, c.Text = "", nil, bot.Point{}, bot.Mask(c.Text)
		}
	}
	return cs
}

// Case implements bot.Records. It does not say who filed it.
func (r *records) Case(id string, scope bot.Scope) (bot.Case, bool) {
	c, err := r.tx.Cases.Get(id, scope)
	c.Citizen = ""
	return c, r.found(err)
}

// CaseOf implements bot.Records.
func (r *records) CaseOf(id string, of bot.CitizenID) (bot.Case, bool) {
	c, err := r.tx.Cases.Get(id, bot.Scope{All: true, Integrity: true})
	if !r.found(err) {
		return bot.Case{}, false
	}
	parties, err := r.tx.Cases.Parties(id)
	if !r.found(err) || !slices.Contains(parties, of) {
		return bot.Case{}, false
	}
	return asSeenBy(of, c)[0], true
}

// Added implements bot.Records.
func (r *records) Added(id string, scope bot.Scope) (added []bot.CaseEvent) {
	if _, err := r.tx.Cases.Get(id, scope); !r.found(err) {
		return nil
	}
	events, err := r.tx.Cases.Events(id)
	r.found(err)
	for _, e := range events {
		if e.By == "" && e.Text != "" && !e.Internal {
			added = append(added, e)
		}
	}
	return added
}

// Parties implements bot.Records.
func (r *records) Parties(id string, scope bot.Scope) int {
	if _, err := r.tx.Cases.Get(id, scope); !r.found(err) {
		return 0
	}
	all, err := r.tx.Cases.Parties(id)
	r.found(err)
	return len(all)
}

// Nearby implements bot.Records.
func (r *records) Nearby(village string) (cs []bot.Case) {
	if village == "" {
		return nil
	}
	all, _, err := r.tx.Cases.List(bot.Scope{All: true}, store.CaseQuery{Village: village, Open: true}, store.Page{Limit: 5 * mostCases})
	r.found(err)
	for _, c := range all {
		if c.Shared() && c.Citizen != "" && len(cs) < mostCases { // of who was forgotten there are no words
			cs = append(cs, c)
		}
	}
	return asSeenBy(nobody, cs...)
}

// Question implements bot.Records.
func (r *records) Question(group string, scope bot.Scope) (bot.QuestionGroup, bool) {
	g, err := r.questions.Group(r.tx, group, scope)
	return g, r.found(err)
}

// Waiting implements bot.Records. It does not say who filed the cases.
func (r *records) Waiting(a bot.Account) bot.Waiting {
	w, err := r.questions.Waiting(r.tx, a, r.now)
	r.found(err)
	for i := range w.Cases {
		w.Cases[i].Citizen = ""
	}
	return w
}

// Conversation implements bot.Records.
func (r *records) Conversation(of bot.CitizenID, by bot.Account) (bot.Conversation, bool) {
	c, err := r.questions.Conversation(r.tx, of, by, r.now)
	return c, r.found(err)
}

// About implements bot.Records.
func (r *records) About(a bot.Address, ref string) string {
	about, err := r.tx.Threads.Get(a, ref)
	r.found(err)
	return about
}

// Everything implements bot.Records. Of a case that somebody else filed it holds what the citizen may see of it.
func (r *records) Everything(of bot.CitizenID) (e bot.Everything) {
	var err error
	if e.Citizen, _, err = r.tx.Citizens.Get(of); !r.found(err) {
		return e
	}
	for p := (store.Page{Limit: pageOf}); ; {
		es, next, err := r.tx.Conversations.Of(of, p)
		if e.Exchanges = append(e.Exchanges, es...); !r.found(err) || next == "" {
			break
		}
		p.After = next
	}
	e.Cases, err = r.tx.Cases.Of(of, allOf)
	r.found(err)
	asSeenBy(of, e.Cases...)
	for _, c := range e.Cases {
		for _, x := range r.Added(c.ID, bot.Scope{All: true, Integrity: true}) {
			if x.Citizen == of {
				e.Added = append(e.Added, x)
			}
		}
	}
	e.Questions, err = r.tx.Questions.Of(of, allOf)
	r.found(err)
	e.Mail, err = r.tx.Mail.Of(of, allOf)
	r.found(err)
	for i, h := range e.Mail {
		if b, ok := r.Broadcast(h.Broadcast, bot.Scope{All: true}); ok {
			e.Mail[i].Message = b.Message(e.Citizen.Language)
		}
	}
	e.Sent, err = r.tx.Outbox.Sent(of, allOf)
	r.found(err)
	e.Received, err = r.tx.Broadcasts.Of(of, allOf)
	r.found(err)
	e.Consents, err = r.tx.Consents.Of(of)
	r.found(err)
	return e
}

var _ bot.Records = (*records)(nil)
