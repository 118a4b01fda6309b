package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	caseBucket        = "cases"         // case -> case
	caseTimeBucket    = "cases/time"    // kind, state, entry -> due, case, then what caseTraits says
	caseVillageBucket = "cases/village" // village, kind, state, entry -> the same
	caseCitizenBucket = "cases/citizen" // citizen, entry -> case: who filed or joined it
	caseDoneBucket    = "cases/done"    // entry (Updated) -> case: those whose citizens are to be asked
	caseClosedBucket  = "cases/closed"  // entry (Updated) -> case: those whose words are to be deleted
	caseRatedBucket   = "cases/rated"   // citizen, commitment -> case
	caseJoinedBucket  = "cases/joined"  // case, seq -> CitizenID
	caseEventBucket   = "cases/events"  // case, seq -> event
	caseRepeatBucket  = "cases/repeats" // original, entry -> case: its duplicates
)

type cases struct{ *txn }

// filed is a case with its place in the lists.
type filed struct {
	bot.Case
	seq    uint64
	bare   bool   // its words were deleted
	traits []byte // for the lists; set by save
}

func (f filed) entry() []byte { return entryKey(f.Created, f.seq) }

func (t cases) Create(c bot.Case) error {
	b := t.bucket(caseBucket)
	if c.Version != 0 || b.Get(textKey(c.ID)) != nil {
		return fmt.Errorf("create a case: %w", store.ErrConflict)
	}
	seq, err := b.NextSequence()
	if err == nil {
		err = t.save(filed{Case: c, seq: seq})
	}
	if err == nil {
		err = t.AddEvent(bot.CaseEvent{Case: c.ID, At: c.Created, To: c.State})
	}
	if err != nil {
		return fmt.Errorf("create a case: %w", err)
	}
	return nil
}

func (t cases) Get(id string, scope bot.Scope) (bot.Case, error) {
	f, err := t.load(textKey(id))
	if err != nil {
		return bot.Case{}, err
	}
	if !scope.Sees(f.Case) {
		return bot.Case{}, fmt.Errorf("case: %w", store.ErrNotFound)
	}
	return f.Case, nil
}

func (t cases) Put(c bot.Case) error {
	before, err := t.load(textKey(c.ID))
	switch {
	case err != nil:
		return err
	case before.Version != c.Version:
		return fmt.Errorf("case: %w", store.ErrConflict)
	}
	c.Created = before.Created
	if err := t.replace(before, filed{Case: c, seq: before.seq}); err != nil {
		return fmt.Errorf("put a case: %w", err)
	}
	return nil
}

// replace stores f in the place of before, the same case.
func (t cases) replace(before, f filed) error {
	rated, id := t.bucket(caseRatedBucket), textKey(f.ID)
	err := before.eachPlace(func(bucket string, key, _ []byte) error { return t.bucket(bucket).Delete(key) })
	if key := ratedKey(before.Case); key != nil && bytes.Equal(rated.Get(key), id) {
		err = errors.Join(err, rated.Delete(key))
	}
	return errors.Join(err, t.save(f))
}

// save stores f, one version higher, where it belongs.
func (t cases) save(f filed) error {
	f.Version++
	f.traits = t.caseTraits(f.Case)
	rated, id := t.bucket(caseRatedBucket), textKey(f.ID)
	err := errors.Join(
		t.bucket(caseBucket).Put(id, writeCase(f)),
		f.eachPlace(func(bucket string, key, value []byte) error { return t.bucket(bucket).Put(key, value) }),
	)
	if key := ratedKey(f.Case); key != nil && rated.Get(key) == nil { // else the citizen has become one with another
		err = errors.Join(err, rated.Put(key, id))
	}
	return err
}

// eachPlace calls do for each list that f is in.
func (f filed) eachPlace(do func(bucket string, key, value []byte) error) error {
	id, entry, updated := textKey(f.ID), f.entry(), entryKey(f.Updated, f.seq)
	lane := append(textKey(string(f.Kind), string(f.State)), entry...)
	listed := slices.Concat(dueKey(f.Due), id, f.traits)
	err := errors.Join(
		do(caseTimeBucket, lane, listed),
		do(caseVillageBucket, append(textKey(f.Village), lane...), listed),
	)
	if f.Citizen != "" {
		err = errors.Join(err, do(caseCitizenBucket, append(citizenKey(f.Citizen), entry...), id))
	}
	if f.State == bot.CaseDone && f.Asked.IsZero() && f.Citizen != "" {
		err = errors.Join(err, do(caseDoneBucket, updated, id))
	}
	if f.State == bot.CaseDuplicate && f.Original != "" {
		err = errors.Join(err, do(caseRepeatBucket, append(textKey(f.Original), entry...), id))
	}
	if !f.Open() && !f.bare {
		err = errors.Join(err, do(caseClosedBucket, updated, id))
	}
	return err
}

// dueKey puts what is never overdue after all times.
func dueKey(due time.Time) []byte {
	if due.IsZero() {
		due = time.UnixMicro(math.MaxInt64)
	}
	return appendTime(nil, due)
}

// ratedKey is nil for a case without a score.
func ratedKey(c bot.Case) []byte {
	if c.Commitment == "" || c.Score == 0 || c.Citizen == "" {
		return nil
	}
	return textKey(string(c.Citizen), c.Commitment)
}

func (t cases) load(key []byte) (filed, error) {
	v := t.bucket(caseBucket).Get(key)
	if v == nil {
		return filed{}, fmt.Errorf("case: %w", store.ErrNotFound)
	}
	f, err := readCase(v)
	if err != nil {
		return f, damaged("case", err)
	}
	f.ID, _ = cutText(key)
	return f, nil
}

// listed is load for what an index names.
func (t cases) listed(key []byte) (filed, error) {
	f, err := t.load(key)
	if err != nil {
		return f, damaged("case", err)
	}
	return f, nil
}

func (t cases) Of(id bot.CitizenID, limit int) (cs []bot.Case, err error) {
	return t.all(under(t.bucket(caseCitizenBucket), citizenKey(id), limit))
}

func (t cases) Rated(id bot.CitizenID, commitment string) (bot.Case, error) {
	key := t.bucket(caseRatedBucket).Get(textKey(string(id), commitment))
	if key == nil {
		return bot.Case{}, fmt.Errorf("case with a score: %w", store.ErrNotFound)
	}
	f, err := t.listed(key)
	return f.Case, err
}

// Settled takes the last change of a case that is done for when it was done.
func (t cases) Settled(before time.Time, limit int) ([]bot.Case, error) {
	return t.all(oldest(t.bucket(caseDoneBucket), before, limit))
}

// all reads the cases that are the values of pairs.
func (t cases) all(pairs []pair) (cs []bot.Case, err error) {
	for _, p := range pairs {
		f, err := t.listed(p.value)
		if err != nil {
			return nil, err
		}
		cs = append(cs, f.Case)
	}
	return cs, nil
}

func (t cases) Join(id string, citizen bot.CitizenID) error {
	f, err := t.load(textKey(id))
	if err != nil {
		return err
	}
	if err := t.join(f, citizen); err != nil {
		return fmt.Errorf("join a case: %w", err)
	}
	return nil
}

func (t cases) join(f filed, citizen bot.CitizenID) error {
	place := append(citizenKey(citizen), f.entry()...)
	byCitizen, b := t.bucket(caseCitizenBucket), t.bucket(caseJoinedBucket)
	if byCitizen.Get(place) != nil {
		return nil
	}
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	id := textKey(f.ID)
	return errors.Join(byCitizen.Put(place, id), b.Put(slices.Concat(id, seqKey(seq)), []byte(citizen)))
}

// leave undoes join.
func (t cases) leave(f filed, citizen bot.CitizenID) error {
	for _, p := range t.joined(f.ID) {
		if bot.CitizenID(p.value) != citizen {
			continue
		}
		return errors.Join(
			t.bucket(caseJoinedBucket).Delete(append(textKey(f.ID), p.key...)),
			t.bucket(caseCitizenBucket).Delete(append(citizenKey(citizen), f.entry()...)),
		)
	}
	return nil
}

// joined gives who joined a case, in that order.
func (t cases) joined(id string) []pair {
	return under(t.bucket(caseJoinedBucket), textKey(id), noLimit)
}

func (t cases) Parties(id string) (parties []bot.CitizenID, err error) {
	f, err := t.load(textKey(id))
	if err != nil {
		return nil, err
	}
	if f.Citizen != "" {
		parties = append(parties, f.Citizen)
	}
	for _, p := range t.joined(id) {
		parties = append(parties, bot.CitizenID(p.value))
	}
	return parties, nil
}

func (t cases) Duplicates(original string) ([]bot.Case, error) {
	cs, err := t.all(under(t.bucket(caseRepeatBucket), textKey(original), noLimit))
	slices.Reverse(cs)
	return cs, err
}

func (t cases) AddEvent(e bot.CaseEvent) error {
	if t.bucket(caseBucket).Get(textKey(e.Case)) == nil {
		return fmt.Errorf("case: %w", store.ErrNotFound)
	}
	b := t.bucket(caseEventBucket)
	seq, err := b.NextSequence()
	if err == nil {
		err = b.Put(append(textKey(e.Case), seqKey(seq)...), writeEvent(e))
	}
	if err != nil {
		return fmt.Errorf("add to the history of a case: %w", err)
	}
	return nil
}

func (t cases) Events(id string) (es []bot.CaseEvent, err error) {
	for _, p := range under(t.bucket(caseEventBucket), textKey(id), noLimit) {
		e, err := readEvent(p.value)
		if err != nil {
			return nil, damaged("event", err)
		}
		e.Case = id
		es = append(es, e)
	}
	slices.SortStableFunc(es, func(a, b bot.CaseEvent) int { return a.At.Compare(b.At) })
	return es, nil
}
