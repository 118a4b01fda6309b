package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

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
		if err := enabled(tx, login); err != nil {
			return err
		}
		if err := note(tx, now, by, "staff.link", login); err != nil {
			return err
		}
		return tx.Codes.Put(bot.Code{Kind: bot.CodeInvite, Secret: secret, Login: login, Until: now.Add(bot.StaffCodeTime)}, now)
	})
	return secret, err
}
