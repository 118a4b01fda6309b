// Package channel says what a messaging platform must be able to do for us.
//
// Each platform is a subpackage and must pass channeltest.Run. The core interface is small; what only some platforms can
// do is an optional interface, found by type assertion. For them all, Split cuts a long text, InWords puts words in the
// place of a file, and NewClient and Do make HTTP requests. The package imports bot, and github.com/rivo/uniseg to know
// where a letter ends.
package channel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ogpbot/bot"
)

// Channel sends to one messaging platform. It is safe for concurrent use.
type Channel interface {
	Platform() bot.Platform
	Limits() Limits
	// Send delivers m, in as many platform messages as it takes, and returns their identifiers. A file (m.Media) that
	// the channel can send goes with the words, or before them where they are too long for a caption; in place of one
	// that it cannot, Media.Instead is added to the words.
	// An error is a *SendError; the Receipt then says what went out before it.
	Send(ctx context.Context, to bot.Address, m bot.Outbound) (Receipt, error)
}

// Receiver is a Channel that the platform pushes to over HTTPS.
type Receiver interface {
	// Handler authenticates each request and answers 200 only once accept has returned nil;
	// otherwise 503, so that the platform delivers again. One event that cannot be read is
	// logged without its content and acknowledged: it never blocks the rest.
	Handler(accept Accept) http.Handler
}

// Poller is a Channel that can fetch messages itself, for machines without a public address.
type Poller interface {
	// Poll fetches until ctx ends and returns then; everything else it survives, with a log line.
	Poll(ctx context.Context, accept Accept) error
}

// Preparer is a Channel that tells its platform about us at start: commands, webhook, profile.
type Preparer interface {
	// Prepare may fail when the platform cannot be reached; it is tried again.
	Prepare(ctx context.Context) error
}

// Receiving is a Channel that notices when its platform delivers nothing to us.
type Receiving interface {
	// Trouble is one phrase about why no message arrives, free of secrets, such as Refused; "" if all is well.
	Trouble() string
}

// Forgetter is a Channel that holds what was said itself.
type Forgetter interface {
	// Forget gives up all of it that was said to or by somebody, who wants to be forgotten.
	Forget(a bot.Address)
}

// Typer is a Channel that can show that an answer is being written.
type Typer interface {
	Typing(ctx context.Context, to bot.Address) error
}

// Uploader is a Channel that takes a picture of ours once, and sends it again by the identifier that it gave it.
type Uploader interface {
	// SendPicture is Send for a message with a file of ours (m.Media.Picture), whose bytes are data, at most 10 MB: a
	// picture, or a document (m.Media.Kind) that is called by the last part of its name. The Receipt's Media is what the
	// platform calls the file from now on: m.Media.Ref of later sends.
	SendPicture(ctx context.Context, to bot.Address, m bot.Outbound, data []byte) (Receipt, error)
}

// Poster is a Channel that has a public page.
type Poster interface {
	// Post publishes text with link under it (may be ""), now or at a later time (zero: now), and returns the post's identifier.
	Post(ctx context.Context, text, link string, at time.Time) (ref string, err error)
}

// Accept takes messages durably, in order, or returns an error; then none may be acknowledged.
type Accept func(ctx context.Context, in ...bot.Inbound) error

// Receipt lists the platform's identifiers of what was sent, in order; the first is the one that a correction replaces.
type Receipt struct {
	Refs  []string
	Media string // of SendPicture: what the platform calls the picture
}

// Limits are the platform's, with the page that states them.
type Limits struct {
	TextUnits     int           // longest text of one message, in UTF-16 code units
	PerSecond     float64       // messages per second to all citizens together; 0: no limit
	PerChatSecond float64       // messages per second to one citizen; 0: no limit
	Window        time.Duration // how long after a citizen's last message the platform lets us write; 0: always
	Source        string        // URL
}

// Failure classifies why a Send did not succeed; outbox decides what follows. New values go at the end.
type Failure uint8

// The failures.
const (
	Temporary     Failure = iota + 1 // network, 5xx: try again
	Throttled                        // 429: nothing to anybody until RetryAfter has passed
	Unreachable                      // the citizen blocked the bot, left, or does not exist
	Rejected                         // the platform will never take this message: our bug
	Misconfigured                    // our token or page is wrong: stop and tell the operator
	WindowClosed                     // the citizen has to write first: hold it until they do
	Restricted                       // the platform forbids us to send to anybody for now: stop and tell the operator
)

func (f Failure) String() string {
	switch f {
	case Temporary:
		return "temporary"
	case Throttled:
		return "throttled"
	case Unreachable:
		return "unreachable"
	case Rejected:
		return "rejected"
	case Misconfigured:
		return "misconfigured"
	case WindowClosed:
		return "window closed"
	case Restricted:
		return "restricted"
	}
	return "unknown"
}

// SendError is the error of Channel.Send. Its text never holds a token, an address or a message's words.
type SendError struct {
	Failure    Failure
	RetryAfter time.Duration // for Throttled: at least
	Code       string        // the platform's own, for the log
	Unsent     bool          // for Temporary: the message surely did not arrive, such as when no connection was made
	Err        error         // may be nil; as free of secrets
}

func (e *SendError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("send: %s (%s): %v", e.Failure, e.Code, e.Err)
	}
	return fmt.Sprintf("send: %s (%s)", e.Failure, e.Code)
}

func (e *SendError) Unwrap() error { return e.Err }

// FailureOf returns the Failure in err's chain, or Temporary if there is none.
func FailureOf(err error) Failure {
	if e, ok := errors.AsType[*SendError](err); ok {
		return e.Failure
	}
	return Temporary
}

// Unsent tells whether err says that the message surely did not arrive. A Throttled one never did.
func Unsent(err error) bool {
	e, ok := errors.AsType[*SendError](err)
	return ok && (e.Unsent || e.Failure != Temporary)
}

// RetryAfter returns how long err's SendError asks to wait, or 0.
func RetryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*SendError](err); ok {
		return e.RetryAfter
	}
	return 0
}
