package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Check is one line of /readyz. It is public: Detail names no person and no secret.
type Check struct {
	Name   string `json:"name"` // such as "store" or "telegram"
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // one phrase
}

func healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok")
}

const readyTimeout = 5 * time.Second // of all checks together

// ready answers 200 if every check is OK, else 503.
func ready(checks func(context.Context) []Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		report := struct {
			Ready  bool    `json:"ready"`
			Checks []Check `json:"checks"`
		}{true, []Check{}}
		if checks != nil {
			ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
			defer cancel()
			report.Checks = append(report.Checks, checks(ctx)...)
		}
		for _, c := range report.Checks {
			report.Ready = report.Ready && c.OK
		}
		w.Header().Set("Content-Type", "application/json")
		if !report.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(report) // who asked is gone
	})
}
