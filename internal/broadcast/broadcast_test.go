package broadcast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
	"ogpbot/internal/store/storetest"
)

var windows = bot.Windows{"telegram": 0, "messenger": 24 * time.Hour}

// town is a Service over an empty store, in a place that does not exist.
type town struct {
	*Service
	store  store.Store
	posted []string
	broken bool // the public page
	now    time.Time
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
	h.Service = New(Config{Store: s, Library: func() bot.Library { return lib }, Windows: windows, Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler),
		Post: func(_ context.Context, text string) error {
			if h.broken {
				return errors.New("the page is away")
			}
			h.posted = append(h.posted, text)
			return nil
		}})
	h.update(t, func(tx store.Tx) error {
		for i, a := range []bot.Account{
			{Login: "nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}},
			{Login: "giorgi", Role: bot.RoleStaff, Citizen: "giorgi"},
			{Login: "eka", Role: bot.RoleOwner, Citizen: "eka"},
		} {
			if a.Citizen != "" {
				c := bot.Citizen{ID: a.Citizen, Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: fmt.Sprint(900_000 + i)}}}}
				if err := tx.Citizens.Put(c, bot.State{}); err != nil {
					return err
				}
			}
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

func (h *town) account(t *testing.T, login string) (a bot.Account) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) { a, err = tx.Accounts.Get(login); return err })
	return a
}

func (h *town) crowd(t *testing.T, village string, n int) {
	t.Helper()
	if err := storetest.Crowd(t.Context(), h.store, "telegram", village, n); err != nil {
		t.Fatal(err)
	}
}

func (h *town) start(t *testing.T, b bot.Broadcast) error {
	t.Helper()
	b.Created = h.now
	if b.Messages == nil {
		b.Messages = map[bot.Language]bot.Outbound{"ka": {Text: "წყალი არ იქნება"}}
	}
	by := h.account(t, b.By)
	return h.store.Update(t.Context(), func(tx store.Tx) error { return h.Start(tx, b, by, h.now) })
}

func (h *town) steer(t *testing.T, id string, act bot.BroadcastAct, login string) error {
	t.Helper()
	by := h.account(t, login)
	return h.store.Update(t.Context(), func(tx store.Tx) error { return h.Steer(tx, id, act, by, h.now) })
}

// pass lets time go by and the Service do what is due.
func (h *town) pass(t *testing.T, d time.Duration) {
	t.Helper()
	h.now = h.now.Add(d)
	if _, err := h.step(t.Context(), h.now); err != nil {
		t.Fatal(err)
	}
}

// deliver settles what is owed of broadcasts with a fate, and returns who got it.
func (h *town) deliver(t *testing.T, fate bot.Fate, limit int) (got []store.Delivery) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) {
		got, err = tx.Broadcasts.Claim("telegram", false, h.now, limit)
		for _, d := range got {
			if err := tx.Broadcasts.Settle(d, fate, "m"+d.Address.ID, h.now); err != nil {
				return err
			}
		}
		return err
	})
	return got
}

func (h *town) state(t *testing.T, id string) (b bot.Broadcast, r bot.Report) {
	t.Helper()
	h.update(t, func(tx store.Tx) (err error) {
		if b, err = tx.Broadcasts.Get(id, everybody); err == nil {
			r, err = tx.Broadcasts.Report(id)
		}
		return err
	})
	return b, r
}

// notices gives the words owed to somebody.
func (h *town) notices(t *testing.T) (to []string) {
	t.Helper()
	h.update(t, func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, h.now.Add(time.Hour), time.Minute, 100)
		for _, p := range ps {
			to = append(to, string(p.Citizen)+": "+p.Message.Buttons[0].Action)
			if err := tx.Outbox.Settle(p.ID, bot.FateSent, h.now); err != nil {
				return err
			}
		}
		return err
	})
	slices.Sort(to)
	return to
}

func TestAnAnnouncementReachesItsVillageOnce(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 4500)
	if err := h.start(t, bot.Broadcast{ID: "b", By: "nino", Villages: []string{"tskaro"}, At: h.now.Add(bot.UndoTime)}); err != nil {
		t.Fatal(err)
	}
	h.pass(t, 30*time.Second)
	if b, r := h.state(t, "b"); b.State != bot.BroadcastScheduled || len(r) != 0 {
		t.Errorf("it is %s before its time, and owed to %v", b.State, r)
	}
	h.pass(t, 31*time.Second)
	h.pass(t, time.Second)
	if b, r := h.state(t, "b"); b.State != bot.BroadcastSending || !b.Listed || r[bot.FateOwed] != 4500 {
		t.Errorf("it is %s, listed %v, owed to %v", b.State, b.Listed, r)
	}
	seen := map[bot.CitizenID]bool{}
	for {
		got := h.deliver(t, bot.FateSent, 500)
		if len(got) == 0 {
			break
		}
		for _, d := range got {
			if seen[d.Citizen] {
				t.Fatalf("%s is handed out twice", d.Citizen)
			}
			seen[d.Citizen] = true
		}
	}
	h.pass(t, 10*time.Second)
	if b, _ := h.state(t, "b"); b.State != bot.BroadcastSending {
		t.Errorf("it is %s while something may be on its way", b.State)
	}
	h.pass(t, doneAfter)
	if b, r := h.state(t, "b"); b.State != bot.BroadcastDone || r[bot.FateSent] != 4500 {
		t.Errorf("it is %s, with %v", b.State, r)
	}
}

// A process that ends while recipients are listed goes on where it was: nobody twice, nobody left out.
func TestListingGoesOnAfterACrash(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 2*chunk+5)
	if err := h.start(t, bot.Broadcast{ID: "b", By: "nino", Villages: []string{"tskaro"}, At: h.now}); err != nil {
		t.Fatal(err)
	}
	if err := h.begin(t.Context(), "b", h.now); err != nil {
		t.Fatal(err)
	}
	going, err := h.Service.update(t.Context(), "b", func(tx store.Tx, b *bot.Broadcast) error { // one chunk, then the end
		rs, err := h.subscribers(tx, b, h.now)
		if err != nil {
			return err
		}
		return tx.Broadcasts.Owe(b.ID, rs...)
	}, bot.BroadcastSending)
	if err != nil || !going {
		t.Fatal(going, err)
	}
	if _, r := h.state(t, "b"); r[bot.FateOwed] != chunk {
		t.Fatalf("owed to %v", r)
	}
	h.pass(t, time.Second)
	if b, r := h.state(t, "b"); !b.Listed || r[bot.FateOwed] != 2*chunk+5 {
		t.Errorf("listed %v, owed to %v", b.Listed, r)
	}
}

func TestNobodyOutsideTheScope(t *testing.T) {
	h := open(t)
	h.crowd(t, "vazi", 3)
	for _, b := range []bot.Broadcast{
		{ID: "1", By: "nino", Villages: []string{"vazi"}},
		{ID: "2", By: "nino", Villages: []string{"tskaro", "vazi"}},
		{ID: "3", By: "nino"},
		{ID: "4", By: "nino", Villages: []string{""}},
	} {
		if err := h.start(t, b); !errors.Is(err, store.ErrScope) {
			t.Errorf("%v: %v", b.Villages, err)
		}
	}
	if err := h.start(t, bot.Broadcast{ID: "5", By: "eka", Villages: []string{"vazi"}}); err != nil {
		t.Fatal(err)
	}
	if err := h.steer(t, "5", bot.ActStop, "nino"); !errors.Is(err, store.ErrScope) {
		t.Errorf("an administrator of another village stopped it: %v", err)
	}
	nino := h.account(t, "nino")
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		return h.Start(tx, bot.Broadcast{ID: "6", By: "eka", Messages: map[bot.Language]bot.Outbound{"ka": {}}}, nino, h.now)
	})
	if err == nil {
		t.Error("somebody announced in another's name")
	}
}

func TestTheWholeMunicipalityNeedsASecondPerson(t *testing.T) {
	h := open(t)
	h.crowd(t, "vazi", 3)
	if err := h.start(t, bot.Broadcast{ID: "b", By: "giorgi", At: h.now, State: bot.BroadcastScheduled, Post: true}); err != nil {
		t.Fatal(err)
	}
	if got := h.notices(t); fmt.Sprint(got) != "[eka: announce:see:b]" {
		t.Errorf("told: %v", got)
	}
	h.pass(t, time.Hour)
	if b, r := h.state(t, "b"); b.State != bot.BroadcastWaiting || len(r) != 0 {
		t.Errorf("without a yes it is %s", b.State)
	}
	if err := h.steer(t, "b", bot.ActApprove, "giorgi"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("its author approved it: %v", err)
	}
	if err := h.steer(t, "b", bot.ActApprove, "eka"); err != nil {
		t.Fatal(err)
	}
	h.pass(t, bot.UndoTime)
	if b, r := h.state(t, "b"); b.State != bot.BroadcastSending || b.Approved != "eka" || r[bot.FateOwed] != 3 {
		t.Errorf("it is %s, approved by %q, owed to %v", b.State, b.Approved, r)
	}
	if len(h.posted) != 1 {
		t.Errorf("posted %d times", len(h.posted))
	}
	h.pass(t, time.Minute)
	if len(h.posted) != 1 {
		t.Error("posted again")
	}
}

func TestAPageThatIsAwayIsToldToTheAuthor(t *testing.T) {
	h := open(t)
	h.broken = true
	if err := h.start(t, bot.Broadcast{ID: "b", By: "giorgi", At: h.now, Post: true}); err != nil {
		t.Fatal(err)
	}
	h.notices(t)
	if err := h.steer(t, "b", bot.ActApprove, "eka"); err != nil {
		t.Fatal(err)
	}
	h.pass(t, bot.UndoTime)
	if got := h.notices(t); fmt.Sprint(got) != "[giorgi: announce:report:b]" {
		t.Errorf("told: %v", got)
	}
}

func TestUndoPauseResumeAgain(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 10)
	start := func(id string) {
		t.Helper()
		if err := h.start(t, bot.Broadcast{ID: id, By: "nino", Villages: []string{"tskaro"}, At: h.now.Add(bot.UndoTime)}); err != nil {
			t.Fatal(err)
		}
	}
	steer := func(id string, act bot.BroadcastAct, want error) {
		t.Helper()
		if err := h.steer(t, id, act, "nino"); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", act, err, want)
		}
	}
	start("undone")
	steer("undone", bot.ActStop, nil)
	start("b")
	h.pass(t, bot.UndoTime)
	if _, r := h.state(t, "undone"); len(r) != 0 {
		t.Errorf("what was undone is owed to %v", r)
	}
	h.deliver(t, bot.FateSent, 4)
	steer("b", bot.ActPause, nil)
	if got := h.deliver(t, bot.FateSent, 10); len(got) != 0 {
		t.Errorf("%d were sent while it was paused", len(got))
	}
	steer("b", bot.ActPause, store.ErrConflict)
	steer("b", bot.ActResume, nil)
	if got := h.deliver(t, bot.FateUnconfirmed, 2); len(got) != 2 {
		t.Errorf("%d were sent after it went on", len(got))
	}
	steer("b", bot.ActAgain, store.ErrConflict) // they may be on their way
	if got := h.deliver(t, bot.FateSent, 10); len(got) != 4 {
		t.Errorf("%d of 4 were sent", len(got))
	}
	h.pass(t, again)
	h.pass(t, doneAfter)
	steer("b", bot.ActAgain, nil)
	if got := h.deliver(t, bot.FateSent, 10); len(got) != 2 {
		t.Errorf("%d of the 2 unconfirmed were sent", len(got))
	}
	steer("b", bot.ActStop, nil)
	steer("b", bot.ActResume, store.ErrConflict)
	steer("undone", bot.ActStop, store.ErrConflict)
}

// Whoever has read an announcement gets its correction in the place of it; whoever has not, the right words alone; whoever
// stopped meanwhile, nothing.
func TestCorrection(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 5)
	if err := h.start(t, bot.Broadcast{ID: "old", By: "nino", Villages: []string{"tskaro"}, At: h.now}); err != nil {
		t.Fatal(err)
	}
	h.pass(t, 0)
	h.deliver(t, bot.FateSent, 3)
	h.deliver(t, bot.FateHeld, 1)
	h.update(t, func(tx store.Tx) error {
		rs, _, err := tx.Broadcasts.Recipients("old", bot.FateSent, "", 1)
		if err != nil {
			return err
		}
		c, state, err := tx.Citizens.Get(rs[0].Citizen)
		c.Consented = time.Time{}
		if err == nil {
			err = tx.Citizens.Put(c, state)
		}
		return err
	})
	right := map[bot.Language]bot.Outbound{"ka": {Text: "შაბათს, არა პარასკევს"}}
	if err := h.start(t, bot.Broadcast{ID: "new", By: "nino", Villages: []string{"tskaro"}, At: h.now.Add(bot.UndoTime), Corrects: "old", Messages: right}); err != nil {
		t.Fatal(err)
	}
	h.pass(t, bot.UndoTime)
	if b, r := h.state(t, "new"); !b.Listed || r[bot.FateOwed] != 2 {
		t.Errorf("the correction is listed %v and owed to %v, want the two who read it and still want news", b.Listed, r)
	}
	old, _ := h.state(t, "old")
	if old.Message("ka").Text != right["ka"].Text {
		t.Error("whoever has not read it yet would get the old words")
	}
	for _, d := range h.deliver(t, bot.FateSent, 10) {
		if d.Broadcast == "new" && d.Replaces != "m"+d.Address.ID {
			t.Errorf("it takes the place of %q", d.Replaces)
		}
	}
}

// One to those who follow a commitment is for them, and for nobody else.
func TestThoseWhoFollowACommitment(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 4)
	id := h.cfg.Library().Commitments()[0].ID
	if err := h.store.Update(t.Context(), func(tx store.Tx) error {
		cs, _, err := tx.Citizens.Subscribed(bot.Scope{All: true}, nil, "", 10)
		for i, follows := range [][]string{nil, {id}, {"another"}} {
			c, state, err2 := tx.Citizens.Get(cs[i].ID)
			c.Follows = follows
			err = errors.Join(err, err2, tx.Citizens.Put(c, state))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]bot.Broadcast{"no such one": {ID: "x", By: "giorgi", Commitment: "nonsense"}, "a village of it": {ID: "y", By: "giorgi", Commitment: id, Villages: []string{"tskaro"}}} {
		if err := h.start(t, b); !errors.Is(err, errShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.start(t, bot.Broadcast{ID: "b", By: "giorgi", Commitment: id, At: h.now}); err != nil {
		t.Fatal(err)
	}
	if err := h.store.View(t.Context(), func(tx store.Tx) error {
		a, err := h.Audience(tx, h.account(t, "giorgi"), nil, id, h.now)
		if a.Total() != 3 {
			t.Errorf("%d people are counted", a.Total())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.steer(t, "b", bot.ActApprove, "nino"); !errors.Is(err, store.ErrScope) {
		t.Errorf("an administrator of one village approved it: %v", err)
	}
	if err := h.steer(t, "b", bot.ActApprove, "eka"); err != nil {
		t.Fatal(err)
	}
	h.pass(t, bot.UndoTime+time.Second)
	h.pass(t, time.Second)
	if _, r := h.state(t, "b"); r[bot.FateOwed] != 3 {
		t.Errorf("it is owed to %v", r)
	}
}

// An undo takes back what has not begun, and never stops what has.
func TestUndo(t *testing.T) {
	h := open(t)
	h.crowd(t, "tskaro", 2)
	for _, id := range []string{"early", "late"} {
		if err := h.start(t, bot.Broadcast{ID: id, By: "nino", Villages: []string{"tskaro"}, At: h.now.Add(bot.UndoTime)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.steer(t, "early", bot.ActUndo, "nino"); err != nil {
		t.Fatal(err)
	}
	h.pass(t, bot.UndoTime+time.Second)
	if err := h.steer(t, "late", bot.ActUndo, "nino"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an undo that comes too late gave %v", err)
	}
	early, none := h.state(t, "early")
	late, _ := h.state(t, "late")
	if early.State != bot.BroadcastStopped || len(none) != 0 || late.State != bot.BroadcastSending {
		t.Errorf("they are %s with %v, and %s", early.State, none, late.State)
	}
}
