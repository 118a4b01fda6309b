package messenger

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest"
	"ogpbot/internal/channel/channeltest/fakegraph"
)

const nino = "7000012345678901"

var ninosAddress = bot.Address{Platform: Platform, ID: nino}

// connect returns a channel and the fake server that it talks to, where Nino has just written; edit may change the
// configuration.
func connect(t testing.TB, log *slog.Logger, edit func(*Config)) (*Channel, *fakegraph.Server) {
	t.Helper()
	server := fakegraph.Start(t, fakegraph.Options{})
	server.Meet(nino)
	return configured(t, server, log, edit), server
}

func configured(t testing.TB, server *fakegraph.Server, log *slog.Logger, edit func(*Config)) *Channel {
	t.Helper()
	o := server.Options()
	cfg := Config{Token: o.Token, AppSecret: o.AppSecret, VerifyToken: o.VerifyToken, GraphAPI: server.URL(), Logger: log}
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// offline returns a channel that is connected to nothing.
func offline(t testing.TB) *Channel {
	t.Helper()
	c, err := New(Config{Token: fakegraph.DefaultToken, AppSecret: fakegraph.DefaultAppSecret, VerifyToken: fakegraph.DefaultVerifyToken})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestContract(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		To:      ninosAddress,
		Secrets: []string{fakegraph.DefaultToken, fakegraph.DefaultAppSecret, fakegraph.DefaultVerifyToken},
		Start: func(t *testing.T, log *slog.Logger) channeltest.Subject {
			c, server := connect(t, log, nil)
			return channeltest.Subject{
				Channel: c,
				Break:   server.Intercept,
				Unplug:  server.Close,
				Media:   bot.Media{Kind: bot.KindVoice, Platform: Platform, Ref: "https://example.org/voice.mp3"},
				Received: func() (texts []string) {
					for _, m := range server.Messages(nino) {
						texts = append(texts, m.Text)
					}
					return texts
				},
				Files: func() (refs []string) {
					for _, m := range server.Messages(nino) {
						if m.File.URL != "" {
							refs = append(refs, m.File.URL)
						}
					}
					return refs
				},
			}
		},
		Failures: graphFailures(),
		Webhook: &channeltest.Webhook{
			Text: func(ref int, text string) *http.Request {
				return delivered(envelope(textEvent(strconv.Itoa(ref), text)))
			},
			Forge: map[string]func(*http.Request){
				"no signature": func(r *http.Request) { r.Header.Del(signatureHeader); r.Body = channeltest.Unread(t) },
				"no hash":      func(r *http.Request) { r.Header.Set(signatureHeader, "sha256=xyz"); r.Body = channeltest.Unread(t) },
				"a cut hash":   func(r *http.Request) { r.Header.Set(signatureHeader, "sha256=00ff"); r.Body = channeltest.Unread(t) },
				"an old hash":  func(r *http.Request) { r.Header.Set(signatureHeader, "sha1="+strings.Repeat("0", 40)) },
				"another hash": func(r *http.Request) { r.Header.Set(signatureHeader, "sha256="+strings.Repeat("0", 64)) },
				"another body": func(r *http.Request) { r.Body = body(envelope(textEvent("1", "ყალბი"))) },
				"the same, longer": func(r *http.Request) {
					r.Body = body(envelope(textEvent("1", "საიდუმლო-სიტყვა")) + " ")
				},
			},
			Poison: poison,
			Many: func(texts ...string) *http.Request {
				var events []string
				for i, text := range texts {
					events = append(events, textEvent(strconv.Itoa(i), text), `{"sender":{"id":"1"},"message":"?"}`, `7`)
				}
				return delivered(envelope(events...))
			},
		},
	})
}

const signatureHeader = "X-Hub-Signature-256"

// delivered is a genuine request of Meta's.
func delivered(text string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/webhook/messenger", strings.NewReader(text))
	r.Header.Set(signatureHeader, fakegraph.New(fakegraph.Options{}).Sign([]byte(text)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func body(text string) readCloser { return readCloser{strings.NewReader(text)} }

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// envelope is a delivery of messaging events.
func envelope(events ...string) string {
	return `{"object":"page","entry":[{"id":"404","time":1795000000123,"messaging":[` + strings.Join(events, ",") + `]}]}`
}

func textEvent(mid, text string) string {
	return event1(`"message":{"mid":"` + mid + `","text":` + strconv.QuoteToASCII(text) + `}`)
}

func event1(fields string) string {
	return `{"sender":{"id":"` + nino + `"},"recipient":{"id":"404"},"timestamp":1795000000123,` + fields + `}`
}

func poison() map[string]*http.Request {
	out := map[string]*http.Request{}
	for name, text := range map[string]string{
		"empty":            "",
		"no JSON":          "\x00\xff",
		"cut off":          `{"object":"page","entry":[{"messaging":[{"message":{"text":"საიდუმლო-სიტყვა`,
		"a list":           `[1,2]`,
		"no object":        `{"entry":[]}`,
		"no entry":         `{"object":"page"}`,
		"another object":   `{"object":"instagram","entry":[{"messaging":[` + textEvent("1", "x") + `]}]}`,
		"ill-typed":        `{"object":"page","entry":{"messaging":7}}`,
		"ill-typed entry":  `{"object":"page","entry":[7,"x",null,{"messaging":"?"},{"changes":{"a":1}}]}`,
		"ill-typed events": envelope(`7`, `"x"`, `null`, `[]`, `{}`, `{"message":7}`, `{"sender":{"id":"1"},"message":[]}`, `{"sender":7,"postback":{}}`),
		"no sender":        envelope(`{"message":{"mid":"1","text":"x"}}`),
		"unknown kind":     envelope(event1(`"teleported":{"mid":"1"}`)),
		"deep":             strings.Repeat("[", 100_000),
		"an empty press":   envelope(event1(`"postback":{"mid":"1"}`)),
	} {
		out[name] = delivered(text)
	}
	return out
}

// graphFailures are the answers that Meta documents or others have reported.
func graphFailures() []channeltest.Failure {
	answer := func(f fakegraph.Failure) http.HandlerFunc {
		server := fakegraph.New(fakegraph.Options{})
		server.Fail("", -1, f)
		return server.ServeHTTP
	}
	var out []channeltest.Failure
	add := func(want channel.Failure, f fakegraph.Failure) {
		out = append(out, channeltest.Failure{
			Name: fmt.Sprint(f.Status, " ", f.Code, "-", f.Subcode, " ", f.Message, f.Body), Want: want, Answer: answer(f),
			RetryAfter: time.Duration(f.Minutes) * time.Minute,
		})
	}
	code := func(code, subcode int) fakegraph.Failure {
		return fakegraph.Failure{Status: 400, Code: code, Subcode: subcode, Message: `(#1) about "საიდუმლო-სიტყვა" to ` + nino + " with " + fakegraph.DefaultToken}
	}
	add(channel.WindowClosed, fakegraph.WindowClosed())
	add(channel.WindowClosed, code(10, 2534022))
	add(channel.WindowClosed, code(10, 2018065))
	add(channel.Unreachable, fakegraph.Unavailable())
	add(channel.Unreachable, fakegraph.NoSuchUser())
	add(channel.Unreachable, code(10, 2018108))
	add(channel.Unreachable, code(200, 1545041))
	add(channel.Restricted, fakegraph.PageRestricted())
	add(channel.Restricted, code(368, 0))
	add(channel.Misconfigured, fakegraph.TokenExpired())
	for _, f := range []fakegraph.Failure{
		code(190, 460), code(190, 467), code(102, 0), code(10, 0), code(200, 2018028), code(200, 0), code(3, 0), code(2500, 0),
		fakegraph.InvalidParameter("Invalid appsecret_proof provided in the API argument"),
		fakegraph.InvalidParameter("API calls from the server require an appsecret_proof argument"),
	} {
		add(channel.Misconfigured, f)
	}
	add(channel.Throttled, fakegraph.TooManyCalls(7))
	add(channel.Throttled, fakegraph.TooManyCalls(0))
	add(channel.Throttled, fakegraph.Foreign(429, "{}"))
	for _, n := range []int{4, 17, 32, 80006} {
		add(channel.Throttled, code(n, 0))
	}
	for _, f := range []fakegraph.Failure{
		fakegraph.InvalidParameter("Invalid parameter"), fakegraph.InvalidParameter("Length of param message[text] must be less than or equal to 2000"),
		code(100, 2018109), code(100, 2018034),
	} {
		add(channel.Rejected, f)
	}
	for _, f := range []fakegraph.Failure{
		fakegraph.TemporaryTrouble(), code(1, 0), code(2, 0), code(987654, 0), fakegraph.BadGateway(),
		fakegraph.Foreign(500, `{"message":"oops"}`), fakegraph.Foreign(500, `{"error":"oops"}`), fakegraph.Foreign(500, `{"error":{}}`),
		fakegraph.Foreign(200, `{"error":{"code":"190"}}`), fakegraph.Foreign(200, "true"), fakegraph.Foreign(200, "[]"), fakegraph.Foreign(200, "{}"),
		fakegraph.Foreign(200, `{"recipient_id":"1"}`), fakegraph.Foreign(200, `{"message_id":7}`),
	} {
		add(channel.Temporary, f)
	}
	return out
}
