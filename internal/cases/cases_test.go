package cases

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// town is a Service over a store with some people, in a place that does not exist:
//
//	nino administers tskaro, vaso mta; giorgi and eka are staff, eka may read integrity cases; all have a conversation
//	ana, beso and gela live in tskaro, maka lives in mta
type town struct {
	*Service
	store store.Store
	now   time.Time
}

var people = []struct{ id, village string }{
	{"ana", "tskaro"}, {"beso", "tskaro"}, {"gela", "tskaro"}, {"maka", "mta"}, {"nino", "tskaro"}, {"vaso", "mta"}, {"giorgi", ""}, {"eka", ""},
}

func open(t *testing.T) *town {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := &town{store: s, now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	h.Service = New(Config{Store: s, Library: func() bot.Library { return lib }, Windows: bot.Windows{"telegram": 0},
		Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)})
	h.update(t, func(tx store.Tx) error {
		for _, p := range people {
			c := bot.Citizen{ID: bot.CitizenID(p.id), Village: p.village, Language: "en", Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: p.id}}}}
			if err := tx.Citizens.Put(c, bot.State{}); err != nil {
				return err
			}
		}
		for _, a := range []bot.Account{
			{Login: "nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}, Citizen: "nino"},
			{Login: "vaso", Role: bot.RoleVillage, Villages: []string{"mta"}, Citizen: "vaso"},
			{Login: "giorgi", Role: bot.RoleStaff, Citizen: "giorgi"},
			{Login: "eka", Role: bot.RoleStaff, Integrity: true, Citizen: "eka"},
		} {
			if err := tx.Accounts.Put(a); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func (h *town) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := h.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// tries is update for what may be refused.
func (h *town) tries(t *testing.T, fn func(store.Tx) error) error {
	t.Helper()
	return h.store.Update(t.Context(), fn)
}

func (h *town) account(t *testing.T, login string) (a bot.Account) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) { a, err = tx.Accounts.Get(login); return err })
	return a
}

func (h *town) open(t *testing.T, c bot.Case) {
	t.Helper()
	h.update(t, func(tx store.Tx) error { return h.Open(tx, c, h.now) })
}

func (h *town) move(t *testing.T, login string, m bot.MoveCase) error {
	t.Helper()
	by := h.account(t, login)
	h.now = h.now.Add(time.Minute)
	return h.tries(t, func(tx store.Tx) error { return h.Move(tx, m, by, h.now) })
}

func (h *town) get(t *testing.T, id string) (c bot.Case) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) { c, err = tx.Cases.Get(id, everybody); return err })
	return c
}

// told takes what is owed, and gives it as "who: words" by whom it is for.
func (h *town) told(t *testing.T) (got []store.Parcel) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) {
		got = nil
		for {
			ps, err := tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, h.now, time.Minute, 100)
			if err != nil || len(ps) == 0 {
				return err
			}
			for _, p := range ps {
				if err := tx.Outbox.Settle(p.ID, bot.FateSent, h.now); err != nil {
					return err
				}
			}
			got = append(got, ps...)
		}
	})
	return got
}

func whom(ps []store.Parcel) string {
	var ids []string
	for _, p := range ps {
		ids = append(ids, string(p.Citizen))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func problem(id string, citizen bot.CitizenID) bot.Case {
	return bot.Case{ID: id, Citizen: citizen, Kind: bot.CaseProblem, Village: "tskaro", Text: "The bridge is broken, call 599 12 34 56", Language: "en"}
}

// Each step is told, once, to whoever filed the case, and what needs a reason is not done without.
func TestEachStepIsTold(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	cards := h.told(t)
	if whom(cards) != "nino" {
		t.Fatalf("a new case was told to %q, want the village's administrator", whom(cards))
	}
	card := cards[0].Message
	if card.About != "case:AAAAAA" || len(card.Buttons) != 3 || card.Purpose != bot.PurposeNotice || !strings.Contains(card.Heading, "AAAAAA") || !strings.Contains(card.Heading, "Tskaro") {
		t.Errorf("the card is %+v", card)
	}
	if strings.Contains(card.Words(), "599") || strings.Contains(card.Words(), "ana") {
		t.Errorf("the card holds a personal number or says who it was: %s", card.Words())
	}
	if due := h.get(t, "AAAAAA").Due; !due.Equal(h.now.AddDate(0, 0, 10)) {
		t.Errorf("it is due on %v", due)
	}
	for _, step := range []struct {
		to      bot.CaseState
		reason  string
		purpose bot.Purpose
	}{
		{bot.CaseSeen, "", bot.PurposeNotice},
		{bot.CaseWorking, "", bot.PurposeNotice},
		{bot.CaseAnswered, "We order the planks.", bot.PurposePerson},
		{bot.CaseAnswered, "They come on Monday.", bot.PurposePerson},
		{bot.CaseDone, "It carries cars again.", bot.PurposePerson},
	} {
		if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: step.to, Reason: step.reason}); err != nil {
			t.Fatalf("%s: %v", step.to, err)
		}
		got := h.told(t)
		if whom(got) != "ana" || got[0].Message.Purpose != step.purpose || !strings.Contains(got[0].Message.Text, step.reason) || got[0].Message.About != "case:AAAAAA" {
			t.Errorf("%s was told as %+v", step.to, got)
		}
	}
	for _, m := range []bot.MoveCase{
		{ID: "AAAAAA", To: bot.CaseSeen}, {ID: "AAAAAA", To: bot.CaseDeclined}, {ID: "AAAAAA", To: bot.CaseDuplicate, Original: "AAAAAA"},
	} {
		if err := h.move(t, "nino", m); !errors.Is(err, store.ErrConflict) {
			t.Errorf("from done to %s: %v", m.To, err)
		}
	}
	h.update(t, func(tx store.Tx) error {
		trail, _, err := tx.Trail.Latest(store.Page{Limit: 10})
		if len(trail) != 5 || trail[0].Act != "case.done" || trail[0].Object != "AAAAAA" || trail[0].Login != "nino" {
			t.Errorf("the trail has %d lines", len(trail))
		}
		events, err2 := tx.Cases.Events("AAAAAA")
		if len(events) != 6 || events[5].From != bot.CaseAnswered || events[5].To != bot.CaseDone || events[5].By != "nino" {
			t.Errorf("the history is %+v", events)
		}
		return errors.Join(err, err2)
	})
	if c := h.get(t, "AAAAAA"); c.Assigned != "nino" || c.Reason != "It carries cars again." {
		t.Errorf("the case is %+v", c)
	}
	if len(h.told(t)) != 0 {
		t.Error("a step that was refused was told")
	}
}

// Where a village has no administrator the staff hear of it; nobody outside their scope can do anything.
func TestScope(t *testing.T) {
	h := open(t)
	elsewhere := problem("BBBBBB", "ana")
	elsewhere.Village = "vazi"
	h.open(t, elsewhere)
	if got := whom(h.told(t)); got != "eka giorgi" {
		t.Errorf("told to %q", got)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "BBBBBB", To: bot.CaseSeen}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the administrator of another village: %v", err)
	}
}

// An integrity case reaches only those with that right, and nobody learns who filed it.
func TestIntegrity(t *testing.T) {
	h := open(t)
	c := bot.Case{ID: "CCCCCC", Citizen: "ana", Kind: bot.CaseIntegrity, Village: "tskaro", Text: "Money was asked for.", Language: "en",
		Media: []bot.Media{{Kind: bot.KindPhoto, Platform: "telegram", Ref: "F1", Instead: "photo by Ana"}, {Kind: bot.KindVoice, Platform: "telegram", Ref: "F2", Instead: "Ana's voice"}}}
	h.open(t, c)
	cards := h.told(t)
	if whom(cards) != "eka eka" {
		t.Fatalf("told to %q", whom(cards))
	}
	for _, p := range cards {
		if words := p.Message.Words() + p.Message.Media.Instead; strings.Contains(strings.ToLower(words), "ana's") || strings.Contains(words, "Ana") || p.Message.Media.None() || p.Message.About != "case:CCCCCC" {
			t.Errorf("the card is %+v", p.Message)
		}
	}
	for _, login := range []string{"nino", "giorgi"} {
		if err := h.move(t, login, bot.MoveCase{ID: "CCCCCC", To: bot.CaseSeen}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", login, err)
		}
	}
	if err := h.move(t, "eka", bot.MoveCase{ID: "CCCCCC", To: bot.CaseAnswered, Reason: "We look into it."}); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana" {
		t.Errorf("the answer went to %q", got)
	}
}

// People of the village who joined are told too; others cannot join, and nobody joins what is hidden.
func TestJoin(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	hidden := problem("BBBBBB", "ana")
	hidden.Anonymous = true
	h.open(t, hidden)
	h.told(t)
	join := func(id string, c bot.Citizen) error {
		return h.tries(t, func(tx store.Tx) error { return h.Join(tx, id, c, h.now) })
	}
	for range 2 {
		if err := join("AAAAAA", bot.Citizen{ID: "beso", Village: "tskaro"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := join("AAAAAA", bot.Citizen{ID: "maka", Village: "mta"}); !errors.Is(err, store.ErrScope) {
		t.Errorf("somebody of another village: %v", err)
	}
	if err := join("BBBBBB", bot.Citizen{ID: "beso", Village: "tskaro"}); !errors.Is(err, store.ErrScope) {
		t.Errorf("an anonymous case: %v", err)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseWorking}); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana beso" {
		t.Errorf("told to %q", got)
	}
	add := func(citizen bot.CitizenID) error {
		return h.tries(t, func(tx store.Tx) error { return h.Add(tx, "AAAAAA", citizen, "It is worse now", h.now) })
	}
	if err := add("beso"); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); whom(got) != "nino" || got[0].Message.Text != "It is worse now" {
		t.Errorf("what was added went to %+v", got)
	}
	if err := add("gela"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody who is no party added to it: %v", err)
	}
}

// What is added to a case that was answered brings it back to those that wait; to one that is open or settled it does not.
func TestAddToAnswered(t *testing.T) {
	for _, tt := range []struct {
		to, want bot.CaseState
		reopened int
	}{
		{bot.CaseSeen, bot.CaseSeen, 0},
		{bot.CaseAnswered, bot.CaseWorking, 1},
		{bot.CaseDone, bot.CaseDone, 0},
	} {
		h := open(t)
		h.open(t, problem("AAAAAA", "ana"))
		if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: tt.to, Reason: "Tomorrow."}); err != nil {
			t.Fatal(err)
		}
		h.told(t)
		h.now = h.now.AddDate(0, 0, 30)
		for range 2 { // the second time it is open
			h.update(t, func(tx store.Tx) error { return h.Add(tx, "AAAAAA", "ana", "Still broken", h.now) })
			if got := h.told(t); whom(got) != "nino" || got[0].Message.Text != "Still broken" {
				t.Errorf("%s: what was added went to %+v", tt.to, got)
			}
		}
		c := h.get(t, "AAAAAA")
		if c.State != tt.want || c.Reopened != tt.reopened || c.Due.After(h.now) != (tt.reopened == 1) || c.Reason != "Tomorrow." || !strings.Contains(c.Text, "bridge") {
			t.Errorf("%s: the case is %+v", tt.to, c)
		}
		h.update(t, func(tx store.Tx) error {
			cs, _, err := tx.Cases.List(everybody, store.CaseQuery{Open: true}, store.Page{Limit: 5})
			if (len(cs) == 1) == (tt.want == bot.CaseDone) {
				t.Errorf("%s: %d cases wait", tt.to, len(cs))
			}
			return err
		})
	}
}

// A duplicate is told with the number of the original, and its people hear from then on what becomes of that.
func TestDuplicate(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	h.open(t, problem("BBBBBB", "beso"))
	hidden := problem("CCCCCC", "gela")
	hidden.Anonymous = true
	h.open(t, hidden)
	h.told(t)
	if err := h.move(t, "nino", bot.MoveCase{ID: "BBBBBB", To: bot.CaseDuplicate, Original: "AAAAAA"}); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); whom(got) != "beso" || !strings.Contains(got[0].Message.Text, "AAAAAA") {
		t.Errorf("told %+v", got)
	}
	if c := h.get(t, "BBBBBB"); c.Original != "AAAAAA" || c.State != bot.CaseDuplicate {
		t.Errorf("the duplicate is %+v", c)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseDone, Reason: "Mended."}); err != nil {
		t.Fatal(err)
	}
	got := h.told(t)
	if whom(got) != "ana beso" || !strings.Contains(got[1].Message.Heading, "BBBBBB") || got[1].Message.About != "case:BBBBBB" || strings.Contains(got[1].Message.Heading, "AAAAAA") {
		t.Errorf("the end was told as %+v", got)
	}
	if c := h.get(t, "BBBBBB"); c.Reason != "Mended." || c.State != bot.CaseDuplicate {
		t.Errorf("the duplicate does not say what was told: %+v", c)
	}
	h.update(t, func(tx store.Tx) error { // whoever filed it reads nothing of the other one
		parties, err := tx.Cases.Parties("AAAAAA")
		cs, err2 := tx.Cases.Of("beso", 10)
		if len(parties) != 1 || len(cs) != 1 {
			t.Errorf("parties of the original: %v; cases of whoever filed the duplicate: %v", parties, cs)
		}
		return errors.Join(err, err2)
	})
	for _, m := range []bot.MoveCase{
		{ID: "CCCCCC", To: bot.CaseDuplicate, Original: "BBBBBB"}, // itself a duplicate
		{ID: "CCCCCC", To: bot.CaseDuplicate, Original: "CCCCCC"},
	} {
		if err := h.move(t, "nino", m); !errors.Is(err, store.ErrConflict) {
			t.Errorf("duplicate of %s: %v", m.Original, err)
		}
	}
	h.open(t, problem("DDDDDD", "ana"))
	if err := h.move(t, "nino", bot.MoveCase{ID: "DDDDDD", To: bot.CaseDuplicate, Original: "CCCCCC"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("duplicate of an anonymous one: %v", err)
	}
}

// What was taken for a duplicate by mistake is a case of its own again: it waits, and what becomes of the other one is not told
// to its people any more. Those of a duplicate of a duplicate hear too, and somebody with two is told once.
func TestNoDuplicate(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	h.open(t, problem("BBBBBB", "beso"))
	h.open(t, problem("CCCCCC", "gela"))
	h.open(t, problem("DDDDDD", "ana"))
	for _, m := range []bot.MoveCase{
		{ID: "CCCCCC", To: bot.CaseDuplicate, Original: "BBBBBB"},
		{ID: "BBBBBB", To: bot.CaseDuplicate, Original: "AAAAAA"},
		{ID: "DDDDDD", To: bot.CaseDuplicate, Original: "AAAAAA"},
	} {
		if err := h.move(t, "nino", m); err != nil {
			t.Fatal(err)
		}
	}
	h.told(t)
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseAnswered, Reason: "Tomorrow."}); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana beso gela" {
		t.Errorf("the answer was told to %q", got)
	}
	if err := h.move(t, "vaso", bot.MoveCase{ID: "BBBBBB", To: bot.CaseReceived}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an administrator of another village took it apart: %v", err)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "BBBBBB", To: bot.CaseReceived}); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); whom(got) != "beso gela" || !strings.Contains(got[0].Message.Text, "another matter") {
		t.Errorf("that it is another matter was told as %+v", got)
	}
	if c := h.get(t, "BBBBBB"); c.State != bot.CaseReceived || c.Original != "" || c.Reason != "" || c.Due.IsZero() || !c.Shared() {
		t.Errorf("taken apart: %+v", c)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseDone, Reason: "Mended."}); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana" {
		t.Errorf("the end of the other one was told to %q", got)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseReceived}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("what is no duplicate was taken apart: %v", err)
	}
}

// Whoever filed it for a neighbour gets the answer to be read aloud too.
func TestRelay(t *testing.T) {
	h := open(t)
	c := problem("AAAAAA", "ana")
	c.Relay = true
	h.open(t, c)
	h.update(t, func(tx store.Tx) error {
		return h.Join(tx, "AAAAAA", bot.Citizen{ID: "beso", Village: "tskaro"}, h.now)
	})
	h.told(t)
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseAnswered, Reason: "Come on Monday."}); err != nil {
		t.Fatal(err)
	}
	for _, p := range h.told(t) {
		want := 1
		if p.Citizen == "ana" {
			want = 2
		}
		if got := strings.Count(p.Message.Text, "Come on Monday."); got != want {
			t.Errorf("%s reads the answer %d times, want %d", p.Citizen, got, want)
		}
	}
}

// A week after it was done the person is asked, once; a no opens it again and tells staff.
func TestSettled(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseDone, Reason: "Mended."}); err != nil {
		t.Fatal(err)
	}
	h.told(t)
	ask := func() string {
		t.Helper()
		if err := h.AskSettled(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
		got := h.told(t)
		if len(got) > 0 && (len(got[0].Message.Buttons) != 2 || got[0].Message.Buttons[1].Action != "cases:reopen:AAAAAA") {
			t.Errorf("asked with %+v", got[0].Message.Buttons)
		}
		return whom(got)
	}
	if got := ask(); got != "" {
		t.Errorf("%q was asked at once", got)
	}
	h.now = h.now.Add(8 * 24 * time.Hour)
	if first, second := ask(), ask(); first != "ana" || second != "" {
		t.Errorf("asked %q and %q", first, second)
	}
	reopen := func() error {
		return h.tries(t, func(tx store.Tx) error { return h.Reopen(tx, "AAAAAA", "ana", h.now) })
	}
	if err := reopen(); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "nino" {
		t.Errorf("that it was not solved was told to %q", got)
	}
	if c := h.get(t, "AAAAAA"); c.State != bot.CaseWorking || c.Reopened != 1 || !c.Due.After(h.now) || !c.Asked.IsZero() {
		t.Errorf("the case is %+v", c)
	}
	if err := reopen(); !errors.Is(err, store.ErrConflict) {
		t.Errorf("reopened twice: %v", err)
	}
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseDone, Reason: "Now it is."}); err != nil {
		t.Fatal(err)
	}
	h.told(t)
	h.now = h.now.Add(8 * 24 * time.Hour)
	if got := ask(); got != "ana" {
		t.Errorf("after the second time %q was asked", got)
	}
}

// A second score takes the place of the first. Only words want an answer.
func TestScoreAgain(t *testing.T) {
	h := open(t)
	score := func(id string, score int, text string) {
		t.Helper()
		h.now = h.now.Add(time.Hour)
		h.open(t, bot.Case{ID: id, Citizen: "ana", Kind: bot.CaseCommitment, Commitment: "bridge", Score: score, Village: "tskaro", Text: text, Language: "en"})
	}
	score("AAAAAA", 2, "")
	if got := whom(h.told(t)); got != "" {
		t.Errorf("a score without words was told to %q", got)
	}
	score("BBBBBB", 4, "Better now")
	if got := h.told(t); whom(got) != "nino" || !strings.Contains(got[0].Message.Text, "4") {
		t.Errorf("told %+v", got)
	}
	if c := h.get(t, "AAAAAA"); c.Score != 4 || c.Text != "Better now" || c.Due.IsZero() {
		t.Errorf("the case is %+v", c)
	}
	h.update(t, func(tx store.Tx) error {
		if _, err := tx.Cases.Get("BBBBBB", everybody); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the second one was kept apart: %v", err)
		}
		return nil
	})
	if err := h.move(t, "nino", bot.MoveCase{ID: "AAAAAA", To: bot.CaseAnswered, Reason: "Thank you."}); err != nil {
		t.Fatal(err)
	}
	score("CCCCCC", 1, "Broken again")
	if c := h.get(t, "AAAAAA"); c.Score != 1 || !c.Open() {
		t.Errorf("new words wait for nobody: %+v", c)
	}
}
