package console

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/staff"
	"ogpbot/internal/web"
)

const (
	languageCookie = "ogpbot_console_lang"
	flashCookie    = "ogpbot_console_did"
)

// request is one request and its answer.
type request struct {
	c       *Console
	w       http.ResponseWriter
	r       *http.Request
	lib     bot.Library
	lang    bot.Language
	token   string       // of the session, "" for nobody
	who     staff.Signed // if token is not ""
	flash   string       // what was done in the request before, as a key of the content
	again   int          // seconds after which the page is made again, where no script does; 0: it is not
	problem string       // what went wrong, for pages that show it
	written bool         // the answer
}

func (c *Console) request(w http.ResponseWriter, r *http.Request) *request {
	q := &request{c: c, w: w, r: r, lib: c.cfg.Library()}
	q.lang = q.lib.Place().Languages[0]
	if cookie, err := r.Cookie(languageCookie); err == nil && q.speaks(bot.Language(cookie.Value)) {
		q.lang = bot.Language(cookie.Value)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	return q
}

func (q *request) speaks(lang bot.Language) bool {
	return slices.Contains(q.lib.Place().Languages, lang)
}

// identify finds out who asks.
func (q *request) identify() error {
	for _, cookie := range q.r.CookiesNamed(q.sessionCookie()) {
		session := q.c.cfg.Staff.Session
		if q.r.URL.Path == eventsPath {
			session = q.c.cfg.Staff.Look
		}
		who, err := session(q.r.Context(), cookie.Value)
		if errors.Is(err, staff.ErrSession) {
			continue
		}
		if err == nil {
			q.token, q.who = cookie.Value, who
		}
		return err
	}
	return nil
}

// sessionCookie is the name of the cookie: one that no other host and no plain connection can set, where that is possible.
func (q *request) sessionCookie() string {
	if q.secure() {
		return "__Host-ogpbot_console"
	}
	return "ogpbot_console"
}

// secure tells whether the browser speaks https.
func (q *request) secure() bool {
	return web.Secure(q.r, q.c.cfg.TrustProxy)
}

// setCookie sets one for seconds; 0: until the browser ends, less: it is gone.
func (q *request) setCookie(name, value string, seconds int) {
	http.SetCookie(q.w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: q.secure(), SameSite: http.SameSiteLaxMode})
}

// signedIn gives the browser the token of its session; "" takes it.
func (q *request) signedIn(token string) {
	if token == "" {
		q.setCookie(q.sessionCookie(), "", -1)
		return
	}
	q.setCookie(q.sessionCookie(), token, 14*24*60*60)
}

// readForm reads the form of a POST.
func (q *request) readForm() error {
	limit := int64(maxBody)
	if strings.HasPrefix(q.r.URL.Path, Path+"content/") {
		limit = maxContent
	}
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, limit)
	err := q.r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return failure(http.StatusRequestEntityTooLarge)
	}
	if err != nil || !strings.HasPrefix(q.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return failure(http.StatusBadRequest)
	}
	return nil
}

// value is a field of the form without the space around it.
func (q *request) value(name string) string { return strings.TrimSpace(q.r.PostFormValue(name)) }

// redirect leads to one of our pages.
func (q *request) redirect(page string) {
	q.written = true
	http.Redirect(q.w, q.r, Path+page, http.StatusSeeOther)
}

// done leads to one of our pages, which says what was done: key is one of the content, of the form console...did-...
func (q *request) done(page, key string) error {
	q.setCookie(flashCookie, key, 60)
	q.redirect(page)
	return nil
}

var flashForm = regexp.MustCompile(`^console[a-z-]*\.did-[a-z-]+$`)

// takeFlash reads what done left.
func (q *request) takeFlash() {
	cookie, err := q.r.Cookie(flashCookie)
	if err != nil {
		return
	}
	q.setCookie(flashCookie, "", -1)
	if flashForm.MatchString(cookie.Value) {
		q.flash = q.lib.Text(q.lang, cookie.Value)
	}
}

// render writes the page called name: its template with body.
func (q *request) render(status int, name, title string, body any) error {
	if status == http.StatusOK {
		q.takeFlash()
	}
	var out bytes.Buffer
	if err := q.c.pages[name].ExecuteTemplate(&out, "layout", view{request: q, Title: title, Body: body}); err != nil {
		return fmt.Errorf("console: make the page %s: %w", name, err)
	}
	q.written = true
	q.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	q.w.WriteHeader(status)
	_, _ = q.w.Write(out.Bytes()) // a client that went away asks again
	return nil
}

// fail writes an error page.
func (q *request) fail(status int) {
	key := "console.error-500"
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		key = "console.error-400"
	case http.StatusForbidden:
		key = "console.error-403"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		key = "console.error-404"
	case http.StatusConflict:
		key = "console.error-409"
	case http.StatusTooManyRequests:
		key = "console.error-429"
	}
	if err := q.render(status, "error", q.Say("console.error"), q.Say(key)); err != nil {
		q.c.cfg.Logger.Error("console: the error page could not be made: this is a mistake in the program", "error", err)
		http.Error(q.w, http.StatusText(status), status)
	}
}

// visitor is who tries to sign in.
func (q *request) visitor() staff.Visitor {
	return staff.Visitor{Address: web.Address(q.r, q.c.cfg.TrustProxy), Browser: staff.Browser(q.r.UserAgent())}
}

// ownPath is path if it leads to a page of ours, else the first page.
func ownPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, Path) || strings.Contains(path, "\\") {
		return Path
	}
	return u.RequestURI()
}

// local is the wording of t in the language of the page.
func (q *request) local(t bot.Text) string {
	return t.In(append([]bot.Language{q.lang}, q.lib.Place().Languages...)...)
}

// Say gives words of the content; it is called by templates, too.
func (q *request) Say(key string, pairs ...string) string { return q.lib.Text(q.lang, key, pairs...) }

// villageName is what a village is called; "" is the whole municipality if all, else not known.
func (q *request) villageName(id string) string {
	if v, ok := q.lib.Village(id); ok {
		return q.local(v.Name)
	}
	if id == "" {
		return q.Say("console.no-village")
	}
	return id
}

// villageNames lists villages; none are the whole municipality.
func (q *request) villageNames(ids []string) string {
	if len(ids) == 0 {
		return q.Say("console.everybody")
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, q.villageName(id))
	}
	return strings.Join(names, ", ")
}

// ownVillages are those that the account may see, by name.
func (q *request) ownVillages() (all []bot.Village) {
	scope := q.who.Account.Scope()
	for _, v := range q.lib.Villages() {
		if scope.Allows(v.ID) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b bot.Village) int { return strings.Compare(q.local(a.Name), q.local(b.Name)) })
	return all
}
