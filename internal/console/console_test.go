package console

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/answer/georgian"
	"ogpbot/internal/broadcast"
	"ogpbot/internal/cases"
	"ogpbot/internal/digest"
	"ogpbot/internal/export"
	"ogpbot/internal/live"
	"ogpbot/internal/numbers"
	"ogpbot/internal/progress"
	"ogpbot/internal/questions"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

const password = "four swans over the river"

// office is a Console over a store with something in it, in the shipped place.
type office struct {
	t         *testing.T
	store     store.Store
	staff     *staff.Service
	questions *questions.Service
	lib       atomic.Pointer[content.Library]
	woken     int // how often senders were told that there may be something
	console   *Console
	broadcast *broadcast.Service
	digest    *digest.Service
	at        time.Time
	one       string // a village, and another
	two       string
}

// villagesOnly is a Finder that knows villages by their very names, and nothing else.
type villagesOnly struct{ bot.Library }

func (villagesOnly) Find(string, bot.Language) bot.Finding { return bot.Finding{} }

func (villagesOnly) Fold(text string) string { return text }

func (n villagesOnly) Villages(text string, _ int) (found []bot.Village, sure bool) {
	for _, v := range n.Library.Villages() {
		if v.Name["ka"] == text {
			found = append(found, v)
		}
	}
	return found, len(found) > 0
}

// shipped is the content of the program, read once for all tests: it is immutable.
var shipped = sync.OnceValues(func() (*content.Library, error) {
	lib, _, err := content.Load(content.Default())
	return lib, err
})

func newOffice(t *testing.T) *office {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var s store.Store
	if s, err = boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{Terms: georgian.Terms}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	hub := live.New()
	s = hub.Watch(s)
	o := &office{t: t, store: s, at: time.Now(), one: lib.Villages()[1].ID, two: lib.Villages()[2].ID}
	o.lib.Store(lib)
	library := func() bot.Library { return o.lib.Load() }
	o.questions = questions.New(questions.Config{Library: library, Windows: bot.Windows{"telegram": 0, "messenger": 24 * time.Hour},
		Alike: func(text string, others []string) (int, bool) {
			i := slices.Index(others, text)
			return max(i, 0), i >= 0
		}, Logger: slog.New(slog.DiscardHandler)})
	o.staff = staff.New(staff.Config{Store: s, Library: library, Windows: bot.Windows{"telegram": 0}, Now: func() time.Time { return o.at }})
	speaker, err := bot.New(lib, villagesOnly{lib}, intents.All()...)
	if err != nil {
		t.Fatal(err)
	}
	windows := bot.Windows{"telegram": 0, "messenger": 24 * time.Hour}
	o.broadcast = broadcast.New(broadcast.Config{Store: s, Library: library, Windows: windows, Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)})
	o.digest = digest.New(digest.Config{Store: s, Bot: func() *bot.Bot { return speaker }, Windows: windows, Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)})
	o.console, err = New(Config{
		Store: s, Library: library, Staff: o.staff, Numbers: numbers.New(numbers.Config{Store: s, Library: library}), Progress: progress.New(progress.Config{Store: s, Library: library, Changed: func() {}}),
		Broadcasts: o.broadcast, Finder: func() bot.Finder { return villagesOnly{lib} }, Questions: o.questions, Contents: o.editor(), Export: export.New(export.Config{Store: s, Library: library}), Wake: func() { o.woken++ },
		Settings:  []Setting{{"--listen", "OGPBOT_LISTEN", "127.0.0.1:8080", false}, {"--telegram-token", "OGPBOT_TELEGRAM_TOKEN", "", true}},
		Platforms: []bot.Platform{"messenger", "telegram", "web"}, PublicPage: true,
		Cases: cases.New(cases.Config{Store: s, Library: library, Windows: windows, Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)}),
		Live:  hub, Windows: windows, Ready: func() []string { return []string{"ready.1-looking", "ready.5-fixed"} },
		Fetch: func(_ context.Context, m bot.Media) ([]byte, error) { return o.fetch(m) },
		Parts: func(p bot.Platform, m bot.Outbound) []string {
			if p != "messenger" {
				return nil
			}
			return []string{m.Words()}
		},
		Digest: func(ctx context.Context, lang bot.Language, drafts ...bot.Change) (bot.Outbound, bool, error) {
			return o.digest.Preview(ctx, lang, bot.CadenceMonthly, drafts...)
		},
		Health: func(context.Context, bot.Language) []Check {
			return []Check{{"store", true, ""}, {"messenger", false, "the page token has expired"}, {"telegram", true, ""}, {"web", true, ""}}
		},
		Version: "v1.2.3", Photos: "telegram",
	})
	if err != nil {
		t.Fatal(err)
	}
	for login, role := range map[string]bot.Role{"observer": bot.RoleObserver, "village": bot.RoleVillage, "staff": bot.RoleStaff, "owner": bot.RoleOwner} {
		a := bot.Account{Login: login, Name: map[string]string{"observer": "ლუკა", "village": "ნინო გელაშვილი", "staff": "გიორგი ბერიძე", "owner": "მაია კვარაცხელია"}[login], Role: role}
		if role == bot.RoleVillage {
			a.Villages = []string{o.one}
		}
		if _, err := o.staff.Add(t.Context(), a, "tester"); err != nil {
			t.Fatal(err)
		}
	}
	o.fill()
	return o
}

// fill keeps conversations, questions and announcements of two villages.
func (o *office) fill() {
	now := time.Now().UTC()
	said := []string{"გამარჯობა! როდის მოასფალტებენ ჩვენს გზას?", "ჩემი პირადი ნომერია 01001012345 და ტელეფონი 555 12 34 56", "<script>alert(1)</script>", "=HYPERLINK(\"http://x\")"}
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		var err error
		for i, v := range []string{o.one, o.two, ""} {
			id := bot.CitizenID(fmt.Sprintf("CITIZEN%d", i))
			err = errors.Join(err, tx.Citizens.Put(bot.Citizen{ID: id, Village: v, Language: "ka",
				Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: fmt.Sprint(i)}}}}, bot.State{}))
			for j, words := range said {
				err = errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: id, Platform: "telegram", Village: v, At: now.Add(time.Duration(i*10+j-60) * time.Minute),
					Said: words, Intent: "ask", Replies: []string{"ეს არ ვიცი. თქვენი კითხვა მუნიციპალიტეტის თანამშრომლებს გადავეცი, პასუხს აქვე მოგწერენ."}}))
			}
			_, err2 := tx.Questions.Add(bot.Question{Citizen: id, Village: v, Language: "ka", At: now.Add(-time.Hour), Text: said[i], Why: bot.WhyUnknown})
			villages := []string{v}
			if v == "" {
				villages = nil
			}
			state := []bot.BroadcastState{bot.BroadcastSending, bot.BroadcastDone, bot.BroadcastWaiting}[i]
			b := bot.Broadcast{ID: fmt.Sprint("news", i), By: "staff", Villages: villages, State: state, Created: now.Add(-time.Hour), At: now.Add(-time.Hour),
				Messages: map[bot.Language]bot.Outbound{"ka": {Heading: "წყლის გათიშვა", Text: "25 მაისს, 10:00-დან 16:00-მდე, წყალი არ იქნება. <b>" + fmt.Sprint(i)}, "en": {Text: "No water on 25 May."}}}
			err = errors.Join(err, err2, tx.Broadcasts.Create(b, bot.Scope{All: true}), tx.Broadcasts.Owe(b.ID, bot.Recipient{Citizen: id, Language: "ka",
				Address: bot.Address{Platform: "telegram", ID: fmt.Sprint(i)}}))
		}
		return errors.Join(err, tx.Trail.Append(bot.Audit{At: now, Login: "staff", Act: "=cmd|' /C calc'!A0", Object: "<img src=x>"}))
	}))
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// browser keeps cookies, follows nothing, and looks like one that was opened by hand.
type browser struct {
	o       *office
	cookies map[string]string
	header  http.Header
	addr    string
}

func (o *office) browser() *browser {
	return &browser{o: o, cookies: map[string]string{}, header: http.Header{}, addr: "192.0.2.1:1234"}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path, body string) answer {
	b.o.t.Helper()
	r := httptest.NewRequest(method, "http://office.example"+path, strings.NewReader(body))
	r.RemoteAddr = b.addr
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for k, v := range b.header {
		r.Header[k] = v
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.o.console.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	text, _ := io.ReadAll(res.Body)
	return answer{res, string(text)}
}

func (b *browser) get(path string) answer { return b.do("GET", path, "") }

func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, form.Encode())
}

// expect checks the status, and where it leads.
func (o *office) expect(a answer, status int, location string) {
	o.t.Helper()
	if a.StatusCode != status || location != "" && a.Header.Get("Location") != location {
		o.t.Fatalf("status %d to %q, want %d to %q; the page says:\n%s", a.StatusCode, a.Header.Get("Location"), status, location, a.body)
	}
}

// totp is what an authenticator shows now (RFC 6238).
func (o *office) totp(secret string) string {
	o.t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	o.must(err)
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, uint64(o.at.Unix())/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

var secretInPage = regexp.MustCompile(`<code>([A-Z2-7]+)</code>`)

// join follows an invitation, chooses a password and sets up an authenticator. Its stage is "" when all of it is done.
func (o *office) join(login, until string) (b *browser, secret string) {
	o.t.Helper()
	b = o.browser()
	link, err := o.staff.Invite(o.t.Context(), login, "tester")
	o.must(err)
	o.expect(b.get("/console/link/"+link), 200, "")
	o.expect(b.post("/console/link/"+link), 303, "/console/setup")
	if until == staff.StageSetup {
		return b, ""
	}
	o.expect(b.post("/console/setup/password", "new", password, "again", password), 303, "/console/setup")
	found := secretInPage.FindStringSubmatch(b.get("/console/setup").body)
	if found == nil {
		o.t.Fatal("no secret to type")
	}
	o.expect(b.post("/console/setup/authenticator", "code", o.totp(found[1])), 303, "/console/")
	o.at = o.at.Add(time.Minute)
	if until == staff.StageSecond {
		b = o.browser()
		o.expect(b.post("/console/signin", "login", login, "password", password), 303, "/console/second")
	}
	return b, found[1]
}

// enter gives a session without asking.
func (o *office) enter(login string) *browser {
	o.t.Helper()
	b, _ := o.join(login, staff.StageIn)
	return b
}

// Every route, for every kind of person.
func TestRoutesAndRoles(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Accounts.Put(bot.Account{Login: "half", Name: "Half", Role: bot.RoleOwner})
	}))
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Accounts.Put(bot.Account{Login: "new", Name: "New", Role: bot.RoleOwner})
	}))
	kinds := []string{"out", "second", "setup", "observer", "village", "staff", "owner"}
	people := map[string]*browser{"out": o.browser()}
	people["second"], _ = o.join("half", staff.StageSecond)
	people["setup"], _ = o.join("new", staff.StageSetup)
	for _, login := range kinds[3:] {
		people[login] = o.enter(login)
	}
	least := map[string]int{"observer": 3, "village": 4, "staff": 5, "owner": 6}
	fill := strings.NewReplacer("{$}", "", "{token}", "nonsense", "{commitment}", "nonsense", "{id}", "nonsense", "{act}", "nonsense", "{citizen}", "nonsense", "{login}", "nonsense", "{list}", "feedback", "{file}", "c.xlsx", "{n}", "1", "{chart}", "nonsense")
	// What those who may get, where it is not 200 for a GET.
	special := map[string]int{"GET /console/numbers/{chart}": 404, "GET /console/cases/{id}": 404, "GET /console/cases/{id}/media/{n}": 404, "POST /console/cases/{id}/writing": 404, "POST /console/cases/{id}/{act}": 404,
		"GET /console/events": 406, "GET /console/link/{token}": 404, "POST /console/link/{token}": 404, "POST /console/language": 303, "POST /console/signin": 401,
		"GET /console/progress/{commitment}": 404, "POST /console/progress/{commitment}": 404, "GET /console/announcements/{id}": 404,
		"POST /console/announcements/{id}/{act}": 404, "POST /console/announcements/new": 400, "GET /console/conversations/{citizen}": 404, "GET /console/accounts/{login}": 404,
		"POST /console/accounts/{login}/{act}": 404, "POST /console/accounts": 422, "POST /console/account/password": 422, "POST /console/account/sessions": 303,
		"POST /console/account/authenticator": 422, "POST /console/account/send": 409, "POST /console/account/chat": 422, "POST /console/signout": 303,
		"POST /console/second": 422, "POST /console/second/send": 409, "POST /console/setup/password": 422, "POST /console/setup/authenticator": 422,
		"POST /console/setup/send": 409, "POST /console/setup/chat": 422,
		"POST /console/content/new/{act}": 404, "GET /console/content/{id}": 404, "POST /console/content/{id}/{act}": 404,
		"POST /console/conversations/{citizen}/bare": 404, "POST /console/talks/{citizen}/{act}": 404, "GET /console/questions/{id}": 404,
		"POST /console/questions/{id}/{act}": 404}
	names := map[right]string{observer: "observer", village: "village", staffers: "staff", owner: "owner", second: "second", setup: "setup"}
	special["GET /console/announcements/{id}/photo"] = 404
	for _, rt := range routes {
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		for i, kind := range kinds {
			want, to := http.StatusOK, ""
			if s, ok := special[rt.pattern]; ok {
				want = s
			}
			switch {
			case rt.least == anybody:
				if rt.pattern == "GET /console/signin" && i >= 3 {
					want, to = 303, "/console/"
				}
			case kind == "out":
				want, to = 303, "/console/signin"
			case rt.least == begun:
				continue // it would end the session
			case (kind == "second" || kind == "setup") && kind != names[rt.least]:
				want, to = 303, "/console/"+kind
			case i >= 3 && (rt.least == second || rt.least == setup):
				want, to = 303, "/console/"
			case i >= 3 && i < least[names[rt.least]]:
				want = 403
			}
			who := people[kind]
			who.addr = "198.51.100." + fmt.Sprint(i) + ":1"
			if rt.pattern == "POST /console/signin" {
				who = o.browser() // whoever signs in anew loses the session before
				who.addr = "203.0.113." + fmt.Sprint(i) + ":1"
			}
			got := who.do(method, fill.Replace(pattern), "login=nonsense"+kind)
			if got.StatusCode != want || to != "" && got.Header.Get("Location") != to {
				t.Errorf("%s for %s: %d to %q, want %d to %q", rt.pattern, kind, got.StatusCode, got.Header.Get("Location"), want, to)
			}
		}
	}
	for _, kind := range kinds {
		b := people[kind]
		for path, want := range map[string]int{"/console/nonsense": 404, "/console/accounts/": 404, "/console/static/style.css": 200, "/console/static/nonsense": 404} {
			if got := b.get(path).StatusCode; got != want {
				t.Errorf("%s for %s: %d", path, kind, got)
			}
		}
		if got := b.do("DELETE", "/console/account", "").StatusCode; got != 403 && got != 404 && got != 405 {
			t.Errorf("DELETE for %s: %d", kind, got)
		}
		if kind != "out" {
			o.expect(b.post("/console/signout"), 303, "/console/signin")
			o.expect(b.get("/console/"), 303, "/console/signin")
		}
	}
}

// What is outside a village administrator's villages looks like what is not there, on every page.
func TestVillageScope(t *testing.T) {
	o := newOffice(t)
	b := o.enter("village")
	for path, want := range map[string]int{
		"/console/conversations": 200, "/console/conversations?village=" + o.one: 200, "/console/conversations?village=" + o.two: 404,
		"/console/conversations?village=-": 404, "/console/conversations?village=nonsense": 404, "/console/conversations?after=nonsense": 404,
		"/console/conversations/CITIZEN0": 200, "/console/conversations/CITIZEN1": 404, "/console/conversations/CITIZEN2": 404, "/console/conversations/NOBODY": 404,
		"/console/announcements": 200, "/console/announcements/news0": 200, "/console/announcements/news1": 404, "/console/announcements/news2": 404,
		"/console/announcements?after=nonsense": 404,
	} {
		if got := b.get(path); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, got.StatusCode, want)
		}
	}
	for _, path := range []string{"/console/conversations", "/console/announcements", "/console/"} {
		body := b.get(path).body
		for _, theirs := range []string{"CITIZEN1", "CITIZEN2", "news1", "news2", o.console.cfg.Library().Villages()[2].Name["ka"]} {
			if strings.Contains(body, theirs) {
				t.Errorf("%s shows %q", path, theirs)
			}
		}
	}
	o.expect(b.post("/console/announcements/news1/stop"), 404, "")
	o.expect(b.post("/console/announcements/news0/pause"), 303, "/console/announcements/news0")
	o.expect(b.post("/console/announcements/news0/pause"), 409, "")
	o.expect(b.post("/console/announcements/news0/again"), 409, "")
	o.expect(b.post("/console/announcements/news0/nonsense"), 404, "")
	staff := o.enter("staff")
	o.expect(staff.post("/console/announcements/news2/approve"), 409, "") // their own
	if body := staff.get("/console/announcements/news2").body; strings.Contains(body, "/approve") {
		t.Error("the author is offered to approve")
	}
	owner := o.enter("owner")
	o.expect(owner.post("/console/announcements/news2/approve"), 303, "/console/announcements/news2")
}

func TestWordsAreMaskedAndHarmless(t *testing.T) {
	o := newOffice(t)
	b := o.enter("owner")
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		return tx.Accounts.Put(bot.Account{Login: "evil", Name: `"><script>alert(1)</script>`, Role: bot.RoleStaff})
	}))
	for _, path := range []string{"/console/", "/console/conversations", "/console/conversations/CITIZEN0", "/console/conversations/CITIZEN1", "/console/announcements/news0",
		"/console/audit", "/console/accounts", "/console/accounts/evil", "/console/account"} {
		got := b.get(path)
		o.expect(got, 200, "")
		for _, bad := range []string{"01001012345", "555 12 34 56", "<script>alert", "<img src=x>", "<b>0", " style=", "onclick"} {
			if strings.Contains(got.body, bad) {
				t.Errorf("%s shows %q", path, bad)
			}
		}
		if csp := got.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept", path)
		}
		if n := len(got.body) + len(o.console.assets["style.css"].Body) + len(o.console.assets["console.js"].Body); n > 100_000 {
			t.Errorf("%s loads %d bytes", path, n)
		}
	}
	if body := b.get("/console/conversations/CITIZEN1").body; !strings.Contains(body, "•••45") {
		t.Error("a number is not masked")
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 3})
		if as[0].Act != "conversation" || as[0].Object != "CITIZEN1" || as[0].Login != "owner" {
			t.Errorf("the trail says %+v", as[0])
		}
		return err
	}))
}

// A form of another site, of another shape, or one that is too large, changes nothing.
func TestForgedForms(t *testing.T) {
	o := newOffice(t)
	b := o.enter("owner")
	before := copied(b.cookies)
	for name, change := range map[string]func(*browser){
		"fetched from another site": func(b *browser) { b.header.Set("Sec-Fetch-Site", "cross-site") },
		"from a neighbour":          func(b *browser) { b.header.Set("Sec-Fetch-Site", "same-site") },
		"origin of another site": func(b *browser) {
			b.header["Sec-Fetch-Site"] = nil
			b.header.Set("Origin", "https://evil.example")
		},
		"no origin": func(b *browser) {
			b.header["Sec-Fetch-Site"] = nil
			b.header.Set("Origin", "null")
		},
	} {
		b.header = http.Header{}
		change(b)
		if got := b.post("/console/accounts/staff/disable").StatusCode; got != 403 {
			t.Errorf("%s: %d", name, got)
		}
	}
	b.header = http.Header{}
	o.expect(b.do("POST", "/console/accounts/staff/disable", strings.Repeat("x", maxBody+1)), 413, "")
	b.header.Set("Content-Type", "text/plain")
	o.expect(b.do("POST", "/console/accounts/staff/disable", "x=1"), 400, "")
	b.header = http.Header{}
	if got := b.get("/console/accounts/staff/disable").StatusCode; got != 404 && got != 405 {
		t.Errorf("GET of a form: %d", got)
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("staff")
		if a.Disabled {
			t.Error("a forged form disabled an account")
		}
		return err
	}))
	if fmt.Sprint(before) != fmt.Sprint(copied(b.cookies)) {
		t.Error("a forged form changed a cookie")
	}
	for back, want := range map[string]string{"/console/progress?x=1": "/console/progress?x=1", "https://evil.example/console/": "/console/", "//evil.example/console/": "/console/",
		"/console/\\evil": "/console/", "javascript:alert(1)": "/console/", "": "/console/"} {
		o.expect(b.post("/console/language", "lang", "en", "back", back), 303, want)
	}
}

func copied(m map[string]string) map[string]string {
	c := map[string]string{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

func TestSignInAttacks(t *testing.T) {
	o := newOffice(t)
	b, secret := o.join("staff", staff.StageIn)
	old := b.cookies["ogpbot_console"]

	// A token that somebody else put into the browser is worth nothing, before or after.
	victim := o.browser()
	victim.cookies["ogpbot_console"] = "chosen-by-somebody-else"
	o.expect(victim.post("/console/signin", "login", "staff", "password", password), 303, "/console/second")
	half := victim.cookies["ogpbot_console"]
	code := o.totp(secret)
	o.expect(victim.post("/console/second", "code", code), 303, "/console/")
	if now := victim.cookies["ogpbot_console"]; now == half || now == "chosen-by-somebody-else" || now == old {
		t.Error("the token stays over a sign-in")
	}
	for _, token := range []string{half, "chosen-by-somebody-else"} {
		thief := o.browser()
		thief.cookies["ogpbot_console"] = token
		o.expect(thief.get("/console/"), 303, "/console/signin")
	}
	// The code again.
	third := o.browser()
	o.expect(third.post("/console/signin", "login", "staff", "password", password), 303, "/console/second")
	o.expect(third.post("/console/second", "code", code), 422, "")
	o.expect(third.get("/console/conversations"), 303, "/console/second")

	// The cookie cannot be read by scripts or sent by others, and over https it is bound to the host.
	fourth := o.browser()
	got := fourth.post("/console/signin", "login", "staff", "password", password)
	if c := got.Header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || strings.Contains(c, "Secure") {
		t.Errorf("cookie %q", c)
	}
	o.console.cfg.TrustProxy = true
	fourth.header.Set("X-Forwarded-Proto", "https")
	got = fourth.post("/console/signin", "login", "staff", "password", password)
	if c := got.Header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-") || !strings.Contains(c, "Secure") || !strings.Contains(c, "Path=/;") {
		t.Errorf("cookie %q", c)
	}
	o.console.cfg.TrustProxy = false

	// Wrong logins and wrong passwords look the same; too many are refused.
	nobody := o.browser()
	one := nobody.post("/console/signin", "login", "nobody", "password", "wrong password here")
	two := nobody.post("/console/signin", "login", "owner", "password", "wrong password here")
	if one.StatusCode != 401 || two.StatusCode != 401 || strings.ReplaceAll(one.body, "nobody", "owner") != two.body {
		t.Error("a login that exists looks different")
	}
	for range 4 {
		nobody.post("/console/signin", "login", "nobody", "password", "wrong")
	}
	o.expect(nobody.post("/console/signin", "login", "nobody", "password", "wrong"), 429, "")
	if body := nobody.post("/console/signin", "login", `"><script>`, "password", "x").body; strings.Contains(body, `"><script>`) {
		t.Error("the login is taken for markup")
	}
}

func TestLinks(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("village")
		a.Citizen = "CITIZEN0"
		return errors.Join(err, tx.Accounts.Put(a), tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: "once", Login: "village", Citizen: "CITIZEN0",
			Until: time.Now().Add(bot.ConsoleTime)}, time.Now()))
	}))
	b := o.browser()
	for range 3 { // a chat shows what is behind it
		o.expect(b.get("/console/link/once"), 200, "")
	}
	o.expect(b.post("/console/link/once"), 303, "/console/")
	o.expect(b.get("/console/"), 200, "")
	o.expect(o.browser().get("/console/link/once"), 404, "")
	o.expect(o.browser().post("/console/link/once"), 404, "")

	// A code to the conversation as second factor.
	o.expect(b.post("/console/account/password", "new", password, "again", "another"), 422, "")
	o.expect(b.post("/console/account/password", "new", password, "again", password), 303, "/console/account")
	o.expect(b.post("/console/account/send"), 303, "/console/account/second")
	if body := b.get("/console/account/second").body; !strings.Contains(body, "კოდი გაიგზავნა") {
		t.Error("it is not said that a code was sent")
	}
	o.expect(b.post("/console/account/chat", "current", password, "code", o.sent()), 303, "/console/account")
	c := o.browser()
	o.expect(c.post("/console/signin", "login", "village", "password", password), 303, "/console/second")
	o.expect(c.post("/console/second/send"), 303, "/console/second")
	o.expect(c.post("/console/second", "code", o.sent()), 303, "/console/")
	if body := c.get("/console/account").body; strings.Count(body, "name=\"id\"") != 1 {
		t.Error("the other session is not listed")
	}
	o.expect(c.post("/console/account/sessions", "id", ""), 303, "/console/account")
	o.expect(b.get("/console/"), 303, "/console/signin")
	qr := c.get("/console/account/qr.png")
	if qr.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(qr.body, "\x89PNG") {
		t.Error("there is no picture to scan")
	}
}

// sent gives the code that was sent last.
func (o *office) sent() (code string) {
	o.t.Helper()
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposePerson, time.Now().Add(time.Hour), time.Minute, 10)
		for _, p := range ps {
			code = p.Message.Text[:6]
			err = errors.Join(err, tx.Outbox.Settle(p.ID, bot.FateSent, time.Now().UTC()))
		}
		return err
	}))
	return code
}

func TestProgress(t *testing.T) {
	o := newOffice(t)
	c := o.console.cfg.Library().Commitments()[0]
	path := "/console/progress/" + c.ID
	b := o.enter("staff")
	for name, form := range map[string][]string{
		"nothing": {}, "no reason": {"status", "limited"}, "a bad status": {"status", "nonsense", "reason-ka", "მიზეზი აქ წერია"},
		"a bad percentage": {"percent", "101", "reason-ka", "მიზეზი აქ წერია"}, "a bad month": {"due", "May", "reason-ka", "მიზეზი აქ წერია"},
		"a bad address":   {"status", "limited", "reason-ka", "მიზეზი აქ წერია", "evidence", "javascript:alert(1)"},
		"a bad milestone": {"status", "limited", "milestone", "nonsense", "reason-ka", "მიზეზი აქ წერია"},
	} {
		for _, do := range []string{"show", "save"} {
			if got := b.post(path, append([]string{"do", do}, form...)...); got.StatusCode != 422 {
				t.Errorf("%s, %s: %d", name, do, got.StatusCode)
			}
		}
	}
	o.expect(b.post(path, "do", "save", "status", "limited", "percent", "40 %", "due", "2027-05", "reason-ka", "სამუშაო დაიწყო", "reason-en", "Work began"), 303, path)
	body := b.get(path).body
	for _, want := range []string{"სამუშაო დაიწყო", "ცვლილება შენახულია", "05.2027", "40%"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if body := o.enter("observer").get(path).body; strings.Contains(body, "<form method=\"post\" action=\"/console/progress") || !strings.Contains(body, "სამუშაო დაიწყო") {
		t.Error("an observer gets the wrong page")
	}
	for _, lang := range []string{"en", "fr"} {
		b.post("/console/language", "lang", lang, "back", path)
		got := b.get(path)
		if !strings.Contains(got.body, `<html lang="`+lang+`">`) {
			t.Error("the language is not " + lang)
		}
	}
}

// The menu leads to all that a role may see and to nothing else, in groups of which none is empty.
func TestMenu(t *testing.T) {
	o := newOffice(t)
	side := regexp.MustCompile(`(?s)<nav class="side".*?<ul class="mine">`)
	for login, want := range map[string][]int{"observer": {2, 3}, "village": {4, 4, 1}, "staff": {4, 4, 1}, "owner": {4, 4, 4}} {
		b := o.enter(login)
		lists := strings.Split(side.FindString(b.get(Path).body), "</ul>")
		var got []int
		for _, list := range lists[:len(lists)-1] {
			links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(list, -1)
			for _, l := range links {
				o.expect(b.get(l[1]), http.StatusOK, "")
			}
			got = append(got, len(links))
		}
		if !slices.Equal(got, want) {
			t.Errorf("the menu of %s has groups of %v, want %v", login, got, want)
		}
	}
}
