package telegram

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"ogpbot/internal/channel"
)

// maxUpdate bounds the body of a delivery, in bytes; real ones have a few thousand.
const maxUpdate = 1 << 20

// retrySeconds is when Telegram shall deliver again what could not be stored.
const retrySeconds = "2"

// Handler implements channel.Receiver. A pressed button is answered in the body of the 200, which saves a call
// (core.telegram.org/bots/api#making-requests-when-getting-updates).
func (c *Channel) Handler(accept channel.Accept) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		if !c.genuine(r) {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		e, err := c.receive(w, r)
		if err != nil {
			return // receive has answered
		}
		if e.taken {
			if err := accept(r.Context(), e.in); err != nil {
				c.log.Warn("telegram: an update was not stored and will be delivered again", "error", err)
				w.Header().Set("Retry-After", retrySeconds)
				http.Error(w, "try again", http.StatusServiceUnavailable)
				return
			}
		}
		if e.query != "" {
			answerPress(w, e.query)
		}
	})
}

// genuine compares the secret that only Telegram knows. Without one nothing is genuine.
func (c *Channel) genuine(r *http.Request) bool {
	got := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	return c.cfg.Secret != "" && subtle.ConstantTimeCompare([]byte(got), []byte(c.cfg.Secret)) == 1
}

// receive reads and decodes the body. If it fails it has answered: 200 for what will never be readable, so that it is
// not delivered for a day and holds up nobody; 503 for a broken connection.
func (c *Channel) receive(w http.ResponseWriter, r *http.Request) (event, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	if err == nil {
		var e event
		if e, err = c.decode(body, time.Now()); err == nil {
			return e, nil
		}
	} else if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return event{}, err
	}
	c.log.Error("telegram: passed over an update that cannot be read", "bytes", len(body))
	return event{}, errUnreadable
}

func answerPress(w http.ResponseWriter, query string) {
	body, err := json.Marshal(struct {
		Method string `json:"method"`
		Query  string `json:"callback_query_id"`
	}{"answerCallbackQuery", query})
	if err != nil {
		return // strings always marshal
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // if it is lost, the button's clock stops by itself
}
