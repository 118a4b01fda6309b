package fakebot

import (
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of core.telegram.org/bots/api and of the real server.
const (
	maxText   = 4096  // UTF-16 units of a message after its entities are parsed
	maxRaw    = 32768 // bytes of a message with its markup
	maxAction = 64    // bytes of a button's callback_data
)

// Message is a message of the bot, as the citizen sees it.
type Message struct {
	ID    int
	Text  string // without markup
	Raw   string // as sent
	Rows  [][]Button
	Edits int
}

// Button is a button under a Message.
type Button struct {
	Label string `json:"text"`
	Data  string `json:"callback_data"`
}

// Buttons lists the buttons of all rows.
func (m Message) Buttons() []Button { return slices.Concat(m.Rows...) }

type chat struct {
	lastID   int // of a message
	blocked  bool
	messages []*Message
	queue    []update // waiting for the webhook
	busy     bool     // the queue is being delivered
}

// chat returns the chat with that id. s.mu is held.
func (s *Server) chat(id int64) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{}
		s.chats[id] = c
	}
	return c
}

func (s *Server) sendMessage(p map[string]string) (string, *Failure) {
	id, c, fail := s.target(p)
	if fail != nil {
		return "", fail
	}
	text, rows, fail := content(p)
	if fail != nil {
		return "", fail
	}
	c.lastID++
	s.sent++
	m := &Message{ID: c.lastID, Text: text, Raw: p["text"], Rows: rows}
	if !s.opts.Forgetful {
		c.messages = append(c.messages, m)
	}
	return messageJSON(id, m), nil
}

func (s *Server) editMessageText(p map[string]string) (string, *Failure) {
	id, c, fail := s.target(p)
	if fail != nil {
		return "", fail
	}
	n, err := strconv.Atoi(p["message_id"])
	if err != nil {
		return "", bad("message identifier is not specified")
	}
	text, rows, fail := content(p)
	if fail != nil {
		return "", fail
	}
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.ID == n })
	if i < 0 {
		return "", bad("message to edit not found")
	}
	m := c.messages[i]
	if m.Raw == p["text"] && slices.EqualFunc(m.Rows, rows, slices.Equal) {
		return "", bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	s.sent++
	m.Text, m.Raw, m.Rows, m.Edits = text, p["text"], rows, m.Edits+1
	return messageJSON(id, m), nil
}

// target is the chat of a message that may be sent now.
func (s *Server) target(p map[string]string) (int64, *chat, *Failure) {
	id, err := strconv.ParseInt(p["chat_id"], 10, 64)
	if err != nil || id == 0 {
		return 0, nil, failed(ChatNotFound())
	}
	if fail := s.overRate(); fail != nil {
		return 0, nil, fail
	}
	c := s.chat(id)
	if c.blocked {
		return 0, nil, failed(Blocked())
	}
	return id, c, nil
}

// content checks text, markup and keyboard of a message.
func content(p map[string]string) (text string, rows [][]Button, fail *Failure) {
	raw := p["text"]
	if len(raw) > maxRaw {
		return "", nil, bad("Text is too long")
	}
	text = raw
	switch p["parse_mode"] {
	case "":
	case "HTML":
		var wrong string
		if text, wrong = parseHTML(raw); wrong != "" {
			return "", nil, bad("can't parse entities: " + wrong)
		}
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil, bad("message text is empty")
	}
	if units(text) > maxText {
		return "", nil, bad("message is too long")
	}
	if markup := p["reply_markup"]; markup != "" {
		rows, fail = keyboard(markup)
	}
	return text, rows, fail
}

func keyboard(markup string) ([][]Button, *Failure) {
	var k struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	if err := json.Unmarshal([]byte(markup), &k); err != nil {
		return nil, bad("object expected as reply markup")
	}
	for _, b := range slices.Concat(k.Rows...) {
		switch {
		case b.Label == "":
			return nil, bad("Text buttons are unallowed in the inline keyboard")
		case b.Data == "" || len(b.Data) > maxAction:
			return nil, bad("BUTTON_DATA_INVALID")
		}
	}
	return k.Rows, nil
}

func messageJSON(chat int64, m *Message) string {
	kind := "private"
	if chat < 0 {
		kind = "group"
	}
	return fmt.Sprintf(`{"message_id":%d,"date":%d,"chat":{"id":%d,"type":%q},"from":{"id":%d,"is_bot":true,"first_name":"ogpbot"},"text":%s}`,
		m.ID, time.Now().Unix(), chat, kind, botID, quote(m.Text))
}

// units is the length in UTF-16 code units.
func units(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// tags are those of core.telegram.org/bots/api#html-style.
const tags = " b strong i em u ins s strike del tg-spoiler a code pre blockquote span tg-emoji "

// parseHTML returns the text without markup, or what is wrong with it in the real server's words.
func parseHTML(in string) (text, wrong string) {
	var out strings.Builder
	var open []string
	for at := 0; at < len(in); {
		if in[at] != '<' {
			next := strings.IndexByte(in[at:], '<')
			if next < 0 {
				next = len(in) - at
			}
			out.WriteString(html.UnescapeString(in[at : at+next]))
			at += next
			continue
		}
		length := strings.IndexByte(in[at:], '>')
		if length < 0 {
			return "", fmt.Sprintf("Unclosed start tag at byte offset %d", at)
		}
		tag := in[at+1 : at+length]
		name, closing := strings.CutPrefix(tag, "/")
		name, _, _ = strings.Cut(strings.ToLower(name), " ")
		switch {
		case !strings.Contains(tags, " "+name+" ") || name == "":
			return "", fmt.Sprintf("Unsupported start tag %q at byte offset %d", name, at)
		case !closing:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return "", fmt.Sprintf("Unexpected end tag at byte offset %d", at)
		default:
			open = open[:len(open)-1]
		}
		at += length + 1
	}
	if len(open) > 0 {
		return "", fmt.Sprintf("Can't find end tag corresponding to start tag %q", open[len(open)-1])
	}
	return out.String(), ""
}
