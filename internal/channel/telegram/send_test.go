package telegram

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

func send(t *testing.T, c *Channel, m bot.Outbound) channel.Receipt {
	t.Helper()
	receipt, err := c.Send(t.Context(), ninosAddress, m)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func TestSendMarkup(t *testing.T) {
	c, server := connect(t, nil, nil)
	send(t, c, bot.Outbound{Heading: "A & B", Text: "1 < 2", Note: "<წყარო>"})
	got := server.Messages(nino)[0]
	if want := "<b>A &amp; B</b>\n\n1 &lt; 2\n\n<i>&lt;წყარო&gt;</i>"; got.Raw != want {
		t.Errorf("sent %q, want %q", got.Raw, want)
	}
	call := server.Calls("sendMessage")[0]
	if call.Params["link_preview_options"] != `{"is_disabled":true}` || call.Params["parse_mode"] != "HTML" {
		t.Errorf("params %v", call.Params)
	}
	if _, ok := call.Params["reply_markup"]; ok {
		t.Error("a keyboard without buttons")
	}
}

func TestSendInvalidUTF8(t *testing.T) {
	c, server := connect(t, nil, nil)
	send(t, c, bot.Outbound{Text: "a\xffb"})
	if got := server.Messages(nino)[0].Text; got != "a\uFFFDb" {
		t.Errorf("sent %q", got)
	}
}

func TestSendButtons(t *testing.T) {
	c, server := connect(t, nil, nil)
	labels := []string{"დიახ", "არა", "ყველა სოფელი ერთად", "მეტი", "უკან", "კი"}
	m := bot.Outbound{Text: strings.Repeat("სიტყვა ", 1000)}
	for _, l := range labels {
		m.Buttons = append(m.Buttons, bot.Button{Label: l, Action: "a:1"})
	}
	send(t, c, m)
	got := server.Messages(nino)
	if len(got) != 2 || len(got[0].Rows) != 0 {
		t.Fatalf("%d messages, the first with rows %v", len(got), got[0].Rows)
	}
	var rows [][]string
	for _, r := range got[1].Rows {
		var row []string
		for _, b := range r {
			row = append(row, b.Label)
		}
		rows = append(rows, row)
	}
	want := [][]string{{"დიახ", "არა"}, {"ყველა სოფელი ერთად"}, {"მეტი", "უკან"}, {"კი"}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("rows %q, want %q", rows, want)
	}
}

func TestSendReplaces(t *testing.T) {
	tests := []struct {
		name  string
		fail  *fakebot.Failure
		edits int // of the first message
		total int
	}{
		{"edits", nil, 1, 1},
		{"too old", ptr(fakebot.BadRequest("message can't be edited")), 0, 2},
		{"not found", ptr(fakebot.BadRequest("message to edit not found")), 0, 2},
		{"a photo", ptr(fakebot.BadRequest("there is no text in the message to edit")), 0, 2},
		{"not modified", ptr(fakebot.BadRequest("message is not modified: specified new message content and reply markup are exactly the same")), 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, server := connect(t, nil, nil)
			ref := send(t, c, bot.Outbound{Text: "ჰკითხა", Buttons: []bot.Button{{Label: "დიახ", Action: "y"}}}).Refs[0]
			if tt.fail != nil {
				server.Fail("editMessageText", 1, *tt.fail)
			}
			got := send(t, c, bot.Outbound{Text: "მიიღო", Replaces: ref})
			ms := server.Messages(nino)
			if len(ms) != tt.total || ms[0].Edits != tt.edits {
				t.Fatalf("%d messages, the first edited %d times", len(ms), ms[0].Edits)
			}
			if tt.edits > 0 && (ms[0].Text != "მიიღო" || len(ms[0].Rows) != 0) {
				t.Errorf("edited to %q with rows %v", ms[0].Text, ms[0].Rows)
			}
			if (got.Refs[0] == ref) != (tt.total == 1) {
				t.Errorf("ref %s, of the first message %s", got.Refs[0], ref)
			}
		})
	}
	t.Run("unchanged", func(t *testing.T) {
		c, server := connect(t, nil, nil)
		ref := send(t, c, bot.Outbound{Text: "იგივე"}).Refs[0]
		if got := send(t, c, bot.Outbound{Text: "იგივე", Replaces: ref}); got.Refs[0] != ref || len(server.Messages(nino)) != 1 {
			t.Errorf("refs %v, %d messages", got.Refs, len(server.Messages(nino)))
		}
	})
	t.Run("a long text edits its first part", func(t *testing.T) {
		c, server := connect(t, nil, nil)
		ref := send(t, c, bot.Outbound{Text: "ჰკითხა"}).Refs[0]
		got := send(t, c, bot.Outbound{Text: strings.Repeat("სიტყვა ", 1000), Replaces: ref, Buttons: []bot.Button{{Label: "x", Action: "x"}}})
		ms := server.Messages(nino)
		if len(ms) != 2 || ms[0].Edits != 1 || len(ms[0].Rows) != 0 || len(ms[1].Rows) != 1 || got.Refs[0] != ref {
			t.Errorf("messages %d, refs %v", len(ms), got.Refs)
		}
	})
	t.Run("another platform's message", func(t *testing.T) {
		c, server := connect(t, nil, nil)
		send(t, c, bot.Outbound{Text: "ტექსტი", Replaces: "m_abc"})
		if len(server.Messages(nino)) != 1 {
			t.Error("no new message")
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestSendRefusedMarkupGoesPlain(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Fail("sendMessage", 1, fakebot.BadRequest("can't parse entities: Unsupported start tag"))
	send(t, c, bot.Outbound{Heading: "A & B", Text: "<ok>"})
	got := server.Messages(nino)
	if len(got) != 1 || got[0].Text != "A & B\n\n<ok>" || got[0].Raw != got[0].Text {
		t.Errorf("messages %+v", got)
	}
}

func TestSendRefusedForGoodIsTriedOncePerRemedy(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Fail("", -1, fakebot.BadRequest("can't parse entities: x"))
	_, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: "x"})
	if channel.FailureOf(err) != channel.Rejected || len(server.Calls("")) != 2 {
		t.Errorf("%v after %d calls, want rejected after 2", err, len(server.Calls("")))
	}
}

func TestSendFollowsMigratedGroup(t *testing.T) {
	c, server := connect(t, nil, nil)
	server.Fail("sendMessage", 1, fakebot.Migrated(-100777))
	_, err := c.Send(t.Context(), bot.Address{Platform: Platform, ID: "-5"}, bot.Outbound{Text: strings.Repeat("ა", 5000)})
	if err != nil {
		t.Fatal(err)
	}
	if got := server.Messages(-100777); len(got) != 2 {
		t.Errorf("%d messages in the supergroup, want both", len(got))
	}
}

func TestSendReportsWhatWentOutBefore(t *testing.T) {
	c, server := connect(t, nil, nil)
	sends := 0
	server.Intercept(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sends++; sends <= 2 {
			fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d}}`, sends)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`)
	}))
	receipt, err := c.Send(t.Context(), ninosAddress, bot.Outbound{Text: strings.Repeat("ა", 10_000)})
	if channel.FailureOf(err) != channel.Unreachable || !slices.Equal(receipt.Refs, []string{"1", "2"}) {
		t.Errorf("receipt %v, error %v", receipt, err)
	}
}

func TestLayout(t *testing.T) {
	long := strings.Repeat("ა", maxText)
	tests := []struct {
		name string
		m    bot.Outbound
		want []int // pieces of each part
	}{
		{"nothing", bot.Outbound{Text: " \n "}, nil},
		{"all in one", bot.Outbound{Heading: "h", Text: "t", Note: "n"}, []int{3}},
		{"exactly full", bot.Outbound{Text: long}, []int{1}},
		{"a heading stays with the text", bot.Outbound{Heading: "h", Text: long}, []int{2, 1}},
		{"a note is kept together", bot.Outbound{Text: long[3*1200:], Note: strings.Repeat("n ", 700)}, []int{1, 1}},
		{"no text starts in a narrow rest", bot.Outbound{Heading: long[3*100:], Text: strings.Repeat("t ", 200)}, []int{1, 1}},
		{"a heading may be too long", bot.Outbound{Heading: long + long, Text: "t"}, []int{1, 1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []int
			for _, p := range layout(tt.m) {
				got = append(got, len(p))
				if p.units() > maxText {
					t.Errorf("a part of %d units", p.units())
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("pieces %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWorstMarkupFitsTheServersByteLimit(t *testing.T) {
	for _, worst := range []string{"&", "\"", "'", "<", "ა", "😀"} {
		for _, p := range layout(bot.Outbound{Heading: worst, Text: strings.Repeat(worst, 3*maxText), Note: worst}) {
			if n := len(p.html()); n > 32768 {
				t.Errorf("%d bytes of %q", n, worst)
			}
		}
	}
}
