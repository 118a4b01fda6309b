package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/channel"
	"ogpbot/internal/channel/messenger"
	"ogpbot/internal/digest"
	"ogpbot/internal/schedule"
	"ogpbot/internal/store"
)

// jobs sets up what runs at times of the day.
func (a *App) jobs() error {
	lib := a.knowledge.Load().Library
	if problems := CheckSchedules(lib); len(problems) > 0 {
		return fmt.Errorf("the content has mistakes:\n%w", problems)
	}
	cfg := schedule.Config{Zone: lib.Place().Zone, Memory: memory{a.store}, Logger: a.log}
	for cadence, spec := range lib.Place().Digests {
		cfg.Jobs = append(cfg.Jobs, schedule.Job{Name: digest.Job(cadence), Spec: spec, Run: func(ctx context.Context, slot time.Time) error {
			return a.digest.Tell(ctx, cadence, slot.UTC())
		}})
	}
	cfg.Jobs = append(cfg.Jobs, a.daily()...)
	copies, err := a.copies()
	if err != nil {
		return err
	}
	cfg.Jobs = a.supervised(append(cfg.Jobs, copies...))
	a.schedule, err = schedule.New(cfg)
	return err
}

// CheckSchedules finds times of digests that are wrong or never come.
func CheckSchedules(lib *content.Library) (ps content.Problems) {
	for cadence, spec := range lib.Place().Digests {
		if err := schedule.Check(spec); err != nil {
			p := content.Problem{Text: err.Error(), Remedy: "Write minute, hour, day, month and weekday, such as 0 10 * * 1 for Monday at ten"}
			p.File, p.Line = lib.At("digests." + string(cadence))
			ps = append(ps, p)
		}
	}
	return ps
}

// memory is schedule.Memory over the store.
type memory struct{ store store.Store }

// Last implements schedule.Memory.
func (m memory) Last(ctx context.Context, job string) (slot time.Time, err error) {
	err = m.store.View(ctx, func(tx store.Tx) error { slot, err = tx.Runs.Last(job); return err })
	return slot, err
}

// SetLast implements schedule.Memory.
func (m memory) SetLast(ctx context.Context, job string, slot time.Time) error {
	return m.store.Update(ctx, func(tx store.Tx) error { return tx.Runs.SetLast(job, slot.UTC()) })
}

// quiet tells the outbox whether it is quiet time in the place.
func (a *App) quiet(now time.Time) (end time.Time, ok bool) {
	place := a.library().Place()
	return place.Quiet.Until(now.In(place.Zone))
}

var errNoPage = errors.New("there is no public page: set the Messenger token of the page")

// postOnPage publishes text on the municipality's page, with a link into the conversation.
func (a *App) postOnPage(ctx context.Context, text string) error {
	return a.postAt(ctx, text, time.Time{})
}

func (a *App) postAt(ctx context.Context, text string, at time.Time) error {
	page := a.page()
	if page == nil {
		return errNoPage
	}
	link := ""
	if a.cfg.MessengerPage != "" {
		link = "https://m.me/" + a.cfg.MessengerPage
	}
	_, err := page.Post(ctx, text, link, at)
	return err
}

// page is the channel that has the municipality's public page, nil if none does.
func (a *App) page() channel.Poster {
	for _, p := range a.posts {
		if poster, ok := p.channel.(channel.Poster); ok {
			return poster
		}
	}
	return nil
}

// photos is the platform that shows photos of ours, "" if none does.
func (a *App) photos() bot.Platform {
	for _, p := range a.platforms() {
		if _, ok := a.posts[p].channel.(channel.Uploader); ok {
			return p
		}
	}
	return ""
}

// parts are the messages that m becomes on Messenger, which knows plain words only; nil elsewhere.
func (a *App) parts(p bot.Platform, m bot.Outbound) []string {
	if p != messenger.Platform {
		return nil
	}
	if m.Media.Platform != p {
		m = channel.InWords(m)
	}
	return channel.Split(m.Words(), a.posts[p].channel.Limits().TextUnits)
}
