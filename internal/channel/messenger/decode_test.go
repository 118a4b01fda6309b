package messenger

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

var testNow = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func TestDecode(t *testing.T) {
	stamped := time.UnixMilli(1795000000123).UTC()
	base := bot.Inbound{Ref: "mM1", From: ninosAddress, At: stamped, Message: "M1"}
	with := func(edit func(*bot.Inbound)) []bot.Inbound {
		in := base
		edit(&in)
		return []bot.Inbound{in}
	}
	text := func(s string) []bot.Inbound { return with(func(in *bot.Inbound) { in.Text = s }) }
	media := func(k bot.Kind, file, caption string) []bot.Inbound {
		return with(func(in *bot.Inbound) { in.Kind, in.Media, in.Text = k, file, caption })
	}
	press := func(action, title string) []bot.Inbound {
		return with(func(in *bot.Inbound) { in.Kind, in.Action, in.Text, in.Message = bot.KindPress, action, title, "" })
	}
	message := func(fields string) string { return envelope(event1(`"message":{"mid":"M1",` + fields + `}`)) }
	attached := func(kind, payload string) string {
		return message(`"attachments":[{"type":"` + kind + `","payload":` + payload + `}]`)
	}
	postback := func(fields string) string { return envelope(event1(`"postback":{"mid":"M1",` + fields + `}`)) }
	echo := func(fields string) string {
		return envelope(`{"sender":{"id":"404"},"recipient":{"id":"` + nino + `"},"timestamp":1795000000123,"message":{"mid":"M1","is_echo":true,` + fields + `}}`)
	}
	linked := append(text("/start v-shroma"), press("promises", "დაპირებები")...)
	linked[1].Ref = "mM1/1"
	tests := []struct {
		name string
		raw  string
		want []bot.Inbound // nil: passed over
	}{
		{"text", message(`"text":"გამარჯობა"`), text("გამარჯობა")},
		{"text as Meta escapes it", message(`"text":"\u10d2\u10d0\ud83d\ude00 \/"`), text("გა😀 /")},
		{"text with a link's preview", message(`"text":"see https://x","attachments":[{"type":"fallback","payload":null,"title":"t","URL":"u"}]`), text("see https://x")},
		{"a shared post", attached("fallback", `{"url":"u"}`), media(bot.KindOther, "", "")},
		{"nothing that we know", message(`"is_unsupported":true`), media(bot.KindOther, "", "")},
		{"quick reply", message(`"text":"1. დიახ","quick_reply":{"payload":"vote:yes"}`), press("vote:yes", "1. დიახ")},
		{"reply to our message", message(`"text":"x","reply_to":{"mid":"m_ours"}`), with(func(in *bot.Inbound) { in.Text, in.ReplyTo = "x", "m_ours" })},
		{"quick reply without payload", message(`"text":"x","quick_reply":{}`), text("x")},
		{"postback", postback(`"title":"დახმარება","payload":"help"`), press("help", "დახმარება")},
		{"get started", postback(`"title":"Get Started","payload":"start"`), text("/start")},
		{"get started by a link", postback(`"payload":"start","referral":{"ref":"v-shroma","source":"SHORTLINK","type":"OPEN_THREAD"}`), text("/start v-shroma")},
		{"ice breaker by a link", postback(`"title":"დაპირებები","payload":"promises","referral":{"ref":"v-shroma"}`), linked},
		{"a link in an existing thread", envelope(event1(`"referral":{"ref":"v-shroma","source":"SHORTLINK","type":"OPEN_THREAD"}`)), []bot.Inbound{{
			Ref: "h", From: ninosAddress, At: stamped, Text: "/start v-shroma",
		}}},
		{"a link without ref", envelope(event1(`"referral":{"source":"SHORTLINK"}`)), nil},
		{"image", attached("image", `{"url":"https://x/1"}`), media(bot.KindPhoto, "https://x/1", "")},
		{"image with words", message(`"text":"ხიდი","attachments":[{"type":"image","payload":{"url":"https://x/1"}},{"type":"image","payload":{"url":"https://x/2"}}]`), media(bot.KindPhoto, "https://x/1", "ხიდი")},
		{"audio", attached("audio", `{"url":"u"}`), media(bot.KindVoice, "u", "")},
		{"video", attached("video", `{"url":"u"}`), media(bot.KindVideo, "u", "")},
		{"reel", attached("reel", `{"url":"u"}`), media(bot.KindVideo, "u", "")},
		{"file", attached("file", `{"url":"u"}`), media(bot.KindDocument, "u", "")},
		{"location", attached("location", `{"coordinates":{"lat":41.9,"long":42}}`), with(func(in *bot.Inbound) { in.Kind, in.Spot = bot.KindLocation, bot.Point{Lat: 41.9, Long: 42} })},
		{"sticker", attached("sticker", `{"url":"u"}`), media(bot.KindSticker, "u", "")},
		{"sticker of the old kind", attached("image", `{"url":"u","sticker_id":369239263222822}`), media(bot.KindSticker, "369239263222822", "")},
		{"our own echo", echo(`"text":"x","app_id":205,"metadata":"ogpbot"`), nil},
		{"a person at the Page", echo(`"text":"ხვალ მოგწერთ","app_id":263902037430900`), with(func(in *bot.Inbound) { in.Kind, in.Text = bot.KindPerson, "ხვალ მოგწერთ" })},
		{"a person's photo", echo(`"attachments":[{"type":"image","payload":{"url":"u"}}]`), media(bot.KindPerson, "u", "")},
		{"the Page to itself", envelope(`{"sender":{"id":"404"},"recipient":{"id":"404"},"message":{"mid":"1","text":"x"}}`), nil},
		{"edit", envelope(event1(`"message_edit":{"mid":"M1","text":"ახალი","num_edit":"2"}`)), with(func(in *bot.Inbound) {
			in.Ref, in.Kind, in.Text = "h", bot.KindEdit, "ახალი"
		})},
		{"edit of nothing", envelope(event1(`"message_edit":{"mid":"M1"}`)), nil},
		{"delivery", envelope(event1(`"delivery":{"mids":["1"],"watermark":1}`)), nil},
		{"read", envelope(event1(`"read":{"watermark":1}`)), nil},
		{"reaction", envelope(event1(`"reaction":{"reaction":"smile","action":"react","mid":"1"}`)), nil},
		{"opt-in", envelope(event1(`"optin":{"type":"notification_messages","payload":"x"}`)), nil},
		{"handover", envelope(event1(`"pass_thread_control":{"new_owner_app_id":"1"}`), event1(`"take_thread_control":{}`)), nil},
		{"standby", `{"object":"page","entry":[{"id":"404","standby":[` + textEvent("1", "x") + `]}]}`, nil},
		{"test button", `{"object":"page","entry":[{"id":"0","changes":[{"field":"messages","value":` + textEvent("M1", "x") + `}]}]}`, text("x")},
		{"the Page's feed", `{"object":"page","entry":[{"id":"404","changes":[{"field":"feed","value":{"item":"status","message":"x","from":{"id":"1"}}}]}]}`, nil},
		{"Instagram", strings.Replace(message(`"text":"x"`), `"page"`, `"instagram"`, 1), nil},
		{"numbers as identifiers", strings.Replace(message(`"text":"x"`), `"`+nino+`"`, nino, 1), text("x")},
		{"one ill-typed field", message(`"text":"x","attachments":"none"`), text("x")},
		{"no mid", envelope(event1(`"message":{"text":"x"}`)), []bot.Inbound{{Ref: "h", From: ninosAddress, At: stamped, Text: "x"}}},
		{"two entries", `{"object":"page","entry":[{"messaging":[` + textEvent("M1", "a") + `]},7,{"messaging":[` + textEvent("M1", "b") + `]}]}`, append(text("a"), text("b")...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := offline(t).decode([]byte(tt.raw), testNow)
			if err != nil || d.warned {
				t.Fatalf("error %v, warned %v", err, d.warned)
			}
			if want := strings.Count(tt.raw, ",7,"); d.unread != want {
				t.Errorf("%d events unread, want %d", d.unread, want)
			}
			for i := range d.in { // TestDigest looks at the rest of it
				if len(d.in[i].Ref) == 33 {
					d.in[i].Ref = d.in[i].Ref[:1]
				}
			}
			if !reflect.DeepEqual(d.in, tt.want) {
				t.Errorf("took\n got %#v\nwant %#v", d.in, tt.want)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	ms, s := time.UnixMilli(1795000000123).UTC(), time.Unix(1795000000, 0).UTC()
	for raw, want := range map[string]time.Time{
		`1795000000123`: ms, `"1795000000123"`: ms, `1795000000`: s, `"1795000000"`: s, `1.795e9`: s,
		`0`: testNow, `-5`: testNow, `null`: testNow, `"soon"`: testNow, `{}`: testNow, `"NaN"`: testNow, `"Inf"`: testNow,
		`99999999999999`: testNow, `1e300`: testNow, // the year 5138 cannot be stored
	} {
		d, err := offline(t).decode([]byte(strings.Replace(envelope(textEvent("1", "x")), "1795000000123,\"message", raw+`,"message`, 1)), testNow)
		if err != nil || len(d.in) != 1 || !d.in[0].At.Equal(want) || d.in[0].At.Location() != time.UTC {
			t.Errorf("%s is %v, error %v, want %v", raw, d.in, err, want)
		}
	}
}

// An event without an identifier must be known again however it is written, and be another than its like.
func TestDigest(t *testing.T) {
	a := digest([]byte(`{"sender":{"id":"1"},"referral":{"ref":"x","n":12345678901234567890}}`))
	for raw, same := range map[string]bool{
		`{ "referral":{"n":12345678901234567890,"ref":"\u0078"}, "sender":{"id":"1"}}`: true,
		`{"sender":{"id":"1"},"referral":{"ref":"x","n":12345678901234567891}}`:        false,
		`{"sender":{"id":"2"},"referral":{"ref":"x","n":12345678901234567890}}`:        false,
	} {
		if (digest([]byte(raw)) == a) != same {
			t.Errorf("the same key as of %s: %v, want %v", raw, !same, same)
		}
	}
}

func TestEachEditHasAKeyOfItsOwn(t *testing.T) {
	d, err := offline(t).decode([]byte(envelope(textEvent("M1", "a"),
		event1(`"message_edit":{"mid":"M1","text":"b","num_edit":1}`), event1(`"message_edit":{"mid":"M1","text":"c","num_edit":2}`))), testNow)
	if err != nil || len(d.in) != 3 {
		t.Fatal(err, d.in)
	}
	if a, b, c := d.in[0].Ref, d.in[1].Ref, d.in[2].Ref; a == b || b == c || a == c {
		t.Errorf("refs %q, %q, %q", a, b, c)
	}
}

func TestMeasuresAgainstThePageAreNoticed(t *testing.T) {
	for _, name := range []string{"policy_enforcement", "policy-enforcement", "messaging_integrity"} {
		d, err := offline(t).decode([]byte(envelope(`{"recipient":{"id":"404"},"timestamp":1,"`+name+`":{"action":"block"}}`)), testNow)
		if err != nil || !d.warned || d.unread != 0 || len(d.in) != 0 {
			t.Errorf("%s: %+v, error %v", name, d, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(envelope(textEvent("1", "გა"), event1(`"postback":{"payload":"x","referral":{"ref":"y"}}`))))
	f.Add([]byte(envelope(event1(`"message":{"is_echo":true}`), event1(`"message_edit":{"text":"x"}`), event1(`"referral":{"ref":"x"}`))))
	f.Add([]byte(`{"object":"page","entry":[{"id":1,"changes":[{"field":"messages","value":null}]},[],{"messaging":{}}]}`))
	f.Add([]byte(`{"object":"page","entry":[{"messaging":[{"sender":{"id":1e3},"timestamp":"-0","message":{"text":"x","attachments":[{}]}}]}]}`))
	c := offline(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := c.decode(raw, testNow)
		if err != nil && len(d.in) > 0 {
			t.Fatal("an unreadable delivery was read")
		}
		for _, in := range d.in {
			if in.Ref == "" || in.From.ID == "" || in.From.Platform != Platform || in.At.Location() != time.UTC || in.At.Year() > 2026 {
				t.Fatalf("took %#v", in)
			}
			if in.Kind == bot.KindPress && in.Action == "" {
				t.Fatalf("a press of nothing: %#v", in)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	c := offline(b)
	for _, n := range []int{1, 1000} {
		var events []string
		for i := range n {
			events = append(events, textEvent(fmt.Sprint(i), strings.Repeat("ბიუჯეტი ", 4)))
		}
		raw := []byte(envelope(events...))
		b.Run(fmt.Sprint(n, "_events"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d, err := c.decode(raw, testNow); err != nil || len(d.in) != n {
					b.Fatal(err, len(d.in))
				}
			}
		})
	}
}
