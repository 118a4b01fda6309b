package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"ogpbot/internal/store"
)

// Options of Open. The zero value is good.
type Options struct {
	Logger   *slog.Logger  // nil: nothing is logged
	LockWait time.Duration // how long to wait for another process to let the file go; 0: 2 s
	MaxSize  int           // bytes that the file may grow to; 0: as the disk allows
	// Terms gives the words of a text in the form in which they are compared when somebody looks for them; nil: as they are,
	// in small letters.
	Terms func(text string) []string
}

// format is the version of the file's layout. It goes up when an older program would lose
// something that is in the file, and Open then rewrites what is older.
const format = 7

const (
	metaBucket = "meta"    // about the file
	formatKey  = "version" // in decimal
)

// Open opens the database at path, and makes a new one (file mode 0600, folder 0700) if there is none.
// It returns store.ErrLocked, store.ErrNewer or store.ErrDamaged, wrapped, for a file that it must
// not touch.
func Open(path string, opts Options) (*Store, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Terms == nil {
		opts.Terms = func(text string) []string { return strings.Fields(strings.ToLower(text)) }
	}
	if opts.LockWait == 0 {
		opts.LockWait = 2 * time.Second
	}
	is, err := inspect(path, opts.LockWait)
	if err == nil && is.exists {
		err = tidy(path, is, opts.Logger)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if !is.exists {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make a folder for the database, or choose another: %w", err)
		}
	}
	db, err := openSettled(path, opts, is)
	if err != nil {
		if !is.exists && !errors.Is(err, store.ErrLocked) {
			_ = os.Remove(path) // half of an empty database: the next start would take it for damage
		}
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := prepare(db, opts); err != nil {
		if !errors.Is(err, store.ErrDamaged) {
			err = fmt.Errorf("make sure that the disk has room and works: %w", err)
		}
		return nil, errors.Join(fmt.Errorf("prepare %s: %w", path, err), db.Close())
	}
	if !is.exists {
		syncFolder(filepath.Dir(path), opts.Logger)
	}
	s := &Store{db: db, log: opts.Logger, terms: opts.Terms}
	if err := s.endLeases(); isFull(err) {
		opts.Logger.Warn("the disk is full: what was being sent when the program ended goes out only once its time is over")
	} else if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return s, nil
}

// endLeases writes only if a process that is gone left something claimed.
func (s *Store) endLeases() error {
	var none bool
	if err := s.db.View(func(tx *bolt.Tx) error {
		k, _ := tx.Bucket([]byte(outboxLeasedBucket)).Cursor().First()
		none = k == nil
		return nil
	}); err != nil || none {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error { return outbox{&txn{tx, s.terms}}.endLeases() })
}

// state is how a file was found.
type state struct {
	exists bool
	format uint64 // 0: made, but not prepared
	size   int64
	free   int64 // bytes of it that hold nothing
}

// inspect looks at the file without changing it. The shared lock keeps writers out meanwhile.
func inspect(path string, wait time.Duration) (is state, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return is, nil
	case err != nil:
		return is, err
	case !info.Mode().IsRegular():
		return is, errors.New("this is no file, name the database file")
	case info.Size() == 0:
		return is, unusable("the file is empty")
	}
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: wait})
	if err != nil {
		return is, classify(err)
	}
	defer db.Close() // nothing was written
	look := verify
	if info, err := os.Stat(path); err == nil && closedInOrder(path, info) && listsFree(path) { // once nobody else writes
		look = verifyFree
	}
	is = state{exists: true, size: info.Size()}
	if is.free, err = look(path); err != nil {
		return is, err
	}
	return is, db.View(func(tx *bolt.Tx) error {
		if meta := tx.Bucket([]byte(metaBucket)); meta != nil {
			is.format, _ = formatOf(meta) // checkFormat says what is wrong with it
		}
		return checkFormat(tx)
	})
}

func checkFormat(tx *bolt.Tx) error {
	b := tx.Bucket([]byte(metaBucket))
	if b == nil {
		if k, _ := tx.Cursor().First(); k != nil {
			return unusable("it belongs to another program")
		}
		return nil // made, but not prepared
	}
	is, err := formatOf(b)
	if err != nil {
		return unusable("its version cannot be read")
	}
	if is > format {
		return fmt.Errorf("%w (format %d, this one knows %d), start that one or restore an older backup", store.ErrNewer, is, format)
	}
	return nil
}

func formatOf(meta *bolt.Bucket) (uint64, error) {
	return strconv.ParseUint(string(meta.Get([]byte(formatKey))), 10, 64)
}

// openSettled opens a file so that it holds little memory: the walk over all pages after a crash is made with another mapping.
func openSettled(path string, opts Options, is state) (*bolt.DB, error) {
	if is.size >= listFrom && !listsFree(path) {
		db, err := openBolt(path, opts, mapSizes())
		if err != nil {
			return nil, err
		}
		if err := listFree(db); err != nil {
			opts.Logger.Warn("the database could not be put in order after the program had not ended in order", slog.Any("error", err))
			return db, nil
		}
		if err := db.Close(); err != nil {
			return nil, fmt.Errorf("make sure that the disk works: %w", err)
		}
	}
	return openBolt(path, opts, mapSizes())
}

// openBolt opens the file for writing, with the first of the sizes in bytes that the system grants
// as address space.
func openBolt(path string, opts Options, sizes []int) (db *bolt.DB, err error) {
	defer func() {
		if cause := recover(); cause != nil { // what verify missed
			db, err = nil, unusable(fmt.Sprint(cause))
		}
	}()
	var opened *os.File
	for _, size := range sizes {
		db, err = bolt.Open(path, 0o600, &bolt.Options{
			Timeout:         opts.LockWait,
			FreelistType:    bolt.FreelistMapType,
			NoFreelistSync:  true,
			InitialMmapSize: size,
			MaxSize:         opts.MaxSize,
			OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
				opened, err = os.OpenFile(name, flag, mode)
				return opened, err
			},
		})
		if !errors.Is(err, syscall.ENOMEM) {
			break
		}
		opts.Logger.Warn("the system grants too little address space, a backup may hold up writers", slog.Int("bytes", size))
	}
	if err != nil {
		return nil, classify(err)
	}
	if !isAt(path, opened) { // it was replaced while the lock was waited for
		return nil, errors.Join(errLocked, db.Close())
	}
	listShort(db)
	return db, nil
}

// isAt tells whether path names the file.
func isAt(path string, f *os.File) bool {
	is, err := f.Stat()
	named, errNamed := os.Stat(path)
	return err == nil && errNamed == nil && os.SameFile(is, named)
}

// mapSizes gives the sizes to try.
func mapSizes() []int {
	if runtime.GOOS == "windows" { // there the file itself would become that large
		return []int{0}
	}
	const space = 1 << min(34, bits.UintSize-3) // 16 GiB; an eighth of what 32 bits can name
	return []int{space, space >> 4, 0}
}

var buckets = []string{
	metaBucket,
	citizenBucket, addressBucket, subscribedBucket, mergedBucket, forgottenBucket,
	inboxBucket,
	exchangeTimeBucket, exchangeVillageBucket,
	questionBucket, questionTimeBucket, questionVillageBucket, questionCitizenBucket, questionGroupBucket,
	questionWaitingBucket,
	outboxBucket, outboxQueueBucket, outboxReadyBucket, outboxLeasedBucket, outboxDepthBucket, outboxFateBucket, outboxSentBucket,
	mailBucket, mailTimeBucket,
	consentBucket,
	progressBucket, progressCommitmentBucket,
	broadcastBucket, broadcastTimeBucket, broadcastVillageBucket, broadcastOpenBucket, recipientBucket, owedBucket, reachBucket,
	accountBucket, accountCitizenBucket,
	trailBucket,
	codeBucket, codeOwnerBucket,
	sessionBucket, sessionLoginBucket, secretBucket,
	runBucket,
	pictureBucket, pictureRefBucket,
	caseBucket, caseTimeBucket, caseVillageBucket, caseCitizenBucket, caseDoneBucket, caseClosedBucket, caseRatedBucket,
	caseJoinedBucket, caseEventBucket, caseRepeatBucket,
	threadBucket,
	contentBucket, contentEntryBucket, contentLiveBucket, contentDraftBucket,
	healthBucket,
	countBucket,
}

// prepare makes what a file of this format has, if it is missing, and brings an older file to this format.
func prepare(db *bolt.DB, opts Options) error {
	var names []string
	older := true // or new, or a copy that nobody has written yet
	err := db.View(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if tx.Bucket([]byte(name)) == nil {
				names = append(names, name)
			}
		}
		if meta := tx.Bucket([]byte(metaBucket)); meta != nil {
			is, err := formatOf(meta)
			older = err != nil || is < format || meta.Get([]byte(copyKey)) != nil
		}
		return nil
	})
	if err != nil || len(names) == 0 && !older {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		meta := tx.Bucket([]byte(metaBucket))
		if is, err := formatOf(meta); err == nil && is < format { // else it is a new file
			if err := (&txn{tx, opts.Terms}).migrate(is); err != nil {
				return err
			}
		}
		if meta.Get([]byte(copyKey)) != nil {
			if err := (&txn{tx, opts.Terms}).settleRestored(time.Now().UTC(), opts.Logger); err != nil {
				return err
			}
		}
		return errors.Join(meta.Delete([]byte(copyKey)), meta.Put([]byte(formatKey), strconv.AppendInt(nil, format, 10)))
	})
}

var errLocked = fmt.Errorf("%w, stop that one first or choose another data folder", store.ErrLocked)

// classify says what an error of bolt.Open means for a person.
func classify(err error) error {
	var path *fs.PathError
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return errLocked
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the account that runs ogpbot needs the right to read and write this file and its folder: %w", err)
	case errors.As(err, &path), errors.As(err, &errno), errors.Is(err, bolterrors.ErrMaxSizeReached):
		return fmt.Errorf("make sure that the disk has room and works: %w", err)
	}
	return unusable(err.Error())
}

func unusable(why string) error { return damage(why) }

// damage is why a file cannot be used, as a store.ErrDamaged.
type damage string

func (d damage) Error() string {
	return fmt.Sprintf("%v (%s), restore a backup in its place and keep this file aside", store.ErrDamaged, string(d))
}

func (damage) Unwrap() error { return store.ErrDamaged }

// Damage gives the phrase in an error that says why a file is store.ErrDamaged; "" for another.
func Damage(err error) string {
	d, _ := errors.AsType[damage](err)
	return string(d)
}

// syncFolder makes the name of a new file durable; its content is already.
func syncFolder(dir string, log *slog.Logger) {
	f, err := os.Open(dir)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil { // some file systems cannot
		log.Warn("the folder of the new database could not be synced", slog.Any("err", err))
	}
}
