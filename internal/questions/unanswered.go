package questions

import (
	"context"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	jobUnanswered = "unanswered"   // what the store remembers the last run by
	patient       = 12 * time.Hour // how long somebody waits for a person until they are told that nobody has come yet
	catchUp       = 24 * time.Hour // who has waited for longer when it runs for the first time is not told
)

// TellUnanswered tells everybody who asked for a person half a day before slot, and to whom nobody has written, that they are
// not forgotten: each once. It is meant to run every hour; the bot answers them again from then on.
func (s *Service) TellUnanswered(ctx context.Context, db store.Store, slot time.Time) error {
	err := db.Update(ctx, func(tx store.Tx) error {
		last, err := tx.Runs.Last(jobUnanswered)
		if err != nil || !last.Before(slot) {
			return err
		}
		if first := slot.Add(-catchUp); last.Before(first) {
			last = first
		}
		waiting, err := tx.Questions.Waiting(everybody, maxListed)
		if err != nil {
			return err
		}
		for _, q := range waiting {
			due := q.At.Add(patient)
			if q.Why != bot.WhyPerson || q.By != "" || q.Citizen == "" || !due.After(last) || due.After(slot) {
				continue
			}
			if err := s.tellUnanswered(tx, q, slot.UTC()); err != nil {
				return err
			}
		}
		return tx.Runs.SetLast(jobUnanswered, slot.UTC())
	})
	if err != nil {
		return fmt.Errorf("questions: tell who waits for a person: %w", err)
	}
	return nil
}

func (s *Service) tellUnanswered(tx store.Tx, q bot.Question, now time.Time) error {
	_, err := s.desk.Tell(tx, q.Citizen, now, func(lang bot.Language) bot.Outbound {
		say := s.words(lang)
		return bot.Outbound{
			Text:    say("dialogue.talk-late"),
			Purpose: bot.PurposeNotice,
			Buttons: []bot.Button{{Label: say("feedback.button"), Action: "feedback"}, {Label: say("human.button"), Action: bot.IntentHuman}},
		}
	})
	return err
}
