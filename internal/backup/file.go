package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ogpbot/internal/durable"
)

const (
	folderPattern = ".ogpbot-copy-*"
	leftoverAge   = 12 * time.Hour // no copy takes so long
)

// Folder makes a folder within dir that only this user can enter, and removes what a killed process left there. remove must
// follow.
func Folder(dir string) (folder string, remove func(), err error) {
	old, _ := filepath.Glob(filepath.Join(dir, folderPattern)) // an error is of the pattern, or there are none
	for _, left := range old {
		if info, err := os.Lstat(left); err == nil && info.IsDir() && time.Since(info.ModTime()) > leftoverAge {
			_ = os.RemoveAll(left) // of somebody else: then it stays
		}
	}
	if folder, err = os.MkdirTemp(dir, folderPattern); err != nil {
		return "", nil, fmt.Errorf("nothing can be written into %s: name a folder that this user may write to, and see whether the disk has room: %w", dir, err)
	}
	return folder, func() { _ = os.RemoveAll(folder) }, nil
}

// Write has produce make a file in a private folder beside path, seals it for recipient ("": it stays as it is), and gives it the
// name path in one step.
func Write(path, recipient string, produce func(folder string) (made string, err error)) error {
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is there and is no file: name another", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s cannot be written: name a file in a folder that is there: %w", path, err)
	}
	if err := CheckRecipient(recipient); err != nil {
		return err
	}
	folder, remove, err := Folder(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer remove()
	made, err := produce(folder)
	if err != nil {
		return err
	}
	if recipient != "" {
		sealed := filepath.Join(folder, "sealed")
		if err := seal(made, sealed, recipient); err != nil {
			return fmt.Errorf("encrypt the copy: %w", err)
		}
		made = sealed
	}
	if err := errors.Join(os.Chmod(made, 0o600), durable.Sync(made)); err != nil {
		return fmt.Errorf("the copy is not safe on the disk: see whether it has room and works: %w", err)
	}
	if err := os.Rename(made, path); err != nil {
		return fmt.Errorf("%s cannot be written: name another file: %w", path, err)
	}
	return durable.Sync(filepath.Dir(path))
}
