package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/channel/channeltest/fakegraph"
	"ogpbot/internal/store"
)

// says waits until some message of the chat holds words, and gives it.
func (p *program) says(t *testing.T, chat int64, words string) fakebot.Message {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	find := func(ms []fakebot.Message) (fakebot.Message, bool) {
		for i := len(ms) - 1; i >= 0; i-- {
			if strings.Contains(ms[i].Text, words) {
				return ms[i], true
			}
		}
		return fakebot.Message{}, false
	}
	ms, err := p.telegram.WaitFor(ctx, chat, func(ms []fakebot.Message) bool { _, ok := find(ms); return ok })
	if err != nil {
		t.Fatalf("%d waits in vain for %q; the bot said %v; log:\n%s", chat, words, ms, p.log)
	}
	m, _ := find(ms)
	return m
}

func (p *program) presses(t *testing.T, chat int64, label string) {
	t.Helper()
	if err := p.telegram.PressLabel(chat, label); err != nil {
		t.Fatalf("%v; the bot said %v", err, p.telegram.Messages(chat))
	}
}

func (p *program) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := p.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// subscriber opens the village's link and says yes.
func (p *program) subscriber(t *testing.T, chat int64, village string) {
	t.Helper()
	p.telegram.SendText(chat, "/start v-"+village)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ms, err := p.telegram.WaitFor(ctx, chat, func(ms []fakebot.Message) bool { return len(ms) > 0 && len(ms[len(ms)-1].Buttons()) > 0 })
	if err != nil {
		t.Fatal(err)
	}
	yes := ms[len(ms)-1]
	p.telegram.Press(chat, yes.ID, yes.Buttons()[0].Data)
	until(t, func() (missing string) {
		view(t, p.store, func(tx store.Tx) error {
			id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: chatID(chat)})
			if err != nil {
				return err
			}
			c, _, err := tx.Citizens.Get(id)
			if c.Consented.IsZero() || c.Village != village {
				missing = fmt.Sprintf("the first button of the village's link is not yes: %+v", yes)
			}
			return err
		})
		return missing
	})
}

func chatID(chat int64) string { return string(rune('0' + chat)) }

// An administrator links their phone and announces something; who agreed to get it gets it, nobody else.
func TestAnnouncement(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	const admin, nino, giorgi, elsewhere, silent = 1, 2, 3, 4, 5
	p.update(t, func(tx store.Tx) error {
		if err := tx.Accounts.Put(bot.Account{Login: "eka", Name: "Eka", Role: bot.RoleVillage, Villages: []string{"tskaro"}}); err != nil {
			return err
		}
		return tx.Codes.Put(bot.Code{Kind: bot.CodeStaff, Secret: "ACDEF23479", Login: "eka", Until: time.Now().Add(time.Hour)}, time.Now())
	})
	p.telegram.SendText(admin, "/staff acdef-23479")
	p.says(t, admin, "/announce")
	p.subscriber(t, nino, "tskaro")
	p.subscriber(t, giorgi, "tskaro")
	p.subscriber(t, elsewhere, "vazi")
	p.telegram.SendText(silent, "/start")
	p.telegram.SendText(admin, "/announce")
	p.says(t, admin, "განცხადება · წყარო")
	p.telegram.SendText(admin, "ხვალ წყალი არ იქნება")
	p.says(t, admin, "2 ადამიანი")
	p.presses(t, admin, "გაგზავნა")
	p.says(t, admin, "60 წამში")
	p.update(t, func(tx store.Tx) error { // a minute passes
		bs, err := tx.Broadcasts.Open()
		if err != nil || len(bs) != 1 {
			t.Fatalf("%d announcements are open, %v", len(bs), err)
		}
		bs[0].At = time.Now()
		return tx.Broadcasts.Put(bs[0])
	})
	p.broadcast.Wake()
	for _, chat := range []int64{nino, giorgi} {
		m := p.says(t, chat, "ხვალ წყალი არ იქნება")
		if bs := m.Buttons(); len(bs) != 1 || bs[0].Data != "stop" {
			t.Errorf("the announcement has the buttons %v", bs)
		}
	}
	p.presses(t, nino, "აღარ მომწეროთ")
	p.telegram.SendText(giorgi, "/news")
	p.telegram.SendText(elsewhere, "/news")
	p.telegram.SendText(silent, "/help")
	p.says(t, silent, "/promises")
	for _, chat := range []int64{elsewhere, silent} {
		for _, m := range p.telegram.Messages(chat) {
			if strings.Contains(m.Text, "წყალი არ იქნება") {
				t.Errorf("%d got an announcement that is not for them: %q", chat, m.Text)
			}
		}
	}
	if strings.Contains(p.log.String(), "წყალი") || strings.Contains(p.log.String(), "ACDEF") {
		t.Error("the log holds words or a code")
	}
}

// A digest comes with a picture that is uploaded once.
func TestDigestWithAPicture(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	people := []int64{2, 3, 4}
	for _, chat := range people {
		p.subscriber(t, chat, "tskaro")
	}
	commitment := p.library().Commitments()[0]
	p.update(t, func(tx store.Tx) error {
		_, err := tx.Progress.Append(bot.Change{At: time.Now(), By: "eka", Commitment: commitment.ID,
			Was: bot.Progress{Status: bot.StatusUnknown, Percent: bot.PercentUnknown}, Now: bot.Progress{Status: bot.StatusLimited, Percent: 30}, Reason: bot.Text{"ka": "დაიწყო მშენებლობა."}})
		return err
	})
	for range 2 { // a second run tells nobody anything
		if err := p.digest.Tell(t.Context(), bot.CadenceWeekly, time.Now().UTC()); err != nil {
			t.Fatal(err)
		}
	}
	for _, chat := range people {
		m := p.says(t, chat, "დაიწყო მშენებლობა.")
		if m.File.ID == "" {
			t.Errorf("the digest of %d has no picture", chat)
		}
	}
	byName := 0
	name := p.says(t, people[0], "დაიწყო მშენებლობა.").File.ID
	for _, c := range p.telegram.Calls("sendPhoto") {
		if c.Params["photo"] == name {
			byName++
		}
	}
	if n := len(p.telegram.Calls("sendPhoto")); n != len(people) || byName != len(people)-1 {
		t.Errorf("%d pictures were sent, %d of them by the platform's name, want %d and %d", n, byName, len(people), len(people)-1)
	}
}

// A code from Telegram makes the conversation in Messenger the same person's.
func TestLinkTwoPlatforms(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := start(t, cfg, fakebot.Options{})
	hook(t, g, p)
	p.subscriber(t, 2, "tskaro")
	p.telegram.SendText(2, "/link")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	code := ""
	_, err := p.telegram.WaitFor(ctx, 2, func(ms []fakebot.Message) bool {
		for _, m := range ms {
			for _, f := range strings.Fields(m.Text) {
				if digits := strings.Trim(f, ".,:;„“\""); len(digits) == 6 && strings.Trim(digits, "0123456789") == "" {
					code = digits
				}
			}
		}
		return code != ""
	})
	if err != nil {
		t.Fatalf("there is no code in %v", p.telegram.Messages(2))
	}
	g.SendText("9", code)
	if _, err := g.WaitFor(ctx, "9", func(ms []fakegraph.Message) bool { return len(ms) > 0 }); err != nil {
		t.Fatal(err)
	}
	p.update(t, func(tx store.Tx) error {
		one, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "2"})
		if err != nil {
			return err
		}
		other, err := tx.Citizens.ByAddress(bot.Address{Platform: "messenger", ID: "9"})
		if one != other {
			t.Errorf("they are still two people; Messenger heard %v", g.Messages("9"))
		}
		return err
	})
}

// A digest can be posted on the page, with the link into the conversation.
func TestPostOnThePage(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	cfg.MessengerPage = "mziani.example"
	p := start(t, cfg, fakebot.Options{})
	on := p.operations()
	in := DigestPost{DigestQuery: DigestQuery{Cadence: bot.CadenceWeekly}}
	if _, err := on.digestPost(t.Context(), in); err == nil {
		t.Error("a digest of nothing was posted")
	}
	p.update(t, func(tx store.Tx) error {
		_, err := tx.Progress.Append(bot.Change{At: time.Now(), By: "eka", Commitment: p.library().Commitments()[0].ID,
			Was: bot.Progress{Status: bot.StatusUnknown, Percent: bot.PercentUnknown}, Now: bot.Progress{Status: bot.StatusLimited, Percent: 30}, Reason: bot.Text{"ka": "დაიწყო მშენებლობა."}})
		return err
	})
	if _, err := on.digestPost(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.At = "yesterday"
	if _, err := on.digestPost(t.Context(), in); err == nil {
		t.Error("a post for no time was taken")
	}
	posts := g.Calls("feed")
	if len(posts) != 1 || !strings.Contains(posts[0].Params["message"], "დაიწყო მშენებლობა.") || posts[0].Params["link"] != "https://m.me/mziani.example" {
		t.Errorf("posted: %v", posts)
	}
}

// A schedule that cannot be understood, or that never comes, is refused at the start, with its line.
func TestWrongSchedules(t *testing.T) {
	for spec, want := range map[string]string{"0 25 * * 1": "place.yaml:", "0 10 30 2 *": "place.yaml:", "every monday": "place.yaml:", "": "place.yaml:"} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("../../content/testdata/mziani")); err != nil {
			t.Fatal(err)
		}
		place, err := os.OpenFile(filepath.Join(dir, "place.yaml"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(place, "digests: {weekly: %q}\n", spec); err != nil {
			t.Fatal(err)
		}
		if err := place.Close(); err != nil {
			t.Fatal(err)
		}
		cfg := settings(t)
		cfg.Content = dir
		if _, err := New(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

// An owner is told, where they can still be reached, that a channel has stopped by itself.
func TestOwnersHearOfTrouble(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := start(t, cfg, fakebot.Options{})
	hook(t, g, p)
	g.SendText("9", "გამარჯობა")
	exchanges(t, p.store, bot.Address{Platform: "messenger", ID: "9"}, 1)
	p.update(t, func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "messenger", ID: "9"})
		if err != nil {
			return err
		}
		return tx.Accounts.Put(bot.Account{Login: "eka", Role: bot.RoleOwner, Citizen: id})
	})
	p.telegram.Fail("sendMessage", 1, fakebot.Failure{Status: 401, Description: "Unauthorized"})
	p.telegram.SendText(2, "/help")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if ms, err := g.WaitFor(ctx, "9", func(ms []fakegraph.Message) bool {
		return slices.ContainsFunc(ms, func(m fakegraph.Message) bool {
			return strings.Contains(m.Text, "Telegram: გაგზავნა შეჩერდა")
		})
	}); err != nil {
		t.Fatalf("the owner was not told: %v", ms)
	}
}
