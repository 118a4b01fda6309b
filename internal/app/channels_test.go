package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/channel/channeltest/fakegraph"
	"ogpbot/internal/config"
	"ogpbot/internal/store"
)

// lines is what one citizen types, whatever the channel.
var lines = []string{"/start v-vazi", "როგორ შევიტანო პეტიცია?", "არა", "wyali ar modis", "ზედა კარში, ორშაბათიდან",
	"პეტიცია რომ შევიტანო, რა ღირს?", "კი", "where is the budget published", "გვიშველეთ, ხანძარია", "madloba"}

// graph lets a program have Messenger too, played by a fake Graph.
func graph(t *testing.T, cfg *config.Config) *fakegraph.Server {
	t.Helper()
	g := fakegraph.Start(t, fakegraph.Options{})
	cfg.MessengerToken, cfg.MessengerAppSecret, cfg.MessengerVerifyToken = g.Options().Token, g.Options().AppSecret, g.Options().VerifyToken
	cfg.GraphAPI, cfg.GraphVersion = g.URL(), g.Options().Version
	return g
}

// hook has the fake Graph deliver to the program, once the program has subscribed.
func hook(t *testing.T, g *fakegraph.Server, p *program) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if _, err := g.WaitCalls(ctx, "subscribed_apps", 1); err != nil {
		t.Fatal(err)
	}
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Hook(ctx, "http://"+addr.String()+messengerPath); err != nil {
		t.Fatal(err)
	}
}

// exchanges waits until the person at the address has said n things, and gives the bot's side.
func exchanges(t *testing.T, s store.Store, who bot.Address, n int) (replies []string) {
	t.Helper()
	var es []bot.Exchange
	until(t, func() string {
		view(t, s, func(tx store.Tx) error {
			id, err := tx.Citizens.ByAddress(who)
			if err != nil {
				return nil //nolint:nilerr // not there yet
			}
			es, _, err = tx.Conversations.Of(id, store.Page{Limit: 100})
			return err
		})
		if len(es) != n {
			return fmt.Sprintf("%s: %d of %d messages were taken", who.Platform, len(es), n)
		}
		return ""
	})
	for _, e := range slices.Backward(es) {
		replies = append(replies, strings.Join(e.Replies, "\n"))
	}
	return replies
}

// The same conversation has the same words on every channel.
func TestSameWordsOnEveryChannel(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := start(t, cfg, fakebot.Options{})
	hook(t, g, p)
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	web := "http://" + addr.String() + "/chat"
	visit(t, browser, web)
	for i, line := range lines {
		p.telegram.SendText(7, line)
		g.SendText("7", line)
		exchanges(t, p.store, bot.Address{Platform: "telegram", ID: "7"}, i+1)
		exchanges(t, p.store, bot.Address{Platform: "messenger", ID: "7"}, i+1)
		r, err := browser.PostForm(web+"/messages", url.Values{"text": {line}})
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
	}
	want := exchanges(t, p.store, bot.Address{Platform: "telegram", ID: "7"}, len(lines))
	for _, got := range [][]string{exchanges(t, p.store, bot.Address{Platform: "messenger", ID: "7"}, len(lines)), webReplies(t, p.store, len(lines)), terminalReplies(t)} {
		for i := range lines {
			if got[i] != want[i] {
				t.Errorf("%q is answered with\n%s\nand on Telegram with\n%s", lines[i], got[i], want[i])
			}
		}
	}
	// What is said also arrives.
	p.hears(t, 7, len(lines)+1, "არაფრის") // what is asked in the middle of the consent is answered, and then it is asked again
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if _, err := g.WaitFor(ctx, "7", func(ms []fakegraph.Message) bool {
		return len(ms) > 0 && strings.Contains(ms[len(ms)-1].Text, "არაფრის")
	}); err != nil {
		t.Error(err)
	}
	if page := visit(t, browser, web); !strings.Contains(page, "არაფრის") || !strings.Contains(page, "კანცელარიაში") {
		t.Error("the page does not show the conversation")
	}
	if log := p.log.String(); strings.Contains(log, cfg.MessengerToken) || strings.Contains(log, cfg.MessengerAppSecret) {
		t.Errorf("a secret is in the log:\n%s", log)
	}
}

func visit(t *testing.T, browser *http.Client, address string) string {
	t.Helper()
	r, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var page bytes.Buffer
	if _, err := page.ReadFrom(r.Body); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s, %v", address, r.Status, err)
	}
	return page.String()
}

// webReplies finds the one conversation that came by the page.
func webReplies(t *testing.T, s store.Store, n int) (replies []string) {
	t.Helper()
	if err := s.View(t.Context(), func(tx store.Tx) error {
		es, _, err := tx.Conversations.Latest(store.Page{Limit: 500})
		for _, e := range slices.Backward(es) {
			if e.Platform == "web" {
				replies = append(replies, strings.Join(e.Replies, "\n"))
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(replies) != n {
		t.Fatalf("web: %d of %d messages were taken", len(replies), n)
	}
	return replies
}

// terminalReplies has the conversation in a terminal of its own.
func terminalReplies(t *testing.T) []string {
	t.Helper()
	cfg := settings(t)
	var out bytes.Buffer
	who := Chatter{Name: "7", In: strings.NewReader(strings.Join(lines, "\n")), Out: &out}
	if err := Chat(t.Context(), cfg, slog.New(slog.DiscardHandler), who); err != nil {
		t.Fatal(err)
	}
	a, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, want := range []string{"კანცელარიაში", "112", "არაფრის"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	return exchanges(t, a.store, bot.Address{Platform: "terminal", ID: "7"}, len(lines))
}

// allSent waits until nothing is owed on a platform.
func allSent(t *testing.T, s store.Store, platform bot.Platform) {
	t.Helper()
	until(t, func() (missing string) {
		view(t, s, func(tx store.Tx) error {
			left, err := tx.Outbox.Depth(platform, bot.PurposeAnnouncement)
			if left > 0 {
				missing = fmt.Sprintf("%d messages are still owed on %s", left, platform)
			}
			return err
		})
		return missing
	})
}

// A link opens the window and sets the village; what came while it was closed waits and comes first.
func TestMessengerWindow(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := start(t, cfg, fakebot.Options{})
	hook(t, g, p)
	g.Referral("9", "v-vazi")
	address := bot.Address{Platform: "messenger", ID: "9"}
	exchanges(t, p.store, address, 1)
	allSent(t, p.store, "messenger") // while the window is open
	var id bot.CitizenID
	if err := p.store.Update(t.Context(), func(tx store.Tx) error {
		var err error
		if id, err = tx.Citizens.ByAddress(address); err != nil {
			return err
		}
		c, s, err := tx.Citizens.Get(id)
		if err != nil {
			return err
		}
		if c.Village != "vazi" {
			t.Errorf("the link set the village %q", c.Village)
		}
		c.Contacts[0].LastInbound, c.Consented = time.Now().Add(-30*time.Hour), time.Now()
		if err := tx.Citizens.Put(c, s); err != nil {
			return err
		}
		for i := range 2 {
			news := store.Parcel{To: address, Citizen: id, Due: time.Now(), Message: bot.Outbound{Text: fmt.Sprint("news ", i), Purpose: bot.PurposeAnnouncement}}
			if _, err := tx.Outbox.Put(news); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p.wake("messenger")
	until(t, func() (missing string) {
		view(t, p.store, func(tx store.Tx) error {
			hs, err := tx.Mail.Of(id, 10)
			if len(hs) != 2 {
				missing = fmt.Sprintf("%d messages are held, want 2", len(hs))
			}
			return err
		})
		return missing
	})
	for _, m := range g.Messages("9") {
		if strings.Contains(m.Text, "news") {
			t.Error("the bot wrote outside the window")
		}
	}
	g.SendText("9", "გამარჯობა")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ms, err := g.WaitFor(ctx, "9", func(ms []fakegraph.Message) bool {
		return len(ms) >= 2 && strings.Contains(ms[len(ms)-2].Text, "news 0") && strings.Contains(ms[len(ms)-1].Text, "გამარჯობა")
	})
	if err != nil {
		t.Fatalf("the held news do not come before the reply: %v", ms)
	}
	if first := ms[len(ms)-2].Text; !strings.Contains(first, "ვაზისუბანი: 2") || strings.Index(first, "news 0") > strings.Index(first, "news 1") {
		t.Errorf("the held news read\n%s", first)
	}
}

// A person who answers in the page's inbox is not interrupted.
func TestPersonInThePageInbox(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := start(t, cfg, fakebot.Options{})
	hook(t, g, p)
	address := bot.Address{Platform: "messenger", ID: "5"}
	g.SendText("5", "გამარჯობა")
	exchanges(t, p.store, address, 1)
	g.Answer("5", "მე ნინო ვარ მერიიდან")
	exchanges(t, p.store, address, 2)
	g.SendText("5", "სად ვნახო ბიუჯეტი?")
	replies := exchanges(t, p.store, address, 3)
	if replies[1] != "მე ნინო ვარ მერიიდან" || replies[2] != "" {
		t.Errorf("kept: %q", replies)
	}
}
