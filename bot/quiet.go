package bot

import "time"

// Quiet is the part of the day in which nothing is sent that can wait, since midnight. It may reach over midnight.
// From == To: there is none.
type Quiet struct{ From, To time.Duration }

// Until gives the end of the quiet time in which now is; ok is false if it is in none. now is in the place's zone.
func (q Quiet) Until(now time.Time) (end time.Time, ok bool) {
	if q.From == q.To {
		return time.Time{}, false
	}
	clock := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second
	over := q.From > q.To
	if in := clock >= q.From && clock < q.To || over && (clock >= q.From || clock < q.To); !in {
		return time.Time{}, false
	}
	day := now.Day()
	if over && clock >= q.From {
		day++
	}
	return time.Date(now.Year(), now.Month(), day, int(q.To.Hours()), int(q.To.Minutes())%60, 0, 0, now.Location()), true
}

// Waits tells whether a message of purpose p waits for the end of quiet time.
func (p Purpose) Waits() bool {
	return p == PurposeNotice || p == PurposeDigest || p == PurposeAnnouncement
}
