package app

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

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
	chat.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/chat"))
	chat.shows("მზიანის")
	chat.says("/feedback")
	chat.press("პრობლემა")
	chat.press("წყარო")
	chat.shows("რა ხდება, ზუსტად სად")
	chat.says("სკოლასთან წყლის მილი გატეხილია")
	chat.press("სულ ეს არის")
	chat.press("გაგზავნა")
	chat.shows("პასუხი")
	p.hears(t, nino, 2, "ახალი მიმართვა")

	desk := chat.another()
	desk.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/console/link/once"))
	desk.do(chromedp.Click(chromedp.CSS("main button.main")))
	desk.until("the first page is there", `location.pathname === "/console/"`)
	desk.do(chromedp.Navigate(site + "/console/cases?q=skolastan+mili"))
	desk.shows("სკოლასთან წყლის მილი")
	desk.pictures("cases")
	desk.do(chromedp.Click(chromedp.CSS("td.first a")))
	desk.until("the case is there", `!!document.getElementById("f-text")`)
	desk.pictures("case")
	desk.do(chromedp.SendKeys(chromedp.CSS("#f-text"), "ოსტატი ხვალ მოვა."), chromedp.Click(chromedp.CSS("[data-answer] button.main")))
	desk.shows("პასუხი შენახულია")
	chat.shows("ოსტატი ხვალ მოვა.")
	chat.pictures("chat")
	desk.until("the page listens", `!!document.querySelector("[data-listens]")`)
	chat.do(chromedp.EmulateViewport(1280, 800))
	chat.do(chromedp.Navigate(site + "/chat"))
	chat.says("/cases")
	chat.until("there is a case to see", `(() => { const b = [...document.querySelectorAll("main button")].filter(e => /^[A-Z0-9]{6},/.test(e.textContent.trim())).at(-1); if (b) b.click(); return !!b; })()`)
	chat.press("არ მოგვარებულა")
	chat.shows("თავიდან გავხსენი")
	desk.until("the desk hears that it has changed", `(() => { const l = document.querySelector("[data-live]"); return !!l && !l.hidden; })()`)
	desk.do(chromedp.Click(chromedp.CSS("[data-live] a")))
	desk.until("it is open again", `document.querySelector("h1 .badge").textContent === "მუშავდება"`)
	desk.shows("ოსტატი ხვალ მოვა.")
	desk.pictures("case-again")
}
