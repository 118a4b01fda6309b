package console

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that a photo may have
	_ "image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	// MaxUpload bounds a form with a photo, in bytes.
	MaxUpload = maxPhoto + maxBody
	maxPhoto  = 5 << 20
	maxSides  = 10000 // width and height together, in pixels (core.telegram.org/bots/api#sendphoto)
	maxRatio  = 20    // of the longer side to the shorter
)

// uploadTime is how long a photo may be on its way: a telephone in the mountains is slow.
const uploadTime = 2 * time.Minute

// read reads the form of a POST; that of one route may hold a file.
func (q *request) read(rt route) error {
	if rt.pattern != uploadRoute || !strings.HasPrefix(q.r.Header.Get("Content-Type"), "multipart/form-data") {
		return q.readForm()
	}
	if err := http.NewResponseController(q.w).SetReadDeadline(time.Now().Add(uploadTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("console: wait for a file: %w", err)
	}
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, MaxUpload)
	err := q.r.ParseMultipartForm(MaxUpload) // all of it in memory: nothing is left behind
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return failure(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return failure(http.StatusBadRequest)
	}
	return nil
}

// photoName is what the store calls the photo of an announcement that an account is writing.
func photoName(login, id string) string { return "announcement/" + login + "/" + id }

// photo keeps the photo that was sent with the form, or finds the one that was sent before. problem says what is wrong with it.
func (q *request) photo(c *composing) (problem string, err error) {
	if q.c.cfg.Photos == "" || c.Corrects != "" {
		return "", nil
	}
	name := photoName(c.By.Login, c.ID)
	data, problem, err := q.uploaded()
	if err != nil || problem != "" {
		return problem, err
	}
	switch {
	case data != nil:
		err = q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
			if _, err := tx.Broadcasts.Get(c.ID, bot.Scope{All: true}); !errors.Is(err, store.ErrNotFound) {
				return errors.Join(err, store.ErrConflict) // it is on its way, with the photo that it has
			}
			return tx.Pictures.Put(name, data, time.Now().UTC())
		})
	case q.value("photo") == "":
		return "", nil
	default:
		err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) error {
			_, err := tx.Pictures.Get(name)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return q.Say("console-announce.photo-gone"), nil
		}
	}
	if err == nil {
		c.Media, c.Photo, c.Like = bot.Media{Kind: bot.KindPhoto, Platform: q.c.cfg.Photos, Picture: name}, true, ""
	}
	return "", err
}

// uploaded reads the file of the form, without what says where and by whom it was taken; it is nil if there is none.
func (q *request) uploaded() (data []byte, problem string, err error) {
	if q.r.MultipartForm == nil || len(q.r.MultipartForm.File["file"]) == 0 {
		return nil, "", nil
	}
	data, err = bytesOf(q.r.MultipartForm.File["file"][0])
	if err != nil || len(data) == 0 {
		return nil, "", err
	}
	if len(data) > maxPhoto {
		return nil, q.Say("console-announce.photo-wrong"), nil
	}
	if data = bare(data); !isPhoto(data) {
		return nil, q.Say("console-announce.photo-wrong"), nil
	}
	return data, "", nil
}

// isPhoto tells whether Telegram takes data as a photo.
func isPhoto(data []byte) bool {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	long, short := max(size.Width, size.Height), min(size.Width, size.Height)
	return err == nil && short > 0 && long+short <= maxSides && long <= maxRatio*short
}

func bytesOf(h *multipart.FileHeader) (data []byte, err error) {
	f, err := h.Open()
	if err != nil {
		return nil, failure(http.StatusBadRequest)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxPhoto+1))
}

// showPhoto is the photo of an announcement of the scope, or of one that the account is writing.
func (q *request) showPhoto() error {
	id := q.r.PathValue("id")
	var data []byte
	err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		name := photoName(q.who.Account.Login, id)
		b, err := tx.Broadcasts.Get(id, q.who.Account.Scope())
		switch {
		case err == nil:
			name = b.Message(q.lang, q.lib.Place().Languages...).Media.Picture
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		data, err = tx.Pictures.Get(name)
		return err
	})
	if err != nil {
		return err
	}
	q.written = true
	q.w.Header().Set("Content-Type", http.DetectContentType(data))
	_, _ = q.w.Write(data) // a client that went away asks again
	return nil
}
