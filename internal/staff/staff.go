// Package staff keeps the accounts of those who work for the municipality: who they are, what they may do, the one-time
// codes with which each links their own conversation, and how they sign in on our pages.
//
// It imports bot and store, and owns golang.org/x/crypto (argon2id) and github.com/pquerna/otp. Who may change accounts is for
// the caller to check.
//
// Guarantees: an account is kept only with a login, a name, a role, and villages that exist where the role needs them. Every
// act leaves a line in the audit trail, in the commit that does it. A code is shown once; the store keeps a hash of it. Whoever
// signs in learns nothing about logins that are not theirs; each step of it gives a new token; a code, a link, and a step of an
// authenticator are good once.
//
// Why: a code has no letters that look alike, because it goes from a screen onto paper and from there into a telephone.
// A link that was sent to a chat is used up by a press on its page and not by opening it, since chats open links to show what
// is behind them. It stands for the password and the conversation at once; whoever has set up an authenticator is asked for
// its code all the same.
package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	maxName   = 80 // characters
	codeSize  = 10
	codeSigns = "ACDEFGHJKMNPQRTUVWXY34679" // no B and 8, I, L and 1, O and 0, S and 5, Z and 2
)

var (
	loginForm = regexp.MustCompile(`^[a-z0-9.-]{1,32}$`)
	roles     = []bot.Role{bot.RoleObserver, bot.RoleVillage, bot.RoleStaff, bot.RoleOwner}
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
	Windows bot.Windows        // of the platforms in use; sign-in codes go over them
	Wake    func(bot.Platform) // told after a commit that owes p a code; nil: nobody is told
	Now     func() time.Time   // nil: the clock
}

// Service keeps accounts. It is safe for concurrent use. What it refuses is a bot.Refusal. by is the login of who asks, or
// from where somebody without one does.
type Service struct {
	cfg     Config
	tries   *limiter
	hashing chan struct{} // a token for each password that is being hashed
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg: cfg, tries: &limiter{tries: map[string][]time.Time{}}, hashing: make(chan struct{}, hashesAtATime)}
}

func (s *Service) now() time.Time {
	if s.cfg.Now != nil {
		return s.cfg.Now().UTC()
	}
	return time.Now().UTC()
}

// Add keeps a new account of a's login, name, role and villages, and gives the code that links it.
func (s *Service) Add(ctx context.Context, a bot.Account, by string) (code string, err error) {
	now := s.now()
	a, err = s.checked(bot.Account{Login: a.Login, Name: a.Name, Role: a.Role, Villages: a.Villages, Integrity: a.Integrity, Created: now})
	if err != nil {
		return "", err
	}
	secret := newSecret()
	err = s.update(ctx, func(tx store.Tx) error {
		if _, err := tx.Accounts.Get(a.Login); !errors.Is(err, store.ErrNotFound) {
			if err != nil {
				return err
			}
			return bot.Refuse("there is an account %q already: choose another login, or make a new code for that one", a.Login)
		}
		if err := tx.Accounts.Put(a); err != nil {
			return err
		}
		if err := note(tx, now, by, "staff.add", a.Login); err != nil {
			return err
		}
		return putCode(tx, a.Login, secret, now)
	})
	if err != nil {
		return "", err
	}
	return shown(secret), nil
}

// NewCode gives another code for an account, such as when its owner has a new telephone. The one before is good no more.
func (s *Service) NewCode(ctx context.Context, login, by string) (code string, err error) {
	now := s.now()
	secret := newSecret()
	err = s.update(ctx, func(tx store.Tx) error {
		if err := enabled(tx, login); err != nil {
			return err
		}
		if err := note(tx, now, by, "staff.code", login); err != nil {
			return err
		}
		return putCode(tx, login, secret, now)
	})
	if err != nil {
		return "", err
	}
	return shown(secret), nil
}

// Change gives an account a's name, role, villages and right to integrity cases. What it may do changes with the next thing
// that it does; it stays signed in.
func (s *Service) Change(ctx context.Context, a bot.Account, by string) error {
	a, err := s.checked(a)
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx store.Tx) error {
		kept, err := find(tx, a.Login)
		if err != nil {
			return err
		}
		if kept.Name == a.Name && rights(kept) == rights(a) {
			return nil
		}
		kept.Name, kept.Role, kept.Villages, kept.Integrity = a.Name, a.Role, a.Villages, a.Integrity
		if err := tx.Accounts.Put(kept); err != nil {
			return err
		}
		return note(tx, s.now(), by, "staff.change", a.Login+" "+rights(a))
	})
}

// rights is what an account may do, in a few words for the trail.
func rights(a bot.Account) string {
	words := string(a.Role)
	if len(a.Villages) > 0 {
		words += " " + strings.Join(a.Villages, ",")
	}
	if a.Integrity {
		words += " integrity"
	}
	return words
}

// List gives all accounts by login.
func (s *Service) List(ctx context.Context) (all []bot.Account, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		all, err = tx.Accounts.All()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("staff: list the accounts: %w", err)
	}
	return all, nil
}

// Disable takes everything from an account that it may do, and leaves it linked.
func (s *Service) Disable(ctx context.Context, login, by string) error {
	return s.setDisabled(ctx, login, by, true)
}

// enabled refuses an account that is disabled.
func enabled(tx store.Tx, login string) error {
	a, err := find(tx, login)
	if err == nil && a.Disabled {
		err = bot.Refuse("the account %q is disabled: enable it first", login)
	}
	return err
}

// Enable takes Disable back.
func (s *Service) Enable(ctx context.Context, login, by string) error {
	return s.setDisabled(ctx, login, by, false)
}

func (s *Service) setDisabled(ctx context.Context, login, by string, disabled bool) error {
	now := s.now()
	act := "staff.enable"
	if disabled {
		act = "staff.disable"
	}
	return s.update(ctx, func(tx store.Tx) error {
		a, err := find(tx, login)
		if err != nil || a.Disabled == disabled {
			return err
		}
		a.Disabled = disabled
		if err := tx.Accounts.Put(a); err != nil {
			return err
		}
		if disabled {
			if err := dropSessions(tx, login, ""); err != nil {
				return err
			}
		}
		return note(tx, now, by, act, login)
	})
}

func (s *Service) update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.cfg.Store.Update(ctx, fn); err != nil {
		if refusal, ok := errors.AsType[bot.Refusal](err); ok {
			return refusal
		}
		return fmt.Errorf("staff: store an account: %w", err)
	}
	return nil
}

func find(tx store.Tx, login string) (bot.Account, error) {
	a, err := tx.Accounts.Get(login)
	if errors.Is(err, store.ErrNotFound) {
		return a, bot.Refuse("there is no account %q: look for its login in the list of accounts", login)
	}
	return a, err
}

func note(tx store.Tx, now time.Time, by, act, login string) error {
	return tx.Trail.Append(bot.Audit{At: now, Login: by, Act: act, Object: login})
}

func putCode(tx store.Tx, login, secret string, now time.Time) error {
	return tx.Codes.Put(bot.Code{Kind: bot.CodeStaff, Secret: secret, Login: login, Until: now.Add(bot.StaffCodeTime)}, now)
}

// newSecret draws a code as it is kept: what has to be typed, without hyphens.
func newSecret() string {
	const fair = 256 - 256%len(codeSigns) // a byte from here on would favour the first signs
	secret := make([]byte, 0, codeSize)
	for len(secret) < codeSize {
		var b [1]byte
		_, _ = rand.Read(b[:]) // it never fails (go doc crypto/rand.Read)
		if int(b[0]) < fair {
			secret = append(secret, codeSigns[int(b[0])%len(codeSigns)])
		}
	}
	return string(secret)
}

// shown puts a code as people read it.
func shown(secret string) string { return secret[:codeSize/2] + "-" + secret[codeSize/2:] }

// checked is a as it may be kept.
func (s *Service) checked(a bot.Account) (bot.Account, error) {
	a.Name = strings.TrimSpace(a.Name)
	switch n := utf8.RuneCountInString(a.Name); {
	case !loginForm.MatchString(a.Login):
		return a, bot.RefuseWrong("the login %q is not possible: use 1 to 32 of a-z, 0-9, dots and hyphens", a.Login)
	case n < 1 || n > maxName || !utf8.ValidString(a.Name) || strings.ContainsFunc(a.Name, unprintable):
		return a, bot.RefuseWrong("the name is not possible: write 1 to %d letters, without control characters", maxName)
	case !slices.Contains(roles, a.Role):
		return a, bot.RefuseWrong("the role %q is not known: choose observer, village, staff or owner", a.Role)
	case a.Role == bot.RoleVillage && len(a.Villages) == 0:
		return a, bot.RefuseWrong("the role village needs at least one village: name those that %s administers", a.Login)
	case a.Integrity && a.Role != bot.RoleStaff && a.Role != bot.RoleOwner:
		return a, bot.RefuseWrong("integrity cases are for the roles staff and owner: leave the right out, or choose one of those")
	case a.Role != bot.RoleVillage && len(a.Villages) > 0:
		return a, bot.RefuseWrong("the role %s has no villages: leave them out, or choose the role village", a.Role)
	}
	a.Villages = slices.Compact(slices.Sorted(slices.Values(a.Villages)))
	for _, id := range a.Villages {
		if err := CheckVillage(s.cfg.Library(), id); err != nil {
			return a, err
		}
	}
	return a, nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// CheckVillage refuses what is not the ID of a village.
func CheckVillage(lib bot.Library, id string) error {
	if _, ok := lib.Village(id); ok {
		return nil
	}
	villages := lib.Villages()
	if len(villages) == 0 {
		return bot.RefuseWrong("this place has no villages: write them into villages.yaml of its content first")
	}
	for _, v := range villages {
		names := v.Also
		for _, name := range v.Name {
			names = append(slices.Clip(names), name)
		}
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, strings.TrimSpace(id)) }) {
			return bot.RefuseWrong("there is no village %q: did you mean %s", id, v.ID)
		}
	}
	return bot.RefuseWrong("there is no village %q: write an id from villages.yaml of the content, such as %s", id, villages[0].ID)
}
