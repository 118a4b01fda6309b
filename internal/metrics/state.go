package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// lanes are those of package outbox: in which of them a parcel of a purpose waits.
var lanes = []struct {
	name string
	upTo bot.Purpose
}{{"replies", bot.PurposeNotice}, {"digests", bot.PurposeAnnouncement}}

// readTime is how long the database has to tell what waits.
const readTime = 5 * time.Second

// State has m tell, whenever it is asked, what waits.
func (m *Metrics) State(cfg Config) {
	info := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "build_info", Help: "Always 1.",
		ConstLabels: prometheus.Labels{"version": cfg.Version}})
	info.Set(1)
	m.registry.MustRegister(info, state{cfg})
}

// state is a prometheus.Collector.
type state struct{ cfg Config }

var (
	depth = prometheus.NewDesc(namespace+"_outbox_depth", "Messages that wait to be sent.", []string{"platform", "lane"}, nil)
	age   = prometheus.NewDesc(namespace+"_outbox_age_seconds", "For how long the one that waits longest has been due; 0 if none is.", []string{"platform", "lane"}, nil)
	owed  = prometheus.NewDesc(namespace+"_broadcast_owed", "Recipients of announcements to whom they are still owed.", []string{"lane"}, nil)
	held  = prometheus.NewDesc(namespace+"_held_mail", "Messages that wait until somebody writes again.", nil, nil)
	cases = prometheus.NewDesc(namespace+"_cases_open", "Cases that are neither answered nor closed.", []string{"kind"}, nil)
	late  = prometheus.NewDesc(namespace+"_cases_overdue", "Open cases whose answer is overdue.", nil, nil)
	asked = prometheus.NewDesc(namespace+"_questions_waiting", "Groups of questions that wait for a person.", nil, nil)
	size  = prometheus.NewDesc(namespace+"_store_bytes", "Size of the database file.", nil, nil)
	up    = prometheus.NewDesc(namespace+"_store_up", "1 if the database answered this request.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s state) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{depth, age, owed, held, cases, late, asked, size, up} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s state) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	var got []prometheus.Metric
	add := func(d *prometheus.Desc, v float64, labels ...string) {
		got = append(got, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
	}
	err := s.cfg.Store.View(ctx, func(tx store.Tx) error {
		got = nil
		for _, read := range []func(store.Tx, func(*prometheus.Desc, float64, ...string)) error{s.outbox, s.broadcasts, s.waiting} {
			if err := read(tx, add); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		got = nil
		s.cfg.Logger.Error("metrics: the database does not tell what waits", "error", err)
		add(up, 0)
	} else {
		add(up, 1)
	}
	if s.cfg.FileSize != nil {
		if n, err := s.cfg.FileSize(); err == nil {
			add(size, float64(n))
		}
	}
	for _, g := range got {
		ch <- g
	}
}

func (s state) outbox(tx store.Tx, add func(*prometheus.Desc, float64, ...string)) error {
	now := time.Now()
	for _, p := range s.cfg.Platforms {
		before := 0
		for _, l := range lanes {
			n, err := tx.Outbox.Depth(p, l.upTo)
			if err != nil {
				return err
			}
			add(depth, float64(n-before), string(p), l.name)
			due, ok, err := tx.Outbox.Next(p, l.upTo)
			if err != nil {
				return err
			}
			waits := 0.0
			if ok && n > before {
				waits = max(0, now.Sub(due).Seconds())
			}
			add(age, waits, string(p), l.name)
			before = n
		}
	}
	return nil
}

func (s state) broadcasts(tx store.Tx, add func(*prometheus.Desc, float64, ...string)) error {
	open, err := tx.Broadcasts.Open()
	if err != nil {
		return err
	}
	alarms, others := 0, 0
	for _, b := range open {
		report, err := tx.Broadcasts.Report(b.ID)
		if err != nil {
			return err
		}
		if b.Urgent {
			alarms += report[bot.FateOwed]
		} else {
			others += report[bot.FateOwed]
		}
	}
	add(owed, float64(alarms), "alarms")
	add(owed, float64(others), "broadcasts")
	n, err := tx.Mail.Depth()
	add(held, float64(n))
	return err
}

// maxCounted bounds the counting of what waits for people: from there on it is too much whatever it is.
const maxCounted = 500

func (s state) waiting(tx store.Tx, add func(*prometheus.Desc, float64, ...string)) error {
	everybody := bot.Scope{All: true, Integrity: true}
	for _, kind := range bot.CaseKinds {
		cs, _, err := tx.Cases.List(everybody, store.CaseQuery{Kind: kind, Open: true}, store.Page{Limit: maxCounted})
		if err != nil {
			return err
		}
		add(cases, float64(len(cs)), string(kind))
	}
	cs, _, err := tx.Cases.List(everybody, store.CaseQuery{Overdue: time.Now().UTC()}, store.Page{Limit: maxCounted})
	if err != nil {
		return err
	}
	add(late, float64(len(cs)))
	qs, err := tx.Questions.Waiting(everybody, maxCounted)
	add(asked, float64(len(qs)))
	return err
}
