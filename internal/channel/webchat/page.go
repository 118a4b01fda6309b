package webchat

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"

	"ogpbot/bot"
	"ogpbot/internal/web"
)

//go:embed page
var files embed.FS

// page is what page.html shows.
type page struct {
	Lang      bot.Language
	Place     string
	Words     words
	Languages []choice
	Bubbles   []bubble
	Cursor    int64  // the newest event among the bubbles
	Known     bool   // the browser had kept the cookie
	Notice    string // why a message was not taken
	Draft     string // that message
	Max       int
	Style     string // version
	Script    string // version
}

type choice struct {
	Lang    bot.Language
	Name    string
	Current bool
}

// loadPage reads the embedded files.
func (c *Channel) loadPage() error {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		return err
	}
	if c.assets, err = web.LoadAssets(folder, map[string]string{
		"style.css": "text/css; charset=utf-8", "chat.js": "text/javascript; charset=utf-8", "embed.js": "text/javascript; charset=utf-8",
	}); err != nil {
		return err
	}
	c.page, err = template.ParseFS(folder, "page.html")
	return err
}

// servePage answers GET /chat. The query's lang is a choice; its site is the language of a site that frames the page,
// for those who have chosen none.
func (c *Channel) servePage(w http.ResponseWriter, r *http.Request) {
	v := c.visitor(r)
	query := r.URL.Query()
	if site := query.Get("site"); !v.known && c.speaks(site) {
		v.lang = bot.Language(site)
	}
	if lang := query.Get("lang"); c.speaks(lang) {
		v.lang = bot.Language(lang)
	}
	c.pageHeaders(w)
	if !c.admit(w, r, v, false) {
		http.Error(w, c.words(v.lang).Busy, http.StatusTooManyRequests)
		return
	}
	c.remember(w, r, v)
	c.render(w, r, v, http.StatusOK, "", "")
}

func (c *Channel) pageHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", c.policy)
	h.Set("Cache-Control", "no-store")
	if len(c.cfg.Origins) > 0 {
		h.Del("X-Frame-Options") // it cannot name another site
	} else {
		h.Set("X-Frame-Options", "SAMEORIGIN")
	}
}

// render writes the page with the whole conversation.
func (c *Channel) render(w http.ResponseWriter, r *http.Request, v visitor, status int, notice, draft string) {
	p := page{
		Lang: v.lang, Place: c.cfg.PlaceName(v.lang), Words: c.words(v.lang), Known: v.known, Notice: notice, Draft: draft,
		Max: maxMessage, Style: c.assets["style.css"].Version, Script: c.assets["chat.js"].Version,
	}
	for _, lang := range c.cfg.Languages {
		p.Languages = append(p.Languages, choice{lang, c.languageName(lang), lang == v.lang})
	}
	var err error
	if v.known { // nobody else has said anything
		p.Bubbles, p.Cursor, err = c.conversation(r.Context(), v)
	} else {
		_, _, p.Cursor = c.rooms.known(v.id)
	}
	if err != nil {
		c.log.Warn("web chat: a conversation could not be read", "error", err)
		status, p.Notice = http.StatusServiceUnavailable, p.Words.Failed
	}
	var body bytes.Buffer
	if err := c.page.Execute(&body, p); err != nil {
		c.log.Error("web chat: the page could not be made: this is a mistake in the program", "error", err)
		http.Error(w, p.Words.Failed, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a client that went away loads it again
}

// conversation is all that was said, and the number of the newest event in it.
func (c *Channel) conversation(ctx context.Context, v visitor) (all []bubble, cursor int64, err error) {
	events, since, cursor := c.rooms.known(v.id) // first: what is said meanwhile is newer than cursor
	if c.cfg.History == nil {
		return merge(nil, events), cursor, nil
	}
	lines, err := c.cfg.History(ctx, v.address())
	if err != nil {
		return nil, 0, fmt.Errorf("read what was said: %w", err)
	}
	var before []bubble
	for i, l := range lines {
		if l.At.UnixMicro() > since || l.Mine && (l.Message.Text == "" || c.silent(l.Message.Text)) {
			continue
		}
		before = append(before, historyBubble(l, i))
	}
	return merge(before, events), cursor, nil
}

// serveEmbed answers GET /chat/embed.js with the words in every language before the script.
func (c *Channel) serveEmbed(w http.ResponseWriter, r *http.Request) {
	said := map[bot.Language]frameWords{}
	for _, lang := range c.cfg.Languages {
		said[lang] = c.frameWords(lang)
	}
	list, err := json.Marshal(said)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return // strings always marshal
	}
	a := c.assets["embed.js"]
	web.NewAsset(fmt.Sprintf("(function (words, first) {\n%s})(%s, %q);\n", a.Body, list, c.cfg.Languages[0]), a.Type).ServeHTTP(w, r)
}
