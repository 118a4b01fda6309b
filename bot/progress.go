package bot

import (
	"log/slog"
	"slices"
	"time"
)

// PercentUnknown is the percentage of what nobody has put a figure to.
const PercentUnknown = -1

// Progress is how far a commitment or a milestone is.
type Progress struct {
	Status  Status
	Percent int       // 0 to 100, or PercentUnknown
	Due     time.Time // first day of the month in which it shall be done, UTC; zero: not known
}

// Change is one step of the history of a commitment's or a milestone's progress.
type Change struct {
	No         uint64    // given by the store: later ones are higher
	At         time.Time // UTC
	By         string    // Account.Login
	Commitment string
	Milestone  string // "" for the commitment itself
	Was, Now   Progress
	Reason     Text   // one sentence
	Evidence   string // URL, "" if none
}

// LogValue keeps a change short in the log.
func (c Change) LogValue() slog.Value {
	return slog.StringValue("change/" + c.Commitment + "/" + c.Milestone)
}

// steps are the statuses from the least to the most that was done.
var steps = []Status{StatusNotStarted, StatusLimited, StatusSubstantial, StatusComplete}

// Lowered tells whether the status or the percentage is less than it was.
func (c Change) Lowered() bool {
	was, now := slices.Index(steps, c.Was.Status), slices.Index(steps, c.Now.Status)
	return was >= 0 && now < was || c.Was.Percent > c.Now.Percent && c.Now.Percent != PercentUnknown
}

// Moved tells by how many days the deadline was put off; it is negative if it was brought forward.
func (c Change) Moved() int {
	if c.Was.Due.IsZero() || c.Now.Due.IsZero() {
		return 0
	}
	return int(c.Now.Due.Sub(c.Was.Due).Hours() / 24)
}

// Slip sums up how often a deadline was moved.
type Slip struct {
	Times int
	Days  int // from the first deadline to the last
}

// Slips sums up the moves of one commitment's or milestone's deadline.
func Slips(changes []Change, commitment, milestone string) (s Slip) {
	for _, c := range changes {
		if days := c.Moved(); days != 0 && c.Commitment == commitment && c.Milestone == milestone {
			s.Times++
			s.Days += days
		}
	}
	return s
}

// Current is c as the changes, oldest first, have made it.
func (c Commitment) Current(changes []Change) Commitment {
	c.Milestones = slices.Clone(c.Milestones)
	for _, change := range changes {
		if change.Commitment != c.ID {
			continue
		}
		if change.Milestone == "" {
			c.Status, c.Percent, c.End = change.Now.Status, change.Now.Percent, change.Now.Due
			continue
		}
		for i := range c.Milestones {
			if m := &c.Milestones[i]; m.ID == change.Milestone {
				m.Status, m.Percent, m.Due = change.Now.Status, change.Now.Percent, change.Now.Due
			}
		}
	}
	return c
}

// Progress is that of c itself, or of the milestone of it; ok is false if there is none of that ID.
func (c Commitment) Progress(milestone string) (p Progress, ok bool) {
	if milestone == "" {
		return Progress{c.Status, c.Percent, c.End}, true
	}
	for _, m := range c.Milestones {
		if m.ID == milestone {
			return Progress{m.Status, m.Percent, m.Due}, true
		}
	}
	return Progress{}, false
}
