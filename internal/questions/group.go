package questions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// group is a QuestionGroup with all that were asked, oldest first.
type group struct {
	bot.QuestionGroup
	questions []bot.Question
}

// grouped tells whether questions of a reason are answered together.
func grouped(w bot.Why) bool { return w != bot.WhyPerson && w != bot.WhyEmergency }

// headOf finds the first question of the waiting group that asks the same as text.
func (s *Service) headOf(tx store.Tx, text string) (head bot.Question, found bool, err error) {
	heads, err := tx.Questions.Heads(maxWaiting)
	if err != nil {
		return head, false, fmt.Errorf("questions: list those that wait: %w", err)
	}
	ids, texts := make([]string, 0, len(heads)), make([]string, 0, len(heads))
	for _, q := range heads {
		if !grouped(q.Why) {
			continue
		}
		if q.Text == "" { // whoever asked first was forgotten
			g, err := s.group(tx, q.ID)
			if err != nil {
				return head, false, err
			}
			q.Text = g.Text
		}
		if q.Text != "" {
			ids, texts = append(ids, q.ID), append(texts, q.Text)
		}
	}
	i, found := s.cfg.Alike(text, texts)
	if !found {
		return head, false, nil
	}
	if head, err = tx.Questions.Get(ids[i]); err != nil {
		return head, false, fmt.Errorf("questions: read the first of a group: %w", err)
	}
	return head, true, nil
}

// summary is the group of which head came first. It is read from head alone, unless whoever asked first was forgotten or
// what they asked is kept no longer: a group can have many members.
func (s *Service) summary(tx store.Tx, head bot.Question) (bot.QuestionGroup, error) {
	if head.Text == "" || head.People == 0 {
		g, err := s.group(tx, head.ID)
		return g.QuestionGroup, err
	}
	return bot.QuestionGroup{ID: head.ID, Text: head.Text, Count: head.People, Villages: head.Places, Since: head.At, Why: head.Why}, nil
}

// group reads a group; of one that waits, without those of it who were answered already, by a colleague who answers for
// fewer villages. Of those who were forgotten it has the village, and no words.
func (s *Service) group(tx store.Tx, id string) (g group, err error) {
	if g.questions, err = tx.Questions.Group(id); err != nil {
		return g, fmt.Errorf("questions: read a group: %w", err)
	}
	if len(g.questions) == 0 {
		return g, fmt.Errorf("questions: no such group: %w", store.ErrNotFound)
	}
	first := g.questions[0]
	if first.Answered.IsZero() {
		g.questions = slices.DeleteFunc(g.questions, func(q bot.Question) bool { return !q.Answered.IsZero() })
	}
	g.QuestionGroup, _ = gathered(bot.QuestionGroup{ID: id, Since: first.At, Why: first.Why}, g.questions)
	return g, nil
}

// gathered is g with the words, the people and the villages of its questions, and who they are. Each who was forgotten counts.
func gathered(g bot.QuestionGroup, qs []bot.Question) (bot.QuestionGroup, map[bot.CitizenID]bool) {
	people := map[bot.CitizenID]bool{}
	for _, q := range qs {
		g.Text = cmp.Or(g.Text, q.Text)
		if q.Citizen == "" || !people[q.Citizen] {
			g.Count++
		}
		people[q.Citizen] = true
		if !slices.Contains(g.Villages, q.Village) {
			g.Villages = append(g.Villages, q.Village)
		}
	}
	return g, people
}

// confided tells whether a question is an emergency of somebody who was writing of corruption or pressure: their words are
// not in it, and only those who may read integrity cases hear of it.
func confided(q bot.Question) bool {
	return q.Why == bot.WhyEmergency && q.Text == "" && q.Citizen != "" // of who was forgotten there are no words either
}

// sees tells whether somebody of the scope's villages asked.
func sees(scope bot.Scope, g bot.QuestionGroup) bool {
	return slices.ContainsFunc(g.Villages, func(v string) bool { return scope.Allows(v) })
}

// Group finds a group of scope that waits for an answer, else store.ErrNotFound.
func (s *Service) Group(tx store.Tx, id string, scope bot.Scope) (bot.QuestionGroup, error) {
	head, err := tx.Questions.Get(id)
	if err != nil {
		return bot.QuestionGroup{}, fmt.Errorf("questions: find a group: %w", err)
	}
	return s.waiting(tx, head, scope)
}

// waiting is the group of head if it waits and somebody of the scope's villages asked, else store.ErrNotFound.
func (s *Service) waiting(tx store.Tx, head bot.Question, scope bot.Scope) (bot.QuestionGroup, error) {
	if head.Group != head.ID || head.Why == bot.WhyPerson || !head.Answered.IsZero() {
		return bot.QuestionGroup{}, fmt.Errorf("questions: it does not wait: %w", store.ErrNotFound)
	}
	g, err := s.summary(tx, head)
	if err == nil && sees(scope, g) && !scope.Allows(g.Villages...) {
		g, err = s.part(tx, head.ID, scope)
	}
	if confided(head) && scope.All && scope.Integrity {
		g.Text = s.words(s.cfg.Library().Place().Languages[0])("questions.alarm-confided")
	}
	if err == nil && (g.Text == "" || !sees(scope, g)) {
		err = fmt.Errorf("questions: it does not wait: %w", store.ErrNotFound)
	}
	return g, err
}

// part is what somebody of the scope's villages asked of a group, and nothing of others.
func (s *Service) part(tx store.Tx, id string, scope bot.Scope) (bot.QuestionGroup, error) {
	whole, err := s.group(tx, id)
	if err != nil {
		return bot.QuestionGroup{}, err
	}
	theirs := slices.DeleteFunc(whole.questions, func(q bot.Question) bool { return !scope.Allows(q.Village) })
	g, people := gathered(bot.QuestionGroup{ID: id, Since: whole.Since, Why: whole.Why}, theirs)
	g.Count = len(people) // those who were forgotten cannot be told apart
	return g, nil
}

// groups lists those that wait for an account, emergencies, then those that most people ask first, and the conversations that it has or may
// take.
func (s *Service) groups(tx store.Tx, a bot.Account, now time.Time) (gs []bot.QuestionGroup, talks []bot.CitizenID, err error) {
	scope := a.Scope()
	heads, err := tx.Questions.Waiting(everybody, maxListed)
	if err != nil {
		return nil, nil, fmt.Errorf("questions: list those that wait: %w", err)
	}
	for _, q := range heads {
		if q.Why == bot.WhyPerson {
			talks, err = s.talk(tx, talks, q, a, now)
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		g, err := s.waiting(tx, q, scope)
		switch {
		case err == nil:
			gs = append(gs, g)
		case !errors.Is(err, store.ErrNotFound):
			return nil, nil, err
		}
	}
	slices.SortStableFunc(gs, func(a, b bot.QuestionGroup) int {
		return cmp.Or(urgency(b)-urgency(a), b.Count-a.Count, a.Since.Compare(b.Since))
	})
	slices.Reverse(talks) // who asked first
	return gs, talks, nil
}

// urgency puts emergencies first.
func urgency(g bot.QuestionGroup) int {
	if g.Why == bot.WhyEmergency {
		return 1
	}
	return 0
}

// talk adds the citizen who asked q to talks, if the conversation is the account's, or waits for it.
func (s *Service) talk(tx store.Tx, talks []bot.CitizenID, q bot.Question, a bot.Account, now time.Time) ([]bot.CitizenID, error) {
	if q.Citizen == "" || slices.Contains(talks, q.Citizen) {
		return talks, nil
	}
	c, _, err := tx.Citizens.Get(q.Citizen)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return talks, nil
	case err != nil:
		return talks, fmt.Errorf("questions: who wants a person: %w", err)
	case !a.Scope().Allows(q.Village) && !a.Scope().Allows(c.Village):
		return talks, nil
	}
	switch _, taken, err := s.heldBy(tx, q, c, a, now); {
	case err != nil || taken:
		return talks, err
	case q.By != "" && !now.Before(c.SilentUntil): // it ended by itself
		return talks, nil
	}
	return append(talks, q.Citizen), nil
}
