package bot

import (
	"log/slog"
	"time"
)

// Exchange is one message of a citizen and what the bot said to it, as kept for review.
type Exchange struct {
	Citizen  CitizenID
	Platform Platform
	Village  string    // the citizen's village at the time, "" if not known
	At       time.Time // UTC, when the bot took it
	Kind     Kind
	Said     string   // the citizen's words, or the label of the pressed button
	Media    string   // platform's identifier of a file, "" if none
	Intent   string   // the intent that replied
	Entry    string   // the entry that was given, "" if none
	Replies  []string // the bot's words
	Parcels  []string // what became of each reply is kept under these IDs
}

// LogValue keeps a conversation out of every log.
func (e Exchange) LogValue() slog.Value { return slog.StringValue("exchange/" + string(e.Citizen)) }

// Question is something that a person at the municipality has to look at.
type Question struct {
	ID       string // given by the store
	Citizen  CitizenID
	Village  string
	Language Language
	At       time.Time // UTC
	Text     string    // the citizen's words
	Why      Why
	Entry    string    // the entry that was given with it, "" if none
	Group    string    // ID of the question that asks the same and came first, its own if it is that
	Answered time.Time // UTC; zero: it waits
	Reply    string    // what a person answered
	By       string    // Account.Login of that person
	People   int       // of the first of a group: how many have asked
	Places   []string  // and the villages that they asked from
	Promise  string    // the commitment that it is about, "" if none
}

// LogValue keeps a citizen's words out of every log.
func (q Question) LogValue() slog.Value { return slog.StringValue("question/" + q.ID) }

// Why says why a question went to staff.
type Why string

// The reasons. They are stored.
const (
	WhyUnknown   Why = "unknown"   // nothing in the content answers it
	WhyDetail    Why = "detail"    // the answer lacks the detail that was asked for
	WhyHandover  Why = "handover"  // the entry says that staff answer this
	WhyWrong     Why = "wrong"     // "not what you asked?" was pressed
	WhyPerson    Why = "person"    // the citizen wants a person
	WhyEmergency Why = "emergency" // the 112 card was shown
)
