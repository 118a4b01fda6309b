package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/broadcast"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
	"ogpbot/internal/store/storetest"
)

// crowd is how many people the measured broadcasts go to.
const crowd = 50_000

// village is one of the content that the program ships with.
const village = "askana"

// outbound measures broadcasts of the whole program as a process, over real HTTP against our own Telegram: with a limit of
// 30 a second as Telegram's, and without one.
func outbound(ctx context.Context, binary, dir string, limited time.Duration) error {
	if err := fanOut(ctx, filepath.Join(dir, "list")); err != nil {
		return err
	}
	if err := unlimited(ctx, binary, filepath.Join(dir, "fast")); err != nil {
		return err
	}
	return atTheLimit(ctx, binary, filepath.Join(dir, "slow"), limited)
}

// seed makes a database with a crowd that an announcement is due to.
func seed(ctx context.Context, data string, people int) error {
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	if err := storetest.Crowd(ctx, s, "telegram", village, people); err != nil {
		return errors.Join(err, s.Close())
	}
	now := time.Now().UTC()
	err = s.Update(ctx, func(tx store.Tx) error {
		if err := tx.Accounts.Put(bot.Account{Login: "bench", Name: "Bench", Role: bot.RoleVillage, Villages: []string{village}}); err != nil {
			return err
		}
		return tx.Broadcasts.Create(bot.Broadcast{
			ID: "bench", By: "bench", Villages: []string{village}, Urgent: true, Created: now, At: now, State: bot.BroadcastScheduled,
			Messages: map[bot.Language]bot.Outbound{"ka": {Heading: "განცხადება", Text: strings.Repeat("ხვალ წყალი არ იქნება. ", 10)}},
		}, bot.Scope{Villages: []string{village}})
	})
	return errors.Join(err, s.Close())
}

// fanOut measures how long it takes until everybody in the crowd is listed as a recipient, durably.
func fanOut(ctx context.Context, data string) error {
	if err := seed(ctx, data, crowd); err != nil {
		return err
	}
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	lib, _, err := content.Load(content.Default())
	if err != nil {
		return errors.Join(err, s.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	listing := broadcast.New(broadcast.Config{Store: s, Library: func() bot.Library { return lib }, Windows: bot.Windows{"telegram": 0},
		Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)})
	began := time.Now()
	go func() { ended <- listing.Run(ctx) }()
	for listed := false; !listed && err == nil; time.Sleep(time.Millisecond) {
		err = s.View(ctx, func(tx store.Tx) error {
			b, err := tx.Broadcasts.Get("bench", bot.Scope{All: true})
			listed = b.Listed
			return err
		})
	}
	took := time.Since(began)
	stop()
	row("fan-out of 50,000", "%d ms until all are listed, durably", took.Milliseconds())
	return errors.Join(err, <-ended, s.Close())
}

// unlimited sends to the crowd as fast as it goes: 5 ms from each call to its answer, 100 sends at once.
func unlimited(ctx context.Context, binary, data string) error {
	if err := seed(ctx, data, crowd); err != nil {
		return err
	}
	telegram, err := fakebot.Listen("127.0.0.1:0", fakebot.Options{Forgetful: true, Latency: 5 * time.Millisecond})
	if err != nil {
		return err
	}
	defer telegram.Close()
	p, err := launch(ctx, binary, data, telegram, "--telegram-rate", "0")
	if err != nil {
		return err
	}
	began := time.Now()
	peak := 0.0
	for telegram.Sent() < crowd {
		if time.Since(began) > 2*time.Minute {
			return errors.Join(errors.New("the broadcast did not end"), p.stop())
		}
		peak = max(peak, p.rss())
		time.Sleep(20 * time.Millisecond)
	}
	took := time.Since(began)
	if err := p.stop(); err != nil {
		return err
	}
	report, err := fates(ctx, data)
	if err != nil {
		return err
	}
	row("broadcast, no limit, 5 ms latency", "%.0f sends/s, every fate durable (%d people; fan-out included); peak memory %.0f MiB; fates: %d sent, %d unconfirmed",
		crowd/took.Seconds(), crowd, peak, report[bot.FateSent], report[bot.FateUnconfirmed])
	return nil
}

// atTheLimit sends against a Telegram that answers 429 above 30 a second, and asks something in the middle of it.
func atTheLimit(ctx context.Context, binary, data string, d time.Duration) error {
	const rate = 30
	if err := seed(ctx, data, crowd); err != nil {
		return err
	}
	telegram, err := fakebot.Listen("127.0.0.1:0", fakebot.Options{Rate: rate})
	if err != nil {
		return err
	}
	defer telegram.Close()
	p, err := launch(ctx, binary, data, telegram)
	if err != nil {
		return err
	}
	for telegram.Sent() < rate { // the first second
		time.Sleep(5 * time.Millisecond)
	}
	began, sent, before := time.Now(), telegram.Sent(), p.rss()
	refused := refusals(telegram)
	var waits []time.Duration
	asker := int64(900_000)
	for time.Since(began) < d {
		asker++
		asked := time.Now()
		telegram.SendText(asker, "/help")
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		_, err := telegram.WaitMessages(wait, asker, 1)
		cancel()
		if err != nil {
			return errors.Join(err, p.stop())
		}
		waits = append(waits, time.Since(asked))
		time.Sleep(400 * time.Millisecond)
	}
	took := time.Since(began)
	n := telegram.Sent() - sent
	grown := p.rss() - before
	refused = refusals(telegram) - refused
	if err := p.stop(); err != nil {
		return err
	}
	slices.Sort(waits)
	row("broadcast at 30/s", "%.2f sends/s = %.1f %% of the limit over %.0f s, %d times 429; memory grew by %.1f MiB",
		float64(n)/took.Seconds(), 100*float64(n)/took.Seconds()/rate, took.Seconds(), refused, grown)
	row("reply in the middle of it", "p50 %.0f ms, p99 %.0f ms from the question to the answer (%d questions)",
		ms(waits[len(waits)/2]), ms(waits[len(waits)*99/100]), len(waits))
	return nil
}

// refusals counts the calls that were over the rate.
func refusals(s *fakebot.Server) int { return len(s.Calls("sendMessage")) - s.Sent() }

func fates(ctx context.Context, data string) (r bot.Report, err error) {
	s, err := boltstore.Open(filepath.Join(data, "ogpbot.db"), boltstore.Options{})
	if err != nil {
		return nil, err
	}
	err = s.View(ctx, func(tx store.Tx) (err error) { r, err = tx.Broadcasts.Report("bench"); return err })
	return r, errors.Join(err, s.Close())
}
