package console

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func TestAccounts(t *testing.T) {
	o := newOffice(t)
	b := o.enter("owner")
	for name, form := range map[string][]string{
		"no login": {"name", "X", "role", "staff"}, "a bad login": {"login", "Nino G", "name", "X", "role", "staff"}, "no name": {"login", "x", "role", "staff"},
		"no village": {"login", "x", "name", "X", "role", "village"}, "another village": {"login", "x", "name", "X", "role", "village", "village", "nonsense"},
		"no role": {"login", "x", "name", "X"}, "a login that is taken": {"login", "staff", "name", "X", "role", "staff"},
	} {
		if got := b.post("/console/accounts", form...); got.StatusCode != 422 || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	got := b.post("/console/accounts", "login", "Keti", "name", "ქეთი", "role", "village", "village", o.one, "village", o.two)
	o.expect(got, 200, "")
	found := regexp.MustCompile(`value="(http[^"]+/console/link/[^"]+)"`).FindStringSubmatch(got.body)
	if found == nil || !strings.Contains(got.body, "/staff ") {
		t.Fatal("nothing to hand over")
	}
	if again := b.get("/console/accounts/keti").body; strings.Contains(again, "/console/link/") {
		t.Error("the link is shown twice")
	}
	link, err := url.Parse(html.UnescapeString(found[1]))
	o.must(err)
	keti := o.browser()
	o.expect(keti.get(link.Path), 200, "")
	o.expect(b.post("/console/accounts/keti/disable"), 303, "/console/accounts/keti")
	o.expect(keti.post(link.Path), 404, "")
	o.expect(b.post("/console/accounts/keti/link"), 409, "")
	o.expect(b.post("/console/accounts/keti/enable"), 303, "/console/accounts/keti")
	o.expect(b.post("/console/accounts/keti/link"), 200, "")
	o.expect(b.post("/console/accounts/keti/code"), 200, "")
	o.expect(b.post("/console/accounts/owner/disable"), 409, "")
	o.expect(b.post("/console/accounts/owner/second"), 409, "")
	staff := o.enter("staff")
	o.expect(b.post("/console/accounts/staff/second"), 303, "/console/accounts/staff")
	o.expect(staff.get("/console/"), 303, "/console/signin")
	o.expect(staff.post("/console/signin", "login", "staff", "password", password), 303, "/console/setup")
}

// What an account may do changes with its next step, and nobody changes their own.
func TestAccountsAreChanged(t *testing.T) {
	o := newOffice(t)
	b, v := o.enter("owner"), o.enter("village")
	const path = "/console/accounts/village/change"
	for name, form := range map[string][]string{
		"no name": {"role", "staff"}, "no role": {"name", "X"}, "no village": {"name", "X", "role", "village"},
		"another village": {"name", "X", "role", "village", "village", "nonsense"}, "a right that is not for the role": {"name", "X", "role", "observer", "integrity", "1"},
	} {
		if got := b.post(path, form...); got.StatusCode != 422 || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	o.expect(v.get("/console/conversations/CITIZEN1"), 404, "")
	o.expect(b.post(path, "name", "ნინო", "role", "village", "village", o.one, "village", o.two), 303, "/console/accounts/village")
	o.expect(v.get("/console/conversations/CITIZEN1"), 200, "")
	o.expect(b.post(path, "name", "ნინო", "role", "observer"), 303, "/console/accounts/village")
	o.expect(v.get("/console/conversations/CITIZEN1"), 403, "")
	o.expect(b.post(path, "name", "ნინო", "role", "staff", "integrity", "1"), 303, "/console/accounts/village")
	o.expect(v.get("/console/conversations/CITIZEN2"), 200, "")
	if body := b.get("/console/accounts/village").body; !strings.Contains(body, `name="integrity" value="1" checked`) {
		t.Error("the right is not shown")
	}
	o.expect(b.post("/console/accounts/owner/change", "name", "X", "role", "observer"), 409, "")
	o.expect(b.post("/console/accounts/nobody/change", "name", "X", "role", "observer"), 404, "")
	o.expect(b.post("/console/accounts/village/sessions"), 303, "/console/accounts/village")
	o.expect(v.get("/console/"), 303, "/console/signin")
	if a := o.acted("staff.change"); a.Login != "owner" || a.Object != "village staff integrity" {
		t.Errorf("the trail says %+v", a)
	}
}

// An invitation is good once, for seven days, and not once another was made.
func TestInvitations(t *testing.T) {
	o := newOffice(t)
	b := o.enter("owner")
	invite := func(login string) string {
		t.Helper()
		found := regexp.MustCompile(`value="http[^"]+(/console/link/[^"]+)"`).FindStringSubmatch(b.post("/console/accounts/" + login + "/link").body)
		if found == nil {
			t.Fatal("there is no link")
		}
		return found[1]
	}
	first, second, late := invite("staff"), invite("staff"), invite("village")
	o.expect(o.browser().get(first), 404, "")
	o.at = o.at.Add(7*24*time.Hour - time.Minute)
	o.expect(o.browser().get(second), 200, "")
	o.expect(o.browser().post(second), 303, "/console/setup")
	o.expect(o.browser().post(second), 404, "")
	o.expect(o.browser().get(second), 404, "")
	o.at = o.at.Add(time.Minute)
	o.expect(o.browser().get(late), 404, "")
	o.expect(o.browser().post(late), 404, "")
}

func TestTrail(t *testing.T) {
	o := newOffice(t)
	zone := o.console.cfg.Library().Place().Zone
	long := time.Now().AddDate(0, 0, -40)
	o.must(o.store.Update(t.Context(), func(tx store.Tx) (err error) {
		for i := range 700 {
			err = errors.Join(err, tx.Trail.Append(bot.Audit{At: long.UTC(), Login: "staff", Act: "announce", Object: fmt.Sprint("old", i)}))
		}
		return errors.Join(err, tx.Trail.Append(bot.Audit{At: long.UTC(), Login: "village", Act: "approve", Object: "rare"}))
	}))
	b := o.enter("owner")
	day := "from=" + long.In(zone).Format(time.DateOnly) + "&to=" + long.In(zone).Format(time.DateOnly)
	for _, c := range []struct{ query, has, hasNot string }{
		{"", "=cmd|", "old1"}, {day, "old699", "=cmd|"}, {"who=village&act=approve", "rare", "old1"}, {"act=approve&" + day, "rare", "old6"},
		{"who=-", o.console.cfg.Library().Text("ka", "console.audit-none"), "rare"}, {"to=" + long.In(zone).AddDate(0, 0, -1).Format(time.DateOnly), "", "old6"},
	} {
		got := b.get("/console/audit?" + c.query)
		file := b.get("/console/export/audit/audit.csv?" + c.query)
		o.expect(got, 200, "")
		o.expect(file, 200, "")
		if !strings.Contains(got.body, c.has) || strings.Contains(got.body, c.hasNot) {
			t.Errorf("%q: the page is wrong", c.query)
		}
		if c.query == "" {
			c.hasNot = "nothing is left out"
		}
		if strings.Contains(file.body, c.hasNot) || c.query == day && strings.Count(file.body, "old") != 700 {
			t.Errorf("%q: the file is wrong", c.query)
		}
	}
	for _, bad := range []string{"from=x", "to=x"} {
		o.expect(b.get("/console/audit?"+bad), 400, "")
		o.expect(b.get("/console/export/audit/audit.csv?"+bad), 400, "")
	}
	o.expect(b.get("/console/audit?after=nonsense"), 404, "")
	got := b.get("/console/export/audit/audit.csv")
	if !strings.HasPrefix(got.body, "\ufeffროდის,ვინ,რა,რაზე,რატომ არ დაიშვა\n") || !strings.Contains(got.body, ",'=cmd|") || strings.Contains(got.body, ",=cmd") || !strings.Contains(got.body, "old0\n") && !strings.Contains(got.body, "old0,") {
		t.Error("the file is not what a spreadsheet may open")
	}
	for _, path := range []string{"/console/audit", "/console/export/audit/audit.csv"} { // it only grows
		for _, method := range []string{"POST", "DELETE", "PUT"} {
			if got := b.do(method, path, "").StatusCode; got < 400 {
				t.Errorf("%s %s: %d", method, path, got)
			}
		}
	}
}

// Each list is a file, of what its page shows and for whom it shows it.
func TestDownloads(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Cases.Create(bot.Case{ID: "BBBBB2", Citizen: "CITIZEN1", Kind: bot.CaseIdea, Village: o.one, Text: "ნათურა", State: bot.CaseReceived, Created: o.at.UTC()})
	}))
	own := o.enter("village")
	for path, status := range map[string]int{
		"conversations/c.csv": 200, "conversations/c.xlsx": 200, "conversations/c.json": 200, "questions/q.csv": 200, "broadcasts/b.xlsx": 200,
		"feedback/f.xlsx": 200, "feedback/f.csv?state=all&overdue=1": 200, "feedback/f.csv?village=" + o.two: 404, "broadcasts/b.csv?state=waiting": 200, "progress/p.csv": 200, "accounts/a.csv": 403, "audit/a.csv": 403, "people/p.csv": 404, "conversations/c.exe": 404, "conversations/c.csv?village=" + o.two: 404, "conversations/c.csv?from=x": 400,
	} {
		if got := own.get("/console/export/" + path); got.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, got.StatusCode, status)
		}
	}
	all, part := o.enter("staff").get("/console/export/conversations/c.json").body, own.get("/console/export/conversations/c.json").body
	if !strings.Contains(all, `"village":"`+o.two) || strings.Contains(part, `"village":"`+o.two) || !strings.Contains(part, `"village":"`+o.one) {
		t.Error("a file holds what its page does not")
	}
	if got := own.get("/console/export/questions/q.csv"); got.Header.Get("Content-Disposition") == "" || got.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("the file is sent as %v", got.Header)
	}
	if got := o.enter("owner").get("/console/export/accounts/a.csv"); got.StatusCode != 200 || !strings.Contains(got.body, "observer,") {
		t.Errorf("the accounts are %d %s", got.StatusCode, got.body)
	}
	observer := o.enter("observer")
	o.expect(observer.get("/console/export/conversations/c.csv"), 403, "")
	if got := observer.get("/console/export/feedback/f.json?state=all"); got.StatusCode != 200 || !strings.Contains(got.body, `"kind"`) || strings.Contains(got.body, `"text"`) || strings.Contains(got.body, `"citizen"`) {
		t.Errorf("an observer gets %d %s", got.StatusCode, got.body)
	}
	if as := o.trail(20); !strings.Contains(fmt.Sprint(as), "export conversations.json") {
		t.Errorf("the trail has only %v", as)
	}
	if page := own.get("/console/conversations?from=2020-01-01").body; !strings.Contains(page, ".xlsx?from=2020-01-01") {
		t.Error("the page does not lead to the file of what it shows")
	}
}

func TestSettings(t *testing.T) {
	o := newOffice(t)
	body := o.enter("owner").get("/console/settings").body
	for _, want := range []string{"Asia/Tbilisi", "180 ", "21:00–09:00", "OGPBOT_LISTEN", "127.0.0.1:8080", "OGPBOT_TELEGRAM_TOKEN"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
}
