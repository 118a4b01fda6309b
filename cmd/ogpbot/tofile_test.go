package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What has the name of the file is neither written through nor left open to others.
func TestToFileFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "cases.csv"), filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, lay := range []func(string) error{
		func(at string) error { return os.Symlink(other, at) },
		func(at string) error { return os.WriteFile(at, []byte("of yesterday"), 0o666) },
	} {
		if err := errors.Join(os.RemoveAll(path), lay(path)); err != nil {
			t.Fatal(err)
		}
		if err := toFile(path, nil, func(w io.Writer) error { _, err := io.WriteString(w, "words"); return err }); err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile(path)
		if err != nil || string(written) != "words" {
			t.Errorf("the file holds %q, %v", written, err)
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("the file is %v, %v", info.Mode(), err)
		}
		if kept, err := os.ReadFile(other); err != nil || string(kept) != "mine" {
			t.Errorf("the other file holds %q, %v", kept, err)
		}
	}
}
