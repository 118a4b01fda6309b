package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ogpbot/bot"
	"ogpbot/internal/browsertest"
	"ogpbot/internal/store"
)

// patience ends a test whose page never becomes what it should.
const patience = 30 * time.Second

// tab is one of a real browser.
type tab struct{ *browsertest.Tab }

func openTab(t *testing.T) *tab { return &tab{browsertest.Open(t)} }

// picture saves the whole page, if the tester wants to look at it.
func (b *tab) picture(name string) {
	b.T.Helper()
	b.WholePicture("console-" + name)
}

// sound checks what must be so on every page: it fits, and everything that can be used has a name and is large enough.
func (b *tab) sound(name string) {
	b.T.Helper()
	b.Check(name+": nothing is wider than the window", `document.documentElement.scrollWidth <= innerWidth`)
	b.Check(name+": one heading, and the style is there", `document.querySelectorAll("h1").length === 1 && getComputedStyle(document.body).display === "grid"`)
	b.Check(name+": every control has a name", `[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")].every(e =>
		(e.labels && e.labels.length) || e.textContent.trim() || e.getAttribute("aria-label"))`)
	b.Check(name+": every control is at least 24 pixels high", `[...document.querySelectorAll("main button, main input:not([type=checkbox]):not([type=hidden]), main select, main summary, main a, header a, nav a, nav button")].every(e =>
		!e.offsetParent || e.closest("p.lead, p.quiet, div.quiet") || e.getBoundingClientRect().height >= 24)`)
}

// dark changes the colours to those for the night, or back.
func (b *tab) dark(yes bool) {
	b.T.Helper()
	value := "light"
	if yes {
		value = "dark"
	}
	browsertest.Call(b.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: value}}})
	b.Until("nothing moves", `document.getAnimations().length === 0`)
}

// contrast finds text whose colour is too close to what is behind it (WCAG 2.2, 1.4.3).
const contrast = `(() => {
	const parse = c => { const p = c.match(/[\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
	const light = ([r, g, b]) => { const f = x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
	const bad = [];
	for (const e of document.querySelectorAll("body *")) {
		if (!e.offsetParent || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
		let back = null;
		for (let p = e; p && !back; p = p.parentElement) { const c = parse(getComputedStyle(p).backgroundColor); if (c[3] > .99) back = c; }
		const a = light(parse(getComputedStyle(e).color)), b = light(back || [255, 255, 255]);
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) bad.push(e.tagName + "." + e.className + " " + ratio.toFixed(2) + " " + e.textContent.trim().slice(0, 30));
	}
	return bad.join("; ");
})()`

// busy has people ask, file cases, and talk to a colleague over two days.
func (o *office) busy() {
	o.t.Helper()
	o.filed()
	for _, id := range []bot.CitizenID{"CITIZEN0", "CITIZEN1", "CITIZEN2"} {
		o.ask(id, bot.WhyUnknown, "როდის იხსნება საბავშვო ბაღი?")
	}
	o.ask("CITIZEN1", bot.WhyPerson, "ადამიანთან მინდა საუბარი, დამირეკეთ 555 12 34 56")
	yesterday := time.Now().UTC().Add(-26 * time.Hour)
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		return errors.Join(
			tx.Conversations.Append(bot.Exchange{Citizen: "CITIZEN1", Platform: "telegram", Village: o.two, At: yesterday, Said: "დაპირებები", Kind: bot.KindPress, Intent: "promises",
				Replies: []string{"მუნიციპალიტეტის დაპირებები:\n1. ონლაინ განცხადებები\n2. ღია ბიუჯეტი"}}),
			tx.Conversations.Append(bot.Exchange{Citizen: "CITIZEN1", Platform: "telegram", Village: o.two, At: yesterday.Add(time.Minute), Kind: bot.KindPerson, Intent: bot.IntentPerson,
				Replies: []string{"მუნიციპალიტეტის თანამშრომელი გწერთ\n\nგამარჯობა! ხვალ დილით გზას შევამოწმებთ."}}))
	}))
}

// pages are those that an owner sees, with names for pictures, after busy.
func (o *office) pages() [][2]string {
	o.t.Helper()
	var group string
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) error {
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 20})
		for _, q := range qs {
			if q.People == 3 {
				group = q.ID
			}
		}
		return err
	}))
	return [][2]string{{"today", ""}, {"questions", "questions"}, {"question", "questions/" + group}, {"talks", "talks"}, {"conversations", "conversations"},
		{"found", "conversations?q=" + url.QueryEscape("baghi") + "&from=2020-01-01"}, {"conversation", "conversations/CITIZEN1"}, {"announcements", "announcements"},
		{"cases", "cases"}, {"cases-found", "cases?state=all&q=" + url.QueryEscape("gza")}, {"cases-none", "cases?q=nonsense"}, {"case", "cases/AAAAAA"}, {"case-done", "cases/FFFFFF"},
		{"numbers", "numbers"}, {"numbers-all", "numbers?period=all"}, {"content", "content/cityhall-what"}, {"content-new", "content/new?from=" + group},
		{"announcement", "announcements/news0"}, {"approve", "announcements/news2"}, {"progress", "progress"}, {"compose", "announcements/new"}, {"compose-form", "announcements/new?form=water"},
		{"compose-like", "announcements/new?like=news1"}, {"contents", "content"},
		{"commitment", "progress/" + o.console.cfg.Library().Commitments()[0].ID}, {"accounts", "accounts"}, {"member", "accounts/village"}, {"account", "account"},
		{"ownsecond", "account/second"}, {"audit", "audit"}, {"settings", "settings"}, {"numbers", "numbers"}, {"missing", "nonsense"}}
}

// No page is missing in those that are looked at. What is left out needs a session that is not whole, or is no page.
func TestPagesAreAll(t *testing.T) {
	o := newOffice(t)
	o.busy()
	mux := http.NewServeMux()
	seen := map[string]bool{}
	for _, r := range routes {
		mux.HandleFunc(r.pattern, func(http.ResponseWriter, *http.Request) {})
	}
	owner := o.enter("owner")
	for _, page := range o.pages() {
		r := httptest.NewRequest(http.MethodGet, Path+page[1], nil)
		_, pattern := mux.Handler(r)
		seen[pattern] = true
		want := http.StatusOK
		if pattern == "" {
			want = http.StatusNotFound
		}
		if got := owner.get(Path + page[1]); got.StatusCode != want {
			t.Errorf("the page %s is %d, want %d", page[0], got.StatusCode, want)
		}
	}
	for _, no := range []string{"/console/account/qr.png", "/console/numbers/{chart}", "/console/announcements/{id}/photo", "/console/cases/{id}/media/{n}", "/console/events",
		"/console/export/{list}/{file}"} {
		seen["GET "+no] = true
	}
	for _, r := range routes {
		if strings.HasPrefix(r.pattern, "GET ") && r.least >= observer && !seen[r.pattern] {
			t.Errorf("nobody looks at %s", r.pattern)
		}
	}
}

// A real browser signs in with both factors and sees every page, on a telephone and at a desk.
func TestBrowser(t *testing.T) {
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		name := fmt.Sprint(size.width)
		t.Run(name, func(t *testing.T) {
			b := openTab(t)
			o := newOffice(t)
			s := httptest.NewServer(o.console)
			t.Cleanup(s.Close)
			open := func(path string) {
				t.Helper()
				b.Do(chromedp.Navigate(s.URL + path))
			}
			look := func(page, path string) {
				t.Helper()
				open(path)
				b.sound(page)
				b.picture(name + "-" + page)
				if bad := b.Value(contrast); bad != "" {
					t.Errorf("%s: too little contrast: %s", page, bad)
				}
				b.dark(true)
				if bad := b.Value(contrast); bad != "" {
					t.Errorf("%s in the dark: too little contrast: %s", page, bad)
				}
				b.dark(false)
			}
			b.Do(chromedp.EmulateViewport(size.width, size.height))
			link, err := o.staff.Invite(t.Context(), "owner", "tester")
			o.must(err)
			look("link", "/console/link/"+link)
			b.Do(chromedp.Click(chromedp.CSS("main button.main")))
			b.Until("a password is to be chosen", `!!document.querySelector("#f-new")`)
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-new"), "password1234"), chromedp.SendKeys(chromedp.CSS("#f-again"), "password1234"), chromedp.KeyEvent(kb.Enter))
			b.Until("a common password is refused", `!!document.querySelector(".problem")`)
			b.sound("setup-password")
			b.picture(name + "-setup-password")
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-new"), password), chromedp.SendKeys(chromedp.CSS("#f-again"), password), chromedp.KeyEvent(kb.Enter))
			b.Until("there is a picture to scan", `document.querySelector(".qr")?.naturalWidth > 100`)
			b.sound("setup-second")
			b.picture(name + "-setup-second")
			secret := b.Value(`document.querySelector(".secret code").textContent`)
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-code"), o.totp(secret)), chromedp.KeyEvent(kb.Enter))
			b.Until("the first page is there", `location.pathname === "/console/" && !!document.querySelector(".flash")`)

			b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('form[action="/console/signout"] button').click()`))
			b.Until("one is asked to sign in", `location.pathname === "/console/signin"`)
			look("signin", "/console/signin")
			o.at = o.at.Add(time.Minute)
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-login"), "owner"), chromedp.SendKeys(chromedp.CSS("#f-password"), "wrong"), chromedp.KeyEvent(kb.Enter))
			b.Until("a wrong password is refused", `!!document.querySelector(".problem")`)
			b.picture(name + "-signin-wrong")
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-password"), password), chromedp.KeyEvent(kb.Enter))
			b.Until("the code is asked for", `location.pathname === "/console/second"`)
			b.Until("the field has the focus", `document.activeElement.id === "f-code"`)
			b.sound("second")
			b.picture(name + "-second")
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-code"), o.totp(secret)), chromedp.KeyEvent(kb.Enter))
			b.Until("the first page is there", `location.pathname === "/console/"`)

			o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
				c := o.console.cfg.Library().Commitments()[0]
				_, err := tx.Progress.Append(bot.Change{At: time.Now().UTC(), By: "staff", Commitment: c.ID, Was: bot.Progress{Status: c.Status, Percent: c.Percent, Due: c.End},
					Now:    bot.Progress{Status: bot.StatusLimited, Percent: 40, Due: c.End.AddDate(0, 6, 0)},
					Reason: bot.Text{"ka": "ტენდერი ორჯერ ჩაიშალა, ახლა სამუშაო დაიწყო."}, Evidence: "https://example.org/news"})
				return err
			}))
			commitment := o.console.cfg.Library().Commitments()[0].ID
			o.busy()
			for _, page := range o.pages() {
				look(page[0], "/console/"+page[1])
			}
			o.announce(b, s.URL, name)
			o.step(b, s.URL+"/console/progress/"+commitment, name)
			open("/console/conversations/CITIZEN1")
			b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('form[action*="/bare"]').submit()`))
			b.Until("the numbers are shown", `document.body.innerText.includes("01001012345")`)
			b.sound("bare")
			b.picture(name + "-bare")
			// Making an account, by keyboard, and what is handed over.
			open("/console/accounts")
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-login"), "keti"), chromedp.SendKeys(chromedp.CSS("#f-name"), "ქეთი ლომიძე"),
				chromedp.Click(chromedp.CSS(`.ticks input`)), chromedp.Click(chromedp.CSS(`#add button.main`)))
			b.Until("there is something to hand over", `!!document.querySelector("#once-link")`)
			b.sound("handover")
			b.picture(name + "-handover")
			// The skip link comes first, and the menu opens with the keyboard.
			open("/console/")
			b.Do(chromedp.KeyEvent(kb.Tab))
			b.Check("the skip link has the focus and is seen", `document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().height > 20`)
			if size.width < 500 {
				b.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
				b.Until("the menu is open", `document.querySelector("details.menu").open`)
				b.sound("menu")
				b.picture(name + "-menu")
				b.Do(chromedp.KeyEvent(kb.Escape))
				b.Until("the menu is closed", `!document.querySelector("details.menu").open`)
			}
			b.dark(true)
			b.picture(name + "-dark-today")
			open("/console/conversations/CITIZEN0")
			b.picture(name + "-dark-conversation")
			open("/console/conversations")
			b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.languages [lang="fr"]').click()`))
			b.Until("the page is in French", `document.documentElement.lang === "fr" && location.pathname === "/console/conversations"`)
			b.sound("french")
			b.picture(name + "-dark-french")
		})
	}
}

// announce writes an announcement to everybody, sends it to a colleague for approval, and takes it back.
func (o *office) announce(b *tab, address, name string) {
	b.T.Helper()
	b.Do(chromedp.Navigate(address + "/console/announcements/new"))
	b.Do(chromedp.Click(chromedp.CSS(`button[value="form:meeting"]`)))
	b.Until("the fields of a meeting are there", `!!document.querySelector("#f-first-ka")`)
	b.Do(chromedp.Click(chromedp.CSS(`main button.main`)))
	b.Until("it is said that nobody is chosen", `!!document.querySelector(".problem")`)
	b.picture(name + "-compose-wrong")
	b.Do(chromedp.Click(chromedp.CSS(`input[name=all]`)), chromedp.SendKeys(chromedp.CSS("#f-first-ka"), "წყლის საკითხი, სკოლის ეზოში"),
		chromedp.SendKeys(chromedp.CSS("#f-second-ka"), "25 ნოემბერს, 18:00 საათზე"), chromedp.Click(chromedp.CSS(`input[name=urgent]`)), chromedp.Click(chromedp.CSS(`main button.main`)))
	b.Until("it is shown", `!!document.querySelector(".looks .message")`)
	b.sound("preview")
	b.picture(name + "-preview")
	b.Do(chromedp.Click(chromedp.CSS(`button[value=send]`)))
	b.Until("it waits", `/announcements\/[a-z0-9]{16}$/.test(location.pathname)`)
	b.sound("waiting")
	b.picture(name + "-waiting")
	b.Check("the author cannot approve", `!document.querySelector("#act-approve")`)
	o.must(o.store.Update(b.T.Context(), func(tx store.Tx) error {
		all, _, err := tx.Broadcasts.Latest(store.Page{Limit: 1})
		o.must(err)
		a, err := tx.Accounts.Get("staff")
		o.must(err)
		return o.broadcast.Steer(tx, all[0].ID, bot.ActApprove, a, time.Now().UTC())
	}))
	b.Do(chromedp.Reload())
	b.Until("it counts down", `!!document.querySelector("[data-seconds]")`)
	b.sound("countdown")
	b.picture(name + "-countdown")
	before := b.Value(`document.querySelector("[data-seconds]").textContent`)
	b.Do(chromedp.Focus(chromedp.CSS("#act-undo")), chromedp.Evaluate[chromedp.Void](`document.getElementById("again").dataset.old = "yes"`))
	b.Until("the page looks after itself", fmt.Sprintf(`!document.getElementById("again").dataset.old && document.querySelector("[data-seconds]").textContent < %s`, before))
	b.Check("the focus stays", `document.activeElement.id === "act-undo"`)
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.Until("it is taken back", `!!document.querySelector(".flash") && !document.querySelector("[data-again]")`)
	b.picture(name + "-undone")
}

// step changes how far a commitment is.
func (o *office) step(b *tab, address, name string) {
	b.T.Helper()
	b.Do(chromedp.Navigate(address), chromedp.SendKeys(chromedp.CSS("#f-percent"), "60"),
		chromedp.SendKeys(chromedp.CSS("#f-reason-ka"), "სკოლის ეზოში ჭაბურღილი უკვე მუშაობს."), chromedp.Click(chromedp.CSS("main form button.main")))
	b.Until("it is shown", `!!document.querySelector(".looks .message")`)
	b.sound("step")
	b.picture(name + "-step")
	b.Do(chromedp.Click(chromedp.CSS(`button[value=save]`)))
	b.Until("it is kept", `!!document.querySelector(".flash")`)
	b.picture(name + "-stepped")
}
