package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
)

// Whatever is listed in several places is compared from one side only: each record says where it must be listed, every such
// place is looked up and counted, and a list with more entries than that has some which point nowhere. So nothing but a few
// counts is kept in memory.

// comparison is one run over the lists.
type comparison struct {
	*txn
	ctx      context.Context
	steps    int // entries that were looked at
	progress func(entries int)
	must     map[string]int // bucket -> entries that records account for
	faults   map[Fault]int  // without their Count
	depths   map[string]uint64
	reach    map[string]int
	current  []byte // key of the citizen whose exchanges are gone through
}

// compare needs a file that is complete.
func compare(ctx context.Context, tx *bolt.Tx, progress func(entries int)) ([]Fault, error) {
	c := &comparison{txn: &txn{bolt: tx}, ctx: ctx, progress: progress, must: map[string]int{}, faults: map[Fault]int{}, depths: map[string]uint64{}, reach: map[string]int{}}
	for _, list := range []struct {
		bucket string
		one    func(k, v []byte) error
	}{
		{citizenBucket, c.citizen},
		{questionBucket, c.question}, {questionWaitingBucket, c.waiting},
		{outboxBucket, c.parcel}, {outboxLeasedBucket, c.leased}, {outboxFateBucket, readable(readFate)},
		{mailBucket, c.held},
		{consentBucket, readable(readConsent)},
		{progressBucket, c.change},
		{contentBucket, c.version},
		{broadcastBucket, c.announcement}, {recipientBucket, c.recipient},
		{accountBucket, c.account},
		{codeBucket, c.code},
		{sessionBucket, c.session}, {secretBucket, readable(readSecret)},
		{trailBucket, readable(readAudit)},
		{caseBucket, c.filed}, {caseRatedBucket, c.rated}, {caseJoinedBucket, c.joined}, {caseEventBucket, c.event},
		{threadBucket, func(_, v []byte) error { _, _, err := readThread(v); return err }},
		{reachBucket, c.reached}, {countBucket, func(k, v []byte) error { _, err := readCount(k, v, words{}); return err }},
		{pictureBucket, func(_, v []byte) error { _, _, err := readPicture(v); return err }},
	} {
		if err := c.each(list.bucket, list.one); err != nil {
			return nil, err
		}
	}
	if err := c.queues(); err != nil {
		return nil, err
	}
	c.totals()
	return c.sorted(), nil
}

// each calls one with every entry of a list; its error says that the entry cannot be read.
func (c *comparison) each(bucket string, one func(k, v []byte) error) error {
	cursor := c.bucket(bucket).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if c.steps++; c.steps%1024 == 0 {
			c.progress(c.steps)
			if err := c.ctx.Err(); err != nil {
				return err
			}
		}
		if err := one(k, v); err != nil {
			c.fault(bucket, "what cannot be read")
		}
	}
	return nil
}

func (c *comparison) fault(bucket, what string) { c.faults[Fault{List: bucket, What: what}]++ }

const (
	missing = "an entry is missing"
	other   = "an entry says something else than what it lists"
	alone   = "what it belongs to is not there"
	nowhere = "an entry points nowhere"
)

// listed looks up a place in which something must be; value is how what it says begins, as the marks of a search follow it in some.
func (c *comparison) listed(bucket string, key, value []byte) {
	c.must[bucket]++
	v := c.bucket(bucket).Get(key)
	switch {
	case v == nil:
		c.must[bucket]--
		c.fault(bucket, missing)
	case !bytes.HasPrefix(v, value):
		c.fault(bucket, other)
	}
}

// belongs says so if nobody has the id.
func (c *comparison) belongs(bucket string, id bot.CitizenID) {
	if c.bucket(citizenBucket).Get(citizenKey(id)) == nil {
		c.fault(bucket, alone)
	}
}

// totals finds lists that hold more than records account for.
func (c *comparison) totals() {
	for _, bucket := range []string{
		addressBucket, subscribedBucket, exchangeTimeBucket, exchangeVillageBucket,
		questionTimeBucket, questionVillageBucket, questionCitizenBucket, questionGroupBucket,
		outboxQueueBucket, outboxReadyBucket, mailTimeBucket, progressCommitmentBucket,
		broadcastTimeBucket, broadcastVillageBucket, broadcastOpenBucket, owedBucket,
		accountCitizenBucket, codeOwnerBucket, sessionLoginBucket,
		contentEntryBucket, contentLiveBucket, contentDraftBucket,
		caseTimeBucket, caseVillageBucket, caseCitizenBucket, caseDoneBucket, caseClosedBucket,
	} {
		switch more := c.bucket(bucket).Stats().KeyN - c.must[bucket]; {
		case more > 0:
			c.faults[Fault{List: bucket, What: nowhere}] += more
		case more < 0:
			c.faults[Fault{List: bucket, What: "an entry is claimed twice"}] -= more
		}
	}
	if len(c.reach) > 0 {
		c.fault(reachBucket, missing)
	}
}

func (c *comparison) sorted() (all []Fault) {
	for f, n := range c.faults {
		f.Count = n
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Fault) int { return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.What, b.What)) })
	return all
}

// readable makes a check of values that refer to nothing.
func readable[T any](read func([]byte) (T, error)) func(k, v []byte) error {
	return func(_, v []byte) error { _, err := read(v); return err }
}

// citizen takes citizens and their exchanges, which follow each.
func (c *comparison) citizen(k, v []byte) error {
	id, entry := cutText(k)
	if len(entry) > 0 {
		return c.exchange(k[:len(k)-len(entry)], entry, v)
	}
	c.current = k
	p, err := readPerson(bot.CitizenID(id), v, &bot.State{})
	if err != nil {
		return err
	}
	for _, contact := range p.Contacts {
		c.listed(addressBucket, addressKey(contact.Address), []byte(id))
	}
	if key := subscriptionKey(p); key != nil {
		c.listed(subscribedBucket, key, nil)
	}
	return nil
}

func (c *comparison) exchange(citizen, entry, v []byte) error {
	e, err := readExchange(v)
	if err != nil || len(entry) != entryKeySize {
		return errors.Join(err, errWire)
	}
	if !bytes.Equal(citizen, c.current) {
		c.fault(citizenBucket, alone)
	}
	for bucket, key := range map[string][]byte{exchangeTimeBucket: entry, exchangeVillageBucket: append(textKey(e.Village), entry...)} {
		c.listed(bucket, key, nil)
		if v := c.bucket(bucket).Get(key); v != nil && !bytes.HasPrefix(v, citizen) {
			c.fault(bucket, other)
		}
	}
	return nil
}

func (c *comparison) question(k, _ []byte) error {
	seq := binary.BigEndian.Uint64(k)
	q, err := questions{c.txn}.get(seq)
	if err != nil {
		return err
	}
	if q.Citizen != "" {
		c.belongs(questionBucket, q.Citizen)
	}
	return eachQuestionPlace(q, seq, func(bucket string, key []byte) error {
		if bucket != questionWaitingBucket {
			c.listed(bucket, key, nil)
		} else if q.Citizen != "" && c.bucket(bucket).Get(key) == nil { // a group that was forgotten waits no more
			c.fault(bucket, missing)
		}
		return nil
	})
}

func (c *comparison) waiting(k, v []byte) error {
	_, entry := cutText(k)
	if len(entry) != entryKeySize {
		return errWire
	}
	q, err := questions{c.txn}.get(entrySeq(entry))
	if err != nil || q.Group != q.ID || !q.Answered.IsZero() || string(v) != index && !bytes.Equal(v, writeHead(q)) {
		c.fault(questionWaitingBucket, nowhere)
	}
	return nil
}

func (c *comparison) parcel(k, v []byte) error {
	p, err := readParcel(v) // and not load, which follows merged citizens
	if err != nil {
		return err
	}
	c.listed(outboxQueueBucket, entry{p, k}.queueKey(), nil)
	c.depths[depthKey(p)]++
	return nil
}

func (c *comparison) leased(k, _ []byte) error {
	if c.bucket(outboxBucket).Get(k) == nil {
		c.fault(outboxLeasedBucket, nowhere)
	}
	return nil
}

// queues looks whether the first of each queue can be claimed, and whether the numbers of parcels are right.
func (c *comparison) queues() error {
	var last []byte
	err := c.each(outboxQueueBucket, func(k, _ []byte) error {
		if len(k) < seqKeySize {
			return errWire
		}
		lane, seq := k[:len(k)-seqKeySize], k[len(k)-seqKeySize:]
		if bytes.Equal(lane, last) {
			return nil
		}
		last = lane
		p, err := readParcel(c.bucket(outboxBucket).Get(seq))
		if err == nil && p.To.Platform != "" { // else it was counted as one that points nowhere
			c.listed(outboxReadyBucket, entry{p, seq}.readyKey(), nil)
		}
		return err
	})
	if err != nil {
		return err
	}
	box := outbox{c.txn}
	for key, n := range c.depths {
		if box.depth([]byte(key)) != n {
			c.fault(outboxDepthBucket, "a number is not that of what is owed")
		}
	}
	return c.each(outboxDepthBucket, func(k, _ []byte) error {
		if c.depths[string(k)] == 0 && box.depth(k) != 0 {
			c.fault(outboxDepthBucket, "a number is not that of what is owed")
		}
		return nil
	})
}

func (c *comparison) held(k, v []byte) error {
	h, err := readHeld(v)
	if err != nil || len(k) < seqKeySize {
		return errors.Join(err, errWire)
	}
	citizen, seq := k[:len(k)-seqKeySize], k[len(k)-seqKeySize:]
	if c.bucket(citizenBucket).Get(citizen) == nil {
		c.fault(mailBucket, alone)
	}
	c.listed(mailTimeBucket, entryKey(h.At, binary.BigEndian.Uint64(seq)), citizen)
	return nil
}

func (c *comparison) change(k, v []byte) error {
	change, err := readChange(v)
	if err != nil {
		return err
	}
	c.listed(progressCommitmentBucket, append(textKey(change.Commitment), k...), nil)
	return nil
}

// version is that of an answer. Whether it is the one in use, or a draft that waits, is seen by those that came after it.
func (c *comparison) version(k, v []byte) error {
	e, err := readEdit(v)
	if err != nil {
		return err
	}
	entry := textKey(e.Entry.ID)
	place := slices.Concat(entry, k)
	c.listed(contentEntryBucket, place, nil)
	last, replaced := true, false
	places := c.bucket(contentEntryBucket).Cursor()
	for at, _ := places.Seek(append(place, 0)); bytes.HasPrefix(at, entry) && len(at) == len(place); at, _ = places.Next() {
		later, err := contents{c.txn}.named(at[len(entry):])
		if err != nil {
			break // found where that one is missing
		}
		last, replaced = false, replaced || later.State == bot.EditLive
	}
	if e.State == bot.EditDraft && last {
		c.listed(contentDraftBucket, entry, k)
	}
	if e.State == bot.EditLive && !e.Folder && !replaced {
		c.listed(contentLiveBucket, entry, k)
	}
	return nil
}

func (c *comparison) announcement(k, _ []byte) error {
	a, err := broadcasts{c.txn}.load(k)
	if err != nil {
		return err
	}
	return a.eachPlace(func(bucket string, key []byte) error { c.listed(bucket, key, k); return nil })
}

func (c *comparison) recipient(k, v []byte) error {
	broadcast, citizen := cutText(k)
	if c.bucket(broadcastBucket).Get(textKey(broadcast)) == nil {
		c.fault(recipientBucket, alone)
	}
	r, err := readRecipient(citizen, v)
	if err == nil {
		c.reach[string(r.reachKey(broadcast))]++
	}
	if err == nil && r.fate == bot.FateOwed {
		c.listed(owedBucket, r.owedKey(broadcast), nil)
	}
	return err
}

// reached comes after all recipients.
func (c *comparison) reached(k, v []byte) error {
	if number(v) < c.reach[string(k)] { // more: Prune leaves the numbers of those whom it drops
		c.fault(reachBucket, "a number is not that of the recipients")
	}
	delete(c.reach, string(k))
	return nil
}

func (c *comparison) account(k, v []byte) error {
	a, err := readAccount(k, v)
	if err == nil && a.Citizen != "" {
		c.belongs(accountBucket, a.Citizen)
		c.listed(accountCitizenBucket, citizenKey(a.Citizen), []byte(a.Login))
	}
	return err
}

func (c *comparison) code(k, v []byte) error {
	code, err := readCode(v)
	for _, owner := range owners(code) {
		c.listed(codeOwnerBucket, owner, k)
	}
	return err
}

func (c *comparison) session(k, v []byte) error {
	s, err := readSession(v)
	if err == nil {
		c.listed(sessionLoginBucket, append(textKey(s.Login), k...), nil)
	}
	return err
}

func (c *comparison) filed(k, _ []byte) error {
	f, err := cases{c.txn}.load(k)
	if err != nil {
		return err
	}
	if f.Citizen != "" {
		c.belongs(caseBucket, f.Citizen)
	}
	if key := ratedKey(f.Case); key != nil && c.bucket(caseRatedBucket).Get(key) == nil {
		c.fault(caseRatedBucket, missing)
	}
	return f.eachPlace(func(bucket string, key, value []byte) error { c.listed(bucket, key, value); return nil })
}

func (c *comparison) rated(k, v []byte) error {
	f, err := cases{c.txn}.load(v)
	if err != nil || !bytes.Equal(ratedKey(f.Case), k) {
		c.fault(caseRatedBucket, nowhere)
	}
	return nil
}

func (c *comparison) joined(k, v []byte) error {
	id, _ := cutText(k)
	f, err := cases{c.txn}.load(textKey(id))
	if err != nil {
		c.fault(caseJoinedBucket, alone)
		return nil //nolint:nilerr // a case that cannot be read is said of the case
	}
	c.belongs(caseJoinedBucket, bot.CitizenID(v))
	c.listed(caseCitizenBucket, append(textKey(string(v)), f.entry()...), textKey(id))
	return nil
}

func (c *comparison) event(k, v []byte) error {
	id, _ := cutText(k)
	if c.bucket(caseBucket).Get(textKey(id)) == nil {
		c.fault(caseEventBucket, alone)
	}
	_, err := readEvent(v)
	return err
}
