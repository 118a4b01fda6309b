package app

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// A full disk stops all writing: what arrives is refused at once, so that platforms deliver it again, and the web chat asks to wait.
// Reading goes on. Nothing small is let through, or one message would be taken and the answer to it not. Whether there
// is room again is tried from time to time, with more than a message needs.
const (
	roomEvery  = 5 * time.Second
	roomName   = "room" // of what is written to try it, and dropped at once
	roomBytes  = 1 << 20
	fullQuiet  = time.Hour // the owners are told of a full disk at most that often
	fullDetail = "the disk is full: nothing new can be stored until there is room"
)

// disk knows whether there is room.
type disk struct {
	full atomic.Bool
	seen chan struct{} // one token: it has become full
}

func newDisk() *disk { return &disk{seen: make(chan struct{}, 1)} }

// watched is a store that refuses what is to be written while the disk is full.
type watched struct {
	store.Store
	disk *disk
}

// Update implements store.Store.
func (w watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	if w.disk.full.Load() {
		return store.ErrFull
	}
	err := w.Store.Update(ctx, fn)
	if errors.Is(err, store.ErrFull) && w.disk.full.CompareAndSwap(false, true) {
		w.disk.seen <- struct{}{}
	}
	return err
}

// watchRoom finds out whether there is room again, and tells the owners.
func (a *App) watchRoom(ctx context.Context) error {
	var told time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.disk.seen:
		}
		began := time.Now()
		if a.tryRoom(ctx) != nil { // else only one change was too large
			a.log.Error("the disk is full: what arrives is refused until there is room, and nothing that was taken is lost; make room")
			if began.Sub(told) > fullQuiet {
				told = began
				a.sendOwners(ctx, "disk.full")
			}
			if !a.awaitRoom(ctx) {
				return nil
			}
			a.log.Info("there is room on the disk again", "after", time.Since(began).Round(time.Second))
		}
		a.disk.full.Store(false)
		if told.Equal(began) {
			a.tellOwnersThat(ctx, "disk.room")
		}
	}
}

// awaitRoom is false if ctx ends before there is room.
func (a *App) awaitRoom(ctx context.Context) bool {
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if a.tryRoom(ctx) == nil {
				return true
			}
		}
	}
}

// tryRoom leaves the room that it took to the next messages.
func (a *App) tryRoom(ctx context.Context) error {
	return errors.Join(
		a.file.Update(ctx, func(tx store.Tx) error { return tx.Pictures.Put(roomName, make([]byte, roomBytes), time.Now().UTC()) }),
		a.file.Update(ctx, func(tx store.Tx) error { return tx.Pictures.Drop(roomName) }),
	)
}

// tellTime is for one owner.
const tellTime = 10 * time.Second

// sendOwners sends each owner some words at once, past the outbox, in which nothing can be written.
func (a *App) sendOwners(ctx context.Context, key string) {
	to := map[bot.Address]string{}
	err := a.store.View(ctx, func(tx store.Tx) error {
		owners, err := notice.Owners(tx)
		for _, account := range owners {
			c, _, err := tx.Citizens.Get(account.Citizen)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if contact, ok := c.Prefer(a.windows, time.Now()); ok {
				to[contact.Address] = a.library().Text(a.desk().Language(c), key)
			}
		}
		return err
	})
	if err != nil {
		a.log.Warn("the owners could not be told", "error", err)
	}
	for address, words := range to {
		ctx, cancel := context.WithTimeout(ctx, tellTime)
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
		owners, err := notice.Owners(tx)
		for _, account := range owners {
			if _, err := a.desk().Tell(tx, account.Citizen, time.Now().UTC(), func(lang bot.Language) bot.Outbound {
				return bot.Outbound{Text: a.library().Text(lang, key), Purpose: bot.PurposePerson}
			}); err != nil {
				return err
			}
		}
		return err
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
