package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"ogpbot/bot"
	"ogpbot/internal/export"
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
	return q.render(http.StatusOK, "list", q.Say("console.nav-announcements"), listPage{Files: q.fileLinks(export.Broadcasts), Action: link{Href: Path + "announcements/new", Label: q.Say("console-announce.new")}, Chips: chips, Table: t})
}

// announcementStates are those by which the list can be chosen.
var announcementStates = map[string][]bot.BroadcastState{
	"waiting": {bot.BroadcastWaiting},
	"open":    {bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused},
	"sent":    {bot.BroadcastSending, bot.BroadcastPaused, bot.BroadcastDone},
}

func (q *request) announcementRow(b bot.Broadcast, report bot.Report) []cell {
	m := b.Message(q.lang, q.lib.Place().Languages...)
	name := cell{Text: clip(cmp.Or(m.Heading, m.Text, q.Say("console.only-file")), maxClip), Href: Path + "announcements/" + b.ID}
	if m.Heading != "" {
		name.Quiet = clip(m.Text, maxClip/2)
	}
	state, badge := q.stateName(b.State)
	total := 0
	for _, n := range report {
		total += n
	}
	received := cell{Text: "–", Num: true} // it goes to nobody yet
	if total > 0 {
		received.Text = strconv.Itoa(report[bot.FateSent]+report[bot.FateLater]) + " / " + strconv.Itoa(total)
	}
	return []cell{name, {Text: q.whom(b)}, {Text: state, Badge: badge}, received, {Text: q.When(b.At)}}
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
