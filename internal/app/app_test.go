package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/config"
	"ogpbot/internal/redact"
	"ogpbot/internal/store"
)

// patience ends a test that waits for what never comes.
const patience = 30 * time.Second

// program is a running App and the platform it talks to.
type program struct {
	*App
	telegram *fakebot.Server
	log      *strings.Builder
	end      func() error
}

// settings is a valid configuration of a program of its own.
func settings(t *testing.T) config.Config {
	return config.Config{Data: t.TempDir(), Content: "../../content/testdata/mziani", Store: "bolt", Listen: "127.0.0.1:0",
		TelegramAPI: "https://api.telegram.org", TelegramMode: "poll", LogFormat: "text", LogLevel: "info"}
}

// start runs the whole program against a fake Telegram, which checks every call if it has the API's description.
func start(t *testing.T, cfg config.Config, o fakebot.Options) *program {
	t.Helper()
	o.Spec = fakebot.SpecFromEnv(t)
	p := &program{telegram: fakebot.Start(t, o), log: &strings.Builder{}}
	cfg.TelegramToken, cfg.TelegramAPI = p.telegram.Token(), p.telegram.URL()
	var target atomic.Pointer[url.URL]
	if cfg.TelegramMode == "webhook" { // the https proxy that stands in front of a real one
		proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target.Load()) }})
		t.Cleanup(proxy.Close)
		cfg.PublicURL = proxy.URL
	}
	log := slog.New(redact.NewHandler(slog.NewTextHandler(p.log, nil), cfg.Secrets()...))
	a, err := New(cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	addr, err := a.Listen()
	if err != nil {
		t.Fatal(err)
	}
	target.Store(&url.URL{Scheme: "http", Host: addr.String()})
	p.App = a
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	ended := false
	p.end = func() error {
		ended = true
		stop()
		select {
		case err := <-done:
			return err
		case <-time.After(patience):
			t.Fatal("the program does not stop")
			return nil
		}
	}
	t.Cleanup(func() {
		if !ended {
			if err := p.end(); err != nil {
				t.Errorf("the program ended with %v", err)
			}
		}
	})
	return p
}

// view reads the store.
func view(t *testing.T, s store.Store, fn func(store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// until asks again and again what is missing, until nothing is.
func until(t *testing.T, missing func() string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		what := missing()
		if what == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// hears waits until the newest message of the chat, the nth, holds words.
func (p *program) hears(t *testing.T, chat int64, n int, words string) fakebot.Message {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ms, err := p.telegram.WaitFor(ctx, chat, func(ms []fakebot.Message) bool {
		return len(ms) >= n && strings.Contains(ms[n-1].Text, words)
	})
	if err != nil {
		t.Fatalf("the citizen waits in vain for %q; the bot said %v; log:\n%s", words, ms, p.log)
	}
	return ms[n-1]
}

func TestWalk(t *testing.T) {
	for _, mode := range []string{"poll", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			cfg := settings(t)
			cfg.TelegramMode = mode
			p := start(t, cfg, fakebot.Options{})
			const nino = 77
			p.telegram.SendText(nino, "/start")
			p.hears(t, nino, 1, "მზიანის მუნიციპალიტეტის")
			if err := p.telegram.PressLabel(nino, "ჩემი სოფელი"); err != nil {
				t.Fatal(err)
			}
			p.hears(t, nino, 1, "რომელ სოფელში ცხოვრობთ?") // updated in place
			p.telegram.SendText(nino, "vazisubanshi")
			p.hears(t, nino, 2, "ჩავინიშნე: ვაზისუბანი")
			p.telegram.SendText(nino, "როგორ შევიტანო პეტიცია?")
			p.hears(t, nino, 3, "საკრებულოს კანცელარიაში")
			p.telegram.SendText(nino, "რამდენ ხანში განიხილავენ პეტიციას")
			offered := p.hears(t, nino, 4, "რომელი გაინტერესებთ?")
			if err := p.telegram.PressLabel(nino, offered.Buttons()[0].Label); err != nil {
				t.Fatal(err)
			}
			p.hears(t, nino, 4, "წყარო:")
			p.telegram.SendText(nino, "ხვალ რა ამინდია")
			p.hears(t, nino, 5, "პასუხი არ ვიცი")
			for _, problem := range p.telegram.Problems() {
				t.Errorf("not in the description of the Bot API: %s", problem)
			}
			if log := p.log.String(); strings.Contains(log, p.telegram.Token()) || strings.Contains(log, "პეტიცია") || strings.Contains(log, "77") {
				t.Errorf("a secret, an address or a citizen's words in the log:\n%s", log)
			}
		})
	}
}

// Telegram delivers again what it believes lost; nobody is answered twice.
func TestDuplicatesAreAnsweredOnce(t *testing.T) {
	cfg := settings(t)
	cfg.TelegramMode = "webhook"
	p := start(t, cfg, fakebot.Options{})
	p.telegram.LoseAnswers(3)
	for chat := range int64(3) {
		p.telegram.SendText(chat+1, "/start")
	}
	for chat := range int64(3) {
		p.hears(t, chat+1, 1, "გამარჯობა")
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := p.telegram.WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(p.telegram.Deliveries()); n != 6 {
		t.Errorf("%d deliveries, want 6: the test tests nothing", n)
	}
	if err := p.end(); err != nil { // what is owed is sent by now or never
		t.Fatal(err)
	}
	for chat := range int64(3) {
		if ms := p.telegram.Messages(chat + 1); len(ms) != 1 {
			t.Errorf("chat %d got %d answers to one message", chat+1, len(ms))
		}
	}
}

// Who blocks the bot is written to no more, and is welcome back.
func TestBlockAndUnblock(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	p.telegram.SendText(5, "/start")
	p.hears(t, 5, 1, "გამარჯობა")
	reach := func(want bot.Reach) {
		t.Helper()
		until(t, func() string {
			var c bot.Citizen
			view(t, p.store, func(tx store.Tx) error {
				id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "5"})
				if err == nil {
					c, _, err = tx.Citizens.Get(id)
				}
				return err
			})
			if is := c.Contacts[0].Reach; is != want {
				return fmt.Sprintf("reach is %d, want %d", is, want)
			}
			return ""
		})
	}
	p.telegram.Block(5)
	reach(bot.Blocked)
	p.telegram.Unblock(5)
	reach(bot.Reachable)
}

func TestHealth(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	p.telegram.SendText(1, "/start")
	p.hears(t, 1, 1, "გამარჯობა")
	for _, path := range []string{"/healthz", "/readyz"} {
		r, err := http.Get("http://" + addr.String() + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, r.StatusCode)
		}
	}
}
