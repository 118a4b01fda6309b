package numbers_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/numbers"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

var observer = bot.Account{Login: "luka", Role: bot.RoleObserver}

// hall is a Service over an empty store, on Wednesday 25 November 2026.
type hall struct {
	*numbers.Service
	t     *testing.T
	store store.Store
	now   time.Time
}

func open(t *testing.T) *hall {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &hall{numbers.New(numbers.Config{Store: s, Library: func() bot.Library { return lib }}), t, s, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
}

func (h *hall) update(fn func(store.Tx) error) {
	h.t.Helper()
	if err := h.store.Update(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) count(cs ...bot.Count) {
	h.t.Helper()
	h.update(func(tx store.Tx) error { return tx.Counts.Add(cs...) })
}

func (h *hall) report(q numbers.Query) numbers.Report {
	h.t.Helper()
	q.Now = h.now
	r, err := h.Report(h.t.Context(), q)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func day(s string) bot.Day {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return bot.DayOf(at, time.UTC)
}

// column gives what a table shows in one column, by key; hidden numbers are -1.
func column(t numbers.Table, n int) map[string]int {
	all := map[string]int{}
	for _, row := range t.Rows {
		if all[row.Key] = int(row.Values[n].N); row.Values[n].Hidden {
			all[row.Key] = -1
		}
	}
	return all
}

// Whatever the numbers are: none below five is shown, and what is hidden is not one number alone nor so few together that the total
// gives it away; and no more is hidden than that takes.
func TestHide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ns := rapid.SliceOfN(rapid.IntRange(0, 12), 0, 9).Draw(t, "numbers")
		must := make([]bool, len(ns))
		for i := range must {
			must[i] = rapid.IntRange(0, 5).Draw(t, "must") == 0
		}
		hidden := numbers.Hide(ns, must)
		count, sum, extra, first := 0, 0, -1, 0
		for i, n := range ns {
			own := n < numbers.Few || must[i]
			if own && !hidden[i] {
				t.Fatalf("%d is shown", n)
			}
			if hidden[i] {
				count, sum = count+1, sum+n
				if own {
					first++
				} else {
					extra = max(extra, n)
				}
			}
		}
		shown := len(ns) - count
		if count > 0 && shown > 0 && (count < 2 || sum < numbers.Few) {
			t.Fatalf("of %v the hidden ones are %d with the sum %d", ns, count, sum)
		}
		if extra >= 0 && count-1 >= 2 && sum-extra >= numbers.Few {
			t.Fatalf("of %v more is hidden than it takes: %v", ns, hidden)
		}
		if first == 0 && count > 0 {
			t.Fatalf("of %v something is hidden for nothing", ns)
		}
	})
	for _, x := range []struct {
		ns   []int
		want []bool
	}{
		{[]int{40, 3, 9, 12}, []bool{false, true, true, false}},
		{[]int{40, 1, 1, 12}, []bool{false, true, true, true}},
		{[]int{40, 4, 4, 12}, []bool{false, true, true, false}},
		{[]int{5, 6}, []bool{false, false}},
		{[]int{3}, []bool{true}},
	} {
		if got := numbers.Hide(x.ns, nil); !slices.Equal(got, x.want) {
			t.Errorf("of %v hidden: %v", x.ns, got)
		}
	}
}

// An observer reads villages by whole months, none with few people; everybody else what is in their scope, as it is.
func TestVillages(t *testing.T) {
	h := open(t)
	add := func(on string, village string, people, questions int) {
		h.count(bot.Count{Day: day(on), What: bot.CountWriters, Of: bot.InMonth, Village: village, Platform: "telegram", N: people},
			bot.Count{Day: day(on), What: bot.CountWriters, Of: bot.InWeek, Village: village, Platform: "telegram", N: people},
			bot.Count{Day: day(on), What: bot.CountQuestions, Of: bot.QuestionAnswered, Village: village, Platform: "telegram", N: questions})
	}
	add("2026-09-10", "tskaro", 9, 30)
	add("2026-09-10", "mta", 6, 8)
	add("2026-09-11", "vazi", 7, 9)
	add("2026-10-31", "tskaro", 8, 20)
	add("2026-10-31", "mta", 2, 50) // many questions of two people
	add("2026-10-31", "vazi", 20, 21)
	add("2026-10-31", "tba", 30, 31)
	add("2026-11-23", "tskaro", 50, 60)
	h.count(bot.Count{Day: day("2026-09-01"), What: bot.CountBegun, N: 1})
	last := h.report(numbers.Query{By: observer, Period: numbers.Month})
	people, questions := column(last.Table(numbers.Life), 0), column(last.Table(numbers.Life), 1)
	if people["mta"] != -1 || questions["mta"] != -1 || people["vazi"] != 20 || people["tba"] != 30 || questions["tba"] != 31 || questions["nigvzi"] != -1 {
		t.Errorf("of October an observer reads %v and %v", people, questions)
	}
	if people["tskaro"] != -1 { // two and the noughts are less than five: the smallest other one goes with them
		t.Errorf("what is hidden is two: %v", people)
	}
	all := h.report(numbers.Query{By: observer, Period: numbers.All})
	if q := column(all.Table(numbers.Life), 1); q["mta"] != -1 || q["tba"] != 31 || q["vazi"] < 21 || q["tskaro"] > 50 || !all.Table(numbers.Life).Partly {
		t.Errorf("of all months an observer reads %v", q)
	}
	if week := h.report(numbers.Query{By: observer, Period: numbers.Week}); !week.Table(numbers.Life).Withheld || len(week.Table(numbers.Reached).Rows) != 0 {
		t.Error("an observer reads villages of a week")
	}
	if all.Asked != 229 { // the whole municipality is no village
		t.Errorf("all questions: %d", all.Asked)
	}
	nino := bot.Account{Login: "nino", Role: bot.RoleVillage, Villages: []string{"mta"}}
	own := h.report(numbers.Query{By: nino, Period: numbers.All})
	if q := column(own.Table(numbers.Life), 1); len(q) != 1 || q["mta"] != 58 || own.Asked != 58 {
		t.Errorf("the administrator of mta reads %v, %d", q, own.Asked)
	}
	for _, q := range []numbers.Query{{By: nino, Period: numbers.All, Village: "vazi"}, {By: observer, Period: numbers.All, Village: "vazi"}} {
		if _, err := h.Report(t.Context(), q); !errors.Is(err, store.ErrScope) {
			t.Errorf("%s reads vazi: %v", q.By.Login, err)
		}
	}
	if _, err := h.Report(t.Context(), numbers.Query{By: owner, Period: "decade"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a period that is none: %v", err)
	}
	gone := observer
	gone.Disabled = true
	if r := h.report(numbers.Query{By: gone, Period: numbers.All}); r.Asked != 0 {
		t.Error("a disabled account reads numbers")
	}
}

// Of announcements each village's number is of people, not of messages.
func TestReach(t *testing.T) {
	h := open(t)
	for n := range 3 {
		h.update(func(tx store.Tx) error {
			b := bot.Broadcast{ID: fmt.Sprint("b", n), State: bot.BroadcastSending, Created: h.now, At: time.Date(2026, 10, 10+n, 9, 0, 0, 0, time.UTC)}
			err := tx.Broadcasts.Create(b, everybody)
			for village, people := range map[string]int{"tskaro": 9, "mta": 3, "vazi": 8} {
				for i := range people {
					id := fmt.Sprint(village, i)
					err = errors.Join(err, tx.Broadcasts.Owe(b.ID, bot.Recipient{Citizen: bot.CitizenID(id), Address: bot.Address{Platform: "telegram", ID: id}, Village: village}))
				}
			}
			ds, err2 := tx.Broadcasts.Claim("telegram", false, h.now, 100)
			for _, d := range ds {
				err = errors.Join(err, tx.Broadcasts.Settle(d, bot.FateSent, "", h.now))
			}
			return errors.Join(err, err2)
		})
	}
	if got := column(h.report(numbers.Query{By: observer, Period: numbers.Month}).Table(numbers.Reached), 0); got["mta"] != -1 || got["tskaro"] != 27 || got["vazi"] != 24 {
		t.Errorf("an observer reads %v", got)
	}
	r := h.report(numbers.Query{By: owner, Period: numbers.All})
	if got := column(r.Table(numbers.Reached), 0); got["mta"] != 9 || r.Sent != 60 {
		t.Errorf("the owner reads %v, %d", got, r.Sent)
	}
	if got := column(r.Table(numbers.Reach), 0); got["telegram"] != 60 {
		t.Errorf("by channel: %v", got)
	}
	if r := h.report(numbers.Query{By: owner, Period: numbers.Week}); r.Sent != 0 {
		t.Errorf("in the last week: %d", r.Sent)
	}
}

// Days are those of the place, weeks begin on Mondays, and half of the answers took so long.
func TestSteps(t *testing.T) {
	h := open(t)
	h.now = time.Date(2026, 11, 25, 21, 0, 0, 0, time.UTC) // it is Thursday the 26th in Tbilisi
	for _, d := range []string{"2026-10-25", "2026-10-26", "2026-11-19", "2026-11-20", "2026-11-26"} {
		h.count(bot.Count{Day: day(d), What: bot.CountFiled, Of: "idea", N: 1}, bot.Count{Day: day(d), What: bot.CountAnsweredIn, Of: string(bot.SpanOf(30 * time.Hour)), N: 1})
	}
	week, month, all := h.report(numbers.Query{By: owner, Period: numbers.Week}), h.report(numbers.Query{By: owner, Period: numbers.Month}), h.report(numbers.Query{By: owner, Period: numbers.All})
	if len(week.Steps) != 7 || week.First != day("2026-11-20") || week.Last != day("2026-11-26") || week.Filed != 2 {
		t.Errorf("a week: %v to %v, %d", week.First, week.Last, week.Filed)
	}
	if len(month.Steps) != 5 || month.First != day("2026-10-26") || month.First.Time().Weekday() != time.Monday || month.Filed != 4 {
		t.Errorf("five weeks: %v, %d", month.Steps, month.Filed)
	}
	if len(all.Steps) != 2 || all.First != day("2026-10-01") || all.Filed != 5 {
		t.Errorf("all: %v, %d", all.Steps, all.Filed)
	}
	if all.Median < 24*time.Hour || all.Median > 48*time.Hour || all.P90 < all.Median {
		t.Errorf("half took %v, nine of ten %v", all.Median, all.P90)
	}
	if rate := all.Rate; !math.IsNaN(rate) {
		t.Errorf("of no question %v were answered", rate)
	}
	since := h.report(numbers.Query{By: owner, Period: numbers.All, Since: day("2026-11-20")})
	if since.First != day("2026-11-20") || since.Filed != 2 || len(since.Steps) != 1 {
		t.Errorf("since a day: %v, %d", since.Steps, since.Filed)
	}
}

// What a database held before anything was counted is counted once.
func TestBegin(t *testing.T) {
	h := open(t)
	at := func(d int) time.Time { return h.now.AddDate(0, 0, d) }
	h.update(func(tx store.Tx) error {
		err := tx.Citizens.Put(bot.Citizen{ID: "ana", Village: "mta", Consented: at(-50), Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: "1"}}}}, bot.State{})
		for _, c := range []bot.Case{
			{ID: "AAAAAA", Kind: bot.CaseProblem, Village: "mta", Created: at(-40), Due: at(-30), State: bot.CaseReceived},
			{ID: "BBBBBB", Kind: bot.CaseIntegrity, Village: "mta", Created: at(-40), Due: at(-30), State: bot.CaseReceived},
			{ID: "CCCCCC", Kind: bot.CaseCommitment, Commitment: "garden", Score: 4, Village: "mta", Created: at(-40), State: bot.CaseDone},
		} {
			err = errors.Join(err, tx.Cases.Create(c))
		}
		for _, e := range []bot.CaseEvent{
			{At: at(-38), From: bot.CaseReceived, To: bot.CaseAnswered}, {At: at(-37), From: bot.CaseAnswered, To: bot.CaseWorking},
			{At: at(-36), From: bot.CaseWorking, To: bot.CaseWorking}, {At: at(-35), From: bot.CaseWorking, To: bot.CaseDone},
		} {
			e.Case = "AAAAAA"
			err = errors.Join(err, tx.Cases.AddEvent(e))
		}
		for _, q := range []bot.Question{
			{Village: "mta", At: at(-20), Why: bot.WhyUnknown, Answered: at(-19), By: "eka"}, {Village: "mta", At: at(-20), Why: bot.WhyUnknown},
			{Village: "mta", At: at(-20), Why: bot.WhyPerson, Answered: at(-19), By: "eka"}, {Village: "mta", At: at(-20), Why: bot.WhyDetail, Answered: at(-19)},
		} {
			_, err2 := tx.Questions.Add(q)
			err = errors.Join(err, err2)
		}
		return err
	})
	for range 2 {
		if err := h.Begin(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
	}
	r := h.report(numbers.Query{By: owner, Period: numbers.All})
	sum := func(table string, column int) (n int) {
		for _, row := range r.Table(table).Rows {
			n += int(row.Values[column].N)
		}
		return n
	}
	if r.Filed != 2 || sum(numbers.Cases, 1) != 2 || sum(numbers.Cases, 2) != 1 || r.Subscribers != 1 || sum(numbers.Scores, 4) != 1 {
		t.Errorf("cases %d, answered %d, closed %d, subscribers %d, scores %d", r.Filed, sum(numbers.Cases, 1), sum(numbers.Cases, 2), r.Subscribers, sum(numbers.Scores, 4))
	}
	if r.Begun != bot.DayOf(h.now, time.UTC) || r.First != day("2026-10-01") || r.Median == 0 {
		t.Errorf("begun %v, from %v, half took %v", r.Begun, r.First, r.Median)
	}
	if got := column(r.Table(numbers.Life), 2); got["mta"] != 1 || got[""] != 1 {
		t.Errorf("an integrity case has a village: %v", got)
	}
	h.update(func(tx store.Tx) error {
		for what, want := range map[bot.Measure]int{bot.CountHanded: 4, bot.CountSettled: 1, bot.CountMoved: 1, bot.CountReopened: 1, bot.CountSettledIn: 1} {
			n := 0
			err := tx.Counts.Between(what, math.MinInt32, math.MaxInt32, func(c bot.Count) { n += c.N })
			if err != nil || n != want {
				t.Errorf("%s: %d, want %d, %v", what, n, want, err)
			}
		}
		return nil
	})
}

// Numbers of five years are read within the time of a page.
func BenchmarkReport(b *testing.B) {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		b.Fatal(err)
	}
	s, err := boltstore.Open(filepath.Join(b.TempDir(), "bot.db"), boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	today := bot.DayOf(now, time.UTC)
	for y := range 5 {
		err := s.Update(b.Context(), func(tx store.Tx) error {
			var cs []bot.Count
			for d := today - bot.Day(365*(y+1)); d < today-bot.Day(365*y); d++ {
				for i, v := range lib.Villages() {
					for _, of := range []string{bot.QuestionAnswered, bot.QuestionSuggested, bot.QuestionUnknown} {
						cs = append(cs, bot.Count{Day: d, What: bot.CountQuestions, Of: of, Village: v.ID, Platform: "telegram", N: 1})
					}
					if i%5 == int(d)%5 {
						cs = append(cs, bot.Count{Day: d, What: bot.CountFiled, Of: "problem", Village: v.ID, N: 1}, bot.Count{Day: d, What: bot.CountSubscribers, Village: v.ID, N: 1},
							bot.Count{Day: d, What: bot.CountWriters, Of: bot.InMonth, Village: v.ID, Platform: "telegram", N: 1})
					}
				}
			}
			return tx.Counts.Add(cs...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	n := numbers.New(numbers.Config{Store: s, Library: func() bot.Library { return lib }})
	for _, by := range []bot.Account{owner, observer} {
		for _, p := range numbers.Periods {
			b.Run(string(by.Role)+"/"+string(p), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := n.Report(b.Context(), numbers.Query{By: by, Period: p, Now: now}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
