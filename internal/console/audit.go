package console

import (
	"encoding/csv"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	auditPage = 50
	auditRead = 500 // lines that are read at a time
)

// note is a line of the trail by whoever is signed in.
func (q *request) note(act, object string) bot.Audit {
	return bot.Audit{At: time.Now().UTC(), Login: q.who.Account.Login, Act: act, Object: object}
}

// auditView is what audit.html shows.
type auditView struct {
	listPage
	CSV string
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
	query := url.Values{}
	for name, value := range map[string]string{"who": f.who, "act": f.act, "from": f.from, "to": f.to} {
		if value != "" {
			query.Set(name, value)
		}
	}
	list := listPage{Intro: q.Say("console.audit-note"), Table: t, Filter: q.auditFields(f, accounts), Filtered: len(query) > 0}
	return q.render(http.StatusOK, "audit", q.Say("console.nav-audit"), auditView{list, Path + "audit.csv?" + query.Encode()})
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
	return act
}

var actKeys = map[string]string{
	"signin": "console.trail-signin", "second": "console.trail-second", "second.reset": "console.trail-reset", "password": "console.trail-password",
	"session.end": "console.trail-session", "staff.add": "console.trail-add", "staff.code": "console.trail-code", "staff.link": "console.trail-link",
	"staff.disable": "console.trail-disable", "staff.enable": "console.trail-enable", "link": "console.trail-chat", "staff": "console.trail-wrong-code",
	"announce": "console.trail-announce", "approve": "console.trail-approve", "stop": "console.trail-stop", "pause": "console.trail-pause",
	"resume": "console.trail-resume", "again": "console.trail-again", "progress": "console.trail-progress", "conversation": "console.trail-conversation",
	"audit.csv": "console.trail-csv", "conversation.bare": "console-review.trail-bare", "conversation.search": "console-review.trail-search",
	"question.answer": "console-review.trail-answer", "question.close": "console-review.trail-close", "talk": "console-review.trail-talk",
	"talk.end": "console-review.trail-talk-end", "staff.change": "console-accounts.trail-change", "citizen.bar": "console-accounts.trail-bar",
	"citizen.unbar": "console-accounts.trail-unbar",
}

// downloadAudit gives what the filter chooses as a file for a spreadsheet, and leaves a line in the trail. The file goes out
// as it is read, a part at a time, so that a slow client holds neither much memory nor an old snapshot of the store.
func (q *request) downloadAudit() error {
	f, err := q.auditFilter()
	if err != nil {
		return err
	}
	f.page.After = ""
	object := strings.Trim(strings.Join([]string{f.who, f.act, f.from, f.to}, " "), " ")
	err = q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error { return tx.Trail.Append(q.note("audit.csv", clip(object, maxClip))) })
	if err != nil {
		return err
	}
	q.written = true
	h := q.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="audit-`+time.Now().In(q.lib.Place().Zone).Format("2006-01-02")+`.csv"`)
	_, _ = q.w.Write([]byte("\ufeff")) // without it spreadsheets take Georgian for something else
	out := csv.NewWriter(q.w)
	_ = out.Write([]string{"when", "who", "act", "object", "denied"}) // a client that went away asks again
	for p := f.page; out.Error() == nil; {
		var as []bot.Audit
		err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
			as, p.After, err = tx.Trail.Latest(p)
			return err
		})
		if err != nil { // part of it is out: a file that ends early must not look whole
			_ = out.Write([]string{"", "", "this file ends early: download it again", "", ""})
			out.Flush()
			return err
		}
		for _, a := range as {
			if f.fits(a) {
				_ = out.Write([]string{a.At.In(q.lib.Place().Zone).Format(time.DateTime), plain(a.Login), plain(a.Act), plain(a.Object), plain(a.Denied)})
			}
		}
		out.Flush()
		if p.After == "" {
			break
		}
	}
	return nil
}

// plain keeps a spreadsheet from taking text for a formula (owasp.org: CSV Injection).
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
