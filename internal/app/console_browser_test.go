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
	chat.Do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/chat"))
	chat.Shows("მზიანის")
	chat.says("/feedback")
	chat.press("პრობლემა")
	chat.press("წყარო")
	chat.Shows("რა ხდება, ზუსტად სად")
	chat.says("სკოლასთან წყლის მილი გატეხილია")
	chat.press("სულ ეს არის")
	chat.press("გაგზავნა")
	chat.Shows("პასუხი")
	p.hears(t, nino, 2, "ახალი მიმართვა")

	desk := chat.another()
	desk.Do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(site+"/console/link/once"))
	desk.Do(chromedp.Click(chromedp.CSS("main button.main")))
	desk.Until("the first page is there", `location.pathname === "/console/"`)
	desk.Do(chromedp.Navigate(site + "/console/cases?q=skolastan+mili"))
	desk.Shows("სკოლასთან წყლის მილი")
	desk.pictures("cases")
	desk.Do(chromedp.Click(chromedp.CSS("td.first a")))
	desk.Until("the case is there", `!!document.getElementById("f-text")`)
	desk.pictures("case")
	desk.Do(chromedp.SendKeys(chromedp.CSS("#f-text"), "ოსტატი ხვალ მოვა."), chromedp.Click(chromedp.CSS("[data-answer] button.main")))
	desk.Shows("პასუხი შენახულია")
	chat.Shows("ოსტატი ხვალ მოვა.")
	chat.pictures("chat")
	desk.Until("the page listens", `!!document.querySelector("[data-listens]")`)
	chat.Do(chromedp.EmulateViewport(1280, 800))
	chat.Do(chromedp.Navigate(site + "/chat"))
	chat.says("/cases")
	chat.Until("there is a case to see", `(() => { const b = [...document.querySelectorAll("main button")].filter(e => /^[A-Z0-9]{6},/.test(e.textContent.trim())).at(-1); if (b) b.click(); return !!b; })()`)
	chat.press("არ მოგვარებულა")
	chat.Shows("თავიდან გავხსენი")
	desk.Until("the desk hears that it has changed", `(() => { const l = document.querySelector("[data-live]"); return !!l && !l.hidden; })()`)
	desk.Do(chromedp.Click(chromedp.CSS("[data-live] a")))
	desk.Until("it is open again", `document.querySelector("h1 .badge").textContent === "მუშავდება"`)
	desk.Shows("ოსტატი ხვალ მოვა.")
	desk.pictures("case-again")
}
