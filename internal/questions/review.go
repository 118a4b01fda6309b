package questions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	minReason = 5   // characters of why a group is closed
	maxReason = 200 //
)

// Reviewed is a group as somebody sees it who answers it at a desk: what people of a scope asked, and nothing of others.
type Reviewed struct {
	bot.QuestionGroup
	Asked    []Asked   // oldest first
	Answered time.Time // UTC; zero: it waits
	By       string    // Account.Login of who answered or closed it
	Reply    string    // "" if it was closed
	Reach    Reach     // of an answer that is given now
}

// Asked is one wording of a question. Those who were forgotten have none.
type Asked struct {
	Text    string
	Village string
	At      time.Time     // UTC, when it was asked first
	Count   int           // how often
	Citizen bot.CitizenID // who asked first; "" of what was confided
}

// Reach counts people by what becomes of words that are sent to them now.
type Reach struct {
	Now   map[bot.Platform]int
	Later map[bot.Platform]int // held until they write
	Gone  int                  // nobody can reach them
}

// Review finds a group of scope, whether it waits or not, else store.ErrNotFound.
func (s *Service) Review(tx store.Tx, id string, scope bot.Scope, now time.Time) (r Reviewed, err error) {
	g, err := s.group(tx, id)
	if err != nil {
		return r, err
	}
	head := g.questions[0]
	if g.questions = slices.DeleteFunc(g.questions, func(q bot.Question) bool { return !scope.Allows(q.Village) }); len(g.questions) == 0 ||
		g.Why == bot.WhyPerson || confided(head) && !scope.Integrity {
		return r, fmt.Errorf("questions: nobody of the scope asked it: %w", store.ErrNotFound)
	}
	var people map[bot.CitizenID]bool
	r.QuestionGroup, people = gathered(bot.QuestionGroup{ID: id, Since: g.questions[0].At, Why: g.Why}, g.questions)
	for _, q := range g.questions {
		r.asked(q, confided(head))
	}
	last := g.questions[len(g.questions)-1]
	r.Answered, r.By, r.Reply = last.Answered, last.By, last.Reply
	r.Reach, err = s.reach(tx, people, now)
	return r, err
}

// asked adds the wording of q.
func (r *Reviewed) asked(q bot.Question, confided bool) {
	text := plain(q.Text)
	if text == "" && !confided {
		return
	}
	i := slices.IndexFunc(r.Asked, func(a Asked) bool { return a.Text == text && a.Village == q.Village })
	if i >= 0 {
		r.Asked[i].Count++
		return
	}
	a := Asked{Text: text, Village: q.Village, At: q.At, Count: 1, Citizen: q.Citizen}
	if confided {
		a.Citizen = ""
	}
	r.Asked = append(r.Asked, a)
}

// reach counts people by what becomes of a person's words to them.
func (s *Service) reach(tx store.Tx, people map[bot.CitizenID]bool, now time.Time) (Reach, error) {
	r := Reach{Now: map[bot.Platform]int{}, Later: map[bot.Platform]int{}}
	for id := range people {
		if id == "" { // forgotten
			continue
		}
		c, _, err := tx.Citizens.Get(id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return r, fmt.Errorf("questions: who can be reached: %w", err)
		}
		contact, ok := c.Prefer(s.cfg.Windows, now)
		p := contact.Address.Platform
		switch {
		case !ok:
			r.Gone++
		case bot.Deliverable(bot.PurposePerson, s.cfg.Windows[p], contact.LastInbound, now) == bot.DeliverHeld:
			r.Later[p]++
		default:
			r.Now[p]++
		}
	}
	return r, nil
}

// Close has a group wait no more, for a reason that the audit trail keeps: of those who asked, nobody is told. As with an
// answer, what people of villages that the account does not answer for asked goes on waiting.
func (s *Service) Close(tx store.Tx, id, reason string, by bot.Account, now time.Time) error {
	reason = plain(reason)
	if n := utf8.RuneCountInString(reason); n < minReason || n > maxReason || strings.ContainsFunc(reason, unprintable) {
		return bot.RefuseWrong("write why, in %d to %d letters", minReason, maxReason)
	}
	if _, err := s.Group(tx, id, by.Scope()); err != nil {
		return err
	}
	g, err := s.group(tx, id)
	if err != nil {
		return err
	}
	var others []bot.Question
	for _, q := range g.questions {
		if !by.Scope().Allows(q.Village) {
			others = append(others, q)
			continue
		}
		if err := s.settle(tx, q, "", by.Login, now); err != nil {
			return err
		}
	}
	if err := s.regroup(tx, others); err != nil {
		return err
	}
	return s.note(tx, "question.close", id+" "+reason, by, now)
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// closed tells whether a question waits no more though nobody answered it.
func closed(q bot.Question) bool { return !q.Answered.IsZero() && q.By != "" && q.Reply == "" }

// OpenTalk is a conversation between a citizen and a person of the municipality.
type OpenTalk struct {
	Citizen bot.CitizenID
	Village string
	Since   time.Time // UTC, when the citizen asked for a person
	Asked   string    // their words
	By      string    // Account.Login of who has it, "": it waits
	Silent  time.Time // UTC: until then the bot keeps out; zero: it does not
	Reach   bool      // there is a way to write to them
	On      bot.Platform
	Until   time.Time // UTC: until then a person may write to them, later it is held; zero: always
}

// OpenTalks lists those that an account has or may take, who asked first in front.
func (s *Service) OpenTalks(tx store.Tx, a bot.Account, now time.Time) (cs []OpenTalk, err error) {
	_, talks, err := s.groups(tx, a, now)
	if err != nil {
		return nil, err
	}
	for _, id := range talks {
		c, err := s.OpenTalk(tx, id, a, now)
		if err != nil {
			return nil, err
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// OpenTalk is the one with a citizen, for an account that has it or may take it, else store.ErrNotFound.
func (s *Service) OpenTalk(tx store.Tx, with bot.CitizenID, a bot.Account, now time.Time) (x OpenTalk, err error) {
	c, _, err := tx.Citizens.Get(with)
	if err != nil {
		return x, fmt.Errorf("questions: who wants a person: %w", err)
	}
	q, err := s.may(tx, a, c, now)
	if err != nil {
		return x, err
	}
	if !q.Answered.IsZero() || q.By != "" && !now.Before(c.SilentUntil) {
		return x, fmt.Errorf("questions: it is over: %w", store.ErrNotFound)
	}
	x = OpenTalk{Citizen: with, Village: cmp.Or(c.Village, q.Village), Since: q.At, Asked: q.Text, By: q.By}
	if now.Before(c.SilentUntil) {
		x.Silent = c.SilentUntil
	}
	if to, ok := c.Prefer(s.cfg.Windows, now); ok {
		x.Reach, x.On, x.Until = true, to.Address.Platform, bot.Until(bot.PurposePerson, s.cfg.Windows[to.Address.Platform], to.LastInbound)
	}
	return x, nil
}

// Groups lists those that wait for an account: emergencies, then those that most people ask first.
func (s *Service) Groups(tx store.Tx, a bot.Account, now time.Time) ([]bot.QuestionGroup, error) {
	gs, _, err := s.groups(tx, a, now)
	return gs, err
}
