package bot

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Notes say who gets the announcement and when, a paragraph each, for whoever is about to send it.
func (c Composer) Notes(lang Language, audience Audience, now time.Time) (notes []string) {
	say := func(key string, pairs ...string) string { return c.Library.Text(lang, key, pairs...) }
	reached := strings.Join(ReachLines(c.Library, lang, Whom(c.Library, lang, c.Villages(), c.Followed()), audience), "\n• ")
	if c.Old.ID != "" { // some of its readers may have ended the news since
		reached = say("announce.readers")
	}
	notes = append(notes, reached)
	if note := c.fileNote(lang, audience); note != "" {
		notes = append(notes, note)
	}
	goes := c.Goes(now)
	clock := goes.In(c.Library.Place().Zone).Format("02.01.2006 15:04")
	switch {
	case goes.After(Soonest(c.At, now)):
		notes = append(notes, say("announce.quiet", "time", clock))
	case !c.At.IsZero():
		notes = append(notes, say("announce.at", "time", clock))
	}
	switch {
	case c.All:
		notes = append(notes, say("announce.two"))
	case NeedsSecond(c.To, c.Library):
		notes = append(notes, say("announce.two-most"))
	}
	return notes
}

// fileNote says what those see to whom the file cannot be shown; "" if there are none.
func (c Composer) fileNote(lang Language, audience Audience) string {
	m := c.Message(lang).Media
	if m.None() {
		return ""
	}
	for _, by := range []map[Platform]int{audience.Now, audience.Later} {
		for p, n := range by {
			if n > 0 && p != m.Platform {
				return c.Library.Text(lang, "announce.file-note", "on", OnPlatform(c.Library, lang, m.Platform), "instead", m.Instead)
			}
		}
	}
	return ""
}

// Whom names those whom an announcement is for: villages, or who follows a commitment.
func Whom(l Library, lang Language, villages []string, commitment string) string {
	if commitment == "" {
		return Where(l, lang, villages)
	}
	title := commitment
	if c, ok := l.Commitment(commitment); ok {
		title = c.Title.In(append([]Language{lang}, l.Place().Languages...)...)
	}
	return l.Text(lang, "announce.followers", "commitment", title)
}

// Where names villages, or says how many they are; none are the whole municipality.
func Where(l Library, lang Language, ids []string) string {
	home := l.Place().Languages[0]
	if len(ids) == 0 {
		return l.Place().Name.In(lang, home)
	}
	if len(ids) > maxNamed {
		return l.Text(lang, "announce.villages", "count", strconv.Itoa(len(ids)))
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		v, _ := l.Village(id)
		names = append(names, v.Name.In(lang, home))
	}
	return strings.Join(names, ", ")
}

// OnPlatform says "on Telegram".
func OnPlatform(l Library, lang Language, p Platform) string {
	switch p {
	case "telegram":
		return l.Text(lang, "announce.on-telegram")
	case "messenger":
		return l.Text(lang, "announce.on-messenger")
	case "web", "webchat", "terminal":
		return l.Text(lang, "announce.on-webchat")
	}
	return l.Text(lang, "announce.on-other", "platform", string(p))
}

// ReachLines says how many people get an announcement, where and when: one line that sums up, then one for each platform. whom is
// as Whom gives it.
func ReachLines(l Library, lang Language, whom string, audience Audience) []string {
	say := func(key string, pairs ...string) string { return l.Text(lang, key, pairs...) }
	total := audience.Total()
	switch total {
	case 0:
		return []string{say("announce.nobody", "where", whom)}
	case 1:
		return append([]string{say("announce.people-one", "where", whom)}, audience.lines(l, lang)...)
	}
	return append([]string{say("announce.people", "count", strconv.Itoa(total), "where", whom)}, audience.lines(l, lang)...)
}

// lines says how many people each platform reaches, now and later.
func (a Audience) lines(l Library, lang Language) (lines []string) {
	add := func(key string, p Platform, n int) {
		if n > 0 {
			lines = append(lines, l.Text(lang, key, "count", strconv.Itoa(n), "on", OnPlatform(l, lang, p)))
		}
	}
	for _, p := range slices.Sorted(maps.Keys(a.Now)) {
		key := "announce.now"
		if p == "web" { // it is taken from there only while its page is open
			key = "announce.now-web"
		}
		add(key, p, a.Now[p])
	}
	for _, p := range slices.Sorted(maps.Keys(a.Later)) {
		add("announce.when-they-write", p, a.Later[p])
	}
	return lines
}
