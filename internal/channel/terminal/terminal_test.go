package terminal

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest"
)

func TestContract(t *testing.T) {
	to := bot.Address{Platform: Platform, ID: "nino-at-the-keyboard"}
	channeltest.Run(t, channeltest.Harness{
		To: to,
		Start: func(*testing.T, *slog.Logger) channeltest.Subject {
			var out strings.Builder
			return channeltest.Subject{
				Channel: New(strings.NewReader(""), &out, Options{As: to.ID, Width: 1 << 20}),
				Received: func() []string {
					// An empty line ends each message; paragraphs of a text are set off in the same way.
					if out.Len() == 0 {
						return nil
					}
					if n := strings.Count(out.String(), "ერთად"); n > 0 {
						return strings.SplitN(strings.TrimSuffix(out.String(), "\n\n"), "\n\n", n)
					}
					return []string{out.String()}
				},
			}
		},
	})
}

// TestTranscript runs a piped conversation: reply n is printed before line n+1.
func TestTranscript(t *testing.T) {
	var out strings.Builder
	var c *Channel
	replies := make(chan bot.Inbound, 1)
	c = New(strings.NewReader("გამარჯობა\n\n  2 \r\nbye"), &out, Options{
		As: "nino",
		Settled: func(ctx context.Context) error {
			in := <-replies
			_, err := c.Send(ctx, in.From, bot.Outbound{
				Heading: "სათაური",
				Text:    "you said: " + in.Text,
				Note:    "წყარო",
				Buttons: []bot.Button{{Label: "დიახ", Action: "y"}, {Label: "არა", Action: "n"}},
			})
			return err
		},
	})
	refs := map[string]bool{}
	err := c.Poll(t.Context(), func(_ context.Context, in ...bot.Inbound) error {
		if len(in) != 1 || in[0].From.ID != "nino" || in[0].Kind != bot.KindText || in[0].At.IsZero() {
			t.Errorf("accepted %#v", in)
		}
		refs[in[0].Ref] = true
		replies <- in[0]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, line := range []string{"გამარჯობა", "2", "bye"} {
		want.WriteString("> " + line + "\nსათაური\nyou said: " + line + "\nწყარო\n  1. დიახ\n  2. არა\n\n")
	}
	if out.String() != want.String() {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want.String())
	}
	if len(refs) != 3 {
		t.Errorf("%d references for 3 lines", len(refs))
	}
}

func TestPollEnds(t *testing.T) {
	full := errors.New("disk full")
	take := func(context.Context, ...bot.Inbound) error { return nil }
	if err := New(strings.NewReader("x\ny\n"), io.Discard, Options{}).Poll(t.Context(), func(context.Context, ...bot.Inbound) error { return full }); !errors.Is(err, full) {
		t.Errorf("accept failed: Poll() = %v", err)
	}
	if err := New(strings.NewReader(strings.Repeat("x", maxLine+1)), io.Discard, Options{}).Poll(t.Context(), take); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("a line too long: Poll() = %v", err)
	}
	in, keyboard := io.Pipe() // nobody types
	defer keyboard.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := New(in, io.Discard, Options{}).Poll(ctx, take); err != nil {
		t.Errorf("the context ended: Poll() = %v", err)
	}
}

func TestSendToAClosedOutput(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	_, err := New(strings.NewReader(""), w, Options{}).Send(t.Context(), bot.Address{Platform: Platform, ID: "me"}, bot.Outbound{Text: "x"})
	if channel.FailureOf(err) != channel.Temporary || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Send() = %v", err)
	}
}

func TestRender(t *testing.T) {
	colours := style{heading: "[b]", note: "[d]", end: "[/]"}
	tests := []struct {
		name string
		m    bot.Outbound
		s    style
		want string
	}{
		{"Georgian wraps between words", bot.Outbound{Text: "ოზურგეთის მუნიციპალიტეტის საკრებულო"}, style{}, "ოზურგეთის\nმუნიციპალიტეტის\nსაკრებულო\n\n"},
		{"a word may be too wide", bot.Outbound{Text: "https://example.org/very/long ok"}, style{}, "https://example.org/very/long\nok\n\n"},
		{"paragraphs stay", bot.Outbound{Text: "a\n\nb"}, style{}, "a\n\nb\n\n"},
		{"marks take no room", bot.Outbound{Text: strings.Repeat("e\u0301", 10) + " " + strings.Repeat("e\u0301", 9)}, style{}, strings.Repeat("e\u0301", 10) + " " + strings.Repeat("e\u0301", 9) + "\n\n"},
		{"long labels hang", bot.Outbound{Text: "x", Buttons: []bot.Button{{Label: "ნატანების ადმინისტრაციული ერთეული"}}}, style{}, "x\n  1. ნატანების\n     ადმინისტრაციული\n     ერთეული\n\n"},
		{"colours", bot.Outbound{Heading: "h", Text: "t", Note: "n"}, colours, "[b]h[/]\nt\n[d]n[/]\n\n"},
		{"nothing steers the terminal", bot.Outbound{Text: "a\x1b[2Jb\u009bc"}, style{}, "a[2Jbc\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := render(tt.m, 20, tt.s); got != tt.want {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func TestNoColourWithoutATerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for name, out := range map[string]io.Writer{"a pipe": &strings.Builder{}, "the null device": null} {
		if c := New(null, out, Options{}); c.style != (style{}) || c.interactive {
			t.Errorf("%s: style %q, interactive %v", name, c.style, c.interactive)
		}
	}
}

// What is for somebody else is not shown to whoever sits here.
func TestNobodyReadsAnothersMail(t *testing.T) {
	var out strings.Builder
	c := New(strings.NewReader(""), &out, Options{As: "nino"})
	_, err := c.Send(t.Context(), bot.Address{Platform: Platform, ID: "giorgi"}, bot.Outbound{Text: "for Giorgi"})
	if channel.FailureOf(err) != channel.WindowClosed || out.Len() > 0 {
		t.Errorf("%v; it reads %q", err, out.String())
	}
}
