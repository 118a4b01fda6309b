package boltstore

import (
	"errors"
	"syscall"

	bolterrors "go.etcd.io/bbolt/errors"
)

// isFull tells whether an error says that a disk, a quota or a limit leaves no room.
func isFull(err error) bool {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, bolterrors.ErrMaxSizeReached} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}
