package questions

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func (h *town) review(t *testing.T, login, group string) (r Reviewed, err error) {
	t.Helper()
	by := h.account(t, login)
	err = h.store.View(t.Context(), func(tx store.Tx) (err error) {
		r, err = h.Review(tx, group, by.Scope(), h.now)
		return err
	})
	return r, err
}

func TestReview(t *testing.T) {
	h := open(t)
	h.cfg.Windows = bot.Windows{"telegram": 0, "messenger": 24 * time.Hour}
	h.update(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get("beso")
		c.Contacts = []bot.Contact{{Address: bot.Address{Platform: "messenger", ID: "9"}, LastInbound: h.now}}
		d, s2, err2 := tx.Citizens.Get("gela")
		d.Contacts[0].Reach = bot.Blocked
		return errors.Join(err, err2, tx.Citizens.Put(c, s), tx.Citizens.Put(d, s2))
	})
	h.ask(t, "ana", bot.WhyUnknown, "water when")
	group, _ := strings.CutPrefix(h.told(t)[0].Message.About, "question:")
	h.ask(t, "beso", bot.WhyUnknown, "water   when")
	h.ask(t, "gela", bot.WhyUnknown, "water please")
	h.ask(t, "maka", bot.WhyUnknown, "water in mta")
	r, err := h.review(t, "giorgi", group)
	if err != nil || r.Count != 4 || len(r.Villages) != 2 || len(r.Asked) != 3 || r.Asked[0].Text != "water when" || r.Asked[0].Count != 2 || r.Asked[0].Citizen != "ana" {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.Reach.Now["telegram"] != 2 || r.Reach.Now["messenger"] != 1 || r.Reach.Gone != 1 || len(r.Reach.Later) != 0 {
		t.Errorf("%+v can be reached", r.Reach)
	}
	h.now = h.now.AddDate(0, 0, 8)
	if r, err := h.review(t, "giorgi", group); err != nil || r.Reach.Later["messenger"] != 1 || r.Reach.Now["messenger"] != 0 {
		t.Errorf("a week later: %+v, %v", r.Reach, err)
	}
	if r, err := h.review(t, "vaso", group); err != nil || r.Count != 1 || r.Text != "water in mta" || len(r.Asked) != 1 || r.Reach.Now["telegram"] != 1 {
		t.Errorf("the other village sees %+v, %v", r, err)
	}
	// What was answered for one village is not answered again for the other.
	h.told(t)
	if err := h.answer(t, "vaso", group, "On Friday."); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "maka" {
		t.Errorf("the answer went to %q", got)
	}
	if _, err := h.review(t, "vaso", group); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what is left: %v", err)
	}
	if r, err := h.review(t, "giorgi", group); err != nil || r.Count != 3 || len(r.Villages) != 1 {
		t.Errorf("what is left is %+v, %v", r, err)
	}
	if err := h.answer(t, "giorgi", group, "Tomorrow."); err != nil {
		t.Fatal(err)
	}
	if got := whom(h.told(t)); got != "ana" { // beso's is on another platform
		t.Errorf("the answer went to %q", got)
	}
	if r, err := h.review(t, "nino", group); err != nil || r.Answered.IsZero() || r.Reply != "Tomorrow." || r.By != "giorgi" {
		t.Errorf("afterwards: %+v, %v", r, err)
	}
	if _, err := h.review(t, "giorgi", "nonsense"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nonsense: %v", err)
	}
}

func TestClose(t *testing.T) {
	h := open(t)
	h.ask(t, "ana", bot.WhyUnknown, "asdf")
	group, _ := strings.CutPrefix(h.told(t)[0].Message.About, "question:")
	h.ask(t, "maka", bot.WhyUnknown, "asdf mta")
	h.told(t)
	shut := func(login, reason string) error {
		by := h.account(t, login)
		return h.store.Update(t.Context(), func(tx store.Tx) error { return h.Close(tx, group, reason, by, h.now) })
	}
	for _, reason := range []string{"", "  no  ", strings.Repeat("x", 201), "a\x00bcdef"} {
		if _, refused := errors.AsType[bot.Refusal](shut("giorgi", reason)); !refused {
			t.Errorf("the reason %q was taken", reason)
		}
	}
	if err := shut("nino", "no question at all"); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); len(got) != 0 {
		t.Errorf("%q were told", whom(got))
	}
	if w := h.waiting(t, "nino"); len(w.Questions) != 0 || w.Asked != 1 || w.Answered != 0 {
		t.Errorf("closed: %+v", w)
	}
	if w := h.waiting(t, "vaso"); len(w.Questions) != 1 {
		t.Errorf("the other village: %+v", w)
	}
	if err := shut("nino", "once more"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	h.update(t, func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 1})
		if as[0].Act != "question.close" || as[0].Login != "nino" || as[0].Object != group+" no question at all" {
			t.Errorf("the trail says %+v", as[0])
		}
		return err
	})
}

// A conversation is listed for whoever may take it, with the time that is left, and for nobody else once it is taken.
func TestConversations(t *testing.T) {
	h := open(t)
	h.cfg.Windows = bot.Windows{"telegram": 24 * time.Hour}
	list := func(login string) (cs []OpenTalk) {
		by := h.account(t, login)
		h.update(t, func(tx store.Tx) (err error) { cs, err = h.OpenTalks(tx, by, h.now); return err })
		return cs
	}
	h.update(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get("ana")
		c.Contacts[0].LastInbound = h.now
		return errors.Join(err, tx.Citizens.Put(c, s))
	})
	wrote := h.now
	h.ask(t, "ana", bot.WhyPerson, "please call me")
	for _, login := range []string{"nino", "giorgi"} {
		cs := list(login)
		if len(cs) != 1 || cs[0].Citizen != "ana" || cs[0].Asked != "please call me" || cs[0].By != "" || !cs[0].Reach || !cs[0].Until.Equal(wrote.AddDate(0, 0, 7)) {
			t.Fatalf("%s sees %+v", login, cs)
		}
	}
	if cs := list("vaso"); len(cs) != 0 {
		t.Errorf("another village sees %+v", cs)
	}
	by := h.account(t, "nino")
	h.update(t, func(tx store.Tx) error {
		c, s, err := tx.Citizens.Get("ana")
		return errors.Join(err, h.SayTo(tx, &c, &s, "I am here.", by, h.now), tx.Citizens.Put(c, s))
	})
	if cs := list("nino"); len(cs) != 1 || cs[0].By != "nino" || cs[0].Silent.IsZero() {
		t.Errorf("taken: %+v", cs)
	}
	if cs := list("giorgi"); len(cs) != 0 {
		t.Errorf("a colleague sees %+v", cs)
	}
	h.now = h.now.Add(talkTime + time.Minute)
	if cs := list("nino"); len(cs) != 0 {
		t.Errorf("it is over: %+v", cs)
	}
}
