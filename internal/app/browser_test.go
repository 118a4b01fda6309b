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
	"github.com/chromedp/chromedp/kb"
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

// click presses what a selector finds, once it is there.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// says writes a line in the web chat.
func (b *tab) says(line string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), line), chromedp.KeyEvent(kb.Enter))
}

// picture saves the whole page, if the tester wants to look at it.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("OGPBOT_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.until("nothing moves", `document.getAnimations().length === 0`)
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// pictures saves it at the width of a telephone and of a desk.
func (b *tab) pictures(name string) {
	b.t.Helper()
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		b.do(chromedp.EmulateViewport(size.width, size.height))
		b.picture(fmt.Sprintf("way-%d-%s", size.width, name))
	}
}
