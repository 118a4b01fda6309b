package app

import (
	"context"
	"runtime/debug"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/console"
	"ogpbot/internal/progress"
	"ogpbot/internal/staff"
)

// consoleBody is the most of a form, in bytes. The pages refuse less themselves, in words.
const consoleBody = 256 << 10

// console adds the staff's pages.
func (a *App) console() error {
	a.staff = staff.New(staff.Config{Store: a.store, Library: a.library, Windows: a.windows, Wake: a.wake})
	c, err := console.New(console.Config{
		Store: a.store, Library: a.library, Staff: a.staff,
		Progress:   progress.New(progress.Config{Store: a.store, Library: a.library, Changed: a.digest.Changed}),
		Broadcasts: a.broadcast,
		Finder:     func() bot.Finder { return a.knowledge.Load().Model },
		Digest: func(ctx context.Context, lang bot.Language, drafts ...bot.Change) (bot.Outbound, bool, error) {
			return a.digest.Preview(ctx, lang, bot.CadenceWeekly, drafts...)
		},
		Platforms: a.platforms(), Parts: a.parts, PublicPage: a.page() != nil, Photos: a.photos(),
		Health: func(ctx context.Context) (checks []console.Check) {
			for _, check := range a.ready(ctx) {
				checks = append(checks, console.Check(check))
			}
			return checks
		},
		PublicURL: strings.TrimRight(a.cfg.PublicURL, "/"), TrustProxy: a.cfg.TrustProxy, Version: version(), Logger: a.log,
	})
	if err != nil {
		return err
	}
	a.server.HandleLimit(console.Path+"announcements/new", console.MaxUpload+1, c) // the pages refuse more themselves
	a.server.HandleLimit(console.Path, consoleBody, c)
	return nil
}

// FirstOwner makes the account with which a new database is begun, and gives its login and one-time password; both are ""
// if there is an owner already.
func (a *App) FirstOwner(ctx context.Context) (login, password string, err error) {
	password, err = a.staff.FirstOwner(ctx)
	if password == "" {
		return "", "", err
	}
	return staff.FirstLogin, password, nil
}

// publicAddress is where our pages are, as far as we know.
func (a *App) publicAddress() string {
	if a.cfg.PublicURL != "" {
		return strings.TrimRight(a.cfg.PublicURL, "/")
	}
	return "http://" + a.cfg.Listen
}

// version is the program's, as far as it was built with one.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
