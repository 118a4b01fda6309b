package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// site is a Server at work on a free port.
type site struct {
	*Server
	url  string
	addr string
	log  *logBuffer
	stop func() // ends Run and waits for it
}

func newSite(t *testing.T, cfg Config, routes func(s *Server)) *site {
	t.Helper()
	log := &logBuffer{}
	cfg.Listen = "127.0.0.1:0"
	cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := New(cfg)
	if routes != nil {
		routes(s)
	}
	addr, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return &site{s, "http://" + addr.String(), addr.String(), log, stop}
}

// do makes a request and gives the reply with its body read.
func do(t *testing.T, method, url string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

func readAll(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		http.Error(w, "could not be read", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprint(w, n)
}

func TestHealth(t *testing.T) {
	res, body := do(t, "GET", newSite(t, Config{}, nil).url+"/healthz", nil)
	if res.StatusCode != 200 || body != "ok" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

func TestReady(t *testing.T) {
	for _, c := range []struct {
		name   string
		checks []Check
		status int
		body   string
	}{
		{"no checks", nil, 200, `{"ready":true,"checks":[]}`},
		{"all well", []Check{{"store", true, "open"}}, 200, `{"ready":true,"checks":[{"name":"store","ok":true,"detail":"open"}]}`},
		{"one is not", []Check{{"store", false, "full"}, {"telegram", true, "running"}}, 503,
			`{"ready":false,"checks":[{"name":"store","ok":false,"detail":"full"},{"name":"telegram","ok":true,"detail":"running"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, Config{Ready: func(context.Context) []Check { return c.checks }}, nil)
			res, body := do(t, "GET", s.url+"/readyz", nil)
			if res.StatusCode != c.status || strings.TrimSpace(body) != c.body || !json.Valid([]byte(body)) {
				t.Errorf("%d %s", res.StatusCode, body)
			}
			if got := res.Header.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type %q", got)
			}
		})
	}
	if res, _ := do(t, "GET", newSite(t, Config{}, nil).url+"/readyz", nil); res.StatusCode != 200 {
		t.Errorf("without Ready: %d", res.StatusCode)
	}
}

func TestUnknownPathsAndWrongMethods(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) { s.Handle("POST /webhook/telegram", http.HandlerFunc(readAll)) })
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404}, {"GET", "/healthz/x", 404}, {"GET", "/webhook/telegram", 405}, {"POST", "/healthz", 405}, {"POST", "/webhook/telegram", 200},
	} {
		if res, _ := do(t, c.method, s.url+c.path, nil); res.StatusCode != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, res.StatusCode, c.want)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("GET /chat", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Del("X-Frame-Options")
			w.Header().Set("Cache-Control", "max-age=60")
		}))
	})
	for _, path := range []string{"/healthz", "/missing"} {
		res, _ := do(t, "GET", s.url+path, nil)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store"} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	res, _ := do(t, "GET", s.url+"/chat", nil)
	if h := res.Header; h.Get("X-Frame-Options") != "" || h.Get("Cache-Control") != "max-age=60" {
		t.Errorf("a route could not choose its own headers: %v", h)
	}
}

func TestBodyLimit(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("POST /default", http.HandlerFunc(readAll))
		s.HandleLimit("POST /small", 10, http.HandlerFunc(readAll))
		s.HandleLimit("POST /large", 4<<20, http.HandlerFunc(readAll))
	})
	for _, c := range []struct {
		path string
		size int
		want int
	}{
		{"/default", maxBody, 200}, {"/default", maxBody + 1, 413}, {"/small", 10, 200}, {"/small", 11, 413}, {"/large", 4 << 20, 200},
	} {
		body := bytes.Repeat([]byte("x"), c.size)
		for name, r := range map[string]io.Reader{
			"length given": bytes.NewReader(body),
			"chunked":      struct{ io.Reader }{bytes.NewReader(body)},
		} {
			if res, _ := do(t, "POST", s.url+c.path, r); res.StatusCode != c.want {
				t.Errorf("%s, %d bytes, %s: %d, want %d", c.path, c.size, name, res.StatusCode, c.want)
			}
		}
	}
}

func TestHeaderLimit(t *testing.T) {
	s := newSite(t, Config{}, nil)
	for size, want := range map[int]int{maxHeader - 1024: 200, maxHeader + 8<<10: 431} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/healthz", nil)
		req.Header.Set("X-Long", strings.Repeat("x", size))
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%d bytes: %d, want %d", size, res.StatusCode, want)
		}
	}
}

func TestPanicCostsOneRequest(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("POST /before", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			panic("words: " + string(body) + r.URL.RawQuery)
		}))
		s.Handle("GET /after", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat("x", 100_000))
			panic(errors.New("words"))
		}))
	})
	if res, body := do(t, "POST", s.url+"/before?q=words", strings.NewReader("words")); res.StatusCode != 500 || strings.Contains(body, "words") {
		t.Errorf("%d %q, want 500", res.StatusCode, body)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/after", nil)
	if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
		if _, err := io.ReadAll(res.Body); err == nil {
			t.Error("half a reply was taken for a whole one")
		}
		res.Body.Close()
	}
	if res, _ := do(t, "GET", s.url+"/healthz", nil); res.StatusCode != 200 {
		t.Errorf("after the panics: %d", res.StatusCode)
	}
	s.stop()
	log := s.log.String()
	if strings.Contains(log, "words") {
		t.Errorf("the log holds words:\n%s", log)
	}
	for _, want := range []string{"panic=string", "panic=*errors.errorString", "server_test.go", `route="POST /before"`, "status=500"} {
		if !strings.Contains(log, want) {
			t.Errorf("no %s in the log:\n%s", want, log)
		}
	}
}

func TestAHandlerMayAbort(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("GET /abort", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	})
	req, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/abort", nil)
	if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
		res.Body.Close()
		t.Errorf("status %d, want no reply", res.StatusCode)
	}
	s.stop()
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("log:\n%s", s.log)
	}
}

func TestRequestLogIsDiscreet(t *testing.T) {
	s := newSite(t, Config{}, func(s *Server) { s.Handle("GET /cases/{id}", http.HandlerFunc(readAll)) })
	do(t, "GET", s.url+"/cases/PRIVATE?q=PRIVATE", nil)
	do(t, "PRIVATE", s.url+"/PRIVATE?q=PRIVATE", nil)
	s.stop()
	log := s.log.String()
	if strings.Contains(log, "PRIVATE") || strings.Contains(log, "127.0.0.1") {
		t.Errorf("the log says too much:\n%s", log)
	}
	if !strings.Contains(log, `route="GET /cases/{id}" status=200`) || !strings.Contains(log, "status=404") {
		t.Errorf("the log says too little:\n%s", log)
	}
}

func TestStopLetsARunningRequestFinish(t *testing.T) {
	began, finish := make(chan struct{}), make(chan struct{})
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("GET /long", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(began)
			<-finish
			if r.Context().Err() == nil {
				io.WriteString(w, "done")
			}
		}))
	})
	stopping := make(chan struct{})
	s.http.RegisterOnShutdown(func() { close(stopping) })
	go func() {
		<-began
		go s.stop()
		<-stopping
		close(finish)
	}()
	if res, body := do(t, "GET", s.url+"/long", nil); res.StatusCode != 200 || body != "done" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	s.stop()
	if c, err := net.Dial("tcp", s.addr); err == nil {
		c.Close()
		t.Error("the address is still listened on")
	}
}

func TestStreamsCanFlush(t *testing.T) {
	proceed := make(chan struct{})
	s := newSite(t, Config{}, func(s *Server) {
		s.Handle("GET /events", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			control := http.NewResponseController(w)
			if err := errors.Join(control.SetWriteDeadline(time.Time{}), control.Flush()); err != nil {
				t.Error(err)
			}
			<-proceed
			io.WriteString(w, "event")
		}))
	})
	req, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/events", nil)
	res, err := http.DefaultTransport.RoundTrip(req) // returns once the header is here
	close(proceed)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); string(body) != "event" {
		t.Errorf("body %q", body)
	}
}

func TestListenErrorsSayWhatToDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct{ address, want string }{
		{taken.Addr().String(), "the address " + taken.Addr().String() + " is in use by another program: stop it or choose another with --listen"},
		{"192.0.2.1:8080", "the address 192.0.2.1 does not belong to this machine: choose another with --listen"},
		{"", `the address "" is not valid: give host:port with --listen, such as 127.0.0.1:8080`},
		{"127.0.0.1", `the address "127.0.0.1" is not valid: give host:port with --listen, such as 127.0.0.1:8080`},
		{"127.0.0.1:99999", `the address "127.0.0.1:99999" is not valid: give host:port with --listen, such as 127.0.0.1:8080`},
	} {
		s := New(Config{Listen: c.address, Logger: slog.New(slog.DiscardHandler)})
		if _, err := s.Listen(); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.address, err, c.want)
		}
		if err := s.Run(t.Context()); err == nil || err.Error() != c.want {
			t.Errorf("Run on %q: %v", c.address, err)
		}
	}
	_, err = New(Config{Listen: taken.Addr().String(), Logger: slog.New(slog.DiscardHandler)}).Listen()
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestRunReportsThatItCannotServe(t *testing.T) {
	s := New(Config{Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if _, err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.listener.Close()
	if err := s.Run(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Run: %v", err)
	}
}
