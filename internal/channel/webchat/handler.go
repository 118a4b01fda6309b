package webchat

import (
	"net/http"
	"strconv"
	"time"

	"ogpbot/internal/channel"
	"ogpbot/internal/web"
)

// Handler implements channel.Receiver. It serves /chat and everything below; a request for anything else is not found.
func (c *Channel) Handler(accept channel.Accept) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /chat", c.servePage)
	mux.Handle("GET /chat/{asset}", c.assets)
	mux.HandleFunc("GET /chat/embed.js", c.serveEmbed)
	mux.HandleFunc("GET /chat/events", func(w http.ResponseWriter, r *http.Request) { c.serveEvents(w, r, accept) })
	mux.HandleFunc("POST /chat/messages", func(w http.ResponseWriter, r *http.Request) { c.takeMessage(w, r, accept) })
	return c.protect.Handler(mux)
}

// admit takes a token of the client's address and, for a message, of the citizen. If there is none it sets Retry-After
// and returns false.
func (c *Channel) admit(w http.ResponseWriter, r *http.Request, v visitor, message bool) bool {
	now := time.Now()
	wait := c.addresses.take(web.Address(r, c.cfg.TrustProxy), now)
	if wait == 0 && message && v.known {
		wait = c.citizens.take(v.id, now)
	}
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(min(wait, time.Minute)/time.Second)+1))
	}
	return wait == 0
}
