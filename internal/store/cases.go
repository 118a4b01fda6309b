package store

import (
	"time"

	"ogpbot/bot"
)

// CaseQuery chooses cases. Zero fields choose nothing out.
type CaseQuery struct {
	Village    string
	Kind       bot.CaseKind
	State      bot.CaseState
	Commitment string    // Commitment.ID
	Assigned   string    // Account.Login, or bot.Nobody: only those that no account has
	Open       bool      // only those that are not answered, done, declined or duplicates
	Overdue    time.Time // only open ones that were due before
	// Only those whose words (Case.Text) have all of these, in any order, script and inflection that the store was opened to
	// know. Words in which there is none to look for choose nothing.
	Words string
	Order CaseOrder
}

// CaseOrder is the order of a list of cases. A cursor is good in the order that it was given in.
type CaseOrder uint8

// The orders.
const (
	NewestFirst CaseOrder = iota // by Created
	OldestFirst
	DueFirst // what is due first, or has been overdue for longest; at the end what is never due
)

// Cases holds feedback. Nobody reads a case outside their scope: such a case is ErrNotFound, as if it were not there.
// A village in the scope never opens an integrity case (bot.Scope.Sees).
type Cases interface {
	// Create keeps c, which needs an ID of its own (else ErrConflict) and Version 0, with its first event: at Created, from no
	// state to the first.
	Create(c bot.Case) error
	Get(id string, scope bot.Scope) (bot.Case, error)
	// Put replaces c; Created stays as it was. c.Version must be the version read, else ErrConflict; it is one higher
	// afterwards. ErrNotFound if it is not there.
	Put(c bot.Case) error
	// Of lists those that a citizen filed or joined, newest first, at most limit.
	Of(id bot.CitizenID, limit int) ([]bot.Case, error)
	// Rated finds the one case about a commitment in which the citizen gave a score, else ErrNotFound.
	Rated(id bot.CitizenID, commitment string) (bot.Case, error)
	// List gives those of scope that q chooses, in its order; newest first they are as the lists of Conversations.
	List(scope bot.Scope, q CaseQuery, p Page) (cs []bot.Case, next string, err error)
	// Settled lists cases that were done (last updated) before a time and whose citizens were not asked since (Asked), the
	// oldest first, at most limit. Those of citizens who were forgotten are left out.
	Settled(before time.Time, limit int) ([]bot.Case, error)
	// Join makes a citizen one of those who are told what becomes of a case; a second time, or for whoever filed it, it
	// changes nothing. Join, Parties and AddEvent are ErrNotFound for a case that is not there.
	Join(id string, citizen bot.CitizenID) error
	// Parties lists who is told: whoever filed it first, then those who joined. Those who were forgotten are left out.
	Parties(id string) ([]bot.CitizenID, error)
	// Duplicates lists the cases that are duplicates of one (State, Original), oldest first. Whose they are is no party of it.
	Duplicates(original string) ([]bot.Case, error)
	// AddEvent adds to the history; Events lists it, oldest first.
	AddEvent(e bot.CaseEvent) error
	Events(id string) ([]bot.CaseEvent, error)
	// Prune deletes the words (those of the events, too), the media, the place and the parties of cases that were closed (not
	// Open) and last updated before a time, the oldest first, at most limit, and returns how many they were: what counts stays.
	Prune(before time.Time, limit int) (n int, err error)
}

// Threads remembers what a message to somebody was about, so that their reply to it can be understood.
type Threads interface {
	// Set notes that the message that the platform calls ref, sent to a, is about a thing, such as "case:K7M4QX".
	Set(a bot.Address, ref, about string, at time.Time) error
	// Get is "" if nobody knows.
	Get(a bot.Address, ref string) (about string, err error)
	// Prune drops those set before.
	Prune(before time.Time) (n int, err error)
}
