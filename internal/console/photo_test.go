package console

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// upload posts the form with a file.
func (b *browser) upload(path string, file []byte, pairs ...string) answer {
	b.o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		b.o.must(w.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := w.CreateFormFile("file", "../../<script>.png")
	b.o.must(err)
	_, err = part.Write(file)
	b.o.must(errors.Join(err, w.Close()))
	b.header.Set("Content-Type", w.FormDataContentType())
	defer b.header.Del("Content-Type")
	return b.do("POST", path, body.String())
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAPhotoGoesWithAnAnnouncement(t *testing.T) {
	o := newOffice(t)
	b, colleague := o.enter("village"), o.enter("staff")
	const path = "/console/announcements/new"
	form := append(carried(b.get(path).body), "words-ka", "ახალი პარკი გაიხსნა")
	for name, file := range map[string][]byte{"no picture": []byte("<svg onload=alert(1)>"), "cut off": picture(t, 9, 9)[:20], "too long and thin": picture(t, 2100, 100),
		"too large": append(picture(t, 9, 9), make([]byte, maxPhoto)...)} {
		if got := b.upload(path, file, append(slices.Clone(form), "do", "preview")...); got.StatusCode != 422 || !strings.Contains(got.body, "ფოტოდ არ გამოდგება") {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	o.expect(b.upload(path, make([]byte, MaxUpload), append(slices.Clone(form), "do", "preview")...), 413, "")
	o.expect(b.upload("/console/account/password", picture(t, 9, 9)), 400, "")
	o.expect(b.post(path, append(slices.Clone(form), "photo", "yes", "do", "preview")...), 422, "") // there is none

	shown := b.upload(path, picture(t, 40, 30), append(form, "do", "preview")...)
	o.expect(shown, 200, "")
	fields := carried(shown.body)
	at := slices.Index(fields, "id")
	photo := "/console/announcements/" + fields[at+1] + "/photo"
	if !strings.Contains(shown.body, photo) || !strings.Contains(shown.body, "ფოტოს მხოლოდ ტელეგრამში ნახავთ") {
		t.Error("the preview does not show the photo, or what stands for it elsewhere")
	}
	seen := b.get(photo)
	if o.expect(seen, 200, ""); seen.Header.Get("Content-Type") != "image/png" || seen.body != string(picture(t, 40, 30)) {
		t.Errorf("the photo is of type %s", seen.Header.Get("Content-Type"))
	}
	o.expect(colleague.get(photo), 404, "") // it is not sent yet
	o.expect(b.post(path, append(fields, "do", "send")...), 303, "")
	o.expect(colleague.get(photo), 200, "")
	if m := o.broadcasts()[0].Messages["ka"].Media; m.Kind != bot.KindPhoto || m.Picture == "" || m.Platform != "telegram" {
		t.Errorf("sent with %+v", m)
	}
	// What was sent keeps the photo that it has.
	if got := b.upload(path, picture(t, 9, 9), append(slices.Clone(fields), "do", "preview")...); got.StatusCode != 409 {
		t.Errorf("another photo for what was sent: %d", got.StatusCode)
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		kept, err := tx.Pictures.Get(o.broadcasts()[0].Messages["ka"].Media.Picture)
		if !bytes.Equal(kept, picture(t, 40, 30)) {
			t.Error("the photo is another one")
		}
		return err
	}))
}
