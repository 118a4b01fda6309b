package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
	"ogpbot/internal/config"
	"ogpbot/internal/console"
	"ogpbot/internal/doctor"
	"ogpbot/internal/outbox"
	"ogpbot/internal/schedule"
)

func (a *App) newDoctor() *doctor.Service {
	return doctor.New(doctor.Config{
		Store: a.store, Library: a.library, Windows: a.windows, Wake: a.wake, Logger: a.log,
		Entries:  func() []bot.Entry { return a.knowledge.Load().Library.Entries() },
		Channels: a.patients,
		Jobs:     func() []doctor.Job { return a.jobList },
		Database: filepath.Join(a.cfg.Data, databaseName),
		Backups:  filepath.Join(a.cfg.Data, copiesFolder),
	})
}

// patients lists the channels in use.
func (a *App) patients() (all []doctor.Channel) {
	for _, platform := range a.platforms() {
		p := a.posts[platform]
		c := doctor.Channel{Channel: p.channel, Stopped: func() string {
			if s := p.sender.Status(); s.State == outbox.Stopped {
				return s.Reason
			}
			return ""
		}}
		if _, ok := p.channel.(channel.Poster); ok {
			c.Webhook = a.publicAddress() + messengerPath
		}
		all = append(all, c)
	}
	return all
}

// supervised has the doctor know how jobs end and when they are to run.
func (a *App) supervised(jobs []schedule.Job) []schedule.Job {
	zone := a.library().Place().Zone
	jobs = slices.Clone(jobs)
	for i, j := range jobs {
		a.jobList = append(a.jobList, doctor.Job{Name: j.Name, Missed: func(done, now time.Time) time.Time {
			return schedule.Missed(j.Spec, zone, done, now)
		}})
		jobs[i].Run = func(ctx context.Context, slot time.Time) error {
			err := j.Run(ctx, slot)
			if ctx.Err() == nil && j.Name != backupJob { // of which the owners hear at once
				a.doctor.Ran(j.Name, err)
			}
			return err
		}
	}
	return jobs
}

// Checkup is what the doctor found.
type Checkup struct {
	OK       bool      `json:"ok"`
	Running  bool      `json:"running"` // the program serves
	Findings []Ailment `json:"findings"`
	Summary  string    `json:"summary"` // sentences for a person
}

// Ailment is one thing that is wrong, in words.
type Ailment struct {
	Name  string `json:"name"` // of the finding, such as token/telegram
	What  string `json:"what"`
	Means string `json:"means"`
	Mend  string `json:"mend"`
	Over  bool   `json:"over"` // it was mended by itself
}

// Doctor runs all checks once: in the program that runs, which then mends what it can and tells the owners what has changed,
// or else here, where it only looks. lang "" is the default language.
func Doctor(ctx context.Context, cfg config.Config, log *slog.Logger, lang bot.Language) (Checkup, error) {
	c, err := admin(cfg, log)
	if err != nil {
		return Checkup{}, err
	}
	found, err := ask(ctx, c, doctorExamine, lang)
	if e := c.Close(); err == nil {
		err = e
	}
	return found, err
}

func (on operations) doctorExamine(ctx context.Context, lang bot.Language) (out Checkup, err error) {
	place := on.app.library().Place()
	if lang == "" {
		lang = place.Languages[0]
	}
	if err := checkLanguage(place, lang); err != nil {
		return out, err
	}
	var found []doctor.Finding
	if out.Running = on.app.doctor.Serving(); out.Running {
		if found, err = on.app.doctor.Examine(ctx); err != nil {
			return out, err
		}
	} else {
		found = on.app.doctor.Look(ctx)
	}
	out.OK, out.Findings = true, []Ailment{}
	for _, f := range found {
		out.OK = out.OK && f.Mended()
		w := on.app.doctor.Words(lang, f)
		out.Findings = append(out.Findings, Ailment{f.Name(), w.What, w.Means, w.Mend, f.Mended()})
	}
	out.Summary = on.app.doctor.Summary(lang, found)
	return out, nil
}

// ailments are those that the staff's pages show.
func (a *App) ailments(ctx context.Context, lang bot.Language) (all []console.Ailment, err error) {
	current, err := a.doctor.Current(ctx)
	for _, x := range current {
		w := a.doctor.Words(lang, x.Finding)
		all = append(all, console.Ailment{What: w.What, Means: w.Means, Mend: w.Mend, Since: x.Since, Mended: x.Mended()})
	}
	return all, err
}
