package app

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// talks sends what somebody types, and waits for the answer to each, which holds what follows the words.
func (p *program) talks(t *testing.T, chat int64, talk ...[2]string) {
	t.Helper()
	for _, x := range talk {
		n := len(p.telegram.Messages(chat))
		p.telegram.SendText(chat, x[0])
		p.hears(t, chat, n+1, x[1])
	}
}

// village starts a program with nino, who administers a village, ira of the staff, who may read of corruption, and ana of that village.
func village(t *testing.T) (p *program, nino, ira, ana int64) {
	t.Helper()
	p = start(t, settings(t), fakebot.Options{})
	nino, ira, ana = 81, 82, 83
	for _, chat := range []int64{nino, ira, ana} {
		p.talks(t, chat, [2]string{"/start", "მზიანის"})
	}
	p.link(t, "81", bot.Account{Login: "nino", Name: "ნინო", Role: bot.RoleVillage, Villages: []string{"tskaro"}})
	p.link(t, "82", bot.Account{Login: "ira", Name: "ირა", Role: bot.RoleStaff, Integrity: true})
	p.talks(t, ana, [2]string{"ჩემი სოფელია წყარო", "წყარო"})
	return p, nino, ira, ana
}

// What is written of corruption never reaches the administrator of the village: neither the report, nor danger in the middle of
// it, nor what is added to it, nor words in a talk with a person or in another kind of feedback.
func TestCorruptionPassesTheVillageBy(t *testing.T) {
	const secret, threat = "gamgebelma qrTami momtxova", "da momklavs tu vityvi, mklavs, mishvelet"
	for name, tt := range map[string]struct {
		talk [][2]string
		ira  []string // what she hears, the first of it first
	}{
		"danger in the flow": {[][2]string{{"/feedback", ""}, {"6", "ადმინისტრატორი"}, {secret + ", " + threat, "112"}, {"1", "მივიღე"}, {"ესაა სულ", "გავგზავნო"}, {"1", "ნომერი"}},
			[]string{"საფრთხე", secret}},
		"danger in an addition": {[][2]string{{"/feedback", ""}, {"6", "ადმინისტრატორი"}, {secret, "მივიღე"}, {"ესაა სულ", "გავგზავნო"}, {"1", "ნომერი"}, {"/cases", "მიმართვ"}, {"1", ""}, {"1", "დავამატოთ"}, {threat, "112"}},
			[]string{secret, "საფრთხე", threat}},
		"as a problem":  {[][2]string{{"/feedback", ""}, {"1", ""}, {secret, "მივიღე"}, {"ესაა სულ", "ზეწოლას"}, {"კი", "გავგზავნო"}, {"1", "ნომერი"}}, []string{secret}},
		"as a question": {[][2]string{{secret, "ზეწოლას"}, {"კი", "მივიღე"}, {"ესაა სულ", "გავგზავნო"}, {"1", "ნომერი"}}, []string{secret}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, nino, ira, ana := village(t)
			p.talks(t, ana, tt.talk...)
			p.hears(t, ira, 2, tt.ira[0])
			for _, words := range tt.ira[1:] { // an alarm and a card of one moment go out at once: either may arrive first
				p.says(t, ira, words)
			}
			p.talks(t, ana, [2]string{"/human", "დაწერეთ"})
			p.hears(t, nino, 2, "ადამიანთან") // the first that she hears of ana: messages to one chat keep their order
			p.talks(t, ana, [2]string{secret, "ზეწოლას"}, [2]string{"/help", ""}, [2]string{"/human", "დაწერეთ"})
			p.hears(t, nino, 3, "ადამიანთან")
			for _, m := range p.telegram.Messages(nino) {
				if strings.Contains(m.Text, secret) || strings.Contains(m.Text, "momklavs") || strings.Contains(m.Text, "🆘") {
					t.Errorf("the administrator of the village was told: %q", m.Text)
				}
			}
		})
	}
}

// Of filing something the record of the conversation has nothing, not even that and when it was: who reads it, and sees no case that
// came in then, would know who wrote of corruption.
func TestFilingLeavesNoTraceInTheConversation(t *testing.T) {
	t.Parallel()
	p, _, ira, ana := village(t)
	recorded := func() (n int) {
		err := p.store.View(t.Context(), func(tx store.Tx) error {
			id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "83"})
			if err != nil {
				return err
			}
			es, _, err := tx.Conversations.Of(id, store.Page{Limit: 100})
			n = len(es)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := recorded()
	p.talks(t, ana, [2]string{"/feedback", ""}, [2]string{"4", ""}, [2]string{"გაუქმება", ""}, [2]string{"/feedback", ""}, [2]string{"6", "ადმინისტრატორი"},
		[2]string{"ფული მომთხოვეს", "მივიღე"}, [2]string{"ესაა სულ", "გავგზავნო"}, [2]string{"1", "ნომერი"}, [2]string{"/cases", "მიმართვ"})
	p.hears(t, ira, 2, "ფული მომთხოვეს")
	if n := recorded() - before; before == 0 || n != 0 {
		t.Errorf("of a report of corruption %d exchanges are in the record, after %d", n, before)
	}
	p.talks(t, ana, [2]string{"/help", ""})
	if n := recorded() - before; n != 1 {
		t.Errorf("%d exchanges are recorded after it", n)
	}
}

// Words that were a question first, and are then filed by who does not want to be named, are found with nobody.
func TestWordsOfWhoHidesAreFoundWithNobody(t *testing.T) {
	t.Parallel()
	p, _, _, ana := village(t)
	const words = "წყალი არ მოდის"
	found := func() (said, asked int) {
		err := p.store.View(t.Context(), func(tx store.Tx) error {
			es, _, err := tx.Conversations.Search(bot.Scope{All: true}, words, store.Page{Limit: 10})
			qs, _, err2 := tx.Questions.Latest(store.Page{Limit: 10})
			for _, q := range qs {
				if strings.Contains(q.Text, words) {
					asked++
				}
			}
			said = len(es)
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
		return said, asked
	}
	p.talks(t, ana, [2]string{words, "როდის მოვა წყალი"})
	if said, asked := found(); said != 1 || asked != 1 {
		t.Fatalf("the question is %d times in the record, and waits %d times", said, asked)
	}
	p.talks(t, ana, [2]string{"1", "რა არის ეს"}, [2]string{"1", ""}, [2]string{"ესაა სულ", "გავგზავნო"}, [2]string{"ანონიმურად", "ანონიმურ"}, [2]string{"1", "ნომერი"})
	if said, asked := found(); said+asked > 0 {
		t.Errorf("the words of an anonymous case are %d times in the record, and %d times among questions", said, asked)
	}
}

// What accounts did, and who got an announcement, is kept for as long as the place says; how many got it is kept.
func TestPruneTrailAndRecipients(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	now := time.Now()
	err := p.store.Update(t.Context(), func(tx store.Tx) error {
		b := bot.Broadcast{ID: "old", State: bot.BroadcastSending, Created: now, At: now, Messages: map[bot.Language]bot.Outbound{"ka": {Text: "x"}}}
		err := errors.Join(tx.Trail.Append(bot.Audit{At: now, Login: "nino", Act: "announce"}), tx.Broadcasts.Create(b, bot.Scope{All: true}),
			tx.Broadcasts.Owe("old", bot.Recipient{Citizen: "ana", Address: bot.Address{Platform: "elsewhere", ID: "1"}}))
		b.State, b.Version = bot.BroadcastStopped, 1
		return errors.Join(err, tx.Broadcasts.Put(b))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ days, lines, recipients int }{{364, 1, 1}, {366, 1, 0}, {1094, 1, 0}, {1096, 0, 0}} {
		if err := p.pruneWords(t.Context(), now.AddDate(0, 0, tt.days)); err != nil {
			t.Fatal(err)
		}
		err := p.store.View(t.Context(), func(tx store.Tx) error {
			as, _, err := tx.Trail.Latest(store.Page{Limit: 10})
			rs, err2 := tx.Broadcasts.Of("ana", 10)
			report, err3 := tx.Broadcasts.Report("old")
			if len(as) != tt.lines || len(rs) != tt.recipients || report[bot.FateOwed] != 1 {
				t.Errorf("after %d days: %d lines, %d recipients, report %v", tt.days, len(as), len(rs), report)
			}
			return errors.Join(err, err2, err3)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What people of the municipality answered is on a page of our own that was closed when they did, and stays there when the
// program was started anew.
func TestAnswersWaitOnTheWeb(t *testing.T) {
	s := settings(t)
	p := start(t, s, fakebot.Options{})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: patience}
	page := func(p *program, words string) string {
		t.Helper()
		addr, err := p.Listen()
		if err != nil {
			t.Fatal(err)
		}
		get := func() (*http.Response, error) { return browser.Get("http://" + addr.String() + "/chat") }
		if words != "" {
			get = func() (*http.Response, error) {
				return browser.PostForm("http://"+addr.String()+"/chat/messages", url.Values{"text": {words}})
			}
		}
		r, err := get()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v", r.Status, err)
		}
		return string(body)
	}
	for _, words := range []string{"", "ჩემი სოფელია წყარო", "/feedback", "1", "ხიდი ჩატყდა", "ესაა სულ"} {
		page(p, words)
	}
	if got := page(p, "1"); !strings.Contains(got, "ნომერი") {
		t.Fatalf("nothing was filed: %s", got)
	}
	if err := p.end(); err != nil {
		t.Fatal(err)
	}
	p = start(t, s, fakebot.Options{})
	by := bot.Account{Login: "ira", Role: bot.RoleStaff}
	err = p.store.Update(t.Context(), func(tx store.Tx) error {
		cs, _, err := tx.Cases.List(by.Scope(), store.CaseQuery{}, store.Page{Limit: 2})
		if err != nil || len(cs) != 1 {
			return errors.Join(err, errors.New("there is no case"))
		}
		return p.cases.Move(tx, bot.MoveCase{ID: cs[0].ID, To: bot.CaseAnswered, Reason: "ხვალ მოვალთ და შევაკეთებთ"}, by, time.Now().UTC())
	})
	if err != nil {
		t.Fatal(err)
	}
	p.wake("web")
	allSent(t, p.store, "web")
	for range 2 {
		if got := page(p, ""); strings.Count(got, "ხვალ მოვალთ და შევაკეთებთ") != 1 {
			t.Errorf("the answer is there %d times: %s", strings.Count(got, "ხვალ მოვალთ და შევაკეთებთ"), got)
		}
		page(p, "/help")
	}
}

// On a page of our own nothing that was said is shown after it was forgotten; and asking for it twice in a row works.
func TestForgetOnTheWeb(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: patience}
	read := func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		page, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v", r.Status, err)
		}
		return string(page)
	}
	chat := "http://" + addr.String() + "/chat"
	say := func(words string) string {
		t.Helper()
		return read(browser.PostForm(chat+"/messages", url.Values{"text": {words}}))
	}
	read(browser.Get(chat))
	for _, x := range [][2]string{{"ჩემი სოფელია წყარო", "ჩავინიშნე"}, {"/forget", "წავშალო"}, {"1", "ბოლო კითხვა"}, {"2", "წაიშალა"}, {"/forget", "აღარაფერი ინახება"}, {"/forget", "აღარაფერი ინახება"}} {
		page := say(x[0])
		if !strings.Contains(page, x[1]) {
			t.Errorf("after %q there is no %q: %s", x[0], x[1], page)
		}
		if x[1] == "წაიშალა" && (strings.Contains(page, "წყარო") || strings.Contains(page, "ბოლო კითხვა")) {
			t.Errorf("what was said is still there: %s", page)
		}
	}
}

// Who replies to somebody whom a colleague is answering is told who that is, and their words are kept back.
func TestAColleagueHasTheConversation(t *testing.T) {
	p, nino, ira, ana := village(t)
	p.link(t, "82", bot.Account{Login: "ira2", Name: "ირა", Role: bot.RoleStaff})
	p.talks(t, ana, [2]string{"/human", "დაწერეთ"})
	p.hears(t, nino, 2, "ადამიანთან")
	p.talks(t, nino, [2]string{"/waiting", "საუბარი 1"}, [2]string{"1", "რა მივწერო"}, [2]string{"გისმენთ", "გაიგზავნა"})
	p.says(t, ana, "გისმენთ")
	p.talks(t, nino, [2]string{"2026", "ასე გავგზავნო"}, [2]string{"არა", "რა მივწერო"})
	p.talks(t, ira, [2]string{"/waiting", "არაფერი გელოდებათ"})
	if err := p.store.Update(t.Context(), func(tx store.Tx) error { // the card that she got before
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "83"})
		return errors.Join(err, tx.Threads.Set(bot.Address{Platform: "telegram", ID: "82"}, "1", "talk:"+string(id), time.Now()))
	}); err != nil {
		t.Fatal(err)
	}
	p.telegram.SendReply(ira, 1, "მეც აქ ვარ")
	p.says(t, ira, "ნინო პასუხობს")
	for _, m := range p.telegram.Messages(ana) {
		if strings.Contains(m.Text, "2026") || strings.Contains(m.Text, "მეც აქ ვარ") {
			t.Errorf("the citizen got %q", m.Text)
		}
	}
}
