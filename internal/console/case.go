package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	maxReply     = 3500 // characters, as in the chat
	maxCaseNote  = 2000
	aroundBefore = 6 // messages of the conversation before the case
	aroundAfter  = 12
	caseAfter    = 3 * 24 * time.Hour // how long after it
)

// caseView is what case.html shows.
type caseView struct {
	ID       string
	Live     string
	Here     string
	Version  uint64
	State    cell
	Overdue  bool
	Facts    []fact
	Lang     bot.Language // of the words
	Words    string
	Files    []caseFile
	Around   []day
	Talk     link // the whole conversation
	Hidden   bool // nobody is shown who filed it
	Observed bool // without words, and nothing can be done
	History  []caseStep
	Stale    string // a colleague was faster
	Problem  string
	Writers  string
	Answer   *replyForm
	Acts     []act
	Assign   *field
	Note     *field
	Repeats  *field
	Apart    string // label of the button that undoes a merge
}

// fact is one line of what is known.
type fact struct{ Name, Text, Href string }

// caseFile is a photo, a voice message or the like.
type caseFile struct {
	Kind  string // photo, voice, video or file
	URL   string
	Label string
}

// caseStep is one step of the history, the newest first.
type caseStep struct {
	When, Who string
	What      cell
	Text      string
	Note      bool
}

// replyForm is where a colleague answers.
type replyForm struct {
	Text     field
	Outcome  field
	Reach    string // how and until when it gets there
	Held     bool   // it waits
	Ready    []readyAnswer
	ReadyURL string
}

// draft is what somebody typed, kept when a form is refused.
type draft struct {
	reply, outcome, note, repeats string
	ready                         string // key of the ready answer to begin with
	stale, problem                string
	replyWrong, noteWrong         string
	repeatsWrong                  string
}

// showCase is one case of the scope, and leaves a line in the audit trail for whoever reads words of it.
func (q *request) showCase() error {
	d := draft{outcome: string(bot.CaseAnswered), ready: q.r.URL.Query().Get("ready")}
	return q.casePage(http.StatusOK, q.r.PathValue("id"), d)
}

// caseKnown is all that is kept about a case.
type caseKnown struct {
	bot.Case
	filer     bot.Citizen
	parties   int
	events    []bot.CaseEvent
	accounts  []bot.Account
	around    []bot.Exchange
	fates     map[string]bot.Sending
	reachable bool
	contact   bot.Contact
}

func (q *request) casePage(status int, id string, d draft) error {
	var k caseKnown
	read := func(tx store.Tx) (err error) {
		k, err = q.knowCase(tx, id)
		if err != nil || q.anonymised() {
			return err
		}
		return tx.Trail.Append(q.note("case", k.ID))
	}
	do := q.c.cfg.Store.Update
	if q.anonymised() {
		do = q.c.cfg.Store.View
	}
	if err := do(q.r.Context(), read); err != nil {
		return err
	}
	by := names(k.accounts)
	page := caseView{ID: k.ID, Live: k.ID, Here: Path + "cases/" + url.PathEscape(k.ID), Version: k.Version, Hidden: k.Hidden(), Observed: q.anonymised(), Stale: d.stale, Problem: d.problem}
	page.State.Text, page.State.Badge = q.stateOf(k.State)
	page.Overdue = k.Open() && !k.Due.IsZero() && k.Due.Before(time.Now())
	page.Facts, page.History = q.caseFacts(k, by), q.caseHistory(k, by)
	if !page.Observed {
		page.Lang, page.Words = k.Language, bot.Mask(k.Text)
		page.Files = q.caseFiles(k.Case)
		for _, e := range k.around {
			page.Around = q.withExchange(page.Around, e, k.fates, false)
		}
		if len(k.around) > 0 {
			page.Talk = link{Href: Path + "conversations/" + url.PathEscape(string(k.Citizen)), Label: q.Say("console-cases.whole-talk")}
		}
		q.caseForms(&page, k, d)
	}
	return q.render(status, "case", q.Say("console-cases.case-title", "id", k.ID), page)
}

// knowCase reads a case of the scope and what goes with it.
func (q *request) knowCase(tx store.Tx, id string) (k caseKnown, err error) {
	if k.Case, err = tx.Cases.Get(id, q.counted().Scope()); err != nil {
		return k, err
	}
	parties, err1 := tx.Cases.Parties(id)
	var err2, err3 error
	k.parties = len(parties)
	k.events, err2 = tx.Cases.Events(id)
	k.accounts, err3 = tx.Accounts.All()
	if err := errors.Join(err1, err2, err3); err != nil || q.anonymised() || k.Citizen == "" {
		return k, err
	}
	switch k.filer, _, err = tx.Citizens.Get(k.Citizen); {
	case errors.Is(err, store.ErrNotFound):
		return k, nil
	case err != nil:
		return k, err
	}
	k.contact, k.reachable = k.filer.Prefer(q.c.cfg.Windows, time.Now())
	if k.Hidden() { // the conversation around it says who it was
		return k, nil
	}
	return k, q.knowAround(tx, &k)
}

// knowAround reads what was said before and after a case, as far as it is in the scope.
func (q *request) knowAround(tx store.Tx, k *caseKnown) error {
	before, _, err := tx.Conversations.Of(k.Citizen, store.Page{Limit: aroundBefore, Until: k.Created})
	if err != nil {
		return err
	}
	after, _, err := tx.Conversations.Of(k.Citizen, store.Page{Limit: 500, From: k.Created, Until: k.Created.Add(caseAfter)})
	if err != nil {
		return err
	}
	k.around = slices.Concat(after[max(0, len(after)-aroundAfter):], before)
	slices.Reverse(k.around)
	scope := q.who.Account.Scope()
	k.around = slices.DeleteFunc(k.around, func(e bot.Exchange) bool { return !scope.Allows(e.Village) })
	var parcels []string
	for _, e := range k.around {
		parcels = append(parcels, e.Parcels...)
	}
	k.fates, err = tx.Outbox.Fates(k.Citizen, parcels)
	return err
}

// caseFacts are the facts beside the words.
func (q *request) caseFacts(k caseKnown, by map[string]string) (facts []fact) {
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, fact{Name: q.Say(key), Text: text})
		}
	}
	add("console-cases.kind", q.kindName(k.Kind))
	add("console.village", q.villageName(k.Village))
	add("console-cases.commitment", q.commitmentName(k.Commitment))
	if k.Score > 0 {
		add("console-cases.score", q.Say("console-cases.score-of", "score", strconv.Itoa(k.Score)))
	}
	add("console-cases.filed", q.When(k.Created))
	if !k.Due.IsZero() {
		add("console-cases.due", q.day(k.Due))
	}
	if k.Reopened > 0 {
		add("console-cases.reopened", strconv.Itoa(k.Reopened))
	}
	if k.Original != "" {
		facts = append(facts, fact{q.Say("console-cases.repeats"), k.Original, Path + "cases/" + url.PathEscape(k.Original)})
	}
	if k.parties > 1 {
		add("console-cases.joined", strconv.Itoa(k.parties-1))
	}
	if q.anonymised() {
		return facts
	}
	add("console-cases.assigned", cmp.Or(by[k.Assigned], k.Assigned, q.Say("console-cases.nobody")))
	switch {
	case k.Kind == bot.CaseIntegrity:
		add("console-cases.filed-by", q.Say("console-cases.integrity"))
	case k.Anonymous:
		add("console-cases.filed-by", q.Say("console-cases.anonymous"))
	case k.Citizen == "":
		add("console-cases.filed-by", q.Say("console-cases.forgotten"))
	default:
		facts = append(facts, fact{Name: q.Say("console-cases.filed-by"), Text: q.citizenName(k.Citizen)})
	}
	if k.Relay {
		add("console-cases.for", q.Say("console-cases.relay"))
	}
	if !k.Spot.None() {
		at := strconv.FormatFloat(k.Spot.Lat, 'f', 5, 64) + "," + strconv.FormatFloat(k.Spot.Long, 'f', 5, 64)
		facts = append(facts, fact{q.Say("console-cases.place"), at, "https://www.openstreetmap.org/?mlat=" + strings.Replace(at, ",", "&mlon=", 1) + "#map=17/" + strings.Replace(at, ",", "/", 1)})
	}
	return facts
}

// caseFiles leads to the files of a case, in the order in which they came.
func (q *request) caseFiles(c bot.Case) (files []caseFile) {
	for i, m := range c.Media {
		f := caseFile{URL: Path + "cases/" + url.PathEscape(c.ID) + "/media/" + strconv.Itoa(i+1)}
		switch m.Kind {
		case bot.KindPhoto:
			f.Kind = "photo"
		case bot.KindVoice:
			f.Kind = "voice"
		case bot.KindVideo:
			f.Kind = "video"
		default:
			f.Kind = "file"
		}
		f.Label = q.Say("console-cases.file-"+f.Kind, "number", strconv.Itoa(i+1))
		files = append(files, f)
	}
	return files
}

// caseHistory is what has happened, the newest first. An observer reads states and times.
func (q *request) caseHistory(k caseKnown, by map[string]string) (steps []caseStep) {
	for _, e := range slices.Backward(k.events) {
		if q.anonymised() && (e.Internal || e.From == e.To) {
			continue
		}
		s := caseStep{When: q.When(e.At), Who: cmp.Or(by[e.By], e.By), Text: e.Text, Note: e.Internal && e.Assigned == ""}
		name, badge := q.stateOf(e.To)
		switch {
		case e.Internal && e.Assigned == bot.Nobody:
			s.What.Text = q.Say("console-cases.step-unassigned")
		case e.Internal && e.Assigned != "":
			s.What.Text = q.Say("console-cases.step-assigned", "name", cmp.Or(by[e.Assigned], e.Assigned))
		case e.Internal:
			s.What.Text = q.Say("console-cases.step-note")
		case e.From != e.To:
			s.What = cell{Text: name, Badge: badge}
		case e.By != "":
			s.What = cell{Text: q.Say("console-cases.step-again")}
		case e.Text != "":
			s.What.Text = q.Say("console-cases.step-added")
		default:
			s.What.Text = q.Say("console-cases.step-joined")
		}
		if e.By == "" { // words of a citizen
			s.Who, s.Text = q.Say("console.citizen"), bot.Mask(e.Text)
		}
		if q.anonymised() {
			s.Who, s.Text = "", ""
		}
		steps = append(steps, s)
	}
	return steps
}

// caseForms adds what can be done with a case now.
func (q *request) caseForms(page *caseView, k caseKnown, d draft) {
	var writers []string
	by := names(k.accounts)
	for _, login := range q.c.cfg.Live.Writers(k.ID, q.who.Account.Login) {
		writers = append(writers, cmp.Or(by[login], login))
	}
	if len(writers) > 0 {
		page.Writers = q.Say("console-cases.writing", "names", strings.Join(writers, ", "))
	}
	can := func(to bot.CaseState) bool { _, ok := k.Move(to, "-", time.Now()); return ok }
	var outcomes []option
	for _, to := range []bot.CaseState{bot.CaseAnswered, bot.CaseWorking, bot.CaseDone, bot.CaseDeclined} {
		if can(to) {
			outcomes = append(outcomes, option{string(to), q.Say("console-cases.outcome-" + string(to)), d.outcome == string(to)})
		}
	}
	if len(outcomes) > 0 {
		reach, held := q.reach(k)
		ready := q.readyAnswers(k.Case)
		for _, x := range ready {
			if x.Key == d.ready {
				d.reply = x.Text
			}
		}
		page.Answer = &replyForm{Reach: reach, Held: held, Ready: ready, ReadyURL: page.Here,
			Text:    field{Name: "text", Label: q.Say("console-cases.answer"), Hint: q.Say("console-cases.answer-hint"), Type: "area", Value: d.reply, Max: maxReply, Error: d.replyWrong},
			Outcome: field{Name: "outcome", Label: q.Say("console-cases.outcome"), Type: "select", Options: outcomes}}
	}
	for _, to := range []bot.CaseState{bot.CaseSeen, bot.CaseWorking} {
		if _, ok := k.Move(to, "", time.Now()); ok && k.Open() {
			page.Acts = append(page.Acts, act{Name: string(to), Label: q.Say("console-cases.act-" + string(to))})
		}
	}
	if k.State == bot.CaseDuplicate && can(bot.CaseReceived) {
		page.Apart = q.Say("console-cases.act-apart")
	}
	who := []option{{"", q.Say("console-cases.nobody"), k.Assigned == ""}}
	for _, a := range k.accounts {
		if a.Scope().Sees(k.Case) {
			label := cmp.Or(a.Name, a.Login)
			if a.Login == q.who.Account.Login {
				label = q.Say("console-cases.to-me", "name", label)
			}
			who = append(who, option{a.Login, label, k.Assigned == a.Login})
		}
	}
	page.Assign = &field{Name: "to", Label: q.Say("console-cases.assigned"), Type: "select", Options: who}
	page.Note = &field{Name: "note", Label: q.Say("console-cases.note"), Hint: q.Say("console-cases.note-hint"), Type: "area", Value: d.note, Max: maxCaseNote, Error: d.noteWrong}
	if can(bot.CaseDuplicate) && k.Kind != bot.CaseIntegrity {
		page.Repeats = &field{Name: "original", Label: q.Say("console-cases.original"), Hint: q.Say("console-cases.original-hint"), Value: d.repeats, Max: 24, Error: d.repeatsWrong}
	}
}

// reach says on which platform an answer gets there, and until when. Of an anonymous case it does not say what tells who it was.
func (q *request) reach(k caseKnown) (text string, held bool) {
	now := time.Now()
	window := q.c.cfg.Windows[k.contact.Address.Platform]
	switch until := bot.Until(bot.PurposePerson, window, k.contact.LastInbound); {
	case k.Citizen == "":
		text, held = q.Say("console-cases.reach-forgotten"), true
	case !k.reachable:
		text, held = q.Say("console-cases.reach-none"), true
	case !until.IsZero() && !now.Before(until):
		text, held = q.Say("console-cases.reach-waits"), true
	case k.Hidden():
		text = q.Say("console-cases.reach-hidden")
	case until.IsZero():
		text = q.Say("console-cases.reach-now", "platform", q.partName(string(k.contact.Address.Platform)))
	default:
		text = q.Say("console-cases.reach-until", "platform", q.partName(string(k.contact.Address.Platform)), "time", q.When(until))
	}
	if k.parties > 1 {
		text += " " + q.Say("console-cases.reach-joined", "count", strconv.Itoa(k.parties-1))
	}
	return text, held
}
