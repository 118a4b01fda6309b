package webchat

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

const (
	heartbeat    = 20 * time.Second // proxies hang up on what is silent for a minute
	writeTimeout = 10 * time.Second
	reconnect    = 3 * time.Second // how long the browser waits before it comes back
)

// What the page itself says to the bot, and the button whose choice it follows.
const (
	commandStart    = "/start"
	commandLanguage = "/language "
	actionLanguage  = "language:"
)

// silent tells whether text is no words of the citizen's, so that it is not shown.
func (c *Channel) silent(text string) bool {
	lang, isLanguage := strings.CutPrefix(text, commandLanguage)
	return text == commandStart || isLanguage && c.speaks(lang)
}

// serveEvents answers GET /chat/events: event "one" for each message that is said to the citizen from now on, and since
// the event that the page saw last; "all" with the whole conversation if that is not known any more; "lost" if the
// browser brings no cookie. A citizen to whom nothing was ever said is greeted.
func (c *Channel) serveEvents(w http.ResponseWriter, r *http.Request, accept channel.Accept) {
	v := c.visitor(r)
	s := &stream{w: w, control: http.NewResponseController(w)}
	if !c.admit(w, r, v, false) {
		http.Error(w, c.words(v.lang).Busy, http.StatusTooManyRequests)
		return
	}
	if !v.known {
		if s.start() == nil {
			_ = s.event("lost", 0, nil) // a page that went away comes back
		}
		return
	}
	wake, err := c.rooms.join(v.id)
	if err != nil {
		w.Header().Set("Retry-After", "30")
		http.Error(w, c.words(v.lang).Busy, http.StatusTooManyRequests)
		return
	}
	defer c.rooms.leave(v.id, wake)
	if s.start() != nil {
		return
	}
	s.cursor, _ = strconv.ParseInt(cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")), 10, 64) // else 0: everything
	c.greet(r.Context(), v, accept)
	c.follow(r.Context(), s, v, wake)
}

// greet has the bot begin a conversation that is new, in the page's language. Two tabs may do it at once: the greeting
// has one reference, so it is taken once.
func (c *Channel) greet(ctx context.Context, v visitor, accept channel.Accept) {
	said, _, err := c.conversation(ctx, v)
	if err == nil && len(said) == 0 {
		hello := []bot.Inbound{c.command(v, commandStart, "start")}
		if v.lang != c.cfg.Languages[0] {
			hello = []bot.Inbound{c.command(v, commandLanguage+string(v.lang), "language"), hello[0]}
		}
		err = accept(ctx, hello...)
	}
	if err != nil {
		c.log.Warn("web chat: a newcomer may not have been greeted; the next page tries again", "error", err)
	}
}

// follow writes what is new until the page, the program or the connection ends.
func (c *Channel) follow(ctx context.Context, s *stream, v visitor, wake <-chan struct{}) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		if err := c.catchUp(ctx, s, v); err != nil {
			return // the page comes back and is told the rest
		}
		select {
		case <-wake:
		case <-beat.C:
			if s.write(": \n\n") != nil {
				return
			}
		case <-ctx.Done():
			return
		case <-c.done:
			return
		}
	}
}

// catchUp writes what changed since the stream's cursor, or everything.
func (c *Channel) catchUp(ctx context.Context, s *stream, v visitor) error {
	events, whole := c.rooms.after(v.id, s.cursor)
	if !whole {
		all, cursor, err := c.conversation(ctx, v)
		if err != nil {
			c.log.Warn("web chat: a conversation could not be read", "error", err)
			return err
		}
		return s.event("all", cursor, all)
	}
	for _, e := range events {
		if err := s.event("one", e.seq, e.bubble); err != nil {
			return err
		}
	}
	return nil
}

// stream writes server-sent events (html.spec.whatwg.org/multipage/server-sent-events.html).
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	cursor  int64 // the last event written
}

// start lifts the server's time-outs and opens the stream.
func (s *stream) start() error {
	h := s.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")                               // nginx passes it on at once
	if err := s.control.SetReadDeadline(time.Time{}); err != nil { // else it ends the request's context
		return err
	}
	return s.write(fmt.Sprintf("retry: %d\n\n", reconnect.Milliseconds()))
}

func (s *stream) event(name string, id int64, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	s.cursor = id
	return s.write(fmt.Sprintf("event: %s\nid: %d\ndata: %s\n\n", name, id, body))
}

func (s *stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
