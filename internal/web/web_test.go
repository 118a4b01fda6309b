package web

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:99": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::", "[::ffff:192.0.2.1]:99": "192.0.2.1", "[fe80::1%eth0]:9": "fe80::", "@": "",
	} {
		if got := Address(&http.Request{RemoteAddr: remote}, true); got != want {
			t.Errorf("%s is counted as %q, want %q", remote, got, want)
		}
	}
}

// What a visitor writes into a header comes before what our proxy adds, and counts for nothing without one.
func TestProxy(t *testing.T) {
	r := &http.Request{RemoteAddr: "127.0.0.1:9", Header: http.Header{
		"X-Forwarded-For": {"198.51.100.9", "203.0.113.5, 192.0.2.7"}, "X-Forwarded-Proto": {"http, https"}}}
	if got := Address(r, true); got != "192.0.2.7" || !Secure(r, true) {
		t.Errorf("behind our proxy it is from %q, https: %v", got, Secure(r, true))
	}
	if got := Address(r, false); got != "127.0.0.1" || Secure(r, false) {
		t.Errorf("without one it is from %q, https: %v", got, Secure(r, false))
	}
	if !Secure(&http.Request{TLS: &tls.ConnectionState{}}, false) {
		t.Error("a connection of TLS does not count as https")
	}
}

func TestAssets(t *testing.T) {
	all, err := LoadAssets(fstest.MapFS{"style.css": {Data: []byte("p{}")}}, map[string]string{"style.css": "text/css"})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{asset}", all)
	get := func(address string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
		return w
	}
	w := get("/style.css?v=" + all["style.css"].Version)
	if w.Body.String() != "p{}" || w.Header().Get("Content-Type") != "text/css" || w.Header().Get("Cache-Control") != "public, max-age=31536000" {
		t.Errorf("the file is %q with %v", w.Body, w.Header())
	}
	if w := get("/style.css?v=old"); w.Header().Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("another version is kept for %q", w.Header().Get("Cache-Control"))
	}
	if w := get("/secret"); w.Code != http.StatusNotFound {
		t.Errorf("what is not there gives %d", w.Code)
	}
	if _, err := LoadAssets(fstest.MapFS{}, map[string]string{"style.css": "text/css"}); err == nil {
		t.Error("a file that is missing is no error")
	}
}

// Whoever stops to read loses the stream; else nothing limits how long it is.
func TestStreamEnds(t *testing.T) {
	over := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		out := stream{w, http.NewResponseController(w), 50 * time.Millisecond}
		block := make([]byte, 1<<20)
		for {
			if _, err := out.Write(block); err != nil {
				over <- err
				return
			}
		}
	}))
	defer s.Close()
	reply, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if _, err := io.CopyN(io.Discard, reply.Body, 8<<20); err != nil {
		t.Fatalf("somebody who reads is cut off: %v", err)
	}
	select {
	case <-over:
	case <-time.After(20 * time.Second):
		t.Error("somebody who does not read holds the stream")
	}
}

func TestEvents(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		e, err := OpenEvents(w, 3*time.Second)
		if err != nil {
			t.Error(err)
			return
		}
		if e.Send("one", "7", map[string]string{"text": "a\nb"}) != nil || e.Send("two", "", 1) != nil || e.Beat() != nil {
			t.Error("an event was not written")
		}
	}))
	defer s.Close()
	reply, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var lines []string
	for in := bufio.NewScanner(reply.Body); in.Scan(); {
		lines = append(lines, in.Text())
	}
	want := "retry: 3000||event: one|id: 7|data: {\"text\":\"a\\nb\"}||event: two|data: 1||: |"
	if got := strings.Join(lines, "|"); got != want || reply.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("the stream is %q of type %q, want %q", got, reply.Header.Get("Content-Type"), want)
	}
}
