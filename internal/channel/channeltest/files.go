package channeltest

import (
	"bytes"
	"image"
	imagepng "image/png"
	"slices"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// instead are the words in the place of a file.
const instead = "[ხმოვანი შეტყობინება: ისმინეთ Telegram-ში]"

func ourPicture() bot.Media {
	return bot.Media{Kind: bot.KindPhoto, Picture: "chart", Instead: instead}
}

// png is a small picture.
func png(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := imagepng.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func files(t *testing.T, h Harness) {
	t.Run("in words", func(t *testing.T) { inWords(t, h) })
	s := start(t, h)
	if !s.Media.None() {
		t.Run("of the platform's own", func(t *testing.T) { ownFile(t, h) })
	}
	if _, ok := s.Channel.(channel.Uploader); ok {
		t.Run("of ours", func(t *testing.T) { uploaded(t, h) })
	}
}

// inWords asks that where a file cannot be shown its words are, after the text.
func inWords(t *testing.T, h Harness) {
	voice := bot.Media{Kind: bot.KindVoice, Platform: "elsewhere", Ref: "AwACAgIAAxk", Instead: instead}
	sticker := bot.Media{Kind: bot.KindSticker, Platform: h.To.Platform, Ref: "https://example.org/s", Instead: instead}
	wordless := voice
	wordless.Instead = ""
	for name, media := range map[string]bot.Media{
		"another platform's": voice, "a picture that is not there": ourPicture(), "of a kind that is none": sticker, "one without words": wordless,
	} {
		for _, text := range []string{"ტექსტი", ""} {
			s := start(t, h)
			if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Heading: "სათაური", Text: text, Note: "წყარო", Media: media}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got, want := letters(s.Received()...), letters("სათაური", text, media.Instead, "წყარო"); got != want {
				t.Errorf("%s: %q arrived, want %q", name, got, want)
			}
			if s.Files != nil && len(s.Files()) > 0 {
				t.Errorf("%s: the files %q arrived", name, s.Files())
			}
		}
	}
	s := start(t, h)
	if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Media: voice}); err != nil || letters(s.Received()...) != letters(instead) {
		t.Errorf("no other words: %q arrived, error %v", s.Received(), err)
	}
	if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Media: wordless}); channel.FailureOf(err) != channel.Rejected {
		t.Errorf("no words at all: %v, want rejected", err)
	}
}

// texts of a message with a file.
func texts() map[string]string {
	return map[string]string{"short": "მოკლე", "long": strings.Repeat("გრძელი სიტყვები & <სხვა> ", 200), "none": ""}
}

// ownFile asks that a file arrives, once, with all the words and in no other words.
func ownFile(t *testing.T, h Harness) {
	for name, text := range texts() {
		t.Run(name, func(t *testing.T) {
			s := start(t, h)
			m := bot.Outbound{Text: text, Media: s.Media}
			m.Media.Instead = instead
			receipt, err := s.Channel.Send(t.Context(), h.To, m)
			checkFiles(t, s, text, receipt, err, s.Media.Ref)
		})
	}
}

// uploaded asks that a picture is uploaded once and sent from then on by its name.
func uploaded(t *testing.T, h Harness) {
	for name, text := range texts() {
		t.Run(name, func(t *testing.T) {
			s := start(t, h)
			m := bot.Outbound{Text: text, Media: ourPicture()}
			receipt, err := s.Channel.(channel.Uploader).SendPicture(t.Context(), h.To, m, png(t))
			if receipt.Media == "" {
				t.Fatalf("the receipt names no picture, error %v", err)
			}
			checkFiles(t, s, text, receipt, err, receipt.Media)
			ref := receipt.Media
			m.Media.Platform, m.Media.Ref = h.To.Platform, ref
			if receipt, err = s.Channel.Send(t.Context(), h.To, m); err != nil || receipt.Media != "" || len(receipt.Refs) == 0 {
				t.Errorf("the second time: %+v, %v", receipt, err)
			}
			if got := s.Files(); !slices.Equal(got, []string{ref, ref}) {
				t.Errorf("the files %q arrived, want %q twice", got, ref)
			}
		})
	}
}

// checkFiles asks that what has arrived is text and one file, which is called ref.
func checkFiles(t *testing.T, s Subject, text string, receipt channel.Receipt, err error, ref string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	got := s.Received()
	if letters(got...) != letters(text) {
		t.Errorf("%q arrived", got)
	}
	for _, p := range got {
		if n := channel.Units(p); n > s.Channel.Limits().TextUnits {
			t.Errorf("a message of %d units", n)
		}
	}
	if len(receipt.Refs) != len(got) {
		t.Errorf("%d refs for %d messages", len(receipt.Refs), len(got))
	}
	if !slices.Equal(s.Files(), []string{ref}) {
		t.Errorf("the files %q arrived, want %q", s.Files(), ref)
	}
}
