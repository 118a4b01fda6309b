package telegram

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// polled runs test in false time beside a channel that polls a fake server. When test returns, polling is stopped.
func polled(t *testing.T, b *inbox, test func(t *testing.T, server *fakebot.Server, log *bytes.Buffer)) {
	spec := fakebot.SpecFromEnv(t)
	synctest.Test(t, func(t *testing.T) {
		server := fakebot.New(fakebot.Options{Spec: spec})
		defer server.Close()
		var log bytes.Buffer // written by the poller, read when it is idle
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
	polled(t, b, func(t *testing.T, server *fakebot.Server, _ *bytes.Buffer) {
		for i := range 150 { // more than one batch
			server.SendText(nino, fmt.Sprint(i))
		}
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.SendText(nino, "later")
		synctest.Wait()
		if got := b.texts(); len(b.taken) != 151 || !strings.HasSuffix(got, "148 149 later") || !strings.HasPrefix(got, "0 1 2 ") {
			t.Errorf("took %d: %s", len(b.taken), got)
		}
		if b.calls > 4 {
			t.Errorf("%d commits for two batches and a single message", b.calls)
		}
		if calls := server.Calls("deleteWebhook"); len(calls) != 1 {
			t.Errorf("deleteWebhook was called %d times", len(calls))
		}
	})
}

func TestPollOffersAgainWhatWasRefused(t *testing.T) {
	b := &inbox{refuse: 4}
	polled(t, b, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
		server.SendText(nino, "1")
		server.SendText(nino, "2")
		server.SendText(nino, "3")
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
	polled(t, b, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
		server.Push(nino, "message", `{"message_id":"one","chat":"საიდუმლო"}`)
		server.SendText(nino, "შემდეგი")
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.texts() != "შემდეგი" || strings.Contains(log.String(), "საიდუმლო") || !strings.Contains(log.String(), "passed over") {
			t.Errorf("took %q, log: %s", b.texts(), log)
		}
	})
}

func TestPollAnswersPresses(t *testing.T) {
	b := &inbox{}
	polled(t, b, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
		server.Fail("answerCallbackQuery", 1, fakebot.BadRequest("query is too old and response timeout expired or query ID is invalid"))
		var last string
		for range 20 {
			last = server.Press(nino, 1, "x")
		}
		synctest.Wait()
		if !server.Answered(last) || len(b.taken) != 20 {
			t.Errorf("answered %v, took %d", server.Answered(last), len(b.taken))
		}
		if log.Len() > 0 {
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
			polled(t, b, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
				server.Fail("", 3, f)
				server.Fail("getUpdates", 9, f)
				start := time.Now()
				server.SendText(nino, "მაინც")
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
	polled(t, &inbox{}, func(t *testing.T, server *fakebot.Server, _ *bytes.Buffer) {
		start := time.Now()
		server.Fail("getUpdates", 1, fakebot.TooManyRequests(300))
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
	polled(t, b, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
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
	polled(t, &inbox{}, func(t *testing.T, server *fakebot.Server, log *bytes.Buffer) {
		server.Fail("", -1, fakebot.Unauthorized())
		time.Sleep(24 * time.Hour) // false time
		if n := len(server.Calls("")); n != 1 || strings.Count(log.String(), "the token is refused") != 1 {
			t.Errorf("%d calls, log: %s", n, log)
		}
	})
}

func TestPollDoesNotRunHot(t *testing.T) {
	polled(t, &inbox{}, func(t *testing.T, server *fakebot.Server, _ *bytes.Buffer) {
		server.Fail("getUpdates", -1, fakebot.Failure{Status: 200, Body: `{"ok":true,"result":[]}`})
		time.Sleep(time.Minute) // false time
		if n := len(server.Calls("getUpdates")); n > 61 {
			t.Errorf("%d calls in a minute", n)
		}
	})
}
