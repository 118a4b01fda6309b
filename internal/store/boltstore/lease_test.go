package boltstore

import (
	"path/filepath"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// What a process that is gone had claimed is handed out again as soon as the file is opened, in order and with its
// attempts; what waits for its time goes on waiting.
func TestOpenEndsLeases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	now := time.Now().UTC()
	s := openTest(t, path, Options{})
	claim := func(s *Store, at time.Time) (ps []store.Parcel) {
		t.Helper()
		if err := s.Update(t.Context(), func(tx store.Tx) (err error) {
			ps, err = tx.Outbox.Claim("telegram", 255, at, time.Hour, 10)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return ps
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Outbox.Put([]store.Parcel{
			{To: bot.Address{Platform: "telegram", ID: "1"}, Message: bot.Outbound{Text: "a"}, Due: now},
			{To: bot.Address{Platform: "telegram", ID: "1"}, Message: bot.Outbound{Text: "b"}, Due: now},
			{To: bot.Address{Platform: "telegram", ID: "2"}, Message: bot.Outbound{Text: "later"}, Due: now.Add(30 * time.Minute)},
		}...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if ps := claim(s, now); len(ps) != 1 || len(claim(s, now)) != 0 {
		t.Fatalf("claimed %d", len(ps))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, path, Options{})
	ps := claim(s, time.Now().UTC())
	if len(ps) != 1 || ps[0].Message.Text != "a" || ps[0].Attempts != 2 {
		t.Errorf("after the restart %d parcels were handed out, want the first one again: %+v", len(ps), ps)
	}
}
