package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/browsertest"
	"ogpbot/internal/store"
)

// signIn gives the tab the cookies of somebody who is signed in.
func (b *tab) signIn(who *browser, url string) {
	b.T.Helper()
	for name, value := range who.cookies {
		if _, err := chromedp.Call(b.Ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url}); err != nil {
			b.T.Fatal(err)
		}
	}
}

// press is a key as a hand presses it: what it would type comes only if the page lets it.
func (b *tab) press(key string) {
	b.T.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: kind, Key: key}
		if kind == input.DispatchKeyEventTypeKeyDown {
			p.Text = key
		}
		browsertest.Call(b.Tab, input.DispatchKeyEvent, p)
	}
}

// A real browser works through cases by keyboard, on a telephone and at a desk, and hears of what changes.
func TestBrowserCases(t *testing.T) {
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		name := fmt.Sprint(size.width)
		t.Run(name, func(t *testing.T) {
			b := openTab(t)
			o := newOffice(t)
			o.filed()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.console.ServeHTTP(w, r) }))
			t.Cleanup(s.Close)
			t.Cleanup(o.console.cfg.Live.Close) // the server waits for the pages that listen
			open := func(path string) { t.Helper(); b.Do(chromedp.Navigate(s.URL + path)) }
			look := func(page string) {
				t.Helper()
				b.sound(page)
				b.picture(name + "-" + page)
				b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => d.open = true)`)) // else their colours are not computed
				if bad := b.Value(contrast); bad != "" {
					t.Errorf("%s: too little contrast: %s", page, bad)
				}
				b.dark(true)
				b.picture(name + "-dark-" + page)
				if bad := b.Value(contrast); bad != "" {
					t.Errorf("%s in the dark: too little contrast: %s", page, bad)
				}
				b.dark(false)
			}
			b.Do(chromedp.EmulateViewport(size.width, size.height))
			b.signIn(o.enter("staff"), s.URL)
			open("/console/cases?state=all")
			look("cases")
			for _, key := range []string{"j", "j", "j", "k", "ჯ", "კ"} {
				b.press(key)
			}
			b.Check("the second case has the focus", `document.activeElement.getAttribute("href") === document.querySelectorAll("td.first a")[1].getAttribute("href")`)
			b.press("?")
			b.Check("the keys are explained", `document.getElementById("keys").open`)
			b.picture(name + "-cases-keys")
			b.Do(chromedp.Click(chromedp.CSS("[data-keys-on]")), chromedp.Click(chromedp.CSS("#keys button.main")))
			b.Until("the window is closed", `!document.getElementById("keys").open`)
			b.Do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
			b.press("j")
			b.Check("keys that are off do nothing", `document.activeElement === document.body`)
			b.Do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem("keys", "on")`))
			open("/console/cases?q=nonsense")
			look("cases-none")

			open("/console/cases/AAAAAA")
			look("case")
			b.Check("nothing of a case runs", `!document.querySelector("main script") && document.querySelector(".asked").textContent.includes("<script>")`)
			b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".files img").scrollIntoView()`))
			b.press("r")
			b.Check("the answer has the focus", `document.activeElement.id === "f-text"`)
			b.press("j")
			b.Check("what is typed is text", `document.activeElement.value === "j"`)
			b.Do(chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ""; document.activeElement.blur()`))
			b.press("e")
			b.Check("e is done", `document.activeElement.id === "f-text" && document.activeElement.value === "" && document.getElementById("f-outcome").value === "done"`)
			b.Do(chromedp.Click(chromedp.CSS("[data-ready] button")))
			b.Until("the ready answer is in the field", `document.getElementById("f-text").value.includes("AAAAAA") && location.search === ""`)
			// A colleague writes, and is faster.
			b.Until("the page listens", `!!document.querySelector("[data-listens]")`)
			village := o.enter("village")
			o.expect(village.post("/console/cases/AAAAAA/writing", "typing", "1"), 204, "")
			b.Until("it is said who writes", `document.querySelector("[data-writing]").textContent.includes("ნინო")`)
			o.expect(village.post("/console/cases/AAAAAA/move", "to", "seen", "version", village.version("AAAAAA")), 303, "")
			b.Until("it is said that the case has changed", `!document.querySelector("[data-live]").hidden`)
			b.picture(name + "-case-changed")
			b.Do(chromedp.Click(chromedp.CSS("[data-answer] button.main")))
			b.Until("the form is refused, and the words are kept", `!!document.querySelector(".problem") && document.getElementById("f-text").value.includes("AAAAAA")`)
			look("case-stale")
			b.Do(chromedp.Click(chromedp.CSS("[data-answer] button.main")))
			b.Until("it is sent", `!!document.querySelector(".flash")`)
			look("case-answered")
			if c := o.kase("AAAAAA"); c.State != bot.CaseDone {
				t.Errorf("the case is %s", c.State)
			}
			open("/console/cases/DDDDDD")
			look("case-anonymous")
			// A new case comes in while the list is open.
			open("/console/cases")
			b.Until("the page listens", `!!document.querySelector("[data-listens]")`)
			for i := range 2 {
				o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
					c := bot.Case{ID: fmt.Sprintf("NEW%03d", i), Kind: bot.CaseIdea, Village: o.two, Text: "ახალი", Language: "ka"}
					return errors.Join(o.console.cfg.Cases.Open(tx, c, o.at))
				}))
			}
			b.Until("two new ones are told of", `document.querySelector("[data-live] span").textContent.includes("2")`)
			b.Check("the page did not jump", `!document.body.textContent.includes("NEW001")`)
			b.picture(name + "-cases-live")
			b.Do(chromedp.Click(chromedp.CSS("[data-live] a")))
			b.Until("they are shown", `document.body.textContent.includes("NEW001")`)
			b.signIn(o.enter("observer"), s.URL)
			open("/console/cases?state=all")
			look("cases-observer")
			open("/console/cases/FFFFFF")
			look("case-observer")
		})
	}
}
