//go:build unix

package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
	"ogpbot/internal/store/storetest"
)

// TestKillBroadcast: the process is killed at random moments of a broadcast to 5,000 people, and started again. Nobody
// gets it twice, everybody has a fate, and no more are unconfirmed than were in flight.
func TestKillBroadcast(t *testing.T) {
	const people, inFlight = 5000, 100
	kills := 3
	if n, err := strconv.Atoi(os.Getenv(roundsVariable)); err == nil {
		kills = n
	}
	telegram := fakebot.Start(t, fakebot.Options{Latency: 5 * time.Millisecond})
	data := t.TempDir()
	announce(t, data, people)
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	chance := rand.New(rand.NewPCG(2026, 12))
	for round := range kills {
		p := child(t, data, telegram)
		if _, err := telegram.WaitCalls(ctx, "sendMessage", telegram.Sent()+1+chance.IntN(people/(kills+1))); err != nil {
			t.Fatalf("%v: %s", err, p.errs)
		}
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if n := reportOf(t, data)[bot.FateUnconfirmed]; n > (round+1)*inFlight {
			t.Errorf("%d are unconfirmed after %d kills, more than were in flight", n, round+1)
		}
	}
	owed := reportOf(t, data)[bot.FateOwed]
	before := telegram.Sent()
	p := child(t, data, telegram)
	if _, err := telegram.WaitCalls(ctx, "sendMessage", before+owed); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the last run ended with %v: %s", err, p.errs)
	}
	report := reportOf(t, data)
	if total := report[bot.FateSent] + report[bot.FateUnreachable] + report[bot.FateFailed] + report[bot.FateUnconfirmed]; total != people {
		t.Errorf("fates: %v, want %d in all", report, people)
	}
	arrived := 0
	for chat := range int64(people) {
		n := len(telegram.Messages(chat + 1))
		if n > 1 {
			t.Errorf("chat %d got it %d times", chat+1, n)
		}
		arrived += n
	}
	if arrived < report[bot.FateSent] {
		t.Errorf("%d are said to be sent, %d arrived", report[bot.FateSent], arrived)
	}
	t.Logf("%d kills: %d sent, %d unconfirmed, %d arrived", kills, report[bot.FateSent], report[bot.FateUnconfirmed], arrived)
}

// announce makes a database with so many subscribers of a village and an announcement to them that is due.
func announce(t *testing.T, data string, people int) {
	t.Helper()
	s := openStore(t, data)
	if err := storetest.Crowd(t.Context(), s, "telegram", "tskaro", people); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.Accounts.Put(bot.Account{Login: "nino", Name: "Nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}}); err != nil {
			return err
		}
		return tx.Broadcasts.Create(bot.Broadcast{
			ID: "b1", By: "nino", Villages: []string{"tskaro"}, Urgent: true, Created: now, At: now, State: bot.BroadcastScheduled,
			Messages: map[bot.Language]bot.Outbound{"ka": {Text: "წყალი არ იქნება"}},
		}, bot.Scope{Villages: []string{"tskaro"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func openStore(t *testing.T, data string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func reportOf(t *testing.T, data string) (r bot.Report) {
	t.Helper()
	s := openStore(t, data)
	if err := s.View(t.Context(), func(tx store.Tx) (err error) { r, err = tx.Broadcasts.Report("b1"); return err }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return r
}
