package channel

import (
	"context"
	"net/http"
	"time"
)

// Inspector is a Channel that can ask its platform how we are set up there, and mend what it can by itself.
type Inspector interface {
	// Inspect asks, changes nothing and sends to nobody: a few calls, none of which counts as a message. The error is a
	// *SendError, Misconfigured if the platform refuses our token; the Facts then are what was learnt before it.
	Inspect(ctx context.Context) (Facts, error)
	// Restore makes the platform deliver to us again when Facts.Lost says that it does not.
	Restore(ctx context.Context) error
}

// Facts are what a platform says of our place there. What it did not say is zero.
type Facts struct {
	Lost        bool          // it delivers to nobody, or to somebody else: Restore can mend it
	Astray      bool          // it delivers to an address that is not ours, and only a person can change that
	LastError   string        // why it could not deliver last: the platform's words in ASCII, at most 200 characters
	LastErrorAt time.Time     // UTC
	Pending     int           // messages that wait there to be delivered
	Expires     time.Time     // UTC, of our token; zero: never
	Missing     []string      // permissions that our token lacks, as the platform calls them
	Ahead       time.Duration // of our clock over the platform's; negative: it is behind
	Clocked     bool          // Ahead is known
}

// Ahead tells from the Date of an answer how much our clock is ahead of the platform's, as far as that is certain when the
// request left at sent and the answer came at got: 0 if the Date lies between the two. ok is false without a Date.
func Ahead(h http.Header, sent, got time.Time) (ahead time.Duration, ok bool) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	sent, got = sent.Round(0), got.Round(0) // the clocks on the wall are compared
	switch end := date.Add(time.Second); {  // a Date has whole seconds
	case end.Before(sent):
		return sent.Sub(end), true
	case date.After(got):
		return got.Sub(date), true
	}
	return 0, true
}
