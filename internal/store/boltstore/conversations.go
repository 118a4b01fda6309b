package boltstore

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	exchangeBucket        = "exchanges"         // at, seq -> exchange
	exchangeCitizenBucket = "exchanges/citizen" // citizen, at, seq -> index
	exchangeVillageBucket = "exchanges/village" // village, at, seq -> index
)

type conversations struct{ *txn }

func (t conversations) Append(e bot.Exchange) error {
	b := t.growing(exchangeBucket)
	seq, err := b.NextSequence()
	if err != nil {
		return fmt.Errorf("append an exchange: %w", err)
	}
	entry := entryKey(e.At, seq)
	err = errors.Join(
		b.Put(entry, writeExchange(e)),
		putIndex(t.bucket(exchangeCitizenBucket), append(textKey(string(e.Citizen)), entry...)),
		putIndex(t.growing(exchangeVillageBucket), append(textKey(e.Village), entry...)),
	)
	if err != nil {
		return fmt.Errorf("append an exchange: %w", err)
	}
	return nil
}

func (t conversations) Of(id bot.CitizenID, p store.Page) ([]bot.Exchange, string, error) {
	return t.list(t.bucket(exchangeCitizenBucket), textKey(string(id)), p)
}

func (t conversations) InVillage(v string, p store.Page) ([]bot.Exchange, string, error) {
	return t.list(t.bucket(exchangeVillageBucket), textKey(v), p)
}

func (t conversations) Latest(p store.Page) ([]bot.Exchange, string, error) {
	return t.list(t.bucket(exchangeBucket), nil, p)
}

func (t conversations) list(b *bolt.Bucket, prefix []byte, p store.Page) (es []bot.Exchange, next string, err error) {
	all := t.bucket(exchangeBucket)
	next, err = page(b, prefix, p, func(entry []byte) error {
		v := all.Get(entry)
		e, err := readExchange(v)
		if v == nil || err != nil {
			return damaged("exchange", err)
		}
		es = append(es, e)
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list exchanges: %w", err)
	}
	return es, next, nil
}

func writeExchange(e bot.Exchange) []byte {
	w := writer{make([]byte, 0, 1024)}
	w.text(1, string(e.Citizen))
	w.text(2, string(e.Platform))
	w.text(3, e.Village)
	w.time(4, e.At)
	w.num(5, uint64(e.Kind))
	w.text(6, e.Said)
	w.text(7, e.Media)
	w.text(8, e.Intent)
	w.text(9, e.Entry)
	for _, reply := range e.Replies {
		w.item(10, reply)
	}
	return w.b
}

func readExchange(v []byte) (e bot.Exchange, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			e.Citizen = bot.CitizenID(r.text())
		case 2:
			e.Platform = bot.Platform(r.text())
		case 3:
			e.Village = r.text()
		case 4:
			e.At = r.time()
		case 5:
			e.Kind = bot.Kind(r.n)
		case 6:
			e.Said = r.text()
		case 7:
			e.Media = r.text()
		case 8:
			e.Intent = r.text()
		case 9:
			e.Entry = r.text()
		case 10:
			e.Replies = append(e.Replies, r.text())
		}
	}
	return e, r.err
}
