package inbox

import (
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// from is a message of a platform, as of now.
func from(platform bot.Platform, ref, id, text string) bot.Inbound {
	return bot.Inbound{Ref: ref, From: bot.Address{Platform: platform, ID: id}, At: time.Now(), Text: text}
}

func (h *house) citizen(t *testing.T, platform bot.Platform, id string) (c bot.Citizen) {
	t.Helper()
	h.view(t, func(tx store.Tx) error {
		who, err := tx.Citizens.ByAddress(bot.Address{Platform: platform, ID: id})
		if err == nil {
			c, _, err = tx.Citizens.Get(who)
		}
		return err
	})
	return c
}

func (h *house) view(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := h.store.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (h *house) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := h.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (h *house) hears(t *testing.T, ins ...bot.Inbound) {
	t.Helper()
	if err := h.Accept(t.Context(), ins...); err != nil {
		t.Fatal(err)
	}
}

// Consent is kept with its proof; whoever says yes hears of changes from then on. Taking it back keeps the proof.
func TestConsent(t *testing.T) {
	h := open(t, nil)
	h.update(t, func(tx store.Tx) error {
		_, err := tx.Progress.Append(bot.Change{Commitment: "roads", At: time.Now()})
		return err
	})
	h.hears(t, from("telegram", "1", "7", "consent:yes"))
	c := h.citizen(t, "telegram", "7")
	if c.Consented.IsZero() || c.Told != 1 || c.Cadence != bot.CadenceWeekly || len(c.Follows) != 1 {
		t.Errorf("the citizen is %+v", c)
	}
	h.hears(t, from("telegram", "2", "7", "consent:no"))
	if c = h.citizen(t, "telegram", "7"); !c.Consented.IsZero() {
		t.Error("the consent was not taken back")
	}
	h.view(t, func(tx store.Tx) error {
		proof, err := tx.Consents.Of(c.ID)
		if len(proof) != 2 || !proof[0].Given || proof[1].Given || proof[0].Version != bot.ConsentVersion || proof[0].Platform != "telegram" || proof[0].Language != "ka" {
			t.Errorf("the proof is %+v", proof)
		}
		return err
	})
}

// Two conversations become one person's, with what either of them chose, and the code is used up.
func TestLink(t *testing.T) {
	h := open(t, nil)
	h.hears(t,
		from("telegram", "1", "7", "village:shroma"), from("telegram", "2", "7", "consent:yes"), from("telegram", "3", "7", "code:123456"),
		from("messenger", "1", "9", "hello"), from("messenger", "2", "9", "link:123456"), from("messenger", "3", "9", "after"))
	c := h.citizen(t, "messenger", "9")
	if same := h.citizen(t, "telegram", "7"); same.ID != c.ID {
		t.Fatalf("they are still %s and %s", same.ID, c.ID)
	}
	if len(c.Contacts) != 2 || c.Village != "shroma" || c.Consented.IsZero() || c.Cadence != bot.CadenceWeekly {
		t.Errorf("the one person is %+v", c)
	}
	if to, ok := c.Prefer(h.cfg.Windows, time.Now()); !ok || to.Address.Platform != "telegram" {
		t.Errorf("news goes to %s", to.Address.Platform)
	}
	h.view(t, func(tx store.Tx) error {
		es, _, err := tx.Conversations.Of(c.ID, store.Page{Limit: 10})
		if len(es) != 6 {
			t.Errorf("%d of 6 exchanges are theirs", len(es))
		}
		return err
	})
	h.hears(t, from("messenger", "4", "10", "link:123456"))
	if c := h.citizen(t, "messenger", "10"); c.WrongCodes != 1 {
		t.Errorf("a code worked twice (%d wrong ones)", c.WrongCodes)
	}
}

// Of two who type one code at the same time, one is linked.
func TestACodeWorksOnce(t *testing.T) {
	h := open(t, nil)
	h.hears(t, from("telegram", "1", "7", "code:123456"))
	errs := make(chan error)
	for _, id := range []string{"9", "10"} {
		go func() { errs <- h.Accept(t.Context(), from("messenger", "m"+id, id, "link:123456")) }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	linked := h.citizen(t, "telegram", "7")
	if len(linked.Contacts) != 2 {
		t.Errorf("they have %d contacts", len(linked.Contacts))
	}
}

// An account is linked by its code; what it asks for is done in its name, and nobody else's.
func TestStaff(t *testing.T) {
	h := open(t, nil)
	h.update(t, func(tx store.Tx) error {
		if err := tx.Accounts.Put(bot.Account{Login: "nino", Role: bot.RoleVillage, Villages: []string{"shroma"}}); err != nil {
			return err
		}
		return tx.Codes.Put(bot.Code{Kind: bot.CodeStaff, Secret: "SECRET", Login: "nino", Until: time.Now().Add(time.Hour)}, time.Now())
	})
	h.hears(t, from("telegram", "1", "7", "staff:SECRET"), from("telegram", "2", "7", "announce:b1"))
	if got := h.asked; len(got) != 3 || got[0] != "start b1 by nino" || got[1] != "stop b1 by nino" || got[2] != "wake" {
		t.Errorf("asked: %q", got)
	}
	if err := h.Accept(t.Context(), from("telegram", "3", "8", "announce:b2")); err != nil || len(h.asked) != 3 {
		t.Errorf("somebody without an account announced: %q, %v", h.asked, err)
	}
	h.update(t, func(tx store.Tx) error {
		a, err := tx.Accounts.Get("nino")
		a.Disabled = true
		if err == nil {
			err = tx.Accounts.Put(a)
		}
		return err
	})
	if err := h.Accept(t.Context(), from("telegram", "4", "7", "announce:b3")); err != nil || len(h.asked) != 3 {
		t.Errorf("a disabled account announced: %q", h.asked)
	}
}

// An announcement that waited is handed over once with the words that it has by then, and not at all if it was stopped.
func TestHeldBroadcasts(t *testing.T) {
	h := open(t, nil)
	h.hears(t, from("messenger", "1", "9", "hello"), from("messenger", "0", "9", "consent:yes"))
	c := h.citizen(t, "messenger", "9")
	h.update(t, func(tx store.Tx) error {
		for _, b := range []bot.Broadcast{
			{ID: "water", State: bot.BroadcastSending, Messages: map[bot.Language]bot.Outbound{"ka": {Text: "no water"}}},
			{ID: "wrong", State: bot.BroadcastSending, Messages: map[bot.Language]bot.Outbound{"ka": {Text: "to the wrong village"}}},
		} {
			if err := tx.Broadcasts.Create(b, bot.Scope{All: true}); err != nil {
				return err
			}
			if err := tx.Broadcasts.Owe(b.ID, bot.Recipient{Citizen: c.ID, Address: c.Contacts[0].Address, Language: "ka"}); err != nil {
				return err
			}
			if err := tx.Mail.Hold(c.ID, bot.Held{Broadcast: b.ID, At: time.Now()}); err != nil {
				return err
			}
		}
		ds, err := tx.Broadcasts.Claim("messenger", false, time.Now(), 10)
		for _, d := range ds {
			if err := tx.Broadcasts.Settle(d, bot.FateHeld, "", time.Now()); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		wrong, err := tx.Broadcasts.Get("wrong", bot.Scope{All: true})
		wrong.State = bot.BroadcastStopped
		if err == nil {
			err = tx.Broadcasts.Put(wrong)
		}
		return err
	})
	h.hears(t, from("messenger", "2", "9", "a"), from("messenger", "3", "9", "b"))
	said := h.said(t)
	if got := said[len(said)-2]; !strings.Contains(got, "no water") || strings.Contains(got, "wrong village") {
		t.Errorf("the mail reads %q", got)
	}
	if got := said[len(said)-1]; strings.Contains(got, "no water") {
		t.Errorf("it was handed over twice: %q", got)
	}
	h.view(t, func(tx store.Tx) error {
		r, err := tx.Broadcasts.Report("water")
		if r[bot.FateLater] != 1 {
			t.Errorf("fates: %v", r)
		}
		return err
	})
}

// A colleague's rights are not shared by six digits, whoever asked for them and whoever types them.
func TestNobodyLinksWithAColleague(t *testing.T) {
	for _, colleague := range []string{"7", "9"} {
		h := open(t, nil)
		h.hears(t, from("telegram", "1", "7", "code:123456"), from("messenger", "1", "9", "hello"))
		platform := map[string]bot.Platform{"7": "telegram", "9": "messenger"}[colleague]
		who := h.citizen(t, platform, colleague)
		h.update(t, func(tx store.Tx) error {
			return tx.Accounts.Put(bot.Account{Login: "nino", Role: bot.RoleStaff, Citizen: who.ID})
		})
		if err := h.Accept(t.Context(), from("messenger", "2", "9", "link:123456")); err != nil {
			t.Error(err)
		}
		if one, other := h.citizen(t, "telegram", "7"), h.citizen(t, "messenger", "9"); one.ID == other.ID {
			t.Errorf("%s's account was shared", colleague)
		}
	}
}

// Whoever has had everything about them deleted is no newcomer for codes.
func TestGuessesOutliveForgetting(t *testing.T) {
	var g guesses
	me, now := bot.Address{Platform: "messenger", ID: "9"}, time.Now()
	for range bot.MaxWrongCodes {
		if _, locked := g.locked(me, now); locked {
			t.Fatal("locked too early")
		}
		g.note(me, now)
	}
	if _, locked := g.locked(me, now); !locked {
		t.Error("they may go on guessing")
	}
	other := bot.Address{Platform: "webchat", ID: "x"}
	if _, locked := g.locked(other, now); locked {
		t.Error("another may not try")
	}
	for i := range maxGuesses {
		g.note(bot.Address{Platform: "webchat", ID: string(rune('a' + i))}, now)
	}
	if _, locked := g.locked(other, now); !locked {
		t.Error("many newcomers together may go on guessing")
	}
	if _, locked := g.locked(other, now.Add(bot.WrongCodeTime+time.Minute)); locked {
		t.Error("locked for ever")
	}
}

// What somebody adds to a case is read where the case is, and in what is kept about them.
func TestAdditionsAreRead(t *testing.T) {
	h := open(t, nil)
	h.hears(t, from("telegram", "1", "7", "hello"))
	c := h.citizen(t, "telegram", "7")
	h.update(t, func(tx store.Tx) error {
		if err := tx.Cases.Create(bot.Case{ID: "K7M4QX", Citizen: c.ID, Kind: bot.CaseProblem, Village: "shroma", State: bot.CaseReceived, Created: time.Now(), Text: "the road"}); err != nil {
			return err
		}
		for _, e := range []bot.CaseEvent{{Citizen: c.ID, Text: "and the bridge"}, {By: "nino", Text: "a note", Internal: true}, {By: "nino", Text: "an answer"}} {
			e.Case, e.At = "K7M4QX", time.Now()
			if err := tx.Cases.AddEvent(e); err != nil {
				return err
			}
		}
		return nil
	})
	h.view(t, func(tx store.Tx) error {
		r := &records{tx: tx, now: time.Now(), windows: h.cfg.Windows}
		if added := r.Added("K7M4QX", bot.Scope{Villages: []string{"shroma"}}); len(added) != 1 || added[0].Text != "and the bridge" {
			t.Errorf("added: %+v", added)
		}
		if added := r.Added("K7M4QX", bot.Scope{Villages: []string{"mta"}}); len(added) != 0 {
			t.Errorf("another village reads %+v", added)
		}
		if e := r.Everything(c.ID); len(e.Added) != 1 {
			t.Errorf("kept: %+v", e.Added)
		}
		return r.err
	})
}
