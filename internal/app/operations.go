package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/digest"
	"ogpbot/internal/progress"
	"ogpbot/internal/redact"
	"ogpbot/internal/staff"
	"ogpbot/internal/store"
)

// operations are what administrative commands do, in the process that has the database.
type operations struct {
	app      *App
	staff    *staff.Service
	progress *progress.Service
}

// operation is one of them, as it is called on the socket. In and Out go over it as JSON.
type operation[In, Out any] struct {
	name string
	do   func(operations, context.Context, In) (Out, error)
}

var (
	staffAdd      = operation[bot.Account, string]{"staff/add", operations.staffAdd}
	staffCode     = operation[string, string]{"staff/code", operations.staffCode}
	staffList     = operation[nothing, []bot.Account]{"staff/list", operations.staffList}
	staffDisable  = operation[string, nothing]{"staff/disable", operations.staffDisable}
	staffBar      = operation[Barring, nothing]{"staff/bar", operations.staffBar}
	staffEnable   = operation[string, nothing]{"staff/enable", operations.staffEnable}
	progressSet   = operation[ProgressStep, bot.Change]{"progress/set", operations.progressSet}
	progressList  = operation[string, ProgressHistory]{"progress/list", operations.progressList}
	digestPreview = operation[DigestQuery, DigestPreview]{"digest/preview", operations.digestPreview}
	digestPost    = operation[DigestPost, nothing]{"digest/post", operations.digestPost}
	questionsList = operation[nothing, []QuestionLine]{"questions/list", operations.questionsList}
	doctorExamine = operation[bot.Language, Checkup]{"doctor", operations.doctorExamine}
	questionDraft = operation[string, string]{"questions/draft", operations.questionDraft}
	contentLive   = operation[nothing, []bot.Edit]{"content/live", operations.contentLive}
	contentImport = operation[ContentImport, int]{"content/import", operations.contentImport}
)

// nothing is asked for or answered.
type nothing struct{}

// commandLine stands in place of a login where nobody has signed in.
const commandLine = "command line"

func (a *App) operations() operations {
	return operations{
		app:      a,
		staff:    a.staff,
		progress: progress.New(progress.Config{Store: a.store, Library: a.library, Changed: a.digest.Changed}),
	}
}

// run does o within its time. Its errors are sentences without secrets.
func (o operation[In, Out]) run(ctx context.Context, on operations, in In) (out Out, err error) {
	ctx, cancel := context.WithTimeout(ctx, adminTime)
	defer cancel()
	done, err := o.do(on, ctx, in)
	switch refusal, ok := errors.AsType[bot.Refusal](err); {
	case err == nil:
		return done, nil
	case ok:
		return out, refusal
	case errors.Is(err, context.DeadlineExceeded):
		return out, errSlow
	}
	return out, redact.Error(err, on.app.cfg.Secrets()...)
}

var errSlow = fmt.Errorf("this was not done within %v: see whether the disk and the machine are busy, and try again", adminTime)

func (on operations) staffAdd(ctx context.Context, a bot.Account) (code string, err error) {
	return on.staff.Add(ctx, a, commandLine)
}

func (on operations) staffCode(ctx context.Context, login string) (code string, err error) {
	return on.staff.NewCode(ctx, login, commandLine)
}

func (on operations) staffList(ctx context.Context, _ nothing) ([]bot.Account, error) {
	return on.staff.List(ctx)
}

// Barring is who shall be blocked: whoever filed a case.
type Barring struct {
	Case   string
	Reason string
	Back   bool // take it back
}

func (on operations) staffBar(ctx context.Context, in Barring) (nothing, error) {
	if in.Back {
		return nothing{}, on.staff.Unbar(ctx, in.Case, commandLine)
	}
	return nothing{}, on.staff.Bar(ctx, in.Case, in.Reason, commandLine)
}

func (on operations) staffDisable(ctx context.Context, login string) (nothing, error) {
	return nothing{}, on.staff.Disable(ctx, login, commandLine)
}

func (on operations) staffEnable(ctx context.Context, login string) (nothing, error) {
	return nothing{}, on.staff.Enable(ctx, login, commandLine)
}

// ProgressStep is progress.Step as the command line has it.
type ProgressStep struct {
	Commitment string
	Milestone  string
	Status     bot.Status
	Percent    *int
	Due        *time.Time
	Reason     string // in the default language
	ReasonIn   bot.Text
	Evidence   string
	By         string // "" for nobody who has an account
}

func (on operations) progressSet(ctx context.Context, in ProgressStep) (bot.Change, error) {
	lang := on.app.library().Place().Languages[0]
	if in.ReasonIn[lang] != "" {
		return bot.Change{}, bot.RefuseWrong("the reason in %q is there twice: %[1]s is the default language, so it goes with --reason alone", lang)
	}
	reason := bot.Text{lang: in.Reason}
	for lang, words := range in.ReasonIn {
		reason[lang] = words
	}
	if in.By == "" {
		in.By = commandLine
	}
	return on.progress.Set(ctx, progress.Step{Commitment: in.Commitment, Milestone: in.Milestone, Status: in.Status, Percent: in.Percent,
		Due: in.Due, Reason: reason, Evidence: in.Evidence, By: in.By})
}

// ProgressHistory is a history as it is shown.
type ProgressHistory struct {
	Languages []bot.Language // of the place, the default first
	Changes   []bot.Change   // oldest first; each At is in the place's time zone
}

func (on operations) progressList(ctx context.Context, commitment string) (h ProgressHistory, err error) {
	place := on.app.library().Place()
	h.Languages = place.Languages
	h.Changes, err = on.progress.History(ctx, commitment)
	for i := range h.Changes {
		h.Changes[i].At = h.Changes[i].At.In(place.Zone)
	}
	return h, err
}

// DigestQuery says which digest is looked at.
type DigestQuery struct {
	Language bot.Language // "": the default one
	Village  string       // Village.ID, "" for none
	Cadence  bot.Cadence
	Picture  bool
}

// DigestPreview is a digest as it would be sent now.
type DigestPreview struct {
	Nothing bool   // has changed, so nothing would be sent
	Village string // its name
	Message bot.Outbound
	Picture []byte // PNG, if it was asked for
}

func (on operations) digestPreview(ctx context.Context, q DigestQuery) (p DigestPreview, err error) {
	lib := on.app.library()
	place := lib.Place()
	if q.Language == "" {
		q.Language = place.Languages[0]
	}
	if err := checkLanguage(place, q.Language); err != nil {
		return p, err
	}
	if q.Village != "" {
		if err := staff.CheckVillage(lib, q.Village); err != nil {
			return p, err
		}
		v, _ := lib.Village(q.Village)
		p.Village = v.Name.In(q.Language, place.Languages[0])
	}
	m, ok, err := on.app.digest.Preview(ctx, q.Language, q.Cadence)
	p.Message, p.Nothing = m, !ok
	if err != nil || p.Nothing || !q.Picture {
		return p, err
	}
	p.Picture, err = on.picture(ctx, lib, q)
	return p, err
}

// DigestPost is a digest for the municipality's public page.
type DigestPost struct {
	DigestQuery
	At string // "2006-01-02 15:04" in the place's time zone; "": now
}

func (on operations) digestPost(ctx context.Context, in DigestPost) (nothing, error) {
	var at time.Time
	if in.At != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01-02 15:04", in.At, on.app.library().Place().Zone); err != nil {
			return nothing{}, bot.RefuseWrong("%q is no time; write it like 2026-12-01 10:00", in.At)
		}
	}
	p, err := on.digestPreview(ctx, in.DigestQuery)
	switch {
	case err != nil:
		return nothing{}, err
	case p.Nothing:
		return nothing{}, bot.Refuse("nothing has changed since the last digest, so there is nothing to post")
	}
	words := bot.Outbound{Heading: p.Message.Heading, Text: p.Message.Text} // the rest is for subscribers
	err = on.app.postAt(ctx, words.Words(), at)
	if errors.Is(err, errNoPage) {
		return nothing{}, bot.Refuse("there is no page to post on: run serve with the Messenger token of the page, and try again while it runs")
	}
	if err != nil {
		return nothing{}, bot.Refuse("the page did not take the post: %v", redact.Error(err, on.app.cfg.Secrets()...))
	}
	return nothing{}, nil
}

func (on operations) picture(ctx context.Context, lib bot.Library, q DigestQuery) ([]byte, error) {
	history, err := on.progress.History(ctx, "")
	if err != nil {
		return nil, err
	}
	var before time.Time
	if err := on.app.store.View(ctx, func(tx store.Tx) (err error) {
		before, err = tx.Runs.Last(digest.Job(q.Cadence))
		return err
	}); err != nil {
		return nil, fmt.Errorf("read when the last digest was: %w", err)
	}
	return digest.Picture(lib, q.Language, history, time.Now(), before)
}

// QuestionLine is a group of questions as it is listed.
type QuestionLine struct {
	ID       string
	Text     string
	Count    int    // people
	Answered string // login of who answered, "" if it waits
}

// maxQuestions is how many groups are listed.
const maxQuestions = 200

func (on operations) questionsList(ctx context.Context, _ nothing) (lines []QuestionLine, err error) {
	err = on.app.store.View(ctx, func(tx store.Tx) error {
		lines = nil
		all, err := on.app.questions.List(tx, maxQuestions)
		for _, g := range all {
			lines = append(lines, QuestionLine{g.ID, g.Text, g.Count, g.By})
		}
		return err
	})
	return lines, err
}

// questionDraft gives a group as an entry for a file of answers.
func (on operations) questionDraft(ctx context.Context, id string) (draft string, err error) {
	err = on.app.store.View(ctx, func(tx store.Tx) error {
		e, people, err := on.app.questions.Draft(tx, id)
		if errors.Is(err, store.ErrNotFound) {
			return bot.RefuseWrong("there is no question %q: ogpbot questions list has them", id)
		}
		draft = fmt.Sprintf("# %d asked this. Complete it, put it into a file of answers/, and run ogpbot content check.\n", people) +
			content.Draft(e, on.app.library().Place().Languages)
		return err
	})
	return draft, err
}
