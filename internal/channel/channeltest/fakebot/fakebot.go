// Package fakebot is a Telegram Bot API server for tests and load measurements: real HTTP, no Telegram.
//
// It plays both sides of Telegram. Towards the bot it answers the methods that the bot uses, delivers
// updates by long polling or to a webhook (in order within a chat, in parallel across chats, again until
// they are accepted) and fails on demand. Towards the test it is the citizen: SendText, SendFile, Press, Block and
// WaitFor. With Options.Spec every call is checked against the published description of the API.
//
// It imports only the standard library and fakeserver, and never sleeps for longer than Options.RetryDelay asks.
//
// # Why
//
// The behaviour follows the sources of the real server (github.com/tdlib/telegram-bot-api) where a bot can
// tell: error texts, offset, 409 on two pollers, one update of a chat at a time. It differs where tests would
// wait: a refused webhook is tried again after Options.RetryDelay instead of seconds, and Retry-After is
// recorded but not obeyed.
package fakebot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakeserver"
)

// Options describe a Server. The zero value works.
type Options struct {
	Token      string        // default DefaultToken
	Username   string        // of the bot, without @; default DefaultUsername
	Language   string        // of every citizen's app; default "ka"
	Rate       int           // messages per second over all chats before 429, for a second; 0: no limit
	Latency    time.Duration // from each call, other than getUpdates, to its answer
	RetryDelay time.Duration // before the second retry of a refused update, doubled to 1 s; default 5 ms
	Spec       *Spec         // non-nil: every call is checked, see Problems
	Forgetful  bool          // keep no calls, deliveries or texts: for load measurements
}

// Defaults of Options.
const (
	DefaultToken    = "123456:FAKE-token_of-the-fake-server"
	DefaultUsername = "ogp_test_bot"
	botID           = 123456
)

// Server is a fake Bot API server. It is an http.Handler and safe for concurrent use.
type Server struct {
	opts Options
	http *http.Client // towards the webhook
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup // deliveries
	web  *http.Server   // nil unless made by Listen
	url  string

	mu         fakeserver.State
	chats      map[int64]*chat
	hook       *webhook      // nil: polling
	queued     int           // updates in the chats' queues
	pending    []update      // for getUpdates, ascending
	wake       chan struct{} // closed to wake the pollers
	pollers    int           // generation, to end an older getUpdates
	lastUpdate int64
	lastQuery  int64
	queries    map[string]bool // unanswered presses
	files      map[string]stored
	lastFile   int
	settings   map[string]string
	failures   fakeserver.Failures[Failure]
	lose       int
	calls      []Call
	deliveries []Delivery
	sent       int
	second     int64 // of the rate window
	inSecond   int
	problems   []string

	intercept atomic.Pointer[http.Handler]
	skew      atomic.Int64 // time.Duration
}

// Call is one method call of the bot.
type Call struct {
	Method  string
	Params  map[string]string // as on the wire: nested values are JSON
	Webhook bool              // made in the answer to a webhook delivery
	At      time.Time
}

// New returns a Server that is not listening: mount it, or use it as a transport. Close it after use.
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Username == "" {
		o.Username = DefaultUsername
	}
	if o.Language == "" {
		o.Language = "ka"
	}
	if o.RetryDelay == 0 {
		o.RetryDelay = 5 * time.Millisecond
	}
	s := &Server{
		opts:     o,
		chats:    map[int64]*chat{},
		wake:     make(chan struct{}),
		queries:  map[string]bool{},
		files:    map[string]stored{},
		settings: map[string]string{},
		http: &http.Client{
			Timeout:   time.Minute,
			Transport: &http.Transport{MaxIdleConnsPerHost: 128},
		},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Listen returns a Server that listens on addr, such as "127.0.0.1:0".
func Listen(addr string, o Options) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("fake Bot API: %w", err)
	}
	s := New(o)
	s.url = "http://" + l.Addr().String()
	s.web = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.work.Go(func() {
		if err := s.web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.problem("serve: " + err.Error())
		}
	})
	return s, nil
}

// Start is Listen on a free loopback port for a test. When the test ends the server is closed, and every
// problem that Spec found is an error of the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := Listen("127.0.0.1:0", o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		s.Close()
		for _, p := range s.Problems() {
			tb.Errorf("fake Bot API: %s", p)
		}
	})
	return s
}

// URL is the API base for the bot's configuration; "" unless listening.
func (s *Server) URL() string { return s.url }

// Token is the bot's token.
func (s *Server) Token() string { return s.opts.Token }

// Close stops deliveries, ends waiting calls and waits for both.
func (s *Server) Close() {
	s.stop()
	if s.web != nil {
		_ = s.web.Close()
	}
	s.work.Wait()
	s.http.CloseIdleConnections()
}

// Calls returns the calls of method so far, in order; of all methods if method is "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callsOf(method)
}

func (s *Server) callsOf(method string) []Call {
	if method == "" {
		return slices.Clone(s.calls)
	}
	var out []Call
	for _, c := range s.calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// Sent counts the messages that were taken, edits included. It works when Forgetful.
func (s *Server) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// Problems lists what Spec found wrong with the calls so far.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

func (s *Server) problem(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, text)
}

// wakePollers makes every getUpdates look again. s.mu is held.
func (s *Server) wakePollers() {
	close(s.wake)
	s.wake = make(chan struct{})
}

// Transport gives the bot's HTTP client a direct line to the server, without a network. Any host name will do.
func (s *Server) Transport() http.RoundTripper { return fakeserver.Direct(s) }
