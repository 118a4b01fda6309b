package doctor

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// check is one thing that is looked at.
type check struct {
	name    string // for the log, and in doctor.check-what
	serving bool   // it means something only while the program serves
	run     func(ctx context.Context, now time.Time) ([]Finding, error)
}

// checks lists them all.
func (s *Service) checks(mend bool) []check {
	var all []check
	for _, c := range s.cfg.Channels() {
		all = append(all, check{string(c.Platform()), false, func(ctx context.Context, now time.Time) ([]Finding, error) {
			return s.platform(ctx, c, now, mend)
		}})
	}
	return append(all,
		check{"disk", false, s.disk},
		check{"growth", true, s.growth},
		check{"outbox", true, s.outbox},
		check{"silence", true, s.silence},
		check{"jobs", true, s.jobs},
		check{"content", false, s.content},
		check{"backups", false, s.backups},
	)
}

const (
	leastRoom = 512 << 20 // bytes
	soonFull  = 30        // days
	memory    = 7 * 24 * time.Hour
	apart     = 30 * time.Minute // looks that say something of growth
	leastRate = 10 << 20         // bytes a day: the file grows in steps of 16 MiB, which say little of a small one
)

// disk looks whether there is room for a second copy of the database: a backup or compacting needs as much.
func (s *Service) disk(_ context.Context, _ time.Time) ([]Finding, error) {
	free, size, ok, err := s.room()
	if err != nil || !ok || free >= max(leastRoom, size) {
		return nil, err
	}
	return []Finding{{Kind: "disk", Slots: map[string]string{"free": megabytes(free), "size": megabytes(size)}}}, nil
}

// room is how many bytes may still be written beside the database, and how many it has.
func (s *Service) room() (free, size uint64, ok bool, err error) {
	info, err := os.Stat(s.cfg.Database)
	if err != nil {
		return 0, 0, false, fmt.Errorf("look at the database's file: %w", err)
	}
	free, ok = s.cfg.Room(s.cfg.Database)
	return free, uint64(max(info.Size(), 0)), ok, nil
}

func megabytes(n uint64) string { return strconv.FormatUint(n>>20, 10) + " MB" }

// growth looks whether the disk will be full within a month if the database grows as it did lately. What it knows is an
// average over about a week, noted from one look to the next.
func (s *Service) growth(ctx context.Context, now time.Time) (found []Finding, err error) {
	free, size, ok, err := s.room()
	if err != nil || !ok {
		return nil, err
	}
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		found = nil
		known, err := symptoms(tx)
		if err != nil {
			return err
		}
		note, ok := known[growthNote]
		number := func(name string) float64 {
			n, _ := strconv.ParseFloat(note.Slots[name], 64) // 0 if it cannot be read
			return n
		}
		perDay := number("day")
		passed := now.Sub(note.Seen)
		if !ok {
			note = store.Symptom{Name: growthNote, Since: now}
		}
		if !ok || passed >= apart {
			if ok {
				share := min(1, passed.Hours()/memory.Hours())
				perDay += share * ((float64(size)-number("size"))/(passed.Hours()/24) - perDay)
			}
			note.Seen = now
			note.Slots = map[string]string{"size": strconv.FormatUint(size, 10), "day": strconv.FormatFloat(perDay, 'f', 0, 64)}
		}
		if days := float64(free) / perDay; perDay > leastRate && days < soonFull && now.Sub(note.Since) > 24*time.Hour {
			found = []Finding{{Kind: "growth", Slots: map[string]string{"day": megabytes(uint64(perDay)), "days": strconv.Itoa(int(days))}}}
		}
		return tx.Health.Put(note)
	})
	return found, err
}

// stuck is how long an answer may wait, in a pause that the platform asked for and a few retries.
const stuck = 30 * time.Minute

// outbox looks whether what goes first, answers and what people typed, does go. What else is owed may rightly take hours.
func (s *Service) outbox(ctx context.Context, now time.Time) (found []Finding, err error) {
	var blind error
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		found = nil
		for _, c := range s.cfg.Channels() {
			if c.Stopped() != "" { // which is said by itself
				blind = errBlind
				continue
			}
			due, ok, err := tx.Outbox.Next(c.Platform(), bot.PurposePerson)
			if err != nil {
				return err
			}
			if !ok || now.Sub(due) < stuck {
				continue
			}
			count, err := tx.Outbox.Depth(c.Platform(), bot.PurposePerson)
			if err != nil {
				return err
			}
			found = append(found, about("outbox", c, "count", strconv.Itoa(count)).mayPass())
		}
		return nil
	})
	return found, cmp.Or(err, blind)
}

const (
	silent  = 6 * time.Hour
	weeks   = 4 // that are compared
	atLeast = 3 // messages in the same hours of each of them
)

// silence looks whether nobody wrote for some hours in which, in each of the last weeks, at least a few did.
func (s *Service) silence(ctx context.Context, now time.Time) (found []Finding, err error) {
	if since, ok := s.serving(); !ok || now.Sub(since) < silent {
		return nil, errBlind // who was not there heard nothing
	}
	zone := s.cfg.Library().Place().Zone
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		found = nil
		for _, c := range s.cfg.Channels() {
			quiet, err := silentOn(tx, c.Platform(), now.In(zone))
			if err != nil {
				return err
			}
			if quiet {
				found = append(found, about("silence", c, "hours", strconv.Itoa(int(silent.Hours()))))
			}
		}
		return nil
	})
	return found, err
}

func silentOn(tx store.Tx, p bot.Platform, now time.Time) (bool, error) {
	for week := range weeks + 1 {
		end := now.AddDate(0, 0, -7*week)
		n, err := tx.Conversations.Count(p, end.Add(-silent).UTC(), end.UTC(), atLeast)
		if err != nil || week == 0 && n > 0 || week > 0 && n < atLeast {
			return false, err
		}
	}
	return true, nil
}

// overdue is how late a job may be: it is tried three times, and may have much to do.
const overdue = 2 * time.Hour

// jobs looks whether what is to run at times has run, and without an error.
func (s *Service) jobs(ctx context.Context, now time.Time) (found []Finding, err error) {
	since, _ := s.serving()
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		found = nil
		known, err := symptoms(tx)
		if err != nil {
			return err
		}
		for _, j := range s.cfg.Jobs() {
			done, err := tx.Runs.Last(j.Name)
			if err != nil {
				return err
			}
			f := Finding{Kind: kindJob, About: j.Name, Slots: map[string]string{"job": j.Name}}
			if strings.HasPrefix(j.Name, "digest") {
				f.Kind = kindDigest
			}
			s.mu.Lock()
			worked, ran := s.working[j.Name]
			s.mu.Unlock()
			_, before := known[f.Name()]
			missed := time.Time{}
			if !done.IsZero() {
				missed = j.Missed(done, now)
			}
			late := !missed.IsZero() && now.Sub(missed) > overdue && now.Sub(since) > overdue
			if late || ran && !worked || !ran && before {
				found = append(found, f)
			}
		}
		return nil
	})
	return found, err
}

const (
	staleMonths = 12 // since somebody last looked whether an answer is still true
	examples    = 3
)

// content looks for answers that are old or not there in each language.
func (s *Service) content(_ context.Context, now time.Time) (found []Finding, err error) {
	lib := s.cfg.Library()
	var stale, partial []string
	for _, e := range s.cfg.Entries() {
		if !e.Checked.IsZero() && e.Checked.AddDate(0, staleMonths, 0).Before(now) {
			stale = append(stale, e.ID)
		}
		for _, lang := range lib.Place().Languages {
			if e.Question[lang] == "" || e.Answer[lang] == "" {
				partial = append(partial, e.ID)
				break
			}
		}
	}
	add := func(kind string, ids []string) {
		if len(ids) > 0 {
			found = append(found, Finding{Kind: kind, Slots: map[string]string{"count": strconv.Itoa(len(ids)),
				"months": strconv.Itoa(staleMonths), "examples": strings.Join(ids[:min(len(ids), examples)], ", ")}})
		}
	}
	add("stale", stale)
	add("untranslated", partial)
	return found, nil
}

// backupAge is how old the newest copy may be, where copies are made.
const backupAge = 48 * time.Hour

// backups looks whether the newest copy is of late.
func (s *Service) backups(_ context.Context, now time.Time) ([]Finding, error) {
	files, err := os.ReadDir(s.cfg.Backups)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("look at the backups: %w", err)
	}
	var newest time.Time
	for _, f := range files {
		info, err := f.Info()
		if err == nil && info.Mode()&fs.ModeType == 0 && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if newest.IsZero() || now.Sub(newest) < backupAge {
		return nil, nil
	}
	return []Finding{{Kind: "backup", Slots: map[string]string{"date": s.date(newest)}}}, nil
}

// date is a day in the place.
func (s *Service) date(t time.Time) string {
	return t.In(s.cfg.Library().Place().Zone).Format("02.01.2006")
}
