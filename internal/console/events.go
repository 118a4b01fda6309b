package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/live"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
	"ogpbot/internal/web"
)

const (
	heartbeat = 20 * time.Second // proxies hang up on what is silent for a minute; as often it is asked whether the session still is
	comeBack  = 5 * time.Second  // how long the browser waits before it does
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
	if events, err := web.OpenEvents(q.w, comeBack); err == nil {
		q.follow(events, l)
	}
	return nil
}

// follow writes hints until the page, the session or the program ends.
func (q *request) follow(events *web.Events, l *live.Listener) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case x, ok := <-l.Hints:
			if !ok || q.tell(events, x) != nil {
				return
			}
		case <-beat.C:
			if q.stillIn() != nil || events.Beat() != nil {
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
func (q *request) tell(events *web.Events, x live.Hint) error {
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
	return events.Send(event, "", said)
}
