package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// files gives the names in a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	for n := range 10 {
		if err := s.Update(t.Context(), say(fmt.Sprint(n, strings.Repeat("ა", 300_000)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Conversations.Prune(benchStart.AddDate(100, 0, 0), 9)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Compact(t.Context(), path, nil); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while it is open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left := path + copySuffix // by a process that was killed
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(t.Context(), path, nil)
	if err != nil || after >= before/2 {
		t.Fatalf("from %d to %d: %v", before, after, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() != after || info.Mode() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy that was begun is still there: %v", err)
	}
	if n := len(said(t, openTest(t, path, Options{}))); n != 1 {
		t.Errorf("%d messages are there, want 1", n)
	}
}

func TestCompactByWayOfALink(t *testing.T) {
	real := filepath.Join(t.TempDir(), "real.db")
	if err := openTest(t, real, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "test.db")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Compact(t.Context(), link, nil); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); err != nil || to != real {
		t.Errorf("the link leads to %q: %v", to, err)
	}
}

// A start makes a large file smaller when most of it is free.
func TestOpenCompactsWhatIsMostlyFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	if err := s.Update(t.Context(), say("kept")); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, compactFrom+compactFrom/2)
	err := errors.Join(
		s.Update(t.Context(), func(tx store.Tx) error { return tx.Pictures.Put("big", big, benchStart) }),
		s.Update(t.Context(), func(tx store.Tx) error { return tx.Pictures.Drop("big") }),
		s.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s = openTest(t, path, Options{})
		if n := len(said(t, s)); n != 1 {
			t.Errorf("%d messages are there, want 1", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > compactFrom/2 {
			t.Errorf("the file has %d bytes: %v", info.Size(), err)
		}
	}
}

// A file that was closed in order is not read from end to end again; one that is other than it was left is.
func TestOpenTrustsWhatWasClosedInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	for n := range 20 {
		if err := s.Update(t.Context(), say(fmt.Sprint(n, strings.Repeat("ა", 300_000)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || !closedInOrder(path, info) || !listsFree(path) {
		t.Fatalf("it was not closed in order: %v", err)
	}
	if free, err := verifyFree(path); err != nil {
		t.Error(err)
	} else if all, err := verify(path); err != nil || all != free {
		t.Errorf("the list of free pages has %d bytes, want %d: %v", free, all, err)
	}
	if n := len(said(t, openTest(t, path, Options{}))); n != 20 { // not closed: as after a crash
		t.Errorf("%d messages are there", n)
	}

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(content[2*os.Getpagesize() : len(content)/2])
	other := filepath.Join(t.TempDir(), "test.db")
	for name, bytes := range map[string][]byte{other: content, other + markSuffix: []byte(closedMark(info))} {
		if err := os.WriteFile(name, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(other, Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a file that was put in the place of the one that was closed: Open gave %v", err)
	}
}

// A long list of free pages is not written with each commit: a file that has many is read from end to end after a crash.
func TestOpenFindsTheFreePagesOfACrash(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, filepath.Join(dir, "test.db"), Options{})
	large := make([]byte, 2*maxListed*os.Getpagesize())
	for i, step := range []struct {
		picture []byte
		listed  bool
	}{
		{large, true},
		{large[:1], true}, // a commit lists what was free before it
		{large[:1], false},
		{large, false},
		{large[:2], true}, // the room was used again
	} {
		err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Pictures.Put("p", step.picture, time.Time{}) })
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprint("crashed", i))
		if content, err := os.ReadFile(s.db.Path()); err != nil {
			t.Fatal(err)
		} else if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if listsFree(path) != step.listed {
			t.Errorf("step %d: it lists its free pages: %v, want %v", i, !step.listed, step.listed)
		}
		crashed := openTest(t, path, Options{})
		checkFile(t, crashed)
		err = crashed.View(t.Context(), func(tx store.Tx) error {
			if picture, err := tx.Pictures.Get("p"); err != nil || !bytes.Equal(picture, step.picture) {
				t.Errorf("step %d: a picture of %d bytes, want %d: %v", i, len(picture), len(step.picture), err)
			}
			return nil
		})
		if err := errors.Join(err, crashed.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// openStopped is a database with one message, and closed.
func openStopped(t *testing.T, path, message string) {
	t.Helper()
	s := openTest(t, path, Options{})
	if err := errors.Join(s.Update(context.Background(), say(message)), s.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestRestore(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "test.db"), filepath.Join(dir, "copied")
	openStopped(t, path, "old")
	openStopped(t, copied, "new")
	now := time.Date(2026, 11, 25, 3, 30, 0, 0, time.UTC)
	if err := os.Link(path, path+asideInfix+"20200101-000000"); err != nil { // one that was killed left this
		t.Fatal(err)
	}
	s := openTest(t, path, Options{})
	if _, err := Restore(path, copied, false, now); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while it is open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	aside, err := Restore(path, copied, false, now)
	if err != nil {
		t.Fatal(err)
	}
	if aside != path+asideInfix+"20261125-033000" {
		t.Errorf("the old one is at %s", aside)
	}
	for file, want := range map[string]string{path: "new", aside: "old"} {
		if got := said(t, openTest(t, file, Options{})); len(got) != 1 || !got[want] {
			t.Errorf("%s has %v, want %s", file, got, want)
		}
	}
	for _, name := range files(t, dir) {
		if name == "copied" || strings.Contains(name, "20200101") {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestRestoreWhereNothingWas(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "test.db"), filepath.Join(dir, "copied")
	openStopped(t, copied, "new")
	if aside, err := Restore(path, copied, false, time.Now()); err != nil || aside != "" {
		t.Fatalf("%q, %v", aside, err)
	}
	if n := len(said(t, openTest(t, path, Options{}))); n != 1 {
		t.Errorf("%d messages are there", n)
	}
}

// What cannot be read is no reason not to replace it.
func TestRestoreOverDamage(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "test.db"), filepath.Join(dir, "copied")
	openStopped(t, copied, "new")
	if err := os.WriteFile(path, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	aside, err := Restore(path, copied, false, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(aside); err != nil || string(kept) != "no database" {
		t.Errorf("kept aside: %q, %v", kept, err)
	}
}

// Before an older file is rewritten, a checked copy of it is made beside it.
func TestUpgradeKeepsACopy(t *testing.T) {
	path := format2(t)
	dir := filepath.Dir(path)
	before := checked(t, path)
	if before.Current || before.Format != 2 {
		t.Errorf("the old file: %+v", before)
	}
	s := openTest(t, path, Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	kept := checked(t, path+".format-2")
	if kept.Format != 2 || kept.Entries != before.Entries || kept.Copied.IsZero() {
		t.Errorf("the copy: %+v, the old file: %+v", kept, before)
	}
	if r := checked(t, path); !r.Current || len(r.Faults) > 0 {
		t.Errorf("after the upgrade: %+v", r)
	}
	if err := openTest(t, path, Options{}).Close(); err != nil { // nothing more to do
		t.Fatal(err)
	}
	if names := files(t, dir); len(names) != 2 {
		t.Errorf("in the folder: %q", names)
	}
}

// Without room for that copy, the older file stays as it is.
func TestUpgradeWithoutACopyIsNone(t *testing.T) {
	path := format2(t)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".format-2", 0o700); err != nil { // nothing can take its name
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "older ogpbot") {
		t.Errorf("Open gave %v", err)
	}
	if is, err := os.ReadFile(path); err != nil || !bytes.Equal(is, old) {
		t.Errorf("the old file was changed: %v", err)
	}
}

func TestCheckOfANewerFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	if err := openTest(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	edited(t, path, func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), fmt.Append(nil, format+1))
	})
	if _, err := Check(t.Context(), path, nil); !errors.Is(err, store.ErrNewer) {
		t.Errorf("Check gave %v", err)
	}
	if _, err := Copy(t.Context(), path, path+".copy", nil); !errors.Is(err, store.ErrNewer) {
		t.Errorf("Copy gave %v", err)
	}
}

// What a copy owed has gone out since it was made; what the database itself owes is still owed after it was made smaller.
func TestWhatACopyOwesIsNotSentAgain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "test.db")
	s := openTest(t, path, Options{})
	c, at := townCitizen(1), benchStart
	var parcel string
	err := errors.Join(s.Update(t.Context(), func(tx store.Tx) error {
		ids, err := tx.Outbox.Put(store.Parcel{To: c.Contacts[0].Address, Citizen: c.ID, Due: at, Message: bot.Outbound{Text: "reply"}})
		parcel = ids[0]
		return errors.Join(err,
			tx.Citizens.Put(c, bot.State{}),
			tx.Runs.SetLast("digest", at),
			tx.Broadcasts.Create(bot.Broadcast{ID: "sending", State: bot.BroadcastSending, Created: at, At: at}, bot.Scope{All: true}),
			tx.Broadcasts.Create(bot.Broadcast{ID: "passed", State: bot.BroadcastScheduled, Created: at, At: at}, bot.Scope{All: true}),
			tx.Broadcasts.Create(bot.Broadcast{ID: "later", State: bot.BroadcastScheduled, Created: at, At: time.Now().AddDate(1, 0, 0)}, bot.Scope{All: true}),
			tx.Broadcasts.Owe("sending", bot.Recipient{Citizen: c.ID, Address: c.Contacts[0].Address}),
		)
	}), s.Close())
	if err != nil {
		t.Fatal(err)
	}
	look := func(path string, sent bool) {
		t.Helper()
		s := openTest(t, path, Options{})
		err := s.View(t.Context(), func(tx store.Tx) error {
			n, err := tx.Outbox.Depth("telegram", 255)
			if err != nil || (n == 0) != sent {
				t.Errorf("%s owes %d messages: %v", path, n, err)
			}
			report, err := tx.Broadcasts.Report("sending")
			if err != nil || (report[bot.FateUnconfirmed] == 1) != sent || (report[bot.FateOwed] == 0) != sent {
				t.Errorf("%s: %v, %v", path, report, err)
			}
			fates, err := tx.Outbox.Fates(c.ID, []string{parcel})
			if err != nil || (fates[parcel].Fate == bot.FateUnconfirmed) != sent {
				t.Errorf("%s: %v, %v", path, fates, err)
			}
			last, err := tx.Runs.Last("digest")
			if err != nil || last.Equal(at) == sent {
				t.Errorf("%s: the digest ran last at %v: %v", path, last, err)
			}
			for id, want := range map[string]bool{"passed": sent, "later": false} {
				b, err := tx.Broadcasts.Get(id, bot.Scope{All: true})
				if err != nil || (b.State == bot.BroadcastPaused) != want {
					t.Errorf("%s: the announcement %s is %s: %v", path, id, b.State, err)
				}
			}
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		if r := checked(t, path); len(r.Faults) > 0 {
			t.Errorf("%s: %v", path, r.Faults)
		}
	}
	copies := map[string]bool{filepath.Join(dir, "back.db"): false, filepath.Join(dir, "moved.db"): true}
	for to := range copies {
		if _, err := Copy(t.Context(), path, to, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := Compact(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	look(path, false)
	for copied, owing := range copies {
		restored := copied + ".restored"
		if _, err := Restore(restored, copied, owing, time.Now()); err != nil {
			t.Fatal(err)
		}
		look(restored, !owing)
		look(restored, !owing) // and once only
	}
}
