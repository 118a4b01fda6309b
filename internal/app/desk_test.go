package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

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
			chat := openTab(t)
			p := start(t, settings(t), fakebot.Options{})
			addr, err := p.Listen()
			if err != nil {
				t.Fatal(err)
			}
			site := "http://" + addr.String()
			name := fmt.Sprint(size.width)
			p.colleagues(t, "maka", "gela")

			chat.Do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(site+"/chat"))
			chat.Until("there is a greeting", `document.querySelectorAll("article").length > 0`)
			chat.says("/start v-tskaro")
			chat.Until("consent is asked for", `document.querySelectorAll("article button").length > 0 && document.body.innerText.includes("წყარო")`)
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
			chat.Until("it was taken", `!document.querySelector(".pending") && document.querySelectorAll(".mine").length === 2`)
			if subscribed() != 1 {
				t.Fatal("the citizen is not subscribed")
			}

			desk := chat.another()
			enter := func(login string) {
				t.Helper()
				desk.Do(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(site+"/console/link/link-"+login))
				desk.Click("main button.main")
				desk.Until(login+" is in", `location.pathname === "/console/"`)
			}
			enter("maka")
			desk.Do(chromedp.Navigate(site + "/console/announcements/new?form=water"))
			desk.Click("input[name=all]")
			desk.Do(chromedp.SendKeys(chromedp.CSS("#f-first-ka"), "მთელ ქალაქში"), chromedp.SendKeys(chromedp.CSS("#f-second-ka"), "25 მაისს, 10:00-დან 16:00-მდე"))
			desk.Click("main form > button.main")
			desk.Shows("1 ადამიანი")
			desk.WholePicture("desk-" + name + "-1-preview")
			desk.Click("button[value=send]")
			desk.Shows("ელოდება თანხმობას")
			path, err := chromedp.Run(desk.Ctx, chromedp.Evaluate[string](`location.pathname`))
			if err != nil {
				t.Fatal(err)
			}
			p.hears(t, 901, 1, "თქვენი თანხმობაა საჭირო")
			enter("gela")
			desk.Do(chromedp.Navigate(site + path))
			desk.Do(chromedp.Evaluate[chromedp.Void](`window.confirm = () => true`))
			desk.Click("#act-approve")
			desk.Until("it counts down", `!!document.querySelector("[data-seconds]")`)
			desk.WholePicture("desk-" + name + "-2-approved")
			id := strings.TrimPrefix(path, "/console/announcements/")
			p.update(t, func(tx store.Tx) error { // a minute later
				b, err := tx.Broadcasts.Get(id, bot.Scope{All: true})
				b.At = time.Now().UTC()
				return errors.Join(err, tx.Broadcasts.Put(b))
			})
			p.broadcast.Wake()
			chat.Shows("სად: მთელ ქალაქში")
			desk.Until("the report says so by itself", `document.querySelector(".figures strong").textContent === "1"`)
			desk.Shows("საიტის ჩატი")
			desk.WholePicture("desk-" + name + "-3-report")

			c := p.library().Commitments()[0]
			desk.Do(chromedp.Navigate(site+"/console/progress/"+c.ID), chromedp.SendKeys(chromedp.CSS("#f-percent"), "77"),
				chromedp.SendKeys(chromedp.CSS("#f-reason-ka"), "ახალი სახურავი უკვე დადგმულია."))
			desk.Click("main form button.main")
			desk.Shows("77%")
			desk.WholePicture("desk-" + name + "-4-step")
			desk.Click("button[value=save]")
			desk.Until("it is kept", `!!document.querySelector(".flash")`)
			if err := p.digest.Tell(t.Context(), bot.CadenceWeekly, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
			chat.Shows("ახალი სახურავი უკვე დადგმულია.")
			chat.Shows("რა შეიცვალა დაპირებებში")
			chat.WholePicture("desk-" + name + "-5-chat")
		})
	}
}
