package channel

import (
	"net/http"
	"testing"
	"time"
)

func TestAhead(t *testing.T) {
	sent := time.Date(2026, 11, 25, 10, 0, 0, 500_000_000, time.UTC)
	got := sent.Add(3 * time.Second)
	for _, c := range []struct {
		name, date string
		want       time.Duration
		ok         bool
	}{
		{"none", "", 0, false},
		{"no date", "yesterday", 0, false},
		{"when it was sent", "Wed, 25 Nov 2026 10:00:00 GMT", 0, true},
		{"between", "Wed, 25 Nov 2026 10:00:02 GMT", 0, true},
		{"when it came", "Wed, 25 Nov 2026 10:00:03 GMT", 0, true},
		{"we are ahead", "Wed, 25 Nov 2026 09:58:00 GMT", 119500 * time.Millisecond, true},
		{"we are behind", "Wed, 25 Nov 2026 10:05:00 GMT", -296500 * time.Millisecond, true},
	} {
		if ahead, ok := Ahead(http.Header{"Date": {c.date}}, sent, got); ahead != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, ahead, ok, c.want, c.ok)
		}
	}
}
