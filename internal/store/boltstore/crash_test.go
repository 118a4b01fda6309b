package boltstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// The environment of a child process of TestCrash.
const (
	crashChild = "OGPBOT_TEST_CRASH_CHILD" // the file to write to
	crashRound = "OGPBOT_TEST_CRASH_ROUND" // makes what it writes unlike that of other rounds
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashChild); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path, os.Getenv(crashRound)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestCrash kills a process that writes, at a random moment, and looks whether all is there of which
// the process had said so. OGPBOT_TEST_CRASH_ROUNDS sets how often; the default is 10.
func TestCrash(t *testing.T) {
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("OGPBOT_TEST_CRASH_ROUNDS")); err == nil {
		rounds = n
	}
	path := filepath.Join(t.TempDir(), "test.db")
	random := rand.New(rand.NewPCG(2026, 3))
	acknowledged := map[string]bool{}
	for round := range rounds {
		before := len(acknowledged)
		runAndKill(t, path, round, random.IntN(800), acknowledged)
		t.Logf("round %d: %d commits acknowledged", round, len(acknowledged)-before)
		afterCrash(t, path, acknowledged)
		if t.Failed() {
			return
		}
	}
}

// runAndKill runs the child until it has acknowledged so many updates, and adds all that it has acknowledged.
func runAndKill(t *testing.T, path string, round, until int, acknowledged map[string]bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashChild+"="+path, fmt.Sprint(crashRound, "=", round))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for n := 0; ; n++ {
		if n == until {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
		line, err := lines.ReadString('\n')
		if err != nil { // killed, perhaps within a line
			break
		}
		acknowledged[strings.TrimSpace(line)] = true
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() {
		t.Fatalf("the child was not killed: %v", child.ProcessState)
	}
}

func afterCrash(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	if len(acknowledged) > 0 && !listsFree(path) {
		t.Error("the list of free pages is missing, so that the next start looks for them")
	}
	s := openTest(t, path, Options{})
	checkFile(t, s)
	err := s.View(context.Background(), func(tx store.Tx) error {
		stored := map[string]bool{}
		p := store.Page{Limit: 500}
		for more := true; more; more = p.After != "" {
			es, next, err := tx.Conversations.Latest(p)
			if err != nil {
				return err
			}
			for _, e := range es {
				stored[e.Said] = true
			}
			p.After = next
		}
		for id := range acknowledged {
			if !stored[id] {
				t.Errorf("%s was acknowledged, and is lost", id)
			}
		}
		for id := range stored { // all of an update, or nothing
			seen, err := tx.Inbox.Seen("telegram", id)
			_, _, missing := tx.Citizens.Get(bot.CitizenID(id))
			if !seen || err != nil || missing != nil {
				t.Errorf("%s is stored in part (%v, %v)", id, err, missing)
			}
		}
		depth, err := tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
		if depth != len(stored) {
			t.Errorf("%d parcels for %d messages", depth, len(stored))
		}
		return err
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Error(err)
	}
}

// writeUntilKilled writes with many goroutines, and prints a line for each Update that came back.
func writeUntilKilled(path, round string) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	var out sync.Mutex
	failed := make(chan error)
	for lane := range 12 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s/%d/%d", round, lane, n)
				if err := s.Update(context.Background(), writeMessage(id)); err != nil {
					failed <- err
					return
				}
				out.Lock()
				_, err := fmt.Println(id)
				out.Unlock()
				if err != nil { // the parent is gone
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

func writeMessage(id string) func(store.Tx) error {
	return func(tx store.Tx) error {
		a := bot.Address{Platform: "telegram", ID: id}
		c := bot.Citizen{ID: bot.CitizenID(id), Contacts: []bot.Contact{{Address: a}}}
		return errors.Join(
			tx.Inbox.Mark("telegram", id, benchStart),
			tx.Citizens.Put(c, townState()),
			tx.Conversations.Append(bot.Exchange{Citizen: c.ID, Said: id, At: benchStart}),
			putParcels(store.Parcel{To: a, Due: benchStart})(tx),
		)
	}
}
