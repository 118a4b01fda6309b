package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/internal/channel"
)

// What one call may take.
const (
	pollSeconds   = 50               // the server allows no more
	callTimeout   = 10 * time.Second // of every call but these two
	pollTimeout   = (pollSeconds + 10) * time.Second
	uploadTimeout = 60 * time.Second
	maxAnswer     = 1 << 20  // bytes
	maxBatch      = 16 << 20 // bytes of a getUpdates answer, at most 100 updates
)

// call makes one request and returns the result. Its error is a *callError.
func (c *Channel) call(ctx context.Context, method string, params tgbotapi.Params) (json.RawMessage, error) {
	x := exchange{client: c.client, limit: maxAnswer}
	if method == "getUpdates" {
		x.limit = maxBatch
		return c.perform(ctx, pollTimeout, &x, method, params)
	}
	return c.perform(ctx, callTimeout, &x, method, params)
}

// upload is call with a file as the parameter field.
func (c *Channel) upload(ctx context.Context, method string, params tgbotapi.Params, field string, f attachment) (json.RawMessage, error) {
	x := exchange{client: c.client, limit: maxAnswer}
	var form strings.Builder
	w := multipart.NewWriter(&form)
	for name, value := range params {
		_ = w.WriteField(name, value) // a strings.Builder takes everything
	}
	if part, err := w.CreateFormFile(field, f.name); err == nil {
		_, _ = part.Write(f.data)
	}
	_ = w.Close()
	x.form, x.contentType = form.String(), w.FormDataContentType()
	return c.perform(ctx, uploadTimeout, &x, method, nil)
}

// perform makes the request of x.
func (c *Channel) perform(ctx context.Context, timeout time.Duration, x *exchange, method string, params tgbotapi.Params) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	x.ctx = ctx
	api := tgbotapi.BotAPI{Token: c.cfg.Token, Client: x}
	api.SetAPIEndpoint(c.endpoint)
	resp, err := api.MakeRequest(method, params)
	if err != nil {
		return nil, c.explain(method, x, err)
	}
	return resp.Result, nil
}

// exchange is the library's HTTP client for one call. It gives the request a context, and a body with a file, reads a
// bounded answer, and keeps what the library drops.
type exchange struct {
	ctx               context.Context
	client            *http.Client
	form, contentType string // in place of the request's body, if there is one
	limit             int64
	unsent            bool // the request surely did not leave
	status            int
	retryAfter        string
	header            http.Header
}

var errTooLarge = errors.New("the answer is too large")

// Do implements tgbotapi.HTTPClient.
func (x *exchange) Do(r *http.Request) (*http.Response, error) {
	r = r.WithContext(x.ctx)
	if x.form != "" {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(x.form)), nil }
		r.Body, _ = r.GetBody()
		r.ContentLength = int64(len(x.form))
		r.Header.Set("Content-Type", x.contentType)
	}
	resp, unsent, err := channel.Do(x.client, r)
	if x.unsent = unsent; err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, x.limit+1))
	if err != nil {
		return nil, err
	}
	x.status, x.retryAfter, x.header = resp.StatusCode, resp.Header.Get("Retry-After"), resp.Header
	if int64(len(body)) > x.limit {
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// callError is why a call did not succeed. Its text and its chain are free of secrets.
type callError struct {
	method      string
	status      int    // error_code, else the HTTP status; 0: there was no answer
	unsent      bool   // the request surely did not leave
	description string // Telegram's words; they may quote a message, so only plainWords of them are shown
	foreign     bool   // the answer is not the Bot API's: a proxy's page, say
	retryAfter  time.Duration
	migratedTo  int64  // the chat's new id
	network     string // what the network said
	cause       error  // context.Canceled or context.DeadlineExceeded, if that is it
}

func (e *callError) Error() string {
	text := "telegram " + e.method + ": "
	switch {
	case e.status == 0:
		return text + e.network
	case e.foreign:
		return text + strconv.Itoa(e.status) + " and no answer of a Bot API server"
	}
	return text + strconv.Itoa(e.status) + " " + plainWords(e.description)
}

func (e *callError) Unwrap() error { return e.cause }

// explain turns the library's error into ours, and leaves the token behind.
func (c *Channel) explain(method string, x *exchange, err error) *callError {
	e := &callError{method: method, status: x.status, unsent: x.unsent}
	if answer, ok := errors.AsType[*tgbotapi.Error](err); ok && (answer.Code != 0 || answer.Message != "") {
		if answer.Code != 0 {
			e.status = answer.Code
		}
		e.description, e.migratedTo = answer.Message, answer.MigrateToChatID
		e.retryAfter = time.Duration(answer.RetryAfter) * time.Second
	} else if x.status != 0 {
		e.foreign = true
	} else {
		e.network, e.cause = c.networkWords(err)
	}
	if seconds, err := strconv.Atoi(x.retryAfter); err == nil && e.retryAfter == 0 && seconds > 0 {
		e.retryAfter = time.Duration(seconds) * time.Second
	}
	return e
}

// networkWords flattens an error, because any link of its chain may hold the request's URL and so the token.
func (c *Channel) networkWords(err error) (text string, cause error) {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return end.Error(), end
		}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	_, secret, _ := strings.Cut(c.cfg.Token, ":")
	return strings.ReplaceAll(err.Error(), secret, "…"), nil
}

// plainWords keeps of Telegram's description what cannot come from a message or an address: what is before a second
// colon, a quotation mark or anything but ASCII, with its digits struck out.
func plainWords(description string) string {
	colons := 0
	end := strings.IndexFunc(description, func(r rune) bool {
		if r == ':' {
			colons++
		}
		return colons == 2 || r == '"' || r < ' ' || r > '~'
	})
	if end >= 0 {
		description = description[:end]
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return '#'
		}
		return r
	}, description[:min(len(description), 200)])
}
