package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

func failures(t *testing.T, h Harness) {
	if start(t, h).Break == nil {
		if len(h.Failures) > 0 {
			t.Fatal("the harness lists failures and cannot break the platform")
		}
		return
	}
	for _, f := range append(anyServer(), h.Failures...) {
		t.Run(f.Name, func(t *testing.T) { refused(t, h, f) })
	}
	t.Run("no connection", func(t *testing.T) {
		s := start(t, h)
		s.Unplug()
		checkRefusals(t, h, s, Failure{Want: channel.Temporary, Unsent: true})
	})
	t.Run("redirect", func(t *testing.T) { redirected(t, h) })
	t.Run("endless answer", func(t *testing.T) { endless(t, h) })
	t.Run("a platform that hangs", func(t *testing.T) { hanging(t, h) })
	t.Run("it recovers", func(t *testing.T) {
		s := start(t, h)
		s.Break(page(http.StatusBadGateway))
		if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Text: "ერთი"}); err == nil {
			t.Error("the first Send succeeded")
		}
		s.Break(nil)
		if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Text: "ორი"}); err != nil {
			t.Error(err)
		}
	})
}

// anyServer is how any server, or what stands before it, can fail.
func anyServer() []Failure {
	return []Failure{
		{Name: "500 HTML", Want: channel.Temporary, Answer: page(500)},
		{Name: "502 HTML", Want: channel.Temporary, Answer: page(502)},
		{Name: "503 HTML", Want: channel.Temporary, Answer: page(503), Unsent: true},
		{Name: "403 HTML of a proxy", Want: channel.Temporary, Answer: page(403)},
		{Name: "429 HTML", Want: channel.Throttled, Answer: page(429), RetryAfter: time.Second},
		{Name: "500 foreign JSON", Want: channel.Temporary, Answer: text(500, `{"error":"internal"}`)},
		{Name: "200 garbage", Want: channel.Temporary, Answer: text(200, "\x00{")},
		{Name: "200 empty", Want: channel.Temporary, Answer: text(200, "")},
		{Name: "200 null", Want: channel.Temporary, Answer: text(200, "null")},
		{Name: "cut connection", Want: channel.Temporary, Answer: func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}},
		{Name: "cut answer", Want: channel.Temporary, Answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"ok":true,`)
		}},
	}
}

func text(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func page(status int) http.HandlerFunc {
	return text(status, "<html><head><title>"+http.StatusText(status)+"</title></head></html>")
}

func refused(t *testing.T, h Harness, f Failure) {
	s := start(t, h)
	s.Break(f.Answer)
	checkRefusals(t, h, s, f)
}

// checkRefusals asks that every way to send fails as f says.
func checkRefusals(t *testing.T, h Harness, s Subject, f Failure) {
	t.Helper()
	receipt, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Text: citizensWords})
	checkRefusal(t, h, f, receipt, err)
	if u, ok := s.Channel.(channel.Uploader); ok {
		receipt, err = u.SendPicture(t.Context(), h.To, bot.Outbound{Text: citizensWords, Media: ourPicture()}, png(t))
		checkRefusal(t, h, f, receipt, err)
	}
}

func checkRefusal(t *testing.T, h Harness, f Failure, receipt channel.Receipt, err error) {
	t.Helper()
	e, ok := errors.AsType[*channel.SendError](err)
	if !ok {
		t.Fatalf("Send() = %v, want a *channel.SendError", err)
	}
	if e.Failure != f.Want || e.Unsent != f.Unsent {
		t.Errorf("Send() = %v, unsent %v, want %v, unsent %v", err, e.Unsent, f.Want, f.Unsent)
	}
	if e.RetryAfter < f.RetryAfter || e.Failure == channel.Throttled && e.RetryAfter <= 0 {
		t.Errorf("RetryAfter = %v, want at least %v", e.RetryAfter, f.RetryAfter)
	}
	if e.Code == "" {
		t.Error("no Code for the log")
	}
	if len(receipt.Refs) != 0 || receipt.Media != "" {
		t.Errorf("a receipt for nothing: %+v", receipt)
	}
	cleanChain(t, h, err)
}

// redirected asks that no redirect is followed: it would carry the message and the token to another host.
func redirected(t *testing.T, h Harness) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the channel followed a redirect")
	}))
	defer elsewhere.Close()
	refused(t, h, Failure{Want: channel.Temporary, Answer: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}})
}

// endless asks that an answer is read up to some limit only, of at most 64 MiB.
func endless(t *testing.T, h Harness) {
	done := make(chan struct{})
	end := sync.OnceFunc(func() { close(done) })
	refused(t, h, Failure{Want: channel.Temporary, Answer: func(w http.ResponseWriter, _ *http.Request) {
		defer end()
		blanks := strings.Repeat(" ", 1<<20)
		for range 64 {
			if _, err := io.WriteString(w, blanks); err != nil {
				return
			}
		}
		t.Error("the channel went on reading an endless answer")
	}})
	<-done
}

// hanging asks for an end by deadline, which must come while the platform still says nothing.
func hanging(t *testing.T, h Harness) {
	s := start(t, h)
	reached := make(chan struct{})
	arrive := sync.OnceFunc(func() { close(reached) })
	s.Break(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the end of the connection is not noticed
		arrive()
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-reached
		cancel(nil)
	}()
	_, err := s.Channel.Send(ctx, h.To, bot.Outbound{Text: citizensWords})
	if channel.FailureOf(err) != channel.Temporary || !errors.Is(err, context.Canceled) {
		t.Errorf("Send() = %v, want temporary and context.Canceled", err)
	}
	cleanChain(t, h, err)
}
