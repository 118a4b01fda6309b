package webchat

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/web"
)

const (
	cookieName = "ogpbot_chat"
	cookieLife = 365 * 24 * time.Hour // from the last visit
)

// visitor is who makes a request.
type visitor struct {
	id    string // the Address's ID
	lang  bot.Language
	known bool // the request proved it; else id is new
}

func (v visitor) address() bot.Address { return bot.Address{Platform: Platform, ID: v.id} }

// visitor reads the cookie. A missing, damaged or forged one makes a new visitor.
func (c *Channel) visitor(r *http.Request) visitor {
	for _, cookie := range r.CookiesNamed(cookieName) { // a framed page may have two
		id, rest, _ := strings.Cut(cookie.Value, ".")
		lang, mac, _ := strings.Cut(rest, ".")
		if hmac.Equal([]byte(mac), []byte(c.sign(id))) {
			return visitor{id, c.language(lang), true}
		}
	}
	return visitor{id: rand.Text(), lang: c.cfg.Languages[0]} // at least 128 bits
}

// language returns tag if it is a language of the place, else the default.
func (c *Channel) language(tag string) bot.Language {
	if c.speaks(tag) {
		return bot.Language(tag)
	}
	return c.cfg.Languages[0]
}

func (c *Channel) speaks(tag string) bool { return slices.Contains(c.cfg.Languages, bot.Language(tag)) }

func (c *Channel) sign(id string) string {
	mac := hmac.New(sha256.New, c.cfg.Key)
	mac.Write([]byte("ogpbot web chat cookie 1:" + id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// remember gives the browser the cookie for another year. The language is a preference and not signed.
func (c *Channel) remember(w http.ResponseWriter, r *http.Request, v visitor) {
	cookie := &http.Cookie{
		Name: cookieName, Value: v.id + "." + string(v.lang) + "." + c.sign(v.id), Path: "/chat",
		MaxAge: int(cookieLife / time.Second), HttpOnly: true, Secure: web.Secure(r, c.cfg.TrustProxy), SameSite: http.SameSiteLaxMode,
	}
	// Another site's frame gets no Lax cookie; a partitioned one is kept for that site alone.
	if len(c.cfg.Origins) > 0 && cookie.Secure && r.Header.Get("Sec-Fetch-Dest") == "iframe" {
		cookie.SameSite, cookie.Partitioned = http.SameSiteNoneMode, true
	}
	http.SetCookie(w, cookie)
}
