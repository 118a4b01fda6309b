// Package messenger is the Facebook Messenger channel: it decodes webhook deliveries, sends, sets the Page's profile and
// posts on the Page. It imports bot, channel, github.com/rivo/uniseg to cut a button's title between letters, and
// github.com/huandu/facebook/v2, whose only owner it is.
//
// Guarantees: New makes no request; nothing of a delivery is parsed before its signature is known to be genuine; an
// event that cannot be read is logged without its content and passed over, and blocks nobody; no URL, no error and no
// log line holds the token, the app secret, an address or a citizen's words; every call has a time-out and ends with
// its context; an answer is read up to a limit.
//
// # Why
//
// The library takes an answer of 429 or 500 for a success unless it holds an error object, returns nothing at all for
// the body "true", hides the HTTP status, writes into the caller's parameters, puts the token into URLs, races when a
// session is shared, and has no time-out. So each call has a session and an exchange of its own: the exchange stands
// between library and network, keeps status and usage headers and reads a bounded answer, and call judges the outcome
// by itself. Meta's words may repeat the token or a message, so little of them is kept.
//
// Messenger cannot edit, so Outbound.Replaces is not looked at. Messages are of type RESPONSE: every message tag that a
// program could use is gone since April 2026. The one that is left, HUMAN_AGENT, is for what a person wrote up to seven days
// after the citizen, which package outbox marks as Late.
package messenger

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	fb "github.com/huandu/facebook/v2"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Platform is this channel's name.
const Platform bot.Platform = "messenger"

// Defaults of Config.
const (
	DefaultGraphAPI     = "https://graph.facebook.com"
	DefaultGraphVersion = "v25.0"
	DefaultGetStarted   = "start"
)

// What Messenger allows.
const (
	maxText = 2000           // characters of one message (developers.facebook.com/docs/messenger-platform/reference/send-api), counted in UTF-16 units to be safe
	window  = 24 * time.Hour // after the citizen's last action (developers.facebook.com/docs/messenger-platform/policy/policy-overview)
)

// Item is one line of the Page's menu or one ice breaker.
type Item struct {
	Label  string // at most 30 UTF-16 units in a menu
	Action string // as of bot.Button
}

// Config is what the channel must be told. Token, AppSecret and VerifyToken are required.
type Config struct {
	Token        string  // page access token
	AppSecret    string  // signs deliveries and proves calls
	VerifyToken  string  // our own choice; Meta repeats it when the webhook is set up
	WebhookURL   string  // where Meta is to deliver to, as it was entered in the app; "": not known, and Inspect does not look
	GraphAPI     string  // "" is DefaultGraphAPI
	GraphVersion string  // "" is DefaultGraphVersion
	Rate         float64 // messages per second over all citizens; 0: no limit

	// By language; the key "" is for everybody else, and so is a language that Messenger does not have, such as "ka".
	Greeting    map[bot.Language]string // shown in an empty chat; at most 160 UTF-16 units
	Menu        map[bot.Language][]Item // always at hand in the chat; at most 20 each
	IceBreakers map[bot.Language][]Item // first questions to tap; at most 4 each
	GetStarted  string                  // action of the button of an empty chat, which becomes "/start"; "" is DefaultGetStarted

	Profile ProfileState // nil: the profile is set at every start
	Client  *http.Client // nil for one that suits; redirects are never followed
	Logger  *slog.Logger // nil for none
}

// Channel talks to one Facebook Page's Messenger. It is safe for concurrent use.
type Channel struct {
	cfg      Config
	profile  profile
	app      *fb.App // read only
	client   *http.Client
	log      *slog.Logger
	mu       sync.Mutex
	prepared int // steps of Prepare that succeeded
}

var (
	_ channel.Channel   = (*Channel)(nil)
	_ channel.Receiver  = (*Channel)(nil)
	_ channel.Preparer  = (*Channel)(nil)
	_ channel.Typer     = (*Channel)(nil)
	_ channel.Poster    = (*Channel)(nil)
	_ channel.Inspector = (*Channel)(nil)
)

// New checks cfg and returns a Channel. It makes no request.
func New(cfg Config) (*Channel, error) {
	cfg.GraphAPI = strings.TrimRight(cmp.Or(cfg.GraphAPI, DefaultGraphAPI), "/")
	cfg.GraphVersion = cmp.Or(cfg.GraphVersion, DefaultGraphVersion)
	cfg.GetStarted = cmp.Or(cfg.GetStarted, DefaultGetStarted)
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("messenger: %w", err)
	}
	p, err := newProfile(&cfg)
	if err != nil {
		return nil, fmt.Errorf("messenger: %w", err)
	}
	app := fb.New("", cfg.AppSecret)
	app.EnableAppsecretProof = true
	c := &Channel{cfg: cfg, profile: p, app: app, client: channel.NewClient(cfg.Client), log: cfg.Logger}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// check returns what the operator has to mend. It repeats no secret.
func (cfg *Config) check() error {
	// They go into headers, so nothing may be in them that a header cannot hold.
	if !matches(`^[!-~]+$`, cfg.Token) {
		return errors.New("the page access token is missing or has blanks in it; copy it again from the app's Messenger settings")
	}
	if !matches(`^[!-~]+$`, cfg.AppSecret) {
		return errors.New("the app secret is missing or has blanks in it; copy it again from the app's basic settings")
	}
	if cfg.VerifyToken == "" {
		return errors.New("the verify token is missing; choose one and enter it in the app's webhook settings too")
	}
	if !channel.IsWebURL(cfg.GraphAPI) || strings.ContainsAny(cfg.GraphAPI, "%?#") {
		return errors.New("the address of the Graph API must look like https://graph.facebook.com")
	}
	if !matches(`^v[0-9]+\.[0-9]+$`, cfg.GraphVersion) {
		return errors.New("the version of the Graph API must look like v25.0")
	}
	return nil
}

func matches(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }

// Platform implements channel.Channel.
func (*Channel) Platform() bot.Platform { return Platform }

// Limits implements channel.Channel. How much one citizen may be sent in a second is not published.
func (c *Channel) Limits() channel.Limits {
	return channel.Limits{
		TextUnits: maxText,
		PerSecond: c.cfg.Rate,
		Window:    window,
		Source:    "https://developers.facebook.com/docs/graph-api/overview/rate-limiting#messenger",
	}
}
