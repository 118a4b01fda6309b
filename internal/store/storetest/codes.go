package storetest

import (
	"errors"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func codeTests() []test {
	return []test{
		{name: "every field is kept until it runs out", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Code]()
			c.Role = "" // that is not kept, but looked up
			putCode(t, s, c, c.Until.Add(-time.Hour))
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Codes.Get(c.Kind, c.Secret, c.Until.Add(-time.Microsecond))
				equal(t, "code", got, c)
				return err
			})
			good(t, s, c.Kind, c.Secret, c.Until, false)
			good(t, s, c.Kind, c.Secret, c.Until.Add(time.Hour), false)
		}},
		{name: "another secret or kind is ErrNotFound", run: func(t *testing.T, s store.Store) {
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "123456", Citizen: "nino", Until: at(10)}, at(0))
			good(t, s, bot.CodeLink, "12345", at(0), false)
			good(t, s, bot.CodeLink, "", at(0), false)
			good(t, s, bot.CodeStaff, "123456", at(0), false)
			good(t, s, bot.CodeLink, "123456", at(0), true)
		}},
		{name: "a code is used once", run: func(t *testing.T, s store.Store) {
			c := bot.Code{Kind: bot.CodeLink, Secret: "123456", Citizen: "nino", Until: at(10)}
			putCode(t, s, c, at(0))
			use := func(secret string, now time.Time, want error) {
				t.Helper()
				update(t, s, func(tx store.Tx) error {
					got, err := tx.Codes.Use(c.Kind, secret, now)
					if !errors.Is(err, want) {
						t.Errorf("Use gave %v, want %v", err, want)
					}
					if err == nil {
						equal(t, "code", got, c)
					}
					return nil
				})
			}
			use("654321", at(1), store.ErrNotFound)
			use(c.Secret, at(10), store.ErrNotFound) // it has run out
			use(c.Secret, at(1), nil)
			use(c.Secret, at(1), store.ErrNotFound)
			good(t, s, c.Kind, c.Secret, at(1), false)
		}},
		{name: "a new one ends earlier ones of its kind for the same citizen or account", run: func(t *testing.T, s store.Store) {
			link := func(secret string, id bot.CitizenID) {
				putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: secret, Citizen: id, Until: at(10)}, at(0))
			}
			staff := func(secret, login string) {
				putCode(t, s, bot.Code{Kind: bot.CodeStaff, Secret: secret, Login: login, Until: at(10)}, at(0))
			}
			link("1", "nino")
			link("2", "giorgi")
			staff("3", "nino") // a login, not a citizen
			staff("4", "giorgi")
			putCode(t, s, bot.Code{Kind: bot.CodeStaff, Secret: "5", Citizen: "nino", Until: at(10)}, at(0)) // another kind
			link("6", "nino")
			staff("7", "giorgi")
			link("2", "giorgi") // the same again
			for secret, is := range map[string]bool{"1": false, "2": true, "6": true} {
				good(t, s, bot.CodeLink, secret, at(1), is)
			}
			for secret, is := range map[string]bool{"3": true, "4": false, "5": true, "7": true} {
				good(t, s, bot.CodeStaff, secret, at(1), is)
			}
		}},
		{name: "Put drops what has run out", run: func(t *testing.T, s store.Store) {
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "1", Citizen: "nino", Until: at(10)}, at(0))
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "2", Citizen: "giorgi", Until: at(20)}, at(0))
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "3", Citizen: "keti", Until: at(30)}, at(10))
			good(t, s, bot.CodeLink, "1", at(0), false) // it was good then
			good(t, s, bot.CodeLink, "2", at(0), true)
		}},
		{name: "a secret that is good for somebody else is ErrConflict", run: func(t *testing.T, s store.Store) {
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "1", Citizen: "nino", Until: at(10)}, at(0))
			theirs := bot.Code{Kind: bot.CodeLink, Secret: "1", Citizen: "giorgi", Until: at(30)}
			update(t, s, func(tx store.Tx) error {
				if err := tx.Codes.Put(theirs, at(9)); !errors.Is(err, store.ErrConflict) {
					t.Errorf("Put gave %v", err)
				}
				return nil
			})
			putCode(t, s, theirs, at(10)) // the other has run out
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Codes.Get(bot.CodeLink, "1", at(11))
				equal(t, "code", got, theirs)
				return err
			})
		}},
	}
}

func putCode(t *testing.T, s store.Store, c bot.Code, now time.Time) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Codes.Put(c, now) })
}

// good checks whether a code is good.
func good(t *testing.T, s store.Store, kind bot.CodeKind, secret string, now time.Time, want bool) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		_, err := tx.Codes.Get(kind, secret, now)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		equal(t, "good "+secret, err == nil, want)
		return nil
	})
}
