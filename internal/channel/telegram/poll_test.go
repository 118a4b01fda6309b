package telegram

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// logBuffer is a log to look at while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// polled runs test in false time beside a channel that polls a fake server, which before has made ready unless it is
// nil. When test returns, polling is stopped.
func polled(t *testing.T, b *inbox, before func(*fakebot.Server), test func(t *testing.T, server *fakebot.Server, log *logBuffer)) {
	spec := fakebot.SpecFromEnv(t)
	synctest.Test(t, func(t *testing.T) {
		server := fakebot.New(fakebot.Options{Spec: spec})
		defer server.Close()
		if before != nil {
			before(server)
		}
		var log logBuffer
		c := configured(t, server, slog.New(slog.NewTextHandler(&log, nil)), func(cfg *Config) {
			cfg.APIBase = "http://fake"
			cfg.Client = &http.Client{Transport: server.Transport()}
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- c.Poll(ctx, b.accept) }()
		test(t, server, &log)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Poll() = %v", err)
		}
		for _, p := range server.Problems() {
			t.Error(p)
		}
		if strings.Contains(log.String(), fakebot.DefaultToken) {
			t.Errorf("the log holds the token: %s", log.String())
		}
	})
}

func TestPollConfirmsWhatWasTaken(t *testing.T) {
	b := &inbox{}
	fill := func(server *fakebot.Server) {
		for i := range 150 { // more than one batch
			server.SendText(nino, fmt.Sprint(i))
		}
	}
	polled(t, b, fill, func(t *testing.T, server *fakebot.Server, _ *logBuffer) {
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.SendText(nino, "later")
		synctest.Wait()
		if got := b.texts(); len(b.taken) != 151 || !strings.HasSuffix(got, "148 149 later") || !strings.HasPrefix(got, "0 1 2 ") {
			t.Errorf("took %d: %s", len(b.taken), got)
		}
		if b.calls != 3 {
			t.Errorf("%d commits for two batches and a single message", b.calls)
		}
		if calls := server.Calls("deleteWebhook"); len(calls) != 1 {
			t.Errorf("deleteWebhook was called %d times", len(calls))
		}
	})
}

func TestPollOffersAgainWhatWasRefused(t *testing.T) {
	b := &inbox{refuse: 4}
	fill := func(server *fakebot.Server) {
		server.SendText(nino, "1")
		server.SendText(nino, "2")
		server.SendText(nino, "3")
	}
	polled(t, b, fill, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
		synctest.Wait()
		if confirmed := server.Calls("getUpdates"); b.texts() != "" || len(confirmed) != 1 {
			t.Errorf("took %q, polled %d times", b.texts(), len(confirmed))
		}
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.texts() != "1 2 3" {
			t.Errorf("took %q", b.texts())
		}
		if !strings.Contains(log.String(), "disk full") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestPollPassesOverPoison(t *testing.T) {
	b := &inbox{}
	polled(t, b, nil, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
		server.Push(nino, "message", `{"message_id":"one","chat":"საიდუმლო"}`)
		server.SendText(nino, "შემდეგი")
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.texts() != "შემდეგი" || strings.Contains(log.String(), "საიდუმლო") || !strings.Contains(log.String(), "passed over") {
			t.Errorf("took %q, log: %s", b.texts(), log)
		}
	})
}

func TestPollAnswersPresses(t *testing.T) {
	b := &inbox{}
	polled(t, b, nil, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
		server.Fail("answerCallbackQuery", 1, fakebot.BadRequest("query is too old and response timeout expired or query ID is invalid"))
		var last string
		for range 20 {
			last = server.Press(nino, 1, "x")
		}
		synctest.Wait()
		if !server.Answered(last) || len(b.taken) != 20 {
			t.Errorf("answered %v, took %d", server.Answered(last), len(b.taken))
		}
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

func TestPollSurvives(t *testing.T) {
	for name, f := range map[string]fakebot.Failure{
		"network":      fakebot.Cut(),
		"bad gateway":  fakebot.BadGateway(),
		"garbage":      fakebot.Garbage(),
		"no answer":    fakebot.Hang(),
		"server error": {Status: 500, Description: "Internal Server Error"},
		"no list":      {Status: 200, Body: `{"ok":true,"result":{}}`},
		"no ids":       {Status: 200, Body: `{"ok":true,"result":[{"message":{}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := &inbox{}
			spoil := func(server *fakebot.Server) {
				server.Fail("", 3, f)
				server.Fail("getUpdates", 9, f)
				server.SendText(nino, "მაინც")
			}
			polled(t, b, spoil, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
				start := time.Now()
				if err := server.WaitIdle(t.Context()); err != nil {
					t.Fatal(err)
				}
				calls := len(server.Calls(""))
				if b.texts() != "მაინც" || calls > 16 {
					t.Errorf("took %q after %d calls", b.texts(), calls)
				}
				// Nine pauses of at least half of 1, 2, 4, 8, 16, 32 and three times 60 s.
				if took := time.Since(start); took < 2*time.Minute {
					t.Errorf("nine failures in a row took %v", took)
				}
				if strings.Count(log.String(), "\n") < 9 {
					t.Errorf("log: %s", log)
				}
			})
		})
	}
}

func TestPollWaitsAsLongAsItIsAsked(t *testing.T) {
	throttle := func(server *fakebot.Server) { server.Fail("getUpdates", 1, fakebot.TooManyRequests(300)) }
	polled(t, &inbox{}, throttle, func(t *testing.T, server *fakebot.Server, _ *logBuffer) {
		start := time.Now()
		if _, err := server.WaitCalls(t.Context(), "getUpdates", 2); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 300*time.Second {
			t.Errorf("asked again after %v", took)
		}
	})
}

func TestPollConflict(t *testing.T) {
	b := &inbox{}
	polled(t, b, nil, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
		synctest.Wait()
		server.Fail("getUpdates", 1, fakebot.WebhookIsSet())
		server.SendText(nino, "ჯერ") // ends the poll that is running
		synctest.Wait()
		server.SendText(nino, "მერე")
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(server.Calls("deleteWebhook")); n != 2 || b.texts() != "ჯერ მერე" {
			t.Errorf("deleteWebhook was called %d times, took %q", n, b.texts())
		}
		if strings.Count(log.String(), "somebody else uses this bot's token") != 1 {
			t.Errorf("log: %s", log)
		}
	})
}

func TestPollStopsAskingWhenTheTokenIsRefused(t *testing.T) {
	revoke := func(server *fakebot.Server) { server.Fail("", -1, fakebot.Unauthorized()) }
	polled(t, &inbox{}, revoke, func(t *testing.T, server *fakebot.Server, log *logBuffer) {
		time.Sleep(24 * time.Hour) // false time
		if n := len(server.Calls("")); n != 1 || strings.Count(log.String(), "the token is refused") != 1 {
			t.Errorf("%d calls, log: %s", n, log)
		}
	})
}

func TestPollDoesNotRunHot(t *testing.T) {
	hasty := func(server *fakebot.Server) {
		server.Fail("getUpdates", -1, fakebot.Failure{Status: 200, Body: `{"ok":true,"result":[]}`})
	}
	polled(t, &inbox{}, hasty, func(t *testing.T, server *fakebot.Server, _ *logBuffer) {
		time.Sleep(time.Minute) // false time
		if n := len(server.Calls("getUpdates")); n > 61 {
			t.Errorf("%d calls in a minute", n)
		}
	})
}
