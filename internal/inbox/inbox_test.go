package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// echo is a dialogue of one intent that says the words back and counts them in the state.
type echo struct{}

func (echo) Place() bot.Place                                    { return bot.Place{Languages: []bot.Language{"ka"}, Zone: time.UTC} }
func (echo) Text(_ bot.Language, key string, _ ...string) string { return key }
func (echo) Entry(string) (bot.Entry, bool)                      { return bot.Entry{}, false }
func (echo) Plan() (bot.Plan, bool)                              { return bot.Plan{}, false }
func (echo) Commitments() []bot.Commitment                       { return nil }
func (echo) Commitment(string) (bot.Commitment, bool)            { return bot.Commitment{}, false }
func (echo) Villages() []bot.Village                             { return nil }
func (echo) Village(string) (bot.Village, bool)                  { return bot.Village{}, false }
func (echo) Find(string, bot.Language) bot.Finding               { return bot.Finding{Language: "ka"} }
func (echo) Fold(s string) string                                { return s }

type finder struct{ echo }

func (finder) Villages(string, int) ([]bot.Village, bool) { return nil, false }

func say(a bot.Ask) bot.Turn {
	switch {
	case a.In.Kind == bot.KindBlocked:
		return bot.Turn{Next: a.State, Effects: []bot.Effect{bot.SetReach{Reach: bot.Blocked}}}
	case a.Words == "boom":
		panic("the citizen's own words")
	case strings.HasPrefix(a.Words, "keep"):
		t := a.Reply(bot.Outbound{Text: "kept"})
		_, at, _ := strings.Cut(a.Words, " at ")
		t.Effects = []bot.Effect{bot.SetVillage{Village: "v"}, bot.KeepQuestion{Text: a.Words, Why: bot.WhyUnknown, Village: at}}
		return t
	}
	if does, arg, ok := strings.Cut(a.Words, ":"); ok {
		t := a.Reply(bot.Outbound{Text: does})
		code := bot.Code{Kind: bot.CodeLink, Secret: arg, Citizen: a.Citizen.ID, Until: a.In.At.Add(bot.LinkCodeTime)}
		switch does {
		case "consent":
			t.Effects = []bot.Effect{bot.SetConsent{Given: arg == "yes"}, bot.SetDigest{Cadence: bot.CadenceWeekly, Follows: []string{"roads"}}}
		case "code":
			t.Effects = []bot.Effect{bot.KeepCode{Code: code}}
		case "link":
			if found, ok := a.Records.Code(bot.CodeLink, arg); ok {
				t.Effects = []bot.Effect{bot.UseCode{Code: found}}
			} else {
				t.Effects = []bot.Effect{bot.CountWrongCode{}}
			}
		case "staff":
			t.Effects = []bot.Effect{bot.UseCode{Code: bot.Code{Kind: bot.CodeStaff, Secret: arg}}}
		case "announce":
			t.Effects = []bot.Effect{bot.StartBroadcast{Broadcast: bot.Broadcast{ID: arg}}, bot.SteerBroadcast{ID: arg, Act: bot.ActStop}}
		case "does":
			t.Effects = wishes(a, arg)
		case "village":
			t.Effects = []bot.Effect{bot.SetVillage{Village: arg}}
		}
		return t
	}
	heard := a.State.Slots["heard"] + a.Words
	t := a.Reply(bot.Outbound{Text: heard})
	t.Next.Slots = map[string]string{"heard": heard}
	return t
}

func parrot(t *testing.T) *bot.Bot {
	t.Helper()
	var all []bot.Intent
	for _, name := range []string{bot.IntentAsk, bot.IntentEmergency, bot.IntentHelp, bot.IntentMail, bot.IntentMedia, bot.IntentPerson, bot.IntentReach, bot.IntentVillage} {
		all = append(all, bot.Intent{Name: name, Handle: say})
	}
	b, err := bot.New(echo{}, finder{}, all...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type house struct {
	*Inbox
	store store.Store
	log   *strings.Builder
	woken int
	broadcasts
	desk desk
}

// broadcasts notes what it was asked.
type broadcasts struct{ asked []string }

func (b *broadcasts) Start(_ store.Tx, x bot.Broadcast, by bot.Account, _ time.Time) error {
	b.asked = append(b.asked, "start "+x.ID+" by "+by.Login)
	return nil
}

func (b *broadcasts) Steer(_ store.Tx, id string, act bot.BroadcastAct, by bot.Account, _ time.Time) error {
	b.asked = append(b.asked, string(act)+" "+id+" by "+by.Login)
	return nil
}

func (b *broadcasts) Wake() { b.asked = append(b.asked, "wake") }

// desk notes what it was asked. What is called "gone" is not there any more.
type desk struct{ asked []string }

func (d *desk) notes(id string, words ...any) error {
	if id == "gone" {
		return store.ErrNotFound
	}
	d.asked = append(d.asked, strings.TrimSpace(fmt.Sprintln(append([]any{id}, words...)...)))
	return nil
}

func (d *desk) Open(_ store.Tx, c bot.Case, _ time.Time) error {
	return d.notes(c.ID, "opened", c.Citizen != "")
}
func (d *desk) Add(_ store.Tx, id string, _ bot.CitizenID, text string, _ time.Time) error {
	return d.notes(id, "added", text)
}
func (d *desk) Filed(store.Tx, bot.Case, time.Time) error { return nil }
func (d *desk) Join(_ store.Tx, id string, c bot.Citizen, _ time.Time) error {
	return d.notes(id, "joined from", c.Village)
}
func (d *desk) Reopen(_ store.Tx, id string, _ bot.CitizenID, _ time.Time) error {
	return d.notes(id, "reopened")
}
func (d *desk) Move(_ store.Tx, m bot.MoveCase, by bot.Account, _ time.Time) error {
	return d.notes(m.ID, m.To, "by", by.Login)
}
func (d *desk) Ask(tx store.Tx, q bot.Question, _ time.Time) error {
	_, err := tx.Questions.Add(q)
	return err
}
func (d *desk) Answer(_ store.Tx, group, text string, by bot.Account, _ time.Time) error {
	return d.notes(group, "answered by", by.Login, text)
}
func (d *desk) Talk(_ store.Tx, _ bot.Citizen, text string, _ time.Time) error {
	return d.notes("talk", text)
}
func (d *desk) SayTo(_ store.Tx, to *bot.Citizen, state *bot.State, text string, by bot.Account, now time.Time) error {
	to.SilentUntil = now.Add(time.Hour)
	state.Keep(bot.KeptTalk, "on", to.SilentUntil)
	return d.notes("say", text, "by", by.Login, to.Version > 0)
}
func (d *desk) EndTalk(_ store.Tx, of *bot.Citizen, by *bot.Account, _ time.Time) error {
	of.SilentUntil = time.Time{}
	return d.notes("end", by != nil)
}
func (d *desk) Group(store.Tx, string, bot.Scope) (bot.QuestionGroup, error) {
	return bot.QuestionGroup{}, store.ErrNotFound
}
func (d *desk) Conversation(store.Tx, bot.CitizenID, bot.Account, time.Time) (bot.Conversation, error) {
	return bot.Conversation{}, store.ErrNotFound
}

func (d *desk) Waiting(store.Tx, bot.Account, time.Time) (bot.Waiting, error) {
	return bot.Waiting{}, nil
}

func open(t *testing.T, wrap func(store.Store) store.Store) *house {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := &house{store: s, log: &strings.Builder{}}
	used := store.Store(s)
	if wrap != nil {
		used = wrap(s)
	}
	var mu sync.Mutex
	b := parrot(t)
	h.Inbox = New(Config{Store: used, Bot: func() *bot.Bot { return b }, Logger: slog.New(slog.NewTextHandler(h.log, nil)),
		Wake: func(bot.Platform) { mu.Lock(); h.woken++; mu.Unlock() }, Windows: bot.Windows{"telegram": 0, "messenger": 24 * time.Hour}, Broadcasts: &h.broadcasts,
		Cases: &h.desk, Questions: &h.desk})
	return h
}

func message(ref, from, text string) bot.Inbound {
	return bot.Inbound{Ref: ref, From: bot.Address{Platform: "telegram", ID: from}, Text: text}
}

// said lists what was said in all conversations, oldest first, as "words -> reply".
func (h *house) said(t *testing.T) (lines []string) {
	t.Helper()
	err := h.store.View(t.Context(), func(tx store.Tx) error {
		es, _, err := tx.Conversations.Latest(store.Page{Limit: 500})
		for _, e := range es {
			lines = append([]string{e.Said + " -> " + strings.Join(e.Replies, "|")}, lines...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func (h *house) owed(t *testing.T) int {
	t.Helper()
	n := 0
	if err := h.store.View(t.Context(), func(tx store.Tx) (err error) {
		n, err = tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAcceptStoresTheTurn(t *testing.T) {
	h := open(t, nil)
	if err := h.Accept(t.Context(), message("1", "7", "a"), message("2", "7", "b")); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.said(t)); got != "[a -> a b -> ab]" {
		t.Errorf("stored %s", got)
	}
	if h.owed(t) != 2 || h.woken != 2 {
		t.Errorf("owes %d messages and woke the outbox %d times, want 2 and 2", h.owed(t), h.woken)
	}
}

func TestRedeliveryIsAcceptedOnce(t *testing.T) {
	h := open(t, nil)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := h.Accept(t.Context(), message("1", "7", "a")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := h.said(t); len(got) != 1 || h.owed(t) != 1 {
		t.Errorf("16 deliveries of one message were stored as %v and owe %d replies", got, h.owed(t))
	}
}

func TestOrderPerCitizen(t *testing.T) {
	h := open(t, nil)
	var people sync.WaitGroup
	for p := range 8 {
		people.Go(func() {
			for i := range 10 {
				if err := h.Accept(t.Context(), message(fmt.Sprintf("%d-%d", p, i), fmt.Sprint(p), fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	people.Wait()
	whole := 0
	for _, line := range h.said(t) {
		if strings.HasSuffix(line, "9 -> 0123456789") {
			whole++
		}
	}
	if whole != 8 {
		t.Errorf("%d of 8 people were heard in order", whole)
	}
}

func TestPanicBecomesAnApology(t *testing.T) {
	h := open(t, nil)
	if err := h.Accept(t.Context(), message("1", "7", "a"), message("2", "7", "boom"), message("3", "7", "b")); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.said(t)); got != "[a -> a boom -> sorry.text b -> ab]" {
		t.Errorf("stored %s", got)
	}
	if log := h.log.String(); !strings.Contains(log, "panicked") || strings.Contains(log, "own words") || strings.Contains(log, "boom") {
		t.Errorf("the log must tell of the panic and hold none of the words: %s", log)
	}
}

func TestEffects(t *testing.T) {
	h := open(t, nil)
	if err := h.Accept(t.Context(), message("1", "7", "keep this"), bot.Inbound{Ref: "2", From: bot.Address{Platform: "telegram", ID: "7"}, Kind: bot.KindBlocked}); err != nil {
		t.Fatal(err)
	}
	err := h.store.View(t.Context(), func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "7"})
		if err != nil {
			return err
		}
		c, _, err := tx.Citizens.Get(id)
		if err != nil {
			return err
		}
		if c.Village != "v" || c.Contacts[0].Reach != bot.Blocked || c.Language != "ka" {
			t.Errorf("the citizen is %s in %q, reach %d", c.Language, c.Village, c.Contacts[0].Reach)
		}
		qs, _, err := tx.Questions.InVillage("v", store.Page{Limit: 10})
		if len(qs) != 1 || qs[0].Text != "keep this" || qs[0].Citizen != id {
			t.Errorf("kept %d questions in the village, want the one", len(qs))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A question belongs to the village that it is about, before that where its author lives.
func TestQuestionOfAnotherVillage(t *testing.T) {
	h := open(t, nil)
	if err := h.Accept(t.Context(), message("1", "7", "keep this at w")); err != nil {
		t.Fatal(err)
	}
	err := h.store.View(t.Context(), func(tx store.Tx) error {
		qs, _, err := tx.Questions.InVillage("w", store.Page{Limit: 10})
		if len(qs) != 1 || qs[0].Text != "keep this at w" {
			t.Errorf("kept %d questions in the village that is meant, want the one", len(qs))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every effect that package bot declares is applied.
func TestEveryEffectIsApplied(t *testing.T) {
	h := open(t, nil)
	source, err := os.ReadFile("../../bot/effect.go")
	if err != nil {
		t.Fatal(err)
	}
	code := bot.Code{Kind: bot.CodeStaff, Secret: "SECRET", Login: "nino", Until: time.Now().Add(time.Hour)}
	known := []bot.Effect{
		bot.SetLanguage{}, bot.SetVillage{}, bot.SetReach{}, bot.Silence{}, bot.KeepQuestion{}, bot.SetConsent{}, bot.SetDigest{},
		bot.KeepCode{Code: code}, bot.UseCode{Code: code}, bot.CountWrongCode{}, bot.StartBroadcast{}, bot.SteerBroadcast{}, bot.Note{},
		bot.OpenCase{}, bot.AddToCase{}, bot.JoinCase{}, bot.ReopenCase{}, bot.MoveCase{}, bot.AnswerQuestion{}, bot.Talk{},
		bot.SayTo{Citizen: "c"}, bot.EndTalk{}, bot.KeepFile{Name: "f", Data: []byte("x")}, bot.Forget{},
	}
	if err := h.store.Update(t.Context(), func(tx store.Tx) error { return tx.Accounts.Put(bot.Account{Login: "nino"}) }); err != nil {
		t.Fatal(err)
	}
	name := func(e bot.Effect) string { return strings.TrimPrefix(fmt.Sprintf("%T", e), "bot.") }
	for _, e := range known {
		err := h.store.Update(t.Context(), func(tx store.Tx) error { return h.apply(tx, &bot.Citizen{ID: "c"}, &delivery{now: time.Now()}, e) })
		if err != nil {
			t.Errorf("%s: %v", name(e), err)
		}
	}
	for _, m := range regexp.MustCompile(`func \((\w+)\) effect\(\)`).FindAllStringSubmatch(string(source), -1) {
		if !slices.ContainsFunc(known, func(e bot.Effect) bool { return name(e) == m[1] }) {
			t.Errorf("the effect %s is new: add it to this list and to apply", m[1])
		}
	}
}

// failing is a store whose commits fail, or find that someone else was faster, n times.
type failing struct {
	store.Store
	n   int
	err error
}

func (f *failing) Update(ctx context.Context, fn func(store.Tx) error) error {
	if f.n--; f.n >= 0 {
		return f.err
	}
	return f.Store.Update(ctx, fn)
}

// What was held is handed over before the reply the next time that the citizen does anything, once.
func TestHeldMailComesFirst(t *testing.T) {
	h := open(t, nil)
	if err := h.Accept(t.Context(), message("1", "7", "a")); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ა", 1000)
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "7"})
		if err != nil {
			return err
		}
		for _, text := range []string{"first " + long, "second " + long, "third"} {
			if err := tx.Mail.Hold(id, bot.Held{Message: bot.Outbound{Text: text}, At: time.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	blocked := bot.Inbound{Ref: "2", From: bot.Address{Platform: "telegram", ID: "7"}, Kind: bot.KindBlocked}
	if err := h.Accept(t.Context(), blocked, message("3", "7", "b"), message("4", "7", "c"), message("5", "7", "d")); err != nil {
		t.Fatal(err)
	}
	said := h.said(t)
	for i, want := range []struct{ has, not string }{
		{"a -> a", "first"},
		{" -> ", "first"}, // blocking the bot is no occasion to be told news
		{"first", "second"},
		{"second", "first"},
		{"d -> abcd", "third"},
	} {
		if i >= len(said) || !strings.Contains(said[i], want.has) || strings.Contains(said[i], want.not) {
			t.Errorf("exchange %d of %d does not read as it should (%q, not %q)", i+1, len(said), want.has, want.not)
		}
	}
	if !strings.Contains(said[3], "third") || !strings.HasSuffix(said[3], "abc") {
		t.Error("the rest of the mail and the reply do not come together")
	}
}

func TestConflictIsDecidedAgain(t *testing.T) {
	h := open(t, func(s store.Store) store.Store { return &failing{s, maxConflicts - 1, store.ErrConflict} })
	if err := h.Accept(t.Context(), message("1", "7", "a")); err != nil {
		t.Fatal(err)
	}
	if got := h.said(t); len(got) != 1 {
		t.Errorf("stored %v", got)
	}
}

func TestFailedCommitIsNotAccepted(t *testing.T) {
	full := errors.New("no space left on the disk")
	h := open(t, func(s store.Store) store.Store { return &failing{s, 1, full} })
	if err := h.Accept(t.Context(), message("1", "7", "a")); !errors.Is(err, full) {
		t.Fatalf("Accept returned %v", err)
	}
	if h.woken != 0 {
		t.Error("the outbox was woken for a message that is not stored")
	}
	if err := h.Accept(t.Context(), message("1", "7", "a")); err != nil || len(h.said(t)) != 1 {
		t.Errorf("the second delivery was not taken: %v", err)
	}
}

// A disk that is full for long makes the platform deliver a message again and again: that is nobody writing a lot.
func TestRedeliveriesAreNotTooMuch(t *testing.T) {
	full := errors.New("no space left on the disk")
	h := open(t, func(s store.Store) store.Store { return &failing{s, 2 * bot.MaxMessages, full} })
	for range 2 * bot.MaxMessages {
		if err := h.Accept(t.Context(), message("1", "7", "a")); !errors.Is(err, full) {
			t.Fatalf("Accept returned %v", err)
		}
	}
	if err := h.Accept(t.Context(), message("1", "7", "a")); err != nil || len(h.said(t)) != 1 {
		t.Errorf("the message is lost: %v, stored %v", err, h.said(t))
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	l := lanes{held: map[bot.Address]*lane{}}
	a := bot.Address{Platform: "telegram", ID: "7"}
	unlock, err := l.lock(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := l.lock(gone, a); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting with an ended context returned %v", err)
	}
	unlock()
	again, err := l.lock(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	again()
	if len(l.held) != 0 {
		t.Errorf("%d lanes are kept for nobody", len(l.held))
	}
}
