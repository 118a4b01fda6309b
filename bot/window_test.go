package bot

import (
	"testing"
	"time"
)

func TestDeliverable(t *testing.T) {
	const day = 24 * time.Hour
	last := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		purpose Purpose
		window  time.Duration
		after   time.Duration
		want    Delivery
	}{
		{PurposeAnnouncement, 0, 400 * day, DeliverNow},
		{PurposeReply, day, 0, DeliverNow},
		{PurposeAnnouncement, day, day - time.Second, DeliverNow},
		{PurposeAnnouncement, day, day, DeliverHeld},
		{PurposeReply, day, 2 * day, DeliverHeld},
		{PurposeUrgent, day, 2 * day, DeliverHeld},
		{PurposePerson, day, day - time.Second, DeliverNow},
		{PurposePerson, day, day, DeliverPersonOnly},
		{PurposePerson, day, 7*day - time.Second, DeliverPersonOnly},
		{PurposePerson, day, 7 * day, DeliverHeld},
	} {
		if got := Deliverable(c.purpose, c.window, last, last.Add(c.after)); got != c.want {
			t.Errorf("purpose %d, window %v, %v after the last message: %d, want %d", c.purpose, c.window, c.after, got, c.want)
		}
	}
}

// What may be written by hand until a moment may not be written at it.
func TestPersonUntil(t *testing.T) {
	last := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	if !PersonUntil(0, last).IsZero() {
		t.Error("there is an end where the platform sets none")
	}
	for _, window := range []time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour} {
		end := PersonUntil(window, last)
		if Deliverable(PurposePerson, window, last, end.Add(-time.Second)) == DeliverHeld || Deliverable(PurposePerson, window, last, end) != DeliverHeld {
			t.Errorf("a window of %v ends at %v", window, end)
		}
	}
}
