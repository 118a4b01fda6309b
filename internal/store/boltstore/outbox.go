package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	outboxBucket        = "outbox"         // seq -> parcel
	outboxAddressBucket = "outbox/address" // platform, address, seq -> index: the queue of each address
	outboxReadyBucket   = "outbox/ready"   // platform, purpose, due, seq -> index: the first parcel of each queue
	outboxLeasedBucket  = "outbox/leased"  // seq -> index: the parcels that are claimed
	outboxDepthBucket   = "outbox/depth"   // platform -> number of parcels (8 bytes)
)

type outbox struct{ *txn }

// entry is a parcel with its place in the buckets.
type entry struct {
	store.Parcel
	seq []byte // its key
}

func (t outbox) Put(ps ...store.Parcel) error {
	for _, p := range ps {
		if err := t.put(p); err != nil {
			return fmt.Errorf("put a parcel: %w", err)
		}
	}
	return nil
}

func (t outbox) put(p store.Parcel) error {
	seq, err := t.growing(outboxBucket).NextSequence()
	if err != nil {
		return err
	}
	p.Attempts = 0
	e := entry{p, seqKey(seq)}
	first := t.firstOf(p.To) == nil
	if err := errors.Join(t.save(e), putIndex(t.bucket(outboxAddressBucket), e.queueKey()), t.count(p.To.Platform, 1)); err != nil {
		return err
	}
	if !first {
		return nil
	}
	return t.setReady(e)
}

func (t outbox) Claim(platform bot.Platform, now time.Time, lease time.Duration, limit int) ([]store.Parcel, error) {
	var ps []store.Parcel
	for _, seq := range t.due(platform, now, limit) {
		e, err := t.load(seq)
		if err != nil {
			return nil, damaged("parcel", err)
		}
		claimed := e
		claimed.Attempts++
		claimed.Due = now.Add(lease)
		if err := errors.Join(t.replace(e, claimed), putIndex(t.bucket(outboxLeasedBucket), seq)); err != nil {
			return nil, fmt.Errorf("claim a parcel: %w", err)
		}
		e.Attempts = claimed.Attempts
		ps = append(ps, e.Parcel)
	}
	return ps, nil
}

// due gives the numbers of at most limit parcels that can be claimed, in the order of Claim.
func (t outbox) due(platform bot.Platform, now time.Time, limit int) (seqs [][]byte) {
	latest := appendTime(nil, now)
	c := t.bucket(outboxReadyBucket).Cursor()
	prefix := textKey(string(platform))
	k, _ := c.Seek(prefix)
	for bytes.HasPrefix(k, prefix) && len(seqs) < limit {
		purpose, due, seq := splitReady(k[len(prefix):])
		if bytes.Compare(due, latest) <= 0 {
			seqs = append(seqs, bytes.Clone(seq))
			k, _ = c.Next()
			continue
		}
		if purpose == math.MaxUint8 {
			break
		}
		k, _ = c.Seek(append(bytes.Clone(prefix), purpose+1))
	}
	return seqs
}

func (t outbox) Settle(id string) error {
	e, err := t.find(id)
	if err != nil {
		return err
	}
	wasFirst := bytes.Equal(t.firstOf(e.To), e.seq)
	err = errors.Join(
		t.bucket(outboxBucket).Delete(e.seq),
		t.bucket(outboxAddressBucket).Delete(e.queueKey()),
		t.bucket(outboxReadyBucket).Delete(e.readyKey()),
		t.bucket(outboxLeasedBucket).Delete(e.seq),
		t.count(e.To.Platform, -1),
	)
	if err == nil && wasFirst {
		err = t.promote(e.To)
	}
	if err != nil {
		return fmt.Errorf("settle a parcel: %w", err)
	}
	return nil
}

// promote makes the parcel that now is first in the queue of a claimable.
func (t outbox) promote(a bot.Address) error {
	seq := t.firstOf(a)
	if seq == nil {
		return nil
	}
	e, err := t.load(seq)
	if err != nil {
		return damaged("parcel", err)
	}
	return t.setReady(e)
}

func (t outbox) Retry(id string, due time.Time) error { return t.giveBack(id, due, 0) }

func (t outbox) Release(id string, due time.Time) error { return t.giveBack(id, due, 1) }

// giveBack makes a parcel claimable at due, with so many attempts fewer.
func (t outbox) giveBack(id string, due time.Time, fewer int) error {
	e, err := t.find(id)
	if err != nil {
		return err
	}
	again := e
	again.Due = due
	again.Attempts = max(0, e.Attempts-fewer)
	if err := errors.Join(t.replace(e, again), t.bucket(outboxLeasedBucket).Delete(e.seq)); err != nil {
		return fmt.Errorf("return a parcel: %w", err)
	}
	return nil
}

// endLeases returns what is claimed, to go first. Whoever opens the file has it alone, so the claims are
// those of a process that is gone: its citizens need not wait for the leases to end.
func (t outbox) endLeases() error {
	var claimed [][]byte
	c := t.bucket(outboxLeasedBucket).Cursor()
	for seq, _ := c.First(); seq != nil; seq, _ = c.Next() {
		claimed = append(claimed, bytes.Clone(seq))
	}
	for _, seq := range claimed {
		if err := t.giveBack(seqID(binary.BigEndian.Uint64(seq)), time.Unix(0, 0).UTC(), 0); err != nil {
			return err
		}
	}
	return nil
}

func (t outbox) Next(platform bot.Platform) (due time.Time, ok bool, err error) {
	c := t.bucket(outboxReadyBucket).Cursor()
	prefix := textKey(string(platform))
	k, _ := c.Seek(prefix)
	for bytes.HasPrefix(k, prefix) {
		purpose, first, _ := splitReady(k[len(prefix):])
		if at := keyTime(first); !ok || at.Before(due) {
			due, ok = at, true
		}
		if purpose == math.MaxUint8 {
			break
		}
		k, _ = c.Seek(append(bytes.Clone(prefix), purpose+1))
	}
	return due, ok, nil
}

func (t outbox) Depth(platform bot.Platform) (int, error) {
	return int(t.depth(textKey(string(platform)))), nil
}

func (t outbox) depth(key []byte) uint64 {
	v := t.bucket(outboxDepthBucket).Get(key)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

func (t outbox) count(platform bot.Platform, more int) error {
	key := textKey(string(platform))
	return t.bucket(outboxDepthBucket).Put(key, seqKey(t.depth(key)+uint64(more)))
}

func (t outbox) find(id string) (entry, error) {
	seq, err := idSeq(id)
	if err != nil {
		return entry{}, fmt.Errorf("parcel: %w", err)
	}
	return t.load(seqKey(seq))
}

func (t outbox) load(seq []byte) (entry, error) {
	v := t.bucket(outboxBucket).Get(seq)
	if v == nil {
		return entry{}, fmt.Errorf("parcel: %w", store.ErrNotFound)
	}
	p, err := readParcel(v)
	if err != nil {
		return entry{}, damaged("parcel", err)
	}
	p.ID = seqID(binary.BigEndian.Uint64(seq))
	return entry{p, seq}, nil
}

func (t outbox) save(e entry) error {
	return t.growing(outboxBucket).Put(e.seq, writeParcel(e.Parcel))
}

// replace stores to in the place of from, the same parcel with another Due.
func (t outbox) replace(from, to entry) error {
	if err := t.save(to); err != nil {
		return err
	}
	if !bytes.Equal(t.firstOf(to.To), to.seq) {
		return nil
	}
	return errors.Join(t.bucket(outboxReadyBucket).Delete(from.readyKey()), t.setReady(to))
}

func (t outbox) setReady(e entry) error { return putIndex(t.bucket(outboxReadyBucket), e.readyKey()) }

// firstOf gives the number of the first parcel in the queue of a, nil if there is none.
func (t outbox) firstOf(a bot.Address) []byte {
	prefix := addressKey(a)
	k, _ := t.bucket(outboxAddressBucket).Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return nil
	}
	return bytes.Clone(k[len(prefix):])
}

func (e entry) queueKey() []byte { return append(addressKey(e.To), e.seq...) }

func (e entry) readyKey() []byte {
	key := append(textKey(string(e.To.Platform)), byte(e.Message.Purpose))
	return append(appendTime(key, e.Due), e.seq...)
}

// splitReady takes apart what follows the platform in a key of outboxReadyBucket.
func splitReady(k []byte) (purpose byte, due, seq []byte) {
	return k[0], k[1 : 1+timeKeySize], k[1+timeKeySize:]
}

func writeParcel(p store.Parcel) []byte {
	w := writer{make([]byte, 0, 1024)}
	w.text(1, string(p.To.Platform))
	w.text(2, p.To.ID)
	w.text(3, string(p.Citizen))
	w.time(4, p.Due)
	w.num(5, uint64(p.Attempts))
	writeOutbound(&w, p.Message)
	return w.b
}

// writeOutbound uses the fields from 16.
func writeOutbound(w *writer, m bot.Outbound) {
	w.text(16, m.Heading)
	w.text(17, m.Text)
	w.text(18, m.Note)
	writeButtons(w, 19, m.Buttons)
	w.text(20, m.Replaces)
	w.num(21, uint64(m.Purpose))
	w.flag(22, m.Late)
}

func readParcel(v []byte) (p store.Parcel, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			p.To.Platform = bot.Platform(r.text())
		case 2:
			p.To.ID = r.text()
		case 3:
			p.Citizen = bot.CitizenID(r.text())
		case 4:
			p.Due = r.time()
		case 5:
			p.Attempts = int(r.n)
		default:
			readOutbound(&r, &p.Message)
		}
	}
	return p, r.err
}

func readOutbound(r *reader, m *bot.Outbound) {
	switch r.field {
	case 16:
		m.Heading = r.text()
	case 17:
		m.Text = r.text()
	case 18:
		m.Note = r.text()
	case 19:
		m.Buttons = append(m.Buttons, readButton(r))
	case 20:
		m.Replaces = r.text()
	case 21:
		m.Purpose = bot.Purpose(r.n)
	case 22:
		m.Late = r.n != 0
	}
}
