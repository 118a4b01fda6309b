package bot

import "time"

// Cadence is how often a citizen wants to hear of progress. They are stored.
type Cadence string

// The cadences.
const (
	CadenceNone    Cadence = ""        // only when they ask
	CadenceChange  Cadence = "change"  // at each change
	CadenceWeekly  Cadence = "weekly"  //
	CadenceMonthly Cadence = "monthly" //
)

// ConsentVersion names the wording of the question that content asks as "subscribe.consent". It goes up with each change
// of what is agreed to.
const ConsentVersion = 2

// Consent is the proof that a citizen agreed to be sent news, or took that back. It holds nothing that they said.
type Consent struct {
	Citizen  CitizenID
	Given    bool // false: taken back
	Version  int  // ConsentVersion at the time
	Language Language
	Platform Platform
	At       time.Time // UTC
}
