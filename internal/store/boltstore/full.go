package boltstore

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"ogpbot/internal/store"
)

// After a commit that failed, bbolt walks over the whole file. On a disk that stays full, only one commit in so long a time tries
// whether there is room again; all others are refused at once. One failure alone refuses nobody: it may have been too large.
const (
	firstFullPause = 250 * time.Millisecond
	lastFullPause  = 4 * time.Second
)

// room is what is known of the room on the disk. It belongs to whoever leads a group.
type room struct {
	failures int // in a row
	until    time.Time
}

// wait is store.ErrFull while nobody shall try.
func (r *room) wait(now time.Time) error {
	if now.Before(r.until) && r.until.Sub(now) <= lastFullPause { // else the clock was set back
		return store.ErrFull
	}
	return nil
}

// after notes how a commit ended, and makes its error store.ErrFull if it is.
func (r *room) after(err error, now time.Time) error {
	if !isFull(err) {
		r.failures = 0
		return err
	}
	if r.failures++; r.failures > 1 {
		r.until = now.Add(min(firstFullPause<<min(r.failures-2, 10), lastFullPause))
	}
	return fmt.Errorf("%w: %w", store.ErrFull, err)
}

// isFull tells whether an error says that a disk, a quota or a limit leaves no room.
func isFull(err error) bool {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, bolterrors.ErrMaxSizeReached} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}
