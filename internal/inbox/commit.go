package inbox

import (
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// commit stores a turn: the citizen and their state, the exchange, what the effects ask for, and the owed replies, in
// which mail is handed over.
// It may be run more than once.
func commit(tx store.Tx, c bot.Citizen, in bot.Inbound, turn bot.Turn, mail []bot.Held, now time.Time) error {
	if err := tx.Inbox.Mark(in.From.Platform, in.Ref, now); err != nil {
		return err
	}
	if acts(in.Kind) {
		c.LastInbound, c.Reach = now, bot.Reachable
	}
	exchange := bot.Exchange{
		Citizen: c.ID, Platform: in.From.Platform, At: now, Kind: in.Kind, Said: turn.Words, Media: in.Media,
		Intent: turn.Intent, Entry: turn.Entry,
	}
	if in.Kind == bot.KindPerson { // not the citizen's words
		exchange.Said, exchange.Replies = "", []string{turn.Words}
	}
	parcels := make([]store.Parcel, 0, len(turn.Replies))
	for _, reply := range turn.Replies {
		exchange.Replies = append(exchange.Replies, reply.Words())
		parcels = append(parcels, store.Parcel{To: in.From, Citizen: c.ID, Message: reply, Due: now})
	}
	for _, e := range turn.Effects {
		if err := apply(tx, &c, e, now); err != nil {
			return err
		}
	}
	for _, h := range mail {
		if err := tx.Mail.Drop(c.ID, h.ID); err != nil {
			return err
		}
	}
	exchange.Village = c.Village
	if err := tx.Citizens.Put(c, turn.Next); err != nil {
		return err
	}
	if err := tx.Conversations.Append(exchange); err != nil {
		return err
	}
	return tx.Outbox.Put(parcels...)
}

// apply makes one effect true. Every effect of package bot has its case.
func apply(tx store.Tx, c *bot.Citizen, e bot.Effect, now time.Time) error {
	switch e := e.(type) {
	case bot.SetLanguage:
		c.Language, c.LanguageSet = e.Language, c.LanguageSet || e.Chosen
	case bot.SetVillage:
		c.Village = e.Village
	case bot.SetReach:
		c.Reach = e.Reach
	case bot.Silence:
		c.SilentUntil = e.Until
	case bot.KeepQuestion:
		_, err := tx.Questions.Add(bot.Question{
			Citizen: c.ID, Village: c.Village, Language: c.Language, At: now, Text: e.Text, Why: e.Why, Entry: e.Entry,
		})
		return err
	default:
		return fmt.Errorf("inbox: the effect %T is not applied", e)
	}
	return nil
}
