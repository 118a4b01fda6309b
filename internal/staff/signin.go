package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
