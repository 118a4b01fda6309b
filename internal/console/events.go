package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/live"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
)

const (
	heartbeat   = 20 * time.Second // proxies hang up on what is silent for a minute; as often it is asked whether the session still is
	hintTimeout = 10 * time.Second
	comeBack    = 5 * time.Second // how long the browser waits before it does
)

// eventsPath is where pages listen.
const eventsPath = Path + "events"

// hint is what a page is told: nothing of what was said.
type hint struct {
	ID  string `json:"id"`
	New bool   `json:"new,omitempty"`
	By  string `json:"by,omitempty"` // name of a colleague who is writing
}

// showEvents tells a page that a case has changed (event "case"), or that a colleague is writing about it ("writing"), until the
// session or the program ends. It does not count as use of the session.
func (q *request) showEvents() error {
	if !strings.Contains(q.r.Header.Get("Accept"), "text/event-stream") {
		return failure(http.StatusNotAcceptable)
	}
	l, err := q.c.cfg.Live.Listen(q.who.Account.Login)
	if errors.Is(err, live.ErrFull) {
		q.written = true
		q.w.Header().Set("Retry-After", "60")
		q.w.WriteHeader(http.StatusServiceUnavailable)
		return nil
	}
	if err != nil {
		return err
	}
	defer q.c.cfg.Live.Leave(l)
	q.written = true
	h := q.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx passes it on at once
	control := http.NewResponseController(q.w)
	if err := control.SetReadDeadline(time.Time{}); err != nil { // else it ends the request's context
		return err
	}
	if q.push(control, fmt.Sprintf("retry: %d\n\n", comeBack.Milliseconds())) == nil {
		q.follow(control, l)
	}
	return nil
}

// follow writes hints until the page, the session or the program ends.
func (q *request) follow(control *http.ResponseController, l *live.Listener) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case x, ok := <-l.Hints:
			if !ok || q.tell(control, x) != nil {
				return
			}
		case <-beat.C:
			if q.stillIn() != nil || q.push(control, ": \n\n") != nil {
				return
			}
		case <-q.r.Context().Done():
			return
		}
	}
}

// stillIn looks who it is now: an account may have lost rights, or the session.
func (q *request) stillIn() error {
	who, err := q.c.cfg.Staff.Look(q.r.Context(), q.token)
	if err == nil && who.Session.Stage != staff.StageIn {
		err = staff.ErrSession
	}
	if err == nil {
		q.who = who
	}
	return err
}

// tell writes one hint, if it concerns a case that may be read.
func (q *request) tell(control *http.ResponseController, x live.Hint) error {
	if err := q.stillIn(); err != nil {
		return err
	}
	if !x.SeenBy(q.counted().Scope()) || x.Writer != "" && q.anonymised() {
		return nil
	}
	event, said := "case", hint{ID: x.Case, New: x.New}
	if x.Writer != "" {
		event = "writing"
		if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
			a, err := tx.Accounts.Get(x.Writer)
			said.By = names([]bot.Account{a})[x.Writer]
			return err
		}); err != nil {
			return err
		}
	}
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return q.push(control, fmt.Sprintf("event: %s\ndata: %s\n\n", event, body))
}

func (q *request) push(control *http.ResponseController, text string) error {
	if err := control.SetWriteDeadline(time.Now().Add(hintTimeout)); err != nil {
		return err
	}
	if _, err := q.w.Write([]byte(text)); err != nil {
		return err
	}
	return control.Flush()
}
