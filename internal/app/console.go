package app

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/config"
	"ogpbot/internal/console"
	"ogpbot/internal/export"
	"ogpbot/internal/progress"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
)

// consoleBody is the most of a form, in bytes. The pages refuse less themselves, in words.
const consoleBody = 256 << 10

// console adds the staff's pages.
func (a *App) console() error {
	a.staff = staff.New(staff.Config{Store: a.store, Library: a.library, Windows: a.windows, Wake: a.wake})
	c, err := console.New(console.Config{
		Store: a.store, Library: a.library, Staff: a.staff,
		Progress:   progress.New(progress.Config{Store: a.store, Library: a.library, Changed: a.digest.Changed}),
		Broadcasts: a.broadcast, Cases: a.cases, Live: a.live, Windows: a.windows, Fetch: a.fetch, Ready: a.readyAnswers,
		Questions: a.questions, Numbers: a.numbers, Contents: a.editor, Export: export.New(export.Config{Store: a.store, Library: a.library}), Wake: a.wakeAll, Settings: startedWith(a.cfg),
		Finder: func() bot.Finder { return a.knowledge.Load().Model },
		Digest: func(ctx context.Context, lang bot.Language, drafts ...bot.Change) (bot.Outbound, bool, error) {
			return a.digest.Preview(ctx, lang, bot.CadenceWeekly, drafts...)
		},
		Platforms: a.platforms(), Parts: a.parts, PublicPage: a.page() != nil, Photos: a.photos(),
		Health: func(ctx context.Context, lang bot.Language) (checks []console.Check) {
			for _, check := range a.ready(ctx) {
				check.Detail = a.doctor.Reason(lang, check.Detail)
				checks = append(checks, console.Check(check))
			}
			return checks
		},
		Ailments:  a.ailments,
		PublicURL: strings.TrimRight(a.cfg.PublicURL, "/"), TrustProxy: a.cfg.TrustProxy, Version: Version(), Logger: a.log,
	})
	if err != nil {
		return err
	}
	a.server.HandleLimit(console.Path+"announcements/new", console.MaxUpload+1, c) // the pages refuse more themselves
	a.server.HandleLimit(console.Path, consoleBody, c)
	a.onStop = append(a.onStop, a.live.Close)
	return nil
}

// startedWith is what the program was started with.
func startedWith(cfg config.Config) (all []console.Setting) {
	for _, s := range cfg.Settings() {
		all = append(all, console.Setting(s))
	}
	return all
}

// fetch brings a file that a citizen sent from its platform.
func (a *App) fetch(ctx context.Context, m bot.Media) ([]byte, error) {
	p, ok := a.posts[m.Platform]
	if !ok {
		return nil, fmt.Errorf("a file of a platform that is not in use: %w", store.ErrNotFound)
	}
	f, ok := p.channel.(channel.Fetcher)
	if !ok || m.Ref == "" {
		return nil, fmt.Errorf("a file that its platform does not give: %w", store.ErrNotFound)
	}
	data, err := f.Fetch(ctx, m.Ref)
	switch {
	case errors.Is(err, channel.ErrNoFile):
		return nil, fmt.Errorf("fetch a file: %w", store.ErrNotFound)
	case errors.Is(err, channel.ErrFileTooLarge):
		return nil, fmt.Errorf("fetch a file: %w", console.ErrTooLarge)
	}
	return data, err
}

// readyAnswers are the keys of words/ready.yaml, the program's own and the place's.
func (a *App) readyAnswers() (keys []string) {
	for key := range a.knowledge.Load().Library.Keys() {
		if strings.HasPrefix(key, "ready.") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// FirstOwner makes the account with which a new database is begun, and gives its login and one-time password; both are ""
// if there is an owner already.
func (a *App) FirstOwner(ctx context.Context) (login, password string, err error) {
	password, err = a.staff.FirstOwner(ctx)
	if password == "" {
		return "", "", err
	}
	debug.FreeOSMemory() // the hash took its own
	return staff.FirstLogin, password, nil
}

// publicAddress is where our pages are, as far as we know.
func (a *App) publicAddress() string {
	if a.cfg.PublicURL != "" {
		return strings.TrimRight(a.cfg.PublicURL, "/")
	}
	return "http://" + a.cfg.Listen
}
