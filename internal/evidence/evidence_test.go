package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/cases"
	"ogpbot/internal/numbers"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

var update = flag.Bool("update", false, "write testdata anew; read the difference")

var everybody = bot.Scope{All: true, Integrity: true}

// town is a year of a place that does not exist.
type town struct {
	*Service
	t         *testing.T
	store     store.Store
	cases     *cases.Service
	questions *questions.Service
	people    []bot.CitizenID
}

// now is when evidence is made.
var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// keys says the key in place of the words, which change.
type keys struct{ bot.Library }

func (keys) Text(_ bot.Language, key string, _ ...string) string { return key }

func open(t *testing.T) *town {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, lib)
}

func openWith(t *testing.T, lib bot.Library) *town {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	library, log, windows := func() bot.Library { return lib }, slog.New(slog.DiscardHandler), bot.Windows{"telegram": 0}
	h := &town{t: t, store: s,
		Service:   New(Config{Store: s, Library: library, Numbers: numbers.New(numbers.Config{Store: s, Library: library})}),
		cases:     cases.New(cases.Config{Store: s, Library: library, Windows: windows, Wake: func(bot.Platform) {}, Logger: log}),
		questions: questions.New(questions.Config{Library: library, Windows: windows, Alike: func(string, []string) (int, bool) { return 0, false }, Logger: log}),
	}
	return h
}

func (h *town) update(fn func(store.Tx) error) {
	h.t.Helper()
	if err := h.store.Update(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

var eka = bot.Account{Login: "eka", Role: bot.RoleStaff, Integrity: true}

// live has people of three villages write, file, score and read; every word of theirs has "secret" in it.
func (h *town) live() {
	at := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 9, 0, 0, 0, time.UTC) }
	h.update(func(tx store.Tx) error {
		return errors.Join(tx.Accounts.Put(eka), tx.Counts.Add(bot.Count{Day: bot.DayOf(at(9, 1), time.UTC), What: bot.CountBegun, N: 1}))
	})
	n := 0
	for v, village := range []string{"tskaro", "mta", "vazi"} {
		for i := range []int{12, 9, 2}[v] {
			id := bot.CitizenID(fmt.Sprintf("secret-%s-%d", village, i))
			h.people = append(h.people, id)
			h.update(func(tx store.Tx) error { return h.citizen(tx, id, village, at(10, 5)) })
			n++
			h.update(func(tx store.Tx) error {
				kind := bot.CaseProblem
				if i == 0 {
					kind = bot.CaseIntegrity
				}
				return h.filed(tx, bot.Case{ID: fmt.Sprintf("SECR%02d", n), Citizen: id, Kind: kind, Village: village, Text: "secret pothole"}, at(10, 6))
			})
			if i%3 == 0 {
				h.update(func(tx store.Tx) error {
					return h.filed(tx, bot.Case{ID: fmt.Sprintf("RATE%02d", n), Citizen: id, Kind: bot.CaseCommitment, Commitment: "bridge", Score: 1 + i%5, Village: village}, at(10, 7))
				})
			}
			if i == 1 {
				h.update(func(tx store.Tx) error {
					return h.filed(tx, bot.Case{ID: fmt.Sprintf("VIEW%02d", n), Citizen: id, Kind: bot.CaseCommitment, Commitment: "bridge", Score: 4, Text: "secret view", Village: village}, at(10, 8))
				})
			}
		}
	}
	for _, m := range []bot.MoveCase{{ID: "SECR01", To: bot.CaseAnswered, Reason: "secret reason"}, {ID: "SECR02", To: bot.CaseDone, Reason: "secret reason"}, {ID: "SECR02", To: bot.CaseWorking}} {
		h.update(func(tx store.Tx) error { return h.cases.Move(tx, m, eka, at(10, 11)) })
	}
	h.update(func(tx store.Tx) error {
		err := h.questions.Ask(tx, bot.Question{Citizen: h.people[0], Village: "tskaro", At: at(10, 9), Text: "secret question", Why: bot.WhyUnknown, Promise: "bridge"}, at(10, 9))
		return errors.Join(err, h.questions.Answer(tx, "1", "secret answer", eka, at(10, 12)))
	})
	h.announce(at(10, 20))
	h.update(func(tx store.Tx) error {
		_, err := tx.Progress.Append(bot.Change{At: at(10, 15), By: "eka", Commitment: "bridge", Was: bot.Progress{Status: bot.StatusLimited, Percent: 20, Due: at(11, 1)},
			Now: bot.Progress{Status: bot.StatusSubstantial, Percent: 60, Due: at(12, 1)}, Reason: bot.Text{"ka": "=ცხრილი გამოქვეყნდა"}, Evidence: "https://example.org/table"})
		return err
	})
}

func (h *town) citizen(tx store.Tx, id bot.CitizenID, village string, at time.Time) error {
	day := bot.DayOf(at, time.UTC)
	of := func(what bot.Measure, of string) bot.Count {
		return bot.Count{Day: day, What: what, Of: of, Village: village, Platform: "telegram", N: 1}
	}
	return errors.Join(
		tx.Citizens.Put(bot.Citizen{ID: id, Village: village, Consented: at, Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: string(id)}}}}, bot.State{}),
		tx.Conversations.Append(bot.Exchange{Citizen: id, Village: village, At: at, Said: "secret words"}),
		tx.Counts.Add(of(bot.CountWriters, bot.InMonth), of(bot.CountQuestions, bot.QuestionAnswered), of(bot.CountCommitment, "bridge"),
			bot.Count{Day: day, What: bot.CountSubscribers, Village: village, N: 1}),
	)
}

func (h *town) filed(tx store.Tx, c bot.Case, at time.Time) error { return h.cases.Open(tx, c, at) }

// announce sends one to everybody and one to vazi.
func (h *town) announce(at time.Time) {
	for _, id := range []string{"all", "vazi"} {
		var villages []string
		if id != "all" {
			villages = []string{id}
		}
		h.update(func(tx store.Tx) error {
			err := tx.Broadcasts.Create(bot.Broadcast{ID: id, By: "eka", Villages: villages, State: bot.BroadcastSending, Created: at, At: at,
				Messages: map[bot.Language]bot.Outbound{"ka": {Heading: "წყლის გათიშვა", Text: "ხვალ"}}}, everybody)
			for _, who := range h.people {
				c, _, err2 := tx.Citizens.Get(who)
				if err = errors.Join(err, err2); len(villages) == 0 || c.Village == villages[0] {
					err = errors.Join(err, tx.Broadcasts.Owe(id, bot.Recipient{Citizen: who, Address: c.Contacts[0].Address, Village: c.Village}))
				}
			}
			ds, err2 := tx.Broadcasts.Claim("telegram", false, at, 100)
			for _, d := range ds {
				err = errors.Join(err, tx.Broadcasts.Settle(d, bot.FateSent, "", at))
			}
			return errors.Join(err, err2)
		})
	}
}

func (h *town) evidence(q Query) map[string]string {
	h.t.Helper()
	var out bytes.Buffer
	q.Now = now
	if _, err := h.Write(h.t.Context(), &out, q); err != nil {
		h.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		h.t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			h.t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			h.t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

var since = bot.DayOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), time.UTC)

// The tables are as they were when somebody last read them.
func TestTables(t *testing.T) {
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	h := openWith(t, keys{lib})
	h.live()
	for name, text := range h.evidence(Query{Since: since}) {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text != string(want) {
			t.Errorf("%s is now (run with -update and read the difference):\n%s", name, text)
		}
		if !strings.HasPrefix(text, "\ufeff") {
			t.Errorf("%s does not say that it is UTF-8", name)
		}
	}
}

// Nothing in it is of a person, no cell is a formula, and the page needs nothing but itself.
func TestHoldsNobody(t *testing.T) {
	h := open(t)
	h.live()
	files := h.evidence(Query{Since: since})
	for name, text := range files {
		if strings.Contains(text, "secret") || strings.Contains(text, "SECR") {
			t.Errorf("%s tells what somebody said or who they are", name)
		}
	}
	if len(files) != 8 {
		t.Errorf("there are %d files", len(files))
	}
	if changes := files["changes.csv"]; !strings.Contains(changes, "'=ცხრილი") {
		t.Errorf("a reason is a formula:\n%s", changes)
	}
	page := files["index.html"]
	for _, forbidden := range []string{"<script", "http-equiv", "src=", "href=", "@import", "url("} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page has %s: it must need nothing but itself", forbidden)
		}
	}
	for _, want := range []string{"@page", "<svg", "=ცხრილი გამოქვეყნდა", `lang="ka"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// Evidence is the same when everybody has been forgotten, and when what they wrote is kept no longer.
func TestStaysWhenForgotten(t *testing.T) {
	h := open(t)
	h.live()
	before := h.evidence(Query{Since: since})
	h.update(func(tx store.Tx) error {
		for _, id := range h.people {
			if err := tx.Citizens.Forget(id); err != nil {
				return err
			}
		}
		_, err := tx.Cases.Prune(now, 1000)
		_, err2 := tx.Questions.Prune(now, 1000)
		_, err3 := tx.Conversations.Prune(now, 1000)
		return errors.Join(err, err2, err3)
	})
	after := h.evidence(Query{Since: since})
	for name := range before {
		if before[name] != after[name] {
			t.Errorf("%s was\n%s\nand is\n%s", name, before[name], after[name])
		}
	}
}

// What somebody would not understand is refused in one sentence; other languages are complete.
func TestAsked(t *testing.T) {
	h := open(t)
	h.live()
	for _, q := range []Query{{Since: since, Language: "ru"}, {Since: bot.DayOf(now, time.UTC) + 5}} {
		q.Now = now
		_, err := h.Write(t.Context(), io.Discard, q)
		if refusal, ok := errors.AsType[bot.Refusal](err); !ok || !refusal.Wrong {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := Day("yesterday"); err == nil {
		t.Error("yesterday is a day")
	}
	for _, lang := range []bot.Language{"en", "fr"} {
		files := h.evidence(Query{Since: since, Language: lang})
		if strings.Contains(files["villages.csv"], "სოფელი") {
			t.Errorf("%s is in Georgian:\n%s", lang, files["villages.csv"])
		}
	}
}

// Whatever was filed: in each line of villages and kinds of a month, what is hidden is never one number alone, nor few together; and where
// a village is told, five or more of the kind came from it.
func TestCasesGiveNobodyAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := map[cell]int{}
		for _, v := range []string{"a", "b", "c", "d"} {
			for _, k := range []string{"problem", "idea", "praise"} {
				if n := rapid.IntRange(0, 14).Draw(t, v+k); n > 0 {
					cells[cell{"2026-10", v, k}] = n
				}
			}
		}
		hidden := hide(cells, func(cell) bool { return false })
		lines := map[string][3]int{} // hidden cells, cases in them, cells
		for c, n := range cells {
			if !hidden[c] && n < numbers.Few {
				t.Fatalf("%v is told of %d", c, n)
			}
			for _, line := range []string{c.village, c.kind} {
				x := lines[line]
				if x[2]++; hidden[c] {
					x[0], x[1] = x[0]+1, x[1]+n
				}
				lines[line] = x
			}
		}
		for line, x := range lines {
			if x[0] > 0 && x[0] < x[2] && (x[0] < 2 || x[1] < numbers.Few) {
				t.Fatalf("of %s %d of %d cells are hidden, with %d cases", line, x[0], x[2], x[1])
			}
		}
	})
}
