package inbox

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// objectForm is what the audit trail names things by: villages, broadcasts, cases, accounts, several of them.
var objectForm = regexp.MustCompile(`^[A-Za-z0-9 .-]{0,200}$`)

// apply makes one effect of the turn true. Every effect of package bot has its case. What is not as the turn found it any
// more is ErrConflict: the turn is decided again.
func (i *Inbox) apply(tx store.Tx, c *bot.Citizen, t *delivery, e bot.Effect) error {
	now := t.now
	switch e := e.(type) {
	case bot.SetLanguage:
		c.Language, c.LanguageSet = e.Language, c.LanguageSet || e.Chosen
	case bot.SetVillage:
		c.Village = e.Village
	case bot.SetReach:
		if has := c.Contact(t.in.From); has != nil {
			has.Reach = e.Reach
		}
	case bot.Silence:
		c.SilentUntil = e.Until
	case bot.SetConsent:
		return consent(tx, c, t, e.Given)
	case bot.SetDigest:
		c.Cadence, c.Follows = e.Cadence, e.Follows
	case bot.KeepCode:
		return tx.Codes.Put(e.Code, now)
	case bot.UseCode:
		return useCode(tx, c, e.Code, now, t.day)
	case bot.CountWrongCode:
		if now.Sub(c.WrongSince) > bot.WrongCodeTime {
			c.WrongCodes, c.WrongSince = 0, now
		}
		c.WrongCodes++
	case bot.StartBroadcast:
		return asAccount(tx, c.ID, func(by bot.Account) error { return i.cfg.Broadcasts.Start(tx, e.Broadcast, by, now) })
	case bot.SteerBroadcast:
		return asAccount(tx, c.ID, func(by bot.Account) error { return i.cfg.Broadcasts.Steer(tx, e.ID, e.Act, by, now) })
	case bot.Note:
		e.Audit.At = now
		if !objectForm.MatchString(e.Audit.Object) { // what somebody typed is no name of a thing
			e.Audit.Object = ""
		}
		return tx.Trail.Append(e.Audit)
	case bot.KeepFile:
		return tx.Pictures.Put(e.Name, e.Data, now)
	case bot.Forget:
		return t.forget(tx, c)
	default:
		return meanwhile(i.applyFeedback(tx, c, t, e))
	}
	return nil
}

// applyFeedback is apply for cases, questions and conversations with a person.
func (i *Inbox) applyFeedback(tx store.Tx, c *bot.Citizen, t *delivery, e bot.Effect) error {
	now := t.now
	switch e := e.(type) {
	case bot.OpenCase:
		e.Case.Citizen = c.ID
		if err := i.cfg.Cases.Open(tx, e.Case, now); err != nil {
			return err
		}
		if e.Case.Hidden() {
			if err := tx.Conversations.Drop(c.ID, saidLately, func(x bot.Exchange) bool { return holds(e.Case.Text, x.Said) }); err != nil {
				return fmt.Errorf("inbox: take what was filed out of the record: %w", err)
			}
		}
		return i.cfg.Questions.Filed(tx, e.Case, now)
	case bot.AddToCase:
		return i.cfg.Cases.Add(tx, e.ID, c.ID, e.Text, now)
	case bot.JoinCase:
		return i.cfg.Cases.Join(tx, e.ID, *c, now)
	case bot.ReopenCase:
		return i.cfg.Cases.Reopen(tx, e.ID, c.ID, now)
	case bot.MoveCase:
		return asAccount(tx, c.ID, func(by bot.Account) error { return i.cfg.Cases.Move(tx, e, by, now) })
	case bot.KeepQuestion:
		return i.cfg.Questions.Ask(tx, bot.Question{
			Citizen: c.ID, Village: cmp.Or(e.Village, c.Village), Language: c.Language, At: now, Text: e.Text, Why: e.Why, Entry: e.Entry, Promise: t.turn.Promise,
		}, now)
	case bot.AnswerQuestion:
		return asAccount(tx, c.ID, func(by bot.Account) error { return i.cfg.Questions.Answer(tx, e.Group, e.Text, by, now) })
	case bot.Talk:
		return i.cfg.Questions.Talk(tx, *c, e.Text, now)
	case bot.SayTo:
		return asAccount(tx, c.ID, func(by bot.Account) error {
			return t.other(tx, c, e.Citizen, func(to *bot.Citizen, state *bot.State) error {
				return i.cfg.Questions.SayTo(tx, to, state, e.Text, by, now)
			})
		})
	case bot.EndTalk:
		if e.Citizen == "" {
			return i.cfg.Questions.EndTalk(tx, c, nil, now)
		}
		return asAccount(tx, c.ID, func(by bot.Account) error {
			return t.other(tx, c, e.Citizen, func(of *bot.Citizen, _ *bot.State) error {
				return i.cfg.Questions.EndTalk(tx, of, &by, now)
			})
		})
	}
	return fmt.Errorf("inbox: the effect %T is not applied", e)
}

// saidLately is how many exchanges are looked through for words that were said before they were filed by somebody who hides.
const saidLately = 50

// holds tells whether text has the words in it, whatever the space between them; none are in nothing.
func holds(text, words string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	words = plain(words)
	return words != "" && strings.Contains(plain(text), words)
}

// meanwhile makes of an error that says that something is gone, or out of reach, one that has the turn decided again: when
// it was decided it was there.
func meanwhile(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrScope) {
		return fmt.Errorf("%w: %w", store.ErrConflict, err)
	}
	return err
}

// other lets fn change a citizen, who may be the writer; one who was forgotten has the Version 0.
func (t *delivery) other(tx store.Tx, writer *bot.Citizen, id bot.CitizenID, fn func(*bot.Citizen, *bot.State) error) error {
	if id == writer.ID {
		return fn(writer, &t.turn.Next)
	}
	c, state, err := tx.Citizens.Get(id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fn(&bot.Citizen{ID: id}, &bot.State{})
	case err != nil:
		return err
	}
	if err := fn(&c, &state); err != nil {
		return err
	}
	return tx.Citizens.Put(c, state)
}

// forget deletes everything about the writer. What is decided with it is not kept either, and the reply goes to nobody who
// is known.
func (t *delivery) forget(tx store.Tx, c *bot.Citizen) error {
	t.forgotten = true
	if c.Version == 0 { // nothing is kept
		return nil
	}
	return tx.Citizens.Forget(c.ID)
}

// tells tells whether effects may owe somebody else a message.
func tells(effects []bot.Effect) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool {
		switch e.(type) {
		case bot.OpenCase, bot.AddToCase, bot.ReopenCase, bot.MoveCase, bot.KeepQuestion, bot.AnswerQuestion, bot.Talk, bot.SayTo, bot.EndTalk:
			return true
		}
		return false
	})
}

// steers tells whether effects have to do with broadcasts.
func steers(effects []bot.Effect) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool {
		switch e.(type) {
		case bot.StartBroadcast, bot.SteerBroadcast:
			return true
		}
		return false
	})
}

// consent notes a yes or its end, and keeps the proof. Whoever says yes is told of changes from now on.
func consent(tx store.Tx, c *bot.Citizen, t *delivery, given bool) (err error) {
	c.Consented = time.Time{}
	if given {
		c.Consented = t.now
		if c.Told, err = tx.Progress.Last(); err != nil {
			return err
		}
	}
	return tx.Consents.Append(bot.Consent{
		Citizen: c.ID, Given: given, Version: bot.ConsentVersion, Language: c.Language, Platform: t.in.From.Platform, At: t.now,
	})
}

// useCode links the citizen with whoever the code was given to.
func useCode(tx store.Tx, c *bot.Citizen, code bot.Code, now time.Time, day bot.Day) error {
	found, err := tx.Codes.Use(code.Kind, code.Secret, now)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("inbox: a code was used meanwhile: %w", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	c.WrongCodes = 0
	switch found.Kind {
	case bot.CodeStaff:
		return linkAccount(tx, c.ID, found.Login, now)
	case bot.CodeLink:
		return link(tx, c, found.Citizen, day)
	}
	return fmt.Errorf("inbox: nobody uses codes of the kind %q", found.Kind)
}

func linkAccount(tx store.Tx, id bot.CitizenID, login string, now time.Time) error {
	a, err := tx.Accounts.Get(login)
	if err != nil {
		return fmt.Errorf("inbox: the account of a code: %w", err)
	}
	a.Citizen = id
	if err := tx.Accounts.Put(a); err != nil {
		return err
	}
	return tx.Trail.Append(bot.Audit{At: now, Login: login, Act: "link", Object: login})
}

// link makes c and other one person: c, with what other chose and c did not.
func link(tx store.Tx, c *bot.Citizen, other bot.CitizenID, day bot.Day) error {
	o, _, err := tx.Citizens.Get(other)
	if errors.Is(err, store.ErrNotFound) || other == c.ID {
		return fmt.Errorf("inbox: whoever asked for a code is gone: %w", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	for _, id := range []bot.CitizenID{c.ID, other} { // a colleague's rights are not shared by six digits
		if _, err := tx.Accounts.ByCitizen(id); !errors.Is(err, store.ErrNotFound) {
			return errors.Join(err, fmt.Errorf("inbox: one of them has an account: %w", store.ErrConflict))
		}
	}
	if c.Version == 0 { // this is their first message
		if err := tx.Citizens.Put(*c, bot.State{}); err != nil {
			return err
		}
		c.Version++
	}
	if err := tx.Citizens.Merge(c.ID, other); err != nil {
		return err
	}
	if !o.Consented.IsZero() { // the one who is left is counted with the turn
		if err := tx.Counts.Add(bot.Count{Day: day, What: bot.CountSubscribers, Village: o.Village, N: -1}); err != nil {
			return err
		}
	}
	c.Version++
	c.Contacts = append(c.Contacts, o.Contacts...)
	if !c.LanguageSet && o.LanguageSet {
		c.Language, c.LanguageSet = o.Language, true
	}
	if c.Village == "" {
		c.Village = o.Village
	}
	if o.Consented.After(c.Consented) {
		c.Consented, c.Cadence, c.Follows, c.Told = o.Consented, o.Cadence, o.Follows, max(c.Told, o.Told)
	}
	if o.SilentUntil.After(c.SilentUntil) {
		c.SilentUntil = o.SilentUntil
	}
	if c.Barred == "" {
		c.Barred = o.Barred
	}
	return nil
}

// asAccount runs fn for the enabled account that the citizen is linked to.
func asAccount(tx store.Tx, id bot.CitizenID, fn func(bot.Account) error) error {
	a, err := tx.Accounts.ByCitizen(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && a.Disabled {
		return fmt.Errorf("inbox: the account is gone: %w", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	return fn(a)
}
