// Package fakeserver is what our fake platforms share: a line without a network, latency, failures on order, waiting, and a
// flood of requests to measure them with. It// imports the standard library only and knows no platform.
package fakeserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Direct gives an HTTP client a direct line to h, without a network, so that tests can run in the false time of
// testing/synctest. Any host name will do.
func Direct(h http.Handler) http.RoundTripper { return direct{h} }

type direct struct{ h http.Handler }

// RoundTrip implements http.RoundTripper.
func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			err = fmt.Errorf("connection cut: %w", io.ErrUnexpectedEOF)
		} else if p != nil {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// Pause waits for d, or until the request or the server ends.
func Pause(request, server context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-request.Done():
	case <-server.Done():
	}
}

// Failures holds the failures F on order for each kind of call; "" is any kind. The zero value is empty. It is not safe
// for concurrent use.
type Failures[F any] struct {
	queues map[string][]failing[F]
}

type failing[F any] struct {
	failure F
	left    int // negative: until Clear
}

// Add makes the next times calls of kind fail; all of them until Clear if times is negative. Failures of one kind are
// used up in the order of Add, and before those of any kind.
func (f *Failures[F]) Add(kind string, times int, failure F) {
	if f.queues == nil {
		f.queues = map[string][]failing[F]{}
	}
	f.queues[kind] = append(f.queues[kind], failing[F]{failure, times})
}

// Clear forgets every Add.
func (f *Failures[F]) Clear() { clear(f.queues) }

// Next takes the next failure for kind; nil for none.
func (f *Failures[F]) Next(kind string) *F {
	for _, key := range []string{kind, ""} {
		queue := f.queues[key]
		if len(queue) == 0 {
			continue
		}
		failure := queue[0].failure
		if queue[0].left > 0 {
			queue[0].left--
		}
		if queue[0].left == 0 {
			f.queues[key] = queue[1:]
		}
		return &failure
	}
	return nil
}

// State is the lock of a server's state, with a way to wait for a change of it.
type State struct {
	sync.Mutex
	changed chan struct{} // nil: nobody waits
}

// Announce wakes everybody in Wait. The lock is held.
func (s *State) Announce() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Wait returns once done, which is called with the lock held, returns true, or with the cause why ctx ended.
func (s *State) Wait(ctx context.Context, done func() bool) error {
	for {
		s.Lock()
		if done() {
			s.Unlock()
			return nil
		}
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("still waiting: %w", context.Cause(ctx))
		}
	}
}
