package bot

import (
	"log/slog"
	"time"
)

// Platform names a messaging service, such as "telegram".
type Platform string

// Address is where a platform reaches one person. ID is opaque: only the channel
// that issued it may parse it.
type Address struct {
	Platform Platform
	ID       string
}

// LogValue keeps the address of a person out of every log.
func (a Address) LogValue() slog.Value { return slog.StringValue(string(a.Platform) + "/…") }

// CitizenID identifies a person across restarts. It is random and derived from no personal data.
type CitizenID string

// Language is a BCP 47 tag, such as "ka" or "en".
type Language string

// Citizen is a person who has written to the bot. No name is kept.
type Citizen struct {
	ID          CitizenID
	Address     Address
	Language    Language
	LanguageSet bool   // chosen by the citizen, not guessed from what they wrote
	Village     string // Village.ID, "" when not known
	Reach       Reach
	SilentUntil time.Time // a person of the municipality speaks with the citizen; the bot keeps out until then
	FirstSeen   time.Time // UTC
	LastInbound time.Time // UTC
	// Version counts the writes of this record. A store refuses to overwrite a version that the writer has not read.
	Version uint64
}

// LogValue keeps everything about the person but the identifier out of every log.
func (c Citizen) LogValue() slog.Value { return slog.StringValue("citizen/" + string(c.ID)) }

// Reach says whether messages still arrive.
type Reach uint8

// The values of Reach. New values go at the end: they are stored.
const (
	Reachable Reach = iota
	Blocked         // the citizen blocked or deleted the bot
)
