package editor

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"ogpbot/bot"
)

// MaxTry is the longest question that is tried, in characters.
const MaxTry = 500

// trialTime is how long what was learnt for a trial is kept for the next one.
const trialTime = 5 * time.Minute

// trial is what was learnt last and is not in use.
type trial struct {
	mu  sync.Mutex
	key string
	*Knowledge
	clock *time.Timer
}

// end forgets it: it takes as much memory as what is in use.
func (t *trial) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.key, t.Knowledge = "", nil
	if t.clock != nil {
		t.clock.Stop()
	}
}

func (t *trial) get(key string) *Knowledge {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.key != key {
		return nil
	}
	return t.Knowledge
}

func (t *trial) keep(key string, k *Knowledge) {
	t.end()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.key, t.Knowledge = key, k
	t.clock = time.AfterFunc(trialTime, t.end)
}

// Try tells what the bot would say to text if c was published. Nothing is kept, and c needs no reason. notes are what would
// serve citizens of c better.
func (s *Service) Try(ctx context.Context, c Change, by bot.Account, lang bot.Language, text string) (r Reply, notes []Note, err error) {
	e, err := s.edit(c, by)
	if err != nil {
		return r, nil, err
	}
	now := s.now.Load()
	if err := whole(e.Entry, now.Languages[0], s.cfg.Now()); err != nil {
		return r, nil, err
	}
	k := now.Knowledge
	if in, ok := now.known(e.Entry.ID); !ok || in.Digest() != e.Entry.Digest() {
		if k, err = s.learnTrial(ctx, e); err != nil {
			return r, nil, err
		}
	}
	runes := []rune(strings.TrimSpace(text))
	return k.Reply(lang, string(runes[:min(len(runes), MaxTry)])), k.Notes(e.Entry.ID), nil
}

// Told tells what the bot says to text.
func (s *Service) Told(lang bot.Language, text string) Reply { return s.now.Load().Reply(lang, text) }

// learnTrial learns what is published with e, unless that was learnt last.
func (s *Service) learnTrial(ctx context.Context, e bot.Edit) (*Knowledge, error) {
	done, err := s.alone(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	live, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	v := version{Edit: e}
	all := over(live, v)
	var key strings.Builder
	for _, x := range all {
		fmt.Fprintf(&key, "%s %d %s\n", x.Entry.ID, x.No, x.Entry.Digest())
	}
	if k := s.trial.get(key.String()); k != nil {
		return k, nil
	}
	k, err := s.learn(ctx, all, v)
	if err == nil {
		s.trial.keep(key.String(), k)
	}
	return k, err
}
