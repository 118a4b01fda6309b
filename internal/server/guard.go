package server

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"
)

// guard stands before every route: security headers, recovery, the log.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		rec := &recorder{ResponseWriter: w}
		defer func() {
			v := recover()
			if v != nil && v != http.ErrAbortHandler { //nolint:errorlint // a panic value is not wrapped
				s.panicked(r, v)
				if rec.status == 0 {
					http.Error(rec, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
					v = nil
				}
			}
			s.log.Debug("request", "route", r.Pattern, "status", cmp.Or(rec.status, http.StatusOK), "took", time.Since(start))
			if v != nil { // the client must not take half a reply for a whole one
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// panicked logs v's type only: its value may hold a citizen's words.
func (s *Server) panicked(r *http.Request, v any) {
	s.log.Error("a request panicked: this is a mistake in the program",
		"route", r.Pattern, "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
}

// limit answers 413 once a handler has read more than most bytes of a body, whatever the handler makes of that.
func limit(most int64, h http.Handler) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := w.(*recorder); ok {
			r.Body = &watched{r.Body, rec}
		}
		h.ServeHTTP(w, r)
	}), most)
}

// watched is a request body that notes when it turns out too large.
type watched struct {
	io.ReadCloser
	rec *recorder
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		b.rec.tooLarge = true
	}
	return n, err
}

// recorder notes the status of a reply.
type recorder struct {
	http.ResponseWriter
	status   int  // 0: none yet
	tooLarge bool // so is the request
}

func (r *recorder) WriteHeader(status int) {
	final := status >= http.StatusOK || status == http.StatusSwitchingProtocols
	if final && r.status == 0 {
		if r.tooLarge {
			status = http.StatusRequestEntityTooLarge
			r.Header().Set("Connection", "close")
		}
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(p)
}

// FlushError is found by http.ResponseController.
func (r *recorder) FlushError() error {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return http.NewResponseController(r.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController find the rest.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
