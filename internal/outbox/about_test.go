package outbox

import (
	"context"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// What a reply to a message would be about is known by each of its identifiers, once it was sent.
func TestWhatAMessageWasAbout(t *testing.T) {
	f := &fake{send: func(_ context.Context, _ int, _, text string) error {
		if text == "never" {
			return failure(channel.Rejected, 0)
		}
		return nil
	}}
	run(t, f, func(b *bench) {
		b.put("a", bot.Outbound{Text: "card", About: "case:K7M4QX"})
		b.put("a", bot.Outbound{Text: "plain"})
		b.put("b", bot.Outbound{Text: "never", About: "case:AAAAAA"})
		b.drain()
		if got := b.memory.roles.threads; len(got) != 1 || got["a m1"] != "case:K7M4QX" && got["a m2"] != "case:K7M4QX" {
			t.Errorf("known: %v", got)
		}
	})
}

// A document of ours is for one person: once it is sent nothing is left of it. A picture is for many.
func TestADocumentIsDroppedOnceItIsSent(t *testing.T) {
	f := &fake{}
	run(t, f, func(b *bench) {
		b.memory.set(func(m *memory) {
			m.roles.pictures["export/a"], m.roles.pictures["chart"] = []byte("bytes of export/a"), []byte("bytes of chart")
		})
		b.put("a", bot.Outbound{Text: "all", Media: bot.Media{Kind: bot.KindDocument, Picture: "export/a"}})
		b.put("a", bot.Outbound{Text: "news", Media: bot.Media{Kind: bot.KindPhoto, Picture: "chart"}})
		b.drain()
		if uploads, _, _ := shown(f); uploads != 2 {
			t.Errorf("%d uploads, want 2", uploads)
		}
		if kept := b.memory.roles.pictures; len(kept) != 1 || kept["chart"] == nil {
			t.Errorf("%d files are kept", len(kept))
		}
	}, over(&artist{fake: f}))
}

// The reply to somebody who was forgotten goes out, though nobody knows any more when they last wrote.
func TestTheLastWordToSomebodyForgotten(t *testing.T) {
	f := &fake{limits: channel.Limits{Window: 24 * time.Hour}}
	run(t, f, func(b *bench) {
		b.put("", bot.Outbound{Text: "all is deleted"})
		b.drain()
		if got := f.texts(); len(got) != 1 || b.depth() != 0 {
			t.Errorf("sent %v", got)
		}
	})
}
