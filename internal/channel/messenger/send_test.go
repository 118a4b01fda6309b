package messenger

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakegraph"
)

func send(t testing.TB, c *Channel, m bot.Outbound) channel.Receipt {
	t.Helper()
	receipt, err := c.Send(t.Context(), ninosAddress, m)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func TestSend(t *testing.T) {
	c, server := connect(t, nil, nil)
	receipt := send(t, c, bot.Outbound{Heading: "A & B", Text: "1 < 2\xff", Note: "წყარო", Replaces: "m_1"})
	got := server.Messages(nino)
	if len(got) != 1 || got[0].Text != "A & B\n\n1 < 2\uFFFD\n\nწყარო" || got[0].Metadata == "" || len(got[0].Replies) != 0 {
		t.Fatalf("sent %+v", got)
	}
	if !slices.Equal(receipt.Refs, []string{got[0].ID}) {
		t.Errorf("refs %q, and the message is %q", receipt.Refs, got[0].ID)
	}
	p := server.Calls("messages")[0].Params
	if p["messaging_type"] != "RESPONSE" || p["recipient"] != `{"id":"`+nino+`"}` || strings.Contains(p["message"], "quick_replies") {
		t.Errorf("params %v", p)
	}
}

func TestButtons(t *testing.T) {
	buttons := func(labels ...string) (out []bot.Button) {
		for i, l := range labels {
			out = append(out, bot.Button{Label: l, Action: fmt.Sprint("a:", i+1)})
		}
		return out
	}
	fourteen := strings.Fields("a b c d e f g h i j k l m n")
	tests := []struct {
		name   string
		labels []string
		text   string // after "?"
		titles string
	}{
		{"short", []string{"დიახ", "არა"}, "", "დიახ|არა"},
		{"just short enough", []string{strings.Repeat("ა", 20)}, "", strings.Repeat("ა", 20)},
		{"one long", []string{"დიახ", "მონაწილეობითი ბიუჯეტი"}, "\n\n1. დიახ\n2. მონაწილეობითი ბიუჯეტი", "1. დიახ|2. მონაწილეობითი ბი…"},
		{"no blank before the ellipsis", []string{"მონაწილეობითი ბ ბიუჯეტი"}, "\n\n1. მონაწილეობითი ბ ბიუჯეტი", "1. მონაწილეობითი ბ…"},
		{"no grapheme is cut", []string{"0123456789abcd👩‍👩‍👧‍👦x"}, "\n\n1. 0123456789abcd👩‍👩‍👧‍👦x", "1. 0123456789abcd…"},
		{"combining marks", []string{strings.Repeat("ა\u0301", 11)}, "\n\n1. " + strings.Repeat("ა\u0301", 11), "1. " + strings.Repeat("ა\u0301", 8) + "…"},
		{"fourteen", fourteen, "\n\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n10. j\n11. k\n12. l\n13. m\n14. n",
			"1. a|2. b|3. c|4. d|5. e|6. f|7. g|8. h|9. i|10. j|11. k|12. l|13. m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, server := connect(t, nil, nil)
			send(t, c, bot.Outbound{Text: "?", Buttons: buttons(tt.labels...)})
			got := server.Messages(nino)[0]
			var titles []string
			for i, q := range got.Replies {
				titles = append(titles, q.Title)
				if q.Payload != fmt.Sprint("a:", i+1) {
					t.Errorf("%q sends %q", q.Title, q.Payload)
				}
			}
			if got.Text != "?"+tt.text || strings.Join(titles, "|") != tt.titles {
				t.Errorf("text %q, titles %q", got.Text, titles)
			}
		})
	}
}

func TestButtonsGoUnderTheLastPart(t *testing.T) {
	c, server := connect(t, nil, nil)
	receipt := send(t, c, bot.Outbound{Text: strings.Repeat("სიტყვა ", 600), Buttons: []bot.Button{{Label: "x", Action: "x"}}})
	got := server.Messages(nino)
	if len(got) != 3 || len(receipt.Refs) != 3 || len(got[0].Replies)+len(got[1].Replies) != 0 || len(got[2].Replies) != 1 {
		t.Errorf("messages %+v", got)
	}
}

func TestSendFile(t *testing.T) {
	for kind, want := range map[bot.Kind]string{bot.KindPhoto: "image", bot.KindVideo: "video", bot.KindVoice: "audio", bot.KindDocument: "file"} {
		c, server := connect(t, nil, nil)
		media := bot.Media{Kind: kind, Platform: Platform, Ref: "https://example.org/f?a=1&b=2", Instead: "x"}
		receipt := send(t, c, bot.Outbound{Text: "ტექსტი", Media: media, Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}})
		got := server.Messages(nino)
		if len(got) != 2 || got[0].File != (fakegraph.File{Type: want, URL: media.Ref}) || got[0].Metadata != ours || len(got[0].Replies) != 0 ||
			got[1].Text != "ტექსტი" || len(got[1].Replies) != 1 {
			t.Fatalf("%s: sent %+v", want, got)
		}
		if !slices.Equal(receipt.Refs, []string{got[1].ID, got[0].ID}) {
			t.Errorf("%s: refs %q, and the words are %q", want, receipt.Refs, got[1].ID)
		}
		if p := server.Calls("messages")[0].Params["message"]; !strings.Contains(p, `"is_reusable":true`) || strings.Contains(p, `"text"`) {
			t.Errorf("%s: message %s", want, p)
		}
		send(t, c, bot.Outbound{Media: media, Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}})
		if got := server.Messages(nino); len(got) != 3 || got[2].File.URL != media.Ref || len(got[2].Replies) != 1 {
			t.Errorf("%s, without words: sent %+v", want, got)
		}
	}
}

// If a file cannot be sent, the citizen gets what there is to say.
func TestRefusedFile(t *testing.T) {
	media := bot.Media{Kind: bot.KindPhoto, Platform: Platform, Ref: "https://example.org/gone.png", Instead: "[ფოტო]"}
	for name, fail := range map[string]fakegraph.Failure{
		"gone": fakegraph.NoSuchFile(), "too large": {Status: 400, Code: 100, Subcode: 2018109, Message: "(#100) Attachment size exceeds allowable limit"},
	} {
		c, server := connect(t, nil, nil)
		server.Fail("messages", 1, fail)
		receipt := send(t, c, bot.Outbound{Text: "ტექსტი", Media: media})
		if got := server.Messages(nino); len(got) != 1 || got[0].Text != "ტექსტი\n\n[ფოტო]" || len(receipt.Refs) != 1 {
			t.Errorf("%s: sent %+v", name, got)
		}
	}
	c, server := connect(t, nil, nil)
	media.Ref = "AgACAgIAAxk"
	send(t, c, bot.Outbound{Media: media})
	if got := server.Messages(nino); len(got) != 1 || got[0].Text != "[ფოტო]" {
		t.Errorf("no web address: sent %+v", got)
	}
}

// What arrived in part was not unsent.
func TestSendInPart(t *testing.T) {
	c, server := connect(t, nil, nil)
	sends := 0
	server.Intercept(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sends++; sends == 1 {
			fmt.Fprint(w, `{"recipient_id":"1","message_id":"m_1"}`)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	receipt, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: strings.Repeat("ა", 3000)})
	if channel.FailureOf(err) != channel.Temporary || channel.Unsent(err) || len(receipt.Refs) != 1 {
		t.Errorf("receipt %v, error %v, unsent %v", receipt, err, channel.Unsent(err))
	}
}

func TestSendReportsWhatWentOutBefore(t *testing.T) {
	c, server := connect(t, nil, nil)
	sends := 0
	server.Intercept(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sends++; sends <= 2 {
			fmt.Fprintf(w, `{"recipient_id":"1","message_id":"m_%d"}`, sends)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":{"message":"(#10) outside of allowed window","code":10,"error_subcode":2018278}}`)
	}))
	receipt, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: strings.Repeat("ა", 5000)})
	if channel.FailureOf(err) != channel.WindowClosed || !slices.Equal(receipt.Refs, []string{"m_1", "m_2"}) {
		t.Errorf("receipt %v, error %v", receipt, err)
	}
}

func TestTheWindow(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Advance(c.Limits().Window - time.Minute)
	send(t, c, bot.Outbound{Text: "x"})
	server.Advance(2 * time.Minute)
	if _, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"}); channel.FailureOf(err) != channel.WindowClosed {
		t.Errorf("after the window: %v", err)
	}
	server.Referral(nino, "digest_2026w47") // a link opens it again
	send(t, c, bot.Outbound{Text: "x"})
}

// A person's words may go out for seven days if the Page has the permission; else they wait for the citizen.
func TestLate(t *testing.T) {
	late := bot.Outbound{Text: "ხვალ მოვალთ", Purpose: bot.PurposePerson, Late: true}
	for _, tt := range []struct {
		name    string
		allowed bool
		after   time.Duration
		fail    *fakegraph.Failure
		want    channel.Failure // 0: sent
	}{
		{"allowed", true, 6 * 24 * time.Hour, nil, 0},
		{"too late", true, 8 * 24 * time.Hour, nil, channel.WindowClosed},
		{"not allowed", false, 25 * time.Hour, nil, channel.WindowClosed},
		{"no permission", true, time.Hour, &fakegraph.Failure{Status: 403, Code: 200, Message: "(#200) HUMAN_AGENT needs a permission"}, channel.WindowClosed},
		{"no permission, in other words", true, time.Hour, &fakegraph.Failure{Status: 403, Code: 10, Message: "(#10) no permission"}, channel.WindowClosed},
		{"a stranger", true, time.Hour, ptr(fakegraph.NoSuchUser()), channel.Unreachable},
		{"no valid token", true, time.Hour, ptr(fakegraph.TokenExpired()), channel.Misconfigured},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := fakegraph.Start(t, fakegraph.Options{HumanAgent: tt.allowed})
			server.Meet(nino)
			server.Advance(tt.after)
			if tt.fail != nil {
				server.Fail("messages", 1, *tt.fail)
			}
			_, err := configured(t, server, nil, nil).Send(t.Context(), ninosAddress, late)
			if (err == nil) != (tt.want == 0) || err != nil && channel.FailureOf(err) != tt.want {
				t.Errorf("Send() = %v, want %v", err, tt.want)
			}
			if (err == nil) != (server.Sent() == 1) {
				t.Errorf("%d messages arrived", server.Sent())
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestThrottledWaitsAsLongAsMetaSays(t *testing.T) {
	for minutes, want := range map[int]time.Duration{0: rest, 1: time.Minute, 90: 90 * time.Minute, 1 << 40: 24 * time.Hour} {
		c, server := connect(t, nil, nil)
		server.Fail("messages", 1, fakegraph.TooManyCalls(minutes))
		_, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
		if channel.FailureOf(err) != channel.Throttled || channel.RetryAfter(err) != want {
			t.Errorf("%d minutes: %v after %v, want %v", minutes, err, channel.RetryAfter(err), want)
		}
	}
}

func TestErrorsNameWhatTheOperatorNeeds(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Fail("", 1, fakegraph.TokenExpired())
	_, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
	want := "send: misconfigured (190/463 the page access token is not valid): messenger messages: 190/463 Error validating access token: " +
		"Session has expired on Monday, ##-Nov-## ## (trace AfakeTraceBcdEfGhIjKlMn)"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
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
	if err := c.Typing(t.Context(), bot.Address{Platform: "telegram", ID: nino}); channel.FailureOf(err) != channel.Rejected {
		t.Errorf("elsewhere: %v", err)
	}
}

func TestPost(t *testing.T) {
	c, server := connect(t, nil, nil)
	ref, err := c.Post(t.Context(), "სიახლე", "https://example.org/?a=1&b=2", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	if _, err := c.Post(t.Context(), "მალე", "", at); err != nil {
		t.Fatal(err)
	}
	got := server.Posts()
	if len(got) != 2 || got[0].ID != ref || got[0].Message != "სიახლე" || got[0].Link != "https://example.org/?a=1&b=2" || !got[0].At.IsZero() {
		t.Fatalf("posts %+v, ref %q", got, ref)
	}
	if got[1].Link != "" || !got[1].At.Equal(at) {
		t.Errorf("scheduled %+v, want at %v", got[1], at)
	}
	for name, at := range map[string]time.Time{
		"past": time.Now().Add(-time.Hour), "too soon": time.Now().Add(9 * time.Minute), "too late": time.Now().Add(31 * 24 * time.Hour),
	} {
		if _, err := c.Post(t.Context(), "x", "", at); err == nil || !strings.Contains(err.Error(), "10 minutes to 30 days") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Post(t.Context(), " ", "", time.Time{}); err == nil {
		t.Error("nothing was published")
	}
	if len(server.Posts()) != 2 {
		t.Errorf("%d posts", len(server.Posts()))
	}
}

func TestPostFails(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Fail("feed", 1, fakegraph.TokenExpired())
	if _, err := c.Post(t.Context(), "საიდუმლო", "", time.Time{}); channel.FailureOf(err) != channel.Misconfigured || strings.Contains(err.Error(), "საიდუმლო") {
		t.Errorf("Post() = %v", err)
	}
	server.Fail("feed", 1, fakegraph.Foreign(200, `{"success":true}`))
	if _, err := c.Post(t.Context(), "x", "", time.Time{}); err == nil {
		t.Error("an answer without an id passed")
	}
}

// The library writes into what it is given; a Channel gives it copies.
func TestCallsLeaveTheirParametersAlone(t *testing.T) {
	c, _ := connect(t, nil, nil)
	before, _ := json.Marshal(c.profile.set)
	for range 2 {
		if _, err := c.call(t.Context(), "POST", "messenger_profile", c.profile.set); err != nil {
			t.Fatal(err)
		}
	}
	if after, _ := json.Marshal(c.profile.set); string(after) != string(before) {
		t.Errorf("they were %s and are %s", before, after)
	}
}

// FuzzLayout asks that whatever is sent is within Messenger's limits.
func FuzzLayout(f *testing.F) {
	f.Add("h", strings.Repeat("ა ", 3000), "n", "დიახ", 14)
	f.Add("", "👩‍👩‍👧‍👦", "\xff", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2)
	f.Fuzz(func(t *testing.T, heading, text, note, label string, n int) {
		m := bot.Outbound{Heading: heading, Text: text, Note: note}
		for range max(0, min(n, 100)) {
			m.Buttons = append(m.Buttons, bot.Button{Label: label, Action: "a"})
		}
		for _, p := range plan(m, nil) {
			if strings.TrimSpace(p.Text) == "" || channel.Units(p.Text) > maxText {
				t.Fatalf("a part of %d units", channel.Units(p.Text))
			}
			if len(p.Replies) > maxReplies {
				t.Fatalf("%d quick replies", len(p.Replies))
			}
			for _, q := range p.Replies {
				if channel.Units(q.Title) > maxTitle {
					t.Fatalf("a title of %d units", channel.Units(q.Title))
				}
			}
		}
	})
}

func BenchmarkSend(b *testing.B) {
	server := fakegraph.Start(b, fakegraph.Options{Forgetful: true})
	server.Meet(nino)
	c := configured(b, server, nil, nil)
	m := bot.Outbound{Heading: "სათაური", Text: strings.Repeat("პასუხი ", 40), Note: "წყარო", Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Send(b.Context(), ninosAddress, m); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
