package bot

import (
	"log/slog"
	"time"
)

// Kind says what an Inbound carries.
type Kind uint8

// The kinds. New values go at the end: they are stored.
const (
	KindText      Kind = iota // Text, typed or dictated; a command such as "/start v-shroma" is text too
	KindPress                 // Action, the payload of a pressed button
	KindEdit                  // Text, the new wording of an earlier message
	KindVoice                 // Media; Text is the caption of any of the following
	KindPhoto                 //
	KindVideo                 //
	KindDocument              //
	KindSticker               //
	KindLocation              // Spot
	KindContact               // nothing is kept of it
	KindBlocked               // the citizen blocked the bot
	KindUnblocked             // and let it in again
	KindOther                 // something this version does not know
	KindPerson                // Text: a person of the municipality wrote to From in the platform's own inbox
)

// Inbound is one thing that a citizen sent.
type Inbound struct {
	Ref     string // the platform's own identifier of the delivery; with From.Platform the deduplication key
	From    Address
	At      time.Time // UTC, as stated by the platform
	Kind    Kind
	Text    string
	Action  string // KindPress: the pressed Button's Action
	Message string // platform's identifier of this message; KindPress: of the message under which the button sits
	Media   string // platform's identifier of the file
	Spot    Point  // KindLocation
	ReplyTo string // platform's identifier of the message that this one answers, "" if none
	Random  uint64 // drawn for this message, for what must not be guessed; set by package inbox
	Waiting bool   // mail waited for the citizen and is handed over first; set by package inbox
}

// LogValue keeps a citizen's words out of every log.
func (in Inbound) LogValue() slog.Value {
	return slog.GroupValue(slog.String("platform", string(in.From.Platform)), slog.Int("kind", int(in.Kind)))
}

// Outbound is one message to a citizen, in no platform's dialect: plain words, no markup.
// Channels render it and split it to their own limits.
type Outbound struct {
	Heading  string   // shown first and stronger; may be ""
	Text     string   // may be ""
	Note     string   // shown last and quieter: source, date; may be ""
	Buttons  []Button // in reading order; channels lay them out
	Media    Media    // a file that goes with it; zero: none
	Replaces string   // Inbound.Message that this updates in place, where the platform can; "" for a new message
	Purpose  Purpose
	About    string // what a reply to it is about, such as "case:K7M4QX"; "": nothing that is kept
	Late     bool   // sent after the window has closed, as only a person's words may be; set by package outbox
}

// LogValue keeps the words of a conversation out of every log.
func (o Outbound) LogValue() slog.Value { return slog.StringValue("outbound") }

// Words is the whole message as plain text, buttons left out.
func (o Outbound) Words() string {
	out := o.Heading
	for _, part := range []string{o.Text, o.Note} {
		if part == "" {
			continue
		}
		if out != "" {
			out += "\n\n"
		}
		out += part
	}
	return out
}

// Media is a file that goes with a message.
type Media struct {
	Kind     Kind     // KindPhoto, KindVideo, KindVoice or KindDocument
	Platform Platform // that issued Ref
	Ref      string   // the platform's identifier of the file
	Picture  string   // name of a picture of ours in the store, in place of Ref
	Instead  string   // words in its place on a platform that cannot show it
}

// None tells whether there is no file.
func (m Media) None() bool { return m.Ref == "" && m.Picture == "" }

// Button is a tappable answer.
type Button struct {
	Label  string // in the citizen's language
	Means  Meaning
	Action string // short ASCII, at most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton): "intent" or "intent:argument"
}

// Meaning says whether a plain yes or no chooses a button. New values go at the end: they are stored.
type Meaning uint8

// The meanings.
const (
	MeansItself Meaning = iota
	MeansYes
	MeansNo
)

// Purpose decides an Outbound's place in the queue.
type Purpose uint8

// Purposes, most urgent first. New values go at the end: they are stored.
const (
	PurposeReply        Purpose = iota // the bot's answer to a message
	PurposePerson                      // what a person of the municipality typed to this citizen
	PurposeNotice                      // news of the citizen's own case
	PurposeUrgent                      // an urgent announcement
	PurposeDigest                      // a digest that the citizen asked for
	PurposeAnnouncement                // any other announcement
)
