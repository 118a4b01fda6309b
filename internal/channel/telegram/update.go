package telegram

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"ogpbot/bot"
)

// update is what is read of core.telegram.org/bots/api#update.
type update struct {
	ID      int64         `json:"update_id"`
	Message *message      `json:"message"`
	Edited  *message      `json:"edited_message"`
	Press   *press        `json:"callback_query"`
	Member  *memberChange `json:"my_chat_member"`
}

type message struct {
	ID         int64           `json:"message_id"`
	From       *user           `json:"from"`
	SenderChat json.RawMessage `json:"sender_chat"` // a channel or an anonymous administrator speaks
	Chat       chat            `json:"chat"`
	Date       int64           `json:"date"`
	EditDate   int64           `json:"edit_date"`
	ReplyTo    *struct {
		ID   int64 `json:"message_id"`
		From *user `json:"from"`
	} `json:"reply_to_message"`
	Text      string    `json:"text"`
	Caption   string    `json:"caption"`
	Voice     *file     `json:"voice"`
	Audio     *file     `json:"audio"`
	Photo     []photo   `json:"photo"`
	Video     *file     `json:"video"`
	VideoNote *file     `json:"video_note"`
	Document  *file     `json:"document"`
	Sticker   *file     `json:"sticker"`
	Location  *location `json:"location"`
	Venue     *struct {
		Title string   `json:"title"`
		Spot  location `json:"location"`
	} `json:"venue"`
	Contact json.RawMessage `json:"contact"`

	// What an app says by itself, not the citizen.
	Pinned     json.RawMessage `json:"pinned_message"`
	AutoDelete json.RawMessage `json:"message_auto_delete_timer_changed"`
	Background json.RawMessage `json:"chat_background_set"`
	Write      json.RawMessage `json:"write_access_allowed"`
}

type location struct {
	Lat  float64 `json:"latitude"`
	Long float64 `json:"longitude"`
}

type user struct {
	ID    int64 `json:"id"`
	IsBot bool  `json:"is_bot"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (c chat) group() bool { return c.Type == "group" || c.Type == "supergroup" }

func (c chat) private() bool { return c.Type == "private" }

type file struct {
	ID string `json:"file_id"`
}

type photo struct {
	file
	Width  int `json:"width"`
	Height int `json:"height"`
}

// press is core.telegram.org/bots/api#callbackquery.
type press struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"` // its text is not looked at
	Data    string   `json:"data"`
}

// memberChange is core.telegram.org/bots/api#chatmemberupdated.
type memberChange struct {
	From user  `json:"from"`
	Chat chat  `json:"chat"`
	Date int64 `json:"date"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

// event is an update, read.
type event struct {
	id    int64
	in    bot.Inbound
	taken bool   // false: nothing for us, to be acknowledged only
	query string // press to be answered; ""
}

var errUnreadable = errors.New("the update cannot be read")

// decode reads one update. On an error event.id is what could be read of it, or 0. now is the time of a press, which
// Telegram does not state.
func (c *Channel) decode(raw []byte, now time.Time) (event, error) {
	var u update
	err := json.Unmarshal(raw, &u)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = nil // one field is not as expected; all others have been read
	}
	e := event{id: u.ID}
	if err != nil || u.ID == 0 {
		return e, errUnreadable // err may quote the update
	}
	switch {
	case u.Message != nil:
		err = c.readMessage(&e, u.Message)
	case u.Edited != nil:
		err = c.readEdit(&e, u.Edited)
	case u.Press != nil:
		err = readPress(&e, u.Press, now)
	case u.Member != nil:
		err = readMember(&e, u.Member)
	}
	e.in.Ref = "u" + strconv.FormatInt(u.ID, 10)
	return e, err
}

func (e *event) from(c chat, unix int64) {
	e.in.From = bot.Address{Platform: Platform, ID: strconv.FormatInt(c.ID, 10)}
	e.in.At = time.Unix(unix, 0).UTC()
	e.taken = true
}

func (c *Channel) readMessage(e *event, m *message) error {
	if m.Chat.ID == 0 || m.ID == 0 {
		return errUnreadable
	}
	if m.From == nil || m.From.IsBot || m.SenderChat != nil || m.byApp() {
		return nil
	}
	words, ok := c.wordsForUs(m)
	if !ok {
		return nil
	}
	e.from(m.Chat, m.Date)
	e.in.Text = words
	e.in.Message = strconv.FormatInt(m.ID, 10)
	e.in.Kind, e.in.Media = m.content()
	if m.ReplyTo != nil && m.ReplyTo.ID != 0 {
		e.in.ReplyTo = strconv.FormatInt(m.ReplyTo.ID, 10)
	}
	if e.in.Kind == bot.KindLocation {
		e.in.Spot = m.spot()
	}
	if e.in.Kind == bot.KindLocation && m.Venue != nil {
		e.in.Text = m.Venue.Title
	}
	return nil
}

func (c *Channel) readEdit(e *event, m *message) error {
	if m.words() == "" {
		return nil // such as a live location, which moves every few seconds
	}
	if err := c.readMessage(e, m); err != nil || !e.taken {
		return err
	}
	e.in.Kind, e.in.Media = bot.KindEdit, ""
	if m.EditDate != 0 {
		e.in.At = time.Unix(m.EditDate, 0).UTC()
	}
	return nil
}

func readPress(e *event, p *press, now time.Time) error {
	if p.ID == "" {
		return errUnreadable
	}
	e.query = p.ID
	if p.Data == "" || p.Message == nil || p.Message.Chat.ID == 0 {
		return nil // under an inline message or a game: none of ours
	}
	e.from(p.Message.Chat, 0)
	e.in.At = now.UTC()
	e.in.Kind = bot.KindPress
	e.in.Action = p.Data
	e.in.Message = strconv.FormatInt(p.Message.ID, 10)
	return nil
}

func readMember(e *event, m *memberChange) error {
	if m.Chat.ID == 0 {
		return errUnreadable
	}
	kinds := map[string]bot.Kind{"kicked": bot.KindBlocked, "member": bot.KindUnblocked}
	kind, ok := kinds[m.New.Status]
	if !ok || !m.Chat.private() {
		return nil
	}
	e.from(m.Chat, m.Date)
	e.in.Kind = kind
	return nil
}

func (m *message) words() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

func (m *message) spot() bot.Point {
	at := m.Location
	if at == nil {
		at = &m.Venue.Spot
	}
	return bot.Point{Lat: at.Lat, Long: at.Long}
}

func (m *message) byApp() bool {
	return m.Pinned != nil || m.AutoDelete != nil || m.Background != nil || m.Write != nil
}

// content says what a message carries and gives the identifier of its file, if it has one.
func (m *message) content() (bot.Kind, string) {
	switch {
	case m.Text != "":
		return bot.KindText, ""
	case m.Voice != nil:
		return bot.KindVoice, m.Voice.ID
	case m.Audio != nil:
		return bot.KindVoice, m.Audio.ID
	case len(m.Photo) > 0:
		return bot.KindPhoto, largest(m.Photo)
	case m.Video != nil:
		return bot.KindVideo, m.Video.ID
	case m.VideoNote != nil:
		return bot.KindVideo, m.VideoNote.ID
	case m.Document != nil:
		return bot.KindDocument, m.Document.ID
	case m.Sticker != nil:
		return bot.KindSticker, m.Sticker.ID
	case m.Location != nil || m.Venue != nil:
		return bot.KindLocation, ""
	case m.Contact != nil:
		return bot.KindContact, ""
	}
	return bot.KindOther, ""
}

func largest(sizes []photo) string {
	best := sizes[0]
	for _, p := range sizes {
		if p.Width*p.Height > best.Width*best.Height {
			best = p
		}
	}
	return best.ID
}
