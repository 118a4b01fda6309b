package boltstore

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	accountBucket        = "accounts"         // login -> account
	accountCitizenBucket = "accounts/citizen" // citizen -> login
)

type accounts struct{ *txn }

func (t accounts) Get(login string) (bot.Account, error) {
	v := t.bucket(accountBucket).Get(textKey(login))
	if v == nil {
		return bot.Account{}, fmt.Errorf("account: %w", store.ErrNotFound)
	}
	return readAccount(textKey(login), v)
}

func (t accounts) ByCitizen(id bot.CitizenID) (bot.Account, error) {
	login := t.bucket(accountCitizenBucket).Get(citizenKey(id))
	if login == nil {
		return bot.Account{}, fmt.Errorf("account of a citizen: %w", store.ErrNotFound)
	}
	a, err := t.Get(string(login))
	if err != nil {
		return a, damaged("account", err)
	}
	return a, nil
}

func (t accounts) Put(a bot.Account) error {
	before, err := t.Get(a.Login)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if before.Version != a.Version {
		return fmt.Errorf("account: %w", store.ErrConflict)
	}
	if before.Citizen != a.Citizen {
		if err := t.moveLink(before, a); err != nil {
			return fmt.Errorf("link an account: %w", err)
		}
	}
	if err := t.save(a); err != nil {
		return fmt.Errorf("put an account: %w", err)
	}
	return nil
}

// moveLink makes a the account of its citizen, and of nobody else.
func (t accounts) moveLink(before, a bot.Account) error {
	links := t.bucket(accountCitizenBucket)
	if before.Citizen != "" {
		if err := links.Delete(citizenKey(before.Citizen)); err != nil {
			return err
		}
	}
	if a.Citizen == "" {
		return nil
	}
	switch other, err := t.ByCitizen(a.Citizen); {
	case err == nil:
		other.Citizen = ""
		if err := t.save(other); err != nil {
			return err
		}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return links.Put(citizenKey(a.Citizen), []byte(a.Login))
}

// save stores a, one version higher.
func (t accounts) save(a bot.Account) error {
	a.Version++
	return t.bucket(accountBucket).Put(textKey(a.Login), writeAccount(a))
}

func (t accounts) All() (as []bot.Account, err error) {
	for _, p := range under(t.bucket(accountBucket), nil, noLimit) {
		a, err := readAccount(p.key, p.value)
		if err != nil {
			return nil, err
		}
		as = append(as, a)
	}
	slices.SortFunc(as, func(a, b bot.Account) int { return strings.Compare(a.Login, b.Login) }) // keys sort by length first
	return as, nil
}

// move links the account of from to into, unless into has one.
func (t accounts) move(into, from bot.CitizenID) error {
	a, err := t.ByCitizen(from)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	a.Citizen = into
	if t.bucket(accountCitizenBucket).Get(citizenKey(into)) != nil {
		a.Citizen = ""
	}
	return t.Put(a)
}

// forget ends the link with somebody.
func (t accounts) forget(c bot.Citizen) error {
	a, err := t.ByCitizen(c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	a.Citizen = ""
	return t.Put(a)
}

func writeAccount(a bot.Account) []byte {
	w := writer{make([]byte, 0, 256)}
	w.num(1, a.Version)
	w.text(2, a.Name)
	w.text(3, string(a.Role))
	for _, v := range a.Villages {
		w.item(4, v)
	}
	w.text(5, string(a.Citizen))
	w.flag(6, a.Disabled)
	w.time(7, a.Created)
	w.flag(8, a.Integrity)
	return w.b
}

func readAccount(key, v []byte) (a bot.Account, err error) {
	a.Login, _ = cutText(key)
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			a.Version = r.n
		case 2:
			a.Name = r.text()
		case 3:
			a.Role = bot.Role(r.text())
		case 4:
			a.Villages = append(a.Villages, r.text())
		case 5:
			a.Citizen = bot.CitizenID(r.text())
		case 6:
			a.Disabled = r.n != 0
		case 7:
			a.Created = r.time()
		case 8:
			a.Integrity = r.n != 0
		}
	}
	if r.err != nil {
		return a, damaged("account", r.err)
	}
	return a, nil
}
