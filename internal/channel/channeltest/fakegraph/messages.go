package fakegraph

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of developers.facebook.com/docs/messenger-platform; characters are counted in UTF-16 units.
const (
	maxText     = 2000
	maxReplies  = 13
	maxTitle    = 20
	maxPayload  = 1000
	maxMetadata = 1000
	window      = 24 * time.Hour
	humanWindow = 7 * 24 * time.Hour
)

// Message is a message of the bot, as the citizen sees it.
type Message struct {
	ID       string
	Text     string // "" with a file
	File     File   // zero: none
	Replies  []QuickReply
	Metadata string
}

// File is a file that is shown in place of a text.
type File struct {
	Type string // "image", "audio", "video" or "file"
	URL  string
}

// QuickReply is a button with a Message.
type QuickReply struct {
	Type    string `json:"content_type"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
}

type citizen struct {
	last     time.Time // action
	blocked  bool
	typing   int // times the bot showed that it writes
	messages []Message
}

// messages is the Send API.
func (s *Server) messages(p map[string]string) (string, *Failure) {
	var to struct {
		ID string `json:"id"`
	}
	if json.Unmarshal([]byte(p["recipient"]), &to) != nil || to.ID == "" {
		return "", invalid("The parameter recipient is required")
	}
	if fail := s.overRate(); fail != nil {
		return "", fail
	}
	c := s.citizens[to.ID]
	if c == nil {
		return "", failed(NoSuchUser())
	}
	if c.blocked {
		return "", failed(Unavailable())
	}
	if action := p["sender_action"]; action != "" {
		if p["message"] != "" || !slices.Contains([]string{"typing_on", "typing_off", "mark_seen"}, action) {
			return "", invalid("Invalid parameter")
		}
		c.typing++
		return fmt.Sprintf(`{"recipient_id":%q}`, to.ID), nil
	}
	allowed, fail := s.window(p["messaging_type"], p["tag"])
	if fail != nil {
		return "", fail
	}
	if s.now().Sub(c.last) > allowed {
		return "", failed(WindowClosed())
	}
	m, fail := readMessage(p["message"])
	if fail != nil {
		return "", fail
	}
	m.ID = s.nextMID()
	s.sent++
	if !s.opts.Forgetful {
		c.messages = append(c.messages, m)
	}
	s.echo(to.ID, appID, m)
	return fmt.Sprintf(`{"recipient_id":%q,"message_id":%q}`, to.ID, m.ID), nil
}

// window is how long after the citizen's last action such a message may be sent.
func (s *Server) window(kind, tag string) (time.Duration, *Failure) {
	switch {
	case kind == "MESSAGE_TAG" && tag == "HUMAN_AGENT" && s.opts.HumanAgent:
		return humanWindow, nil
	case kind == "MESSAGE_TAG" || tag != "":
		return 0, invalid("Invalid parameter") // CONFIRMED_EVENT_UPDATE and the like are retired
	case kind == "RESPONSE" || kind == "UPDATE":
		return window, nil
	}
	return 0, invalid("The parameter messaging_type is required")
}

func (s *Server) nextMID() string {
	s.lastID++
	return "m_fake" + strconv.Itoa(s.lastID)
}

// overRate counts a message. s.mu is held.
func (s *Server) overRate() *Failure {
	if s.opts.Rate == 0 {
		return nil
	}
	if now := s.now().Unix(); now != s.second {
		s.second, s.inSecond = now, 0
	}
	if s.inSecond++; s.inSecond > s.opts.Rate {
		return failed(TooManyCalls(0))
	}
	return nil
}

func readMessage(raw string) (m Message, fail *Failure) {
	var in struct {
		Text string `json:"text"`
		File *struct {
			Type    string `json:"type"`
			Payload struct {
				URL string `json:"url"`
			} `json:"payload"`
		} `json:"attachment"`
		Replies  []QuickReply `json:"quick_replies"`
		Metadata string       `json:"metadata"`
	}
	if err := json.Unmarshal([]byte(raw), &in); err != nil {
		return m, invalid("Invalid keys were found in param message")
	}
	if in.File != nil {
		m.File = File{in.File.Type, in.File.Payload.URL}
	}
	switch {
	case in.File != nil && in.Text != "":
		return m, invalid("Only one of the text, attachment, and dynamic_text fields can be specified")
	case in.File != nil && !slices.Contains([]string{"image", "audio", "video", "file"}, m.File.Type):
		return m, invalid("Param message[attachment][type] must be one of {AUDIO, FILE, IMAGE, TEMPLATE, VIDEO}")
	case in.File != nil && !regexp.MustCompile(`^https?://[^/]`).MatchString(m.File.URL):
		return m, failed(NoSuchFile())
	case in.File == nil && strings.TrimSpace(in.Text) == "":
		return m, &Failure{Status: 400, Code: 100, Subcode: 2018034, Message: "(#100) Message cannot be empty, must provide valid attachment or text"}
	case units(in.Text) > maxText:
		return m, invalid("Length of param message[text] must be less than or equal to 2000")
	case len(in.Replies) > maxReplies:
		return m, invalid("Param message[quick_replies] has too many elements.")
	case len(in.Metadata) > maxMetadata:
		return m, invalid("Length of param message[metadata] must be less than or equal to 1000")
	}
	for _, q := range in.Replies {
		if q.Type != "text" || q.Title == "" || units(q.Title) > maxTitle || q.Payload == "" || len(q.Payload) > maxPayload {
			return m, invalid("Invalid quick reply: content_type is text, title has 1 to 20 characters, payload 1 to 1000")
		}
	}
	return Message{Text: in.Text, File: m.File, Replies: in.Replies, Metadata: in.Metadata}, nil
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

// Messages returns what the bot has sent to a citizen, oldest first.
func (s *Server) Messages(psid string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesTo(psid)
}

func (s *Server) messagesTo(psid string) []Message {
	if c := s.citizens[psid]; c != nil {
		return slices.Clone(c.messages)
	}
	return nil
}

// Typing counts how often the bot showed the citizen that it writes.
func (s *Server) Typing(psid string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.citizen(psid).typing
}

// citizen returns that citizen. s.mu is held.
func (s *Server) citizen(psid string) *citizen {
	c := s.citizens[psid]
	if c == nil {
		c = &citizen{}
		s.citizens[psid] = c
	}
	return c
}
