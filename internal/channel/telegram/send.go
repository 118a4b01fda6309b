package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// maxRemedies bounds the calls for one part: there are three remedies, and each helps once.
const maxRemedies = 4

// Send implements channel.Channel. Heading and Note are bold and italic; the buttons go under the last part. Where
// Replaces can no longer be edited, a new message is sent. A group that became a supergroup is followed.
func (c *Channel) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	var receipt channel.Receipt
	chat, err := strconv.ParseInt(to.ID, 10, 64)
	if err != nil || to.Platform != Platform {
		return receipt, &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	}
	parts := layout(m)
	if len(parts) == 0 {
		return receipt, &channel.SendError{Failure: channel.Rejected, Code: "empty"}
	}
	d := delivery{chat: chat}
	d.edit, _ = strconv.Atoi(m.Replaces) // 0 if it is no message of ours
	for i, p := range parts {
		if i == len(parts)-1 {
			d.keyboard = keyboard(m.Buttons)
		}
		id, err := c.deliver(ctx, &d, p)
		if err != nil {
			return receipt, sendError(err)
		}
		receipt.Refs = append(receipt.Refs, strconv.Itoa(id))
		d.edit = 0
	}
	return receipt, nil
}

// delivery is how the next part is to be sent.
type delivery struct {
	chat     int64
	edit     int // message to edit; 0: send a new one
	plain    bool
	keyboard *tgbotapi.InlineKeyboardMarkup
}

// deliver sends p and returns its message's id. What it had to change in d holds for the parts that follow.
func (c *Channel) deliver(ctx context.Context, d *delivery, p part) (int, error) {
	for n := 1; ; n++ {
		id, err := c.post(ctx, d, p)
		if err == nil {
			return id, nil
		}
		before := *d
		switch judge(err).remedy {
		case enough:
			return d.edit, nil
		case sendNew:
			d.edit = 0
		case sendPlain:
			d.plain = true
		case sendElsewhere:
			d.chat = cmp.Or(migratedTo(err), d.chat)
		}
		if *d == before || n == maxRemedies {
			return 0, err
		}
	}
}

// post makes the call for p.
func (c *Channel) post(ctx context.Context, d *delivery, p part) (int, error) {
	params := tgbotapi.Params{
		"chat_id":              strconv.FormatInt(d.chat, 10),
		"text":                 p.html(),
		"parse_mode":           tgbotapi.ModeHTML,
		"link_preview_options": `{"is_disabled":true}`,
	}
	if d.plain {
		params["text"] = p.plain()
		delete(params, "parse_mode")
	}
	if err := params.AddInterface("reply_markup", d.keyboard); err != nil {
		return 0, err
	}
	method := "sendMessage"
	if d.edit != 0 {
		method = "editMessageText"
		params.AddNonZero("message_id", d.edit)
	}
	result, err := c.call(ctx, method, params)
	if err != nil {
		return 0, err
	}
	var sent struct {
		ID int `json:"message_id"`
	}
	// It has been sent, so an answer that tells no id must not have it sent again.
	if _ = json.Unmarshal(result, &sent); sent.ID == 0 {
		return d.edit, nil
	}
	return sent.ID, nil
}

func migratedTo(err error) int64 {
	if e, ok := errors.AsType[*callError](err); ok {
		return e.migratedTo
	}
	return 0
}
