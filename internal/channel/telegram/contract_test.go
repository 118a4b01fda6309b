package telegram

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest"
	"ogpbot/internal/channel/channeltest/fakebot"
)

const (
	testSecret = "webhook-SECRET_1"
	nino       = 70000123456
)

var ninosAddress = bot.Address{Platform: Platform, ID: "70000123456"}

// connect returns a channel and the fake server that it talks to; edit may change the configuration.
func connect(t testing.TB, log *slog.Logger, edit func(*Config)) (*Channel, *fakebot.Server) {
	t.Helper()
	server := fakebot.Start(t, fakebot.Options{Spec: fakebot.SpecFromEnv(t)})
	return configured(t, server, log, edit), server
}

func configured(t testing.TB, server *fakebot.Server, log *slog.Logger, edit func(*Config)) *Channel {
	t.Helper()
	cfg := Config{Token: server.Token(), APIBase: server.URL(), Secret: testSecret, Logger: log}
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestContract(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		To:      ninosAddress,
		Secrets: []string{fakebot.DefaultToken, strings.SplitN(fakebot.DefaultToken, ":", 2)[1], testSecret},
		Start: func(t *testing.T, log *slog.Logger) channeltest.Subject {
			c, server := connect(t, log, nil)
			return channeltest.Subject{
				Channel: c,
				Break:   server.Intercept,
				Unplug:  server.Close,
				Media:   bot.Media{Kind: bot.KindVoice, Platform: Platform, Ref: server.SendFile(nino, "voice", "")},
				Received: func() (texts []string) {
					for _, m := range server.Messages(nino) {
						texts = append(texts, m.Text)
					}
					return texts
				},
				Files: func() (refs []string) {
					for _, m := range server.Messages(nino) {
						if m.File.ID != "" {
							refs = append(refs, m.File.ID)
						}
					}
					return refs
				},
			}
		},
		Failures: apiFailures(),
		Webhook: &channeltest.Webhook{
			Text: func(ref int, text string) *http.Request { return delivered(textUpdate(ref, text)) },
			Forge: map[string]func(*http.Request){
				"no secret":    func(r *http.Request) { r.Header.Del(secretHeader); r.Body = channeltest.Unread(t) },
				"wrong secret": func(r *http.Request) { r.Header.Set(secretHeader, "webhook-SECRET_2"); r.Body = channeltest.Unread(t) },
				"cut secret":   func(r *http.Request) { r.Header.Set(secretHeader, "webhook-"); r.Body = channeltest.Unread(t) },
			},
			Poison: poison,
		},
	})
}

const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// delivered is a genuine request of Telegram's.
func delivered(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/webhook/telegram", strings.NewReader(body))
	r.Header.Set(secretHeader, testSecret)
	r.Header.Set("Content-Type", "application/json")
	return r
}

func textUpdate(id int, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":5,"from":{"id":%d,"is_bot":false,"first_name":"N","language_code":"ka"},`+
		`"chat":{"id":%d,"type":"private"},"date":1795000000,"text":%q}}`, id, nino, nino, text)
}

func poison() map[string]*http.Request {
	out := map[string]*http.Request{}
	for name, body := range map[string]string{
		"empty":           "",
		"no JSON":         "\x00\xff",
		"cut off":         `{"update_id":1,"message":{"text":"საიდუმლო-სიტყვა`,
		"no id":           `{"message":{"message_id":1,"chat":{"id":1,"type":"private"},"text":"x"}}`,
		"a list":          `[1,2]`,
		"no chat":         `{"update_id":2,"message":{"message_id":1,"text":"x"}}`,
		"ill-typed":       `{"update_id":3,"message":{"message_id":"one","chat":7,"text":["x"]}}`,
		"unknown kind":    `{"update_id":4,"teleported":{"from":{"id":1}}}`,
		"huge":            `{"update_id":5,"message":{"text":"` + strings.Repeat("x", 2<<20) + `"}}`,
		"deep":            strings.Repeat("[", 100_000),
		"a press of none": `{"update_id":6,"callback_query":{"data":"x"}}`,
	} {
		out[name] = delivered(body)
	}
	return out
}

// apiFailures are the answers of the real server, as github.com/tdlib/telegram-bot-api words them.
func apiFailures() []channeltest.Failure {
	answer := func(f fakebot.Failure) http.HandlerFunc {
		server := fakebot.New(fakebot.Options{})
		server.Fail("", -1, f)
		return server.ServeHTTP
	}
	var out []channeltest.Failure
	add := func(want channel.Failure, f fakebot.Failure) {
		out = append(out, channeltest.Failure{
			Name: fmt.Sprint(f.Status, " ", f.Description), Want: want, Answer: answer(f), RetryAfter: time.Duration(f.RetryAfter) * time.Second,
		})
	}
	add(channel.Throttled, fakebot.TooManyRequests(17))
	add(channel.Misconfigured, fakebot.Unauthorized())
	add(channel.Misconfigured, fakebot.Failure{Status: 401, Description: "Unauthorized: invalid token specified"})
	add(channel.Misconfigured, fakebot.Failure{Status: 404, Description: "Not Found"})
	add(channel.Misconfigured, fakebot.OtherPoller())
	add(channel.Misconfigured, fakebot.Failure{Status: 421, Description: "Misdirected Request"})
	add(channel.Temporary, fakebot.Failure{Status: 500, Description: "Internal Server Error: restart"})
	for _, words := range []string{"bot was blocked by the user", "user is deactivated", "bot was kicked from the supergroup chat",
		"bot is not a member of the channel chat", "the group chat was deleted", "bot can't initiate conversation with a user"} {
		add(channel.Unreachable, fakebot.Failure{Status: 403, Description: "Forbidden: " + words})
	}
	for _, words := range []string{"chat not found", "PEER_ID_INVALID", "group chat was upgraded to a supergroup chat",
		"not enough rights to send text messages to the chat", "CHAT_WRITE_FORBIDDEN"} {
		add(channel.Unreachable, fakebot.BadRequest(words))
	}
	for _, words := range []string{"reply markup is too long", "Text is too long", "message is too long", "BUTTON_DATA_INVALID",
		`can't parse entities: Unsupported start tag "საიდუმლო-სიტყვა" at byte offset 70000123456`, "something new about 70000123456"} {
		add(channel.Rejected, fakebot.BadRequest(words))
	}
	return out
}
