package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/console"
	"ogpbot/internal/progress"
	"ogpbot/internal/questions"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
)

// pageRuns is how often each page is asked for.
const pageRuns = 100

// pages measures the staff's pages at the server over what years has filled, for one who sees all and for an administrator of
// three villages.
func pages(ctx context.Context, s store.Store, villages []string) error {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		return err
	}
	library := func() bot.Library { return lib }
	q := questions.New(questions.Config{Library: library, Windows: bot.Windows{"telegram": 0}, Alike: func(string, []string) (int, bool) { return 0, false }})
	c, err := console.New(console.Config{Store: s, Library: library, Staff: staff.New(staff.Config{Store: s, Library: library}),
		Progress: progress.New(progress.Config{Store: s, Library: library, Changed: func() {}}), Questions: q})
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	accounts := []bot.Account{{Login: "all", Name: "All", Role: bot.RoleOwner}, {Login: "three", Name: "Three", Role: bot.RoleVillage, Villages: villages}}
	if err := s.Update(ctx, func(tx store.Tx) error {
		for _, a := range accounts {
			if err := tx.Accounts.Put(a); err != nil {
				return err
			}
			if err := tx.Sessions.Put(a.Login, store.Session{Login: a.Login, Created: now, Seen: now, Ends: now.Add(time.Hour)}); err != nil {
				return err
			}
		}
		for n := range 400 {
			if _, err := tx.Questions.Add(bot.Question{Citizen: "citizen0000000000000000001", Village: villages[n%len(villages)], At: now.Add(-time.Duration(n) * time.Hour),
				Text: fmt.Sprint("როდის მოვა წყალი ", n), Why: bot.WhyUnknown, People: 1, Places: villages[:1]}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	long := now.AddDate(-2, 0, 0).Format(time.DateOnly)
	lists := []string{"", "questions", "talks", "conversations", "conversations?village=" + villages[0], "conversations?to=" + long, "conversations?from=" + long + "&to=" + long,
		"conversations/citizen0000000000000000001", "announcements", "audit"}
	searches := []string{"conversations?q=tskali", "conversations?q=" + url.QueryEscape("ოჯახი 611"), "conversations?q=" + url.QueryEscape("ხელშეკრულება"),
		"conversations?to=" + long + "&q=ojaxi+611"}
	for _, kind := range []struct {
		name  string
		paths []string
	}{{"lists", lists}, {"searches", searches}} {
		var worst time.Duration
		name := ""
		for _, login := range []string{"all", "three"} {
			for _, path := range kind.paths {
				p99, err := timePage(ctx, c, login, path)
				if err != nil {
					return err
				}
				if p99 > worst {
					worst, name = p99, "/console/"+path+" for "+login
				}
			}
		}
		row("console, "+kind.name+" at the server", "slowest page, p99 of %d: %.1f ms (%s)", pageRuns, ms(worst), name)
	}
	return nil
}

// timePage gives the time within which 99 of 100 requests were answered.
func timePage(ctx context.Context, h http.Handler, login, path string) (time.Duration, error) {
	times := make([]time.Duration, pageRuns)
	for i := range times {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://office.example/console/"+path, nil)
		r.AddCookie(&http.Cookie{Name: "ogpbot_console", Value: login})
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, r)
		times[i] = time.Since(began)
		if w.Code != http.StatusOK && (login != "three" || w.Code != http.StatusForbidden && w.Code != http.StatusNotFound) {
			return 0, fmt.Errorf("/console/%s for %s: status %d", path, login, w.Code)
		}
	}
	slices.Sort(times)
	return times[pageRuns*99/100-1], nil
}
