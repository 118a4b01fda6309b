package progress

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// office is a Service, its store, and how often it said that something has changed.
type office struct {
	*Service
	db      store.Store
	changed int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{}
	if o.db, err = boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.db.Close() })
	var mu sync.Mutex
	o.Service = New(Config{Store: o.db, Library: func() bot.Library { return lib }, Changed: func() {
		mu.Lock()
		defer mu.Unlock()
		o.changed++
	}})
	if err := o.db.Update(t.Context(), func(tx store.Tx) error {
		for _, a := range []bot.Account{
			{Login: "owner", Role: bot.RoleOwner}, {Login: "gone", Role: bot.RoleOwner, Disabled: true},
			{Login: "village", Role: bot.RoleVillage, Villages: []string{"vazi"}}, {Login: "observer", Role: bot.RoleObserver},
		} {
			if err := tx.Accounts.Put(a); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

func month(y int, m time.Month) *time.Time {
	return new(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC))
}

// half is a step that can be taken.
func half() Step {
	return Step{Commitment: "bridge", Milestone: "table", Status: bot.StatusSubstantial, Percent: new(50), Due: month(2024, 9),
		Reason: bot.Text{"ka": " ცხრილის ნახევარი\nგამოქვეყნდა. ", "en": "Half of the table is published."}, Evidence: "https://example.org/table?a=1", By: "owner"}
}

func TestSet(t *testing.T) {
	o := newOffice(t)
	first, err := o.Set(t.Context(), half())
	if err != nil {
		t.Fatal(err)
	}
	want := bot.Change{No: first.No, At: first.At, By: "owner", Commitment: "bridge", Milestone: "table",
		Was:    bot.Progress{Status: bot.StatusLimited, Percent: bot.PercentUnknown, Due: *month(2024, 6)},
		Now:    bot.Progress{Status: bot.StatusSubstantial, Percent: 50, Due: *month(2024, 9)},
		Reason: bot.Text{"ka": "ცხრილის ნახევარი გამოქვეყნდა.", "en": "Half of the table is published."}, Evidence: "https://example.org/table?a=1"}
	if !reflect.DeepEqual(first, want) || first.No == 0 || time.Since(first.At) > time.Minute {
		t.Errorf("kept\n%+v\nwant\n%+v", first, want)
	}
	second := half()
	second.Status, second.Percent, second.Due, second.Evidence, second.By = "", new(bot.PercentUnknown), &time.Time{}, "", "command line"
	then, err := o.Set(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	if then.Was != first.Now || then.Now != (bot.Progress{Status: bot.StatusSubstantial, Percent: bot.PercentUnknown}) || then.By != "command line" {
		t.Errorf("the second step is %+v", then)
	}
	third := Step{Commitment: "bridge", Status: bot.StatusComplete, Reason: bot.Text{"ka": "ყველაფერი გაკეთდა."}, By: "owner"}
	if c, err := o.Set(t.Context(), third); err != nil || c.Was.Status != bot.StatusLimited || !c.Now.Due.Equal(*month(2024, 11)) {
		t.Errorf("the commitment's own step is %+v, %v", c, err)
	}
	if o.changed != 3 {
		t.Errorf("said %d times that something has changed", o.changed)
	}
	all, err := o.History(t.Context(), "bridge")
	if err != nil || len(all) != 3 || !reflect.DeepEqual(all[0].Reason, want.Reason) || all[1].Was != all[0].Now {
		t.Errorf("the history is %+v, %v", all, err)
	}
	if err := o.db.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 10})
		if len(as) != 3 || as[2].Login != "owner" || as[2].Act != "progress" || as[2].Object != "bridge/table" || as[0].Object != "bridge" {
			t.Errorf("the trail is %+v", as)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestSetRefuses(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct {
		change func(*Step)
		wrong  bool
		want   string
	}{
		"unknown commitment": {func(s *Step) { s.Commitment = "tunnel" }, true, "bridge or garden"},
		"unknown milestone":  {func(s *Step) { s.Milestone = "roof" }, true, "write table"},
		"no milestones":      {func(s *Step) { s.Commitment = "garden" }, true, "no milestones"},
		"unknown status":     {func(s *Step) { s.Status = "nearly" }, true, "complete"},
		"status unknown":     {func(s *Step) { s.Status = bot.StatusUnknown }, true, "complete"},
		"too much":           {func(s *Step) { s.Percent = new(101) }, true, "0 to 100"},
		"too little":         {func(s *Step) { s.Percent = new(-2) }, true, "0 to 100"},
		"long ago":           {func(s *Step) { s.Due = month(2014, 12) }, true, "2015"},
		"far away":           {func(s *Step) { s.Due = month(2101, 1) }, true, "2100"},
		"no reason":          {func(s *Step) { s.Reason = nil }, true, "missing"},
		"foreign only":       {func(s *Step) { delete(s.Reason, "ka") }, true, "missing"},
		"short reason":       {func(s *Step) { s.Reason["ka"] = "კი. " }, true, "one sentence"},
		"long reason":        {func(s *Step) { s.Reason["ka"] = strings.Repeat("ა", 301) }, true, "300"},
		"escape in reason":   {func(s *Step) { s.Reason["en"] = "Half \x1b[31mof it" }, true, "control"},
		"other language":     {func(s *Step) { s.Reason["de"] = "Zur Hälfte." }, true, "ka, en or fr"},
		"evidence: file":     {func(s *Step) { s.Evidence = "file:///etc/passwd" }, true, "https://"},
		"evidence: script":   {func(s *Step) { s.Evidence = "javascript:alert(1)" }, true, "https://"},
		"evidence: no host":  {func(s *Step) { s.Evidence = "https:///x" }, true, "https://"},
		"evidence: words":    {func(s *Step) { s.Evidence = "https://example.org/ and more" }, true, "https://"},
		"evidence: password": {func(s *Step) { s.Evidence = "https://me:secret@example.org/" }, true, "https://"},
		"evidence: long":     {func(s *Step) { s.Evidence = "https://example.org/" + strings.Repeat("x", 500) }, true, "https://"},
		"nobody":             {func(s *Step) { s.By = "nobody" }, false, "no account"},
		"no login":           {func(s *Step) { s.By = "" }, false, "no account"},
		"disabled":           {func(s *Step) { s.By = "gone" }, false, "may not"},
		"one village":        {func(s *Step) { s.By = "village" }, false, "may not"},
		"observer":           {func(s *Step) { s.By = "observer" }, false, "may not"},
		"nothing":            {func(s *Step) { s.Status, s.Percent, s.Due = "", nil, nil }, false, "changes nothing"},
		"the same": {func(s *Step) {
			s.Status, s.Percent, s.Due = bot.StatusLimited, new(bot.PercentUnknown), month(2024, 6)
		}, false, "changes nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			s := half()
			c.change(&s)
			kept, err := o.Set(t.Context(), s)
			refusal, ok := errors.AsType[bot.Refusal](err)
			if !ok || refusal.Wrong != c.wrong || !strings.Contains(refusal.Sentence, c.want) {
				t.Errorf("%+v, %v; want %q (wrong: %v)", kept, err, c.want, c.wrong)
			}
		})
	}
	if all, err := o.History(t.Context(), ""); err != nil || len(all) != 0 || o.changed != 0 {
		t.Errorf("kept: %v, %v; said %d times that something has changed", all, err, o.changed)
	}
	// What is not known may stay so while the rest changes.
	s := Step{Commitment: "garden", Status: bot.StatusUnknown, Due: new(time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC)), Reason: bot.Text{"ka": "ახალი ვადა."}, By: "owner"}
	if c, err := o.Set(t.Context(), s); err != nil || !c.Now.Due.Equal(*month(2027, 3)) {
		t.Errorf("%+v, %v", c, err)
	}
}

// Steps that are taken at once follow one another: each starts where the one before ended.
func TestSetAtOnce(t *testing.T) {
	o := newOffice(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			s := Step{Commitment: "garden", Percent: new(n), Reason: bot.Text{"ka": "წინ მივდივართ."}, By: "owner"}
			if _, err := o.Set(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	history, err := o.History(t.Context(), "garden")
	if err != nil || len(history) != 20 || o.changed != 20 {
		t.Fatalf("%d steps are kept and %d told, %v", len(history), o.changed, err)
	}
	was := bot.Progress{Status: bot.StatusUnknown, Percent: bot.PercentUnknown}
	for _, c := range history {
		if c.Was != was {
			t.Errorf("step %d starts from %+v, not %+v", c.No, c.Was, was)
		}
		was = c.Now
	}
}

// The history is read whole, and that of what the content does not have any more too.
func TestHistory(t *testing.T) {
	o := newOffice(t)
	const n = 2*page + 1
	if err := o.db.Update(t.Context(), func(tx store.Tx) error {
		for i := range n {
			if _, err := tx.Progress.Append(bot.Change{Commitment: "tunnel", Now: bot.Progress{Percent: i % 100}}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, commitment := range []string{"", "tunnel"} {
		all, err := o.History(t.Context(), commitment)
		if err != nil || len(all) != n || all[n-1].Now.Percent != (n-1)%100 {
			t.Errorf("%q: %d steps, %v", commitment, len(all), err)
		}
	}
	if all, err := o.History(t.Context(), "garden"); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := o.History(t.Context(), "moon"); err == nil || !strings.Contains(err.Error(), "bridge or garden") {
		t.Errorf("the history of nothing: %v", err)
	}
}

func TestADraftKeepsNothingAndWhatIsNotSeenIsNotOverwritten(t *testing.T) {
	o := newOffice(t)
	none := uint64(0)
	id := o.cfg.Library().Commitments()[0].ID
	step := Step{Commitment: id, Status: bot.StatusSubstantial, Reason: bot.Text{"ka": "სამუშაო დაიწყო"}, By: "owner", Seen: &none}
	draft, err := o.Draft(t.Context(), step)
	if err != nil || draft.No != 1 || draft.Now.Status != bot.StatusSubstantial {
		t.Fatalf("the draft is %+v, %v", draft, err)
	}
	if all, err := o.History(t.Context(), ""); len(all) != 0 || err != nil || o.changed != 0 {
		t.Fatalf("a draft was kept: %v, %v, told %d times", all, err, o.changed)
	}
	kept, err := o.Set(t.Context(), step)
	draft.At, kept.At = time.Time{}, time.Time{}
	if err != nil || !reflect.DeepEqual(draft, kept) {
		t.Fatalf("kept %+v in place of %+v, %v", kept, draft, err)
	}
	step.Status = bot.StatusComplete
	for name, try := range map[string]func() error{
		"set":   func() error { _, err := o.Set(t.Context(), step); return err },
		"draft": func() error { _, err := o.Draft(t.Context(), step); return err },
	} {
		if err := try(); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s over a change that was not seen gave %v", name, err)
		}
	}
	step.By = "village"
	if _, err := o.Draft(t.Context(), step); err == nil {
		t.Error("a village administrator may draft a step")
	}
}
