package console

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ogpbot/bot"
)

// ailing has two things wrong with the program, in the language that is asked for.
func (o *office) ailing() {
	o.console.cfg.Ailments = func(_ context.Context, lang bot.Language) (all []Ailment, err error) {
		lib := o.console.cfg.Library()
		for _, kind := range []string{"token", "restored"} {
			say := func(part string) string { return lib.Text(lang, "doctor."+kind+"-"+part, "platform", "Telegram") }
			all = append(all, Ailment{say("what"), say("means"), say("mend"), time.Date(2026, 11, 25, 6, 7, 0, 0, time.UTC), kind == "restored"})
		}
		return all, nil
	}
}

// What is wrong stands at the top of Today for those who can mend it, and for nobody else.
func TestTodaySaysWhatIsWrong(t *testing.T) {
	o := newOffice(t)
	owner := o.enter("owner")
	if strings.Contains(owner.get("/console/").body, `id="ailing"`) {
		t.Error("something is wrong, though nobody looks")
	}
	o.ailing()
	for login, sees := range map[string]bool{"observer": false, "village": false, "staff": true, "owner": true} {
		b := owner
		if login != "owner" {
			b = o.enter(login)
		}
		a := b.get("/console/")
		o.expect(a, 200, "")
		for _, words := range []string{`id="ailing"`, "Telegram ბოტის გასაღებს (token) არ იღებს.", "@BotFather", "მოსაგვარებელია", "თავისით გასწორდა", "25.11.2026, 10:07"} {
			if strings.Contains(a.body, words) != sees {
				t.Errorf("%s sees %q: %v, want %v", login, words, !sees, sees)
			}
		}
		if at := strings.Index(a.body, `id="ailing"`); sees && at > strings.Index(a.body, `id="waiting"`) {
			t.Errorf("%s does not see it first", login)
		}
	}
	owner.post("/console/language", "lang", "fr", "back", "/console/")
	if !strings.Contains(owner.get("/console/").body, "pas le jeton (token) du robot.") {
		t.Error("it is not said in French")
	}
	o.console.cfg.Ailments = func(context.Context, bot.Language) ([]Ailment, error) { return nil, errors.New("the disk is gone") }
	o.expect(owner.get("/console/"), 200, "") // the page has more to say
}

func TestBrowserToday(t *testing.T) {
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := openTab(t)
			o := newOffice(t)
			o.ailing()
			s := httptest.NewServer(o.console)
			t.Cleanup(s.Close)
			b.Do(chromedp.EmulateViewport(width, 800), chromedp.Navigate(s.URL+"/console/signin"))
			for name, value := range o.enter("owner").cookies {
				b.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.cookie = %q", name+"="+value+"; path=/")))
			}
			b.Do(chromedp.Navigate(s.URL + "/console/"))
			b.Until("it says what is wrong", `!!document.querySelector("#ailing li")`)
			b.sound("today")
			b.picture(fmt.Sprint(width) + "-ailing")
			for _, dark := range []bool{false, true} {
				b.dark(dark)
				if bad := b.Value(contrast); bad != "" {
					t.Errorf("dark %v: too little contrast: %s", dark, bad)
				}
			}
		})
	}
}
