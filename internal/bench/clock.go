package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// clockVariable tells a program that was made by compileWithClock when its clock steps, and by how many seconds:
// "20:-90" is back by a minute and a half, 20 s after the start.
const clockVariable = "OGPBOT_SOAK_CLOCK"

// compileWithClock builds the program with a time.Now that can step, as the clock of a machine does when it is set. Nothing
// else differs from the program as it is shipped: timers go on by the monotonic clock.
func compileWithClock(ctx context.Context, root, dir, binary string) error {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("find Go: %w", err)
	}
	original := filepath.Join(strings.TrimSpace(string(out)), "src", "time", "time.go")
	source, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	const now = "\tsec, nsec, mono := runtimeNow()\n\tif mono == 0 {"
	if bytes.Count(source, []byte(now)) != 1 {
		return errors.New("this version of Go has another time.Now: the soak has to learn it")
	}
	source = bytes.Replace(source, []byte(now), []byte("\tsec, nsec, mono := runtimeNow()\n\tsec += soakStep(mono - startNano)\n\tif mono == 0 {"), 1)
	const step = `package time

import "syscall"

var soakAfter, soakSeconds = func() (after, seconds int64) {
	value, _ := syscall.Getenv("` + clockVariable + `")
	sign, into := int64(1), &after
	for _, c := range []byte(value) {
		switch {
		case c == ':':
			into = &seconds
		case c == '-':
			sign = -1
		case c >= '0' && c <= '9':
			*into = *into*10 + int64(c-'0')
		}
	}
	return after, sign * seconds
}()

func soakStep(mono int64) int64 {
	if soakSeconds != 0 && mono > soakAfter*int64(Second) {
		return soakSeconds
	}
	return 0
}
`
	changed, added, overlay := filepath.Join(dir, "time.go"), filepath.Join(dir, "soak.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed, filepath.Join(filepath.Dir(original), "soak.go"): added}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(changed, source, 0o600), os.WriteFile(added, []byte(step), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/ogpbot")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build with a clock that steps: %w: %s", err, said)
	}
	return nil
}
