// Package config is what an operator can set: one struct, filled from flags and
// environment by cmd, checked once by Validate before anything starts.
//
// It imports only the standard library. The struct tags are read by the command line
// parser; every flag has an environment variable and the flag wins.
package config

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Config is everything that can be set. The zero value is not valid; the defaults are in the tags.
type Config struct {
	Data    string `name:"data" env:"OGPBOT_DATA" default:"./data" help:"Folder of the database, its socket and its backups."`
	Content string `name:"content" env:"OGPBOT_CONTENT" help:"A content folder, read and checked at start. Default: the content that ships with the program."`
	Store   string `name:"store" env:"OGPBOT_STORE" default:"bolt" help:"Where things are kept: bolt."`
	Backup  string `name:"backup" env:"OGPBOT_BACKUP" help:"Make copies by itself: 'daily@03:30 keep=14' in the place's time, in the folder backups of --data; with to=age1... encrypted. Empty: off."`

	Listen        string `name:"listen" env:"OGPBOT_LISTEN" default:"127.0.0.1:8080" help:"Address of webhooks and health checks."`
	MetricsListen string `name:"metrics-listen" env:"OGPBOT_METRICS_LISTEN" default:"127.0.0.1:9090" help:"Address of /metrics, for Prometheus; empty: off."`
	PublicURL     string `name:"public-url" env:"OGPBOT_PUBLIC_URL" help:"The https address under which platforms and links reach --listen."`

	ChatOrigins []string `name:"chat-origins" env:"OGPBOT_CHAT_ORIGINS" help:"Sites that may show the web chat in a frame, such as https://town.example.ge; separated by commas."`
	TrustProxy  bool     `name:"trust-proxy" env:"OGPBOT_TRUST_PROXY" help:"A proxy of ours stands in front and names the visitor's address in X-Forwarded-For."`

	TelegramToken  string  `name:"telegram-token" env:"OGPBOT_TELEGRAM_TOKEN" help:"Bot token from @BotFather. Empty: Telegram is off."`
	TelegramAPI    string  `name:"telegram-api" env:"OGPBOT_TELEGRAM_API" default:"https://api.telegram.org" help:"Address of the Bot API server."`
	TelegramMode   string  `name:"telegram-mode" env:"OGPBOT_TELEGRAM_MODE" default:"poll" help:"poll, or webhook (needs --public-url)."`
	TelegramSecret string  `name:"telegram-secret" env:"OGPBOT_TELEGRAM_SECRET" help:"Webhook secret. Default: derived from the token."`
	TelegramRate   float64 `name:"telegram-rate" env:"OGPBOT_TELEGRAM_RATE" default:"30" help:"Sends per second over all chats; 0: no limit."`

	MessengerToken       string  `name:"messenger-token" env:"OGPBOT_MESSENGER_TOKEN" help:"Page access token. Empty: Messenger is off."`
	MessengerAppSecret   string  `name:"messenger-app-secret" env:"OGPBOT_MESSENGER_APP_SECRET" help:"Secret of the app at developers.facebook.com; required with the token."`
	MessengerVerifyToken string  `name:"messenger-verify-token" env:"OGPBOT_MESSENGER_VERIFY_TOKEN" help:"The word that you tell Meta when you set up the webhook; required with the token."`
	MessengerPage        string  `name:"messenger-page" env:"OGPBOT_MESSENGER_PAGE" help:"The page's name in m.me/NAME, for links that open the conversation."`
	MessengerRate        float64 `name:"messenger-rate" env:"OGPBOT_MESSENGER_RATE" default:"200" help:"Sends per second; 0: no limit."`
	GraphAPI             string  `name:"graph-api" env:"OGPBOT_GRAPH_API" default:"https://graph.facebook.com" help:"Address of the Graph API."`
	GraphVersion         string  `name:"graph-version" env:"OGPBOT_GRAPH_VERSION" default:"v25.0" help:"Version of the Graph API."`

	LogFormat string `name:"log-format" env:"OGPBOT_LOG_FORMAT" default:"text" help:"text or json, to standard error."`
	LogLevel  string `name:"log-level" env:"OGPBOT_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
}

var (
	tokenForm   = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	pageForm    = regexp.MustCompile(`^[A-Za-z0-9.]{1,100}$`)
	versionForm = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)
	backupForm  = regexp.MustCompile(`^daily@[0-9]{2}:[0-9]{2}( keep=[0-9]{1,4})?( to=age1[a-z0-9]+)?$`) // package backup has the last word
	secretForm  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)                                           // core.telegram.org/bots/api#setwebhook
)

// Trimmed is c without white space around what is copied from elsewhere.
func (c Config) Trimmed() Config {
	for _, s := range []*string{&c.TelegramToken, &c.TelegramSecret, &c.MessengerToken, &c.MessengerAppSecret, &c.MessengerVerifyToken, &c.PublicURL, &c.Backup} {
		*s = strings.TrimSpace(*s)
	}
	return c
}

// Validate reports every mistake, a sentence each, and never a secret.
func (c Config) Validate() error {
	var wrong []error
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if strings.HasPrefix(c.Store, "postgres://") {
		add("--store: this version keeps everything in one file; leave --store out")
	} else if c.Store != "bolt" {
		add("--store: %q is not known; leave it out or write bolt", c.Store)
	}
	if c.Backup != "" && !backupForm.MatchString(c.Backup) {
		add("--backup: write it like 'daily@03:30 keep=14', with to=age1... if the copies shall be encrypted")
	}
	if c.TelegramToken != "" && !tokenForm.MatchString(c.TelegramToken) {
		add("--telegram-token: this is not a bot token; copy it from @BotFather whole, it looks like 123456:ABC-DEF")
	}
	if u, err := url.Parse(c.TelegramAPI); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		add("--telegram-api: write an address like https://api.telegram.org")
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u)) {
		add("--public-url: write an address like https://bot.example.ge")
	}
	for _, origin := range c.ChatOrigins {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && !loopback(u) {
			add("--chat-origins: %q is no site; write it like https://town.example.ge, without a path", origin)
		}
	}
	switch {
	case c.TelegramMode != "poll" && c.TelegramMode != "webhook":
		add("--telegram-mode: %q is not known; write poll or webhook", c.TelegramMode)
	case c.TelegramMode == "webhook" && c.TelegramToken != "" && c.PublicURL == "":
		add("--telegram-mode webhook needs --public-url, the https address that Telegram sends to")
	}
	if c.TelegramSecret != "" && !secretForm.MatchString(c.TelegramSecret) {
		add("--telegram-secret: use 1 to 256 letters, digits, - and _")
	}
	if c.TelegramRate < 0 {
		add("--telegram-rate: write a number from 0")
	}
	if c.MessengerToken != "" && (c.MessengerAppSecret == "" || c.MessengerVerifyToken == "") {
		add("--messenger-token needs --messenger-app-secret and --messenger-verify-token; both are in your app at developers.facebook.com")
	}
	if u, err := url.Parse(c.GraphAPI); c.MessengerToken != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		add("--graph-api: write an address like https://graph.facebook.com")
	}
	if c.MessengerToken != "" && !versionForm.MatchString(c.GraphVersion) {
		add("--graph-version: write a version like v25.0")
	}
	if c.MessengerPage != "" && !pageForm.MatchString(c.MessengerPage) {
		add("--messenger-page: write only what follows m.me/ in the page's link")
	}
	if c.MessengerRate < 0 {
		add("--messenger-rate: write a number from 0")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		add("--log-format: %q is not known; write text or json", c.LogFormat)
	}
	return errors.Join(wrong...)
}

// loopback allows plain http where no network is crossed: tests, a proxy on the same machine.
func loopback(u *url.URL) bool {
	return u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}

// WebhookSecret is the secret that Telegram sends back: the one that was set, or one derived
// from the token, so that it stays the same over restarts.
func (c Config) WebhookSecret() string {
	if c.TelegramSecret != "" {
		return c.TelegramSecret
	}
	mac := hmac.New(sha256.New, []byte(c.TelegramToken))
	mac.Write([]byte("ogpbot telegram webhook"))
	return hex.EncodeToString(mac.Sum(nil))
}

// Setting is one field of Config as it is set.
type Setting struct {
	Flag   string // such as "--listen"
	Env    string
	Value  string // of a secret "", whatever it is
	Secret bool   // it is one, and set
}

// Settings lists every field, for whoever wants to know what the program was started with.
func (c Config) Settings() (all []Setting) {
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		tag := fields.Field(i).Tag
		s := Setting{Flag: "--" + tag.Get("name"), Env: tag.Get("env"), Value: fmt.Sprint(reflect.ValueOf(c).Field(i))}
		if origins, ok := reflect.ValueOf(c).Field(i).Interface().([]string); ok {
			s.Value = strings.Join(origins, ",")
		}
		if slices.Contains(c.Secrets(), s.Value) {
			s.Value, s.Secret = "", true
		}
		all = append(all, s)
	}
	return all
}

// Secrets lists what no log may hold.
func (c Config) Secrets() []string {
	var all []string
	for _, s := range []string{c.TelegramToken, c.WebhookSecret(), c.MessengerToken, c.MessengerAppSecret, c.MessengerVerifyToken} {
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}
