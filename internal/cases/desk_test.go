package cases

import (
	"errors"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// A case is given to a colleague who may read it, who is told; and nobody else hears of that or of a note.
func TestAssignAndNote(t *testing.T) {
	h := open(t)
	h.open(t, problem("AAAAAA", "ana"))
	h.told(t)
	assign := func(by, to string) error {
		return h.tries(t, func(tx store.Tx) error {
			a, err := tx.Accounts.Get(by)
			return errors.Join(err, h.Assign(tx, "AAAAAA", to, a, h.now))
		})
	}
	for _, c := range []struct {
		by, to string
		want   error
	}{{"vaso", "vaso", store.ErrNotFound}, {"nino", "vaso", store.ErrConflict}, {"nino", "nobody", store.ErrConflict}, {"nino", "nino", nil}, {"nino", "giorgi", nil}, {"nino", "giorgi", nil}} {
		if err := assign(c.by, c.to); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s gives it to %q: %v", c.by, c.to, err)
		}
	}
	if got := h.told(t); whom(got) != "giorgi" || !strings.Contains(got[0].Message.Heading, "AAAAAA") || len(got[0].Message.Buttons) == 0 || got[0].Message.About != "case:AAAAAA" {
		t.Errorf("it was told as %+v", got)
	}
	if c := h.get(t, "AAAAAA"); c.Assigned != "giorgi" || c.State != bot.CaseReceived {
		t.Errorf("it is %+v", c)
	}
	if err := assign("giorgi", ""); err != nil || h.get(t, "AAAAAA").Assigned != "" {
		t.Errorf("given back: %v", err)
	}
	note := func(by string) error {
		return h.tries(t, func(tx store.Tx) error {
			a, err := tx.Accounts.Get(by)
			return errors.Join(err, h.Note(tx, "AAAAAA", "Call the carpenter.", a, h.now))
		})
	}
	if err := note("vaso"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a note from another village: %v", err)
	}
	if err := note("nino"); err != nil {
		t.Fatal(err)
	}
	if got := h.told(t); len(got) != 0 {
		t.Errorf("a note was told to %q", whom(got))
	}
	h.update(t, func(tx store.Tx) error {
		events, err := tx.Cases.Events("AAAAAA")
		var given []string
		for _, e := range events[1:] {
			if !e.Internal || e.From != e.To {
				t.Errorf("a step is %+v", e)
			}
			given = append(given, e.By+">"+e.Assigned+e.Text)
		}
		if got := strings.Join(given, " "); got != "nino>nino nino>giorgi giorgi>~ nino>Call the carpenter." {
			t.Errorf("the history is %q", got)
		}
		trail, _, err2 := tx.Trail.Latest(store.Page{Limit: 10})
		if len(trail) != 4 || trail[0].Act != "case.note" || trail[0].Object != "AAAAAA" || trail[1].Act != "case.assign" {
			t.Errorf("the trail is %+v", trail)
		}
		return errors.Join(err, err2)
	})
}
