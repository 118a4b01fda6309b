package webchat

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
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

// letters are what the name is made of that the script gives a message.
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var (
	errTooLong    = errors.New("too long")
	errUnreadable = errors.New("not a message")
)

// takeMessage answers POST /chat/messages, a form of any encoding: text, and id, which names the message so that a
// repeated one is taken once; or action and message, a button and the bubble that holds it; or lang, a language. The
// script asks for JSON and gets {"lang": the page's language from now on} or {"error": words}; a page without it is led
// back to the conversation.
func (c *Channel) takeMessage(w http.ResponseWriter, r *http.Request, accept channel.Accept) {
	v, script := c.visitor(r), wantsJSON(r)
	say := c.words(v.lang)
	c.pageHeaders(w)
	if !v.known && script { // it can load the page again, and with it a cookie
		c.refuse(w, r, v, http.StatusUnauthorized, say.Cookies, "")
		return
	}
	in, err := c.read(w, r, v)
	if !v.known {
		c.remember(w, r, v)
	}
	switch {
	case errors.Is(err, errTooLong):
		c.refuse(w, r, v, http.StatusRequestEntityTooLarge, say.Long, in.Text)
	case !c.admit(w, r, v, true):
		c.refuse(w, r, v, http.StatusTooManyRequests, say.Busy, in.Text)
	case err != nil && script:
		c.refuse(w, r, v, http.StatusBadRequest, say.Failed, "")
	case err != nil: // an empty field
		http.Redirect(w, r, "/chat", http.StatusSeeOther)
	default:
		c.take(w, r, v, in, accept)
	}
}

// take has in accepted and says so, or that it could not be.
func (c *Channel) take(w http.ResponseWriter, r *http.Request, v visitor, in bot.Inbound, accept channel.Accept) {
	_, _, before := c.rooms.known(v.id)
	added := false
	if in.Kind == bot.KindText && !c.silent(in.Text) { // before the reply, which may be faster than accept
		added = c.rooms.say(v.id, ownBubble(in.Message, in.Text))
	} else {
		c.rooms.open(v.id)
	}
	if err := accept(r.Context(), in); err != nil {
		if added {
			c.rooms.withdraw(v.id, in.Message)
		}
		c.log.Warn("web chat: a message was not stored, and the page was told", "error", err)
		w.Header().Set("Retry-After", retryAfter)
		c.refuse(w, r, v, http.StatusServiceUnavailable, c.words(v.lang).Failed, in.Text)
		return
	}
	if lang, ok := c.switches(in); ok {
		v.lang = lang
	}
	if wantsJSON(r) {
		writeJSON(w, http.StatusOK, map[string]string{"lang": string(v.lang)})
		return
	}
	c.awaitReply(r.Context(), v, before)
	http.Redirect(w, r, "/chat?lang="+string(v.lang)+"#say", http.StatusSeeOther)
}

// read makes a message of the form in r.
func (c *Channel) read(w http.ResponseWriter, r *http.Request, v visitor) (bot.Inbound, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	err := r.ParseForm()
	if err == nil {
		if err = r.ParseMultipartForm(maxBody); errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return bot.Inbound{}, errTooLong
	}
	if err != nil {
		return bot.Inbound{}, errUnreadable
	}
	form := r.PostForm
	if lang := form.Get("lang"); c.speaks(lang) {
		return c.command(v, commandLanguage+lang, rand.Text()), nil
	}
	if action := form.Get("action"); action != "" {
		return c.press(v, action, form.Get("message"))
	}
	id := form.Get("id")
	if !spelled(id, 8, 40, letters) {
		id = rand.Text()
	}
	in := c.command(v, strings.ReplaceAll(tidy(form.Get("text")), "\r\n", "\n"), id)
	switch {
	case in.Text == "":
		return in, errUnreadable
	case channel.Units(in.Text) > maxMessage:
		return in, errTooLong
	}
	return in, nil
}

// command is a text of v's. Of two with the same id the second is not taken.
func (c *Channel) command(v visitor, text, id string) bot.Inbound {
	return bot.Inbound{Ref: v.id + "/" + id, From: v.address(), At: time.Now().UTC(), Text: text, Message: ownRef + id}
}

func (c *Channel) press(v visitor, action, message string) (bot.Inbound, error) {
	if len(action) > maxAction || strings.ContainsFunc(action, func(r rune) bool { return r <= ' ' || r > '~' }) || !isBotRef(message) {
		return bot.Inbound{}, errUnreadable
	}
	return bot.Inbound{Ref: v.id + "/" + rand.Text(), From: v.address(), At: time.Now().UTC(), Kind: bot.KindPress, Action: action, Message: message}, nil
}

// switches returns the language that in asks the bot to speak; the page follows.
func (c *Channel) switches(in bot.Inbound) (bot.Language, bool) {
	tag, ok := strings.CutPrefix(in.Text, commandLanguage)
	if in.Kind == bot.KindPress {
		tag, ok = strings.CutPrefix(in.Action, actionLanguage)
	}
	return bot.Language(tag), ok && c.speaks(tag)
}

// awaitReply waits a moment until the bot has said something after the event before.
func (c *Channel) awaitReply(ctx context.Context, v visitor, before int64) {
	wake, err := c.rooms.join(v.id)
	if err != nil {
		return
	}
	defer c.rooms.leave(v.id, wake)
	late := time.NewTimer(replyWait)
	defer late.Stop()
	for {
		events, whole := c.rooms.after(v.id, before)
		if !whole { // they were forgotten, or have been away for long
			events, _, before = c.rooms.known(v.id)
		}
		if slices.ContainsFunc(events, func(e event) bool { return !e.bubble.Mine }) {
			return
		}
		select {
		case <-wake:
		case <-late.C:
			return
		case <-ctx.Done():
			return
		case <-c.done:
			return
		}
	}
}

func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// refuse says why a message was not taken, and gives the words back.
func (c *Channel) refuse(w http.ResponseWriter, r *http.Request, v visitor, status int, why, draft string) {
	if wantsJSON(r) {
		writeJSON(w, status, map[string]string{"error": why})
		return
	}
	if c.silent(draft) {
		draft = ""
	}
	c.render(w, r, v, status, why, draft)
}

func writeJSON(w http.ResponseWriter, status int, v map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a page that went away sends again
}
