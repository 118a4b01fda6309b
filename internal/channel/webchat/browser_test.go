package webchat

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ogpbot/internal/browsertest"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience ends a test whose page never becomes what it should.
const patience = 30 * time.Second

// browser is one tab of a real browser.
type browser struct{ *browsertest.Tab }

func openBrowser(t *testing.T) *browser {
	return &browser{browsertest.Open(t, chromedp.IgnoreCertErrors, chromedp.Flag("disable-quic", true))}
}

func (b *browser) offline(yes bool) {
	b.T.Helper()
	browsertest.Call(b.Tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1},
	}})
	browsertest.Call(b.Tab, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1})
}

// enter presses the key as a keyboard does: what the page prevents is not typed.
func (b *browser) enter() {
	b.T.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		browsertest.Call(b.Tab, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13})
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
			b.Do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(url))
			b.Shows("გამარჯობა! მე ბოტი ვარ")
			b.Check("nothing is wider than the window", noSideways)
			b.Picture(name + "-1-greeting")

			b.Do(chromedp.SendKeys(chromedp.CSS("#text"), "რა არის მონაწილეობითი ბიუჯეტი?"))
			b.enter()
			b.Shows("თქვენ თქვით")
			b.Until("the message was taken", `!document.querySelector(".pending") && document.querySelectorAll(".mine").length === 1`)
			b.Check("the note's address is a link", `document.querySelector(".note a").href === "https://ozurgeti.example/p?id=1&x=2" && document.querySelector(".note a").rel === "noopener"`)
			b.Check("the field is empty and has the focus", `document.activeElement.id === "text" && document.activeElement.value === ""`)
			b.Picture(name + "-2-answer")

			// The keyboard alone: back from the field to the second button, and press it.
			b.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
			b.Check("the last button comes before the field", `document.activeElement.value === "village"`)
			b.Picture(name + "-3-focus")
			b.Do(chromedp.KeyEvent(kb.Enter))
			b.Shows("რომელ სოფელში ცხოვრობთ?")
			b.Check("the message was updated in place and has the focus", `document.querySelectorAll("article").length === 3 && document.activeElement === document.querySelector("#log").lastElementChild`)
			b.Picture(name + "-4-updated")

			b.offline(true)
			b.Shows("კავშირი არ არის")
			b.Do(chromedp.SendKeys(chromedp.CSS("#text"), "ამას კავშირის გარეშე ვწერ"))
			b.enter()
			b.Until("the message waits", `document.querySelectorAll(".pending").length === 1`)
			b.Picture(name + "-5-offline")
			b.offline(false)
			b.Until("the message was taken and answered, once", `!document.querySelector(".pending") && document.querySelectorAll("article").length === 5`)
			b.Until("the state is gone", `document.querySelector("#status").textContent === ""`)

			b.Do(chromedp.Click(chromedp.CSS(`#languages [lang="en"]`)))
			b.Until("the page is in English", `document.documentElement.lang === "en" && document.querySelector("#log").innerText.includes("All right")`)
			b.Check("what was said is still there", `document.body.innerText.includes("ამას კავშირის გარეშე ვწერ")`)
			b.Picture(name + "-6-english")
			browsertest.Call(b.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}})
			b.Check("nothing moves", `document.getAnimations().length === 0`)
			b.Do(chromedp.SetValue(chromedp.CSS("#text"), strings.Repeat("ა", 1850)), chromedp.SendKeys(chromedp.CSS("#text"), "ბ"))
			b.Shows("1851 / 2000")
			b.Picture(name + "-7-dark")
			b.Check("nothing is wider than the window", noSideways)
		})
	}
}

// What people type and what the bot says is never taken for markup.
func TestBrowserScriptInText(t *testing.T) {
	b := openBrowser(t)
	p := newParrot(t, nil)
	b.Do(chromedp.Navigate(p.serve(t).URL + "/chat"))
	b.Shows("გამარჯობა")
	const evil = `<img src=x onerror="document.title='evil'"><script>document.title='evil'</script>javascript:alert(1)`
	b.Do(chromedp.SendKeys(chromedp.CSS("#text"), evil))
	b.enter()
	b.Shows("თქვენ თქვით")
	b.Until("both messages show it as text", fmt.Sprintf(`[...document.querySelectorAll("article > p:not(.note)")].filter(p => p.textContent === %q).length === 2`, evil))
	b.Do(chromedp.Reload())
	b.Until("so they do after a reload", fmt.Sprintf(`[...document.querySelectorAll("article > p:not(.note)")].filter(p => p.textContent === %q).length === 2`, evil))
	b.Check("nothing of it ran", `document.title !== "evil" && !document.querySelector("img")`)
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
	b.Do(chromedp.Navigate(s.URL + "/chat"))
	b.Shows("გამარჯობა")
	b.Do(chromedp.SendKeys(chromedp.CSS("#text"), "ერთი"))
	b.enter()
	b.Until("it was answered", `document.querySelectorAll("article").length === 3`)

	old := p.chat
	chat := newChat(t, func(cfg *Config) { cfg.History = p.history })
	p.mu.Lock()
	p.chat, current = chat, chat.Handler(p.accept)
	p.mu.Unlock()
	old.Close()
	b.Do(chromedp.SendKeys(chromedp.CSS("#text"), "ორი"))
	b.enter()
	b.Until("everything is there once", `document.querySelectorAll("article").length === 5 && !document.querySelector(".pending") && document.querySelectorAll("#log form").length === 1`)
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
			b.Do(chromedp.EmulateViewport(360, 640), chromedp.Navigate(site))
			b.Shows("Ask the bot")
			b.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
			b.Shows("Close the chat")
			b.Check("the button tells that the chat is open", `document.querySelector("button").getAttribute("aria-expanded") === "true" && document.querySelector("iframe").title === "Ask the bot"`)
			if one, two := p.next(t), p.next(t); one.Text != "/language en" || two.Text != "/start" || one.From != two.From {
				t.Errorf("the bot heard %q and %q", one.Text, two.Text)
			}
			b.Picture("embedded")
			b.Do(chromedp.Click(chromedp.CSS("button")))
			b.Shows("Ask the bot")
			b.Check("the chat is closed", `document.querySelector("iframe").offsetHeight === 0`)
		})
	}
}

// Where the browser keeps no cookie for a frame, the page says so and offers a window of its own.
func TestBrowserWithoutCookies(t *testing.T) {
	b := openBrowser(t)
	site, p := embedding(t, "localhost", httptest.NewServer) // another site to the browser, and http has no partitioned cookies
	b.Do(chromedp.EmulateViewport(360, 640), chromedp.Navigate(site))
	b.Shows("Ask the bot")
	b.Do(chromedp.Click(chromedp.CSS("button")))
	f := b.Frame()
	f.Shows("The browser does not let me remember our conversation here.")
	f.Check("there is a way out", `document.querySelector("#status a").target === "_blank"`)
	b.Picture("embedded-without-cookies")
	if len(p.hears()) > 0 {
		t.Error("somebody was greeted who cannot be told apart")
	}
}
