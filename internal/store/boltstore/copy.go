package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A copy carries what it must hold: the number and a checksum of the entries of each bucket, so that one flipped bit in it
// is found, which bbolt's pages alone would not tell. The first Open takes that note away (and see restored.go).
const copyKey = "copy" // in metaBucket: the note

// Progress is told how much of a work is done; it may be nil. The last call of what succeeds has both alike.
type Progress func(done, all int64)

func (p Progress) tell(done, all int64) {
	if p != nil {
		p(min(done, all), all)
	}
}

// half is the progress of the first (0) or second (1) half of a work, in thousandths of it.
func (p Progress) half(n int64) Progress {
	const half = 500
	return func(done, all int64) { p.tell(n*half+done*half/max(all, 1), 2*half) }
}

// Snapshot writes the database as it is now, page for page, and goes on beside everything else. begin is called before the
// first byte, with the number of bytes that follow. Copy makes a backup of what it wrote.
func (s *Store) Snapshot(ctx context.Context, begin func(size int64), w io.Writer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.open.Done()
	return s.db.View(func(tx *bolt.Tx) error {
		begin(tx.Size())
		if _, err := tx.WriteTo(untilDone{ctx, w}); err != nil { // from the file: pages of its mapping would count as our memory
			return fmt.Errorf("copy the database: %w", errors.Join(ctx.Err(), err))
		}
		return nil
	})
}

// untilDone is a writer that ends with a context.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u untilDone) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}

// openReading opens a file that nobody writes, and keeps it so.
func openReading(path string) (*bolt.DB, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("this is no file, name the database file")
	case info.Size() == 0:
		return nil, unusable("the file is empty")
	}
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return nil, classify(err)
	}
	return db, nil
}

// Copy writes a compacted copy of the database at from, which nobody may write meanwhile, into a new file at to (mode 0600),
// and checks the copy as Check does: the report is of the copy. It is on disk when Copy returns, but for its name; after an
// error there is no file at to, unless there was one before. Damage in from is store.ErrDamaged; a newer one is store.ErrNewer.
func Copy(ctx context.Context, from, to string, progress Progress) (r Report, err error) {
	if err := writeCopy(ctx, from, to, progress.half(0)); err != nil {
		return r, fmt.Errorf("copy %s: %w", from, err)
	}
	if r, err = Check(ctx, to, progress.half(1)); err != nil {
		_ = os.Remove(to) // it is good for nothing
		return r, fmt.Errorf("check what was copied: %w", err)
	}
	return r, nil
}

func writeCopy(ctx context.Context, from, to string, progress Progress) (err error) {
	src, err := openReading(from)
	if err != nil {
		return err
	}
	defer src.Close() // it was only read
	if _, err := verify(from); err != nil {
		return err
	}
	created := false
	dst, err := bolt.Open(to, 0o600, &bolt.Options{
		Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoStatistics: true,
		NoSync: true, NoGrowSync: true, NoFreelistSync: true, // all at once, at the end
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag|os.O_EXCL, mode)
			created = created || err == nil
			return f, err
		},
	})
	if err == nil {
		err = errors.Join(src.View(func(tx *bolt.Tx) error {
			if err := checkFormat(tx); err != nil {
				return err
			}
			return (&copier{ctx: ctx, dst: dst, all: tx.Size(), progress: progress}).run(tx)
		}), dst.Close())
	}
	if err != nil && created {
		_ = os.Remove(to)
	}
	return err
}

// copyChunk is how many bytes of entries one commit of a copy has: it bounds memory.
const copyChunk = 1 << 20

// copier fills a database.
type copier struct {
	ctx      context.Context
	dst      *bolt.DB
	tx       *bolt.Tx // of dst
	pending  int      // bytes since its last commit
	done     int64
	all      int64
	progress Progress
}

// run copies all that src holds. A page that makes no sense, which verify may have missed, is damage.
func (c *copier) run(src *bolt.Tx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = unusable(fmt.Sprint(cause))
		}
		if c.tx != nil {
			_ = c.tx.Rollback() // after a commit it does nothing
		}
	}()
	if c.tx, err = c.dst.Begin(true); err != nil {
		return err
	}
	note := seal{at: time.Now().UTC()}
	err = src.ForEach(func(name []byte, b *bolt.Bucket) error {
		t, err := c.bucket([][]byte{name}, b)
		note.buckets = append(note.buckets, listTally{string(name), t})
		return err
	})
	if err != nil {
		return err
	}
	meta, err := c.tx.CreateBucketIfNotExists([]byte(metaBucket)) // a file that was made and not prepared has none
	if err == nil {
		err = meta.Put([]byte(copyKey), note.write())
	}
	c.dst.NoFreelistSync = false // so that it opens at once
	if err := errors.Join(err, c.tx.Commit(), c.dst.Sync()); err != nil {
		return fmt.Errorf("make sure that the disk has room and works: %w", err)
	}
	c.progress.tell(c.all, c.all)
	return nil
}

// bucket copies one with all that is in it, and counts that.
func (c *copier) bucket(path [][]byte, from *bolt.Bucket) (t tally, err error) {
	to, err := c.create(path, from.Sequence())
	if err != nil {
		return t, err
	}
	t.note([]byte("sequence"), seqKey(from.Sequence()))
	cursor := from.Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if v == nil { // a bucket
			inner, err := c.bucket(append(slices.Clone(path), k), from.Bucket(k))
			if err != nil {
				return t, err
			}
			t.enclose(k, inner)
			to = c.at(path)
			continue
		}
		if len(path) == 1 && string(path[0]) == metaBucket && string(k) == copyKey { // of the file that this one is a copy of
			continue
		}
		if err := to.Put(k, v); err != nil {
			return t, err
		}
		t.count(k, v)
		if flushed, err := c.advance(len(k) + len(v)); err != nil {
			return t, err
		} else if flushed {
			to = c.at(path)
		}
	}
	return t, nil
}

func (c *copier) create(path [][]byte, sequence uint64) (b *bolt.Bucket, err error) {
	last := path[len(path)-1]
	if len(path) == 1 {
		b, err = c.tx.CreateBucket(last)
	} else {
		b, err = c.at(path[:len(path)-1]).CreateBucket(last)
	}
	if err != nil {
		return nil, err
	}
	b.FillPercent = appendFill
	return b, b.SetSequence(sequence)
}

// at finds a bucket that create made.
func (c *copier) at(path [][]byte) *bolt.Bucket {
	b := c.tx.Bucket(path[0])
	for _, name := range path[1:] {
		b = b.Bucket(name)
	}
	b.FillPercent = appendFill
	return b
}

// advance commits now and then; flushed says that it did, and that no bucket of before is good any more.
func (c *copier) advance(size int) (flushed bool, err error) {
	c.pending += size
	c.done += int64(size)
	if c.pending < copyChunk {
		return false, nil
	}
	c.pending = 0
	c.progress.tell(c.done, c.all)
	if err := errors.Join(c.ctx.Err(), c.tx.Commit()); err != nil {
		return false, fmt.Errorf("make sure that the disk has room and works: %w", err)
	}
	c.tx, err = c.dst.Begin(true)
	return true, err
}

// tally is what a bucket holds: how many entries, and a checksum of them in their order.
type tally struct {
	keys int
	sum  uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli) // most processors have an instruction for it

// note adds something to the sum that is not counted.
func (t *tally) note(k, v []byte) {
	var size [2 * binary.MaxVarintLen64]byte
	head := binary.AppendUvarint(binary.AppendUvarint(size[:0], uint64(len(k))), uint64(len(v)))
	for _, b := range [][]byte{head, k, v} {
		t.sum = crc32.Update(t.sum, castagnoli, b)
	}
}

func (t *tally) count(k, v []byte) {
	t.keys++
	t.note(k, v)
}

// enclose adds a bucket within the bucket.
func (t *tally) enclose(name []byte, inner tally) {
	t.keys += inner.keys
	t.note(name, binary.BigEndian.AppendUint32(nil, inner.sum))
}

// tallyOf counts what a bucket holds. skip is a key that does not count.
func tallyOf(ctx context.Context, b *bolt.Bucket, skip string) (t tally, err error) {
	t.note([]byte("sequence"), seqKey(b.Sequence()))
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		switch {
		case v == nil:
			inner, err := tallyOf(ctx, b.Bucket(k), "")
			if err != nil {
				return t, err
			}
			t.enclose(k, inner)
		case skip == "" || string(k) != skip:
			t.count(k, v)
		}
		if t.keys%1024 == 0 && ctx.Err() != nil {
			return t, ctx.Err()
		}
	}
	return t, nil
}

// listTally is the tally of a bucket.
type listTally struct {
	name string
	tally
}

// seal is the note of a copy.
type seal struct {
	at      time.Time
	buckets []listTally
}

func (s seal) write() []byte {
	var w writer
	w.time(1, s.at)
	for _, b := range s.buckets {
		w.nested(2, func(w *writer) {
			w.text(1, b.name)
			w.num(2, uint64(b.keys))
			w.num(3, uint64(b.sum))
		})
	}
	return w.b
}

func readSeal(v []byte) (s seal, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			s.at = r.time()
		case 2:
			var b listTally
			r.nested(func(r *reader) {
				switch r.field {
				case 1:
					b.name = r.text()
				case 2:
					b.keys = int(min(r.n, math.MaxInt64))
				case 3:
					b.sum = uint32(r.n)
				}
			})
			s.buckets = append(s.buckets, b)
		}
	}
	return s, r.err
}

// check compares what a copy holds with what it must.
func (s seal) check(are []listTally) error {
	for _, must := range s.buckets {
		at := slices.IndexFunc(are, func(b listTally) bool { return b.name == must.name })
		switch {
		case at < 0:
			return unusable(fmt.Sprintf("the list %s is missing from the copy", must.name))
		case are[at].keys != must.keys:
			return unusable(fmt.Sprintf("the copy has %d of %d entries in the list %s", are[at].keys, must.keys, must.name))
		case are[at].sum != must.sum:
			return unusable(fmt.Sprintf("an entry in the list %s is not as it was copied", must.name))
		}
	}
	return nil
}
