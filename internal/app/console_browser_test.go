package app

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// tab is one of a real browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab starts a Chromium with a profile of its own, or skips the test if there is none.
func openTab(t *testing.T) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome is installed: nobody went the whole way in a real browser")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(stop)
	return (&tab{t, ctx}).another()
}

// another opens one more tab, of the same browser if there is one.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx)
	b.t.Cleanup(closeTab)
	if err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			b.t.Errorf("the page's script failed: %s, %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	return &tab{b.t, ctx}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits until the expression is true in the page, whatever it navigates to meanwhile.
func (b *tab) until(what, expression string) {
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

func (b *tab) shows(text string) {
	b.t.Helper()
	b.until("the page shows "+text, fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// press presses the last button with a label, once it is there.
func (b *tab) press(label string) {
	b.t.Helper()
	b.until("there is a button "+label, fmt.Sprintf(`(() => { const b = [...document.querySelectorAll("main button, main a")].filter(e => e.textContent.trim() === %q).at(-1); if (b) b.click(); return !!b; })()`, label))
}

// picture saves the page at the width of a telephone and of a desk, if the tester wants to look at it.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("OGPBOT_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		b.do(chromedp.EmulateViewport(size.width, size.height))
		b.until("nothing moves", `document.getAnimations().length === 0`)
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("way-%d-%s.png", size.width, name)), png, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// A citizen writes of a broken pipe on our page; the administrator of the village follows a link to the staff's pages, reads and
// answers it there; the citizen sees the answer, and says that it is not solved; the page of the case says so.
func TestACaseFromWebChatAndBack(t *testing.T) {
	chat := openTab(t)
	p := start(t, settings(t), fakebot.Options{})
	const nino = 71
	p.telegram.SendText(nino, "/start")
	p.hears(t, nino, 1, "მზიანის")
	p.link(t, "71", bot.Account{Login: "nino", Name: "ნინო გელაშვილი", Role: bot.RoleVillage, Villages: []string{"tskaro"}})
	if err := p.store.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("nino")
		if err != nil {
			return err
		}
		now := time.Now().UTC()
		return tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: "once", Login: a.Login, Citizen: a.Citizen, Until: now.Add(bot.ConsoleTime)}, now)
	}); err != nil {
		t.Fatal(err)
	}
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	site := "http://" + addr.String()
	say := func(words string) {
		chat.do(chromedp.SendKeys(chromedp.CSS("#text"), words), chromedp.Click(chromedp.CSS("#say button")))
	}
	chat.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/chat"))
	chat.shows("მზიანის")
	say("/feedback")
	chat.press("პრობლემა")
	chat.press("წყარო")
	chat.shows("რა ხდება, ზუსტად სად")
	say("სკოლასთან წყლის მილი გატეხილია")
	chat.press("ესაა სულ")
	chat.press("გაგზავნა")
	chat.shows("პასუხი")
	p.hears(t, nino, 2, "ახალი მიმართვა")

	desk := chat.another()
	desk.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/console/link/once"))
	desk.do(chromedp.Click(chromedp.CSS("main button.main")))
	desk.until("the first page is there", `location.pathname === "/console/"`)
	desk.do(chromedp.Navigate(site + "/console/cases?q=skolastan+mili"))
	desk.shows("სკოლასთან წყლის მილი")
	desk.picture("cases")
	desk.do(chromedp.Click(chromedp.CSS("td.first a")))
	desk.until("the case is there", `!!document.getElementById("f-text")`)
	desk.picture("case")
	desk.do(chromedp.SendKeys(chromedp.CSS("#f-text"), "ოსტატი ხვალ მოვა."), chromedp.Click(chromedp.CSS("[data-answer] button.main")))
	desk.shows("პასუხი შენახულია")
	chat.shows("ოსტატი ხვალ მოვა.")
	chat.picture("chat")
	desk.until("the page listens", `!!document.querySelector("[data-listens]")`)
	chat.do(chromedp.EmulateViewport(1280, 800))
	chat.do(chromedp.Navigate(site + "/chat"))
	say("/cases")
	chat.until("there is a case to see", `(() => { const b = [...document.querySelectorAll("main button")].filter(e => /^[A-Z0-9]{6},/.test(e.textContent.trim())).at(-1); if (b) b.click(); return !!b; })()`)
	chat.press("არ მოგვარებულა")
	chat.shows("თავიდან გავხსენი")
	desk.until("the desk hears that it has changed", `(() => { const l = document.querySelector("[data-live]"); return !!l && !l.hidden; })()`)
	desk.do(chromedp.Click(chromedp.CSS("[data-live] a")))
	desk.until("it is open again", `document.querySelector("h1 .badge").textContent === "მუშავდება"`)
	desk.shows("ოსტატი ხვალ მოვა.")
	desk.picture("case-again")
}
