package app

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// desk is a colleague's browser, signed in.
type desk struct {
	t    *testing.T
	base string
	http.Client
}

func (p *program) desk(t *testing.T, login string) *desk {
	t.Helper()
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	secret := "link-of-" + login + time.Now().Format("150405.000000")
	if err := p.store.Update(t.Context(), func(tx store.Tx) error {
		was, err := tx.Accounts.Get(login)
		if errors.Is(err, store.ErrNotFound) {
			was = bot.Account{Login: login, Name: login, Role: bot.RoleStaff, Citizen: bot.CitizenID("of-" + login), Created: time.Now().UTC()}
			err = errors.Join(tx.Citizens.Put(bot.Citizen{ID: was.Citizen}, bot.State{}), tx.Accounts.Put(was))
		}
		return errors.Join(err, tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: secret, Login: login, Citizen: was.Citizen, Until: time.Now().Add(bot.ConsoleTime)}, time.Now()))
	}); err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, base: "http://" + addr.String(), Client: http.Client{Jar: jar, Timeout: patience}}
	d.send("/console/link/"+secret, nil)
	return d
}

func (d *desk) read(res *http.Response, err error) string {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: %s, %v\n%s", res.Request.URL, res.Status, err, regexp.MustCompile(`(?s)role="alert">.*?<`).Find(body))
	}
	return string(body)
}

func (d *desk) open(path string) string { d.t.Helper(); return d.read(d.Get(d.base + path)) }

func (d *desk) send(path string, form url.Values) string {
	d.t.Helper()
	return d.read(d.PostForm(d.base+path, form))
}
