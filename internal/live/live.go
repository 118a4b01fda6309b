// Package live tells whoever has a page open that a case has changed, and who else is writing about it.
//
// It imports bot and store. Watch stands between a store and all who write to it, so a change is told whoever made it: a
// citizen, a colleague in the chat or on a page, a nightly job.
//
// Guarantees: what is told is which case, never a word of it, and only after its commit. Nothing is kept: a hint that a slow
// listener could not take is lost, and the pages show what the store holds.
package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	maxListeners = 500              // at once
	maxOf        = 20               // of one account
	maxWaiting   = 64               // hints that a listener has not taken
	writingTime  = 30 * time.Second // how long somebody who typed counts as writing
)

// ErrFull says that too many pages listen.
var ErrFull = errors.New("too many pages are open")

// Hint says that a case has changed, or that somebody writes about it.
type Hint struct {
	Case   string // bot.Case.ID
	New    bool   // it was filed just now
	Writer string // Account.Login of who is writing; "": the case has changed
	place  bot.Case
}

// SeenBy tells whether a hint concerns a case that may be read.
func (h Hint) SeenBy(scope bot.Scope) bool { return scope.Sees(h.place) }

// Hub knows who listens and who writes. It is safe for concurrent use.
type Hub struct {
	mu        sync.Mutex
	closed    bool
	listeners map[*Listener]bool
	writers   map[string]map[string]time.Time // case -> login -> when they last typed
}

// New makes a Hub.
func New() *Hub {
	return &Hub{listeners: map[*Listener]bool{}, writers: map[string]map[string]time.Time{}}
}

// Listener is one page that listens.
type Listener struct {
	Hints <-chan Hint // closed when the program stops
	login string
	to    chan Hint
}

// Listen adds a page of an account, until Leave.
func (h *Hub) Listen(login string) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := 0
	for l := range h.listeners {
		if l.login == login {
			of++
		}
	}
	if h.closed || len(h.listeners) >= maxListeners || of >= maxOf {
		return nil, ErrFull
	}
	to := make(chan Hint, maxWaiting)
	l := &Listener{Hints: to, login: login, to: to}
	h.listeners[l] = true
	return l, nil
}

// Leave ends a Listen.
func (h *Hub) Leave(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners, l)
}

// Close ends every Listen: the HTTP server waits for its requests when it stops.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.listeners {
		close(l.to)
		delete(h.listeners, l)
	}
}

func (h *Hub) tell(hint Hint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if hint.Writer == l.login && hint.Writer != "" {
			continue
		}
		select {
		case l.to <- hint:
		default: // it is too slow
		}
	}
}

// Writing notes that an account is typing about a case, and tells the others.
func (h *Hub) Writing(c bot.Case, login string) {
	h.mu.Lock()
	now := time.Now()
	for id, who := range h.writers { // few: only what is being written this minute
		for login, at := range who {
			if now.Sub(at) >= writingTime {
				delete(who, login)
			}
		}
		if len(who) == 0 {
			delete(h.writers, id)
		}
	}
	if h.writers[c.ID] == nil {
		h.writers[c.ID] = map[string]time.Time{}
	}
	h.writers[c.ID][login] = now
	h.mu.Unlock()
	h.tell(Hint{Case: c.ID, Writer: login, place: placeOf(c)})
}

// Written notes that an account is done with typing about a case.
func (h *Hub) Written(id, login string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.writers[id], login)
}

// Writers are those who typed about a case within the last half minute, but one account.
func (h *Hub) Writers(id, but string) (logins []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for login, at := range h.writers[id] {
		if login != but && time.Since(at) < writingTime {
			logins = append(logins, login)
		}
	}
	slices.Sort(logins)
	return logins
}

// placeOf is what decides who may read a case.
func placeOf(c bot.Case) bot.Case { return bot.Case{ID: c.ID, Kind: c.Kind, Village: c.Village} }

// Watch is s, and tells of each case that a transaction changed, after its commit.
func (h *Hub) Watch(s store.Store) store.Store { return watched{s, h} }

type watched struct {
	store.Store
	hub *Hub
}

// Update implements store.Store.
func (w watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	var changed map[string]Hint
	err := w.Store.Update(ctx, func(tx store.Tx) error {
		changed = nil // a store may run it again
		tx.Cases = cases{tx.Cases, &changed}
		return fn(tx)
	})
	if err != nil {
		return err
	}
	for _, hint := range changed {
		w.hub.tell(hint)
	}
	return nil
}

// cases is store.Cases, and notes which were changed.
type cases struct {
	store.Cases
	changed *map[string]Hint
}

func (c cases) note(of bot.Case, isNew bool) {
	if *c.changed == nil {
		*c.changed = map[string]Hint{}
	}
	isNew = isNew || (*c.changed)[of.ID].New
	(*c.changed)[of.ID] = Hint{Case: of.ID, New: isNew, place: placeOf(of)}
}

// Create implements store.Cases.
func (c cases) Create(of bot.Case) error {
	err := c.Cases.Create(of)
	if err == nil {
		c.note(of, true)
	}
	return err
}

// Put implements store.Cases.
func (c cases) Put(of bot.Case) error {
	err := c.Cases.Put(of)
	if err == nil {
		c.note(of, false)
	}
	return err
}

// AddEvent implements store.Cases.
func (c cases) AddEvent(e bot.CaseEvent) error {
	if err := c.Cases.AddEvent(e); err != nil {
		return err
	}
	if _, known := (*c.changed)[e.Case]; known {
		return nil
	}
	of, err := c.Get(e.Case, bot.Scope{All: true, Integrity: true})
	if err == nil {
		c.note(of, false)
	}
	return err
}
