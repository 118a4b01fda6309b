package telegram

import (
	"testing"
	"time"

	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

func TestInspect(t *testing.T) {
	server := fakebot.Start(t, fakebot.Options{Spec: fakebot.SpecFromEnv(t)})
	c, err := New(Config{Token: server.Token(), APIBase: server.URL(), WebhookURL: "http://127.0.0.1:1/webhook/telegram", Secret: "s"})
	if err != nil {
		t.Fatal(err)
	}
	look := func() channel.Facts {
		t.Helper()
		f, err := c.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := look(); !f.Lost || !f.Clocked || f.Ahead != 0 {
		t.Errorf("before the webhook is set: %+v", f)
	}
	if err := c.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := look(); f.Lost || f.LastError != "" {
		t.Errorf("with the webhook: %+v", f)
	}
	server.SendText(1, "გამარჯობა") // nobody listens there
	for f := look(); f.LastError == ""; f = look() {
		if t.Context().Err() != nil {
			t.Fatal("no error is told")
		}
	}
	if f := look(); f.Pending != 1 || time.Since(f.LastErrorAt) > time.Minute {
		t.Errorf("with a message that cannot be delivered: %+v", f)
	}
	server.LoseWebhook()
	server.Skew(-time.Hour)
	if f := look(); !f.Lost || f.Ahead < 59*time.Minute || f.Ahead > time.Hour {
		t.Errorf("without the webhook, an hour ahead: %+v", f)
	}
	server.Skew(time.Hour)
	server.Fail("getMe", 1, fakebot.Unauthorized())
	if f, err := c.Inspect(t.Context()); channel.FailureOf(err) != channel.Misconfigured || !f.Clocked || f.Ahead > -59*time.Minute {
		t.Errorf("a revoked token: %+v, %v", f, err)
	}
}

// Who polls is delivered to by nobody else.
func TestInspectPolling(t *testing.T) {
	server := fakebot.Start(t, fakebot.Options{Spec: fakebot.SpecFromEnv(t)})
	c, err := New(Config{Token: server.Token(), APIBase: server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := c.Inspect(t.Context()); err != nil || f.Lost {
		t.Errorf("%+v, %v", f, err)
	}
	other, err := New(Config{Token: server.Token(), APIBase: server.URL(), WebhookURL: "http://127.0.0.1:1/", Secret: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f, err := c.Inspect(t.Context()); err != nil || !f.Lost {
		t.Errorf("somebody set a webhook: %+v, %v", f, err)
	}
	if err := c.Restore(t.Context()); err != nil || server.Webhook() != "" {
		t.Errorf("%v; the webhook is %q", err, server.Webhook())
	}
}
