package cases

import (
	"fmt"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// told names the words that say where a case stands.
var told = map[bot.CaseState]string{
	bot.CaseReceived:  "dialogue.told-apart", // after it was a duplicate
	bot.CaseSeen:      "cases.told-seen",
	bot.CaseWorking:   "cases.told-working",
	bot.CaseAnswered:  "cases.told-answered",
	bot.CaseDone:      "cases.told-done",
	bot.CaseDeclined:  "cases.told-declined",
	bot.CaseDuplicate: "cases.told-duplicate",
}

// kinds names the words for what a case is about.
var kinds = map[bot.CaseKind]string{
	bot.CaseProblem:    "cases.kind-problem",
	bot.CaseIdea:       "cases.kind-idea",
	bot.CaseQuestion:   "cases.kind-question",
	bot.CasePraise:     "cases.kind-praise",
	bot.CaseCommitment: "cases.kind-commitment",
	bot.CaseIntegrity:  "cases.kind-integrity",
}

// tellParties tells everybody whose case it is where it stands, each once. Words that a person typed go as a person's.
func (s *Service) tellParties(tx store.Tx, c bot.Case, reason string, now time.Time) error {
	told := map[bot.CitizenID]bool{}
	if err := s.tellEach(tx, c, reason, now, told); err != nil {
		return err
	}
	return s.tellDuplicates(tx, c, c.ID, reason, now, told)
}

// tellDuplicates tells those whose cases are duplicates of one, be it through another, where c stands, under their own number.
func (s *Service) tellDuplicates(tx store.Tx, c bot.Case, of, reason string, now time.Time, told map[bot.CitizenID]bool) error {
	ds, err := tx.Cases.Duplicates(of)
	if err != nil {
		return fmt.Errorf("cases: find duplicates: %w", err)
	}
	for _, d := range ds {
		if reason != "" {
			d.Reason, d.Updated = reason, now
			if err := tx.Cases.Put(d); err != nil {
				return fmt.Errorf("cases: note what was told: %w", err)
			}
		}
		as := c
		as.ID, as.Citizen, as.Relay = d.ID, d.Citizen, d.Relay
		if err := s.tellEach(tx, as, reason, now, told); err != nil {
			return err
		}
		if err := s.tellDuplicates(tx, c, d.ID, reason, now, told); err != nil {
			return err
		}
	}
	return nil
}

// tellEach tells the parties of the case that c is called after, but those who were told.
func (s *Service) tellEach(tx store.Tx, c bot.Case, reason string, now time.Time, told map[bot.CitizenID]bool) error {
	parties, err := tx.Cases.Parties(c.ID)
	if err != nil {
		return fmt.Errorf("cases: whom to tell: %w", err)
	}
	for _, id := range parties {
		if told[id] {
			continue
		}
		told[id] = true
		say := func(lang bot.Language) bot.Outbound { return s.news(c, id == c.Citizen, reason, lang) }
		if _, err := s.desk.Tell(tx, id, now, say); err != nil {
			return fmt.Errorf("cases: tell: %w", err)
		}
	}
	return nil
}

// Told gives the last answer to each of a citizen's cases, as they were told it and when: for a page that keeps no message.
func (s *Service) Told(tx store.Tx, of bot.CitizenID, lang bot.Language) (ms []notice.Told, err error) {
	cs, err := tx.Cases.Of(of, mostTold)
	if err != nil {
		return nil, fmt.Errorf("cases: what was told: %w", err)
	}
	for _, c := range cs {
		if c.Reason == "" {
			continue
		}
		es, err := tx.Cases.Events(c.ID)
		if err != nil {
			return nil, fmt.Errorf("cases: what was told: %w", err)
		}
		at := c.Updated // of a duplicate: the original has the step
		for _, e := range es {
			if e.By != "" && !e.Internal && e.Text == c.Reason {
				at, c.State = e.At, e.To
			}
		}
		ms = append(ms, notice.Told{At: at, Message: s.news(c, c.Citizen == of, c.Reason, lang)})
	}
	return ms, nil
}

// mostTold is how many of a citizen's cases Told looks at.
const mostTold = 50

// news says where a case stands. Whoever filed it for a neighbour gets the answer to be read aloud, too.
func (s *Service) news(c bot.Case, filed bool, reason string, lang bot.Language) bot.Outbound {
	lib := s.cfg.Library()
	say := func(key string, pairs ...string) string { return lib.Text(lang, key, pairs...) }
	m := bot.Outbound{
		Heading: say("cases.told-heading", "id", c.ID),
		Text:    say(told[c.State], "original", c.Original),
		Purpose: bot.PurposeNotice,
		About:   about(c.ID),
	}
	if reason == "" {
		return m
	}
	m.Purpose = bot.PurposePerson
	m.Text += "\n\n" + reason
	if c.Relay && filed {
		m.Text += "\n\n" + say("cases.told-aloud", "answer", reason)
	}
	return m
}

// tellStaff tells those who look after a case: the administrators of its village, or where there is none the staff.
func (s *Service) tellStaff(tx store.Tx, c bot.Case, now time.Time, key string) error {
	village, others, err := notice.Keepers(tx, func(scope bot.Scope) bool { return scope.Sees(c) })
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	keepers := notice.First(village, others)
	if len(keepers) == 0 {
		s.cfg.Logger.Warn("nobody is told of a case: link an account that may read it with its owner's chat", "case", c)
	}
	for _, a := range keepers {
		who, _, err := tx.Citizens.Get(a.Citizen)
		if err != nil {
			return fmt.Errorf("cases: find a colleague: %w", err)
		}
		if _, err := s.desk.Owe(tx, who, now, s.card(c, s.desk.Language(who), key)...); err != nil {
			return fmt.Errorf("cases: tell a colleague: %w", err)
		}
	}
	return nil
}

// maxFiles is how many files of a case staff are sent.
const maxFiles = 5

// card is a case as those who look after it see it in their chat, with what they can do: further files first, each of
// which can be replied to. Nothing of it says who filed it.
func (s *Service) card(c bot.Case, lang bot.Language, key string) (ms []bot.Outbound) {
	lib := s.cfg.Library()
	say := func(key string, pairs ...string) string { return lib.Text(lang, key, pairs...) }
	place := say("cases.card-nowhere")
	if v, ok := lib.Village(c.Village); ok {
		place = v.Name.In(lang, lib.Place().Languages[0])
	}
	m := bot.Outbound{
		Heading: say(key, "id", c.ID, "kind", say(kinds[c.Kind]), "village", place),
		Text:    bot.Mask(c.Text),
		Note:    say("cases.card-reply"),
		Purpose: bot.PurposeNotice,
		About:   about(c.ID),
		Buttons: []bot.Button{
			{Label: say("cases.card-working"), Action: "waiting:working:" + c.ID},
			{Label: say("cases.card-done"), Action: "waiting:done:" + c.ID},
			{Label: say("cases.card-declined"), Action: "waiting:declined:" + c.ID},
		},
	}
	add := func(line string) {
		if m.Text != "" {
			m.Text += "\n\n"
		}
		m.Text += line
	}
	if commitment, ok := lib.Commitment(c.Commitment); ok {
		add(say("cases.card-commitment", "title", commitment.Title.In(lang, lib.Place().Languages[0])))
	}
	if c.Score > 0 {
		add(say("cases.card-score", "score", strconv.Itoa(c.Score)))
	}
	if c.Anonymous {
		add(say("cases.card-anonymous"))
	}
	if c.Relay {
		add(say("cases.card-relay"))
	}
	if !c.Spot.None() {
		add(fmt.Sprintf("https://maps.google.com/?q=%.5f,%.5f", c.Spot.Lat, c.Spot.Long))
	}
	for i, media := range c.Media[:min(len(c.Media), maxFiles)] {
		media.Instead = say("cases.card-file") // not what came with it, which may say who they are
		if i == 0 {
			m.Media = media
			continue
		}
		more := say("cases.card-more", "id", c.ID, "number", strconv.Itoa(i+1))
		ms = append(ms, bot.Outbound{Heading: more, Media: media, Purpose: bot.PurposeNotice, About: about(c.ID)})
	}
	return append(ms, m)
}
