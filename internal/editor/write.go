package editor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Change is an answer as somebody wants it.
type Change struct {
	bot.Entry
	File string // of a new one: "budget" for answers/budget.yaml
	New  bool   // there must be no entry with its ID
	Seen uint64 // number of the last version that the writer has seen; 0: none
	Of   uint64 // number of the version that it goes back to; 0: none
	Why  string
}

// What is done, as the audit trail calls it.
const (
	actDraft   = "content.draft"
	actPublish = "content.publish"
	actFolder  = "content.folder"
	actDrop    = "content.drop"
)

// newFile is where a new entry belongs if nobody says.
const newFile = "new"

// Draft keeps c until somebody publishes it. It may lack what is needed for that.
func (s *Service) Draft(ctx context.Context, c Change, by bot.Account) error {
	e, err := s.edit(c, by)
	if err != nil {
		return err
	}
	e.State = bot.EditDraft
	return s.commit(ctx, actDraft, version{e, c.Seen})
}

// Publish tells citizens c from now on.
func (s *Service) Publish(ctx context.Context, c Change, by bot.Account) error {
	e, err := s.edit(c, by)
	if err == nil && s.same(e) {
		err = Mistake{What: WrongSame}
	}
	if err == nil {
		err = s.publishable(e)
	}
	if err != nil {
		return err
	}
	return s.publish(ctx, actPublish, version{e, c.Seen})
}

// Restore hands an entry back to the folder: citizens are told what it says, or nothing if it does not have the entry.
func (s *Service) Restore(ctx context.Context, id string, seen uint64, why string, by bot.Account) error {
	e, err := s.edit(Change{Entry: bot.Entry{ID: id}, Seen: seen, Why: why}, by)
	switch {
	case err != nil:
		return err
	case e.Why == "":
		return Mistake{What: WrongWhy}
	}
	e.Folder, e.File, e.Entry = true, "", bot.Entry{ID: id}
	return s.publish(ctx, actFolder, version{e, seen})
}

// Drop gives up the draft of an entry.
func (s *Service) Drop(ctx context.Context, id string, seen uint64, by bot.Account) error {
	if !by.Scope().Allows() {
		return store.ErrScope
	}
	e := bot.Edit{State: bot.EditDropped, Entry: bot.Entry{ID: id}, At: s.cfg.Now().UTC(), By: by.Login}
	return s.commit(ctx, actDrop, version{e, seen})
}

// Import publishes, all together, those of cs that are not told as they are, and returns how many they were. What is wrong
// with one says which.
func (s *Service) Import(ctx context.Context, cs []Change, by bot.Account) (n int, err error) {
	var vs []version
	for _, c := range cs {
		_, history, err := s.Get(ctx, c.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return 0, err
		}
		if c.Seen = 0; len(history) > 0 {
			c.Seen = history[0].No
		}
		e, err := s.edit(c, by)
		if err == nil && s.same(e) {
			continue
		}
		if err == nil {
			err = s.publishable(e)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", c.ID, err)
		}
		vs = append(vs, version{e, c.Seen})
	}
	if len(vs) == 0 {
		return 0, nil
	}
	return len(vs), s.publish(ctx, actPublish, vs...)
}

// Live gives what is published over the folder, by ID.
func (s *Service) Live(ctx context.Context) ([]bot.Edit, error) { return s.live(ctx) }

// version is one that is to be kept after another.
type version struct {
	bot.Edit
	last uint64
}

// edit is c as it is kept, published.
func (s *Service) edit(c Change, by bot.Account) (e bot.Edit, err error) {
	if !by.Scope().Allows() {
		return e, store.ErrScope
	}
	now := s.now.Load()
	c.Why = tidy(c.Why)
	entry := clean(c.Entry, now.Languages)
	if err := bounded(entry, c.Why); err != nil {
		return e, err
	}
	k, known := now.known(entry.ID)
	if known && c.New {
		return e, Mistake{What: WrongTaken}
	}
	e = bot.Edit{State: bot.EditLive, Entry: entry, File: cmp.Or(k.File, tidy(c.File), newFile), Of: c.Of, At: s.cfg.Now().UTC(), By: by.Login, Why: c.Why}
	if !idForm.MatchString(e.File) {
		return e, Mistake{What: WrongID}
	}
	if k.Folder != nil {
		e.Base = k.Folder.Digest()
	}
	return e, nil
}

// same tells whether e is what is told, or hidden, already, and nothing of it has to be looked at.
func (s *Service) same(e bot.Edit) bool {
	now := s.now.Load()
	k, known := now.known(e.Entry.ID)
	return known && now.trouble[e.Entry.ID] == "" && k.Digest() == e.Entry.Digest()
}

// publishable tells whether citizens can be told e.
func (s *Service) publishable(e bot.Edit) error {
	if e.Why == "" {
		return Mistake{What: WrongWhy}
	}
	return whole(e.Entry, s.now.Load().Languages[0], s.cfg.Now())
}

// publish learns what is published with vs, keeps them, and puts all of it in use.
func (s *Service) publish(ctx context.Context, act string, vs ...version) error {
	done, err := s.alone(ctx)
	if err != nil {
		return err
	}
	defer done()
	now := s.now.Load()
	for i, v := range vs {
		if k, ok := now.known(v.Entry.ID); ok && k.Folder != nil && k.Folder.Digest() == v.Entry.Digest() {
			vs[i].Folder, vs[i].Entry, vs[i].File = true, bot.Entry{ID: v.Entry.ID}, "" // the folder says it already
		}
	}
	live, err := s.live(ctx)
	if err != nil {
		return err
	}
	live = over(live, vs...)
	k, err := s.learn(ctx, live, vs...)
	if err != nil {
		return err
	}
	if err := s.commit(ctx, act, vs...); err != nil {
		return err
	}
	unfit := map[string]string{}
	for id, why := range now.unfit {
		if !slices.ContainsFunc(vs, func(v version) bool { return v.Entry.ID == id }) {
			unfit[id] = why
		}
	}
	s.use(k, live, unfit)
	return nil
}

// learn learns live without those that do not fit; a mistake in one of vs is refused.
func (s *Service) learn(ctx context.Context, live []bot.Edit, vs ...version) (*Knowledge, error) {
	unfit := s.now.Load().unfit
	live = slices.DeleteFunc(slices.Clone(live), func(e bot.Edit) bool {
		return unfit[e.Entry.ID] != "" && !slices.ContainsFunc(vs, func(v version) bool { return v.Entry.ID == e.Entry.ID })
	})
	k, err := s.cfg.Learn(ctx, live)
	if m, ok := errors.AsType[Mistakes](err); ok {
		return nil, Mistake{WrongCheck, m.Error()}
	}
	return k, err
}

// over is live with vs in it, by ID.
func over(live []bot.Edit, vs ...version) []bot.Edit {
	for _, v := range vs {
		live = slices.DeleteFunc(slices.Clone(live), func(e bot.Edit) bool { return e.Entry.ID == v.Entry.ID })
		if !v.Folder {
			live = append(live, v.Edit)
		}
	}
	slices.SortFunc(live, func(a, b bot.Edit) int { return cmp.Compare(a.Entry.ID, b.Entry.ID) })
	return live
}

// commit keeps versions. A draft that is given up must be there.
func (s *Service) commit(ctx context.Context, act string, vs ...version) error {
	err := s.cfg.Store.Update(ctx, func(tx store.Tx) error {
		for _, v := range vs {
			if err := keep(tx, act, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("editor: keep a version of an answer: %w", err)
	}
	return nil
}

// keep keeps one version with its line in the audit trail.
func keep(tx store.Tx, act string, v version) error {
	if v.State == bot.EditDropped {
		was, err := tx.Contents.Of(v.Entry.ID, 1)
		if err != nil {
			return err
		}
		if len(was) == 0 || was[0].State != bot.EditDraft {
			return store.ErrConflict
		}
	}
	if _, err := tx.Contents.Append(v.Edit, v.last); err != nil {
		return err
	}
	return tx.Trail.Append(bot.Audit{At: v.At, Login: v.By, Act: act, Object: v.Entry.ID})
}
