package digest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// nobody understands anything: a digest needs no understanding.
type nobody struct{}

func (nobody) Find(string, bot.Language) bot.Finding      { return bot.Finding{} }
func (nobody) Fold(s string) string                       { return s }
func (nobody) Villages(string, int) ([]bot.Village, bool) { return nil, false }

type town struct {
	*Service
	store store.Store
}

func open(t *testing.T) *town {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &town{service(t, s), s}
}

func service(t *testing.T, s store.Store) *Service {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(lib, nobody{}, intents.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Store: s, Bot: func() *bot.Bot { return b }, Windows: bot.Windows{"telegram": 0}, Wake: func(bot.Platform) {}, Logger: slog.New(slog.DiscardHandler)})
}

func (h *town) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := h.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (h *town) subscribe(t *testing.T, id string, cadence bot.Cadence, lang bot.Language, follows ...string) {
	t.Helper()
	h.update(t, func(tx store.Tx) error {
		return tx.Citizens.Put(bot.Citizen{
			ID: bot.CitizenID(id), Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: id}}},
			Language: lang, Consented: at(0), Cadence: cadence, Follows: follows,
		}, bot.State{})
	})
}

func at(day int) time.Time { return time.Date(2026, 5, 4+day, 6, 0, 0, 0, time.UTC) }

// change notes progress of a commitment of the town, and gives its number.
func (h *town) change(t *testing.T, day int, commitment string, was, now bot.Progress) {
	t.Helper()
	h.update(t, func(tx store.Tx) error {
		_, err := tx.Progress.Append(bot.Change{At: at(day), By: "nino", Commitment: commitment, Was: was, Now: now, Reason: bot.Text{"ka": "მიზეზი.", "en": "A reason."}})
		return err
	})
}

func limited(percent int, month time.Month) bot.Progress {
	return bot.Progress{Status: bot.StatusLimited, Percent: percent, Due: time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC)}
}

// owed takes what is owed to everybody, by citizen.
func (h *town) owed(t *testing.T) map[string]bot.Outbound {
	t.Helper()
	got := map[string]bot.Outbound{}
	h.update(t, func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, at(1000), time.Minute, 500)
		for _, p := range ps {
			if _, twice := got[string(p.Citizen)]; twice {
				t.Errorf("%s is owed two digests", p.Citizen)
			}
			got[string(p.Citizen)] = p.Message
			if err := tx.Outbox.Settle(p.ID, bot.FateSent, at(1000)); err != nil {
				return err
			}
		}
		return err
	})
	return got
}

func (h *town) tell(t *testing.T, cadence bot.Cadence, day int) {
	t.Helper()
	if err := h.Tell(t.Context(), cadence, at(day)); err != nil {
		t.Fatal(err)
	}
}

func TestEachHearsWhatChangedSinceTheirLast(t *testing.T) {
	h := open(t)
	first, second := h.Service.cfg.Bot().Library().Commitments()[0].ID, h.Service.cfg.Bot().Library().Commitments()[1].ID
	h.subscribe(t, "all", bot.CadenceWeekly, "ka")
	h.subscribe(t, "one", bot.CadenceWeekly, "en", second)
	h.subscribe(t, "monthly", bot.CadenceMonthly, "ka")
	h.subscribe(t, "never", bot.CadenceNone, "ka")
	h.tell(t, bot.CadenceWeekly, 0)
	if got := h.owed(t); len(got) != 0 {
		t.Errorf("nothing changed, and %d digests are owed", len(got))
	}
	h.change(t, 1, first, limited(0, 6), limited(40, 6))
	h.tell(t, bot.CadenceWeekly, 7)
	got := h.owed(t)
	if len(got) != 1 || !strings.Contains(got["all"].Text, "40%") {
		t.Errorf("owed: %v", got)
	}
	h.change(t, 8, first, limited(40, 6), limited(50, 6))
	h.change(t, 9, second, limited(40, 6), limited(30, 8))
	h.tell(t, bot.CadenceWeekly, 14)
	h.tell(t, bot.CadenceWeekly, 14)
	got = h.owed(t)
	if len(got) != 2 || strings.Contains(got["all"].Text, "(იყო 0%") || !strings.Contains(got["all"].Text, "50%") {
		t.Errorf("owed: %v", got)
	}
	if one := got["one"].Text; strings.Contains(one, "50%") || !strings.Contains(one, "lowered") || !strings.Contains(one, "moved") || !strings.Contains(one, "A reason.") {
		t.Errorf("whoever follows the second commitment reads\n%s", one)
	}
	if all := got["all"]; strings.Index(all.Text, "30%") > strings.Index(all.Text, "50%") || all.Buttons[len(all.Buttons)-1].Action != "stop" || all.Buttons[0].Action != "promises:"+second {
		t.Errorf("the newest is not first, or a button is missing:\n%+v", all)
	}
	h.tell(t, bot.CadenceMonthly, 30)
	if got := h.owed(t); len(got) != 1 || !strings.Contains(got["monthly"].Text, "40%") || !strings.Contains(got["monthly"].Text, "30%") {
		t.Errorf("once a month: %v", got)
	}
	h.tell(t, bot.CadenceChange, 31)
	if got := h.owed(t); len(got) != 0 {
		t.Errorf("told who did not ask: %v", got)
	}
}

// A run that ends in the middle goes on: whoever was told is not told again.
func TestARunThatIsCutShortGoesOn(t *testing.T) {
	h := open(t)
	const people = 2*chunk + 50
	for i := range people {
		h.subscribe(t, fmt.Sprintf("%04d", i), bot.CadenceWeekly, "ka")
	}
	h.change(t, 1, h.Service.cfg.Bot().Library().Commitments()[0].ID, limited(0, 6), limited(40, 6))
	broken := service(t, &ending{Store: h.store, left: 2})
	if err := broken.Tell(t.Context(), bot.CadenceWeekly, at(7)); !errors.Is(err, errEnd) {
		t.Fatal(err)
	}
	before := len(h.owed(t))
	h.tell(t, bot.CadenceWeekly, 7)
	after := len(h.owed(t))
	if before == 0 || before+after != people {
		t.Errorf("%d were told before it ended and %d after, of %d", before, after, people)
	}
}

var errEnd = errors.New("the end")

// ending is a store that takes so many commits.
type ending struct {
	store.Store
	left int
}

func (e *ending) Update(ctx context.Context, fn func(store.Tx) error) error {
	if e.left--; e.left < 0 {
		return errEnd
	}
	return e.Store.Update(ctx, fn)
}

// A citizen who cannot be reached now hears of it when they come back.
func TestWhoeverCannotBeReachedKeepsTheirPlace(t *testing.T) {
	h := open(t)
	h.subscribe(t, "gone", bot.CadenceWeekly, "ka")
	reach := func(r bot.Reach) {
		h.update(t, func(tx store.Tx) error {
			c, s, err := tx.Citizens.Get("gone")
			c.Contacts[0].Reach = r
			if err == nil {
				err = tx.Citizens.Put(c, s)
			}
			return err
		})
	}
	h.change(t, 1, h.Service.cfg.Bot().Library().Commitments()[0].ID, limited(0, 6), limited(40, 6))
	reach(bot.Blocked)
	h.tell(t, bot.CadenceWeekly, 7)
	if got := h.owed(t); len(got) != 0 {
		t.Errorf("owed to somebody who blocked the bot: %v", got)
	}
	reach(bot.Reachable)
	h.tell(t, bot.CadenceWeekly, 14)
	if got := h.owed(t); len(got) != 1 {
		t.Errorf("owed: %v", got)
	}
}

func TestPicturesAreMadeOncePerLanguage(t *testing.T) {
	h := open(t)
	h.subscribe(t, "1", bot.CadenceWeekly, "ka")
	h.subscribe(t, "2", bot.CadenceWeekly, "ka")
	h.subscribe(t, "3", bot.CadenceWeekly, "en")
	h.change(t, 1, h.Service.cfg.Bot().Library().Commitments()[0].ID, limited(0, 6), limited(40, 6))
	h.tell(t, bot.CadenceWeekly, 7)
	got := h.owed(t)
	ka, en := got["1"].Media, got["3"].Media
	if ka.Kind != bot.KindPhoto || ka.Picture == "" || ka != got["2"].Media || ka == en {
		t.Fatalf("pictures: %+v, %+v, %+v", ka, got["2"].Media, en)
	}
	h.update(t, func(tx store.Tx) error {
		data, err := tx.Pictures.Get(ka.Picture)
		if err != nil {
			return err
		}
		drawn, err := png.Decode(bytes.NewReader(data))
		if err == nil && (len(data) > 60_000 || drawn.Bounds().Dx() != 720) {
			t.Errorf("the picture has %d bytes and is %v", len(data), drawn.Bounds())
		}
		return err
	})
}

// Those who want to hear of each change hear of several at once, a while after the last.
func TestEachChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.subscribe(t, "1", bot.CadenceChange, "ka")
		commitment := h.Service.cfg.Bot().Library().Commitments()[0].ID
		note := func(was, now int) {
			t.Helper()
			h.update(t, func(tx store.Tx) error {
				_, err := tx.Progress.Append(bot.Change{At: time.Now(), Commitment: commitment, Was: limited(was, 6), Now: limited(now, 6)})
				return err
			})
			h.Changed()
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- h.Run(ctx) }()
		note(0, 10)
		time.Sleep(settle / 2)
		note(10, 20)
		time.Sleep(settle - time.Second)
		synctest.Wait()
		if got := h.owed(t); len(got) != 0 {
			t.Errorf("told before the last change was old enough: %v", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := h.owed(t); len(got) != 1 || !strings.Contains(got["1"].Text, "10%") || !strings.Contains(got["1"].Text, "20%") {
			t.Errorf("owed: %v", got)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if got := h.owed(t); len(got) != 0 {
			t.Errorf("told again: %v", got)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestPreview(t *testing.T) {
	h := open(t)
	if _, ok, err := h.Preview(t.Context(), "ka", bot.CadenceWeekly); ok || err != nil {
		t.Errorf("nothing changed: %v, %v", ok, err)
	}
	h.change(t, 1, h.Service.cfg.Bot().Library().Commitments()[0].ID, limited(0, 6), limited(40, 6))
	m, ok, err := h.Preview(t.Context(), "en", bot.CadenceWeekly)
	if err != nil || !ok || !strings.Contains(m.Text, "40%") {
		t.Errorf("%v, %v, %+v", ok, err, m)
	}
	next := bot.Change{No: 2, At: at(3), By: "giorgi", Commitment: h.Service.cfg.Bot().Library().Commitments()[0].ID, Was: limited(40, 6), Now: limited(60, 6)}
	before, _, err := h.Preview(t.Context(), "en", bot.CadenceWeekly, next)
	if again, _, _ := h.Preview(t.Context(), "en", bot.CadenceWeekly); err != nil || again.Text != m.Text || !strings.Contains(before.Text, "60%") {
		t.Errorf("%v; with a draft %q, without it afterwards %q", err, before.Text, again.Text)
	}
	h.update(t, func(tx store.Tx) error { return tx.Runs.SetLast(Job(bot.CadenceWeekly), at(2)) })
	if _, ok, err := h.Preview(t.Context(), "ka", bot.CadenceWeekly); ok || err != nil {
		t.Errorf("nothing changed since the last run: %v, %v", ok, err)
	}
}
