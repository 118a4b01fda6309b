package bot

import (
	"log/slog"
	"slices"
	"time"
)

// CaseKind is what a piece of feedback is about. They are stored.
type CaseKind string

// The kinds.
const (
	CaseProblem    CaseKind = "problem"
	CaseIdea       CaseKind = "idea"
	CaseQuestion   CaseKind = "question"
	CasePraise     CaseKind = "praise"
	CaseCommitment CaseKind = "commitment" // about one commitment, with a score
	CaseIntegrity  CaseKind = "integrity"  // corruption, pressure: only for those with that right
)

// CaseKinds lists them in the order in which they are offered.
var CaseKinds = []CaseKind{CaseProblem, CaseIdea, CaseQuestion, CasePraise, CaseCommitment, CaseIntegrity}

// CaseState is how far a case has come. They are stored.
type CaseState string

// The states.
const (
	CaseReceived  CaseState = "received"
	CaseSeen      CaseState = "seen"
	CaseWorking   CaseState = "working"
	CaseAnswered  CaseState = "answered"
	CaseDone      CaseState = "done"
	CaseDeclined  CaseState = "declined"
	CaseDuplicate CaseState = "duplicate" // of Case.Original
)

// Case is one piece of feedback and what the municipality does about it.
type Case struct {
	ID         string    // six letters and digits, random
	Citizen    CitizenID // who filed it; of an anonymous or integrity case nobody is shown who that is
	Kind       CaseKind
	Village    string // "" for the whole municipality or not known
	Commitment string // CaseCommitment
	Score      int    // CaseCommitment: 1 to 5; 0: not given
	Text       string
	Media      []Media
	Spot       Point // where it is; zero: not said
	Anonymous  bool
	Relay      bool // filed for somebody who is not online: the answer comes with words to be read aloud
	Language   Language
	Created    time.Time // UTC
	Updated    time.Time // UTC
	Due        time.Time // UTC: when an answer is overdue
	State      CaseState
	Assigned   string    // Account.Login, "" nobody
	Reason     string    // what the person was told last, in words
	Original   string    // CaseDuplicate: ID of the other one
	Asked      time.Time // when they were asked whether it was really solved; zero: not yet
	Reopened   int       // how often
	Version    uint64    // counts the writes, as that of Citizen
}

// LogValue keeps a citizen's words out of every log.
func (c Case) LogValue() slog.Value { return slog.StringValue("case/" + c.ID) }

// Hidden tells whether nobody may be shown who filed the case.
func (c Case) Hidden() bool { return c.Anonymous || c.Kind == CaseIntegrity }

// Asks tells whether there is something to answer: a score without words wants none.
func (c Case) Asks() bool { return c.Kind != CaseCommitment || c.Text != "" || len(c.Media) > 0 }

// Shared tells whether people of the same village may see the case and join it.
func (c Case) Shared() bool {
	return (c.Kind == CaseProblem || c.Kind == CaseIdea) && !c.Hidden() && c.Village != "" && c.State != CaseDuplicate
}

// Open tells whether the municipality still has to do something.
func (c Case) Open() bool {
	return c.State == CaseReceived || c.State == CaseSeen || c.State == CaseWorking
}

// Point is a place on the map, in degrees (WGS 84).
type Point struct{ Lat, Long float64 }

// None tells whether no place was given.
func (p Point) None() bool { return p == Point{} }

// next lists what a case may become from each state.
var next = map[CaseState][]CaseState{
	CaseReceived: {CaseSeen, CaseWorking, CaseAnswered, CaseDone, CaseDeclined, CaseDuplicate},
	CaseSeen:     {CaseWorking, CaseAnswered, CaseDone, CaseDeclined, CaseDuplicate},
	CaseWorking:  {CaseAnswered, CaseDone, CaseDeclined, CaseDuplicate},
	CaseAnswered: {CaseWorking, CaseAnswered, CaseDone, CaseDeclined, CaseDuplicate},
	CaseDone:     {CaseWorking}, // it was not really solved
	CaseDeclined: {CaseWorking},

	CaseDuplicate: {CaseReceived}, // it was another matter
}

// Move is c in another state; ok is false if it cannot come to it from where it is, or if the reason is missing that the
// person has to read.
func (c Case) Move(to CaseState, reason string, now time.Time) (moved Case, ok bool) {
	needsReason := to == CaseDone || to == CaseDeclined || to == CaseAnswered
	if !slices.Contains(next[c.State], to) || needsReason && reason == "" {
		return c, false
	}
	if !c.Open() && to == CaseWorking {
		c.Reopened++
		c.Asked = time.Time{}
	}
	if c.State == CaseDuplicate { // what was told was about the other one
		c.Original, c.Reason = "", ""
	}
	c.State, c.Updated = to, now
	if reason != "" {
		c.Reason = reason
	}
	return c, true
}

// CaseEvent is one step in the history of a case.
type CaseEvent struct {
	Case     string
	At       time.Time // UTC
	By       string    // Account.Login; "" for the citizen or the program
	Citizen  CitizenID // who added Text, "" for an account or the program; shown to nobody
	From, To CaseState // the same if the state stayed
	Text     string    // what the person was told, what they added, or a note
	Internal bool      // a note that no citizen reads
	Assigned string    // Account.Login whom the case was given to, or Nobody; "" if it was not
}

// LogValue keeps words out of every log.
func (e CaseEvent) LogValue() slog.Value { return slog.StringValue("case/" + e.Case) }
