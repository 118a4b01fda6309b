package webchat

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// sse is one server-sent event.
type sse struct{ name, id, data string }

// tab is an open page's connection.
type tab struct{ in *bufio.Scanner }

// listen opens nino's stream.
func listen(t *testing.T, c *Channel, site, after, lastID string) *tab {
	t.Helper()
	r := script(c, request(t, "GET", site+"/chat/events?after="+after, nil))
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, %v", res.StatusCode, res.Header)
	}
	return &tab{bufio.NewScanner(res.Body)}
}

// next waits for the next event.
func (p *tab) next(t *testing.T) (e sse) {
	t.Helper()
	for p.in.Scan() {
		name, value, _ := strings.Cut(p.in.Text(), ": ")
		switch {
		case name == "event":
			e.name = value
		case name == "id":
			e.id = value
		case name == "data":
			e.data = value
		case name == "" && e.data != "":
			return e
		}
	}
	t.Fatalf("the stream ended: %v", p.in.Err())
	return e
}

// said is the text of the bubble in e.
func (e sse) said(t *testing.T) string {
	t.Helper()
	var b bubble
	if err := json.Unmarshal([]byte(e.data), &b); err != nil {
		t.Fatal(err)
	}
	return plain(b)
}

func plain(b bubble) string {
	out := b.Heading
	for _, r := range b.Text {
		out += r.Text
	}
	return out
}

func (e sse) all(t *testing.T) (out []string) {
	t.Helper()
	var bs []bubble
	if err := json.Unmarshal([]byte(e.data), &bs); err != nil || e.name != "all" {
		t.Fatalf("%v: %v", e, err)
	}
	for _, b := range bs {
		out = append(out, plain(b))
	}
	return out
}

// cursor is what the page gives its script to begin with.
func cursor(t *testing.T, c *Channel, site string) string {
	t.Helper()
	return between(do(t, http.DefaultClient, script(c, request(t, "GET", site+"/chat", nil))).body, `data-after="`, `"`)
}

// write has nino write something.
func write(t *testing.T, c *Channel, site, text string) {
	t.Helper()
	if a := do(t, http.DefaultClient, script(c, request(t, "POST", site+"/chat/messages", url.Values{"text": {text}}))); a.StatusCode != 200 {
		t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
}

func TestGreeting(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	p.refuse = errors.New("disk full")
	first := listen(t, p.chat, site, cursor(t, p.chat, site), "")
	p.mu.Lock()
	p.refuse = nil
	p.mu.Unlock()
	second := listen(t, p.chat, site, cursor(t, p.chat, site), "")
	for name, tab := range map[string]*tab{"first": first, "second": second} {
		if e := tab.next(t); e.name != "one" || !strings.HasPrefix(e.said(t), "გამარჯობა!") {
			t.Errorf("the %s tab got %v", name, e)
		}
	}
	listen(t, p.chat, site, cursor(t, p.chat, site), "")
	write(t, p.chat, site, "ერთი")
	if e := first.next(t); e.said(t) != "ერთი" {
		t.Errorf("after the greeting came %v", e)
	}
	if got := p.hears(); len(got) != 2 || got[0].Text != "/start" || got[0].From != nino {
		t.Errorf("the bot heard %v", got)
	}
}

func TestReconnect(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	write(t, p.chat, site, "ერთი")
	at := cursor(t, p.chat, site)
	one, two := listen(t, p.chat, site, at, ""), listen(t, p.chat, site, at, "")
	write(t, p.chat, site, "ორი")
	var last string
	for _, tab := range []*tab{one, two} {
		own, reply := tab.next(t), tab.next(t)
		if own.said(t) != "ორი" || reply.said(t) != "თქვენ თქვითორი" {
			t.Errorf("a tab got %v and %v", own, reply)
		}
		last = own.id // the reply got lost
	}
	write(t, p.chat, site, "სამი")
	back := listen(t, p.chat, site, at, last)
	for _, want := range []string{"თქვენ თქვითორი", "სამი", "თქვენ თქვითსამი"} {
		if e := back.next(t); e.said(t) != want {
			t.Errorf("the tab that came back got %v, want %s", e, want)
		}
	}
}

// A page that comes back to a program that was started again, or with a number that cannot be, gets everything once.
func TestReconnectToAnotherLife(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	write(t, p.chat, site, "ერთი")
	last := cursor(t, p.chat, site)
	write(t, p.chat, site, "ორი")
	p.chat = newChat(t, func(cfg *Config) { cfg.History, cfg.StreamsPerCitizen = p.history, 50 })
	site = p.serve(t).URL
	said := []string{"ერთი", "თქვენ თქვით\n\nერთი\n\nწყარო: https://ozurgeti.example/p?id=1&x=2 (23.11.2026).", "ორი", "თქვენ თქვით\n\nორი\n\nწყარო: https://ozurgeti.example/p?id=1&x=2 (23.11.2026)."}
	for _, id := range []string{last, "", "x", "-5", "99999999999999999", "999999999999999999999999"} {
		tab := listen(t, p.chat, site, "", id)
		if got := tab.next(t).all(t); !slices.Equal(got, said) {
			t.Errorf("after %q: %q", id, got)
		}
	}
}

// Without an open page Send succeeds, and the page finds the message in History.
func TestNobodyLooks(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	before := cursor(t, p.chat, site)
	said := bot.Outbound{Text: "ახალი ამბავი"}
	p.lines[nino.ID] = []Line{{At: time.Now(), Message: said}}
	if r, err := p.chat.Send(t.Context(), nino, said); err != nil || len(r.Refs) != 1 {
		t.Fatal(r, err)
	}
	if got := articles(p.chat, nino.ID); len(got) != 1 || !strings.Contains(got[0], said.Text) {
		t.Errorf("the page shows %q", got)
	}
	if got := listen(t, p.chat, site, before, "").next(t).all(t); !slices.Equal(got, []string{said.Text}) {
		t.Errorf("a page that was loaded before gets %q", got)
	}
	if len(p.hears()) > 0 {
		t.Error("who was written to was greeted as a newcomer")
	}
}

// News needs an open page: else it waits until the citizen writes. Replies and a person's words do not.
func TestNewsNeedsAnOpenPage(t *testing.T) {
	p := newParrot(t, nil)
	p.silent = true
	site := p.serve(t).URL
	send := func(purpose bot.Purpose, text string) error {
		r, err := p.chat.Send(t.Context(), nino, bot.Outbound{Text: text, Purpose: purpose})
		if (err == nil) != (len(r.Refs) == 1) {
			t.Errorf("receipt %v with error %v", r, err)
		}
		return err
	}
	news := []bot.Purpose{bot.PurposeNotice, bot.PurposeUrgent, bot.PurposeDigest, bot.PurposeAnnouncement}
	refused := func(when string) {
		t.Helper()
		for _, purpose := range news {
			if err := send(purpose, "ახალი ამბავი"); channel.FailureOf(err) != channel.WindowClosed {
				t.Errorf("%s, news of purpose %d: %v, want a closed window", when, purpose, err)
			}
		}
		for _, purpose := range []bot.Purpose{bot.PurposeReply, bot.PurposePerson} {
			if err := send(purpose, "პასუხი"); err != nil {
				t.Errorf("%s, purpose %d: %v", when, purpose, err)
			}
		}
	}
	refused("a stranger")
	at := cursor(t, p.chat, site)
	ctx, leave := context.WithCancel(t.Context())
	res, err := http.DefaultClient.Do(script(p.chat, request(t, "GET", site+"/chat/events?after="+at, nil)).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page := &tab{bufio.NewScanner(res.Body)}
	for i, purpose := range news {
		text := fmt.Sprint("ახალი ამბავი ", i)
		if err := send(purpose, text); err != nil {
			t.Errorf("with an open page: %v", err)
		}
		if e := page.next(t); e.said(t) != text {
			t.Errorf("the page got %v", e)
		}
	}
	leave()
	for open := true; open; time.Sleep(time.Millisecond) { // until the server has noticed
		p.chat.rooms.mu.Lock()
		open = p.chat.rooms.streams > 0
		p.chat.rooms.mu.Unlock()
	}
	refused("a closed page")
	if l := p.chat.Limits(); l.Window != 10*time.Minute {
		t.Errorf("Limits() = %+v", l)
	}
}

func TestStreamLimits(t *testing.T) {
	p := newParrot(t, func(cfg *Config) { cfg.StreamsPerCitizen = 2; cfg.Streams = 3 })
	site := p.serve(t).URL
	p.silent = true
	open := func(id string) answer {
		r := request(t, "GET", site+"/chat/events", nil)
		r.AddCookie(cookieOf(p.chat, id))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return answer{Response: res}
	}
	for i, c := range []struct {
		id   string
		want int
	}{{"NINO", 200}, {"NINO", 200}, {"NINO", 429}, {"GIA", 200}, {"GIA", 429}, {"EKA", 429}} {
		if a := open(c.id); a.StatusCode != c.want {
			t.Errorf("stream %d, of %s: %d, want %d", i, c.id, a.StatusCode, c.want)
		}
	}
}

func TestStreamWithoutCookie(t *testing.T) {
	p := newParrot(t, nil)
	a := do(t, http.DefaultClient, request(t, "GET", p.serve(t).URL+"/chat/events", nil))
	if a.StatusCode != 200 || !strings.Contains(a.body, "event: lost\n") || len(p.hears()) != 0 {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
}

func TestCloseEndsStreams(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	tab := listen(t, p.chat, site, cursor(t, p.chat, site), "")
	tab.next(t)
	p.chat.Close()
	for tab.in.Scan() { // ends, or the test does not
	}
	if _, err := p.chat.Send(t.Context(), nino, bot.Outbound{Text: "x"}); err != nil {
		t.Error(err)
	}
}

// pipes is a listener within a bubble of virtual time.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A stream outlives the server's time-outs, and says every 20 s that it lives.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParrot(t, nil)
		p.silent = true
		server := &http.Server{Handler: p.chat.Handler(p.accept), ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second}
		l := &pipes{make(chan net.Conn), make(chan struct{})}
		ended := make(chan error)
		go func() { ended <- server.Serve(l) }()
		conn, far := net.Pipe()
		l.conns <- far
		fmt.Fprintf(conn, "GET /chat/events HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", cookieOf(p.chat, nino.ID))
		in := bufio.NewScanner(conn)
		start, beats := time.Now(), 0
		for beats < 10 && in.Scan() {
			if in.Text() == ": " {
				beats++
			}
		}
		if took := time.Since(start); beats != 10 || took != 200*time.Second {
			t.Errorf("%d heartbeats in %v, want 10 in 200s", beats, took)
		}
		_ = conn.Close()
		if err := server.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		<-ended
	})
}

// However many messages there were and whatever was forgotten, the page shows each once and in order.
func TestNothingTwiceNothingLost(t *testing.T) {
	p := newParrot(t, func(cfg *Config) { cfg.PerCitizen, cfg.PerAddress = Rate{1e6, 1e6}, Rate{1e6, 1e6} })
	handler := p.chat.Handler(p.accept)
	var want []string
	for i := range 200 {
		text := fmt.Sprintf("#%d", i)
		if w := serve(handler, posted(p.chat, url.Values{"text": {text}})); w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
		want = append(want, text, text)
		if i%70 == 69 { // memory is short, and nino's room goes
			rs := p.chat.rooms
			rs.mu.Lock()
			rs.bytes += maxBytes
			rs.forget()
			rs.bytes -= maxBytes
			if len(rs.byID) > 0 || rs.bytes != 0 {
				t.Fatalf("%d rooms of %d bytes are left", len(rs.byID), rs.bytes)
			}
			rs.mu.Unlock()
		}
		if i%10 != 9 {
			continue
		}
		var got []string
		for _, a := range articles(p.chat, nino.ID) {
			got = append(got, between(strings.ReplaceAll(a, "\n", " ")+" ", "#", " "))
		}
		for j, x := range want {
			if len(got) != len(want) || "#"+got[j] != x {
				t.Fatalf("after %d messages the page shows %d, want %d: %q", i+1, len(got), len(want), got)
			}
		}
	}
	if r := p.chat.rooms.byID[nino.ID]; len(r.events) > maxEvents {
		t.Errorf("the room holds %d events", len(r.events))
	}
}
