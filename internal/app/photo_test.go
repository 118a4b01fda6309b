package app

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/store"
)

// A photo of ours that was added at a desk is shown on Telegram, to everybody whom the announcement is for.
func TestAnAnnouncementWithAPhotoOfOurs(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	p.subscriber(t, 2, "tskaro")
	p.subscriber(t, 3, "tskaro")
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 320, 200))); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	nino := bot.Account{Login: "nino", Name: "Nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}}
	p.update(t, func(tx store.Tx) error {
		m := bot.Outbound{Text: "ახალი პარკი", Media: bot.Media{Kind: bot.KindPhoto, Platform: p.photos(), Picture: "announcement/nino/x"}}
		return errors.Join(tx.Accounts.Put(nino), tx.Pictures.Put(m.Media.Picture, photo.Bytes(), now),
			p.broadcast.Start(tx, bot.Broadcast{ID: "x", By: "nino", Villages: nino.Villages, Created: now, At: now, Messages: map[bot.Language]bot.Outbound{"ka": m}}, nino, now))
	})
	p.broadcast.Wake()
	for _, chat := range []int64{2, 3} {
		if m := p.says(t, chat, "ახალი პარკი"); m.File.Kind != "photo" {
			t.Errorf("%d got it with %+v", chat, m.File)
		}
	}
}
