package channeltest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// taker is an Accept that keeps what it took.
type taker struct {
	err error
	got []bot.Inbound
}

func (k *taker) accept(_ context.Context, in ...bot.Inbound) error {
	if k.err != nil {
		return k.err
	}
	k.got = append(k.got, in...)
	return nil
}

func (k *taker) texts() []string {
	var out []string
	for _, in := range k.got {
		out = append(out, in.Text)
	}
	return out
}

func serve(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func webhook(t *testing.T, h Harness) {
	t.Run("a text is accepted", func(t *testing.T) { accepted(t, h) })
	t.Run("not stored is not acknowledged", func(t *testing.T) { notStored(t, h) })
	for name, forge := range h.Webhook.Forge {
		t.Run("forged: "+name, func(t *testing.T) { forged(t, h, forge) })
	}
	t.Run("what cannot be read blocks nobody", func(t *testing.T) { poisoned(t, h) })
}

// open returns the subject's handler.
func open(t *testing.T, h Harness, k *taker) http.Handler {
	t.Helper()
	receiver, ok := start(t, h).Channel.(channel.Receiver)
	if !ok {
		t.Fatal("the channel is no channel.Receiver")
	}
	return receiver.Handler(k.accept)
}

func accepted(t *testing.T, h Harness) {
	k := &taker{}
	handler := open(t, h, k)
	for _, ref := range []int{1, 1, 2} {
		if w := serve(handler, h.Webhook.Text(ref, citizensWords)); w.Code != http.StatusOK {
			t.Fatalf("status %d", w.Code)
		}
	}
	if len(k.got) != 3 {
		t.Fatalf("%d messages were accepted, want 3", len(k.got))
	}
	for _, in := range k.got {
		if in.Text != citizensWords || in.Kind != bot.KindText || in.From.Platform != h.To.Platform || in.From.ID == "" {
			t.Errorf("accepted %#v", in)
		}
		if in.At.IsZero() || in.At.Location() != time.UTC {
			t.Errorf("At is %v, want a time in UTC", in.At)
		}
	}
	if k.got[0].Ref == "" || k.got[0].Ref != k.got[1].Ref || k.got[0].Ref == k.got[2].Ref {
		t.Errorf("refs %q, %q and %q: a repeated delivery must have the same, another another", k.got[0].Ref, k.got[1].Ref, k.got[2].Ref)
	}
}

func notStored(t *testing.T, h Harness) {
	k := &taker{err: errors.New("disk full")}
	handler := open(t, h, k)
	if w := serve(handler, h.Webhook.Text(1, citizensWords)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
	k.err = nil
	if w := serve(handler, h.Webhook.Text(1, citizensWords)); w.Code != http.StatusOK || len(k.got) != 1 {
		t.Errorf("second delivery: status %d, %d accepted", w.Code, len(k.got))
	}
}

func forged(t *testing.T, h Harness, forge func(*http.Request)) {
	k := &taker{}
	r := h.Webhook.Text(1, citizensWords)
	forge(r)
	w := serve(open(t, h, k), r)
	if w.Code != http.StatusUnauthorized && w.Code != http.StatusForbidden {
		t.Errorf("status %d, want 401 or 403", w.Code)
	}
	if len(k.got) > 0 {
		t.Error("it was accepted")
	}
}

func poisoned(t *testing.T, h Harness) {
	k := &taker{}
	handler := open(t, h, k)
	for name, r := range h.Webhook.Poison() {
		if w := serve(handler, r); w.Code != http.StatusOK {
			t.Errorf("%s: status %d, want 200", name, w.Code)
		}
	}
	k.got = nil
	if w := serve(handler, h.Webhook.Text(9, "კარგი")); w.Code != http.StatusOK || !slices.Equal(k.texts(), []string{"კარგი"}) {
		t.Errorf("after them: status %d, accepted %q", w.Code, k.texts())
	}
	if h.Webhook.Many == nil {
		return
	}
	k.got = nil
	texts := []string{"ერთი", "ორი", "სამი"}
	if w := serve(handler, h.Webhook.Many(texts...)); w.Code != http.StatusOK || !slices.Equal(k.texts(), texts) {
		t.Errorf("one among many: status %d, accepted %q", w.Code, k.texts())
	}
}

// Unread is a request body that fails the test if it is looked at: put it into a forged request where the platform's
// proof is in a header.
func Unread(t testing.TB) io.ReadCloser { return unread{t} }

type unread struct{ t testing.TB }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read before the request was known to be genuine")
	return 0, io.EOF
}

func (unread) Close() error { return nil }
