package doctor

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/channel"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// platform is a channel whose platform says what the test wants.
type platform struct {
	name bot.Platform

	mu       sync.Mutex
	facts    channel.Facts
	err      error
	stopped  string
	trouble  string
	restored int
	stubborn bool // Restore fails
}

func (p *platform) Platform() bot.Platform { return p.name }
func (p *platform) Limits() channel.Limits { return channel.Limits{} }
func (p *platform) Send(context.Context, bot.Address, bot.Outbound) (channel.Receipt, error) {
	return channel.Receipt{}, errors.New("the doctor sends nothing by itself")
}

func (p *platform) Inspect(context.Context) (channel.Facts, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.facts, p.err
}

func (p *platform) Restore(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.restored++; p.stubborn {
		return &channel.SendError{Failure: channel.Temporary}
	}
	p.facts.Lost = false
	return nil
}

func (p *platform) Trouble() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble
}

func (p *platform) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// ward is a program that the doctor looks after.
type ward struct {
	*Service
	t                   *testing.T
	store               store.Store
	lib                 *content.Library
	telegram, messenger *platform
	free                uint64
	jobs                []Job
	log                 *strings.Builder
	began               time.Time
}

func admit(t *testing.T) *ward {
	t.Helper()
	folder := t.TempDir()
	s, err := boltstore.Open(filepath.Join(folder, "bot.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	w := &ward{t: t, store: s, lib: lib, telegram: &platform{name: "telegram"}, messenger: &platform{name: "messenger"}, free: 100 << 30,
		log: &strings.Builder{}, began: time.Now()}
	w.Service = New(Config{
		Store: s, Library: func() bot.Library { return lib }, Entries: func() []bot.Entry { return lib.Entries() },
		Windows: bot.Windows{"telegram": 0, "messenger": 0}, Wake: func(bot.Platform) {},
		Channels: func() (all []Channel) {
			for _, p := range []*platform{w.telegram, w.messenger} {
				all = append(all, Channel{Channel: p, Webhook: "https://bot.example.ge/webhook/" + string(p.name), Stopped: func() string {
					p.mu.Lock()
					defer p.mu.Unlock()
					return p.stopped
				}})
			}
			return all
		},
		Jobs:     func() []Job { return w.jobs },
		Database: filepath.Join(folder, "file"), Backups: filepath.Join(folder, "backups"),
		Room:   func(string) (uint64, bool) { return w.free, true },
		Logger: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	w.grow(16 << 20)
	return w
}

// restart is the same program after a stop.
func (w *ward) restart() { w.Service = New(w.cfg) }

// serve has it serve until the end of the test.
func (w *ward) serve() {
	ctx, stop := context.WithCancel(w.t.Context())
	var done sync.WaitGroup
	done.Go(func() { _ = w.Run(ctx) })
	w.t.Cleanup(func() { stop(); done.Wait() })
	synctest.Wait()
}

// grow gives the database's file a size.
func (w *ward) grow(size int64) {
	w.t.Helper()
	f, err := os.Create(w.cfg.Database)
	if err == nil {
		err = errors.Join(f.Truncate(size), f.Close())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) update(fn func(store.Tx) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// owner links one who reads a language on platforms.
func (w *ward) owner(login string, lang bot.Language, on ...bot.Platform) {
	w.t.Helper()
	c := bot.Citizen{ID: bot.CitizenID("of-" + login), Language: lang}
	for _, p := range on {
		c.Contacts = append(c.Contacts, bot.Contact{Address: bot.Address{Platform: p, ID: login}, LastInbound: time.Now()})
	}
	w.update(func(tx store.Tx) error {
		return errors.Join(tx.Citizens.Put(c, bot.State{}), tx.Accounts.Put(bot.Account{Login: login, Role: bot.RoleOwner, Citizen: c.ID}))
	})
}

// examine looks once and gives the names of what is wrong. All words of it are looked at.
func (w *ward) examine() (names []string) {
	w.t.Helper()
	found, err := w.Examine(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return w.names(found)
}

func (w *ward) names(found []Finding) (names []string) {
	w.t.Helper()
	for _, f := range found {
		names = append(names, f.Name())
		for _, lang := range w.lib.Place().Languages {
			if x := w.Words(lang, f); x.What == "" || x.Means == "" || x.Mend == "" || strings.Contains(x.What+x.Means+x.Mend, "{") {
				w.t.Errorf("the words of %s in %s: %q", f.Name(), lang, x)
			}
		}
	}
	return names
}

func (w *ward) finds(want ...string) {
	w.t.Helper()
	if got := w.examine(); !slices.Equal(got, want) {
		w.t.Errorf("found %q, want %q", got, want)
	}
}

// told takes what is owed over a platform.
func (w *ward) told(p bot.Platform) (texts []string) {
	w.t.Helper()
	w.update(func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim(p, bot.PurposeAnnouncement, time.Now().UTC(), time.Minute, 100)
		texts = nil
		for _, parcel := range ps {
			texts = append(texts, parcel.Message.Text)
			err = errors.Join(err, tx.Outbox.Settle(parcel.ID, bot.FateSent, time.Now().UTC()))
		}
		return err
	})
	return texts
}

func (w *ward) hears(p bot.Platform, want ...string) {
	w.t.Helper()
	got := w.told(p)
	if len(got) != len(want) {
		w.t.Errorf("%s: told %d times, want %d: %q", p, len(got), len(want), got)
		return
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			w.t.Errorf("%s: told %q, want %q", p, got[i], want[i])
		}
	}
}

var refused = &channel.SendError{Failure: channel.Misconfigured, Code: "401 unauthorized"}

func TestAnOwnerIsToldOncePerChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.owner("nino", "en", "telegram")
		w.owner("ana", "ka", "telegram")
		w.finds()
		w.hears("telegram")
		w.messenger.err = refused
		for range 3 {
			w.finds("token/messenger")
			time.Sleep(time.Hour)
		}
		w.hears("telegram", "გასაღებს", "does not accept the bot's token")
		w.restart()
		w.finds("token/messenger")
		w.hears("telegram")
		if n := strings.Count(w.log.String(), "token/messenger"); n != 1 {
			t.Errorf("in the log %d times:\n%s", n, w.log)
		}
		w.messenger.err = nil
		for range 2 {
			w.finds()
		}
		w.hears("telegram", "✅", "✅ This is over: Messenger does not accept the bot's token.")
		w.messenger.err = refused
		w.finds("token/messenger")
		if n := len(w.told("telegram")); n != 2 {
			t.Errorf("a second time is told %d times", n)
		}
	})
}

func TestAnOwnerIsToldWhereItArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.owner("nino", "en", "telegram", "messenger")
		w.owner("ana", "en", "telegram")
		w.telegram.err = refused
		w.finds("token/telegram")
		w.hears("messenger", "Telegram does not accept")
		w.hears("telegram", "Telegram does not accept") // what waits for ana until it works again
	})
}

func TestNobodyToTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.messenger.err = refused
		w.finds("token/messenger")
		w.owner("nino", "en", "telegram")
		w.finds("token/messenger")
		w.finds("token/messenger")
		w.hears("telegram", "Messenger does not accept")
	})
}

// What passes within minutes is nobody's concern.
func TestWhatMayPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.owner("nino", "en", "telegram")
		gone := &channel.SendError{Failure: channel.Temporary, Code: "network"}
		w.messenger.err = gone
		w.finds("unreachable/messenger")
		w.finds("unreachable/messenger") // somebody asks again at once
		w.messenger.err = nil
		w.finds()
		w.hears("telegram")
		w.serve()
		w.messenger.set(func() { w.messenger.err = gone })
		time.Sleep(firstLook + time.Second)
		w.hears("telegram")
		time.Sleep(later)
		w.hears("telegram", "Messenger does not answer")
		w.messenger.set(func() { w.messenger.err = nil })
		w.Soon()
		time.Sleep(soon + time.Second)
		w.hears("telegram", "✅")
		w.messenger.set(func() { w.messenger.err, w.messenger.stopped = gone, channel.Silent })
		w.Soon()
		time.Sleep(soon + time.Second)
		w.hears("telegram", "Messenger does not answer") // the outbox has tried long enough
	})
}

// Jobs, checks and reasons are called in the reader's language; what has no words there is shown as it is.
func TestNamesAreWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		for _, tt := range []struct{ kind, slot, value, want string }{
			{"job", "job", "prune", "ძველი მონაცემების წაშლა."},
			{"job", "job", "nameless", ": nameless."},
			{"check", "check", "disk", "ადგილი დისკზე."},
			{"check", "check", "telegram", ": telegram."},
			{"stopped", "reason", channel.Silent, "პლატფორმა არ პასუხობს."},
			{"stopped", "reason", channel.Unwelcome + " (190)", "გვერდს (190)."},
			{"undelivered", "reason", "Connection timed out", "(Connection timed out)"},
		} {
			if x := w.Words("ka", Finding{Kind: tt.kind, Slots: map[string]string{tt.slot: tt.value}}); !strings.Contains(x.What, tt.want) {
				t.Errorf("%s %s: %q, want %q", tt.slot, tt.value, x.What, tt.want)
			}
		}
		for _, phrase := range []string{channel.Idle, channel.Paused, channel.Silent, channel.Unwelcome, channel.Refused, channel.Shared, channel.Unprepared} {
			if said := w.Reason("ka", phrase); said == "" || said == phrase {
				t.Errorf("%q has no words: %q", phrase, said)
			}
		}
	})
}

func TestALostWebhookIsSetAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.owner("nino", "en", "telegram")
		if w.telegram.facts.Lost = true; !slices.Equal(w.names(w.Look(t.Context())), []string{"lost/telegram"}) || w.telegram.restored != 0 {
			t.Errorf("who only looks restored it %d times", w.telegram.restored)
		}
		w.finds("restored/telegram")
		w.hears("telegram", "had lost our address")
		w.finds() // it is well, and stays on the page for a day
		for range 3 {
			time.Sleep(6 * time.Hour)
			w.telegram.facts.Lost = true
			w.finds("restored/telegram")
			if current, err := w.Current(t.Context()); err != nil || len(current) != 1 || current[0].Name() != "restored/telegram" || !current[0].Mended() {
				t.Errorf("%+v, %v", current, err)
			}
		}
		w.hears("telegram")
		time.Sleep(restoredFor + time.Hour)
		w.finds()
		if current, err := w.Current(t.Context()); err != nil || len(current) != 0 {
			t.Errorf("%+v, %v", current, err)
		}
		w.hears("telegram") // that it is over was said at once
		w.telegram.facts.Lost, w.telegram.stubborn = true, true
		w.finds("lost/telegram")
		w.finds("lost/telegram")
		w.hears("telegram", "no longer knows our address")
	})
}

func TestWhatAPlatformSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		now := time.Now()
		for _, c := range []struct {
			facts channel.Facts
			want  []string
		}{
			{channel.Facts{Clocked: true, Ahead: 29 * time.Second}, nil},
			{channel.Facts{Ahead: time.Hour}, nil},
			{channel.Facts{Clocked: true, Ahead: time.Hour}, []string{"ahead"}},
			{channel.Facts{Clocked: true, Ahead: -40 * time.Second}, []string{"behind"}},
			{channel.Facts{Pending: 7}, nil},
			{channel.Facts{Pending: 7, LastError: "Connection timed out", LastErrorAt: now.Add(-5 * time.Hour)}, nil},
			{channel.Facts{LastError: "Connection timed out", LastErrorAt: now}, nil},
			{channel.Facts{Pending: 7, LastError: "Connection timed out", LastErrorAt: now}, []string{"undelivered/messenger"}},
			{channel.Facts{Expires: now.AddDate(0, 0, 15)}, nil},
			{channel.Facts{Expires: now.AddDate(0, 0, 13)}, []string{"expires/messenger"}},
			{channel.Facts{Missing: []string{"pages_messaging"}, Astray: true}, []string{"astray/messenger", "permission/messenger"}},
		} {
			w.messenger.facts = c.facts
			if got := w.names(w.Look(t.Context())); !slices.Equal(got, c.want) {
				t.Errorf("%+v: %q, want %q", c.facts, got, c.want)
			}
		}
		w.telegram.facts = channel.Facts{Clocked: true, Ahead: 2 * time.Hour}
		w.messenger.facts = channel.Facts{Clocked: true, Ahead: 2 * time.Hour}
		w.finds("ahead") // one clock, one finding
		x := w.Words("en", Finding{Kind: "ahead", Slots: clock(channel.Facts{Clocked: true, Ahead: 3723 * time.Second})[0].Slots})
		if !strings.Contains(x.What, "1:02:03") {
			t.Errorf("an hour, two minutes and three seconds: %q", x.What)
		}
		w.telegram.facts, w.messenger.facts = channel.Facts{}, channel.Facts{}
		w.serve()
		w.telegram.set(func() { w.telegram.trouble = channel.Shared })
		w.messenger.set(func() { w.messenger.stopped = channel.Unwelcome + " (190)" })
		w.finds("deaf/telegram", "stopped/messenger")
		w.telegram.set(func() { w.telegram.trouble = "" })
		w.messenger.set(func() { w.messenger.stopped, w.messenger.err = "", &channel.SendError{Failure: channel.Throttled} })
		w.finds()
	})
}

func TestDiskAndGrowth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.free = 500 << 20
		w.finds("disk")
		w.free = 600 << 20
		w.finds()
		w.grow(700 << 20)
		w.finds("disk")
		w.grow(16 << 20)
		w.serve()
		w.free = 2 << 30
		for hour := range int64(24 * 3) { // 240 MiB a day
			w.grow((16 + 10*hour) << 20)
			got := w.examine()
			if hour > 60 && !slices.Contains(got, "growth") || hour < 12 && slices.Contains(got, "growth") {
				t.Errorf("after %d hours: %q", hour, got)
			}
			time.Sleep(time.Hour)
		}
		for range 24 * 21 {
			w.examine()
			time.Sleep(time.Hour)
		}
		w.free = 20 << 30
		w.finds() // it grows no more
	})
}

// What cannot be seen behind something worse is not said to be over.
func TestWhatIsHiddenIsNotOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.owner("nino", "en", "telegram")
		w.messenger.facts = channel.Facts{Astray: true, Clocked: true, Ahead: time.Hour}
		w.finds("ahead", "astray/messenger")
		w.hears("telegram", "another address")
		w.messenger.facts, w.messenger.err = channel.Facts{}, &channel.SendError{Failure: channel.Temporary}
		w.finds("unreachable/messenger")
		time.Sleep(later)
		w.finds("unreachable/messenger")
		w.hears("telegram", "Messenger does not answer")
		w.messenger.facts, w.messenger.err = channel.Facts{Clocked: true}, refused
		w.finds("token/messenger")
		got := w.told("telegram")
		if len(got) != 1 || strings.Count(got[0], "✅") != 2 || strings.Contains(got[0], "another address") {
			t.Errorf("it answers and its clock is ours: %q", got)
		}
		w.messenger.err = nil
		w.finds()
		if got = w.told("telegram"); len(got) != 1 || strings.Count(got[0], "✅") != 2 || !strings.Contains(got[0], "another address") {
			t.Errorf("all is well: %q", got)
		}
	})
}

func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.serve()
		now := w.began.AddDate(0, 0, 7*weeks)
		say := func(p bot.Platform, at time.Time) {
			t.Helper()
			w.update(func(tx store.Tx) error {
				return tx.Conversations.Append(bot.Exchange{Citizen: "c", Platform: p, At: at.UTC()})
			})
		}
		for week := 1; week <= weeks; week++ {
			for hour := 1; hour <= atLeast; hour++ {
				at := now.AddDate(0, 0, -7*week).Add(-time.Duration(hour) * time.Hour)
				say("telegram", at)
				if hour > 1 || week > 1 { // two on messenger a week ago
					say("messenger", at)
				}
			}
		}
		time.Sleep(time.Until(now))
		w.finds("silence/telegram")
		w.restart()
		w.serve()
		w.finds() // it cannot know yet
		if current, err := w.Current(t.Context()); err != nil || len(current) != 1 {
			t.Errorf("after a restart: %+v, %v", current, err)
		}
		time.Sleep(silent) // and then never anybody writes
		w.finds()
		say("telegram", now.Add(-time.Hour))
		if quiet := w.quietAt(now); quiet {
			t.Error("somebody has written")
		}
	})
}

func (w *ward) quietAt(now time.Time) (quiet bool) {
	w.t.Helper()
	if err := w.store.View(w.t.Context(), func(tx store.Tx) (err error) {
		quiet, err = silentOn(tx, "telegram", now)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return quiet
}

func TestJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		due := w.began.Add(5 * time.Hour)
		w.jobs = []Job{{Name: "prune", Missed: func(_, _ time.Time) time.Time { return time.Time{} }},
			{Name: "digest:weekly", Missed: func(done, now time.Time) time.Time {
				if done.Before(due) && !now.Before(due) {
					return due
				}
				return time.Time{}
			}}}
		w.update(func(tx store.Tx) error { return tx.Runs.SetLast("digest:weekly", w.began.UTC()) })
		w.serve()
		w.finds()
		w.Ran("prune", errors.New("disk"))
		w.finds("job/prune")
		w.restart()
		w.serve()
		w.finds("job/prune") // it has not run since
		w.Ran("prune", nil)
		w.finds()
		time.Sleep(6 * time.Hour)
		w.finds()
		time.Sleep(2 * time.Hour)
		w.finds("digest/digest:weekly")
		w.update(func(tx store.Tx) error { return tx.Runs.SetLast("digest:weekly", due.UTC()) })
		w.Ran("digest:weekly", nil)
		w.finds()
	})
}

func TestOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.serve()
		put := func(p bot.Purpose) {
			t.Helper()
			w.update(func(tx store.Tx) error {
				_, err := tx.Outbox.Put(store.Parcel{To: bot.Address{Platform: "messenger", ID: "1"}, Due: time.Now().UTC(), Message: bot.Outbound{Text: "x", Purpose: p}})
				return err
			})
		}
		put(bot.PurposeDigest) // may take its time
		time.Sleep(2 * stuck)
		w.finds()
		put(bot.PurposeReply)
		time.Sleep(stuck - time.Minute)
		w.finds()
		time.Sleep(time.Minute)
		w.finds("outbox/messenger")
		w.messenger.set(func() { w.messenger.stopped = channel.Silent })
		w.finds("stopped/messenger")
		w.messenger.set(func() { w.messenger.stopped = "" })
		w.told("messenger")
		w.finds()
	})
}

func TestContentAndBackups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		whole := func(id string, checked time.Time) bot.Entry {
			e := bot.Entry{ID: id, Checked: checked, Question: bot.Text{}, Answer: bot.Text{}}
			for _, lang := range w.lib.Place().Languages {
				e.Question[lang], e.Answer[lang] = "?", "!"
			}
			return e
		}
		fresh, old := whole("fresh", time.Now().AddDate(0, -11, 0)), whole("old", time.Now().AddDate(0, -13, 0))
		w.cfg.Entries = func() []bot.Entry { return []bot.Entry{fresh} }
		w.finds()
		half := whole("half", time.Now())
		half.Answer = maps.Clone(half.Answer)
		delete(half.Answer, "en")
		w.cfg.Entries = func() []bot.Entry { return []bot.Entry{fresh, old, half} }
		w.finds("stale", "untranslated")
		w.cfg.Entries = func() []bot.Entry { return nil }
		if err := os.Mkdir(w.cfg.Backups, 0o700); err != nil {
			t.Fatal(err)
		}
		w.finds() // none are made
		for name, age := range map[string]time.Duration{"a": 72 * time.Hour, "b": 47 * time.Hour} {
			path, at := filepath.Join(w.cfg.Backups, name), time.Now().Add(-age)
			if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, at, at)); err != nil {
				t.Fatal(err)
			}
		}
		w.finds()
		time.Sleep(2 * time.Hour)
		w.finds("backup")
	})
}

// A check that fails is a finding, and the others are made.
func TestAFailedCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := admit(t)
		w.messenger.err = refused
		if err := os.Remove(w.cfg.Database); err != nil {
			t.Fatal(err)
		}
		w.finds("token/messenger", "check/disk")
	})
}
