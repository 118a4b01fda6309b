package storetest

import (
	"context"
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func nino() bot.Citizen {
	return bot.Citizen{ID: "nino", Contacts: []bot.Contact{{Address: bot.Address{Platform: telegram, ID: "1"}}}}
}

func giorgi() bot.Citizen {
	return bot.Citizen{ID: "giorgi", Contacts: []bot.Contact{{Address: bot.Address{Platform: telegram, ID: "2"}}}}
}

func citizenTests() []test {
	return []test{
		{name: "every field is kept", run: func(t *testing.T, s store.Store) {
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
		{name: "zero values are kept", run: func(t *testing.T, s store.Store) {
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
		{name: "who is not there is ErrNotFound", run: func(t *testing.T, s store.Store) {
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
		{name: "an address leads to its citizen", run: func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			putCitizen(t, s, giorgi(), bot.State{}, nil)
			owns(t, s, nino().Contacts[0].Address, nino().ID)
			owns(t, s, giorgi().Contacts[0].Address, giorgi().ID)
		}},
		{name: "only the version that was read may be replaced", run: func(t *testing.T, s store.Store) {
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
		{name: "an address has one owner", run: func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			thief := giorgi()
			thief.Contacts = append(thief.Contacts, nino().Contacts...)
			putCitizen(t, s, thief, bot.State{}, store.ErrConflict)
			putCitizen(t, s, giorgi(), bot.State{}, nil)
			thief.Version = 1
			putCitizen(t, s, thief, bot.State{}, store.ErrConflict)
			thief.Contacts = nino().Contacts
			putCitizen(t, s, thief, bot.State{}, store.ErrConflict)
			owns(t, s, nino().Contacts[0].Address, nino().ID)
			owns(t, s, giorgi().Contacts[0].Address, giorgi().ID)
		}},
		{name: "an address that was left is free", run: func(t *testing.T, s store.Store) {
			putCitizen(t, s, nino(), bot.State{}, nil)
			moved := nino()
			moved.Version, moved.Contacts = 1, []bot.Contact{{Address: bot.Address{Platform: messenger, ID: "9"}}}
			putCitizen(t, s, moved, bot.State{}, nil)
			owns(t, s, moved.Contacts[0].Address, nino().ID)
			heir := giorgi()
			heir.Contacts = nino().Contacts
			putCitizen(t, s, heir, bot.State{}, nil)
			owns(t, s, nino().Contacts[0].Address, giorgi().ID)
		}},
		{name: "each of several addresses leads to its citizen", run: func(t *testing.T, s store.Store) {
			c := nino()
			c.Contacts = contacts("1", "2", "3")
			putCitizen(t, s, c, bot.State{}, nil)
			for _, contact := range c.Contacts {
				owns(t, s, contact.Address, c.ID)
			}
			c.Version, c.Contacts = 1, contacts("4", "3", "1")
			putCitizen(t, s, c, bot.State{}, nil)
			for _, contact := range c.Contacts {
				owns(t, s, contact.Address, c.ID)
			}
			view(t, s, func(tx store.Tx) error {
				if _, err := tx.Citizens.ByAddress(contacts("2")[0].Address); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("the address that was left gave %v", err)
				}
				got, _, err := tx.Citizens.Get(c.ID)
				equal(t, "contacts", got.Contacts, c.Contacts)
				return err
			})
		}},
	}
}

// contacts gives contacts with addresses of telegram.
func contacts(ids ...string) (cs []bot.Contact) {
	for _, id := range ids {
		cs = append(cs, bot.Contact{Address: bot.Address{Platform: telegram, ID: id}})
	}
	return cs
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
