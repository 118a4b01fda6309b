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

func TestUntil(t *testing.T) {
	const day = 24 * time.Hour
	last := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for _, window := range []time.Duration{0, day, 10 * day} {
		for _, p := range []Purpose{PurposeReply, PurposePerson, PurposeAnnouncement} {
			end := Until(p, window, last)
			if window == 0 {
				if !end.IsZero() {
					t.Errorf("purpose %d ends at %v where nothing does", p, end)
				}
				continue
			}
			if Deliverable(p, window, last, end.Add(-1)) == DeliverHeld || Deliverable(p, window, last, end) != DeliverHeld {
				t.Errorf("purpose %d, window %v: %v is not when it ends", p, window, end)
			}
		}
	}
}
