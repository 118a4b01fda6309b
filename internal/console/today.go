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
		waits, err := q.waiting(tx, now)
		if err != nil {
			return err
		}
		sent, err := q.sent(tx, now)
		sections = slices.Concat(waits, []section{sent})
		return err
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

// pressing is figure for what somebody should look at, if there is any.
func (q *request) pressing(n int, key, page string, least right) figure {
	f := q.figure(n, key, page, least)
	f.Warn = n > 0
	return f
}

// waiting is what somebody has to look at, with the questions that most people ask for those who may read them.
func (q *request) waiting(tx store.Tx, now time.Time) ([]section, error) {
	s := section{ID: "waiting", Title: q.Say("console.today-waiting")}
	counted := q.counted()
	open, err := countCases(tx, counted.Scope(), store.CaseQuery{Open: true})
	if err != nil {
		return nil, err
	}
	overdue, err := countCases(tx, counted.Scope(), store.CaseQuery{Overdue: now.UTC()})
	if err != nil {
		return nil, err
	}
	groups, err := q.c.cfg.Questions.Groups(tx, counted, now)
	if err != nil {
		return nil, err
	}
	talks, err := q.c.cfg.Questions.OpenTalks(tx, counted, now)
	if err != nil {
		return nil, err
	}
	bs, err := q.broadcasts(tx, now.Add(-month))
	if err != nil {
		return nil, err
	}
	count := func(state string) (n int) {
		for _, b := range bs {
			if slices.Contains(announcementStates[state], b.State) {
				n++
			}
		}
		return n
	}
	s.Figures = []figure{
		q.pressing(len(talks), "console-review.today-talks", "talks", village),
		q.pressing(overdue, "console-review.today-overdue", "cases?overdue=1", observer),
		q.figure(open, "console-review.today-cases", "cases?state=open", observer),
		q.pressing(len(groups), "console-review.today-questions", "questions", village),
		q.pressing(count("waiting"), "console.today-approve", "announcements?state=waiting", village),
		q.figure(count("open"), "console.today-open", "announcements?state=open", village),
	}
	if !q.may(village) {
		return []section{s}, nil
	}
	table := q.questionTable(groups[:min(len(groups), maxLatest)], now)
	return []section{s, {ID: "questions", Title: q.Say("console-review.today-top"), Table: &table}}, nil
}

// countCases counts up to one more than maxCount, if there are so many.
func countCases(tx store.Tx, scope bot.Scope, query store.CaseQuery) (int, error) {
	cs, next, err := tx.Cases.List(scope, query, store.Page{Limit: maxCount})
	if next != "" {
		return maxCount + 1, err
	}
	return len(cs), err
}

// sent is what went out of late.
func (q *request) sent(tx store.Tx, now time.Time) (section, error) {
	s := section{ID: "sent", Title: q.Say("console.today-sent")}
	local := now.In(q.lib.Place().Zone)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	bs, err := q.broadcasts(tx, now.Add(-month))
	if err != nil {
		return s, err
	}
	sent, people, late := 0, 0, 0
	for _, b := range bs {
		if !slices.Contains(announcementStates["sent"], b.State) {
			continue
		}
		late++
		if b.At.Before(today) {
			continue
		}
		sent++
		report, err := tx.Broadcasts.Report(b.ID)
		if err != nil {
			return s, err
		}
		people += report[bot.FateSent] + report[bot.FateLater]
	}
	talks, next, err := tx.Conversations.In(q.counted().Scope(), store.Page{Limit: maxCount, From: today.UTC()})
	if err != nil {
		return s, err
	}
	messages := len(talks)
	if next != "" {
		messages++
	}
	steps, err := stepsSince(tx, now.Add(-month))
	if err != nil {
		return s, err
	}
	reached := q.figure(people, "console-review.today-people", "announcements?state=sent", village)
	reached.Value = strconv.Itoa(people)
	s.Figures = []figure{q.figure(messages, "console-review.today-messages", "conversations?from="+today.Format(time.DateOnly), village),
		q.figure(sent, "console-review.today-announcements", "announcements?state=sent", village), reached,
		q.figure(late, "console.today-announcements", "announcements?state=sent", village),
		q.figure(steps, "console.today-steps", "progress", observer)}
	return s, nil
}

// stepsSince counts changes in commitments.
func stepsSince(tx store.Tx, since time.Time) (n int, err error) {
	last, err := tx.Progress.Last()
	if err != nil {
		return 0, err
	}
	changes, err := tx.Progress.Since(last-min(last, maxCount), maxCount)
	for _, c := range changes {
		if c.At.After(since) {
			n++
		}
	}
	return n, err
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

// counted is whose numbers are shown: to an observer those of the whole municipality, without words.
func (q *request) counted() bot.Account {
	if q.who.Account.Role == bot.RoleObserver {
		return bot.Account{Role: bot.RoleStaff}
	}
	return q.who.Account
}

// broadcasts lists those since, in the scope of the account.
func (q *request) broadcasts(tx store.Tx, since time.Time) (all []bot.Broadcast, err error) {
	return inScope(q.counted().Scope(), 100, func(p store.Page) ([]bot.Broadcast, string, error) { return tx.Broadcasts.Latest(p) },
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
	for _, check := range q.c.cfg.Health(ctx, q.lang) {
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
