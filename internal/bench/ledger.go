package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// announcement is the text of the n-th.
func announcement(n int) string {
	return fmt.Sprintf("ხვალ წყალი არ იქნება [%d]", n)
}

// announce schedules an announcement to the crowd while the program is down.
func (s *soaking) announce(ctx context.Context) error {
	st, err := boltstore.Open(filepath.Join(s.data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	now := time.Now().UTC().Add(-time.Hour) // due whatever the clock says
	n := s.broadcasts
	s.broadcasts++
	err = st.Update(ctx, func(tx store.Tx) error {
		return tx.Broadcasts.Create(bot.Broadcast{ID: broadcastID(n), By: "soak", Villages: []string{village}, Urgent: true, Created: now, At: now,
			State: bot.BroadcastScheduled, Messages: map[bot.Language]bot.Outbound{"ka": {Text: announcement(n)}}}, bot.Scope{All: true})
	})
	return errors.Join(err, st.Close())
}

func broadcastID(n int) string { return fmt.Sprint("soak", n) }

// account waits until nothing is owed, stops the program, and finds every message.
func (s *soaking) account(ctx context.Context) error {
	if err := errors.Join(s.process.stop(), s.start(ctx, "")); err != nil { // the clock is right again
		return err
	}
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	late := errors.Join(s.telegram.WaitIdle(wait), s.graph.WaitIdle(wait))
	for _, m := range s.said {
		if !m.once || late != nil {
			continue
		}
		if m.psid != "" {
			_, late = s.graph.WaitMessages(wait, m.psid, 1)
		} else {
			_, late = s.telegram.WaitMessages(wait, m.chat, 1)
		}
	}
	time.Sleep(2 * time.Second) // what is sent for a second time would come now
	rest := s.process.rss()
	if err := s.process.stop(); err != nil {
		return err
	}
	l := ledger{}
	if err := s.read(ctx, &l); err != nil {
		return err
	}
	s.replies(&l)
	s.print(l, rest)
	if len(l.wrong) > 0 {
		return fmt.Errorf("%d messages are not accounted for:\n%s\nthe end of the log:\n%s", len(l.wrong), strings.Join(l.wrong[:min(20, len(l.wrong))], "\n"), s.log())
	}
	return nil
}

// ledger is what became of everything.
type ledger struct {
	stored, answered, twice                 int
	got, unconfirmed, unreached, recipients int
	wrong                                   []string
}

func (l *ledger) mistake(format string, args ...any) {
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// read compares what was said and announced with what the database holds.
func (s *soaking) read(ctx context.Context, l *ledger) error {
	st, err := boltstore.Open(filepath.Join(s.data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	times := map[string]int{}
	err = st.View(ctx, func(tx store.Tx) error {
		for p := (store.Page{Limit: 500}); ; {
			es, next, err := tx.Conversations.Latest(p)
			if err != nil {
				return err
			}
			for _, e := range es {
				times[e.Said]++
			}
			if p.After = next; next == "" {
				break
			}
		}
		for _, platform := range []bot.Platform{"telegram", "messenger"} {
			if n, err := tx.Outbox.Depth(platform, bot.PurposeAnnouncement); err != nil || n > 0 {
				l.mistake("%d messages are still owed on %s: %v", n, platform, err)
			}
		}
		for n := range s.broadcasts {
			if err := s.broadcast(tx, n, l); err != nil {
				return err
			}
		}
		return nil
	})
	for _, m := range s.said {
		switch n := times[m.text]; n {
		case 1:
			l.stored++
		default:
			l.mistake("%q is stored %d times", m.text, n)
		}
	}
	return errors.Join(err, st.Close())
}

// broadcast compares the fates of one announcement with what people got.
func (s *soaking) broadcast(tx store.Tx, n int, l *ledger) error {
	report, err := tx.Broadcasts.Report(broadcastID(n))
	if err != nil {
		return err
	}
	got := 0
	for chat := int64(1); chat <= soakCrowd; chat++ {
		times := 0
		for _, m := range s.telegram.Messages(chat) {
			if strings.Contains(m.Text, announcement(n)) {
				times++
			}
		}
		if times > 1 {
			l.mistake("announcement %d reached chat %d %d times", n, chat, times)
		}
		got += min(times, 1)
	}
	l.recipients += soakCrowd
	l.got += got
	l.unconfirmed += report[bot.FateUnconfirmed]
	l.unreached += soakCrowd - got
	if sent, unsure := report[bot.FateSent], report[bot.FateUnconfirmed]; sent+unsure != soakCrowd || got < sent || got > sent+unsure {
		l.mistake("announcement %d: %d people got it, and the report says %v", n, got, report)
	}
	return nil
}

// replies looks for the answer of each person who wrote once.
func (s *soaking) replies(l *ledger) {
	for _, m := range s.said {
		if !m.once {
			continue
		}
		n := 0
		if m.psid != "" {
			n = len(s.graph.Messages(m.psid))
		} else {
			n = len(s.telegram.Messages(m.chat))
		}
		switch {
		case n == 0:
			l.mistake("%q was never answered", m.text)
		case n > 1:
			l.twice++
			fallthrough
		default:
			l.answered++
		}
	}
}

func (s *soaking) print(l ledger, rest float64) {
	once := 0
	for _, m := range s.said {
		if m.once {
			once++
		}
	}
	row("messages of people", "%d delivered, %d stored exactly once", len(s.said), l.stored)
	row("people who wrote once", "%d, of whom %d were answered (%d got more than one message)", once, l.answered, l.twice)
	row("announcements", "%d to %d people: %d got theirs once, %d did not and are listed as unconfirmed (%d unconfirmed in all)", s.broadcasts, soakCrowd, l.got, l.unreached, l.unconfirmed)
	for _, name := range slices.Sorted(maps.Keys(s.faults)) {
		row("fault: "+name, "%d times", s.faults[name])
	}
	slices.Sort(s.starts)
	row("starts", "%d, %d to %d ms until /healthz answers", len(s.starts), s.starts[0].Milliseconds(), s.starts[len(s.starts)-1].Milliseconds())
	row("memory", "%.0f MiB at most, %.0f MiB in the end", s.peak, rest)
	row("not accounted for", "%d", len(l.wrong))
}
