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
	maxText    = 4096  // UTF-16 units of a message after its entities are parsed
	maxCaption = 1024  // the same of a caption
	maxRaw     = 32768 // bytes of a message with its markup
	maxAction  = 64    // bytes of a button's callback_data
)

// Message is a message of the bot, as the citizen sees it.
type Message struct {
	ID    int
	Text  string // without markup; of a file: its caption
	Raw   string // as sent
	File  File   // zero: none
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
	typing   int // times the bot showed that it writes
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
	return s.send(p, func(m *Message) *Failure { return m.write(p["text"], p["parse_mode"]) })
}

// send adds the message that fill makes.
func (s *Server) send(p map[string]string, fill func(*Message) *Failure) (string, *Failure) {
	id, c, fail := s.target(p)
	if fail != nil {
		return "", fail
	}
	m := &Message{}
	if fail = fill(m); fail != nil {
		return "", fail
	}
	if m.Rows, fail = keyboard(p["reply_markup"]); fail != nil {
		return "", fail
	}
	c.lastID++
	m.ID = c.lastID
	s.sent++
	if !s.opts.Forgetful {
		c.messages = append(c.messages, m)
	}
	return s.messageJSON(id, m), nil
}

func (s *Server) editMessageText(p map[string]string) (string, *Failure) {
	return s.edit(p, func(m *Message) *Failure {
		if m.File != (File{}) {
			return bad("there is no text in the message to edit")
		}
		return m.write(p["text"], p["parse_mode"])
	})
}

func (s *Server) editMessageCaption(p map[string]string) (string, *Failure) {
	return s.edit(p, func(m *Message) *Failure {
		if m.File == (File{}) {
			return bad("there is no caption in the message to edit")
		}
		return m.caption(p["caption"], p["parse_mode"])
	})
}

// edit changes a message.
func (s *Server) edit(p map[string]string, change func(*Message) *Failure) (string, *Failure) {
	id, c, fail := s.target(p)
	if fail != nil {
		return "", fail
	}
	n, err := strconv.Atoi(p["message_id"])
	if err != nil {
		return "", bad("message identifier is not specified")
	}
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.ID == n })
	if i < 0 {
		return "", bad("message to edit not found")
	}
	m := *c.messages[i]
	if fail = change(&m); fail != nil {
		return "", fail
	}
	if m.Rows, fail = keyboard(p["reply_markup"]); fail != nil {
		return "", fail
	}
	if was := c.messages[i]; m.Raw == was.Raw && m.File == was.File && slices.EqualFunc(m.Rows, was.Rows, slices.Equal) {
		return "", bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	m.Edits++
	c.messages[i] = &m
	s.sent++
	return s.messageJSON(id, &m), nil
}

// peer is a chat that may be sent to.
func (s *Server) peer(p map[string]string) (int64, *chat, *Failure) {
	id, err := strconv.ParseInt(p["chat_id"], 10, 64)
	if err != nil || id == 0 {
		return 0, nil, failed(ChatNotFound())
	}
	c := s.chat(id)
	if c.blocked {
		return 0, nil, failed(Blocked())
	}
	return id, c, nil
}

// target is the chat of a message that may be sent now.
func (s *Server) target(p map[string]string) (int64, *chat, *Failure) {
	if fail := s.overRate(); fail != nil {
		return 0, nil, fail
	}
	return s.peer(p)
}

// actions are those of core.telegram.org/bots/api#sendchataction.
const actions = " typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker" +
	" find_location record_video_note upload_video_note "

func (s *Server) sendChatAction(p map[string]string) (string, *Failure) {
	_, c, fail := s.peer(p)
	if fail != nil {
		return "", fail
	}
	if !strings.Contains(actions, " "+p["action"]+" ") {
		return "", bad("wrong parameter action in request")
	}
	c.typing++
	return "true", nil
}

// Typing counts how often the bot showed in a chat that it writes.
func (s *Server) Typing(chat int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chat(chat).typing
}

// write makes raw the message's text.
func (m *Message) write(raw, mode string) *Failure {
	if len(raw) > maxRaw {
		return bad("Text is too long")
	}
	text, fail := parse(raw, mode)
	switch {
	case fail != nil:
		return fail
	case text == "":
		return bad("message text is empty")
	case units(text) > maxText:
		return bad("message is too long")
	}
	m.Text, m.Raw = text, raw
	return nil
}

// caption makes raw the caption of the message's file.
func (m *Message) caption(raw, mode string) *Failure {
	text, fail := parse(raw, mode)
	if fail != nil {
		return fail
	}
	if units(text) > maxCaption {
		return bad("message caption is too long")
	}
	m.Text, m.Raw = text, raw
	return nil
}

// parse takes the markup off raw.
func parse(raw, mode string) (text string, fail *Failure) {
	text = raw
	switch mode {
	case "":
	case "HTML":
		var wrong string
		if text, wrong = parseHTML(raw); wrong != "" {
			return "", bad("can't parse entities: " + wrong)
		}
	default:
		return "", bad("unsupported parse_mode")
	}
	return strings.TrimSpace(text), nil
}

func keyboard(markup string) ([][]Button, *Failure) {
	if markup == "" {
		return nil, nil
	}
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

func (s *Server) messageJSON(chat int64, m *Message) string {
	kind := "private"
	if chat < 0 {
		kind = "group"
	}
	content := `"text":` + quote(m.Text)
	if m.File != (File{}) {
		content = s.fileJSON(m.File, m.Text)
	}
	return fmt.Sprintf(`{"message_id":%d,"date":%d,"chat":{"id":%d,"type":%q},"from":{"id":%d,"is_bot":true,"first_name":"ogpbot"},%s}`,
		m.ID, time.Now().Unix(), chat, kind, botID, content)
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
