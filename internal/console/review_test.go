package console

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// trail gives the newest lines of the trail.
func (o *office) trail(n int) (as []bot.Audit) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) (err error) { as, _, err = tx.Trail.Latest(store.Page{Limit: n}); return err }))
	return as
}

// acted gives the newest line of the trail about an act.
func (o *office) acted(act string) bot.Audit {
	o.t.Helper()
	for _, a := range o.trail(500) {
		if a.Act == act {
			return a
		}
	}
	return bot.Audit{}
}

// owed takes what citizens are owed over a platform.
func (o *office) owed(p bot.Platform) (ps []store.Parcel) {
	o.t.Helper()
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) (err error) {
		ps, err = tx.Outbox.Claim(p, bot.PurposeAnnouncement, time.Now().Add(time.Hour), time.Minute, 100)
		for _, x := range ps {
			err = errors.Join(err, tx.Outbox.Settle(x.ID, bot.FateSent, time.Now().UTC()))
		}
		return err
	}))
	return ps
}

// ask has a citizen ask what the bot cannot answer.
func (o *office) ask(id bot.CitizenID, why bot.Why, text string) {
	o.t.Helper()
	now := time.Now().UTC()
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		c, _, err := tx.Citizens.Get(id)
		return errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: id, Platform: "telegram", Village: c.Village, At: now, Said: text, Intent: "ask", Replies: []string{"გადავეცი."}}),
			o.questions.Ask(tx, bot.Question{Citizen: id, Village: c.Village, Language: "ka", At: now, Text: text, Why: why}, now))
	}))
}

func TestConversationsAreFound(t *testing.T) {
	o := newOffice(t)
	zone := o.console.cfg.Library().Place().Zone
	long := time.Now().AddDate(0, 0, -40).In(zone)
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Conversations.Append(bot.Exchange{Citizen: "CITIZEN1", Platform: "telegram", Village: o.two, At: long.UTC(), Said: "ძველი ამბავი ხიდზე", Intent: "ask"})
	}))
	b, v := o.enter("staff"), o.enter("village")
	day := long.Format(time.DateOnly)
	for _, c := range []struct {
		who         *browser
		query       string
		has, hasNot string
	}{
		{b, "q=" + url.QueryEscape("მოასფალტებენ"), "CITIZEN1", "HYPERLINK"},
		{v, "q=" + url.QueryEscape("მოასფალტებენ"), "CITIZEN0", "CITIZEN1"},
		{b, "q=gamarjoba+gza", "CITIZEN1", "HYPERLINK"}, // in Latin letters, and another form of the word
		{b, "village=" + o.two + "&q=" + url.QueryEscape("მოასფალტებენ"), "CITIZEN1", "CITIZEN0"},
		{b, "village=-&q=" + url.QueryEscape("მოასფალტებენ"), "CITIZEN2", "CITIZEN1"},
		{b, "q=nothinglikethis", o.console.cfg.Library().Text("ka", "console-review.found-none"), "CITIZEN"},
		{b, "from=" + day + "&to=" + day, "ძველი ამბავი", "CITIZEN0"},
		{b, "to=" + long.AddDate(0, 0, -1).Format(time.DateOnly), o.console.cfg.Library().Text("ka", "console.conversations-none"), "CITIZEN"},
		{b, "from=" + long.AddDate(0, 0, 1).Format(time.DateOnly), "CITIZEN0", "ძველი ამბავი"},
		{v, "", "CITIZEN0", "CITIZEN1"},
	} {
		got := c.who.get("/console/conversations?" + c.query)
		if got.StatusCode != 200 || !strings.Contains(got.body, c.has) || strings.Contains(got.body, c.hasNot) {
			t.Errorf("%s: %d, %q is there: %v, %q is there: %v", c.query, got.StatusCode, c.has, strings.Contains(got.body, c.has), c.hasNot, strings.Contains(got.body, c.hasNot))
		}
	}
	for query, want := range map[string]int{"from=nonsense": 400, "to=2026-13-40": 400, "q=" + strings.Repeat("x", 201): 400, "q=%ff": 400, "village=nonsense": 404} {
		if got := b.get("/console/conversations?" + query).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	// A hit opens where it was said, in a conversation that has gone on since.
	found := regexp.MustCompile(`/console/conversations/CITIZEN1\?until=\d+#m\d+`).FindString(b.get("/console/conversations?q=" + url.QueryEscape("ხიდზე")).body)
	path, place, _ := strings.Cut(found, "#")
	body := b.get(path).body
	if found == "" || !strings.Contains(body, "ძველი ამბავი") || !strings.Contains(body, `id="`+place+`"`) || strings.Contains(body, "მოასფალტებენ") {
		t.Errorf("%q does not lead to the message", found)
	}
	for _, bad := range []string{"until=x", "until=-5", "until=99999999999999"} {
		o.expect(b.get("/console/conversations/CITIZEN1?"+bad), 404, "")
	}
	for _, a := range o.trail(40) { // what was looked for is nobody's business
		if strings.Contains(a.Object, "ხიდ") || strings.Contains(a.Object, "მოასფ") {
			t.Errorf("the trail holds %q", a.Object)
		}
	}
	if as := o.trail(40); !strings.Contains(fmt.Sprint(as), "conversation.search") {
		t.Error("the trail does not say that somebody searched")
	}
}

// Pages by key: each message comes once, however many there are.
func TestConversationPages(t *testing.T) {
	o := newOffice(t)
	now := time.Now().UTC()
	o.must(o.store.Update(t.Context(), func(tx store.Tx) (err error) {
		for i := range 130 {
			err = errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: "CITIZEN0", Platform: "telegram", Village: o.one, At: now.Add(time.Duration(i-200) * time.Hour),
				Said: fmt.Sprintf("ნომერი-%03d წყალი", i), Kind: bot.KindText}))
		}
		return err
	}))
	b := o.enter("village")
	next := regexp.MustCompile(`<a class="button" href="([^"]+after=[^"]+)"`)
	for _, first := range []string{"/console/conversations/CITIZEN0", "/console/conversations?q=" + url.QueryEscape("წყალი")} {
		seen, pages := map[string]int{}, 0
		for path := first; path != ""; pages++ {
			body := b.get(path).body
			for _, n := range regexp.MustCompile(`ნომერი-\d+`).FindAllString(body, -1) {
				seen[n]++
			}
			path = ""
			if m := next.FindStringSubmatch(body); m != nil {
				path = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if len(seen) != 130 || pages < 3 {
			t.Errorf("%s: %d messages on %d pages", first, len(seen), pages)
		}
		for n, times := range seen {
			if times != 1 {
				t.Errorf("%s came %d times", n, times)
			}
		}
	}
	body := b.get("/console/conversations/CITIZEN0").body
	if days := strings.Count(body, `class="daymark"`); days < 2 {
		t.Errorf("%d days are marked", days)
	}
}

func TestHiddenNumbers(t *testing.T) {
	o := newOffice(t)
	b := o.enter("village")
	o.expect(b.get("/console/conversations/CITIZEN0/bare"), 404, "")
	if body := b.get("/console/conversations/CITIZEN0").body; strings.Contains(body, "01001012345") || !strings.Contains(body, `action="/console/conversations/CITIZEN0/bare?"`) {
		t.Error("the number is shown, or cannot be asked for")
	}
	got := b.post("/console/conversations/CITIZEN0/bare")
	o.expect(got, 200, "")
	if !strings.Contains(got.body, "01001012345") || strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "after=") {
		t.Error("the number is not shown")
	}
	if a := o.acted("conversation.bare"); a.Object != "CITIZEN0" || a.Login != "village" {
		t.Errorf("the trail says %+v", a)
	}
	o.expect(b.post("/console/conversations/CITIZEN1/bare"), 404, "")
	if body := b.get("/console/conversations/CITIZEN0").body; strings.Contains(body, "01001012345") {
		t.Error("the number stays")
	}
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Conversations.Append(bot.Exchange{Citizen: "PLAIN", Platform: "web", Village: o.one, At: time.Now().UTC(), Said: "გამარჯობა", Kind: bot.KindText})
	}))
	if body := b.get("/console/conversations/PLAIN").body; strings.Contains(body, "/bare") {
		t.Error("nothing is hidden, and it can be asked for")
	}
}

func TestTalksAtADesk(t *testing.T) {
	o := newOffice(t)
	o.ask("CITIZEN0", bot.WhyPerson, "დამირეკეთ, ჩემი ნომერია 555 12 34 56")
	v, s := o.enter("village"), o.enter("staff")
	for _, b := range []*browser{v, s} {
		body := b.get("/console/talks").body
		if !strings.Contains(body, `href="/console/conversations/CITIZEN0#answer"`) || strings.Contains(body, "555 12 34 56") {
			t.Errorf("the list is %s", body)
		}
		if body := b.get("/console/conversations/CITIZEN0").body; !strings.Contains(body, `action="/console/talks/CITIZEN0/say#answer"`) {
			t.Error("there is no form")
		}
	}
	if body := v.get("/console/conversations/CITIZEN0").body; !strings.Contains(body, o.console.cfg.Library().Text("ka", "console-review.left-always")) {
		t.Error("it is not said how long one can write")
	}
	o.expect(v.post("/console/talks/CITIZEN0/say", "words", "  "), 422, "")
	o.expect(v.post("/console/talks/CITIZEN0/say", "words", strings.Repeat("ა", 3501)), 422, "")
	o.expect(v.post("/console/talks/CITIZEN0/shout", "words", "გამარჯობა"), 404, "")
	o.expect(v.post("/console/talks/CITIZEN1/say", "words", "გამარჯობა"), 404, "") // they did not ask
	if len(o.owed("telegram")) != 0 || o.woken != 0 {
		t.Error("a form that was not taken sent something")
	}
	o.expect(v.post("/console/talks/CITIZEN0/say", "words", "გამარჯობა!\r\nრით დაგეხმაროთ?"), 303, "/console/conversations/CITIZEN0")
	ps := o.owed("telegram")
	if len(ps) != 1 || ps[0].Citizen != "CITIZEN0" || ps[0].Message.Text != "გამარჯობა!\nრით დაგეხმაროთ?" || ps[0].Message.Purpose != bot.PurposePerson || o.woken != 1 {
		t.Fatalf("owed: %+v", ps)
	}
	if body := v.get("/console/conversations/CITIZEN0").body; !strings.Contains(body, `<li class="person"`) || !strings.Contains(body, "რით დაგეხმაროთ?") {
		t.Error("the colleague's words are not shown")
	}
	// It is theirs now: a colleague reads it and cannot write.
	if body := s.get("/console/conversations/CITIZEN0").body; strings.Contains(body, "/console/talks/") {
		t.Error("a colleague is offered to write")
	}
	o.expect(s.post("/console/talks/CITIZEN0/say", "words", "მეც აქ ვარ"), 404, "")
	o.expect(s.post("/console/talks/CITIZEN0/end"), 404, "")
	o.expect(v.post("/console/talks/CITIZEN0/end"), 303, "/console/talks")
	if ps := o.owed("telegram"); len(ps) != 1 || ps[0].Citizen != "CITIZEN0" {
		t.Errorf("the citizen is not told that the bot is back: %+v", ps)
	}
	o.expect(v.post("/console/talks/CITIZEN0/end"), 404, "")
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		c, _, err := tx.Citizens.Get("CITIZEN0")
		if !c.SilentUntil.IsZero() {
			t.Error("the bot still keeps out")
		}
		return err
	}))
	if a := o.acted("talk.end"); a.Login != "village" {
		t.Errorf("the trail says %+v", a)
	}
}

// Where a platform closes its window the page says until when, and what cannot be sent is not lost.
func TestTalkWindow(t *testing.T) {
	o := newOffice(t)
	wrote := time.Now().UTC().Add(-6 * 24 * time.Hour)
	set := func(c bot.Contact) {
		o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
			x, s, err := tx.Citizens.Get("CITIZEN0")
			x.Contacts = []bot.Contact{c}
			return errors.Join(err, tx.Citizens.Put(x, s))
		}))
	}
	set(bot.Contact{Address: bot.Address{Platform: "messenger", ID: "7"}, LastInbound: wrote})
	o.ask("CITIZEN0", bot.WhyPerson, "ადამიანი მინდა")
	b := o.enter("village")
	until := wrote.AddDate(0, 0, 7).In(o.console.cfg.Library().Place().Zone).Format("02.01.2006, 15:04")
	if body := b.get("/console/conversations/CITIZEN0").body; !strings.Contains(body, until+" (დარჩა 23 საათი)") {
		t.Errorf("the page does not say %q", until)
	}
	set(bot.Contact{Address: bot.Address{Platform: "messenger", ID: "7"}, LastInbound: wrote, Reach: bot.Blocked})
	got := b.post("/console/talks/CITIZEN0/say", "words", "აქ ვარ")
	if gone := o.console.cfg.Library().Text("ka", "console-review.left-gone"); got.StatusCode != 409 || !strings.Contains(got.body, gone) {
		t.Errorf("to somebody who blocked the bot: %d", got.StatusCode)
	}
	if a := o.acted("talk"); a.Act != "" {
		t.Error("it is noted as said")
	}
}

func TestQuestionsAtADesk(t *testing.T) {
	o := newOffice(t)
	const asked = "როდის იხსნება საბავშვო ბაღი?"
	o.ask("CITIZEN0", bot.WhyUnknown, asked)
	o.ask("CITIZEN1", bot.WhyUnknown, asked)
	v, s := o.enter("village"), o.enter("staff")
	find := func(b *browser) string {
		t.Helper()
		m := regexp.MustCompile(`href="(/console/questions/\d+)">როდის იხსნება`).FindStringSubmatch(b.get("/console/questions").body)
		if m == nil {
			t.Fatal("the group is not listed")
		}
		return m[1]
	}
	path := find(s)
	body := s.get(path).body
	lib := o.console.cfg.Library()
	for _, want := range []string{asked, "ახლავე მიიღებს: 2 (Telegram)", `href="/console/content/new?from=`, lib.Villages()[1].Name["ka"], lib.Villages()[2].Name["ka"], "/console/conversations/CITIZEN0?until="} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if body := v.get(path).body; strings.Contains(body, "CITIZEN1") || strings.Contains(body, lib.Villages()[2].Name["ka"]) || !strings.Contains(body, "მიიღებს: 1") || strings.Contains(body, "content/new") {
		t.Error("the village administrator sees the other village, or what is not theirs")
	}
	for _, bad := range []string{"", "  ", strings.Repeat("ა", 3501), "a\x00b"} {
		o.expect(s.post(path+"/answer", "words", bad), 422, "")
	}
	o.expect(s.post(path+"/close", "reason", "x"), 422, "")
	o.expect(s.post(path+"/nonsense"), 404, "")
	o.expect(v.post(path+"/answer", "words", "დილის ცხრაზე."), 303, "/console/questions")
	if ps := o.owed("telegram"); len(ps) != 1 || ps[0].Citizen != "CITIZEN0" || !strings.Contains(ps[0].Message.Text, "დილის ცხრაზე.") || o.woken != 1 {
		t.Fatalf("owed: %+v", ps)
	}
	path = find(s) // what is left
	o.expect(s.post(path+"/answer", "words", "ათ საათზე."), 303, "/console/questions")
	if ps := o.owed("telegram"); len(ps) != 1 || ps[0].Citizen != "CITIZEN1" {
		t.Fatalf("owed: %+v", ps)
	}
	o.expect(s.post(path+"/answer", "words", "ათ საათზე."), 409, "") // a colleague was faster
	if len(o.owed("telegram")) != 0 {
		t.Error("somebody is answered twice")
	}
	if body := s.get(path).body; !strings.Contains(body, "ათ საათზე.") || strings.Contains(body, "<textarea") {
		t.Error("the answer is not shown, or asked for again")
	}
	o.ask("CITIZEN1", bot.WhyUnknown, "ააა")
	id := regexp.MustCompile(`href="(/console/questions/\d+)">ააა`).FindStringSubmatch(s.get("/console/questions").body)[1]
	o.expect(v.get(id), 404, "")
	o.expect(v.post(id+"/answer", "words", "არ ვიცი"), 404, "")
	o.expect(v.post(id+"/close", "reason", "ეს კითხვა არ არის"), 404, "")
	o.expect(s.post(id+"/close", "reason", "ეს კითხვა არ არის"), 303, "/console/questions")
	if len(o.owed("telegram")) != 0 {
		t.Error("somebody is told of a group that was closed")
	}
	if a := o.acted("question.close"); !strings.HasSuffix(a.Object, " ეს კითხვა არ არის") {
		t.Errorf("the trail says %+v", a)
	}
}

// Every number of Today that somebody may follow leads to a page that there is, and says as many as are there.
func TestTodayNumbers(t *testing.T) {
	o := newOffice(t)
	o.ask("CITIZEN0", bot.WhyPerson, "ადამიანი მინდა")
	now := time.Now().UTC()
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(
			tx.Cases.Create(bot.Case{ID: "AAAAAA", Citizen: "CITIZEN0", Kind: bot.CaseProblem, Village: o.one, Text: "ორმო", Created: now.AddDate(0, 0, -9), Due: now.AddDate(0, 0, -2), State: bot.CaseReceived}),
			tx.Cases.Create(bot.Case{ID: "BBBBBB", Citizen: "CITIZEN1", Kind: bot.CaseProblem, Village: o.two, Text: "ორმო", Created: now, Due: now.AddDate(0, 0, 9), State: bot.CaseReceived}))
	}))
	figure := regexp.MustCompile(`<(?:a href="([^"]+)"|div)><strong>(\d+)</strong><span>([^<]+)</span>`)
	lib := o.console.cfg.Library()
	built := map[string]bool{}
	for _, rt := range routes {
		built[strings.TrimPrefix(rt.pattern, "GET ")] = true
	}
	want := map[string][4]string{ // observer, village, staff, owner
		"console-review.today-talks":     {"1", "1", "1", "1"},
		"console-review.today-cases":     {"2", "1", "2", "2"},
		"console-review.today-overdue":   {"1", "1", "1", "1"},
		"console-review.today-questions": {"3", "1", "3", "3"},
		"console.today-approve":          {"1", "0", "1", "1"},
		"console.today-open":             {"1", "1", "1", "1"},
	}
	var s *browser
	for i, login := range []string{"observer", "village", "staff", "owner"} {
		b := o.enter(login)
		s = b
		got := map[string]string{}
		for _, m := range figure.FindAllStringSubmatch(b.get("/console/").body, -1) {
			got[m[3]] = m[2]
			path, _, _ := strings.Cut(m[1], "?")
			switch {
			case path == "" && login != "observer":
				t.Errorf("%s: %q leads nowhere", login, m[3])
			case path != "" && built[path]:
				o.expect(b.get(strings.ReplaceAll(m[1], "&amp;", "&")), 200, "")
			case path != "" && path != "/console/cases":
				t.Errorf("%s: %q leads to %s, which is not there", login, m[3], m[1])
			}
		}
		for key, numbers := range want {
			if label := lib.Text("ka", key); got[label] != numbers[i] {
				t.Errorf("%s: %s is %q, want %s", login, key, got[label], numbers[i])
			}
		}
		if body := b.get("/console/").body; login == "observer" && (strings.Contains(body, "მოასფალტებენ") || strings.Contains(body, "CITIZEN")) {
			t.Error("an observer reads words of citizens")
		}
	}
	for state, has := range map[string]string{"waiting": "news2", "open": "news0", "sent": "news1"} {
		body := s.get("/console/announcements?state=" + state).body
		if !strings.Contains(body, has) || state == "waiting" && strings.Contains(body, "news1") {
			t.Errorf("%s: the list is wrong", state)
		}
	}
	o.expect(s.get("/console/announcements?state=nonsense"), 404, "")
}

// Every role and things that are there: of one's own village, of another, and of none.
func TestRolesAndThings(t *testing.T) {
	o := newOffice(t)
	o.ask("CITIZEN0", bot.WhyPerson, "ადამიანი მინდა")
	id := map[string]string{}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 20})
		for _, q := range qs {
			if q.Why == bot.WhyUnknown {
				id[q.Village] = q.ID
			}
		}
		return err
	}))
	people := []*browser{o.browser(), o.enter("observer"), o.enter("village"), o.enter("staff"), o.enter("owner")}
	for _, c := range []struct {
		route string
		want  [5]int // signed out, observer, village, staff, owner
	}{
		{"GET conversations/CITIZEN0", [5]int{303, 403, 200, 200, 200}}, {"GET conversations/CITIZEN1", [5]int{303, 403, 404, 200, 200}}, {"GET conversations/CITIZEN2", [5]int{303, 403, 404, 200, 200}},
		{"POST conversations/CITIZEN0/bare", [5]int{303, 403, 200, 200, 200}}, {"POST conversations/CITIZEN1/bare", [5]int{303, 403, 404, 200, 200}},
		{"GET questions/" + id[o.one], [5]int{303, 403, 200, 200, 200}}, {"GET questions/" + id[o.two], [5]int{303, 403, 404, 200, 200}}, {"GET questions/" + id[""], [5]int{303, 403, 404, 200, 200}},
		{"POST questions/" + id[o.one] + "/answer", [5]int{303, 403, 422, 422, 422}}, {"POST questions/" + id[o.two] + "/answer", [5]int{303, 403, 404, 422, 422}},
		{"POST questions/" + id[o.two] + "/close", [5]int{303, 403, 404, 422, 422}}, {"POST talks/CITIZEN0/say", [5]int{303, 403, 422, 422, 422}},
		{"POST talks/CITIZEN1/say", [5]int{303, 403, 404, 422, 422}}, {"POST talks/CITIZEN1/end", [5]int{303, 403, 404, 404, 404}},
		{"GET announcements/news0", [5]int{303, 403, 200, 200, 200}}, {"GET announcements/news1", [5]int{303, 403, 404, 200, 200}},
		{"GET accounts/staff", [5]int{303, 403, 403, 403, 200}}, {"POST accounts/staff/change", [5]int{303, 403, 403, 403, 422}}, {"POST accounts/owner/sessions", [5]int{303, 403, 403, 403, 409}},
		{"GET audit", [5]int{303, 403, 403, 403, 200}}, {"GET settings", [5]int{303, 403, 403, 403, 200}},
	} {
		method, path, _ := strings.Cut(c.route, " ")
		for i, b := range people {
			if got := b.do(method, Path+path, "").StatusCode; got != c.want[i] {
				t.Errorf("%s for number %d: %d, want %d", c.route, i, got, c.want[i])
			}
		}
	}
	if len(o.owed("telegram")) != 0 {
		t.Error("something was sent")
	}
}

// Of an emergency that was confided nobody reads words or learns who it is; only those with the right know of it at all.
func TestConfidedEmergency(t *testing.T) {
	o := newOffice(t)
	now := time.Now().UTC()
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("owner")
		a.Integrity = true
		return errors.Join(err, tx.Accounts.Put(a),
			o.questions.Ask(tx, bot.Question{Citizen: "CITIZEN0", Village: o.one, Language: "ka", At: now, Why: bot.WhyEmergency}, now))
	}))
	id := ""
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 1})
		id = qs[0].ID
		return err
	}))
	for login, want := range map[string]int{"village": 404, "staff": 404, "owner": 200} {
		b := o.enter(login)
		got := b.get("/console/questions/" + id)
		o.expect(got, want, "")
		if strings.Contains(got.body, "CITIZEN0") || strings.Contains(got.body, "content/new") {
			t.Errorf("%s learns who it is", login)
		}
		if listed := strings.Contains(b.get("/console/questions").body, "/console/questions/"+id+`"`); listed != (want == 200) {
			t.Errorf("%s: listed: %v", login, listed)
		}
		if want == 404 {
			o.expect(b.post("/console/questions/"+id+"/answer", "words", "სად ხართ?"), 404, "")
		}
	}
	if len(o.owed("telegram")) != 0 {
		t.Error("somebody without the right answered")
	}
}
