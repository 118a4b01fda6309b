package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"ogpbot/internal/channel"
)

// webhookInfo is what is read of a WebhookInfo (core.telegram.org/bots/api#webhookinfo).
type webhookInfo struct {
	URL              string   `json:"url"`
	Pending          int      `json:"pending_update_count"`
	LastErrorDate    int64    `json:"last_error_date"` // Unix seconds; 0: there was none
	LastErrorMessage string   `json:"last_error_message"`
	AllowedUpdates   []string `json:"allowed_updates"` // none: Telegram's own choice, which has all of ours
}

// Inspect implements channel.Inspector.
func (c *Channel) Inspect(ctx context.Context) (f channel.Facts, err error) {
	x, sent := exchange{client: c.client, limit: maxAnswer}, time.Now()
	_, err = c.perform(ctx, callTimeout, &x, "getMe", nil)
	f.Ahead, f.Clocked = channel.Ahead(x.header, sent, time.Now())
	if err != nil {
		return f, sendError(err)
	}
	raw, err := c.call(ctx, "getWebhookInfo", nil)
	if err != nil {
		return f, sendError(err)
	}
	var info webhookInfo
	if json.Unmarshal(raw, &info) != nil {
		return f, sendError(errors.New("telegram getWebhookInfo: the answer is no object of that kind"))
	}
	f.Lost = info.URL != c.cfg.WebhookURL || info.URL != "" && !takesAll(info.AllowedUpdates)
	f.Pending, f.LastError = info.Pending, plainError(info.LastErrorMessage)
	if info.LastErrorDate > 0 {
		f.LastErrorAt = time.Unix(info.LastErrorDate, 0).UTC()
	}
	return f, nil
}

// takesAll tells whether what Telegram delivers has every kind that we read.
func takesAll(delivered []string) bool {
	var wanted []string
	if len(delivered) == 0 || json.Unmarshal([]byte(allowedUpdates), &wanted) != nil {
		return true
	}
	return !slices.ContainsFunc(wanted, func(kind string) bool { return !slices.Contains(delivered, kind) })
}

// plainError keeps what Telegram says of our webhook, which is about addresses and certificates of ours and no secret.
func plainError(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
	return text[:min(len(text), 200)]
}

// Restore implements channel.Inspector: it sets the webhook, or deletes it where we poll.
func (c *Channel) Restore(ctx context.Context) error {
	s := c.webhookStep()
	if _, err := c.call(ctx, s.method, s.params); err != nil {
		return sendError(err)
	}
	return nil
}
