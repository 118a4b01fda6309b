package webchat

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest"
)

var nino = bot.Address{Platform: Platform, ID: "NINOS4RANDOM2IDENTIFIER7"}

func TestContract(t *testing.T) {
	signed := newChat(t, nil)
	channeltest.Run(t, channeltest.Harness{
		To:      nino,
		Secrets: []string{string(testKey), signed.sign(nino.ID)},
		Start: func(t *testing.T, log *slog.Logger) channeltest.Subject {
			c := newChat(t, func(cfg *Config) { cfg.Logger = log })
			c.rooms.open(nino.ID) // she is looking
			return channeltest.Subject{Channel: c, Received: func() []string { return articles(c, nino.ID) }}
		},
		Webhook: &channeltest.Webhook{
			Text: func(ref int, text string) *http.Request {
				return posted(signed, url.Values{"id": {fmt.Sprintf("message%d", ref)}, "text": {text}})
			},
			Forge: map[string]func(*http.Request){
				"another site's form":   func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
				"another site's script": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
				"a sibling's form":      func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
				"a cookie of somebody else's making": func(r *http.Request) {
					r.Header.Set("Cookie", cookieName+"="+nino.ID+".ka."+strings.Repeat("A", 43))
				},
				"another's id and her signature": func(r *http.Request) {
					r.Header.Set("Cookie", strings.Replace(r.Header.Get("Cookie"), nino.ID, "GIAS5RANDOM3IDENTIFIER8", 1))
				},
			},
			Poison: func() map[string]*http.Request { return nil }, // what cannot be read is the page's mistake, and it is told
		},
	})
}

// posted is what the page's script sends.
func posted(c *Channel, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/chat/messages", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.AddCookie(cookieOf(c, nino.ID))
	return r
}

// articles are the messages on the citizen's page, as plain text.
func articles(c *Channel, id string) (texts []string) {
	r := httptest.NewRequest(http.MethodGet, "/chat", http.NoBody)
	r.AddCookie(cookieOf(c, id))
	w := serve(c.Handler(nil), r)
	for _, article := range regexp.MustCompile(`(?s)<article.*?</article>`).FindAllString(w.Body.String(), -1) {
		text := ""
		for _, part := range regexp.MustCompile(`(?s)<(?:h2|p)[^>]*>(.*?)</(?:h2|p)>`).FindAllStringSubmatch(article, -1) {
			text += html.UnescapeString(regexp.MustCompile(`</?a[^>]*>`).ReplaceAllString(part[1], "")) + "\n"
		}
		texts = append(texts, text)
	}
	return texts
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
