package storetest

import (
	"errors"
	"slices"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func groupTests() []test {
	return []test{
		{name: "a question without a group is the first of its own", run: func(t *testing.T, s store.Store) {
			id := ask(t, s, bot.Question{Text: "a"})
			view(t, s, func(tx store.Tx) error {
				q, err := tx.Questions.Get(id)
				equal(t, "question", q, bot.Question{ID: id, Group: id, Text: "a"})
				return err
			})
		}},
		{name: "Put replaces all but citizen, village and time", run: func(t *testing.T, s store.Store) {
			before, q := filled[bot.Question](), filled[bot.Question]()
			before.Answered = at(0)
			before.ID = ask(t, s, before)
			q.ID, q.Citizen, q.Village, q.At = before.ID, "another", "another", at(999)
			putQuestion(t, s, q, nil)
			q.Citizen, q.Village, q.At = before.Citizen, before.Village, before.At
			view(t, s, func(tx store.Tx) error {
				got, err1 := tx.Questions.Get(q.ID)
				equal(t, "question", got, q)
				latest, _, err2 := tx.Questions.Latest(store.Page{Limit: 5})
				equal(t, "latest", latest, []bot.Question{q})
				village, _, err3 := tx.Questions.InVillage(q.Village, store.Page{Limit: 5})
				equal(t, "in village", village, []bot.Question{q})
				own, err4 := tx.Questions.Of(q.Citizen, 5)
				equal(t, "of the citizen", own, []bot.Question{q})
				return errors.Join(err1, err2, err3, err4)
			})
		}},
		{name: "Put of what is not there is ErrNotFound", run: func(t *testing.T, s store.Store) {
			id := ask(t, s, bot.Question{})
			for _, id := range []string{"", "x", "0", id + "0"} {
				putQuestion(t, s, bot.Question{ID: id}, store.ErrNotFound)
			}
		}},
		{name: "a group, the oldest first", run: func(t *testing.T, s store.Store) {
			first := ask(t, s, bot.Question{Text: "first", At: at(5)})
			ask(t, s, bot.Question{Text: "another's", At: at(6)})
			ask(t, s, bot.Question{Text: "third", At: at(9), Group: first})
			ask(t, s, bot.Question{Text: "fourth", At: at(9), Group: first})
			moved := ask(t, s, bot.Question{Text: "second", At: at(7)})
			putQuestion(t, s, bot.Question{ID: moved, Text: "second", Group: first}, nil)
			group(t, s, first, "first", "second", "third", "fourth")
			group(t, s, moved)
			group(t, s, "")
			group(t, s, first+"0")
			putQuestion(t, s, bot.Question{ID: moved, Text: "second"}, nil) // without a group it is its own
			group(t, s, first, "first", "third", "fourth")
			group(t, s, moved, "second")
		}},
		{name: "what came first of its group and is not answered waits, newest first", run: func(t *testing.T, s store.Store) {
			var ids []string
			for i, village := range []string{"shroma", "likhauri", "", "shro", "shroma"} {
				ids = append(ids, ask(t, s, bot.Question{Village: village, At: at(i), Text: village + string(rune('0'+i))}))
				ask(t, s, bot.Question{Village: village, At: at(i + 10), Text: "the same", Group: ids[i]})
			}
			waiting(t, s, everything, 9, "shroma4", "shro3", "2", "likhauri1", "shroma0")
			waiting(t, s, everything, 2, "shroma4", "shro3")
			waiting(t, s, everything, 0)
			waiting(t, s, bot.Scope{Villages: []string{"shroma", "likhauri", "shroma"}}, 9, "shroma4", "likhauri1", "shroma0")
			waiting(t, s, bot.Scope{Villages: []string{""}}, 9)
			waiting(t, s, bot.Scope{Villages: []string{"none"}}, 9)
			waiting(t, s, bot.Scope{}, 9)
			putQuestion(t, s, bot.Question{ID: ids[0], Group: ids[0], Text: "shroma0", Answered: at(50)}, nil)
			putQuestion(t, s, bot.Question{ID: ids[3], Group: ids[1], Text: "shro3"}, nil) // no longer the first
			waiting(t, s, everything, 9, "shroma4", "2", "likhauri1")
			putQuestion(t, s, bot.Question{ID: ids[0], Group: ids[0], Text: "again"}, nil)
			waiting(t, s, everything, 9, "shroma4", "2", "likhauri1", "again")
		}},
		{name: "what was answered when it was added does not wait", run: func(t *testing.T, s store.Store) {
			ask(t, s, bot.Question{Text: "a", Answered: at(1)})
			waiting(t, s, everything, 9)
		}},
		{name: "a citizen's, newest first", run: func(t *testing.T, s store.Store) {
			for i, minutes := range []int{3, 9, 3, 1} {
				ask(t, s, bot.Question{Citizen: "nino", At: at(minutes), Text: string(rune('a' + i))})
			}
			ask(t, s, bot.Question{Citizen: "nino2", At: at(5), Text: "another's"})
			asked(t, s, "nino", 9, "b", "c", "a", "d")
			asked(t, s, "nino", 2, "b", "c")
			asked(t, s, "nin", 9)
		}},
		{name: "Merge: questions of both stay in their groups", run: func(t *testing.T, s store.Store) {
			both(t, s)
			first := ask(t, s, bot.Question{Citizen: "giorgi", Village: "shroma", At: at(1), Text: "first"})
			ask(t, s, bot.Question{Citizen: "nino", At: at(2), Text: "second", Group: first})
			ask(t, s, bot.Question{Citizen: "giorgi", At: at(3), Text: "third", Group: first})
			merge(t, s, nil)
			group(t, s, first, "first", "second", "third")
			waiting(t, s, everything, 9, "first")
			asked(t, s, "nino", 9, "third", "second", "first")
			asked(t, s, "giorgi", 9)
		}},
	}
}

func ask(t *testing.T, s store.Store, q bot.Question) (id string) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) { id, err = tx.Questions.Add(q); return err })
	return id
}

// putQuestion puts q in an Update of its own, which must give want.
func putQuestion(t *testing.T, s store.Store, q bot.Question, want error) {
	t.Helper()
	gives(t, s, "Put", want, func(tx store.Tx) error { return tx.Questions.Put(q) })
}

func group(t *testing.T, s store.Store, id string, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		qs, err := tx.Questions.Group(id)
		equal(t, "group "+id, texts(qs), want)
		return err
	})
}

func waiting(t *testing.T, s store.Store, scope bot.Scope, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		qs, err := tx.Questions.Waiting(scope, limit)
		equal(t, "waiting", texts(qs), want)
		for _, q := range qs {
			equal(t, "first of its group", q.Group, q.ID)
			equal(t, "in scope", scope.Allows(q.Village), true)
		}
		if scope.All {
			heads, err := tx.Questions.Heads(limit)
			if err != nil {
				return err
			}
			equal(t, "heads", len(heads), len(qs))
			for i, q := range qs[:min(len(heads), len(qs))] {
				equal(t, "head", heads[i], store.Head{ID: q.ID, Why: q.Why, Text: q.Text})
			}
		}
		equal(t, "newest first", slices.IsSortedFunc(qs, func(a, b bot.Question) int { return b.At.Compare(a.At) }), true)
		return err
	})
}

func asked(t *testing.T, s store.Store, id bot.CitizenID, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		qs, err := tx.Questions.Of(id, limit)
		equal(t, "asked by "+string(id), texts(qs), want)
		return err
	})
}
