package boltstore

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"ogpbot/internal/store"
)

const (
	sessionBucket      = "sessions"       // SHA-256 of the token -> session
	sessionLoginBucket = "sessions/login" // login, SHA-256 -> index
)

type sessions struct{ *txn }

func sessionHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func (t sessions) Put(token string, s store.Session) error {
	hash := sessionHash(token)
	err := t.drop(hash)
	if err == nil || errors.Is(err, store.ErrNotFound) {
		err = errors.Join(t.bucket(sessionBucket).Put(hash, writeSession(s)), putIndex(t.bucket(sessionLoginBucket), append(textKey(s.Login), hash...)))
	}
	if err != nil {
		return fmt.Errorf("put a session: %w", err)
	}
	return nil
}

func (t sessions) Get(token string, at time.Time) (store.Session, error) {
	s, err := t.load(sessionHash(token))
	if err == nil && !at.Before(s.Ends) {
		return store.Session{}, fmt.Errorf("session: %w", store.ErrNotFound)
	}
	return s, err
}

func (t sessions) load(hash []byte) (store.Session, error) {
	v := t.bucket(sessionBucket).Get(hash)
	if v == nil {
		return store.Session{}, fmt.Errorf("session: %w", store.ErrNotFound)
	}
	s, err := readSession(v)
	if err != nil {
		return store.Session{}, damaged("session", err)
	}
	s.ID = keyCursor(hash)
	return s, nil
}

func (t sessions) Of(login string) (all []store.Session, err error) {
	for _, p := range under(t.bucket(sessionLoginBucket), textKey(login), noLimit) {
		s, err := t.load(p.key)
		if err != nil {
			return nil, damaged("session", err)
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b store.Session) int { return b.Created.Compare(a.Created) })
	return all, nil
}

func (t sessions) Drop(login, id string) error {
	hash, err := cursorKey(id)
	if err != nil {
		return fmt.Errorf("session: %w", store.ErrNotFound) // no ID of ours
	}
	s, err := t.load(hash)
	if err != nil {
		return err
	}
	if s.Login != login {
		return fmt.Errorf("session of another account: %w", store.ErrNotFound)
	}
	return t.drop(hash)
}

func (t sessions) drop(hash []byte) error {
	s, err := t.load(hash)
	if err != nil {
		return err
	}
	return errors.Join(t.bucket(sessionBucket).Delete(hash), t.bucket(sessionLoginBucket).Delete(append(textKey(s.Login), hash...)))
}

// Prune goes through all. There are never many.
func (t sessions) Prune(at time.Time) (n int, err error) {
	for _, p := range under(t.bucket(sessionBucket), nil, noLimit) {
		s, err := readSession(p.value)
		if err != nil {
			return n, damaged("session", err)
		}
		if at.Before(s.Ends) {
			continue
		}
		if err := t.drop(p.key); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func writeSession(s store.Session) []byte {
	w := writer{make([]byte, 0, 256)}
	w.text(1, s.Login)
	w.text(2, s.Stage)
	w.text(3, s.Browser)
	w.time(4, s.Created)
	w.time(5, s.Seen)
	w.time(6, s.Ends)
	return w.b
}

func readSession(v []byte) (s store.Session, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			s.Login = r.text()
		case 2:
			s.Stage = r.text()
		case 3:
			s.Browser = r.text()
		case 4:
			s.Created = r.time()
		case 5:
			s.Seen = r.time()
		case 6:
			s.Ends = r.time()
		}
	}
	return s, r.err
}
