package boltstore

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Report is what Check found in a file that is not damaged.
type Report struct {
	Format  int       // of the file
	Current bool      // the format is this program's: the lists were compared with each other, else only what Copied allows
	Copied  time.Time // when Copy made the file, and nothing was changed since; zero: it is no such copy
	Lists   int
	Entries int   // in all lists
	Size    int64 // bytes
	Free    int64 // bytes of it that hold nothing
	Faults  []Fault
}

// Fault is something that does not fit: what one list says and another does not.
type Fault struct {
	List  string // such as "cases/time"
	What  string // one phrase, of lists and not of people
	Count int    // how often
}

func (f Fault) String() string { return fmt.Sprintf("%s: %s (%d)", f.List, f.What, f.Count) }

// Check looks at every page, entry and reference of the file at path, which nobody may write meanwhile. Its memory does not
// grow with the file, but for a byte a page. What cannot be read is store.ErrDamaged, and so is a copy that does not hold what was put into it; lists
// that contradict each other are Faults. store.ErrNewer and store.ErrLocked are returned too.
func Check(ctx context.Context, path string, progress Progress) (r Report, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	r.Size = info.Size()
	db, err := openReading(path)
	if err != nil {
		return r, err
	}
	defer db.Close() // it was only read
	if r.Free, err = verify(path); err != nil {
		return r, err
	}
	err = db.View(func(tx *bolt.Tx) error { return r.look(ctx, tx, progress) })
	if err == nil {
		progress.tell(int64(r.Entries), int64(r.Entries))
	}
	return r, err
}

// CheckPages has bbolt's own check run over the file at path, too, which needs some memory for each page.
func CheckPages(path string) error {
	db, err := openReading(path)
	if err != nil {
		return err
	}
	defer db.Close() // it was only read
	return db.View(func(tx *bolt.Tx) error {
		var first error
		for err := range tx.Check() {
			if first == nil {
				first = unusable(err.Error())
			}
		}
		return first
	})
}

func (r *Report) look(ctx context.Context, tx *bolt.Tx, progress Progress) (err error) {
	defer func() {
		if cause := recover(); cause != nil { // what verify missed
			err = unusable(fmt.Sprint(cause))
		}
	}()
	if err := checkFormat(tx); err != nil {
		return err
	}
	meta := tx.Bucket([]byte(metaBucket))
	if meta == nil {
		return unusable("it was made and never used")
	}
	is, err := formatOf(meta)
	if err != nil && meta.Get([]byte(copyKey)) == nil {
		return unusable("its version cannot be read")
	}
	r.Format, r.Current = int(min(is, math.MaxInt)), is == format && complete(tx)
	buckets, err := r.count(ctx, tx)
	if err != nil {
		return err
	}
	if note := meta.Get([]byte(copyKey)); note != nil {
		s, err := readSeal(note)
		if err != nil {
			return unusable("the note of what the copy must hold cannot be read")
		}
		if err := s.check(buckets); err != nil {
			return err
		}
		r.Copied = s.at
	}
	if !r.Current {
		return nil
	}
	r.Faults, err = compare(ctx, tx, func(done int) { progress.tell(int64(done), int64(r.Entries)) })
	return err
}

// complete tells whether a file has all lists that this program has. If not, the next Open makes them.
func complete(tx *bolt.Tx) bool {
	return !slices.ContainsFunc(buckets, func(name string) bool { return tx.Bucket([]byte(name)) == nil })
}

// count goes through all entries.
func (r *Report) count(ctx context.Context, tx *bolt.Tx) (buckets []listTally, err error) {
	err = tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		skip := ""
		if string(name) == metaBucket {
			skip = copyKey
		}
		t, err := tallyOf(ctx, b, skip)
		buckets = append(buckets, listTally{string(name), t})
		r.Lists++
		r.Entries += t.keys
		return err
	})
	return buckets, err
}
