package messenger

import (
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Limits of quick replies (developers.facebook.com/docs/messenger-platform/send-messages/quick-replies).
const (
	maxReplies = 13
	maxTitle   = 20 // characters, counted in UTF-16 units to be safe
)

// quickReply is a button that goes with a message and vanishes with the next.
type quickReply struct {
	Type    string `json:"content_type"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
}

// plan divides m and its file f into messages, the file before the words. There are none if there is nothing to send.
func plan(m bot.Outbound, f *file) []message {
	if f == nil && strings.TrimSpace(m.Words()) == "" {
		return nil
	}
	var out []message
	texts, replies := layout(m)
	if f != nil {
		out = append(out, message{File: f, Metadata: ours})
	}
	for _, text := range texts {
		out = append(out, message{Text: text, Metadata: ours})
	}
	out[len(out)-1].Replies = replies
	return out
}

// layout divides the words of m into texts; the quick replies go under the last.
//
// Where buttons would be cut or left out, all labels are also a numbered list in the text. The numbers are those that a
// citizen may type, and the titles then start with them.
func layout(m bot.Outbound) (texts []string, replies []quickReply) {
	words, gap := strings.TrimSpace(m.Words()), ""
	if words != "" {
		gap = "\n\n"
	}
	listed := needList(m.Buttons)
	for i, b := range m.Buttons {
		label, number := strings.ToValidUTF8(b.Label, "\uFFFD"), ""
		if listed {
			number = strconv.Itoa(i+1) + ". "
			words += gap + number + label
			gap = "\n"
		}
		if i < maxReplies {
			replies = append(replies, quickReply{"text", number + shorten(label, maxTitle-len(number)), b.Action})
		}
	}
	return channel.Split(strings.ToValidUTF8(words, "\uFFFD"), maxText), replies
}

func needList(buttons []bot.Button) bool {
	for _, b := range buttons {
		if channel.Units(b.Label) > maxTitle {
			return true
		}
	}
	return len(buttons) > maxReplies
}

// shorten cuts s to at most limit UTF-16 units after a whole grapheme, and then ends it with an ellipsis.
func shorten(s string, limit int) string {
	if channel.Units(s) <= limit {
		return s
	}
	end, units, state := 0, 1, -1
	for rest := s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if units += channel.Units(cluster); units > limit {
			break
		}
		end += len(cluster)
	}
	return strings.TrimRight(s[:end], " ") + "…"
}
