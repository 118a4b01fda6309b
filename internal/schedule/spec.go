package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const (
	maxSpec = 100 // bytes
	format  = `write minute, hour, day, month and weekday (0-6 from Sunday, or mon-fri), such as "0 9 * * 1" for Mondays ` +
		`at 9:00, or @hourly, @daily, @weekly, @monthly, @yearly, or "@every 90m"`
)

// spec is a parsed expression: walls or every.
type spec struct {
	walls cron.Schedule // of times on a wall
	every time.Duration
}

// Check tells whether spec can be used in a Job. The error is one sentence that says what to write instead.
//
// A spec has the five fields of cron, or is a name such as @daily, or "@every" with a duration of a minute or
// more. As in any cron, a day and a weekday that are both restricted mean either.
func Check(spec string) error {
	_, err := parse(spec)
	return err
}

// parse reads what Check accepts. cron alone takes much that cannot be meant.
func parse(text string) (s spec, err error) {
	text = strings.TrimSpace(text)
	switch upper := strings.ToUpper(text); {
	case text == "":
		return s, errors.New("no time is given: " + format)
	case len(text) > maxSpec:
		return s, fmt.Errorf("the time is longer than %d bytes: %s", maxSpec, format)
	case strings.HasPrefix(upper, "TZ="), strings.HasPrefix(upper, "CRON_TZ="):
		return s, fmt.Errorf("%q names a time zone: leave that out, times are always those of the place", text)
	case text[0] != '@':
		if err := checkFields(text); err != nil {
			return s, err
		}
	}
	defer func() {
		if recover() != nil { // cron did for texts that are refused above by now
			err = fmt.Errorf("%q is not a time: %s", text, format)
		}
	}()
	parsed, err := cron.ParseStandard(text)
	switch {
	case err != nil && text[0] == '@': // cron's error repeats the text as it is
		return s, fmt.Errorf("%q is not a time: %s", text, format)
	case err != nil:
		return s, fmt.Errorf("%q is not a time (%w): %s", text, err, format)
	}
	if every, ok := parsed.(cron.ConstantDelaySchedule); ok {
		if every.Delay < time.Minute {
			return s, fmt.Errorf("%q is too often: write @every 1m or more", text)
		}
		return spec{every: every.Delay}, nil
	}
	// cron gives up after five years, so that all days, 29 February too, are found from here.
	if parsed.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return s, fmt.Errorf("%q never comes: choose a day that its month has", text)
	}
	return spec{walls: parsed}, nil
}

// item is one of the comma-separated parts of a field.
var item = regexp.MustCompile(`^(?:[*?]|\w+(?:-\w+)?)(?:/(\d+))?$`)

// checkFields refuses what cron would take for something else: *-5 for *, +5 for 5, a lone comma for never,
// and */90 for */60.
func checkFields(text string) error {
	sizes := [...]int{60, 24, 31, 12, 7}
	fields := strings.Fields(text)
	if len(fields) != len(sizes) {
		return fmt.Errorf("%q does not have five fields: %s", text, format)
	}
	for i, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			m := item.FindStringSubmatch(part)
			if m == nil {
				return fmt.Errorf("%q is not a time (%q is no number, range or step): %s", text, field, format)
			}
			if step, err := strconv.Atoi(m[1]); m[1] != "" && (err != nil || step >= sizes[i]) {
				return fmt.Errorf(`%q has the step %s, which is longer than its field: write a shorter one, or such as "@every 90m"`,
					text, m[1])
			}
		}
	}
	return nil
}

// times gives the slots of a spec in a zone.
type times struct {
	spec
	zone *time.Location
}

// next gives the first slot after a time; zero: none.
func (t times) next(after time.Time) time.Time {
	after = after.In(t.zone).Truncate(time.Second)
	if t.every > 0 {
		return after.Add(t.every)
	}
	wall := after.Add(offset(after)).UTC()
	for {
		wall = t.walls.Next(wall)
		if wall.IsZero() {
			return wall
		}
		if slot := first(wall, t.zone); slot.After(after) { // else that wall was shown before the clocks went back
			return slot
		}
	}
}

// latest gives the last slot after one time and not after another; zero: none.
func (t times) latest(after, now time.Time) (slot time.Time) {
	after = after.In(t.zone).Truncate(time.Second)
	if t.every > 0 {
		if passed := now.Sub(after); passed >= t.every {
			slot = after.Add(passed - passed%t.every)
		}
		return slot
	}
	for days := 1; ; days *= 2 { // back from now: what is long past need not be counted
		from := now.AddDate(0, 0, -days)
		if from.Before(after) {
			from = after
		}
		for next := t.next(from); !next.IsZero() && !next.After(now); next = t.next(next) {
			slot = next
		}
		if !slot.IsZero() || !from.After(after) {
			return slot
		}
	}
}

// Missed gives the last slot of a spec that has come by now and is after done; zero: none, or the spec is wrong.
func Missed(text string, zone *time.Location, done, now time.Time) time.Time {
	s, err := parse(text)
	if err != nil {
		return time.Time{}
	}
	return times{s, zone}.latest(done, now)
}

// first gives when the clocks of zone first show wall, a time in UTC that stands for one on a wall; if they skip it,
// when they have.
func first(wall time.Time, zone *time.Location) time.Time {
	year, month, date := wall.Date()
	t := time.Date(year, month, date, wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := t.ZoneBounds() // around t the offset does not change
	switch shown := t.Add(offset(t)).UTC(); {
	case shown.After(wall): // skipped, and time.Date went on by what was skipped
		return start
	case shown.Before(wall): // or back
		return end
	}
	if !start.IsZero() {
		if earlier := wall.Add(-offset(start.Add(-1))).In(zone); earlier.Before(start) {
			return earlier
		}
	}
	return t
}

// offset gives what the clocks at t show more than UTC.
func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
