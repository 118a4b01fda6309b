// Package telegram is the Telegram Bot API channel: it decodes updates from a webhook or from long polling, and
// sends. It imports bot, channel and github.com/go-telegram-bot-api/telegram-bot-api/v5, whose only owner it is.
//
// Guarantees: New makes no request; no error and no log line holds the token, an address or a citizen's words;
// every call has a time-out and ends with its context; an answer is read up to a limit; an update that cannot be
// read is logged without its content and passed over, and blocks nobody.
//
// # Why
//
// The library is unmaintained and knows Bot API 5.5, so only its request maker, keyboards and errors are used.
// Its errors hold the token, it takes no context, it has no time-outs, loses the HTTP status of answers that are not
// JSON and the error code of every upload: exchange mends that by standing between it and the network. Its update loop stops for ever at the
// first update that it cannot decode and its webhook handler checks no secret, so both are our own, and so are the
// few fields of an update that are read. Its logger speaks in that loop and in debug mode only, hence never.
package telegram

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Platform is this channel's name.
const Platform bot.Platform = "telegram"

// DefaultAPI is the base of Telegram's own Bot API server.
const DefaultAPI = "https://api.telegram.org"

// The longest text of one message and of a file in UTF-16 units, after its markup is taken off
// (core.telegram.org/bots/api#sendmessage and #sendphoto).
const (
	maxText    = 4096
	maxCaption = 1024
)

// Command is one line of the menu that Telegram shows beside the text field.
type Command struct {
	Name        string // 1-32 of [a-z0-9_], without the slash (core.telegram.org/bots/api#botcommand)
	Description string // 1-256 UTF-16 units
}

// Config is what the channel must be told. Only Token is required.
type Config struct {
	Token      string  // from @BotFather
	APIBase    string  // "" is DefaultAPI
	WebhookURL string  // where Telegram delivers to; "" for polling
	Secret     string  // what Telegram proves itself with at the webhook: 1-256 of [A-Za-z0-9_-]; required with WebhookURL
	Rate       float64 // messages per second over all chats; 0: no limit

	// By language; the key "" is for everybody else.
	Commands          map[bot.Language][]Command // at most 100 each
	Descriptions      map[bot.Language]string    // shown in an empty chat; at most 512 UTF-16 units
	ShortDescriptions map[bot.Language]string    // shown on the profile page; at most 120

	Client *http.Client // nil for one that suits; redirects are never followed
	Logger *slog.Logger // nil for none
}

// Channel talks to Telegram. It is safe for concurrent use.
type Channel struct {
	cfg      Config
	endpoint string // in the library's format
	client   *http.Client
	log      *slog.Logger
	self     atomic.Pointer[identity] // nil until Prepare has asked
	trouble  atomic.Pointer[string]   // why polling fetches nothing; nil: it works
	mu       sync.Mutex
	prepared int // steps of Prepare that succeeded
}

var (
	_ channel.Channel   = (*Channel)(nil)
	_ channel.Receiver  = (*Channel)(nil)
	_ channel.Poller    = (*Channel)(nil)
	_ channel.Preparer  = (*Channel)(nil)
	_ channel.Receiving = (*Channel)(nil)
	_ channel.Typer     = (*Channel)(nil)
	_ channel.Uploader  = (*Channel)(nil)
	_ channel.Inspector = (*Channel)(nil)
)

// New checks cfg and returns a Channel. It makes no request.
func New(cfg Config) (*Channel, error) {
	cfg.APIBase = strings.TrimRight(cmp.Or(cfg.APIBase, DefaultAPI), "/")
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	c := &Channel{cfg: cfg, endpoint: cfg.APIBase + "/bot%s/%s", client: channel.NewClient(cfg.Client), log: cfg.Logger}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// check returns what the operator has to mend. It repeats no secret.
func (cfg *Config) check() error {
	// The library puts the token into a URL by itself, so anything else than a token must not get there.
	if !matches(`^[0-9]+:[A-Za-z0-9_-]+$`, cfg.Token) {
		return errors.New("the token is not of the form 123456:ABC-def; copy it again from @BotFather")
	}
	if !channel.IsWebURL(cfg.APIBase) || strings.ContainsAny(cfg.APIBase, "%?#") {
		return errors.New("the address of the Bot API server must look like https://api.telegram.org")
	}
	if cfg.WebhookURL != "" && !channel.IsWebURL(cfg.WebhookURL) {
		return errors.New("the webhook's address must look like https://example.org/webhook/telegram")
	}
	if cfg.WebhookURL != "" && !matches(`^[A-Za-z0-9_-]{1,256}$`, cfg.Secret) {
		return errors.New("the webhook needs a secret of 1 to 256 letters, digits, _ or -")
	}
	for lang, commands := range cfg.Commands {
		if len(commands) > 100 {
			return fmt.Errorf("%d commands for language %q; Telegram takes 100", len(commands), lang)
		}
		for _, cmd := range commands {
			if n := channel.Units(cmd.Description); !matches(`^[a-z0-9_]{1,32}$`, cmd.Name) || n < 1 || n > 256 {
				return fmt.Errorf("command %q in language %q: names are 1 to 32 of a-z, 0-9, _ and descriptions 1 to 256 characters", cmd.Name, lang)
			}
		}
	}
	for lang, text := range cfg.Descriptions {
		if channel.Units(text) > 512 {
			return fmt.Errorf("the description in language %q is longer than 512 characters", lang)
		}
	}
	for lang, text := range cfg.ShortDescriptions {
		if channel.Units(text) > 120 {
			return fmt.Errorf("the short description in language %q is longer than 120 characters", lang)
		}
	}
	return nil
}

func matches(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }

// Platform implements channel.Channel.
func (*Channel) Platform() bot.Platform { return Platform }

// Limits implements channel.Channel.
func (c *Channel) Limits() channel.Limits {
	return channel.Limits{
		TextUnits:     maxText,
		PerSecond:     c.cfg.Rate,
		PerChatSecond: 1,
		Source:        "https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this",
	}
}
