package fakebot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/channel/channeltest/fakeserver"
)

type answer struct {
	OK     bool            `json:"ok"`
	Result json.RawMessage `json:"result"`
	Code   int             `json:"error_code"`
	Words  string          `json:"description"`
	Params struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// call makes one method call; params are name, value, name, value ...
func call(t testing.TB, client *http.Client, base, method string, params ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	resp, err := client.PostForm(base+"/bot"+fakebot.DefaultToken+"/"+method, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func waiting(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestSendChecksLikeTheRealServer(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	for _, tt := range []struct {
		name   string
		params []string
		want   string // "": taken
	}{
		{"text", []string{"chat_id", "1", "text", "x"}, ""},
		{"4096 Georgian letters", []string{"chat_id", "1", "text", strings.Repeat("ა", 4096)}, ""},
		{"4097", []string{"chat_id", "1", "text", strings.Repeat("ა", 4097)}, "message is too long"},
		{"2049 emoji", []string{"chat_id", "1", "text", strings.Repeat("😀", 2049)}, "message is too long"},
		{"markup is not counted", []string{"chat_id", "1", "parse_mode", "HTML", "text", "<b>" + strings.Repeat("&amp;", 4096) + "</b>"}, ""},
		{"too many bytes", []string{"chat_id", "1", "text", strings.Repeat("x", 32769)}, "Text is too long"},
		{"no text", []string{"chat_id", "1", "text", " \n"}, "message text is empty"},
		{"no chat", []string{"chat_id", "me", "text", "x"}, "chat not found"},
		{"an unknown tag", []string{"chat_id", "1", "parse_mode", "HTML", "text", "<p>x</p>"}, "can't parse entities"},
		{"an open tag", []string{"chat_id", "1", "parse_mode", "HTML", "text", "<b>x"}, "can't parse entities"},
		{"crossed tags", []string{"chat_id", "1", "parse_mode", "HTML", "text", "<b><i>x</b></i>"}, "can't parse entities"},
		{"a bare <", []string{"chat_id", "1", "parse_mode", "HTML", "text", "1 < 2"}, "can't parse entities"},
		{"64 bytes of data", []string{"chat_id", "1", "text", "x", "reply_markup", keyboard(strings.Repeat("x", 64))}, ""},
		{"65 bytes of data", []string{"chat_id", "1", "text", "x", "reply_markup", keyboard(strings.Repeat("x", 65))}, "BUTTON_DATA_INVALID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, http.DefaultClient, s.URL(), "sendMessage", tt.params...)
			if a.OK != (tt.want == "") || !strings.Contains(a.Words, tt.want) {
				t.Errorf("answered %+v", a)
			}
		})
	}
}

func keyboard(data string) string {
	return fmt.Sprintf(`{"inline_keyboard":[[{"text":"x","callback_data":%q}]]}`, data)
}

func TestEdit(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	call(t, http.DefaultClient, s.URL(), "sendMessage", "chat_id", "1", "text", "a", "reply_markup", keyboard("k"))
	if a := call(t, http.DefaultClient, s.URL(), "editMessageText", "chat_id", "1", "message_id", "1", "text", "a", "reply_markup", keyboard("k")); !strings.Contains(a.Words, "not modified") {
		t.Errorf("the same again: %+v", a)
	}
	if a := call(t, http.DefaultClient, s.URL(), "editMessageText", "chat_id", "1", "message_id", "9", "text", "b"); !strings.Contains(a.Words, "not found") {
		t.Errorf("another message: %+v", a)
	}
	if a := call(t, http.DefaultClient, s.URL(), "editMessageText", "chat_id", "1", "message_id", "1", "text", "b"); !a.OK {
		t.Errorf("a new text: %+v", a)
	}
	if m := s.Messages(1)[0]; m.Text != "b" || m.Edits != 1 || len(m.Buttons()) != 0 {
		t.Errorf("it reads now %+v", m)
	}
}

// post uploads content as a file.
func post(t testing.TB, base, method, field string, content []byte, params ...string) answer {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for i := 0; i+1 < len(params); i += 2 {
		_ = w.WriteField(params[i], params[i+1])
	}
	part, _ := w.CreateFormFile(field, "f")
	_, _ = part.Write(content)
	_ = w.Close()
	resp, err := http.Post(base+"/bot"+fakebot.DefaultToken+"/"+method, w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func picture(width, height int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)))
	return b.Bytes()
}

func TestFiles(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	photo, voice := s.SendFile(1, "photo", "c"), s.SendFile(1, "voice", "")
	caption := strings.Repeat("ა", 1024)
	for _, tt := range []struct {
		name, method string
		params       []string
		want         string // "": taken
	}{
		{"a photo", "sendPhoto", []string{"photo", photo}, ""},
		{"its smaller size", "sendPhoto", []string{"photo", photo + "-small"}, ""},
		{"a voice", "sendVoice", []string{"voice", voice, "caption", "<b>"}, ""},
		{"a voice as a document", "sendDocument", []string{"document", voice}, ""},
		{"a voice as a photo", "sendPhoto", []string{"photo", voice}, "type of file mismatch"},
		{"an unknown file", "sendVideo", []string{"video", "AgACx"}, "wrong file identifier/HTTP URL specified"},
		{"no file", "sendPhoto", nil, "there is no photo in the request"},
		{"a full caption", "sendPhoto", []string{"photo", photo, "parse_mode", "HTML", "caption", "<i>" + caption + "</i>"}, ""},
		{"a letter too many", "sendPhoto", []string{"photo", photo, "caption", caption + "ა"}, "message caption is too long"},
		{"wrong markup", "sendPhoto", []string{"photo", photo, "parse_mode", "HTML", "caption", "<p>"}, "can't parse entities"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, http.DefaultClient, s.URL(), tt.method, append(tt.params, "chat_id", "1")...)
			if a.OK != (tt.want == "") || !strings.Contains(a.Words, tt.want) {
				t.Errorf("answered %+v", a)
			}
		})
	}
	if m := s.Messages(1)[0]; m.File != (fakebot.File{Kind: "photo", ID: photo}) || m.Text != "" {
		t.Errorf("the first message is %+v", m)
	}
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a picture", picture(200, 100), ""},
		{"no picture", []byte("GIF89a"), "IMAGE_PROCESS_FAILED"},
		{"nothing", nil, "file must be non-empty"},
		{"21 times as wide", picture(210, 10), "PHOTO_INVALID_DIMENSIONS"},
		{"10 MB and one byte", make([]byte, 10<<20+1), "file is too big"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := post(t, s.URL(), "sendPhoto", "photo", tt.content, "chat_id", "2", "caption", "c")
			if a.OK != (tt.want == "") || !strings.Contains(a.Words, tt.want) {
				t.Errorf("answered %+v", a)
			}
		})
	}
	if m := s.Messages(2); len(m) != 1 || m[0].Text != "c" || !bytes.Equal(s.Content(m[0].File.ID), picture(200, 100)) {
		t.Errorf("uploaded %+v", m)
	}
}

func TestEditFiles(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{Spec: fakebot.SpecFromEnv(t)})
	photo, other, voice := s.SendFile(2, "photo", ""), s.SendFile(2, "photo", ""), s.SendFile(2, "voice", "")
	edit := func(id, method string, params ...string) string {
		return call(t, http.DefaultClient, s.URL(), method, append(params, "chat_id", "1", "message_id", id)...).Words
	}
	media := func(id, caption string) string {
		return fmt.Sprintf(`{"type":"photo","media":%q,"caption":%q}`, id, caption)
	}
	call(t, http.DefaultClient, s.URL(), "sendMessage", "chat_id", "1", "text", "a")
	call(t, http.DefaultClient, s.URL(), "sendPhoto", "chat_id", "1", "photo", photo, "caption", "a")
	call(t, http.DefaultClient, s.URL(), "sendVoice", "chat_id", "1", "voice", voice)
	for _, tt := range []struct{ got, want string }{
		{edit("1", "editMessageCaption", "caption", "b"), "there is no caption in the message to edit"},
		{edit("2", "editMessageText", "text", "b"), "there is no text in the message to edit"},
		{edit("3", "editMessageMedia", "media", media(photo, "b")), "there is no media in the message to edit"},
		{edit("2", "editMessageMedia", "media", media(photo, "a")), "not modified"},
		{edit("2", "editMessageMedia", "media", media("x", "a")), "wrong file identifier"},
		{edit("2", "editMessageCaption", "caption", "b"), ""},
		{edit("2", "editMessageMedia", "media", media(other, "b")), ""},
		{edit("1", "editMessageMedia", "media", media(photo, "b")), ""},
	} {
		if !strings.Contains(tt.got, tt.want) || (tt.got == "") != (tt.want == "") {
			t.Errorf("answered %q, want %q", tt.got, tt.want)
		}
	}
	if a := post(t, s.URL(), "editMessageMedia", "p", picture(9, 9), "chat_id", "1", "message_id", "2", "media", media("attach://p", "c")); !a.OK {
		t.Errorf("an upload: %+v", a)
	}
	ms := s.Messages(1)
	if ms[0].File.ID != photo || ms[0].Text != "b" || ms[1].Edits != 3 || !bytes.Equal(s.Content(ms[1].File.ID), picture(9, 9)) {
		t.Errorf("they read now %+v", ms)
	}
}

func TestChatAction(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	for action, want := range map[string]bool{"typing": true, "dancing": false, "": false} {
		if a := call(t, http.DefaultClient, s.URL(), "sendChatAction", "chat_id", "1", "action", action); a.OK != want {
			t.Errorf("%q: %+v", action, a)
		}
	}
	if s.Typing(1) != 1 || s.Sent() != 0 {
		t.Errorf("shown %d times, %d sent", s.Typing(1), s.Sent())
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakebot.New(fakebot.Options{Latency: 80 * time.Millisecond})
		defer s.Close()
		start := time.Now()
		call(t, &http.Client{Transport: s.Transport()}, "http://fake", "sendMessage", "chat_id", "1", "text", "x")
		if took := time.Since(start); took != 80*time.Millisecond {
			t.Errorf("answered after %v", took)
		}
	})
}

func TestFailures(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	s.Fail("sendMessage", 1, fakebot.TooManyRequests(7))
	s.Fail("", 1, fakebot.Migrated(-100))
	send := func() answer { return call(t, http.DefaultClient, s.URL(), "sendMessage", "chat_id", "1", "text", "x") }
	if a := send(); a.Code != 429 || a.Params.RetryAfter != 7 {
		t.Errorf("first %+v", a)
	}
	if a := send(); a.Code != 400 || a.Params.MigrateTo != -100 {
		t.Errorf("second %+v", a)
	}
	if a := send(); !a.OK {
		t.Errorf("third %+v", a)
	}
	s.Block(1)
	if a := send(); a.Code != 403 {
		t.Errorf("blocked %+v", a)
	}
	s.Unblock(1)
	if a := send(); !a.OK {
		t.Errorf("let in again %+v", a)
	}
	resp, err := http.Get(s.URL() + "/bot1:wrong/getMe")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Errorf("a wrong token: status %d", resp.StatusCode)
	}
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakebot.New(fakebot.Options{Rate: 3})
		defer s.Close()
		client := &http.Client{Transport: s.Transport()}
		send := func() answer { return call(t, client, "http://fake", "sendMessage", "chat_id", "1", "text", "x") }
		for i, want := range []bool{true, true, true, false} {
			a := send()
			if a.OK != want || !want && (a.Code != 429 || a.Params.RetryAfter != 1) {
				t.Errorf("message %d: %+v", i+1, a)
			}
		}
		time.Sleep(time.Second) // false time
		if a := send(); !a.OK {
			t.Errorf("the next second: %+v", a)
		}
	})
}

func TestGetUpdates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakebot.New(fakebot.Options{})
		defer s.Close()
		client := &http.Client{Transport: s.Transport()}
		poll := func(params ...string) string {
			a := call(t, client, "http://fake", "getUpdates", params...)
			var us []struct {
				ID int `json:"update_id"`
			}
			if json.Unmarshal(a.Result, &us) != nil {
				return a.Words
			}
			return strings.Trim(fmt.Sprint(us), "[]")
		}
		s.SendText(1, "a")
		s.SendText(1, "b")
		s.SendText(2, "c")
		for _, tt := range []struct{ offset, limit, want string }{
			{"", "2", "{1} {2}"},
			{"2", "100", "{2} {3}"},
			{"", "", "{2} {3}"}, // 1 is confirmed for good
			{"4", "", ""},
		} {
			if got := poll("offset", tt.offset, "limit", tt.limit, "timeout", "50"); got != tt.want {
				t.Errorf("offset %q: %q, want %q", tt.offset, got, tt.want)
			}
		}
		start := time.Now()
		if got := poll("offset", "4", "timeout", "600"); got != "" || time.Since(start) != 50*time.Second {
			t.Errorf("an empty poll gave %q after %v, want 50 s", got, time.Since(start))
		}
		got := make(chan string)
		go func() { got <- poll("offset", "4", "timeout", "50") }()
		synctest.Wait()
		go func() { got <- poll("offset", "4", "timeout", "50") }()
		if first := <-got; !strings.Contains(first, "terminated by other getUpdates") {
			t.Errorf("the older of two pollers got %q", first)
		}
		s.SendText(1, "d")
		if second := <-got; second != "{4}" {
			t.Errorf("the newer of two pollers got %q", second)
		}
	})
}

// hook is a webhook that answers from a list of statuses, then 200.
type hook struct {
	mu       sync.Mutex
	statuses []int
	got      []string // "secret chat text"
	body     string   // of every 200
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var u struct {
		Message struct {
			Chat struct{ ID int }
			Text string
		}
	}
	_ = json.Unmarshal(raw, &u)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.statuses) > 0 {
		w.WriteHeader(h.statuses[0])
		h.statuses = h.statuses[1:]
		return
	}
	h.got = append(h.got, fmt.Sprint(r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), " ", u.Message.Chat.ID, " ", u.Message.Text))
	_, _ = io.WriteString(w, h.body)
}

func TestWebhookDelivery(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	h := &hook{statuses: []int{503, 500, 302, 404}, body: `{"method":"sendMessage","chat_id":1,"text":"ok"}`}
	web := httptest.NewServer(h)
	defer web.Close()
	s.SendText(1, "before the webhook")
	if a := call(t, http.DefaultClient, s.URL(), "setWebhook", "url", web.URL, "secret_token", "S", "max_connections", "3"); !a.OK {
		t.Fatal(a)
	}
	for i := range 5 {
		s.SendText(1, fmt.Sprint(i))
		s.SendText(2, fmt.Sprint(i))
	}
	if err := s.WaitIdle(waiting(t)); err != nil {
		t.Fatal(err)
	}
	for chat, want := range map[string][]string{
		"1": {"S 1 before the webhook", "S 1 0", "S 1 1", "S 1 2", "S 1 3", "S 1 4"},
		"2": {"S 2 0", "S 2 1", "S 2 2", "S 2 3", "S 2 4"},
	} {
		got := slices.DeleteFunc(slices.Clone(h.got), func(s string) bool { return !strings.HasPrefix(s, "S "+chat) })
		if !slices.Equal(got, want) {
			t.Errorf("chat %s got %q", chat, got)
		}
	}
	if _, err := s.WaitMessages(waiting(t), 1, 11); err != nil {
		t.Errorf("methods in the answers: %v", err)
	}
	if a := call(t, http.DefaultClient, s.URL(), "getUpdates"); a.Code != 409 {
		t.Errorf("getUpdates beside a webhook: %+v", a)
	}
	if a := call(t, http.DefaultClient, s.URL(), "getWebhookInfo"); !strings.Contains(string(a.Result), web.URL) {
		t.Errorf("getWebhookInfo: %s", a.Result)
	}
}

func TestLostAnswersAreDeliveredAgain(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	h := &hook{}
	web := httptest.NewServer(h)
	defer web.Close()
	call(t, http.DefaultClient, s.URL(), "setWebhook", "url", web.URL)
	s.LoseAnswers(2)
	s.SendText(1, "x")
	if err := s.WaitIdle(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if len(h.got) != 3 || len(s.Deliveries()) != 3 {
		t.Errorf("delivered %d times, want 3", len(h.got))
	}
}

func TestCitizen(t *testing.T) {
	s := fakebot.Start(t, fakebot.Options{})
	call(t, http.DefaultClient, s.URL(), "sendMessage", "chat_id", "1", "text", "x", "reply_markup", keyboard("go:1"))
	if err := s.PressLabel(1, "missing"); err == nil {
		t.Error("pressed a button that is not there")
	}
	if err := s.PressLabel(1, "x"); err != nil {
		t.Error(err)
	}
	if a := call(t, http.DefaultClient, s.URL(), "getUpdates"); !strings.Contains(string(a.Result), `"data":"go:1"`) {
		t.Errorf("updates %s", a.Result)
	}
	query := s.Press(1, 1, "go:1")
	for _, want := range []bool{true, false} { // the second answer is too late
		if a := call(t, http.DefaultClient, s.URL(), "answerCallbackQuery", "callback_query_id", query); a.OK != want {
			t.Errorf("answer %+v", a)
		}
	}
	if !s.Answered(query) {
		t.Error("the press is not answered")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitMessages(ctx, 1, 2); err == nil {
		t.Error("waited for a message that never came, without error")
	}
}

func TestSpec(t *testing.T) {
	if os.Getenv(fakebot.SpecVariable) == "" {
		t.Skipf("%s is unset", fakebot.SpecVariable)
	}
	spec := fakebot.SpecFromEnv(t)
	for _, tt := range []struct {
		name, method string
		params       map[string]string
		ok           bool
	}{
		{"good", "sendMessage", map[string]string{"chat_id": "1", "text": "x", "reply_markup": keyboard("x"), "link_preview_options": `{"is_disabled":true}`}, true},
		{"the library's old names", "sendMessage", map[string]string{"chat_id": "1", "text": "x", "disable_web_page_preview": "true", "entities": "null"}, true},
		{"no such method", "sendMassage", nil, false},
		{"no such parameter", "getMe", map[string]string{"x": "1"}, false},
		{"missing", "sendMessage", map[string]string{"chat_id": "1"}, false},
		{"ill-typed", "getUpdates", map[string]string{"timeout": "long"}, false},
		{"ill-typed in a keyboard", "sendMessage", map[string]string{"chat_id": "1", "text": "x", "reply_markup": `{"inline_keyboard":[[{"text":1}]]}`}, false},
		{"unknown in a keyboard", "sendMessage", map[string]string{"chat_id": "1", "text": "x", "reply_markup": `{"inline_keyboard":[[{"text":"x","data":"x"}]]}`}, false},
		{"no keyboard at all", "sendMessage", map[string]string{"chat_id": "1", "text": "x", "reply_markup": `{}`}, false},
	} {
		if wrong := spec.Check(tt.method, tt.params); (len(wrong) == 0) != tt.ok {
			t.Errorf("%s: %v", tt.name, wrong)
		}
	}
	// What the server makes up itself must be real, too.
	s := fakebot.Start(t, fakebot.Options{Spec: spec})
	s.SendText(1, "x")
	s.Press(1, 1, "x")
	s.Block(1)
	s.Unblock(1)
	ids := map[string]string{}
	for _, kind := range []string{"photo", "video", "voice", "document"} {
		ids[kind] = s.SendFile(1, kind, "c")
	}
	var updates []json.RawMessage
	if err := json.Unmarshal(call(t, http.DefaultClient, s.URL(), "getUpdates").Result, &updates); err != nil || len(updates) != 8 {
		t.Fatalf("%d updates, %v", len(updates), err)
	}
	for _, u := range updates {
		if err := spec.CheckObject("Update", u); err != nil {
			t.Errorf("%v: %s", err, u)
		}
	}
	for method, typ := range map[string]string{"getMe": "User", "getWebhookInfo": "WebhookInfo"} {
		if err := spec.CheckObject(typ, call(t, http.DefaultClient, s.URL(), method).Result); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
	if err := spec.CheckObject("Message", call(t, http.DefaultClient, s.URL(), "sendMessage", "chat_id", "1", "text", "x").Result); err != nil {
		t.Errorf("sendMessage: %v", err)
	}
	for kind, id := range ids {
		method := "send" + strings.ToUpper(kind[:1]) + kind[1:]
		if err := spec.CheckObject("Message", call(t, http.DefaultClient, s.URL(), method, "chat_id", "1", kind, id, "caption", "c").Result); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// BenchmarkSend measures the server alone.
func BenchmarkSend(b *testing.B) {
	s := fakebot.Start(b, fakebot.Options{Forgetful: true})
	form := url.Values{"chat_id": {"70000123456"}, "text": {"<b>სათაური</b>\n\n" + strings.Repeat("პასუხი ", 40)}, "parse_mode": {"HTML"},
		"link_preview_options": {`{"is_disabled":true}`}, "reply_markup": {keyboard("y")}}.Encode()
	request := fmt.Sprintf("POST /bot%s/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		s.Token(), len(form), form)
	b.ResetTimer()
	if taken, err := fakeserver.Flood(strings.TrimPrefix(s.URL(), "http://"), request, b.N); err != nil || taken != b.N || s.Sent() != b.N {
		b.Errorf("%d of %d messages were taken, error %v", taken, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkDelivery measures the server itself: a text to a webhook that answers at once and a message back.
func BenchmarkDelivery(b *testing.B) {
	s := fakebot.Start(b, fakebot.Options{Forgetful: true})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer web.Close()
	call(b, http.DefaultClient, s.URL(), "setWebhook", "url", web.URL, "max_connections", "64")
	b.ResetTimer()
	for i := range b.N {
		s.SendText(int64(i%1000+1), "გამარჯობა")
	}
	if err := s.WaitIdle(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
}
