package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// begin keeps x under a new token, in the place of the session that it was before.
func (s *Service) begin(tx store.Tx, x store.Session, now time.Time) (token string, err error) {
	if x.ID != "" {
		if err := tx.Sessions.Drop(x.Login, x.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", err
		}
	}
	token = rand.Text()
	x.ID, x.Seen = "", now
	switch x.Stage {
	case StageSecond:
		x.Ends = now.Add(secondTime)
	case StageSetup:
		x.Ends = now.Add(setupTime)
	default:
		x.Created, x.Ends = now, now.Add(idleTime)
		if err := tx.Trail.Append(bot.Audit{At: now, Login: x.Login, Act: "signin", Object: x.Login}); err != nil {
			return "", err
		}
	}
	return token, tx.Sessions.Put(token, x)
}

// Session finds who holds the token: ErrSession if nobody does, or their account is disabled. It keeps the session from
// running out.
func (s *Service) Session(ctx context.Context, token string) (who Signed, err error) {
	now := s.now()
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error { who, err = session(tx, token, now); return err })
	if err != nil || who.Session.Stage != StageIn || now.Sub(who.Session.Seen) < seenEvery {
		return who, err
	}
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		if who, err = session(tx, token, now); err != nil {
			return err
		}
		x := who.Session
		x.Seen, x.Ends = now, now.Add(idleTime)
		if last := x.Created.Add(sessionTime); x.Ends.After(last) {
			x.Ends = last
		}
		return tx.Sessions.Put(token, x)
	})
	return who, err
}

// Look is Session, but does not count as use: a page that listens all night does not keep its session.
func (s *Service) Look(ctx context.Context, token string) (who Signed, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error { who, err = session(tx, token, s.now()); return err })
	return who, err
}

func session(tx store.Tx, token string, now time.Time) (Signed, error) {
	x, err := tx.Sessions.Get(token, now)
	if errors.Is(err, store.ErrNotFound) {
		return Signed{}, ErrSession
	}
	if err != nil {
		return Signed{}, fmt.Errorf("staff: read a session: %w", err)
	}
	a, secret, err := load(tx, x.Login)
	switch {
	case err != nil:
		return Signed{}, fmt.Errorf("staff: read an account: %w", err)
	case a.Login == "" || a.Disabled:
		return Signed{}, ErrSession
	}
	return signed(a, x, secret), nil
}

// change runs fn for whoever holds the token, in one commit, and keeps the secret as fn leaves it.
func (s *Service) change(ctx context.Context, token string, fn func(tx store.Tx, who Signed, secret *store.Secret, now time.Time) error) error {
	now := s.now()
	var refused error
	err := s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		refused = nil
		who, err := session(tx, token, now)
		if err != nil {
			return err
		}
		_, secret, err := load(tx, who.Account.Login)
		if err != nil {
			return err
		}
		before := secret
		if err := fn(tx, who, &secret, now); err != nil {
			if errors.Is(err, errKept) { // it was refused, and that is to be kept
				refused = err
				return nil
			}
			return err
		}
		if secret == before {
			return nil
		}
		return tx.Secrets.Put(secret)
	})
	if err == nil && refused != nil {
		return ErrWrong
	}
	return err
}

// errKept refuses something and keeps what was noted of it.
var errKept = errors.New("kept")

// SignOut ends the session of a token. One that is gone already is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	err := s.change(ctx, token, func(tx store.Tx, who Signed, _ *store.Secret, _ time.Time) error {
		return tx.Sessions.Drop(who.Account.Login, who.Session.ID)
	})
	if errors.Is(err, ErrSession) {
		return nil
	}
	return err
}

// Sessions lists where an account is signed in, the newest first.
func (s *Service) Sessions(ctx context.Context, login string) (all []store.Session, err error) {
	now := s.now()
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		of, err := tx.Sessions.Of(login)
		all = nil
		for _, x := range of {
			if now.Before(x.Ends) && x.Stage == StageIn {
				all = append(all, x)
			}
		}
		return err
	})
	return all, err
}

// EndSession ends one session of an account; id "" ends all but that of keep.
func (s *Service) EndSession(ctx context.Context, login, id, keep string) error {
	return s.update(ctx, func(tx store.Tx) error {
		if err := note(tx, s.now(), login, "session.end", login); err != nil {
			return err
		}
		if id == "" {
			return dropSessions(tx, login, keep)
		}
		if err := tx.Sessions.Drop(login, id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
}

// EndSessions ends all sessions of an account for somebody else, such as when a telephone is lost.
func (s *Service) EndSessions(ctx context.Context, login, by string) error {
	return s.update(ctx, func(tx store.Tx) error {
		if _, err := find(tx, login); err != nil {
			return err
		}
		return errors.Join(dropSessions(tx, login, ""), note(tx, s.now(), by, "session.end", login))
	})
}

func dropSessions(tx store.Tx, login, keep string) error {
	all, err := tx.Sessions.Of(login)
	for _, x := range all {
		if x.ID != keep {
			err = errors.Join(err, tx.Sessions.Drop(login, x.ID))
		}
	}
	return err
}

// Prune drops sessions that have ended.
func (s *Service) Prune(ctx context.Context) error {
	return s.update(ctx, func(tx store.Tx) error {
		_, err := tx.Sessions.Prune(s.now())
		return err
	})
}

// maxBrowser bounds what is kept of a browser's name, in characters.
const maxBrowser = 60

// Browser puts what a browser says of itself into a few words.
func Browser(agent string) string {
	pick := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	name := pick("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrom", "Chrome", "Safari", "Safari")
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
	words := strings.TrimSpace(name + " · " + system)
	words = strings.Trim(words, " ·")
	if utf8.RuneCountInString(words) > maxBrowser {
		return ""
	}
	return words
}
