package questions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Listed is a group as it is listed for whoever looks after the content.
type Listed struct {
	bot.QuestionGroup
	By string // Account.Login of who answered it, "" if it waits or its words were filed as a case
}

// List gives the latest groups, the newest first, at most limit, with personal numbers hidden. Those of which no word is
// kept are left out.
func (s *Service) List(tx store.Tx, limit int) (ls []Listed, err error) {
	err = pages(func(p store.Page) (string, error) {
		qs, next, err := tx.Questions.Latest(p)
		if err != nil {
			return "", err
		}
		for _, q := range qs {
			if !grouped(q.Why) || q.Group != "" && q.Group != q.ID {
				continue
			}
			g, err := s.group(tx, q.ID)
			if err != nil {
				return "", err
			}
			if g.Text == "" {
				continue
			}
			if g.Text = bot.Mask(g.Text); len(ls) == limit {
				return "", nil
			}
			ls = append(ls, Listed{g.QuestionGroup, q.By})
		}
		return next, nil
	})
	if err != nil {
		return nil, fmt.Errorf("questions: list them: %w", err)
	}
	return ls, nil
}

// Draft makes of a group an entry of the content that somebody has still to complete: the words in which it was asked, each
// once and with personal numbers hidden, and the answer that was given. people is how many asked.
func (s *Service) Draft(tx store.Tx, id string) (e bot.Entry, people int, err error) {
	g, err := s.group(tx, id)
	if err == nil && (!grouped(g.Why) || g.Text == "") {
		err = fmt.Errorf("questions: nothing of it is kept: %w", store.ErrNotFound)
	}
	if err != nil {
		return e, 0, err
	}
	first := s.cfg.Library().Place().Languages[0]
	e = bot.Entry{ID: "q-" + strings.ToLower(id), Question: bot.Text{}, Phrasings: map[bot.Language][]string{}, Answer: bot.Text{}}
	for _, q := range g.questions {
		lang, text := cmp.Or(q.Language, first), plain(bot.Mask(q.Text))
		if text != "" && !slices.Contains(e.Phrasings[lang], text) {
			e.Phrasings[lang] = append(e.Phrasings[lang], text)
		}
	}
	for lang, asked := range e.Phrasings { // the first is the question itself
		e.Question[lang], e.Phrasings[lang] = asked[0], asked[1:]
	}
	if reply := g.questions[0].Reply; reply != "" {
		e.Answer[first], e.Checked = reply, g.questions[0].Answered
	}
	return e, g.Count, nil
}
