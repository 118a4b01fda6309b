package messenger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"ogpbot/internal/channel"
)

// What one call may take.
const (
	callTimeout = 10 * time.Second
	maxAnswer   = 1 << 20 // bytes
)

// call makes one request under /me and returns its result, which is not nil. params stay as they are. Its error is a
// *callError. GET is not to be used: it would put the parameters into the URL.
func (c *Channel) call(ctx context.Context, method fb.Method, edge string, params fb.Params) (fb.Result, error) {
	return c.perform(ctx, &exchange{Client: c.client}, c.cfg.Token, method, "me/"+edge, params)
}

// perform is call with an exchange, a token and a path of its own.
func (c *Channel) perform(ctx context.Context, x *exchange, token string, method fb.Method, path string, params fb.Params) (fb.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	session := c.app.Session(token)
	session.BaseURL, session.Version, session.HttpClient = c.cfg.GraphAPI+"/", c.cfg.GraphVersion, x
	session.UseAuthorizationHeader()
	result, err := session.WithContext(ctx).Api(path, method, maps.Clone(params))
	if err != nil || result == nil || result["error"] != nil || x.status/100 != 2 {
		return nil, c.explain(path[strings.LastIndexByte(path, '/')+1:], x, err)
	}
	return result, nil
}

// exchange is the library's HTTP client for one call. It reads a bounded answer and keeps what the library drops.
type exchange struct {
	*http.Client
	unsent bool // the request surely did not leave
	status int  // 0: there was no answer
	header http.Header
}

var errTooLarge = errors.New("the answer is too large")

// Do implements fb.HttpClient; Get and Post are there for the interface and not called.
func (x *exchange) Do(r *http.Request) (*http.Response, error) {
	resp, unsent, err := channel.Do(x.Client, r)
	if x.unsent = unsent; err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	x.status, x.header = resp.StatusCode, resp.Header
	if len(body) > maxAnswer {
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// callError is why a call did not succeed. Its text and its chain are free of secrets.
type callError struct {
	edge          string
	status        int  // HTTP; 0: there was no answer
	unsent        bool // the request surely did not leave
	code, subcode int  // Meta's; code is 0 if the answer is not the Graph API's: a proxy's page, say
	transient     bool
	words         string // Meta's, or the network's; made plain
	trace         string // for Meta's support
	retryAfter    time.Duration
	cause         error // context.Canceled or context.DeadlineExceeded, if that is it
}

func (e *callError) Error() string {
	text := "messenger " + e.edge + ": "
	switch {
	case e.status == 0:
		return text + e.words
	case e.code == 0:
		return text + strconv.Itoa(e.status) + " and no answer of the Graph API"
	}
	return text + strconv.Itoa(e.code) + "/" + strconv.Itoa(e.subcode) + " " + e.words + " (trace " + cmp.Or(e.trace, "unknown") + ")"
}

func (e *callError) Unwrap() error { return e.cause }

// explain turns the library's error, which may be nil, into ours and leaves the secrets behind.
func (c *Channel) explain(edge string, x *exchange, err error) *callError {
	e := &callError{edge: edge, status: x.status, unsent: x.unsent, retryAfter: retryAfter(x.header)}
	if answer, ok := errors.AsType[*fb.Error](err); ok && answer.Code != fb.ErrCodeUnknown {
		e.code, e.subcode, e.transient = answer.Code, answer.ErrorSubcode, answer.IsTransient
		e.words = c.plainWords(answer.Message)
		if matches(`^[A-Za-z0-9_-]{1,32}$`, answer.TraceID) {
			e.trace = answer.TraceID
		}
	} else if x.status == 0 {
		e.words, e.cause = c.networkWords(err)
	}
	return e
}

// retryAfter is how long the headers ask to wait, or 0. Meta estimates in minutes, for each asset and use case
// (developers.facebook.com/docs/graph-api/overview/rate-limiting#headers).
func retryAfter(h http.Header) time.Duration {
	var longest time.Duration
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		longest = time.Duration(seconds) * time.Second
	}
	var usage map[string][]fb.RateLimiting
	// On an error what could be read is used: it is only an estimate.
	_ = json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &usage)
	for _, cases := range usage {
		for _, u := range cases {
			longest = max(longest, time.Duration(u.EstimatedTimeToRegainAccess)*time.Minute)
		}
	}
	return min(max(longest, 0), 24*time.Hour) // limits are counted over 24 hours at most
}

// networkWords flattens an error, because any link of its chain may hold more of the request than people may see.
func (c *Channel) networkWords(err error) (text string, cause error) {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return end.Error(), end
		}
	}
	if err == nil {
		return "no answer", nil
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return c.withoutSecrets(err.Error()), nil
}

func (c *Channel) withoutSecrets(text string) string {
	return strings.NewReplacer(c.cfg.Token, "...", c.cfg.AppSecret, "...").Replace(text)
}

// plainWords keeps of Meta's words what cannot come from a message, an address or a token: what is before a second colon,
// a quotation or anything but ASCII, without long words and with its digits struck out.
func (c *Channel) plainWords(text string) string {
	text, _, _ = strings.Cut(c.withoutSecrets(text), " '")
	colons := 0
	end := strings.IndexFunc(text, func(r rune) bool {
		if r == ':' {
			colons++
		}
		return colons == 2 || r == '"' || r < ' ' || r > '~'
	})
	if end >= 0 {
		text = text[:end]
	}
	words := strings.Fields(text[:min(len(text), 200)])
	for i, w := range words {
		if len(w) > 24 {
			words[i] = "..."
		}
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return '#'
		}
		return r
	}, strings.Join(words, " "))
}
