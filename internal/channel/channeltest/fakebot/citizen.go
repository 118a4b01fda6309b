package fakebot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// SendText is a citizen writing in a private chat. It returns the update's id.
func (s *Server) SendText(chat int64, text string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chat)
	c.lastID++
	return s.push(chat, "message", fmt.Sprintf(`{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s}`,
		c.lastID, s.user(chat), privateChat(chat), time.Now().Unix(), quote(text)))
}

// SendReply is a citizen answering one message of the bot in a private chat.
func (s *Server) SendReply(chat int64, messageID int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chat(chat)
	c.lastID++
	s.push(chat, "message", fmt.Sprintf(`{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s,"reply_to_message":{"message_id":%d,"from":{"id":%d,"is_bot":true,"first_name":"ogpbot"},"chat":%s,"date":%d,"text":"-"}}`,
		c.lastID, s.user(chat), privateChat(chat), time.Now().Unix(), quote(text), messageID, botID, privateChat(chat), time.Now().Unix()))
}

// Press is a citizen pressing a button with data under a message of the bot. It returns the query's id, which the
// bot has to answer.
func (s *Server) Press(chat int64, messageID int, data string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.press(chat, messageID, data)
}

func (s *Server) press(chat int64, messageID int, data string) string {
	s.lastQuery++
	query := strconv.FormatInt(s.lastQuery, 10)
	s.queries[query] = true
	s.push(chat, "callback_query", fmt.Sprintf(
		`{"id":%q,"from":%s,"chat_instance":"1","data":%s,"message":{"message_id":%d,"chat":%s,"date":%d,"text":"-"}}`,
		query, s.user(chat), quote(data), messageID, privateChat(chat), time.Now().Unix()))
	return query
}

// PressLabel presses the button that reads label under the newest message that has one.
func (s *Server) PressLabel(chat int64, label string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.chat(chat).messages) {
		for _, b := range m.Buttons() {
			if b.Label == label {
				s.press(chat, m.ID, b.Data)
				return nil
			}
		}
	}
	return fmt.Errorf("fake Bot API: no button %q in the chat", label)
}

// Answered tells whether the bot answered the query of a Press.
func (s *Server) Answered(query string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.queries[query]
}

// Block is a citizen blocking the bot: it is told, and every message to the chat fails until Unblock.
func (s *Server) Block(chat int64) { s.setBlocked(chat, true) }

// Unblock is a citizen letting the bot in again.
func (s *Server) Unblock(chat int64) { s.setBlocked(chat, false) }

func (s *Server) setBlocked(chat int64, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat(chat).blocked = blocked
	bot := fmt.Sprintf(`{"id":%d,"is_bot":true,"first_name":"ogpbot","username":%s}`, botID, quote(s.opts.Username))
	member, kicked := `{"status":"member","user":`+bot+`}`, `{"status":"kicked","until_date":0,"user":`+bot+`}`
	if !blocked {
		member, kicked = kicked, member
	}
	s.push(chat, "my_chat_member", fmt.Sprintf(`{"chat":%s,"from":%s,"date":%d,"old_chat_member":%s,"new_chat_member":%s}`,
		privateChat(chat), s.user(chat), time.Now().Unix(), member, kicked))
}

func (s *Server) user(id int64) string {
	return fmt.Sprintf(`{"id":%d,"is_bot":false,"first_name":"Nino","language_code":%s}`, id, quote(s.opts.Language))
}

func privateChat(id int64) string {
	return fmt.Sprintf(`{"id":%d,"type":"private","first_name":"Nino"}`, id)
}

// Messages returns what the bot has sent to a chat, oldest first, as it reads now.
func (s *Server) Messages(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages(chat)
}

func (s *Server) messages(chat int64) []Message {
	var out []Message
	for _, m := range s.chat(chat).messages {
		out = append(out, *m)
	}
	return out
}

// WaitFor returns the messages of a chat as soon as ok holds for them, or an error when ctx ends first.
func (s *Server) WaitFor(ctx context.Context, chat int64, ok func([]Message) bool) ([]Message, error) {
	var got []Message
	err := s.mu.Wait(ctx, func() bool {
		got = s.messages(chat)
		return ok(got)
	})
	return got, err
}

// WaitMessages returns the messages of a chat as soon as there are n.
func (s *Server) WaitMessages(ctx context.Context, chat int64, n int) ([]Message, error) {
	return s.WaitFor(ctx, chat, func(ms []Message) bool { return len(ms) >= n })
}

// WaitCalls returns the calls of method as soon as there are n.
func (s *Server) WaitCalls(ctx context.Context, method string, n int) ([]Call, error) {
	var got []Call
	err := s.mu.Wait(ctx, func() bool {
		got = s.callsOf(method)
		return len(got) >= n
	})
	return got, err
}
