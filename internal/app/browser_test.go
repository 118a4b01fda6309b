package app

import (
	"fmt"
	"testing"

	"ogpbot/internal/browsertest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is one of a real browser, in which somebody chats or works at a desk.
type tab struct{ *browsertest.Tab }

func openTab(t *testing.T) *tab { return &tab{browsertest.Open(t)} }

// another opens one more tab of the same browser.
func (b *tab) another() *tab { return &tab{b.Another()} }

// press presses the last button with a label, once it is there.
func (b *tab) press(label string) {
	b.T.Helper()
	b.Until("there is a button "+label, fmt.Sprintf(`(() => { const b = [...document.querySelectorAll("main button, main a")].filter(e => e.textContent.trim() === %q).at(-1); if (b) b.click(); return !!b; })()`, label))
}

// says writes a line in the web chat.
func (b *tab) says(line string) {
	b.T.Helper()
	b.Do(chromedp.SendKeys(chromedp.CSS("#text"), line), chromedp.KeyEvent(kb.Enter))
}

// pictures saves the page at the width of a telephone and of a desk.
func (b *tab) pictures(name string) {
	b.T.Helper()
	for _, size := range []struct{ width, height int64 }{{360, 740}, {1280, 800}} {
		b.Do(chromedp.EmulateViewport(size.width, size.height))
		b.WholePicture(fmt.Sprintf("way-%d-%s", size.width, name))
	}
}
