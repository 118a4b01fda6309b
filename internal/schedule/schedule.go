package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Memory keeps how far each job has come, over restarts. It is safe for concurrent use.
type Memory interface {
	// Last gives what SetLast was told last, or the zero time if that was never.
	Last(ctx context.Context, job string) (slot time.Time, err error)
	// SetLast keeps that slot and all before it are done. Whole seconds are enough.
	SetLast(ctx context.Context, job string, slot time.Time) error
}

// Job is what is run, and when.
type Job struct {
	Name   string        // what Memory knows it by; it never changes
	Spec   string        // what Check accepts
	MaxAge time.Duration // of a missed slot that is still made up; 0: 24 h
	// Run does the work of a slot, which is a time in the place's zone. It must bear to be repeated for the same
	// slot, and end soon after ctx does. nil says that the slot is done, also after ctx has ended.
	Run func(ctx context.Context, slot time.Time) error
}

// Config says what a Scheduler runs.
type Config struct {
	Zone   *time.Location // of the place
	Jobs   []Job
	Memory Memory
	Logger *slog.Logger
}

// Scheduler runs jobs.
type Scheduler struct{ tasks []*task }

// New makes a Scheduler; Run starts it. The error names every mistake in the jobs, one a line.
func New(cfg Config) (*Scheduler, error) {
	if cfg.Zone == nil || cfg.Memory == nil || cfg.Logger == nil {
		return nil, errors.New("schedule: give it a zone, a memory and a logger")
	}
	s := &Scheduler{}
	var wrong []error
	seen := map[string]bool{}
	for _, j := range cfg.Jobs {
		spec, err := parse(j.Spec)
		switch {
		case j.Name == "":
			err = errors.New("give it a name")
		case seen[j.Name]:
			err = errors.New("another job has this name: give each its own")
		case j.Run == nil:
			err = errors.New("it has nothing to run: set Run")
		case j.MaxAge != 0 && j.MaxAge < check: // a slot seen a little late would be too old
			err = fmt.Errorf("its MaxAge of %v is too short: give it a minute or more", j.MaxAge)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("schedule: job %q: %w", j.Name, err))
		}
		seen[j.Name] = true
		if j.MaxAge == 0 {
			j.MaxAge = day
		}
		s.tasks = append(s.tasks, &task{
			Job: j, times: times{spec, cfg.Zone}, memory: cfg.Memory, log: cfg.Logger.With("job", j.Name), now: time.Now,
		})
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return s, nil
}

// Run runs the jobs until ctx ends, and returns when those that were running have ended. It may be called once.
// The error is of a Memory that could not be told what was done: that is run again after the next start.
func (s *Scheduler) Run(ctx context.Context) error {
	errs := make([]error, len(s.tasks))
	var wg sync.WaitGroup
	for i, t := range s.tasks {
		wg.Go(func() { errs[i] = t.run(ctx) })
	}
	wg.Wait()
	<-ctx.Done() // also without jobs
	return errors.Join(errs...)
}
