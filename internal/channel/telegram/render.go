package telegram

import (
	"html"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// A short label leaves room for another beside it on a narrow phone, in UTF-16 units.
const shortLabel = 12

// part is one message: its pieces are paragraphs.
type part []piece

// piece is a run of one style. tag is its HTML element, "" for plain text.
type piece struct{ tag, text string }

const between = "\n\n"

// html is the part in Telegram's HTML (core.telegram.org/bots/api#html-style). An escape takes at most five bytes a
// unit, so the server's limit of 32,768 bytes cannot be reached.
func (p part) html() string {
	return p.join(func(x piece) string {
		text := html.EscapeString(x.text)
		if x.tag == "" {
			return text
		}
		return "<" + x.tag + ">" + text + "</" + x.tag + ">"
	})
}

func (p part) plain() string { return p.join(func(x piece) string { return x.text }) }

func (p part) join(format func(piece) string) string {
	texts := make([]string, len(p))
	for i, x := range p {
		texts[i] = format(x)
	}
	return strings.Join(texts, between)
}

// units is the length that Telegram counts.
func (p part) units() int { return channel.Units(p.plain()) }

// letter is one message.
type letter struct {
	file  attachment // zero: none
	words part       // of a file: its caption
}

// plan divides m and its file f into messages. A file whose caption would be too long goes before the words, unless they
// take the place of some that were sent before. There are none if there is nothing to send.
func plan(m bot.Outbound, f attachment, replaces bool) []letter {
	if f.none() {
		m = channel.InWords(m)
	}
	parts := layout(m)
	var letters []letter
	switch {
	case f.none():
	case len(parts) == 0:
		return []letter{{file: f}}
	case len(parts) == 1 && parts[0].units() <= maxCaption:
		return []letter{{file: f, words: parts[0]}}
	case !replaces:
		letters = append(letters, letter{file: f})
	}
	for _, p := range parts {
		letters = append(letters, letter{words: p})
	}
	return letters
}

// layout divides the words of m into messages. There are none if m has no words.
func layout(m bot.Outbound) []part {
	var parts []part
	var open part
	for _, section := range []piece{{"b", m.Heading}, {"", m.Text}, {"i", m.Note}} {
		rest := strings.TrimSpace(strings.ToValidUTF8(section.text, "\uFFFD"))
		for rest != "" {
			room := maxText
			if len(open) > 0 {
				room -= open.units() + len(between)
			}
			whole := channel.Units(rest)
			// A heading or note that fits in a message is kept together, and nothing starts in a narrow rest.
			if whole > room && len(open) > 0 && (section.tag != "" && whole <= maxText || room < maxText/4) {
				parts, open = append(parts, open), nil
				continue
			}
			var head string
			if head, rest = channel.Cut(rest, room); head != "" {
				open = append(open, piece{section.tag, head})
			}
			if rest != "" && len(open) > 0 {
				parts, open = append(parts, open), nil
			}
		}
	}
	if len(open) > 0 {
		parts = append(parts, open)
	}
	return parts
}

// keyboard puts one button in a row, or two short ones. It is nil for no buttons.
func keyboard(buttons []bot.Button) *tgbotapi.InlineKeyboardMarkup {
	if len(buttons) == 0 {
		return nil
	}
	var k tgbotapi.InlineKeyboardMarkup
	beside := false // the last row has room
	for _, b := range buttons {
		key := tgbotapi.NewInlineKeyboardButtonData(strings.ToValidUTF8(b.Label, "\uFFFD"), b.Action)
		short := channel.Units(b.Label) <= shortLabel
		if beside && short {
			last := len(k.InlineKeyboard) - 1
			k.InlineKeyboard[last] = append(k.InlineKeyboard[last], key)
			beside = false
			continue
		}
		k.InlineKeyboard = append(k.InlineKeyboard, []tgbotapi.InlineKeyboardButton{key})
		beside = short
	}
	return &k
}
