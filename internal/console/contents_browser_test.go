package console

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// In a real browser an answer is found, tried, kept as a draft, published and brought back, on a telephone and at a desk.
func TestContentBrowser(t *testing.T) {
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		name := fmt.Sprint(size.width)
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			b := openTab(t)
			s := httptest.NewServer(o.console)
			t.Cleanup(s.Close)
			o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
				a, err := tx.Accounts.Get("staff")
				a.Citizen = "CITIZEN0"
				return errors.Join(err, tx.Accounts.Put(a), tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: "once", Login: a.Login, Citizen: a.Citizen,
					Until: time.Now().Add(bot.ConsoleTime)}, time.Now()))
			}))
			open := func(path string) {
				t.Helper()
				b.Do(chromedp.Navigate(s.URL + path))
			}
			look := func(page string) {
				t.Helper()
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
			open("/console/link/once")
			b.Do(chromedp.Click(chromedp.CSS("main button.main")))
			b.Until("somebody is signed in", `location.pathname === "/console/"`)
			open("/console/content")
			look("content")
			if size.width < 500 { // at a desk a short form is open
				b.Do(chromedp.Click(chromedp.CSS(".filter summary")))
			}
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-q"), "cityhall-what\r"))
			b.Until("one answer is found", `document.querySelectorAll("table.list tbody tr").length === 1`)
			look("content-found")
			b.Do(chromedp.Click(chromedp.CSS("table.list a")))
			b.Until("the answer is there with what the bot says", `!!document.querySelector("#edit") && document.querySelector(".message")?.textContent.includes("მომსახურებას უწევს")`)
			look("content-one")

			// Tried, and not told to anybody.
			b.Do(chromedp.SetValue(chromedp.CSS("#f-answer-ka"), "მერია <b>ხალხს</b> ემსახურება: გზა, წყალი, განათება, ნარჩენები."),
				chromedp.Click(chromedp.CSS(`button[formaction*="/try"]`)))
			b.Until("the trial is shown", `location.hash === "#try" && document.querySelector(".message")?.textContent.includes("<b>ხალხს</b>")`)
			look("content-tried")
			b.Check("what was written is still there", `document.querySelector("#f-answer-ka").value.includes("<b>ხალხს</b>")`)
			b.Do(chromedp.Click(chromedp.CSS("#edit button.main")))
			b.Until("the reason is asked for", `!!document.querySelector(".problem")`)
			b.Check("nothing is said of what was not tried", `!document.querySelector(".message")`)
			look("content-refused")
			b.Do(chromedp.SendKeys(chromedp.CSS("#f-why"), "უფრო მოკლედ და გასაგებად"), chromedp.Click(chromedp.CSS("#edit button:not(.main):not([formaction])")))
			b.Until("the draft is kept", `!!document.querySelector(".flash") && !!document.querySelector(".note")`)
			look("content-draft")
			if e, _ := o.lib.Load().Entry("cityhall-what"); strings.Contains(e.Answer["ka"], "<b>") {
				t.Error("a draft is told")
			}
			b.Do(chromedp.Click(chromedp.CSS("#edit button.main")))
			b.Until("it is published", `!!document.querySelector(".flash") && !document.querySelector(".note")`)
			if e, _ := o.lib.Load().Entry("cityhall-what"); !strings.Contains(e.Answer["ka"], "<b>ხალხს</b>") {
				t.Error("what was published is not told")
			}
			b.Do(chromedp.Click(chromedp.CSS(".versions summary")))
			b.Until("the differences are shown", `!!document.querySelector(".versions ins") && !!document.querySelector(".versions del")`)
			look("content-history")

			// From a question to an answer.
			open("/console/content/new?from=" + questionOf(o))
			b.Check("the form holds the question", `document.querySelector("#f-question-ka").value.includes("მოასფალტებენ")`)
			look("content-new")
			for _, lang := range []string{"fr", "en"} {
				b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.languages [lang="` + lang + `"]').click()`))
				b.Until("the page speaks "+lang, `document.documentElement.lang === "`+lang+`"`)
				look("content-new-" + lang)
			}
		})
	}
}

// questionOf gives the question about the road.
func questionOf(o *office) (id string) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) error {
		qs, err := tx.Questions.Waiting(bot.Scope{All: true}, 50)
		for _, q := range qs {
			if strings.Contains(q.Text, "მოასფალტებენ") {
				id = url.QueryEscape(q.ID)
			}
		}
		return err
	}))
	return id
}
