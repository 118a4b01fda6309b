package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

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
