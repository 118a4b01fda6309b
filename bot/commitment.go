package bot

import "time"

// Plan is the action plan as a whole.
type Plan struct {
	Title        Text
	Submitted    time.Time // UTC midnight
	Ended        Text      // in words, since sources disagree on the month
	Lead         []Text    // institutions
	Vision       []Text    // what the municipality wished for; not promises
	Achievements []Text    // what it had done before the plan; not promises
	Source       string
	Checked      time.Time
}

// Commitment is one promise of the action plan.
type Commitment struct {
	ID           string    // [a-z0-9-], at most 24
	OGP          string    // OGP's own identifier, such as "GEOGT0007"
	Title        Text      // in plain words
	Official     Text      // the title on OGP's page
	Summary      Text      // what was promised, in plain words
	Why          Text      // the problem it was to solve
	Start, End   time.Time // first day of the first and of the last month, UTC
	Institutions []Text    // responsible first
	Milestones   []Milestone
	Status       Status
	Percent      int // 0 to 100, or PercentUnknown
	Source       string
	Checked      time.Time
}

// Milestone is one step of a commitment.
type Milestone struct {
	ID      string
	Title   Text
	Due     time.Time // zero: not known
	Status  Status
	Percent int // 0 to 100, or PercentUnknown
}

// Status is OGP's scale of completion (opengovpartnership.org/glossary/completion).
type Status string

// The statuses. StatusUnknown is the default: nothing published says how far it came.
const (
	StatusUnknown     Status = "unknown"
	StatusNoEvidence  Status = "no-evidence"
	StatusNotStarted  Status = "not-started"
	StatusLimited     Status = "limited"
	StatusSubstantial Status = "substantial"
	StatusComplete    Status = "complete"
)
