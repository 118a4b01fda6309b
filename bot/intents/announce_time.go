package intents

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ogpbot/bot"
)

// spoken is a moment as far as its words have been read.
type spoken struct {
	day    time.Time // midnight in the place's zone; zero: none was said
	hour   int       // -1: none was said
	minute int
	part   string // of the day: the key of its words, "" if none was said
	ahead  time.Duration
	number int  // the last number that is not used yet, -1: none
	within bool // "in an hour"
	half   bool // "half an hour"
	never  bool // there is no such day or hour
}

// partHours are the hours that a part of the day stands for on its own.
var partHours = map[string]int{"announce.morning": 9, "announce.noon": 12, "announce.evening": 18, "announce.night": 21, "announce.afternoon": 15}

// moment reads a time in ordinary words, such as "18:30", "tomorrow at 9", "Monday evening", "25 December 18.00" and "in two
// hours". A date without a year is the next one, a day alone means nine o'clock. never: there is no such day or hour.
func (d desk) moment(words string) (at time.Time, ok, never bool) {
	now := d.now()
	s := spoken{hour: -1, number: -1}
	all := timeWords(d.oneWord(words))
	s.within = slices.ContainsFunc(all, func(w string) bool { return d.begins(w, "announce.within") })
	for _, w := range all {
		if !d.hearTime(&s, w, now) {
			return at, false, false
		}
	}
	if s.number >= 0 && s.hour < 0 { // "tomorrow 9"
		s.hour, s.number = s.number, -1
	}
	switch {
	case s.ahead > 0:
		return now.Add(s.ahead).Truncate(time.Minute), true, false
	case s.never || s.hour > 23 || s.minute > 59:
		return at, false, true
	case s.number >= 0 || s.hour < 0 && s.part == "" && s.day.IsZero():
		return at, false, false
	case s.hour < 0:
		s.hour = max(partHours[s.part], 9)
	}
	late := s.part == "announce.evening" && s.hour < 12 || s.part == "announce.night" && s.hour > 5 && s.hour < 12 ||
		(s.part == "announce.afternoon" || s.part == "announce.noon") && s.hour < 8
	if s.day.IsZero() {
		s.day = midnight(now)
	}
	switch {
	case late:
		s.hour += 12
	case s.part == "announce.night" && s.hour == 12:
		s.hour = 24
	}
	return time.Date(s.day.Year(), s.day.Month(), s.day.Day(), s.hour, s.minute, 0, 0, now.Location()), true, false
}

// oneWord puts the first of the words for the day after tomorrow in the place of those that are several words.
func (d desk) oneWord(words string) string {
	for _, lang := range d.Library.Place().Languages {
		for name := range strings.SplitSeq(d.Library.Text(lang, "announce.after-tomorrow"), "|") {
			if strings.ContainsAny(name, " -") {
				words = strings.ReplaceAll(words, name, d.Library.Text(d.Library.Place().Languages[0], "announce.after-tomorrow"))
			}
		}
	}
	return words
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// timeWords splits words at spaces, and between digits and letters: "9ze", "18h30".
func timeWords(words string) []string {
	var out strings.Builder
	before := ' '
	for _, r := range words {
		if unicode.IsDigit(r) && unicode.IsLetter(before) || unicode.IsLetter(r) && unicode.IsDigit(before) || r == '-' || r == ',' {
			out.WriteRune(' ')
		}
		if r != '-' && r != ',' {
			out.WriteRune(r)
		}
		before = r
	}
	return strings.Fields(out.String())
}

// hearTime takes one word into s; it is false for one that is no part of a time.
func (d desk) hearTime(s *spoken, w string, now time.Time) bool {
	if strings.ContainsFunc(w, unicode.IsDigit) {
		return s.digits(strings.TrimRight(w, "."), now)
	}
	if days := d.dayNamed(w, now); !days.IsZero() {
		s.day = days
		return true
	}
	if month := d.monthNamed(w); month > 0 && s.number > 0 {
		s.date(s.number, month, 0, now)
		s.number = -1
		return true
	}
	for part := range partHours {
		if d.begins(w, part) {
			s.part = part
			return true
		}
	}
	switch {
	case d.begins(w, "announce.half"):
		s.half = true
		return true
	case s.within && d.begins(w, "announce.hours"):
		s.later(60)
		return true
	case s.within && d.begins(w, "announce.minutes"):
		s.later(1)
		return true
	case d.begins(w, "announce.time-fillers"), d.begins(w, "announce.hours"), d.begins(w, "announce.within"):
		return true
	}
	if d.begins(w, "announce.first") {
		s.number = 1
		return true
	}
	if n := d.numberNamed(w); n > 0 {
		s.number = n
		return true
	}
	return false
}

// later is "in an hour", "in 30 minutes".
func (s *spoken) later(minutes int) {
	minutes *= max(1, s.number)
	if s.half {
		minutes /= 2
	}
	s.ahead, s.number = time.Duration(minutes)*time.Minute, -1
}

// digits takes "18:30", "18.30", "1830", "25.12", "25.12.2026" and "9".
func (s *spoken) digits(w string, now time.Time) bool {
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == ':' || r == '.' })
	var n []int
	for _, p := range parts {
		x, err := strconv.Atoi(p)
		if err != nil || x > 9999 {
			return false
		}
		n = append(n, x)
	}
	switch {
	case len(n) == 3 && strings.Count(w, ".") == 2 && n[2] >= 2000:
		s.date(n[0], n[1], n[2], now)
	case len(n) == 2 && strings.Contains(w, ":"), len(n) == 2 && s.hour < 0 && (!s.day.IsZero() || n[1] > 12 || n[1] == 0):
		s.hour, s.minute = n[0], n[1]
	case len(n) == 2:
		s.date(n[0], n[1], 0, now)
	case len(n) == 1 && len(w) == 4 && (n[0] < 2000 || s.day.IsZero()):
		s.hour, s.minute = n[0]/100, n[0]%100
	case len(n) == 1 && n[0] >= 2000: // the year of a date
		return n[0] == s.day.Year()
	case len(n) == 1 && s.hour >= 0 && s.minute == 0: // "18 h 30"
		s.minute = n[0]
	case len(n) == 1 && s.number >= 0 && s.hour < 0: // "18 h 30", "9 30"
		s.hour, s.minute, s.number = s.number, n[0], -1
	case len(n) == 1:
		s.number = n[0]
	default:
		return false
	}
	return true
}

// date takes a day; without a year (0) it is the next one that can be meant.
func (s *spoken) date(day, month, year int, now time.Time) {
	on := func(y int) time.Time { return time.Date(y, time.Month(month), day, 0, 0, 0, 0, now.Location()) }
	exact := year
	if year == 0 {
		year = now.Year()
	}
	s.day = on(year)
	if next := on(year + 1); exact == 0 && s.day.Before(midnight(now)) && next.Sub(now) <= bot.MaxAnnouncementAhead {
		s.day = next
	}
	if s.day.Day() != day || int(s.day.Month()) != month {
		s.never = true
	}
}

// dayNamed is the day that w names: today and its like, or the next such weekday.
func (d desk) dayNamed(w string, now time.Time) time.Time {
	for ahead, key := range []string{"announce.today", "announce.tomorrow", "announce.after-tomorrow"} {
		if d.is(w, key) {
			return midnight(now).AddDate(0, 0, ahead)
		}
	}
	for _, lang := range d.Library.Place().Languages {
		for i, name := range strings.Split(d.Library.Text(lang, "announce.weekdays"), "|") {
			if d.startsLike(w, name) {
				ahead := (i + 1 - int(now.Weekday()) + 7) % 7
				if ahead == 0 {
					ahead = 7
				}
				return midnight(now).AddDate(0, 0, ahead)
			}
		}
	}
	return time.Time{}
}

func (d desk) monthNamed(w string) int {
	for _, lang := range d.Library.Place().Languages {
		for m := 1; m <= 12; m++ {
			name := []rune(d.Library.Text(lang, "date.m"+strconv.Itoa(m)))
			if lang == "ka" && len(name) > 3 { // without the ending of the case
				name = name[:len(name)-1]
			}
			if len(name) > 0 && d.startsLike(w, string(name)) {
				return m
			}
		}
	}
	return 0
}

// numberNamed is a number in words, 0 if w is none.
func (d desk) numberNamed(w string) int {
	for _, lang := range d.Library.Place().Languages {
		names := strings.Split(d.Library.Text(lang, "announce.numbers"), "|")
		if i := slices.IndexFunc(names, func(name string) bool { return d.startsLike(w, name) && len(w)-len(name) <= 6 }); i >= 0 {
			return i + 1
		}
	}
	return 0
}

// begins tells whether w begins like a word that key lists in any language.
func (d desk) begins(w, key string) bool {
	for _, lang := range d.Library.Place().Languages {
		for name := range strings.SplitSeq(d.Library.Text(lang, key), "|") {
			if d.startsLike(w, name) {
				return true
			}
		}
	}
	return false
}

// startsLike compares spellings; a name that ends in a full stop is the whole word.
func (d desk) startsLike(w, name string) bool {
	whole := strings.HasSuffix(name, ".")
	key, said := d.Finder.Fold(name), d.Finder.Fold(w)
	return key != "" && (said == key || !whole && strings.HasPrefix(said, key))
}

// is tells whether w is one of the words that key lists in any language.
func (d desk) is(w, key string) bool {
	return says(bot.Ask{Words: w, Finder: d.Finder, Library: d.Library}, key)
}
