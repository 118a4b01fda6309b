package webchat

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

const (
	maxBody    = 16 << 10        // bytes
	maxAction  = 64              // bytes, see bot.Button
	replyWait  = 2 * time.Second // how long a page without script waits for the reply
	retryAfter = "2"             // seconds until a message that could not be stored shall be sent again
)

var (
	errTooLong    = errors.New("too long")
	errUnreadable = errors.New("not a message")
)

// takeMessage answers POST /chat/messages, a form of any encoding: text, and id, which names the message so that a
// repeated one is taken once; or action and message, a button and the bubble that holds it; or lang, a language. The
// script asks for JSON and gets {} or {"error": words}; a page without it is led back to the conversation.
func (c *Channel) takeMessage(w http.ResponseWriter, r *http.Request, accept channel.Accept) {
	v := c.visitor(r)
	say := c.words(v.lang)
	c.pageHeaders(w)
	if !v.known {
		if wantsJSON(r) { // it can load the page again, and with it a cookie
			c.refuse(w, r, v, http.StatusUnauthorized, say.Cookies, "")
			return
		}
		c.remember(w, r, v)
	}
	if !c.admit(w, r, v, true) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		c.refuse(w, r, v, http.StatusTooManyRequests, say.Busy, r.PostFormValue("text"))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	in, err := c.read(r, v)
	switch {
	case errors.Is(err, errTooLong):
		c.refuse(w, r, v, http.StatusRequestEntityTooLarge, say.Long, in.Text)
		return
	case err != nil && wantsJSON(r):
		c.refuse(w, r, v, http.StatusBadRequest, say.Failed, "")
		return
	case err != nil: // an empty field
		c.back(w, r, v)
		return
	}
	if err := c.take(r.Context(), v, in, accept, wantsJSON(r)); err != nil {
		c.log.Warn("web chat: a message was not stored; the page was told", "error", err)
		w.Header().Set("Retry-After", retryAfter)
		c.refuse(w, r, v, http.StatusServiceUnavailable, say.Failed, in.Text)
		return
	}
	c.done200(w, r, v, in)
}
