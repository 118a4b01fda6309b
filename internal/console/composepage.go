package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
)

// composePage is what compose.html shows.
type composePage struct {
	composing
	Kinds     []option // free words and the forms
	Whole     bool     // the whole municipality can be chosen
	Fixed     string   // whom it is for, where there is nothing to choose
	Villages  []option
	Followers *field  // of which commitment, in place of all
	Fields    []field // in the place's own language
	Languages []inLanguage
	When      field
	Postable  bool
	WithFile  bool // of the one that it is like or corrects
	Photos    bool // one can be added
}

// inLanguage are the fields in one more language.
type inLanguage struct {
	Name   string
	Filled bool
	Fields []field
}

// composePage shows the form as it was filled in.
func (q *request) composePage(status int, c composing) error {
	languages := q.lib.Place().Languages
	page := composePage{composing: c, Whole: c.By.Scope().All, Postable: c.By.Scope().All && q.c.cfg.PublicPage, WithFile: !c.Photo && !c.Message(q.lang).Media.None(),
		Photos: q.c.cfg.Photos != "" && c.Corrects == ""}
	if c.Corrects == "" {
		page.Kinds = []option{{"", q.Say("console-announce.free"), c.Form == ""}}
		for _, f := range bot.AnnouncementForms() {
			page.Kinds = append(page.Kinds, option{f.Name, q.Say(f.Label), c.Form == f.Name})
		}
	}
	own := q.ownVillages()
	if c.Corrects != "" || len(own) == 1 && !page.Whole {
		page.Fixed = bot.Whom(q.lib, q.lang, c.Villages(), c.Followed())
	}
	if all := q.lib.Commitments(); page.Whole && len(all) > 0 {
		page.Followers = &field{Name: "commitment", Label: q.Say("console-announce.followers"), Type: "select", Options: []option{{"", q.Say("console-announce.followers-none"), c.Commitment == ""}}}
		for _, x := range all {
			page.Followers.Options = append(page.Followers.Options, option{x.ID, clip(q.local(x.Title), 60), x.ID == c.Commitment})
		}
	}
	for _, v := range own {
		page.Villages = append(page.Villages, option{v.ID, q.local(v.Name), slices.Contains(c.To, v.ID)})
	}
	page.Fields = q.wordFields(c, languages[0])
	for _, l := range languages[1:] {
		page.Languages = append(page.Languages, inLanguage{q.lib.Text(l, "language.name"), c.First[l]+c.Second[l]+c.Words[l] != "", q.wordFields(c, l)})
	}
	page.When = field{Name: "at", Label: q.Say("console-announce.when"), Type: "datetime-local", Value: c.Typed, Optional: true, Hint: q.Say("console-announce.when-hint")}
	title := "console-announce.new"
	if c.Corrects != "" {
		title = "console-announce.correct"
	}
	return q.render(status, "compose", q.Say(title), page)
}

// wordFields are the fields of an announcement in one language.
func (q *request) wordFields(c composing, l bot.Language) []field {
	say := func(key string) string { return q.Say(key) }
	first := l == q.lib.Place().Languages[0]
	words := field{Name: fieldWords + string(l), Label: say("console-announce.words"), Type: "area", Value: c.Words[l], Max: bot.MaxAnnouncement, Optional: true, Rows: 6}
	f, ok := bot.AnnouncementFormNamed(c.Form)
	if !ok {
		if first {
			words.Hint = q.Say("console-announce.words-hint", "language", q.lib.Text(l, "language.name"))
		}
		return []field{words}
	}
	words.Label, words.Rows = say("console-announce.more"), 3
	return []field{
		{Name: fieldFirst + string(l), Label: say(f.First), Type: "area", Value: c.First[l], Max: bot.MaxAnnouncementField, Optional: true},
		{Name: fieldSecond + string(l), Label: say(f.Second), Type: "area", Value: c.Second[l], Max: bot.MaxAnnouncementField, Optional: true},
		words,
	}
}

// announcePreview is what preview.html shows.
type announcePreview struct {
	Said    string // what was done
	Notes   []string
	Urgent  bool
	Posted  bool
	Photo   string // its address
	Looks   []inWords
	Carried []hidden
	Send    string // what the button says
	Linked  bool   // the account has a conversation
}

// inWords is the message in one language, on the channels where it looks alike.
type inWords struct {
	Lang  bot.Language
	Name  string
	Looks []look
}

// look is a message as people on some channels get it.
type look struct {
	On      string // their names
	File    bool   // it is shown above the words
	Heading string
	Parts   []string // one message each
	Note    string
	Buttons []string
}

// previewPage shows what people will get, and who; said is what was done before.
func (q *request) previewPage(c composing, now time.Time, said string) error {
	audience, err := q.audienceOf(c, now)
	if err != nil {
		return err
	}
	page := announcePreview{Said: said, Notes: c.Notes(q.lang, audience, now), Urgent: c.Urgent, Posted: c.Posted(), Carried: c.carried(q.lib.Place().Languages),
		Send: q.Say("announce.send"), Linked: q.who.Account.Citizen != ""}
	if c.Photo {
		page.Photo = Path + "announcements/" + c.ID + "/photo"
	}
	switch {
	case bot.NeedsSecond(c.Villages(), q.lib):
		page.Send = q.Say("console-announce.ask")
	case !c.At.IsZero():
		page.Send = q.Say("console-announce.schedule")
	}
	for _, l := range q.lib.Place().Languages {
		page.Looks = append(page.Looks, inWords{l, q.lib.Text(l, "language.name"), q.looks(c.Message(l))})
	}
	return q.render(http.StatusOK, "preview", q.Say("console-announce.preview"), page)
}

// looks is m on every channel, those together where it looks the same.
func (q *request) looks(m bot.Outbound) (all []look) {
	var buttons []string
	for _, b := range m.Buttons {
		buttons = append(buttons, b.Label)
	}
	for _, p := range q.c.cfg.Platforms {
		l := look{On: q.platformName(p), Heading: m.Heading, Parts: []string{textOn(p, m)}, File: !m.Media.None() && p == m.Media.Platform, Note: m.Note, Buttons: buttons}
		if parts := q.c.cfg.Parts(p, m); parts != nil {
			l.Heading, l.Note, l.Parts = "", "", parts
		}
		same := func(x look) bool {
			return x.File == l.File && x.Heading == l.Heading && x.Note == l.Note && slices.Equal(x.Parts, l.Parts)
		}
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].On += ", " + l.On
			continue
		}
		all = append(all, l)
	}
	return all
}

// textOn is the text of m on a platform, with what stands for its file where that is not shown.
func textOn(p bot.Platform, m bot.Outbound) string {
	if m.Media.None() || p == m.Media.Platform {
		return m.Text
	}
	return strings.TrimSpace(m.Text + "\n\n" + m.Media.Instead)
}

func (q *request) platformName(p bot.Platform) string {
	switch p {
	case "":
		return q.Say("console-announce.forgotten")
	case "web":
		return q.Say("console.part-web")
	}
	return strings.ToUpper(string(p[:1])) + string(p[1:])
}
