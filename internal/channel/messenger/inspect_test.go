package messenger

import (
	"slices"
	"testing"
	"time"

	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakegraph"
)

func TestInspect(t *testing.T) {
	c, server := connect(t, nil, func(cfg *Config) { cfg.WebhookURL = "https://bot.example.ge/webhook/messenger" })
	look := func() channel.Facts {
		t.Helper()
		f, err := c.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := look(); !f.Lost || !f.Astray || !f.Expires.IsZero() || len(f.Missing) > 0 || !f.Clocked {
		t.Errorf("before anything is set up: %+v", f)
	}
	if err := c.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := look(); f.Lost {
		t.Error("subscribed again, and the subscription is said to be lost")
	}
	server.Unsubscribe()
	end := time.Now().Add(72 * time.Hour).UTC().Truncate(time.Second)
	server.Expires(end)
	server.Permit("pages_messaging")
	if f := look(); !f.Lost || !f.Expires.Equal(end) || !slices.Equal(f.Missing, []string{"pages_manage_metadata"}) {
		t.Errorf("without subscription and permission: %+v", f)
	}
	server.Expires(time.Now().Add(-time.Hour))
	if _, err := c.Inspect(t.Context()); channel.FailureOf(err) != channel.Misconfigured {
		t.Errorf("an expired token: %v", err)
	}
	server.Expires(time.Time{})
	server.Fail("debug_token", 1, fakegraph.InvalidParameter("You must provide an app access token, or a user access token that is an owner or developer of the app"))
	if f := look(); !f.Lost || f.Astray {
		t.Errorf("a token that may not ask about itself: %+v", f)
	}
	server.Fail("", 1, fakegraph.TokenExpired())
	if _, err := c.Inspect(t.Context()); channel.FailureOf(err) != channel.Misconfigured {
		t.Errorf("a refused token: %v", err)
	}
	server.Advance(10 * time.Minute) // of what the server thinks, not of its Date
	if f := look(); f.Ahead != 0 {
		t.Errorf("our clock is said to be ahead by %v", f.Ahead)
	}
}
