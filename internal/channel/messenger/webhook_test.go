package messenger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakegraph"
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

func (b *inbox) got() []bot.Inbound {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.taken)
}

func (b *inbox) texts() string {
	var out []string
	for _, in := range b.got() {
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

// hooked returns a channel and the fake server that delivers to it over HTTP.
func hooked(t testing.TB, o fakegraph.Options, accept channel.Accept) (*Channel, *fakegraph.Server) {
	t.Helper()
	server := fakegraph.Start(t, o)
	c := configured(t, server, nil, nil)
	web := httptest.NewServer(c.Handler(accept))
	t.Cleanup(web.Close)
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := server.Hook(t.Context(), web.URL+"/webhook/messenger"); err != nil {
		t.Fatal(err)
	}
	return c, server
}

func idle(t testing.TB, server *fakegraph.Server) {
	t.Helper()
	if err := server.WaitIdle(waiting(t)); err != nil {
		t.Fatal(err)
	}
}

// Everything that a citizen and the Page can do, over HTTP.
func TestConversation(t *testing.T) {
	b := &inbox{}
	c, server := hooked(t, fakegraph.Options{}, b.accept)
	if err := server.GetStarted(nino, "v-shroma"); err != nil {
		t.Fatal(err)
	}
	mid := server.SendText(nino, "გამარჯობა 😀")
	server.Edit(nino, mid, "ნახვამდის", 1)
	server.Attach(nino, "image", "https://example.org/1.jpg")
	send(t, c, bot.Outbound{Text: "აირჩიეთ", Buttons: []bot.Button{{Label: "დიახ", Action: "vote:yes"}}})
	if err := server.PressQuickReply(nino, "დიახ"); err != nil {
		t.Fatal(err)
	}
	if err := server.PressQuickReply(nino, "დიახ"); err == nil {
		t.Error("a quick reply was pressed twice")
	}
	server.Postback(nino, "დახმარება", "help", "")
	server.Referral(nino, "c-water")
	server.Answer(nino, "ხვალ მოგწერთ")
	idle(t, server)
	var got []string
	for _, in := range b.got() {
		if in.From != ninosAddress || in.Ref == "" {
			t.Errorf("took %#v", in)
		}
		got = append(got, fmt.Sprint(in.Kind, " ", in.Text, " ", in.Action, in.Media))
	}
	want := []string{"0 /start v-shroma ", "0 გამარჯობა 😀 ", "2 ნახვამდის ", "4  https://example.org/1.jpg",
		"1 დიახ vote:yes", "1 დახმარება help", "0 /start c-water ", "13 ხვალ მოგწერთ "}
	if !slices.Equal(got, want) {
		t.Errorf("took\n got %q\nwant %q", got, want)
	}
}

func TestHandshake(t *testing.T) {
	c := offline(t)
	good := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"<b>115820</b>"}, "hub.verify_token": {fakegraph.DefaultVerifyToken}}
	for _, tt := range []struct {
		name, key, value string
		status           int
	}{
		{"genuine", "hub.mode", "subscribe", http.StatusOK},
		{"a wrong token", "hub.verify_token", "fake-VERIFY-tokeN", http.StatusForbidden},
		{"a cut token", "hub.verify_token", "fake", http.StatusForbidden},
		{"no token", "hub.verify_token", "", http.StatusForbidden},
		{"another mode", "hub.mode", "unsubscribe", http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := url.Values{}
			for k, v := range good {
				q[k] = v
			}
			q.Set(tt.key, tt.value)
			w := httptest.NewRecorder()
			c.Handler((&inbox{}).accept).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+q.Encode(), nil))
			if w.Code != tt.status || (w.Body.String() == "<b>115820</b>") != (tt.status == http.StatusOK) {
				t.Errorf("status %d, body %q", w.Code, w.Body)
			}
			if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
				t.Errorf("the challenge is sent as %q", kind)
			}
		})
	}
}

func TestWebhookTakesGetAndPostOnly(t *testing.T) {
	w := httptest.NewRecorder()
	offline(t).Handler((&inbox{}).accept).ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestWebhookKeepsOrderThroughFailures(t *testing.T) {
	b := &inbox{refuse: 3}
	_, server := hooked(t, fakegraph.Options{}, b.accept)
	for i := range 5 {
		server.SendText(nino, fmt.Sprint(i))
	}
	idle(t, server)
	if got := b.texts(); got != "0 1 2 3 4" {
		t.Errorf("took %q", got)
	}
	if d := server.Deliveries()[0]; d.Status != http.StatusServiceUnavailable {
		t.Errorf("the refused delivery was answered %+v, want 503", d)
	}
}

// What Meta delivers twice has the same key, so that the inbox can tell.
func TestWebhookRepeats(t *testing.T) {
	b := &inbox{}
	_, server := hooked(t, fakegraph.Options{}, b.accept)
	server.LoseAnswers(1)
	server.Referral(nino, "v-shroma")
	idle(t, server)
	if got := b.got(); len(got) != 2 || got[0].Ref != got[1].Ref || got[0].Ref == "" {
		t.Errorf("took %#v", got)
	}
}

func TestWebhookTakesABatchOfAThousand(t *testing.T) {
	b := &inbox{}
	_, server := hooked(t, fakegraph.Options{Batch: 1000}, b.accept)
	server.Hold()
	var want []string
	for i := range 1000 {
		want = append(want, fmt.Sprint(i))
		if i == 500 {
			server.Push(nino, "messages", []byte(`{"sender":{"id":"1"},"message":7}`))
			continue
		}
		server.SendText(nino, fmt.Sprint(i))
	}
	server.Release()
	idle(t, server)
	want = slices.Delete(want, 500, 501)
	if got := b.texts(); got != strings.Join(want, " ") || b.calls != 1 {
		t.Errorf("took %d texts in %d calls", len(strings.Fields(got)), b.calls)
	}
}

func TestWebhookPoisonHoldsUpNobody(t *testing.T) {
	b := &inbox{}
	_, server := hooked(t, fakegraph.Options{Lanes: 1}, b.accept)
	server.PushBody([]byte(`{"object":"page","entry":[{"messaging":[{"message":`))
	server.SendText(nino, "შემდეგი")
	idle(t, server)
	if got := b.texts(); got != "შემდეგი" || len(server.Deliveries()) != 2 {
		t.Errorf("took %q in %d deliveries", got, len(server.Deliveries()))
	}
}

// endless is a body of zeros that counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 10<<20 {
		return 0, io.EOF
	}
	clear(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestWebhookRefusesAHugeBody(t *testing.T) {
	b := &inbox{}
	r := delivered("")
	e := &endless{}
	r.Body = e
	w := httptest.NewRecorder()
	offline(t).Handler(b.accept).ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || b.calls != 0 {
		t.Errorf("status %d, %d calls", w.Code, b.calls)
	}
	if e.read > 2*maxDelivery {
		t.Errorf("%d bytes were read", e.read)
	}
}

// A body that ends early is the network's fault: it must come again.
func TestWebhookBrokenBodyIsNotAcknowledged(t *testing.T) {
	r := delivered("")
	r.Body = broken{}
	w := httptest.NewRecorder()
	offline(t).Handler((&inbox{}).accept).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
func (broken) Close() error             { return nil }

func TestWebhookLogsNothingOfCitizens(t *testing.T) {
	var log bytes.Buffer
	c, err := New(Config{Token: fakegraph.DefaultToken, AppSecret: fakegraph.DefaultAppSecret, VerifyToken: "v",
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	handler := c.Handler((&inbox{refuse: 1}).accept)
	for _, text := range []string{
		envelope(textEvent("1", "SECRET-WORDS")),
		envelope(event1(`"message":"SECRET-WORDS"`), event1(`"policy_enforcement":{"reason":"SECRET-WORDS"}`)),
		`{"object":"page","entry":["` + nino + ` SECRET-WORDS`,
	} {
		handler.ServeHTTP(httptest.NewRecorder(), delivered(text))
	}
	if n := strings.Count(log.String(), "\n"); n != 4 {
		t.Errorf("%d lines in the log, want 4: %s", n, &log)
	}
	if strings.Contains(log.String(), "SECRET") || strings.Contains(log.String(), nino) {
		t.Errorf("the log says %s", &log)
	}
}

func BenchmarkWebhook(b *testing.B) {
	handler := offline(b).Handler(func(context.Context, ...bot.Inbound) error { return nil })
	text := envelope(textEvent("1", strings.Repeat("მონაწილეობითი ბიუჯეტი ", 4)))
	sum := delivered(text).Header.Get(signatureHeader)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
			r.Header.Set(signatureHeader, sum)
			w := httptest.NewRecorder()
			if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
				b.Error(w.Code)
				return
			}
		}
	})
}

// BenchmarkWebhookHTTP is the way of a text from the fake server over HTTP to accept, both in this process.
func BenchmarkWebhookHTTP(b *testing.B) {
	for _, batch := range []int{1, 100} {
		b.Run(fmt.Sprint("batch_", batch), func(b *testing.B) {
			_, server := hooked(b, fakegraph.Options{Forgetful: true, Batch: batch, Lanes: 16}, func(context.Context, ...bot.Inbound) error { return nil })
			b.ResetTimer()
			for i := range b.N {
				server.SendText(fmt.Sprint(i%1000+1), "მონაწილეობითი ბიუჯეტი")
			}
			if err := server.WaitIdle(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
