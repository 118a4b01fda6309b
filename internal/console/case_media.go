package console

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// ErrTooLarge of Config.Fetch says that a file is too large to be shown.
var ErrTooLarge = errors.New("the file is too large to be shown")

// maxFetches bounds how many files are held in memory at once.
const maxFetches = 2

// safeTypes are those that a browser may show, by what the bytes themselves look like, with the end of the file's name. All
// else is only handed over.
var safeTypes = map[string]struct{ as, end string }{
	"image/jpeg": {"image/jpeg", ".jpg"}, "image/png": {"image/png", ".png"}, "image/gif": {"image/gif", ".gif"}, "image/webp": {"image/webp", ".webp"},
	"application/ogg": {"audio/ogg", ".ogg"}, "audio/mpeg": {"audio/mpeg", ".mp3"}, "audio/wave": {"audio/wave", ".wav"},
	"video/mp4": {"video/mp4", ".mp4"}, "video/webm": {"video/webm", ".webm"},
}

// showMedia gives a file of a case, which the platform keeps for us. What it is called and of which type it is does not come
// from whoever sent it.
func (q *request) showMedia() error {
	n, err := strconv.Atoi(q.r.PathValue("n"))
	if err != nil {
		return errNotFound
	}
	var c bot.Case
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
		c, err = tx.Cases.Get(q.r.PathValue("id"), q.who.Account.Scope())
		return err
	}); err != nil {
		return err
	}
	if n < 1 || n > len(c.Media) {
		return errNotFound
	}
	select {
	case q.c.fetches <- struct{}{}:
		defer func() { <-q.c.fetches }()
	case <-q.r.Context().Done():
		return q.r.Context().Err()
	}
	data, err := q.c.cfg.Fetch(q.r.Context(), c.Media[n-1])
	switch {
	case errors.Is(err, store.ErrNotFound):
		return q.render(http.StatusNotFound, "error", q.Say("console.error"), q.Say("console-cases.media-gone"))
	case errors.Is(err, ErrTooLarge):
		return q.render(http.StatusRequestEntityTooLarge, "error", q.Say("console.error"), q.Say("console-cases.media-large"))
	case err != nil && q.r.Context().Err() == nil:
		q.c.cfg.Logger.Warn("console: a file could not be fetched from its platform", "platform", c.Media[n-1].Platform, "error", err)
		return q.render(http.StatusBadGateway, "error", q.Say("console.error"), q.Say("console-cases.media-later"))
	case err != nil:
		return err
	}
	q.serveMedia(c.ID+"-"+strconv.Itoa(n), data)
	return nil
}

// serveMedia writes bytes that a stranger sent: as what they look like, in a box where nothing runs.
func (q *request) serveMedia(name string, data []byte) {
	kind, _, _ := strings.Cut(http.DetectContentType(data), ";")
	h := q.w.Header()
	disposition := "inline"
	safe, ok := safeTypes[kind]
	if !ok {
		disposition, safe.as, safe.end = "attachment", "application/octet-stream", ""
	}
	h.Set("Content-Type", safe.as)
	h.Set("Content-Disposition", disposition+`; filename="`+name+safe.end+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	q.written = true
	http.ServeContent(q.w, q.r, "", time.Time{}, bytes.NewReader(data)) // players ask for parts
}
