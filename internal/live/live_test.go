package live

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

var all = bot.Scope{All: true}

// A change is told once, after its commit, and nothing of one that was given up.
func TestWatch(t *testing.T) {
	h := New()
	bolt, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := h.Watch(bolt)
	t.Cleanup(func() { _ = s.Close() })
	l, err := h.Listen("keti")
	if err != nil {
		t.Fatal(err)
	}
	took := func(want ...Hint) {
		t.Helper()
		for _, w := range want {
			select {
			case got := <-l.Hints:
				if got.Case != w.Case || got.New != w.New || got.Writer != w.Writer {
					t.Errorf("told %+v, want %+v", got, w)
				}
			default:
				t.Errorf("not told: %+v", w)
			}
		}
		select {
		case got := <-l.Hints:
			t.Errorf("told too much: %+v", got)
		default:
		}
	}
	update := func(fn func(tx store.Tx) error) error { return s.Update(t.Context(), fn) }
	open := func(tx store.Tx) error {
		return tx.Cases.Create(bot.Case{ID: "AAAAAA", Village: "shroma", Kind: bot.CaseProblem, State: bot.CaseReceived, Text: "words"})
	}
	givenUp := errors.New("given up")
	if err := update(func(tx store.Tx) error { return errors.Join(open(tx), givenUp) }); !errors.Is(err, givenUp) {
		t.Fatal(err)
	}
	took()
	for _, step := range []struct {
		do   func(tx store.Tx) error
		want []Hint
	}{
		{open, []Hint{{Case: "AAAAAA", New: true}}},
		{func(tx store.Tx) error {
			c, err := tx.Cases.Get("AAAAAA", all)
			c.State = bot.CaseSeen
			return errors.Join(err, tx.Cases.Put(c), tx.Cases.AddEvent(bot.CaseEvent{Case: c.ID}))
		}, []Hint{{Case: "AAAAAA"}}},
		{func(tx store.Tx) error {
			return tx.Cases.AddEvent(bot.CaseEvent{Case: "AAAAAA", Internal: true, Text: "note"})
		}, []Hint{{Case: "AAAAAA"}}},
		{func(tx store.Tx) error { _, err := tx.Cases.Events("AAAAAA"); return err }, nil},
	} {
		if err := update(step.do); err != nil {
			t.Fatal(err)
		}
		took(step.want...)
	}
	h.Leave(l)
	if err := update(func(tx store.Tx) error { return tx.Cases.AddEvent(bot.CaseEvent{Case: "AAAAAA"}) }); err != nil {
		t.Fatal(err)
	}
	took()
}

func TestSeenBy(t *testing.T) {
	h := New()
	l, err := h.Listen("keti")
	if err != nil {
		t.Fatal(err)
	}
	h.Writing(bot.Case{ID: "AAAAAA", Kind: bot.CaseIntegrity, Village: "shroma", Text: "words"}, "nino")
	hint := <-l.Hints
	if hint.SeenBy(all) || hint.SeenBy(bot.Scope{Villages: []string{"shroma"}}) || !hint.SeenBy(bot.Scope{All: true, Integrity: true}) {
		t.Error("an integrity case is told to the wrong ones")
	}
	if hint.place.Text != "" {
		t.Error("words are told")
	}
}

// Who typed counts as writing for half a minute, or until they are done.
func TestWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New()
		c := bot.Case{ID: "AAAAAA"}
		who := func() string { return strings.Join(h.Writers("AAAAAA", "keti"), " ") }
		h.Writing(c, "keti")
		h.Writing(c, "nino")
		time.Sleep(20 * time.Second)
		h.Writing(c, "beka")
		if got := who(); got != "beka nino" {
			t.Errorf("writing: %q", got)
		}
		time.Sleep(11 * time.Second)
		if got := who(); got != "beka" {
			t.Errorf("after half a minute: %q", got)
		}
		h.Written("AAAAAA", "beka")
		if got := who(); got != "" {
			t.Errorf("after it was sent: %q", got)
		}
		time.Sleep(time.Minute)
		h.Writing(bot.Case{ID: "BBBBBB"}, "keti")
		if len(h.writers) != 1 {
			t.Errorf("%d cases are remembered", len(h.writers))
		}
	})
}

// Nobody takes all the room, a slow page holds up nobody, and the end is told to all.
func TestListeners(t *testing.T) {
	h := New()
	var ls []*Listener
	for range maxOf {
		l, err := h.Listen("keti")
		if err != nil {
			t.Fatal(err)
		}
		ls = append(ls, l)
	}
	if _, err := h.Listen("keti"); !errors.Is(err, ErrFull) {
		t.Errorf("one account more: %v", err)
	}
	if _, err := h.Listen("nino"); err != nil {
		t.Errorf("another account: %v", err)
	}
	for range 2 * maxWaiting {
		h.tell(Hint{Case: "AAAAAA"})
	}
	if n := len(ls[0].Hints); n != maxWaiting {
		t.Errorf("%d hints wait", n)
	}
	h.Leave(ls[0])
	h.Close()
	for range ls[1].Hints { // ends, or the test does not
	}
	if _, err := h.Listen("beka"); !errors.Is(err, ErrFull) {
		t.Errorf("after the end: %v", err)
	}
	h.Leave(ls[1])
}
