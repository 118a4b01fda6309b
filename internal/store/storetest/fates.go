package storetest

import (
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func fateTests() []test {
	return []test{
		{name: "what became of a parcel is kept", run: func(t *testing.T, s store.Store) {
			a, b := parcelOf("nino", "1", "a"), parcelOf("nino", "1", "b")
			b.Message.Purpose = bot.PurposeNotice
			ids := put(t, s, a, b, parcelOf("nino", "1", "not settled"))
			settleAs(t, s, ids[0], bot.FateSent, 3)
			settleAs(t, s, ids[1], bot.FateHeld, 4)
			fates(t, s, "nino", append(ids, "", "x", "99999999999999999999999"), map[string]bot.Sending{
				ids[0]: {ID: ids[0], Citizen: "nino", Fate: bot.FateSent, At: at(3)},
				ids[1]: {ID: ids[1], Citizen: "nino", Purpose: bot.PurposeNotice, Fate: bot.FateHeld, At: at(4)},
			})
			fates(t, s, "nino", ids[:1], map[string]bot.Sending{ids[0]: {ID: ids[0], Citizen: "nino", Fate: bot.FateSent, At: at(3)}})
			fates(t, s, "nino", nil, map[string]bot.Sending{})
		}},
		{name: "a parcel that is returned has no fate", run: func(t *testing.T, s store.Store) {
			ids := put(t, s, parcelOf("nino", "1", "a"), parcelOf("giorgi", "2", "b"))
			claim(t, s, telegram, at(0), 5)
			retry(t, s, ids[0], at(1))
			update(t, s, func(tx store.Tx) error { return tx.Outbox.Release(ids[1], at(1)) })
			fates(t, s, "nino", ids, map[string]bot.Sending{})
		}},
		{name: "what became of somebody's parcels is listed, and is into's once they are one", run: func(t *testing.T, s store.Store) {
			notice := parcelOf("nino", "1", "b")
			notice.Message.Purpose = bot.PurposeNotice
			putCitizen(t, s, bot.Citizen{ID: "nino"}, bot.State{}, nil)
			putCitizen(t, s, bot.Citizen{ID: "giorgi"}, bot.State{}, nil)
			ids := put(t, s, parcelOf("nino", "1", "a"), notice, parcelOf("nino2", "3", "c"), parcelOf("giorgi", "2", "d"), parcelOf("nino", "1", "waits"))
			for i, id := range ids[:4] {
				settleAs(t, s, id, bot.FateSent, 3+i)
			}
			sent(t, s, "nino", 9, ids[1], ids[0])
			sent(t, s, "nino", 1, ids[1])
			sent(t, s, "nin", 9)
			update(t, s, func(tx store.Tx) error { return tx.Citizens.Merge("giorgi", "nino") })
			sent(t, s, "giorgi", 9, ids[3], ids[1], ids[0])
			sent(t, s, "nino", 9)
			settleAs(t, s, ids[4], bot.FateFailed, 8)
			sent(t, s, "giorgi", 9, ids[4], ids[3], ids[1], ids[0])
			forget(t, s, "giorgi", nil)
			sent(t, s, "giorgi", 9)
			sent(t, s, "nino2", 9, ids[2])
		}},
		{name: "nobody sees or changes another's", run: func(t *testing.T, s store.Store) {
			ids := put(t, s, parcelOf("nino", "1", "a"))
			settleAs(t, s, ids[0], bot.FateSent, 3)
			for _, id := range []bot.CitizenID{"giorgi", "nin", ""} {
				fates(t, s, id, ids, map[string]bot.Sending{})
				setFate(t, s, id, ids[0], bot.FateLater, store.ErrNotFound)
			}
		}},
		{name: "SetFate changes the fate of what is settled", run: func(t *testing.T, s store.Store) {
			ids := put(t, s, parcelOf("nino", "1", "a"), parcelOf("nino", "1", "not settled"))
			settleAs(t, s, ids[0], bot.FateHeld, 3)
			setFate(t, s, "nino", ids[0], bot.FateLater, nil)
			fates(t, s, "nino", ids, map[string]bot.Sending{ids[0]: {ID: ids[0], Citizen: "nino", Fate: bot.FateLater, At: at(99)}})
			for _, id := range []string{ids[1], "", "x"} {
				setFate(t, s, "nino", id, bot.FateLater, store.ErrNotFound)
			}
		}},
	}
}

func parcelOf(id bot.CitizenID, to, text string) store.Parcel {
	p := parcel(to, text, at(0))
	p.Citizen = id
	return p
}

func settleAs(t *testing.T, s store.Store, id string, fate bot.Fate, minutes int) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Settle(id, fate, at(minutes)) })
}

// setFate changes a fate at(99), which must give want.
func setFate(t *testing.T, s store.Store, of bot.CitizenID, id string, fate bot.Fate, want error) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		if err := tx.Outbox.SetFate(of, id, fate, at(99)); !errors.Is(err, want) {
			t.Errorf("SetFate gave %v, want %v", err, want)
		}
		return nil
	})
}

func sent(t *testing.T, s store.Store, of bot.CitizenID, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		var got []string
		ss, err := tx.Outbox.Sent(of, limit)
		for _, x := range ss {
			if got = append(got, x.ID); x.Citizen != of || x.At.IsZero() {
				t.Errorf("sent: %+v", x)
			}
		}
		equal(t, "sent to "+string(of), got, want)
		return err
	})
}

func fates(t *testing.T, s store.Store, of bot.CitizenID, ids []string, want map[string]bot.Sending) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Outbox.Fates(of, ids)
		if len(got) > 0 || len(want) > 0 {
			equal(t, "fates", got, want)
		}
		return err
	})
}
