package intents

import (
	"fmt"
	"strings"
	"time"

	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: "mydata", Commands: []string{"mydata"}, Handle: myData})

// maxData bounds the file, in bytes: a phone has to open it.
const maxData = 1 << 20

// myData hands over everything that is kept about the citizen, as one file of plain text.
func myData(a bot.Ask) bot.Turn {
	text := everything(a, a.Records.Everything(a.Citizen.ID))
	name := "mydata/" + secret(a.In.Random, 12) + "/ogpbot-" + a.In.At.In(a.Library.Place().Zone).Format("2006-01-02") + ".txt"
	t := apart(a.Reply(bot.Outbound{
		Text:    a.Say("mydata.text"),
		Media:   bot.Media{Kind: bot.KindDocument, Picture: name, Instead: text},
		Buttons: []bot.Button{a.Button("forget.button", "forget")},
	}))
	t.Effects = []bot.Effect{bot.KeepFile{Name: name, Data: []byte("\ufeff" + text)}} // the mark tells old phones that it is Georgian
	t.Next.Slots = a.State.Slots
	return apartFromRecord(t)
}

// sheet is the file as far as it is written.
type sheet struct {
	bot.Ask
	strings.Builder
}

func (s *sheet) line(parts ...string) {
	s.WriteString(strings.TrimRight(strings.Join(parts, " "), " ") + "\n")
}

// head begins a section.
func (s *sheet) head(key string, count int) {
	s.line()
	s.line("==", s.Say(key), fmt.Sprintf("(%d)", count), "==")
}

func (s *sheet) when(t time.Time) string {
	return t.In(s.Library.Place().Zone).Format("02.01.2006 15:04")
}

// everything writes down what is kept, the conversation last and its latest first: what does not fit is the oldest of it.
func everything(a bot.Ask, e bot.Everything) string {
	s := &sheet{Ask: a}
	s.line(a.Say("mydata.title"))
	s.line(s.when(a.In.At))
	s.line()
	s.person(e)
	s.consents(e.Consents)
	if f, ok := filingIn(a.State, a.In.At); ok && !f.empty() {
		s.head("mydata.draft", 1)
		s.line(f.text())
	}
	s.cases(e)
	s.questions(e.Questions)
	s.head("mydata.mail", len(e.Mail))
	for i, m := range e.Mail {
		if s.full(len(e.Mail) - i) {
			break
		}
		s.line(s.when(m.At)+":", m.Message.Words())
	}
	s.received(e.Received)
	s.sent(e.Sent)
	return s.talk(e.Exchanges)
}

func (s *sheet) consents(cs []bot.Consent) {
	s.head("mydata.consents", len(cs))
	for _, c := range cs {
		key := "mydata.consent-ended"
		if c.Given {
			key = "mydata.consent-given"
		}
		s.line(s.when(c.At)+":", s.Say(key), fmt.Sprintf("(%s, %d)", c.Platform, c.Version))
	}
}

func (s *sheet) cases(e bot.Everything) {
	s.head("mydata.cases", len(e.Cases))
	for i, c := range e.Cases {
		if s.full(len(e.Cases) - i) {
			break
		}
		s.line(s.when(c.Created)+":", caseTitle(s.Ask, c)+",", s.Say(stateWord(c)))
		for _, x := range e.Added {
			if x.Case == c.ID && x.Text != c.Text {
				s.said(x.Text, "")
			}
		}
		if c.Citizen != s.Citizen.ID {
			s.line(s.Say("mydata.joined"))
			continue
		}
		s.said(c.Text, c.Reason)
		if n := len(c.Media); n > 0 {
			s.line(s.Say("feedback.with-files", "count", number(n)))
		}
		if !c.Spot.None() {
			s.line(fmt.Sprintf("📍 %.5f, %.5f", c.Spot.Lat, c.Spot.Long))
		}
	}
}

func (s *sheet) questions(qs []bot.Question) {
	s.head("mydata.questions", len(qs))
	for i, q := range qs {
		if s.full(len(qs) - i) {
			break
		}
		s.line(s.when(q.At) + ":")
		s.said(q.Text, q.Reply)
	}
}

// talk ends the file with as much of the conversation as fits.
func (s *sheet) talk(xs []bot.Exchange) string {
	s.head("mydata.talk", len(xs))
	tail := "\n" + s.Say("mydata.never") + "\n"
	for i := 0; i < len(xs); i++ {
		before, left, x := s.Len(), len(xs)-i, xs[i]
		s.line(s.when(x.At), fmt.Sprintf("(%s)", x.Platform))
		s.said(x.Said, strings.Join(x.Replies, "\n\n"))
		switch {
		case x.Media != "":
			s.line(s.Say("mydata.file"))
		case unsaid(x):
			n := 1
			for i+n < len(xs) && unsaid(xs[i+n]) {
				n++
			}
			s.line(s.Say("mydata.apart"), times(n))
			i += n - 1
		}
		if rest := s.Say("mydata.rest", "count", number(left)); s.Len()+len(tail)+len(rest) > maxData {
			return s.String()[:before] + rest + "\n" + tail
		}
	}
	return s.String() + tail
}

// unsaid tells whether nothing of an exchange is kept in the conversation.
func unsaid(x bot.Exchange) bool { return x.Media == "" && x.Said == "" && len(x.Replies) == 0 }

// times says how often a line stands for something, if more than once.
func times(n int) string {
	if n < 2 {
		return ""
	}
	return "×" + number(n)
}

// full ends a section, of which left things are still to come, if the file would become too long for the rest.
func (s *sheet) full(left int) bool {
	if s.Len() < maxData*3/4 {
		return false
	}
	s.line(s.Say("dialogue.data-rest", "count", number(left)))
	return true
}

// What became of messages, and of which kind they were, in words.
var (
	fateWords = map[bot.Fate]string{bot.FateOwed: "dialogue.fate-owed", bot.FateUnconfirmed: "dialogue.fate-unconfirmed", bot.FateSent: "dialogue.fate-sent",
		bot.FateHeld: "dialogue.fate-held", bot.FateLater: "dialogue.fate-later", bot.FateUnreachable: "dialogue.fate-failed", bot.FateFailed: "dialogue.fate-failed"}
	purposeWords = map[bot.Purpose]string{bot.PurposeReply: "dialogue.purpose-reply", bot.PurposePerson: "dialogue.purpose-person", bot.PurposeNotice: "dialogue.purpose-notice",
		bot.PurposeUrgent: "dialogue.purpose-news", bot.PurposeDigest: "dialogue.purpose-digest", bot.PurposeAnnouncement: "dialogue.purpose-news"}
)

// received writes down announcements, each with its first words.
func (s *sheet) received(all []bot.Received) {
	s.head("dialogue.data-received", len(all))
	for i, r := range all {
		if s.full(len(all) - i) {
			return
		}
		at := r.At
		if at.IsZero() {
			at = r.Broadcast.At
		}
		m := r.Broadcast.Message(s.Lang, s.Library.Place().Languages...)
		s.line(s.when(at)+":", quote(s.Ask, shorten(oneLine(m.Words()), casesPart)), "–", s.Say(fateWords[r.Fate]))
	}
}

// sent writes down how many messages went to them on each day, and what became of them.
func (s *sheet) sent(all []bot.Sending) {
	s.head("dialogue.data-sent", len(all))
	count, lines := map[string]int{}, []string{}
	for _, x := range all {
		line := s.Day(x.At.In(s.Library.Place().Zone)) + ": " + s.Say(purposeWords[x.Purpose]) + " – " + s.Say(fateWords[x.Fate])
		if count[line]++; count[line] == 1 {
			lines = append(lines, line)
		}
	}
	for i, line := range lines {
		if s.full(len(lines) - i) {
			return
		}
		s.line(line, times(count[line]))
	}
}

// person writes down what is kept of the person apart from what was said.
func (s *sheet) person(e bot.Everything) {
	c := e.Citizen
	if c.ID == "" { // nothing is stored yet but this message
		c = s.Citizen
	}
	for _, x := range c.Contacts {
		s.line(s.Say("mydata.contact", "platform", string(x.Address.Platform)), x.Address.ID)
	}
	if !c.FirstSeen.IsZero() {
		s.line(s.Say("mydata.since", "date", s.when(c.FirstSeen)))
	}
	s.line(s.Say("mydata.language", "language", s.Library.Text(c.Language, "language.name")))
	village := s.Say("mydata.unknown")
	if v, ok := s.Library.Village(c.Village); ok {
		village = s.Local(v.Name)
	}
	s.line(s.Say("mydata.village", "village", village))
	if consented(s.Ask) {
		s.line(s.Say("mydata.news", "often", cadence(s.Ask, c.Cadence), "which", titles(s.Ask)))
	} else {
		s.line(s.Say("mydata.no-news"))
	}
	if account, ok := s.Account(); ok {
		s.line(s.Say("mydata.account", "login", account.Login, "role", roleName(s.Ask, account.Role)))
	}
}

// said writes down words of the citizen and what they were told.
func (s *sheet) said(words, answer string) {
	for _, x := range [][2]string{{"mydata.you", words}, {"mydata.us", answer}} {
		if x[1] != "" {
			s.line(s.Say(x[0]), x[1])
		}
	}
}
