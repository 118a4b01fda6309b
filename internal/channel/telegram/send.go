package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// maxRemedies bounds the calls for one letter: there are three remedies, and each helps once.
const maxRemedies = 4

// Send implements channel.Channel. Heading and Note are bold and italic; the buttons go under the last message. A group
// that became a supergroup is followed. Words that are too long to be a file's caption follow the file; its Ref then
// comes last in the Receipt, because the words are what a correction replaces.
//
// Replaces puts m in the place of a message of text or of a file with a caption. A file of m takes the place of the one
// that was there; if m has none, or the words are too long for a caption, that one stays. Where this cannot be, such as
// for long words in the place of a caption, a new message is sent. If Telegram refuses a file, its words go out.
func (c *Channel) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	return c.send(ctx, to, m, fileOf(m.Media))
}

// SendPicture implements channel.Uploader. If Telegram refuses the file, or it is too large, its words go out and the
// Receipt has no Media.
func (c *Channel) SendPicture(ctx context.Context, to bot.Address, m bot.Outbound, data []byte) (channel.Receipt, error) {
	f := attachment{kind: bot.KindPhoto, data: data, name: "picture.png"}
	if m.Media.Kind == bot.KindDocument {
		f.kind, f.name = bot.KindDocument, path.Base(m.Media.Picture)
	}
	if len(data) > maxPicture {
		c.log.Error("telegram: a file is too large, and its words are sent in its place", "bytes", len(data))
		f.data = nil
	}
	return c.send(ctx, to, m, f)
}

func (c *Channel) send(ctx context.Context, to bot.Address, m bot.Outbound, f attachment) (channel.Receipt, error) {
	chat, err := chatOf(to)
	if err != nil {
		return channel.Receipt{}, err
	}
	d := delivery{chat: chat}
	d.edit, _ = strconv.Atoi(m.Replaces) // 0 if it is no message of ours
	for {
		letters := plan(m, f, d.edit != 0)
		if len(letters) == 0 {
			return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "empty"}
		}
		receipt, err := c.deliverAll(ctx, &d, letters, keyboard(m.Buttons))
		if err == nil {
			return receipt, nil
		}
		remedy := judge(err).remedy
		switch {
		case len(receipt.Refs) > 0:
			out := sendError(err)
			out.Unsent = false // some of it arrived
			return receipt, out
		case d.edit != 0 && (remedy == sendNew || remedy == editCaption):
			d.edit, d.caption = 0, false
		case !f.none() && remedy == sendWords:
			c.log.Warn("telegram: a file was refused, and its words are sent in its place", "error", err)
			f = attachment{}
		default:
			return receipt, sendError(err)
		}
	}
}

// chatOf returns the chat_id of an address.
func chatOf(to bot.Address) (int64, error) {
	chat, err := strconv.ParseInt(to.ID, 10, 64)
	if err != nil || to.Platform != Platform {
		return 0, &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	}
	return chat, nil
}

// delivery is how the next letter is to be sent.
type delivery struct {
	chat     int64
	edit     int  // message to edit; 0: send a new one
	caption  bool // its words are a caption
	plain    bool
	keyboard *tgbotapi.InlineKeyboardMarkup
}

// deliverAll sends letters, with keys under the last.
func (c *Channel) deliverAll(ctx context.Context, d *delivery, letters []letter, keys *tgbotapi.InlineKeyboardMarkup) (channel.Receipt, error) {
	var receipt channel.Receipt
	last := 0 // places at the end of Refs that are taken already
	for i, l := range letters {
		if d.keyboard = nil; i == len(letters)-1 {
			d.keyboard = keys
		}
		s, err := c.deliver(ctx, d, l)
		if err != nil {
			return receipt, err
		}
		receipt.Refs = slices.Insert(receipt.Refs, len(receipt.Refs)-last, strconv.Itoa(s.id))
		if len(l.words) == 0 {
			last = 1
		}
		receipt.Media = cmp.Or(receipt.Media, s.media)
		d.edit, d.caption = 0, false
	}
	return receipt, nil
}

// sent is a message that went out.
type sent struct {
	id    int
	media string // the file_id of a file that was uploaded
}

// deliver sends l. What it had to change in d holds for the letters that follow.
func (c *Channel) deliver(ctx context.Context, d *delivery, l letter) (sent, error) {
	for n := 1; ; n++ {
		s, err := c.post(ctx, d, l)
		if err == nil {
			return s, nil
		}
		before := *d
		switch judge(err).remedy {
		case enough:
			return sent{id: d.edit}, nil
		case editCaption:
			d.caption = l.words.units() <= maxCaption
		case sendPlain:
			d.plain = true
		case sendElsewhere:
			d.chat = cmp.Or(migratedTo(err), d.chat)
		}
		if *d == before || n == maxRemedies {
			return sent{}, err
		}
	}
}

// post makes the call for l.
func (c *Channel) post(ctx context.Context, d *delivery, l letter) (sent, error) {
	method, params, field, err := request(d, l)
	if err != nil {
		return sent{}, err
	}
	var result json.RawMessage
	uploads := field != "" && len(l.file.data) > 0
	if uploads {
		result, err = c.upload(ctx, method, params, field, l.file)
	} else {
		result, err = c.call(ctx, method, params)
	}
	if err != nil {
		return sent{}, err
	}
	var answer struct {
		ID       int     `json:"message_id"`
		Photo    []photo `json:"photo"`
		Document file    `json:"document"`
	}
	// It has been sent, so an answer that tells no id must not have it sent again.
	_ = json.Unmarshal(result, &answer)
	s := sent{id: cmp.Or(answer.ID, d.edit)}
	switch {
	case uploads && len(answer.Photo) > 0:
		s.media = largest(answer.Photo)
	case uploads:
		s.media = answer.Document.ID
	}
	return s, nil
}

// request returns the call for l: a method, its parameters, and the name under which a file would be uploaded.
func request(d *delivery, l letter) (method string, params tgbotapi.Params, field string, err error) {
	words, mode := l.words.html(), tgbotapi.ModeHTML
	if d.plain {
		words, mode = l.words.plain(), ""
	}
	params = tgbotapi.Params{"chat_id": strconv.FormatInt(d.chat, 10)}
	params.AddNonZero("message_id", d.edit)
	if err = params.AddInterface("reply_markup", d.keyboard); err != nil {
		return "", nil, "", err
	}
	if d.edit != 0 && !l.file.none() && l.file.replaceable() {
		params["media"], err = l.file.input(words, mode)
		return "editMessageMedia", params, pictureField, err
	}
	params.AddNonEmpty("parse_mode", mode)
	switch {
	case d.edit != 0 && (d.caption || !l.file.none()):
		params["caption"] = words
		return "editMessageCaption", params, "", nil
	case !l.file.none():
		method, field = methodFor(l.file.kind)
		params.AddNonEmpty(field, l.file.ref)
		params.AddNonEmpty("caption", words)
		return method, params, field, nil
	case d.edit != 0:
		method = "editMessageText"
	default:
		method = "sendMessage"
	}
	params["text"] = words
	params["link_preview_options"] = `{"is_disabled":true}`
	return method, params, "", nil
}

func migratedTo(err error) int64 {
	if e, ok := errors.AsType[*callError](err); ok {
		return e.migratedTo
	}
	return 0
}

// Typing implements channel.Typer.
func (c *Channel) Typing(ctx context.Context, to bot.Address) error {
	chat, err := chatOf(to)
	if err != nil {
		return err
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "action": tgbotapi.ChatTyping}
	if _, err := c.call(ctx, "sendChatAction", params); err != nil {
		return sendError(err)
	}
	return nil
}
