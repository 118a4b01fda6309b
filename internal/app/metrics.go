package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/metrics"
	"ogpbot/internal/outbox"
	"ogpbot/internal/server"
)

// serveMetrics answers /metrics on an address of its own. An address that is taken costs the metrics, not the program:
// citizens come first.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.cfg.MetricsListen == "" {
		return nil
	}
	a.metrics.State(metrics.Config{Store: a.store, Platforms: a.platforms(), FileSize: a.fileSize, Version: Version(), Logger: a.log})
	s := server.New(server.Config{Listen: a.cfg.MetricsListen, Flag: "--metrics-listen", Logger: a.log, Ready: a.ready})
	s.Handle("GET /metrics", a.metrics.Handler())
	if _, err := s.Listen(); err != nil {
		a.log.Error("there are no metrics until the program is started again", "error", err)
		return nil
	}
	return s.Run(ctx)
}

// platforms lists those in use.
func (a *App) platforms() (ps []bot.Platform) {
	for p := range a.posts {
		ps = append(ps, p)
	}
	slices.Sort(ps)
	return ps
}

// fileSize is that of the database, in bytes.
func (a *App) fileSize() (int64, error) {
	info, err := os.Stat(filepath.Join(a.cfg.Data, databaseName))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (a *App) countTurn(p bot.Platform, t bot.Turn, took time.Duration) {
	a.metrics.Turn(p, t.ReplyKind(), took)
}

func (a *App) countSend(s outbox.Attempt) {
	a.metrics.Send(s.Platform, s.Lane, s.Outcome, s.Waited)
}
