package fakegraph

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Failure is an answer other than success.
type Failure struct {
	Status    int    // HTTP
	Code      int    // Meta's; with Subcode in an error object
	Subcode   int    //
	Message   string // Meta's words
	Transient bool   // is_transient
	Minutes   int    // estimated_time_to_regain_access in X-Business-Use-Case-Usage
	Body      string // sent instead of an error object
	Hang      bool   // no answer until the caller gives up
	Cut       bool   // the connection ends without an answer
}

// WindowClosed is the answer when the citizen wrote more than 24 hours ago.
func WindowClosed() Failure {
	return Failure{Status: 400, Code: 10, Subcode: 2018278, Message: "(#10) This message is sent outside of allowed window."}
}

// Unavailable is the answer for a citizen who blocked the Page.
func Unavailable() Failure {
	return Failure{Status: 400, Code: 551, Subcode: 1545041, Message: "(#551) This person isn't available right now."}
}

// NoSuchUser is the answer for an address that does not exist.
func NoSuchUser() Failure {
	return Failure{Status: 400, Code: 100, Subcode: 2018001, Message: "(#100) No matching user found"}
}

// NoSuchFile is the answer for a file whose address Meta cannot read.
func NoSuchFile() Failure {
	return Failure{Status: 400, Code: 100, Subcode: 2018008, Message: "(#100) Failed to fetch the file from the url"}
}

// PageRestricted is the answer while the Page is not allowed to send.
func PageRestricted() Failure {
	return Failure{Status: 400, Code: 10, Subcode: 1893063, Message: "(#10) This Page is temporarily restricted from sending messages"}
}

// TokenExpired is the answer to a token that is not valid any more.
func TokenExpired() Failure {
	return Failure{Status: 401, Code: 190, Subcode: 463, Message: "Error validating access token: Session has expired on Monday, 23-Nov-26 10:00:00 PST."}
}

// TooManyCalls asks to wait for minutes, if that is not 0.
func TooManyCalls(minutes int) Failure {
	return Failure{Status: 400, Code: 613, Message: "(#613) Calls to this api have exceeded the rate limit.", Minutes: minutes}
}

// TemporaryTrouble is Meta's own.
func TemporaryTrouble() Failure {
	return Failure{Status: 400, Code: 1200, Message: "Temporary send message failure. Please try again later.", Transient: true}
}

// InvalidParameter is a call that will never succeed, with Meta's words.
func InvalidParameter(words string) Failure {
	return Failure{Status: 400, Code: 100, Message: "(#100) " + words}
}

// BadGateway is an HTML page.
func BadGateway() Failure {
	return Failure{Status: 502, Body: "<html><head><title>502 Bad Gateway</title></head></html>"}
}

// Foreign is an answer that is not the Graph API's.
func Foreign(status int, body string) Failure { return Failure{Status: status, Body: body} }

// Hang gives no answer until the caller gives up.
func Hang() Failure { return Failure{Hang: true} }

// Cut ends the connection without an answer.
func Cut() Failure { return Failure{Cut: true} }

// Fail makes the next times calls of edge (of any edge if "") fail; all of them until Heal if times is negative. Failures
// of one edge are used up in the order of Fail, and before those of any edge.
func (s *Server) Fail(edge string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures.Add(edge, times, f)
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

func invalid(words string) *Failure { return failed(InvalidParameter(words)) }

// write answers with f.
func (s *Server) write(w http.ResponseWriter, r *http.Request, f Failure) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		return
	}
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Minutes > 0 {
		w.Header().Set("X-Business-Use-Case-Usage", fmt.Sprintf(
			`{%q:[{"type":"messenger","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":%d}]}`, PageID, f.Minutes))
	}
	if f.Body != "" {
		w.WriteHeader(f.Status)
		fmt.Fprint(w, f.Body)
		return
	}
	answer := map[string]any{"message": f.Message, "type": "OAuthException", "code": f.Code, "fbtrace_id": "AfakeTraceBcdEfGhIjKlMn"}
	if f.Subcode != 0 {
		answer["error_subcode"] = f.Subcode
	}
	if f.Transient {
		answer["is_transient"] = true
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": answer})
}
