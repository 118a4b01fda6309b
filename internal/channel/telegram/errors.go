package telegram

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ogpbot/internal/channel"
)

// remedy is what Send can do about an error by itself.
type remedy uint8

const (
	giveUp        remedy = iota
	enough               // what was wanted is so already
	editCaption          // the message to edit carries a file, and its words are a caption
	sendNew              // the message cannot be edited: send another
	sendPlain            // the markup was refused: send without
	sendElsewhere        // the chat has a new id
	sendWords            // if there is a file, it may be what is refused: send words in its place
)

// rule classifies an answer: the first that matches counts.
type rule struct {
	code    int
	words   string // somewhere in the description, in lower case; "" matches all
	failure channel.Failure
	remedy  remedy
	name    string // for the log
}

// rules holds every error that the server is known to answer with
// (the words are those of github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp).
func rules() []rule {
	return []rule{
		{400, "message is not modified", channel.Rejected, enough, "not modified"},
		{400, "message_not_modified", channel.Rejected, enough, "not modified"},
		{400, "query is too old", channel.Rejected, enough, "query too old"},
		{400, "query_id_invalid", channel.Rejected, enough, "query too old"},
		{400, "can't parse entities", channel.Rejected, sendPlain, "markup"},
		{400, "message to edit not found", channel.Rejected, sendNew, "nothing to edit"},
		{400, "message to edit is not found", channel.Rejected, sendNew, "nothing to edit"},
		{400, "message can't be edited", channel.Rejected, sendNew, "not editable"},
		{400, "there is no text in the message to edit", channel.Rejected, editCaption, "not editable"},
		{400, "there is no caption in the message to edit", channel.Rejected, sendNew, "not editable"},
		{400, "there is no media in the message to edit", channel.Rejected, sendNew, "not editable"},
		{400, "message_id_invalid", channel.Rejected, sendNew, "nothing to edit"},
		{400, "message identifier is not specified", channel.Rejected, sendNew, "nothing to edit"},
		{400, "upgraded to a supergroup", channel.Unreachable, sendElsewhere, "migrated"},
		{400, "chat not found", channel.Unreachable, giveUp, "chat not found"},
		{400, "peer_id_invalid", channel.Unreachable, giveUp, "chat not found"},
		{400, "user not found", channel.Unreachable, giveUp, "chat not found"},
		{400, "user is deactivated", channel.Unreachable, giveUp, "deactivated"},
		{400, "input_user_deactivated", channel.Unreachable, giveUp, "deactivated"},
		{400, "group chat was deactivated", channel.Unreachable, giveUp, "deactivated"},
		{400, "user_is_blocked", channel.Unreachable, giveUp, "blocked"},
		{400, "bot is not a member", channel.Unreachable, giveUp, "not a member"},
		{400, "not enough rights", channel.Unreachable, sendWords, "no right to write"},
		{400, "have no rights to send", channel.Unreachable, sendWords, "no right to write"},
		{400, "need administrator rights", channel.Unreachable, giveUp, "no right to write"},
		{400, "chat_send_", channel.Unreachable, sendWords, "no right to send that"}, // CHAT_SEND_PHOTOS_FORBIDDEN and the like
		{400, "chat_write_forbidden", channel.Unreachable, giveUp, "no right to write"},
		{400, "chat_restricted", channel.Unreachable, giveUp, "no right to write"},
		{400, "topic_closed", channel.Unreachable, giveUp, "no right to write"},
		{400, "", channel.Rejected, sendWords, "bad request"},
		{401, "", channel.Misconfigured, giveUp, "unauthorized"},
		{403, "", channel.Unreachable, giveUp, "forbidden"}, // blocked, deactivated, kicked, never started
		{404, "", channel.Misconfigured, giveUp, "not found"},
		{409, "", channel.Misconfigured, giveUp, "conflict"},
		{413, "", channel.Rejected, sendWords, "too large"},
		{421, "", channel.Misconfigured, giveUp, "misdirected"},
		{429, "", channel.Throttled, giveUp, "too many requests"},
	}
}

// judge classifies an error of call.
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
	case e.foreign && e.status != 401 && e.status != 429:
		// A page of a proxy says nothing about the citizen or the message.
		return rule{code: e.status, failure: channel.Temporary, name: "not from Telegram"}
	}
	words := strings.ToLower(e.description)
	for _, r := range rules() {
		if r.code == e.status && strings.Contains(words, r.words) {
			return r
		}
	}
	return rule{code: e.status, failure: channel.Temporary, name: "server"}
}

// sendError is what Send returns for an error of call. A 503 comes from what stands before the server and had none to ask.
func sendError(err error) *channel.SendError {
	r := judge(err)
	out := &channel.SendError{Failure: r.failure, Code: r.name, Err: err}
	if e, ok := errors.AsType[*callError](err); ok && r.failure == channel.Temporary {
		out.Unsent = e.unsent || e.status == http.StatusServiceUnavailable
	}
	if r.code != 0 {
		out.Code = strconv.Itoa(r.code) + " " + r.name
	}
	if r.failure == channel.Throttled {
		out.RetryAfter = max(retryAfter(err), time.Second)
	}
	return out
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*callError](err); ok {
		return e.retryAfter
	}
	return 0
}

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*callError](err)
	return ok && e.status == status
}
