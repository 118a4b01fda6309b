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
	outboxBucket       = "outbox"        // seq -> parcel
	outboxQueueBucket  = "outbox/queue"  // platform, address, purpose, seq -> index: the queues of each address
	outboxReadyBucket  = "outbox/ready"  // platform, purpose, due, seq -> index: the first parcel of each queue
	outboxLeasedBucket = "outbox/leased" // seq -> index: the parcels that are claimed
	outboxDepthBucket  = "outbox/depth"  // platform, purpose -> number of parcels (8 bytes)
	outboxFateBucket   = "outbox/fates"  // seq -> fate: in the order of Put, which is that in which they are pruned
	outboxSentBucket   = "outbox/sent"   // citizen, seq -> index: whose they are, so that nobody's are looked for among all
)

type outbox struct{ *txn }

// entry is a parcel with its place in the buckets.
type entry struct {
	store.Parcel
	seq []byte // its key
}

func (t outbox) Put(ps ...store.Parcel) ([]string, error) {
	ids := make([]string, 0, len(ps))
	more := map[string]int{} // counted once, not for each one
	for _, p := range ps {
		seq, err := t.growing(outboxBucket).NextSequence()
		if err == nil && !t.forgotten(p.Citizen) {
			more[depthKey(p)]++
			err = t.put(p, seq)
		}
		if err != nil {
			return nil, fmt.Errorf("put a parcel: %w", err)
		}
		ids = append(ids, seqID(seq))
	}
	for key, n := range more {
		if err := t.count(key, n); err != nil {
			return nil, fmt.Errorf("put a parcel: %w", err)
		}
	}
	return ids, nil
}

func (t outbox) put(p store.Parcel, seq uint64) error {
	p.ID, p.Attempts = seqID(seq), 0
	e := entry{p, seqKey(seq)}
	first := t.firstOf(e.lane()) == nil
	if err := errors.Join(t.save(e), t.queue(e)); err != nil || !first {
		return err
	}
	return t.setReady(e)
}

func (t outbox) Claim(platform bot.Platform, upTo bot.Purpose, now time.Time, lease time.Duration, limit int) ([]store.Parcel, error) {
	var ps []store.Parcel
	for _, seq := range t.due(platform, upTo, now, limit) {
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
func (t outbox) due(platform bot.Platform, upTo bot.Purpose, now time.Time, limit int) (seqs [][]byte) {
	latest := appendTime(nil, now)
	c := t.bucket(outboxReadyBucket).Cursor()
	prefix := textKey(string(platform))
	k, _ := c.Seek(prefix)
	for bytes.HasPrefix(k, prefix) && len(seqs) < limit {
		purpose, due, seq := splitReady(k[len(prefix):])
		if purpose > byte(upTo) {
			break
		}
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

func (t outbox) Settle(id string, fate bot.Fate, at time.Time) error {
	e, err := t.find(id)
	if err != nil {
		return err
	}
	err = t.remove(e)
	if err == nil && e.Citizen != "" { // else nobody will ask
		err = t.addFate(e.seq, bot.Sending{Citizen: e.Citizen, Purpose: e.Message.Purpose, Fate: fate, At: at})
	}
	if err != nil {
		return fmt.Errorf("settle a parcel: %w", err)
	}
	return nil
}

// remove takes a parcel out, and makes the next one in its queue claimable.
func (t outbox) remove(e entry) error {
	wasFirst := bytes.Equal(t.firstOf(e.lane()), e.seq)
	err := errors.Join(
		t.bucket(outboxBucket).Delete(e.seq),
		t.bucket(outboxQueueBucket).Delete(e.queueKey()),
		t.bucket(outboxReadyBucket).Delete(e.readyKey()),
		t.bucket(outboxLeasedBucket).Delete(e.seq),
		t.count(depthKey(e.Parcel), -1),
	)
	if err != nil || !wasFirst {
		return err
	}
	return t.promote(e.lane())
}

// promote makes the parcel that now is first in a queue claimable.
func (t outbox) promote(lane []byte) error {
	seq := t.firstOf(lane)
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

// Hasten looks at every parcel, because one that waits behind another may have the wrong time, too.
func (t outbox) Hasten(platform bot.Platform, latest, to time.Time) (int, error) {
	var late [][]byte
	c, leased := t.bucket(outboxBucket).Cursor(), t.bucket(outboxLeasedBucket)
	for seq, v := c.First(); seq != nil; seq, v = c.Next() {
		p, err := readParcel(v)
		if err != nil {
			return 0, damaged("parcel", err)
		}
		if p.To.Platform == platform && p.Due.After(to) && (p.Attempts == 0 || p.Due.After(latest)) && leased.Get(seq) == nil {
			late = append(late, bytes.Clone(seq))
		}
	}
	for _, seq := range late {
		e, err := t.load(seq)
		if err != nil {
			return 0, err
		}
		now := e
		now.Due = to
		if err := t.replace(e, now); err != nil {
			return 0, fmt.Errorf("hasten a parcel: %w", err)
		}
	}
	return len(late), nil
}

func (t outbox) Next(platform bot.Platform, upTo bot.Purpose) (due time.Time, ok bool, err error) {
	c := t.bucket(outboxReadyBucket).Cursor()
	prefix := textKey(string(platform))
	k, _ := c.Seek(prefix)
	for bytes.HasPrefix(k, prefix) {
		purpose, first, _ := splitReady(k[len(prefix):])
		if purpose > byte(upTo) {
			break
		}
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

func (t outbox) Depth(platform bot.Platform, upTo bot.Purpose) (n int, err error) {
	key := append(textKey(string(platform)), 0)
	for p := range int(upTo) + 1 {
		key[len(key)-1] = byte(p)
		n += int(t.depth(key))
	}
	return n, nil
}

// depthKey says where a parcel is counted.
func depthKey(p store.Parcel) string {
	return string(append(textKey(string(p.To.Platform)), byte(p.Message.Purpose)))
}

func (t outbox) depth(key []byte) uint64 {
	v := t.bucket(outboxDepthBucket).Get(key)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

func (t outbox) count(key string, more int) error {
	return t.bucket(outboxDepthBucket).Put([]byte(key), seqKey(t.depth([]byte(key))+uint64(more)))
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
	p.Citizen = t.owner(p.Citizen)
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
	if !bytes.Equal(t.firstOf(to.lane()), to.seq) {
		return nil
	}
	return errors.Join(t.bucket(outboxReadyBucket).Delete(from.readyKey()), t.setReady(to))
}

func (t outbox) setReady(e entry) error { return putIndex(t.bucket(outboxReadyBucket), e.readyKey()) }

// firstOf gives the number of the first parcel in a queue, nil if there is none.
func (t outbox) firstOf(lane []byte) []byte {
	k, _ := t.bucket(outboxQueueBucket).Cursor().Seek(lane)
	if !bytes.HasPrefix(k, lane) {
		return nil
	}
	return bytes.Clone(k[len(lane):])
}

func (t outbox) queue(e entry) error { return putIndex(t.bucket(outboxQueueBucket), e.queueKey()) }

// lane is the queue that the parcel is in, as the beginning of a key.
func (e entry) lane() []byte { return append(addressKey(e.To), byte(e.Message.Purpose)) }

func (e entry) queueKey() []byte { return append(e.lane(), e.seq...) }

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
	if m.Media != (bot.Media{}) {
		writeMedia(w, 23, m.Media)
	}
	w.text(24, m.About)
}

func writeMedia(w *writer, field int, m bot.Media) {
	w.nested(field, func(w *writer) {
		w.num(1, uint64(m.Kind))
		w.text(2, string(m.Platform))
		w.text(3, m.Ref)
		w.text(4, m.Picture)
		w.text(5, m.Instead)
	})
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
	case 23:
		m.Media = readMedia(r)
	case 24:
		m.About = r.text()
	}
}

func readMedia(r *reader) (m bot.Media) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			m.Kind = bot.Kind(r.n)
		case 2:
			m.Platform = bot.Platform(r.text())
		case 3:
			m.Ref = r.text()
		case 4:
			m.Picture = r.text()
		case 5:
			m.Instead = r.text()
		}
	})
	return m
}
