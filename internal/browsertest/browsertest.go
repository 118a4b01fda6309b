// Package browsertest lets tests of our pages use a real browser, a Chromium, as a person does.
//
// It imports github.com/chromedp/chromedp. A test is skipped where no Chromium is installed, and fails when a script of the page does.
// With OGPBOT_TEST_SCREENSHOTS=DIR it leaves pictures there to look at.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	patience = 30 * time.Second // ends a test whose page never becomes what it should
	longest  = 4 * patience     // a whole test
)

// Tab is one tab of a real browser.
type Tab struct {
	T   *testing.T
	Ctx context.Context // of chromedp
}

// Open starts a Chromium with a profile of its own, or skips the test if there is none.
func Open(t *testing.T, more ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(options, more...)...)
	t.Cleanup(stop)
	return (&Tab{t, ctx}).Another()
}

// chromium finds the program.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome is installed: the pages were not tried in a real browser")
	return ""
}

// Another opens one more tab of the same browser.
func (b *Tab) Another() *Tab {
	b.T.Helper()
	ctx, closeTab := chromedp.NewContext(b.Ctx)
	b.T.Cleanup(closeTab)
	if err := chromedp.Listen(ctx, func(event any) { // it starts the browser
		if e, ok := event.(*runtime.EventExceptionThrown); ok {
			b.T.Errorf("the page's script failed: %s, %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		}
	}); err != nil {
		b.T.Fatal(err)
	}
	return &Tab{b.T, ctx}
}

// Frame is another site's frame in the tab, which the browser keeps in a process of its own.
func (b *Tab) Frame() *Tab {
	b.T.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	for {
		targets, err := chromedp.Targets(ctx)
		if err != nil {
			b.T.Fatal(err)
		}
		for _, found := range targets {
			if found.Type != "iframe" {
				continue
			}
			ctx, leave := chromedp.NewContext(b.Ctx, chromedp.WithTargetID(found.TargetID))
			b.T.Cleanup(leave)
			if err := chromedp.Do(ctx); err != nil { // it attaches, for as long as ctx lives
				b.T.Fatal(err)
			}
			return &Tab{b.T, ctx}
		}
	}
}

// Do does actions, for as long as patience lasts.
func (b *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.T.Fatal(err)
	}
}

// Call sends the browser a command of its protocol.
func Call[P, R any](b *Tab, command cdp.Command[P, R], params P) {
	b.T.Helper()
	if _, err := chromedp.Call(b.Ctx, command, params); err != nil {
		b.T.Fatal(err)
	}
}

// Until waits until an expression is true in the page, whatever it navigates to meanwhile.
func (b *Tab) Until(what, expression string) {
	b.T.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(30*time.Millisecond)))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			page, _ := chromedp.Run(b.Ctx, chromedp.Evaluate[string](`document.body.innerText`))
			b.T.Fatalf("waited in vain until %s: %v; the page shows:\n%s", what, err, page)
		}
	}
}

// Shows waits for a text on the page.
func (b *Tab) Shows(text string) {
	b.T.Helper()
	b.Until("the page shows "+text, fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// Check fails the test unless an expression is true in the page now.
func (b *Tab) Check(what, expression string) {
	b.T.Helper()
	if ok, err := chromedp.Run(b.Ctx, chromedp.Evaluate[bool](expression)); err != nil || !ok {
		b.T.Errorf("not true: %s (%v)", what, err)
	}
}

// Value is what an expression is in the page.
func (b *Tab) Value(expression string) string {
	b.T.Helper()
	s, err := chromedp.Run(b.Ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		b.T.Fatal(err)
	}
	return s
}

// Click presses what a selector finds, once it is there.
func (b *Tab) Click(selector string) {
	b.T.Helper()
	b.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Picture saves the window, if the tester wants to look at it.
func (b *Tab) Picture(name string) { b.T.Helper(); b.save(name, chromedp.CaptureScreenshot()) }

// WholePicture saves the page down to its end.
func (b *Tab) WholePicture(name string) { b.T.Helper(); b.save(name, chromedp.FullScreenshot(100)) }

func (b *Tab) save(name string, shot chromedp.Action[[]byte]) {
	b.T.Helper()
	dir := os.Getenv("OGPBOT_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.Until("nothing moves", `document.getAnimations().length === 0`)
	png, err := chromedp.Run(b.Ctx, shot)
	if err != nil {
		b.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.T.Fatal(err)
	}
}
