package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/schedule"
)

// copying gives the job that --backup sets up.
func (p *program) copying(t *testing.T) schedule.Job {
	t.Helper()
	jobs, err := p.copies()
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d jobs: %v", len(jobs), err)
	}
	return jobs[0]
}

func copiesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Each night a checked copy is made, and the oldest go. What fails keeps the earlier ones, and the owner reads of it once.
func TestCopiesByThemselves(t *testing.T) {
	cfg := settings(t)
	cfg.Backup = "daily@03:30 keep=2"
	p := start(t, cfg, fakebot.Options{})
	p.telegram.SendText(7, "/help")
	p.says(t, 7, "/")
	p.link(t, "7", bot.Account{Login: "boss", Name: "Boss", Role: bot.RoleOwner})
	job := p.copying(t)
	if job.Spec != "30 3 * * *" {
		t.Errorf("it runs at %q", job.Spec)
	}
	night := func(n int) time.Time { return time.Date(2026, 11, n, 3, 30, 0, 0, time.UTC) }
	for n := 1; n <= 3; n++ {
		if err := job.Run(t.Context(), night(n)); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(cfg.Data, copiesFolder)
	if got := strings.Join(copiesIn(t, folder), " "); got != "ogpbot-20261102-033000.db ogpbot-20261103-033000.db" {
		t.Errorf("the copies are %s", got)
	}
	for _, name := range copiesIn(t, folder) {
		path := filepath.Join(folder, name)
		info, err := os.Stat(path)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if r, err := Check(t.Context(), cfg, path, nil); err != nil || len(r.Faults) > 0 || r.Copied.IsZero() {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}

	blocked := filepath.Join(folder, "ogpbot-20261104-033000.db")
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 3 { // the tries of one night
		if err := job.Run(t.Context(), night(4)); err == nil {
			t.Fatal("a folder was taken for a file")
		}
	}
	p.says(t, 7, "სარეზერვო ასლი ვერ გაკეთდა")
	told := 0
	for _, m := range p.telegram.Messages(7) {
		if strings.Contains(m.Text, "სარეზერვო ასლი ვერ გაკეთდა") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the owner was told %d times", told)
	}
	if got := copiesIn(t, folder); len(got) != 3 {
		t.Errorf("after the failure: %q", got)
	}
}

func TestPlanThatIsNone(t *testing.T) {
	cfg := settings(t)
	cfg.Backup = "daily@25:00"
	a, err := New(cfg, silent)
	if err == nil {
		err = errors.Join(errors.New("it was taken"), a.Close())
	}
	if !strings.Contains(err.Error(), "--backup") {
		t.Error(err)
	}
}
