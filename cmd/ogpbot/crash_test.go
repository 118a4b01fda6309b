//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// childVariable makes the test binary be the program itself, in a process of its own that can be killed.
const childVariable = "OGPBOT_TEST_CHILD"

// roundsVariable says how often the process is killed; the default keeps the suite short.
const roundsVariable = "OGPBOT_TEST_CRASH_ROUNDS"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	code := run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// connection delivers messages of ever new citizens, one after another, as Telegram does.
type connection struct {
	first int64        // chat of its first message
	next  int          // number of the next message; delivered again until it is acknowledged
	acked map[int]bool // messages that the platform was told are taken
}

func (c *connection) chat(n int) int64 { return c.first + int64(n) }

// TestKill: under load the process is killed at random moments. What was acknowledged is there once; what was not is
// there at most once although it is delivered again; and every reply is sent at least once.
func TestKill(t *testing.T) {
	rounds := 4
	if n, err := strconv.Atoi(os.Getenv(roundsVariable)); err == nil {
		rounds = n
	}
	telegram := fakebot.Start(t, fakebot.Options{})
	data := t.TempDir()
	people := make([]*connection, 8)
	for i := range people {
		people[i] = &connection{first: int64(1+i) * 1_000_000, acked: map[int]bool{}}
	}
	chance := rand.New(rand.NewPCG(2026, 11))
	for range rounds {
		p := child(t, data, telegram)
		load(t, p.addr, people, 20+chance.IntN(200), func() { _ = p.cmd.Process.Kill() })
		_ = p.cmd.Wait()
	}
	total := 0
	for _, c := range people {
		total += len(c.acked)
	}
	stored, owed := inspect(t, data)
	for _, c := range people {
		for n := range c.next + 1 {
			count := stored[fmt.Sprintf("message %d", c.chat(n))]
			if count > 1 || c.acked[n] && count != 1 {
				t.Errorf("message %d (acknowledged: %v) is stored %d times", c.chat(n), c.acked[n], count)
			}
		}
	}
	t.Logf("%d kills, %d messages acknowledged, %d replies still owed", rounds, total, owed)

	p := child(t, data, telegram)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for _, c := range people {
		for n := range c.acked {
			if _, err := telegram.WaitMessages(ctx, c.chat(n), 1); err != nil {
				t.Fatalf("message %d was acknowledged and never answered", c.chat(n))
			}
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the last run ended with %v: %s", err, p.errs)
	}
}

type running struct {
	cmd  *exec.Cmd
	addr string
	errs *said
}

// said is what a process writes.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // holds one when there is more than somebody has seen
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.text.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits until words are written n times.
func (s *said) until(t *testing.T, words string, n int) {
	t.Helper()
	for strings.Count(s.String(), words) < n {
		select {
		case <-s.more:
		case <-time.After(time.Minute):
			t.Fatalf("waited in vain for %q:\n%s", words, s)
		}
	}
}

// child starts serve in a process and waits until it answers. more are flags that win over the usual ones.
func child(t *testing.T, data string, telegram *fakebot.Server, more ...string) running {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	args := []string{"serve", "--content", town, "--data", data, "--listen", addr, "--public-url", "http://" + addr,
		"--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "--telegram-mode", "webhook", "--telegram-secret", "s", "--telegram-rate", "0"}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], append(args, more...)...)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	p := running{cmd, addr, &said{more: make(chan struct{}, 1)}}
	cmd.Stderr = p.errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil { // it says where it listens once it does
		t.Fatalf("serve did not start: %s", p.errs)
	}
	return p
}

// load has everybody write until kill has been called after about enough acknowledgements.
func load(t *testing.T, addr string, people []*connection, enough int, kill func()) {
	t.Helper()
	var taken atomic.Int64
	var all sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(people)}}
	for _, c := range people {
		all.Go(func() {
			for {
				body := fmt.Sprintf(`{"update_id":%[1]d,"message":{"message_id":1,"from":{"id":%[1]d,"is_bot":false,"first_name":"N"},"chat":{"id":%[1]d,"type":"private"},"date":1795000000,"text":"message %[1]d"}}`, c.chat(c.next))
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/webhook/telegram", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "s")
				answer, err := client.Do(r)
				if err != nil {
					return // killed
				}
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusOK {
					t.Errorf("the webhook answered %s", answer.Status)
					return
				}
				c.acked[c.next] = true
				c.next++
				if taken.Add(1) == int64(enough) {
					kill()
				}
			}
		})
	}
	all.Wait()
	client.CloseIdleConnections()
}

// inspect counts each stored message by its words, and the replies that are owed.
func inspect(t *testing.T, data string) (stored map[string]int, owed int) {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stored = map[string]int{}
	err = s.View(t.Context(), func(tx store.Tx) error {
		for after, more := "", true; more; more = after != "" {
			es, next, err := tx.Conversations.Latest(store.Page{After: after, Limit: 500})
			if err != nil {
				return err
			}
			for _, e := range es {
				stored[e.Said]++
			}
			after = next
		}
		owed, err = tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return stored, owed
}
