package cases

import (
	"cmp"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Assign gives a case to the account with a login, or to nobody (""), in the name of another, and tells that colleague. An
// account that may not read the case is store.ErrConflict, a case outside the scope of by store.ErrNotFound.
func (s *Service) Assign(tx store.Tx, id, login string, by bot.Account, now time.Time) error {
	c, err := tx.Cases.Get(id, by.Scope())
	if err != nil {
		return fmt.Errorf("cases: assign: %w", err)
	}
	if c.Assigned == login {
		return nil
	}
	var to bot.Account
	if login != "" {
		if to, err = tx.Accounts.Get(login); err != nil || !to.Scope().Sees(c) {
			return fmt.Errorf("cases: %q cannot have it: %w", login, store.ErrConflict)
		}
	}
	given := c
	given.Assigned = login // Updated stays: from it on is counted when a case that is done was done
	if err := tx.Cases.Put(given); err != nil {
		return fmt.Errorf("cases: assign: %w", err)
	}
	e := bot.CaseEvent{Case: id, At: now, By: by.Login, From: c.State, To: c.State, Assigned: cmp.Or(login, bot.Nobody), Internal: true}
	if err := tx.Cases.AddEvent(e); err != nil {
		return fmt.Errorf("cases: assign: %w", err)
	}
	if err := tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: "case.assign", Object: id}); err != nil {
		return fmt.Errorf("cases: assign: %w", err)
	}
	if to.Citizen == "" || login == by.Login {
		return nil
	}
	who, _, err := tx.Citizens.Get(to.Citizen)
	if err != nil {
		return fmt.Errorf("cases: find a colleague: %w", err)
	}
	if _, err := s.desk.Owe(tx, who, now, s.card(given, s.desk.Language(who), "console-cases.card-assigned")...); err != nil {
		return fmt.Errorf("cases: tell a colleague: %w", err)
	}
	return nil
}

// Note adds a note that no citizen reads.
func (s *Service) Note(tx store.Tx, id, text string, by bot.Account, now time.Time) error {
	c, err := tx.Cases.Get(id, by.Scope())
	if err != nil {
		return fmt.Errorf("cases: note: %w", err)
	}
	e := bot.CaseEvent{Case: id, At: now, By: by.Login, From: c.State, To: c.State, Text: text, Internal: true}
	if err := tx.Cases.AddEvent(e); err != nil {
		return fmt.Errorf("cases: note: %w", err)
	}
	if err := tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: "case.note", Object: id}); err != nil {
		return fmt.Errorf("cases: note: %w", err)
	}
	return nil
}
