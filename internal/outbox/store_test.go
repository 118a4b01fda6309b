package outbox

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// memory is a store with the roles that this package needs. It is fast enough for a whole municipality.
type memory struct {
	mu        sync.Mutex
	roles     roles
	delay     time.Duration // from each commit to the return of Update
	fail      error         // every commit fails with it
	conflicts int           // so many commits conflict
	commits   int
	attempted int // commits that were begun
}

func newMemory() *memory {
	return &memory{roles: roles{
		parcels: map[string]*item{}, queues: map[queue][]*item{}, fates: map[string]bot.Sending{},
		citizens: map[bot.CitizenID]bot.Citizen{}, owners: map[bot.Address]bot.CitizenID{}, mail: map[bot.CitizenID][]bot.Held{},
		announced: map[string]*announced{}, pictures: map[string][]byte{}, refs: map[string]string{}, threads: map[string]string{},
		accounts: map[bot.CitizenID]bot.Account{},
	}}
}

func (m *memory) View(context.Context, func(store.Tx) error) error { return errors.ErrUnsupported }

func (m *memory) Close() error { return nil }

func (m *memory) Update(ctx context.Context, fn func(store.Tx) error) error {
	m.mu.Lock()
	defer time.Sleep(m.delay) // virtual, after the unlock
	defer m.mu.Unlock()
	m.attempted++
	if err := cmp.Or(ctx.Err(), m.fail); err != nil {
		return err
	}
	r := &m.roles
	r.undoes = m.conflicts > 0
	err := fn(store.Tx{Outbox: outboxRole{r}, Citizens: citizensRole{roles: r}, Mail: mailRole{roles: r},
		Broadcasts: broadcastsRole{roles: r}, Pictures: picturesRole{roles: r}, Threads: threadsRole{roles: r},
		Accounts: accountsRole{roles: r}, Cases: casesRole{}})
	if m.conflicts > 0 {
		m.conflicts--
		for _, undo := range slices.Backward(r.undo) {
			undo()
		}
		r.undo = nil
		return cmp.Or(err, fmt.Errorf("commit: %w", store.ErrConflict))
	}
	if err != nil {
		panic(fmt.Sprint("this store takes back what it was told to only: ", err))
	}
	m.commits++
	return nil
}

func (m *memory) set(change func(m *memory)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// parcels gives copies of those that are not settled, in the order of their Put.
func (m *memory) parcels() (ps []item) {
	m.set(func(m *memory) {
		for _, it := range m.roles.parcels {
			ps = append(ps, *it)
		}
	})
	slices.SortFunc(ps, func(a, b item) int { return cmp.Compare(a.seq, b.seq) })
	return ps
}

func (m *memory) fate(id string) (f bot.Fate) {
	m.set(func(m *memory) { f = m.roles.fates[id].Fate })
	return f
}

func (m *memory) report(broadcast string) (r bot.Report) {
	m.set(func(m *memory) { r, _ = broadcastsRole{roles: &m.roles}.Report(broadcast) })
	return r
}

func (m *memory) know(c bot.Citizen) {
	if c.Consented.IsZero() { // they want news, unless a test takes that back
		c.Consented = time.Unix(1, 0)
	}
	m.set(func(m *memory) {
		m.roles.citizens[c.ID] = c
		for _, contact := range c.Contacts {
			m.roles.owners[contact.Address] = c.ID
		}
	})
}

// announce owes a broadcast, which is being sent, to n citizens that are called from 0 on.
func (m *memory) announce(b bot.Broadcast, n int) {
	if b.State == "" {
		b.State = bot.BroadcastSending
	}
	if b.Messages == nil {
		b.Messages = map[bot.Language]bot.Outbound{"ka": {Text: b.ID}}
	}
	a := &announced{Broadcast: b, by: make(map[bot.CitizenID]*recipient, n)}
	for i := range n {
		id := strconv.Itoa(i)
		r := &recipient{Recipient: bot.Recipient{Citizen: bot.CitizenID(id), Address: address(id), Language: "ka"}}
		a.owed, a.by[r.Citizen] = append(a.owed, r), r
	}
	m.set(func(m *memory) {
		m.roles.announced[b.ID] = a
		m.roles.order = append(m.roles.order, a)
	})
}

// steer changes the state of a broadcast.
func (m *memory) steer(id string, to bot.BroadcastState) {
	m.set(func(m *memory) { m.roles.announced[id].State = to })
}

func address(id string) bot.Address { return bot.Address{Platform: platform, ID: id} }

// roles is what memory keeps.
type roles struct {
	undoes bool // undo is kept
	undo   []func()

	parcels map[string]*item
	lastID  int
	queues  map[queue][]*item
	shelves [256]shelf
	fates   map[string]bot.Sending

	citizens  map[bot.CitizenID]bot.Citizen
	owners    map[bot.Address]bot.CitizenID
	mail      map[bot.CitizenID][]bot.Held
	announced map[string]*announced
	order     []*announced
	claimed   int // deliveries, without those that were released
	pictures  map[string][]byte
	refs      map[string]string
	threads   map[string]string
	accounts  map[bot.CitizenID]bot.Account
}

func (r *roles) onUndo(f func()) {
	if r.undoes {
		r.undo = append(r.undo, f)
	}
}

// queue is what one address gets one at a time.
type queue struct {
	to      bot.Address
	purpose bot.Purpose
}

type item struct {
	store.Parcel
	seq    int
	hidden time.Time // not handed out before; zero: not claimed
	heap   *items    // that it is in
	index  int
}

func (it *item) at() time.Time { return later(it.Due, it.hidden) }
func (it *item) queue() queue  { return queue{it.To, it.Message.Purpose} }

// shelf holds the first parcel of each queue of one purpose.
type shelf struct{ ready, asleep items }

type items struct {
	list   []*item
	asleep bool // by at; else by Due
}

func (h *items) Len() int { return len(h.list) }
func (h *items) Less(i, j int) bool {
	a, b := h.list[i], h.list[j]
	if h.asleep {
		return a.at().Before(b.at())
	}
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.seq, b.seq)) < 0
}
func (h *items) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].index, h.list[j].index = i, j
}
func (h *items) Push(x any) {
	it := x.(*item)
	it.heap, it.index = h, len(h.list)
	h.list = append(h.list, it)
}
func (h *items) Pop() any {
	it := h.list[len(h.list)-1]
	h.list, it.heap = h.list[:len(h.list)-1], nil
	return it
}

// place puts a parcel where it belongs.
func (r *roles) place(it *item) {
	if it.heap != nil {
		heap.Remove(it.heap, it.index)
	}
	if q := r.queues[it.queue()]; len(q) > 0 && q[0] == it {
		asleep := &r.shelves[it.Message.Purpose].asleep
		asleep.asleep = true
		heap.Push(asleep, it)
	}
}

// change changes a parcel and its queue.
func (r *roles) change(it *item, change func()) {
	before, queue := *it, r.queues[it.queue()]
	r.onUndo(func() {
		for _, other := range r.queues[it.queue()] { // one that became the first
			if other.heap != nil {
				heap.Remove(other.heap, other.index)
			}
		}
		it.Parcel, it.hidden = before.Parcel, before.hidden
		r.queues[it.queue()] = queue
		if delete(r.parcels, it.ID); slices.Contains(queue, it) {
			r.parcels[it.ID] = it
		}
		delete(r.fates, it.ID)
		r.place(it)
	})
	change()
	r.place(it)
	if q := r.queues[it.queue()]; len(q) > 0 && q[0] != it {
		r.place(q[0])
	}
}

type outboxRole struct{ *roles }

func (outboxRole) Sent(bot.CitizenID, int) ([]bot.Sending, error) { return nil, errors.ErrUnsupported }

func (o outboxRole) Put(ps ...store.Parcel) (ids []string, err error) {
	for _, p := range ps {
		o.lastID++
		p.ID, p.Attempts = strconv.Itoa(o.lastID), 0
		it := &item{Parcel: p, seq: o.lastID}
		o.change(it, func() {
			o.parcels[p.ID] = it
			o.queues[it.queue()] = append(o.queues[it.queue()], it)
		})
		ids = append(ids, p.ID)
	}
	return ids, nil
}

func (o outboxRole) Claim(_ bot.Platform, upTo bot.Purpose, now time.Time, lease time.Duration, limit int) (ps []store.Parcel, err error) {
	for purpose := range int(upTo) + 1 {
		s := &o.shelves[purpose]
		for len(s.asleep.list) > 0 && !s.asleep.list[0].at().After(now) {
			heap.Push(&s.ready, heap.Pop(&s.asleep))
		}
		for len(s.ready.list) > 0 && len(ps) < limit {
			it := s.ready.list[0]
			o.change(it, func() {
				it.Attempts++
				it.hidden = now.Add(lease)
			})
			ps = append(ps, it.Parcel)
		}
	}
	return ps, nil
}

func (o outboxRole) Hasten(_ bot.Platform, latest, to time.Time) (n int, err error) {
	for _, it := range o.parcels {
		if it.Due.After(to) && (it.Attempts == 0 || it.Due.After(latest)) && it.hidden.IsZero() {
			o.change(it, func() { it.Due = to })
			n++
		}
	}
	return n, nil
}

func (o outboxRole) Settle(id string, fate bot.Fate, at time.Time) error {
	it := o.parcels[id]
	if it == nil {
		return store.ErrNotFound
	}
	o.change(it, func() {
		q := o.queues[it.queue()]
		if q[0] != it {
			panic("settled out of order")
		}
		if o.queues[it.queue()] = q[1:]; len(q) == 1 {
			delete(o.queues, it.queue())
		}
		delete(o.parcels, id)
		o.fates[id] = bot.Sending{ID: id, Citizen: it.Citizen, Purpose: it.Message.Purpose, Fate: fate, At: at}
	})
	return nil
}

func (o outboxRole) Retry(id string, due time.Time) error { return o.giveBack(id, due, 0) }

func (o outboxRole) Release(id string, due time.Time) error { return o.giveBack(id, due, 1) }

func (o outboxRole) giveBack(id string, due time.Time, fewer int) error {
	it := o.parcels[id]
	if it == nil {
		return store.ErrNotFound
	}
	o.change(it, func() { it.Due, it.hidden, it.Attempts = due, time.Time{}, it.Attempts-fewer })
	return nil
}

func (o outboxRole) Next(_ bot.Platform, upTo bot.Purpose) (due time.Time, ok bool, err error) {
	for purpose := range int(upTo) + 1 {
		s := &o.shelves[purpose]
		for _, h := range []items{s.ready, s.asleep} {
			if len(h.list) > 0 && (!ok || h.list[0].at().Before(due)) {
				due, ok = h.list[0].at(), true
			}
		}
	}
	return due, ok, nil
}

func (o outboxRole) Depth(bot.Platform, bot.Purpose) (int, error) { return len(o.parcels), nil }

func (outboxRole) SetFate(bot.CitizenID, string, bot.Fate, time.Time) error {
	return errors.ErrUnsupported
}

func (outboxRole) Fates(bot.CitizenID, []string) (map[string]bot.Sending, error) {
	return nil, errors.ErrUnsupported
}

type citizensRole struct {
	store.Citizens
	*roles
}

func (c citizensRole) Get(id bot.CitizenID) (bot.Citizen, bot.State, error) {
	citizen, ok := c.citizens[id]
	if !ok {
		return bot.Citizen{}, bot.State{}, store.ErrNotFound
	}
	citizen.Contacts = slices.Clone(citizen.Contacts)
	return citizen, bot.State{}, nil
}

func (c citizensRole) ByAddress(a bot.Address) (bot.CitizenID, error) {
	id, ok := c.owners[a]
	if !ok {
		return "", store.ErrNotFound
	}
	return id, nil
}

func (c citizensRole) Put(citizen bot.Citizen, _ bot.State) error {
	before := c.citizens[citizen.ID]
	if citizen.Version != before.Version {
		return store.ErrConflict
	}
	c.onUndo(func() { c.citizens[citizen.ID] = before })
	citizen.Version++
	c.citizens[citizen.ID] = citizen
	return nil
}

type mailRole struct {
	store.Mail
	*roles
}

func (r mailRole) Hold(id bot.CitizenID, h bot.Held) error {
	before := r.mail[id]
	r.onUndo(func() { r.mail[id] = before })
	r.mail[id] = append(slices.Clip(before), h)
	return nil
}

// announced is a broadcast and its recipients.
type announced struct {
	bot.Broadcast
	owed []*recipient // from next on
	next int
	by   map[bot.CitizenID]*recipient
}

type recipient struct {
	bot.Recipient
	fate bot.Fate
	ref  string
}

type broadcastsRole struct {
	store.Broadcasts
	*roles
}

func (r broadcastsRole) Get(id string, scope bot.Scope) (bot.Broadcast, error) {
	a := r.announced[id]
	switch {
	case a == nil:
		return bot.Broadcast{}, store.ErrNotFound
	case !scope.All:
		return bot.Broadcast{}, store.ErrScope
	}
	b := a.Broadcast
	b.Messages = maps.Clone(b.Messages)
	return b, nil
}

func (r broadcastsRole) Claim(_ bot.Platform, urgent bool, now time.Time, limit int) (ds []store.Delivery, err error) {
	for _, a := range r.order {
		if a.State != bot.BroadcastSending || a.Urgent != urgent || a.At.After(now) {
			continue
		}
		for a.next < len(a.owed) && len(ds) < limit {
			first := a.owed[a.next]
			r.become(a, first, bot.FateUnconfirmed, a.next+1)
			ds = append(ds, store.Delivery{Recipient: first.Recipient, Broadcast: a.ID})
		}
	}
	r.count(len(ds))
	return ds, nil
}

func (r broadcastsRole) count(n int) {
	r.onUndo(func() { r.claimed -= n })
	r.claimed += n
}

func (r broadcastsRole) become(a *announced, to *recipient, fate bot.Fate, next int) {
	before, was := *to, a.next
	r.onUndo(func() { *to, a.next = before, was })
	to.fate, a.next = fate, next
}

func (r broadcastsRole) find(d store.Delivery) (*announced, *recipient, error) {
	a := r.announced[d.Broadcast]
	if a == nil || a.by[d.Citizen] == nil || a.by[d.Citizen].fate != bot.FateUnconfirmed {
		return nil, nil, store.ErrNotFound
	}
	return a, a.by[d.Citizen], nil
}

func (r broadcastsRole) Settle(d store.Delivery, fate bot.Fate, ref string, _ time.Time) error {
	a, to, err := r.find(d)
	if err != nil {
		return err
	}
	r.become(a, to, fate, a.next)
	to.ref = ref
	return nil
}

func (r broadcastsRole) Release(d store.Delivery) error {
	a, to, err := r.find(d)
	if err != nil {
		return err
	}
	r.become(a, to, bot.FateOwed, a.next-1)
	first := a.owed[a.next]
	r.onUndo(func() { a.owed[a.next] = first })
	a.owed[a.next] = to
	r.count(-1)
	return nil
}

func (r broadcastsRole) Again(id string) (n int, err error) {
	a := r.announced[id]
	for _, to := range a.by {
		if to.fate == bot.FateUnconfirmed {
			to.fate, a.owed = bot.FateOwed, append(a.owed, to)
			n++
		}
	}
	return n, nil
}

func (r broadcastsRole) Report(id string) (bot.Report, error) {
	report := bot.Report{}
	for _, to := range r.announced[id].by {
		report[to.fate]++
	}
	return report, nil
}

type picturesRole struct {
	store.Pictures
	*roles
}

func (r picturesRole) Get(name string) ([]byte, error) {
	png, ok := r.pictures[name]
	if !ok {
		return nil, store.ErrNotFound
	}
	return png, nil
}

func (r picturesRole) Ref(name string, p bot.Platform) (string, error) {
	return r.refs[name+" "+string(p)], nil
}

func (r picturesRole) SetRef(name string, p bot.Platform, ref string) error {
	before := r.refs[name+" "+string(p)]
	r.onUndo(func() { r.refs[name+" "+string(p)] = before })
	r.refs[name+" "+string(p)] = ref
	return nil
}

func (r picturesRole) Drop(name string) error {
	before := r.pictures[name]
	r.onUndo(func() { r.pictures[name] = before })
	delete(r.pictures, name)
	return nil
}

type threadsRole struct {
	store.Threads
	*roles
}

func (r threadsRole) Set(a bot.Address, ref, about string, _ time.Time) error {
	before := r.threads[a.ID+" "+ref]
	r.onUndo(func() { r.threads[a.ID+" "+ref] = before })
	r.threads[a.ID+" "+ref] = about
	return nil
}

type accountsRole struct {
	store.Accounts
	*roles
}

func (r accountsRole) ByCitizen(id bot.CitizenID) (bot.Account, error) {
	a, ok := r.accounts[id]
	if !ok {
		return a, store.ErrNotFound
	}
	return a, nil
}

// casesRole has no case.
type casesRole struct{ store.Cases }

func (casesRole) Parties(string) ([]bot.CitizenID, error) { return nil, store.ErrNotFound }

// What the tests rely on: a commit that conflicts leaves nothing behind.
func TestMemoryTakesBackACommit(t *testing.T) {
	m := newMemory()
	m.set(func(m *memory) {
		_, _ = outboxRole{&m.roles}.Put(people(4)...)
		_, _ = outboxRole{&m.roles}.Put(people(2)...)
	})
	m.announce(bot.Broadcast{ID: "b"}, 5)
	look := func() string {
		var next time.Time
		m.set(func(m *memory) { next, _, _ = outboxRole{&m.roles}.Next(platform, 255) })
		all := fmt.Sprint(next.UnixNano(), m.report("b"), m.roles.fates, m.roles.claimed)
		for _, p := range m.parcels() {
			all += fmt.Sprint(" ", p.ID, p.To.ID, p.at().UnixNano(), p.Attempts, p.heap != nil)
		}
		return all
	}
	before := look()
	m.conflicts = 1
	now := time.Now().Add(time.Hour)
	err := m.Update(t.Context(), func(tx store.Tx) error {
		ps, _ := tx.Outbox.Claim(platform, 255, now, lease, 3)
		ds, _ := tx.Broadcasts.Claim(platform, false, now, 3)
		return errors.Join(tx.Outbox.Settle(ps[0].ID, bot.FateSent, now), tx.Outbox.Release(ps[1].ID, now.Add(1)), tx.Outbox.Retry(ps[2].ID, now.Add(2)),
			tx.Broadcasts.Settle(ds[1], bot.FateSent, "x", now), tx.Broadcasts.Release(ds[0]))
	})
	if !errors.Is(err, store.ErrConflict) || look() != before {
		t.Errorf("%v, and then\n%s, want\n%s", err, look(), before)
	}
}
