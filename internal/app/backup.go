package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/backup"
	"ogpbot/internal/config"
	"ogpbot/internal/redact"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
	"ogpbot/internal/web"
)

// The program that runs gives its database away page for page, and whoever asked for a backup does the rest: then the copy lands
// where they are, under their name, and the work is not on the time of citizens.
const (
	snapshotPath = "/snapshot"
	snapshotSize = "X-Size" // header: bytes
)

// Watch is told how far a long work is; all is 0 if nobody knows how long it takes. It may be nil.
type Watch func(stage string, done, all int64)

func (w Watch) stage(name string) boltstore.Progress {
	if w == nil {
		return nil
	}
	w(name, 0, 0)
	return func(done, all int64) { w(name, done, all) }
}

// Stages of a long work.
const (
	StageRead  = "reading"
	StageCopy  = "copying"
	StageCheck = "checking"
	StageSeal  = "encrypting"
)

// CheckReport is what was found in a database or a copy that is not damaged.
type CheckReport = boltstore.Report

// database is where the file is, behind links.
func database(cfg config.Config) string {
	path := filepath.Join(cfg.Data, databaseName)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// ErrNoDatabase says that there is nothing to work with.
var ErrNoDatabase = errors.New("there is no database")

// existing is database, or an error if there is none.
func existing(cfg config.Config) (string, error) {
	path := database(cfg)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w in %s: name its folder with --data", ErrNoDatabase, cfg.Data)
	}
	return path, nil
}

// Backup writes a checked copy of the database to file, encrypted for an age recipient unless that is "". It works while the
// program runs, and while it does not.
func Backup(ctx context.Context, cfg config.Config, file, recipient string, watch Watch) (r CheckReport, err error) {
	if err := backup.CheckRecipient(recipient); err != nil {
		return r, bot.RefuseWrong("--to: %v", err)
	}
	path, err := existing(cfg)
	if err != nil {
		return r, err
	}
	if sameFile(path, file) {
		return r, fmt.Errorf("%s is the database itself: name another file", file)
	}
	err = backup.Write(file, recipient, func(folder string) (made string, err error) {
		made = filepath.Join(folder, "copy")
		r, err = withDatabase(ctx, cfg, folder, watch, func(from string) (CheckReport, error) {
			return boltstore.Copy(ctx, from, made, watch.stage(StageCopy))
		})
		if recipient != "" && err == nil {
			watch.stage(StageSeal)
		}
		return made, err
	})
	return r, explain(err)
}

// Check looks through the database, or through the file if that is not "".
func Check(ctx context.Context, cfg config.Config, file string, watch Watch) (r CheckReport, err error) {
	look := func(path string) (CheckReport, error) {
		r, err := boltstore.Check(ctx, path, watch.stage(StageCheck))
		if err != nil {
			return r, err
		}
		return r, boltstore.CheckPages(path)
	}
	if file != "" {
		r, err = look(file)
		return r, explain(err)
	}
	path, err := existing(cfg)
	if err != nil {
		return r, err
	}
	folder, remove, err := backup.Folder(filepath.Dir(path))
	if err != nil {
		return r, err
	}
	defer remove()
	r, err = withDatabase(ctx, cfg, folder, watch, look)
	return r, explain(err)
}

// withDatabase calls do with the database if nobody has it open, else with a copy of it as it is now in folder.
func withDatabase(ctx context.Context, cfg config.Config, folder string, watch Watch, do func(path string) (CheckReport, error)) (CheckReport, error) {
	serving, err := adminOverSocket(cfg.Data)
	if err != nil {
		return CheckReport{}, err
	}
	if serving == nil {
		r, err := do(database(cfg))
		if !errors.Is(err, store.ErrLocked) { // else a program has just started, and opens its socket after the database
			return r, err
		}
		if serving, _ = adminOverSocket(cfg.Data); serving == nil {
			return r, err
		}
	}
	path := filepath.Join(folder, "snapshot")
	if err := serving.snapshot(ctx, path, watch.stage(StageRead)); err != nil {
		return CheckReport{}, err
	}
	defer os.Remove(path)
	return do(path)
}

// snapshot writes what the program that runs gives to a new file.
func (c *AdminClient) snapshot(ctx context.Context, path string, progress boltstore.Progress) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://ogpbot"+snapshotPath, http.NoBody)
	if err != nil {
		return err
	}
	stream := *c.remote
	stream.Timeout = 0 // a large database takes its time
	reply, err := stream.Do(r)
	if err != nil {
		return errNoReply
	}
	defer reply.Body.Close()
	size, err := strconv.ParseInt(reply.Header.Get(snapshotSize), 10, 64)
	if reply.StatusCode != http.StatusOK || err != nil {
		return errOtherVersion
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(&counted{f, progress, 0, size}, reply.Body)
	switch err := errors.Join(err, f.Close()); {
	case errors.As(err, new(*fs.PathError)):
		return fmt.Errorf("the copy cannot be written: make room on the disk, or name a file elsewhere: %w", err)
	case err != nil, n != size, reply.Trailer.Get(exportTrouble) != "":
		return errors.New("the program that runs did not give all of its database: look into its log, and try again")
	}
	return nil
}

// counted tells how much was written.
type counted struct {
	w         io.Writer
	progress  boltstore.Progress
	done, all int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.done += int64(n)
	if c.progress != nil {
		c.progress(c.done, c.all)
	}
	return n, err
}

// serveSnapshot answers AdminClient.snapshot.
func (a *App) serveSnapshot(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", exportTrouble)
	a.log.Info("a copy of the database is being made")
	err := a.file.Snapshot(r.Context(), func(size int64) { w.Header().Set(snapshotSize, strconv.FormatInt(size, 10)) }, web.Stream(w))
	if err != nil {
		a.log.Warn("a copy of the database was not completed", "error", err)
		said, _ := json.Marshal(redact.Error(err, a.cfg.Secrets()...).Error()) // a string
		w.Header().Set(exportTrouble, string(said))
	}
}

// ErrServing says that something needs the database alone.
var ErrServing = errors.New("another ogpbot has this database open: stop it first")

// alone makes sure that no program serves, as far as can be seen; the lock of the file is the last word.
func alone(cfg config.Config) error {
	serving, err := adminOverSocket(cfg.Data)
	if err == nil && serving != nil {
		err = ErrServing
	}
	return err
}

// Restore puts a copy in the place of the database, with the keys of the file identity if it is encrypted. What was there is
// kept as the file aside. What the copy owes counts as sent, unless moved says that nothing was sent since it was made.
func Restore(ctx context.Context, cfg config.Config, copied, identity string, moved bool, watch Watch) (r CheckReport, aside string, err error) {
	if err := alone(cfg); err != nil {
		return r, "", err
	}
	path := database(cfg)
	if sameFile(path, copied) {
		return r, "", fmt.Errorf("%s is the database itself: name a copy", copied)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return r, "", fmt.Errorf("the folder %s cannot be written: choose another with --data or give this user the right to it: %w", cfg.Data, err)
	}
	folder, remove, err := backup.Folder(filepath.Dir(path))
	if err != nil {
		return r, "", err
	}
	defer remove()
	unpacked := filepath.Join(folder, "unpacked")
	watch.stage(StageRead)
	if err := backup.Open(copied, identity, unpacked); err != nil {
		return r, "", err
	}
	r, err = boltstore.Check(ctx, unpacked, watch.stage(StageCheck))
	switch why := boltstore.Damage(err); {
	case why != "":
		return r, "", fmt.Errorf("the copy %s is damaged (%s) and was not restored: take another one", copied, why)
	case errors.Is(err, store.ErrNewer):
		return r, "", fmt.Errorf("the copy %s was made by a newer ogpbot and was not restored: use that one, or an older copy", copied)
	case err != nil:
		return r, "", err
	}
	aside, err = boltstore.Restore(path, unpacked, moved, time.Now())
	return r, aside, explain(err)
}

// Compact makes the file of the database smaller, and gives its size before and after, in bytes.
func Compact(ctx context.Context, cfg config.Config, watch Watch) (before, after int64, err error) {
	if err := alone(cfg); err != nil {
		return 0, 0, err
	}
	path, err := existing(cfg)
	if err != nil {
		return 0, 0, err
	}
	before, after, err = boltstore.Compact(ctx, path, watch.stage(StageCopy))
	return before, after, explain(err)
}

// explain makes one sentence of an error of the database.
func explain(err error) error {
	why := boltstore.Damage(err)
	switch {
	case errors.Is(err, store.ErrLocked):
		return ErrServing
	case why != "":
		return fmt.Errorf("%w (%s): restore the last good copy with ogpbot restore, and keep this file aside", store.ErrDamaged, why)
	}
	return err
}

func sameFile(a, b string) bool {
	is, err := os.Stat(a)
	other, errOther := os.Stat(b)
	return err == nil && errOther == nil && os.SameFile(is, other)
}
