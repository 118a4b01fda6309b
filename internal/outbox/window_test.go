package outbox

import (
	"context"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

const day = 24 * time.Hour

// What the window no longer lets through is held for the citizen, not sent and not lost.
func TestLateMessagesAreHeld(t *testing.T) {
	f := &fake{limits: channel.Limits{Window: day}}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) {
			m.roles.citizens["recent"] = bot.Citizen{ID: "recent", LastInbound: time.Now().Add(-time.Hour)}
			m.roles.citizens["silent"] = bot.Citizen{ID: "silent", LastInbound: time.Now().Add(-3 * day)}
		})
		owe := func(c bot.CitizenID, p bot.Purpose, text string) {
			if err := b.memory.Update(t.Context(), func(tx store.Tx) error {
				return tx.Outbox.Put(store.Parcel{To: bot.Address{Platform: platform, ID: string(c) + text}, Citizen: c,
					Message: bot.Outbound{Text: text, Purpose: p, Replaces: "9"}, Due: time.Now()})
			}); err != nil {
				t.Fatal(err)
			}
			b.Wake()
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
		if mail := b.memory.roles.mail; len(mail) != 2 || mail[0].Text != "b" || mail[0].Replaces != "" {
			t.Errorf("held: %+v", mail)
		}
	})
}

// The platform knows better when the citizen last wrote.
func TestWindowClosedByThePlatform(t *testing.T) {
	f := &fake{send: func(context.Context, int, string, string) error { return failure(channel.WindowClosed, 0) }}
	run(t, f, func(b *bench) {
		b.owe("a", "news")
		b.wait(time.Minute)
		if mail := b.memory.roles.mail; len(f.all()) != 1 || b.depth() != 0 || len(mail) != 1 || mail[0].Text != "news" {
			t.Errorf("%d sends, %d left, held: %+v", len(f.all()), b.depth(), mail)
		}
	})
}
