package boltstore

import (
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const trailBucket = "trail" // entry -> audit

type trail struct{ *txn }

func (t trail) Append(a bot.Audit) error {
	b := t.bucket(trailBucket)
	seq, err := b.NextSequence()
	if err == nil {
		err = b.Put(entryKey(a.At, seq), writeAudit(a))
	}
	if err != nil {
		return fmt.Errorf("append to the trail: %w", err)
	}
	return nil
}

func (t trail) Latest(p store.Page) (as []bot.Audit, next string, err error) {
	next, err = page(t.bucket(trailBucket), nil, p, func(_, v []byte) error {
		a, err := readAudit(v)
		if err != nil {
			return damaged("line of the trail", err)
		}
		as = append(as, a)
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list the trail: %w", err)
	}
	return as, next, nil
}

func (t trail) Prune(before time.Time, limit int) (int, error) {
	b := t.bucket(trailBucket)
	old := oldest(b, before, limit)
	for _, p := range old {
		if err := b.Delete(p.key); err != nil {
			return 0, fmt.Errorf("drop old lines of the trail: %w", err)
		}
	}
	return len(old), nil
}

func writeAudit(a bot.Audit) []byte {
	w := writer{make([]byte, 0, 256)}
	w.time(1, a.At)
	w.text(2, a.Login)
	w.text(3, a.Act)
	w.text(4, a.Object)
	w.text(5, a.Denied)
	return w.b
}

func readAudit(v []byte) (a bot.Audit, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			a.At = r.time()
		case 2:
			a.Login = r.text()
		case 3:
			a.Act = r.text()
		case 4:
			a.Object = r.text()
		case 5:
			a.Denied = r.text()
		}
	}
	return a, r.err
}
