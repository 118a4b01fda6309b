package app

import (
	"context"
	"fmt"
	"time"

	"ogpbot/internal/schedule"
	"ogpbot/internal/store"
)

// daily is what runs once a day, or every hour, in the place's time.
func (a *App) daily() []schedule.Job {
	return []schedule.Job{
		{Name: "doctor", Spec: "7 * * * *", MaxAge: time.Hour, Run: func(ctx context.Context, _ time.Time) error {
			_, err := a.doctor.Examine(ctx)
			return err
		}},
		{Name: "prune", Spec: "30 3 * * *", Run: a.pruneWords},
		{Name: "waiting", Spec: "0 9 * * *", Run: a.telling(a.questions.TellWaiting)},
		{Name: "unanswered", Spec: "0 * * * *", Run: a.telling(a.questions.TellUnanswered)},
		{Name: "settled", Spec: "0 10 * * *", Run: func(ctx context.Context, slot time.Time) error { return a.cases.AskSettled(ctx, slot.UTC()) }},
	}
}

// telling is a job that owes people messages.
func (a *App) telling(tell func(context.Context, store.Store, time.Time) error) func(context.Context, time.Time) error {
	return func(ctx context.Context, slot time.Time) error {
		if err := tell(ctx, a.store, slot); err != nil {
			return err
		}
		a.wakeAll()
		return nil
	}
}

const (
	pruneChunk   = 500 // in one commit, so that citizens need not wait
	keepPictures = 90  // days
)

// pruneWords deletes what is older than the place keeps it.
func (a *App) pruneWords(ctx context.Context, slot time.Time) error {
	keep := a.library().Place().Keep
	before := func(days int) time.Time { return slot.UTC().AddDate(0, 0, -days) }
	words, closed := before(keep.Conversations), before(keep.Cases)
	var counts []any
	for _, kind := range []struct {
		name  string
		prune func(store.Tx) (int, error)
		whole bool // at once
	}{
		{"exchanges", func(tx store.Tx) (int, error) { return tx.Conversations.Prune(words, pruneChunk) }, false},
		{"questions", func(tx store.Tx) (int, error) { return tx.Questions.Prune(words, pruneChunk) }, false},
		{"mail", func(tx store.Tx) (int, error) { return tx.Mail.Prune(words, pruneChunk) }, false},
		{"cases", func(tx store.Tx) (int, error) { return tx.Cases.Prune(closed, pruneChunk) }, false},
		{"recipients", func(tx store.Tx) (int, error) { return tx.Broadcasts.Prune(before(keep.Recipients), pruneChunk) }, false},
		{"audit", func(tx store.Tx) (int, error) { return tx.Trail.Prune(before(keep.Audit), pruneChunk) }, false},
		{"threads", func(tx store.Tx) (int, error) { return tx.Threads.Prune(words) }, true},
		{"files", func(tx store.Tx) (int, error) {
			return tx.Pictures.Prune(before(min(keepPictures, keep.Conversations)))
		}, true},
	} {
		all := 0
		for more := true; more; {
			n := 0
			err := a.store.Update(ctx, func(tx store.Tx) (err error) { n, err = kind.prune(tx); return err })
			if err != nil {
				return fmt.Errorf("delete old %s: %w", kind.name, err)
			}
			all += n
			more = n == pruneChunk && !kind.whole
		}
		counts = append(counts, kind.name, all)
	}
	a.log.Info("what is older than it may be kept was deleted", counts...)
	return nil
}
