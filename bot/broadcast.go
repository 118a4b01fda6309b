package bot

import (
	"log/slog"
	"maps"
	"slices"
	"time"
)

// BroadcastState is where a broadcast stands. They are stored.
type BroadcastState string

// The states. A broadcast is sent to those who subscribe when it begins.
const (
	BroadcastWaiting   BroadcastState = "waiting"   // for a second person's yes
	BroadcastScheduled BroadcastState = "scheduled" // for At; until then it can be taken back
	BroadcastSending   BroadcastState = "sending"   //
	BroadcastPaused    BroadcastState = "paused"    // nothing is sent until it goes on
	BroadcastStopped   BroadcastState = "stopped"   // nothing more is sent
	BroadcastDone      BroadcastState = "done"      //
)

// UndoTime is how long a broadcast can be taken back after it was asked for.
const UndoTime = time.Minute

// Broadcast is one announcement to everybody of some villages who agreed to be sent news.
type Broadcast struct {
	ID       string   // [a-z0-9], random
	By       string   // Account.Login
	Villages []string // Village.IDs; none: the whole municipality
	// Commitment.ID: of these people only those who follow it; "": all. Only the whole municipality is narrowed so.
	Commitment string
	Form       string // which form it was made with, "" for free words
	Urgent     bool
	Messages   map[Language]Outbound // ready to be sent; the default language is always there
	Created    time.Time             // UTC
	At         time.Time             // UTC, not before
	State      BroadcastState
	Approved   string // Account.Login of the second person, "" if none was needed or asked yet
	Corrects   string // ID of the broadcast whose recipients get this one in its place, "" if none
	Post       bool   // also on the municipality's public page
	Spread     string // how far the recipients are listed; opaque
	Listed     bool   // all recipients are listed
	Version    uint64 // counts the writes, as that of Citizen
}

// LogValue keeps the words of an announcement out of the log.
func (b Broadcast) LogValue() slog.Value { return slog.StringValue("broadcast/" + b.ID) }

// Message is the words in lang, or in the first of others that it has.
func (b Broadcast) Message(lang Language, others ...Language) Outbound {
	for _, l := range append([]Language{lang}, others...) {
		if m, ok := b.Messages[l]; ok {
			return m
		}
	}
	if len(b.Messages) == 0 {
		return Outbound{}
	}
	return b.Messages[slices.Min(slices.Collect(maps.Keys(b.Messages)))]
}

// NeedsSecond tells whether an announcement to these villages needs a second person's yes: one to the whole municipality
// does, and so does one to most of its villages.
func NeedsSecond(villages []string, l Library) bool {
	return len(villages) == 0 || len(villages) > 1 && 2*len(villages) > len(l.Villages())
}

// Fate is what became of one message to one citizen. New values go at the end: they are stored.
type Fate uint8

// The fates.
const (
	FateOwed        Fate = iota // not tried yet
	FateUnconfirmed             // it was on its way when the program stopped or the connection broke: nobody knows
	FateSent                    //
	FateHeld                    // it waits until the citizen writes
	FateLater                   // it was held, and handed over when the citizen wrote
	FateUnreachable             // the citizen blocked the bot or is gone
	FateFailed                  // the platform refused it
)

// Sending is what became of one owed message.
type Sending struct {
	ID      string // of the parcel
	Citizen CitizenID
	Purpose Purpose
	Fate    Fate
	At      time.Time // UTC, of the fate
}

// Received is a broadcast that was owed to somebody, and what became of it.
type Received struct {
	Broadcast Broadcast
	Fate      Fate
	At        time.Time // UTC, of the fate; zero: it was not tried yet
}

// Recipient is somebody to whom a broadcast is owed.
type Recipient struct {
	Citizen  CitizenID
	Address  Address
	Language Language
	Replaces string // the platform's identifier of the message that this one takes the place of, "" for a new one
	Village  string // of the citizen when they were listed, "" if not known
}

// LogValue keeps an address out of every log.
func (r Recipient) LogValue() slog.Value { return r.Address.LogValue() }

// Audience is how many people an announcement reaches.
type Audience struct {
	Now   map[Platform]int // at once
	Later map[Platform]int // when they next write
}

// Total is the number of people.
func (a Audience) Total() (n int) {
	for _, x := range a.Now {
		n += x
	}
	for _, x := range a.Later {
		n += x
	}
	return n
}

// Report is how far a broadcast has come: people by fate.
type Report map[Fate]int

// Early tells whether nothing has gone out yet: it can be taken back.
func (b Broadcast) Early(now time.Time) bool {
	return b.State == BroadcastWaiting || b.State == BroadcastScheduled && now.Before(b.At)
}

// Correctable tells whether somebody has read b, or may have.
func (b Broadcast) Correctable(r Report) bool {
	begun := b.State == BroadcastSending || b.State == BroadcastPaused || b.State == BroadcastStopped || b.State == BroadcastDone
	return begun && r[FateSent]+r[FateLater]+r[FateUnconfirmed] > 0
}

// Reached is how many recipients of a broadcast are of a village, are reached over a platform, and have a fate.
type Reached struct {
	Village  string
	Platform Platform
	Fate     Fate
	People   int
}

// Steer is b after act by an account whose scope allows it; ok is false if that cannot be done now.
func (b Broadcast) Steer(act BroadcastAct, by Account, now time.Time) (after Broadcast, ok bool) {
	switch {
	case act == ActApprove && b.State == BroadcastWaiting && by.Login != b.By:
		b.State, b.Approved = BroadcastScheduled, by.Login
		if soonest := now.Add(UndoTime); b.At.Before(soonest) {
			b.At = soonest
		}
	case act == ActUndo && b.Early(now):
		b.State = BroadcastStopped
	case act == ActStop && b.State != BroadcastStopped && b.State != BroadcastDone:
		b.State = BroadcastStopped
	case act == ActPause && b.State == BroadcastSending:
		b.State = BroadcastPaused
	case act == ActResume && b.State == BroadcastPaused:
		b.State = BroadcastSending
	case act == ActAgain && b.State == BroadcastDone: // before that some are on their way, and would get it twice
		b.State = BroadcastSending
	default:
		return b, false
	}
	return b, true
}
