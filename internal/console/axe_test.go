package console

import (
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
)

// audit has axe-core look at the page, and gives what is serious or critical.
const audit = `axe.run(document, {resultTypes: ["violations"]}).then(
	r => { window.axeSays = r.violations.filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join(" | ")).join("; "); },
	e => { window.axeSays = "it failed: " + e; })`

// Nothing on any page keeps people with a screen reader, a keyboard or weak eyes out, as far as axe-core can tell.
func TestAxe(t *testing.T) {
	path := os.Getenv("OGPBOT_TEST_AXE")
	if path == "" {
		t.Skip("OGPBOT_TEST_AXE does not name a copy of axe.min.js (npm pack axe-core): the pages were not looked at by axe-core")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	axe := string(source)
	for _, width := range []int64{360, 1280} {
		for _, lang := range []string{"ka", "en"} {
			t.Run(fmt.Sprint(width, "-", lang), func(t *testing.T) {
				b, o := openTab(t), newOffice(t)
				s := httptest.NewServer(o.console)
				t.Cleanup(s.Close)
				b.Do(chromedp.EmulateViewport(width, 800))
				if _, err := chromedp.Call(b.Ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
					t.Fatal(err)
				}
				cookie := func(name, value string) {
					t.Helper()
					if _, err := chromedp.Call(b.Ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.URL + Path}); err != nil {
						t.Fatal(err)
					}
				}
				look := func(name, path string) {
					t.Helper()
					b.Do(chromedp.Navigate(s.URL + Path + path))
					for _, dark := range []bool{false, true} {
						b.dark(dark)
						b.Do(chromedp.Evaluate[chromedp.Void](axe + "; window.axeSays = null; " + audit + "; undefined"))
						b.Until("axe-core has looked", `window.axeSays !== null`)
						if says := b.Value(`window.axeSays`); says != "" {
							t.Errorf("%s, dark %v: %s", name, dark, says)
						}
					}
				}
				as := func(who *browser) { cookie("ogpbot_console", who.cookies["ogpbot_console"]) }

				cookie(languageCookie, lang)
				o.busy()
				o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
					if err := tx.Accounts.Put(bot.Account{Login: "new", Name: "New", Role: bot.RoleOwner}); err != nil {
						return err
					}
					return tx.Accounts.Put(bot.Account{Login: "half", Name: "Half", Role: bot.RoleOwner})
				}))
				look("signin", "signin")
				link, err := o.staff.Invite(t.Context(), "staff", "tester")
				o.must(err)
				look("link", "link/"+link)
				look("dead link", "link/nonsense")
				half, _ := o.join("new", staff.StageSetup)
				as(half)
				look("setup-password", "setup")
				o.expect(half.post("/console/setup/password", "new", password, "again", password), 303, "")
				as(half)
				look("setup-second", "setup")
				half, _ = o.join("half", staff.StageSecond)
				as(half)
				look("second", "second")
				as(o.enter("owner"))
				for _, page := range o.pages() {
					look(page[0], page[1])
				}
				b.Check("the pages were in the language", `document.documentElement.lang === "`+lang+`"`)
			})
		}
	}
}
