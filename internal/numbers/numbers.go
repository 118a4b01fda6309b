// Package numbers says how much was asked, answered, filed, scored and sent over a period, for those who may know it.
//
// It imports bot and store. It reads counters (store.Counts, Broadcasts.Reach) and no person's record, so it is as quick with many
// years as with one, and its figures stay when people are forgotten.
//
// Guarantees: nobody is told of a village outside their scope. An observer is told of a village no number of fewer than five people,
// and none that a shown one and the total together give away (Hide).
//
// Why: an observer reads villages by whole calendar months only, and over a longer time as the sum of what was shown of each month:
// of two periods that differ by a day the difference would be one person. What is counted of a village's messages is shown if five
// people wrote from it in that month, for five messages may be one person's.
package numbers

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// Period is how far back numbers go.
type Period string

// The periods.
const (
	Week  Period = "week"  // the last seven days, by day
	Month Period = "month" // this week and the four before, by week
	All   Period = "all"   // from the beginning, by month
)

// Periods lists them in the order in which they are offered.
var Periods = []Period{Week, Month, All}

// Few is how many people a village's number must be of, at least, to be shown to an observer.
const Few = 5

// maxMonths is how far All goes back, in months.
const maxMonths = 120

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Library func() bot.Library // the current one
}

// Service reads numbers. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// Query asks for numbers.
type Query struct {
	By      bot.Account
	Village string // "": all that the account may know of; an observer has no other choice
	Period  Period
	Since   bot.Day // with All: the first day; 0: as far back as there is something
	Now     time.Time
}

// Step is some days in a row, the last included.
type Step struct{ First, Last bot.Day }

// Value is one number.
type Value struct {
	N      float64 // NaN: there is none, such as the average of nothing
	Hidden bool    // it may not be shown; N is NaN
}

// Row is what is known of a step, or of whatever Key names.
type Row struct {
	Step   Step
	Key    string // Village.ID ("" not known), Platform or Commitment.ID
	Values []Value
}

// Names of tables, of their columns, and what their rows are of.
const (
	Questions   = "questions"   // answered, suggested, unknown; by step
	AnswerRate  = "answer-rate" // percent; by step
	AnswerTime  = "answer-time" // median, p90, in hours; by step
	Subscribers = "subscribers" // number at the end, who came, who left; by step
	Cases       = "cases"       // filed, answered, closed; by step
	Scores      = "scores"      // average, then how many of each score from 1 to 5; by commitment
	Promises    = "promises"    // asked, passed on and answered; by commitment
	Reach       = "reach"       // sent, held, unreachable; by platform
	Reached     = "villages"    // the same; by village
	Life        = "life"        // writers, questions, cases, subscribers; by village
)

// Table is one set of numbers.
type Table struct {
	Name string
	Rows []Row
	// Withheld says why there are no rows by village: an observer reads them by the month.
	Withheld bool
	// Partly says that the sums leave out what is hidden in single months.
	Partly bool
}

// Report is all that is known of a period.
type Report struct {
	First, Last bot.Day
	Steps       []Step
	Begun       bot.Day // the day from which everything is counted
	Tables      []Table
	Asked       int           // questions
	Rate        float64       // percent of them that were answered; NaN: none was asked
	Median, P90 time.Duration // of the answers of people; 0: there were none
	Writers     int           // people, once in a week, or once in a month if Period is All
	Subscribers int           // at the end
	Filed       int           // cases
	Sent        int           // announcements' messages that arrived

	// FiledShown tells of an observer, by the first day of each whole month, of which villages the number of cases is shown.
	FiledShown map[bot.Day]map[string]bool
}

// Table finds one by its name; it is empty if there is none.
func (r Report) Table(name string) Table {
	for _, t := range r.Tables {
		if t.Name == name {
			return t
		}
	}
	return Table{Name: name}
}

// Report reads the numbers of a period from one snapshot. A village that the account may not know of is store.ErrScope; a period that
// is none is store.ErrNotFound.
func (s *Service) Report(ctx context.Context, q Query) (r Report, err error) {
	if !slices.Contains(Periods, q.Period) {
		return r, fmt.Errorf("numbers: no such period: %w", store.ErrNotFound)
	}
	lib := s.cfg.Library()
	read := reading{lib: lib, zone: lib.Place().Zone, observer: q.By.Role == bot.RoleObserver && !q.By.Disabled}
	scope := q.By.Scope()
	read.scope = bot.Scope{All: scope.All || read.observer, Villages: scope.Villages}
	if q.Village != "" {
		if _, known := lib.Village(q.Village); !known || read.observer || !scope.Allows(q.Village) {
			return r, fmt.Errorf("numbers: %w", store.ErrScope)
		}
		read.scope = bot.Scope{Villages: []string{q.Village}}
	}
	err = s.cfg.Store.View(ctx, func(tx store.Tx) error {
		read.tx = tx
		r, err = read.report(q.Period, q.Since, bot.DayOf(q.Now, read.zone))
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("numbers: %w", err)
	}
	return r, nil
}

// reading is one Report in the making.
type reading struct {
	tx       store.Tx
	lib      bot.Library
	zone     *time.Location
	scope    bot.Scope
	observer bool
	sent     []*announcement
}

// count calls take with the counts of scope.
func (r reading) count(what bot.Measure, first, last bot.Day, take func(bot.Count)) error {
	return r.tx.Counts.Between(what, first, last, func(c bot.Count) {
		if r.scope.Allows(c.Village) {
			take(c)
		}
	})
}

// sums adds up what is counted of a measure in each step, by Count.Of.
func (r reading) sums(what bot.Measure, steps []Step) ([]map[string]int, error) {
	all := make([]map[string]int, len(steps))
	for i := range all {
		all[i] = map[string]int{}
	}
	err := r.count(what, steps[0].First, steps[len(steps)-1].Last, func(c bot.Count) {
		all[stepOf(steps, c.Day)][c.Of] += c.N
	})
	return all, err
}

// stepOf is in which of steps, which follow each other, a day is.
func stepOf(steps []Step, d bot.Day) int {
	i, _ := slices.BinarySearchFunc(steps, d, func(s Step, d bot.Day) int { return cmp.Compare(s.Last, d) })
	return min(i, len(steps)-1)
}

func (r reading) report(p Period, since, today bot.Day) (out Report, err error) {
	if out.Begun, err = begun(r.tx); err != nil {
		return out, err
	}
	if r.sent, err = r.announcements(); err != nil {
		return out, err
	}
	first, err := r.earliest(today)
	if err != nil {
		return out, err
	}
	first = min(max(since, monthOf(first, 0).First), today)
	out.Steps = steps(p, first, today)
	out.First, out.Last = out.Steps[0].First, today
	for _, add := range []func(*Report) error{r.questions, r.times, r.subscribers, r.cases, r.commitments, r.reach} {
		if err := add(&out); err != nil {
			return out, err
		}
	}
	if err := r.villages(&out, p); err != nil {
		return out, err
	}
	return out, r.writers(&out, p)
}

// begun is the day from which everything is counted.
func begun(tx store.Tx) (day bot.Day, err error) {
	err = tx.Counts.Between(bot.CountBegun, math.MinInt32, math.MaxInt32, func(c bot.Count) { day = c.Day })
	return day, err
}

// earliest is the first day of which there is any number, at most maxMonths ago.
func (r reading) earliest(today bot.Day) (bot.Day, error) {
	first := today
	for _, a := range r.sent {
		first = min(first, a.day)
	}
	for _, what := range []bot.Measure{bot.CountBegun, bot.CountFiled, bot.CountScores, bot.CountHanded} {
		if err := r.tx.Counts.Between(what, math.MinInt32, today, func(c bot.Count) { first = min(first, c.Day) }); err != nil {
			return first, err
		}
	}
	return max(first, monthOf(today, 1-maxMonths).First), nil
}

// steps divides a period that ends today.
func steps(p Period, first, today bot.Day) (all []Step) {
	switch p {
	case Week:
		for d := today - 6; d <= today; d++ {
			all = append(all, Step{d, d})
		}
	case Month:
		monday := today - bot.Day((int(today)+3)%7)
		for d := monday - 28; d <= today; d += 7 {
			all = append(all, Step{d, min(d+6, today)})
		}
	case All:
		for n := 0; ; n++ {
			m := monthOf(first, n)
			if m.First > today {
				break
			}
			all = append(all, Step{max(m.First, first), min(m.Last, today)})
		}
	}
	return all
}

// monthOf is the calendar month of d, or the one n months after.
func monthOf(d bot.Day, n int) Step {
	y, m, _ := d.Time().Date()
	day := func(m time.Month) bot.Day { return bot.DayOf(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), time.UTC) }
	return Step{day(m + time.Month(n)), day(m+time.Month(n)+1) - 1}
}

func number(n int) Value { return Value{N: float64(n)} }

func numbers(ns ...int) (vs []Value) {
	for _, n := range ns {
		vs = append(vs, number(n))
	}
	return vs
}

// ratio is percent, within its bounds: an answer may come in a later step than its question.
func ratio(part, of int) float64 {
	if of <= 0 {
		return math.NaN()
	}
	return 100 * float64(min(max(part, 0), of)) / float64(of)
}
