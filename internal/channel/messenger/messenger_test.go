package messenger

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
	"ogpbot/internal/channel/channeltest/fakegraph"
)

func TestNewChecksItsConfiguration(t *testing.T) {
	good := Config{Token: "THE-SECRET", AppSecret: "THE-SECRET", VerifyToken: "THE-SECRET"}
	items := func(n int, label string) map[bot.Language][]Item {
		out := make([]Item, n)
		for i := range out {
			out[i] = Item{label, "a"}
		}
		return map[bot.Language][]Item{"": out}
	}
	tests := map[string]func(*Config){
		"no token":                func(c *Config) { c.Token = "" },
		"a token with a newline":  func(c *Config) { c.Token = "THE-SECRET\n" },
		"no app secret":           func(c *Config) { c.AppSecret = "" },
		"a secret with a blank":   func(c *Config) { c.AppSecret = "THE-SECRET x" },
		"no verify token":         func(c *Config) { c.VerifyToken = "" },
		"an API without scheme":   func(c *Config) { c.GraphAPI = "graph.facebook.com" },
		"an API with a query":     func(c *Config) { c.GraphAPI = "https://graph.facebook.com?x" },
		"a version without v":     func(c *Config) { c.GraphVersion = "25.0" },
		"a long greeting":         func(c *Config) { c.Greeting = map[bot.Language]string{"": strings.Repeat("ა", 161)} },
		"a greeting for some":     func(c *Config) { c.Greeting = map[bot.Language]string{"en": "Hello"} },
		"two texts for a locale":  func(c *Config) { c.Greeting = map[bot.Language]string{"": "a", "en": "b", "en-GB": "c"} },
		"two unknown languages":   func(c *Config) { c.Greeting = map[bot.Language]string{"ka": "a", "xmf": "b"} },
		"a menu of nothing":       func(c *Config) { c.Menu = items(0, "") },
		"a menu of 21":            func(c *Config) { c.Menu = items(21, "x") },
		"a long line in the menu": func(c *Config) { c.Menu = items(1, strings.Repeat("ა", 31)) },
		"a line without a label":  func(c *Config) { c.Menu = items(1, "") },
		"five ice breakers":       func(c *Config) { c.IceBreakers = items(5, "x") },
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

// A server that says nothing is given up even if the caller would wait for ever.
func TestCallsHaveATimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := fakegraph.New(fakegraph.Options{})
		defer server.Close()
		server.Fail("", -1, fakegraph.Hang())
		c := configured(t, server, slog.New(slog.DiscardHandler), func(cfg *Config) {
			cfg.GraphAPI, cfg.Client = "http://fake", &http.Client{Transport: server.Transport()}
		})
		start := time.Now()
		_, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
		if channel.FailureOf(err) != channel.Temporary || !errors.Is(err, context.DeadlineExceeded) || channel.Unsent(err) {
			t.Errorf("Send() = %v, unsent %v", err, channel.Unsent(err))
		}
		if took := time.Since(start); took != callTimeout {
			t.Errorf("gave up after %v, want %v", took, callTimeout)
		}
	})
}

// chatty is a transport whose errors repeat the request.
type chatty struct{}

func (chatty) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, errors.New("cannot reach " + r.URL.String() + " with " + r.Header.Get("Authorization"))
}

func TestNoConnectionLeaksNoToken(t *testing.T) {
	for want, client := range map[string]*http.Client{"connection refused": nil, "cannot reach": {Transport: chatty{}}} {
		c, err := New(Config{Token: fakegraph.DefaultToken, AppSecret: fakegraph.DefaultAppSecret, VerifyToken: "v", GraphAPI: "http://127.0.0.1:1", Client: client})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
		if channel.FailureOf(err) != channel.Temporary || !strings.Contains(err.Error(), want) || channel.Unsent(err) != (client == nil) {
			t.Errorf("Send() = %v, unsent %v", err, channel.Unsent(err))
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), fakegraph.DefaultToken) {
				t.Errorf("the error holds the token: %v", err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	c := offline(t)
	c.cfg.Rate = 200
	if l := c.Limits(); l.TextUnits != 2000 || l.PerSecond != 200 || l.Window != 24*time.Hour || l.Source == "" {
		t.Errorf("Limits() = %+v", l)
	}
}

// Meta's words may repeat the token, a message or an address.
func TestPlainWords(t *testing.T) {
	c := offline(t)
	for in, want := range map[string]string{
		"(#10) This message is sent outside of allowed window.": "(###) This message is sent outside of allowed window.",
		"Malformed access token " + fakegraph.DefaultToken:      "Malformed access token ...",
		"Malformed access token EAABwzLixnjYBO0123456789abcdef": "Malformed access token ...",
		"Object with ID '7000012345678901' does not exist":      "Object with ID",
		`Param message[text] "my secret" is bad`:                "Param message[text]",
		"no user 7000012345678901":                              "no user ################",
		"Error: in message: my secret":                          "Error: in message",
		"about საიდუმლო":                                        "about",
		"two lines\nmy secret":                                  "two lines",
		strings.Repeat("x ", 300):                               strings.TrimSpace(strings.Repeat("x ", 100)),
	} {
		if got := c.plainWords(in); got != want {
			t.Errorf("plainWords(%q) = %q, want %q", in, got, want)
		}
	}
}
