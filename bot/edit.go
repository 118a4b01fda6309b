package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// EditState is how far a version of an answer has come. They are stored.
type EditState string

// The states.
const (
	EditDraft   EditState = "draft"   // waits until somebody publishes it; citizens see nothing of it
	EditLive    EditState = "live"    // what citizens are told from then on
	EditDropped EditState = "dropped" // a draft was given up; it changes nothing
)

// Edit is one version of an answer that was written over the content folder. Versions are added and never changed: to
// publish, to hide, and to go back to an older one each add another.
type Edit struct {
	No     uint64 // given by the store; rises over all entries
	State  EditState
	Entry  Entry  // the whole of it; only the ID if Folder, or if a draft was given up
	Folder bool   // from then on the entry is what the content folder says
	File   string // "budget": if the folder does not have the entry, it belongs into answers/budget.yaml
	Base   string // Digest of the folder's entry when this was written; "": the folder did not have it
	Of     uint64 // No of the version that it goes back to; 0: none
	At     time.Time
	By     string // Account.Login; or, with a space in it, from where somebody without one did it
	Why    string // one sentence
}

// Digest tells one state of an entry from another. What makes no difference to a citizen makes none here.
func (e Entry) Digest() string {
	said := map[Language][]string{}
	for lang, ps := range e.Phrasings {
		if len(ps) > 0 {
			said[lang] = ps
		}
	}
	e.Phrasings = said
	e.Question, e.Answer, e.Source = e.Question.said(), e.Answer.said(), e.Source.said()
	text, err := json.Marshal(e) // with the keys of its maps in order
	if err != nil {
		return "" // not reached: an Entry holds nothing that JSON does not know
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// said is t without the languages that say nothing.
func (t Text) said() Text {
	out := Text{}
	for lang, words := range t {
		if words != "" {
			out[lang] = words
		}
	}
	return out
}
