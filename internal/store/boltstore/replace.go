package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"ogpbot/internal/durable"
)

const (
	copySuffix    = ".copying" // follows the name of the database: a copy that is being made
	compactFrom   = 64 << 20   // bytes: a smaller file is not worth it
	compactFactor = 2          // at least so much of the file holds nothing: a half
)

// tidy makes room and keeps what an upgrade rewrites, before a file is opened for writing.
func tidy(path string, is state, log *slog.Logger) error {
	if is.format > 0 && is.format < format {
		kept := fmt.Sprintf("%s.format-%d", path, is.format)
		if err := keep(path, kept); err != nil {
			return fmt.Errorf("the database is of an older ogpbot, and the copy that is made before it is rewritten failed: make room on the disk: %w", err)
		}
		log.Info("the database is of an older ogpbot: a copy was made before it is rewritten", "copy", kept)
	}
	if is.size >= compactFrom && is.free*compactFactor > is.size {
		before, after, err := Compact(context.Background(), path, nil)
		if err != nil { // there is no room for it, or the disk is bad: then whatever opens it says so
			log.Warn("the database could not be made smaller", "error", err)
			return nil
		}
		log.Info("the database was made smaller", "bytes_before", before, "bytes", after)
	}
	return nil
}

// keep makes a copy under another name.
func keep(path, kept string) error {
	part := kept + copySuffix
	if err := removeOld(part); err != nil {
		return err
	}
	if _, err := Copy(context.Background(), path, part, nil); err != nil {
		return err
	}
	if err := os.Rename(part, kept); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return durable.Sync(filepath.Dir(kept))
}

// Compact makes the file at path smaller, and gives its size before and after, in bytes. Nobody may have it open:
// store.ErrLocked. The smaller file is checked before it takes the place of the other, in one step.
func Compact(ctx context.Context, path string, progress Progress) (before, after int64, err error) {
	release, err := hold(path)
	if err != nil {
		return 0, 0, fmt.Errorf("make %s smaller: %w", path, err)
	}
	before, after, err = compact(ctx, path, progress)
	if err != nil {
		err = fmt.Errorf("make %s smaller: %w", path, err)
	}
	return before, after, errors.Join(err, release())
}

func compact(ctx context.Context, path string, progress Progress) (before, after int64, err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil { // a link stays, and so does the disk that it leads to
		return 0, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	part := path + copySuffix
	if err := removeOld(part); err != nil {
		return 0, 0, err
	}
	r, err := Copy(ctx, path, part, progress)
	if err == nil {
		if err = goOn(part); err != nil {
			_ = os.Remove(part)
		}
	}
	if err != nil {
		return 0, 0, err
	}
	if err := os.Rename(part, path); err != nil {
		return 0, 0, errors.Join(err, os.Remove(part))
	}
	return info.Size(), r.Size, durable.Sync(filepath.Dir(path))
}

// removeOld removes what a killed process left.
func removeOld(part string) error {
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Restore puts the database copied, which must be on the same file system and is gone from there afterwards, in the place of
// the one at path, in one step. What was at path keeps its content under the name aside, which is "" if there was nothing.
// Somebody who has it open is store.ErrLocked. copied is not checked again: Check is for that. What a copy owes counts as sent
// when it is opened, unless owing says that nothing was sent since it was made.
func Restore(path, copied string, owing bool, now time.Time) (aside string, err error) {
	if owing {
		if err := goOn(copied); err != nil {
			return "", err
		}
	}
	if err := durable.Sync(copied); err != nil {
		return "", err
	}
	release, err := hold(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Link(copied, path); err != nil { // and not Rename: somebody may have begun a new one
			if errors.Is(err, fs.ErrExist) {
				return "", errLocked
			}
			if err := os.Rename(copied, path); err != nil { // the file system has no links
				return "", err
			}
		}
		return "", errors.Join(removeOld(copied), durable.Sync(filepath.Dir(path)))
	case err != nil:
		return "", err
	}
	aside, err = swap(path, copied, now)
	return aside, errors.Join(err, release())
}

func swap(path, copied string, now time.Time) (aside string, err error) {
	dropTwins(path)
	if aside, err = setAside(path, path+asideInfix+now.UTC().Format("20060102-150405")); err != nil {
		return "", fmt.Errorf("keep the database that is there: %w", err)
	}
	if err := os.Rename(copied, path); err != nil {
		return "", errors.Join(err, os.Remove(aside))
	}
	return aside, durable.Sync(filepath.Dir(path))
}

// setAside gives the file at path a second name: a free one that begins with aside.
func setAside(path, aside string) (string, error) {
	const names = 100
	for n := range names {
		name := aside
		if n > 0 {
			name = fmt.Sprint(aside, "-", n+1)
		}
		err := os.Link(path, name)
		if err != nil && !errors.Is(err, fs.ErrExist) { // the file system has no links
			err = duplicate(path, name)
		}
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
	return "", fmt.Errorf("%d files begin with %s: move them elsewhere", names, aside)
}

const asideInfix = ".before-restore-"

// dropTwins removes second names of the database, left by a Restore that was killed before it had replaced it.
func dropTwins(path string) {
	is, err := os.Stat(path)
	if err != nil {
		return
	}
	names, _ := filepath.Glob(path + asideInfix + "*") // an error is of the pattern, and then there are none
	for _, name := range names {
		if other, err := os.Lstat(name); err == nil && os.SameFile(is, other) {
			_ = os.Remove(name) // then it is there once more
		}
	}
}

// duplicate copies a file byte for byte.
func duplicate(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // only read
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}
