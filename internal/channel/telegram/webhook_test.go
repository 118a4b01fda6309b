package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

// inbox is an Accept for tests. Its zero value takes everything.
type inbox struct {
	mu     sync.Mutex
	refuse int // the next calls
	calls  int
	taken  []bot.Inbound
}

func (b *inbox) accept(_ context.Context, in ...bot.Inbound) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if b.refuse > 0 {
		b.refuse--
		return errors.New("disk full")
	}
	b.taken = append(b.taken, in...)
	return nil
}

func (b *inbox) texts() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, in := range b.taken {
		out = append(out, in.Text)
	}
	return strings.Join(out, " ")
}

// waiting gives a test's context an end long before the test's own.
func waiting(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// hooked returns a fake server that delivers to a channel over HTTP.
func hooked(t *testing.T, accept channel.Accept) *fakebot.Server {
	t.Helper()
	server := fakebot.Start(t, fakebot.Options{Spec: fakebot.SpecFromEnv(t)})
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	c := configured(t, server, nil, func(cfg *Config) { cfg.WebhookURL = web.URL + "/webhook/telegram" })
	mux.Handle("/webhook/telegram", c.Handler(accept))
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return server
}

func TestWebhookKeepsOrderThroughFailures(t *testing.T) {
	b := &inbox{refuse: 3}
	server := hooked(t, b.accept)
	for i := range 5 {
		server.SendText(nino, fmt.Sprint(i))
	}
	if err := server.WaitIdle(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if got := b.texts(); got != "0 1 2 3 4" {
		t.Errorf("took %q", got)
	}
	if d := server.Deliveries()[0]; d.Status != http.StatusServiceUnavailable || d.RetryAfter == "" {
		t.Errorf("the refused delivery was answered %+v, want 503 with Retry-After", d)
	}
}

func TestWebhookPoisonHoldsUpNobody(t *testing.T) {
	b := &inbox{}
	server := hooked(t, b.accept)
	server.Push(nino, "message", `{"message_id":"?`)
	server.SendText(nino, "შემდეგი")
	if err := server.WaitIdle(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if got := b.texts(); got != "შემდეგი" || len(server.Deliveries()) != 2 {
		t.Errorf("took %q in %d deliveries", got, len(server.Deliveries()))
	}
}

func TestWebhookAnswersPresses(t *testing.T) {
	b := &inbox{}
	server := hooked(t, b.accept)
	query := server.Press(nino, 1, "vote:yes")
	calls, err := server.WaitCalls(waiting(t), "answerCallbackQuery", 1)
	if err != nil {
		t.Fatal(err)
	}
	if !calls[0].Webhook || !server.Answered(query) {
		t.Errorf("call %+v, answered %v", calls[0], server.Answered(query))
	}
	if len(b.taken) != 1 || b.taken[0].Action != "vote:yes" {
		t.Errorf("took %+v", b.taken)
	}
}

func TestWebhookDoesNotAnswerAPressThatWasNotStored(t *testing.T) {
	b := &inbox{refuse: 1}
	c, _ := New(Config{Token: fakebot.DefaultToken, Secret: testSecret})
	r := delivered(`{"update_id":1,"callback_query":{"id":"5","data":"x","message":{"message_id":1,"chat":{"id":1,"type":"private"}}}}`)
	w := httptest.NewRecorder()
	c.Handler(b.accept).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "answerCallbackQuery") {
		t.Errorf("status %d, body %q", w.Code, w.Body)
	}
}

func TestWebhookTakesPostOnly(t *testing.T) {
	c, _ := New(Config{Token: fakebot.DefaultToken, Secret: testSecret})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set(secretHeader, testSecret)
	c.Handler((&inbox{}).accept).ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestWebhookWithoutSecretTakesNothing(t *testing.T) {
	c, _ := New(Config{Token: fakebot.DefaultToken})
	r := delivered(textUpdate(1, "x"))
	r.Header.Set(secretHeader, "")
	w := httptest.NewRecorder()
	c.Handler((&inbox{}).accept).ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", w.Code)
	}
}

// A body that ends early is the network's fault: it must come again.
func TestWebhookBrokenBodyIsNotAcknowledged(t *testing.T) {
	c, _ := New(Config{Token: fakebot.DefaultToken, Secret: testSecret})
	r := delivered("")
	r.Body = broken{}
	w := httptest.NewRecorder()
	c.Handler((&inbox{}).accept).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
func (broken) Close() error             { return nil }

func BenchmarkWebhook(b *testing.B) {
	c, _ := New(Config{Token: fakebot.DefaultToken, Secret: testSecret})
	handler := c.Handler(func(context.Context, ...bot.Inbound) error { return nil })
	body := textUpdate(1, strings.Repeat("მონაწილეობითი ბიუჯეტი ", 4))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, delivered(body))
			if w.Code != http.StatusOK {
				b.Error(w.Code)
				return
			}
		}
	})
}

// BenchmarkWebhookHTTP is the way of a text from the fake server over HTTP to accept, both in this process.
func BenchmarkWebhookHTTP(b *testing.B) {
	server := fakebot.Start(b, fakebot.Options{Forgetful: true})
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	defer web.Close()
	c := configured(b, server, nil, func(cfg *Config) { cfg.WebhookURL = web.URL + "/" })
	mux.Handle("/", c.Handler(func(context.Context, ...bot.Inbound) error { return nil }))
	if err := c.Prepare(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := range b.N {
		server.SendText(int64(i%1000+1), "მონაწილეობითი ბიუჯეტი")
	}
	if err := server.WaitIdle(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

// BenchmarkSend is one message over HTTP to the fake server.
func BenchmarkSend(b *testing.B) {
	server := fakebot.Start(b, fakebot.Options{Forgetful: true})
	c := configured(b, server, nil, nil)
	m := bot.Outbound{Heading: "სათაური", Text: strings.Repeat("პასუხი ", 40), Note: "წყარო", Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Send(b.Context(), ninosAddress, m); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
