package fakegraph_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakegraph"
	"ogpbot/internal/channel/channeltest/fakeserver"
)

const nino = "42"

func proof(secret, token string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}

type answer struct {
	Status int
	Error  struct {
		Message   string
		Code      int
		Subcode   int  `json:"error_subcode"`
		Transient bool `json:"is_transient"`
	}
	MessageID string `json:"message_id"`
	Result    string
	ID        string
	Usage     string
}

// request makes a genuine call, which edit may spoil.
func request(t *testing.T, s *fakegraph.Server, edge string, params url.Values, edit func(*http.Request, url.Values)) answer {
	t.Helper()
	p := url.Values{"appsecret_proof": {proof(fakegraph.DefaultAppSecret, fakegraph.DefaultToken)}}
	for k, v := range params {
		p[k] = v
	}
	r, err := http.NewRequest(http.MethodPost, s.URL()+"/"+fakegraph.DefaultVersion+"/me/"+edge, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+fakegraph.DefaultToken)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if edit != nil {
		edit(r, p)
	}
	r.Body = io.NopCloser(strings.NewReader(p.Encode()))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	a.Status, a.Usage = resp.StatusCode, resp.Header.Get("X-Business-Use-Case-Usage")
	return a
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func message(raw string) url.Values {
	return form("recipient", `{"id":"42"}`, "messaging_type", "RESPONSE", "message", raw)
}

func TestWhoIsLetIn(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	s.Meet(nino)
	for _, tt := range []struct {
		name string
		edit func(*http.Request, url.Values)
		code int
		word string
	}{
		{"genuine", nil, 0, ""},
		{"no header", func(r *http.Request, _ url.Values) { r.Header.Del("Authorization") }, 190, "token"},
		{"another token", func(r *http.Request, _ url.Values) { r.Header.Set("Authorization", "Bearer x") }, 190, "token"},
		{"no proof", func(_ *http.Request, p url.Values) { p.Del("appsecret_proof") }, 100, "require an appsecret_proof"},
		{"another proof", func(_ *http.Request, p url.Values) { p.Set("appsecret_proof", proof("x", "y")) }, 100, "Invalid appsecret_proof"},
		{"another version", func(r *http.Request, _ url.Values) { r.URL.Path = "/v1.0/me/messages" }, 2500, "Unknown path"},
		{"no version", func(r *http.Request, _ url.Values) { r.URL.Path = "/me/messages" }, 2500, "Unknown path"},
		{"another edge", func(r *http.Request, _ url.Values) { r.URL.Path = "/v25.0/me/photos" }, 2500, "Unknown path"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := request(t, s, "messages", message(`{"text":"x"}`), tt.edit)
			if a.Error.Code != tt.code || !strings.Contains(a.Error.Message, tt.word) || (a.MessageID == "") != (tt.code != 0) {
				t.Errorf("answered %+v", a)
			}
		})
	}
}

func TestATokenInTheOpenIsAProblem(t *testing.T) {
	for name, edit := range map[string]func(*http.Request, url.Values){
		"in the URL":  func(r *http.Request, _ url.Values) { r.URL.RawQuery = "x=" + fakegraph.DefaultToken },
		"in the form": func(_ *http.Request, p url.Values) { p.Set("access_token", fakegraph.DefaultToken) },
	} {
		s, err := fakegraph.Listen("127.0.0.1:0", fakegraph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.Meet(nino)
		request(t, s, "messages", message(`{"text":"x"}`), edit)
		if got := s.Problems(); len(got) != 1 {
			t.Errorf("%s: problems %q, want one", name, got)
		}
		s.Close()
	}
}

func TestSendAPI(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	s.Meet(nino)
	replies := func(n int, title, payload string) string {
		q := fmt.Sprintf(`{"content_type":"text","title":%q,"payload":%q}`, title, payload)
		return `{"text":"x","quick_replies":[` + strings.TrimSuffix(strings.Repeat(q+",", n), ",") + `]}`
	}
	text := func(s string) string { return fmt.Sprintf(`{"text":%q}`, s) }
	set := func(p url.Values, k, v string) url.Values { p.Set(k, v); return p }
	file := func(kind, link, more string) url.Values {
		return message(fmt.Sprintf(`{"attachment":{"type":%q,"payload":{"url":%q,"is_reusable":true}}%s}`, kind, link, more))
	}
	for _, tt := range []struct {
		name    string
		params  url.Values
		code    int
		subcode int
	}{
		{"text", message(text("x")), 0, 0},
		{"an update", set(message(text("x")), "messaging_type", "UPDATE"), 0, 0},
		{"no type", set(message(text("x")), "messaging_type", ""), 100, 0},
		{"a retired tag", set(set(message(text("x")), "messaging_type", "MESSAGE_TAG"), "tag", "ACCOUNT_UPDATE"), 100, 0},
		{"a person's tag", set(message(text("x")), "tag", "HUMAN_AGENT"), 100, 0},
		{"nobody", set(message(text("x")), "recipient", `{}`), 100, 0},
		{"a stranger", set(message(text("x")), "recipient", `{"id":"43"}`), 100, 2018001},
		{"no JSON", message("x"), 100, 0},
		{"an empty text", message(text(" \n")), 100, 2018034},
		{"2000 Georgian letters", message(text(strings.Repeat("ა", 2000))), 0, 0},
		{"2001", message(text(strings.Repeat("ა", 2001))), 100, 0},
		{"1001 emoji", message(text(strings.Repeat("😀", 1001))), 100, 0},
		{"13 quick replies", message(replies(13, strings.Repeat("ა", 20), strings.Repeat("x", 1000))), 0, 0},
		{"14", message(replies(14, "x", "x")), 100, 0},
		{"a title of 21", message(replies(1, strings.Repeat("ა", 21), "x")), 100, 0},
		{"a payload of 1001", message(replies(1, "x", strings.Repeat("x", 1001))), 100, 0},
		{"no payload", message(replies(1, "x", "")), 100, 0},
		{"metadata of 1001", message(`{"text":"x","metadata":"` + strings.Repeat("x", 1001) + `"}`), 100, 0},
		{"a file", file("image", "https://example.org/a.png", `,"quick_replies":[{"content_type":"text","title":"x","payload":"x"}]`), 0, 0},
		{"a file of no kind", file("picture", "https://example.org/a.png", ""), 100, 0},
		{"a file of Telegram's", file("image", "AgACx", ""), 100, 2018008},
		{"a file and a text", file("image", "https://example.org/a.png", `,"text":"x"`), 100, 0},
		{"typing", form("recipient", `{"id":"42"}`, "sender_action", "typing_on"), 0, 0},
		{"an unknown action", form("recipient", `{"id":"42"}`, "sender_action", "dance"), 100, 0},
		{"typing and a message", set(message(text("x")), "sender_action", "typing_on"), 100, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := request(t, s, "messages", tt.params, nil)
			if a.Error.Code != tt.code || a.Error.Subcode != tt.subcode || (a.Status == 200) != (tt.code == 0) {
				t.Errorf("answered %+v", a)
			}
		})
	}
	if s.Sent() != 5 || len(s.Messages(nino)) != 5 || s.Typing(nino) != 1 {
		t.Errorf("%d sent, %d kept, typing %d", s.Sent(), len(s.Messages(nino)), s.Typing(nino))
	}
	if m := s.Messages(nino)[4]; m.File != (fakegraph.File{Type: "image", URL: "https://example.org/a.png"}) || m.Text != "" || len(m.Replies) != 1 {
		t.Errorf("the file came as %+v", m)
	}
}

func TestWindowAndBlock(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	send := func() int { return request(t, s, "messages", message(`{"text":"x"}`), nil).Error.Subcode }
	if got := send(); got != 2018001 {
		t.Errorf("before they wrote: %d", got)
	}
	s.Meet(nino)
	s.Advance(24*time.Hour - time.Minute)
	if got := send(); got != 0 {
		t.Errorf("within: %d", got)
	}
	s.Advance(2 * time.Minute)
	if got := send(); got != 2018278 {
		t.Errorf("after: %d", got)
	}
	s.SendText(nino, "x")
	s.Block(nino)
	if got := send(); got != 1545041 {
		t.Errorf("blocked: %d", got)
	}
	s.Unblock(nino)
	if got := send(); got != 0 {
		t.Errorf("let in again: %d", got)
	}
}

func TestFailures(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{Rate: 1})
	s.Meet(nino)
	s.Fail("messages", 1, fakegraph.TooManyCalls(7))
	s.Fail("", 1, fakegraph.TemporaryTrouble())
	send := func() answer { return request(t, s, "messages", message(`{"text":"x"}`), nil) }
	if a := send(); a.Error.Code != 613 || !strings.Contains(a.Usage, `"estimated_time_to_regain_access":7`) {
		t.Errorf("first %+v", a)
	}
	if a := send(); a.Error.Code != 1200 || !a.Error.Transient {
		t.Errorf("second %+v", a)
	}
	s.Fail("", -1, fakegraph.Foreign(500, `{"message":"oops"}`))
	if a := send(); a.Status != 500 || a.Error.Code != 0 {
		t.Errorf("third %+v", a)
	}
	s.Heal()
	for range 50 {
		if a := send(); a.Error.Code == 613 {
			return
		}
	}
	t.Error("50 messages at once at a rate of one a second")
}

func TestPage(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	menu := `[{"locale":"default","call_to_actions":[{"type":"postback","title":"x","payload":"x"}]}]`
	del := func(_ *http.Request, p url.Values) { p.Set("method", "DELETE") }
	in := func(d time.Duration) string { return fmt.Sprint(time.Now().Add(d).Unix()) }
	for _, tt := range []struct {
		name, edge string
		params     url.Values
		edit       func(*http.Request, url.Values)
		ok         bool
	}{
		{"a menu without a button to start", "messenger_profile", form("persistent_menu", menu), nil, false},
		{"both", "messenger_profile", form("persistent_menu", menu, "get_started", `{"payload":"start"}`), nil, true},
		{"a menu alone", "messenger_profile", form("persistent_menu", menu), nil, true},
		{"no default", "messenger_profile", form("greeting", `[{"locale":"en_US","text":"x"}]`), nil, false},
		{"a locale twice", "messenger_profile", form("greeting", `[{"locale":"default","text":"x"},{"locale":"default","text":"x"}]`), nil, false},
		{"a greeting", "messenger_profile", form("greeting", `[{"locale":"default","text":"x"}]`), nil, true},
		{"a long greeting", "messenger_profile", form("greeting", `[{"locale":"default","text":"`+strings.Repeat("ა", 161)+`"}]`), nil, false},
		{"a question without words", "messenger_profile", form("ice_breakers", `[{"locale":"default","call_to_actions":[{"payload":"x"}]}]`), nil, false},
		{"no such property", "messenger_profile", form("colour", `"x"`), nil, false},
		{"the button before the menu", "messenger_profile", form("fields", `["get_started"]`), del, false},
		{"both at once", "messenger_profile", form("fields", `["get_started","persistent_menu"]`), del, true},
		{"no fields", "subscribed_apps", form(), nil, false},
		{"an unknown field", "subscribed_apps", form("subscribed_fields", "messages,gossip"), nil, false},
		{"fields", "subscribed_apps", form("subscribed_fields", "messages,standby"), nil, true},
		{"an empty post", "feed", form(), nil, false},
		{"a post", "feed", form("message", "x"), nil, true},
		{"a scheduled post", "feed", form("message", "x", "published", "false", "scheduled_publish_time", in(time.Hour)), nil, true},
		{"too soon", "feed", form("message", "x", "published", "false", "scheduled_publish_time", in(time.Minute)), nil, false},
		{"too late", "feed", form("message", "x", "published", "false", "scheduled_publish_time", in(31*24*time.Hour)), nil, false},
		{"scheduled and published", "feed", form("message", "x", "scheduled_publish_time", in(time.Hour)), nil, false},
	} {
		if a := request(t, s, tt.edge, tt.params, tt.edit); (a.Status == 200) != tt.ok {
			t.Errorf("%s: %+v", tt.name, a)
		}
	}
	if p, writes := s.Profile(); len(p) != 1 || p["greeting"] == "" || writes != 4 {
		t.Errorf("profile %v after %d writes", p, writes)
	}
	if len(s.Posts()) != 2 || !slices.Equal(s.Subscribed(), []string{"messages", "standby"}) {
		t.Errorf("posts %v, subscribed %v", s.Posts(), s.Subscribed())
	}
}

// hook is a webhook that keeps genuine bodies and answers with the statuses in turn, then 200.
type hook struct {
	s        *fakegraph.Server
	mu       sync.Mutex
	statuses []int
	bodies   []string
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Header.Get("X-Hub-Signature-256") != h.s.Sign(body) {
		h.bodies = append(h.bodies, "forged")
		return
	}
	if len(h.statuses) > 0 {
		w.WriteHeader(h.statuses[0])
		h.statuses = h.statuses[1:]
		return
	}
	h.bodies = append(h.bodies, string(body))
}

func hooked(t *testing.T, o fakegraph.Options, h *hook) *fakegraph.Server {
	t.Helper()
	s := fakegraph.Start(t, o)
	h.s = s
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	if err := s.Hook(t.Context(), web.URL); err != nil {
		t.Fatal(err)
	}
	request(t, s, "subscribed_apps", form("subscribed_fields", "messages,message_echoes"), nil)
	return s
}

func idle(t *testing.T, s *fakegraph.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestDelivery(t *testing.T) {
	h := &hook{statuses: []int{503, 500}}
	s := hooked(t, fakegraph.Options{Batch: 2}, h)
	s.Hold()
	s.SendText(nino, "ერთი/😀")
	s.Referral(nino, "not subscribed")
	s.SendText(nino, "ორი")
	s.SendText(nino, "სამი")
	s.Release()
	idle(t, s)
	if len(h.bodies) != 2 || strings.Count(h.bodies[0], `"mid"`) != 2 || strings.Count(h.bodies[1], `"mid"`) != 1 {
		t.Fatalf("bodies %q", h.bodies)
	}
	if !strings.Contains(h.bodies[0], `"text":"\u10d4\u10e0\u10d7\u10d8\/\ud83d\ude00"`) {
		t.Errorf("not written as Meta does: %s", h.bodies[0])
	}
	want := []fakegraph.Delivery{{Events: 2, Status: 503}, {Events: 2, Status: 500}, {Events: 2, Status: 200}, {Events: 1, Status: 200}}
	if got := s.Deliveries(); !slices.Equal(got, want) {
		t.Errorf("deliveries %v, want %v", got, want)
	}
}

func TestLostAnswersAreDeliveredAgain(t *testing.T) {
	h := &hook{}
	s := hooked(t, fakegraph.Options{}, h)
	s.LoseAnswers(1)
	s.PushBody([]byte(`{`))
	idle(t, s)
	if !slices.Equal(h.bodies, []string{"{", "{"}) {
		t.Errorf("bodies %q", h.bodies)
	}
}

func TestEchoes(t *testing.T) {
	h := &hook{}
	s := hooked(t, fakegraph.Options{}, h)
	s.Meet(nino)
	request(t, s, "messages", message(`{"text":"x","metadata":"mine"}`), nil)
	s.Answer(nino, "y")
	request(t, s, "messages", message(`{"attachment":{"type":"audio","payload":{"url":"https://example.org/a"}}}`), nil)
	idle(t, s)
	if len(h.bodies) != 3 || !strings.Contains(h.bodies[2], `"attachments":[{"payload":{"url":"https:\/\/example.org\/a"},"type":"audio"}]`) || !strings.Contains(h.bodies[0], `"metadata":"mine"`) || strings.Contains(h.bodies[1], "metadata") ||
		!strings.Contains(h.bodies[1], `"is_echo":true`) || !strings.Contains(h.bodies[1], `"recipient":{"id":"42"}`) {
		t.Errorf("bodies %q", h.bodies)
	}
}

func TestHandshakeMayFail(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	if err := s.Hook(t.Context(), web.URL); err == nil {
		t.Error("a webhook that does not know the token was taken")
	}
}

func TestWaits(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{})
	s.Meet(nino)
	var wg sync.WaitGroup
	wg.Go(func() {
		if ms, err := s.WaitMessages(t.Context(), nino, 1); err != nil || ms[0].Text != "x" {
			t.Errorf("%v, error %v", ms, err)
		}
	})
	request(t, s, "messages", message(`{"text":"x"}`), nil)
	wg.Wait()
	if calls, err := s.WaitCalls(t.Context(), "messages", 1); err != nil || calls[0].Params["messaging_type"] != "RESPONSE" {
		t.Errorf("%v, error %v", calls, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitMessages(ctx, nino, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitMessages() = %v", err)
	}
}

func TestLatency(t *testing.T) {
	s := fakegraph.Start(t, fakegraph.Options{Latency: 20 * time.Millisecond})
	s.Meet(nino)
	start := time.Now()
	request(t, s, "messages", message(`{"text":"x"}`), nil)
	if took := time.Since(start); took < 20*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

// BenchmarkSend measures the server alone.
func BenchmarkSend(b *testing.B) {
	s := fakegraph.Start(b, fakegraph.Options{Forgetful: true})
	s.Meet(nino)
	p := message(`{"text":"` + strings.Repeat("პასუხი ", 40) + `","metadata":"x","quick_replies":[{"content_type":"text","title":"დიახ","payload":"y"}]}`)
	p.Set("appsecret_proof", proof(fakegraph.DefaultAppSecret, fakegraph.DefaultToken))
	form := p.Encode()
	request := fmt.Sprintf("POST /%s/me/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		fakegraph.DefaultVersion, fakegraph.DefaultToken, len(form), form)
	b.ResetTimer()
	if taken, err := fakeserver.Flood(strings.TrimPrefix(s.URL(), "http://"), request, b.N); err != nil || taken != b.N || s.Sent() != b.N {
		b.Errorf("%d of %d messages were taken, error %v", taken, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
