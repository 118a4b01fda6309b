// Package digest tells subscribers what changed in the commitments since they were last told: at the times of the place, or
// soon after each change.
//
// It imports bot, store and picture. When it runs is package schedule's part, sending the outbox's.
//
// Guarantees: a citizen is told of a change once. A cursor per person (Citizen.Told) goes forward in the commit that owes
// them the words, so a run that was cut short goes on where it ended, and one that is repeated tells nobody anything.
// Nothing changed, nothing sent.
//
// Why: the cursor is the number of the last change and not a time, so that neither a clock that was put right, nor a run
// that was late, nor a cadence that was changed tells something twice or leaves it out.
package digest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/picture"
	"ogpbot/internal/store"
)

const (
	chunk      = 200                 // citizens in one commit
	maxChanges = 5000                // of a history that are read; a plan has some dozens
	keep       = 90 * 24 * time.Hour // of a picture
	settle     = 10 * time.Minute    // after the last change, before those are told who want to hear of each
	afterFail  = time.Minute
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Bot     func() *bot.Bot    // the current one
	Windows bot.Windows        // of the platforms in use
	Wake    func(bot.Platform) // told after a commit that owes p something
	Logger  *slog.Logger
}

// Service makes digests. It is safe for concurrent use; Run runs once.
type Service struct {
	cfg  Config
	wake chan struct{} // one token: progress has changed
}

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg, wake: make(chan struct{}, 1)} }

// Changed tells the Service that there is a change of progress. It never blocks.
func (s *Service) Changed() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run tells those who want to hear of each change, a little after the last of several, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		wait, err := s.settled(ctx, time.Now())
		if err == nil && wait <= 0 {
			err = s.Tell(ctx, bot.CadenceChange, time.Now().UTC())
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("changes of progress could not be told: trying again", "error", err)
			wait = afterFail
		}
		timer.Stop()
		if wait > 0 {
			timer.Reset(wait)
		}
	}
}

// settled gives how long to wait until the last change is old enough.
func (s *Service) settled(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		last, err := tx.Progress.Last()
		if err != nil || last == 0 {
			return err
		}
		changes, err := tx.Progress.Since(last-1, 1)
		if err == nil && len(changes) == 1 {
			wait = settle - now.Sub(changes[0].At)
		}
		return err
	})
	return wait, err
}

// Tell owes a digest to everybody of a cadence for whom something changed. at names the run: pictures that it makes are
// called by it.
func (s *Service) Tell(ctx context.Context, cadence bot.Cadence, at time.Time) error {
	edition, err := s.edition(ctx, cadence, at)
	if err != nil || edition.last == 0 {
		return err
	}
	for after := ""; ; {
		var owed map[bot.Platform]bool
		err := s.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
			owed = map[bot.Platform]bool{}
			var cs []bot.Citizen
			var next string
			if cs, next, err = tx.Citizens.Subscribed(bot.Scope{All: true}, nil, after, chunk); err != nil {
				return err
			}
			for _, c := range cs {
				if c.Cadence != cadence || c.Told >= edition.last {
					continue
				}
				p, err := s.owe(tx, c, edition)
				if err != nil {
					return err
				}
				owed[p] = true
			}
			edition.next = next
			return nil
		})
		if err != nil {
			return fmt.Errorf("digest: owe it to subscribers: %w", err)
		}
		for p := range owed {
			s.cfg.Wake(p)
		}
		if after = edition.next; after == "" {
			return nil
		}
	}
}

// edition is one run: what there is to tell, and the pictures that go with it.
type edition struct {
	history  []bot.Change // oldest first
	last     uint64       // number of the latest change; 0: none
	pictures map[bot.Language]string
	at       time.Time
	next     string // cursor of the citizens
}

// edition reads the history and makes the pictures. since is when the run before this one was.
func (s *Service) edition(ctx context.Context, cadence bot.Cadence, at time.Time) (*edition, error) {
	e := &edition{pictures: map[bot.Language]string{}, at: at}
	var before time.Time
	err := s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if before, err = tx.Runs.Last(Job(cadence)); err != nil {
			return err
		}
		e.history, err = tx.Progress.Since(0, maxChanges)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("digest: read what changed: %w", err)
	}
	if len(e.history) == 0 {
		return e, nil
	}
	e.last = e.history[len(e.history)-1].No
	return e, s.draw(ctx, e, cadence, before)
}

// Job is the name under which package schedule remembers the runs of a cadence.
func Job(c bot.Cadence) string { return "digest." + string(c) }

// draw makes the pictures of an edition, one for each language. A picture that cannot be made is left out.
func (s *Service) draw(ctx context.Context, e *edition, cadence bot.Cadence, before time.Time) error {
	made := map[string][]byte{}
	for _, lang := range s.cfg.Bot().Library().Place().Languages {
		png, err := Picture(s.cfg.Bot().Library(), lang, e.history, e.at, before)
		if err != nil {
			s.cfg.Logger.Error("the picture of a digest could not be made: it goes without", "error", err)
			continue
		}
		name := fmt.Sprintf("digest/%s/%s/%d/%s", cadence, e.at.UTC().Format("2006-01-02T15:04"), e.last, lang)
		e.pictures[lang], made[name] = name, png
	}
	err := s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Pictures.Prune(e.at.Add(-keep)); err != nil {
			return err
		}
		for name, png := range made {
			if _, err := tx.Pictures.Get(name); err == nil {
				continue // a run that goes on: the platform has it under its name already
			} else if !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err := tx.Pictures.Put(name, png, e.at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("digest: keep its pictures: %w", err)
	}
	return nil
}

// owe moves the citizen's cursor, and owes them the words if there are any. Somebody who cannot be reached stays where
// they are. p is "" if nothing is owed.
func (s *Service) owe(tx store.Tx, c bot.Citizen, e *edition) (p bot.Platform, err error) {
	to, ok := c.Prefer(s.cfg.Windows, e.at)
	if !ok {
		return "", nil
	}
	now, state, err := tx.Citizens.Get(c.ID)
	if err != nil {
		return "", err
	}
	m, ok := s.cfg.Bot().Digest(now, Fresh(e.history, now.Told), e.history)
	now.Told = e.last
	if err := tx.Citizens.Put(now, state); err != nil || !ok {
		return "", err
	}
	m.Media = bot.Media{Kind: bot.KindPhoto, Picture: e.pictures[now.Language]}
	if _, err := tx.Outbox.Put(store.Parcel{To: to.Address, Citizen: c.ID, Message: m, Due: e.at}); err != nil {
		return "", err
	}
	return to.Address.Platform, nil
}

// Fresh gives the changes after number told.
func Fresh(history []bot.Change, told uint64) []bot.Change {
	i := slices.IndexFunc(history, func(c bot.Change) bool { return c.No > told })
	if i < 0 {
		return nil
	}
	return history[i:]
}

// Picture draws how far each commitment is, in one language. What changed after since is marked.
func Picture(lib bot.Library, lang bot.Language, history []bot.Change, at, since time.Time) ([]byte, error) {
	a := bot.Ask{Lang: lang, Library: lib}
	sheet := picture.Sheet{
		Heading: a.Say("digest.picture", "date", a.Day(at.In(lib.Place().Zone))),
		Note:    a.Say("digest.picture-note"),
	}
	for _, c := range lib.Commitments() {
		c = c.Current(history)
		p, _ := c.Progress("")
		row := picture.Row{Title: a.Local(c.Title), State: a.Standing(p), Percent: p.Percent}
		for _, change := range history {
			row.Changed = row.Changed || change.Commitment == c.ID && change.At.After(since)
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	png, err := picture.PNG(sheet)
	if err != nil {
		return nil, fmt.Errorf("digest: draw the picture: %w", err)
	}
	return png, nil
}

// Preview is the next digest of a cadence in one language, for somebody who follows everything and had the one before. ok
// is false if nothing has changed since. drafts are changes that are not kept yet, as if they were.
func (s *Service) Preview(ctx context.Context, lang bot.Language, cadence bot.Cadence, drafts ...bot.Change) (m bot.Outbound, ok bool, err error) {
	var history []bot.Change
	var before time.Time
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if before, err = tx.Runs.Last(Job(cadence)); err != nil {
			return err
		}
		history, err = tx.Progress.Since(0, maxChanges)
		return err
	})
	if err != nil {
		return m, false, fmt.Errorf("digest: read what changed: %w", err)
	}
	history = append(history, drafts...)
	fresh := slices.DeleteFunc(slices.Clone(history), func(c bot.Change) bool { return !c.At.After(before) })
	m, ok = s.cfg.Bot().Digest(bot.Citizen{Language: lang}, fresh, history)
	return m, ok, nil
}
