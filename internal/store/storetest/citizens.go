package storetest

import (
	"context"
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func nino() bot.Citizen {
	return bot.Citizen{ID: "nino", Address: bot.Address{Platform: telegram, ID: "1"}}
}

func giorgi() bot.Citizen {
	return bot.Citizen{ID: "giorgi", Address: bot.Address{Platform: telegram, ID: "2"}}
}

func citizenTests() []test {
	return []test{
		{"every field is kept", func(t *testing.T, s store.Store) {
			c, state := filled[bot.Citizen](), filled[bot.State]()
			c.Version = 0
			putCitizen(t, s, c, state, nil)
			c.Version = 1
			view(t, s, func(tx store.Tx) error {
				gotC, gotS, err := tx.Citizens.Get(c.ID)
				equal(t, "citizen", gotC, c)
				equal(t, "state", gotS, state)
				return err
			})
		}},
		{"zero values are kept", func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			view(t, s, func(tx store.Tx) error {
				c, state, err := tx.Citizens.Get(nino().ID)
				want := nino()
				want.Version = 1
				equal(t, "citizen", c, want)
				equal(t, "state", state, bot.State{})
				return err
			})
		}},
		{"who is not there is ErrNotFound", func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			view(t, s, func(tx store.Tx) error {
				if _, _, err := tx.Citizens.Get("nin"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Get gave %v", err)
				}
				for _, a := range []bot.Address{{Platform: messenger, ID: "1"}, {Platform: telegram, ID: "11"}, {}} {
					if _, err := tx.Citizens.ByAddress(a); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("ByAddress gave %v", err)
					}
				}
				return nil
			})
		}},
		{"an address leads to its citizen", func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			putCitizen(t, s, giorgi(), bot.State{}, nil)
			owns(t, s, nino().Address, nino().ID)
			owns(t, s, giorgi().Address, giorgi().ID)
		}},
		{"only the version that was read may be replaced", func(t *testing.T, s store.Store) {
			c := nino()
			c.Version = 1
			putCitizen(t, s, c, bot.State{}, store.ErrConflict) // there is none
			putCitizen(t, s, nino(), bot.State{Step: "first"}, nil)
			putCitizen(t, s, nino(), bot.State{Step: "new again"}, store.ErrConflict)
			putCitizen(t, s, c, bot.State{Step: "second"}, nil)
			putCitizen(t, s, c, bot.State{Step: "late"}, store.ErrConflict)
			c.Version = 3
			putCitizen(t, s, c, bot.State{Step: "early"}, store.ErrConflict)
			view(t, s, func(tx store.Tx) error {
				c, state, err := tx.Citizens.Get(nino().ID)
				equal(t, "version", c.Version, uint64(2))
				equal(t, "step", state.Step, "second")
				return err
			})
		}},
		{"an address has one owner", func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			thief := giorgi()
			thief.Address = nino().Address
			putCitizen(t, s, thief, bot.State{}, store.ErrConflict)
			putCitizen(t, s, giorgi(), bot.State{}, nil)
			thief.Version = 1
			putCitizen(t, s, thief, bot.State{}, store.ErrConflict)
			owns(t, s, nino().Address, nino().ID)
			owns(t, s, giorgi().Address, giorgi().ID)
		}},
		{"an address that was left is free", func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			moved := nino()
			moved.Version, moved.Address = 1, bot.Address{Platform: messenger, ID: "9"}
			putCitizen(t, s, moved, bot.State{}, nil)
			owns(t, s, moved.Address, nino().ID)
			heir := giorgi()
			heir.Address = nino().Address
			putCitizen(t, s, heir, bot.State{}, nil)
			owns(t, s, nino().Address, giorgi().ID)
		}},
	}
}

// putCitizen puts c in an Update of its own, which must give want.
func putCitizen(t *testing.T, s store.Store, c bot.Citizen, state bot.State, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Citizens.Put(c, state) })
	if !errors.Is(err, want) {
		t.Fatalf("Put gave %v, want %v", err, want)
	}
}

func owns(t *testing.T, s store.Store, a bot.Address, want bot.CitizenID) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(a)
		equal(t, "owner", id, want)
		return err
	})
}
