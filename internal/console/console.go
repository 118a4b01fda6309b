// Package console is the staff's pages under /console/: for village administrators on a telephone, for the municipality's
// staff at a desk, for the owner, and for observers who read numbers.
//
// It drives use cases: it imports bot, store, live, chart, web and the packages of those use cases, and is given the rest as functions. Its tests drive a real
// browser with github.com/chromedp/chromedp. A page is one file of Go, its template, and a line in routes; all words are in
// the content.
//
// Guarantees: every page works without script. A page is shown only to those whom routes names, and of what it shows only
// what is in the account's scope; what is outside looks like what is not there. Words of citizens come with personal numbers
// masked until they are asked for, and whoever reads a conversation, searches them or asks for those numbers leaves a line in the
// audit trail. A form of another site, or one that is too large, changes nothing; nor does one that was opened before a colleague
// changed the case. No page is kept by the browser, and no inline script or style runs in it. A file of a citizen is served as
// what its bytes look like, in a sandbox.
//
// Why:
//   - What was done is said after a redirect, in a cookie that holds the name of a sentence and nothing else: a reload does not
//     do it again, and nobody can put words into the page. Only what is shown once, such as a link for a colleague, comes
//     straight in the answer to the form.
//   - A table is marked up as one and turns into cards on a telephone by style alone.
package console

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/cases"
	"ogpbot/internal/editor"
	"ogpbot/internal/export"
	"ogpbot/internal/live"
	"ogpbot/internal/numbers"
	"ogpbot/internal/progress"
	"ogpbot/internal/questions"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
	"ogpbot/internal/web"
)

// Path is where the pages are.
const Path = "/console/"

// maxBody bounds a form, in bytes: an announcement of full length in three languages, each letter as nine signs. maxContent is
// that of an answer, which has hundreds of ways to ask.
const (
	maxBody    = 192 << 10
	maxContent = 240 << 10
)

// Config is what a Console needs.
type Config struct {
	Store      store.Store
	Library    func() bot.Library // the current one
	Staff      *staff.Service
	Progress   *progress.Service
	Broadcasts Broadcasts
	Contents   *editor.Service
	Numbers    *numbers.Service
	Questions  *questions.Service
	Finder     func() bot.Finder // that of the Library
	Export     *export.Service
	Cases      *cases.Service
	Live       *live.Hub
	Windows    bot.Windows // of the platforms in use
	// Fetch brings a file that a citizen sent. It is store.ErrNotFound for one that nobody has any more, and ErrTooLarge.
	Fetch func(ctx context.Context, m bot.Media) ([]byte, error)
	// Ready are the keys of the words that are ready answers to cases, in order.
	Ready func() []string
	// Wake is called after a commit that may owe anybody a message.
	Wake func()
	// Settings is what the program was started with; it holds no secret.
	Settings []Setting
	// Digest is what those who subscribed will be told next; ok is false if nothing has changed. drafts are changes that are
	// not kept yet.
	Digest func(ctx context.Context, lang bot.Language, drafts ...bot.Change) (m bot.Outbound, ok bool, err error)
	// Platforms are those on which people can be written to, of which the pages show an announcement.
	Platforms []bot.Platform
	// Parts are the messages that m becomes on a platform that shows plain words only; nil for one that shows it as it is.
	Parts      func(p bot.Platform, m bot.Outbound) []string
	Photos     bot.Platform // that shows a photo of ours; "": none does, and none can be added
	PublicPage bool         // there is one of the municipality's to post on
	// Health says whether messages come and go, with details in a language; it names no person and no secret.
	Health func(ctx context.Context, lang bot.Language) []Check
	// Ailments is what is wrong with the program, in a language; nil: nobody looks.
	Ailments   func(ctx context.Context, lang bot.Language) ([]Ailment, error)
	PublicURL  string // of our pages, without a slash at its end; "" if it is not known
	TrustProxy bool   // the last X-Forwarded-For and X-Forwarded-Proto are our own proxy's word
	Version    string // of the program
	Logger     *slog.Logger
}

// Broadcasts steers announcements. Package broadcast implements it.
type Broadcasts interface {
	// Start keeps b for by, in a transaction, under b.ID: one that is taken is store.ErrConflict. One that needs a second
	// person waits for them.
	Start(tx store.Tx, b bot.Broadcast, by bot.Account, now time.Time) error
	// Audience counts who would get an announcement now: villages and commitment are as a bot.Broadcast has them.
	Audience(tx store.Tx, by bot.Account, villages []string, commitment string, now time.Time) (bot.Audience, error)
	// Sample sends by the message that say gives; ok is false if there is no way to reach them.
	Sample(tx store.Tx, by bot.Account, now time.Time, say func(bot.Language) bot.Outbound) (ok bool, err error)
	// Steer does act to a broadcast for by, in a transaction. What cannot be done any more is store.ErrConflict.
	Steer(tx store.Tx, id string, act bot.BroadcastAct, by bot.Account, now time.Time) error
	// Wake is called after the commit of Start or Steer.
	Wake()
}

// Check is the state of one part of the program.
type Check struct {
	Name   string // such as "store" or "telegram"
	OK     bool
	Detail string // one phrase, in English
}

// Ailment is something that is wrong with the program, in words.
type Ailment struct {
	What, Means, Mend string // what is wrong, what that means for citizens, how to mend it
	Since             time.Time
	Mended            bool // by itself
}

// Console serves the pages. It is safe for concurrent use.
type Console struct {
	cfg     Config
	pages   map[string]*template.Template
	assets  web.Assets
	handler http.Handler
	fetches chan struct{} // a token for each file that is being fetched
}

// New makes a Console.
func New(cfg Config) (*Console, error) {
	c := &Console{cfg: cfg, fetches: make(chan struct{}, maxFetches)}
	if c.cfg.Logger == nil {
		c.cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	protect := http.NewCrossOriginProtection()
	if u, err := url.Parse(cfg.PublicURL); err == nil && u.Host != "" { // a proxy may have changed the host of the request
		if err := protect.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("console: the public address: %w", err)
		}
	}
	protect.SetDenyHandler(c.refusal(http.StatusForbidden))
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.pattern, c.page(r))
	}
	mux.Handle("GET "+Path+"static/{asset}", c.assets)
	mux.Handle(Path, c.refusal(http.StatusNotFound))
	c.handler = protect.Handler(mux)
	return c, nil
}

// ServeHTTP implements http.Handler for everything below Path.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// refusal answers whatever is asked with an error page.
func (c *Console) refusal(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := c.request(w, r)
		if err := q.identify(); err != nil {
			status = http.StatusInternalServerError
		}
		q.fail(status)
	})
}

// failure is an error that is nothing but the status of an error page.
type failure int

// Error implements error.
func (f failure) Error() string { return http.StatusText(int(f)) }

const (
	errNotFound  = failure(http.StatusNotFound)
	errForbidden = failure(http.StatusForbidden)
)

// page serves one route: who is it, may they, and then the handler.
func (c *Console) page(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := c.request(w, r)
		err := q.identify()
		if err == nil {
			err = q.admit(rt.least)
		}
		if err == nil && r.Method == http.MethodPost {
			err = q.read(rt)
		}
		if err == nil && !q.written {
			err = rt.handle(q)
		}
		q.finish(err)
	})
}

// finish answers for an error of a handler.
func (q *request) finish(err error) {
	f, isFailure := errors.AsType[failure](err)
	switch {
	case err == nil:
	case isFailure:
		q.fail(int(f))
	case errors.Is(err, staff.ErrSession):
		q.redirect("signin")
	case errors.Is(err, staff.ErrLimited):
		q.fail(http.StatusTooManyRequests)
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrScope):
		q.fail(http.StatusNotFound)
	case errors.Is(err, store.ErrConflict):
		q.fail(http.StatusConflict)
	case q.r.Context().Err() != nil: // who asked is gone
	case q.written: // part of the answer is out
		q.c.cfg.Logger.Error("console: a page could not be made to its end", "route", q.r.Pattern, "error", err)
	default:
		q.c.cfg.Logger.Error("console: a page could not be made", "route", q.r.Pattern, "error", err)
		q.fail(http.StatusInternalServerError)
	}
}
