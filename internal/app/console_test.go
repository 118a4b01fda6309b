package app

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// seat is a browser in which a colleague is signed in.
type seat struct {
	t       *testing.T
	address string
	login   string
}

// seat signs an account in.
func (p *program) seat(t *testing.T, a bot.Account) seat {
	t.Helper()
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	p.update(t, func(tx store.Tx) error {
		if err := tx.Accounts.Put(a); err != nil {
			return err
		}
		return tx.Sessions.Put(a.Login, store.Session{Login: a.Login, Created: now, Seen: now, Ends: now.Add(time.Hour)})
	})
	return seat{t, "http://" + addr.String(), a.Login}
}

// do asks for a page, or sends a form, and gives what comes back.
func (d seat) do(method, path string, form url.Values) string {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "ogpbot_console", Value: d.login})
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if want := map[string]int{http.MethodGet: 200, http.MethodPost: 303}[method]; res.StatusCode != want {
		d.t.Fatalf("%s %s: %d, want %d:\n%s", method, path, res.StatusCode, want, body)
	}
	return string(body)
}

// What a citizen asks in their chat is found in the console, and answered from there.
func TestAnsweredFromTheConsole(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	const ana = 73
	p.telegram.SendText(ana, "/start")
	p.hears(t, ana, 1, "მზიანის")
	p.telegram.SendText(ana, "რამდენი კატა ცხოვრობს მთვარეზე?")
	p.hears(t, ana, 2, "გადავეცი")
	d := p.seat(t, bot.Account{Login: "eka", Name: "ეკა", Role: bot.RoleStaff})
	question := regexp.MustCompile(`/console/questions/\d+`).FindString(d.do("GET", "/console/questions", nil))
	if question == "" {
		t.Fatal("the question is not listed")
	}
	d.do("POST", question+"/answer", url.Values{"words": {"არც ერთი."}})
	p.says(t, ana, "არც ერთი.")

	p.telegram.SendText(ana, "/human")
	p.telegram.SendText(ana, "დამირეკეთ ხვალ")
	citizen := ""
	for end := time.Now().Add(patience); citizen == ""; { // until the program has taken it
		if body := d.do("GET", "/console/talks", nil); strings.Contains(body, "დამირეკეთ ხვალ") {
			citizen = regexp.MustCompile(`/console/conversations/(\w+)#answer`).FindStringSubmatch(body)[1]
		}
		if time.Now().After(end) {
			t.Fatal("the wish for a person is not listed")
		}
	}
	d.do("POST", "/console/talks/"+citizen+"/say", url.Values{"words": {"ხვალ დაგირეკავთ."}})
	p.says(t, ana, "ხვალ დაგირეკავთ.")
	d.do("POST", "/console/talks/"+citizen+"/end", url.Values{})
	p.says(t, ana, "ისევ მე, ბოტი")
	if body := d.do("GET", "/console/conversations?q=damirekeT", nil); !strings.Contains(body, citizen) {
		t.Error("the words are not found in Latin letters")
	}
}
