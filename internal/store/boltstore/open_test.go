package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// sample gives the content of a file with several levels of pages, overflow pages and small buckets.
func sample(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.db")
	s := openTest(t, path, Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		for n := range 1000 {
			c := townCitizen(n)
			err := errors.Join(
				tx.Citizens.Put(c, townState()),
				tx.Inbox.Mark("telegram", fmt.Sprint(n), benchStart),
				tx.Conversations.Append(townExchange(c, benchStart.Add(time.Duration(n)*time.Second))),
				putParcels(store.Parcel{To: c.Contacts[0].Address, Due: benchStart})(tx),
			)
			if err != nil {
				return err
			}
		}
		_, err := tx.Questions.Add(bot.Question{Text: strings.Repeat("ა", 10_000)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content[:lastPage(t, content)*os.Getpagesize()]
}

// openContent writes content to a file and opens it, and checks that it is left alone if it cannot be used.
func openContent(t *testing.T, content []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, Options{LockWait: 100 * time.Millisecond})
	if err == nil {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		return nil
	}
	if n := strings.Count(err.Error(), "\n"); n > 0 {
		t.Errorf("the error has %d lines: %v", n+1, err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
		t.Errorf("the file was changed (%v)", err)
	}
	return err
}

func TestNewFileAndFolderAreForTheirOwnerOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	openTest(t, filepath.Join(folder, "test.db"), Options{})
	for path, want := range map[string]os.FileMode{folder: 0o700 | os.ModeDir, filepath.Join(folder, "test.db"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestOpenLockedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	first := openTest(t, path, Options{})
	if _, err := Open(path, Options{LockWait: 100 * time.Millisecond}); !errors.Is(err, store.ErrLocked) {
		t.Fatalf("Open gave %v", err)
	}
	if err := first.Update(context.Background(), say("still here")); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if n := len(said(t, openTest(t, path, Options{}))); n != 1 {
		t.Errorf("%d of 1 are stored", n)
	}
}

func TestOpenDamagedFile(t *testing.T) {
	good := sample(t)
	if err := openContent(t, good); err != nil {
		t.Fatalf("the good file: %v", err)
	}
	page := os.Getpagesize()
	if size := len(good); size < 100*page {
		t.Fatalf("the sample is too small: %d", size)
	}
	zeroed := func(pages ...int) []byte {
		b := bytes.Clone(good)
		for _, n := range pages {
			clear(b[n*page : (n+1)*page])
		}
		return b
	}
	for name, content := range map[string][]byte{
		"empty":                       nil,
		"text":                        []byte("This is no database.\n"),
		"long text":                   bytes.Repeat([]byte("This is no database.\n"), 10_000),
		"a few bytes":                 good[:100],
		"one page":                    good[:page],
		"two pages":                   good[:2*page],
		"half":                        good[:len(good)/2],
		"without the last page":       good[:len(good)-page],
		"without the last byte":       good[:len(good)-1],
		"without both of the metas":   zeroed(0, 1),
		"without all after the metas": append(bytes.Clone(good[:2*page]), make([]byte, len(good)-2*page)...),
	} {
		t.Run(name, func(t *testing.T) {
			if err := openContent(t, content); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Open gave %v", err)
			}
		})
	}
	for name, content := range map[string][]byte{"one meta": zeroed(0), "the other meta": zeroed(1)} {
		t.Run("without "+name, func(t *testing.T) { // bbolt writes them in turn for this case; the state may be one commit older
			if err := openContent(t, content); err != nil && !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Open gave %v", err)
			}
		})
	}
}

// lastPage gives the number of pages in use, after which the file may hold reserved space.
func lastPage(t *testing.T, content []byte) int {
	t.Helper()
	v := verifier{file: bytes.NewReader(content)}
	if _, _, err := v.meta(int64(len(content))); err != nil {
		t.Fatal(err)
	}
	return int(v.pages)
}

// Each page in turn is overwritten, and many single bytes: Open may find it sound (the page is free, the
// byte is part of a citizen's words), but must neither crash nor give another error.
func TestOpenFileWithAnyPageDamaged(t *testing.T) {
	good := sample(t)
	page, pages := os.Getpagesize(), lastPage(t, good)
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, page)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	found := 0
	check := func(content []byte) {
		t.Helper()
		err := openContent(t, content)
		if err != nil && !errors.Is(err, store.ErrDamaged) {
			t.Errorf("Open gave %v", err)
		}
		if err != nil {
			found++
		}
	}
	for n := 2; n < pages; n += 1 + pages/60 {
		for _, with := range [][]byte{make([]byte, page), bytes.Repeat([]byte{0xff}, page), noise, good[2*page : 3*page]} {
			content := bytes.Clone(good)
			copy(content[n*page:], with)
			check(content)
		}
	}
	if found < 50 {
		t.Errorf("only %d damaged pages were found", found)
	}
	for range 150 { // in the page's head or elements, where it hurts
		content := bytes.Clone(good)
		at := (2+random.IntN(pages-2))*page + random.IntN(100)
		content[at] ^= byte(1 + random.IntN(255))
		check(content)
	}
}

func TestOpenNewerFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	if err := openTest(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	content := edited(t, path, func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), fmt.Append(nil, format+1))
	})
	if err := openContent(t, content); !errors.Is(err, store.ErrNewer) {
		t.Errorf("Open gave %v", err)
	}
}

func TestOpenFileOfAnotherProgram(t *testing.T) {
	content := edited(t, filepath.Join(t.TempDir(), "other.db"), func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("key"))
		return err
	})
	if err := openContent(t, content); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Open gave %v", err)
	}
}

func TestOpenFileThatWasNotPrepared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	edited(t, path, func(*bolt.Tx) error { return nil })
	if err := openTest(t, path, Options{}).Update(context.Background(), say("hello")); err != nil {
		t.Error(err)
	}
}

// The list of free pages is in the file after bbolt's own tools have written it.
func TestOpenFileWithFreelist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, sample(t), 0o600); err != nil {
		t.Fatal(err)
	}
	content := edited(t, path, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(outboxBucket)) })
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, path, Options{})
	if err := s.Update(context.Background(), say("hello")); err != nil {
		t.Error(err)
	}
	checkFile(t, s)
}

// edited changes a file with plain bbolt and gives its content.
func edited(t *testing.T, path string, fn func(*bolt.Tx) error) []byte {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func checkFile(t *testing.T, s *Store) {
	t.Helper()
	err := s.db.View(func(tx *bolt.Tx) error {
		var all error
		for err := range tx.Check() {
			all = errors.Join(all, err)
		}
		return all
	})
	if err != nil {
		t.Errorf("bbolt's check: %v", err)
	}
}

func TestOpenWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a folder": folder, "below a file": filepath.Join(file, "test.db")} {
		_, err := Open(path, Options{})
		if err == nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrLocked) {
			t.Errorf("%s: Open gave %v", name, err)
		}
	}
}

func TestOpenWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may do everything")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "test.db")
	if err := openTest(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o400, 0} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Options{}); !errors.Is(err, os.ErrPermission) || errors.Is(err, store.ErrDamaged) {
			t.Errorf("mode %v: Open gave %v", mode, err)
		}
	}
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(folder, "new.db"), Options{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("in a folder of others: Open gave %v", err)
	}
}

func TestOpenWhereAddressSpaceIsShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := openBolt(path, Options{Logger: slog.New(slog.DiscardHandler), LockWait: time.Second}, []int{127 << min(40, bits.UintSize-8), 0}) // more than any process has
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
