package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/config"
	"ogpbot/internal/store"
)

var silent = slog.New(slog.DiscardHandler)

// office is a program that has its database and takes administrative commands.
type office struct {
	*App
	path string // of the socket
	stop func()
}

func newOffice(t *testing.T, cfg config.Config) *office {
	t.Helper()
	a, err := New(cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{App: a, path: filepath.Join(cfg.Data, adminSocket)}
	o.open(t)
	return o
}

// open takes commands until stop or the end of the test.
func (o *office) open(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.serveAdmin(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-done, o.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(o.stop)
	listens(t, o.path)
}

// listens waits until administrative commands are taken at a socket.
func listens(t *testing.T, socket string) {
	t.Helper()
	until(t, func() string {
		c, err := net.Dial("unix", socket)
		if err != nil {
			return "nobody takes administrative commands"
		}
		_ = c.Close()
		return ""
	})
}

// client is an AdminClient, remote or not.
func client(t *testing.T, cfg config.Config, remote bool) *AdminClient {
	t.Helper()
	c, err := Admin(cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if (c.local == nil) != remote {
		t.Fatalf("the command goes over the socket: %v, want %v", !remote, remote)
	}
	return c
}

func TestAdminSocket(t *testing.T) {
	cfg := settings(t)
	cfg.Data = filepath.Join(cfg.Data, "data")
	if err := os.Mkdir(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(cfg.Data, adminSocket)
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	if err := stale.Close(); err != nil { // as after a crash
		t.Fatal(err)
	}
	c := client(t, cfg, false) // nobody answers, so it has the database itself
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, cfg)
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("the socket is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(cfg.Data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
	if all, err := client(t, cfg, true).Staff(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := New(cfg, silent); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second process opens the database: %v", err)
	}
	o.stop()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left behind: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(cfg.Data, ".s*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A socket that cannot be is no reason to leave citizens alone, and a file of somebody's is not touched.
func TestAdminSocketImpossible(t *testing.T) {
	for name, spoil := range map[string]func(*config.Config) error{
		"a file is there": func(c *config.Config) error {
			return os.WriteFile(filepath.Join(c.Data, adminSocket), []byte("mine"), 0o600)
		},
		"long path": func(c *config.Config) error {
			c.Data = filepath.Join(c.Data, strings.Repeat("long", 30))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := settings(t)
			if err := spoil(&cfg); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			a, err := New(cfg, slog.New(slog.NewTextHandler(&log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if err := a.serveAdmin(t.Context()); err != nil || !strings.Contains(log.String(), "data folder") {
				t.Errorf("ended with %v; log: %s", err, log.String())
			}
			if _, err := Admin(cfg, silent); !errors.Is(err, store.ErrLocked) {
				t.Errorf("a command ends with %v", err)
			}
			if data, err := os.ReadFile(filepath.Join(cfg.Data, adminSocket)); err == nil && string(data) != "mine" {
				t.Errorf("the file holds %q", data)
			}
		})
	}
}

// A program that has just started has the database already, and its socket a little later.
func TestAdminWaitsForTheSocket(t *testing.T) {
	cfg := settings(t)
	a, err := New(cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{App: a, path: filepath.Join(cfg.Data, adminSocket)}
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		time.Sleep(100 * time.Millisecond)
		o.open(t)
	}()
	client(t, cfg, true)
	<-opened
}

// done is what a series of commands gives, with what differs each time taken out.
func done(t *testing.T, c *AdminClient) (all []any) {
	t.Helper()
	keep := func(v any, err error) {
		switch v := v.(type) {
		case string: // a code
			if err == nil && len(v) != 11 {
				t.Errorf("the code %q", v)
			}
			all = append(all, len(v), err)
		case []bot.Account:
			for i := range v {
				v[i].Created = time.Time{}
			}
			all = append(all, v, err)
		case bot.Change:
			v.At = time.Time{}
			all = append(all, v, err)
		case ProgressHistory:
			for i := range v.Changes {
				if _, offset := v.Changes[i].At.Zone(); offset != 4*60*60 {
					t.Errorf("the time %v is not the place's", v.Changes[i].At)
				}
				v.Changes[i].At = time.Time{}
			}
			all = append(all, v, err)
		default:
			all = append(all, v, err)
		}
	}
	ctx := t.Context()
	nino := bot.Account{Login: "nino", Name: "ნინო", Role: bot.RoleVillage, Villages: []string{"vazi"}}
	step := ProgressStep{Commitment: "bridge", Milestone: "table", Status: bot.StatusSubstantial, Percent: new(0),
		Due: new(time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC)), Reason: "ცხრილი თითქმის მზადაა.", ReasonIn: bot.Text{"en": "The table is nearly ready."}}
	keep(c.PreviewDigest(ctx, DigestQuery{Cadence: bot.CadenceWeekly, Picture: true}))
	keep(c.AddStaff(ctx, nino))
	keep(c.AddStaff(ctx, nino))
	keep(c.AddStaff(ctx, bot.Account{Login: "b", Name: "B", Role: "mayor"}))
	keep(c.StaffCode(ctx, "nino"))
	keep(c.StaffCode(ctx, "b"))
	keep(nil, c.DisableStaff(ctx, "nino"))
	keep(c.Staff(ctx))
	keep(nil, c.EnableStaff(ctx, "nino"))
	keep(nil, c.EnableStaff(ctx, "b"))
	keep(c.SetProgress(ctx, step))
	keep(c.SetProgress(ctx, step))
	step.ReasonIn = bot.Text{"ka": "ორჯერ."}
	keep(c.SetProgress(ctx, step))
	step.By = "nino"
	step.ReasonIn = nil
	keep(c.SetProgress(ctx, step))
	step.Reason = strings.Repeat("ა", 100)
	step.Percent, step.Due, step.By = new(bot.PercentUnknown), &time.Time{}, ""
	keep(c.SetProgress(ctx, step))
	keep(c.Progress(ctx, "bridge"))
	keep(c.Progress(ctx, "tunnel"))
	for _, q := range []DigestQuery{
		{Cadence: bot.CadenceWeekly}, {Cadence: bot.CadenceMonthly, Language: "en", Village: "vazi", Picture: true}, {Language: "de"}, {Village: "atlantis"},
	} {
		keep(c.PreviewDigest(ctx, q))
	}
	return all
}

// Every command gives the same over the socket and without it, and so do its errors.
func TestAdminIsTheSameEverywhere(t *testing.T) {
	near, far := settings(t), settings(t)
	newOffice(t, far)
	a, b := done(t, client(t, near, false)), done(t, client(t, far, true))
	refused := 0
	for i := range a {
		if !reflect.DeepEqual(normal(a[i]), normal(b[i])) {
			t.Errorf("result %d is\n%+v\nand over the socket\n%+v", i, a[i], b[i])
		}
		if err, ok := a[i].(error); ok && err != nil {
			refused++
			if _, ok := errors.AsType[bot.Refusal](err); !ok || strings.Contains(err.Error(), "\n") {
				t.Errorf("result %d: %v is no sentence for whoever asked", i, err)
			}
		}
	}
	if refused != 10 {
		t.Errorf("%d commands are refused", refused)
	}
	p, ok := a[len(a)-6].(DigestPreview) // the one with everything
	if !ok || p.Nothing || p.Village != "Vazisubani" || !strings.Contains(p.Message.Words(), "nearly ready") || !strings.HasPrefix(string(p.Picture), "\x89PNG") {
		t.Errorf("the preview is %+v", p)
	}
}

// normal forgets what JSON does not tell apart: no list and an empty one, and the name of a time zone.
func normal(v any) any {
	switch v := v.(type) {
	case []bot.Account:
		return append([]bot.Account{}, v...)
	case ProgressHistory:
		v.Changes = append([]bot.Change{}, v.Changes...)
		return v
	}
	return v
}

func TestAdminLimits(t *testing.T) {
	cfg := settings(t)
	newOffice(t, cfg)
	c := client(t, cfg, true)
	if _, err := c.StaffCode(t.Context(), strings.Repeat("x", adminBody)); !errors.Is(err, errTooLong) {
		t.Errorf("a huge login: %v", err)
	}
	for name, r := range map[string]struct {
		method, path, body string
		want               int
	}{
		"too large":     {"POST", "/staff/add", `{"Name":"` + strings.Repeat("x", adminBody) + `"}`, http.StatusRequestEntityTooLarge},
		"no JSON":       {"POST", "/staff/add", `<xml>`, http.StatusBadRequest},
		"other version": {"POST", "/staff/add", `{"Login":"nino","Shoes":43}`, http.StatusBadRequest},
		"another type":  {"POST", "/staff/code", `{}`, http.StatusBadRequest},
		"nothing there": {"POST", "/shutdown", `{}`, http.StatusNotFound},
		"not a command": {"GET", "/staff/list", ``, http.StatusMethodNotAllowed},
		"refused":       {"POST", "/staff/code", `"nino"`, http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), r.method, "http://ogpbot"+r.path, strings.NewReader(r.body))
			if err != nil {
				t.Fatal(err)
			}
			reply, err := c.remote.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = reply.Body.Close()
			if reply.StatusCode != r.want {
				t.Errorf("answered with %s, want %d", reply.Status, r.want)
			}
		})
	}
	if _, err := ask(t.Context(), c, operation[nothing, nothing]{name: "staff/promote"}, nothing{}); !errors.Is(err, errOtherVersion) {
		t.Errorf("what the other does not know: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Staff(ended); !errors.Is(err, errNoReply) {
		t.Errorf("who waits no longer: %v", err)
	}
}

// Many commands at once, and the end of the program in between: what was answered for is kept.
func TestAdminAtOnce(t *testing.T) {
	cfg := settings(t)
	o := newOffice(t, cfg)
	var mu sync.Mutex
	var numbers []uint64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for n := range 16 {
		c := client(t, cfg, true)
		all.Go(func() {
			<-begin
			for i := range 8 {
				if n == 0 && i == 4 {
					go o.stop()
				}
				kept, err := c.SetProgress(t.Context(), ProgressStep{Commitment: "garden", Percent: new(n*6 + i%2), Reason: "წინ მივდივართ."})
				if err != nil {
					if !errors.Is(err, errNoReply) {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				numbers = append(numbers, kept.No)
				mu.Unlock()
			}
		})
	}
	close(begin)
	all.Wait()
	o.stop()
	h, err := client(t, cfg, false).Progress(t.Context(), "garden")
	if err != nil || len(numbers) == 0 {
		t.Fatalf("%d are kept, %v", len(numbers), err)
	}
	for _, no := range numbers {
		if !slices.ContainsFunc(h.Changes, func(c bot.Change) bool { return c.No == no }) {
			t.Errorf("step %d was answered for and is not kept", no)
		}
	}
	slices.Sort(numbers)
	if len(slices.Compact(slices.Clone(numbers))) != len(numbers) {
		t.Error("a number was given twice")
	}
}
