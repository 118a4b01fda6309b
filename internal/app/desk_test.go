package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// tab is one of a real browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openBrowser starts a Chromium with a profile of its own, or skips the test if there is none.
func openBrowser(t *testing.T) tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome is installed: the program was not tried in a real browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	return tab{t, ctx}.open()
}

// open gives a new tab of the same browser.
func (b tab) open() tab {
	b.t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx)
	b.t.Cleanup(closeTab)
	if err := chromedp.Listen(ctx, func(event any) { // it opens the tab
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			b.t.Errorf("the page's script failed: %s, %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	return tab{b.t, ctx}
}

func (b tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(30*time.Millisecond)))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
			b.t.Fatalf("waited in vain until %s: %v; the page shows:\n%s", what, err, page)
		}
	}
}

func (b tab) shows(text string) {
	b.t.Helper()
	b.until("the page shows "+text, fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

func (b tab) press(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// picture saves the whole page, if the tester wants to look at it.
func (b tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("OGPBOT_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "desk-"+name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// says writes a line in the web chat.
func (b tab) says(line string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), line), chromedp.KeyEvent(kb.Enter))
}

// colleagues makes an account for each login, with a conversation and a link to sign in with.
func (p *program) colleagues(t *testing.T, logins ...string) {
	t.Helper()
	p.update(t, func(tx store.Tx) (err error) {
		for i, login := range logins {
			id := bot.CitizenID("COLLEAGUE" + fmt.Sprint(i))
			err = errors.Join(err,
				tx.Citizens.Put(bot.Citizen{ID: id, Language: "ka", Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: fmt.Sprint(900 + i)}}}}, bot.State{}),
				tx.Accounts.Put(bot.Account{Login: login, Name: login, Role: bot.RoleStaff, Citizen: id}),
				tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: "link-" + login, Login: login, Citizen: id, Until: time.Now().Add(bot.ConsoleTime)}, time.Now()))
		}
		return err
	})
}

// A citizen of the web chat gets what two colleagues announce at a desk, and what a third one changes in the progress.
func TestFromADeskToTheWebChat(t *testing.T) {
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			chat := openBrowser(t)
			p := start(t, settings(t), fakebot.Options{})
			addr, err := p.Listen()
			if err != nil {
				t.Fatal(err)
			}
			site := "http://" + addr.String()
			name := fmt.Sprint(size.width)
			p.colleagues(t, "maka", "gela")

			chat.do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(site+"/chat"))
			chat.until("there is a greeting", `document.querySelectorAll("article").length > 0`)
			chat.says("/start v-tskaro")
			chat.until("consent is asked for", `document.querySelectorAll("article button").length > 0 && document.body.innerText.includes("წყარო")`)
			chat.says("1")
			subscribed := func() (n int) {
				if err := p.store.View(t.Context(), func(tx store.Tx) error {
					cs, _, err := tx.Citizens.Subscribed(bot.Scope{All: true}, nil, "", 10)
					n = len(cs)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				return n
			}
			chat.until("it was taken", `!document.querySelector(".pending") && document.querySelectorAll(".mine").length === 2`)
			if subscribed() != 1 {
				t.Fatal("the citizen is not subscribed")
			}

			desk := chat.open()
			enter := func(login string) {
				t.Helper()
				desk.do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(site+"/console/link/link-"+login))
				desk.press("main button.main")
				desk.until(login+" is in", `location.pathname === "/console/"`)
			}
			enter("maka")
			desk.do(chromedp.Navigate(site + "/console/announcements/new?form=water"))
			desk.press("input[name=all]")
			desk.do(chromedp.SendKeys(chromedp.CSS("#f-first-ka"), "მთელ ქალაქში"), chromedp.SendKeys(chromedp.CSS("#f-second-ka"), "25 მაისს, 10:00-დან 16:00-მდე"))
			desk.press("main form > button.main")
			desk.shows("1 ადამიანი")
			desk.picture(name + "-1-preview")
			desk.press("button[value=send]")
			desk.shows("ელოდება თანხმობას")
			path, err := chromedp.Run(desk.ctx, chromedp.Evaluate[string](`location.pathname`))
			if err != nil {
				t.Fatal(err)
			}
			p.hears(t, 901, 1, "თქვენი თანხმობაა საჭირო")
			enter("gela")
			desk.do(chromedp.Navigate(site + path))
			desk.do(chromedp.Evaluate[chromedp.Void](`window.confirm = () => true`))
			desk.press("#act-approve")
			desk.until("it counts down", `!!document.querySelector("[data-seconds]")`)
			desk.picture(name + "-2-approved")
			id := strings.TrimPrefix(path, "/console/announcements/")
			p.update(t, func(tx store.Tx) error { // a minute later
				b, err := tx.Broadcasts.Get(id, bot.Scope{All: true})
				b.At = time.Now().UTC()
				return errors.Join(err, tx.Broadcasts.Put(b))
			})
			p.broadcast.Wake()
			chat.shows("სად: მთელ ქალაქში")
			desk.until("the report says so by itself", `document.querySelector(".figures strong").textContent === "1"`)
			desk.shows("ჩატი საიტზე")
			desk.picture(name + "-3-report")

			c := p.library().Commitments()[0]
			desk.do(chromedp.Navigate(site+"/console/progress/"+c.ID), chromedp.SendKeys(chromedp.CSS("#f-percent"), "77"),
				chromedp.SendKeys(chromedp.CSS("#f-reason-ka"), "ახალი სახურავი უკვე დადგმულია."))
			desk.press("main form button.main")
			desk.shows("77%")
			desk.picture(name + "-4-step")
			desk.press("button[value=save]")
			desk.until("it is kept", `!!document.querySelector(".flash")`)
			if err := p.digest.Tell(t.Context(), bot.CadenceWeekly, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
			chat.shows("ახალი სახურავი უკვე დადგმულია.")
			chat.shows("რა შეიცვალა დაპირებებში")
			chat.picture(name + "-5-chat")
		})
	}
}
