//go:build unix

package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// HandOver gives what root made in folder to whoever the folder belongs to: a service with an account of its own must be able to
// use the files that an administrator's command left. It does nothing for anybody but root, nor to links.
func HandOver(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	root, err := os.OpenRoot(folder) // nobody can have us step out of it
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	info, err := root.Stat(".")
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	return fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) { // the service goes on meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		made, ok := info.Sys().(*syscall.Stat_t)
		if !ok || made.Uid != 0 || !e.IsDir() && (!e.Type().IsRegular() || made.Nlink > 1) {
			return nil
		}
		return root.Lchown(filepath.FromSlash(name), int(owner.Uid), int(owner.Gid))
	})
}
