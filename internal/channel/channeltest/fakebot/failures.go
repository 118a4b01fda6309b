package fakebot

import (
	"fmt"
	"net/http"
	"strconv"
)

// Failure is an answer other than success.
type Failure struct {
	Status      int    // HTTP status and error_code
	Description string // Telegram's words, in a JSON answer
	RetryAfter  int    // seconds
	MigrateTo   int64  // the supergroup that a group became
	Body        string // sent as text/html instead of JSON
	Hang        bool   // no answer until the caller gives up
	Cut         bool   // the connection ends without an answer
}

// Blocked is what a blocked bot is told.
func Blocked() Failure {
	return Failure{Status: 403, Description: "Forbidden: bot was blocked by the user"}
}

// ChatNotFound is the answer for an address that does not exist.
func ChatNotFound() Failure { return BadRequest("chat not found") }

// Unauthorized is the answer to a wrong token.
func Unauthorized() Failure { return Failure{Status: 401, Description: "Unauthorized"} }

// OtherPoller is the answer when two programs poll with one token.
func OtherPoller() Failure {
	return Failure{Status: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
}

// WebhookIsSet is the answer to a poller while a webhook is set.
func WebhookIsSet() Failure {
	return Failure{Status: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
}

// BadGateway is an HTML page.
func BadGateway() Failure {
	return Failure{Status: 502, Body: "<html><head><title>502 Bad Gateway</title></head></html>"}
}

// Garbage is a 200 that is no JSON.
func Garbage() Failure { return Failure{Status: 200, Body: "\x00\x01{not json"} }

// Hang gives no answer until the caller gives up.
func Hang() Failure { return Failure{Hang: true} }

// Cut ends the connection without an answer.
func Cut() Failure { return Failure{Cut: true} }

// TooManyRequests asks to wait for seconds.
func TooManyRequests(seconds int) Failure {
	return Failure{Status: 429, RetryAfter: seconds, Description: "Too Many Requests: retry after " + strconv.Itoa(seconds)}
}

// BadRequest is a 400 with Telegram's words, such as "can't parse entities: ...".
func BadRequest(words string) Failure {
	return Failure{Status: 400, Description: "Bad Request: " + words}
}

// Migrated says that the group is now the supergroup with that id.
func Migrated(to int64) Failure {
	return Failure{Status: 400, MigrateTo: to, Description: "Bad Request: group chat was upgraded to a supergroup chat"}
}

// Fail makes the next times calls of method (of any method if "") fail; all of them until Heal if times is negative.
// Failures of one method are used up in the order of Fail, and before those of any method.
func (s *Server) Fail(method string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures.Add(method, times, f)
}

// Heal forgets every Fail.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures.Clear()
}

// Intercept has h answer every request, seen by nobody else, until Intercept(nil).
func (s *Server) Intercept(h http.Handler) {
	if h == nil {
		s.intercept.Store(nil)
		return
	}
	s.intercept.Store(&h)
}

func failed(f Failure) *Failure { return &f }

// write answers with f.
func (s *Server) write(w http.ResponseWriter, r *http.Request, f Failure) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Body != "":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		fmt.Fprint(w, f.Body)
	default:
		params := ""
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
			params = fmt.Sprintf(`,"parameters":{"retry_after":%d}`, f.RetryAfter)
		}
		if f.MigrateTo != 0 {
			params = fmt.Sprintf(`,"parameters":{"migrate_to_chat_id":%d}`, f.MigrateTo)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(f.Status)
		fmt.Fprintf(w, `{"ok":false,"error_code":%d,"description":%s%s}`, f.Status, quote(f.Description), params)
	}
}
