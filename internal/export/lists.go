package export

import (
	"iter"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

var caseColumns = []column[bot.Case]{
	{key: "number", of: func(_ reader, c bot.Case) any { return c.ID }},
	{key: "created", of: func(r reader, c bot.Case) any { return r.moment(c, c.Created) }},
	{key: "village", personal: true, of: func(r reader, c bot.Case) any { return r.village(c.Village) }},
	{key: "kind", of: func(r reader, c bot.Case) any { return r.label("kind", string(c.Kind)) }},
	{key: "state", of: func(r reader, c bot.Case) any { return r.label("state", string(c.State)) }},
	{key: "commitment", of: func(r reader, c bot.Case) any { return r.commitment(c.Commitment) }},
	{key: "score", of: func(_ reader, c bot.Case) any { return number(c.Score) }},
	{key: "text", long: true, personal: true, of: func(_ reader, c bot.Case) any { return bot.Mask(c.Text) }},
	{key: "files", of: func(_ reader, c bot.Case) any { return len(c.Media) }},
	{key: "told", long: true, personal: true, of: func(_ reader, c bot.Case) any { return bot.Mask(c.Reason) }},
	{key: "due", of: func(r reader, c bot.Case) any { return r.moment(c, c.Due) }},
	{key: "updated", of: func(r reader, c bot.Case) any { return r.moment(c, c.Updated) }},
	{key: "assigned", personal: true, of: func(_ reader, c bot.Case) any { return c.Assigned }},
	{key: "original", of: func(_ reader, c bot.Case) any { return c.Original }},
	{key: "reopened", of: func(_ reader, c bot.Case) any { return c.Reopened }},
	{key: "anonymous", of: func(_ reader, c bot.Case) any { return c.Anonymous }},
	{key: "relay", of: func(_ reader, c bot.Case) any { return c.Relay }},
	{key: "citizen", personal: true, of: func(_ reader, c bot.Case) any {
		if c.Hidden() {
			return ""
		}
		return tag(c.Citizen)
	}},
}

// moment is when something happened to a case; of one that hides who filed it, and in a list without names, only the day: whoever
// wrote at that moment would be known for it.
func (r reader) moment(c bot.Case, t time.Time) any {
	if t.IsZero() || !c.Hidden() && !r.q.Nameless {
		return r.time(t)
	}
	return t.In(r.lib.Place().Zone).Format(time.DateOnly)
}

func (r reader) cases(yield func([]bot.Case, error) bool) {
	q := r.q.Cases
	if r.q.Village != "" {
		q.Village = r.q.Village
	}
	pages(r, func(tx store.Tx, p store.Page) ([]bot.Case, string, error) { return tx.Cases.List(r.q.Scope, q, p) })(yield)
}

var exchangeColumns = []column[bot.Exchange]{
	{key: "at", of: func(r reader, e bot.Exchange) any { return r.time(e.At) }},
	{key: "platform", of: func(_ reader, e bot.Exchange) any { return string(e.Platform) }},
	{key: "village", of: func(r reader, e bot.Exchange) any { return r.village(e.Village) }},
	{key: "citizen", personal: true, of: func(_ reader, e bot.Exchange) any { return tag(e.Citizen) }},
	{key: "said", long: true, personal: true, of: func(_ reader, e bot.Exchange) any { return bot.Mask(e.Said) }},
	{key: "file", of: func(_ reader, e bot.Exchange) any { return e.Media != "" }},
	{key: "intent", of: func(_ reader, e bot.Exchange) any { return e.Intent }},
	{key: "entry", of: func(_ reader, e bot.Exchange) any { return e.Entry }},
	{key: "replies", long: true, personal: true, of: func(_ reader, e bot.Exchange) any { return bot.Mask(strings.Join(e.Replies, "\n\n")) }},
}

func (r reader) exchanges(yield func([]bot.Exchange, error) bool) {
	scope := r.q.Scope
	if r.q.Village != "" {
		scope = bot.Scope{Villages: []string{r.q.Village}}
	}
	pages(r, func(tx store.Tx, p store.Page) (es []bot.Exchange, next string, err error) {
		switch {
		case r.q.Words != "" && r.q.Village == Nowhere:
			es, next, err = tx.Conversations.Search(r.q.Scope, r.q.Words, p)
			es = slices.DeleteFunc(es, func(e bot.Exchange) bool { return e.Village != "" })
		case r.q.Words != "":
			es, next, err = tx.Conversations.Search(scope, r.q.Words, p)
		case r.q.Village == Nowhere:
			es, next, err = tx.Conversations.InVillage("", p)
		default:
			es, next, err = tx.Conversations.In(scope, p)
		}
		return es, next, err
	})(yield)
}

var questionColumns = []column[bot.Question]{
	{key: "number", of: func(_ reader, q bot.Question) any { return q.ID }},
	{key: "at", of: func(r reader, q bot.Question) any { return r.time(q.At) }},
	{key: "village", of: func(r reader, q bot.Question) any { return r.village(q.Village) }},
	{key: "language", of: func(_ reader, q bot.Question) any { return string(q.Language) }},
	{key: "why", of: func(r reader, q bot.Question) any { return r.label("why", string(q.Why)) }},
	{key: "text", long: true, personal: true, of: func(_ reader, q bot.Question) any { return bot.Mask(q.Text) }},
	{key: "group", of: func(_ reader, q bot.Question) any { return q.Group }},
	{key: "people", of: func(_ reader, q bot.Question) any { return number(q.People) }},
	{key: "answered", of: func(r reader, q bot.Question) any { return r.time(q.Answered) }},
	{key: "by", personal: true, of: func(_ reader, q bot.Question) any { return q.By }},
	{key: "reply", long: true, personal: true, of: func(_ reader, q bot.Question) any { return bot.Mask(q.Reply) }},
	{key: "citizen", personal: true, of: func(_ reader, q bot.Question) any { return tag(q.Citizen) }},
}

func (r reader) questions(yield func([]bot.Question, error) bool) {
	fits := func(qs []bot.Question, next string, err error) ([]bot.Question, string, error) {
		if r.q.Waiting {
			qs = slices.DeleteFunc(qs, func(q bot.Question) bool { return !q.Answered.IsZero() })
		}
		return qs, next, err
	}
	list := pages(r, func(tx store.Tx, p store.Page) ([]bot.Question, string, error) { return fits(tx.Questions.Latest(p)) })
	if villages := r.villages(); len(villages) > 0 || !r.q.Scope.All {
		list = merged(villages, func(village string) iter.Seq2[[]bot.Question, error] {
			return pages(r, func(tx store.Tx, p store.Page) ([]bot.Question, string, error) {
				return fits(tx.Questions.InVillage(village, p))
			})
		})
	}
	list(yield)
}

// counted is a broadcast with what became of it.
type counted struct {
	bot.Broadcast
	report bot.Report
}

var broadcastColumns = []column[counted]{
	{key: "number", of: func(_ reader, b counted) any { return b.ID }},
	{key: "created", of: func(r reader, b counted) any { return r.time(b.Created) }},
	{key: "sent-at", of: func(r reader, b counted) any { return r.time(b.At) }},
	{key: "by", of: func(_ reader, b counted) any { return b.By }},
	{key: "approved", of: func(_ reader, b counted) any { return b.Approved }},
	{key: "villages", of: func(r reader, b counted) any { return r.names(b.Villages) }},
	{key: "form", of: func(_ reader, b counted) any { return b.Form }},
	{key: "urgent", of: func(_ reader, b counted) any { return b.Urgent }},
	{key: "state", of: func(r reader, b counted) any { return r.label("broadcast", string(b.State)) }},
	{key: "text", long: true, of: func(r reader, b counted) any { m := b.Message(r.q.Language); return m.Words() }},
	{key: "fate-sent", of: func(_ reader, b counted) any { return b.report[bot.FateSent] }},
	{key: "fate-later", of: func(_ reader, b counted) any { return b.report[bot.FateLater] }},
	{key: "fate-held", of: func(_ reader, b counted) any { return b.report[bot.FateHeld] }},
	{key: "fate-owed", of: func(_ reader, b counted) any { return b.report[bot.FateOwed] }},
	{key: "fate-unconfirmed", of: func(_ reader, b counted) any { return b.report[bot.FateUnconfirmed] }},
	{key: "fate-unreachable", of: func(_ reader, b counted) any { return b.report[bot.FateUnreachable] }},
	{key: "fate-failed", of: func(_ reader, b counted) any { return b.report[bot.FateFailed] }},
}

// names lists villages; none stands for the whole municipality.
func (r reader) names(villages []string) any {
	if len(villages) == 0 {
		return Label{"", r.say("export.everywhere")}
	}
	var names []string
	for _, id := range villages {
		name, _ := r.village(id).(Label)
		names = append(names, name.Words)
	}
	return Label{strings.Join(villages, " "), strings.Join(names, ", ")}
}

func (r reader) broadcasts(yield func([]counted, error) bool) {
	seen := map[string]bool{} // one to several villages is in the list of each
	read := func(list func(tx store.Tx, p store.Page) ([]bot.Broadcast, string, error)) iter.Seq2[[]counted, error] {
		return pages(r, func(tx store.Tx, p store.Page) (all []counted, next string, err error) {
			bs, next, err := list(tx, p)
			for _, b := range bs {
				if seen[b.ID] || len(r.q.States) > 0 && !slices.Contains(r.q.States, b.State) {
					continue
				}
				seen[b.ID] = true
				report, err := tx.Broadcasts.Report(b.ID)
				if err != nil {
					return nil, "", err
				}
				all = append(all, counted{b, report})
			}
			return all, next, err
		})
	}
	list := read(func(tx store.Tx, p store.Page) ([]bot.Broadcast, string, error) { return tx.Broadcasts.Latest(p) })
	if villages := r.villages(); len(villages) > 0 || !r.q.Scope.All {
		list = merged(villages, func(village string) iter.Seq2[[]counted, error] {
			return read(func(tx store.Tx, p store.Page) ([]bot.Broadcast, string, error) {
				return tx.Broadcasts.InVillage(village, p)
			})
		})
	}
	list(yield)
}

var auditColumns = []column[bot.Audit]{
	{key: "at", of: func(r reader, a bot.Audit) any { return r.time(a.At) }},
	{key: "by", of: func(_ reader, a bot.Audit) any { return a.Login }},
	{key: "act", of: func(_ reader, a bot.Audit) any { return a.Act }},
	{key: "object", of: func(_ reader, a bot.Audit) any { return a.Object }},
	{key: "denied", of: func(_ reader, a bot.Audit) any { return a.Denied }},
}

func (r reader) audit(yield func([]bot.Audit, error) bool) {
	pages(r, func(tx store.Tx, p store.Page) ([]bot.Audit, string, error) {
		as, next, err := tx.Trail.Latest(p)
		if r.q.Fits != nil {
			as = slices.DeleteFunc(as, func(a bot.Audit) bool { return !r.q.Fits(a) })
		}
		return as, next, err
	})(yield)
}

var changeColumns = []column[bot.Change]{
	{key: "at", of: func(r reader, c bot.Change) any { return r.time(c.At) }},
	{key: "commitment", of: func(r reader, c bot.Change) any { return r.commitment(c.Commitment) }},
	{key: "milestone", of: func(r reader, c bot.Change) any { return r.milestone(c.Commitment, c.Milestone) }},
	{key: "was", of: func(r reader, c bot.Change) any { return r.status(c.Was.Status) }},
	{key: "now", of: func(r reader, c bot.Change) any { return r.status(c.Now.Status) }},
	{key: "percent", of: func(_ reader, c bot.Change) any { return percent(c.Now.Percent) }},
	{key: "was-due", of: func(_ reader, c bot.Change) any { return month(c.Was.Due) }},
	{key: "now-due", of: func(_ reader, c bot.Change) any { return month(c.Now.Due) }},
	{key: "reason", long: true, of: func(r reader, c bot.Change) any { return r.local(c.Reason) }},
	{key: "evidence", of: func(_ reader, c bot.Change) any { return c.Evidence }},
	{key: "by", personal: true, of: func(_ reader, c bot.Change) any { return c.By }},
}

// changes reads the history, the oldest first.
func (r reader) changes(yield func([]bot.Change, error) bool) {
	for no := uint64(0); ; {
		var page []bot.Change
		err := r.store.View(r.ctx, func(tx store.Tx) (err error) { page, err = tx.Progress.Since(no, pageSize); return err })
		if err == nil && len(page) == 0 {
			return
		}
		if err == nil {
			no = page[len(page)-1].No
			page = slices.DeleteFunc(page, func(c bot.Change) bool {
				return c.At.Before(r.q.Since) || !r.q.Until.IsZero() && !c.At.Before(r.q.Until)
			})
		}
		if !yield(page, err) || err != nil {
			return
		}
	}
}

// milestone is what one is called; "" for the commitment itself.
func (r reader) milestone(commitment, id string) any {
	c, _ := r.lib.Commitment(commitment)
	for _, m := range c.Milestones {
		if m.ID == id {
			return Label{id, r.local(m.Title)}
		}
	}
	return Label{id, id}
}

func (r reader) status(s bot.Status) any { return Label{string(s), r.say("digest.is-" + string(s))} }

// percent is empty for what nobody has put a figure to.
func percent(n int) any {
	if n == bot.PercentUnknown {
		return ""
	}
	return n
}

// month is when something shall be done, of which only the month is known.
func month(t time.Time) any {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01")
}

var accountColumns = []column[bot.Account]{
	{key: "login", of: func(_ reader, a bot.Account) any { return a.Login }},
	{key: "name", of: func(_ reader, a bot.Account) any { return a.Name }},
	{key: "role", of: func(r reader, a bot.Account) any { return Label{string(a.Role), r.say("staff.role-" + string(a.Role))} }},
	{key: "villages", of: func(r reader, a bot.Account) any {
		if len(a.Villages) == 0 {
			return ""
		}
		return r.names(a.Villages)
	}},
	{key: "integrity", of: func(_ reader, a bot.Account) any { return a.Integrity }},
	{key: "linked", of: func(_ reader, a bot.Account) any { return a.Citizen != "" }},
	{key: "disabled", of: func(_ reader, a bot.Account) any { return a.Disabled }},
	{key: "created", of: func(r reader, a bot.Account) any { return r.time(a.Created) }},
}

func (r reader) accounts(yield func([]bot.Account, error) bool) {
	var all []bot.Account
	err := r.store.View(r.ctx, func(tx store.Tx) (err error) { all, err = tx.Accounts.All(); return err })
	yield(all, err)
}

// number is empty for zero, which stands for "none" here.
func number(n int) any {
	if n == 0 {
		return ""
	}
	return n
}
