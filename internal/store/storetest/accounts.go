package storetest

import (
	"context"
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func accountTests() []test {
	return []test{
		{name: "every field is kept", run: func(t *testing.T, s store.Store) {
			a := filled[bot.Account]()
			a.Version = 0
			putAccount(t, s, a, nil)
			a.Version = 1
			view(t, s, func(tx store.Tx) error {
				got, err1 := tx.Accounts.Get(a.Login)
				equal(t, "account", got, a)
				linked, err2 := tx.Accounts.ByCitizen(a.Citizen)
				equal(t, "linked", linked, a)
				return errors.Join(err1, err2)
			})
		}},
		{name: "what is not there is ErrNotFound", run: func(t *testing.T, s store.Store) {
			putAccount(t, s, bot.Account{Login: "keti"}, nil)
			view(t, s, func(tx store.Tx) error {
				for _, login := range []string{"", "ket", "keti2"} {
					if _, err := tx.Accounts.Get(login); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Get gave %v", err)
					}
				}
				return nil
			})
			linked(t, s, "", "")
			linked(t, s, "nino", "")
		}},
		{name: "only the version that was read may be replaced", run: func(t *testing.T, s store.Store) {
			a := bot.Account{Login: "keti", Version: 1}
			putAccount(t, s, a, store.ErrConflict) // there is none
			putAccount(t, s, bot.Account{Login: "keti"}, nil)
			putAccount(t, s, bot.Account{Login: "keti", Name: "new again"}, store.ErrConflict)
			a.Name = "second"
			putAccount(t, s, a, nil)
			putAccount(t, s, a, store.ErrConflict)
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Accounts.Get("keti")
				a.Version = 2
				equal(t, "account", got, a)
				return err
			})
		}},
		{name: "by login", run: func(t *testing.T, s store.Store) {
			for _, login := range []string{"m.n", "b", "aa", "a", "z-1"} {
				putAccount(t, s, bot.Account{Login: login}, nil)
			}
			view(t, s, func(tx store.Tx) error {
				as, err := tx.Accounts.All()
				var logins []string
				for _, a := range as {
					logins = append(logins, a.Login)
				}
				equal(t, "accounts", logins, []string{"a", "aa", "b", "m.n", "z-1"})
				return err
			})
		}},
		{name: "a citizen is linked to one account, the last", run: func(t *testing.T, s store.Store) {
			first := bot.Account{Login: "keti", Citizen: "nino", Name: "Keti"}
			putAccount(t, s, first, nil)
			putAccount(t, s, bot.Account{Login: "luka", Citizen: "nino"}, nil)
			linked(t, s, "nino", "luka")
			first.Version = 1
			putAccount(t, s, first, store.ErrConflict) // it was changed since
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Accounts.Get("keti")
				equal(t, "account", got, bot.Account{Login: "keti", Name: "Keti", Version: 2})
				return err
			})
		}},
		{name: "a link that is changed or taken back leads nowhere", run: func(t *testing.T, s store.Store) {
			putAccount(t, s, bot.Account{Login: "keti", Citizen: "nino"}, nil)
			putAccount(t, s, bot.Account{Login: "keti", Citizen: "nino", Version: 1}, nil)
			linked(t, s, "nino", "keti")
			putAccount(t, s, bot.Account{Login: "keti", Citizen: "giorgi", Version: 2}, nil)
			linked(t, s, "nino", "")
			linked(t, s, "giorgi", "keti")
			putAccount(t, s, bot.Account{Login: "keti", Version: 3}, nil)
			linked(t, s, "giorgi", "")
		}},
	}
}

// putAccount puts a in an Update of its own, which must give want.
func putAccount(t *testing.T, s store.Store, a bot.Account, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Accounts.Put(a) })
	if !errors.Is(err, want) {
		t.Fatalf("Put gave %v, want %v", err, want)
	}
}

// linked checks to which account a citizen is linked; "": to none.
func linked(t *testing.T, s store.Store, id bot.CitizenID, want string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		a, err := tx.Accounts.ByCitizen(id)
		if want == "" && !errors.Is(err, store.ErrNotFound) || want != "" && err != nil {
			t.Errorf("ByCitizen gave %v", err)
		}
		equal(t, "linked to", a.Login, want)
		return nil
	})
}
