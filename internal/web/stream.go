package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	eventTime = 10 * time.Second // a browser has to take an event
	blockTime = 30 * time.Second // whoever loads a file has to take what is written at once
)

// Stream writes into w, for as long as each single write is taken in time.
func Stream(w http.ResponseWriter) io.Writer {
	return stream{w, http.NewResponseController(w), blockTime}
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	each    time.Duration
}

// Write implements io.Writer.
func (s stream) Write(b []byte) (int, error) {
	err := s.control.SetWriteDeadline(time.Now().Add(s.each))
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // nobody waits for a recorder
		return 0, err
	}
	return s.w.Write(b)
}

// Events writes server-sent events (html.spec.whatwg.org/multipage/server-sent-events.html).
type Events struct{ stream }

// OpenEvents lifts the server's time-outs and opens a stream of events. A browser that loses it comes back after a while.
func OpenEvents(w http.ResponseWriter, comeBack time.Duration) (*Events, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx passes it on at once
	e := &Events{stream{w, http.NewResponseController(w), eventTime}}
	if err := e.control.SetReadDeadline(time.Time{}); err != nil { // else it ends the request's context
		return nil, err
	}
	return e, e.write(fmt.Sprintf("retry: %d\n\n", comeBack.Milliseconds()))
}

// Send writes an event with data as JSON. With an id that is not "" the browser names it when it comes back.
func (e *Events) Send(name, id string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	fmt.Fprintf(&b, "data: %s\n\n", body)
	return e.write(b.String())
}

// Beat writes what no page sees: proxies hang up on what is silent for a minute.
func (e *Events) Beat() error { return e.write(": \n\n") }

func (e *Events) write(text string) error {
	if _, err := e.Write([]byte(text)); err != nil {
		return err
	}
	return e.control.Flush()
}
