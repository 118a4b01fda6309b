package intents

import (
	"encoding/json"
	"strconv"
	"time"

	"ogpbot/bot"
)

// slotDraft holds the draft as JSON.
const slotDraft = "draft"

// keptDraft keeps it while something else is talked about.
const keptDraft = "draft"

// draft is an announcement that is being made.
type draft struct {
	To         []string  `json:",omitempty"` // Village.IDs
	All        bool      `json:",omitempty"` // the whole municipality, in place of To
	Commitment string    `json:",omitempty"` // Commitment.ID: with All, only those who follow it; chosen at a desk
	Several    bool      `json:",omitempty"` // villages are still being ticked
	Page       int       `json:",omitempty"` // of the list of villages
	Form       string    `json:",omitempty"` // name of a form
	First      string    `json:",omitempty"` // its fields, as typed
	Second     string    `json:",omitempty"` //
	Words      string    `json:",omitempty"` // as typed; with a form: what is added to it
	Media      bot.Media `json:",omitzero"`
	Bare       bool      `json:",omitempty"` // the file goes without words
	Message    string    `json:",omitempty"` // Inbound.Message that brought the words: they may be corrected
	More       string    `json:",omitempty"` // what was typed under the preview
	Asked      int       `json:",omitempty"` // how often it was asked what to do with More
	Meant      bool      `json:",omitempty"` // the village that the words name is meant, though it is not sent there
	Urgent     bool      `json:",omitempty"`
	Post       bool      `json:",omitempty"`
	At         time.Time `json:",omitzero"`  // zero: at once
	Corrects   string    `json:",omitempty"` // Broadcast.ID
	Key        string    `json:",omitempty"` // of the preview that is shown: no older one sends this
	Since      time.Time // of the last turn
}

// String is how the draft is kept between messages.
func (f draft) String() string {
	raw, _ := json.Marshal(f) // nothing in it can fail
	return string(raw)
}

// draftIn gives the draft that s keeps.
func draftIn(s bot.State) (f draft, ok bool) {
	ok = s.Intent == "announce" && json.Unmarshal([]byte(s.Slots[slotDraft]), &f) == nil
	return f, ok
}

// blank is a new draft. Who has one village writes to that one.
func (d desk) blank() draft {
	if vs := d.reach(); len(vs) == 1 && !d.by.Scope().All {
		return draft{To: []string{vs[0].ID}}
	}
	return draft{}
}

func (f draft) wordless() bool { return f.Words == "" && f.Form == "" }

func (f draft) empty() bool { return f.wordless() && f.Media.None() }

// villages are those of the broadcast.
func (f draft) villages() []string {
	if f.All {
		return nil
	}
	return f.To
}

// fileKinds are those of a file that can go with an announcement.
var fileKinds = map[bot.Kind]bool{bot.KindPhoto: true, bot.KindVideo: true, bot.KindVoice: true, bot.KindDocument: true}

// take puts what was sent into the draft: words in place of words, a file in place of a file. problem says why it cannot.
func (d desk) take(words string) (after desk, problem string) {
	f := d.draft
	switch {
	case fileKinds[d.In.Kind] && d.In.Media != "":
		f.Media = bot.Media{Kind: d.In.Kind, Platform: d.In.From.Platform, Ref: d.In.Media}
		if problem = d.fileProblem(f); problem != "" {
			return d, problem
		}
	case d.In.Kind != bot.KindText && d.In.Kind != bot.KindEdit:
		return d, d.Say("announce.unfit")
	}
	if words != "" {
		f.Words, f.Form, f.First, f.Second, f.Bare, f.Meant = words, "", "", "", false, false
	}
	f.Message = d.In.Message
	d.draft = f
	return d, ""
}

// fileProblem says why f's file cannot take the place of what it corrects: only a file of the same kind can, and no voice
// message (core.telegram.org/bots/api#editmessagemedia).
func (d desk) fileProblem(f draft) string {
	if f.Corrects == "" {
		return ""
	}
	old := d.corrected()
	if m := old.Message(d.Lang, d.Library.Place().Languages...).Media; f.Media.Kind == bot.KindVoice || m.None() || m.Kind != f.Media.Kind {
		return d.Say("announce.correct-file")
	}
	return ""
}

// corrected is the broadcast that the draft corrects; zero if there is none.
func (d desk) corrected() bot.Broadcast {
	if d.draft.Corrects == "" {
		return bot.Broadcast{}
	}
	b, _ := d.Records.Broadcast(d.draft.Corrects, d.by.Scope())
	return b
}

// taken goes on with what was taken, or says what the problem is.
func (d desk) taken(after desk, problem string) bot.Turn {
	if problem != "" {
		return d.hint(problem)
	}
	return after.next()
}

// tooLong says by how much the announcement is too long, "" if it is not.
func (d desk) tooLong() string {
	over, limit := d.composer().Over()
	if over == 0 {
		return ""
	}
	key := "announce.long"
	if !d.draft.Media.None() {
		key = "announce.long-file"
	}
	return d.Say(key, "limit", strconv.Itoa(limit), "over", strconv.Itoa(over))
}
