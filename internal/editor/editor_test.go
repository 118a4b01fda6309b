package editor

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// desk is a Service over a folder of three answers, of which learning takes a second.
type desk struct {
	*Service
	store   store.Store
	folder  map[string]bot.Entry
	learnt  atomic.Int32
	at      atomic.Int32 // who learn at the moment
	told    atomic.Pointer[Knowledge]
	mistake string // an answer with these words is one
}

func entry(id, words string) bot.Entry {
	return bot.Entry{ID: id, Question: bot.Text{"ka": id + "?"}, Answer: bot.Text{"ka": words}, Source: bot.Text{"ka": "x"}}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{store: s, folder: map[string]bot.Entry{}, mistake: "wrong"}
	for _, id := range []string{"a", "b", "c"} {
		d.folder[id] = entry(id, "folder "+id)
	}
	d.Service = New(Config{Store: s, Learn: d.learn})
	if err := d.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) learn(_ context.Context, over []bot.Edit) (*Knowledge, error) {
	d.learnt.Add(1)
	if d.at.Add(1) > 1 {
		return nil, errors.New("two learn at once")
	}
	time.Sleep(time.Second)
	d.at.Add(-1)
	k := &Knowledge{Languages: []bot.Language{"ka", "en"}, Notes: func(string) []Note { return nil }}
	k.Use = func() { d.told.Store(k) }
	k.Reply = func(_ bot.Language, id string) Reply {
		for _, e := range k.Entries {
			if e.ID == id && !e.Hidden {
				return Reply{Entry: id, Kind: e.Answer["ka"]}
			}
		}
		return Reply{Kind: bot.KindUnknown}
	}
	at := map[string]int{}
	for _, id := range []string{"a", "b", "c"} {
		if e, ok := d.folder[id]; ok {
			at[id] = len(k.Entries)
			k.Entries = append(k.Entries, Known{e, "town", &e})
		}
	}
	wrong := Mistakes{}
	for _, e := range over {
		if e.Entry.Answer["ka"] == d.mistake {
			wrong[e.Entry.ID] = "the checks do not like it"
		}
		if i, ok := at[e.Entry.ID]; ok {
			k.Entries[i].Entry = e.Entry
		} else {
			k.Entries = append(k.Entries, Known{e.Entry, e.File, nil})
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return k, nil
}

func (d *desk) says(t *testing.T, id, want string) {
	t.Helper()
	if got := d.told.Load().Reply("ka", id).Kind; got != want {
		t.Errorf("%s is answered with %q, want %q", id, got, want)
	}
}

var keti = bot.Account{Login: "keti", Role: bot.RoleStaff}

func change(id, words string, seen uint64) Change {
	return Change{Entry: entry(id, words), Seen: seen, Why: "because"}
}

func TestPublishIsCheckedKeptAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for name, c := range map[string]struct {
			change Change
			by     bot.Account
			want   error
		}{
			"no reason":    {Change{Entry: entry("a", "new")}, keti, Mistake{What: WrongWhy}},
			"the same":     {change("a", "folder a", 0), keti, Mistake{What: WrongSame}},
			"a mistake":    {change("a", "wrong", 0), keti, Mistake{WrongCheck, "the checks do not like it"}},
			"an id":        {change("A b", "new", 0), keti, Mistake{What: WrongID}},
			"unseen":       {change("a", "new", 7), keti, store.ErrConflict},
			"an observer":  {change("a", "new", 0), bot.Account{Login: "o", Role: bot.RoleObserver}, store.ErrScope},
			"a village":    {change("a", "new", 0), bot.Account{Login: "v", Role: bot.RoleVillage, Villages: []string{"x"}}, store.ErrScope},
			"disabled":     {change("a", "new", 0), bot.Account{Login: "x", Role: bot.RoleOwner, Disabled: true}, store.ErrScope},
			"taken":        {Change{Entry: entry("a", "new"), New: true, Why: "x"}, keti, Mistake{What: WrongTaken}},
			"no such file": {Change{Entry: entry("z", "new"), File: "../x", Why: "x"}, keti, Mistake{What: WrongID}},
		} {
			if err := d.Publish(t.Context(), c.change, c.by); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		d.says(t, "a", "folder a")
		if live, err := d.Live(t.Context()); err != nil || len(live) != 0 {
			t.Errorf("%d are kept of what was refused, %v", len(live), err)
		}
		if err := d.Publish(t.Context(), change("a", " new \r\n line ", 0), keti); err != nil {
			t.Fatal(err)
		}
		d.says(t, "a", "new \n line")
		again := New(Config{Store: d.store, Learn: d.learn}) // another start
		if err := again.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.says(t, "a", "new \n line")
	})
}

// Of two who began with the same version one is refused, and only one learns at a time.
func TestTwoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		results := make(chan error, 4)
		for i := range 2 {
			go func() { results <- d.Publish(t.Context(), change("a", fmt.Sprint("of ", i), 0), keti) }()
			go func() {
				_, _, err := d.Try(t.Context(), change("b", fmt.Sprint("try ", i), 0), keti, "ka", "b")
				results <- err
			}()
		}
		refused := 0
		for range 4 {
			if err := <-results; errors.Is(err, store.ErrConflict) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Errorf("%d were refused, want 1", refused)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second/2)
		defer stop()
		go func() { _ = d.Reload(context.WithoutCancel(t.Context())) }()
		synctest.Wait()
		if err := d.Publish(ctx, change("b", "late", 0), keti); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who would not wait: %v", err)
		}
		time.Sleep(time.Minute)
	})
}

// A trial tells what would be told, is learnt once, changes nothing, and is forgotten.
func TestTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		try := func(c Change, want string, learns int32) {
			t.Helper()
			before := d.learnt.Load()
			r, _, err := d.Try(t.Context(), c, keti, "ka", " "+c.ID+" ")
			if err != nil || r.Kind != want || d.learnt.Load()-before != learns {
				t.Errorf("%q, %v, learnt %d times; want %q, %d", r.Kind, err, d.learnt.Load()-before, want, learns)
			}
		}
		try(change("a", "folder a", 0), "folder a", 0) // what is told needs no learning
		try(change("a", "new", 0), "new", 1)
		try(change("a", "new", 0), "new", 0)
		try(Change{Entry: entry("z", "brand new"), New: true}, "brand new", 1)
		try(change("a", "new", 0), "new", 1) // one is kept
		d.says(t, "a", "folder a")
		time.Sleep(trialTime + time.Second)
		try(change("a", "new", 0), "new", 1)
		if err := d.Publish(t.Context(), change("b", "other", 0), keti); err != nil {
			t.Fatal(err)
		}
		try(change("a", "new", 0), "new", 1) // it is another knowledge now
		if _, _, err := d.Try(t.Context(), change("a", "wrong", 0), keti, "ka", "a"); !errors.Is(err, Mistake{WrongCheck, "the checks do not like it"}) {
			t.Errorf("a mistake: %v", err)
		}
		if _, _, err := d.Try(t.Context(), change("a", "", 0), keti, "ka", "a"); !errors.Is(err, Mistake{What: WrongAnswer}) {
			t.Errorf("no answer: %v", err)
		}
		time.Sleep(trialTime + time.Second) // no clock runs on
	})
}

// What the folder comes to say ends the version; what it says otherwise, or no more, is shown.
func TestTheFolderChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for _, id := range []string{"a", "b", "c"} {
			if err := d.Publish(t.Context(), change(id, "here", 0), keti); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Draft(t.Context(), Change{Entry: entry("d", ""), New: true}, keti); err != nil {
			t.Fatal(err)
		}
		d.folder["a"] = entry("a", "here") // exported into it
		d.folder["b"] = entry("b", "otherwise")
		delete(d.folder, "c")
		if err := d.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		items, err := d.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range items {
			got = append(got, fmt.Sprintf("%s live=%v draft=%v told=%v %s", i.ID, i.Live != nil, i.Draft != nil, i.Told, i.Trouble))
		}
		want := "d live=false draft=true told=false \na live=false draft=false told=true \nb live=true draft=false told=true changed\nc live=true draft=false told=true gone"
		if strings.Join(got, "\n") != want {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
		}
		d.folder["a"] = entry("a", "the folder again")
		d.mistake = "here" // and the checks have become stricter
		if err := d.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.says(t, "a", "the folder again")
		d.says(t, "b", "otherwise")
		d.says(t, "c", bot.KindUnknown)
		i, history, err := d.Get(t.Context(), "b")
		if err != nil || i.Trouble != TroubleUnfit || i.Unfit == "" || !i.Told || len(history) != 1 {
			t.Errorf("%+v, %d versions, %v", i, len(history), err)
		}
		// To agree with the folder, or to write again, ends the trouble.
		if err := d.Restore(t.Context(), "b", history[0].No, "the folder is right", keti); err != nil {
			t.Fatal(err)
		}
		_, history, _ = d.Get(t.Context(), "c")
		if err := d.Publish(t.Context(), change("c", "there", history[0].No), keti); err != nil {
			t.Fatal(err)
		}
		d.says(t, "c", "there")
		for _, id := range []string{"b", "c"} {
			if i, _, err := d.Get(t.Context(), id); err != nil || i.Trouble != "" {
				t.Errorf("%s: %q, %v", id, i.Trouble, err)
			}
		}
		_ = d.Reload(t.Context())
		if i, _, err := d.Get(t.Context(), "c"); err != nil || i.Trouble != "" {
			t.Errorf("c after a restart: %q, %v", i.Trouble, err)
		}
	})
}

// A draft outlives a version that the folder has come to say.
func TestDraftStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		if err := d.Publish(t.Context(), change("a", "here", 0), keti); err != nil {
			t.Fatal(err)
		}
		_, history, _ := d.Get(t.Context(), "a")
		if err := d.Draft(t.Context(), change("a", "later", history[0].No), keti); err != nil {
			t.Fatal(err)
		}
		d.folder["a"] = entry("a", "here")
		if err := d.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		i, history, err := d.Get(t.Context(), "a")
		if err != nil || i.Draft == nil || i.Trouble != "" {
			t.Errorf("%+v, %v", i, err)
		}
		if err := d.Drop(t.Context(), "a", history[0].No, keti); err != nil {
			t.Fatal(err)
		}
		if err := d.Drop(t.Context(), "a", history[0].No+1, keti); !errors.Is(err, store.ErrConflict) {
			t.Errorf("what is not there was given up: %v", err)
		}
		if err := d.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i, _, err := d.Get(t.Context(), "a"); err != nil || i.Live != nil || i.Draft != nil {
			t.Errorf("what the folder says still stands over it: %+v, %v", i, err)
		}
	})
}
