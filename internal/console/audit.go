package console

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/store"
)

const (
	auditPage = 50
	auditRead = 500 // lines that are read at a time, if not all of them are looked for
)

// note is a line of the trail by whoever is signed in.
func (q *request) note(act, object string) bot.Audit {
	return bot.Audit{At: time.Now().UTC(), Login: q.who.Account.Login, Act: act, Object: object}
}

// auditFilter is what of the trail is looked at.
type auditFilter struct {
	who, act string
	from, to string // days as they were typed
	page     store.Page
}

// nobody stands in an address for lines of which nobody knows who tried.
const nobody = "-"

func (q *request) auditFilter() (f auditFilter, err error) {
	get := q.r.URL.Query().Get
	f = auditFilter{who: get("who"), act: get("act"), from: get("from"), to: get("to"), page: store.Page{Limit: auditRead, After: get("after")}}
	f.page.From, f.page.Until, err = q.days(f.from, f.to)
	return f, err
}

func (f auditFilter) fits(a bot.Audit) bool {
	who := f.who == "" || f.who == a.Login || f.who == nobody && a.Login == ""
	return who && (f.act == "" || f.act == a.Act)
}

// showAudit lists what accounts did, the newest first.
func (q *request) showAudit() error {
	f, err := q.auditFilter()
	if err != nil {
		return err
	}
	f.page.Limit = auditPage
	var as []bot.Audit
	next := ""
	accounts, err := q.c.cfg.Staff.List(q.r.Context())
	if err != nil {
		return err
	}
	err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
		as = nil
		p := f.page
		for range maxPages { // of lines that the filter leaves out
			part, after, err := tx.Trail.Latest(p)
			if err != nil {
				return err
			}
			as = append(as, slices.DeleteFunc(part, func(a bot.Audit) bool { return !f.fits(a) })...)
			if next, p.After = after, after; after == "" || len(as) >= auditPage {
				break
			}
		}
		return nil
	})
	if err != nil && f.page.After != "" { // no cursor of ours
		return errNotFound
	}
	if err != nil {
		return err
	}
	t := table{Caption: q.Say("console.nav-audit"), Empty: q.Say("console.audit-none"), Next: q.next(next),
		Head: []string{q.Say("console.what"), q.Say("console.by"), q.Say("console.object"), q.Say("console.result"), q.Say("console.when")}}
	for _, a := range as {
		t.Rows = append(t.Rows, q.auditRow(a))
	}
	return q.render(http.StatusOK, "list", q.Say("console.nav-audit"), listPage{Files: q.fileLinks(export.Audit), Intro: q.Say("console.audit-note"), Table: t,
		Filter: q.auditFields(f, accounts), Filtered: f.who+f.act+f.from+f.to != ""})
}

func (q *request) auditFields(f auditFilter, accounts []bot.Account) []field {
	who := field{Name: "who", Label: q.Say("console.by"), Type: "select", Options: []option{{"", q.Say("console.all"), f.who == ""}}}
	for _, a := range accounts {
		who.Options = append(who.Options, option{a.Login, a.Name + " (" + a.Login + ")", f.who == a.Login})
	}
	who.Options = append(who.Options, option{nobody, q.Say("console.somebody"), f.who == nobody})
	act := field{Name: "act", Label: q.Say("console.what"), Type: "select"}
	for _, a := range slices.Sorted(maps.Keys(actKeys)) {
		act.Options = append(act.Options, option{a, q.actName(a), f.act == a})
	}
	slices.SortFunc(act.Options, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	act.Options = slices.Insert(act.Options, 0, option{"", q.Say("console.all"), f.act == ""})
	return []field{who, act,
		{Name: "from", Label: q.Say("console-review.from"), Type: "date", Value: f.from, Optional: true},
		{Name: "to", Label: q.Say("console-review.to"), Type: "date", Value: f.to, Optional: true}}
}

func (q *request) auditRow(a bot.Audit) []cell {
	by := a.Login
	if by == "" {
		by = q.Say("console.somebody")
	}
	result := cell{Text: q.Say("console.done"), Badge: "good"}
	if a.Denied != "" {
		result = cell{Text: q.Say("console.denied"), Badge: "bad", Quiet: a.Denied}
		if a.Denied == "wrong" || a.Denied == "wrong code" {
			result.Quiet = q.Say("console.denied-wrong")
		}
	}
	return []cell{{Text: q.actName(a.Act)}, {Text: by}, {Text: a.Object}, result, {Text: q.When(a.At)}}
}

// actName is what an act is called; one that this page does not know is shown as it is kept.
func (q *request) actName(act string) string {
	if key, ok := actKeys[act]; ok {
		return q.Say(key)
	}
	if state, ok := strings.CutPrefix(act, "case."); ok && q.Say("cases.is-"+state) != "" {
		return q.Say("console-cases.trail-state", "state", q.Say("cases.is-"+state))
	}
	return act
}

var actKeys = map[string]string{
	"signin": "console.trail-signin", "second": "console.trail-second", "second.reset": "console.trail-reset", "password": "console.trail-password",
	"session.end": "console.trail-session", "staff.add": "console.trail-add", "staff.code": "console.trail-code", "staff.link": "console.trail-link",
	"staff.disable": "console.trail-disable", "staff.enable": "console.trail-enable", "link": "console.trail-chat", "staff": "console.trail-wrong-code",
	"announce": "console.trail-announce", "approve": "console.trail-approve", "stop": "console.trail-stop", "undo": "console-announce.trail-undo", "pause": "console.trail-pause",
	"resume": "console.trail-resume", "again": "console.trail-again", "progress": "console.trail-progress", "conversation": "console.trail-conversation",
	"content.draft": "console-content.trail-draft", "content.publish": "console-content.trail-publish", "content.folder": "console-content.trail-folder",
	"content.drop": "console-content.trail-drop",
	"export":       "console.trail-csv", "conversation.bare": "console-review.trail-bare", "conversation.search": "console-review.trail-search",
	"question.answer": "console-review.trail-answer", "question.close": "console-review.trail-close", "talk": "console-review.trail-talk",
	"talk.end": "console-review.trail-talk-end", "staff.change": "console-accounts.trail-change", "citizen.bar": "console-accounts.trail-bar",
	"citizen.unbar": "console-accounts.trail-unbar",
	"case":          "console-cases.trail-read", "case.assign": "console-cases.trail-assign", "case.note": "console-cases.trail-note",
}
