package app

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// link makes the one who writes from chat a colleague.
func (p *program) link(t *testing.T, chat string, a bot.Account) {
	t.Helper()
	err := p.store.Update(t.Context(), func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: chat})
		if err != nil {
			return err
		}
		a.Citizen = id
		return tx.Accounts.Put(a)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// bar keeps the bot from answering the one who writes from chat.
func (p *program) bar(t *testing.T, chat, reason string) {
	t.Helper()
	err := p.store.Update(t.Context(), func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: chat})
		if err != nil {
			return err
		}
		c, s, err := tx.Citizens.Get(id)
		if err != nil {
			return err
		}
		c.Barred = reason
		return tx.Citizens.Put(c, s)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// about is what a message in a chat was about.
func (p *program) about(t *testing.T, chat string, message int) (about string) {
	t.Helper()
	if err := p.store.View(t.Context(), func(tx store.Tx) (err error) {
		about, err = tx.Threads.Get(bot.Address{Platform: "telegram", ID: chat}, strconv.Itoa(message))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return about
}

// A citizen asks for a person. Whoever replies to the card speaks with them, until the conversation is given back.
func TestAPersonAnswers(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	const nino, ana = 71, 72
	p.telegram.SendText(nino, "/start")
	p.hears(t, nino, 1, "მზიანის")
	p.link(t, "71", bot.Account{Login: "nino", Role: bot.RoleStaff})
	p.telegram.SendText(ana, "/start")
	p.hears(t, ana, 1, "მზიანის")
	p.telegram.SendText(ana, "/human")
	p.hears(t, ana, 2, "")
	card := p.hears(t, nino, 2, "ადამიანთან")
	until(t, func() string { // nobody replies so fast
		if p.about(t, "71", card.ID) == "" {
			return "nobody knows what the card was about"
		}
		return ""
	})
	p.telegram.SendReply(nino, card.ID, "გისმენთ, რა მოხდა?")
	p.hears(t, ana, 3, "გისმენთ, რა მოხდა?")
	p.hears(t, nino, 3, "")
	p.telegram.SendText(ana, "სკოლის სახურავი ჟონავს")
	p.hears(t, nino, 4, "სკოლის სახურავი ჟონავს")
	p.telegram.SendText(ana, "სახლი გვეწვის, გვიშველეთ!") // danger to life is answered all the same, and told at once
	p.hears(t, ana, 4, "112")
	p.hears(t, nino, 5, "გვიშველეთ")
	if log := p.log.String(); strings.Contains(log, "სახურავი") || strings.Contains(log, "გისმენთ") {
		t.Errorf("words of a conversation in the log:\n%s", log)
	}
}

// Everything that is kept comes as a document, of which nothing is left afterwards; and then all can be forgotten. Whoever is
// barred has that right too, and no other.
func TestMyDataAndForget(t *testing.T) {
	for _, barred := range []string{"", "threats"} {
		t.Run(barred, func(t *testing.T) { myDataAndForget(t, barred) })
	}
}

func myDataAndForget(t *testing.T, barred string) {
	p := start(t, settings(t), fakebot.Options{})
	const ana = 72
	p.telegram.SendText(ana, "ბიუჯეტი მაჩვენე")
	p.hears(t, ana, 1, "ბიუჯეტი")
	if barred != "" {
		p.bar(t, "72", barred)
		for _, words := range []string{"/start", "/cases", "ბიუჯეტი მაჩვენე"} {
			p.telegram.SendText(ana, words)
		}
	}
	p.telegram.SendText(ana, "/mydata")
	m := p.hears(t, ana, 2, "")
	if data := string(p.telegram.Content(m.File.ID)); m.File.Kind != "document" || !strings.Contains(data, "ბიუჯეტი მაჩვენე") {
		t.Errorf("the file is %+v with %q", m.File, data)
	}
	for _, label := range []string{"/forget", "", ""} {
		if label != "" {
			p.telegram.SendText(ana, label)
			p.hears(t, ana, 3, "")
			continue
		}
		ms := p.telegram.Messages(ana)
		pressed := false
		for _, b := range ms[len(ms)-1].Buttons() {
			if b.Data == "forget:sure" || b.Data == "forget:now" {
				p.telegram.Press(ana, ms[len(ms)-1].ID, b.Data)
				pressed = true
			}
		}
		if !pressed {
			t.Fatalf("no way to go on: %+v", ms[len(ms)-1])
		}
		before := ms[len(ms)-1].Text
		if _, err := p.telegram.WaitFor(t.Context(), ana, func(now []fakebot.Message) bool {
			return len(now) > len(ms) || now[len(now)-1].Text != before
		}); err != nil {
			t.Fatal(err)
		}
	}
	allSent(t, p.store, "telegram") // the last reply, too
	view(t, p.store, func(tx store.Tx) error {
		es, _, err := tx.Conversations.Latest(store.Page{Limit: 10})
		if _, unknown := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "72"}); unknown == nil || len(es) > 0 {
			t.Errorf("of somebody who was forgotten is left: %v, %d messages", unknown == nil, len(es))
		}
		return err
	})
}

// What is older than it may be kept is deleted at night, and the log says how much.
func TestPruneWords(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	const ana = 72
	p.telegram.SendText(ana, "ბიუჯეტი მაჩვენე")
	p.hears(t, ana, 1, "ბიუჯეტი")
	left := func() (n int) {
		if err := p.store.View(t.Context(), func(tx store.Tx) error {
			es, _, err := tx.Conversations.Latest(store.Page{Limit: 10})
			n = len(es)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, tt := range []struct{ days, left int }{{179, 1}, {181, 0}} {
		if err := p.pruneWords(t.Context(), time.Now().AddDate(0, 0, tt.days)); err != nil {
			t.Fatal(err)
		}
		if got := left(); got != tt.left {
			t.Errorf("after %d days %d exchanges are kept, want %d", tt.days, got, tt.left)
		}
	}
	if !strings.Contains(p.log.String(), "exchanges=1") {
		t.Errorf("the log does not say how much was deleted:\n%s", p.log)
	}
}
