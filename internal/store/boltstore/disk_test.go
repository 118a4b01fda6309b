package boltstore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func TestFullDiskLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{MaxSize: 512 << 10})
	text := strings.Repeat("ა", 1000)
	var stored int
	for ; ; stored++ {
		if err := s.Update(context.Background(), say(fmt.Sprint(stored, text))); err != nil {
			break
		}
	}
	if err := s.Update(context.Background(), say(strings.Repeat("ა", 1<<20))); err == nil {
		t.Error("an Update larger than the disk gave no error")
	}
	if n := len(said(t, s)); n != stored || n < 20 {
		t.Errorf("%d of %d are there after the disk was full", n, stored)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	s = openTest(t, path, Options{}) // room again
	checkFile(t, s)
	if err := s.Update(context.Background(), say("room again")); err != nil {
		t.Error(err)
	}
	if n := len(said(t, s)); n != stored+1 {
		t.Errorf("%d of %d are there when there is room again", n, stored+1)
	}
}

func TestUpdateThatIsTooLargeHarmsNoLaterOne(t *testing.T) {
	s := openNew(t, Options{MaxSize: 512 << 10})
	for i := range 5 {
		if err := s.Update(context.Background(), say(strings.Repeat("ა", 1<<20))); err == nil {
			t.Fatal("an Update larger than the disk gave no error")
		}
		if err := s.Update(context.Background(), say(fmt.Sprint(i))); err != nil {
			t.Fatalf("the one after: %v", err)
		}
	}
	if n := len(said(t, s)); n != 5 {
		t.Errorf("%d of 5 are there", n)
	}
	checkFile(t, s)
}

// The queue of an address, what waits for its time and the depth are as they were after a restart.
func TestOutboxAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	due := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	step := func(fn func(store.Outbox) error) {
		t.Helper()
		s := openTest(t, path, Options{})
		if err := s.Update(context.Background(), func(tx store.Tx) error { return fn(tx.Outbox) }); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var id string
	claim := func(minutes int, want string) {
		t.Helper()
		step(func(o store.Outbox) error {
			ps, err := o.Claim("telegram", 255, due.Add(time.Duration(minutes)*time.Minute), 5*time.Minute, 10)
			got := ""
			for _, p := range ps {
				got, id = got+p.Message.Text, p.ID
			}
			if got != want {
				t.Errorf("after %d minutes %q is handed out, want %q", minutes, got, want)
			}
			return err
		})
	}
	for _, text := range []string{"a", "b", "c"} {
		step(func(o store.Outbox) error {
			_, err := o.Put(store.Parcel{To: bot.Address{Platform: "telegram", ID: "1"}, Due: due, Message: bot.Outbound{Text: text}})
			return err
		})
	}
	claim(0, "a")
	claim(1, "a") // the restart ended the lease
	step(func(o store.Outbox) error { return o.Retry(id, due.Add(20*time.Minute)) })
	claim(19, "")
	claim(20, "a")
	step(func(o store.Outbox) error { return o.Settle(id, bot.FateSent, due) })
	claim(20, "b")
	step(func(o store.Outbox) error { return o.Settle(id, bot.FateSent, due) })
	claim(20, "c")
	step(func(o store.Outbox) error { return o.Settle(id, bot.FateSent, due) })
	step(func(o store.Outbox) error {
		if n, err := o.Depth("telegram", bot.PurposeAnnouncement); n != 0 || err != nil {
			t.Errorf("depth %d (%v)", n, err)
		}
		return nil
	})
}

// A long View must not hold up writers when the file outgrows what it was.
func TestLongViewWhileTheFileGrows(t *testing.T) {
	s := openNew(t, Options{})
	err := s.View(context.Background(), func(store.Tx) error {
		for range 40 {
			if err := s.Update(context.Background(), say(strings.Repeat("ა", 300_000))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
