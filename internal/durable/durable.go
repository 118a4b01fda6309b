// Package durable writes files that are there whole or not at all, also when the power goes, and hands over those that root made
// in a folder of somebody else.
//
// It imports the standard library only.
//
// Guarantees: a file has its name only once its content is on the disk; one of that name which was there before stays until then.
// Nothing is written through a link that somebody put in the way.
package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Write gives path the content that fill writes, in one step. Until then it is in a hidden file beside it, which goes again if
// anything fails.
func Write(path string, mode fs.FileMode, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)) // a new name: nobody laid anything there, and nobody else can read it
	if err != nil {
		return fmt.Errorf("the file %s cannot be written: %w", path, err)
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriter(f)
	err = fill(w)
	if err == nil {
		err = errors.Join(w.Flush(), f.Chmod(mode), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("the file %s cannot be written: %w", path, err)
	}
	return Sync(filepath.Dir(path))
}

// Sync makes a file, or the names in a folder, durable. Some file systems cannot sync folders.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
