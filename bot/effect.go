package bot

// Effect is something that a turn decided and that must be stored. The set is closed:
// package inbox applies each, and its test fails if one is missing.
type Effect interface{ effect() }

// The effects.
type (
	SetLanguage struct {
		Language Language
		Chosen   bool // by the citizen, not guessed
	}
	SetVillage   struct{ Village string }
	SetReach     struct{ Reach Reach }
	KeepQuestion struct {
		Text  string
		Why   Why
		Entry string
	}
)

func (SetLanguage) effect()  {}
func (SetVillage) effect()   {}
func (SetReach) effect()     {}
func (KeepQuestion) effect() {}
