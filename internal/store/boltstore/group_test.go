package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func openNew(t testing.TB, opts Options) *Store {
	return openTest(t, filepath.Join(t.TempDir(), "test.db"), opts)
}

// say appends one exchange.
func say(text string) func(store.Tx) error {
	return func(tx store.Tx) error { return tx.Conversations.Append(bot.Exchange{Said: text}) }
}

func said(t *testing.T, s *Store) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := s.View(context.Background(), func(tx store.Tx) error {
		es, _, err := tx.Conversations.Latest(store.Page{Limit: 500})
		for _, e := range es {
			all[e.Said] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// gather starts an Update for each of fns while another one is under way, so that they
// make one group, lets go, and gives their errors.
func gather(t *testing.T, s *Store, fns ...func(store.Tx) error) []error {
	t.Helper()
	var calls []call
	for _, fn := range fns {
		calls = append(calls, call{context.Background(), fn})
	}
	return gatherCalls(t, s, calls...)
}

type call struct {
	ctx context.Context
	fn  func(store.Tx) error
}

func gatherCalls(t *testing.T, s *Store, calls ...call) []error {
	t.Helper()
	running, goOn := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		err := s.Update(context.Background(), func(store.Tx) error { close(running); <-goOn; return nil })
		if err != nil {
			t.Errorf("the Update before the group: %v", err)
		}
	})
	<-running
	errs := make([]error, len(calls))
	for i, c := range calls {
		all.Go(func() { errs[i] = s.Update(c.ctx, c.fn) })
		for waiting(s) <= i { // one after the other: the group has the order of calls
			runtime.Gosched()
		}
	}
	close(goOn)
	all.Wait()
	return errs
}

func waiting(s *Store) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

func TestLoneUpdateCommitsAtOnce(t *testing.T) {
	s := openNew(t, Options{})
	for i := range 5 {
		before := commitCount(t, s)
		if err := s.Update(context.Background(), say(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		if n := commitCount(t, s) - before; n != 1 {
			t.Errorf("a lone Update made %d commits", n)
		}
	}
}

func TestUpdatesThatWaitShareOneCommit(t *testing.T) {
	s := openNew(t, Options{})
	before := commitCount(t, s)
	var fns []func(store.Tx) error
	for i := range 50 {
		fns = append(fns, say(fmt.Sprint(i)))
	}
	if err := errors.Join(gather(t, s, fns...)...); err != nil {
		t.Fatal(err)
	}
	if n := commitCount(t, s) - before; n != 2 { // the one they waited for, and theirs
		t.Errorf("%d commits for 1 + 50 Updates", n)
	}
	if n := len(said(t, s)); n != 50 {
		t.Errorf("%d of 50 are stored", n)
	}
}

func TestGroupIsBounded(t *testing.T) {
	s := openNew(t, Options{})
	before := commitCount(t, s)
	fns := make([]func(store.Tx) error, maxGroup+1)
	for i := range fns {
		fns[i] = say(fmt.Sprint(i))
	}
	if err := errors.Join(gather(t, s, fns...)...); err != nil {
		t.Fatal(err)
	}
	if n := commitCount(t, s) - before; n != 3 {
		t.Errorf("%d commits for 1 + %d Updates", n, len(fns))
	}
}

func TestFailuresOfAGroupStayAlone(t *testing.T) {
	var log bytes.Buffer
	s := openNew(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	before := commitCount(t, s)
	mine := errors.New("mine")
	runs := make([]int, 5)
	counted := func(i int, fn func(store.Tx) error) func(store.Tx) error {
		return func(tx store.Tx) error { runs[i]++; return fn(tx) }
	}
	errs := gather(t, s,
		counted(0, say("good 0")),
		counted(1, func(tx store.Tx) error { return errors.Join(say("bad 1")(tx), mine) }),
		counted(2, say("good 2")),
		counted(3, func(tx store.Tx) error { _ = say("bad 3")(tx); panic("ნინოს საიდუმლო") }),
		counted(4, say("good 4")),
	)
	var caught *PanicError
	if !errors.Is(errs[1], mine) || !errors.As(errs[3], &caught) || errors.Join(errs[0], errs[2], errs[4]) != nil {
		t.Fatalf("errors: %v", errs)
	}
	if !strings.Contains(caught.Stack, "TestFailuresOfAGroupStayAlone") {
		t.Errorf("the stack does not show where it happened:\n%s", caught.Stack)
	}
	if text := log.String() + caught.Error() + caught.Stack; strings.Contains(text, "საიდუმლო") || log.Len() == 0 {
		t.Errorf("the log is empty, or tells what a citizen said:\n%s", text)
	}
	if got := fmt.Sprint(said(t, s)); got != "map[good 0:true good 2:true good 4:true]" {
		t.Errorf("stored: %s", got)
	}
	if n := commitCount(t, s) - before; n != 2 {
		t.Errorf("%d commits for 1 + 5 Updates, the three good ones together", n)
	}
	if got := fmt.Sprint(runs); got != "[3 2 2 2 1]" {
		t.Errorf("runs: %s; a failing one must be run again alone, since what it saw was not committed", got)
	}
}

// A function that fails because of another one, which then is undone, must not be told so.
func TestFailureDueToUncommittedWorkIsTriedAgain(t *testing.T) {
	s := openNew(t, Options{})
	take := func(id bot.CitizenID) func(store.Tx) error {
		return func(tx store.Tx) error {
			return tx.Citizens.Put(bot.Citizen{ID: id, Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: "1"}}}}, bot.State{})
		}
	}
	runs := 0
	errs := gather(t, s,
		func(tx store.Tx) error {
			if runs++; runs > 1 {
				return errors.New("not the second time")
			}
			return take("first")(tx)
		},
		take("second"),
	)
	if errs[0] == nil || errs[1] != nil {
		t.Errorf("errors: %v", errs)
	}
}

func TestContextThatEndsInAGroupStopsOneOnly(t *testing.T) {
	s := openNew(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	errs := gatherCalls(t, s,
		call{context.Background(), func(tx store.Tx) error {
			cancel() // the second one belongs to the group, and has not begun
			return say("first")(tx)
		}},
		call{ctx, say("second")},
		call{context.Background(), say("third")},
	)
	if !errors.Is(errs[1], context.Canceled) || errs[0] != nil || errs[2] != nil {
		t.Errorf("errors: %v", errs)
	}
	if got := fmt.Sprint(said(t, s)); got != "map[first:true third:true]" {
		t.Errorf("stored: %s", got)
	}
}

// runtime.Goexit is what t.Fatal does; nobody may wait for ever because of it.
func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	s := openNew(t, Options{})
	var all sync.WaitGroup
	all.Go(func() {
		_ = s.Update(context.Background(), func(store.Tx) error { runtime.Goexit(); return nil })
		t.Error("Update came back")
	})
	all.Wait()
	errs := gather(t, s,
		say("first"), // leads, and so loses its goroutine to the second
		func(store.Tx) error { runtime.Goexit(); return nil },
		say("third"),
	)
	if errs[1] == nil || errs[2] == nil {
		t.Errorf("errors: %v", errs)
	}
	if err := s.Update(context.Background(), say("next")); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(said(t, s)); got != "map[next:true]" {
		t.Errorf("stored: %s", got)
	}
}

func TestCloseWaitsForTheQueue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	closed := make(chan error, 1)
	first := func(tx store.Tx) error {
		go func() { closed <- s.Close() }()
		for s.enter() == nil { // until Close has begun
			s.open.Done()
		}
		return say("first")(tx)
	}
	if err := errors.Join(gather(t, s, first, say("second"), say("third"))...); err != nil {
		t.Error(err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := s.Update(context.Background(), say("late")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if n := len(said(t, openTest(t, path, Options{}))); n != 3 {
		t.Errorf("%d of 3 are stored", n)
	}
}
