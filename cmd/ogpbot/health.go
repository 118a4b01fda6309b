package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"ogpbot/internal/config"
)

// healthCommand is what a container asks, in whose image there is no other program.
type healthCommand struct{}

const healthTimeout = 5 * time.Second

// Run asks the program that serves on --listen whether it lives.
func (healthCommand) Run(ctx context.Context, cfg config.Config, t terminal) error {
	ctx, stop := context.WithTimeout(ctx, healthTimeout)
	defer stop()
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return usage("--listen: write it like 127.0.0.1:8080")
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return usage("--listen: write it like 127.0.0.1:8080")
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nothing answers on %s: is ogpbot serve running?", cfg.Listen)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("what answers on %s is not well: status %d", cfg.Listen, answer.StatusCode)
	}
	_, err = fmt.Fprintln(t.out, "alive")
	return err
}
