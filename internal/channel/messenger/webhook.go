package messenger

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"ogpbot/internal/channel"
)

// maxDelivery bounds the body of a delivery, in bytes: 1,000 long Georgian texts, of which Meta writes a letter in six
// bytes.
const maxDelivery = 8 << 20

// Handler implements channel.Receiver. GET is Meta's check that the webhook is ours, POST is a delivery
// (developers.facebook.com/docs/graph-api/webhooks/getting-started). What is larger than 1 MiB cannot be verified and is
// answered 413.
func (c *Channel) Handler(accept channel.Accept) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			c.shakeHands(w, r)
		case http.MethodPost:
			c.receive(w, r, accept)
		default:
			w.Header().Set("Allow", "GET, POST")
			http.Error(w, "GET or POST only", http.StatusMethodNotAllowed)
		}
	})
}

func (c *Channel) shakeHands(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	known := subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(c.cfg.VerifyToken)) == 1
	if !known || q.Get("hub.mode") != "subscribe" {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, q.Get("hub.challenge")) // if it is lost, Meta says so to whoever sets up the webhook
}

func (c *Channel) receive(w http.ResponseWriter, r *http.Request, accept channel.Accept) {
	sum, ok := signature(r)
	if !ok {
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDelivery))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		c.log.Warn("messenger: refused a delivery that is too large", "limit", maxDelivery)
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	if !hmac.Equal(sum, c.sign(body)) {
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	d, err := c.decode(body, time.Now())
	if err != nil {
		c.log.Error("messenger: passed over a delivery that cannot be read", "bytes", len(body))
		return
	}
	if d.unread > 0 {
		c.log.Error("messenger: passed over events that cannot be read", "events", d.unread)
	}
	if d.warned {
		c.log.Error("messenger: Meta has taken or announced a measure against the Page; look at Page Quality and the Page's support inbox")
	}
	if len(d.in) == 0 {
		return
	}
	if err := accept(r.Context(), d.in...); err != nil {
		c.log.Warn("messenger: a delivery was not stored and will come again", "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// signature reads the header that holds Meta's proof. There is none in a forged request of the simplest kind, whose body
// then is not read.
func signature(r *http.Request) ([]byte, bool) {
	text, ok := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
	sum, err := hex.DecodeString(text)
	return sum, ok && err == nil && len(sum) == sha256.Size
}

// sign is over the bytes as they came: Meta escapes what is not ASCII in its own way.
func (c *Channel) sign(body []byte) []byte {
	h := hmac.New(sha256.New, []byte(c.cfg.AppSecret))
	h.Write(body)
	return h.Sum(nil)
}
