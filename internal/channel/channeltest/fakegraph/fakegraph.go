// Package fakegraph is Facebook's Graph API with a Messenger behind it, for tests and load measurements: real HTTP, no
// Facebook.
//
// It plays both sides of Messenger. Towards the bot it answers the calls that the bot makes, holds it to the rules that a
// bot can break (version, token in a header, appsecret_proof, the 24 h window, lengths, retired tags) and fails on
// demand. It signs events and delivers them to the bot's webhook, in batches, again until they are accepted. Towards the
// test it is the citizen: SendText, PressQuickReply, GetStarted, WaitFor, and the person at the Page's inbox: Answer.
//
// It imports only the standard library and fakeserver, and never sleeps for longer than Options.RetryDelay asks.
//
// # Why
//
// Meta publishes no server and no machine-readable description of messages, so the rules are those of its reference
// pages and of the error codes that others have reported. It is stricter than Messenger where that finds mistakes: a
// title of more than 20 characters is refused instead of cut, and a token in a URL is a Problem. It differs where tests
// would wait: a refused delivery comes again after Options.RetryDelay, and the clock can be moved by Advance.
package fakegraph

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
	Token       string        // default DefaultToken
	AppSecret   string        // default DefaultAppSecret
	VerifyToken string        // default DefaultVerifyToken
	Version     string        // default DefaultVersion
	Rate        int           // messages per second to everybody before 613; 0: no limit
	Latency     time.Duration // from each call to its answer
	HumanAgent  bool          // the app may use the tag HUMAN_AGENT, which needs a permission of its own
	Batch       int           // events in one delivery, at most; default 1, Meta's is 1,000
	Lanes       int           // deliveries at a time; a citizen's events are always in one lane; default 4
	RetryDelay  time.Duration // before the second retry of a refused delivery, doubled to 1 s; default 5 ms
	Forgetful   bool          // keep no calls, deliveries or texts: for load measurements
}

// Defaults of Options, and the Page.
const (
	DefaultToken       = "EAAFAKEpageTOKEN0ofthefakeserver"
	DefaultAppSecret   = "fa4e5ec7e7fa4e5ec7e7fa4e5ec7e700"
	DefaultVerifyToken = "fake-VERIFY-token"
	DefaultVersion     = "v25.0"
	PageID             = "404217156637689"
	appID              = 205552219930699
	inboxAppID         = 263902037430900 // of Facebook's own Page inbox
)

// Server is a fake Graph API. It is an http.Handler and safe for concurrent use.
type Server struct {
	opts  Options
	proof string       // appsecret_proof
	http  *http.Client // towards the webhook
	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup // deliveries
	web   *http.Server   // nil unless made by Listen
	url   string

	mu         fakeserver.State
	ahead      time.Duration // of the server's clock
	citizens   map[string]*citizen
	hook       string    // the webhook's URL, "" for none
	subscribed []string  // fields
	expires    time.Time // of the token; zero: never
	scopes     []string  // of the token
	lanes      []*lane
	held       bool
	profile    map[string]string // JSON by property
	profiles   int               // times it was written
	posts      []Post
	failures   fakeserver.Failures[Failure]
	lose       int
	calls      []Call
	deliveries []Delivery
	lastID     int
	sent       int
	second     int64 // of the rate window
	inSecond   int
	problems   []string

	intercept atomic.Pointer[http.Handler]
}

// Call is one call of the bot that was let in.
type Call struct {
	Edge   string // what follows /me/, such as "messages", or "debug_token" or "subscriptions"
	Method string
	Params map[string]string // as on the wire: nested values are JSON; without appsecret_proof
	At     time.Time         // of the server's clock
}

// New returns a Server that is not listening: mount it, or use it as a transport. Close it after use.
func New(o Options) *Server {
	set := func(option *string, value string) {
		if *option == "" {
			*option = value
		}
	}
	set(&o.Token, DefaultToken)
	set(&o.AppSecret, DefaultAppSecret)
	set(&o.VerifyToken, DefaultVerifyToken)
	set(&o.Version, DefaultVersion)
	if o.RetryDelay == 0 {
		o.RetryDelay = 5 * time.Millisecond
	}
	o.Batch = max(o.Batch, 1)
	if o.Lanes == 0 {
		o.Lanes = 4
	}
	s := &Server{
		opts:     o,
		proof:    proofOf(o.Token, o.AppSecret),
		citizens: map[string]*citizen{},
		profile:  map[string]string{},
		scopes:   []string{"pages_messaging", "pages_manage_metadata", "pages_manage_posts", "pages_read_engagement"},
		http: &http.Client{
			Timeout:   20 * time.Second, // Meta's
			Transport: &http.Transport{MaxIdleConnsPerHost: 128},
		},
	}
	for range o.Lanes {
		s.lanes = append(s.lanes, &lane{})
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Listen returns a Server that listens on addr, such as "127.0.0.1:0".
func Listen(addr string, o Options) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("fake Graph API: %w", err)
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

// Start is Listen on a free loopback port for a test. When the test ends the server is closed, and every Problem is an
// error of the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := Listen("127.0.0.1:0", o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		s.Close()
		for _, p := range s.Problems() {
			tb.Errorf("fake Graph API: %s", p)
		}
	})
	return s
}

// URL is the Graph API's address for the bot's configuration; "" unless listening.
func (s *Server) URL() string { return s.url }

// Options are those of New, with the defaults filled in: the token and secrets that the bot needs.
func (s *Server) Options() Options { return s.opts }

// Close stops deliveries, ends waiting calls and waits for both.
func (s *Server) Close() {
	s.stop()
	if s.web != nil {
		_ = s.web.Close()
	}
	s.work.Wait()
	s.http.CloseIdleConnections()
}

// Advance moves the server's clock forward.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

// now is the server's clock. s.mu is held.
func (s *Server) now() time.Time { return time.Now().Add(s.ahead) }

// Calls returns the calls of edge so far, in order; of all edges if edge is "".
func (s *Server) Calls(edge string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callsOf(edge)
}

func (s *Server) callsOf(edge string) []Call {
	if edge == "" {
		return slices.Clone(s.calls)
	}
	var out []Call
	for _, c := range s.calls {
		if c.Edge == edge {
			out = append(out, c)
		}
	}
	return out
}

// Sent counts the messages that were taken. It works when Forgetful.
func (s *Server) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// Problems lists what a bot must never do and Facebook would not tell it, such as a token in a URL.
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

// Transport gives the bot's HTTP client a direct line to the server, without a network. Any host name will do.
func (s *Server) Transport() http.RoundTripper { return fakeserver.Direct(s) }
