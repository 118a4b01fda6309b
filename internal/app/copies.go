package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"ogpbot/internal/backup"
	"ogpbot/internal/schedule"
	"ogpbot/internal/store/boltstore"
)

// copiesFolder is where the copies of --backup go, in --data.
const copiesFolder = "backups"

// backupJob makes them.
const backupJob = "backup"

// copies gives the job that makes copies by itself; none without --backup.
func (a *App) copies() ([]schedule.Job, error) {
	if a.cfg.Backup == "" {
		return nil, nil
	}
	plan, err := backup.ParsePlan(a.cfg.Backup)
	if err != nil {
		return nil, fmt.Errorf("--backup: %w", err)
	}
	var told time.Time // slot whose failure the owners know
	return []schedule.Job{{Name: backupJob, Spec: plan.Spec(), Run: func(ctx context.Context, slot time.Time) error {
		err := a.copyDatabase(ctx, plan, slot)
		if err != nil && ctx.Err() == nil && !told.Equal(slot) {
			told = slot
			a.tellOwnersThat(ctx, "backup.failed")
		}
		return err
	}}}, nil
}

// copyDatabase makes the copy of a slot, and then drops the oldest.
func (a *App) copyDatabase(ctx context.Context, plan backup.Plan, slot time.Time) error {
	folder := filepath.Join(a.cfg.Data, copiesFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("the folder for copies cannot be made: %w", err)
	}
	name := plan.Name(slot)
	var r CheckReport
	err := backup.Write(filepath.Join(folder, name), plan.Recipient, func(private string) (made string, err error) {
		made = filepath.Join(private, "copy")
		r, err = a.copyTo(ctx, filepath.Join(private, "snapshot"), made)
		return made, err
	})
	if err != nil {
		return explain(err)
	}
	removed, err := plan.Rotate(folder, name)
	if err != nil {
		return fmt.Errorf("the copy was made, but old ones cannot be removed: %w", err)
	}
	a.log.Info("a copy of the database was made and checked", "file", name, "entries", r.Entries, "bytes", r.Size, "removed", removed)
	for _, f := range r.Faults {
		a.log.Error("lists of the database contradict each other: run ogpbot check", "list", f.List, "what", f.What, "count", f.Count)
	}
	if len(r.Faults) > 0 {
		a.tellOwnersThat(ctx, "backup.faults")
	}
	return nil
}

// copyTo makes a checked copy of what is in the database now.
func (a *App) copyTo(ctx context.Context, snapshot, made string) (r CheckReport, err error) {
	f, err := os.OpenFile(snapshot, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return r, err
	}
	if err := errors.Join(a.file.Snapshot(ctx, func(int64) {}, f), f.Close()); err != nil {
		return r, err
	}
	r, err = boltstore.Copy(ctx, snapshot, made, nil)
	debug.FreeOSMemory() // several times what serve needs
	return r, errors.Join(err, os.Remove(snapshot))
}
