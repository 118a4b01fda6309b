package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second // header and body
	writeTimeout  = 30 * time.Second // from the end of the header
	idleTimeout   = 120 * time.Second
	maxHeader     = 16 << 10 // bytes
	maxBody       = 1 << 20  // bytes
	stopTimeout   = 10 * time.Second
)

// Config says where a Server listens and how it knows that the program is ready.
type Config struct {
	Listen string // host:port; port 0 takes any that is free
	Flag   string // with which Listen is set, for errors; "": --listen
	Logger *slog.Logger
	Ready  func(ctx context.Context) []Check // for /readyz; nil: always ready
}

// Server serves the routes it was given, /healthz and /readyz. Add every route before Run, which runs once.
type Server struct {
	address  string
	flag     string
	log      *slog.Logger
	mux      *http.ServeMux
	http     *http.Server
	listener net.Listener // nil before Listen
}

// New makes a Server; Run starts it.
func New(cfg Config) *Server {
	s := &Server{address: cfg.Listen, flag: cmp.Or(cfg.Flag, "--listen"), log: cfg.Logger, mux: http.NewServeMux()}
	s.http = &http.Server{
		Handler:           s.guard(s.mux),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelWarn),
	}
	s.Handle("GET /healthz", http.HandlerFunc(healthy))
	s.Handle("GET /readyz", ready(cfg.Ready))
	return s
}

// Handle serves pattern, in the form of http.ServeMux, with h. A request body of more than 1 MiB is refused.
func (s *Server) Handle(pattern string, h http.Handler) { s.HandleLimit(pattern, maxBody, h) }

// HandleLimit is Handle with another limit of the request body, in bytes.
func (s *Server) HandleLimit(pattern string, body int64, h http.Handler) {
	s.mux.Handle(pattern, limit(body, h))
}

// Listen takes the address, so that requests wait for Run, and returns it: with its port, if any free one was asked
// for. Run does it too if it was not done before.
func (s *Server) Listen() (net.Addr, error) {
	if s.listener == nil {
		l, err := listen(s.address, s.flag)
		if err != nil {
			return nil, err
		}
		s.listener = l
	}
	return s.listener.Addr(), nil
}

// Run serves until ctx ends, then lets running requests finish for at most 10 s. It returns nil after that, and an
// error if it cannot serve.
func (s *Server) Run(ctx context.Context) error {
	if _, err := s.Listen(); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve HTTP on %s: %w", s.address, err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := s.http.Shutdown(grace); err != nil {
		s.log.Warn("some requests did not finish in time and were cut off", "after", stopTimeout)
		_ = s.http.Close() // of connections: nothing can be done about an error
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP on %s: %w", s.address, err)
	}
	return nil
}
