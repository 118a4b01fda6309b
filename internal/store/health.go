package store

import "time"

// Symptom is something that a check of the program's own state found, or keeps for its next run.
type Symptom struct {
	Name  string            // of its kind, and what it is about: "token/telegram"
	Since time.Time         // UTC, when it was first found
	Seen  time.Time         // UTC, when it was last found
	Told  bool              // somebody was told of it
	Slots map[string]string // what its words are filled in with; no secret and nothing of a person
}

// Health remembers what is wrong with the program, over restarts.
type Health interface {
	// All lists the symptoms by name.
	All() ([]Symptom, error)
	// Put keeps s in place of the one of its name.
	Put(s Symptom) error
	// Drop deletes one; one that is not there is no mistake.
	Drop(name string) error
}
