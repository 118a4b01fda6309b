package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/internal/channel"
)

var _ channel.Fetcher = (*Channel)(nil)

// Fetch implements channel.Fetcher. A Bot API server of one's own that was started with --local names a path on its own disk,
// which is not ours: such a file is not there.
func (c *Channel) Fetch(ctx context.Context, ref string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.FetchTime)
	defer cancel()
	raw, err := c.call(ctx, "getFile", tgbotapi.Params{"file_id": ref})
	if err != nil {
		if failed, ok := errors.AsType[*callError](err); ok && failed.status == 400 {
			if strings.Contains(failed.description, "too big") {
				return nil, channel.ErrFileTooLarge
			}
			return nil, channel.ErrNoFile
		}
		return nil, err
	}
	var file struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	switch err := json.Unmarshal(raw, &file); {
	case err != nil, !matches(`^[A-Za-z0-9_-][A-Za-z0-9_./-]*$`, file.Path), strings.Contains(file.Path, ".."):
		return nil, channel.ErrNoFile
	case file.Size > channel.MaxFile:
		return nil, channel.ErrFileTooLarge
	}
	return channel.Download(ctx, c.client, c.cfg.APIBase+"/file/bot"+c.cfg.Token+"/"+file.Path)
}
