package outbox

import (
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

const (
	maxTries      = 12
	firstRetry    = 2 * time.Second // doubles with each try; 12 tries take about 47 minutes
	lastRetry     = 10 * time.Minute
	warnTries     = 4               // the operator is told once a message has failed so often
	unknownPause  = time.Second     // for a platform that asks for a pause and does not say how long
	misconfigured = 5 * time.Minute // between tries with a token that was refused
	maxSilence    = 8               // sends without an answer, one after the other, before the channel pauses by itself
	firstSilence  = 5 * time.Second // the first such pause; it doubles
	lastSilence   = 2 * time.Minute
)

// fate is what becomes of a parcel after a send.
type fate uint8

const (
	settle  fate = iota // it is done with, sent or not
	retry               // it is tried again later, at most maxTries times
	release             // it was not tried, as far as it is concerned
	hold                // it waits until the citizen writes
)

// rule is what follows from a failed send.
type rule struct {
	parcel  fate
	as      bot.Fate // of settle
	channel State    // Frozen or Stopped: so is the channel; "": nothing happens to it
	block   bool     // the citizen is no longer reachable
	bug     bool     // ours: it goes to the log as an error
}

// policy is the one place that says what a failure means.
func policy(f channel.Failure) rule {
	switch f {
	case channel.Throttled:
		return rule{parcel: release, channel: Frozen}
	case channel.Unreachable:
		return rule{parcel: settle, as: bot.FateUnreachable, block: true}
	case channel.Rejected:
		return rule{parcel: settle, as: bot.FateFailed, bug: true}
	case channel.Misconfigured, channel.Restricted:
		return rule{parcel: release, channel: Stopped}
	case channel.WindowClosed:
		return rule{parcel: hold}
	}
	return rule{parcel: retry} // Temporary, and what we do not know
}

// backoff gives how long to wait after so many tries.
func backoff(tries int) time.Duration {
	wait := firstRetry
	for range tries - 1 {
		if wait *= 2; wait >= lastRetry {
			return lastRetry
		}
	}
	return wait
}
