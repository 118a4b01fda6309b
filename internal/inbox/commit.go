package inbox

import (
	"errors"
	"fmt"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// commit stores a turn: the citizen and their state, the exchange, what the effects ask for, and the owed replies, in
// which mail is handed over. Of somebody who wants to be forgotten only the replies remain, until they are sent. It may be
// run more than once.
func (i *Inbox) commit(tx store.Tx, t delivery) error {
	in, c := t.in, t.citizen
	c.Contacts = append([]bot.Contact(nil), c.Contacts...)
	t.day = bot.DayOf(t.now, i.cfg.Bot().Library().Place().Zone)
	if err := tx.Inbox.Mark(in.From.Platform, in.Ref, t.now); err != nil {
		return err
	}
	last := lastInbound(c)
	if has := c.Contact(in.From); has != nil && acts(in.Kind) {
		has.LastInbound, has.Reach = t.now, bot.Reachable
	}
	exchange := bot.Exchange{
		Citizen: c.ID, Platform: in.From.Platform, At: t.now, Kind: in.Kind, Said: t.turn.Words, Media: in.Media,
		Intent: t.turn.Intent, Entry: t.turn.Entry,
	}
	if in.Kind == bot.KindPerson { // not the citizen's words
		exchange.Said, exchange.Replies = "", []string{t.turn.Words}
	}
	parcels := make([]store.Parcel, 0, len(t.turn.Replies))
	cards := slices.ContainsFunc(t.mail, func(h bot.Held) bool { return h.Message.About != "" })
	for n, reply := range t.turn.Replies {
		switch {
		case n == 0 && cards: // a card holds the words of somebody else
		case tellsCode(t.turn.Effects): // whoever reads the conversation must not get it
			exchange.Replies = append(exchange.Replies, "…")
		default:
			exchange.Replies = append(exchange.Replies, reply.Words())
		}
		parcels = append(parcels, store.Parcel{To: in.From, Citizen: c.ID, Message: reply, Due: t.now})
	}
	for _, e := range t.turn.Effects {
		if err := i.apply(tx, &c, &t, e); err != nil {
			return err
		}
	}
	if err := tx.Counts.Add(t.counts(c, last, i.cfg.Bot().Library().Place().Zone)...); err != nil {
		return err
	}
	if t.forgotten {
		for i := range parcels {
			parcels[i].Citizen = ""
		}
		_, err := tx.Outbox.Put(parcels...)
		return err
	}
	if err := handedOver(tx, c.ID, t); err != nil {
		return err
	}
	exchange.Village = c.Village
	if err := tx.Citizens.Put(c, t.turn.Next); err != nil {
		return err
	}
	var err error
	if exchange.Parcels, err = tx.Outbox.Put(parcels...); err != nil {
		return err
	}
	if t.turn.Private { // not even that there was something: the moment would say who filed what came in then
		return nil
	}
	return tx.Conversations.Append(exchange)
}

// tellsCode tells whether a turn gives a code that is good from now on.
func tellsCode(effects []bot.Effect) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool { _, ok := e.(bot.KeepCode); return ok })
}

// handedOver takes the mail that is in the turn out of what is held, and notes its fate.
func handedOver(tx store.Tx, id bot.CitizenID, t delivery) error {
	for _, h := range t.stale {
		if err := tx.Mail.Drop(id, h.ID); err != nil {
			return err
		}
	}
	for _, h := range t.mail {
		if err := tx.Mail.Drop(id, h.ID); err != nil {
			return err
		}
		var err error
		switch {
		case h.Broadcast != "":
			err = tx.Broadcasts.SetFate(h.Broadcast, id, bot.FateLater, t.now)
		case h.Parcel != "":
			err = tx.Outbox.SetFate(id, h.Parcel, bot.FateLater, t.now)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) { // its record may have been pruned
			return fmt.Errorf("inbox: note that mail was handed over: %w", err)
		}
	}
	return nil
}
