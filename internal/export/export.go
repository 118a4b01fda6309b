// Package export gives the lists of the program as files: for spreadsheets, and for other programs.
//
// It imports bot and store, and owns excelize. Lists are read page by page, each in a transaction of its own, so that an
// export of any length neither stops a citizen nor takes memory; what is added meanwhile is left out.
//
// Guarantees: nothing outside the scope is read, nobody is told who filed an anonymous or an integrity case, nor at which hour, long numbers are masked as in
// everything that staff see, and no text becomes a formula.
package export

import (
	"context"
	"iter"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// List is what is exported.
type List string

// The lists.
const (
	Feedback      List = "feedback" // cases
	Conversations List = "conversations"
	Questions     List = "questions" // that the bot could not answer
	Broadcasts    List = "broadcasts"
	Progress      List = "progress" // every step of the commitments, which anybody may see
	Accounts      List = "accounts" // and what they may do; for whoever may see everything
	Audit         List = "audit"    // what accounts did; the same
)

// Lists are all of them.
var Lists = []List{Feedback, Conversations, Questions, Broadcasts, Progress, Accounts, Audit}

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
}

// Service gives lists. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// Query chooses what of a list is exported.
type Query struct {
	List     List
	Scope    bot.Scope
	Language bot.Language // of heads and labels; "": the default one
	Village  string       // Village.ID, "" for all of the scope, Nowhere for what is of no village (Conversations)
	// Only what is of Since or later, and of before Until; zero: whatever is there.
	Since, Until time.Time
	Words        string // Conversations: only those in which all of them were said
	Cases        store.CaseQuery
	Fits         func(bot.Audit) bool // Audit: only lines of which it is true; nil: all
	States       []bot.BroadcastState // Broadcasts: only those in one of them; none: all
	Waiting      bool                 // Questions: only those that nobody has answered
	// Nameless leaves out everything that was written, by citizens and to them, and what tells citizens apart: a case
	// has no village and no hour, for few live in a village.
	Nameless bool
}

// Table is a list on its way into a file. Its rows can be read once.
type Table struct {
	Columns []Column
	Rows    iter.Seq2[[]any, error] // string, int, bool, time.Time in the place's zone, or Label; after an error there are no more
}

// Column is one of them.
type Column struct {
	Key  string // what programs call it
	Head string // what people read
	Long bool   // holds sentences
}

// width is that of the column in a spreadsheet, in characters.
func (c Column) width() float64 {
	if c.Long {
		return 60
	}
	return 18
}

// Label is one of few values: as it is stored, and as people call it.
type Label struct{ Code, Words string }

// Nowhere is the village of what is of none.
const Nowhere = "-"

// pageSize is how much is read in one transaction.
const pageSize = 200

// Table begins an export. What is asked for wrongly is a bot.Refusal.
func (s *Service) Table(ctx context.Context, q Query) (Table, error) {
	lib := s.cfg.Library()
	place := lib.Place()
	if q.Language == "" {
		q.Language = place.Languages[0]
	}
	if !slices.Contains(place.Languages, q.Language) {
		return Table{}, bot.RefuseWrong("%q is no language of this place", q.Language)
	}
	if q.Village != "" && (q.Village != Nowhere || !q.Scope.All) {
		if _, ok := lib.Village(q.Village); !ok || !q.Scope.Allows(q.Village) {
			return Table{}, bot.RefuseWrong("there is no village %q", q.Village)
		}
	}
	if q.Village == "" && !q.Scope.All && len(q.Scope.Villages) == 0 && !q.Nameless && q.List != Progress {
		return Table{}, bot.Refuse("there is nothing that this account may export")
	}
	r := reader{ctx: ctx, store: s.cfg.Store, lib: lib, q: q}
	switch q.List {
	case Feedback:
		return table(r, caseColumns, r.cases), nil
	case Conversations:
		return table(r, exchangeColumns, r.exchanges), nil
	case Questions:
		return table(r, questionColumns, r.questions), nil
	case Broadcasts:
		return table(r, broadcastColumns, r.broadcasts), nil
	case Progress:
		return table(r, changeColumns, r.changes), nil
	case Accounts, Audit:
		if !q.Scope.All {
			return Table{}, bot.Refuse("this is for those who may see everything")
		}
		if q.List == Accounts {
			return table(r, accountColumns, r.accounts), nil
		}
		return table(r, auditColumns, r.audit), nil
	}
	return Table{}, bot.RefuseWrong("%q is no list: write feedback, conversations, questions, broadcasts, progress, accounts or audit", q.List)
}

// reader reads one list.
type reader struct {
	ctx   context.Context
	store store.Store
	lib   bot.Library
	q     Query
}

// column is a Column of records of one kind.
type column[T any] struct {
	key      string
	long     bool
	personal bool // it holds words, or tells citizens apart
	of       func(reader, T) any
}

// table puts together the columns that may be shown and the pages of a list.
func table[T any](r reader, columns []column[T], pages func(yield func([]T, error) bool)) Table {
	if r.q.Nameless {
		columns = slices.DeleteFunc(slices.Clone(columns), func(c column[T]) bool { return c.personal })
	}
	t := Table{}
	for _, c := range columns {
		t.Columns = append(t.Columns, Column{Key: c.key, Head: r.say("export." + c.key), Long: c.long})
	}
	t.Rows = func(yield func([]any, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, record := range page {
				row := make([]any, len(columns))
				for i, c := range columns {
					row[i] = c.of(r, record)
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	return t
}

// pages reads a list page by page. read gives a page with its cursor.
func pages[T any](r reader, read func(tx store.Tx, p store.Page) ([]T, string, error)) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		for p := (store.Page{Limit: pageSize, From: r.q.Since, Until: r.q.Until}); ; {
			var page []T
			var next string
			err := r.store.View(r.ctx, func(tx store.Tx) (err error) { page, next, err = read(tx, p); return err })
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || next == "" {
				return
			}
			p.After = next
		}
	}
}

// merged reads the lists of several villages one after another, the first village first.
func merged[T any](villages []string, of func(village string) iter.Seq2[[]T, error]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		for _, v := range villages {
			for page, err := range of(v) {
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}

// villages are those whose lists are read; none stands for everything.
func (r reader) villages() []string {
	switch {
	case r.q.Village != "":
		return []string{r.q.Village}
	case r.q.Scope.All:
		return nil
	}
	return r.q.Scope.Villages
}

func (r reader) say(key string) string { return r.lib.Text(r.q.Language, key) }

func (r reader) local(t bot.Text) string { return t.In(r.q.Language, r.lib.Place().Languages[0]) }

// label is one of the values that words/export.yaml has names for.
func (r reader) label(kind, code string) any {
	if code == "" {
		return Label{}
	}
	if words := r.say("export." + kind + "-" + code); words != "" {
		return Label{code, words}
	}
	return Label{code, code}
}

func (r reader) village(id string) any {
	if v, ok := r.lib.Village(id); ok {
		return Label{id, r.local(v.Name)}
	}
	return Label{id, id}
}

func (r reader) commitment(id string) any {
	if c, ok := r.lib.Commitment(id); ok {
		return Label{id, r.local(c.Title)}
	}
	return Label{id, id}
}

// time is t in the place's zone; the zero time stays zero.
func (r reader) time(t time.Time) any {
	if t.IsZero() {
		return t
	}
	return t.In(r.lib.Place().Zone)
}

// tag tells citizens apart, of whom no name is kept.
func tag(id bot.CitizenID) string {
	if len(id) > 6 {
		return string(id[len(id)-6:])
	}
	return string(id)
}
