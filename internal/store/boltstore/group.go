package boltstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"

	"ogpbot/internal/store"
)

// maxGroup bounds how much is run again when a function of a group fails.
const maxGroup = 256

// update is one call of Update, waiting for its commit.
type update struct {
	ctx  context.Context
	fn   func(store.Tx) error
	wake chan struct{} // one token: either done, or lead the next group

	// The rest belongs to the leader while it has the update, else to whoever holds Store.mu.
	lead bool
	done bool
	err  error
}

// Update implements store.Store. A panic of fn comes back as a *PanicError.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.open.Done()

	u := &update{ctx: ctx, fn: fn, wake: make(chan struct{}, 1)}
	if s.enqueue(u) {
		s.lead()
		return u.err
	}
	select {
	case <-u.wake:
	case <-ctx.Done():
		if s.withdraw(u) {
			return ctx.Err()
		}
		<-u.wake // its group is being committed, or it is to lead
	}
	if u.lead {
		s.lead()
	}
	return u.err
}

// enqueue reports whether u has to lead, because nobody else does.
func (s *Store) enqueue(u *update) (lead bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, u)
	if s.leading {
		return false
	}
	s.leading = true
	return true
}

// withdraw takes u out of the queue, unless its group has begun or it is to lead.
func (s *Store) withdraw(u *update) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.Index(s.queue, u)
	if at < 0 || u.lead {
		return false
	}
	s.queue = slices.Delete(s.queue, at, at+1)
	return true
}

// lead commits one group, its own update among it, and hands the lead on. The deferred part
// also serves a function that ends the goroutine (runtime.Goexit): nobody may be left waiting.
func (s *Store) lead() {
	s.mu.Lock()
	group := s.queue
	if len(group) > maxGroup {
		group = group[:maxGroup:maxGroup]
	}
	s.queue = slices.Clone(s.queue[len(group):])
	s.mu.Unlock()

	defer func() {
		for _, u := range group {
			u.finish(errAbandoned)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.leading = len(s.queue) > 0; s.leading {
			s.queue[0].lead = true
			s.queue[0].wake <- struct{}{}
		}
	}()
	s.commit(slices.Clone(group))
}

var errAbandoned = errors.New("another change of the same commit ended its goroutine; try again")

// finish gives u its result, once.
func (u *update) finish(err error) {
	if u.done {
		return
	}
	u.done, u.err = true, err
	if !u.lead {
		u.wake <- struct{}{}
	}
}

// commit gives every update of group its result, in as few commits as it can. It takes group over.
//
// The error of an update counts only if it ran first, on nothing but what is committed: what
// another one wrote before it may be rolled back yet. The others that failed are tried again
// after the rest of the group is on disk.
func (s *Store) commit(group []*update) {
	for len(group) > 0 {
		var again []*update
		for len(group) > 0 {
			failed, err := s.attempt(group)
			if failed < 0 {
				for _, u := range group {
					u.finish(err)
				}
				break
			}
			if failed == 0 {
				group[0].finish(err)
			} else {
				again = append(again, group[failed])
			}
			group = slices.Delete(group, failed, failed+1)
		}
		group = again
	}
}

// attempt runs group in one transaction. It gives the index of the first update that failed, with
// nothing committed, or -1 and the result of the commit.
func (s *Store) attempt(group []*update) (failed int, err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return -1, fmt.Errorf("begin to write the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	listShort(s.db)
	roles := s.roles(tx)
	for i, u := range group {
		if err := s.run(u, roles); err != nil {
			return i, err
		}
	}
	if err := tx.Commit(); isFull(err) {
		return -1, fmt.Errorf("nothing was stored: %w: %w", store.ErrFull, err)
	} else if err != nil {
		return -1, fmt.Errorf("nothing was stored, make sure that the disk has room and works: %w", err)
	}
	return -1, nil
}

// run runs one function, and turns a panic into an error.
func (s *Store) run(u *update, tx store.Tx) (err error) {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = s.panicked(cause)
		}
	}()
	return u.fn(tx)
}

// PanicError says that the function given to Update panicked. Nothing of it was stored.
type PanicError struct {
	Cause string // what went wrong, without any value of the program's data
	Stack string // of the panic
}

func (e *PanicError) Error() string {
	return "nothing was stored because of a mistake in the program, report it with the log: " + e.Cause
}

// panicked notes a panic. The value of a panic may hold a citizen's words: only
// the runtime's own texts are safe.
func (s *Store) panicked(cause any) error {
	e := &PanicError{Cause: fmt.Sprintf("panic with a %T", cause), Stack: string(debug.Stack())}
	if re, ok := cause.(runtime.Error); ok {
		e.Cause = re.Error()
	}
	s.log.Error("panic in a database transaction", slog.String("cause", e.Cause), slog.String("stack", e.Stack))
	return e
}
