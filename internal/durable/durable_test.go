package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func fill(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, failed := io.WriteString(w, text)
		return errors.Join(failed, err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	for _, text := range []string{"one", "another"} {
		if err := Write(path, 0o600, fill(text, nil)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != text {
			t.Errorf("the file holds %q (%v), want %q", got, err, text)
		}
	}
	broken := errors.New("broken")
	if err := Write(path, 0o600, fill("half", broken)); !errors.Is(err, broken) {
		t.Errorf("what could not be made gives %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "another" {
		t.Errorf("after a failure the file holds %q", got)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
	left, err := os.ReadDir(dir)
	if len(left) != 1 || err != nil {
		t.Errorf("beside the file there is %v (%v)", left, err)
	}
}

// A link is replaced, and what it leads to stays as it is.
func TestWriteNotThroughALink(t *testing.T) {
	dir := t.TempDir()
	other, path := filepath.Join(dir, "other"), filepath.Join(dir, "list")
	if err := errors.Join(os.WriteFile(other, []byte("theirs"), 0o600), os.Symlink(other, path)); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, 0o600, fill("ours", nil)); err != nil {
		t.Fatal(err)
	}
	theirs, _ := os.ReadFile(other)
	ours, _ := os.ReadFile(path)
	if string(theirs) != "theirs" || string(ours) != "ours" {
		t.Errorf("the other file holds %q and ours %q", theirs, ours)
	}
}

func TestWriteNowhere(t *testing.T) {
	if err := Write(filepath.Join(t.TempDir(), "no", "list"), 0o600, fill("", nil)); err == nil {
		t.Error("a folder that is not there takes a file")
	}
	if err := Sync(filepath.Join(t.TempDir(), "no")); err == nil {
		t.Error("what is not there is durable")
	}
}
