package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// What a session lacks until it may do anything.
const (
	StageIn     = ""       // nothing
	StageSecond = "second" // the second factor
	StageSetup  = "setup"  // a password of its own, or a second factor, that has to be chosen first
)

// How long what lasts.
const (
	secondTime   = 10 * time.Minute // to give the second factor
	setupTime    = 30 * time.Minute // to choose what is missing
	idleTime     = 12 * time.Hour
	sessionTime  = 14 * 24 * time.Hour // at most, whatever is done meanwhile
	seenEvery    = 5 * time.Minute     // a session's time is written no more often
	chatCodeTime = 10 * time.Minute
)

// Why somebody is not let in, whatever is true of the login.
var (
	ErrWrong   = errors.New("this is not right")
	ErrLimited = errors.New("there were too many tries")
	ErrNoChat  = errors.New("the account has no conversation that can be reached")
	ErrSession = errors.New("nobody is signed in") // no such session, or a stage in which this is not possible
)

// Visitor is who tries to sign in.
type Visitor struct {
	Address string // of the network
	Browser string // in a few words
}

// Signed is somebody who is signed in, at least half.
type Signed struct {
	Account  bot.Account
	Session  store.Session
	Password bool // there is one, and it is their own
	TOTP     bool
	Chat     bool // codes come to their conversation
}

// Complete tells whether the account can sign in with a password and a second factor.
func (s Signed) Complete() bool { return s.Password && (s.TOTP || s.Chat) }

func signed(a bot.Account, x store.Session, secret store.Secret) Signed {
	return Signed{Account: a, Session: x, Password: secret.Password != "" && !secret.Temporary, TOTP: secret.TOTP != "", Chat: secret.Chat && a.Citizen != ""}
}

// SignIn checks a login and its password, and gives the token of a new session, with the stage that it is in. It takes as
// long, and gives ErrWrong, whether there is no such login, the account is disabled, or the password is another.
func (s *Service) SignIn(ctx context.Context, login, password string, who Visitor) (token, stage string, err error) {
	now := s.now()
	login = strings.ToLower(strings.TrimSpace(login))
	if !loginForm.MatchString(login) {
		login = "-" // no login, and no words of a stranger in the trail
	}
	if !s.tries.take("address:"+who.Address, perAddress, now) || !s.tries.take("login:"+login, perLogin, now) {
		return "", "", ErrLimited
	}
	a, secret, err := s.read(ctx, login)
	if err != nil {
		return "", "", err
	}
	right := s.matches(secret.Password, password) && !a.Disabled
	err = s.update(ctx, func(tx store.Tx) error {
		if !right {
			return tx.Trail.Append(bot.Audit{At: now, Act: "signin", Object: login, Denied: "wrong"})
		}
		token, stage, err = s.open(tx, a, secret, false, who.Browser, now)
		return err
	})
	switch {
	case err != nil:
		return "", "", err
	case !right:
		return "", "", ErrWrong
	}
	return token, stage, nil
}

// read gives an account and its secret; both are empty if there is none.
func (s *Service) read(ctx context.Context, login string) (a bot.Account, secret store.Secret, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error { a, secret, err = load(tx, login); return err })
	if err != nil {
		return a, secret, fmt.Errorf("staff: read an account: %w", err)
	}
	return a, secret, nil
}

func load(tx store.Tx, login string) (a bot.Account, secret store.Secret, err error) {
	a, err = tx.Accounts.Get(login)
	if errors.Is(err, store.ErrNotFound) {
		return bot.Account{}, store.Secret{}, nil
	}
	if err != nil {
		return a, secret, err
	}
	secret, err = tx.Secrets.Get(login)
	if errors.Is(err, store.ErrNotFound) {
		return a, store.Secret{Login: login}, nil
	}
	return a, secret, err
}

// open begins the session of an account that has given its password, or has proved with a link that the conversation is theirs.
func (s *Service) open(tx store.Tx, a bot.Account, secret store.Secret, chat bool, browser string, now time.Time) (token, stage string, err error) {
	has := signed(a, store.Session{}, secret)
	switch {
	case has.TOTP, has.Chat && !chat:
		stage = StageSecond
	case !chat:
		stage = StageSetup
	}
	token, err = s.begin(tx, store.Session{Login: a.Login, Stage: stage, Browser: browser, Created: now}, now)
	return token, stage, err
}

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

// Second takes the second factor, a code of the authenticator or one that was sent to the conversation, and gives the token
// that takes the place of the one before.
func (s *Service) Second(ctx context.Context, token, typed string) (after string, err error) {
	typed = digits(typed)
	err = s.change(ctx, token, func(tx store.Tx, who Signed, secret *store.Secret, now time.Time) error {
		if who.Session.Stage != StageSecond {
			return ErrSession
		}
		if err := s.secondRight(tx, who, secret, typed, now); err != nil {
			return err
		}
		x := who.Session
		x.Stage = StageIn
		if !who.Password { // it was taken back
			x.Stage = StageSetup
		}
		after, err = s.begin(tx, x, now)
		return err
	})
	return after, err
}

// secondRight uses a code of the second factor up.
func (s *Service) secondRight(tx store.Tx, who Signed, secret *store.Secret, typed string, now time.Time) error {
	login := who.Account.Login
	if !s.tries.take("second:"+login, perLogin, now) {
		return ErrLimited
	}
	if step, ok := totpStep(secret.TOTP, typed, now, secret.Step); who.TOTP && ok {
		secret.Step = step
	} else if _, err := tx.Codes.Use(bot.CodeSecond, chatSecret(login, typed), now); err != nil || !who.Chat {
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err := tx.Trail.Append(bot.Audit{At: now, Login: login, Act: "second", Object: login, Denied: "wrong"}); err != nil {
			return err
		}
		return errKept
	}
	s.tries.forget("second:"+login, "login:"+login)
	return nil
}

// chatSecret is a code as it is kept: six digits are few, so they are good together with the login only.
func chatSecret(login, digits string) string { return login + ":" + digits }

// SendCode sends a code to the conversation of whoever holds the token, if they have one.
func (s *Service) SendCode(ctx context.Context, token string) error {
	var wake bot.Platform
	err := s.change(ctx, token, func(tx store.Tx, who Signed, _ *store.Secret, now time.Time) error {
		login := who.Account.Login
		if who.Session.Stage == StageSecond && !who.Chat {
			return ErrNoChat
		}
		if !s.tries.take("send:"+login, perLogin, now) {
			return ErrLimited
		}
		code := sixDigits()
		to, lang, err := s.conversation(tx, who.Account, now)
		if err != nil {
			return err
		}
		m := bot.Outbound{Text: s.cfg.Library().Text(lang, "console.code", "code", code), Purpose: bot.PurposePerson}
		if _, err := tx.Outbox.Put(store.Parcel{To: to, Citizen: who.Account.Citizen, Message: m, Due: now}); err != nil {
			return err
		}
		wake = to.Platform
		return tx.Codes.Put(bot.Code{Kind: bot.CodeSecond, Secret: chatSecret(login, code), Login: login, Until: now.Add(chatCodeTime)}, now)
	})
	if err == nil && s.cfg.Wake != nil {
		s.cfg.Wake(wake)
	}
	return err
}

// conversation is where a message reaches an account now.
func (s *Service) conversation(tx store.Tx, a bot.Account, now time.Time) (to bot.Address, lang bot.Language, err error) {
	if a.Citizen == "" {
		return to, "", ErrNoChat
	}
	c, _, err := tx.Citizens.Get(a.Citizen)
	if errors.Is(err, store.ErrNotFound) {
		return to, "", ErrNoChat
	}
	if err != nil {
		return to, "", err
	}
	contact, ok := c.Prefer(s.cfg.Windows, now)
	if !ok || bot.Deliverable(bot.PurposePerson, s.cfg.Windows[contact.Address.Platform], contact.LastInbound, now) == bot.DeliverHeld {
		return to, "", ErrNoChat
	}
	return contact.Address, c.Language, nil
}

func sixDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil { // it never fails (go doc crypto/rand.Read)
		panic(err)
	}
	return fmt.Sprintf("%06d", n)
}

// LinkFor tells whose one-time link this is, while it is good. It uses nothing up.
func (s *Service) LinkFor(ctx context.Context, secret string) (a bot.Account, err error) {
	now := s.now()
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		_, a, err = linkCode(tx, secret, now)
		return err
	})
	return a, err
}

func linkCode(tx store.Tx, secret string, now time.Time) (bot.Code, bot.Account, error) {
	for _, kind := range []bot.CodeKind{bot.CodeConsole, bot.CodeInvite} {
		code, err := tx.Codes.Get(kind, secret, now)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return code, bot.Account{}, fmt.Errorf("staff: read a link: %w", err)
		}
		a, _, err := load(tx, code.Login)
		if err != nil {
			return code, a, fmt.Errorf("staff: read an account: %w", err)
		}
		// One that was asked for in a conversation is good for as long as that is the account's own.
		if a.Login == "" || a.Disabled || kind == bot.CodeConsole && a.Citizen != code.Citizen {
			break
		}
		return code, a, nil
	}
	return bot.Code{}, bot.Account{}, ErrWrong
}

// FollowLink uses a one-time link up and begins a session.
func (s *Service) FollowLink(ctx context.Context, secret string, who Visitor) (token, stage string, err error) {
	now := s.now()
	if !s.tries.take("address:"+who.Address, perAddress, now) {
		return "", "", ErrLimited
	}
	err = s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		code, a, err := linkCode(tx, secret, now)
		if err != nil {
			return err
		}
		if _, err := tx.Codes.Use(code.Kind, secret, now); err != nil {
			return err
		}
		_, kept, err := load(tx, a.Login)
		if err != nil {
			return err
		}
		if code.Kind == bot.CodeInvite && kept.Password != "" { // whoever needs such a link has lost it
			kept.Password, kept.Temporary = "", false
			if err := tx.Secrets.Put(kept); err != nil {
				return err
			}
		}
		token, stage, err = s.open(tx, a, kept, code.Kind == bot.CodeConsole, who.Browser, now)
		return err
	})
	return token, stage, err
}

// Invite gives a one-time link with which an account can sign in and choose its password. by is who asks.
func (s *Service) Invite(ctx context.Context, login, by string) (secret string, err error) {
	now := s.now()
	secret = rand.Text()
	err = s.update(ctx, func(tx store.Tx) error {
		a, err := find(tx, login)
		if err != nil {
			return err
		}
		if a.Disabled {
			return bot.Refuse("the account %q is disabled: enable it first", login)
		}
		if err := note(tx, now, by, "staff.link", login); err != nil {
			return err
		}
		return tx.Codes.Put(bot.Code{Kind: bot.CodeInvite, Secret: secret, Login: login, Until: now.Add(bot.StaffCodeTime)}, now)
	})
	return secret, err
}

// SetPassword gives whoever holds the token a password of their own. current is the one before, if that is not a temporary
// one. All other sessions of the account end, and this one gets a new token.
func (s *Service) SetPassword(ctx context.Context, token, current, password string) (after string, err error) {
	login, secret, err := s.own(ctx, token, current)
	if err != nil {
		return "", err
	}
	if err := checkPassword(login, password); err != nil {
		return "", err
	}
	if secret.Temporary && s.matches(secret.Password, password) {
		return "", ErrPasswordCommon
	}
	hash := s.hash(password)
	err = s.change(ctx, token, func(tx store.Tx, who Signed, secret *store.Secret, now time.Time) error {
		secret.Password, secret.Temporary = hash, false
		if err := dropSessions(tx, login, who.Session.ID); err != nil {
			return err
		}
		if err := note(tx, now, login, "password", login); err != nil {
			return err
		}
		return s.renew(tx, who, *secret, now, &after)
	})
	return after, err
}

// own makes sure that whoever holds the token knows the account's password, if they have chosen one before: a browser that
// was left open is not enough to change how an account signs in.
func (s *Service) own(ctx context.Context, token, current string) (login string, secret store.Secret, err error) {
	who, err := s.Session(ctx, token)
	if err != nil {
		return "", secret, err
	}
	login = who.Account.Login
	if who.Session.Stage == StageSecond {
		return "", secret, ErrSession
	}
	if _, secret, err = s.read(ctx, login); err != nil || !who.Password || who.Session.Stage == StageSetup {
		return login, secret, err
	}
	if !s.tries.take("login:"+login, perLogin, s.now()) {
		return "", secret, ErrLimited
	}
	if !s.matches(secret.Password, current) {
		return "", secret, ErrWrong
	}
	s.tries.forget("login:" + login)
	return login, secret, nil
}

// renew gives a session a new token; if nothing is missing any more it is complete.
func (s *Service) renew(tx store.Tx, who Signed, secret store.Secret, now time.Time, token *string) (err error) {
	x := who.Session
	if x.Stage == StageSetup && signed(who.Account, x, secret).Complete() {
		x.Stage = StageIn
	}
	*token, err = s.begin(tx, x, now)
	return err
}

// OfferAuthenticator gives what whoever holds the token is to set up: the same until it is confirmed.
func (s *Service) OfferAuthenticator(ctx context.Context, token string) (offer Authenticator, err error) {
	issuer := s.cfg.Library().Place().Name.In("en", s.cfg.Library().Place().Languages[0])
	err = s.change(ctx, token, func(_ store.Tx, who Signed, secret *store.Secret, _ time.Time) error {
		if who.Session.Stage == StageSecond {
			return ErrSession
		}
		if secret.Offered == "" {
			if secret.Offered, err = newTOTP(issuer, who.Account.Login); err != nil {
				return err
			}
		}
		offer = authenticator(issuer, who.Account.Login, secret.Offered)
		return nil
	})
	return offer, err
}

// ConfirmAuthenticator takes the first code of what was offered, which is the second factor from now on.
func (s *Service) ConfirmAuthenticator(ctx context.Context, token, current, typed string) (after string, err error) {
	typed = digits(typed)
	if _, _, err := s.own(ctx, token, current); err != nil {
		return "", err
	}
	err = s.change(ctx, token, func(tx store.Tx, who Signed, secret *store.Secret, now time.Time) error {
		login := who.Account.Login
		switch step, ok := totpStep(secret.Offered, typed, now, 0); {
		case who.Session.Stage == StageSecond:
			return ErrSession
		case !s.tries.take("second:"+login, perLogin, now):
			return ErrLimited
		case !ok:
			return ErrWrong
		default:
			secret.TOTP, secret.Offered, secret.Step = secret.Offered, "", step
		}
		s.tries.forget("second:" + login)
		if err := note(tx, now, login, "second", login); err != nil {
			return err
		}
		return s.renew(tx, who, *secret, now, &after)
	})
	return after, err
}

// ConfirmChat takes a code that was sent to the conversation, which is a second factor from now on.
func (s *Service) ConfirmChat(ctx context.Context, token, current, typed string) (after string, err error) {
	typed = digits(typed)
	if _, _, err := s.own(ctx, token, current); err != nil {
		return "", err
	}
	err = s.change(ctx, token, func(tx store.Tx, who Signed, secret *store.Secret, now time.Time) error {
		login := who.Account.Login
		if who.Session.Stage == StageSecond {
			return ErrSession
		}
		if !s.tries.take("second:"+login, perLogin, now) {
			return ErrLimited
		}
		if _, err := tx.Codes.Use(bot.CodeSecond, chatSecret(login, typed), now); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return ErrWrong
			}
			return err
		}
		s.tries.forget("second:" + login)
		secret.Chat = true
		if err := note(tx, now, login, "second", login); err != nil {
			return err
		}
		return s.renew(tx, who, *secret, now, &after)
	})
	return after, err
}

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

// ResetSecond takes the second factor from an account, such as when its telephone is lost, and ends its sessions. The next
// sign-in has to choose another.
func (s *Service) ResetSecond(ctx context.Context, login, by string) error {
	return s.update(ctx, func(tx store.Tx) error {
		if _, err := find(tx, login); err != nil {
			return err
		}
		_, secret, err := load(tx, login)
		if err != nil {
			return err
		}
		secret.TOTP, secret.Offered, secret.Step, secret.Chat = "", "", 0, false
		return errors.Join(tx.Secrets.Put(secret), dropSessions(tx, login, ""), note(tx, s.now(), by, "second.reset", login))
	})
}

// Proofs tells how each account can sign in.
func (s *Service) Proofs(ctx context.Context) (all []Signed, err error) {
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		all = nil
		accounts, err := tx.Accounts.All()
		for _, a := range accounts {
			_, secret, err := load(tx, a.Login)
			if err != nil {
				return err
			}
			all = append(all, signed(a, store.Session{}, secret))
		}
		return err
	})
	return all, err
}

// FirstOwner makes the account "owner" of a database that has no owner yet, and gives the password with which it signs in
// once, to choose its own; "" if there is one, or somebody else is called so.
func (s *Service) FirstOwner(ctx context.Context) (password string, err error) {
	taken := func(tx store.Tx) (bool, error) {
		all, err := tx.Accounts.All()
		return slices.ContainsFunc(all, func(a bot.Account) bool { return a.Role == bot.RoleOwner || a.Login == FirstLogin }), err
	}
	found := false
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) { found, err = taken(tx); return err })
	if err != nil || found { // at every start but the first: a hash costs 19 MiB
		return "", err
	}
	now := s.now()
	drawn := newSecret() + newSecret()
	drawn = drawn[:5] + "-" + drawn[5:10] + "-" + drawn[10:15] + "-" + drawn[15:]
	hash := s.hash(drawn)
	err = s.update(ctx, func(tx store.Tx) error {
		password = ""
		if found, err := taken(tx); err != nil || found {
			return err
		}
		password = drawn
		return errors.Join(
			tx.Accounts.Put(bot.Account{Login: FirstLogin, Name: "Owner", Role: bot.RoleOwner, Created: now}),
			tx.Secrets.Put(store.Secret{Login: FirstLogin, Password: hash, Temporary: true}),
			note(tx, now, "first start", "staff.add", FirstLogin))
	})
	return password, err
}

// FirstLogin is the account that FirstOwner makes.
const FirstLogin = "owner"

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
