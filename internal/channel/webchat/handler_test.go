package webchat

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ogpbot/bot"
)

// client is a browser without script: it keeps cookies.
func client(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// answer is a reply with its body read.
type answer struct {
	*http.Response
	body string
}

func do(t *testing.T, c *http.Client, r *http.Request) answer {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(body)}
}

func request(t *testing.T, method, address string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// script makes r a request of the page's script in nino's browser.
func script(c *Channel, r *http.Request) *http.Request {
	r.Header.Set("Accept", "application/json")
	r.AddCookie(cookieOf(c, nino.ID))
	return r
}

func TestWithoutScript(t *testing.T) {
	p := newParrot(t, nil)
	site, c := p.serve(t).URL, client(t)
	first := do(t, c, request(t, "GET", site+"/chat", nil))
	if first.StatusCode != 200 || !strings.Contains(first.body, `<button name="text" value="/start">საუბრის დაწყება`) {
		t.Fatalf("%d, and no way to begin without script:\n%s", first.StatusCode, first.body)
	}
	if a := do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"text": {"/start"}})); a.Request.URL.Path != "/chat" || !strings.Contains(a.body, "გამარჯობა!") {
		t.Fatalf("after the form came %s:\n%s", a.Request.URL, a.body)
	}
	a := do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"text": {"ერთი\r\nორი"}}))
	if !strings.Contains(a.body, "<p>ერთი\nორი</p>") || !strings.Contains(a.body, "თქვენ თქვით") || strings.Contains(a.body, ">/start<") {
		t.Errorf("the page after a message:\n%s", a.body)
	}
	message := between(a.body, `name="message" value="`, `"`)
	a = do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"action": {"village"}, "message": {message}}))
	if strings.Contains(a.body, "თქვენ თქვით") || !strings.Contains(a.body, "რომელ სოფელში ცხოვრობთ?") || strings.Count(a.body, `name="message"`) != 1 {
		t.Errorf("a pressed button's message was not updated in place:\n%s", a.body)
	}
	a = do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"lang": {"fr"}}))
	if !strings.Contains(a.body, `<html lang="fr">`) || !strings.Contains(a.body, "Assistant automatique") {
		t.Errorf("the page is not in French:\n%s", a.body)
	}
	if again := do(t, c, request(t, "GET", site+"/chat", nil)); !strings.Contains(again.body, `<html lang="fr">`) {
		t.Error("the language was forgotten")
	}
	do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"text": {" \n"}}))
	var got []string
	from := map[bot.Address]bool{}
	for _, in := range p.hears() {
		got, from[in.From] = append(got, in.Text+in.Action), true
	}
	if want := []string{"/start", "ერთი\nორი", "village", "/language fr"}; !slices.Equal(got, want) || len(from) != 1 {
		t.Errorf("the bot heard %q from %d people, want %q from one", got, len(from), want)
	}
}

func between(s, start, end string) string {
	_, s, _ = strings.Cut(s, start)
	s, _, _ = strings.Cut(s, end)
	return s
}

func TestCookie(t *testing.T) {
	p := newParrot(t, func(cfg *Config) { cfg.Origins, cfg.TrustProxy = []string{"https://town.example"}, true })
	site := p.serve(t).URL
	good := cookieOf(p.chat, nino.ID).Value
	for name, value := range map[string]string{
		"none": "", "rubbish": "x", "unsigned": nino.ID + ".ka.", "cut": good[:len(good)-1], "another's": strings.Replace(good, nino.ID, "GIA", 1), "empty id": ".ka." + good[len(good)-43:],
	} {
		r := request(t, "GET", site+"/chat", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: value})
		a := do(t, http.DefaultClient, r)
		if got := a.Cookies(); len(got) != 1 || got[0].Value == value || strings.HasPrefix(got[0].Value, nino.ID) || a.StatusCode != 200 {
			t.Errorf("%s: status %d, cookies %v, want a new one", name, a.StatusCode, got)
		}
	}
	for name, c := range map[string]struct {
		header map[string]string
		want   string
	}{
		"plain":             {nil, "Path=/chat; Max-Age=31536000; HttpOnly; SameSite=Lax"},
		"https":             {map[string]string{"X-Forwarded-Proto": "https"}, "Path=/chat; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax"},
		"framed":            {map[string]string{"X-Forwarded-Proto": "https", "Sec-Fetch-Dest": "iframe"}, "Path=/chat; Max-Age=31536000; HttpOnly; Secure; SameSite=None; Partitioned"},
		"framed, not https": {map[string]string{"Sec-Fetch-Dest": "iframe"}, "Path=/chat; Max-Age=31536000; HttpOnly; SameSite=Lax"},
	} {
		r := request(t, "GET", site+"/chat", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: good})
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		if got := do(t, http.DefaultClient, r).Header.Get("Set-Cookie"); got != cookieName+"="+good+"; "+c.want {
			t.Errorf("%s: the cookie is %s", name, got)
		}
	}
	if a := do(t, http.DefaultClient, request(t, "POST", site+"/chat/messages", url.Values{"text": {"x"}})); a.StatusCode != 200 || len(p.hears()) != 1 {
		t.Errorf("a form without a cookie: status %d, the bot heard %d messages", a.StatusCode, len(p.hears()))
	}
}

func TestHeaders(t *testing.T) {
	for name, origins := range map[string][]string{"alone": nil, "framed": {"https://town.example", "http://localhost:8000"}} {
		p := newParrot(t, func(cfg *Config) { cfg.Origins = origins })
		a := do(t, http.DefaultClient, request(t, "GET", p.serve(t).URL+"/chat", nil))
		policy := a.Header.Get("Content-Security-Policy")
		if want := strings.Join(append([]string{"frame-ancestors 'self'"}, origins...), " "); !strings.HasSuffix(policy, want) || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", name, policy)
		}
		if got := a.Header.Get("X-Frame-Options"); (got == "SAMEORIGIN") != (origins == nil) || got == "" && origins == nil {
			t.Errorf("%s: X-Frame-Options is %q", name, got)
		}
		if strings.Contains(a.body, "<style") || strings.Contains(a.body, " style=") || strings.Contains(a.body, " on") && strings.Contains(a.body, " onclick=") || strings.Count(a.body, "<script") != 1 {
			t.Errorf("%s: the page has style or script inside", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	p := newParrot(t, func(cfg *Config) { cfg.Origins = []string{"https://town.example"} })
	site := p.serve(t).URL
	post := func(form url.Values, edit func(*http.Request)) answer {
		r := script(p.chat, request(t, "POST", site+"/chat/messages", form))
		if edit != nil {
			edit(r)
		}
		return do(t, http.DefaultClient, r)
	}
	text := url.Values{"text": {"გამარჯობა"}}
	for name, c := range map[string]struct {
		form   url.Values
		edit   func(*http.Request)
		status int
		says   string
	}{
		"ours":                   {text, nil, 200, ""},
		"our own browser":        {text, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }, 200, ""},
		"a trusted site":         {text, func(r *http.Request) { r.Header.Set("Origin", "https://town.example") }, 200, ""},
		"another site":           {text, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403, ""},
		"another site's form":    {text, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403, ""},
		"no cookie":              {text, func(r *http.Request) { r.Header.Del("Cookie") }, 401, "ცალკე ფანჯარაში"},
		"2,000 letters, twice 9": {url.Values{"text": {strings.Repeat("x", maxMessage)}}, nil, 200, ""},
		"a letter too many":      {url.Values{"text": {strings.Repeat("x", maxMessage+1)}}, nil, 413, "ძალიან გრძელია"},
		"17 KB":                  {url.Values{"text": {strings.Repeat("x", 17<<10)}}, nil, 413, "ძალიან გრძელია"},
		"nothing":                {url.Values{}, nil, 400, "ვერ გაიგზავნა"},
		"blank":                  {url.Values{"text": {" \n "}}, nil, 400, ""},
		"a strange action":       {url.Values{"action": {"ა"}, "message": {"m1"}}, nil, 400, ""},
		"a strange message":      {url.Values{"action": {"help"}, "message": {"c1"}}, nil, 400, ""},
		"a long action":          {url.Values{"action": {strings.Repeat("x", 65)}, "message": {"m1"}}, nil, 400, ""},
		"a broken form":          {url.Values{"text": {"x"}}, func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }, 400, ""},
	} {
		before := len(p.hears())
		a := post(c.form, c.edit)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
		if got := len(p.hears()) - before; got != 1 && c.status == 200 || got != 0 && c.status != 200 {
			t.Errorf("%s: the bot heard %d messages", name, got)
		}
		p.chat.citizens = newBuckets(p.chat.cfg.PerCitizen)
	}
	form := request(t, "POST", site+"/chat/messages", url.Values{"text": {strings.Repeat("ა", maxMessage+1)}})
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a := do(t, http.DefaultClient, form); a.StatusCode != 413 || !strings.Contains(a.body, "ძალიან გრძელია") {
		t.Errorf("a form too long: %d", a.StatusCode)
	}
}

// A message of 2,000 Georgian letters fits into the limit of a body as the page sends it.
func TestLongestMessage(t *testing.T) {
	p := newParrot(t, nil)
	text := strings.Repeat("ა", maxMessage)
	r := script(p.chat, request(t, "POST", p.serve(t).URL+"/chat/messages", nil))
	body := "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" + text + "\r\n--b--\r\n"
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if a := do(t, http.DefaultClient, r); a.StatusCode != 200 || len(p.hears()) != 1 || p.hears()[0].Text != text {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestNotStored(t *testing.T) {
	p := newParrot(t, nil)
	site, c := p.serve(t).URL, client(t)
	do(t, c, request(t, "GET", site+"/chat", nil))
	p.refuse = errors.New("disk full")
	a := do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"text": {"ჩემი სიტყვები"}}))
	if a.StatusCode != 503 || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "ვერ გაიგზავნა") {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	if strings.Count(a.body, "ჩემი სიტყვები") != 1 || !strings.Contains(a.body, "ჩემი სიტყვები</textarea>") {
		t.Errorf("the words are not given back in the field alone:\n%s", a.body)
	}
}

func TestRateLimits(t *testing.T) {
	slow := Rate{PerSecond: 0.001, Burst: 2}
	for name, edit := range map[string]func(*Config){
		"of a citizen":     func(cfg *Config) { cfg.PerCitizen = slow },
		"of an address":    func(cfg *Config) { cfg.PerAddress = slow },
		"behind the proxy": func(cfg *Config) { cfg.PerAddress, cfg.TrustProxy = slow, true },
	} {
		t.Run(name, func(t *testing.T) {
			p := newParrot(t, edit)
			site := p.serve(t).URL
			post := func(from string) answer {
				r := script(p.chat, request(t, "POST", site+"/chat/messages", url.Values{"text": {"x"}}))
				r.Header.Set("X-Forwarded-For", "198.51.100.77, "+from)
				return do(t, http.DefaultClient, r)
			}
			for range 2 {
				if a := post("203.0.113.5"); a.StatusCode != 200 {
					t.Fatalf("status %d", a.StatusCode)
				}
			}
			a := post("203.0.113.5")
			if a.StatusCode != 429 || a.Header.Get("Retry-After") != "61" || !strings.Contains(a.body, "ცოტა ხანს დამელოდეთ") {
				t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
			}
			if a = post("203.0.113.6"); (a.StatusCode == 200) != p.chat.cfg.TrustProxy {
				t.Errorf("from another address, if the header is to be believed: %d", a.StatusCode)
			}
			if got := len(p.hears()); got > 3 {
				t.Errorf("the bot heard %d messages", got)
			}
		})
	}
}

// The page that follows a form waits a moment for the reply, which comes after the message was stored.
func TestWithoutScriptTheReplyIsThere(t *testing.T) {
	p := newParrot(t, nil)
	p.silent = true
	site, c := p.serve(t).URL, client(t)
	do(t, c, request(t, "GET", site+"/chat", nil))
	sent := make(chan error, 1)
	go func() {
		in := <-p.told
		_, err := p.chat.Send(t.Context(), in.From, bot.Outbound{Text: "აი პასუხი"})
		sent <- err
	}()
	if a := do(t, c, request(t, "POST", site+"/chat/messages", url.Values{"text": {"კითხვა"}})); !strings.Contains(a.body, "აი პასუხი") {
		t.Errorf("the page after the message has no reply:\n%s", a.body)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// A message that is sent twice because its answer was lost is shown once, also if the second time fails.
func TestRepeatedMessage(t *testing.T) {
	p := newParrot(t, nil)
	site := p.serve(t).URL
	for _, refuse := range []error{nil, nil, errors.New("disk full")} {
		p.refuse = refuse
		do(t, http.DefaultClient, script(p.chat, request(t, "POST", site+"/chat/messages", url.Values{"id": {"abcdefgh"}, "text": {"ერთხელ"}})))
		if got := articles(p.chat, nino.ID); len(got) != 2 || len(p.hears()) != 1 {
			t.Errorf("the page shows %q, and the bot heard %d messages", got, len(p.hears()))
		}
	}
}

func TestAssets(t *testing.T) {
	p := newParrot(t, nil)
	site, total := p.serve(t).URL, 0
	page := do(t, http.DefaultClient, request(t, "GET", site+"/chat", nil))
	total += len(page.body)
	for _, path := range []string{between(page.body, `href="`, `"`), between(page.body, `src="`, `"`)} {
		a := do(t, http.DefaultClient, request(t, "GET", site+path, nil))
		total += len(a.body)
		if a.StatusCode != 200 || a.Header.Get("Cache-Control") != "public, max-age=31536000" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/") {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if total > 60_000 {
		t.Errorf("the page has %d bytes", total)
	}
	embed := do(t, http.DefaultClient, request(t, "GET", site+"/chat/embed.js", nil))
	if !strings.Contains(embed.body, "ჰკითხეთ ბოტს") || !strings.Contains(embed.body, "Fermer le chat") || embed.Header.Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("embed.js: %v\n%s", embed.Header, embed.body)
	}
	for _, path := range []string{"/chat/page.html", "/chat/x/y", "/chat/messages", "/other"} {
		if a := do(t, http.DefaultClient, request(t, "GET", site+path, nil)); a.StatusCode != 404 && a.StatusCode != 405 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, edit := range map[string]func(*Config){
		"a short key":     func(cfg *Config) { cfg.Key = cfg.Key[:31] },
		"no words":        func(cfg *Config) { cfg.Words = nil },
		"no languages":    func(cfg *Config) { cfg.Languages = nil },
		"a path":          func(cfg *Config) { cfg.Origins = []string{"https://town.example/page"} },
		"no scheme":       func(cfg *Config) { cfg.Origins = []string{"town.example"} },
		"another policy":  func(cfg *Config) { cfg.Origins = []string{"https://a; script-src *"} },
		"everybody":       func(cfg *Config) { cfg.Origins = []string{"*"} },
		"a strange thing": func(cfg *Config) { cfg.Origins = []string{"javascript:alert(1)"} },
	} {
		cfg := newChat(t, nil).cfg
		edit(&cfg)
		if _, err := New(cfg); err == nil || strings.Contains(err.Error(), string(testKey[:20])) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
