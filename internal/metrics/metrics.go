// Package metrics counts what the program does and tells it in the format of Prometheus.
//
// It imports bot and store, and owns github.com/prometheus/client_golang. What it counts is handed to it; what is a state, such
// as how much waits, it reads from the store when it is asked. No label holds anything of a person: they are platforms,
// lanes, kinds and outcomes, all of them few and known beforehand.
package metrics

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const namespace = "ogpbot"

// Config says what a Metrics reads when it is asked.
type Config struct {
	Store     store.Store
	Platforms []bot.Platform // in use
	// FileSize is the size of the database in bytes; nil if there is no file.
	FileSize func() (int64, error)
	Version  string // of the program
	Logger   *slog.Logger
}

// Metrics counts. Its methods are safe for concurrent use; those of nil do nothing.
type Metrics struct {
	registry *prometheus.Registry
	in       *prometheus.CounterVec
	answers  *prometheus.CounterVec
	answer   *prometheus.HistogramVec
	out      *prometheus.CounterVec
	waited   *prometheus.HistogramVec
	commit   prometheus.Histogram
	failed   prometheus.Counter
}

// New makes a Metrics. State must be called before it is asked for what is a state.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		in: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "messages_received_total",
			Help: "Messages taken and stored."}, []string{"platform"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "answers_total",
			Help: "How messages were answered: answer, suggest, none, intent or emergency."}, []string{"kind"}),
		answer: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "answer_seconds",
			Help: "From the arrival of a message to the commit that holds it and its answer.", Buckets: fine}, []string{"platform"}),
		out: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "sends_total",
			Help: "Attempts to send: sent, held (the window is closed), throttled (429), retried, unreachable, failed, unconfirmed or returned (not tried)."},
			[]string{"platform", "lane", "outcome"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "send_wait_seconds",
			Help: "From when a message was due to when it was sent.", Buckets: coarse}, []string{"platform", "lane"}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "commit_seconds",
			Help: "How long a commit to the database took, with the wait for its turn.", Buckets: fine}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: "commits_failed_total",
			Help: "Commits that the database did not take, such as on a full disk."}),
	}
	m.registry.MustRegister(m.in, m.answers, m.answer, m.out, m.waited, m.commit, m.failed,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

var (
	fine   = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}
	coarse = []float64{.01, .05, .1, .5, 1, 5, 30, 60, 300, 1800, 7200, 43200}
)

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// Turn counts a message that was stored with its answer.
func (m *Metrics) Turn(p bot.Platform, kind string, took time.Duration) {
	if m == nil {
		return
	}
	m.in.WithLabelValues(string(p)).Inc()
	m.answers.WithLabelValues(kind).Inc()
	m.answer.WithLabelValues(string(p)).Observe(took.Seconds())
}

// Send counts an attempt to send. waited is since when the message was due.
func (m *Metrics) Send(p bot.Platform, lane, outcome string, waited time.Duration) {
	if m == nil {
		return
	}
	m.out.WithLabelValues(string(p), lane, outcome).Inc()
	if outcome == "sent" {
		m.waited.WithLabelValues(string(p), lane).Observe(max(0, waited.Seconds()))
	}
}

// Timed is s with its Updates measured.
func (m *Metrics) Timed(s store.Store) store.Store { return timed{s, m} }

type timed struct {
	store.Store
	m *Metrics
}

// Update implements store.Store. What the caller's own function refused is no failure of the database.
func (t timed) Update(ctx context.Context, fn func(store.Tx) error) error {
	began := time.Now()
	refused := false
	err := t.Store.Update(ctx, func(tx store.Tx) error {
		err := fn(tx)
		refused = err != nil
		return err
	})
	t.m.commit.Observe(time.Since(began).Seconds())
	if err != nil && !refused && !errors.Is(err, context.Canceled) && !errors.Is(err, store.ErrClosed) {
		t.m.failed.Inc()
	}
	return err
}
