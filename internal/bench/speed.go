package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// row prints a line of the table.
func row(name, format string, args ...any) {
	fmt.Printf("%-44s %s\n", name, fmt.Sprintf(format, args...))
}

// packages are the benchmarks of the program's own packages that belong to the table. One core for what a single
// message costs, all cores for what the store does with many at once.
var packages = []struct {
	path, run, times string
	oneCore          bool
}{
	{"./internal/answer", "Find|Train/500x25|Unmarshal/500x25", "2000x", true},
	{"./internal/store/boltstore", "Message|ClaimSettle|Page", "20000x", false},
}

// speed runs the benchmarks and prints their lines.
func speed(ctx context.Context, root string) error {
	for _, p := range packages {
		times := p.times
		for part := range strings.SplitSeq(p.run, "|") {
			if strings.HasPrefix(part, "Train") || strings.HasPrefix(part, "Unmarshal") {
				times = "1x"
			}
			cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", part, "-benchtime", times, p.path)
			cmd.Dir, cmd.Env = root, os.Environ()
			if p.oneCore {
				cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("benchmark %s of %s: %w\n%s", part, p.path, err, out)
			}
			for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
				if name, figures, ok := strings.Cut(lines.Text(), "\t"); ok && strings.HasPrefix(name, "Benchmark") {
					_, figures, _ = strings.Cut(figures, "\t") // how often it ran
					row(strings.TrimPrefix(strings.TrimSpace(name), "Benchmark"), "%s", strings.Join(strings.Fields(figures), " "))
				}
			}
		}
	}
	return nil
}
