package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/channel/channeltest/fakegraph"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
	"ogpbot/internal/store/storetest"
)

const (
	soakCrowd    = 200                     // subscribers of the announcements
	soakRegulars = 20                      // people who write again and again
	soakPause    = 50 * time.Millisecond   // between two strangers
	soakRoom     = 192 << 20               // bytes of the disk that gets full
	patience     = 12 * time.Minute        // for everything that is owed, in the end: what was tried in vain waits for ten
	firstChat    = int64(1_000_000)        // of strangers on Telegram; the crowd is below
	regularChat  = int64(500_000)          //
	healthyAfter = 40 * time.Second        // a fault that is over
	calm         = 1500 * time.Millisecond // between two faults
)

// soak runs the whole program for a while against platforms that fail in every way that they are known to, kills it, fills
// its disk and sets its clock, and then accounts for every message.
func soak(ctx context.Context, root string, length time.Duration, seed uint64) error {
	return inFolder(func(dir string) (err error) {
		s := &soaking{dir: dir, binary: filepath.Join(dir, "ogpbot"), data: filepath.Join(dir, "disk", "data"), chance: rand.New(rand.NewPCG(seed, 1)), faults: map[string]int{}}
		fmt.Printf("soak: %v, seed %d\n", length, seed)
		if err := compileWithClock(ctx, root, dir, s.binary); err != nil {
			return err
		}
		defer s.disk(ctx)()
		if s.telegram, err = fakebot.Listen("127.0.0.1:0", fakebot.Options{}); err != nil {
			return err
		}
		defer s.telegram.Close()
		if s.graph, err = fakegraph.Listen("127.0.0.1:0", fakegraph.Options{Batch: 50}); err != nil {
			return err
		}
		defer s.graph.Close()
		if err := s.prepare(ctx); err != nil {
			return err
		}
		if err := s.run(ctx, length); err != nil {
			return errors.Join(err, s.kill())
		}
		return s.account(ctx)
	})
}

// soaking is one soak.
type soaking struct {
	dir, binary, data string
	addr              string
	small             bool // the data is on a disk that can be filled
	telegram          *fakebot.Server
	graph             *fakegraph.Server
	process           *process
	chance            *rand.Rand
	faults            map[string]int
	broadcasts        int
	starts            []time.Duration
	peak              float64 // MiB

	mu   sync.Mutex
	said []spoken
}

// spoken is a message that a person wrote.
type spoken struct {
	text string
	chat int64  // on Telegram, or 0
	psid string // on Messenger, or ""
	once bool   // the person wrote nothing else, so what they got is the reply
}

// disk puts the data on a small disk of its own if this user may mount one, and gives what takes it away.
func (s *soaking) disk(ctx context.Context) (remove func()) {
	at := filepath.Dir(s.data)
	if err := os.MkdirAll(at, 0o700); err != nil {
		return func() {}
	}
	if err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", fmt.Sprint("size=", soakRoom), "tmpfs", at).Run(); err != nil {
		fmt.Println("soak: this user may not mount a disk, so none gets full")
		return func() {}
	}
	s.small = true
	return func() { _ = exec.CommandContext(context.WithoutCancel(ctx), "umount", at).Run() }
}

// prepare makes the subscribers and starts the program for the first time.
func (s *soaking) prepare(ctx context.Context) error {
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return err
	}
	st, err := boltstore.Open(filepath.Join(s.data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	author := func(tx store.Tx) error {
		return tx.Accounts.Put(bot.Account{Login: "soak", Name: "Soak", Role: bot.RoleVillage, Villages: []string{village}})
	}
	if err := errors.Join(storetest.Crowd(ctx, st, "telegram", village, soakCrowd), st.Update(ctx, author), st.Close()); err != nil {
		return err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addr = free.Addr().String()
	if err := errors.Join(free.Close(), s.start(ctx, "")); err != nil {
		return err
	}
	if err := s.graph.Hook(ctx, "http://"+s.addr+"/webhook/messenger"); err != nil {
		return err
	}
	for began := time.Now(); len(s.graph.Subscribed()) == 0; time.Sleep(5 * time.Millisecond) { // until then it delivers nothing
		if time.Since(began) > healthyAfter {
			return errors.New("the program did not subscribe the page")
		}
	}
	return nil
}

// start runs the program, with a clock that steps as clockVariable says.
func (s *soaking) start(ctx context.Context, clock string) error {
	o := s.graph.Options()
	cmd := exec.CommandContext(ctx, s.binary, "serve", "--data", s.data, "--listen", s.addr, "--metrics-listen", "", "--public-url", "http://"+s.addr, "--log-level", "error",
		"--telegram-token", s.telegram.Token(), "--telegram-api", s.telegram.URL(), "--telegram-mode", "webhook", "--telegram-secret", secret, "--telegram-rate", "300",
		"--messenger-token", o.Token, "--messenger-app-secret", o.AppSecret, "--messenger-verify-token", o.VerifyToken, "--graph-api", s.graph.URL())
	cmd.Env = append(os.Environ(), clockVariable+"="+clock)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stderr = log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process = &process{cmd: cmd, addr: s.addr}
	for time.Since(began) < healthyAfter {
		if s.healthy(ctx) {
			s.starts = append(s.starts, time.Since(began))
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("the program did not start; its log is " + s.log())
}

// log is the end of what the program said of errors.
func (s *soaking) log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

func (s *soaking) healthy(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/healthz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (s *soaking) kill() error {
	s.peak = max(s.peak, s.process.rss())
	if err := s.process.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = s.process.cmd.Wait() // it was killed
	return nil
}

// run has people write while faults come and go.
func (s *soaking) run(ctx context.Context, length time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, length)
	defer stop()
	var people sync.WaitGroup
	people.Go(func() { s.strangers(ctx) })
	people.Go(func() { s.regulars(ctx) })
	var err error
	for ctx.Err() == nil && err == nil {
		err = s.fault(context.WithoutCancel(ctx))
		s.peak = max(s.peak, s.process.rss())
		time.Sleep(calm)
	}
	stop()
	people.Wait()
	return err
}

// strangers write one message each, every other one on Messenger.
func (s *soaking) strangers(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		words := []string{"როგორ შევიტანო პეტიცია?", "rodis iqneba sxdoma", "no water since monday", "გამარჯობა"}[n%4]
		m := spoken{text: fmt.Sprintf("%s (soak %d)", words, n), once: true}
		if n%2 == 0 {
			m.chat = firstChat + int64(n)
			s.telegram.SendText(m.chat, m.text)
		} else {
			m.psid = strconv.Itoa(7_000_000 + n)
			s.graph.SendText(m.psid, m.text)
		}
		s.note(m)
		time.Sleep(soakPause)
	}
}

// regulars write again and again, no more often than is taken from one person.
func (s *soaking) regulars(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		m := spoken{text: fmt.Sprintf("გამარჯობა (soak regular %d)", n), chat: regularChat + int64(n%soakRegulars)}
		s.telegram.SendText(m.chat, m.text)
		s.note(m)
		time.Sleep(6 * time.Second / soakRegulars)
	}
}

func (s *soaking) note(m spoken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, m)
}

// fault has one thing go wrong for a while, and mends it.
func (s *soaking) fault(ctx context.Context) error {
	faults := []struct {
		name string
		do   func(context.Context) error
	}{
		{"platforms answer 5xx", s.failing(fakebot.BadGateway(), fakegraph.BadGateway())},
		{"connections are cut", s.failing(fakebot.Cut(), fakegraph.Cut())},
		{"platforms do not answer", s.failing(fakebot.Hang(), fakegraph.Hang())},
		{"platforms answer garbage", s.failing(fakebot.Garbage(), fakegraph.Foreign(200, "{"))},
		{"429", s.failing(fakebot.TooManyRequests(1), fakegraph.TemporaryTrouble())},
		{"deliveries twice", func(context.Context) error {
			s.telegram.LoseAnswers(100)
			s.graph.LoseAnswers(20)
			return nil
		}},
		{"kill -9", func(ctx context.Context) error { return s.restart(ctx, s.kill, s.clock()) }},
		{"kill -9 in an announcement", func(ctx context.Context) error {
			if err := s.restart(ctx, s.kill, ""); err != nil {
				return err
			}
			time.Sleep(time.Duration(200+s.chance.IntN(800)) * time.Millisecond)
			return s.restart(ctx, s.kill, s.clock())
		}},
		{"orderly stop", func(ctx context.Context) error { return s.restart(ctx, s.process.stop, "") }},
		{"SIGHUP", func(context.Context) error { return s.process.cmd.Process.Signal(syscall.SIGHUP) }},
		{"full disk", s.fill},
	}
	f := faults[s.chance.IntN(len(faults))]
	if f.name == "full disk" && !s.small {
		return nil
	}
	s.faults[f.name]++
	if err := f.do(ctx); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

// failing has every send fail for some seconds.
func (s *soaking) failing(telegram fakebot.Failure, graph fakegraph.Failure) func(context.Context) error {
	return func(context.Context) error {
		s.telegram.Fail("sendMessage", -1, telegram)
		s.graph.Fail("messages", -1, graph)
		time.Sleep(time.Duration(1+s.chance.IntN(4)) * time.Second)
		s.telegram.Heal()
		s.graph.Heal()
		return nil
	}
}

// clock steps at some moment of the next run, by up to ten minutes in either direction.
func (s *soaking) clock() string {
	s.faults["the clock steps"]++
	return fmt.Sprintf("%d:%d", s.chance.IntN(10), s.chance.IntN(1200)-600)
}

// restart ends the program, has somebody announce something meanwhile, and starts it.
func (s *soaking) restart(ctx context.Context, end func() error, clock string) error {
	if err := end(); err != nil {
		return err
	}
	if err := s.announce(ctx); err != nil {
		return err
	}
	return s.start(ctx, clock)
}

// fill leaves no room on the disk for some seconds, and waits until somebody is answered again.
func (s *soaking) fill(ctx context.Context) error {
	ballast := filepath.Join(filepath.Dir(s.data), "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		return err
	}
	_, full := io.Copy(f, endless{})
	if err := f.Close(); err != nil && full == nil {
		return err
	}
	time.Sleep(time.Duration(2+s.chance.IntN(5)) * time.Second)
	if err := os.Remove(ballast); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, healthyAfter)
	defer cancel()
	chat := firstChat*2 + int64(s.faults["full disk"])
	m := spoken{text: fmt.Sprintf("soak, the disk has room again: %d", chat), chat: chat, once: true}
	s.telegram.SendText(chat, m.text)
	s.note(m)
	if _, err := s.telegram.WaitMessages(wait, chat, 1); err != nil {
		return errors.New("nobody is answered although the disk has room again")
	}
	return nil
}

// endless is a file of zeros without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
