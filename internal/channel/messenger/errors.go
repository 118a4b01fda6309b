package messenger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ogpbot/internal/channel"
)

// rest is how long nobody is sent anything when there were too many calls and Meta does not say for how long.
const rest = 10 * time.Second

// rule classifies an answer: the first that matches counts.
type rule struct {
	code    int
	subcode int    // 0 matches all
	words   string // somewhere in the message, in lower case; "" matches all
	failure channel.Failure
	name    string // for the log
}

// rules holds the errors that sending is known to be answered with (developers.facebook.com/docs/messenger-platform/error-codes
// and .../docs/graph-api/guides/error-handling).
func rules() []rule {
	return []rule{
		{10, 2018278, "", channel.WindowClosed, "outside the allowed window"},
		{10, 2534022, "", channel.WindowClosed, "outside the allowed window"},
		{10, 2018065, "", channel.WindowClosed, "outside the allowed window"},
		{10, 2018108, "", channel.Unreachable, "this person cannot receive messages now"},
		{10, 1893063, "", channel.Restricted, "the Page may not send for now"},
		{10, 0, "", channel.Misconfigured, "no permission"},
		{551, 0, "", channel.Unreachable, "this person is not available"},
		{200, 1545041, "", channel.Unreachable, "this person is not available"},
		{200, 0, "", channel.Misconfigured, "no permission, or the app is not live"}, // such as 2018028
		{100, 2018001, "", channel.Unreachable, "no matching user"},
		{100, 0, "appsecret_proof", channel.Misconfigured, "the app secret does not belong to the token"},
		{100, 0, "", channel.Rejected, "invalid parameter"}, // a retired tag, an empty message, an attachment that is too large
		{190, 0, "", channel.Misconfigured, "the page access token is not valid"},
		{102, 0, "", channel.Misconfigured, "the page access token is not valid"},
		{3, 0, "", channel.Misconfigured, "the app lacks a capability"},
		{2500, 0, "", channel.Misconfigured, "the Graph API has no such path in this version"},
		{4, 0, "", channel.Throttled, "too many calls of the app"},
		{17, 0, "", channel.Throttled, "too many calls of the user"},
		{32, 0, "", channel.Throttled, "too many calls of the Page"},
		{613, 0, "", channel.Throttled, "too many calls"},
		{80006, 0, "", channel.Throttled, "too many messages"},
		{368, 0, "", channel.Restricted, "blocked for its policy"},
	}
}

// judge classifies an error of call. What is not in the table may pass: 1, 2, 1200, is_transient and codes to come.
func judge(err error) rule {
	e, ok := errors.AsType[*callError](err)
	switch {
	case !ok:
		return rule{failure: channel.Temporary, name: "unknown"}
	case errors.Is(e.cause, context.Canceled):
		return rule{failure: channel.Temporary, name: "cancelled"}
	case errors.Is(e.cause, context.DeadlineExceeded):
		return rule{failure: channel.Temporary, name: "time-out"}
	case e.status == 0:
		return rule{failure: channel.Temporary, name: "network"}
	case e.code == 0 && e.status == http.StatusTooManyRequests:
		return rule{failure: channel.Throttled, name: "too many requests"}
	case e.code == 0:
		// A page of a proxy says nothing about the citizen or the message.
		return rule{failure: channel.Temporary, name: "not from the Graph API"}
	}
	words := strings.ToLower(e.words)
	for _, r := range rules() {
		if r.code == e.code && (r.subcode == 0 || r.subcode == e.subcode) && strings.Contains(words, r.words) {
			return r
		}
	}
	return rule{failure: channel.Temporary, name: "server"}
}

// sendError is what Send returns for an error of call. A 503 comes from what stands before the server and had none to ask.
func sendError(err error) *channel.SendError {
	r := judge(err)
	out := &channel.SendError{Failure: r.failure, Code: r.name, Err: err}
	e, ok := errors.AsType[*callError](err)
	switch {
	case ok && e.code != 0:
		out.Code = fmt.Sprintf("%d/%d %s", e.code, e.subcode, r.name)
	case ok && e.status != 0:
		out.Code = fmt.Sprintf("%d %s", e.status, r.name)
	}
	if ok && r.failure == channel.Temporary {
		out.Unsent = e.unsent || e.status == http.StatusServiceUnavailable
	}
	if ok && r.failure == channel.Throttled {
		out.RetryAfter = cmp.Or(e.retryAfter, rest)
	}
	return out
}

// lateError is what Send returns for an error of call with a tag. A Page without the permission for it is told "no
// permission" or merely "invalid parameter"; the person's words are then to be kept until the citizen writes.
func lateError(err error) *channel.SendError {
	out := sendError(err)
	e, ok := errors.AsType[*callError](err)
	if ok && (out.Failure == channel.Rejected || out.Failure == channel.Misconfigured && (e.code == 10 || e.code == 200)) {
		out.Failure = channel.WindowClosed
	}
	return out
}
