package staff

import (
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func TestBar(t *testing.T) {
	h, kept := service(t)
	err := kept.Update(t.Context(), func(tx store.Tx) error {
		c := bot.Citizen{ID: "c", Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: "1"}}}}
		if err := tx.Citizens.Put(c, bot.State{}); err != nil {
			return err
		}
		return tx.Cases.Create(bot.Case{ID: "K7M4QX", Citizen: "c", Kind: bot.CaseProblem, Anonymous: true, Created: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	barred := func() (reason string) {
		t.Helper()
		if err := kept.View(t.Context(), func(tx store.Tx) error {
			c, _, err := tx.Citizens.Get("c")
			reason = c.Barred
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return reason
	}
	for _, reason := range []string{"", "x", strings.Repeat("ა", 300), "a\x00bcdef"} {
		if err := h.Bar(t.Context(), "K7M4QX", reason, "eka"); err == nil {
			t.Errorf("the reason %q was taken", reason)
		}
	}
	if err := h.Bar(t.Context(), "nobody", "threats to the clerk", "eka"); err == nil {
		t.Error("a case that is not there was taken")
	}
	if err := h.Bar(t.Context(), " k7m4qx ", "threats to the clerk", "eka"); err != nil || barred() != "threats to the clerk" {
		t.Errorf("%v, barred %q", err, barred())
	}
	if err := h.Unbar(t.Context(), "K7M4QX", "eka"); err != nil || barred() != "" {
		t.Errorf("%v, barred %q", err, barred())
	}
	if err := kept.View(t.Context(), func(tx store.Tx) error {
		trail, _, err := tx.Trail.Latest(store.Page{Limit: 10})
		if len(trail) != 2 || trail[1].Act != "citizen.bar" || trail[1].Login != "eka" || trail[1].Object != "K7M4QX threats to the clerk" {
			t.Errorf("the trail: %+v", trail)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
