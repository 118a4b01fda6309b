package channeltest

import (
	"net/http"
	"testing"

	"ogpbot/internal/channel"
)

// inspect asks a platform about us that is well, refuses, talks nonsense or is gone.
func inspect(t *testing.T, h Harness) {
	s := start(t, h)
	inspector, ok := s.Channel.(channel.Inspector)
	if !ok {
		return
	}
	if f, err := inspector.Inspect(t.Context()); err != nil || !f.Clocked || f.Ahead != 0 || f.LastError != "" {
		t.Errorf("a platform that is well: %+v, %v", f, err)
	}
	before := len(s.Received())
	answers := map[string]http.Handler{
		"nonsense": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\x00{not json")) }),
		"a page":   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }),
		"empty":    http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }),
	}
	for _, f := range h.Failures {
		if f.Want == channel.Misconfigured || f.Want == channel.Throttled || f.Want == channel.Temporary {
			answers[f.Name] = f.Answer
		}
	}
	for name, answer := range answers {
		s.Break(answer)
		_, err := inspector.Inspect(t.Context())
		cleanChain(t, h, err)
		if err != nil && channel.FailureOf(err) == channel.Rejected {
			t.Errorf("%s: %v", name, err)
		}
		cleanChain(t, h, inspector.Restore(t.Context()))
	}
	s.Break(nil)
	if err := inspector.Restore(t.Context()); err != nil {
		t.Errorf("restore: %v", err)
	}
	if after := len(s.Received()); after != before {
		t.Errorf("the citizen got %d messages by it", after-before)
	}
	s.Unplug()
	if _, err := inspector.Inspect(t.Context()); channel.FailureOf(err) != channel.Temporary || err == nil {
		t.Errorf("a platform that is gone: %v", err)
	}
}
