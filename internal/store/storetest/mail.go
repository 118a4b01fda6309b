package storetest

import (
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func mailTests() []test {
	return []test{
		{name: "every field is kept, the oldest first", run: func(t *testing.T, s store.Store) {
			h := filled[bot.Held]()
			given := h.ID
			update(t, s, func(tx store.Tx) error { return tx.Mail.Hold("1", h) })
			hold(t, s, "1", bot.Outbound{Text: "second"})
			held := heldFor(t, s, "1", 10)
			if len(held) != 2 || held[0].ID == "" || held[0].ID == given || held[0].ID == held[1].ID {
				t.Fatalf("held: %+v", held)
			}
			h.ID = held[0].ID
			equal(t, "first", held[0], h)
			equal(t, "second", held[1].Message.Text, "second")
			equal(t, "at most", len(heldFor(t, s, "1", 1)), 1)
		}},
		{name: "nobody gets another's", run: func(t *testing.T, s store.Store) {
			hold(t, s, "1", bot.Outbound{Text: "mine"})
			hold(t, s, "11", bot.Outbound{Text: "theirs"})
			mine := heldFor(t, s, "1", 10)
			equal(t, "held", len(mine), 1)
			equal(t, "held for nobody", len(heldFor(t, s, "", 10)), 0)
			update(t, s, func(tx store.Tx) error {
				if err := tx.Mail.Drop("11", mine[0].ID); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("dropping another's gave %v", err)
				}
				return nil
			})
			equal(t, "still held", len(heldFor(t, s, "1", 10)), 1)
		}},
		{name: "what is dropped is gone", run: func(t *testing.T, s store.Store) {
			hold(t, s, "1", bot.Outbound{Text: "a"})
			hold(t, s, "1", bot.Outbound{Text: "b"})
			hold(t, s, "2", bot.Outbound{Text: "c"})
			first := heldFor(t, s, "1", 10)[0].ID
			update(t, s, func(tx store.Tx) error { return tx.Mail.Drop("1", first) })
			view(t, s, func(tx store.Tx) error {
				n, err := tx.Mail.Depth()
				equal(t, "depth", n, 2)
				return err
			})
			left := heldFor(t, s, "1", 10)
			if len(left) != 1 || left[0].Message.Text != "b" {
				t.Errorf("left: %+v", left)
			}
			update(t, s, func(tx store.Tx) error {
				for _, id := range []string{first, "", "x"} {
					if err := tx.Mail.Drop("1", id); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Drop(%q) gave %v", id, err)
					}
				}
				return nil
			})
		}},
	}
}

func hold(t *testing.T, s store.Store, id bot.CitizenID, m bot.Outbound) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Mail.Hold(id, bot.Held{At: at(0), Message: m}) })
}

func heldFor(t *testing.T, s store.Store, id bot.CitizenID, limit int) (held []bot.Held) {
	t.Helper()
	view(t, s, func(tx store.Tx) (err error) { held, err = tx.Mail.Of(id, limit); return err })
	return held
}
