package outbox

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

const day = 24 * time.Hour

// What the window no longer lets through is held for the citizen, not sent and not lost.
func TestLateMessagesAreHeld(t *testing.T) {
	f := &fake{limits: channel.Limits{Window: day}}
	run(t, f, func(b *bench) {
		wrote := func(ago time.Duration, to ...string) (cs []bot.Contact) {
			for _, id := range to {
				cs = append(cs, bot.Contact{Address: address(id), LastInbound: time.Now().Add(-ago)})
			}
			return cs
		}
		b.memory.know(bot.Citizen{ID: "recent", Contacts: wrote(time.Hour, "recenta")})
		b.memory.know(bot.Citizen{ID: "silent", Contacts: wrote(3*day, "silentb", "silentc")})
		owe := func(c bot.CitizenID, p bot.Purpose, text string) {
			b.put(string(c)+text, bot.Outbound{Text: text, Purpose: p, Replaces: "9"})
		}
		owe("recent", bot.PurposeAnnouncement, "a")
		owe("silent", bot.PurposeAnnouncement, "b")
		owe("silent", bot.PurposeAnnouncement, "b") // to the same address
		owe("silent", bot.PurposePerson, "c")
		b.wait(time.Second)
		if got := len(f.all()); got != 2 || b.depth() != 0 {
			t.Errorf("sent %v, %d are left", f.texts(), b.depth())
		}
		for _, text := range f.texts() {
			if text == "b" {
				t.Error("the bot wrote to somebody outside the window")
			}
		}
		if mail := b.memory.roles.mail["silent"]; len(mail) != 2 || mail[0].Message.Text != "b" || mail[0].Message.Replaces != "" {
			t.Errorf("held: %+v", mail)
		}
	})
}

// The platform knows better when the citizen last wrote.
func TestWindowClosedByThePlatform(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return failure(channel.WindowClosed, 0) }}
	run(t, f, func(b *bench) {
		b.memory.know(bot.Citizen{ID: "a", Contacts: []bot.Contact{{Address: address("a")}}})
		b.owe("a", "news")
		b.wait(time.Minute)
		if mail := b.memory.roles.mail["a"]; len(f.all()) != 1 || b.depth() != 0 || len(mail) != 1 || mail[0].Message.Text != "news" {
			t.Errorf("%d sends, %d left, held: %+v", len(f.all()), b.depth(), mail)
		}
	})
}

func TestAQueueIsHeldAtOnce(t *testing.T) {
	run(t, &fake{limits: channel.Limits{Window: day}}, func(b *bench) {
		b.memory.know(bot.Citizen{ID: "a", Contacts: []bot.Contact{{Address: address("a")}}})
		ps := slices.Concat(people(1), people(1), people(1), people(1))
		for i := range ps {
			ps[i].To, ps[i].Citizen, ps[i].Message.Text = address("a"), "a", strconv.Itoa(i)
		}
		b.fill(ps...)
		b.wait(0)
		var texts string
		for _, h := range b.memory.roles.mail["a"] {
			texts += h.Message.Text
		}
		if texts != "0123" || b.depth() != 0 {
			t.Errorf("held %q, %d left", texts, b.depth())
		}
	})
}
