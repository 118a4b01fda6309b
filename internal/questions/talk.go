package questions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// talkTime is how long the bot keeps out after a person of the municipality wrote to the citizen.
const talkTime = 12 * time.Hour

// aboutTalk is what a reply to a citizen's words is about.
func aboutTalk(id bot.CitizenID) string { return "talk:" + string(id) }

// maxAsked is how many of a citizen's questions are looked through for the one in which they asked for a person.
const maxAsked = 5000

// talkOf finds the latest question in which a citizen asked for a person, else store.ErrNotFound.
func (s *Service) talkOf(tx store.Tx, of bot.CitizenID) (bot.Question, error) {
	qs, err := tx.Questions.Of(of, maxAsked)
	if err != nil {
		return bot.Question{}, fmt.Errorf("questions: look for a conversation: %w", err)
	}
	for _, q := range qs {
		if q.Why == bot.WhyPerson {
			return q, nil
		}
	}
	return bot.Question{}, fmt.Errorf("questions: they did not ask for a person: %w", store.ErrNotFound)
}

// ask keeps the wish for a person, with the words that go with it, and passes them on.
func (s *Service) ask(tx store.Tx, q bot.Question, now time.Time) error {
	before, err := s.talkOf(tx, q.Citizen)
	said := q.Text
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case err == nil && before.Answered.IsZero() && before.By == "": // they wait already
		before.Text = strings.TrimSpace(before.Text + "\n" + q.Text)
		err = tx.Questions.Put(before)
	case err == nil && before.Answered.IsZero(): // whoever had it has not written for long
		if err := s.settle(tx, before, before.Reply, before.By, now); err != nil {
			return err
		}
		fallthrough
	default:
		_, err = tx.Questions.Add(q)
	}
	if err != nil {
		return fmt.Errorf("questions: keep the wish for a person: %w", err)
	}
	return s.passOn(tx, q.Citizen, q.Village, said, "", now)
}

// Talk passes a citizen's words to the person who has their conversation, or to all who may take it.
func (s *Service) Talk(tx store.Tx, c bot.Citizen, text string, now time.Time) error {
	has, err := s.talkOf(tx, c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && has.Answered.IsZero() && has.By != "" {
		goes, err := s.goesOn(tx, c.ID, now)
		if err != nil {
			return err
		}
		if goes {
			return s.passOn(tx, c.ID, c.Village, text, has.By, now)
		}
	}
	return s.ask(tx, bot.Question{Citizen: c.ID, Village: c.Village, Language: c.Language, At: now, Text: text, Why: bot.WhyPerson}, now)
}

// recent is how many exchanges are looked through for a person's words.
const recent = 100

// goesOn tells whether a person wrote to the citizen not long ago.
func (s *Service) goesOn(tx store.Tx, c bot.CitizenID, now time.Time) (bool, error) {
	es, _, err := tx.Conversations.Of(c, store.Page{Limit: recent})
	if err != nil {
		return false, fmt.Errorf("questions: look for a person's words: %w", err)
	}
	return slices.ContainsFunc(es, func(e bot.Exchange) bool { return e.Kind == bot.KindPerson && now.Sub(e.At) < talkTime }), nil
}

// passOn shows a citizen's words to the account that has the conversation; "", or one that is gone: to all who look after
// the village.
func (s *Service) passOn(tx store.Tx, of bot.CitizenID, village, text, login string, now time.Time) error {
	admins, others, err := s.keepers(tx, village)
	if err != nil {
		return err
	}
	to, purpose := notice.First(admins, others), bot.PurposeNotice
	for _, a := range slices.Concat(admins, others) {
		if a.Login == login { // they are at it: quiet hours do not hold it
			to, purpose = []bot.Account{a}, bot.PurposePerson
		}
	}
	if len(to) == 0 {
		s.cfg.Logger.Warn("nobody is told that somebody wants a person: link an account with its owner's chat", "citizen", bot.Citizen{ID: of})
	}
	return s.tellAll(tx, to, now, func(lang bot.Language) bot.Outbound {
		say := s.words(lang)
		return bot.Outbound{
			Heading: say("questions.talk", "village", s.place(lang, village)),
			Text:    bot.Mask(text),
			Note:    say("questions.talk-reply"),
			Purpose: purpose,
			About:   aboutTalk(of),
			Buttons: []bot.Button{{Label: say("questions.talk-end"), Action: "waiting:end:" + string(of)}},
		}
	})
}

// may tells whether an account may talk to somebody, who has to have asked for it: else store.ErrNotFound. One whose talk a
// colleague has waits for nobody else.
func (s *Service) may(tx store.Tx, by bot.Account, to bot.Citizen, now time.Time) (bot.Question, error) {
	asked, err := s.talkOf(tx, to.ID)
	if err == nil {
		var taken bool
		if _, taken, err = s.heldBy(tx, asked, to, by, now); err == nil && taken {
			err = fmt.Errorf("questions: a colleague's: %w", store.ErrNotFound)
		}
	}
	if err == nil && !by.Scope().Allows(to.Village) && !by.Scope().Allows(asked.Village) {
		err = fmt.Errorf("questions: somebody of another village: %w", store.ErrNotFound)
	}
	return asked, err
}

// SayTo sends a person's words to a citizen who asked for one. The bot keeps out from then on. The caller stores to and
// state, which it has read.
func (s *Service) SayTo(tx store.Tx, to *bot.Citizen, state *bot.State, text string, by bot.Account, now time.Time) error {
	gone := func() error {
		return s.tellAll(tx, []bot.Account{by}, now, func(lang bot.Language) bot.Outbound {
			return bot.Outbound{Text: s.words(lang)("questions.gone"), Purpose: bot.PurposeReply}
		})
	}
	if to.Version == 0 { // they were forgotten
		return gone()
	}
	asked, err := s.may(tx, by, *to, now)
	if err != nil {
		return err
	}
	m := bot.Outbound{Heading: s.words(s.desk.Language(*to))("questions.said"), Text: text, Purpose: bot.PurposePerson}
	parcels, err := s.desk.Owe(tx, *to, now, m)
	if err != nil {
		return fmt.Errorf("questions: say it: %w", err)
	}
	if len(parcels) == 0 {
		return gone()
	}
	asked.By, asked.Reply, asked.Answered = by.Login, text, time.Time{} // theirs, until it ends
	if err := tx.Questions.Put(asked); err != nil {
		return fmt.Errorf("questions: take a conversation: %w", err)
	}
	to.SilentUntil = now.Add(talkTime)
	value, _ := state.Kept(bot.KeptTalk, now)
	state.Keep(bot.KeptTalk, cmp.Or(value, "on"), to.SilentUntil)
	contact, _ := to.Prefer(s.cfg.Windows, now) // Owe found one
	err = tx.Conversations.Append(bot.Exchange{
		Citizen: to.ID, Platform: contact.Address.Platform, Village: to.Village, At: now, Kind: bot.KindPerson,
		Intent: bot.IntentPerson, Replies: []string{m.Words()}, Parcels: parcels,
	})
	if err != nil {
		return fmt.Errorf("questions: keep what was said: %w", err)
	}
	return s.note(tx, "talk", asked.ID, by, now)
}

// EndTalk gives a conversation back to the bot: for an account, which the citizen is told, or (by nil) for the citizen,
// which the person who had it is told. The caller stores of.
func (s *Service) EndTalk(tx store.Tx, of *bot.Citizen, by *bot.Account, now time.Time) error {
	if by != nil && of.Version == 0 { // they were forgotten
		return nil
	}
	asked, err := s.talkOf(tx, of.ID)
	if by != nil {
		asked, err = s.may(tx, *by, *of, now)
	}
	if errors.Is(err, store.ErrNotFound) && by == nil { // a person wrote to them in the platform's own inbox
		of.SilentUntil = time.Time{}
		return nil
	}
	if err != nil {
		return err
	}
	silent := now.Before(of.SilentUntil)
	of.SilentUntil = time.Time{}
	had := asked.By
	if asked.Answered.IsZero() {
		if by != nil {
			asked.By = by.Login
		}
		if err := s.settle(tx, asked, asked.Reply, asked.By, now); err != nil {
			return err
		}
	} else {
		had = ""
	}
	if by == nil {
		return s.tellLeft(tx, *of, had, now)
	}
	if silent {
		m := bot.Outbound{Text: s.words(s.desk.Language(*of))("questions.back"), Purpose: bot.PurposeReply}
		if _, err := s.desk.Owe(tx, *of, now, m); err != nil {
			return fmt.Errorf("questions: say that the bot is back: %w", err)
		}
	}
	return s.note(tx, "talk.end", asked.ID, *by, now)
}

// tellLeft tells the person who had a conversation that the citizen ended it.
func (s *Service) tellLeft(tx store.Tx, of bot.Citizen, login string, now time.Time) error {
	if login == "" {
		return nil
	}
	a, err := tx.Accounts.Get(login)
	if errors.Is(err, store.ErrNotFound) || err == nil && (a.Disabled || a.Citizen == "") {
		return nil
	}
	if err != nil {
		return fmt.Errorf("questions: who had a conversation: %w", err)
	}
	return s.tellAll(tx, []bot.Account{a}, now, func(lang bot.Language) bot.Outbound {
		return bot.Outbound{Text: s.words(lang)("questions.left", "village", s.place(lang, of.Village)), Purpose: bot.PurposeNotice}
	})
}

// heldBy finds the colleague who has a conversation; ok is false if it is the account's, or anybody's who takes it. It is given
// up by whoever is disabled, looks after the citizen's village no more, or has not written for as long as the bot keeps out.
func (s *Service) heldBy(tx store.Tx, asked bot.Question, c bot.Citizen, by bot.Account, now time.Time) (a bot.Account, ok bool, err error) {
	if asked.By == "" || asked.By == by.Login || !asked.Answered.IsZero() || !now.Before(c.SilentUntil) {
		return a, false, nil
	}
	a, err = tx.Accounts.Get(asked.By)
	if errors.Is(err, store.ErrNotFound) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("questions: who has a conversation: %w", err)
	}
	return a, !a.Disabled && (a.Scope().Allows(asked.Village) || a.Scope().Allows(c.Village)), nil
}

// maxSaid is how many messages of a conversation are shown.
const maxSaid = 6

// Conversation finds that of a citizen who asked for a person, as an account sees it; store.ErrNotFound if there is none that
// it may see. It holds nothing that was said before they asked.
func (s *Service) Conversation(tx store.Tx, of bot.CitizenID, by bot.Account, now time.Time) (v bot.Conversation, err error) {
	c, _, err := tx.Citizens.Get(of)
	if err != nil {
		return v, fmt.Errorf("questions: who is in a conversation: %w", err)
	}
	asked, err := s.talkOf(tx, of)
	if err != nil {
		return v, err
	}
	if !by.Scope().Allows(c.Village) && !by.Scope().Allows(asked.Village) {
		return v, fmt.Errorf("questions: somebody of another village: %w", store.ErrNotFound)
	}
	v = bot.Conversation{Village: cmp.Or(c.Village, asked.Village), Since: asked.At, Taken: asked.By != ""}
	holder, taken, err := s.heldBy(tx, asked, c, by, now)
	if err != nil {
		return v, err
	}
	if taken {
		v.By = cmp.Or(holder.Name, holder.Login)
	}
	v.Said, err = s.said(tx, asked)
	return v, err
}

// said gives the last of what was said since somebody asked for a person. What they wrote before anybody came is with their
// wish.
func (s *Service) said(tx store.Tx, asked bot.Question) (said []bot.Said, err error) {
	es, _, err := tx.Conversations.Of(asked.Citizen, store.Page{Limit: recent})
	if err != nil {
		return nil, fmt.Errorf("questions: read a conversation: %w", err)
	}
	begun := false
	for _, e := range slices.Backward(es) {
		switch {
		case e.At.Before(asked.At):
		case e.Kind == bot.KindPerson:
			begun = true
			text := strings.Join(e.Replies, "\n")
			for _, lang := range s.cfg.Library().Place().Languages {
				text = strings.TrimPrefix(text, s.words(lang)("questions.said")+"\n\n")
			}
			said = append(said, bot.Said{At: e.At, Person: true, Text: text})
		case begun && e.Intent == bot.IntentHuman && e.Said != "":
			said = append(said, bot.Said{At: e.At, Text: e.Said})
		}
	}
	said = append([]bot.Said{{At: asked.At, Text: asked.Text}}, said...)
	return said[max(0, len(said)-maxSaid):], nil
}
