package inbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// wishes gives the effects that a test asks for by name.
func wishes(a bot.Ask, name string) []bot.Effect {
	id := fmt.Sprintf("%016X", a.In.Random)
	switch name {
	case "open":
		return []bot.Effect{bot.OpenCase{Case: bot.Case{ID: id}}}
	case "file":
		return []bot.Effect{bot.KeepFile{Name: "export/" + id, Data: []byte("all")}}
	case "forget":
		return []bot.Effect{bot.SetConsent{}, bot.Note{Audit: bot.Audit{Act: "forget"}}, bot.Forget{}}
	case "gone":
		return []bot.Effect{bot.AddToCase{ID: "gone"}}
	case "answer":
		return []bot.Effect{bot.AnswerQuestion{Group: "g", Text: "yes"}, bot.MoveCase{ID: "c", To: bot.CaseSeen}}
	case "end":
		return []bot.Effect{bot.EndTalk{}}
	}
	if citizen, ok := strings.CutPrefix(name, "say "); ok {
		return []bot.Effect{bot.SayTo{Citizen: bot.CitizenID(citizen), Text: "hello"}}
	}
	return nil
}

func (h *house) staff(t *testing.T, id string) {
	t.Helper()
	h.hears(t, message("staff"+id, id, "a"))
	c := h.citizen(t, "telegram", id)
	h.update(t, func(tx store.Tx) error {
		return tx.Accounts.Put(bot.Account{Login: "nino", Role: bot.RoleStaff, Citizen: c.ID})
	})
}

// What staff do is done in their name, and only with an account.
func TestStaffActInTheirName(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "does:answer"))
	if len(h.desk.asked) != 0 {
		t.Errorf("somebody without an account did %q", h.desk.asked)
	}
	if got := h.said(t); got[0] != "does:answer -> sorry.text" {
		t.Errorf("a turn that can never be stored ended as %q", got)
	}
	h.staff(t, "8")
	h.hears(t, message("2", "8", "does:answer"))
	if got := fmt.Sprintf("%q", h.desk.asked); got != `["g answered by nino yes" "c seen by nino"]` {
		t.Errorf("asked: %s", got)
	}
	if h.woken < 4 {
		t.Errorf("the outboxes were woken %d times: whoever is told must not wait", h.woken)
	}
}

// A number that is taken is drawn again.
func TestATakenNumberIsDrawnAgain(t *testing.T) {
	h := open(t, nil)
	taken := 0
	h.cfg.Cases = refuse{&h.desk, func(string) error {
		if taken++; taken < 3 {
			return fmt.Errorf("taken: %w", store.ErrConflict)
		}
		return nil
	}}
	h.hears(t, message("1", "7", "does:open"))
	if len(h.desk.asked) != 1 || taken != 3 {
		t.Errorf("asked %q after %d tries", h.desk.asked, taken)
	}
	ids := map[string]bool{}
	h.cfg.Cases = refuse{&h.desk, func(id string) error { ids[id] = true; return store.ErrConflict }}
	h.hears(t, message("2", "7", "does:open"))
	if len(ids) != maxConflicts {
		t.Errorf("%d numbers were drawn in %d tries", len(ids), maxConflicts)
	}
}

type refuse struct {
	*desk
	opens func(id string) error
}

func (r refuse) Open(tx store.Tx, c bot.Case, now time.Time) error {
	if err := r.opens(c.ID); err != nil {
		return err
	}
	return r.desk.Open(tx, c, now)
}

// What is gone meanwhile has the turn decided again, and in the end an apology: the message must not come back for ever.
func TestWhatIsGoneEndsInAnApology(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "does:gone"), message("2", "7", "b"))
	if got := fmt.Sprint(h.said(t)); got != "[does:gone -> sorry.text b -> b]" {
		t.Errorf("stored %s", got)
	}
}

// Words to somebody else change their record; to oneself, one's own.
func TestSayTo(t *testing.T) {
	h := open(t, nil)
	h.staff(t, "8")
	h.hears(t, message("1", "7", "a"))
	ana := h.citizen(t, "telegram", "7")
	h.hears(t, message("2", "8", "does:say "+string(ana.ID)))
	if c := h.citizen(t, "telegram", "7"); !c.SilentUntil.After(time.Now()) || c.Version != ana.Version+1 {
		t.Errorf("the citizen is silent until %v", c.SilentUntil)
	}
	h.hears(t, message("4", "8", "does:say nobody"))
	if last := h.desk.asked[len(h.desk.asked)-1]; last != "say hello by nino false" {
		t.Errorf("to somebody who is gone: %q", last)
	}
	own := h.citizen(t, "telegram", "8")
	h.hears(t, message("3", "8", "does:say "+string(own.ID)))
	h.view(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get(own.ID)
		if _, kept := s.Kept(bot.KeptTalk, time.Now()); !kept || !c.SilentUntil.After(time.Now()) {
			t.Error("talking to oneself left no trace")
		}
		return err
	})
	h.hears(t, bot.Inbound{Ref: "5", From: bot.Address{Platform: "telegram", ID: "7"}, Kind: bot.KindPress, Action: "help", Text: "does:end"})
	if c := h.citizen(t, "telegram", "7"); !c.SilentUntil.IsZero() {
		t.Error("the citizen could not end it")
	}
}

// Of somebody who wants it nothing is kept: not even the turn in which they said so. The reply goes out, and who writes
// next from there is a new person.
func TestForget(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "consent:yes"), message("2", "7", "does:file"))
	before := h.citizen(t, "telegram", "7")
	h.hears(t, message("3", "7", "does:forget"))
	if got := h.said(t); len(got) != 0 {
		t.Errorf("kept: %q", got)
	}
	h.view(t, func(tx store.Tx) error {
		if _, _, err := tx.Citizens.Get(before.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the citizen is there: %v", err)
		}
		proof, err := tx.Consents.Of(before.ID)
		if len(proof) != 2 || proof[1].Given {
			t.Errorf("the proof is %+v", proof)
		}
		trail, _, err2 := tx.Trail.Latest(store.Page{Limit: 5})
		if len(trail) != 1 {
			t.Errorf("the trail has %d lines", len(trail))
		}
		return errors.Join(err, err2)
	})
	h.update(t, func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposeReply, time.Now(), time.Minute, 10)
		if len(ps) != 1 || ps[0].Citizen != "" || ps[0].Message.Text != "does" || ps[0].To.ID != "7" {
			t.Errorf("owed: %+v", ps)
		}
		return err
	})
	h.hears(t, message("3", "7", "does:forget")) // delivered again
	h.hears(t, message("4", "7", "a"))
	if after := h.citizen(t, "telegram", "7"); after.ID == before.ID || after.ID == "" {
		t.Error("the next message is not that of a new person")
	}
	h.hears(t, message("5", "9", "does:forget")) // a first message
	if got := h.said(t); fmt.Sprint(got) != "[a -> a]" {
		t.Errorf("kept: %q", got)
	}
}

// Somebody who writes more than twenty messages in a minute is told once, and then not answered for the rest of it; danger
// to life is. Each message is accepted.
func TestTooManyMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace
		ana, beso := bot.Address{Platform: "telegram", ID: "7"}, bot.Address{Platform: "telegram", ID: "8"}
		count := func(a bot.Address) verdict { return p.count(bot.Inbound{From: a, At: time.Now()}, time.Now()) }
		for range bot.MaxMessages {
			if count(ana) != fits {
				t.Fatal("an early one does not fit")
			}
			time.Sleep(time.Second)
		}
		if count(ana) != warned || count(ana) != ignored || count(ana) != ignored || count(beso) != fits {
			t.Error("the ones after that")
		}
		time.Sleep(41 * time.Second)
		if count(ana) != fits {
			t.Error("after a minute it does not go on")
		}
		time.Sleep(2 * time.Minute)
		if count(beso) != fits || len(p.counts) != 1 {
			t.Errorf("%d addresses are remembered", len(p.counts))
		}
		for i := range 100 { // what waited while we were not there
			if p.count(bot.Inbound{From: ana, At: time.Now().Add(time.Duration(i-100) * 10 * time.Second)}, time.Now()) != fits {
				t.Fatal("what came slowly is taken for a flood")
			}
		}
	})
	h := open(t, nil)
	now := time.Now()
	for i := range bot.MaxMessages + 5 {
		in := message(fmt.Sprint(i), "7", "a")
		in.At = now
		if i == bot.MaxMessages+3 {
			in.Text = "🆘"
		}
		h.hears(t, in)
	}
	said := h.said(t)
	slower := slices.DeleteFunc(slices.Clone(said), func(s string) bool { return !strings.HasSuffix(s, "-> sorry.slower") })
	if len(said) != bot.MaxMessages+2 || len(slower) != 1 || !strings.HasPrefix(said[len(said)-1], "🆘") {
		t.Errorf("%d exchanges, %d times slower, the last is %q", len(said), len(slower), said[len(said)-1])
	}
}

// Whoever is barred is heard and not answered, danger to life apart; and nothing keeps them from being sent nothing more.
func TestBarred(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "consent:yes"))
	c := h.citizen(t, "telegram", "7")
	h.update(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get(c.ID)
		if err != nil {
			return err
		}
		c.Barred = "threats"
		return errors.Join(tx.Mail.Hold(c.ID, bot.Held{Message: bot.Outbound{Text: "news"}, At: time.Now()}), tx.Citizens.Put(c, s))
	})
	h.hears(t, message("2", "7", "keep this"), message("3", "7", "🆘"), message("4", "7", "consent:no"))
	said := h.said(t)
	if len(said) != 4 || said[1] != "keep this -> " || !strings.Contains(said[2], "-> ") || strings.HasSuffix(said[2], "-> ") {
		t.Errorf("said: %q", said)
	}
	if c := h.citizen(t, "telegram", "7"); !c.Consented.IsZero() || c.Village == "v" || c.Barred == "" {
		t.Errorf("the citizen is %+v", c)
	}
}

// What others filed is shown without what only those who look after it see, and what is hidden not at all.
func TestRecordsOfCases(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "village:tskaro"), message("2", "8", "village:tskaro"))
	ana, beso := h.citizen(t, "telegram", "7"), h.citizen(t, "telegram", "8")
	words := "the bridge, call 599123456"
	h.update(t, func(tx store.Tx) error {
		for i, c := range []bot.Case{
			{ID: "AAAAAA", Kind: bot.CaseProblem, Media: []bot.Media{{Kind: bot.KindPhoto, Ref: "F"}}, Spot: bot.Point{Lat: 1, Long: 2}},
			{ID: "BBBBBB", Kind: bot.CaseIdea, Anonymous: true},
			{ID: "CCCCCC", Kind: bot.CaseIntegrity},
			{ID: "DDDDDD", Kind: bot.CasePraise},
		} {
			c.Citizen, c.Village, c.State, c.Text, c.Created = ana.ID, "tskaro", bot.CaseReceived, words, time.Now().Add(time.Duration(i)*time.Second)
			if err := tx.Cases.Create(c); err != nil {
				return err
			}
		}
		return tx.Cases.Join("AAAAAA", beso.ID)
	})
	h.view(t, func(tx store.Tx) error {
		r := &records{tx: tx, now: time.Now(), questions: &h.desk}
		bare := func(c bot.Case) bool {
			return c.Citizen == "" && len(c.Media) == 0 && c.Spot.None() && !strings.Contains(c.Text, "599")
		}
		if near := r.Nearby("tskaro"); len(near) != 1 || near[0].ID != "AAAAAA" || !bare(near[0]) || len(r.Nearby("mta"))+len(r.Nearby("")) != 0 {
			t.Errorf("nearby: %+v", near)
		}
		if cs := r.Cases(ana.ID); len(cs) != 4 || cs[0].ID != "DDDDDD" || cs[3].Text != words || len(cs[3].Media) != 1 {
			t.Errorf("of whoever filed them: %+v", cs)
		}
		if cs := r.Cases(beso.ID); len(cs) != 1 || !bare(cs[0]) {
			t.Errorf("of whoever joined: %+v", cs)
		}
		if c, ok := r.CaseOf("AAAAAA", beso.ID); !ok || !bare(c) {
			t.Errorf("the joined one: %+v", c)
		}
		if n, hidden := r.Parties("AAAAAA", bot.Scope{All: true}), r.Parties("CCCCCC", bot.Scope{All: true}); n != 2 || hidden != 0 {
			t.Errorf("%d people filed or joined it, %d one that may not be seen", n, hidden)
		}
		if _, ok := r.CaseOf("BBBBBB", beso.ID); ok {
			t.Error("somebody reads a case that is not theirs")
		}
		if c, ok := r.Case("CCCCCC", bot.Scope{All: true, Integrity: true}); !ok || c.Citizen != "" {
			t.Errorf("an integrity case says who filed it: %+v", c)
		}
		if _, ok := r.Case("CCCCCC", bot.Scope{All: true}); ok {
			t.Error("an integrity case without the right")
		}
		all := r.Everything(ana.ID)
		if all.Citizen.ID != ana.ID || len(all.Exchanges) != 1 || len(all.Cases) != 4 || all.Cases[3].Text != words {
			t.Errorf("everything: %+v", all)
		}
		return r.err
	})
}

// Of somebody who has written a great deal everything is found, the oldest too, and forgotten.
func TestEverythingOfAGreatDeal(t *testing.T) {
	h := open(t, nil)
	h.hears(t, message("1", "7", "hello"))
	ana := h.citizen(t, "telegram", "7")
	const many = 700
	h.update(t, func(tx store.Tx) error {
		for n := range many {
			at := time.Now().Add(-time.Duration(n) * time.Hour)
			if _, err := tx.Questions.Add(bot.Question{Citizen: ana.ID, At: at, Text: fmt.Sprint("question ", n), Why: bot.WhyUnknown}); err != nil {
				return err
			}
			if err := tx.Cases.Create(bot.Case{ID: fmt.Sprint("C", n), Citizen: ana.ID, State: bot.CaseReceived, Created: at}); err != nil {
				return err
			}
			ids, err := tx.Outbox.Put(store.Parcel{To: ana.Contacts[0].Address, Citizen: ana.ID, Message: bot.Outbound{Text: "x"}, Due: at})
			if err != nil {
				return err
			}
			if err := tx.Outbox.Settle(ids[0], bot.FateSent, at); err != nil {
				return err
			}
		}
		return nil
	})
	h.view(t, func(tx store.Tx) error {
		r := &records{tx: tx, now: time.Now(), questions: &h.desk}
		e := r.Everything(ana.ID)
		if len(e.Questions) != many || e.Questions[many-1].Text != "question 699" || len(e.Cases) != many || len(e.Sent) != many {
			t.Errorf("%d questions, %d cases, %d messages", len(e.Questions), len(e.Cases), len(e.Sent))
		}
		return r.err
	})
	h.update(t, func(tx store.Tx) error { return tx.Citizens.Forget(ana.ID) })
	h.view(t, func(tx store.Tx) error {
		r := &records{tx: tx, now: time.Now(), questions: &h.desk}
		if e := r.Everything(ana.ID); len(e.Questions)+len(e.Cases)+len(e.Sent) != 0 {
			t.Errorf("left of who was forgotten: %d questions, %d cases, %d messages", len(e.Questions), len(e.Cases), len(e.Sent))
		}
		return r.err
	})
}
