package bot

import "time"

// EditState is how far a version of an answer has come. They are stored.
type EditState string

// The states.
const (
	EditDraft   EditState = "draft"   // waits until somebody publishes it; citizens see nothing of it
	EditLive    EditState = "live"    // what citizens are told from then on
	EditDropped EditState = "dropped" // a draft that was given up; it changes nothing
)

// Edit is one version of an answer that was written over the content folder. Versions are added and never changed: to
// publish, to hide, and to go back to an older one each add another.
type Edit struct {
	No     uint64 // given by the store; rises over all entries
	State  EditState
	Entry  Entry  // the whole of it; only the ID if Folder
	Folder bool   // from then on the entry is what the content folder says
	File   string // "budget": a new entry belongs into answers/budget.yaml
	Of     uint64 // No of the version that it publishes, gives up or goes back to; 0: none
	At     time.Time
	By     string // Account.Login; or, with a space in it, from where somebody without one did it
	Why    string // one sentence
}

// SelfPublish says whose own drafts of answers need nobody else.
type SelfPublish string

// The choices of place.yaml.
const (
	SelfPublishOwner     SelfPublish = "owner"     // an owner's
	SelfPublishEverybody SelfPublish = "everybody" // an owner's and a staff member's
	SelfPublishNobody    SelfPublish = "nobody"
)

// Allows tells whether a may publish what writer wrote.
func (s SelfPublish) Allows(a Account, writer string) bool {
	switch {
	case !a.Scope().Allows(): // whoever may not speak for the whole municipality
		return false
	case a.Login != writer || s == SelfPublishEverybody:
		return true
	}
	return s != SelfPublishNobody && a.Role == RoleOwner
}
