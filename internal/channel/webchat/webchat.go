// Package webchat is the channel of our own web page: /chat, for a newcomer without any account, and framed on the
// municipality's site. It imports bot, channel, web and the standard library; its tests drive a real browser with
// github.com/chromedp/chromedp.
//
// Guarantees: the citizen is a signed cookie and nothing else is known of them; a page shows every message once, also
// after a lost connection or a restart; everything works without JavaScript, a reload at a time; memory is bounded,
// whatever strangers do; no error and no log line holds an address or a citizen's words.
//
// # Why
//
// Messages go to the page as server-sent events and come back as ordinary form posts: both pass every proxy, need no
// library, and the browser reconnects by itself and says what it saw last.
//
// What was said is in the store, which History reads. A room holds what was said lately with all its looks, in memory
// only. One clock keeps them apart: an event's number is its time in microseconds, a room knows since when it knows
// everything, and the page takes what is older from History. So a stream whose last event is older than the room's
// knowledge gets the whole conversation again, and Send to a citizen without a room has nothing to do: History shows
// the message. Only a reply that was stored but not yet sent when the program was killed can show twice.
//
// A page cannot be reached once it is closed. So a reply is there when its page comes back, but news, which nobody asked
// for just now, is for an open page only: else it waits, and is handed over when the citizen writes again.
//
// A pressed button leaves no line of its own: the bot answers a press by updating the message that held it. Only the
// newest message has buttons, as only they can be chosen by number or words.
package webchat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/web"
)

// Platform is this channel's name.
const Platform bot.Platform = "web"

// maxMessage is the longest text of a citizen's message, in UTF-16 units.
const maxMessage = 2000

// window is how long after a citizen's last message news may go to their page. Who has said nothing for longer has
// probably left it, even if it is still open; what is held instead is handed over when they write.
const window = 10 * time.Minute

// minKey is the shortest key of the cookie's signature, in bytes.
const minKey = 32

// Line is one message of an earlier conversation.
type Line struct {
	At      time.Time    // when the bot took the citizen's message that this is, or answers
	Mine    bool         // the citizen's own words, in Message.Text
	Message bot.Outbound // Buttons only under the last line
}

// Rate is how often something may happen.
type Rate struct {
	PerSecond float64
	Burst     int // at once
}

// Config is what the channel must be told. Key, Words, Languages and PlaceName are required.
type Config struct {
	Key        []byte   // signs the cookie; at least 32 bytes, the same after a restart
	Origins    []string // sites that may frame the page, such as https://example.org; none: only our own
	TrustProxy bool     // the last X-Forwarded-For and X-Forwarded-Proto are our own proxy's word

	Words     func(lang bot.Language, key string) string
	Languages []bot.Language // the first is the default
	PlaceName func(lang bot.Language) string
	// History returns what was said before, oldest first. nil: nothing was.
	History func(ctx context.Context, of bot.Address) ([]Line, error)

	PerCitizen        Rate // messages; zero: 10 at once, then one in 2 s
	PerAddress        Rate // requests of one network address, which may be a whole village; zero: 120 at once, then 4 a second
	StreamsPerCitizen int  // open pages of one citizen; 0: 5
	Streams           int  // of all; 0: 1000

	Logger *slog.Logger // nil for none
}

// Channel talks to the page. It is safe for concurrent use.
type Channel struct {
	cfg       Config
	log       *slog.Logger
	page      *template.Template
	assets    web.Assets
	policy    string // Content-Security-Policy of the page
	protect   *http.CrossOriginProtection
	rooms     *rooms
	citizens  *buckets
	addresses *buckets
	done      chan struct{} // closed by Close
	end       func()
}

var (
	_ channel.Channel  = (*Channel)(nil)
	_ channel.Receiver = (*Channel)(nil)
)

// New checks cfg and returns a Channel. Close ends it.
func New(cfg Config) (*Channel, error) {
	c := &Channel{protect: http.NewCrossOriginProtection(), done: make(chan struct{})}
	if err := c.configure(cfg); err != nil {
		return nil, fmt.Errorf("web chat: %w", err)
	}
	if err := c.loadPage(); err != nil {
		return nil, fmt.Errorf("web chat: %w", err)
	}
	c.rooms = newRooms(c.cfg.StreamsPerCitizen, c.cfg.Streams, time.Now())
	c.citizens, c.addresses = newBuckets(c.cfg.PerCitizen), newBuckets(c.cfg.PerAddress)
	c.end = sync.OnceFunc(func() { close(c.done) })
	return c, nil
}

// configure checks cfg and fills in what it leaves out.
func (c *Channel) configure(cfg Config) error {
	switch {
	case len(cfg.Key) < minKey:
		return fmt.Errorf("the key of the cookie has %d bytes; give it at least %d random ones", len(cfg.Key), minKey)
	case cfg.Words == nil || cfg.PlaceName == nil || len(cfg.Languages) == 0:
		return errors.New("words, languages and the place's name are required")
	}
	for _, origin := range cfg.Origins {
		if err := c.trust(origin); err != nil {
			return err
		}
	}
	cfg.PerCitizen = cmp.Or(cfg.PerCitizen, Rate{PerSecond: 0.5, Burst: 10})
	cfg.PerAddress = cmp.Or(cfg.PerAddress, Rate{PerSecond: 4, Burst: 120})
	cfg.StreamsPerCitizen = cmp.Or(cfg.StreamsPerCitizen, 5)
	cfg.Streams = cmp.Or(cfg.Streams, 1000)
	c.log = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	c.policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; " +
		"base-uri 'none'; require-trusted-types-for 'script'; frame-ancestors " + strings.Join(append([]string{"'self'"}, cfg.Origins...), " ")
	c.cfg = cfg
	return nil
}

// trust lets the site at origin frame the page and post to it.
func (c *Channel) trust(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin || strings.ContainsAny(u.Host, " ;,'\"") || c.protect.AddTrustedOrigin(origin) != nil {
		return fmt.Errorf("%q is no site that could frame the chat: it must look like https://example.org, without a path", origin)
	}
	return nil
}

// Close ends all open streams, for a server that is about to stop: it waits for them. Their pages come back by themselves.
func (c *Channel) Close() { c.end() }

// Platform implements channel.Channel.
func (*Channel) Platform() bot.Platform { return Platform }

// Limits implements channel.Channel: only the window is one.
func (*Channel) Limits() channel.Limits {
	return channel.Limits{TextUnits: math.MaxInt32, Window: window}
}

// Forget implements channel.Forgetter. Pages that are open show what is left.
func (c *Channel) Forget(a bot.Address) { c.rooms.clear(a.ID) }

// Send implements channel.Channel: it shows m on every open page of the citizen. With none open a reply, or a person's
// words, are not lost, because History has them when the citizen comes back; for all else the window is closed. A file
// cannot be shown, and its words are in its place.
func (c *Channel) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	m = channel.InWords(m)
	switch {
	case to.Platform != Platform:
		return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	case strings.TrimSpace(m.Words()) == "":
		return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "empty"}
	case ctx.Err() != nil:
		return channel.Receipt{}, &channel.SendError{Failure: channel.Temporary, Code: "cancelled", Unsent: true, Err: ctx.Err()}
	}
	answers := m.Purpose == bot.PurposeReply || m.Purpose == bot.PurposePerson
	ref, ok := c.rooms.deliver(to.ID, botBubble(m), !answers)
	if !ok {
		return channel.Receipt{}, &channel.SendError{Failure: channel.WindowClosed, Code: "no open page"}
	}
	return channel.Receipt{Refs: []string{ref}}, nil
}
