package bot

import (
	"log/slog"
	"slices"
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

// CitizenID identifies a person across restarts and platforms. It is random and derived from no personal data.
type CitizenID string

// Language is a BCP 47 tag, such as "ka" or "en".
type Language string

// Citizen is a person who has written to the bot. No name is kept.
type Citizen struct {
	ID          CitizenID
	Contacts    []Contact // one per address, oldest first; of a stored citizen at least one
	Language    Language
	LanguageSet bool      // chosen by the citizen, not guessed from what they wrote
	Village     string    // Village.ID, "" when not known
	SilentUntil time.Time // a person of the municipality speaks with the citizen; the bot keeps out until then
	Consented   time.Time // when they agreed to be sent news unasked, UTC; zero: they have not, or took it back
	Cadence     Cadence   // how often they want to hear of progress
	Follows     []string  // Commitment.IDs, sorted; none: all
	Told        uint64    // Change.No of the last change of progress that they were told of
	WrongCodes  int       // codes that they got wrong since WrongSince
	WrongSince  time.Time // UTC
	Barred      string    // why the bot does not answer them, danger to life apart; "": it does
	FirstSeen   time.Time // UTC
	// Version counts the writes of this record. A store refuses to overwrite a version that the writer has not read.
	Version uint64
}

// LogValue keeps everything about the person but the identifier out of every log.
func (c Citizen) LogValue() slog.Value { return slog.StringValue("citizen/" + string(c.ID)) }

// Contact is one way to reach a citizen.
type Contact struct {
	Address     Address
	Reach       Reach
	LastInbound time.Time // UTC; opens the platform's window
}

// LogValue keeps the address of a person out of every log.
func (c Contact) LogValue() slog.Value { return c.Address.LogValue() }

// Reach says whether messages still arrive.
type Reach uint8

// The values of Reach. New values go at the end: they are stored.
const (
	Reachable Reach = iota
	Blocked         // the citizen blocked or deleted the bot
)

// Contact finds the contact with address a. It is nil if there is none.
func (c *Citizen) Contact(a Address) *Contact {
	i := slices.IndexFunc(c.Contacts, func(has Contact) bool { return has.Address == a })
	if i < 0 {
		return nil
	}
	return &c.Contacts[i]
}

// Follow tells whether the citizen wants to hear of a commitment.
func (c Citizen) Follow(commitment string) bool {
	return len(c.Follows) == 0 || slices.Contains(c.Follows, commitment)
}

// Windows says for each platform that is in use how long after a citizen's last message it lets us write; 0: always.
type Windows map[Platform]time.Duration

// Prefer chooses the one contact that news goes to: one that always takes it, else one whose window is open, else the
// one that the citizen used last. ok is false if none of them can be used at all.
func (c Citizen) Prefer(windows Windows, now time.Time) (best Contact, ok bool) {
	rank := func(x Contact) int {
		switch window := windows[x.Address.Platform]; {
		case window == 0:
			return 2
		case Deliverable(PurposeAnnouncement, window, x.LastInbound, now) == DeliverNow:
			return 1
		}
		return 0
	}
	for _, x := range c.Contacts {
		if _, inUse := windows[x.Address.Platform]; !inUse || x.Reach == Blocked {
			continue
		}
		if !ok || rank(x) > rank(best) || rank(x) == rank(best) && x.LastInbound.After(best.LastInbound) {
			best, ok = x, true
		}
	}
	return best, ok
}
