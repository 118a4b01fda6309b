package app

import (
	"context"
	"runtime/debug"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/config"
	"ogpbot/internal/console"
	"ogpbot/internal/export"
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
		Broadcasts: a.broadcast, Questions: a.questions, Contents: a.editor, Export: export.New(export.Config{Store: a.store, Library: a.library}), Wake: a.wakeAll, Settings: startedWith(a.cfg),
		Finder: func() bot.Finder { return a.knowledge.Load().Model },
		Digest: func(ctx context.Context, lang bot.Language, drafts ...bot.Change) (bot.Outbound, bool, error) {
			return a.digest.Preview(ctx, lang, bot.CadenceMonthly, drafts...)
		},
		Platforms: a.platforms(), Parts: a.parts, PublicPage: a.page() != nil,
		Health: func(ctx context.Context) (checks []console.Check) {
			for _, check := range a.ready(ctx) {
				checks = append(checks, console.Check(check))
			}
			return checks
		},
		Ailments:  a.ailments,
		PublicURL: strings.TrimRight(a.cfg.PublicURL, "/"), TrustProxy: a.cfg.TrustProxy, Version: version(), Logger: a.log,
	})
	if err != nil {
		return err
	}
	a.server.HandleLimit(console.Path, consoleBody, c)
	return nil
}

// startedWith is what the program was started with.
func startedWith(cfg config.Config) (all []console.Setting) {
	for _, s := range cfg.Settings() {
		all = append(all, console.Setting(s))
	}
	return all
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

// version is the program's, as far as it was built with one.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
