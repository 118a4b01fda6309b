package webchat

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// library is the program's own content.
var library = sync.OnceValues(func() (*content.Library, error) {
	lib, _, err := content.Load(content.Default())
	return lib, err
})

func newChat(t testing.TB, edit func(*Config)) *Channel {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Key: testKey, Languages: lib.Place().Languages,
		Words:     func(lang bot.Language, key string) string { return lib.Text(lang, key) },
		PlaceName: func(lang bot.Language) string { return lib.Place().Name.In(lang, "ka") },
		Logger:    slog.New(slog.DiscardHandler),
	}

	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// parrot is a bot that remembers, says things back and offers buttons.
type parrot struct {
	chat *Channel

	mu     sync.Mutex
	lines  map[string][]Line
	langs  map[string]bot.Language
	taken  map[string]bool
	heard  []bot.Inbound
	told   chan bot.Inbound
	refuse error
	silent bool
}

// newParrot is a parrot and its chat.
func newParrot(t testing.TB, edit func(*Config)) *parrot {
	p := &parrot{lines: map[string][]Line{}, langs: map[string]bot.Language{}, taken: map[string]bool{}, told: make(chan bot.Inbound, 1000)}
	p.chat = newChat(t, func(cfg *Config) {
		cfg.History = p.history
		if edit != nil {
			edit(cfg)
		}
	})
	return p
}

func (p *parrot) history(_ context.Context, of bot.Address) ([]Line, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Line{}, p.lines[of.ID]...), nil
}

func (p *parrot) accept(ctx context.Context, ins ...bot.Inbound) error {
	for _, in := range ins {
		reply, err := p.hear(in)
		if err != nil {
			return err
		}
		if reply.Text != "" && !p.silent {
			if _, err := p.chat.Send(ctx, in.From, reply); err != nil {
				return err
			}
		}
	}
	return nil
}

// hear stores in and the answer to it.
func (p *parrot) hear(in bot.Inbound) (bot.Outbound, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse != nil || p.taken[in.Ref] {
		return bot.Outbound{}, p.refuse
	}
	p.taken[in.Ref] = true
	p.heard = append(p.heard, in)
	p.told <- in
	reply := p.answer(in)
	lines := p.lines[in.From.ID]
	if n := len(lines); n > 0 {
		lines[n-1].Message.Buttons = nil
	}
	now := time.Now()
	p.lines[in.From.ID] = append(lines,
		Line{At: now, Mine: true, Message: bot.Outbound{Text: in.Text}},
		Line{At: now, Message: bot.Outbound{Text: reply.Words(), Buttons: reply.Buttons}})
	return reply, nil
}

func (p *parrot) answer(in bot.Inbound) bot.Outbound {
	menu := []bot.Button{{Label: "რას დაგვპირდნენ?", Action: "promises"}, {Label: "ჩემი სოფელი", Action: "village"}, {Label: "English", Action: "language:en"}, {Label: "Français", Action: "language:fr"}}
	lang, isLang := strings.CutPrefix(in.Text, "/language ")
	switch {
	case in.Action == "village":
		return bot.Outbound{Text: "რომელ სოფელში ცხოვრობთ? დაწერეთ სახელი ან აირჩიეთ სიიდან.", Replaces: in.Message,
			Buttons: []bot.Button{{Label: "წყარო", Action: "village:set:tskaro"}, {Label: "ზედა კარი", Action: "village:set:zeda"}, {Label: "შემდეგი სია (1/2) ▸", Action: "village:list:1"}}}
	case in.Kind == bot.KindPress && strings.HasPrefix(in.Action, "language:"), isLang:
		p.langs[in.From.ID] = bot.Language(lang + strings.TrimPrefix(in.Action, "language:"))
		return bot.Outbound{Text: "All right, I will answer in English. What would you like to know?", Replaces: in.Message, Buttons: menu[:2]}
	case in.Kind == bot.KindPress:
		return bot.Outbound{Text: "კარგი, ჩავინიშნე: " + in.Action, Replaces: in.Message}
	case in.Text == "/start":
		return bot.Outbound{Heading: "გამარჯობა! მე ბოტი ვარ, ადამიანი არ გეგონოთ 🙂",
			Text:    "ოზურგეთის მუნიციპალიტეტის ავტომატური თანაშემწე ვარ. გეტყვით, რას დაგპირდათ მუნიციპალიტეტი ღია მმართველობის გეგმით და როგორ მიიღოთ მონაწილეობა.\n\nმომწერეთ კითხვა თქვენი სიტყვებით, ქართულად ან ლათინური ასოებით.",
			Buttons: menu}
	}
	return bot.Outbound{Heading: "თქვენ თქვით", Text: in.Text, Note: "წყარო: https://ozurgeti.example/p?id=1&x=2 (23.11.2026).", Buttons: menu[:2]}
}

func (p *parrot) hears() []bot.Inbound {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]bot.Inbound{}, p.heard...)
}

// serve runs the chat on a free port.
func (p *parrot) serve(t testing.TB) *httptest.Server {
	t.Helper()
	return p.serveWith(t, httptest.NewServer)
}

// serveWith is serve with another kind of server.
func (p *parrot) serveWith(t testing.TB, start func(http.Handler) *httptest.Server) *httptest.Server {
	t.Helper()
	s := start(p.chat.Handler(p.accept))
	t.Cleanup(func() {
		p.chat.Close()
		s.Close()
	})
	return s
}

// cookieOf is the cookie of the citizen with id.
func cookieOf(c *Channel, id string) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: id + ".ka." + c.sign(id)}
}

// next is the next message that the bot was told.
func (p *parrot) next(t testing.TB) bot.Inbound {
	t.Helper()
	select {
	case in := <-p.told:
		return in
	case <-time.After(patience):
		t.Fatal("the bot was told nothing")
		return bot.Inbound{}
	}
}
