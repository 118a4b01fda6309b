package boltstore

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"ogpbot/bot"
)

const threadBucket = "threads" // platform, address, ref -> what it is about

type threads struct{ *txn }

func threadKey(a bot.Address, ref string) []byte { return textKey(string(a.Platform), a.ID, ref) }

func (t threads) Set(a bot.Address, ref, about string, at time.Time) error {
	var w writer
	w.time(1, at)
	w.text(2, about)
	if err := t.bucket(threadBucket).Put(threadKey(a, ref), w.b); err != nil {
		return fmt.Errorf("note what a message is about: %w", err)
	}
	return nil
}

func (t threads) Get(a bot.Address, ref string) (string, error) {
	_, about, err := readThread(t.bucket(threadBucket).Get(threadKey(a, ref)))
	return about, err
}

func (t threads) Prune(before time.Time) (int, error) {
	var old [][]byte // bbolt's cursor skips keys when they are deleted under it
	b := t.bucket(threadBucket)
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		at, _, err := readThread(v)
		if err != nil {
			return 0, err
		}
		if at.Before(before) {
			old = append(old, bytes.Clone(k))
		}
	}
	if err := deleteAll(b, old); err != nil {
		return 0, fmt.Errorf("forget what a message is about: %w", err)
	}
	return len(old), nil
}

// forget drops those of somebody's addresses.
func (t threads) forget(c bot.Citizen) error {
	b := t.bucket(threadBucket)
	for _, contact := range c.Contacts {
		prefix := addressKey(contact.Address)
		for _, p := range under(b, prefix, noLimit) {
			if err := b.Delete(slices.Concat(prefix, p.key)); err != nil {
				return err
			}
		}
	}
	return nil
}

func readThread(v []byte) (at time.Time, about string, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			at = r.time()
		case 2:
			about = r.text()
		}
	}
	if r.err != nil {
		return at, "", damaged("thread", r.err)
	}
	return at, about, nil
}
