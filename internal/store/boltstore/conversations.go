package boltstore

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// The exchanges themselves are in citizenBucket.
const (
	exchangeTimeBucket    = "exchanges/time"    // entry -> citizen, marks
	exchangeVillageBucket = "exchanges/village" // village, entry -> citizen, marks
)

type conversations struct{ *txn }

func (t conversations) Append(e bot.Exchange) error {
	b := t.bucket(citizenBucket)
	seq, err := b.NextSequence()
	if err != nil {
		return fmt.Errorf("append an exchange: %w", err)
	}
	if err := t.put(e, entryKey(e.At, seq)); err != nil {
		return fmt.Errorf("append an exchange: %w", err)
	}
	return nil
}

// put stores e where it belongs.
func (t conversations) put(e bot.Exchange, entry []byte) error {
	citizen := citizenKey(e.Citizen)
	listed := slices.Concat(citizen, t.marks(e.Said))
	return errors.Join(
		t.bucket(exchangeTimeBucket).Put(entry, listed),
		t.bucket(exchangeVillageBucket).Put(append(textKey(e.Village), entry...), listed),
		t.bucket(citizenBucket).Put(slices.Concat(citizen, entry), writeExchange(e)),
	)
}

func (t conversations) Of(id bot.CitizenID, p store.Page) (es []bot.Exchange, next string, err error) {
	next, err = page(t.bucket(citizenBucket), citizenKey(id), p, func(_, v []byte) error {
		return appendExchange(&es, v)
	})
	if err != nil {
		return nil, "", fmt.Errorf("list exchanges: %w", err)
	}
	return es, next, nil
}

func (t conversations) InVillage(v string, p store.Page) ([]bot.Exchange, string, error) {
	return t.list(exchangeVillageBucket, [][]byte{textKey(v)}, p)
}

func (t conversations) Latest(p store.Page) ([]bot.Exchange, string, error) {
	return t.list(exchangeTimeBucket, [][]byte{nil}, p)
}

func (t conversations) In(scope bot.Scope, p store.Page) ([]bot.Exchange, string, error) {
	index, prefixes := t.inScope(scope)
	return t.list(index, prefixes, p)
}

// inScope is where the exchanges of a scope are listed.
func (t conversations) inScope(scope bot.Scope) (index string, prefixes [][]byte) {
	if scope.All {
		return exchangeTimeBucket, [][]byte{nil}
	}
	for _, v := range scope.Villages {
		if scope.Allows(v) {
			prefixes = append(prefixes, textKey(v))
		}
	}
	return exchangeVillageBucket, prefixes
}

// list follows an index.
func (t conversations) list(index string, prefixes [][]byte, p store.Page) (es []bot.Exchange, next string, err error) {
	all := t.bucket(citizenBucket)
	next, err = mergedPage(t.bucket(index), prefixes, p, nil, func(entry, listed []byte) error {
		citizen, _ := cutPart(listed)
		return appendExchange(&es, all.Get(slices.Concat(citizen, entry)))
	})
	if err != nil {
		return nil, "", fmt.Errorf("list exchanges: %w", err)
	}
	return es, next, nil
}

// appendExchange reads v, which is nil if an index misled.
func appendExchange(es *[]bot.Exchange, v []byte) error {
	e, err := readExchange(v)
	if v == nil || err != nil {
		return damaged("exchange", err)
	}
	*es = append(*es, e)
	return nil
}

func (t conversations) Count(p bot.Platform, from, before time.Time, limit int) (n int, err error) {
	all, c := t.bucket(citizenBucket), t.bucket(exchangeTimeBucket).Cursor()
	latest := entryKey(before.Add(-time.Microsecond), math.MaxUint64) // the newest come first
	for entry, listed := c.Seek(latest); entry != nil && n < limit && !entryTime(entry).Before(from); entry, listed = c.Next() {
		citizen, _ := cutPart(listed)
		var es []bot.Exchange
		if err := appendExchange(&es, all.Get(slices.Concat(citizen, entry))); err != nil {
			return n, fmt.Errorf("count exchanges: %w", err)
		}
		if es[0].Platform == p {
			n++
		}
	}
	return n, nil
}

// Prune drops what became of old messages, too: nobody can ask for it any more.
func (t conversations) Prune(before time.Time, limit int) (int, error) {
	old := oldest(t.bucket(exchangeTimeBucket), before, limit)
	for _, p := range old {
		citizen, _ := cutPart(p.value)
		if err := t.drop(citizen, p.key); err != nil {
			return 0, fmt.Errorf("drop old exchanges: %w", err)
		}
	}
	if err := (outbox(t)).pruneFates(before); err != nil {
		return 0, fmt.Errorf("drop what became of old messages: %w", err)
	}
	return len(old), nil
}

func (t conversations) Drop(of bot.CitizenID, latest int, fits func(bot.Exchange) bool) error {
	citizen := citizenKey(of)
	for _, p := range under(t.bucket(citizenBucket), citizen, latest) {
		e, err := readExchange(p.value)
		if err != nil {
			return damaged("exchange", err)
		}
		if e.Citizen = of; !fits(e) {
			continue
		}
		if err := t.drop(citizen, p.key); err != nil {
			return fmt.Errorf("drop an exchange: %w", err)
		}
	}
	return nil
}

func (t conversations) drop(citizen, entry []byte) error {
	b, key := t.bucket(citizenBucket), slices.Concat(citizen, entry)
	v := b.Get(key)
	e, err := readExchange(v)
	if v == nil || err != nil {
		return damaged("exchange", err)
	}
	return errors.Join(
		b.Delete(key),
		t.bucket(exchangeTimeBucket).Delete(entry),
		t.bucket(exchangeVillageBucket).Delete(append(textKey(e.Village), entry...)),
	)
}

// forget drops the exchanges of somebody.
func (t conversations) forget(c bot.Citizen) error {
	citizen := citizenKey(c.ID)
	for _, p := range under(t.bucket(citizenBucket), citizen, noLimit) {
		if err := t.drop(citizen, p.key); err != nil {
			return err
		}
	}
	return nil
}

// move gives the exchanges of from to into.
func (t conversations) move(into, from bot.CitizenID) error {
	b, prefix := t.bucket(citizenBucket), citizenKey(from)
	for _, p := range under(b, prefix, noLimit) {
		e, err := readExchange(p.value)
		if err != nil {
			return damaged("exchange", err)
		}
		e.Citizen = into
		if err := errors.Join(t.put(e, p.key), b.Delete(slices.Concat(prefix, p.key))); err != nil {
			return err
		}
	}
	return nil
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
	for _, id := range e.Parcels {
		w.item(11, id)
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
		case 11:
			e.Parcels = append(e.Parcels, r.text())
		}
	}
	return e, r.err
}
