package telegram

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
)

var testNow = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

// newNamed returns a channel that knows its name, @ogp_bot.
func newNamed(t testing.TB) *Channel {
	t.Helper()
	c, err := New(Config{Token: fakebot.DefaultToken})
	if err != nil {
		t.Fatal(err)
	}
	c.self.Store(&identity{ID: 99, Username: "ogp_bot"})
	return c
}

const (
	fromNino  = `"from":{"id":7,"is_bot":false,"first_name":"N","language_code":"ka"}`
	private   = `"chat":{"id":7,"type":"private","first_name":"N"}`
	inGroup   = `"chat":{"id":-5,"type":"supergroup","title":"G"}`
	dateStamp = `"date":1795000000`
)

func msg(fields string) string {
	return `{"update_id":8,"message":{"message_id":3,` + fromNino + `,` + private + `,` + dateStamp + `,` + fields + `}}`
}

func groupMsg(fields string) string {
	return strings.Replace(msg(fields), private, inGroup, 1)
}

func TestDecode(t *testing.T) {
	stamped := time.Unix(1795000000, 0).UTC()
	base := bot.Inbound{Ref: "u8", From: bot.Address{Platform: Platform, ID: "7"}, At: stamped, Message: "3"}
	with := func(edit func(*bot.Inbound)) *bot.Inbound {
		in := base
		edit(&in)
		return &in
	}
	text := func(s string) *bot.Inbound { return with(func(in *bot.Inbound) { in.Text = s }) }
	media := func(k bot.Kind, file, caption string) *bot.Inbound {
		return with(func(in *bot.Inbound) { in.Kind, in.Media, in.Text = k, file, caption })
	}
	answers := func(in *bot.Inbound, ref string) *bot.Inbound {
		in.ReplyTo = ref
		return in
	}
	located := func(in *bot.Inbound) *bot.Inbound {
		in.Spot = bot.Point{Lat: 41.9, Long: 42}
		return in
	}
	group := func(s string) *bot.Inbound {
		return with(func(in *bot.Inbound) { in.Text, in.From.ID = s, "-5" })
	}
	member := func(status string) string {
		u := `"user":{"id":99,"is_bot":true,"first_name":"b"}`
		return `{"update_id":8,"my_chat_member":{` + private + `,` + fromNino + `,` + dateStamp +
			`,"old_chat_member":{"status":"left",` + u + `},"new_chat_member":{"status":"` + status + `",` + extra(status) + u + `}}}`
	}
	pressed := func(chat string) string {
		return `{"update_id":8,"callback_query":{"id":"q1",` + fromNino + `,"chat_instance":"1","data":"vote:yes","message":{"message_id":3,` + chat + `,"date":0}}}`
	}
	tests := []struct {
		name string
		raw  string
		want *bot.Inbound // nil: passed over
	}{
		{"text", msg(`"text":"გამარჯობა"`), text("გამარჯობა")},
		{"command", msg(`"text":"/help"`), text("/help")},
		{"command with our name", msg(`"text":"/help@OGP_bot now"`), text("/help now")},
		{"command with another name", msg(`"text":"/help@other_bot"`), text("/help@other_bot")},
		{"deep link", msg(`"text":"/start v-shroma"`), text("/start v-shroma")},
		{"edit", strings.Replace(msg(`"edit_date":1795000009,"text":"new"`), `"message"`, `"edited_message"`, 1), with(func(in *bot.Inbound) {
			in.Kind, in.Text, in.At = bot.KindEdit, "new", time.Unix(1795000009, 0).UTC()
		})},
		{"live location moves", strings.Replace(msg(`"location":{"latitude":1.5,"longitude":2}`), `"message"`, `"edited_message"`, 1), nil},
		{"voice", msg(`"voice":` + file1("duration")), media(bot.KindVoice, "F1", "")},
		{"audio", msg(`"audio":` + file1("duration") + `,"caption":"c"`), media(bot.KindVoice, "F1", "c")},
		{"photo", msg(`"caption":"ხიდი","photo":[` + size("S", 90) + `,` + size("L", 900) + `,` + size("M", 300) + `]`), media(bot.KindPhoto, "L", "ხიდი")},
		{"one of an album", msg(`"media_group_id":"13","photo":[` + size("S", 90) + `,` + size("L", 900) + `]`), media(bot.KindPhoto, "L", "")},
		{"live photo", msg(`"live_photo":` + file1("duration", "width", "height") + `,"caption":"ხიდი","photo":[` + size("L", 900) + `]`), media(bot.KindPhoto, "L", "ხიდი")},
		{"animation", msg(`"animation":` + file1("duration", "width", "height") + `,"document":` + file1()), media(bot.KindDocument, "F1", "")},
		{"forwarded text", msg(`"forward_origin":{"type":"hidden_user","date":1,"sender_user_name":"G"},"text":"x"`), text("x")},
		{"forwarded from a channel", msg(`"forward_origin":{"type":"channel","date":1,"message_id":2,"chat":{"id":-9,"type":"channel","title":"c"}},"caption":"ხიდი","photo":[` + size("L", 900) + `]`), media(bot.KindPhoto, "L", "ხიდი")},
		{"reply to our photo", msg(`"text":"yes","reply_to_message":{"message_id":1,` + private + `,"date":1,"from":{"id":99,"is_bot":true,"first_name":"b"},"caption":"c","photo":[` + size("L", 900) + `]}`), answers(text("yes"), "1")},
		{"caption edited", strings.Replace(msg(`"edit_date":1795000009,"caption":"new","photo":[`+size("L", 900)+`]`), `"message"`, `"edited_message"`, 1), with(func(in *bot.Inbound) {
			in.Kind, in.Text, in.At = bot.KindEdit, "new", time.Unix(1795000009, 0).UTC()
		})},
		{"photo exchanged, without caption", strings.Replace(msg(`"edit_date":1795000009,"photo":[`+size("L", 900)+`]`), `"message"`, `"edited_message"`, 1), nil},
		{"video", msg(`"video":` + file1("duration", "width", "height")), media(bot.KindVideo, "F1", "")},
		{"video note", msg(`"video_note":` + file1("duration", "length")), media(bot.KindVideo, "F1", "")},
		{"document", msg(`"document":` + file1() + `,"caption":"განცხადება"`), media(bot.KindDocument, "F1", "განცხადება")},
		{"sticker", msg(`"sticker":{"file_id":"F1","file_unique_id":"U","type":"regular","width":2,"height":2,"is_animated":false,"is_video":false}`), media(bot.KindSticker, "F1", "")},
		{"location", msg(`"location":{"latitude":41.9,"longitude":42}`), located(media(bot.KindLocation, "", ""))},
		{"venue", msg(`"location":{"latitude":41.9,"longitude":42},"venue":{"location":{"latitude":41.9,"longitude":42},"title":"შრომა","address":"a"}`), located(media(bot.KindLocation, "", "შრომა"))},
		{"contact", msg(`"contact":{"phone_number":"1","first_name":"N"}`), media(bot.KindContact, "", "")},
		{"a dice", msg(`"dice":{"emoji":"🎲","value":2}`), media(bot.KindOther, "", "")},
		{"one ill-typed field", msg(`"text":"x","photo":"none"`), text("x")},
		{"pinned by the app", msg(`"pinned_message":{"message_id":1,` + private + `,"date":0}`), nil},
		{"from a bot", strings.Replace(msg(`"text":"x"`), `"is_bot":false`, `"is_bot":true`, 1), nil},
		{"for a channel", `{"update_id":8,"channel_post":{"message_id":3,"chat":{"id":-9,"type":"channel","title":"c"},"date":1,"text":"x"}}`, nil},
		{"blocked", member("kicked"), with(func(in *bot.Inbound) { in.Kind, in.Message = bot.KindBlocked, "" })},
		{"unblocked", member("member"), with(func(in *bot.Inbound) { in.Kind, in.Message = bot.KindUnblocked, "" })},
		{"removed from a group", strings.Replace(member("kicked"), private, inGroup, 1), nil},
		{"press", pressed(private), with(func(in *bot.Inbound) { in.Kind, in.Action, in.At = bot.KindPress, "vote:yes", testNow })},
		{"press in a group", pressed(inGroup), with(func(in *bot.Inbound) {
			in.Kind, in.Action, in.At, in.From.ID = bot.KindPress, "vote:yes", testNow, "-5"
		})},
		{"group: not to us", groupMsg(`"text":"hello all"`), nil},
		{"group: named", groupMsg(`"text":"@Ogp_Bot, როდის?"`), group("როდის?")},
		{"group: named at the end", groupMsg(`"text":"როდის? @ogp_bot"`), group("როდის?")},
		{"group: a longer name", groupMsg(`"text":"@ogp_bot2 hi"`), nil},
		{"group: an e-mail address", groupMsg(`"text":"a@ogp_bot"`), nil},
		{"group: our command", groupMsg(`"text":"/help@ogp_bot"`), group("/help")},
		{"group: anybody's command", groupMsg(`"text":"/help"`), nil},
		{"group: another's command", groupMsg(`"text":"/help@other_bot @ogp_bot"`), nil},
		{"group: reply to us", groupMsg(`"text":"yes","reply_to_message":{"message_id":1,` + inGroup + `,"date":1,"from":{"id":99,"is_bot":true,"first_name":"b"}}`), answers(group("yes"), "1")},
		{"group: reply to another", groupMsg(`"text":"yes","reply_to_message":{"message_id":1,` + inGroup + `,"date":1,"from":{"id":98,"is_bot":false,"first_name":"b"}}`), nil},
		{"group: anonymous administrator", groupMsg(`"text":"@ogp_bot x","sender_chat":{"id":-5,"type":"supergroup","title":"G"}`), nil},
	}
	spec := fakebot.SpecFromEnv(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if spec != nil && tt.name != "one ill-typed field" && tt.name != "press" && tt.name != "press in a group" {
				if err := spec.CheckObject("Update", []byte(tt.raw)); err != nil {
					t.Errorf("no real update looks like this: %v", err)
				}
			}
			e, err := newNamed(t).decode([]byte(tt.raw), testNow)
			if err != nil || e.id != 8 {
				t.Fatalf("id %d, error %v", e.id, err)
			}
			switch {
			case tt.want == nil && e.taken:
				t.Errorf("took %#v", e.in)
			case tt.want != nil && (!e.taken || e.in != *tt.want):
				t.Errorf("took %v\n got %#v\nwant %#v", e.taken, e.in, *tt.want)
			}
			if isPress := strings.Contains(tt.raw, "callback_query"); isPress != (e.query == "q1") {
				t.Errorf("query %q", e.query)
			}
		})
	}
}

func extra(status string) string {
	if status == "kicked" {
		return `"until_date":0,`
	}
	return ""
}

func file1(numbers ...string) string {
	out := `{"file_id":"F1","file_unique_id":"U"`
	for _, n := range numbers {
		out += fmt.Sprintf(`,%q:1`, n)
	}
	return out + `}`
}

func size(id string, width int) string {
	return fmt.Sprintf(`{"file_id":%q,"file_unique_id":"U","width":%d,"height":%d}`, id, width, width)
}

func TestGroupsAreSilentUntilTheNameIsKnown(t *testing.T) {
	c, err := New(Config{Token: fakebot.DefaultToken})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := c.decode([]byte(groupMsg(`"text":"@ogp_bot hi"`)), testNow); err != nil || e.taken {
		t.Errorf("taken %v, error %v", e.taken, err)
	}
	if e, err := c.decode([]byte(msg(`"text":"hi"`)), testNow); err != nil || !e.taken {
		t.Errorf("private: taken %v, error %v", e.taken, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(msg(`"text":"/start@ogp_bot v-x"`)))
	f.Add([]byte(groupMsg(`"text":"@ogp_bot\u10d0 @OGP_BOT"`)))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","data":"x","message":{"chat":{"id":1}}}}`))
	f.Add([]byte(`{"update_id":1e3,"message":{"photo":[{}],"chat":{"id":1,"type":"private"},"message_id":1,"from":{}}}`))
	f.Add([]byte(`{"update_id":null,"my_chat_member":{"chat":[]}}`))
	c := newNamed(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := c.decode(raw, testNow)
		if err != nil {
			return
		}
		if e.id == 0 {
			t.Fatal("an update without an id was read")
		}
		if e.taken && (e.in.Ref == "" || e.in.From.ID == "" || e.in.From.ID == "0" || e.in.From.Platform != Platform || e.in.At.Location() != time.UTC) {
			t.Fatalf("took %#v", e.in)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	c := newNamed(b)
	raw := []byte(textUpdate(1, strings.Repeat("მონაწილეობითი ბიუჯეტი ", 4)))
	if !json.Valid(raw) {
		b.Fatal("no JSON")
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.decode(raw, testNow); err != nil {
			b.Fatal(err)
		}
	}
}
