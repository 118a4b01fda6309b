package channel

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// roundTripper is a transport that knows nothing of traces.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDoKnowsWhatDidNotLeave(t *testing.T) {
	quiet := log.New(io.Discard, "", 0)
	start := func(h http.HandlerFunc, tls bool) string {
		s := httptest.NewUnstartedServer(h)
		s.Config.ErrorLog = quiet
		if tls {
			s.StartTLS()
		} else {
			s.Start()
		}
		t.Cleanup(s.Close)
		return s.URL
	}
	cuts := start(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false)
	hangs := start(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}, false)
	strange := start(func(http.ResponseWriter, *http.Request) { t.Error("a request reached an impostor") }, true)

	gone, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts, and then nobody listens
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + gone.Addr().String()
	gone.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // connects, and never speaks TLS
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	noName := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "nowhere.example", IsNotFound: true}
	}}}
	untraced := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("cut") })}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	const patience = 100 * time.Millisecond

	for name, c := range map[string]struct {
		ctx    context.Context // nil: ends after patience
		client *http.Client
		url    string
		want   bool
	}{
		"a closed port":              {t.Context(), nil, closed, true},
		"no such name":               {t.Context(), noName, "http://nowhere.example", true},
		"another's certificate":      {t.Context(), nil, strange, true},
		"no TLS at all":              {t.Context(), nil, strings.Replace(cuts, "http:", "https:", 1), true},
		"cut before TLS is done":     {nil, nil, "https://" + mute.Addr().String(), true},
		"cancelled before":           {cancelled, nil, cuts, true},
		"cut while it answers":       {t.Context(), nil, cuts, false},
		"no answer in time":          {nil, nil, hangs, false},
		"a transport without traces": {t.Context(), untraced, cuts, false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.ctx == nil {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				c.ctx = ctx
			}
			r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, c.url, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			resp, unsent, err := Do(NewClient(c.client), r)
			if err == nil {
				resp.Body.Close()
				t.Fatal("it succeeded")
			}
			if unsent != c.want {
				t.Errorf("unsent %v after %v, want %v", unsent, err, c.want)
			}
		})
	}
}
