package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// A list is one that the port promises to be newest first, seen as texts so that all are tested alike.
type list struct {
	add func(tx store.Tx, at time.Time, text string) error // an entry that is in the list
	get func(tx store.Tx, p store.Page) (texts []string, next string, err error)
}

func listTests(l list) []test {
	return []test{
		{name: "newest first, and of one moment the last added first", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 2, "b", 0, "a", 5, "d", 5, "e", 3, "c")
			for _, limit := range []int{1, 2, 3, 5, 500} {
				equal(t, fmt.Sprint("pages of ", limit), l.all(t, s, limit), []string{"e", "d", "c", "b", "a"})
			}
		}},
		{name: "an empty list is one empty page", run: func(t *testing.T, s store.Store) {
			equal(t, "entries", len(l.all(t, s, 5)), 0)
		}},
		{name: "the last page has no next, even if it is full", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 0, "a", 1, "b")
			view(t, s, func(tx store.Tx) error {
				texts, next, err := l.get(tx, store.Page{Limit: 2})
				equal(t, "page", texts, []string{"b", "a"})
				equal(t, "next", next, "")
				return err
			})
		}},
		{name: "pages stay in step while entries are added", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 10, "a", 20, "b", 30, "c", 40, "d")
			var page []string
			var next string
			get := func(after string) {
				view(t, s, func(tx store.Tx) (err error) {
					page, next, err = l.get(tx, store.Page{After: after, Limit: 2})
					return err
				})
			}
			get("")
			equal(t, "first page", page, []string{"d", "c"})
			l.fill(t, s, 50, "newest", 30, "as new as the last one shown", 25, "between")
			get(next)
			equal(t, "second page", page, []string{"between", "b"})
			l.fill(t, s, 22, "passed", 5, "oldest")
			get(next)
			equal(t, "third page", page, []string{"a", "oldest"})
			equal(t, "next", next, "")
		}},
		{name: "a page of a time holds nothing else", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 0, "a", 10, "b", 20, "c", 20, "d", 30, "e")
			for _, c := range []struct {
				from, until int // minutes; less than 0: no bound
				want        []string
			}{
				{10, 20, []string{"b"}}, {10, 21, []string{"d", "c", "b"}}, {-1, 20, []string{"b", "a"}}, {20, -1, []string{"e", "d", "c"}},
				{31, -1, nil}, {-1, 0, nil}, {20, 10, nil}, {0, 31, []string{"e", "d", "c", "b", "a"}},
			} {
				var bounds store.Page
				if c.from >= 0 {
					bounds.From = at(c.from)
				}
				if c.until >= 0 {
					bounds.Until = at(c.until)
				}
				for _, limit := range []int{1, 2, 500} {
					view(t, s, func(tx store.Tx) error {
						got, err := pages(limit, func(p store.Page) ([]string, string, error) {
							p.From, p.Until = bounds.From, bounds.Until
							return l.get(tx, p)
						})
						equal(t, fmt.Sprintf("pages of %d from %d until %d", limit, c.from, c.until), got, c.want)
						return err
					})
				}
			}
		}},
		{name: "a page has 1 to 500 entries", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 0, "a")
			view(t, s, func(tx store.Tx) error {
				for _, limit := range []int{-1, 0, 501} {
					if _, _, err := l.get(tx, store.Page{Limit: limit}); err == nil {
						t.Errorf("a page of %d gave no error", limit)
					}
				}
				return nil
			})
		}},
		{name: "a cursor that was never given out is an error", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 0, "a")
			view(t, s, func(tx store.Tx) error {
				for _, after := range []string{"x", "!", "../..", "AAAA"} {
					if _, _, err := l.get(tx, store.Page{After: after, Limit: 5}); err == nil {
						t.Errorf("cursor %q gave no error", after)
					}
				}
				return nil
			})
		}},
	}
}

// fill adds entries, given as minutes and text in turn.
func (l list) fill(t *testing.T, s store.Store, entries ...any) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for pair := range slices.Chunk(entries, 2) {
			if err := l.add(tx, at(pair[0].(int)), pair[1].(string)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l list) all(t *testing.T, s store.Store, limit int) (texts []string) {
	t.Helper()
	view(t, s, func(tx store.Tx) (err error) {
		texts, err = pages(limit, func(p store.Page) ([]string, string, error) { return l.get(tx, p) })
		return err
	})
	return texts
}

// named puts the name of a list before those of its tests.
func named(name string, tests []test) []test {
	for i := range tests {
		tests[i].name = name + ": " + tests[i].name
	}
	return tests
}

func saids(es []bot.Exchange) (texts []string) {
	for _, e := range es {
		texts = append(texts, e.Said)
	}
	return texts
}

func texts(qs []bot.Question) (texts []string) {
	for _, q := range qs {
		texts = append(texts, q.Text)
	}
	return texts
}
