//go:build unix

package boltstore

import (
	"errors"
	"os"
	"syscall"
)

// hold keeps writers out of the file at path until release is called, readable database or not; store.ErrLocked if somebody
// writes it now.
func hold(path string) (release func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	// What bbolt locks with. Readers, such as Copy, may have the file too.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		_ = f.Close() // it was only opened
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, err
	}
	return f.Close, nil
}
