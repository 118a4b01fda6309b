package bot

import "time"

// Effect is something that a turn decided and that must be stored. The set is closed:
// package inbox applies each, and its test fails if one is missing.
type Effect interface{ effect() }

// SetLanguage changes the language of the conversation.
type SetLanguage struct {
	Language Language
	Chosen   bool // by the citizen, not guessed
}

// SetVillage changes the citizen's village; "" takes it back.
type SetVillage struct{ Village string }

// SetReach notes whether messages still arrive.
type SetReach struct{ Reach Reach }

// Silence keeps the bot out of the conversation until then.
type Silence struct{ Until time.Time }

// KeepQuestion puts something before a person at the municipality.
type KeepQuestion struct {
	Text  string // the citizen's words
	Why   Why
	Entry string // the entry that was given with it, "" if none
}

func (SetLanguage) effect()  {}
func (SetVillage) effect()   {}
func (SetReach) effect()     {}
func (Silence) effect()      {}
func (KeepQuestion) effect() {}
