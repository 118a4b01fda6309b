package boltstore

import (
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"

	bolt "go.etcd.io/bbolt"
)

// A database of a million messages is ready at once because it is not read from end to end each time. The list of its free
// pages, which bbolt otherwise finds by a walk over all pages, is written with each commit while it is short, and else when it
// is closed; and a mark beside it says how the file was left. Only a file that is as the mark says is trusted. After a crash, or
// when somebody put a file in its place, every page is read and checked first.

// listFrom is the size of a file, in bytes, from which on that is worth it: a smaller one is read in no time.
const listFrom = 4 << 20

// maxListed bounds the list that each commit writes, in pages of 8 bytes each: a slow card writes 32 KiB in two milliseconds.
const maxListed = 4096

// markSuffix follows the name of the database.
const markSuffix = ".closed"

// closedMark is what is written of a file that was closed in order. A later write changes the time.
func closedMark(info fs.FileInfo) string {
	return fmt.Sprintln("closed in order:", info.Size(), "bytes,", info.ModTime().UnixNano())
}

// closedInOrder tells whether nobody wrote the file since it was closed.
func closedInOrder(path string, info fs.FileInfo) bool {
	mark, err := os.ReadFile(path + markSuffix)
	return err == nil && string(mark) == closedMark(info)
}

// closeInOrder writes the list of free pages, closes, and leaves the mark. A disk without room only makes the next start slower.
func closeInOrder(db *bolt.DB, log *slog.Logger) error {
	path := db.Path()
	err := listFree(db)
	if err != nil {
		log.Warn("the database could not be closed in order, so the next start reads all of it", slog.Any("error", err))
	}
	if err := db.Close(); err != nil || !listsFree(path) {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Size() >= listFrom {
		mark := path + markSuffix
		_ = os.Remove(mark) // whatever it is: nothing is written through a link
		if err := os.WriteFile(mark, []byte(closedMark(info)), 0o600); err != nil {
			log.Warn("the database could not be marked as closed in order, so the next start reads all of it", slog.Any("error", err))
		}
	}
	return nil
}

// listFree writes the list of free pages, if it is not there and is worth it.
func listFree(db *bolt.DB) error {
	if info, err := os.Stat(db.Path()); err == nil && info.Size() < listFrom || listsFree(db.Path()) {
		return nil
	}
	return db.Update(func(*bolt.Tx) error {
		db.NoFreelistSync = false
		return nil
	})
}

// listShort has the next commit list the free pages, if they are few. Whoever calls it is the one who may write.
func listShort(db *bolt.DB) {
	is := db.Stats()
	db.NoFreelistSync = is.FreePageN+is.PendingPageN > maxListed
}

// listsFree tells whether the file holds the list of its free pages.
func listsFree(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return false
	}
	_, freelist, err := (&verifier{file: f}).meta(info.Size())
	return err == nil && freelist != math.MaxUint64
}
