package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ogpbot/content"
	"ogpbot/internal/answer/georgian"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store/boltstore"
)

// copies measures what an operator waits for with a database of years: a start, a backup and a check of it, and what citizens
// notice meanwhile.
func copies(ctx context.Context, binary, dir string) error {
	data := filepath.Join(dir, "years")
	if err := yearsIn(ctx, dir, data); err != nil {
		return err
	}
	telegram, err := fakebot.Listen("127.0.0.1:0", fakebot.Options{Forgetful: true})
	if err != nil {
		return err
	}
	defer telegram.Close()
	var p *process
	for _, start := range []string{"after training", "closed in order", "after kill -9"} {
		began := time.Now()
		if p, err = launch(ctx, binary, data, telegram); err != nil {
			return err
		}
		row("start with 1,000,000 messages, "+start, "%d ms until /healthz answers; memory %.1f MiB", time.Since(began).Milliseconds(), p.rss())
		switch start {
		case "after training":
			err = p.stop()
		case "closed in order":
			err = errors.Join(p.tick(ctx, time.Second, "before kill -9", nil), p.cmd.Process.Kill())
			_ = p.cmd.Wait()
		}
		if err != nil {
			return err
		}
	}
	copied := filepath.Join(dir, "copy.db")
	err = errors.Join(
		p.tick(ctx, 10*time.Second, "at rest", nil),
		p.tick(ctx, 0, "during a backup", func() error { return p.command(ctx, binary, "backup", copied, "--data", data) }),
		p.tick(ctx, 0, "during a check", func() error { return p.command(ctx, binary, "check", "--data", data) }),
	)
	if info, err := os.Stat(copied); err == nil {
		row("size of the copy", "%.0f MB", float64(info.Size())/1e6)
	}
	if err := errors.Join(err, p.stop()); err != nil {
		return err
	}
	return errors.Join(
		p.command(ctx, binary, "check", "--data", data),
		p.command(ctx, binary, "compact", "--data", data),
		p.command(ctx, binary, "restore", copied, "--data", data),
	)
}

// yearsIn puts a database of years into data: that of lists, if there is one.
func yearsIn(ctx context.Context, dir, data string) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	path := filepath.Join(data, "ogpbot.db")
	if err := os.Rename(filepath.Join(dir, "years.db"), path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s, err := boltstore.Open(path, boltstore.Options{Terms: georgian.Terms})
	if err != nil {
		return err
	}
	return errors.Join(years(ctx, s, []string{"askana", "bakhvi", "likhauri", "natanebi", "shroma"}), s.Close())
}

// tick has eight people write all the time, until do has ended or for a time, and says how long they waited.
func (p *process) tick(ctx context.Context, d time.Duration, when string, do func() error) error {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		return err
	}
	questions := [][]byte{[]byte(strconv.Quote(lib.QuestionData[0].Text))}
	until, stop := context.WithCancel(ctx)
	defer stop()
	var (
		all   sync.WaitGroup
		waits [8][]time.Duration
		errs  [8]error
	)
	for i := range waits {
		all.Go(func() { waits[i], errs[i] = p.send(until, questions, nil) })
	}
	if do == nil {
		time.Sleep(d)
	} else {
		err = do()
	}
	stop()
	all.Wait()
	every := slices.Concat(waits[:]...)
	slices.Sort(every)
	if len(every) > 0 {
		row("messages of 8 people "+when, "%d; p50 %.1f ms, p99 %.1f ms, longest %.0f ms; memory of serve %.1f MiB",
			len(every), ms(every[len(every)/2]), ms(every[len(every)*99/100]), ms(every[len(every)-1]), p.rss())
	}
	return errors.Join(append(errs[:], err)...)
}

// command runs one of the program's commands and says how long it took, and the most memory of its own that it had.
func (p *process) command(ctx context.Context, binary string, args ...string) error {
	cmd := exec.CommandContext(ctx, binary, args...)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	var most atomic.Int64
	watched, stop := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		for watched.Err() == nil {
			most.Store(max(most.Load(), ownKB(cmd.Process.Pid)))
			time.Sleep(20 * time.Millisecond)
		}
	})
	err := cmd.Wait()
	took := time.Since(began)
	stop()
	watching.Wait()
	row("ogpbot "+args[0], "%.1f s; memory of its own %.0f MiB", took.Seconds(), float64(most.Load())/1024)
	if err != nil {
		return fmt.Errorf("ogpbot %s: %w", args[0], err)
	}
	return nil
}

// ownKB is what a process holds itself, without the pages of files.
func ownKB(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kb, _ := strconv.ParseInt(append(strings.Fields(rest), "0")[0], 10, 64)
	return kb
}
