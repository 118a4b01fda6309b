package server

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener within a bubble of virtual time.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// dial connects a client.
func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// inBubble calls test with a Server in virtual time. stop ends Run and waits for it.
func inBubble(t *testing.T, h http.HandlerFunc, test func(t *testing.T, p *pipes, stop func())) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{make(chan net.Conn), make(chan struct{})}
		s := New(Config{Logger: slog.New(slog.DiscardHandler)})
		s.Handle("/", h)
		s.listener = p
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		test(t, p, func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	})
}

// cutAfter gives how long it takes until the server hangs up, having sent what.
func cutAfter(t *testing.T, c net.Conn, what string) time.Duration {
	t.Helper()
	start := time.Now()
	if _, err := io.WriteString(c, what); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, c)
	return time.Since(start)
}

func TestSlowClientsAreCut(t *testing.T) {
	for _, c := range []struct {
		name, sent string
		want       time.Duration
	}{
		{"silent", "G", headerTimeout},
		{"slow header", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", headerTimeout},
		{"slow body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow", readTimeout},
		{"idle", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", idleTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, readAll, func(t *testing.T, p *pipes, stop func()) {
				if got := cutAfter(t, p.dial(), c.sent); got < c.want || got > c.want+time.Second {
					t.Errorf("cut after %v, want %v", got, c.want)
				}
				stop()
			})
		})
	}
}

func TestClientsThatDoNotReadAreCut(t *testing.T) {
	failed := make(chan time.Duration, 1)
	endless := func(w http.ResponseWriter, _ *http.Request) {
		start := time.Now()
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				failed <- time.Since(start)
				return
			}
		}
	}
	inBubble(t, endless, func(t *testing.T, p *pipes, stop func()) {
		failed = make(chan time.Duration, 1)
		c := p.dial()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if got := <-failed; got != writeTimeout {
			t.Errorf("cut after %v, want %v", got, writeTimeout)
		}
		stop()
		c.Close()
	})
}

func TestStopCutsWhatDoesNotFinish(t *testing.T) {
	stuck := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	inBubble(t, stuck, func(t *testing.T, p *pipes, stop func()) {
		c := p.dial()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		synctest.Wait()
		start := time.Now()
		stop()
		if got := time.Since(start); got != stopTimeout {
			t.Errorf("stopped after %v, want %v", got, stopTimeout)
		}
		if _, err := bufio.NewReader(c).ReadByte(); err == nil {
			t.Error("the connection still lives")
		}
	})
}
