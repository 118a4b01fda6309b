// Package boltstore keeps everything in one bbolt file, for one process on one machine.
//
// It owns go.etcd.io/bbolt; beside that it imports the port (store), bot and durable. It passes
// storetest. It guarantees that an Update which returned nil survives a killed process and,
// as far as the disk keeps its word about fsync, a power cut; that a View never waits for a
// writer; and that opening a file which it cannot use leaves that file as it was.
//
// # Why
//
// Concurrent Updates share one commit, because an fsync costs more than all else together.
// There is no timer: whoever comes while nobody writes commits at once, and those who come
// while a commit is on its way to the disk make the next group.
//
// Freed pages are listed in the file by each commit only while they are few, or it would write a long list each time; Close
// lists them in any case. A file with many that was not closed costs a walk over it when it is opened. bbolt makes that walk
// in a goroutine of its own, where damage kills the process, so the file is checked before (verify.go).
//
// bbolt does not give room back to the disk, and cannot while the file is open: what is free is used again. So Open makes
// a smaller file first when more than half of a large one is free, which happens after old messages were deleted.
//
// 16 GiB of address space are reserved, because a file that outgrows its mapping makes all
// readers and writers wait for the oldest View, for as long as a backup takes.
//
// Values are in the wire format of Protocol Buffers, written by hand (wire.go): a field can be
// added without rewriting the file, any protobuf tool can show a value, and a citizen is read and
// written in a quarter of the time that JSON takes.
package boltstore

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	bolt "go.etcd.io/bbolt"

	"ogpbot/internal/store"
)

var _ store.Store = (*Store)(nil)

// Store is a store.Store in one file. Open makes it.
type Store struct {
	db    *bolt.DB
	log   *slog.Logger
	terms func(string) []string // Options.Terms

	mu      sync.Mutex
	closed  bool
	queue   []*update      // Updates that wait for the next group
	leading bool           // somebody commits a group
	open    sync.WaitGroup // Views and Updates under way
}

// View implements store.Store. A panic of fn goes on to the caller.
func (s *Store) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.open.Done()
	tx, err := s.db.Begin(false)
	if err != nil {
		return fmt.Errorf("begin to read the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // it only ends the snapshot, and cannot fail
	return fn(s.roles(tx))
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.closed = true
	s.mu.Unlock()
	s.open.Wait()
	if err := closeInOrder(s.db, s.log); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// enter counts one more transaction, which must end with s.open.Done.
func (s *Store) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	s.open.Add(1)
	return nil
}

// txn is what all roles of one transaction share.
type txn struct {
	bolt  *bolt.Tx
	terms func(string) []string // Options.Terms
}

func (s *Store) roles(tx *bolt.Tx) store.Tx {
	t := &txn{tx, s.terms}
	return store.Tx{
		Citizens:      citizens{t},
		Inbox:         inbox{t},
		Conversations: conversations{t},
		Questions:     questions{t},
		Outbox:        outbox{t},
		Mail:          mail{t},
		Consents:      consents{t},
		Progress:      progress{t},
		Broadcasts:    broadcasts{t},
		Accounts:      accounts{t},
		Trail:         trail{t},
		Codes:         codes{t},
		Sessions:      sessions{t},
		Secrets:       secrets{t},
		Runs:          runs{t},
		Pictures:      pictures{t},
		Cases:         cases{t},
		Threads:       threads{t},
		Contents:      contents{t},
		Health:        health{t},
		Counts:        counts{t},
	}
}

// appendFill is how full bbolt packs pages of buckets that mostly grow at an end.
const appendFill = 0.9

func (t *txn) bucket(name string) *bolt.Bucket { return t.bolt.Bucket([]byte(name)) }

// growing is bucket for one that mostly grows at an end.
func (t *txn) growing(name string) *bolt.Bucket {
	b := t.bucket(name)
	b.FillPercent = appendFill
	return b
}
