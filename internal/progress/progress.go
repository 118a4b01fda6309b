// Package progress keeps how far the commitments and their milestones are: each step with its reason, as a history that only
// grows.
//
// It imports bot and store.
//
// Guarantees: a step starts from what was so in the commit that keeps it, so nobody overwrites what they have not seen.
// Nothing is kept without a reason in the place's default language, or if it changes nothing. Every step leaves a line in the
// audit trail.
//
// Why: the content folder says where a commitment began and the history what became of it. Nothing is ever corrected in
// place: a mistake is put right by the next step, and both can be read.
package progress

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	minReason   = 5 // characters
	maxReason   = 300
	maxEvidence = 500 // characters
	firstYear   = 2015
	lastYear    = 2100
	page        = 500 // changes that are read at once
)

// scale are the statuses that something can come to.
var scale = []string{string(bot.StatusNoEvidence), string(bot.StatusNotStarted), string(bot.StatusLimited),
	string(bot.StatusSubstantial), string(bot.StatusComplete)}

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
	Changed func()             // called after a commit that keeps a step
}

// Service keeps progress. It is safe for concurrent use. What it refuses is a bot.Refusal.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// Step is what shall be so from now on.
type Step struct {
	Commitment string
	Milestone  string     // "" for the commitment itself
	Status     bot.Status // "": as it was
	Percent    *int       // nil: as it was; bot.PercentUnknown: there is no figure
	Due        *time.Time // any day of the month; nil: as it was; zero: it is not known
	Reason     bot.Text   // one sentence in each language, the default one at least
	Evidence   string     // address of a page, "" if there is none
	By         string     // Account.Login; or, with a space in it, from where somebody without one did it
	Seen       *uint64    // number of the last change of the commitment that By knows of, 0: none; nil: it does not matter
}

// Set keeps a step and gives it as it was kept. It is store.ErrConflict if there is a change that step.Seen does not know.
func (s *Service) Set(ctx context.Context, step Step) (bot.Change, error) {
	c, err := s.change(ctx, s.cfg.Store.Update, step, func(tx store.Tx, c *bot.Change) (err error) {
		if c.No, err = tx.Progress.Append(*c); err != nil {
			return err
		}
		return tx.Trail.Append(bot.Audit{At: c.At, Login: c.By, Act: "progress", Object: Name(c.Commitment, c.Milestone)})
	})
	if err == nil {
		s.cfg.Changed()
	}
	return c, err
}

// Draft is the change that Set would keep now, under the number that it would get.
func (s *Service) Draft(ctx context.Context, step Step) (bot.Change, error) {
	return s.change(ctx, s.cfg.Store.View, step, func(tx store.Tx, c *bot.Change) error {
		last, err := tx.Progress.Last()
		c.No = last + 1
		return err
	})
}

// change works out what a step changes, in a transaction of run, and has it kept.
func (s *Service) change(ctx context.Context, run func(context.Context, func(store.Tx) error) error, step Step, keep func(store.Tx, *bot.Change) error) (bot.Change, error) {
	base, err := s.checked(&step)
	if err != nil {
		return bot.Change{}, err
	}
	c := bot.Change{At: time.Now().UTC(), By: step.By, Commitment: step.Commitment, Milestone: step.Milestone,
		Reason: step.Reason, Evidence: step.Evidence}
	err = run(ctx, func(tx store.Tx) error {
		if err := allowed(tx, step.By); err != nil {
			return err
		}
		history, err := tx.Progress.Of(step.Commitment)
		if err != nil {
			return err
		}
		if step.Seen != nil && *step.Seen != Last(history) {
			return store.ErrConflict
		}
		c.Was, _ = base.Current(history).Progress(step.Milestone)
		if c.Now, err = step.from(c.Was); err != nil {
			return err
		}
		c.No = 0 // this may be the second try
		return keep(tx, &c)
	})
	if refusal, ok := errors.AsType[bot.Refusal](err); ok {
		return bot.Change{}, refusal
	}
	if err != nil {
		return bot.Change{}, fmt.Errorf("progress: a step: %w", err)
	}
	return c, nil
}

// Last is the number of the latest change of a history, 0 if there is none.
func Last(history []bot.Change) uint64 {
	if len(history) == 0 {
		return 0
	}
	return history[len(history)-1].No
}

// History gives the steps of a commitment, or of all for "", oldest first.
func (s *Service) History(ctx context.Context, commitment string) (all []bot.Change, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if commitment != "" {
			all, err = tx.Progress.Of(commitment)
			return err
		}
		for last := uint64(0); ; last = all[len(all)-1].No {
			some, err := tx.Progress.Since(last, page)
			all = append(all, some...)
			if err != nil || len(some) < page {
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("progress: read the history: %w", err)
	}
	if commitment != "" && len(all) == 0 { // one that is in the plan no more keeps its history
		_, err = s.commitment(commitment)
	}
	return all, err
}

// Name is how a commitment or a milestone of it is called in one word.
func Name(commitment, milestone string) string {
	if milestone == "" {
		return commitment
	}
	return commitment + "/" + milestone
}

// allowed checks that by may speak for the whole municipality.
func allowed(tx store.Tx, by string) error {
	if strings.Contains(by, " ") {
		return nil
	}
	a, err := tx.Accounts.Get(by)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return bot.Refuse("there is no account %q: look for the login in the list of accounts", by)
	case err != nil:
		return err
	case !a.Scope().Allows():
		return bot.Refuse("the account %q may not set progress: only staff and owners may, whose account is not disabled", by)
	}
	return nil
}

// from is what p becomes. It must become something else.
func (s Step) from(p bot.Progress) (bot.Progress, error) {
	was := p
	if s.Status != "" {
		p.Status = s.Status
	}
	if s.Percent != nil {
		p.Percent = *s.Percent
	}
	if s.Due != nil {
		p.Due = *s.Due
	}
	if p.Status != was.Status && !slices.Contains(scale, string(p.Status)) {
		return p, bot.RefuseWrong("the status %q is nothing that a commitment can come to: choose %s", p.Status, or(scale))
	}
	if p.Status == was.Status && p.Percent == was.Percent && p.Due.Equal(was.Due) {
		return p, bot.Refuse("this changes nothing at %s: name a status, a percentage or a deadline that is not what it was", Name(s.Commitment, s.Milestone))
	}
	return p, nil
}

// checked finds what is wrong with a step, whatever is stored, and tidies it. It gives the commitment as the content has it.
func (s *Service) checked(step *Step) (bot.Commitment, error) {
	base, err := s.commitment(step.Commitment)
	if err != nil {
		return base, err
	}
	if _, ok := base.Progress(step.Milestone); !ok {
		return base, noMilestone(base, step.Milestone)
	}
	if p := step.Percent; p != nil && *p != bot.PercentUnknown && (*p < 0 || *p > 100) {
		return base, bot.RefuseWrong("%d %% is not possible: write 0 to 100, or none", *p)
	}
	if step.Due != nil && !step.Due.IsZero() {
		month := time.Date(step.Due.Year(), step.Due.Month(), 1, 0, 0, 0, 0, time.UTC)
		if month.Year() < firstYear || month.Year() > lastYear {
			return base, bot.RefuseWrong("the deadline %s is not possible: write a month from %d to %d", month.Format("2006-01"), firstYear, lastYear)
		}
		step.Due = &month
	}
	if step.Reason, err = s.reason(step.Reason); err != nil {
		return base, err
	}
	return base, evidence(step.Evidence)
}

func (s *Service) commitment(id string) (bot.Commitment, error) {
	lib := s.cfg.Library()
	c, ok := lib.Commitment(id)
	if ok {
		return c, nil
	}
	var ids []string
	for _, c := range lib.Commitments() {
		ids = append(ids, c.ID)
	}
	if len(ids) == 0 {
		return c, bot.RefuseWrong("this place has no commitments: write them into its content first")
	}
	return c, bot.RefuseWrong("there is no commitment %q: write %s", id, or(ids))
}

func noMilestone(c bot.Commitment, id string) error {
	var ids []string
	for _, m := range c.Milestones {
		ids = append(ids, m.ID)
	}
	if len(ids) == 0 {
		return bot.RefuseWrong("the commitment %s has no milestones: set its own progress, or write milestones into the content first", c.ID)
	}
	return bot.RefuseWrong("the commitment %s has no milestone %q: write %s", c.ID, id, or(ids))
}

// reason is the sentence in each language as it is kept.
func (s *Service) reason(given bot.Text) (bot.Text, error) {
	languages := s.cfg.Library().Place().Languages
	kept := bot.Text{}
	for lang, words := range given {
		if !slices.Contains(languages, lang) {
			return nil, bot.RefuseWrong("this place does not speak %q: give the reason in %s", lang, or(languages))
		}
		words = strings.Join(strings.Fields(words), " ")
		if n := utf8.RuneCountInString(words); n < minReason || n > maxReason || !utf8.ValidString(words) || strings.ContainsFunc(words, unprintable) {
			return nil, bot.RefuseWrong("the reason in %q is not possible: write one sentence of %d to %d letters, without control characters", lang, minReason, maxReason)
		}
		kept[lang] = words
	}
	if kept[languages[0]] == "" {
		return nil, bot.RefuseWrong("the reason is missing in %q, which everybody is told who speaks no other language: write one sentence", languages[0])
	}
	return kept, nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func evidence(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		utf8.RuneCountInString(s) > maxEvidence || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || unprintable(r) }) {
		return bot.RefuseWrong("the evidence is not an address that a citizen could open: copy it from the browser, it begins with https://")
	}
	return nil
}

// or lists what can be chosen.
func or[S ~string](all []S) string {
	out := ""
	for i, s := range all {
		switch {
		case i == 0:
		case i == len(all)-1:
			out += " or "
		default:
			out += ", "
		}
		out += string(s)
	}
	return out
}
