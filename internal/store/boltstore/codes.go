package boltstore

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	codeBucket      = "codes"       // SHA-256 of kind, secret -> code, without the secret
	codeOwnerBucket = "codes/owner" // citizen or account, kind -> SHA-256
)

type codes struct{ *txn }

func codeHash(kind bot.CodeKind, secret string) []byte {
	sum := sha256.Sum256(textKey(string(kind), secret))
	return sum[:]
}

const (
	ownerCitizen = "citizen"
	ownerAccount = "account"
)

// owners gives the keys under which the code is found by whom it was given to.
func owners(c bot.Code) (keys [][]byte) {
	if c.Citizen != "" {
		keys = append(keys, textKey(ownerCitizen, string(c.Citizen), string(c.Kind)))
	}
	if c.Login != "" {
		keys = append(keys, textKey(ownerAccount, c.Login, string(c.Kind)))
	}
	return keys
}

func (t codes) Put(c bot.Code, at time.Time) error {
	b, byOwner, hash := t.bucket(codeBucket), t.bucket(codeOwnerBucket), codeHash(c.Kind, c.Secret)
	other, err := t.Get(c.Kind, c.Secret, at)
	if err == nil && (other.Citizen != c.Citizen || other.Login != c.Login) {
		return fmt.Errorf("code of somebody else: %w", store.ErrConflict)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := t.prune(at); err != nil {
		return fmt.Errorf("drop old codes: %w", err)
	}
	err = nil
	for _, owner := range owners(c) {
		if earlier := byOwner.Get(owner); earlier != nil {
			err = errors.Join(err, t.drop(bytes.Clone(earlier)))
		}
	}
	err = errors.Join(err, b.Put(hash, writeCode(c)))
	for _, owner := range owners(c) {
		err = errors.Join(err, byOwner.Put(owner, hash))
	}
	if err != nil {
		return fmt.Errorf("put a code: %w", err)
	}
	return nil
}

func (t codes) Get(kind bot.CodeKind, secret string, at time.Time) (bot.Code, error) {
	v := t.bucket(codeBucket).Get(codeHash(kind, secret))
	c, err := readCode(v)
	switch {
	case v == nil:
		return bot.Code{}, fmt.Errorf("code: %w", store.ErrNotFound)
	case err != nil:
		return bot.Code{}, damaged("code", err)
	case !at.Before(c.Until):
		return bot.Code{}, fmt.Errorf("code: %w", store.ErrNotFound)
	}
	c.Secret = secret
	return c, nil
}

func (t codes) Use(kind bot.CodeKind, secret string, at time.Time) (bot.Code, error) {
	c, err := t.Get(kind, secret, at)
	if err != nil {
		return c, err
	}
	if err := t.drop(codeHash(kind, secret)); err != nil {
		return bot.Code{}, fmt.Errorf("use a code: %w", err)
	}
	return c, nil
}

// prune drops what has run out. There are never many codes.
func (t codes) prune(at time.Time) error {
	for _, p := range under(t.bucket(codeBucket), nil, noLimit) {
		c, err := readCode(p.value)
		if err != nil {
			return damaged("code", err)
		}
		if at.Before(c.Until) {
			continue
		}
		if err := t.drop(p.key); err != nil {
			return err
		}
	}
	return nil
}

func (t codes) drop(hash []byte) error {
	b, byOwner := t.bucket(codeBucket), t.bucket(codeOwnerBucket)
	c, err := readCode(b.Get(hash))
	if err != nil {
		return damaged("code", err)
	}
	err = b.Delete(hash)
	for _, owner := range owners(c) {
		err = errors.Join(err, byOwner.Delete(owner))
	}
	return err
}

// move drops the codes of from: whoever types one would be merged with somebody who is gone.
func (t codes) move(_, from bot.CitizenID) error {
	for _, p := range under(t.bucket(codeOwnerBucket), textKey(ownerCitizen, string(from)), noLimit) {
		if err := t.drop(p.value); err != nil {
			return err
		}
	}
	return nil
}

func (t codes) forget(c bot.Citizen) error { return t.move("", c.ID) }

func writeCode(c bot.Code) []byte {
	w := writer{make([]byte, 0, 128)}
	w.text(1, string(c.Kind))
	w.text(2, string(c.Citizen))
	w.text(3, c.Login)
	w.time(4, c.Until)
	return w.b
}

func readCode(v []byte) (c bot.Code, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			c.Kind = bot.CodeKind(r.text())
		case 2:
			c.Citizen = bot.CitizenID(r.text())
		case 3:
			c.Login = r.text()
		case 4:
			c.Until = r.time()
		}
	}
	return c, r.err
}
