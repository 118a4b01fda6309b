package fakebot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

type update struct {
	id   int64
	chat int64
	kind string
	body []byte
}

type webhook struct {
	url, secret string
	allowed     []string
	slots       chan struct{} // max_connections
	lastError   string
	failedAt    time.Time
}

// Delivery is one request to the webhook.
type Delivery struct {
	Update     int64
	Status     int    // 0: no answer
	RetryAfter string // the answer's header
}

// maxAnswer bounds what is read of an answer to a delivery, in bytes.
const maxAnswer = 1 << 20

// Push delivers an update of a chat and returns its id. kind is the name of the update's object, such as
// "message", and object its JSON, which need not be well-formed.
func (s *Server) Push(chat int64, kind, object string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.push(chat, kind, object)
}

func (s *Server) push(chat int64, kind, object string) int64 {
	s.lastUpdate++
	id := s.lastUpdate
	s.enqueue(update{id: id, chat: chat, kind: kind, body: fmt.Appendf(nil, `{"update_id":%d,%q:%s}`, id, kind, object)})
	return id
}

// LoseAnswers makes the server miss the next n answers of the webhook, so that it delivers those updates again.
func (s *Server) LoseAnswers(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose += n
}

// Deliveries returns the requests to the webhook so far, in the order of their answers.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

// WaitIdle returns when no update waits for the bot.
func (s *Server) WaitIdle(ctx context.Context) error {
	return s.mu.Wait(ctx, func() bool { return len(s.pending)+s.queued == 0 })
}

// enqueue hands u to the webhook or to the next getUpdates. s.mu is held.
func (s *Server) enqueue(u update) {
	if s.hook == nil {
		s.pending = append(s.pending, u)
		s.wakePollers()
		return
	}
	if len(s.hook.allowed) > 0 && !slices.Contains(s.hook.allowed, u.kind) {
		return
	}
	c := s.chat(u.chat)
	c.queue = append(c.queue, u)
	s.queued++
	if !c.busy && s.ctx.Err() == nil {
		c.busy = true
		s.work.Go(func() { s.deliver(c) })
	}
}

// deliver empties the queue of one chat, one update after another.
func (s *Server) deliver(c *chat) {
	delay := time.Duration(0)
	for {
		s.mu.Lock()
		hook := s.hook
		if hook == nil || len(c.queue) == 0 || s.ctx.Err() != nil {
			c.busy = false
			s.mu.Announce()
			s.mu.Unlock()
			return
		}
		u := c.queue[0]
		s.mu.Unlock()
		if s.attempt(hook, c, u) {
			delay = 0
			continue
		}
		select { // the first retry comes at once, as the real server's does
		case <-time.After(delay):
		case <-s.ctx.Done():
		}
		delay = min(max(2*delay, s.opts.RetryDelay), time.Second)
	}
}

// attempt makes one delivery and tells whether u is done with.
func (s *Server) attempt(hook *webhook, c *chat, u update) bool {
	select {
	case hook.slots <- struct{}{}:
	case <-s.ctx.Done():
		return false
	}
	status, retryAfter, answer, err := s.post(hook, u)
	<-hook.slots
	s.mu.Lock()
	lost := s.lose > 0
	if lost {
		s.lose--
	}
	if !s.opts.Forgetful {
		s.deliveries = append(s.deliveries, Delivery{Update: u.id, Status: status, RetryAfter: retryAfter})
	}
	done := err == nil && status/100 == 2 && !lost
	if done && len(c.queue) > 0 && c.queue[0].id == u.id {
		c.queue = c.queue[1:]
		s.queued--
	}
	if !done {
		hook.lastError, hook.failedAt = fmt.Sprintf("Wrong response from the webhook: %d", status), time.Now()
	}
	s.mu.Announce()
	s.mu.Unlock()
	if done {
		s.callInAnswer(answer)
	}
	return done
}

func (s *Server) post(hook *webhook, u update) (status int, retryAfter string, answer []byte, err error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodPost, hook.url, bytes.NewReader(u.body))
	if err != nil {
		return 0, "", nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	resp, err := s.http.Do(r)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, resp.Header.Get("Retry-After"), answer, err
}

// callInAnswer runs the method that an answer to a delivery may hold.
func (s *Server) callInAnswer(answer []byte) {
	var params map[string]json.RawMessage
	if len(answer) == 0 || json.Unmarshal(answer, &params) != nil || params["method"] == nil {
		return
	}
	method := unquote(params["method"])
	if strings.HasPrefix(method, "get") || method == "setWebhook" || method == "deleteWebhook" {
		s.problem(method + " is not allowed in an answer to a webhook delivery")
		return
	}
	delete(params, "method")
	flat := make(map[string]string, len(params))
	for k, v := range params {
		flat[k] = unquote(v)
	}
	// As in the real server, nobody learns the result.
	_, _ = s.call(nil, method, flat, nil)
}

// getUpdates confirms what is below offset and waits for what is not.
func (s *Server) getUpdates(ctx context.Context, p map[string]string) (string, *Failure) {
	offset, _ := strconv.ParseInt(p["offset"], 10, 64)
	seconds, _ := strconv.Atoi(p["timeout"])
	limit, _ := strconv.Atoi(p["limit"])
	if limit < 1 || limit > 100 {
		limit = 100
	}
	deadline := time.NewTimer(time.Duration(min(seconds, 50)) * time.Second)
	defer deadline.Stop()
	s.mu.Lock()
	s.pollers++
	mine := s.pollers
	s.wakePollers()
	s.mu.Unlock()
	expired := false
	for {
		s.mu.Lock()
		switch {
		case s.hook != nil:
			s.mu.Unlock()
			return "", failed(WebhookIsSet())
		case s.pollers != mine:
			s.mu.Unlock()
			return "", failed(OtherPoller())
		}
		confirmed, _ := slices.BinarySearchFunc(s.pending, offset, func(u update, id int64) int { return int(u.id - id) })
		if s.pending = s.pending[confirmed:]; confirmed > 0 {
			s.mu.Announce()
		}
		if len(s.pending) > 0 || expired {
			out := updatesJSON(s.pending[:min(limit, len(s.pending))])
			s.mu.Unlock()
			return out, nil
		}
		wake := s.wake
		s.mu.Unlock()
		select {
		case <-wake:
		case <-deadline.C:
			expired = true
		case <-ctx.Done():
			return "", failed(Cut())
		case <-s.ctx.Done():
			return "", failed(Cut())
		}
	}
}

func updatesJSON(us []update) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, u := range us {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(u.body)
	}
	b.WriteByte(']')
	return b.String()
}
