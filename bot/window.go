package bot

import "time"

// personWindow is how long after a citizen's last message a person of the municipality may still write to them by hand
// where the bot may not (developers.facebook.com/docs/messenger-platform/policy: the human agent tag, 7 days).
const personWindow = 7 * 24 * time.Hour

// Delivery says whether a message may go to a citizen.
type Delivery uint8

// The deliveries.
const (
	DeliverNow        Delivery = iota
	DeliverHeld                // it waits until the citizen writes
	DeliverPersonOnly          // only what a person typed may go, marked as such; never the bot's own words
)

// Deliverable decides for a message of purpose p to a citizen who last wrote at last, at the time now, on a platform
// with that window; 0 means that the platform sets none.
func Deliverable(p Purpose, window time.Duration, last, now time.Time) Delivery {
	switch since := now.Sub(last); {
	case window == 0 || since < window:
		return DeliverNow
	case p == PurposePerson && since < personWindow:
		return DeliverPersonOnly
	}
	return DeliverHeld
}

// PersonUntil is until when a person of the municipality may write to a citizen who last wrote at last, on a platform with that
// window; the zero time if there is no end.
func PersonUntil(window time.Duration, last time.Time) time.Time {
	if window == 0 {
		return time.Time{}
	}
	return last.Add(max(window, personWindow))
}
