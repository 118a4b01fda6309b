package messenger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// ours marks our messages, so that their echoes are not taken for a person's
// (developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-echoes).
const ours = "ogpbot"

// How far ahead a post may be scheduled (developers.facebook.com/docs/pages-api/posts).
const (
	soonestPost = 10 * time.Minute
	latestPost  = 30 * 24 * time.Hour
)

type message struct {
	Text     string       `json:"text,omitempty"`
	File     *file        `json:"attachment,omitempty"`
	Replies  []quickReply `json:"quick_replies,omitempty"`
	Metadata string       `json:"metadata"`
}

// file is what a message shows in place of a text
// (developers.facebook.com/docs/messenger-platform/reference/send-api#attachment).
type file struct {
	Type    string `json:"type"`
	Payload struct {
		URL      string `json:"url"`
		Reusable bool   `json:"is_reusable"`
	} `json:"payload"`
}

// fileOf returns the file of m, nil if it is none of Messenger's, which are web addresses.
func fileOf(m bot.Media) *file {
	types := map[bot.Kind]string{bot.KindPhoto: "image", bot.KindVideo: "video", bot.KindVoice: "audio", bot.KindDocument: "file"}
	f := &file{Type: types[m.Kind]}
	if m.Platform != Platform || f.Type == "" || !channel.IsWebURL(m.Ref) {
		return nil
	}
	f.Payload.URL, f.Payload.Reusable = m.Ref, true
	return f
}

var errNoID = errors.New("the answer names no message")

// Send implements channel.Channel. The message is plain text; the buttons are quick replies under the last part. A file
// goes before the words, and its Ref comes last in the Receipt. If Messenger refuses it, its words go out in its place.
// What is Late goes out under the tag for a person's words, if the Page may use it; else the window is closed for it.
func (c *Channel) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	if to.ID == "" || to.Platform != Platform {
		return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	}
	f := fileOf(m.Media)
	receipt, err := c.sendAll(ctx, to, m, f)
	if err != nil && f != nil && err.Failure == channel.Rejected && len(receipt.Refs) == 0 {
		c.log.Warn("messenger: a file was refused, and its words are sent in its place", "error", err)
		receipt, err = c.sendAll(ctx, to, m, nil)
	}
	if err != nil {
		err.Unsent = err.Unsent && len(receipt.Refs) == 0
		return receipt, err
	}
	return receipt, nil
}

// sendAll sends f and the words of m, or only those.
func (c *Channel) sendAll(ctx context.Context, to bot.Address, m bot.Outbound, f *file) (channel.Receipt, *channel.SendError) {
	var receipt channel.Receipt
	if f == nil {
		m = channel.InWords(m)
	}
	messages := plan(m, f)
	if len(messages) == 0 {
		return receipt, &channel.SendError{Failure: channel.Rejected, Code: "empty"}
	}
	params := fb.Params{"recipient": recipient(to), "messaging_type": "RESPONSE"}
	if m.Late {
		params["messaging_type"], params["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	for _, out := range messages {
		params["message"] = out
		result, err := c.call(ctx, fb.POST, "messages", params)
		if err != nil && m.Late {
			return receipt, lateError(err)
		}
		if err != nil {
			return receipt, sendError(err)
		}
		id, _ := result["message_id"].(string)
		if id == "" {
			return receipt, &channel.SendError{Failure: channel.Temporary, Code: "no message_id", Err: errNoID}
		}
		receipt.Refs = append(receipt.Refs, id)
	}
	if f != nil {
		receipt.Refs = append(receipt.Refs[1:], receipt.Refs[0])
	}
	return receipt, nil
}

func recipient(to bot.Address) map[string]string { return map[string]string{"id": to.ID} }

// Typing implements channel.Typer.
func (c *Channel) Typing(ctx context.Context, to bot.Address) error {
	if to.ID == "" || to.Platform != Platform {
		return &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	}
	if _, err := c.call(ctx, fb.POST, "messages", fb.Params{"recipient": recipient(to), "sender_action": "typing_on"}); err != nil {
		return sendError(err)
	}
	return nil
}

// Post implements channel.Poster. at must be zero, or 10 minutes to 30 days ahead. An error of the platform is a
// *channel.SendError.
func (c *Channel) Post(ctx context.Context, text, link string, at time.Time) (string, error) {
	if strings.TrimSpace(text+link) == "" {
		return "", errors.New("post: there is nothing to publish; write a text or give a link")
	}
	params := fb.Params{"message": text}
	if link != "" {
		params["link"] = link
	}
	if !at.IsZero() {
		if ahead := time.Until(at); ahead < soonestPost || ahead > latestPost {
			return "", errors.New("post: Facebook schedules posts from 10 minutes to 30 days ahead; choose a time between, or publish now")
		}
		params["published"], params["scheduled_publish_time"] = "false", at.Unix()
	}
	result, err := c.call(ctx, fb.POST, "feed", params)
	if err != nil {
		return "", fmt.Errorf("post on the Page: %w", sendError(err))
	}
	id, _ := result["id"].(string)
	if id == "" {
		return "", errors.New("post on the Page: the answer names no post; look on the Page whether it is there")
	}
	return id, nil
}
