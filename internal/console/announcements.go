package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const announcementsPage = 30

// showAnnouncements lists those in the scope, the newest first.
func (q *request) showAnnouncements() error {
	scope, state := q.who.Account.Scope(), q.r.URL.Query().Get("state")
	if state != "" && announcementStates[state] == nil {
		return errNotFound
	}
	t := table{Caption: q.Say("console.nav-announcements"), Empty: q.Say("console.announcements-none"), Head: []string{q.Say("console.announcement"),
		q.Say("console.whom"), q.Say("console.state"), q.Say("console.received"), q.Say("console.when")}}
	err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
		t.Rows = nil
		p := store.Page{Limit: announcementsPage, After: q.r.URL.Query().Get("after")}
		for range maxPages {
			bs, next, err := tx.Broadcasts.Latest(p)
			if err != nil {
				return errNotFound // no cursor of ours
			}
			for _, b := range bs {
				if !scope.Allows(b.Villages...) || state != "" && !slices.Contains(announcementStates[state], b.State) {
					continue
				}
				report, err := tx.Broadcasts.Report(b.ID)
				if err != nil {
					return err
				}
				t.Rows = append(t.Rows, q.announcementRow(b, report))
			}
			if p.After = next; next == "" || len(t.Rows) >= announcementsPage {
				t.Next = q.next(next)
				break
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	chips := []link{{Path + "announcements", q.Say("console.all"), state == ""}}
	for _, s := range []string{"waiting", "open", "sent"} {
		chips = append(chips, link{Path + "announcements?state=" + s, q.Say("console-review.announcements-" + s), state == s})
	}
	return q.render(http.StatusOK, "list", q.Say("console.nav-announcements"), listPage{Intro: q.Say("console.announcements-note"), Chips: chips, Table: t})
}

// announcementStates are those by which the list can be chosen.
var announcementStates = map[string][]bot.BroadcastState{
	"waiting": {bot.BroadcastWaiting},
	"open":    {bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused},
	"sent":    {bot.BroadcastSending, bot.BroadcastPaused, bot.BroadcastDone},
}

func (q *request) announcementRow(b bot.Broadcast, report bot.Report) []cell {
	words := b.Message(q.lang, q.lib.Place().Languages...).Words()
	if words == "" {
		words = q.Say("console.only-file")
	}
	state, badge := q.stateName(b.State)
	total := 0
	for _, n := range report {
		total += n
	}
	return []cell{{Text: clip(words, maxClip), Href: Path + "announcements/" + b.ID}, {Text: q.villageNames(b.Villages)}, {Text: state, Badge: badge},
		{Text: strconv.Itoa(report[bot.FateSent]+report[bot.FateLater]) + " / " + strconv.Itoa(total), Num: true}, {Text: q.When(b.At)}}
}

// stateName is what a state is called, and how it looks.
func (q *request) stateName(s bot.BroadcastState) (name, badge string) {
	switch s {
	case bot.BroadcastWaiting:
		return q.Say("console.state-waiting"), "warn"
	case bot.BroadcastScheduled:
		return q.Say("console.state-scheduled"), "warn"
	case bot.BroadcastSending:
		return q.Say("console.state-sending"), "good"
	case bot.BroadcastPaused:
		return q.Say("console.state-paused"), "warn"
	case bot.BroadcastStopped:
		return q.Say("console.state-stopped"), "bad"
	}
	return q.Say("console.state-done"), "plain"
}

// announcementPage is what announcement.html shows.
type announcementPage struct {
	ID     string
	State  cell
	Facts  [][2]string
	Texts  []wording
	Counts []figure
	Acts   []act
	Own    bool // it waits for somebody else than whoever looks
}

// wording is the words in one language.
type wording struct {
	Lang bot.Language
	Name string
	Text string
	File string
}

// act is something that can be done, as a button.
type act struct {
	Name, Label, Looks string
	Sure               string // asked before
}

// showAnnouncement is one of the scope, with what became of it.
func (q *request) showAnnouncement() error {
	var b bot.Broadcast
	var report bot.Report
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		if b, err = tx.Broadcasts.Get(q.r.PathValue("id"), q.who.Account.Scope()); err != nil {
			return err
		}
		report, err = tx.Broadcasts.Report(b.ID)
		return err
	}); err != nil {
		return err
	}
	page := announcementPage{ID: b.ID, Acts: q.acts(b), Own: b.State == bot.BroadcastWaiting && b.By == q.who.Account.Login}
	page.State.Text, page.State.Badge = q.stateName(b.State)
	page.Facts = [][2]string{{q.Say("console.whom"), q.villageNames(b.Villages)}, {q.Say("console.when"), q.When(b.At)}, {q.Say("console.by"), b.By}}
	if b.Approved != "" {
		page.Facts = append(page.Facts, [2]string{q.Say("console.approved-by"), b.Approved})
	}
	if b.Urgent {
		page.Facts = append(page.Facts, [2]string{q.Say("console.urgent"), q.Say("console.yes")})
	}
	for _, l := range q.lib.Place().Languages {
		m, ok := b.Messages[l]
		if !ok {
			continue
		}
		w := wording{Lang: l, Name: q.lib.Text(l, "language.name"), Text: m.Words()}
		if !m.Media.None() {
			w.File = q.Say("console.with-file")
		}
		page.Texts = append(page.Texts, w)
	}
	for _, f := range []struct {
		key  string
		n    int
		warn bool
	}{
		{"console.count-sent", report[bot.FateSent] + report[bot.FateLater], false},
		{"console.count-owed", report[bot.FateOwed], false},
		{"console.count-held", report[bot.FateHeld], false},
		{"console.count-unconfirmed", report[bot.FateUnconfirmed], true},
		{"console.count-unreachable", report[bot.FateUnreachable] + report[bot.FateFailed], false},
	} {
		page.Counts = append(page.Counts, figure{Value: strconv.Itoa(f.n), Label: q.Say(f.key), Warn: f.warn && f.n > 0})
	}
	return q.render(http.StatusOK, "announcement", q.Say("console.announcement"), page)
}

// acts is what can be done to b now by whoever looks.
func (q *request) acts(b bot.Broadcast) (acts []act) {
	for _, a := range []struct {
		act              bot.BroadcastAct
		key, looks, sure string
	}{
		{bot.ActApprove, "console.act-approve", "main", "console.sure-approve"},
		{bot.ActResume, "console.act-resume", "main", ""},
		{bot.ActPause, "console.act-pause", "", ""},
		{bot.ActStop, "console.act-stop", "danger", "console.sure-stop"},
	} {
		if _, ok := b.Steer(a.act, q.who.Account, time.Now()); ok {
			x := act{Name: string(a.act), Label: q.Say(a.key), Looks: a.looks}
			if a.sure != "" {
				x.Sure = q.Say(a.sure)
			}
			acts = append(acts, x)
		}
	}
	return acts
}

// steer does one of acts.
func (q *request) steer() error {
	id := q.r.PathValue("id")
	done, ok := map[bot.BroadcastAct]string{bot.ActApprove: "console.did-approve", bot.ActResume: "console.did-resume", bot.ActPause: "console.did-pause",
		bot.ActStop: "console.did-stop"}[bot.BroadcastAct(q.r.PathValue("act"))]
	if !ok {
		return errNotFound
	}
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get(q.who.Account.Login) // as it is now
		if err != nil {
			return err
		}
		return q.c.cfg.Broadcasts.Steer(tx, id, bot.BroadcastAct(q.r.PathValue("act")), a, time.Now().UTC())
	})
	if err != nil {
		return err
	}
	q.c.cfg.Broadcasts.Wake()
	return q.done("announcements/"+id, done)
}
