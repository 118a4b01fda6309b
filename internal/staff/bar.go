package staff

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	minBarReason = 5   // characters
	maxBarReason = 200 //
)

// Bar has the bot answer whoever filed a case no more, danger to life apart, for a reason that the audit trail keeps with it.
// Who that is stays unknown to everybody.
func (s *Service) Bar(ctx context.Context, caseID, reason, by string) error {
	reason = strings.Join(strings.Fields(reason), " ")
	if n := utf8.RuneCountInString(reason); n < minBarReason || n > maxBarReason || strings.ContainsFunc(reason, unprintable) {
		return bot.RefuseWrong("write why, in %d to %d letters", minBarReason, maxBarReason)
	}
	return s.setBarred(ctx, caseID, reason, by, "citizen.bar")
}

// Unbar takes that back.
func (s *Service) Unbar(ctx context.Context, caseID, by string) error {
	return s.setBarred(ctx, caseID, "", by, "citizen.unbar")
}

func (s *Service) setBarred(ctx context.Context, caseID, reason, by, act string) error {
	return s.update(ctx, func(tx store.Tx) error {
		c, err := tx.Cases.Get(strings.ToUpper(strings.TrimSpace(caseID)), bot.Scope{All: true, Integrity: true})
		if errors.Is(err, store.ErrNotFound) {
			return bot.Refuse("there is no case %q: copy its number as it is shown", caseID)
		}
		if err != nil {
			return err
		}
		citizen, state, err := tx.Citizens.Get(c.Citizen)
		if errors.Is(err, store.ErrNotFound) {
			return bot.Refuse("whoever filed it has had everything about them deleted: there is nobody to block")
		}
		if err != nil {
			return err
		}
		citizen.Barred = reason
		if err := tx.Citizens.Put(citizen, state); err != nil {
			return err
		}
		return tx.Trail.Append(bot.Audit{At: s.now(), Login: by, Act: act, Object: strings.TrimSpace(c.ID + " " + reason)})
	})
}
