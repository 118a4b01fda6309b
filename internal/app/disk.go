package app

import (
	"context"
	"errors"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// A full disk stops all writing: what arrives is refused, so that platforms deliver it again, and the web chat asks to wait.
// Reading goes on. Whether there is room again is tried from time to time, with more than a message needs, or a disk that
// is nearly full would be called well after each small thing that still fits.
const (
	roomEvery  = 2 * time.Second
	roomName   = "room" // of what is written to try it, and dropped at once
	roomBytes  = 1 << 20
	fullQuiet  = time.Hour // the owners are told of a full disk at most that often
	fullDetail = "the disk is full: nothing new can be stored until there is room"
)

// watched notices that the disk is full.
type watched struct {
	store.Store
	full func()
}

// Update implements store.Store.
func (w watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	err := w.Store.Update(ctx, fn)
	if errors.Is(err, store.ErrFull) {
		w.full()
	}
	return err
}

// diskFull begins the state that watchRoom ends.
func (a *App) diskFull() {
	if a.full.CompareAndSwap(false, true) {
		a.log.Error("the disk is full: what arrives is refused until there is room, and nothing that was taken is lost; make room")
	}
}

// watchRoom tells the owners of a full disk, and finds out when there is room again.
func (a *App) watchRoom(ctx context.Context) error {
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	var told time.Time
	for began := (time.Time{}); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := time.Now()
		switch full := a.full.Load(); {
		case !full:
			continue
		case began.IsZero():
			if began = now; now.Sub(told) > fullQuiet {
				told = now
				a.sendOwners(ctx, "disk.full")
			}
		}
		if a.tryRoom(ctx) != nil {
			continue
		}
		a.full.Store(false)
		a.log.Info("there is room on the disk again", "after", now.Sub(began).Round(time.Second))
		if told.Equal(began) {
			a.tellOwnersThat(ctx, "disk.room")
		}
		began = time.Time{}
	}
}

// tryRoom leaves the room that it took to the next messages.
func (a *App) tryRoom(ctx context.Context) error {
	return errors.Join(
		a.store.Update(ctx, func(tx store.Tx) error { return tx.Pictures.Put(roomName, make([]byte, roomBytes), time.Now().UTC()) }),
		a.store.Update(ctx, func(tx store.Tx) error { return tx.Pictures.Drop(roomName) }),
	)
}

// sendOwners sends each owner some words at once, past the outbox, in which nothing can be written.
func (a *App) sendOwners(ctx context.Context, key string) {
	to := map[bot.Address]string{}
	err := a.store.View(ctx, func(tx store.Tx) error {
		return eachOwner(tx, func(account bot.Account) error {
			c, _, err := tx.Citizens.Get(account.Citizen)
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			if contact, ok := c.Prefer(a.windows, time.Now()); ok {
				to[contact.Address] = a.library().Text(a.desk().Language(c), key)
			}
			return err
		})
	})
	if err != nil {
		a.log.Warn("the owners could not be told", "error", err)
	}
	for address, words := range to {
		ctx, cancel := context.WithTimeout(ctx, troubleTimeout)
		if p, ok := a.posts[address.Platform]; ok {
			if _, err := p.channel.Send(ctx, address, bot.Outbound{Text: words, Purpose: bot.PurposePerson}); err != nil {
				a.log.Warn("an owner could not be told", "platform", address.Platform, "error", err)
			}
		}
		cancel()
	}
}

// tellOwnersThat owes each owner some words.
func (a *App) tellOwnersThat(ctx context.Context, key string) {
	err := a.store.Update(ctx, func(tx store.Tx) error {
		return eachOwner(tx, func(account bot.Account) error {
			_, err := a.desk().Tell(tx, account.Citizen, time.Now().UTC(), func(lang bot.Language) bot.Outbound {
				return bot.Outbound{Text: a.library().Text(lang, key), Purpose: bot.PurposePerson}
			})
			return err
		})
	})
	if err != nil {
		a.log.Warn("the owners could not be told", "error", err)
		return
	}
	for p := range a.windows {
		a.wake(p)
	}
}

func (a *App) desk() notice.Desk { return notice.Desk{Library: a.library, Windows: a.windows} }

// eachOwner calls do with those who may be told.
func eachOwner(tx store.Tx, do func(bot.Account) error) error {
	accounts, err := tx.Accounts.All()
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account.Role != bot.RoleOwner || account.Disabled || account.Citizen == "" {
			continue
		}
		if err := do(account); err != nil {
			return err
		}
	}
	return nil
}
