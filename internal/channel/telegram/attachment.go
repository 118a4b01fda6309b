package telegram

import (
	"encoding/json"

	"ogpbot/bot"
)

// maxPicture is the largest file of ours, in bytes; of documents Telegram would take more (core.telegram.org/bots/api#sending-files).
const maxPicture = 10 << 20

// pictureField names the part of an upload that a message is edited to show.
const pictureField = "picture"

// attachment is what goes with a message. The zero value is none.
type attachment struct {
	kind bot.Kind
	ref  string // its file_id, or
	data []byte // what is to be uploaded, called
	name string
}

// fileOf returns the file of m, if Telegram issued it.
func fileOf(m bot.Media) attachment {
	if _, field := methodFor(m.Kind); field == "" || m.Platform != Platform {
		return attachment{}
	}
	return attachment{kind: m.Kind, ref: m.Ref}
}

func (f attachment) none() bool { return f.ref == "" && len(f.data) == 0 }

// methodFor names the method that sends a kind of file, and its parameter for it; "" if no file is of that kind.
func methodFor(k bot.Kind) (method, field string) {
	switch k {
	case bot.KindPhoto:
		return "sendPhoto", "photo"
	case bot.KindVideo:
		return "sendVideo", "video"
	case bot.KindVoice:
		return "sendVoice", "voice"
	case bot.KindDocument:
		return "sendDocument", "document"
	}
	return "", ""
}

// replaceable tells whether a message can be edited to show f: a voice message cannot
// (core.telegram.org/bots/api#inputmedia).
func (f attachment) replaceable() bool { return f.kind != bot.KindVoice }

// input is f with its caption as a message is edited to show it.
func (f attachment) input(caption, mode string) (string, error) {
	_, field := methodFor(f.kind)
	media := f.ref
	if len(f.data) > 0 {
		media = "attach://" + pictureField
	}
	raw, err := json.Marshal(struct {
		Type    string `json:"type"`
		Media   string `json:"media"`
		Caption string `json:"caption,omitempty"`
		Mode    string `json:"parse_mode,omitempty"`
	}{field, media, caption, mode})
	return string(raw), err
}
