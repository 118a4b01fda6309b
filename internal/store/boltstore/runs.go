package boltstore

import (
	"fmt"
	"time"
)

const runBucket = "runs" // job -> last slot

type runs struct{ *txn }

func (t runs) Last(job string) (slot time.Time, err error) {
	r := reader{rest: t.bucket(runBucket).Get(textKey(job))}
	for r.next() {
		if r.field == 1 {
			slot = r.time()
		}
	}
	if r.err != nil {
		return time.Time{}, damaged("slot", r.err)
	}
	return slot, nil
}

func (t runs) SetLast(job string, slot time.Time) error {
	var w writer
	w.time(1, slot)
	if err := t.bucket(runBucket).Put(textKey(job), w.b); err != nil {
		return fmt.Errorf("note a run: %w", err)
	}
	return nil
}
