package intents_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
)

// sleeping is a place in which people are left alone at night.
type sleeping struct{ *content.Library }

func (s sleeping) Place() bot.Place {
	p := s.Library.Place()
	p.Quiet = bot.Quiet{From: 21 * time.Hour, To: 9 * time.Hour}
	return p
}

// stamp gives the time and the random number of the message in line n.
func (r *records) stamp(n int) (time.Time, uint64) {
	const odd = 0x9e3779b97f4a7c15
	if r.clock.IsZero() {
		return time.Date(2026, 5, 4, 9, 0, n, 0, time.UTC), uint64(n) * odd
	}
	r.ticks++
	r.drawn++
	return r.clock.Add(time.Duration(r.ticks) * time.Second), uint64(r.drawn) * odd
}

var (
	times   = regexp.MustCompile(`(\S)×(\d+)`)
	newLine = " ⏎ "
)

// typed is what a transcript's words stand for.
func typed(words string) string {
	words = times.ReplaceAllStringFunc(words, func(s string) string {
		m := times.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
	return strings.ReplaceAll(words, newLine, "\n")
}

// told is an effect as a transcript shows it: of an announcement also what everybody gets.
func told(e bot.Effect) string {
	if open, ok := e.(bot.OpenCase); ok {
		return filed(open.Case)
	}
	start, ok := e.(bot.StartBroadcast)
	if !ok {
		return strings.TrimPrefix(strings.ReplaceAll(fmt.Sprintf("%T %+v", e, e), " Village:}", "}"), "bot.")
	}
	b := start.Broadcast
	out := fmt.Sprintf("StartBroadcast %s by %s to %v, %s for %s", b.ID, b.By, b.Villages, b.State, b.At.Format("2006-01-02 15:04:05"))
	for _, part := range [][2]string{{"form", b.Form}, {"corrects", b.Corrects}} {
		if part[1] != "" {
			out += ", " + part[0] + " " + part[1]
		}
	}
	if b.Urgent {
		out += ", urgent"
	}
	if b.Post {
		out += ", posted"
	}
	for _, lang := range slices.Sorted(maps.Keys(b.Messages)) {
		m := b.Messages[lang]
		out += "\n! " + string(lang) + ": " + strings.ReplaceAll(m.Words(), "\n", newLine)
		if !m.Media.None() {
			out += fmt.Sprintf(" (with %s of %s, or %q)", m.Media.Ref, m.Media.Platform, m.Media.Instead)
		}
		for _, b := range m.Buttons {
			out += " [" + b.Label + ": " + b.Action + "]"
		}
	}
	return out
}

// filed is a case as a transcript shows it.
func filed(c bot.Case) string {
	out := fmt.Sprintf("OpenCase %s %s at %q until %s: %q", c.ID, c.Kind, c.Village, c.Due.Format("2006-01-02"), c.Text)
	for _, m := range c.Media {
		out += fmt.Sprintf(", with %s of %s", m.Ref, m.Platform)
	}
	if !c.Spot.None() {
		out += fmt.Sprintf(", on %v", c.Spot)
	}
	if c.Commitment != "" {
		out += fmt.Sprintf(", of %s: %d", c.Commitment, c.Score)
	}
	if c.Anonymous {
		out += ", anonymous"
	}
	if c.Relay {
		out += ", for somebody else"
	}
	return out + ", in " + string(c.Language)
}

// office is a conversation of one account.
type office struct {
	t     *testing.T
	bot   *bot.Bot
	kept  *records
	state bot.State
	at    time.Time
	n     uint64
}

func newOffice(t *testing.T, facts ...string) *office {
	t.Helper()
	o := &office{t: t, bot: town(t), at: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	o.kept = &records{library: o.bot.Library(), clock: o.at}
	for _, f := range facts {
		o.kept.set(t, &bot.Citizen{ID: "citizen"}, f)
	}
	return o
}

func (o *office) send(in bot.Inbound) bot.Turn {
	o.n++
	in.From, in.At, in.Random = address, o.at, o.n*0x9e3779b97f4a7c15
	c := bot.Citizen{ID: "citizen", Language: "en", LanguageSet: true}
	turn := o.bot.Respond(c, o.state, in, o.kept)
	for _, e := range turn.Effects {
		o.kept.apply(&c, e)
	}
	o.state = turn.Next
	return turn
}

func (o *office) types(words string) bot.Turn { return o.send(bot.Inbound{Text: words}) }

func (o *office) presses(action string) bot.Turn {
	return o.send(bot.Inbound{Kind: bot.KindPress, Action: action, Message: "m"})
}

// offered is the action of a button that is offered, by how it begins.
func (o *office) offered(start string) string {
	o.t.Helper()
	for _, b := range o.state.Offered {
		if strings.HasPrefix(b.Action, start) {
			return b.Action
		}
	}
	o.t.Fatalf("no button begins with %q: %v", start, o.state.Offered)
	return ""
}

func started(turn bot.Turn) (b bot.Broadcast, ok bool) {
	for _, e := range turn.Effects {
		if s, is := e.(bot.StartBroadcast); is {
			return s.Broadcast, true
		}
	}
	return b, false
}

func denied(turn bot.Turn) string {
	for _, e := range turn.Effects {
		if n, is := e.(bot.Note); is {
			return n.Audit.Act + " " + n.Audit.Object + " " + n.Audit.Denied
		}
	}
	return ""
}

// The button of an older preview sends nothing, and the one that counts sends once.
func TestAnnounceStalePreview(t *testing.T) {
	o := newOffice(t, "account nino village tskaro", "subscribers tskaro 3 0")
	o.types("/announce first words")
	old := o.offered("announce:send:")
	o.presses(o.offered("announce:change:"))
	o.types("second words")
	turn := o.presses(old)
	if _, ok := started(turn); ok || len(turn.Replies) != 2 || !strings.Contains(turn.Replies[0].Text, "second words") {
		t.Fatalf("an old button: %+v", turn)
	}
	sample := turn.Replies[0].Buttons[0].Action
	if turn := o.presses(sample); len(turn.Effects) != 0 || turn.Replies[0].Replaces != "" {
		t.Fatalf("the button of the sample: %+v", turn)
	}
	send := o.offered("announce:send:")
	b, ok := started(o.presses(send))
	if !ok || b.Messages["ka"].Text != "second words" || b.Messages["ka"].Buttons[0].Action != "stop" {
		t.Fatalf("sent: %v %+v", ok, b)
	}
	if _, ok := started(o.presses(send)); ok {
		t.Error("sent twice")
	}
}

// Nothing leaves the account's scope, whatever is pressed, and each attempt is noted.
func TestAnnounceScope(t *testing.T) {
	for action, want := range map[string]string{
		"announce:to:nigvzi":              "announce nigvzi scope",
		"announce:tick:nigvzi":            "announce nigvzi scope",
		"announce:all":                    "announce  scope",
		"announce:stop:other":             "stop other scope",
		"announce:yes:whole":              "approve whole scope",
		"announce:report:../etc":          "report  scope",
		"announce:correct:other":          "correct other scope",
		"announce:undo:nosuchbroadcastid": "stop nosuchbroadcastid scope",
	} {
		o := newOffice(t, "account nino village tskaro mta", "broadcast other sending nigvzi words", "broadcast whole waiting - words")
		o.types("/announce words")
		if got := denied(o.presses(action)); got != want {
			t.Errorf("%s: noted %q, want %q", action, got, want)
		}
		o.presses("announce:to:tskaro")
		if b, ok := started(o.presses(o.offered("announce:send:"))); !ok || fmt.Sprint(b.Villages) != "[tskaro]" {
			t.Errorf("%s: then sent %v to %v", action, ok, b.Villages)
		}
	}
	o := newOffice(t, "account nino village tskaro")
	o.types("/announce words")
	send := o.offered("announce:send:")
	o.kept.account.Villages = []string{"mta"} // meanwhile
	if turn := o.presses(send); denied(turn) != "announce tskaro scope" {
		t.Errorf("a village that was taken away: %+v", turn)
	}
}

// All villages together are the whole municipality, and nobody approves their own.
func TestAnnounceEverybodyTakesTwo(t *testing.T) {
	o := newOffice(t, "account maka staff")
	o.types("/announce words")
	o.presses("announce:several")
	for _, v := range o.bot.Library().Villages() {
		o.presses("announce:tick:" + v.ID)
	}
	o.presses("announce:ready")
	b, ok := started(o.presses(o.offered("announce:send:")))
	if !ok || len(b.Villages) != 0 || b.State != bot.BroadcastWaiting {
		t.Fatalf("sent %v, %s to %v", ok, b.State, b.Villages)
	}
	if turn := o.presses("announce:yes:" + b.ID); denied(turn) != "approve "+b.ID+" own" || len(turn.Effects) != 1 {
		t.Errorf("one's own yes: %+v", turn)
	}
	o.kept.set(t, &bot.Citizen{ID: "citizen"}, "account gela staff")
	if turn := o.presses("announce:yes:" + b.ID); len(turn.Effects) != 1 || turn.Effects[0] != (bot.SteerBroadcast{ID: b.ID, Act: bot.ActApprove}) {
		t.Errorf("a colleague's yes: %+v", turn)
	}
	if turn := o.presses("announce:yes:" + b.ID); len(turn.Effects) != 0 {
		t.Errorf("a second yes: %+v", turn)
	}
}

// What is typed long afterwards is a question again; while a person speaks in the conversation, it is an announcement.
func TestAnnounceTakesWhatIsMeantForIt(t *testing.T) {
	o := newOffice(t, "account nino village tskaro")
	o.types("/announce")
	o.at = o.at.Add(3 * time.Hour)
	if turn := o.types("my house is on fire"); turn.Intent != bot.IntentEmergency {
		t.Errorf("three hours later: %s", turn.Intent)
	}
	o.types("/announce")
	silent := bot.Citizen{ID: "citizen", SilentUntil: o.at.Add(time.Hour)}
	turn := o.bot.Respond(silent, o.state, bot.Inbound{From: address, At: o.at, Text: "the bridge is closed"}, o.kept)
	if turn.Intent != "announce" || turn.Next.Step != "preview" {
		t.Errorf("while a person speaks: %s, %s", turn.Intent, turn.Next.Step)
	}
}

// A date without a year is the next one, and the longest action of a button fits.
func TestAnnounceWhen(t *testing.T) {
	o := newOffice(t, "account nino village tskaro")
	o.at = time.Date(2026, 12, 20, 9, 0, 0, 0, time.UTC)
	for words, want := range map[string]string{
		"3.1 18:00": "2027-01-03 14:00", "31.12. 9:00": "2026-12-31 05:00", "25.12.2026 18:00": "2026-12-25 14:00", "tomorrow 23:59": "2026-12-22 05:00",
		"day after tomorrow 10:00": "2026-12-22 06:00", "dges 18:00": "2026-12-20 14:00", "aujourd'hui 18:30": "2026-12-20 14:30",
		"19.12 18:00": "", "29.02 10:00": "", "25:00": "", "31.11": "", "3.1.27 18:00": "", "20.2.2027 10:00": "", "never": "", "call the school at 9": "",
		"tomorrow": "2026-12-21 05:00", "18.30": "2026-12-20 14:30", "1830": "2026-12-20 14:30", "xval 9": "2026-12-21 05:00", "xval 9 saatze": "2026-12-21 05:00",
		"xval dilas 9ze": "2026-12-21 05:00", "ხვალ დილით": "2026-12-21 05:00", "xval dilit": "2026-12-21 05:00", "ხვალ": "2026-12-21 05:00",
		"9 საათზე ხვალ": "2026-12-21 05:00", "საღამოს 7 საათზე": "2026-12-20 15:00", "saghamos 7": "2026-12-20 15:00", "saRamos 7ze": "2026-12-20 15:00",
		"7 ze": "", "dges 8ze": "", "ორშაბათს 10:00": "2026-12-21 06:00", "orshabats 10 saatze": "2026-12-21 06:00", "კვირას 10:00": "2026-12-27 06:00",
		"25 დეკემბერს 18:00": "2026-12-25 14:00", "25 dekembers 18 saatze": "2026-12-25 14:00", "პირველ იანვარს 12 საათზე": "2027-01-01 08:00",
		"ერთ საათში": "2026-12-20 10:00", "2 საათში": "2026-12-20 11:00", "ნახევარ საათში": "2026-12-20 09:30", "30 წუთში": "2026-12-20 09:30",
		"tomorrow at 9": "2026-12-21 05:00", "demain à 9h": "2026-12-21 05:00", "demain à 18 h 30": "2026-12-21 14:30", "dans 2 heures": "2026-12-20 11:00",
		"in an hour": "2026-12-20 10:00", "Monday at 18:00": "2026-12-21 14:00", "lundi 18:00": "2026-12-21 14:00", "après-demain 10 h": "2026-12-22 06:00",
		"ზეგ საღამოს": "2026-12-22 14:00", "ხვალ ცხრა საათზე": "2026-12-21 05:00", "now": "2026-12-20 09:01", "სამშაბათს დილის ათზე": "2026-12-22 06:00",
	} {
		o.types("/announce words")
		o.presses(o.offered("announce:when:"))
		for _, b := range o.state.Offered {
			if len(b.Action) > 64 {
				t.Errorf("the action %q has %d bytes", b.Action, len(b.Action))
			}
		}
		got := ""
		if turn := o.types(words); turn.Next.Step == "preview" {
			b, _ := started(o.presses(o.offered("announce:send:")))
			got = b.At.Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%q is %q, want %q", words, got, want)
		}
	}
}
