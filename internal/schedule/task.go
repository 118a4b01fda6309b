package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

const (
	day = 24 * time.Hour

	check       = time.Minute     // the clock is looked at that often, and a failed memory is tried again
	tries       = 3               // of one slot
	firstPause  = time.Minute     // before the second try; each further one is twice as long
	keepTimeout = 5 * time.Second // of writing down a slot, also when ctx has ended
	patience    = 60              // looks at a clock that is a day behind before it is believed
)

// task is a job on its way. Only the goroutine of run touches what changes.
type task struct {
	Job
	times  times
	memory Memory
	log    *slog.Logger
	now    func() time.Time

	done   time.Time // this slot and all before it
	owed   bool      // memory does not know done yet
	behind int       // looks at which the clock was more than a day behind done
}

func (t *task) run(ctx context.Context) error {
	if !t.recall(ctx) {
		return nil
	}
	for {
		err := t.keep(ctx)
		if ctx.Err() != nil {
			return err
		}
		now := t.now()
		t.believe(now)
		if slot := t.due(now); !slot.IsZero() {
			if t.perform(ctx, slot) {
				t.settle(slot)
			}
			continue
		}
		wait := check
		if next := t.times.next(t.done); !next.IsZero() {
			wait = min(wait, next.Sub(now))
		}
		sleep(ctx, wait)
	}
}

// recall asks memory how far the job has come, until it answers; false: ctx has ended. A newcomer begins now.
func (t *task) recall(ctx context.Context) bool {
	for {
		done, err := t.memory.Last(ctx, t.Name)
		switch {
		case err == nil && done.IsZero():
			t.settle(t.now())
			return true
		case err == nil:
			t.done = done
			return true
		case ctx.Err() != nil:
			return false
		}
		t.log.Error("a job waits: its last run cannot be read from the store. Look at the disk", "error", err)
		sleep(ctx, check)
	}
}

func (t *task) settle(slot time.Time) { t.done, t.owed = slot.Truncate(time.Second), true }

// keep tells memory what it is owed. If it fails, the job goes on and this is tried again.
func (t *task) keep(ctx context.Context) error {
	if !t.owed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
	defer cancel()
	if err := t.memory.SetLast(ctx, t.Name, t.done); err != nil {
		t.log.Error("a job has run, but this cannot be written down: a restart now would run it again. "+
			"Look whether the disk is full", "slot", t.done, "error", err)
		return fmt.Errorf("schedule: write down that the job %q has run: %w", t.Name, err)
	}
	t.owed = false
	return nil
}

// believe begins anew when the clock stays so far behind that it must have been wrong before.
func (t *task) believe(now time.Time) {
	if t.done.Sub(now) <= day {
		t.behind = 0
		return
	}
	t.behind++
	log := t.log.With("slot", t.done, "clock", now)
	switch t.behind {
	case 1:
		log.Error("a job waits: the clock is more than a day behind its last run. Set the clock if it is wrong")
	case patience + 1:
		log.Error("a job begins anew: the clock is taken for right and was ahead at the last run")
		t.settle(now)
	}
}

// due gives the slot to be run at now; zero: none. It settles slots that are too old.
func (t *task) due(now time.Time) time.Time {
	slot := t.times.latest(t.done, now)
	if slot.IsZero() {
		return slot
	}
	log := t.log.With("slot", slot)
	switch age := now.Sub(slot); {
	case age >= t.MaxAge:
		log.Warn("a missed run is skipped: it is too old to be made up", "oldest", t.MaxAge)
		t.settle(slot)
		return time.Time{}
	case age > check:
		log.Info("a missed run is made up")
	}
	return slot
}

// perform runs the job for slot until it succeeds or is given up; false: ctx has ended before.
func (t *task) perform(ctx context.Context, slot time.Time) bool {
	log := t.log.With("slot", slot)
	pause := firstPause
	for try := 1; ; try++ {
		err := t.attempt(ctx, slot)
		switch {
		case err == nil:
			return true
		case ctx.Err() != nil:
			log.Info("a job was cut short: it is run again after the next start", "error", err)
			return false
		case try == tries:
			log.Error("a job is given up until its next time: all its tries failed", "tries", tries, "error", err)
			return true
		}
		log.Warn("a job failed and is tried again", "try", try, "again_in", pause, "error", err)
		if !sleep(ctx, pause) {
			return false
		}
		pause *= 2
	}
}

// attempt runs the job once. A panic is an error like any other.
func (t *task) attempt(ctx context.Context, slot time.Time) (err error) {
	defer func() {
		if v := recover(); v != nil { // its value may hold a citizen's words
			err = fmt.Errorf("the job panicked with a %T", v)
			t.log.Error("a job panicked: this is a mistake in the program", "slot", slot, "error", err, "stack", string(debug.Stack()))
		}
	}()
	return t.Run(ctx, slot)
}

// sleep waits for d; false: ctx has ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
