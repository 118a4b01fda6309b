package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func contentTests() []test {
	return []test{
		{name: "every field is kept, under a new number", run: func(t *testing.T, s store.Store) {
			e := filled[bot.Edit]()
			e.No = appendEdit(t, s, e, 0)
			view(t, s, func(tx store.Tx) error {
				got, err := tx.Contents.Get(e.No)
				equal(t, "version", got, e)
				return err
			})
		}},
		{name: "no details are kept apart from none stated", run: func(t *testing.T, s store.Store) {
			stated := appendEdit(t, s, bot.Edit{Entry: bot.Entry{ID: "a", Tells: []bot.Detail{}}}, 0)
			not := appendEdit(t, s, bot.Edit{Entry: bot.Entry{ID: "b"}}, 0)
			view(t, s, func(tx store.Tx) error {
				a, err1 := tx.Contents.Get(stated)
				b, err2 := tx.Contents.Get(not)
				if a.Entry.Tells == nil || len(a.Entry.Tells) != 0 || b.Entry.Tells != nil {
					t.Errorf("stated %#v, not stated %#v", a.Entry.Tells, b.Entry.Tells)
				}
				return errors.Join(err1, err2)
			})
		}},
		{name: "what is not there is not found, and what has no ID is not kept", run: func(t *testing.T, s store.Store) {
			view(t, s, func(tx store.Tx) error {
				for _, no := range []uint64{0, 1, math.MaxUint64} {
					if _, err := tx.Contents.Get(no); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Get(%d): %v", no, err)
					}
				}
				es, err := tx.Contents.Of("nothing", 5)
				equal(t, "versions", len(es), 0)
				return err
			})
			if err := s.Update(context.Background(), func(tx store.Tx) error {
				_, err := tx.Contents.Append(bot.Edit{State: bot.EditLive}, 0)
				return err
			}); err == nil {
				t.Error("an entry without an ID was kept")
			}
		}},
		{name: "whoever has not seen the last version of an entry writes none", run: func(t *testing.T, s store.Store) {
			refused := func(id string, last uint64) {
				t.Helper()
				err := s.Update(context.Background(), func(tx store.Tx) error {
					_, err := tx.Contents.Append(edit(id, bot.EditLive), last)
					return err
				})
				if !errors.Is(err, store.ErrConflict) {
					t.Errorf("%s after %d: %v", id, last, err)
				}
			}
			refused("a", 1)
			first := appendEdit(t, s, edit("a", bot.EditDraft), 0)
			refused("a", 0)
			second := appendEdit(t, s, edit("a", bot.EditLive), first)
			refused("a", first)
			appendEdit(t, s, edit("b", bot.EditLive), 0) // another entry is no matter
			appendEdit(t, s, edit("a", bot.EditLive), second)
		}},
		{name: "versions of an entry come newest first, at most limit", run: func(t *testing.T, s store.Store) {
			var a []uint64
			last := uint64(0)
			for range 3 {
				appendEdit(t, s, edit("aa", bot.EditLive), lastEdit(t, s, "aa"))
				last = appendEdit(t, s, edit("a", bot.EditLive), last)
				a = append([]uint64{last}, a...)
				appendEdit(t, s, edit("b", bot.EditDraft), lastEdit(t, s, "b"))
			}
			view(t, s, func(tx store.Tx) error {
				all, err1 := tx.Contents.Of("a", 10)
				equal(t, "all", editNumbers(all), a)
				two, err2 := tx.Contents.Of("a", 2)
				equal(t, "two", editNumbers(two), a[:2])
				none, err3 := tx.Contents.Of("a", 0)
				equal(t, "none", len(none), 0)
				return errors.Join(err1, err2, err3)
			})
		}},
		{name: "Live and Drafts tell how each entry stands", run: func(t *testing.T, s store.Store) {
			standing(t, s, nil, nil)
			draft := appendEdit(t, s, edit("b", bot.EditDraft), 0)
			other := appendEdit(t, s, edit("abc", bot.EditLive), 0)
			standing(t, s, []uint64{other}, []uint64{draft})
			live := appendEdit(t, s, edit("b", bot.EditLive), draft)
			standing(t, s, []uint64{other, live}, nil)
			again := appendEdit(t, s, edit("b", bot.EditDraft), live)
			newer := appendEdit(t, s, edit("b", bot.EditDraft), again)
			standing(t, s, []uint64{other, live}, []uint64{newer})
			dropped := appendEdit(t, s, edit("b", bot.EditDropped), newer)
			standing(t, s, []uint64{other, live}, nil)
			back := edit("b", bot.EditLive)
			back.Folder = true
			no := appendEdit(t, s, back, dropped)
			standing(t, s, []uint64{other}, nil)
			third := appendEdit(t, s, edit("b", bot.EditLive), no)
			standing(t, s, []uint64{other, third}, nil)
		}},
		{name: "it is there after a restart", reopened: func(t *testing.T, s store.Store, again func() store.Store) {
			live := appendEdit(t, s, edit("a", bot.EditLive), 0)
			draft := appendEdit(t, s, edit("b", bot.EditDraft), 0)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			standing(t, again(), []uint64{live}, []uint64{draft})
		}},
	}
}

func edit(id string, state bot.EditState) bot.Edit {
	return bot.Edit{State: state, Entry: bot.Entry{ID: id, Answer: bot.Text{"ka": "დიახ"}}, At: at(1)}
}

func appendEdit(t *testing.T, s store.Store, e bot.Edit, last uint64) (no uint64) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) { no, err = tx.Contents.Append(e, last); return err })
	return no
}

func lastEdit(t *testing.T, s store.Store, id string) (no uint64) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		es, err := tx.Contents.Of(id, 1)
		if len(es) > 0 {
			no = es[0].No
		}
		return err
	})
	return no
}

func standing(t *testing.T, s store.Store, live, drafts []uint64) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		l, err1 := tx.Contents.Live()
		d, err2 := tx.Contents.Drafts()
		equal(t, "live", editNumbers(l), live)
		equal(t, "drafts", editNumbers(d), drafts)
		return errors.Join(err1, err2)
	})
}

func editNumbers(es []bot.Edit) (nos []uint64) {
	for _, e := range es {
		nos = append(nos, e.No)
	}
	return nos
}
