package evidence

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/numbers"
	"ogpbot/internal/store"
)

// caseRow is a case without anything of a person.
type caseRow struct {
	kind       bot.CaseKind
	commitment string
	village    string
	filed      time.Time
	answered   time.Time // the first time; zero: not yet
	closed     time.Time // the last time; zero: it is not
	state      bot.CaseState
	reopened   int
}

// cell is what cases have in common that outsiders may know of a person.
type cell struct{ month, village, kind string }

func (e *writer) cell(r caseRow) cell {
	return cell{e.month(r.filed), r.village, string(r.kind) + "/" + r.commitment}
}

// cases lists those since the day, by month and kind.
func (e *writer) cases(tx store.Tx) (sheet, error) {
	t := sheet{Name: "cases", Title: e.say("evidence.case-list"), Note: e.say("evidence.case-note", "few", strconv.Itoa(numbers.Few)), Head: []string{
		e.say("evidence.filed"), e.say("export.kind"), e.say("export.commitment"), e.say("export.village"), e.say("export.state"),
		e.say("evidence.answer-days"), e.say("evidence.closed"), e.say("evidence.reopened")}}
	rows, err := e.read(tx)
	if err != nil {
		return t, err
	}
	cells := map[cell]int{}
	for _, r := range rows {
		cells[e.cell(r)]++
	}
	hidden := hide(cells, e.untold)
	for _, r := range rows {
		village := e.say("console-numbers.hidden")
		if !hidden[e.cell(r)] {
			village = e.village(r.village)
		}
		wait := ""
		if !r.answered.IsZero() {
			wait = strconv.Itoa(int(r.answered.Sub(r.filed).Hours() / 24))
		}
		t.Rows = append(t.Rows, []string{e.month(r.filed), e.label("kind", string(r.kind)), e.commitment(r.commitment), village,
			e.label("state", string(r.state)), wait, e.month(r.closed), strconv.Itoa(r.reopened)})
	}
	slices.SortFunc(t.Rows, slices.Compare) // their order says nothing
	return t, nil
}

// untold tells whether an observer is not told how many cases a village filed in a month.
func (e *writer) untold(c cell) bool {
	at, err := time.Parse("2006-01", c.month)
	return err != nil || !e.report.FiledShown[bot.DayOf(at, time.UTC)][c.village]
}

// read gives the cases in which something was asked of the municipality, and notes what they say of commitments.
func (e *writer) read(tx store.Tx) (rows []caseRow, err error) {
	for p := (store.Page{Limit: 500}); ; {
		cs, next, err := tx.Cases.List(bot.Scope{All: true, Integrity: true}, store.CaseQuery{}, p)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			if c.Created.Before(e.since) {
				return rows, nil
			}
			if c.Due.IsZero() { // a score alone
				continue
			}
			events, err := tx.Cases.Events(c.ID)
			if err != nil {
				return nil, err
			}
			r := row(c, events)
			rows = append(rows, r)
			if c.Commitment != "" {
				e.note(r)
			}
		}
		if p.After = next; next == "" {
			return rows, nil
		}
	}
}

func row(c bot.Case, events []bot.CaseEvent) caseRow {
	r := caseRow{kind: c.Kind, commitment: c.Commitment, village: c.Village, filed: c.Created, state: c.State, reopened: c.Reopened}
	if c.Kind == bot.CaseIntegrity {
		r.village = ""
	}
	for _, e := range events {
		if e.From == e.To {
			continue
		}
		settled := e.To == bot.CaseDone || e.To == bot.CaseDeclined
		if r.answered.IsZero() && e.From != "" && (settled || e.To == bot.CaseAnswered) {
			r.answered = e.At
		}
		if r.closed = (time.Time{}); settled {
			r.closed = e.At
		}
	}
	return r
}

func (e *writer) note(r caseRow) {
	f := e.facts[r.commitment]
	if f == nil {
		f = &facts{}
		e.facts[r.commitment] = f
	}
	f.filed++
	if !r.answered.IsZero() {
		f.waits = append(f.waits, r.answered.Sub(r.filed))
	}
}

// hide tells of which cells the village is not told: where few cases are, where untold says so, and of others as many as it takes that
// neither the cases of a village in a month nor those of a kind give the hidden ones away (numbers.Hide).
func hide(cells map[cell]int, untold func(cell) bool) map[cell]bool {
	hidden := map[cell]bool{}
	order := make([]cell, 0, len(cells))
	for c := range cells {
		order = append(order, c)
		hidden[c] = untold(c)
	}
	slices.SortFunc(order, func(a, b cell) int {
		return cmp.Or(strings.Compare(a.month, b.month), strings.Compare(a.village, b.village), strings.Compare(a.kind, b.kind))
	})
	for more := true; more; {
		more = false
		for _, line := range []func(cell) cell{
			func(c cell) cell { c.kind = ""; return c },
			func(c cell) cell { c.village = ""; return c },
		} {
			groups := map[cell][]cell{}
			for _, c := range order {
				groups[line(c)] = append(groups[line(c)], c)
			}
			for _, group := range groups {
				more = hideLine(group, cells, hidden) || more
			}
		}
	}
	return hidden
}

// hideLine hides what has to be hidden in one line of cells, and tells whether that was more than before.
func hideLine(line []cell, cells map[cell]int, hidden map[cell]bool) (more bool) {
	ns, must := make([]int, len(line)), make([]bool, len(line))
	for i, c := range line {
		ns[i], must[i] = cells[c], hidden[c]
	}
	for i, now := range numbers.Hide(ns, must) {
		more = more || now && !must[i]
		hidden[line[i]] = now
	}
	return more
}
