// Package channeltest is the contract of package channel, as tests: every channel passes Run. The fake platforms that
// channels are tested against are its subpackages. It imports bot, channel and the standard library.
//
// What a platform alone does (editing, presses, polling) is tested beside its channel.
package channeltest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Harness lets the contract play one platform.
type Harness struct {
	// Start returns a new channel that is connected to a working platform and logs to log.
	Start func(t *testing.T, log *slog.Logger) Subject
	// To is a citizen who can be reached. The ID must be long enough to be found in a log.
	To bot.Address
	// Secrets must never be in an error or a log.
	Secrets []string
	// Failures are the platform's own refusals; what any HTTP server can do is tested without being listed.
	Failures []Failure
	// Webhook is nil if the channel is no channel.Receiver.
	Webhook *Webhook
}

// Subject is a channel under test.
type Subject struct {
	Channel channel.Channel
	// Received returns what the citizen has got so far, one plain text for each message.
	Received func() []string
	// Break has every request to the platform answered by h, until Break(nil). It is nil if there is no network.
	Break func(h http.Handler)
	// Unplug has nobody answer the platform's address any more. It is nil if there is no network.
	Unplug func()
	// Media is a file of the platform's own. It is zero if the channel cannot send any.
	Media bot.Media
	// Files returns what the platform calls the files that the citizen has got so far. It is nil if the channel cannot send any.
	Files func() []string
}

// Failure is one refusal and what it must be classified as.
type Failure struct {
	Name       string
	Answer     http.HandlerFunc
	Want       channel.Failure
	RetryAfter time.Duration // at least
	Unsent     bool          // as of channel.SendError
}

// Webhook makes the platform's requests.
type Webhook struct {
	// Text is a genuine delivery of a citizen's text; another ref is another delivery.
	Text func(ref int, text string) *http.Request
	// Forge makes a genuine request one that the platform did not send.
	Forge map[string]func(r *http.Request)
	// Poison is genuine requests that cannot be read, and must be acknowledged.
	Poison func() map[string]*http.Request
	// Many is one genuine request with several texts and something unreadable between them; nil if the platform
	// delivers one by one.
	Many func(texts ...string) *http.Request
}

// Words that no log or error may hold.
const citizensWords = "საიდუმლო-სიტყვა"

// Run checks the contract.
func Run(t *testing.T, h Harness) {
	t.Run("basics", func(t *testing.T) { basics(t, h) })
	t.Run("every word arrives", func(t *testing.T) { wholeMessage(t, h) })
	t.Run("long texts", func(t *testing.T) { longTexts(t, h) })
	t.Run("files", func(t *testing.T) { files(t, h) })
	t.Run("concurrent sends", func(t *testing.T) { concurrent(t, h) })
	t.Run("ended context", func(t *testing.T) { endedContext(t, h) })
	t.Run("failures", func(t *testing.T) { failures(t, h) })
	t.Run("inspect", func(t *testing.T) { inspect(t, h) })
	if h.Webhook != nil {
		t.Run("webhook", func(t *testing.T) { webhook(t, h) })
	}
}

// start returns a subject whose log is searched for secrets at the end of the test.
func start(t *testing.T, h Harness) Subject {
	t.Helper()
	var log syncBuffer
	s := h.Start(t, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { noSecret(t, h, "the log", log.String()) })
	return s
}

func noSecret(t *testing.T, h Harness, where, text string) {
	t.Helper()
	for _, secret := range append([]string{h.To.ID, citizensWords}, h.Secrets...) {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds a secret: %s", where, text)
		}
	}
}

// cleanChain checks the text of err and of everything that it wraps.
func cleanChain(t *testing.T, h Harness, err error) {
	t.Helper()
	if err == nil {
		return
	}
	noSecret(t, h, "an error", err.Error())
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		cleanChain(t, h, e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			cleanChain(t, h, inner)
		}
	}
}

func basics(t *testing.T, h Harness) {
	c := start(t, h).Channel
	if c.Platform() != h.To.Platform || c.Platform() == "" {
		t.Errorf("Platform() = %q, and the address is of %q", c.Platform(), h.To.Platform)
	}
	if l := c.Limits(); l.TextUnits < 1 || l.PerSecond < 0 || l.PerChatSecond < 0 {
		t.Errorf("Limits() = %+v", l)
	}
	if _, ok := c.(channel.Receiver); ok != (h.Webhook != nil) {
		t.Errorf("is a channel.Receiver: %v, and the harness has a webhook: %v", ok, h.Webhook != nil)
	}
	_, err := c.Send(t.Context(), bot.Address{Platform: "elsewhere", ID: h.To.ID}, bot.Outbound{Text: "hello"})
	if channel.FailureOf(err) != channel.Rejected {
		t.Errorf("an address of another platform: %v, want rejected", err)
	}
	if _, err = c.Send(t.Context(), h.To, bot.Outbound{}); channel.FailureOf(err) != channel.Rejected {
		t.Errorf("a message without words: %v, want rejected", err)
	}
}

func wholeMessage(t *testing.T, h Harness) {
	s := start(t, h)
	m := bot.Outbound{
		Heading: "მონაწილეობითი ბიუჯეტი",
		Text:    "1 < 2 & 3 > 2; <b>\"not bold\"</b> *_`[x](y) \\ &amp; 😀",
		Note:    "წყარო: https://example.org/?a=1&b=2",
		Buttons: []bot.Button{{Label: "დიახ", Action: "yes"}, {Label: "არა <&>", Action: "no"}},
	}
	receipt, err := s.Channel.Send(t.Context(), h.To, m)
	if err != nil || len(receipt.Refs) == 0 {
		t.Fatalf("Send() = %+v, %v", receipt, err)
	}
	got := strings.Join(s.Received(), "\n")
	for _, want := range []string{m.Heading, m.Text, m.Note} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in what arrived: %q", want, got)
		}
	}
}

func longTexts(t *testing.T, h Harness) {
	limit := start(t, h).Channel.Limits().TextUnits
	size := min(2*limit+limit/2, 20_000)
	for name, unit := range map[string]string{
		"Georgian":         "ოზურგეთის მუნიციპალიტეტი აცხადებს. ",
		"paragraphs":       "პირველი აბზაცი & <სხვა>\n\n",
		"one long word":    "ოზურგეთი",
		"emoji":            "👩‍👩‍👧‍👦",
		"combining marks":  "ა\u0301\u0302",
		"characters to &;": "&<>\"'",
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, h)
			text := strings.Repeat(unit, size/channel.Units(unit)+1)
			receipt, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Heading: "H", Text: text, Note: "N"})
			if err != nil {
				t.Fatal(err)
			}
			parts := s.Received()
			if len(receipt.Refs) != len(parts) {
				t.Errorf("%d refs for %d messages", len(receipt.Refs), len(parts))
			}
			for _, p := range parts {
				if n := channel.Units(p); n > limit {
					t.Errorf("a message of %d units, and the limit is %d", n, limit)
				}
			}
			if got, want := letters(parts...), letters("H", text, "N"); got != want {
				t.Errorf("%d bytes of letters arrived in order, want %d", len(got), len(want))
			}
		})
	}
}

// letters joins texts without their white space.
func letters(texts ...string) string {
	return strings.Join(strings.Fields(strings.Join(texts, " ")), "")
}

func concurrent(t *testing.T, h Harness) {
	s := start(t, h)
	const n = 20
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if _, err := s.Channel.Send(t.Context(), h.To, bot.Outbound{Text: "ერთად"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(s.Received()); got != n {
		t.Errorf("%d messages arrived, want %d", got, n)
	}
}

func endedContext(t *testing.T, h Harness) {
	s := start(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Channel.Send(ctx, h.To, bot.Outbound{Text: "late"})
	if channel.FailureOf(err) != channel.Temporary || !errors.Is(err, context.Canceled) {
		t.Errorf("Send() = %v, want temporary and context.Canceled", err)
	}
	if !channel.Unsent(err) {
		t.Error("it is not known that nothing was sent")
	}
	if got := s.Received(); len(got) != 0 {
		t.Errorf("%d messages arrived", len(got))
	}
}

// syncBuffer is a bytes.Buffer for concurrent writers.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
