package numbers_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/broadcast"
	"ogpbot/internal/cases"
	"ogpbot/internal/inbox"
	"ogpbot/internal/numbers"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

var (
	everybody = bot.Scope{All: true, Integrity: true}
	owner     = bot.Account{Login: "owner", Role: bot.RoleOwner}
	desk      = bot.Account{Login: "eka", Role: bot.RoleStaff, Integrity: true}
)

// town is the whole dialogue over a store, with what happened in it noted down apart.
type town struct {
	t       *rapid.T
	ctx     context.Context
	store   store.Store
	lib     bot.Library
	inbox   *inbox.Inbox
	numbers *numbers.Service
	effects []bot.Effect // of the next /do
	ref     int
	opened  []string

	did     map[string]int // what is expected
	writers map[string]bool
	homes   map[string]string
	open    map[string]string // case -> kind, while it is open
}

// finder takes the first word for what was decided.
type finder struct{}

func (finder) Find(text string, _ bot.Language) bot.Finding {
	f := bot.Finding{Language: "en", Suggestions: []string{"petition", "budget"}, Close: 2}
	switch {
	case strings.HasPrefix(text, "known"):
		f.Outcome, f.Entry = bot.FoundAnswer, "petition"
	case strings.HasPrefix(text, "near"):
		f.Outcome = bot.FoundSuggest
	}
	return f
}
func (finder) Fold(text string) string                    { return text }
func (finder) Villages(string, int) ([]bot.Village, bool) { return nil, false }

func build(t *rapid.T, ctx context.Context, path string, lib bot.Library) *town {
	s, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &town{t: t, ctx: ctx, store: s, lib: lib, did: map[string]int{}, writers: map[string]bool{}, homes: map[string]string{}, open: map[string]string{}}
	library := func() bot.Library { return lib }
	windows, log, wake := bot.Windows{"telegram": 0, "messenger": 0}, slog.New(slog.DiscardHandler), func(bot.Platform) {}
	do := bot.Intent{Name: "do", Commands: []string{"do"}, Handle: func(a bot.Ask) bot.Turn {
		turn := a.Reply(bot.Outbound{Text: "done"})
		turn.Effects = h.effects
		return turn
	}}
	dialogue, err := bot.New(lib, finder{}, append(intents.All(), do)...)
	if err != nil {
		t.Fatal(err)
	}
	h.numbers = numbers.New(numbers.Config{Store: s, Library: library})
	h.inbox = inbox.New(inbox.Config{Store: s, Bot: func() *bot.Bot { return dialogue }, Wake: wake, Windows: windows, Logger: log,
		Broadcasts: broadcast.New(broadcast.Config{Store: s, Library: library, Windows: windows, Wake: wake, Logger: log}),
		Cases:      cases.New(cases.Config{Store: s, Library: library, Windows: windows, Wake: wake, Logger: log}),
		Questions: questions.New(questions.Config{Library: library, Windows: windows, Logger: log, Alike: func(text string, others []string) (int, bool) {
			i := slices.IndexFunc(others, func(o string) bool { return o[len(o)-1] == text[len(text)-1] })
			return max(i, 0), i >= 0
		}})})
	if err := h.numbers.Begin(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	h.says("eka", "/help")
	h.update(func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "eka"})
		a := desk
		a.Citizen = id
		return errors.Join(err, tx.Accounts.Put(a))
	})
	return h
}

func (h *town) update(fn func(store.Tx) error) {
	if err := h.store.Update(h.ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *town) view(fn func(store.Tx) error) {
	if err := h.store.View(h.ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

// sends has somebody write or press.
func (h *town) sends(who string, in bot.Inbound) {
	h.ref++
	in.Ref, in.From, in.At = fmt.Sprint(h.ref), bot.Address{Platform: "telegram", ID: who}, time.Now().Add(time.Duration(h.ref)*time.Hour)
	if !h.writers[who] {
		h.writers[who] = true
		h.did["writers"]++
	}
	if err := h.inbox.Accept(h.ctx, in); err != nil {
		h.t.Fatal(err)
	}
}

func (h *town) says(who, text string) { h.sends(who, bot.Inbound{Kind: bot.KindText, Text: text}) }

func (h *town) presses(who, action string) {
	h.sends(who, bot.Inbound{Kind: bot.KindPress, Action: action})
}

func (h *town) does(who string, effects ...bot.Effect) {
	h.effects = effects
	h.says(who, "/do")
}

func (h *town) who(t *rapid.T) string {
	return rapid.SampledFrom([]string{"ana", "beso", "gela", "maka"}).Draw(t, "who")
}

func (h *town) citizen(who string) (c bot.Citizen, ok bool) {
	h.view(func(tx store.Tx) error {
		id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: who})
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			c, _, err = tx.Citizens.Get(id)
			ok = err == nil
		}
		return err
	})
	return c, ok
}

func (h *town) ask(t *rapid.T) {
	who, n := h.who(t), h.ref
	matter := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "matter")
	switch kind := rapid.SampledFrom([]string{"known", "near", "nothing"}).Draw(t, "kind"); kind {
	case "known":
		h.says(who, fmt.Sprint("known ", n))
		h.did["answered"]++
		if rapid.Bool().Draw(t, "wrong") {
			h.presses(who, "ask:not:petition")
			h.did["rejected"]++
			h.presses(who, "ask:none")
			h.did["handed"]++
		}
	case "near":
		h.says(who, fmt.Sprint("near ", n))
		h.did["suggested"]++
		if rapid.Bool().Draw(t, "chosen") {
			h.presses(who, "ask:is:budget")
			h.did["chosen"]++
		}
	default:
		h.says(who, fmt.Sprint("nothing known of ", n, " ", matter))
		h.did["unknown"]++
		h.did["handed"]++
	}
}

func (h *town) promise(t *rapid.T) {
	who := h.who(t)
	h.presses(who, "promises:garden")
	h.did["promise"]++
	if rapid.Bool().Draw(t, "results") {
		h.presses(who, "promises:ask:garden")
		h.did["promise"]++
		h.did["handed"]++
	}
}

// answer has the desk answer some group; how many of the questions in it were open says the store.
func (h *town) answer(t *rapid.T) {
	var groups []string
	open := func() (n, promised int) {
		h.view(func(tx store.Tx) error {
			groups = nil
			qs, _, err := tx.Questions.Latest(store.Page{Limit: 500})
			for _, q := range qs {
				groups = append(groups, q.Group)
				if q.Answered.IsZero() {
					if n++; q.Promise == "garden" {
						promised++
					}
				}
			}
			return err
		})
		return n, promised
	}
	before, promised := open()
	if len(groups) == 0 {
		return
	}
	h.does("eka", bot.AnswerQuestion{Group: rapid.SampledFrom(groups).Draw(t, "group"), Text: "It is so."})
	after, left := open()
	h.did["settled"] += before - after
	h.did["promise settled"] += promised - left
}

func (h *town) file(t *rapid.T) {
	who := h.who(t)
	c := bot.Case{ID: fmt.Sprintf("C%05d", len(h.opened)), Kind: rapid.SampledFrom(bot.CaseKinds).Draw(t, "kind"), Village: h.homes[who], Text: fmt.Sprint("words ", h.ref)}
	if c.Kind == bot.CaseCommitment {
		c.Commitment = "bridge" // without a score each is one of its own
	}
	h.opened = append(h.opened, c.ID)
	h.does(who, bot.OpenCase{Case: c})
	h.did["filed"]++
	h.open[c.ID] = string(c.Kind)
}

// rate gives a score, which takes the place of the one before unless whoever gave that was forgotten.
func (h *town) rate(t *rapid.T) {
	who, score := h.who(t), rapid.IntRange(1, 5).Draw(t, "score")
	id := fmt.Sprintf("R%05d", h.ref)
	c := bot.Case{ID: id, Kind: bot.CaseCommitment, Commitment: "garden", Village: h.homes[who], Score: score}
	key := "score of " + who
	if was := h.did[key]; was > 0 {
		h.did[fmt.Sprint("score ", was)]--
	}
	h.does(who, bot.OpenCase{Case: c})
	h.did[key] = score
	h.did[fmt.Sprint("score ", score)]++
}

func (h *town) move(t *rapid.T) {
	if len(h.opened) == 0 {
		return
	}
	id := rapid.SampledFrom(h.opened).Draw(t, "case")
	m := bot.MoveCase{ID: id, Reason: "Because.", To: rapid.SampledFrom([]bot.CaseState{bot.CaseSeen, bot.CaseWorking, bot.CaseAnswered, bot.CaseDone, bot.CaseDeclined}).Draw(t, "to")}
	was := h.state(id)
	h.does("eka", m)
	is := h.state(id)
	if is == was {
		return
	}
	_, open := h.open[id]
	switch {
	case open && is != bot.CaseSeen && is != bot.CaseWorking:
		delete(h.open, id)
		h.did["case answered"]++
	case !open && is == bot.CaseWorking:
		h.open[id] = "again"
		h.did["reopened"]++
	}
	if is == bot.CaseDone || is == bot.CaseDeclined {
		h.did["closed"]++
	}
}

func (h *town) state(id string) (s bot.CaseState) {
	h.view(func(tx store.Tx) error {
		c, err := tx.Cases.Get(id, everybody)
		s = c.State
		return err
	})
	return s
}

func (h *town) consent(t *rapid.T) {
	who, given := h.who(t), rapid.Bool().Draw(t, "given")
	c, _ := h.citizen(who)
	if c.Consented.IsZero() == given {
		h.did[map[bool]string{true: "yes", false: "no"}[given]]++
	}
	h.does(who, bot.SetConsent{Given: given})
}

func (h *town) settle(t *rapid.T) {
	who := h.who(t)
	h.homes[who] = rapid.SampledFrom([]string{"", "tskaro", "mta"}).Draw(t, "village")
	h.does(who, bot.SetVillage{Village: h.homes[who]})
}

func (h *town) forget(t *rapid.T) {
	who := h.who(t)
	c, known := h.citizen(who)
	if !c.Consented.IsZero() {
		h.did["no"]++
	}
	h.does(who, bot.Forget{})
	if known {
		delete(h.homes, who)
		delete(h.did, "score of "+who)
	}
	delete(h.writers, who)
}

// check compares the numbers with what happened.
func (h *town) check(t *rapid.T) {
	r, err := h.numbers.Report(h.ctx, numbers.Query{By: owner, Period: numbers.All, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	same := func(what string, got, want int) {
		if got != want {
			t.Fatalf("%s: %d, want %d", what, got, want)
		}
	}
	sum := func(table string, column int) (n int) {
		for _, row := range r.Table(table).Rows {
			n += int(row.Values[column].N)
		}
		return n
	}
	same("questions answered", sum(numbers.Questions, 0), h.did["answered"])
	same("questions with suggestions", sum(numbers.Questions, 1), h.did["suggested"])
	same("questions unknown", sum(numbers.Questions, 2), h.did["unknown"])
	same("questions", r.Asked, h.did["answered"]+h.did["suggested"]+h.did["unknown"])
	same("cases filed", sum(numbers.Cases, 0), h.did["filed"])
	same("cases filed in all", r.Filed, h.did["filed"])
	same("cases answered", sum(numbers.Cases, 1), h.did["case answered"])
	same("cases closed", sum(numbers.Cases, 2), h.did["closed"])
	same("questions about commitments", sum(numbers.Promises, 0), h.did["promise"])
	same("answers about commitments", sum(numbers.Promises, 1), h.did["promise settled"])
	for score := 1; score <= 5; score++ {
		same(fmt.Sprint("scores of ", score), sum(numbers.Scores, score), h.did[fmt.Sprint("score ", score)])
	}
	same("people who wrote", r.Writers, h.did["writers"])
	h.checkCounts(t, same)
	subscribers, homes := 0, map[string]int{}
	h.view(func(tx store.Tx) error {
		cs, _, err := tx.Citizens.Subscribed(everybody, nil, "", 100)
		for _, c := range cs {
			homes[c.Village]++
		}
		subscribers = len(cs)
		return err
	})
	same("subscribers", r.Subscribers, subscribers)
	asked, filed, writers := 0, 0, 0
	for _, row := range r.Table(numbers.Life).Rows {
		writers, asked, filed = writers+int(row.Values[0].N), asked+int(row.Values[1].N), filed+int(row.Values[2].N)
		same("subscribers of "+row.Key, int(row.Values[3].N), homes[row.Key])
	}
	same("questions by village", asked, r.Asked)
	same("cases by village", filed, r.Filed)
	same("people by village", writers, r.Writers)
}

// checkCounts looks at what the page does not show by itself.
func (h *town) checkCounts(t *rapid.T, same func(string, int, int)) {
	for what, want := range map[bot.Measure]int{
		bot.CountHanded: h.did["handed"], bot.CountSettled: h.did["settled"], bot.CountSettledIn: h.did["settled"], bot.CountReopened: h.did["reopened"],
		bot.CountAnsweredIn: h.did["case answered"], bot.CountSubscribed: h.did["yes"], bot.CountStopped: h.did["no"],
	} {
		n := 0
		h.view(func(tx store.Tx) error {
			return tx.Counts.Between(what, math.MinInt32, math.MaxInt32, func(c bot.Count) { n += c.N })
		})
		same(string(what), n, want)
	}
	of := map[string]int{}
	h.view(func(tx store.Tx) error {
		return tx.Counts.Between(bot.CountQuestions, math.MinInt32, math.MaxInt32, func(c bot.Count) { of[c.Of] += c.N })
	})
	same("answers chosen", of[bot.QuestionChosen], h.did["chosen"])
	same("answers rejected", of[bot.QuestionRejected], h.did["rejected"])
}

// TestCountersTellWhatHappened has people do random things, and compares after each what is counted with what was noted down. People
// who are forgotten change no number but that of the subscribers.
func TestCountersTellWhatHappened(t *testing.T) {
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	folder, n := t.TempDir(), 0
	if err := errors.Join(flag.Set("rapid.checks", "40"), flag.Set("rapid.nofailfile", "true")); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n++
		h := build(rt, t.Context(), filepath.Join(folder, fmt.Sprint(n, ".db")), lib)
		defer h.store.Close()
		actions := map[string]func(*rapid.T){"ask": h.ask, "promise": h.promise, "answer": h.answer, "file": h.file, "rate": h.rate, "move": h.move,
			"consent": h.consent, "settle": h.settle, "forget": h.forget, "": h.check}
		rt.Repeat(maps.Clone(actions))
	})
}
