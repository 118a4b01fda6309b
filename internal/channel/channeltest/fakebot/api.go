package fakebot

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/internal/channel/channeltest/fakeserver"
)

// maxRequest bounds what the bot may upload, in bytes (core.telegram.org/bots/api#sending-files).
const maxRequest = 50 << 20

// ServeHTTP answers /bot<token>/<method>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := s.intercept.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	if skew := time.Duration(s.skew.Load()); skew != 0 {
		w.Header().Set("Date", time.Now().Add(skew).UTC().Format(http.TimeFormat))
	}
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/bot") {
		s.write(w, r, Failure{Status: 404, Description: "Not Found"})
		return
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.opts.Token)) != 1 {
		s.write(w, r, Unauthorized())
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	params, uploads, err := readParams(r)
	if err != nil {
		s.write(w, r, Failure{Status: 400, Description: "Bad Request: " + err.Error()})
		return
	}
	result, fail := s.call(r, method, params, uploads)
	if method != "getUpdates" {
		fakeserver.Pause(r.Context(), s.ctx, s.opts.Latency)
	}
	if fail != nil {
		s.write(w, r, *fail)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"ok":true,"result":`+result+`}`)
}

// readParams takes parameters from the query and from a form, multipart or JSON body, as the real server does. The value
// of a file is its name; its content is among uploads.
func readParams(r *http.Request) (out map[string]string, uploads map[string][]byte, err error) {
	out = map[string]string{}
	contentType := r.Header.Get("Content-Type")
	if strings.HasPrefix(contentType, "application/json") {
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, nil, fmt.Errorf("can't parse JSON: %w", err)
		}
		for k, v := range body {
			out[k] = unquote(v)
		}
		return out, nil, nil
	}
	if strings.HasPrefix(contentType, "multipart/") {
		if uploads, err = readFiles(r); err != nil {
			return nil, nil, err
		}
	} else if err := r.ParseForm(); err != nil {
		return nil, nil, fmt.Errorf("can't parse form: %w", err)
	}
	for k, v := range r.Form {
		out[k] = v[0]
	}
	for k := range uploads {
		if !strings.Contains(out["media"], "attach://"+k) {
			out[k] = r.MultipartForm.File[k][0].Filename
		}
	}
	return out, uploads, nil
}

func readFiles(r *http.Request) (map[string][]byte, error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return nil, fmt.Errorf("can't parse form: %w", err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	out := map[string][]byte{}
	for k, files := range r.MultipartForm.File {
		f, err := files[0].Open()
		if err != nil {
			return nil, fmt.Errorf("can't read a file: %w", err)
		}
		out[k], err = io.ReadAll(f)
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("can't read a file: %w", err)
		}
	}
	return out, nil
}

// unquote turns a JSON string into its value and leaves other JSON as it is.
func unquote(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil { // strings always marshal
		return `""`
	}
	return string(b)
}

// call records and runs one method; r is nil for a call made in the answer to a delivery.
func (s *Server) call(r *http.Request, method string, params map[string]string, uploads map[string][]byte) (string, *Failure) {
	if s.opts.Spec != nil {
		if wrong := s.opts.Spec.Check(method, params); len(wrong) > 0 {
			s.problem(method + ": " + strings.Join(wrong, "; "))
			return "", &Failure{Status: 400, Description: "Bad Request: " + wrong[0]}
		}
	}
	s.mu.Lock()
	if !s.opts.Forgetful {
		s.calls = append(s.calls, Call{Method: method, Params: params, Webhook: r == nil, At: time.Now()})
	}
	s.mu.Announce()
	fail := s.failures.Next(method)
	s.mu.Unlock()
	if fail != nil {
		return "", fail
	}
	if method == "getUpdates" && r != nil {
		return s.getUpdates(r.Context(), params)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.mu.Announce()
	return s.run(method, params, uploads)
}

// run is every method that does not wait. s.mu is held.
func (s *Server) run(method string, p map[string]string, uploads map[string][]byte) (string, *Failure) {
	switch method {
	case "getMe":
		return fmt.Sprintf(`{"id":%d,"is_bot":true,"first_name":"ogpbot","username":%s,"can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false}`,
			botID, quote(s.opts.Username)), nil
	case "sendMessage":
		return s.sendMessage(p)
	case "sendPhoto", "sendVideo", "sendVoice", "sendDocument":
		return s.sendFile(strings.ToLower(strings.TrimPrefix(method, "send")), p, uploads)
	case "editMessageText":
		return s.editMessageText(p)
	case "editMessageCaption":
		return s.editMessageCaption(p)
	case "editMessageMedia":
		return s.editMessageMedia(p, uploads)
	case "sendChatAction":
		return s.sendChatAction(p)
	case "answerCallbackQuery":
		if !s.queries[p["callback_query_id"]] {
			return "", bad("query is too old and response timeout expired or query ID is invalid")
		}
		delete(s.queries, p["callback_query_id"])
		return "true", nil
	case "setWebhook":
		return s.setWebhook(p)
	case "deleteWebhook":
		s.unhook(p["drop_pending_updates"] == "true")
		return "true", nil
	case "getWebhookInfo":
		return s.webhookInfo(), nil
	case "setMyCommands", "setMyDescription", "setMyShortDescription":
		return s.set(method, p)
	}
	return "", &Failure{Status: 404, Description: "Not Found: method not found"}
}

// set keeps what the bot says about itself, by language.
func (s *Server) set(method string, p map[string]string) (string, *Failure) {
	value, limit := p["commands"], 1<<16
	switch method {
	case "setMyDescription":
		value, limit = p["description"], 512
	case "setMyShortDescription":
		value, limit = p["short_description"], 120
	}
	if units(value) > limit {
		return "", bad("description is too long")
	}
	s.settings[method+"/"+p["language_code"]] = value
	return "true", nil
}

// Setting is what the bot last passed to setMyCommands (JSON), setMyDescription or setMyShortDescription for a
// language code, "" being the default language.
func (s *Server) Setting(method, languageCode string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings[method+"/"+languageCode]
}

func bad(words string) *Failure { return failed(BadRequest(words)) }

// overRate counts a message and tells whether it is one too many in this second. s.mu is held.
func (s *Server) overRate() *Failure {
	if now := time.Now().Unix(); now != s.second {
		s.second, s.inSecond = now, 0
	}
	if s.inSecond++; s.opts.Rate > 0 && s.inSecond > s.opts.Rate {
		return failed(TooManyRequests(1))
	}
	return nil
}

// setWebhook starts deliveries. s.mu is held.
func (s *Server) setWebhook(p map[string]string) (string, *Failure) {
	if p["url"] == "" {
		s.unhook(p["drop_pending_updates"] == "true")
		return "true", nil
	}
	most := 40
	if v := p["max_connections"]; v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			return "", bad("invalid max_connections specified")
		}
		most = n
	}
	var allowed []string
	if v := p["allowed_updates"]; v != "" {
		if err := json.Unmarshal([]byte(v), &allowed); err != nil {
			return "", bad("can't parse allowed updates")
		}
	}
	s.unhook(p["drop_pending_updates"] == "true")
	s.hook = &webhook{url: p["url"], secret: p["secret_token"], allowed: allowed, slots: make(chan struct{}, most)}
	pending := s.pending
	s.pending = nil
	s.wakePollers()
	for _, u := range pending {
		s.enqueue(u)
	}
	return "true", nil
}

// LoseWebhook forgets the webhook, as if somebody had deleted it.
func (s *Server) LoseWebhook() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unhook(false)
}

// Webhook is the address that updates are delivered to; "" for polling.
func (s *Server) Webhook() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook == nil {
		return ""
	}
	return s.hook.url
}

// Skew puts the server's clock, as its answers show it, ahead by d.
func (s *Server) Skew(d time.Duration) { s.skew.Store(int64(d)) }

// unhook goes back to polling. s.mu is held.
func (s *Server) unhook(drop bool) {
	s.hook = nil
	for _, c := range s.chats {
		s.pending = append(s.pending, c.queue...)
		c.queue = nil
	}
	s.queued = 0
	if drop {
		s.pending = nil
	}
	slices.SortFunc(s.pending, func(a, b update) int { return int(a.id - b.id) })
}

// webhookInfo is the WebhookInfo object. s.mu is held.
func (s *Server) webhookInfo() string {
	if s.hook == nil {
		return fmt.Sprintf(`{"url":"","has_custom_certificate":false,"pending_update_count":%d}`, len(s.pending))
	}
	failed := ""
	if s.hook.lastError != "" {
		failed = fmt.Sprintf(`,"last_error_date":%d,"last_error_message":%s`, s.hook.failedAt.Unix(), quote(s.hook.lastError))
	}
	if len(s.hook.allowed) > 0 {
		if kinds, err := json.Marshal(s.hook.allowed); err == nil {
			failed += `,"allowed_updates":` + string(kinds)
		}
	}
	return fmt.Sprintf(`{"url":%s,"has_custom_certificate":false,"pending_update_count":%d,"max_connections":%d%s}`,
		quote(s.hook.url), s.queued, cap(s.hook.slots), failed)
}
