package console

import "time"

// How dates are written for a person.
const (
	dayForm   = "02.01.2006"
	whenForm  = dayForm + ", 15:04"
	monthForm = "01.2006"
)

// When writes a moment, in the place's time.
func (q *request) When(t time.Time) string { return written(t.In(q.lib.Place().Zone), whenForm) }

// Day writes a day of the calendar.
func (q *request) Day(t time.Time) string { return written(t, dayForm) }

// Month writes a month of the calendar.
func (q *request) Month(t time.Time) string { return written(t, monthForm) }

func written(t time.Time, form string) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format(form)
}
