// Package questions brings what the bot could not answer to a person, and what they answer to everybody who asked the same.
// It also passes a conversation between a citizen and a person of the municipality.
//
// It imports bot, store and notice. Messages are owed in the transaction of each step; sending is the outbox's part.
//
// Guarantees: everybody who asked is told of an answer once, in the commit that keeps it. An account answers and closes only
// groups that somebody of its villages is in, and talks only to people of its villages who asked for a person.
package questions

import (
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// Config is what a Service needs.
type Config struct {
	Library func() bot.Library // the current one
	Windows bot.Windows        // of the platforms in use
	// Alike gives the one of others that asks the same as text; ok is false if none does.
	Alike  func(text string, others []string) (index int, ok bool)
	Logger *slog.Logger
}

// Service keeps, groups and answers questions, in the transaction of whoever asks. It is safe for concurrent use.
type Service struct {
	cfg  Config
	desk notice.Desk
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg, notice.Desk{Library: cfg.Library, Windows: cfg.Windows}}
}

// everybody is the scope of the program itself.
var everybody = bot.Scope{All: true}

// maxWaiting is how many groups are looked at, the latest: it is done for each question that is kept.
const maxWaiting = 120

// maxListed is how much of what waits an account is shown.
const maxListed = 300

// tellAgain are the numbers of people at which those who look after a group are told of it once more.
var tellAgain = []int{5, 20, 100}

// Ask keeps a question of somebody. One that others have asked joins theirs; a new one is told to those who look after its
// village. An emergency is told to everybody who can help, at any time of the day.
func (s *Service) Ask(tx store.Tx, q bot.Question, now time.Time) error {
	switch q.Why {
	case bot.WhyPerson:
		return s.ask(tx, q, now)
	case bot.WhyEmergency:
		return s.alarm(tx, q, now)
	}
	head, found, err := s.headOf(tx, q.Text)
	if err != nil {
		return err
	}
	if !found {
		return s.begin(tx, q, now)
	}
	return s.join(tx, q, head, now)
}

// begin keeps a question that nobody else has asked, and tells those who look after its village.
func (s *Service) begin(tx store.Tx, q bot.Question, now time.Time) (err error) {
	q.People, q.Places = 1, []string{q.Village}
	if q.ID, err = tx.Questions.Add(q); err != nil {
		return fmt.Errorf("questions: keep one: %w", err)
	}
	village, others, err := s.keepers(tx, q.Village)
	if err != nil {
		return err
	}
	return s.tellCard(tx, notice.First(village, others), q, now)
}

// join keeps a question that others have asked. It is told of again when they have become many, and to the administrators
// of a village from which nobody had asked yet.
func (s *Service) join(tx store.Tx, q, head bot.Question, now time.Time) error {
	again, err := asked(tx, q.Citizen, head.ID)
	if err != nil {
		return err
	}
	q.Group = head.ID
	if _, err := tx.Questions.Add(q); err != nil {
		return fmt.Errorf("questions: keep one: %w", err)
	}
	if head.People == 0 { // it came first since the first is kept no longer
		g, err := s.group(tx, head.ID)
		if err != nil {
			return err
		}
		head.People, head.Places = g.Count, g.Villages
	} else if !again {
		head.People++
	}
	heard := slices.Contains(head.Places, q.Village)
	if !heard {
		head.Places = append(head.Places, q.Village)
	}
	if err := tx.Questions.Put(head); err != nil {
		return fmt.Errorf("questions: count who asks: %w", err)
	}
	if !again && slices.Contains(tellAgain, head.People) {
		village, others, err := s.keepers(tx, head.Places...)
		if err != nil {
			return err
		}
		village = slices.DeleteFunc(village, func(a bot.Account) bool { return !a.Scope().Allows(head.Places...) })
		return s.tellCard(tx, notice.First(village, others), head, now)
	}
	if heard {
		return nil
	}
	village, _, err := s.keepers(tx, q.Village)
	if err != nil {
		return err
	}
	g := bot.QuestionGroup{ID: head.ID, Text: q.Text, Count: 1, Villages: []string{q.Village}, Since: q.At, Why: q.Why} // their own village's words
	return s.tellAll(tx, village, now, func(lang bot.Language) bot.Outbound { return s.card(g, lang) })
}

// lately is how many of somebody's questions are looked through for the same one.
const lately = 20

// asked tells whether somebody asked a group before.
func asked(tx store.Tx, id bot.CitizenID, group string) (bool, error) {
	qs, err := tx.Questions.Of(id, lately)
	if err != nil {
		return false, fmt.Errorf("questions: look what somebody asked: %w", err)
	}
	return slices.ContainsFunc(qs, func(q bot.Question) bool { return q.Group == group }), nil
}

// tellCard tells accounts of the group of which head came first.
func (s *Service) tellCard(tx store.Tx, accounts []bot.Account, head bot.Question, now time.Time) error {
	if len(accounts) == 0 {
		return nil
	}
	g, err := s.summary(tx, head)
	if err != nil {
		return err
	}
	return s.tellAll(tx, accounts, now, func(lang bot.Language) bot.Outbound { return s.card(g, lang) })
}

// alarmAgain is how long the emergencies of one person ring once with those who are told.
const alarmAgain = 10 * time.Minute

// alarm keeps an emergency and tells all staff and the administrators of the village; of one that was confided those who may
// read integrity cases.
func (s *Service) alarm(tx store.Tx, q bot.Question, now time.Time) error {
	before, err := tx.Questions.Of(q.Citizen, lately)
	if err != nil {
		return fmt.Errorf("questions: look what somebody asked: %w", err)
	}
	id, err := tx.Questions.Add(q)
	if err != nil {
		return fmt.Errorf("questions: keep an emergency: %w", err)
	}
	if slices.ContainsFunc(before, func(b bot.Question) bool {
		return b.Why == bot.WhyEmergency && confided(b) == confided(q) && now.Sub(b.At) < alarmAgain
	}) {
		return nil // they are told of it already, and find this one where they answer
	}
	village, others, err := s.keepers(tx, q.Village)
	if err != nil {
		return err
	}
	all := slices.Concat(village, others)
	if confided(q) {
		all = slices.DeleteFunc(all, func(a bot.Account) bool { return !a.Scope().All || !a.Scope().Integrity })
	}
	if len(all) == 0 {
		s.cfg.Logger.Warn("nobody is told of an emergency: link an account with its owner's chat", "question", q)
	}
	return s.tellAll(tx, all, now, func(lang bot.Language) bot.Outbound {
		say := s.words(lang)
		text := bot.Mask(q.Text)
		if confided(q) {
			text = say("questions.alarm-confided")
		}
		return bot.Outbound{
			Heading: say("questions.alarm", "village", s.place(lang, q.Village)),
			Text:    text,
			Note:    say("questions.alarm-note"),
			Purpose: bot.PurposePerson, // quiet hours do not hold it
			About:   about(id),
		}
	})
}

// about is what a reply to the card of a group is about.
func about(group string) string { return "question:" + group }

// keepers lists the administrators of villages, and those who answer for the whole municipality.
func (s *Service) keepers(tx store.Tx, villages ...string) (village, others []bot.Account, err error) {
	village, others, err = notice.Keepers(tx, func(scope bot.Scope) bool {
		return slices.ContainsFunc(villages, func(v string) bool { return scope.Allows(v) })
	})
	if err != nil {
		return nil, nil, fmt.Errorf("questions: %w", err)
	}
	return village, others, nil
}

func (s *Service) tellAll(tx store.Tx, accounts []bot.Account, now time.Time, say func(bot.Language) bot.Outbound) error {
	for _, a := range accounts {
		if _, err := s.desk.Tell(tx, a.Citizen, now, say); err != nil {
			return fmt.Errorf("questions: tell a colleague: %w", err)
		}
	}
	return nil
}

func (s *Service) words(lang bot.Language) func(key string, pairs ...string) string {
	return func(key string, pairs ...string) string { return s.cfg.Library().Text(lang, key, pairs...) }
}

// place names a village, or says that it is not known.
func (s *Service) place(lang bot.Language, village string) string {
	lib := s.cfg.Library()
	if v, ok := lib.Village(village); ok {
		return v.Name.In(lang, lib.Place().Languages[0])
	}
	return s.words(lang)("questions.nowhere")
}

// card is a group as those who look after it see it in their chat.
func (s *Service) card(g bot.QuestionGroup, lang bot.Language) bot.Outbound {
	say := s.words(lang)
	key, places := "questions.card", ""
	if g.Count > 1 {
		key = "questions.card-many"
	}
	for i, v := range g.Villages {
		if i > 0 {
			places += ", "
		}
		places += s.place(lang, v)
	}
	return bot.Outbound{
		Heading: say(key, "village", places, "count", strconv.Itoa(g.Count)),
		Text:    bot.Mask(g.Text),
		Note:    say("questions.card-reply"),
		Purpose: bot.PurposeNotice,
		About:   about(g.ID),
		Buttons: []bot.Button{{Label: say("questions.card-answer"), Action: "waiting:reply:" + g.ID}},
	}
}

// Answer answers everybody who asked a group, for an account. A group that waits no more, or that nobody of the account's
// villages is in, is store.ErrNotFound.
func (s *Service) Answer(tx store.Tx, id, text string, by bot.Account, now time.Time) error {
	if _, err := s.Group(tx, id, by.Scope()); err != nil {
		return err
	}
	g, err := s.group(tx, id)
	if err != nil {
		return err
	}
	told := map[bot.CitizenID]bool{}
	var others []bot.Question // of villages that the account does not answer for: they go on waiting
	for _, q := range slices.Backward(g.questions) {
		if !by.Scope().Allows(q.Village) {
			others = append(others, q)
			continue
		}
		if err := s.settle(tx, q, text, by.Login, now); err != nil {
			return err
		}
		if q.Citizen == "" || told[q.Citizen] {
			continue
		}
		told[q.Citizen] = true
		if _, err := s.desk.Tell(tx, q.Citizen, now, func(lang bot.Language) bot.Outbound { return s.answer(q, text, lang) }); err != nil {
			return fmt.Errorf("questions: tell who asked: %w", err)
		}
	}
	slices.Reverse(others)
	if err := s.regroup(tx, others); err != nil {
		return err
	}
	return s.note(tx, "question.answer", id, by, now)
}

// answer is text as whoever asked q reads it.
func (s *Service) answer(q bot.Question, text string, lang bot.Language) bot.Outbound {
	say := s.words(lang)
	m := bot.Outbound{Heading: say("questions.answer-heading"), Text: text, Purpose: bot.PurposePerson}
	if q.Text != "" {
		m.Text = say("questions.answer-asked", "question", q.Text) + "\n\n" + text
	}
	return m
}

// mostTold is how many of a citizen's questions Told looks at.
const mostTold = 50

// Told gives the answers to a citizen's questions, as they were told them and when: for a page that keeps no message.
func (s *Service) Told(tx store.Tx, of bot.CitizenID, lang bot.Language) (ms []notice.Told, err error) {
	qs, err := tx.Questions.Of(of, mostTold)
	if err != nil {
		return nil, fmt.Errorf("questions: what was told: %w", err)
	}
	groups := map[string]bool{} // each was answered once
	for _, q := range qs {
		if q.Answered.IsZero() || q.Reply == "" || q.Why == bot.WhyPerson || groups[q.Group] { // what a person said stands in the conversation
			continue
		}
		groups[q.Group] = true
		ms = append(ms, notice.Told{At: q.Answered, Message: s.answer(q, q.Reply, lang)})
	}
	return ms, nil
}

// regroup makes a group of its own of what is left of one, oldest first.
func (s *Service) regroup(tx store.Tx, left []bot.Question) error {
	if len(left) == 0 {
		return nil
	}
	people := map[bot.CitizenID]bool{}
	head := left[0]
	head.Places = nil
	for _, q := range left {
		people[q.Citizen] = true
		if !slices.Contains(head.Places, q.Village) {
			head.Places = append(head.Places, q.Village)
		}
	}
	head.People = len(people)
	left[0] = head
	for _, q := range left {
		q.Group = head.ID
		if err := tx.Questions.Put(q); err != nil {
			return fmt.Errorf("questions: group those that are left: %w", err)
		}
	}
	return nil
}

// Filed notes that c was filed. A question of its author in the same words waits no more, unless others ask it too: whoever answers
// the case answers it. If the case hides who that is, their questions do not keep words that it holds.
func (s *Service) Filed(tx store.Tx, c bot.Case, now time.Time) error {
	text := c.Text
	qs, err := tx.Questions.Of(c.Citizen, lately)
	if err != nil {
		return fmt.Errorf("questions: look what somebody asked: %w", err)
	}
	for _, q := range qs {
		if c.Hidden() && grouped(q.Why) && q.Text != "" && strings.Contains(plain(text), plain(q.Text)) { // whoever is in danger is not hidden
			if err := s.hide(tx, q, now); err != nil {
				return err
			}
			continue
		}
		if q.Group != q.ID || !grouped(q.Why) || !q.Answered.IsZero() || q.Text == "" || plain(q.Text) != plain(text) {
			continue
		}
		g, err := s.group(tx, q.ID)
		if err != nil {
			return err
		}
		if g.Count > 1 {
			continue
		}
		for _, q := range g.questions {
			if err := s.settle(tx, q, "", "", now); err != nil {
				return err
			}
		}
	}
	return nil
}

// hide takes the words of a question away; one that nobody else asks waits no more.
func (s *Service) hide(tx store.Tx, q bot.Question, now time.Time) error {
	g, err := s.group(tx, q.Group)
	if err != nil {
		return err
	}
	q.Text = ""
	if g.Count < 2 && q.Answered.IsZero() {
		return s.settle(tx, q, "", "", now)
	}
	if err := tx.Questions.Put(q); err != nil {
		return fmt.Errorf("questions: take the words of one away: %w", err)
	}
	return nil
}

// plain is text without line breaks and other space that does not count.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// settle marks a question as answered.
func (s *Service) settle(tx store.Tx, q bot.Question, text, by string, now time.Time) error {
	if err := s.count(tx, q, by, now); err != nil {
		return err
	}
	q.Answered, q.Reply, q.By = now, text, by
	if err := tx.Questions.Put(q); err != nil {
		return fmt.Errorf("questions: mark one as answered: %w", err)
	}
	return nil
}

func (s *Service) note(tx store.Tx, act, object string, by bot.Account, now time.Time) error {
	if err := tx.Trail.Append(bot.Audit{At: now, Login: by.Login, Act: act, Object: object}); err != nil {
		return fmt.Errorf("questions: note an act: %w", err)
	}
	return nil
}
