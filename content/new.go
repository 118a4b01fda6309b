package content

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// New lays out a small, valid folder with remarks at dir, to be filled for another municipality.
// A folder with anything in it is left alone.
func New(dir string) error {
	if dir == "" {
		return errors.New("name the new folder")
	}
	if there, err := os.ReadDir(dir); err == nil && len(there) > 0 {
		return fmt.Errorf("%s is not empty: name a new folder", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s cannot be used: name a new folder: %w", dir, err)
	}
	blank, err := fs.Sub(embedded, "blank")
	if err != nil {
		return err
	}
	err = fs.WalkDir(blank, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := fs.ReadFile(blank, name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
	if err != nil {
		return fmt.Errorf("the folder could not be written: check that the disk has room and that you may write there: %w", err)
	}
	return nil
}
