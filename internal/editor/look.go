package editor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Item is an entry as it stands.
type Item struct {
	bot.Entry            // as citizens are told it; of one that they are not told, the last words of it
	File      string     // "budget" for answers/budget.yaml
	Folder    *bot.Entry // what the folder says; nil: nothing
	Live      *bot.Edit  // what is published over the folder; nil: nothing
	Draft     *bot.Edit  // what waits to be published
	Told      bool       // citizens are told it
	Trouble   Trouble    // with Live
	Unfit     string     // what is wrong with it, of TroubleUnfit
}

// Stale tells whether an answer was checked longer than some months before now, or never.
func (i Item) Stale(now time.Time, months int) bool {
	return i.Checked.AddDate(0, months, 0).Before(now)
}

// Missing gives the languages in which the question or the answer is not there.
func (i Item) Missing(languages []bot.Language) (in []bot.Language) {
	for _, lang := range languages {
		if i.Question[lang] == "" || i.Answer[lang] == "" {
			in = append(in, lang)
		}
	}
	return in
}

// List gives every entry that is told, hidden or a draft, by file and in the order of the folder.
func (s *Service) List(ctx context.Context) (items []Item, err error) {
	now := s.now.Load()
	var live, drafts []bot.Edit
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if live, err = tx.Contents.Live(); err == nil {
			drafts, err = tx.Contents.Drafts()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("editor: list the answers: %w", err)
	}
	at := map[string]int{}
	for _, k := range now.Entries {
		at[k.ID] = len(items)
		items = append(items, Item{Entry: k.Entry, File: k.File, Folder: k.Folder, Told: !k.Hidden})
	}
	find := func(e bot.Edit) *Item {
		i, ok := at[e.Entry.ID]
		if !ok {
			i, at[e.Entry.ID] = len(items), len(items)
			items = append(items, Item{Entry: e.Entry, File: e.File})
		}
		return &items[i]
	}
	for _, e := range live {
		i := find(e)
		i.Live, i.Trouble, i.Unfit = &e, now.trouble[e.Entry.ID], now.unfit[e.Entry.ID]
	}
	for _, e := range drafts {
		find(e).Draft = &e
	}
	slices.SortStableFunc(items, func(a, b Item) int { return strings.Compare(a.File, b.File) })
	return items, nil
}

// maxHistory is how many versions of an entry are shown.
const maxHistory = 50

// Get gives one entry with its versions, newest first, at most 50. It is store.ErrNotFound if there is none.
func (s *Service) Get(ctx context.Context, id string) (i Item, history []bot.Edit, err error) {
	items, err := s.List(ctx)
	if err != nil {
		return i, nil, err
	}
	err = s.cfg.Store.View(ctx, func(tx store.Tx) (err error) { history, err = tx.Contents.Of(id, maxHistory); return err })
	if err != nil {
		return i, nil, fmt.Errorf("editor: read the versions of an answer: %w", err)
	}
	for _, i := range items {
		if i.ID == id {
			return i, history, nil
		}
	}
	if len(history) == 0 {
		return i, nil, fmt.Errorf("editor: the answer %q: %w", id, store.ErrNotFound)
	}
	for _, e := range history { // nothing of it is in use, but its last words are there
		if i.Entry = e.Entry; len(e.Entry.Question) > 0 {
			i.File = e.File
			break
		}
	}
	return i, history, nil
}

// Files lists the files of answers that the folder has, by name.
func (s *Service) Files() (names []string) {
	for _, k := range s.now.Load().Entries {
		if !slices.Contains(names, k.File) {
			names = append(names, k.File)
		}
	}
	slices.Sort(names)
	return names
}
