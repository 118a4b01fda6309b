package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
	"ogpbot/internal/broadcast"
	"ogpbot/internal/cases"
	"ogpbot/internal/channel"
	"ogpbot/internal/config"
	"ogpbot/internal/digest"
	"ogpbot/internal/doctor"
	"ogpbot/internal/editor"
	"ogpbot/internal/inbox"
	"ogpbot/internal/live"
	"ogpbot/internal/metrics"
	"ogpbot/internal/numbers"
	"ogpbot/internal/outbox"
	"ogpbot/internal/questions"
	"ogpbot/internal/schedule"
	"ogpbot/internal/server"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// databaseName is the file of the database in --data.
const databaseName = "ogpbot.db"

// App is the whole program.
type App struct {
	cfg       config.Config
	log       *slog.Logger
	folder    fs.FS
	knowledge atomic.Pointer[Knowledge]
	store     store.Store
	file      *boltstore.Store // what store keeps everything in
	inbox     *inbox.Inbox
	broadcast *broadcast.Service
	digest    *digest.Service
	cases     *cases.Service
	questions *questions.Service
	staff     *staff.Service
	editor    *editor.Service
	numbers   *numbers.Service
	schedule  *schedule.Scheduler
	doctor    *doctor.Service
	jobList   []doctor.Job
	windows   bot.Windows // of the channels in use; complete before anything runs
	posts     map[bot.Platform]*post
	server    *server.Server
	metrics   *metrics.Metrics
	disk      *disk
	live      *live.Hub
	onStop    []func() // called when the program is told to stop
}

// post is a channel and what sends through it.
type post struct {
	channel    channel.Channel
	sender     *outbox.Sender
	unprepared atomic.Bool // its platform has not heard of our commands and webhook yet
}

// New opens the database and builds the program. Close or Run must follow.
func New(cfg config.Config, log *slog.Logger) (*App, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log, posts: map[bot.Platform]*post{}, windows: bot.Windows{}, metrics: metrics.New(), disk: newDisk(), live: live.New()}
	var err error
	if a.folder, err = ContentFolder(cfg.Content); err != nil {
		return nil, err
	}
	cache := filepath.Join(cfg.Data, "cache")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return nil, fmt.Errorf("the folder %s cannot be written: choose another with --data or give this user the right to it: %w", cfg.Data, errors.Unwrap(err))
	}
	if a.file, err = boltstore.Open(filepath.Join(cfg.Data, databaseName), boltstore.Options{Logger: log, Terms: georgian.Terms}); err != nil {
		return nil, err
	}
	a.store = a.live.Watch(watched{a.metrics.Timed(a.file), a.disk})
	a.editor = editor.New(editor.Config{Store: a.store, Learn: a.learnOver, Logger: log})
	if err := a.Reload(context.Background()); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	a.numbers = numbers.New(numbers.Config{Store: a.store, Library: a.library})
	if err := a.numbers.Begin(context.Background(), time.Now()); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	a.broadcast = broadcast.New(broadcast.Config{Store: a.store, Library: a.library, Windows: a.windows, Wake: a.wake, Post: a.postOnPage, Logger: log})
	a.digest = digest.New(digest.Config{Store: a.store, Bot: a.bot, Windows: a.windows, Wake: a.wake, Logger: log})
	a.cases = cases.New(cases.Config{Store: a.store, Library: a.library, Windows: a.windows, Wake: a.wake, Logger: log})
	a.questions = questions.New(questions.Config{Library: a.library, Windows: a.windows, Alike: a.alike, Logger: log})
	a.inbox = inbox.New(inbox.Config{Store: a.store, Bot: a.bot, Wake: a.wake, Windows: a.windows, Broadcasts: a.broadcast, Cases: a.cases, Questions: a.questions, Forgot: a.forgot, Counted: a.countTurn, Logger: log})
	a.doctor = a.newDoctor()
	a.server = server.New(server.Config{Listen: cfg.Listen, Logger: log, Ready: a.ready})
	if err := errors.Join(a.telegram(), a.messenger(), a.webchat(), a.console(), a.jobs()); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) bot() *bot.Bot { return a.knowledge.Load().Bot }

func (a *App) library() bot.Library { return a.knowledge.Load().Library }

func (a *App) alike(text string, others []string) (int, bool) {
	return a.knowledge.Load().Model.Alike(text, others)
}

func (a *App) wake(p bot.Platform) {
	if post, ok := a.posts[p]; ok {
		post.sender.Wake()
	}
}

func (a *App) wakeAll() {
	for p := range a.windows {
		a.wake(p)
	}
}

// forgot has the channel of an address give up what it holds of a conversation.
func (a *App) forgot(address bot.Address) {
	if post, ok := a.posts[address.Platform]; ok {
		if f, holds := post.channel.(channel.Forgetter); holds {
			f.Forget(address)
		}
	}
}

// add gives a channel its sender and, if its platform pushes, its route.
func (a *App) add(c channel.Channel) *post {
	p := &post{channel: c, sender: outbox.New(outbox.Config{Store: a.store, Channel: c, Logger: a.log, Quiet: a.quiet, Trouble: func(bot.Platform, string) { a.doctor.Soon() }, Counted: a.countSend})}
	a.posts[c.Platform()] = p
	a.windows[c.Platform()] = c.Limits().Window
	return p
}

// Close ends an App that was not run.
func (a *App) Close() error { return a.store.Close() }

// Listen takes the address of the HTTP server and returns it; Run does it otherwise.
func (a *App) Listen() (net.Addr, error) { return a.server.Listen() }

// Run serves until ctx ends, then stops in order: no new messages, no new sends, the database last.
func (a *App) Run(ctx context.Context) error {
	if _, err := a.Listen(); err != nil {
		return errors.Join(err, a.Close())
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var tasks sync.WaitGroup
	start := func(name string, task func(context.Context) error) {
		tasks.Go(func() {
			if err := task(ctx); err != nil && ctx.Err() == nil {
				stop(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	for _, f := range a.onStop {
		defer context.AfterFunc(ctx, f)()
	}
	start("http", a.server.Run)
	start("prune", a.prune)
	start("disk", a.watchRoom)
	start("memory", a.giveBack)
	start("announcements", a.broadcast.Run)
	start("digests", a.digest.Run)
	start("schedule", a.schedule.Run)
	start("doctor", a.doctor.Run)
	start("administration", a.serveAdmin)
	start("metrics", a.serveMetrics)
	for platform, p := range a.posts {
		start("outbox of "+string(platform), p.sender.Run)
		start(string(platform), func(ctx context.Context) error { return a.receive(ctx, p) })
	}
	<-ctx.Done()
	tasks.Wait()
	err := a.Close()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

const (
	pruneEvery   = 6 * time.Hour
	rememberRefs = 72 * time.Hour // Messenger, the most patient platform, delivers again for 36 h
)

// prune drops the marks of deliveries that no platform will repeat, and sessions that have ended.
func (a *App) prune(ctx context.Context) error {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		err := a.store.Update(ctx, func(tx store.Tx) error {
			_, err := tx.Inbox.Prune(time.Now().Add(-rememberRefs).UTC())
			return err
		})
		if err != nil && ctx.Err() == nil {
			a.log.Warn("old marks of deliveries could not be dropped; trying again later", "error", err)
		}
		if err := a.staff.Prune(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("sessions that have ended could not be dropped; trying again later", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// prepareAgain is how long to wait before telling an unreachable platform about us again.
const prepareAgain = 30 * time.Second

// receive tells the platform about us, as often as it takes, and polls it if that is its way.
func (a *App) receive(ctx context.Context, p *post) error {
	c := p.channel
	var polls sync.WaitGroup
	defer polls.Wait()
	if poller, ok := c.(channel.Poller); ok && a.cfg.TelegramMode == "poll" {
		polls.Go(func() {
			if err := poller.Poll(ctx, a.inbox.Accept); err != nil && ctx.Err() == nil {
				a.log.Error("polling ended: no message arrives until the program is started again", "platform", c.Platform(), "error", err)
			}
		})
	}
	preparer, ok := c.(channel.Preparer)
	for ok {
		err := preparer.Prepare(ctx)
		p.unprepared.Store(err != nil)
		if err == nil || ctx.Err() != nil {
			break
		}
		a.log.Warn("the platform could not be told about our commands and webhook; trying again", "platform", c.Platform(), "again_in", prepareAgain, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(prepareAgain):
		}
	}
	return nil
}

// ready is what /readyz says: a line for the store and one per channel.
func (a *App) ready(ctx context.Context) []server.Check {
	checks := []server.Check{{Name: "store", OK: true}}
	if err := a.store.View(ctx, func(store.Tx) error { return nil }); err != nil {
		checks[0] = server.Check{Name: "store", Detail: "the database does not answer"}
	} else if a.disk.full.Load() {
		checks[0] = server.Check{Name: "store", Detail: fullDetail}
	}
	for platform, p := range a.posts {
		checks = append(checks, p.check(string(platform)))
	}
	slices.SortFunc(checks[1:], func(a, b server.Check) int { return cmp.Compare(a.Name, b.Name) })
	return checks
}

// check says whether messages go out and come in.
func (p *post) check(name string) server.Check {
	if s := p.sender.Status(); s.State != outbox.Running {
		return server.Check{Name: name, Detail: s.Reason}
	}
	if r, ok := p.channel.(channel.Receiving); ok && r.Trouble() != "" {
		return server.Check{Name: name, Detail: r.Trouble()}
	}
	if p.unprepared.Load() {
		return server.Check{Name: name, Detail: channel.Unprepared}
	}
	return server.Check{Name: name, OK: true}
}
