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
	// Village is where it is: its ID, "" for where the citizen lives.
	Village string
}

// SetConsent notes that the citizen agreed to be sent news, or took that back. The proof is kept apart.
type SetConsent struct{ Given bool }

// SetDigest changes what the citizen wants to hear of progress, and how often.
type SetDigest struct {
	Cadence Cadence
	Follows []string // Commitment.IDs, sorted; none: all
}

// KeepCode makes a code good. A citizen's earlier ones of the kind are good no more.
type KeepCode struct{ Code Code }

// UseCode uses a code up, for what its kind is for: the citizen becomes one with the one who asked for it, or is linked
// with the account.
type UseCode struct{ Code Code }

// CountWrongCode notes that the citizen typed a code that is not good.
type CountWrongCode struct{}

// StartBroadcast keeps an announcement, to be sent at its time or once a second person has said yes.
type StartBroadcast struct{ Broadcast Broadcast }

// SteerBroadcast does something to one that was started.
type SteerBroadcast struct {
	ID  string
	Act BroadcastAct
}

// BroadcastAct is what can be done to a broadcast.
type BroadcastAct string

// The acts.
const (
	ActApprove BroadcastAct = "approve"
	ActStop    BroadcastAct = "stop" // nothing more goes out; before its time: nothing at all
	ActUndo    BroadcastAct = "undo" // nothing goes out, if nothing has yet
	ActPause   BroadcastAct = "pause"
	ActResume  BroadcastAct = "resume"
	ActAgain   BroadcastAct = "again" // send to those whose fate is unconfirmed
)

// Note leaves a line in the audit trail.
type Note struct{ Audit Audit }

// OpenCase keeps a piece of feedback.
type OpenCase struct{ Case Case }

// AddToCase adds the citizen's words to a case of theirs.
type AddToCase struct{ ID, Text string }

// JoinCase makes the citizen one of those who are told what becomes of a case of their village.
type JoinCase struct{ ID string }

// ReopenCase is the citizen's word that a case was not really solved.
type ReopenCase struct{ ID string }

// MoveCase brings a case into another state, in the name of the writer's account.
type MoveCase struct {
	ID       string
	To       CaseState
	Reason   string
	Original string // CaseDuplicate: ID of the other one
}

// AnswerQuestion answers everybody who asked one question, in the name of the writer's account.
type AnswerQuestion struct {
	Group string // QuestionGroup.ID
	Text  string
}

// Talk passes the citizen's words to the person who has their conversation, or who shall take it.
type Talk struct{ Text string }

// SayTo sends the words of the writer's account to a citizen whose conversation they have.
type SayTo struct {
	Citizen CitizenID
	Text    string
}

// EndTalk gives a conversation back to the bot. Citizen "" is the writer's own.
type EndTalk struct{ Citizen CitizenID }

// KeepFile keeps a file that goes with one of the turn's replies (Media.Picture), until it is sent.
type KeepFile struct {
	Name string
	Data []byte
}

// Forget deletes everything about the citizen but the proof of consent.
type Forget struct{}

func (SetLanguage) effect()    {}
func (SetVillage) effect()     {}
func (SetReach) effect()       {}
func (Silence) effect()        {}
func (KeepQuestion) effect()   {}
func (SetConsent) effect()     {}
func (SetDigest) effect()      {}
func (KeepCode) effect()       {}
func (UseCode) effect()        {}
func (CountWrongCode) effect() {}
func (StartBroadcast) effect() {}
func (SteerBroadcast) effect() {}
func (Note) effect()           {}
func (OpenCase) effect()       {}
func (AddToCase) effect()      {}
func (JoinCase) effect()       {}
func (ReopenCase) effect()     {}
func (MoveCase) effect()       {}
func (AnswerQuestion) effect() {}
func (Talk) effect()           {}
func (SayTo) effect()          {}
func (EndTalk) effect()        {}
func (KeepFile) effect()       {}
func (Forget) effect()         {}
