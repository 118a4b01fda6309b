package telegram

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photo1 is a photo that Telegram has, as media.
func photo1(server *fakebot.Server) bot.Media {
	return bot.Media{Kind: bot.KindPhoto, Platform: Platform, Ref: server.SendFile(1, "photo", ""), Instead: "[ფოტო]"}
}

func TestSendFile(t *testing.T) {
	for kind, name := range map[bot.Kind]string{bot.KindPhoto: "photo", bot.KindVideo: "video", bot.KindVoice: "voice", bot.KindDocument: "document"} {
		t.Run(name, func(t *testing.T) {
			c, server := connect(t, nil, nil)
			ref := server.SendFile(1, name, "")
			receipt := send(t, c, bot.Outbound{Heading: "A & B", Text: "<ok>", Media: bot.Media{Kind: kind, Platform: Platform, Ref: ref, Instead: "x"},
				Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}})
			got := server.Messages(nino)
			if len(got) != 1 || got[0].File != (fakebot.File{Kind: name, ID: ref}) || got[0].Raw != "<b>A &amp; B</b>\n\n&lt;ok&gt;" || len(got[0].Buttons()) != 1 {
				t.Errorf("messages %+v", got)
			}
			if !slices.Equal(receipt.Refs, []string{fmt.Sprint(got[0].ID)}) || receipt.Media != "" {
				t.Errorf("receipt %+v", receipt)
			}
		})
	}
}

// What is too long for a caption follows the file, and comes first in the receipt: a correction replaces the words.
func TestCaptionOrWords(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		want []int // the units of each message; the first is of the file
	}{
		{"a full caption", strings.Repeat("ა", maxCaption-3), []int{maxCaption}},
		{"a letter too many", strings.Repeat("ა", maxCaption-2), []int{0, maxCaption + 1}},
		{"markup is not counted", strings.Repeat("&", maxCaption-3), []int{maxCaption}},
		{"emoji count twice", strings.Repeat("😀", maxCaption/2), []int{0, maxCaption + 3}},
		{"several messages", strings.Repeat("ა", maxText), []int{0, maxText, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, server := connect(t, nil, nil)
			receipt := send(t, c, bot.Outbound{Heading: "H", Text: tt.text, Media: photo1(server), Buttons: []bot.Button{{Label: "x", Action: "x"}}})
			var units []int
			var refs []string
			for i, m := range server.Messages(nino) {
				units, refs = append(units, channel.Units(m.Text)), append(refs, fmt.Sprint(m.ID))
				if (m.File.ID != "") != (i == 0) || (len(m.Rows) > 0) != (i == len(tt.want)-1) {
					t.Errorf("message %d: file %q, rows %v", i, m.File.ID, m.Rows)
				}
			}
			if tt.want[0] == 0 {
				refs = append(refs[1:], refs[0])
			}
			if !slices.Equal(receipt.Refs, refs) {
				t.Errorf("refs %q, want %q", receipt.Refs, refs)
			}
			slices.Sort(units)
			slices.Sort(tt.want)
			if !slices.Equal(units, tt.want) {
				t.Errorf("messages of %v units, want %v", units, tt.want)
			}
		})
	}
}

func TestReplacesWithFiles(t *testing.T) {
	long := strings.Repeat("სიტყვა ", 300)
	for _, tt := range []struct {
		name    string
		kind    bot.Kind // of both files
		before  string
		file    bool // before
		after   string
		another bool   // file; else the same if there was one
		none    bool   // no file after
		want    string // of each message: kind of its file, number of edits
		first   bool   // the first message is the one that a correction replaces
	}{
		{name: "a caption", kind: bot.KindPhoto, file: true, before: "a", after: "b", none: true, want: "photo 1", first: true},
		{name: "a caption of the same photo", kind: bot.KindPhoto, file: true, before: "a", after: "b", want: "photo 1", first: true},
		{name: "nothing at all", kind: bot.KindPhoto, file: true, before: "a", after: "a", want: "photo 0", first: true},
		{name: "another photo", kind: bot.KindPhoto, file: true, before: "a", after: "a", another: true, want: "photo 1", first: true},
		{name: "a text by a photo", kind: bot.KindPhoto, before: "a", after: "b", another: true, want: "photo 1", first: true},
		{name: "a text by a photo without words", kind: bot.KindPhoto, before: "a", another: true, want: "photo 1", first: true},
		{name: "a caption of a voice", kind: bot.KindVoice, file: true, before: "a", after: "b", want: "voice 1", first: true},
		{name: "a text by a voice", kind: bot.KindVoice, before: "a", after: "b", another: true, want: " 0, voice 0"},
		{name: "a caption by many words", kind: bot.KindPhoto, file: true, before: "a", after: long, none: true, want: "photo 0,  0"},
		{name: "a caption by many words and the photo", kind: bot.KindPhoto, file: true, before: "a", after: long, want: "photo 0, photo 0,  0"},
		{name: "many words under a photo", kind: bot.KindPhoto, file: true, before: long, after: long + "!", want: "photo 0,  1"},
		{name: "many words under a photo by few", kind: bot.KindPhoto, file: true, before: long, after: "b", none: true, want: "photo 0,  1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, server := connect(t, nil, nil)
			_, name := methodFor(tt.kind)
			file := func() bot.Media {
				return bot.Media{Kind: tt.kind, Platform: Platform, Ref: server.SendFile(1, name, "")}
			}
			before := bot.Outbound{Text: tt.before}
			if tt.file {
				before.Media = file()
			}
			ref := send(t, c, before).Refs[0]
			after := bot.Outbound{Text: tt.after, Media: before.Media, Replaces: ref}
			switch {
			case tt.none:
				after.Media = bot.Media{}
			case tt.another:
				after.Media = file()
			}
			receipt := send(t, c, after)
			var got []string
			ms := server.Messages(nino)
			for _, m := range ms {
				got = append(got, fmt.Sprint(m.File.Kind, " ", m.Edits))
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("messages %q, want %q", got, tt.want)
			}
			changed := ms[slices.IndexFunc(ms, func(m fakebot.Message) bool { return fmt.Sprint(m.ID) == receipt.Refs[0] })]
			if changed.Text != strings.TrimSpace(tt.after) {
				t.Errorf("what the receipt names first reads %q", changed.Text)
			}
			if tt.first && (receipt.Refs[0] != ref || after.Media.Ref != "" && changed.File.ID != after.Media.Ref) {
				t.Errorf("replaced %s by %s with file %q", ref, receipt.Refs[0], changed.File.ID)
			}
		})
	}
}

func TestSendPicture(t *testing.T) {
	c, server := connect(t, nil, nil)
	m := bot.Outbound{Text: "<წინსვლა>", Media: bot.Media{Kind: bot.KindPhoto, Picture: "chart", Instead: "x"}}
	content := picture(t, 40, 30)
	receipt, err := c.SendPicture(t.Context(), ninosAddress, m, content)
	if err != nil {
		t.Fatal(err)
	}
	got := server.Messages(nino)
	if len(got) != 1 || got[0].Text != m.Text || got[0].File.ID != receipt.Media || !bytes.Equal(server.Content(receipt.Media), content) {
		t.Errorf("messages %+v, receipt %+v", got, receipt)
	}
	m.Media.Platform, m.Media.Ref = Platform, receipt.Media
	send(t, c, m)
	if p := server.Calls("sendPhoto")[1].Params; p["photo"] != receipt.Media {
		t.Errorf("the second time %q was sent", p["photo"])
	}
	m.Replaces = receipt.Refs[0]
	again, err := c.SendPicture(t.Context(), ninosAddress, m, picture(t, 50, 30))
	if got := server.Messages(nino)[0]; err != nil || again.Refs[0] != receipt.Refs[0] || got.Edits != 1 || got.File.ID != again.Media || again.Media == receipt.Media {
		t.Errorf("replaced to %+v, receipt %+v, error %v", got, again, err)
	}
}

// A document of ours goes as one, under the last part of its name.
func TestSendDocument(t *testing.T) {
	c, server := connect(t, nil, nil)
	m := bot.Outbound{Text: "აქ არის ყველაფერი", Media: bot.Media{Kind: bot.KindDocument, Picture: "export/x1/my-data.json", Instead: "x"}}
	content := []byte(`{"cases":[]}`)
	receipt, err := c.SendPicture(t.Context(), ninosAddress, m, content)
	if err != nil {
		t.Fatal(err)
	}
	got := server.Messages(nino)
	if len(got) != 1 || got[0].Text != m.Text || got[0].File.Kind != "document" || got[0].File.ID != receipt.Media || !bytes.Equal(server.Content(receipt.Media), content) {
		t.Errorf("messages %+v, receipt %+v", got, receipt)
	}
	if name := server.Calls("sendDocument")[0].Params["document"]; name != "my-data.json" {
		t.Errorf("the file is called %q", name)
	}
}

// If a file cannot be sent, the citizen gets what there is to say.
func TestRefusedFiles(t *testing.T) {
	ours := bot.Media{Kind: bot.KindPhoto, Picture: "chart", Instead: "[სურათი]"}
	byRef := func(kind bot.Kind, ref string) bot.Media {
		return bot.Media{Kind: kind, Platform: Platform, Ref: ref, Instead: "[სურათი]"}
	}
	for _, tt := range []struct {
		name  string
		media bot.Media
		png   []byte // not nil: SendPicture
		fail  string // of the first call
	}{
		{name: "forgotten", media: byRef(bot.KindPhoto, "AgACunknown")},
		{name: "a voice as a photo", media: byRef(bot.KindPhoto, "voice")},
		{name: "no voice for this person", media: byRef(bot.KindVoice, "voice"), fail: "VOICE_MESSAGES_FORBIDDEN"},
		{name: "no photo in this group", media: byRef(bot.KindVoice, "voice"), fail: "not enough rights to send photos to the chat"},
		{name: "no picture", media: ours, png: []byte("GIF89a")},
		{name: "10 MB and one byte", media: ours, png: make([]byte, maxPicture+1)},
		{name: "wide and low", media: ours, png: picture(t, 2100, 100)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			c, server := connect(t, slog.New(slog.NewTextHandler(&log, nil)), nil)
			if tt.media.Ref == "voice" {
				tt.media.Ref = server.SendFile(nino, "voice", "")
			}
			if tt.fail != "" {
				server.Fail("", 1, fakebot.BadRequest(tt.fail))
			}
			m := bot.Outbound{Text: "საიდუმლო", Media: tt.media}
			var receipt channel.Receipt
			var err error
			if tt.png != nil {
				receipt, err = c.SendPicture(t.Context(), ninosAddress, m, tt.png)
			} else {
				receipt, err = c.Send(t.Context(), ninosAddress, m)
			}
			got := server.Messages(nino)
			if err != nil || len(got) != 1 || got[0].Text != "საიდუმლო\n\n[სურათი]" || receipt.Media != "" || len(receipt.Refs) != 1 {
				t.Errorf("messages %+v, receipt %+v, error %v", got, receipt, err)
			}
			if words := log.String(); strings.Contains(words, "საიდუმლო") || strings.Contains(words, ninosAddress.ID) || !strings.Contains(words, "its words are sent") {
				t.Errorf("the log: %s", words)
			}
		})
	}
}

// What arrived in part was not unsent.
func TestSendInPart(t *testing.T) {
	c, server := connect(t, nil, nil)
	sends := 0
	server.Intercept(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sends++; sends <= 2 {
			fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d}}`, sends)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	m := bot.Outbound{Text: strings.Repeat("ა", 10_000), Media: bot.Media{Kind: bot.KindPhoto, Platform: Platform, Ref: "AgACx"}}
	receipt, err := c.Send(t.Context(), ninosAddress, m)
	if channel.FailureOf(err) != channel.Temporary || channel.Unsent(err) || !slices.Equal(receipt.Refs, []string{"2", "1"}) {
		t.Errorf("receipt %v, error %v, unsent %v", receipt, err, channel.Unsent(err))
	}
}

func TestTyping(t *testing.T) {
	c, server := connect(t, nil, nil)
	if err := c.Typing(t.Context(), ninosAddress); err != nil || server.Typing(nino) != 1 || server.Sent() != 0 {
		t.Errorf("error %v, shown %d times", err, server.Typing(nino))
	}
	server.Block(nino)
	if err := c.Typing(t.Context(), ninosAddress); channel.FailureOf(err) != channel.Unreachable {
		t.Errorf("to somebody who blocked us: %v", err)
	}
	if err := c.Typing(t.Context(), bot.Address{Platform: "messenger", ID: ninosAddress.ID}); channel.FailureOf(err) != channel.Rejected {
		t.Errorf("elsewhere: %v", err)
	}
}
