package fakegraph

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// fields of an event, in Meta's names.
type fields map[string]any

// act is a citizen doing something: it opens the 24 h window and is delivered under field. s.mu is held.
func (s *Server) act(psid, field string, f fields) {
	s.citizen(psid).last = s.now()
	s.event(psid, PageID, psid, field, f)
}

func (s *Server) event(from, to, psid, field string, f fields) {
	if !s.wanted(field) {
		return
	}
	f["sender"], f["recipient"] = fields{"id": from}, fields{"id": to}
	f["timestamp"] = s.now().UnixMilli()
	raw, err := json.Marshal(f)
	if err != nil {
		s.problems = append(s.problems, "an event cannot be written: "+err.Error())
		return
	}
	s.push(psid, field, inASCII(raw))
}

// inASCII writes JSON as Meta does, where a signature over anything but the bytes themselves would fail.
func inASCII(raw []byte) []byte {
	var out []byte
	for _, r := range string(raw) {
		switch {
		case r == '/':
			out = append(out, '\\', '/')
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
	}
	return out
}

// Meet opens the 24 h window of a citizen without telling the bot.
func (s *Server) Meet(psid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.citizen(psid).last = s.now()
}

// SendText is a citizen writing. It returns the message's mid.
func (s *Server) SendText(psid, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	mid := s.nextMID()
	s.act(psid, "messages", fields{"message": fields{"mid": mid, "text": text}})
	return mid
}

// Edit is a citizen correcting a message for the n-th time; Messenger allows five.
func (s *Server) Edit(psid, mid, text string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.act(psid, "message_edits", fields{"message_edit": fields{"mid": mid, "text": text, "num_edit": n}})
}

// Attach is a citizen sending a file of a type, such as "image", "audio", "video", "file", "location" or "sticker".
func (s *Server) Attach(psid, kind, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.act(psid, "messages", fields{"message": fields{
		"mid": s.nextMID(), "attachments": []fields{{"type": kind, "payload": fields{"url": url}}},
	}})
}

// PressQuickReply presses the quick reply with that title under the newest message; older ones are gone.
func (s *Server) PressQuickReply(psid, title string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.citizen(psid)
	if n := len(c.messages); n > 0 {
		for _, q := range c.messages[n-1].Replies {
			if q.Title == title {
				c.messages[n-1].Replies = nil // they vanish once one is pressed
				s.act(psid, "messages", fields{"message": fields{
					"mid": s.nextMID(), "text": title, "quick_reply": fields{"payload": q.Payload},
				}})
				return nil
			}
		}
	}
	return fmt.Errorf("fake Graph API: no quick reply %q in the chat", title)
}

// Postback is a citizen pressing a line of the menu or an ice breaker; ref is of the link that the chat was opened by,
// or "".
func (s *Server) Postback(psid, title, payload, ref string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postback(psid, title, payload, ref)
}

func (s *Server) postback(psid, title, payload, ref string) {
	p := fields{"mid": s.nextMID(), "title": title, "payload": payload}
	if ref != "" {
		p["referral"] = fields{"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
	}
	s.act(psid, "messaging_postbacks", fields{"postback": p})
}

// GetStarted is a citizen pressing the button of a new chat, which must be in the profile; ref is as of Postback.
func (s *Server) GetStarted(psid, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var button struct {
		Payload string `json:"payload"`
	}
	if json.Unmarshal([]byte(s.profile["get_started"]), &button) != nil || button.Payload == "" {
		return fmt.Errorf("fake Graph API: the profile has no Get Started button")
	}
	s.postback(psid, "Get Started", button.Payload, ref)
	return nil
}

// Referral is a citizen opening an existing chat by the link m.me/PAGE?ref=REF.
func (s *Server) Referral(psid, ref string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.act(psid, "messaging_referrals", fields{"referral": fields{"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}})
}

// Answer is a person of the Page answering in its inbox.
func (s *Server) Answer(psid, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.echo(psid, inboxAppID, Message{ID: s.nextMID(), Text: text})
}

// echo tells the bot what the Page sent. s.mu is held.
func (s *Server) echo(psid string, app int64, m Message) {
	if !s.wanted("message_echoes") {
		return
	}
	f := fields{"mid": m.ID, "is_echo": true, "app_id": app}
	if m.Text != "" {
		f["text"] = m.Text
	}
	if m.File != (File{}) {
		f["attachments"] = []fields{{"type": m.File.Type, "payload": fields{"url": m.File.URL}}}
	}
	if m.Metadata != "" {
		f["metadata"] = m.Metadata
	}
	s.event(PageID, psid, psid, "message_echoes", fields{"message": f})
}

// Block is a citizen blocking the Page, which is told nothing: every message fails until Unblock.
func (s *Server) Block(psid string) { s.setBlocked(psid, true) }

// Unblock is a citizen letting the Page in again.
func (s *Server) Unblock(psid string) { s.setBlocked(psid, false) }

func (s *Server) setBlocked(psid string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.citizen(psid).blocked = blocked
}

// WaitFor returns the messages to a citizen as soon as ok holds for them, or an error when ctx ends first.
func (s *Server) WaitFor(ctx context.Context, psid string, ok func([]Message) bool) ([]Message, error) {
	var got []Message
	err := s.mu.Wait(ctx, func() bool {
		got = s.messagesTo(psid)
		return ok(got)
	})
	return got, err
}

// WaitMessages returns the messages to a citizen as soon as there are n.
func (s *Server) WaitMessages(ctx context.Context, psid string, n int) ([]Message, error) {
	return s.WaitFor(ctx, psid, func(ms []Message) bool { return len(ms) >= n })
}

// WaitCalls returns the calls of edge as soon as there are n.
func (s *Server) WaitCalls(ctx context.Context, edge string, n int) ([]Call, error) {
	var got []Call
	err := s.mu.Wait(ctx, func() bool {
		got = s.callsOf(edge)
		return len(got) >= n
	})
	return got, err
}
