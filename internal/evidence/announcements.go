package evidence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/numbers"
	"ogpbot/internal/store"
)

// sent is an announcement and whom it came to: received, held, lost.
type sent struct {
	bot.Broadcast
	people [3]int
	hidden [3]bool
}

// announcements lists those that were sent since the day, the newest first.
func (e *writer) announcements(tx store.Tx) (sheet, error) {
	t := sheet{Name: "announcements", Title: e.say("evidence.announcements"), Note: e.say("evidence.announcements-note"), Head: []string{
		e.say("evidence.date"), e.say("export.village"), e.say("export.text"),
		e.say("console-numbers.reach-sent"), e.say("console-numbers.reach-held"), e.say("console-numbers.reach-lost")}}
	var all []sent
	for p := (store.Page{Limit: 100}); ; {
		bs, next, err := tx.Broadcasts.Latest(p)
		if err != nil {
			return t, err
		}
		for _, b := range bs {
			if b.At.Before(e.since) || b.State == bot.BroadcastWaiting || b.State == bot.BroadcastScheduled {
				continue
			}
			reached, err := tx.Broadcasts.Reach(b.ID)
			if err != nil {
				return t, err
			}
			all = append(all, sent{Broadcast: b, people: arrived(reached)})
		}
		if p.After = next; next == "" {
			break
		}
	}
	e.hideAnnounced(all)
	for _, a := range all {
		where := make([]string, 0, len(a.Villages))
		for _, v := range a.Villages {
			where = append(where, e.village(v))
		}
		if len(where) == 0 {
			where = []string{e.say("console.everybody")}
		}
		row := []string{e.date(a.At), strings.Join(where, ", "), a.Message(e.q.Language, e.lib.Place().Languages...).Words()}
		for i, n := range a.people {
			if a.hidden[i] {
				row = append(row, e.say("console-numbers.hidden"))
			} else {
				row = append(row, strconv.Itoa(n))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// arrived counts people by what became of their message.
func arrived(reached []bot.Reached) (n [3]int) {
	for _, r := range reached {
		switch r.Fate {
		case bot.FateSent, bot.FateLater:
			n[0] += r.People
		case bot.FateHeld:
			n[1] += r.People
		case bot.FateUnreachable, bot.FateFailed:
			n[2] += r.People
		}
	}
	return n
}

// hideAnnounced hides few people of announcements to villages: those to the same villages in a month are one table with a total that
// may be known.
func (e *writer) hideAnnounced(all []sent) {
	groups := map[string][]int{}
	for i, a := range all {
		if len(a.Villages) > 0 {
			villages := slices.Sorted(slices.Values(a.Villages))
			key := e.month(a.At) + " " + strings.Join(villages, " ")
			groups[key] = append(groups[key], i)
		}
	}
	for _, group := range groups {
		for column := range 3 {
			ns := make([]int, len(group))
			for n, i := range group {
				ns[n] = all[i].people[column]
			}
			for n, hidden := range numbers.Hide(ns, nil) {
				all[group[n]].hidden[column] = hidden
			}
		}
	}
}

// Day reads a day like 2026-12-01.
func Day(s string) (bot.Day, error) {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, bot.RefuseWrong("%q is no day; write it like 2026-12-01", s)
	}
	return bot.DayOf(at, time.UTC), nil
}
