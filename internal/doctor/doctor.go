// Package doctor finds what is wrong with the program's own state, says what it means for citizens and how to mend it, and
// mends by itself what it can.
//
// It imports bot, store, channel and notice. When it looks is package schedule's part and that of whoever asks; sending the
// outbox's. A check is a line in checks; its words are doctor.KIND-what, -means and -mend in the content.
//
// Guarantees: an owner is told once of what is newly wrong and once when it is over, over restarts, because that is noted in
// the commit that owes the words. What often passes by itself is told only if it is still there some minutes later. Looking
// sends to no citizen, ends within seconds, and a check that fails is a finding itself and hides no other; what was wrong and cannot be looked at any more
// is not said to be over. No finding holds a
// secret or anything of a person.
//
// Why:
//   - A restored webhook stays a finding for a day, so that it is seen on the page, and one that is lost each hour is told of
//     once a day and not each hour.
//   - The clock is compared with the Date of answers that are asked for anyway: no other server need be trusted or reached.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
)

// Config is what a Service needs.
type Config struct {
	Store    store.Store
	Library  func() bot.Library // the current one
	Entries  func() []bot.Entry // the answers, current
	Windows  bot.Windows        // of the platforms in use
	Wake     func(bot.Platform) // told after a commit that owes p something
	Channels func() []Channel   // in use
	Jobs     func() []Job
	Database string                                   // path of its file
	Backups  string                                   // folder; without a file in it, none are made
	Room     func(path string) (free uint64, ok bool) // bytes that may be written there; nil: asks the system
	Logger   *slog.Logger
}

// Channel is a channel with what is known of it here.
type Channel struct {
	channel.Channel
	Webhook string        // address that its platform delivers to, "" if it is not known
	Stopped func() string // one phrase of package channel on why nothing is sent; "" if all goes out
}

// Job is something that runs at times.
type Job struct {
	Name string
	// Missed is the last time at which it was to run after done, as far as that has come; zero: none.
	Missed func(done, now time.Time) time.Time
}

// Finding is something that is wrong.
type Finding struct {
	Kind  string            // which words it has
	About string            // which of several: a platform, a job; "" if there is only one
	Slots map[string]string // of its words

	passing bool // it often passes by itself
}

// Name tells it from all other findings.
func (f Finding) Name() string {
	if f.About == "" {
		return f.Kind
	}
	return f.Kind + "/" + f.About
}

// Mended tells whether it was mended by itself and is only reported.
func (f Finding) Mended() bool { return f.Kind == kindRestored }

// The kinds that more than one place knows.
const (
	kindToken       = "token"
	kindUnreachable = "unreachable"
	kindStopped     = "stopped"
	kindRestored    = "restored"
	kindJob         = "job"
	kindDigest      = "digest"

	clockCheck = "clock"       // a part of those of platforms
	growthNote = "growth-note" // a symptom that is none: what the check of growth keeps
)

// Service examines the program. It is safe for concurrent use; Run runs once.
type Service struct {
	cfg   Config
	wake  chan struct{} // one token: look soon
	again chan struct{} // one token: look again a little later

	one     sync.Mutex // one examination at a time
	mu      sync.Mutex
	since   time.Time       // when Run began; zero: the program does not serve
	working map[string]bool // by job, as far as it has run since
}

// New makes a Service.
func New(cfg Config) *Service {
	if cfg.Room == nil {
		cfg.Room = room
	}
	return &Service{cfg: cfg, wake: make(chan struct{}, 1), again: make(chan struct{}, 1), working: map[string]bool{}}
}

const (
	firstLook = time.Minute     // after the start: the platforms are told about us first
	soon      = 2 * time.Second // after something has changed, which others may still be writing down
	later     = 6 * time.Minute // before what may pass by itself is looked at again: the outbox tries each five
	lookTime  = 7 * time.Second // of all checks together
)

// Run looks a little after the start, when Soon was called, and again where something may pass by itself, until ctx ends.
// Who calls Examine each hour is somebody else.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	s.since = time.Now()
	s.mu.Unlock()
	timer := time.NewTimer(firstLook)
	defer timer.Stop()
	next := time.Now().Add(firstLook) // zero: nothing is planned
	plan := func(wait time.Duration) {
		if at := time.Now().Add(wait); next.IsZero() || at.Before(next) {
			next = at
			timer.Reset(wait)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
			plan(soon)
			continue
		case <-s.again:
			plan(later)
			continue
		case <-timer.C:
			next = time.Time{}
		}
		if _, err := s.Examine(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("what is wrong could not be written down: looking again later", "error", err)
			s.token(s.again)
		}
	}
}

// Soon has Run look soon. It never blocks.
func (s *Service) Soon() { s.token(s.wake) }

func (*Service) token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Ran notes how a job ended.
func (s *Service) Ran(job string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.working[job] = err == nil
}

// Serving tells whether Run has begun: else checks of what runs are left out.
func (s *Service) Serving() bool {
	_, ok := s.serving()
	return ok
}

// serving tells since when the program serves.
func (s *Service) serving() (since time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, !s.since.IsZero()
}

// Look runs all checks once, changes nothing and tells nobody.
func (s *Service) Look(ctx context.Context) []Finding {
	all, _ := s.look(ctx, time.Now(), false)
	return all
}

// look runs the checks side by side. The findings are in the order of the checks; blind are the names of those that could
// not tell everything.
func (s *Service) look(ctx context.Context, now time.Time, mend bool) (all []Finding, blind []string) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	_, serving := s.serving()
	var checks []check
	for _, c := range s.checks(mend) {
		if serving || !c.serving {
			checks = append(checks, c)
		}
	}
	found, errs := make([][]Finding, len(checks)), make([]error, len(checks))
	var wg sync.WaitGroup
	for i, c := range checks {
		wg.Go(func() { found[i], errs[i] = c.run(ctx, now) })
	}
	wg.Wait()
	for i, c := range checks {
		if errs[i] == nil {
			continue
		}
		if blind = append(blind, c.name); errors.Is(errs[i], errNoClock) {
			blind = append(blind, clockCheck)
		}
		if !errors.Is(errs[i], errBlind) {
			s.cfg.Logger.Warn("a check could not be made", "check", c.name, "error", errs[i])
			found[i] = append(found[i], Finding{Kind: "check", About: c.name, Slots: map[string]string{"check": c.name}, passing: true})
		}
	}
	seen := map[string]bool{}
	for _, f := range slices.Concat(found...) {
		if !seen[f.Name()] { // two platforms may tell the same of our clock
			seen[f.Name()] = true
			all = append(all, f)
		}
	}
	return all, blind
}

// What a check returns that could not look at everything, for a reason that is told by itself or is no fault.
var (
	errBlind   = errors.New("not everything could be looked at")
	errNoClock = fmt.Errorf("%w, not even the clock", errBlind)
)

// check is the name of the check that finds f.
func (f Finding) check() string {
	switch f.Kind {
	case "ahead", "behind":
		return clockCheck
	case kindJob, kindDigest:
		return "jobs"
	case "stale", "untranslated":
		return "content"
	case "backup":
		return "backups"
	case "outbox", "silence":
		return f.Kind
	}
	return cmp.Or(f.About, f.Kind)
}

// Examine runs all checks once, mends what it can, and tells the owners and the log what is newly wrong and what is over.
func (s *Service) Examine(ctx context.Context) ([]Finding, error) {
	s.one.Lock()
	defer s.one.Unlock()
	now := time.Now().UTC()
	found, blind := s.look(ctx, now, true)
	change, err := s.note(ctx, found, blind, now)
	if err != nil {
		return found, err
	}
	for _, f := range change.begun {
		s.cfg.Logger.Warn("something is wrong: `ogpbot doctor` says how to mend it", "finding", f.Name())
	}
	for _, f := range change.over {
		s.cfg.Logger.Info("this is in order again", "finding", f.Name())
	}
	if change.told {
		for p := range s.cfg.Windows {
			s.cfg.Wake(p)
		}
	}
	if change.pending {
		s.token(s.again)
	}
	return found, nil
}

// Standing is a finding with when it was first found.
type Standing struct {
	Finding
	Since time.Time
}

// Current lists what the last examination found, as it is kept.
func (s *Service) Current(ctx context.Context) (all []Standing, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		all = nil
		symptoms, err := tx.Health.All()
		for _, x := range symptoms {
			if x.Name != growthNote {
				all = append(all, Standing{finding(x), x.Since})
			}
		}
		return err
	})
	return all, err
}

// finding is what a symptom was kept of.
func finding(x store.Symptom) Finding {
	f := Finding{Slots: x.Slots}
	f.Kind, f.About, _ = strings.Cut(x.Name, "/")
	return f
}

// Words are what people read of a finding.
type Words struct {
	What  string // is wrong
	Means string // for citizens
	Mend  string // what to do
}

// Words gives those of f in a language.
func (s *Service) Words(lang bot.Language, f Finding) Words {
	var pairs []string
	for name, value := range f.Slots {
		switch name {
		case "job":
			value = s.named(lang, "doctor.task-", value)
		case "check":
			value = s.named(lang, "doctor.part-", value)
		case "reason":
			value = s.Reason(lang, value)
		}
		pairs = append(pairs, name, value)
	}
	say := func(part string) string { return s.cfg.Library().Text(lang, "doctor."+f.Kind+"-"+part, pairs...) }
	return Words{say("what"), say("means"), say("mend")}
}

// named says what something is called; one that has no words keeps its name.
func (s *Service) named(lang bot.Language, keys, name string) string {
	return cmp.Or(s.cfg.Library().Text(lang, keys+name), name)
}

// Reason says in lang what a phrase of package channel does, with the code that may follow it. Others, which are words of the
// platform, stay as they are.
func (s *Service) Reason(lang bot.Language, phrase string) string {
	known, code, coded := strings.Cut(phrase, " (")
	keys := map[string]string{channel.Idle: "idle", channel.Paused: "paused", channel.Silent: "silent", channel.Unwelcome: "unwelcome",
		channel.Refused: "refused", channel.Shared: "shared", channel.Unprepared: "unprepared"}
	key, ok := keys[known]
	if !ok {
		return phrase
	}
	said := s.cfg.Library().Text(lang, "doctor.reason-"+key)
	if coded {
		said += " (" + code
	}
	return said
}

// Summary says in a few sentences how many findings there are, and what could not be looked at.
func (s *Service) Summary(lang bot.Language, found []Finding) string {
	lib, count := s.cfg.Library(), 0
	for _, f := range found {
		if !f.Mended() {
			count++
		}
	}
	lines := []string{lib.Text(lang, "doctor.healthy")}
	if count > 0 {
		lines[0] = lib.Text(lang, "doctor.count", "count", strconv.Itoa(count))
	}
	if !s.Serving() {
		lines = append(lines, lib.Text(lang, "doctor.asleep"))
	}
	if !slices.ContainsFunc(s.cfg.Channels(), func(c Channel) bool { _, ok := c.Channel.(channel.Inspector); return ok }) {
		lines = append(lines, lib.Text(lang, "doctor.alone"))
	}
	return strings.Join(lines, "\n")
}
