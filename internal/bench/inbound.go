package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
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
	"ogpbot/internal/channel/channeltest/fakebot"
)

const (
	connections = 64 // as many as Telegram is asked to open
	chats       = 20_000
	secret      = "bench"
)

// compile builds the program as it is shipped.
func compile(ctx context.Context, root, binary string) error {
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/ogpbot")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	row("binary", "%.1f MB", float64(info.Size())/1e6)
	return nil
}

// inbound measures the whole program as a process: start, memory at rest, and messages that are understood,
// answered and durable before they are acknowledged, through the Telegram webhook.
func inbound(ctx context.Context, binary, dir string, seconds time.Duration) error {
	telegram, err := fakebot.Listen("127.0.0.1:0", fakebot.Options{Forgetful: true})
	if err != nil {
		return err
	}
	defer telegram.Close()
	for _, start := range []string{"first start, training", "start with unchanged content"} {
		began := time.Now()
		p, err := launch(ctx, binary, filepath.Join(dir, "data"), telegram)
		if err != nil {
			return err
		}
		row(start, "%d ms until /healthz answers", time.Since(began).Milliseconds())
		if start[0] == 's' {
			if err = p.steady(ctx, seconds); err == nil {
				err = p.load(ctx, seconds)
			}
		}
		if err = errors.Join(err, p.stop()); err != nil {
			return err
		}
	}
	return nil
}

// process is a running ogpbot.
type process struct {
	cmd  *exec.Cmd
	addr string
	sent atomic.Int64 // numbers of messages
}

func launch(ctx context.Context, binary, data string, telegram *fakebot.Server, flags ...string) (*process, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, append([]string{"serve", "--data", data, "--listen", addr, "--public-url", "http://" + addr, "--log-level", "warn",
		"--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "--telegram-mode", "webhook", "--telegram-secret", secret}, flags...)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for {
		r, err := http.Get("http://" + addr + "/healthz")
		if err == nil {
			_ = r.Body.Close()
			return &process{cmd: cmd, addr: addr}, nil
		}
		if cmd.ProcessState != nil {
			return nil, errors.New("ogpbot ended")
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// rss is the resident memory of the process, in MiB.
func (p *process) rss() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, _ := strconv.Atoi(strings.Fields(rest)[0])
	return float64(kb) / 1024
}

// cpu is the processor time that the process has used.
func (p *process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // from the third on, proc(5)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * (time.Second / 100) // clock ticks of Linux
}

// asked are real questions, as JSON.
func asked() (questions [][]byte, err error) {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		return nil, err
	}
	for _, q := range lib.QuestionData {
		text, err := json.Marshal(q.Text)
		if err != nil {
			return nil, err
		}
		questions = append(questions, text)
	}
	return questions, nil
}

const steadyRate = 200 // messages a second

// steady sends at a rate that a municipality will never see, and watches the memory.
func (p *process) steady(ctx context.Context, d time.Duration) error {
	row("memory of serve at rest", "%.1f MiB", p.rss())
	questions, err := asked()
	if err != nil {
		return err
	}
	const few = 8
	var all sync.WaitGroup
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	errs := make([]error, few)
	ticks := make(chan struct{}, steadyRate)
	for i := range few {
		all.Go(func() { _, errs[i] = p.send(ctx, questions, ticks) })
	}
	peak, sent := 0.0, 0
	for tick := time.NewTicker(time.Second / steadyRate); ctx.Err() == nil; {
		<-tick.C
		select {
		case ticks <- struct{}{}:
			sent++
		default:
		}
		if sent%(steadyRate/4) == 0 {
			peak = max(peak, p.rss())
		}
	}
	close(ticks)
	all.Wait()
	row("memory of serve at 200 messages/s", "%.1f MiB at most (%d messages)", peak, sent)
	return errors.Join(errs...)
}

// load sends real questions of many people over 64 connections, each waiting for its acknowledgement.
func (p *process) load(ctx context.Context, d time.Duration) error {
	allowed, err := groupedSync(ctx, filepath.Dir(p.cmd.Path), connections)
	if err != nil {
		return err
	}
	questions, err := asked()
	if err != nil {
		return err
	}
	var (
		all   sync.WaitGroup
		waits = make([][]time.Duration, connections)
		errs  = make([]error, connections)
	)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	began, busy := time.Now(), p.cpu()
	for i := range connections {
		all.Go(func() { waits[i], errs[i] = p.send(ctx, questions, nil) })
	}
	all.Wait()
	took := time.Since(began)
	busy = p.cpu() - busy
	every := slices.Concat(waits...)
	slices.Sort(every)
	row("inbound, durable before acknowledged", "%.0f messages/s at %d connections; p50 %.1f ms, p99 %.1f ms (%d messages)",
		float64(len(every))/took.Seconds(), connections, ms(every[len(every)/2]), ms(every[len(every)*99/100]), len(every))
	row("processor time of serve a message", "%.0f µs; the senders and the platform they stand for share the same cores", busy.Seconds()*1e6/float64(len(every)))
	row("grouped fdatasync of this disk", "%.0f pages/s at %d writers: inbound is at %.0f %% of it", allowed, connections, 100*float64(len(every))/took.Seconds()/allowed)
	row("memory of serve after it", "%.1f MiB", p.rss())
	return errors.Join(errs...)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// send is one connection, which sends whenever it can or, with ticks, at each of them. It speaks HTTP by hand: the client must
// not be what is measured.
func (p *process) send(ctx context.Context, questions [][]byte, ticks <-chan struct{}) (waits []time.Duration, err error) {
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	var body, request bytes.Buffer
	for ctx.Err() == nil {
		if ticks != nil {
			if _, more := <-ticks; !more {
				break
			}
		}
		n := p.sent.Add(1)
		chat := n*7919%chats + 1
		body.Reset()
		fmt.Fprintf(&body, `{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"N","language_code":"ka"},"chat":{"id":%d,"type":"private"},"date":%d,"text":%s}}`,
			n, n, chat, chat, time.Now().Unix(), questions[int(n)%len(questions)])
		request.Reset()
		fmt.Fprintf(&request, "POST /webhook/telegram HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: %s\r\nContent-Length: %d\r\n\r\n", secret, body.Len())
		request.Write(body.Bytes())
		began := time.Now()
		if _, err := conn.Write(request.Bytes()); err != nil {
			return waits, err
		}
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			return waits, err
		}
		if r.StatusCode != http.StatusOK {
			return waits, fmt.Errorf("the webhook answered %s", r.Status)
		}
		if err := r.Body.Close(); err != nil {
			return waits, err
		}
		waits = append(waits, time.Since(began))
	}
	return waits, nil
}
