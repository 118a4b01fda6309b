package webchat

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/web"
)

const (
	heartbeat = 20 * time.Second // proxies hang up on what is silent for a minute
	reconnect = 3 * time.Second  // how long the browser waits before it comes back
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
	if !c.admit(w, r, v, false) {
		http.Error(w, c.words(v.lang).Busy, http.StatusTooManyRequests)
		return
	}
	if !v.known {
		if s, err := web.OpenEvents(w, reconnect); err == nil {
			_ = s.Send("lost", "0", nil) // a page that went away comes back
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
	s, err := web.OpenEvents(w, reconnect)
	if err != nil {
		return
	}
	cursor, _ := strconv.ParseInt(cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")), 10, 64) // else 0: everything
	c.greet(r.Context(), v, accept)
	c.follow(r.Context(), s, v, cursor, wake)
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
func (c *Channel) follow(ctx context.Context, s *web.Events, v visitor, cursor int64, wake <-chan struct{}) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		if cursor, err = c.catchUp(ctx, s, v, cursor); err != nil {
			return // the page comes back and is told the rest
		}
		select {
		case <-wake:
		case <-beat.C:
			if s.Beat() != nil {
				return
			}
		case <-ctx.Done():
			return
		case <-c.done:
			return
		}
	}
}

// catchUp writes what changed since the event cursor, or everything, and gives the last event that it wrote.
func (c *Channel) catchUp(ctx context.Context, s *web.Events, v visitor, cursor int64) (last int64, err error) {
	events, whole := c.rooms.after(v.id, cursor)
	if !whole {
		all, cursor, err := c.conversation(ctx, v)
		if err != nil {
			c.log.Warn("web chat: a conversation could not be read", "error", err)
			return 0, err
		}
		return cursor, s.Send("all", strconv.FormatInt(cursor, 10), all)
	}
	for _, e := range events {
		cursor = e.seq
		if err := s.Send("one", strconv.FormatInt(cursor, 10), e.bubble); err != nil {
			return cursor, err
		}
	}
	return cursor, nil
}
