package storetest

import (
	"errors"
	"testing"
	"time"

	"ogpbot/internal/store"
)

func sessionTests() []test {
	return []test{
		{name: "every field is kept until it ends", run: func(t *testing.T, s store.Store) {
			x := filled[store.Session]()
			update(t, s, func(tx store.Tx) error { return tx.Sessions.Put("token", x) })
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Sessions.Get("token", x.Ends.Add(-time.Microsecond))
				if got.ID == "" || got.ID == "token" {
					t.Errorf("the ID is %q", got.ID)
				}
				x.ID = got.ID
				equal(t, "session", got, x)
				if _, err := tx.Sessions.Get("token", x.Ends); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Get after the end gave %v", err)
				}
				for _, wrong := range []string{"", "toke", x.ID} {
					if _, err := tx.Sessions.Get(wrong, at(0)); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Get(%q) gave %v", wrong, err)
					}
				}
				return err
			})
		}},
		{name: "those of one account, newest first", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				return errors.Join(
					tx.Sessions.Put("a", store.Session{Login: "keti", Browser: "old", Created: at(1), Ends: at(100)}),
					tx.Sessions.Put("b", store.Session{Login: "keti2", Browser: "other", Created: at(2), Ends: at(100)}),
					tx.Sessions.Put("c", store.Session{Login: "keti", Browser: "new", Created: at(3), Ends: at(100)}),
					tx.Sessions.Put("a", store.Session{Login: "keti", Browser: "older", Created: at(1), Ends: at(100)}))
			})
			browsers(t, s, "keti", "new", "older")
			browsers(t, s, "keti2", "other")
			browsers(t, s, "ket")
		}},
		{name: "one can be ended, by its own account only", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				return errors.Join(
					tx.Sessions.Put("a", store.Session{Login: "keti", Browser: "a", Ends: at(100)}),
					tx.Sessions.Put("b", store.Session{Login: "luka", Browser: "b", Ends: at(100)}))
			})
			update(t, s, func(tx store.Tx) error {
				x, err := tx.Sessions.Get("a", at(0))
				for login, id := range map[string]string{"luka": x.ID, "keti": "nonsense"} {
					if err := tx.Sessions.Drop(login, id); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Drop gave %v", err)
					}
				}
				return errors.Join(err, tx.Sessions.Drop("keti", x.ID))
			})
			browsers(t, s, "keti")
			browsers(t, s, "luka", "b")
			view(t, s, func(tx store.Tx) error {
				if _, err := tx.Sessions.Get("a", at(0)); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Get gave %v", err)
				}
				return nil
			})
		}},
		{name: "Prune drops what has ended", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				err := errors.Join(
					tx.Sessions.Put("a", store.Session{Login: "keti", Browser: "a", Ends: at(10)}),
					tx.Sessions.Put("b", store.Session{Login: "keti", Browser: "b", Ends: at(11)}))
				n, err2 := tx.Sessions.Prune(at(10))
				equal(t, "dropped", n, 1)
				return errors.Join(err, err2)
			})
			browsers(t, s, "keti", "b")
		}},
	}
}

// browsers checks which sessions an account has.
func browsers(t *testing.T, s store.Store, login string, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		all, err := tx.Sessions.Of(login)
		var got []string
		for _, x := range all {
			got = append(got, x.Browser)
		}
		equal(t, "sessions of "+login, got, want)
		return err
	})
}

func secretTests() []test {
	return []test{
		{name: "every field is kept", run: func(t *testing.T, s store.Store) {
			x := filled[store.Secret]()
			update(t, s, func(tx store.Tx) error { return tx.Secrets.Put(x) })
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Secrets.Get(x.Login)
				equal(t, "secret", got, x)
				if _, err := tx.Secrets.Get("nobody"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Get gave %v", err)
				}
				return err
			})
		}},
		{name: "the last one counts", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				return errors.Join(tx.Secrets.Put(filled[store.Secret]()), tx.Secrets.Put(store.Secret{Login: "keti", Password: "one", TOTP: "x"}),
					tx.Secrets.Put(store.Secret{Login: "keti", Password: "two"}))
			})
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Secrets.Get("keti")
				equal(t, "secret", got, store.Secret{Login: "keti", Password: "two"})
				return err
			})
		}},
	}
}
