package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

const (
	confirmed   = 4 * time.Minute // what often passes by itself and is there for so long is told
	restoredFor = 24 * time.Hour  // for so long it is said that something was mended by itself
)

// change is what an examination brought.
type change struct {
	begun, over []Finding
	told        bool // somebody is owed words
	pending     bool // something is not told yet, since it may pass by itself
}

// note writes down what was found, in one commit with what the owners are told of it.
func (s *Service) note(ctx context.Context, found []Finding, blind []string, now time.Time) (c change, err error) {
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		c = change{}
		known, err := symptoms(tx)
		if err != nil {
			return err
		}
		var begun, over []Finding // that the owners are to be told
		var telling []store.Symptom
		for _, f := range found {
			x, ok := known[f.Name()]
			delete(known, f.Name())
			if !ok {
				x = store.Symptom{Name: f.Name(), Since: now}
				c.begun = append(c.begun, f)
			}
			x.Seen, x.Slots = now, f.Slots
			switch {
			case x.Told:
			case f.passing && now.Sub(x.Since) < confirmed:
				c.pending = true
			default:
				begun, telling = append(begun, f), append(telling, x)
			}
			if err := tx.Health.Put(x); err != nil {
				return err
			}
		}
		for name, x := range known {
			f := finding(x)
			if name == growthNote || f.Kind == kindRestored && now.Sub(x.Seen) < restoredFor {
				continue
			}
			if f.Kind != kindUnreachable && slices.Contains(blind, f.check()) { // a platform that refuses us does answer
				continue
			}
			if c.over = append(c.over, f); x.Told && f.Kind != kindRestored {
				over = append(over, f)
			}
			if err := tx.Health.Drop(name); err != nil {
				return err
			}
		}
		if len(begun)+len(over) == 0 {
			return nil
		}
		if c.told, err = s.tell(tx, found, begun, over, now); err != nil || !c.told {
			return err // nobody can be told yet: it is tried again
		}
		for _, x := range telling {
			x.Told = true
			if err := tx.Health.Put(x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("note what is wrong: %w", err)
	}
	return c, nil
}

// symptoms lists what is known by name.
func symptoms(tx store.Tx) (map[string]store.Symptom, error) {
	all, err := tx.Health.All()
	known := make(map[string]store.Symptom, len(all))
	for _, x := range all {
		known[x.Name] = x
	}
	return known, err
}

// tell owes each owner one message, over a platform that works if there is one: they read it otherwise when theirs is back.
func (s *Service) tell(tx store.Tx, found, begun, over []Finding, now time.Time) (told bool, err error) {
	owners, err := notice.Owners(tx)
	if err != nil {
		return false, err
	}
	sound := maps.Clone(s.cfg.Windows)
	for _, f := range found {
		if f.Kind == kindToken || f.Kind == kindUnreachable || f.Kind == kindStopped {
			delete(sound, bot.Platform(f.About))
		}
	}
	say := func(lang bot.Language) bot.Outbound {
		return bot.Outbound{Text: s.message(lang, begun, over), Purpose: bot.PurposePerson}
	}
	for _, account := range owners {
		for _, windows := range []bot.Windows{sound, s.cfg.Windows} {
			ok, err := notice.Desk{Library: s.cfg.Library, Windows: windows}.Tell(tx, account.Citizen, now, say)
			if err != nil {
				return false, err
			}
			if ok {
				told = true
				break
			}
		}
	}
	return told, nil
}

// message is what an owner reads.
func (s *Service) message(lang bot.Language, begun, over []Finding) string {
	var parts []string
	for _, f := range begun {
		w := s.Words(lang, f)
		parts = append(parts, s.cfg.Library().Text(lang, "doctor.wrong", "what", w.What, "means", w.Means, "mend", w.Mend))
	}
	for _, f := range over {
		parts = append(parts, s.cfg.Library().Text(lang, "doctor.over", "what", s.Words(lang, f).What))
	}
	return strings.Join(parts, "\n\n")
}
