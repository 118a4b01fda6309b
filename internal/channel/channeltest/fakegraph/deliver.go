package fakegraph

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// lane delivers the events of some citizens, one request after another.
type lane struct {
	queue [][]byte // events
	raw   [][]byte // whole bodies, after them
	busy  bool
}

// Delivery is one request to the webhook.
type Delivery struct {
	Events int // 0: a raw one
	Status int // 0: no answer
}

// maxAnswer bounds what is read of an answer to a delivery, in bytes.
const maxAnswer = 1 << 20

// Hook makes url the webhook, as its owner does in the app's settings: after a handshake, which may fail.
func (s *Server) Hook(ctx context.Context, hook string) error {
	const challenge = "1158201444"
	q := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {s.opts.VerifyToken}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, hook+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("fake Graph API: %w", err)
	}
	resp, err := s.http.Do(r)
	if err != nil {
		return fmt.Errorf("fake Graph API: verify the webhook: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil || resp.StatusCode != http.StatusOK || string(answer) != challenge {
		return fmt.Errorf("fake Graph API: the webhook answered the challenge with %d %q", resp.StatusCode, answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
	return nil
}

// Sign is the X-Hub-Signature-256 of a body.
func (s *Server) Sign(body []byte) string {
	h := hmac.New(sha256.New, []byte(s.opts.AppSecret))
	h.Write(body)
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}

// Envelope is the body of a delivery of events, each the JSON of one messaging event.
func Envelope(events ...[]byte) []byte {
	return fmt.Appendf(nil, `{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[%s]}]}`,
		PageID, time.Now().UnixMilli(), bytes.Join(events, []byte(",")))
}

// Push delivers an event of a citizen, whose JSON need not be well-formed, if the app is subscribed to field.
func (s *Server) Push(psid, field string, event []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.push(psid, field, event)
}

// PushBody delivers a whole body, signed.
func (s *Server) PushBody(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[0]
	l.raw = append(l.raw, body)
	s.start(l)
}

// wanted tells whether anybody is told about field. s.mu is held.
func (s *Server) wanted(field string) bool {
	return s.hook != "" && slices.Contains(s.subscribed, field)
}

// push is Push. s.mu is held.
func (s *Server) push(psid, field string, event []byte) {
	if !s.wanted(field) {
		return
	}
	h := fnv.New32a()
	h.Write([]byte(psid))
	l := s.lanes[h.Sum32()%uint32(len(s.lanes))]
	l.queue = append(l.queue, event)
	s.start(l)
}

// start sees to it that a lane is emptied. s.mu is held.
func (s *Server) start(l *lane) {
	if !l.busy && !s.held && s.ctx.Err() == nil {
		l.busy = true
		s.work.Go(func() { s.deliver(l) })
	}
}

// Hold lets events pile up until Release, so that they come in batches of Options.Batch.
func (s *Server) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = true
}

// Release ends Hold.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = false
	for _, l := range s.lanes {
		if len(l.queue)+len(l.raw) > 0 {
			s.start(l)
		}
	}
}

// LoseAnswers makes the server miss the next n answers of the webhook, so that it delivers the same again.
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

// WaitIdle returns when no event waits for the bot.
func (s *Server) WaitIdle(ctx context.Context) error {
	return s.mu.Wait(ctx, func() bool {
		for _, l := range s.lanes {
			if len(l.queue)+len(l.raw) > 0 {
				return false
			}
		}
		return true
	})
}

// deliver empties a lane.
func (s *Server) deliver(l *lane) {
	delay := time.Duration(0)
	for {
		s.mu.Lock()
		if len(l.queue)+len(l.raw) == 0 || s.held || s.ctx.Err() != nil {
			l.busy = false
			s.mu.Announce()
			s.mu.Unlock()
			return
		}
		n := min(s.opts.Batch, len(l.queue))
		var body []byte
		if n > 0 {
			body = Envelope(l.queue[:n]...)
		} else {
			body = l.raw[0]
		}
		hook := s.hook
		s.mu.Unlock()
		if s.attempt(l, hook, body, n) {
			delay = 0
			continue
		}
		select { // the first retry comes at once, as Meta's does
		case <-time.After(delay):
		case <-s.ctx.Done():
		}
		delay = min(max(2*delay, s.opts.RetryDelay), time.Second)
	}
}

// attempt makes one delivery of n events, or of a raw body, and tells whether it is done with.
func (s *Server) attempt(l *lane, hook string, body []byte, n int) bool {
	status := s.post(hook, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.mu.Announce()
	lost := s.lose > 0
	if lost {
		s.lose--
	}
	if !s.opts.Forgetful {
		s.deliveries = append(s.deliveries, Delivery{Events: n, Status: status})
	}
	if status != http.StatusOK || lost {
		return false
	}
	if n == 0 {
		l.raw = l.raw[1:]
	}
	l.queue = l.queue[n:]
	return true
}

// post returns the status of the answer, 0 if there is none.
func (s *Server) post(hook string, body []byte) int {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodPost, hook, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", s.Sign(body))
	resp, err := s.http.Do(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // so that the connection is used again
	return resp.StatusCode
}
