//go:build unix

package durable

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

const nobody = 65532

func TestHandOver(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	outside := filepath.Join(t.TempDir(), "outside")
	folder := filepath.Join(t.TempDir(), "data")
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := errors.Join(os.Mkdir(folder, 0o700), os.Mkdir(in("backups"), 0o700), os.WriteFile(in("backups/a.db"), nil, 0o600),
		os.WriteFile(in("ogpbot.db"), nil, 0o600), os.WriteFile(in("theirs"), nil, 0o600), os.WriteFile(outside, nil, 0o600),
		os.Symlink(outside, in("link")), os.Link(outside, in("second name"))); err != nil {
		t.Fatal(err)
	}
	owners := func() map[string]uint32 {
		all := map[string]uint32{}
		for _, path := range []string{folder, in("backups"), in("backups/a.db"), in("ogpbot.db"), in("theirs"), outside, in("link")} {
			info, err := os.Lstat(path)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(path)] = info.Sys().(*syscall.Stat_t).Uid //nolint:forcetypeassert // what Unix gives
		}
		return all
	}
	if err := HandOver(folder); err != nil {
		t.Fatal(err)
	}
	for name, uid := range owners() {
		if uid != 0 {
			t.Errorf("%s is of %d, though the folder is root's", name, uid)
		}
	}
	if err := errors.Join(os.Chown(folder, nobody, nobody), os.Chown(in("theirs"), 7, 7), HandOver(folder)); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint32{"data": nobody, "backups": nobody, "a.db": nobody, "ogpbot.db": nobody, "theirs": 7, "outside": 0, "link": 0}
	for name, uid := range owners() {
		if uid != want[name] {
			t.Errorf("%s is of %d, want %d", name, uid, want[name])
		}
	}
	if err := HandOver(filepath.Join(folder, "no")); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
}
