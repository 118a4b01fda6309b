// Package editor keeps the answers that colleagues write over the content folder, as drafts and published versions, and puts
// what is published in use.
//
// It imports bot and store. How knowledge is learnt, and how the bot comes to speak from it, it is given as a function.
//
// Guarantees: what is published is first learnt together with everything else and checked as the folder is; a mistake is
// refused and changes nothing. What was committed is in use at once, and after every restart. Nobody overwrites a version
// that they have not seen. Every version that is published, given up or handed back to the folder leaves a line in the
// audit trail. A version that the folder has outgrown is left out rather than told, and that is said.
//
// Why:
//   - The folder stays the base. A version stands over one entry of it, as a whole; everything else follows the folder.
//   - Once the folder says what a version says, the version ends by itself: so what is exported into the folder is the
//     folder's from then on, and its next change is not hidden by an old version.
//   - Learning takes most of a second and many megabytes, so there is one at a time.
package editor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Config is what a Service needs.
type Config struct {
	Store store.Store
	// Learn reads the folder with versions over it, checks both and learns. What is wrong with a version is Mistakes.
	Learn  func(ctx context.Context, over []bot.Edit) (*Knowledge, error)
	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: nothing is logged
}

// Knowledge is one checked state of the folder with versions over it. It is immutable.
type Knowledge struct {
	Languages []bot.Language // the first is the default
	Entries   []Known        // hidden ones too, in the order of the folder
	// Notes is for what an entry may be taken, or what for it. It may take as long as learning.
	Notes func(id string) []Note
	// Reply is what somebody who writes for the first time is told.
	Reply func(lang bot.Language, text string) Reply
	Use   func() // makes the bot speak from it
}

// Known is an entry with what the folder says in its place.
type Known struct {
	bot.Entry
	File   string     // "budget" for answers/budget.yaml
	Folder *bot.Entry // nil: the folder does not have it
}

// Note says that two entries may be taken for one another.
type Note struct {
	Kind  NoteKind
	Entry string // whose words are meant
	Other string // the entry that is found instead; "" if none is
	Text  string // the words in question, "" for NoteMixed
}

// NoteKind is a kind of Note.
type NoteKind string

// The kinds.
const (
	NoteOwn    NoteKind = "own"    // its own question does not get the entry
	NoteShared NoteKind = "shared" // the words stand under both
	NoteAlike  NoteKind = "alike"  // the words are nearly words of the other
	NoteMixed  NoteKind = "mixed"  // many of its phrasings would get the other
	NoteTakes  NoteKind = "takes"  // words to test with that belong to Other, "" if to no entry, get it
)

// Reply is what the bot says.
type Reply struct {
	Replies  []bot.Outbound
	Kind     string // of Turn.ReplyKind
	Entry    string // that was told, "" if none was
	Language bot.Language
}

// Mistakes says of versions what is wrong with them: a sentence for each entry.
type Mistakes map[string]string

// Error implements error.
func (m Mistakes) Error() string {
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, m[id])
	}
	return strings.Join(lines, "\n")
}

// Service keeps answers. It is safe for concurrent use. What it refuses is a Mistake, or store.ErrConflict if somebody else
// wrote meanwhile.
type Service struct {
	cfg   Config
	one   chan struct{} // held by whoever learns
	now   atomic.Pointer[state]
	trial trial // used by whoever holds one
}

// state is what is in use.
type state struct {
	*Knowledge
	at      map[string]int     // ID -> index of Entries
	unfit   map[string]string  // ID -> why its version is left out
	trouble map[string]Trouble // ID -> what of its version somebody should look at
}

func (s *state) known(id string) (k Known, ok bool) {
	i, ok := s.at[id]
	if ok {
		k = s.Entries[i]
	}
	return k, ok
}

// New makes a Service. Reload must follow before anything else.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{cfg: cfg, one: make(chan struct{}, 1)}
}

// alone waits until nobody learns.
func (s *Service) alone(ctx context.Context) (done func(), err error) {
	select {
	case s.one <- struct{}{}:
		return func() { <-s.one }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// folderItself stands for a login where the folder has come to say the same.
const folderItself = "content folder"

// Reload reads the folder again, with what is published over it, and puts both in use. A mistake in the folder keeps what is
// in use and is returned; a version that does not fit any more is left out.
func (s *Service) Reload(ctx context.Context) error {
	done, err := s.alone(ctx)
	if err != nil {
		return err
	}
	defer done()
	live, err := s.live(ctx)
	if err != nil {
		return err
	}
	k, err := s.cfg.Learn(ctx, live)
	unfit, wrong := errors.AsType[Mistakes](err)
	if wrong {
		live = slices.DeleteFunc(live, func(e bot.Edit) bool { return unfit[e.Entry.ID] != "" })
		k, err = s.cfg.Learn(ctx, live)
	}
	if err != nil {
		return err
	}
	s.use(k, live, unfit)
	for id, why := range unfit {
		s.cfg.Logger.Warn("a version of an answer does not fit the content folder any more and is left out: look at it in the console", "entry", id, "why", why)
	}
	return s.follow(ctx, live)
}

// use puts k in use, which was learnt with live.
func (s *Service) use(k *Knowledge, live []bot.Edit, unfit map[string]string) {
	now := &state{k, make(map[string]int, len(k.Entries)), unfit, map[string]Trouble{}}
	for i, e := range k.Entries {
		now.at[e.ID] = i
	}
	for _, e := range live {
		known, _ := now.known(e.Entry.ID)
		if t := trouble(e, known.Folder); t != "" {
			now.trouble[e.Entry.ID] = t
		}
	}
	for id := range unfit {
		now.trouble[id] = TroubleUnfit
	}
	s.now.Store(now)
	s.trial.end()
	k.Use()
}

// follow ends the versions that the folder has come to say, and tells of those under which it has changed.
func (s *Service) follow(ctx context.Context, live []bot.Edit) error {
	now := s.now.Load()
	var said []bot.Edit
	for _, e := range live {
		k, _ := now.known(e.Entry.ID)
		switch {
		case k.Folder != nil && k.Folder.Digest() == e.Entry.Digest():
			said = append(said, e)
		case now.trouble[e.Entry.ID] != "":
			s.cfg.Logger.Warn("the content folder has changed under a version of an answer, which stays in use: look at it in the console", "entry", e.Entry.ID)
		}
	}
	if len(said) == 0 {
		return nil
	}
	err := s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		for _, e := range said {
			was, err := tx.Contents.Of(e.Entry.ID, 1)
			if err != nil {
				return err
			}
			if was[0].State == bot.EditDraft {
				continue // it came after, and stays
			}
			over := bot.Edit{State: bot.EditLive, Folder: true, Entry: bot.Entry{ID: e.Entry.ID}, At: s.cfg.Now().UTC(), By: folderItself}
			if err := keep(tx, actFolder, version{over, was[0].No}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("editor: note what the folder says now: %w", err)
	}
	return nil
}

// live reads what is published.
func (s *Service) live(ctx context.Context) (live []bot.Edit, err error) {
	if err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) { live, err = tx.Contents.Live(); return err }); err != nil {
		return nil, fmt.Errorf("editor: read what is published: %w", err)
	}
	return live, nil
}

// Trouble is why somebody should look at a version.
type Trouble string

// The troubles.
const (
	TroubleUnfit   Trouble = "unfit"   // it does not pass the checks any more and is left out
	TroubleChanged Trouble = "changed" // the folder's entry was changed since it was written
	TroubleGone    Trouble = "gone"    // the folder does not have the entry any more
)

// trouble compares what the folder says with what it said when e was written.
func trouble(e bot.Edit, folder *bot.Entry) Trouble {
	switch {
	case folder == nil && e.Base != "":
		return TroubleGone
	case folder != nil && folder.Digest() != e.Base && folder.Digest() != e.Entry.Digest():
		return TroubleChanged
	}
	return ""
}
