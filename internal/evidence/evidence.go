// Package evidence puts together what was promised, asked, answered and done since a day, for whoever watches over the municipality's
// commitments from outside: tables for a spreadsheet and one page to be printed, in a ZIP file.
//
// It imports bot, store, numbers, chart and export. It holds no names, no words of citizens and no identifiers of theirs, and of villages
// only what an observer may know (package numbers). It is made of counters and of what is left of cases when a person was
// forgotten, so it says the same before and after.
//
// Why: a case is told by month, and with its village only where five or more of the same kind came from there in that month: a
// row is one person, whoever knows the village would know which. The words of an announcement are in it: they were public.
package evidence

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/chart"
	"ogpbot/internal/export"
	"ogpbot/internal/numbers"
	"ogpbot/internal/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
	Numbers *numbers.Service
}

// Service writes evidence. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// Query says of what.
type Query struct {
	Since    bot.Day
	Language bot.Language // "": the first of the place
	Now      time.Time
}

// sheet is one table: a file, and a part of the page.
type sheet struct {
	Name   string // of the file, without ".csv"
	Title  string
	Note   string
	Head   []string
	Rows   [][]string
	Charts []chart.Figure
	More   string // said below it on the page
	Tall   bool   // on the page each row is a table of its own: it has too many columns for paper
}

// writer is one evidence in the making.
type writer struct {
	q      Query
	lib    bot.Library
	report numbers.Report
	since  time.Time // when Query.Since begins
	facts  map[string]*facts
}

// Write writes the ZIP file into w, and returns how many rows its tables have. After an error what was written is no whole file.
func (s *Service) Write(ctx context.Context, w io.Writer, q Query) (rows int, err error) {
	e := writer{q: q, lib: s.cfg.Library(), facts: map[string]*facts{}}
	languages := e.lib.Place().Languages
	if e.q.Language == "" {
		e.q.Language = languages[0]
	}
	if !slices.Contains(languages, e.q.Language) {
		return 0, bot.RefuseWrong("%q is no language of this place", e.q.Language)
	}
	today := bot.DayOf(q.Now, e.lib.Place().Zone)
	if q.Since > today {
		return 0, bot.RefuseWrong("%s has not come yet: name a day of the past", q.Since)
	}
	y, m, d := q.Since.Time().Date()
	e.since = time.Date(y, m, d, 0, 0, 0, 0, e.lib.Place().Zone)
	observer := bot.Account{Role: bot.RoleObserver}
	if e.report, err = s.cfg.Numbers.Report(ctx, numbers.Query{By: observer, Period: numbers.All, Since: q.Since, Now: q.Now}); err != nil {
		return 0, err
	}
	var sheets []sheet
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		cases, err := e.cases(tx) // first: commitments need what it finds
		if err != nil {
			return err
		}
		changes, err := tx.Progress.Since(0, maxChanges)
		if err != nil {
			return err
		}
		announcements, err := e.announcements(tx)
		if err != nil {
			return err
		}
		sheets = []sheet{e.commitments(changes), e.changes(changes), e.questions(), e.villages(), e.channels(), cases, announcements}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("evidence: %w", err)
	}
	z := zip.NewWriter(w)
	for _, t := range sheets {
		rows += len(t.Rows)
		if err := writeCSV(z, t, q.Now); err != nil {
			return 0, fmt.Errorf("evidence: write %s: %w", t.Name, err)
		}
	}
	if err := e.writePage(z, sheets); err != nil {
		return 0, fmt.Errorf("evidence: write the page: %w", err)
	}
	if err := z.Close(); err != nil {
		return 0, fmt.Errorf("evidence: %w", err)
	}
	return rows, nil
}

// maxChanges bounds what is read of the history; a plan has some dozens.
const maxChanges = 5000

func create(z *zip.Writer, name string, at time.Time) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)})
}

func writeCSV(z *zip.Writer, t sheet, at time.Time) error {
	f, err := create(z, t.Name+".csv", at)
	if err != nil {
		return err
	}
	return export.WriteRows(f, append([][]string{t.Head}, t.Rows...))
}

func (e *writer) say(key string, pairs ...string) string {
	return e.lib.Text(e.q.Language, key, pairs...)
}

func (e *writer) local(t bot.Text) string {
	return t.In(append([]bot.Language{e.q.Language}, e.lib.Place().Languages...)...)
}

// date writes a moment by its day in the place's time.
func (e *writer) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(e.lib.Place().Zone).Format(time.DateOnly)
}

// month writes a moment by its month in the place's time.
func (e *writer) month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(e.lib.Place().Zone).Format("2006-01")
}

func (e *writer) village(id string) string {
	if v, ok := e.lib.Village(id); ok {
		return e.local(v.Name)
	}
	if id == "" {
		return e.say("console.no-village")
	}
	return id
}

func (e *writer) commitment(id string) string {
	if c, ok := e.lib.Commitment(id); ok {
		return e.local(c.Title)
	}
	return id
}

func (e *writer) milestone(commitment, id string) string {
	c, _ := e.lib.Commitment(commitment)
	for _, m := range c.Milestones {
		if m.ID == id {
			return e.local(m.Title)
		}
	}
	return id
}

// label is what a value of a case is called.
func (e *writer) label(of, value string) string { return e.say("export." + of + "-" + value) }

func (e *writer) status(s bot.Status) string { return e.say("digest.is-" + string(s)) }

func percent(p int) string {
	if p == bot.PercentUnknown {
		return ""
	}
	return strconv.Itoa(p)
}

// due writes a deadline, which is a month.
func due(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01")
}

func (e *writer) value(v numbers.Value) string {
	switch {
	case v.Hidden:
		return e.say("console-numbers.hidden")
	case v.N != v.N: // there is none
		return ""
	}
	return chart.Number(v.N)
}
