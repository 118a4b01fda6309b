package bot

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// How long an announcement may be, in the units that Telegram counts. Its heading and signature come on top: 4,096 in all,
// 1,024 under a file (core.telegram.org/bots/api#sendmessage).
const (
	MaxAnnouncement        = 3500
	MaxAnnouncementCaption = 900
	MaxAnnouncementField   = 400
)

// MaxAnnouncementAhead is how far ahead an announcement can be scheduled.
const MaxAnnouncementAhead = 60 * 24 * time.Hour

// maxNamed is how many villages an announcement names in its heading.
const maxNamed = 3

// maxSearched is in how many words of an announcement a village is looked for.
const maxSearched = 60

// Announcement is one that is being written, in a conversation or at a desk. Its words may lack in some languages: whoever
// reads one of those gets them in the first that has them.
type Announcement struct {
	To            []string // Village.IDs
	All           bool     // the whole municipality, in place of To
	Commitment    string   // Commitment.ID: with All, only those who follow it
	Form          string   // AnnouncementForm.Name, "" for free words
	First, Second Text     // its two answers
	Words         Text     // free words; with a form: what is added to it
	Media         Media
	Urgent        bool
	Post          bool      // also on the municipality's public page, if it is for everybody
	At            time.Time // UTC; zero: at once
	Corrects      string    // Broadcast.ID, "" for a new one
}

// Villages are those of the broadcast that it becomes.
func (a Announcement) Villages() []string {
	if a.All {
		return nil
	}
	return a.To
}

// Followed is the commitment of which only those get it who follow it, "" for all.
func (a Announcement) Followed() string {
	if !a.All {
		return ""
	}
	return a.Commitment
}

// Wordless tells whether it says nothing.
func (a Announcement) Wordless() bool { return a.Form == "" && a.Words.none() }

// none tells whether there are no words in any language.
func (t Text) none() bool {
	for _, words := range t {
		if words != "" {
			return false
		}
	}
	return true
}

// AnnouncementForm is an announcement that is put together from two answers, in every language. Its words are given by their
// keys.
type AnnouncementForm struct {
	Name          string
	Label         string // of the form
	Title         string // of the announcement
	First, Second string // the questions
	Text          string // of the announcement, with {first} and {second}
}

// AnnouncementForms are in the order in which they are offered.
func AnnouncementForms() []AnnouncementForm {
	return []AnnouncementForm{
		{"water", "announce.water", "announce.water", "announce.water-first", "announce.water-second", "announce.where-when"},
		{"power", "announce.power", "announce.power", "announce.power-first", "announce.power-second", "announce.where-when"},
		{"road", "announce.road", "announce.road", "announce.road-first", "announce.road-second", "announce.where-when"},
		{"meeting", "announce.meeting", "announce.meeting", "announce.meeting-first", "announce.meeting-second", "announce.meeting-text"},
		{"deadline", "announce.deadline", "announce.deadline", "announce.deadline-first", "announce.deadline-second", "announce.deadline-text"},
		{"other", "announce.other", "announce.title", "announce.other-first", "announce.other-second", "announce.other-text"},
	}
}

// AnnouncementFormNamed finds one of AnnouncementForms.
func AnnouncementFormNamed(name string) (AnnouncementForm, bool) {
	all := AnnouncementForms()
	if i := slices.IndexFunc(all, func(f AnnouncementForm) bool { return f.Name == name }); i >= 0 {
		return all[i], true
	}
	return AnnouncementForm{}, false
}

// Composer makes of an announcement what people get.
type Composer struct {
	Announcement
	By      Account
	Library Library
	Old     Broadcast // the one that it corrects; zero: none
}

// Message is the announcement as a reader of lang gets it.
func (c Composer) Message(lang Language) Outbound {
	say := func(key string, pairs ...string) string { return c.Library.Text(lang, key, pairs...) }
	m := Outbound{
		Heading: c.Heading(lang), Text: c.in(c.Words, lang), Media: c.Media,
		Buttons: []Button{{Label: say("announce.stop"), Action: IntentStop}},
	}
	switch {
	case c.By.Role == RoleVillage && !slices.ContainsFunc(c.To, c.noVillage):
		m.Note = say("announce.signed-village")
	case !c.everywhere():
		m.Note = say("announce.signed")
	}
	if f, ok := AnnouncementFormNamed(c.Form); ok {
		more := m.Text
		if m.Text = say(f.Text, "first", c.in(c.First, lang), "second", c.in(c.Second, lang)); more != "" {
			m.Text += "\n\n" + more
		}
	}
	if m.Media.None() && c.Old.ID != "" {
		m.Media = c.Old.Message(lang, c.Library.Place().Languages...).Media
	}
	if !m.Media.None() {
		m.Media.Instead = c.instead(lang, m.Media)
	}
	return m
}

// in gives t for a reader of lang.
func (c Composer) in(t Text, lang Language) string {
	return t.In(append([]Language{lang}, c.Library.Place().Languages...)...)
}

// noVillage tells whether a settlement is a town.
func (c Composer) noVillage(id string) bool {
	v, _ := c.Library.Village(id)
	return v.Kind != "village"
}

// Heading says what it is, and where.
func (c Composer) Heading(lang Language) string {
	key := "announce.title"
	if f, ok := AnnouncementFormNamed(c.Form); ok {
		key = f.Title
	}
	if c.Corrects != "" {
		key = "announce.correction"
	}
	where := Where(c.Library, lang, c.Villages())
	switch commitment, ok := c.Library.Commitment(c.Followed()); {
	case ok:
		where = c.in(commitment.Title, lang)
	case c.everywhere():
		where = Where(c.Library, lang, nil)
	}
	return c.Library.Text(lang, key) + " · " + where
}

// everywhere tells whether the heading names the municipality.
func (c Composer) everywhere() bool { return c.All || len(c.To) > maxNamed }

// instead is what stands for a file where it cannot be shown.
func (c Composer) instead(lang Language, m Media) string {
	key := "announce.instead-document"
	switch m.Kind {
	case KindPhoto:
		key = "announce.instead-photo"
	case KindVideo:
		key = "announce.instead-video"
	case KindVoice:
		key = "announce.instead-voice"
	}
	return c.Library.Text(lang, key, "on", OnPlatform(c.Library, lang, m.Platform))
}

// Over tells by how many units the longest wording is too long, and what the limit is; over is 0 if none is.
func (c Composer) Over() (over, limit int) {
	limit = MaxAnnouncement
	if !c.Media.None() {
		limit = MaxAnnouncementCaption
	}
	for _, lang := range c.Library.Place().Languages {
		over = max(over, TextUnits(c.Message(lang).Text)-limit)
	}
	return over, limit
}

// TextUnits is the length that Telegram counts: UTF-16 units.
func TextUnits(s string) int { return len(utf16.Encode([]rune(s))) }

// Lack is what an announcement lacks before it can be sent.
type Lack string

// The lacks, in the order in which they are asked for.
const (
	LackNothing Lack = ""
	LackWhom    Lack = "whom"    // nobody is addressed
	LackField   Lack = "field"   // a field of the form is empty
	LackWhat    Lack = "what"    // there is neither a word nor a file
	LackShorter Lack = "shorter" // it is too long
)

// Lacks gives the first thing that is missing.
func (c Composer) Lacks() Lack {
	over, _ := c.Over()
	switch {
	case !c.All && len(c.To) == 0:
		return LackWhom
	case c.Form != "" && (c.First.none() || c.Second.none()):
		return LackField
	case c.Wordless() && c.Media.None():
		return LackWhat
	case over > 0:
		return LackShorter
	}
	return LackNothing
}

// FieldFits tells whether an answer to a form's question can stand in an announcement: it is no question itself, and says
// something.
func FieldFits(words string) bool {
	asks := strings.Contains(words, "?") && !strings.ContainsFunc(words, unicode.IsDigit)
	return !asks && (words == "" || strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }))
}

// Elsewhere is a village that the words name and that the announcement is not sent to, "" if there is none.
func (c Composer) Elsewhere(f Finder) string {
	if c.All {
		return ""
	}
	for _, lang := range c.Library.Place().Languages {
		words := strings.Fields(strings.Join([]string{c.First[lang], c.Second[lang], c.Words[lang]}, " "))
		if id := c.namedElsewhere(f, words[:min(len(words), maxSearched)]); id != "" {
			return id
		}
	}
	return ""
}

func (c Composer) namedElsewhere(f Finder, words []string) string {
	for size := 2; size > 0; size-- {
		for i := 0; i+size <= len(words); i++ {
			found, sure := f.Villages(strings.Join(words[i:i+size], " "), 2)
			if !sure {
				continue
			}
			if !slices.Contains(c.To, found[0].ID) && found[0].Kind == "village" {
				return found[0].ID
			}
			return "" // its own is named
		}
	}
	return ""
}

// Soonest is when what is wished for at (zero: at once) goes out at the earliest: it can be taken back until then.
func Soonest(at, now time.Time) time.Time {
	if soon := now.Add(UndoTime); at.Before(soon) {
		return soon
	}
	return at
}

// Goes is when something that is wished for at (zero: at once) goes out: not at night, unless it is urgent.
func (q Quiet) Goes(at, now time.Time, zone *time.Location, urgent bool) time.Time {
	at = Soonest(at, now)
	if end, quiet := q.Until(at.In(zone)); quiet && !urgent {
		return end.UTC()
	}
	return at
}

// Goes is when the announcement goes out if it is sent now.
func (c Composer) Goes(now time.Time) time.Time {
	place := c.Library.Place()
	return place.Quiet.Goes(c.At, now, place.Zone, c.Urgent)
}

// Broadcast is the announcement as it is started now, under an ID of its own.
func (c Composer) Broadcast(id string, now time.Time) Broadcast {
	b := Broadcast{
		ID: id, By: c.By.Login, Villages: c.Villages(), Commitment: c.Followed(), Form: c.Form, Urgent: c.Urgent, Messages: map[Language]Outbound{},
		Created: now, At: c.Goes(now), State: BroadcastScheduled, Corrects: c.Corrects, Post: c.Posted(),
	}
	for _, lang := range c.Library.Place().Languages {
		b.Messages[lang] = c.Message(lang)
	}
	if NeedsSecond(b.Villages, c.Library) {
		b.State = BroadcastWaiting
	}
	return b
}

// Posted tells whether it goes on the public page too: only what is for everybody, from somebody who speaks for everybody.
func (c Composer) Posted() bool { return c.Post && c.All && c.By.Scope().All }

// Typed is what a colleague typed, without what only confuses and the space around it.
func Typed(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(visible, s))
}
