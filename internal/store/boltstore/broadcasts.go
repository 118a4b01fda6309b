package boltstore

import (
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	broadcastBucket        = "broadcasts"         // broadcast -> announcement
	broadcastTimeBucket    = "broadcasts/time"    // entry -> broadcast
	broadcastVillageBucket = "broadcasts/village" // village ("": the whole municipality), entry -> broadcast
	broadcastOpenBucket    = "broadcasts/open"    // created, seq -> broadcast: what may have to be sent
)

type broadcasts struct{ *txn }

// announcement is a broadcast with its place in the lists.
type announcement struct {
	bot.Broadcast
	seq uint64
}

func (t broadcasts) Create(b bot.Broadcast, by bot.Scope) error {
	all := t.bucket(broadcastBucket)
	switch {
	case !by.Allows(b.Villages...):
		return fmt.Errorf("create a broadcast: %w", store.ErrScope)
	case b.Version != 0, all.Get(textKey(b.ID)) != nil:
		return fmt.Errorf("create a broadcast: %w", store.ErrConflict)
	}
	seq, err := all.NextSequence()
	if err == nil {
		err = t.save(announcement{b, seq})
	}
	if err != nil {
		return fmt.Errorf("create a broadcast: %w", err)
	}
	return nil
}

func (t broadcasts) Get(id string, scope bot.Scope) (bot.Broadcast, error) {
	a, err := t.load(textKey(id))
	if err != nil {
		return bot.Broadcast{}, err
	}
	if !scope.Allows(a.Villages...) {
		return bot.Broadcast{}, fmt.Errorf("broadcast: %w", store.ErrScope)
	}
	return a.Broadcast, nil
}

func (t broadcasts) Put(b bot.Broadcast) error {
	before, err := t.load(textKey(b.ID))
	switch {
	case err != nil:
		return err
	case before.Version != b.Version:
		return fmt.Errorf("broadcast: %w", store.ErrConflict)
	}
	err = errors.Join(
		before.eachPlace(func(bucket string, key []byte) error { return t.bucket(bucket).Delete(key) }),
		t.save(announcement{b, before.seq}),
	)
	if err != nil {
		return fmt.Errorf("put a broadcast: %w", err)
	}
	return nil
}

// save stores a, one version higher, where it belongs.
func (t broadcasts) save(a announcement) error {
	a.Version++
	id := textKey(a.ID)
	return errors.Join(
		t.bucket(broadcastBucket).Put(id, writeBroadcast(a)),
		a.eachPlace(func(bucket string, key []byte) error { return t.bucket(bucket).Put(key, id) }),
	)
}

// eachPlace calls do for each list that a is in.
func (a announcement) eachPlace(do func(bucket string, key []byte) error) error {
	entry := entryKey(a.Created, a.seq)
	err := do(broadcastTimeBucket, entry)
	villages := a.Villages
	if len(villages) == 0 {
		villages = []string{""}
	}
	for _, v := range villages {
		err = errors.Join(err, do(broadcastVillageBucket, append(textKey(v), entry...)))
	}
	switch a.State {
	case bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused:
		err = errors.Join(err, do(broadcastOpenBucket, appendSeq(appendTime(nil, a.Created), a.seq)))
	}
	return err
}

func (t broadcasts) load(key []byte) (announcement, error) {
	v := t.bucket(broadcastBucket).Get(key)
	if v == nil {
		return announcement{}, fmt.Errorf("broadcast: %w", store.ErrNotFound)
	}
	a, err := readBroadcast(v)
	if err != nil {
		return a, damaged("broadcast", err)
	}
	a.ID, _ = cutText(key)
	return a, nil
}

func (t broadcasts) InVillage(v string, p store.Page) ([]bot.Broadcast, string, error) {
	return t.list(t.bucket(broadcastVillageBucket), p, textKey(v), textKey(""))
}

func (t broadcasts) Latest(p store.Page) ([]bot.Broadcast, string, error) {
	return t.list(t.bucket(broadcastTimeBucket), p, nil)
}

func (t broadcasts) Of(id bot.CitizenID, limit int) (rs []bot.Received, err error) {
	for _, key := range merged(t.bucket(broadcastTimeBucket), [][]byte{nil}, nil) {
		if len(rs) >= limit {
			break
		}
		b, err := t.load(key)
		if err != nil {
			return nil, damaged("broadcast", err)
		}
		r, err := t.recipient(b.ID, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rs = append(rs, bot.Received{Broadcast: b.Broadcast, Fate: r.fate, At: r.at})
	}
	return rs, nil
}

func (t broadcasts) list(b *bolt.Bucket, p store.Page, prefixes ...[]byte) (bs []bot.Broadcast, next string, err error) {
	next, err = mergedPage(b, prefixes, p, nil, func(_, id []byte) error {
		a, err := t.load(id)
		if err != nil {
			return damaged("broadcast", err)
		}
		bs = append(bs, a.Broadcast)
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list broadcasts: %w", err)
	}
	return bs, next, nil
}

func (t broadcasts) Open() (bs []bot.Broadcast, err error) {
	for _, p := range under(t.bucket(broadcastOpenBucket), nil, noLimit) {
		a, err := t.load(p.value)
		if err != nil {
			return nil, damaged("broadcast", err)
		}
		bs = append(bs, a.Broadcast)
	}
	return bs, nil
}

func writeBroadcast(a announcement) []byte {
	w := writer{make([]byte, 0, 4096)}
	w.num(1, a.Version)
	w.num(2, a.seq)
	w.text(3, a.By)
	for _, v := range a.Villages {
		w.item(4, v)
	}
	w.text(5, a.Form)
	w.flag(6, a.Urgent)
	for lang, m := range a.Messages {
		w.nested(7, func(w *writer) {
			w.text(1, string(lang))
			writeOutbound(w, m)
		})
	}
	w.time(8, a.Created)
	w.time(9, a.At)
	w.text(10, string(a.State))
	w.text(11, a.Approved)
	w.text(12, a.Corrects)
	w.flag(13, a.Post)
	w.text(14, a.Spread)
	w.flag(15, a.Listed)
	w.text(16, a.Commitment)
	return w.b
}

func readBroadcast(v []byte) (a announcement, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			a.Version = r.n
		case 2:
			a.seq = r.n
		case 3:
			a.By = r.text()
		case 4:
			a.Villages = append(a.Villages, r.text())
		case 5:
			a.Form = r.text()
		case 6:
			a.Urgent = r.n != 0
		case 7:
			if a.Messages == nil {
				a.Messages = map[bot.Language]bot.Outbound{}
			}
			lang, m := readMessage(&r)
			a.Messages[lang] = m
		case 8:
			a.Created = r.time()
		case 9:
			a.At = r.time()
		default:
			readCourse(&r, &a)
		}
	}
	return a, r.err
}

// readCourse reads how far a broadcast has come.
func readCourse(r *reader, a *announcement) {
	switch r.field {
	case 10:
		a.State = bot.BroadcastState(r.text())
	case 11:
		a.Approved = r.text()
	case 12:
		a.Corrects = r.text()
	case 13:
		a.Post = r.n != 0
	case 14:
		a.Spread = r.text()
	case 15:
		a.Listed = r.n != 0
	case 16:
		a.Commitment = r.text()
	}
}

func readMessage(r *reader) (lang bot.Language, m bot.Outbound) {
	r.nested(func(r *reader) {
		if r.field == 1 {
			lang = bot.Language(r.text())
			return
		}
		readOutbound(r, &m)
	})
	return lang, m
}

// forget leaves what became of what somebody is a recipient of. What is still owed cannot reach them.
func (t broadcasts) forget(c bot.Citizen) error {
	return each(t.bucket(broadcastBucket), func(key []byte) error {
		id, _ := cutText(key)
		r, err := t.recipient(id, c.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		left := recipient{Recipient: bot.Recipient{Citizen: c.ID, Village: r.Village}, fate: r.fate, at: r.at, platform: r.platform}
		return errors.Join(t.bucket(owedBucket).Delete(r.owedKey(id)), t.setFate(id, left, r.fate, r.at))
	})
}

// move makes into a recipient of what from is one of; where both are, into stays as they are.
func (t broadcasts) move(into, from bot.CitizenID) error {
	for _, p := range under(t.bucket(broadcastBucket), nil, noLimit) {
		id, _ := cutText(p.key)
		r, err := t.recipient(id, from)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		gone := slices.Concat(p.key, citizenKey(from))
		if err := errors.Join(t.bucket(recipientBucket).Delete(gone), t.bucket(owedBucket).Delete(r.owedKey(id)), t.countRecipient(id, r, -1)); err != nil {
			return err
		}
		if r.Citizen = into; t.isRecipient(id, into) {
			continue
		}
		if err := t.saveRecipient(id, r); err != nil {
			return err
		}
	}
	return nil
}
