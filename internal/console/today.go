package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	week      = 7 * 24 * time.Hour
	month     = 30 * 24 * time.Hour
	maxCount  = 500 // more are not counted, but said to be more
	maxLatest = 5   // questions that are shown
)

// section is one part of Today: numbers, rows, or both.
type section struct {
	ID      string
	Title   string
	Figures []figure
	Table   *table
	Ailing  []Ailment
}

// figure is a number that leads to what it counts.
type figure struct {
	Value string
	Label string
	Href  string
	Warn  bool // somebody should look
}

// showToday is what waits, what was sent, and whether everything works.
func (q *request) showToday() error {
	ctx, now := q.r.Context(), time.Now()
	var sections []section
	if err := q.c.cfg.Store.View(ctx, func(tx store.Tx) error {
		sections = nil
		for _, make := range []func(store.Tx, time.Time) (section, error){q.waiting, q.sent, q.latestQuestions} {
			s, err := make(tx, now)
			if err != nil {
				return err
			}
			if len(s.Figures) > 0 || s.Table != nil {
				sections = append(sections, s)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return q.render(http.StatusOK, "today", q.Say("console.nav-today"), slices.Concat(q.ailing(ctx), sections, []section{q.health(ctx)}))
}

// figure makes one that leads to a page, for those who may see it.
func (q *request) figure(n int, key, page string, least right) figure {
	f := figure{Value: strconv.Itoa(n), Label: q.Say(key)}
	if n > maxCount {
		f.Value = strconv.Itoa(maxCount) + "+"
	}
	if q.may(least) {
		f.Href = Path + page
	}
	return f
}

// waiting is what somebody has to look at.
func (q *request) waiting(tx store.Tx, now time.Time) (section, error) {
	s := section{ID: "waiting", Title: q.Say("console.today-waiting")}
	questions, err := q.questions(tx, now.Add(-week), maxCount+1)
	if err != nil {
		return s, err
	}
	asked := q.figure(len(questions), "console.today-questions", "#questions", village)
	asked.Warn = len(questions) > 0
	bs, err := q.broadcasts(tx, now.Add(-month))
	if err != nil {
		return s, err
	}
	yes, open := 0, 0
	for _, b := range bs {
		switch b.State {
		case bot.BroadcastWaiting:
			yes++
		case bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused:
			open++
		}
	}
	wait := q.figure(yes, "console.today-approve", "announcements", village)
	wait.Warn = yes > 0
	s.Figures = []figure{asked, wait, q.figure(open, "console.today-open", "announcements", village)}
	return s, nil
}

// sent is what went out of late.
func (q *request) sent(tx store.Tx, now time.Time) (section, error) {
	s := section{ID: "sent", Title: q.Say("console.today-sent")}
	bs, err := q.broadcasts(tx, now.Add(-month))
	if err != nil {
		return s, err
	}
	sent, people := 0, 0
	for _, b := range bs {
		if b.State != bot.BroadcastDone && b.State != bot.BroadcastSending && b.State != bot.BroadcastPaused {
			continue
		}
		sent++
		report, err := tx.Broadcasts.Report(b.ID)
		if err != nil {
			return s, err
		}
		people += report[bot.FateSent] + report[bot.FateLater]
	}
	talks, err := q.exchanges(tx, now.Add(-24*time.Hour))
	if err != nil {
		return s, err
	}
	last, err := tx.Progress.Last()
	if err != nil {
		return s, err
	}
	changes, err := tx.Progress.Since(last-min(last, maxCount), maxCount)
	if err != nil {
		return s, err
	}
	steps := 0
	for _, c := range changes {
		if c.At.After(now.Add(-month)) {
			steps++
		}
	}
	reached := q.figure(people, "console.today-people", "announcements", village)
	reached.Value = strconv.Itoa(people)
	s.Figures = []figure{q.figure(talks, "console.today-messages", "conversations", village),
		q.figure(sent, "console.today-announcements", "announcements", village), reached,
		q.figure(steps, "console.today-steps", "progress", observer)}
	return s, nil
}

// latestQuestions are the words that wait, for those who may read them.
func (q *request) latestQuestions(tx store.Tx, now time.Time) (section, error) {
	if !q.may(village) {
		return section{}, nil
	}
	s := section{ID: "questions", Title: q.Say("console.today-latest")}
	qs, err := q.questions(tx, now.Add(-week), maxLatest)
	if err != nil {
		return s, err
	}
	s.Table = &table{Caption: s.Title, Head: []string{q.Say("console.question"), q.Say("console.village"), q.Say("console.why"), q.Say("console.when")},
		Empty: q.Say("console.questions-none")}
	for _, x := range qs {
		s.Table.Rows = append(s.Table.Rows, []cell{{Text: clip(bot.Mask(x.Text), maxClip), Href: Path + "conversations/" + string(x.Citizen)},
			{Text: q.villageName(x.Village)}, {Text: q.whyName(x.Why)}, {Text: q.When(x.At)}})
	}
	return s, nil
}

func (q *request) whyName(w bot.Why) string {
	switch w {
	case bot.WhyDetail:
		return q.Say("console.why-detail")
	case bot.WhyHandover:
		return q.Say("console.why-handover")
	case bot.WhyWrong:
		return q.Say("console.why-wrong")
	case bot.WhyPerson:
		return q.Say("console.why-person")
	case bot.WhyEmergency:
		return q.Say("console.why-emergency")
	}
	return q.Say("console.why-unknown")
}

// counted is the scope of a number: an observer's are those of the whole municipality, without words.
func (q *request) counted() bot.Scope {
	if q.who.Account.Role == bot.RoleObserver {
		return bot.Scope{All: true}
	}
	return q.who.Account.Scope()
}

// questions lists those since, in the scope of the account, at most limit.
func (q *request) questions(tx store.Tx, since time.Time, limit int) (all []bot.Question, err error) {
	return inScope(q.counted(), min(limit, 500), func(p store.Page) ([]bot.Question, string, error) { return tx.Questions.Latest(p) },
		func(x bot.Question) (time.Time, []string) { return x.At, []string{x.Village} }, since, limit)
}

// exchanges counts those since, in the scope of the account.
func (q *request) exchanges(tx store.Tx, since time.Time) (n int, err error) {
	all, err := inScope(q.counted(), 500, func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Latest(p) },
		func(x bot.Exchange) (time.Time, []string) { return x.At, []string{x.Village} }, since, maxCount+1)
	return len(all), err
}

// broadcasts lists those since, in the scope of the account.
func (q *request) broadcasts(tx store.Tx, since time.Time) (all []bot.Broadcast, err error) {
	return inScope(q.counted(), 100, func(p store.Page) ([]bot.Broadcast, string, error) { return tx.Broadcasts.Latest(p) },
		func(x bot.Broadcast) (time.Time, []string) { return x.Created, x.Villages }, since, maxCount+1)
}

// maxPages bounds how far back a list is read for what is in a scope.
const maxPages = 40

// inScope reads a list, newest first, until since or limit, and leaves out what scope does not allow.
func inScope[T any](scope bot.Scope, page int, list func(store.Page) ([]T, string, error), of func(T) (time.Time, []string), since time.Time, limit int) (all []T, err error) {
	p := store.Page{Limit: page}
	for range maxPages {
		part, next, err := list(p)
		if err != nil {
			return nil, err
		}
		for _, x := range part {
			at, villages := of(x)
			if at.Before(since) || len(all) == limit {
				return all, nil
			}
			if scope.Allows(villages...) {
				all = append(all, x)
			}
		}
		if p.After = next; next == "" {
			break
		}
	}
	return all, nil
}

// health says which parts work.
func (q *request) health(ctx context.Context) section {
	s := section{ID: "health", Title: q.Say("console.today-health"),
		Table: &table{Caption: q.Say("console.today-health"), Head: []string{q.Say("console.part"), q.Say("console.state")}, Empty: q.Say("console.health-unknown")}}
	if q.c.cfg.Health == nil {
		return s
	}
	for _, check := range q.c.cfg.Health(ctx) {
		state := cell{Text: q.Say("console.works"), Badge: "good"}
		if !check.OK {
			state = cell{Text: q.Say("console.broken"), Badge: "bad", Quiet: check.Detail}
		}
		s.Table.Rows = append(s.Table.Rows, []cell{{Text: q.partName(check.Name)}, state})
	}
	return s
}

// partName is what a part of the program is called.
func (q *request) partName(name string) string {
	switch name {
	case "store":
		return q.Say("console.part-store")
	case "web":
		return q.Say("console.part-web")
	case "telegram":
		return "Telegram"
	case "messenger":
		return "Messenger"
	}
	return name
}
