package boltstore

import (
	"fmt"

	"ogpbot/internal/store"
)

const secretBucket = "secrets" // login -> secret

type secrets struct{ *txn }

func (t secrets) Get(login string) (store.Secret, error) {
	v := t.bucket(secretBucket).Get(textKey(login))
	if v == nil {
		return store.Secret{}, fmt.Errorf("secret: %w", store.ErrNotFound)
	}
	s, err := readSecret(v)
	if err != nil {
		return store.Secret{}, damaged("secret", err)
	}
	s.Login = login
	return s, nil
}

func (t secrets) Put(s store.Secret) error {
	if err := t.bucket(secretBucket).Put(textKey(s.Login), writeSecret(s)); err != nil {
		return fmt.Errorf("put a secret: %w", err)
	}
	return nil
}

func writeSecret(s store.Secret) []byte {
	w := writer{make([]byte, 0, 256)}
	w.text(1, s.Password)
	w.flag(2, s.Temporary)
	w.text(3, s.TOTP)
	w.text(4, s.Offered)
	w.num(5, s.Step)
	w.flag(6, s.Chat)
	return w.b
}

func readSecret(v []byte) (s store.Secret, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			s.Password = r.text()
		case 2:
			s.Temporary = r.n != 0
		case 3:
			s.TOTP = r.text()
		case 4:
			s.Offered = r.text()
		case 5:
			s.Step = r.n
		case 6:
			s.Chat = r.n != 0
		}
	}
	return s, r.err
}
