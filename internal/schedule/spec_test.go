package schedule

import (
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	for _, good := range []string{
		"0 9 * * *", " 0 9 * * 1 ", "*/15 8-18 * * mon-fri", "0 9 1,15 jan-mar/2 ?", "0 0 29 2 *", "30 2 31 12 *",
		"@daily", "@weekly", "@every 90m", "@every 1m",
	} {
		if err := Check(good); err != nil {
			t.Error(err)
		}
	}
	for bad, want := range map[string]string{
		"":                                     "no time is given: write minute, hour,",
		" \t":                                  "no time is given",
		strings.Repeat("1,", 50) + "1 * * * *": "longer than 100 bytes",
		"9:00":                                 "does not have five fields",
		"0 0 9 * * *":                          "does not have five fields",
		"ყოველდღე 9 * * *":                     `"ყოველდღე 9 * * *" is not a time ("ყოველდღე" is no number, range or step)`,
		"60 9 * * *":                           "above maximum (59)",
		"0 9 * * 7":                            "0-6 from Sunday",
		"0 9 * * sun-":                         "no number",
		"0 9 * * fri-mon":                      "beyond end of range",
		"0 9 L * *":                            "failed to parse int",
		"0 0 30 2 *":                           "never comes: choose a day that its month has",
		"0 0 31 4,6,9,11 *":                    "never comes",
		"*-5 9 * * *":                          "no number",
		"+5 9 * * *":                           "no number",
		", 9 * * *":                            "no number",
		"0 9,,10 * * *":                        "no number",
		"*/90 * * * *":                         "longer than its field",
		"0 */24 * * *":                         "longer than its field",
		"*/0 * * * *":                          "step of range should be a positive number",
		"*/99999999999999999999 * * * *":       "longer than its field",
		"@reboot":                              "is not a time",
		"@Daily":                               "is not a time",
		"@every":                               "is not a time",
		"@every soon":                          "is not a time",
		"@every 59s":                           "is too often",
		"@every 0s":                            "is too often",
		"@every -5m":                           "is too often",
		"TZ=Asia/Tbilisi 0 9 * * *":            "names a time zone",
		"CRON_TZ=Asia/Tbilisi":                 "names a time zone", // cron panics
		"tz=":                                  "names a time zone",
	} {
		err := Check(bad)
		switch {
		case err == nil:
			t.Errorf("%q is accepted", bad)
		case !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n"):
			t.Errorf("Check(%q): %v, want %q", bad, err, want)
		}
	}
}

// slots gives all of a spec between two times.
func slots(t *testing.T, text string, zone *time.Location, from, to time.Time) (all []time.Time) {
	t.Helper()
	s, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for at := (times{s, zone}).next(from); !at.After(to); at = (times{s, zone}).next(at) {
		all = append(all, at)
	}
	return all
}

func TestEachTimeOnTheWallComesOnce(t *testing.T) {
	for _, c := range []struct{ zone, from, to, spec, want string }{
		{"Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z", "*/30 * * * *", "02:00+0200 02:30+0200 03:00+0100 03:30+0100"},
		{"Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-26T02:00:00Z", "30 2 * * *", "02:30+0100"}, // from the second 02:10
		{"Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", "*/30 * * * *", "01:30+0100 03:00+0200 03:30+0200 04:00+0200"},
		{"Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T20:00:00Z", "15,45 2,3 * * *", "03:00+0200 03:15+0200 03:45+0200"},
		{"America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T20:00:00Z", "30 1 * * *", "01:30-0400"},
		{"America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T20:00:00Z", "30 2 * * *", "03:00-0400"},
		{"America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z", "@daily", "01:00-0200 00:00-0200"}, // skips midnight
		{"America/Havana", "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z", "@daily", "00:00-0400 00:00-0500"},    // shows midnight twice
		{"Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T18:00:00Z", "15,40 2 * * *", "02:30+1100 02:40+1100"},
		{"Pacific/Apia", "2011-12-29T11:00:00Z", "2012-01-01T00:00:00Z", "0 9 * * *", "09:00-1000 00:00+1400 09:00+1400 09:00+1400"}, // no 30 December
		{"Asia/Tbilisi", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", "30 2 * * *", "02:30+0400 02:30+0400"},
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		to, _ := time.Parse(time.RFC3339, c.to)
		var got []string
		for _, at := range slots(t, c.spec, zone(t, c.zone), from, to) {
			got = append(got, at.Format("15:04-0700"))
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.spec, c.zone, got, c.want)
		}
	}
}

func TestLatestIsTheLastOfAllSlots(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end := start.AddDate(0, 0, 400)
	for _, name := range []string{"Asia/Tbilisi", "Europe/Berlin"} {
		z := zone(t, name)
		for _, text := range []string{"30 2 * * *", "*/20 1-3 * * *", "0 9 1 * *", "0 0 29 2 *", "59 23 31 12 *", "@every 100m", "@every 49h"} {
			s, err := parse(text)
			if err != nil {
				t.Fatal(err)
			}
			all := slots(t, text, z, start, end)
			for now, i := start, 0; now.Before(end); now = now.Add(7*time.Hour + 13*time.Minute) {
				for i < len(all) && !all[i].After(now) {
					i++
				}
				var want time.Time
				if i > 0 {
					want = all[i-1]
				}
				if got := (times{s, z}).latest(start, now); !got.Equal(want) {
					t.Fatalf("%s in %s: latest at %v is %v, want %v", text, name, now, got, want)
				}
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, spec := range []string{
		"0 9 * * *", "*/15 8-18 1,15 jan-mar/2 mon", "0 0 29 2 *", "@daily", "@every 90m", "CRON_TZ=Asia/Tbilisi", "TZ=", "@a\nb", "*-5 9 * * *", "@every -5m",
	} {
		f.Add(spec, int64(1_790_000_000))
	}
	z := zone(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		s, err := parse(text)
		if err != nil {
			if err.Error() == "" || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("%q: error %q", text, err)
			}
			return
		}
		at := time.Unix(unix%4_000_000_000, 0) // 1843 to 2096
		next := times{s, z}.next(at)
		if next.IsZero() {
			return // 29 February, around a year that might have one
		}
		if !next.After(at) {
			t.Errorf("%q: %v comes after %v", text, next, at)
		}
		if latest := (times{s, z}).latest(at, next); !latest.Equal(next) {
			t.Errorf("%q: after %v comes %v, or %v", text, at, next, latest)
		}
	})
}
