package questions

import (
	"errors"
	"fmt"
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

// town is a Service over a store with some people, in a place that does not exist. Questions are alike if they begin with
// the same word.
//
//	nino administers tskaro, vaso mta; giorgi and eka are staff; all have a conversation
//	ana, beso and gela live in tskaro, maka lives in mta
type town struct {
	*Service
	store store.Store
	now   time.Time
}

var villages = map[bot.CitizenID]string{"ana": "tskaro", "beso": "tskaro", "gela": "tskaro", "maka": "mta", "nino": "tskaro", "vaso": "mta", "giorgi": "", "eka": ""}

func firstWord(text string, others []string) (int, bool) {
	word, _, _ := strings.Cut(text, " ")
	i := slices.IndexFunc(others, func(o string) bool { return strings.HasPrefix(o, word+" ") || o == word })
	return max(i, 0), i >= 0
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
	h := &town{store: s, now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)} // a Monday
	h.Service = New(Config{Library: func() bot.Library { return lib }, Windows: bot.Windows{"telegram": 0}, Alike: firstWord, Logger: slog.New(slog.DiscardHandler)})
	h.update(t, func(tx store.Tx) error {
		for id := range villages {
			if err := tx.Citizens.Put(newcomer(id), bot.State{}); err != nil {
				return err
			}
		}
		for _, a := range []bot.Account{
			{Login: "nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}, Citizen: "nino"},
			{Login: "vaso", Role: bot.RoleVillage, Villages: []string{"mta"}, Citizen: "vaso"},
			{Login: "giorgi", Role: bot.RoleStaff, Citizen: "giorgi"},
			{Login: "eka", Role: bot.RoleOwner, Citizen: "eka"},
		} {
			if err := tx.Accounts.Put(a); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func newcomer(id bot.CitizenID) bot.Citizen {
	return bot.Citizen{ID: id, Village: villages[id], Language: "en", Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: string(id)}}}}
}

func (h *town) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := h.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (h *town) account(t *testing.T, login string) (a bot.Account) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) { a, err = tx.Accounts.Get(login); return err })
	return a
}

func (h *town) ask(t *testing.T, who bot.CitizenID, why bot.Why, text string) {
	t.Helper()
	h.now = h.now.Add(time.Minute)
	q := bot.Question{Citizen: who, Village: villages[who], Language: "en", At: h.now, Text: text, Why: why}
	h.update(t, func(tx store.Tx) error { return h.Ask(tx, q, h.now) })
}

func (h *town) answer(t *testing.T, login, group, text string) error {
	t.Helper()
	by := h.account(t, login)
	return h.store.Update(t.Context(), func(tx store.Tx) error { return h.Answer(tx, group, text, by, h.now) })
}

func (h *town) waiting(t *testing.T, login string) (w bot.Waiting) {
	t.Helper()
	by := h.account(t, login)
	h.update(t, func(tx store.Tx) (err error) { w, err = h.Waiting(tx, by, h.now); return err })
	return w
}

// told takes what is owed.
func (h *town) told(t *testing.T) (got []store.Parcel) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) {
		got = nil
		for {
			ps, err := tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, h.now.Add(24*time.Hour), time.Minute, 100)
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

// One card for questions that ask the same; one answer for everybody who asked, to each with their own words.
func TestAskedTogether(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves in the wood, call 599123456")
	cards := h.told(t)
	if whom(cards) != "nino" || strings.Contains(cards[0].Message.Text, "599") {
		t.Fatalf("the card went to %q: %+v", whom(cards), cards)
	}
	group, ok := strings.CutPrefix(cards[0].Message.About, "question:")
	if !ok || cards[0].Message.Buttons[0].Action != "waiting:reply:"+group {
		t.Errorf("the card is %+v", cards[0].Message)
	}
	h.ask(t, "beso", bot.WhyWrong, "wolves again")
	h.ask(t, "ana", bot.WhyUnknown, "wolves I said") // a person counts once
	if got := h.told(t); len(got) != 0 {
		t.Errorf("another who asks the same was told to %q", whom(got))
	}
	h.ask(t, "maka", bot.WhyUnknown, "wolves up here")
	if got := h.told(t); whom(got) != "vaso" {
		t.Errorf("the first of another village was told to %q, want its administrator", whom(got))
	}
	h.ask(t, "gela", bot.WhyUnknown, "bears in the wood")
	h.told(t)
	w := h.waiting(t, "nino")
	if len(w.Questions) != 2 || w.Questions[0].ID != group || w.Questions[0].Count != 2 || len(w.Questions[0].Villages) != 1 || w.Questions[1].Text != "bears in the wood" {
		t.Errorf("what waits is %+v", w.Questions)
	}
	if w := h.waiting(t, "giorgi"); w.Questions[0].Count != 3 || len(w.Questions[0].Villages) != 2 {
		t.Errorf("for the whole municipality %+v waits", w.Questions)
	}
	if w := h.waiting(t, "vaso"); len(w.Questions) != 1 || w.Questions[0].ID != group || w.Questions[0].Text != "wolves up here" {
		t.Errorf("for the other village %+v waits", w.Questions)
	}
	if err := h.answer(t, "vaso", w.Questions[1].ID, "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an administrator answered for another village: %v", err)
	}
	if err := h.answer(t, "giorgi", group, "The hunters come on Friday."); err != nil {
		t.Fatal(err)
	}
	got := h.told(t)
	if whom(got) != "ana beso maka" {
		t.Fatalf("the answer went to %q", whom(got))
	}
	own := map[bot.CitizenID]string{"ana": "wolves I said", "beso": "wolves again", "maka": "wolves up here"}
	for _, p := range got {
		if p.Message.Purpose != bot.PurposePerson || !strings.Contains(p.Message.Text, own[p.Citizen]) || !strings.HasSuffix(p.Message.Text, "The hunters come on Friday.") {
			t.Errorf("%s got %+v", p.Citizen, p.Message)
		}
	}
	if err := h.answer(t, "nino", group, "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it was answered twice: %v", err)
	}
	h.ask(t, "gela", bot.WhyUnknown, "wolves once more") // a new group: the old one is closed
	if got := h.told(t); whom(got) != "nino" {
		t.Errorf("asked again later, it was told to %q", whom(got))
	}
	h.update(t, func(tx store.Tx) error {
		trail, _, err := tx.Trail.Latest(store.Page{Limit: 10})
		if len(trail) != 1 || trail[0].Act != "question.answer" || trail[0].Login != "giorgi" {
			t.Errorf("the trail is %+v", trail)
		}
		return err
	})
}

// When many ask, those who look after it are told again, now and then.
func TestManyAsk(t *testing.T) {
	h := open(t)
	again := 0
	for i := range 25 {
		id := bot.CitizenID(fmt.Sprint("c", i))
		villages[id] = "tskaro"
		h.update(t, func(tx store.Tx) error { return tx.Citizens.Put(newcomer(id), bot.State{}) })
		h.ask(t, id, bot.WhyUnknown, "wolves")
		delete(villages, id)
		if got := h.told(t); len(got) > 0 {
			again++
			if i != 0 && !strings.Contains(got[0].Message.Heading, fmt.Sprint(i+1)) || whom(got) != "nino" {
				t.Errorf("after %d people %q were told %q", i+1, whom(got), got[0].Message.Heading)
			}
		}
	}
	if again != 3 {
		t.Errorf("told %d times, want at 1, 5 and 20", again)
	}
}

// An emergency is told to all staff and the administrators of the village, and is not held by quiet hours.
func TestEmergency(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyEmergency, "fire, 599123456")
	got := h.told(t)
	if whom(got) != "eka giorgi nino" {
		t.Errorf("told to %q", whom(got))
	}
	for _, p := range got {
		if p.Message.Purpose.Waits() || strings.Contains(p.Message.Text, "599") || !strings.Contains(p.Message.Text, "fire") {
			t.Errorf("told as %+v", p.Message)
		}
	}
	h.ask(t, "beso", bot.WhyEmergency, "fire")
	if got := h.told(t); len(got) != 3 {
		t.Error("a second emergency was taken for the first one")
	}
}

// An emergency is listed before what many ask.
func TestEmergencyFirst(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves")
	h.ask(t, "beso", bot.WhyUnknown, "wolves")
	h.ask(t, "gela", bot.WhyEmergency, "fire")
	h.ask(t, "ana", bot.WhyUnknown, "bears")
	var got []string
	for _, g := range h.waiting(t, "nino").Questions {
		got = append(got, g.Text)
	}
	if fmt.Sprint(got) != "[fire wolves bears]" {
		t.Errorf("listed: %q", got)
	}
}

// An emergency without words is of somebody who was writing of corruption: only those who may read that hear of it.
func TestEmergencyConfided(t *testing.T) {
	h := open(t)
	h.update(t, func(tx store.Tx) error {
		a, err := tx.Accounts.Get("eka")
		a.Integrity = true
		return errors.Join(err, tx.Accounts.Put(a))
	})
	h.ask(t, "ana", bot.WhyEmergency, "")
	got := h.told(t)
	if whom(got) != "eka" || got[0].Message.Text == "" || got[0].Message.Purpose.Waits() {
		t.Fatalf("told to %q: %+v", whom(got), got)
	}
	group, _ := strings.CutPrefix(got[0].Message.About, "question:")
	for _, login := range []string{"nino", "giorgi"} {
		if w := h.waiting(t, login); len(w.Questions) != 0 {
			t.Errorf("for %s %+v waits", login, w.Questions)
		}
		if err := h.answer(t, login, group, "x"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s answered: %v", login, err)
		}
	}
	if w := h.waiting(t, "eka"); len(w.Questions) != 1 || w.Questions[0].ID != group || w.Questions[0].Text == "" {
		t.Errorf("for eka %+v waits", w.Questions)
	}
	if err := h.answer(t, "eka", group, "Are you safe?"); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); whom(got) != "ana" || got[0].Message.Text != "Are you safe?" {
		t.Errorf("the answer went as %+v", got)
	}
	h.ask(t, "ana", bot.WhyEmergency, "")
	h.ask(t, "ana", bot.WhyEmergency, "fire") // the village has not heard of her yet
	if got := h.told(t); whom(got) != "eka giorgi nino" {
		t.Errorf("of the fire were told %q", whom(got))
	}
	h.update(t, func(tx store.Tx) error { return tx.Citizens.Forget("ana") })
	if w := h.waiting(t, "eka"); len(w.Questions) != 0 {
		t.Errorf("of somebody who was forgotten %+v waits", w.Questions)
	}
}

// Whoever files their question as a case waits for one answer, not for two; what others ask too still waits.
func TestFiled(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves in  the wood")
	h.ask(t, "ana", bot.WhyUnknown, "bears")
	h.ask(t, "beso", bot.WhyUnknown, "bears")
	h.ask(t, "gela", bot.WhyUnknown, "foxes")
	h.ask(t, "ana", bot.WhyEmergency, "fire")
	h.told(t)
	for _, text := range []string{"wolves in\nthe wood", "bears", "foxes", "fire", ""} {
		h.update(t, func(tx store.Tx) error { return h.Filed(tx, bot.Case{Citizen: "ana", Text: text}, h.now) })
	}
	var got []string
	for _, g := range h.waiting(t, "nino").Questions {
		got = append(got, g.Text)
	}
	if fmt.Sprint(got) != "[fire bears foxes]" || len(h.told(t)) != 0 {
		t.Errorf("there still waits %q", got)
	}
	h.update(t, func(tx store.Tx) error {
		ls, err := h.List(tx, 10)
		if len(ls) != 3 {
			return fmt.Errorf("listed: %+v, %w", ls, err)
		}
		e, people, err2 := h.Draft(tx, ls[2].ID)
		if people != 1 || len(e.Answer) != 0 || !e.Checked.IsZero() {
			t.Errorf("the draft is %+v for %d", e, people)
		}
		return errors.Join(err, err2)
	})
}

// Words of a case that hides its author are in no question of theirs any more; danger still waits, with its words.
func TestFiledByWhoHides(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves in  the wood")
	h.ask(t, "ana", bot.WhyUnknown, "bears")
	h.ask(t, "beso", bot.WhyUnknown, "bears")
	h.ask(t, "ana", bot.WhyUnknown, "foxes")
	h.ask(t, "ana", bot.WhyEmergency, "fire")
	h.update(t, func(tx store.Tx) error {
		return h.Filed(tx, bot.Case{Citizen: "ana", Text: "wolves in the\nwood and bears and fire", Anonymous: true}, h.now)
	})
	var got []string
	for _, g := range h.waiting(t, "nino").Questions {
		got = append(got, g.Text)
	}
	if fmt.Sprint(got) != "[fire foxes bears]" && fmt.Sprint(got) != "[fire bears foxes]" {
		t.Errorf("there still waits %q", got)
	}
	h.update(t, func(tx store.Tx) error {
		qs, err := tx.Questions.Of("ana", 10)
		var said []string
		for _, q := range qs {
			said = append(said, q.Text)
		}
		if fmt.Sprintf("%q", said) != `["fire" "foxes" "" ""]` {
			t.Errorf("ana's questions say %q", said)
		}
		return err
	})
}

// A conversation: words to those who may take it, then to the one who has it, and back, until it ends.
func TestTalk(t *testing.T) {
	h := open(t)
	citizen := func() (c bot.Citizen, s bot.State) {
		h.update(t, func(tx store.Tx) (err error) { c, s, err = tx.Citizens.Get("ana"); return err })
		return c, s
	}
	h.update(t, func(tx store.Tx) error { // what /human does
		c, s, err := tx.Citizens.Get("ana")
		if err != nil {
			return err
		}
		c.SilentUntil = h.now.Add(talkTime)
		return tx.Citizens.Put(c, s)
	})
	talk := func(text string) {
		t.Helper()
		h.now = h.now.Add(time.Minute)
		c, _ := citizen()
		h.update(t, func(tx store.Tx) error { return h.Talk(tx, c, text, h.now) })
	}
	say := func(login, text string) error {
		by := h.account(t, login)
		h.now = h.now.Add(time.Minute)
		return h.store.Update(t.Context(), func(tx store.Tx) error {
			c, s, err := tx.Citizens.Get("ana")
			if err != nil {
				return err
			}
			if err := h.SayTo(tx, &c, &s, text, by, h.now); err != nil {
				return err
			}
			return tx.Citizens.Put(c, s)
		})
	}
	if err := say("nino", "Hello?"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody who did not ask for a person was written to: %v", err)
	}
	talk("I want a person")
	talk("It is about the school")
	if got := h.told(t); whom(got) != "nino nino" || got[0].Message.About != "talk:ana" || got[0].Message.Purpose != bot.PurposeNotice {
		t.Errorf("the wish went to %q: %+v", whom(got), got)
	}
	if w := h.waiting(t, "nino"); len(w.Talks) != 1 || len(h.waiting(t, "giorgi").Talks) != 1 || len(h.waiting(t, "vaso").Talks) != 0 {
		t.Errorf("%v waits", w.Talks)
	}
	if err := say("vaso", "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an administrator of another village wrote: %v", err)
	}
	if err := say("giorgi", "What about the school?"); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); whom(got) != "ana" || got[0].Message.Purpose != bot.PurposePerson || got[0].Message.Text != "What about the school?" {
		t.Errorf("the citizen got %+v", got)
	}
	c, s := citizen()
	if _, kept := s.Kept(bot.KeptTalk, h.now.Add(11*time.Hour)); !kept || !c.SilentUntil.Equal(h.now.Add(talkTime)) {
		t.Errorf("the bot is silent until %v, the talk is kept: %v", c.SilentUntil, kept)
	}
	h.update(t, func(tx store.Tx) error {
		es, _, err := tx.Conversations.Of("ana", store.Page{Limit: 5})
		if len(es) != 1 || es[0].Kind != bot.KindPerson || len(es[0].Replies) != 1 || len(es[0].Parcels) != 1 {
			t.Errorf("kept: %+v", es)
		}
		return err
	})
	talk("The roof leaks")
	if got := h.told(t); whom(got) != "giorgi" || got[0].Message.Purpose != bot.PurposePerson {
		t.Errorf("what followed went to %q", whom(got))
	}
	if len(h.waiting(t, "nino").Talks) != 0 || len(h.waiting(t, "giorgi").Talks) != 1 {
		t.Error("the conversation is not that of the one who took it")
	}
	if err := say("nino", "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a colleague broke in: %v", err)
	}
	by := h.account(t, "giorgi")
	end := func(by *bot.Account) {
		t.Helper()
		h.update(t, func(tx store.Tx) error {
			c, s, err := tx.Citizens.Get("ana")
			if err != nil {
				return err
			}
			if err := h.EndTalk(tx, &c, by, h.now); err != nil {
				return err
			}
			return tx.Citizens.Put(c, s)
		})
	}
	end(&by)
	if got := h.told(t); whom(got) != "ana" || got[0].Message.Purpose.Waits() {
		t.Errorf("that the bot is back was told to %q", whom(got))
	}
	if c, _ := citizen(); !c.SilentUntil.IsZero() || len(h.waiting(t, "giorgi").Talks) != 0 {
		t.Error("the bot is still silent")
	}
	talk("I want a person again") // a new one
	if got := h.told(t); whom(got) != "nino" {
		t.Errorf("the new wish went to %q", whom(got))
	}
	if err := say("nino", "Yes?"); err != nil {
		t.Fatal(err)
	}
	h.told(t)
	end(nil)
	if got := h.told(t); whom(got) != "nino" {
		t.Errorf("that the citizen ended it was told to %q", whom(got))
	}
	talk("and again")
	h.told(t)
	if err := say("nino", "Yes?"); err != nil {
		t.Fatal(err)
	}
	h.told(t)
	h.now = h.now.Add(13 * time.Hour)
	if len(h.waiting(t, "nino").Talks) != 0 {
		t.Error("a conversation does not end by itself")
	}
	talk("Is anybody there?")
	if got := h.told(t); whom(got) != "nino" || got[0].Message.Purpose != bot.PurposeNotice || len(h.waiting(t, "giorgi").Talks) != 1 {
		t.Errorf("after it ended by itself the wish went to %q", whom(got))
	}
}

// Whoever nobody writes to is told so once, after half a day; colleagues are told of them again every day.
func TestUnanswered(t *testing.T) {
	h := open(t)
	began := h.now
	wish := func(id bot.CitizenID) {
		h.update(t, func(tx store.Tx) error {
			c, _, err := tx.Citizens.Get(id)
			if err != nil {
				return err
			}
			return h.Talk(tx, c, "I want a person", h.now)
		})
	}
	tell := func(at time.Time) string {
		t.Helper()
		h.now = at
		if err := h.TellUnanswered(t.Context(), h.store, at); err != nil {
			t.Fatal(err)
		}
		return whom(h.told(t))
	}
	wish("ana")
	h.now = began.Add(30 * time.Minute)
	wish("beso")
	by := h.account(t, "nino")
	h.update(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get("beso")
		if err != nil {
			return err
		}
		return errors.Join(h.SayTo(tx, &c, &s, "Yes?", by, h.now), tx.Citizens.Put(c, s))
	})
	h.now = began.Add(40 * time.Minute)
	wish("gela")
	h.told(t)
	for _, tt := range []struct {
		after time.Duration
		told  string
	}{{11 * time.Hour, ""}, {12 * time.Hour, "ana"}, {12 * time.Hour, ""}, {13 * time.Hour, "gela"}, {14 * time.Hour, ""}} {
		if got := tell(began.Add(tt.after)); got != tt.told {
			t.Errorf("after %v %q were told, want %q", tt.after, got, tt.told)
		}
	}
	for day := 1; day <= 3; day++ {
		slot := began.AddDate(0, 0, day)
		if err := h.TellWaiting(t.Context(), h.store, slot); err != nil {
			t.Fatal(err)
		}
		h.now = slot
		if got := h.told(t); !strings.Contains(whom(got), "nino") || !strings.Contains(got[0].Message.Text, "talk to a person: 2") {
			t.Errorf("on day %d %q were told %+v", day, whom(got), got)
		}
	}
}

// A conversation is shown with its last words to who may have it; a colleague who has it is named; and it is free again when
// that account is disabled.
func TestConversation(t *testing.T) {
	h := open(t)
	h.update(t, func(tx store.Tx) error {
		c, _, err := tx.Citizens.Get("ana")
		if err != nil {
			return err
		}
		before := bot.Exchange{Citizen: "ana", Village: "tskaro", At: h.now.Add(-time.Hour), Intent: bot.IntentAsk, Said: "my diagnosis"}
		return errors.Join(tx.Conversations.Append(before), h.Talk(tx, c, "my pension", h.now))
	})
	see := func(login string) (c bot.Conversation, err error) {
		by := h.account(t, login)
		err = h.store.View(t.Context(), func(tx store.Tx) (err error) {
			c, err = h.Conversation(tx, "ana", by, h.now)
			return err
		})
		return c, err
	}
	if _, err := see("vaso"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an administrator of another village sees it: %v", err)
	}
	c, err := see("nino")
	if err != nil || c.Taken || c.By != "" || len(c.Said) != 1 || c.Said[0].Text != "my pension" {
		t.Fatalf("nino sees %+v, %v", c, err)
	}
	h.update(t, func(tx store.Tx) error {
		by, err := tx.Accounts.Get("nino")
		if err != nil {
			return err
		}
		ana, s, err := tx.Citizens.Get("ana")
		if err != nil {
			return err
		}
		h.now = h.now.Add(time.Minute)
		err = h.SayTo(tx, &ana, &s, "Since when?", by, h.now)
		after := bot.Exchange{Citizen: "ana", Village: "tskaro", At: h.now.Add(time.Minute), Intent: bot.IntentHuman, Said: "since May"}
		return errors.Join(err, tx.Citizens.Put(ana, s), tx.Conversations.Append(after))
	})
	h.now = h.now.Add(2 * time.Minute)
	c, err = see("giorgi")
	if err != nil || c.By != "nino" || !c.Taken {
		t.Errorf("giorgi sees %+v, %v", c, err)
	}
	said := ""
	for _, x := range c.Said {
		said += fmt.Sprint(x.Person, " ", x.Text, "; ")
	}
	if said != "false my pension; true Since when?; false since May; " {
		t.Errorf("what was said: %q", said)
	}
	if c, err := see("nino"); err != nil || c.By != "" {
		t.Errorf("nino sees %+v, %v", c, err)
	}
	h.update(t, func(tx store.Tx) error {
		a, err := tx.Accounts.Get("nino")
		a.Disabled = true
		return errors.Join(err, tx.Accounts.Put(a))
	})
	if c, err := see("giorgi"); err != nil || c.By != "" || len(h.waiting(t, "giorgi").Talks) != 1 {
		t.Errorf("after nino was disabled giorgi sees %+v, %v", c, err)
	}
}

// What waits is counted, and told once a day; on Mondays with the week.
func TestWaiting(t *testing.T) {
	h := open(t)
	long := h.now.AddDate(0, 0, -5)
	h.update(t, func(tx store.Tx) error {
		for i, c := range []bot.Case{
			{ID: "AAAAAA", Kind: bot.CaseProblem, Village: "tskaro", Created: long, Due: long.AddDate(0, 0, 1)},
			{ID: "BBBBBB", Kind: bot.CaseIdea, Village: "tskaro", Created: h.now.Add(-time.Hour), Due: h.now.AddDate(0, 0, 9)},
			{ID: "CCCCCC", Kind: bot.CaseCommitment, Commitment: "bridge", Score: 3, Village: "tskaro", Created: long}, // wants no answer
			{ID: "DDDDDD", Kind: bot.CaseIntegrity, Village: "tskaro", Created: long},
			{ID: "EEEEEE", Kind: bot.CaseProblem, Village: "mta", Created: long},
		} {
			c.Citizen, c.State, c.Text = "ana", bot.CaseReceived, map[bool]string{true: "words"}[c.Kind != bot.CaseCommitment]
			if err := tx.Cases.Create(c); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		for i, e := range []bot.Exchange{
			{Intent: bot.IntentAsk, Entry: "roads", At: h.now.Add(-time.Hour)},
			{Intent: bot.IntentAsk, Entry: "water", At: h.now.Add(-2 * time.Hour)},
			{Intent: "hello", At: h.now.Add(-3 * time.Hour)},
			{Intent: bot.IntentAsk, Entry: "old", At: h.now.AddDate(0, 0, -8)},
		} {
			e.Citizen, e.Village, e.Said = "ana", "tskaro", fmt.Sprint(i)
			if err := tx.Conversations.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	h.ask(t, "ana", bot.WhyUnknown, "wolves")
	h.told(t)
	w := h.waiting(t, "nino")
	if len(w.Cases) != 2 || w.Cases[0].ID != "AAAAAA" || len(w.Questions) != 1 || w.Late != 1 || w.Asked != 3 || w.Answered != 2 {
		t.Errorf("for nino there waits %+v", w)
	}
	if w := h.waiting(t, "giorgi"); len(w.Cases) != 3 {
		t.Errorf("staff without the right sees %d cases, want 3", len(w.Cases))
	}
	monday := time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	for i := range 3 { // a job may be repeated
		slot := monday.AddDate(0, 0, i/2)
		if err := h.TellWaiting(t.Context(), h.store, slot); err != nil {
			t.Fatal(err)
		}
		h.now = slot
		got := h.told(t)
		switch i {
		case 0:
			if whom(got) != "eka giorgi nino vaso" || !strings.Contains(got[0].Message.Text, "Last week") || got[0].Message.Buttons[0].Action != "waiting" {
				t.Errorf("on Monday %q were told %+v", whom(got), got[0].Message)
			}
		case 1:
			if len(got) != 0 {
				t.Errorf("told twice: %q", whom(got))
			}
		case 2:
			if len(got) != 4 || strings.Contains(got[0].Message.Text, "Last week") {
				t.Errorf("on Tuesday %q were told", whom(got))
			}
		}
	}
}

// What an administrator answers goes to their own villages; the others of the group go on waiting, without their words.
func TestAnAnswerStaysInItsVillages(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "water when in tskaro")
	group, _ := strings.CutPrefix(h.told(t)[0].Message.About, "question:")
	h.ask(t, "maka", bot.WhyUnknown, "water when in mta")
	if cards := h.told(t); whom(cards) != "vaso" || strings.Contains(cards[0].Message.Text, "tskaro") {
		t.Errorf("the card of the other village is %+v", cards)
	}
	if err := h.answer(t, "nino", group, "Tomorrow at nine."); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana" {
		t.Errorf("the answer went to %q", got)
	}
	if w := h.waiting(t, "nino"); len(w.Questions) != 0 {
		t.Errorf("for the village that was answered %+v waits", w.Questions)
	}
	w := h.waiting(t, "vaso")
	if len(w.Questions) != 1 || w.Questions[0].Text != "water when in mta" || w.Questions[0].Count != 1 {
		t.Fatalf("for the other village %+v waits", w.Questions)
	}
	if err := h.answer(t, "vaso", w.Questions[0].ID, "On Friday."); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "maka" {
		t.Errorf("the answer went to %q", got)
	}
}

// Of somebody who was forgotten nothing is shown, and the others of the group still get their answer.
func TestForgotten(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves says Ana")
	group, _ := strings.CutPrefix(h.told(t)[0].Message.About, "question:")
	h.ask(t, "gela", bot.WhyUnknown, "bears says Gela")
	h.ask(t, "gela", bot.WhyPerson, "Gela wants a person")
	h.ask(t, "beso", bot.WhyUnknown, "wolves")
	h.told(t)
	h.update(t, func(tx store.Tx) error { return errors.Join(tx.Citizens.Forget("ana"), tx.Citizens.Forget("gela")) })
	w := h.waiting(t, "nino")
	if len(w.Questions) != 1 || w.Questions[0].Text != "wolves" || w.Questions[0].Count != 2 || len(w.Talks) != 0 {
		t.Errorf("what waits is %+v", w)
	}
	h.ask(t, "maka", bot.WhyUnknown, "wolves here")
	h.told(t)
	if err := h.answer(t, "giorgi", group, "Friday."); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "beso maka" {
		t.Errorf("the answer went to %q", got)
	}
}

// A group becomes an entry of the content, with the words in which it was asked.
func TestDraft(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "wolves in  the wood, call 599123456")
	h.ask(t, "beso", bot.WhyUnknown, "wolves again")
	h.ask(t, "maka", bot.WhyUnknown, "wolves again")
	h.ask(t, "maka", bot.WhyEmergency, "wolves at the door")
	h.ask(t, "gela", bot.WhyUnknown, "bears")
	var ls []Listed
	list := func() {
		t.Helper()
		h.update(t, func(tx store.Tx) (err error) { ls, err = h.List(tx, 10); return err })
	}
	list()
	if len(ls) != 2 || ls[0].Text != "bears" || ls[1].Count != 3 || strings.Contains(ls[1].Text, "599") || ls[1].By != "" {
		t.Fatalf("listed: %+v", ls)
	}
	if err := h.answer(t, "giorgi", ls[1].ID, "On Friday."); err != nil {
		t.Fatal(err)
	}
	list()
	if len(ls) != 2 || ls[1].By != "giorgi" {
		t.Errorf("listed after the answer: %+v", ls)
	}
	h.update(t, func(tx store.Tx) error {
		e, people, err := h.Draft(tx, ls[1].ID)
		if people != 3 || !strings.HasPrefix(e.Question["en"], "wolves in the wood, call •••") || fmt.Sprint(e.Phrasings["en"]) != "[wolves again]" || e.Answer["ka"] != "On Friday." || e.Checked.IsZero() {
			t.Errorf("the draft is %+v for %d", e, people)
		}
		if _, _, err := h.Draft(tx, "999"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of a question that is not there: %v", err)
		}
		return err
	})
}
