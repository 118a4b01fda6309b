package webchat

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience ends a test whose page never becomes what it should.
const patience = 30 * time.Second

// browser is one tab of a real browser.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// openBrowser starts a Chromium with a profile of its own, or skips the test if there is none.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome is installed: the page was not tried in a real browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.IgnoreCertErrors, chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	b := &browser{t, ctx}
	if err := chromedp.Listen(ctx, func(event any) { // it starts the browser
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page's script failed: %s, %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// do runs actions, for as long as patience lasts.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits until the expression is true in the page, whatever it navigates to meanwhile.
func (b *browser) until(what, expression string) {
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

func (b *browser) shows(text string) {
	b.t.Helper()
	b.until("the page shows "+text, fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

func (b *browser) check(what, expression string) {
	b.t.Helper()
	if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); err != nil || !ok {
		b.t.Errorf("not true: %s (%v)", what, err)
	}
}

// picture saves what the tab shows, if the tester wants to look at it.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("OGPBOT_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.until("nothing moves", `document.getAnimations().length === 0`)
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) offline(yes bool) {
	b.t.Helper()
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1},
	}})
	call(b, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
}

func call[P, R any](b *browser, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.t.Fatal(err)
	}
}

// frame is the other site's frame in the tab, which the browser keeps in a process of its own.
func (b *browser) frame() *browser {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		targets, err := chromedp.Targets(ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, found := range targets {
			if found.Type == "iframe" {
				ctx, leave := chromedp.NewContext(b.ctx, chromedp.WithTargetID(found.TargetID))
				b.t.Cleanup(leave)
				if err := chromedp.Do(ctx); err != nil { // it attaches, for as long as ctx lives
					b.t.Fatal(err)
				}
				return &browser{b.t, ctx}
			}
		}
	}
}

// enter presses the key as a keyboard does: what the page prevents is not typed.
func (b *browser) enter() {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13})
	}
}

const noSideways = `document.documentElement.scrollWidth <= innerWidth`

func TestBrowser(t *testing.T) {
	for _, size := range []struct{ width, height int64 }{{360, 640}, {1280, 800}} {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			b := openBrowser(t)
			p := newParrot(t, nil)
			url := p.serve(t).URL + "/chat"
			b.do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(url))
			b.shows("გამარჯობა! მე ბოტი ვარ")
			b.check("nothing is wider than the window", noSideways)
			b.picture(name + "-1-greeting")

			b.do(chromedp.SendKeys(chromedp.CSS("#text"), "რა არის მონაწილეობითი ბიუჯეტი?"))
			b.enter()
			b.shows("თქვენ თქვით")
			b.until("the message was taken", `!document.querySelector(".pending") && document.querySelectorAll(".mine").length === 1`)
			b.check("the note's address is a link", `document.querySelector(".note a").href === "https://ozurgeti.example/p?id=1&x=2" && document.querySelector(".note a").rel === "noopener"`)
			b.check("the field is empty and has the focus", `document.activeElement.id === "text" && document.activeElement.value === ""`)
			b.picture(name + "-2-answer")

			// The keyboard alone: back from the field to the second button, and press it.
			b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
			b.check("the last button comes before the field", `document.activeElement.value === "village"`)
			b.picture(name + "-3-focus")
			b.do(chromedp.KeyEvent(kb.Enter))
			b.shows("რომელ სოფელში ცხოვრობთ?")
			b.check("the message was updated in place and has the focus", `document.querySelectorAll("article").length === 3 && document.activeElement === document.querySelector("#log").lastElementChild`)
			b.picture(name + "-4-updated")

			b.offline(true)
			b.shows("კავშირი არ არის")
			b.do(chromedp.SendKeys(chromedp.CSS("#text"), "ამას კავშირის გარეშე ვწერ"))
			b.enter()
			b.until("the message waits", `document.querySelectorAll(".pending").length === 1`)
			b.picture(name + "-5-offline")
			b.offline(false)
			b.until("the message was taken and answered, once", `!document.querySelector(".pending") && document.querySelectorAll("article").length === 5`)
			b.until("the state is gone", `document.querySelector("#status").textContent === ""`)

			b.do(chromedp.Click(chromedp.CSS(`#languages [lang="en"]`)))
			b.until("the page is in English", `document.documentElement.lang === "en" && document.querySelector("#log").innerText.includes("All right")`)
			b.check("what was said is still there", `document.body.innerText.includes("ამას კავშირის გარეშე ვწერ")`)
			b.picture(name + "-6-english")
			call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}})
			b.check("nothing moves", `document.getAnimations().length === 0`)
			b.do(chromedp.SetValue(chromedp.CSS("#text"), strings.Repeat("ა", 1850)), chromedp.SendKeys(chromedp.CSS("#text"), "ბ"))
			b.shows("1851 / 2000")
			b.picture(name + "-7-dark")
			b.check("nothing is wider than the window", noSideways)
		})
	}
}

// What people type and what the bot says is never taken for markup.
func TestBrowserScriptInText(t *testing.T) {
	b := openBrowser(t)
	p := newParrot(t, nil)
	b.do(chromedp.Navigate(p.serve(t).URL + "/chat"))
	b.shows("გამარჯობა")
	const evil = `<img src=x onerror="document.title='evil'"><script>document.title='evil'</script>javascript:alert(1)`
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), evil))
	b.enter()
	b.shows("თქვენ თქვით")
	b.until("both messages show it as text", fmt.Sprintf(`[...document.querySelectorAll("article > p:not(.note)")].filter(p => p.textContent === %q).length === 2`, evil))
	b.do(chromedp.Reload())
	b.until("so they do after a reload", fmt.Sprintf(`[...document.querySelectorAll("article > p:not(.note)")].filter(p => p.textContent === %q).length === 2`, evil))
	b.check("nothing of it ran", `document.title !== "evil" && !document.querySelector("img")`)
}

// Two tabs show the same; a tab that comes back after the program was started again has everything once.
func TestBrowserRestart(t *testing.T) {
	b := openBrowser(t)
	p := newParrot(t, nil)
	current := p.chat.Handler(p.accept)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		h := current
		p.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { p.chat.Close() })
	b.do(chromedp.Navigate(s.URL + "/chat"))
	b.shows("გამარჯობა")
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "ერთი"))
	b.enter()
	b.until("it was answered", `document.querySelectorAll("article").length === 3`)

	old := p.chat
	chat := newChat(t, func(cfg *Config) { cfg.History = p.history })
	p.mu.Lock()
	p.chat, current = chat, chat.Handler(p.accept)
	p.mu.Unlock()
	old.Close()
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "ორი"))
	b.enter()
	b.until("everything is there once", `document.querySelectorAll("article").length === 5 && !document.querySelector(".pending") && document.querySelectorAll("#log form").length === 1`)
}

// embedding is a town's own site with a bot in it; name is the site's host, start how both are served.
func embedding(t *testing.T, name string, start func(http.Handler) *httptest.Server) (site string, p *parrot) {
	t.Helper()
	var bots string
	s := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Town</title>
			<body><h1>The town's own site</h1><p>News of the day.</p><script src=%q async></script>`, bots+"/chat/embed.js")
	}))
	t.Cleanup(s.Close)
	site = strings.Replace(s.URL, "127.0.0.1", name, 1)
	p = newParrot(t, func(cfg *Config) { cfg.Origins = []string{site} })
	bots = p.serveWith(t, start).URL
	return site, p
}

// Another page shows the chat with one line of script, and the browser lets it: on our own site, and on another one,
// where it keeps a cookie for that frame alone.
func TestBrowserEmbedded(t *testing.T) {
	for name, c := range map[string]struct {
		host  string
		start func(http.Handler) *httptest.Server
	}{
		"our own site": {"127.0.0.1", httptest.NewServer},
		"another site": {"localhost", httptest.NewTLSServer},
	} {
		t.Run(name, func(t *testing.T) {
			b := openBrowser(t)
			site, p := embedding(t, c.host, c.start)
			b.do(chromedp.EmulateViewport(360, 640), chromedp.Navigate(site))
			b.shows("Ask the bot")
			b.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
			b.shows("Close the chat")
			b.check("the button tells that the chat is open", `document.querySelector("button").getAttribute("aria-expanded") === "true" && document.querySelector("iframe").title === "Ask the bot"`)
			if one, two := p.next(t), p.next(t); one.Text != "/language en" || two.Text != "/start" || one.From != two.From {
				t.Errorf("the bot heard %q and %q", one.Text, two.Text)
			}
			b.picture("embedded")
			b.do(chromedp.Click(chromedp.CSS("button")))
			b.shows("Ask the bot")
			b.check("the chat is closed", `document.querySelector("iframe").offsetHeight === 0`)
		})
	}
}

// Where the browser keeps no cookie for a frame, the page says so and offers a window of its own.
func TestBrowserWithoutCookies(t *testing.T) {
	b := openBrowser(t)
	site, p := embedding(t, "localhost", httptest.NewServer) // another site to the browser, and http has no partitioned cookies
	b.do(chromedp.EmulateViewport(360, 640), chromedp.Navigate(site))
	b.shows("Ask the bot")
	b.do(chromedp.Click(chromedp.CSS("button")))
	f := b.frame()
	f.shows("The browser does not let me remember our conversation here.")
	f.check("there is a way out", `document.querySelector("#status a").target === "_blank"`)
	b.picture("embedded-without-cookies")
	if len(p.hears()) > 0 {
		t.Error("somebody was greeted who cannot be told apart")
	}
}
