package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	auditPage = 50
	maxAudit  = 50_000 // lines of a download
)

// note is a line of the trail by whoever is signed in.
func (q *request) note(act, object string) bot.Audit {
	return bot.Audit{At: time.Now().UTC(), Login: q.who.Account.Login, Act: act, Object: object}
}

// auditView is what audit.html shows.
type auditView struct {
	Intro string
	Table table
}

// showAudit lists what accounts did, the newest first.
func (q *request) showAudit() error {
	var as []bot.Audit
	var next string
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		as, next, err = tx.Trail.Latest(store.Page{Limit: auditPage, After: q.r.URL.Query().Get("after")})
		if err != nil && q.r.URL.Query().Get("after") != "" { // no cursor of ours
			return errNotFound
		}
		return err
	}); err != nil {
		return err
	}
	t := table{Caption: q.Say("console.nav-audit"), Empty: q.Say("console.audit-none"), Next: q.next(next),
		Head: []string{q.Say("console.what"), q.Say("console.by"), q.Say("console.object"), q.Say("console.result"), q.Say("console.when")}}
	for _, a := range as {
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
		t.Rows = append(t.Rows, []cell{{Text: q.actName(a.Act)}, {Text: by}, {Text: a.Object}, result, {Text: q.When(a.At)}})
	}
	return q.render(http.StatusOK, "audit", q.Say("console.nav-audit"), auditView{q.Say("console.audit-note"), t})
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
	"announce": "console.trail-announce", "approve": "console.trail-approve", "stop": "console.trail-stop", "pause": "console.trail-pause",
	"resume": "console.trail-resume", "again": "console.trail-again", "progress": "console.trail-progress", "conversation": "console.trail-conversation",
	"audit.csv": "console.trail-csv",
	"case":      "console-cases.trail-read", "case.assign": "console-cases.trail-assign", "case.note": "console-cases.trail-note",
}

// downloadAudit gives the trail as a file for a spreadsheet, and leaves a line in it.
func (q *request) downloadAudit() error {
	var rows [][]string
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error { return tx.Trail.Append(q.note("audit.csv", "")) })
	if err == nil {
		err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
			rows = nil
			for p := (store.Page{Limit: 500}); ; {
				as, next, err := tx.Trail.Latest(p)
				for _, a := range as {
					rows = append(rows, []string{a.At.In(q.lib.Place().Zone).Format("2006-01-02 15:04:05"), plain(a.Login), plain(a.Act), plain(a.Object), plain(a.Denied)})
				}
				if p.After = next; err != nil || next == "" || len(rows) >= maxAudit {
					return err
				}
			}
		})
	}
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
	_ = out.WriteAll(rows)
	return nil
}

// plain keeps a spreadsheet from taking text for a formula (owasp.org: CSV Injection).
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
