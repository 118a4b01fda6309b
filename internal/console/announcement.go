package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// How often the page of an announcement is made again, in seconds.
const (
	soonAgain  = 5
	laterAgain = 30
)

// announcementPage is what announcement.html shows.
type announcementPage struct {
	ID      string
	State   cell
	Says    string // one sentence on where it stands
	Left    int    // seconds until it goes out, while it can be taken back; 0: none
	Share   int    // of that time that is left, in percent
	Again   int    // seconds until the page is made again; 0: it is not
	Facts   [][2]string
	Photo   string // its address
	Texts   []inWords
	Counts  []figure
	Reports table
	Begun   bool // to be sent: until then the words come first
	Acts    []act
	Correct string // where a correction is written, "" if there is none
	Like    string // where another like it is written
	Own     bool   // it waits for somebody else than whoever looks
}

// act is something that can be done, as a button.
type act struct {
	Name, Label, Looks string
	Sure               string // asked before
}

// showAnnouncement is one of the scope, with what became of it.
func (q *request) showAnnouncement() error { return q.announcementPage(http.StatusOK) }

func (q *request) announcementPage(status int) error {
	by, err := q.colleagues()
	if err != nil {
		return err
	}
	var b bot.Broadcast
	var reached []bot.Reached
	if err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		if b, err = tx.Broadcasts.Get(q.r.PathValue("id"), q.who.Account.Scope()); err != nil {
			return err
		}
		reached, err = tx.Broadcasts.Reach(b.ID)
		return err
	}); err != nil {
		return err
	}
	total, reports := bot.Report{}, map[bot.Platform]bot.Report{}
	for _, r := range reached {
		if reports[r.Platform] == nil {
			reports[r.Platform] = bot.Report{}
		}
		reports[r.Platform][r.Fate] += r.People
		total[r.Fate] += r.People
	}
	now := time.Now()
	page := announcementPage{ID: b.ID, Acts: q.acts(b, total, now), Own: b.State == bot.BroadcastWaiting && b.By == q.who.Account.Login,
		Facts: q.announcementFacts(b, by), Counts: q.counts(total), Reports: q.reports(reports)}
	page.Begun = b.State != bot.BroadcastWaiting && b.State != bot.BroadcastScheduled
	page.State.Text, page.State.Badge = q.stateName(b.State)
	for _, l := range q.lib.Place().Languages {
		if m, ok := b.Messages[l]; ok {
			page.Texts = append(page.Texts, inWords{l, q.lib.Text(l, "language.name"), q.looks(m)})
		}
	}
	if b.Message(q.lang, q.lib.Place().Languages...).Media.Picture != "" {
		page.Photo = Path + "announcements/" + b.ID + "/photo"
	}
	if b.Correctable(total) {
		page.Correct = Path + "announcements/new?corrects=" + b.ID
	}
	if b.State == bot.BroadcastStopped || b.State == bot.BroadcastDone {
		page.Like = Path + "announcements/new?like=" + b.ID
	}
	page.progressOf(q, b, now)
	if status != http.StatusOK { // a form's answer cannot be asked for again
		page.Again = 0
	}
	q.again = page.Again
	return q.render(status, "announcement", q.Say("console.announcement"), page)
}

// progressOf says how long it is until something happens to b.
func (p *announcementPage) progressOf(q *request, b bot.Broadcast, now time.Time) {
	left := b.At.Sub(now)
	switch b.State {
	case bot.BroadcastScheduled:
		switch {
		case left > bot.UndoTime:
			p.Says, p.Again = q.Say("announce.at", "time", q.When(b.At)), laterAgain
		case left > 0:
			p.Left, p.Again = int(left.Seconds())+1, soonAgain
			p.Share = p.Left * 100 / int(bot.UndoTime.Seconds())
		default:
			p.Again = soonAgain
			if -left > 2*bot.UndoTime {
				p.Says = q.Say("announce.state-late", "time", q.When(b.At))
			}
		}
	case bot.BroadcastWaiting, bot.BroadcastPaused:
		p.Again = laterAgain
	case bot.BroadcastSending:
		p.Again = soonAgain
	}
}

// announcementFacts are whom it is for, when it goes out, and whose it is, by their names.
func (q *request) announcementFacts(b bot.Broadcast, by map[string]string) [][2]string {
	facts := [][2]string{{q.Say("console.whom"), q.whom(b)}, {q.Say("console.when"), q.When(b.At)}, {q.Say("console.by"), cmp.Or(by[b.By], b.By)}}
	if b.Approved != "" {
		facts = append(facts, [2]string{q.Say("console.approved-by"), cmp.Or(by[b.Approved], b.Approved)})
	}
	if b.Urgent {
		facts = append(facts, [2]string{q.Say("console.urgent"), q.Say("console.yes")})
	}
	if b.Post {
		facts = append(facts, [2]string{q.Say("console-announce.post"), q.Say("console.yes")})
	}
	return facts
}

// whom names those whom b is for.
func (q *request) whom(b bot.Broadcast) string {
	if b.Commitment != "" {
		return bot.Whom(q.lib, q.lang, b.Villages, b.Commitment)
	}
	return q.villageNames(b.Villages)
}

// counts are people by fate.
func (q *request) counts(r bot.Report) (counts []figure) {
	for _, f := range reportColumns {
		n := 0
		for _, fate := range f.fates {
			n += r[fate]
		}
		counts = append(counts, figure{Value: strconv.Itoa(n), Label: q.Say(f.key), Warn: f.warn && n > 0})
	}
	return counts
}

// reportColumns are the fates that a report tells apart.
var reportColumns = []struct {
	key   string
	fates []bot.Fate
	warn  bool
}{
	{"console.count-sent", []bot.Fate{bot.FateSent, bot.FateLater}, false},
	{"console.count-owed", []bot.Fate{bot.FateOwed}, false},
	{"console.count-held", []bot.Fate{bot.FateHeld}, false},
	{"console.count-unconfirmed", []bot.Fate{bot.FateUnconfirmed}, true},
	{"console.count-unreachable", []bot.Fate{bot.FateUnreachable, bot.FateFailed}, false},
}

// reports is the same for each platform.
func (q *request) reports(all map[bot.Platform]bot.Report) table {
	t := table{Caption: q.Say("console-announce.by-channel"), Empty: q.Say("console-announce.nobody-yet"), Head: []string{q.Say("console-announce.channel")}}
	for _, c := range reportColumns {
		t.Head = append(t.Head, q.Say(c.key))
	}
	var platforms []bot.Platform
	for p := range all {
		platforms = append(platforms, p)
	}
	slices.Sort(platforms)
	for _, p := range platforms {
		row := []cell{{Text: q.platformName(p)}}
		for _, c := range q.counts(all[p]) {
			row = append(row, cell{Text: c.Value, Num: true})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// acts is what can be done to b now by whoever looks.
func (q *request) acts(b bot.Broadcast, report bot.Report, now time.Time) (acts []act) {
	offer := func(does bot.BroadcastAct, label, looks, sure string) {
		if _, ok := b.Steer(does, q.who.Account, now); !ok {
			return
		}
		x := act{Name: string(does), Label: label, Looks: looks}
		if sure != "" {
			x.Sure = q.Say(sure)
		}
		acts = append(acts, x)
	}
	offer(bot.ActApprove, q.Say("console.act-approve"), "main", "console.sure-approve")
	undo := "announce.undo"
	if b.State == bot.BroadcastWaiting && b.By != q.who.Account.Login {
		undo = "announce.no"
	}
	offer(bot.ActUndo, q.Say(undo), "danger", "")
	offer(bot.ActResume, q.Say("console.act-resume"), "main", "")
	offer(bot.ActPause, q.Say("console.act-pause"), "", "")
	if !b.Early(now) {
		offer(bot.ActStop, q.Say("console.act-stop"), "danger", "console.sure-stop")
	}
	if n := report[bot.FateUnconfirmed]; n > 0 {
		offer(bot.ActAgain, q.Say("announce.unconfirmed", "count", strconv.Itoa(n)), "", "console-announce.sure-again")
	}
	return acts
}

// steered says what was done.
var steered = map[bot.BroadcastAct]string{bot.ActApprove: "console.did-approve", bot.ActResume: "console.did-resume", bot.ActPause: "console.did-pause",
	bot.ActStop: "console.did-stop", bot.ActUndo: "console-announce.did-undo", bot.ActAgain: "console-announce.did-again"}

// steer does one of acts.
func (q *request) steer() error {
	id, does := q.r.PathValue("id"), bot.BroadcastAct(q.r.PathValue("act"))
	done, ok := steered[does]
	if !ok {
		return errNotFound
	}
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get(q.who.Account.Login) // as it is now
		if err != nil {
			return err
		}
		return q.c.cfg.Broadcasts.Steer(tx, id, does, a, time.Now().UTC())
	})
	switch {
	case errors.Is(err, store.ErrScope):
		if err := q.denied(string(does), "", "scope"); err != nil {
			return err
		}
		return errNotFound
	case errors.Is(err, store.ErrConflict):
		return q.tooLate(id, does)
	case err != nil:
		return err
	}
	q.c.cfg.Broadcasts.Wake()
	return q.done("announcements/"+id, done)
}

// tooLate shows the announcement, and says why that cannot be done to it.
func (q *request) tooLate(id string, does bot.BroadcastAct) error {
	q.problem = q.Say("announce.too-late")
	switch does {
	case bot.ActUndo:
		q.problem = q.Say("console-announce.undo-late")
	case bot.ActApprove:
		var b bot.Broadcast
		err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
			b, err = tx.Broadcasts.Get(id, q.who.Account.Scope())
			return err
		})
		if err != nil {
			return err
		}
		if b.State == bot.BroadcastWaiting && b.By == q.who.Account.Login {
			q.problem = q.Say("announce.own")
			if err := q.denied(string(does), id, "own"); err != nil {
				return err
			}
		}
	}
	return q.announcementPage(http.StatusConflict)
}
