package telegram

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

func TestNewChecksItsConfiguration(t *testing.T) {
	good := Config{Token: "1234:THE-SECRET", WebhookURL: "https://example.org/webhook/telegram", Secret: "s"}
	long := strings.Repeat("ა", 513)
	tests := map[string]func(*Config){
		"no token":               func(c *Config) { c.Token = "" },
		"a token with a slash":   func(c *Config) { c.Token = "1234:THE-SECRET/x" },
		"a token with a newline": func(c *Config) { c.Token = "1234:THE-SECRET\n" },
		"an API without scheme":  func(c *Config) { c.APIBase = "api.telegram.org" },
		"an API with a verb":     func(c *Config) { c.APIBase = "https://api/%s" },
		"a webhook of no URL":    func(c *Config) { c.WebhookURL = "webhook" },
		"no secret":              func(c *Config) { c.Secret = "" },
		"a secret with a blank":  func(c *Config) { c.Secret = "THE-SECRET x" },
		"a command in capitals":  func(c *Config) { c.Commands = map[bot.Language][]Command{"": {{"Help", "x"}}} },
		"a command undescribed":  func(c *Config) { c.Commands = map[bot.Language][]Command{"": {{"help", ""}}} },
		"101 commands":           func(c *Config) { c.Commands = map[bot.Language][]Command{"": make([]Command, 101)} },
		"a long description":     func(c *Config) { c.Descriptions = map[bot.Language]string{"ka": long} },
		"a long short one":       func(c *Config) { c.ShortDescriptions = map[bot.Language]string{"ka": long[:3*121]} },
	}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := good
			spoil(&cfg)
			if _, err := New(cfg); err == nil || strings.Contains(err.Error(), "THE-SECRET") {
				t.Errorf("New() error = %v", err)
			}
		})
	}
}

func TestPrepare(t *testing.T) {
	describe := func(cfg *Config) {
		cfg.WebhookURL = "https://example.org/webhook/telegram"
		cfg.Commands = map[bot.Language][]Command{"": {{"help", "დახმარება"}}, "en-GB": {{"help", "Help"}}}
		cfg.Descriptions = map[bot.Language]string{"": "გამარჯობა", "en": "Hello"}
		cfg.ShortDescriptions = map[bot.Language]string{"en": "Hi"}
	}
	c, server := connect(t, nil, describe)
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ method, code, want string }{
		{"setMyCommands", "", `[{"command":"help","description":"დახმარება"}]`},
		{"setMyCommands", "en", `[{"command":"help","description":"Help"}]`},
		{"setMyDescription", "", "გამარჯობა"},
		{"setMyDescription", "en", "Hello"},
		{"setMyShortDescription", "en", "Hi"},
	} {
		if got := server.Setting(s.method, s.code); got != s.want {
			t.Errorf("%s in %q is %q, want %q", s.method, s.code, got, s.want)
		}
	}
	hook := server.Calls("setWebhook")[0].Params
	for name, want := range map[string]string{"url": "https://example.org/webhook/telegram", "secret_token": testSecret, "max_connections": "64", "allowed_updates": allowedUpdates} {
		if hook[name] != want {
			t.Errorf("setWebhook %s is %q, want %q", name, hook[name], want)
		}
	}
	if self := c.self.Load(); self == nil || self.Username != fakebot.DefaultUsername {
		t.Errorf("the bot takes itself for %+v", self)
	}
	before := len(server.Calls(""))
	if err := c.Prepare(t.Context()); err != nil || len(server.Calls("")) != before {
		t.Errorf("a second Prepare made %d calls, error %v", len(server.Calls(""))-before, err)
	}
}

func TestPrepareGoesOnWhereItFailed(t *testing.T) {
	c, server := connect(t, nil, func(cfg *Config) { cfg.Descriptions = map[bot.Language]string{"": "x"} })
	server.Fail("setMyDescription", 1, fakebot.TooManyRequests(5))
	err := c.Prepare(t.Context())
	if err == nil || strings.Contains(err.Error(), server.Token()) {
		t.Fatalf("Prepare() = %v", err)
	}
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(server.Calls("deleteWebhook")); got != 1 {
		t.Errorf("deleteWebhook was called %d times, want 1", got)
	}
	if got := server.Setting("setMyDescription", ""); got != "x" {
		t.Errorf("description %q", got)
	}
}

// A server that says nothing is given up even if the caller would wait for ever.
func TestCallsHaveATimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := fakebot.New(fakebot.Options{})
		defer server.Close()
		server.Fail("", -1, fakebot.Hang())
		c := configured(t, server, slog.New(slog.DiscardHandler), func(cfg *Config) {
			cfg.APIBase, cfg.Client = "http://fake", &http.Client{Transport: server.Transport()}
		})
		for want, call := range map[time.Duration]func() (channel.Receipt, error){
			callTimeout: func() (channel.Receipt, error) { return c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"}) },
			uploadTimeout: func() (channel.Receipt, error) {
				return c.SendPicture(t.Context(), ninosAddress, bot.Outbound{}, []byte("x"))
			},
		} {
			start := time.Now()
			_, err := call()
			if channel.FailureOf(err) != channel.Temporary || !errors.Is(err, context.DeadlineExceeded) || channel.Unsent(err) {
				t.Errorf("Send() = %v, unsent %v", err, channel.Unsent(err))
			}
			if took := time.Since(start); took != want {
				t.Errorf("gave up after %v, want %v", took, want)
			}
		}
	})
}

// chatty is a transport whose errors repeat the request's address.
type chatty struct{}

func (chatty) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, errors.New("cannot reach " + r.URL.String())
}

func TestNoConnectionLeaksNoToken(t *testing.T) {
	for want, client := range map[string]*http.Client{"connection refused": nil, "cannot reach": {Transport: chatty{}}} {
		c, err := New(Config{Token: fakebot.DefaultToken, APIBase: "http://127.0.0.1:1", Client: client})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
		if channel.FailureOf(err) != channel.Temporary || !strings.Contains(err.Error(), want) || channel.Unsent(err) != (client == nil) {
			t.Errorf("Send() = %v, unsent %v", err, channel.Unsent(err))
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "FAKE-token") {
				t.Errorf("the error holds the token: %v", err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	c, _ := New(Config{Token: fakebot.DefaultToken, Rate: 25})
	if l := c.Limits(); l.TextUnits != 4096 || l.PerSecond != 25 || l.PerChatSecond != 1 || l.Source == "" {
		t.Errorf("Limits() = %+v", l)
	}
}

// Telegram's words may quote the message or name the chat.
func TestPlainWords(t *testing.T) {
	for in, want := range map[string]string{
		"Forbidden: bot was blocked by the user":                  "Forbidden: bot was blocked by the user",
		"Bad Request: can't parse entities: unexpected my secret": "Bad Request: can't parse entities",
		`Bad Request: unsupported start tag "my secret"`:          "Bad Request: unsupported start tag ",
		"Bad Request: საიდუმლო":                                   "Bad Request: ",
		"Bad Request: chat 70000123456 not found":                 "Bad Request: chat ########### not found",
		"Bad Request: two lines\nmy secret":                       "Bad Request: two lines",
		"Bad Request " + strings.Repeat("x", 300):                 "Bad Request " + strings.Repeat("x", 188),
	} {
		if got := plainWords(in); got != want {
			t.Errorf("plainWords(%q) = %q, want %q", in, got, want)
		}
	}
}
