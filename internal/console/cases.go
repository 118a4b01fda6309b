package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/store"
)

const casesPage = 50

// casesView is what cases.html shows.
type casesView struct {
	Intro    string
	Chips    []link
	Filter   []field
	Filtered bool // something was chosen
	Table    table
	Files    []link
	Here     string // the first page of the same choice
	Live     string // the case that is looked at; "": a list
}

// What stands in an address for choices that are no state and no login.
const (
	chooseOpen    = "open" // the default
	chooseOverdue = "overdue"
	chooseAll     = "all"
	chooseMine    = "me"
)

var caseOrders = map[string]store.CaseOrder{"": store.NewestFirst, "newest": store.NewestFirst, "oldest": store.OldestFirst, "due": store.DueFirst}

// caseStates lists the states in the order in which a case goes through them.
var caseStates = []bot.CaseState{bot.CaseReceived, bot.CaseSeen, bot.CaseWorking, bot.CaseAnswered, bot.CaseDone, bot.CaseDeclined, bot.CaseDuplicate}

// anonymised tells whether whoever looks sees cases without names, words and villages: a village may have few of a kind, and who
// knows it knows whose they are. Numbers by village are package numbers' to give.
func (q *request) anonymised() bool { return !q.may(village) }

// showCases lists the cases of the scope that are chosen. A number in place of words leads to its case.
func (q *request) showCases() error {
	scope := q.counted().Scope()
	form, query, err := q.caseChoice(scope)
	if err != nil {
		return err
	}
	var cs []bot.Case
	var accounts []bot.Account
	next, number := "", ""
	err = q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		number = q.caseNumber(tx, query.Words, scope)
		if accounts, err = tx.Accounts.All(); err != nil {
			return err
		}
		cs, next, err = tx.Cases.List(scope, query, store.Page{Limit: casesPage, After: form.Get("after")})
		if err != nil && form.Get("after") != "" { // no cursor of ours
			return errNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	if number != "" {
		q.redirect("cases/" + number)
		return nil
	}
	page := casesView{Files: q.fileLinks(export.Feedback), Intro: q.Say("console-cases.list-note"), Table: q.caseTable(cs, names(accounts))}
	if q.anonymised() {
		page.Intro = q.Say("console-cases.list-note-observer")
	}
	page.Chips, page.Filter, page.Filtered = q.caseChips(form), q.caseFilter(form, accounts), q.filtered(form)
	page.Table.Next = q.next(next)
	form.Del("after")
	page.Here = Path + "cases?" + form.Encode()
	return q.render(http.StatusOK, "cases", q.Say("console-cases.title"), page)
}

// caseChoice reads the address of a list of cases.
func (q *request) caseChoice(scope bot.Scope) (form url.Values, query store.CaseQuery, err error) {
	form = q.r.URL.Query()
	if len(form.Get("q")) > 4*maxWords {
		return nil, query, failure(http.StatusBadRequest)
	}
	if form.Get("overdue") != "" {
		form.Del("overdue")
		form.Set("state", chooseOverdue)
	}
	query, ok := q.caseQuery(form, scope)
	if !ok {
		return nil, query, errNotFound
	}
	return form, query, nil
}

// caseQuery reads what is chosen. ok is false for what cannot be, or is outside the scope.
func (q *request) caseQuery(form url.Values, scope bot.Scope) (query store.CaseQuery, ok bool) {
	query = store.CaseQuery{Village: form.Get("village"), Kind: bot.CaseKind(form.Get("kind")), Commitment: form.Get("commitment")}
	switch state := form.Get("state"); {
	case state == "" || state == chooseOpen:
		query.Open = true
	case state == chooseOverdue:
		query.Overdue = time.Now().UTC()
	case slices.Contains(caseStates, bot.CaseState(state)):
		query.State = bot.CaseState(state)
	case state != chooseAll:
		return query, false
	}
	if query.Order, ok = caseOrders[form.Get("sort")]; !ok {
		return query, false
	}
	if query.Village != "" && (q.anonymised() || !scope.Allows(query.Village)) || query.Kind != "" && !slices.Contains(bot.CaseKinds, query.Kind) {
		return query, false
	}
	if !q.anonymised() { // neither colleagues nor words can be guessed by looking for them
		query.Words = clip(strings.TrimSpace(form.Get("q")), maxWords)
		query.Assigned = form.Get("assigned")
		if query.Assigned == chooseMine {
			query.Assigned = q.who.Account.Login
		}
	}
	return query, true
}

// caseNumber is the number of the case that somebody typed in place of words; "" if it is none that they may read.
func (q *request) caseNumber(tx store.Tx, typed string, scope bot.Scope) string {
	id := strings.ToUpper(strings.TrimPrefix(typed, "#"))
	if id == "" || len(id) > 24 {
		return ""
	}
	if c, err := tx.Cases.Get(id, scope); err == nil {
		return c.ID
	}
	return ""
}

// colleagues gives the name of each account.
func (q *request) colleagues() (map[string]string, error) {
	accounts, err := q.c.cfg.Staff.List(q.r.Context())
	return names(accounts), err
}

// names gives the name of each account.
func names(accounts []bot.Account) map[string]string {
	all := make(map[string]string, len(accounts))
	for _, a := range accounts {
		all[a.Login] = cmp.Or(a.Name, a.Login)
	}
	return all
}

func (q *request) caseTable(cs []bot.Case, names map[string]string) table {
	t := table{Caption: q.Say("console-cases.title"), Empty: q.Say("console-cases.none"), Head: []string{q.Say("console-cases.case"), q.Say("console.village"),
		q.Say("console.state"), q.Say("console-cases.assigned"), q.Say("console-cases.due"), q.Say("console-cases.filed")}}
	if q.anonymised() {
		t.Head = slices.Concat(t.Head[:1], t.Head[2:3], t.Head[4:])
	}
	for _, c := range cs {
		state, badge := q.stateOf(c.State)
		first := cell{Text: q.caseLabel(c), Href: Path + "cases/" + url.PathEscape(c.ID)}
		quiet := []string{c.ID, q.kindName(c.Kind)}
		if first.Text == q.kindName(c.Kind)+" "+c.ID { // that is said
			quiet = nil
		}
		if n := len(c.Media); n > 0 {
			quiet = append(quiet, q.Say("console-cases.files", "count", strconv.Itoa(n)))
		}
		first.Quiet = strings.Join(quiet, " · ")
		row := []cell{first, {Text: q.villageName(c.Village)}, {Text: state, Badge: badge}, {Text: cmp.Or(names[c.Assigned], c.Assigned, "–")}, q.dueCell(c), {Text: q.caseTime(c, c.Created)}}
		if q.anonymised() {
			row = slices.Concat(row[:1], row[2:3], row[4:])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// caseLabel is what a case is called in a list: its words, for those who may read them.
func (q *request) caseLabel(c bot.Case) string {
	switch {
	case !q.anonymised() && c.Text != "":
		return clip(bot.Mask(c.Text), maxClip)
	case c.Commitment != "":
		return cmp.Or(q.commitmentName(c.Commitment), c.ID)
	}
	return q.kindName(c.Kind) + " " + c.ID
}

// dueCell says when an answer is due, louder if it is overdue.
func (q *request) dueCell(c bot.Case) cell {
	switch {
	case !c.Open() || c.Due.IsZero():
		return cell{Text: "–"}
	case c.Due.Before(time.Now()):
		return cell{Text: q.day(c.Due), Badge: "bad"}
	}
	return cell{Text: q.day(c.Due)}
}

// caseTime writes when a citizen did something about a case; of one that hides who it was, and for an observer, only the day: whoever
// wrote at that moment would be known for it.
func (q *request) caseTime(c bot.Case, t time.Time) string {
	if c.Hidden() || q.anonymised() {
		return q.day(t)
	}
	return q.When(t)
}

// day writes a day for a person, in the place's time.
func (q *request) day(t time.Time) string { return q.Day(t.In(q.lib.Place().Zone)) }

// stateOf is what the state of a case is called, and how it looks.
func (q *request) stateOf(s bot.CaseState) (name, badge string) {
	badge = map[bot.CaseState]string{bot.CaseReceived: "warn", bot.CaseAnswered: "good", bot.CaseDone: "good"}[s]
	return cmp.Or(q.Say("cases.is-"+string(s)), string(s)), cmp.Or(badge, "plain")
}

func (q *request) kindName(k bot.CaseKind) string {
	return cmp.Or(q.Say("cases.kind-"+string(k)), string(k))
}

// commitmentName is the title of a commitment; "" if there is none of that ID.
func (q *request) commitmentName(id string) string {
	if c, ok := q.lib.Commitment(id); ok {
		return q.local(c.Title)
	}
	return id
}

// filtered tells whether more is chosen than the chips do.
func (q *request) filtered(form url.Values) bool {
	for _, name := range []string{"q", "village", "kind", "commitment", "sort"} {
		if form.Get(name) != "" {
			return true
		}
	}
	return false
}

// caseChips are the choices that are made most.
func (q *request) caseChips(form url.Values) (chips []link) {
	add := func(key, state, assigned string) {
		v := url.Values{}
		if state != "" {
			v.Set("state", state)
		}
		if assigned != "" {
			v.Set("assigned", assigned)
		}
		current := cmp.Or(form.Get("state"), chooseOpen) == cmp.Or(state, chooseOpen) && form.Get("assigned") == assigned
		chips = append(chips, link{strings.TrimSuffix(Path+"cases?"+v.Encode(), "?"), q.Say(key), current})
	}
	add("console-cases.chip-open", "", "")
	if !q.anonymised() {
		add("console-cases.chip-mine", "", chooseMine)
		add("console-cases.chip-nobody", "", bot.Nobody)
	}
	add("console-cases.chip-overdue", chooseOverdue, "")
	add("console.all", chooseAll, "")
	return chips
}

// caseFilter are the fields of the form above the list.
func (q *request) caseFilter(form url.Values, accounts []bot.Account) (fields []field) {
	choice := func(name, label string, options []option) {
		chosen := form.Get(name)
		for i := range options {
			options[i].Chosen = options[i].Value == chosen
		}
		fields = append(fields, field{Name: name, Label: label, Type: "select", Options: options})
	}
	any := func() []option { return []option{{Label: q.Say("console.all")}} }
	if !q.anonymised() {
		fields = append(fields, field{Name: "q", Label: q.Say("console-cases.words"), Hint: q.Say("console-cases.words-hint"), Type: "search", Value: form.Get("q"), Max: maxWords, Optional: true})
	}
	states := []option{{Value: "", Label: q.Say("console-cases.chip-open")}, {Value: chooseOverdue, Label: q.Say("console-cases.chip-overdue")}, {Value: chooseAll, Label: q.Say("console.all")}}
	for _, s := range caseStates {
		name, _ := q.stateOf(s)
		states = append(states, option{Value: string(s), Label: name})
	}
	choice("state", q.Say("console.state"), states)
	villages := any()
	for _, v := range q.ownVillages() {
		villages = append(villages, option{Value: v.ID, Label: q.local(v.Name)})
	}
	if len(villages) > 2 && !q.anonymised() {
		choice("village", q.Say("console.village"), villages)
	}
	kinds := any()
	for _, k := range bot.CaseKinds {
		if k != bot.CaseIntegrity || q.counted().Integrity {
			kinds = append(kinds, option{Value: string(k), Label: q.kindName(k)})
		}
	}
	choice("kind", q.Say("console-cases.kind"), kinds)
	commitments := any()
	for _, c := range q.lib.Commitments() {
		commitments = append(commitments, option{Value: c.ID, Label: clip(q.local(c.Title), maxClip/2)})
	}
	if len(commitments) > 1 {
		choice("commitment", q.Say("console-cases.commitment"), commitments)
	}
	if !q.anonymised() {
		who := append(any(), option{Value: chooseMine, Label: q.Say("console-cases.me")}, option{Value: bot.Nobody, Label: q.Say("console-cases.nobody")})
		for _, a := range accounts {
			if a.Login != q.who.Account.Login && q.colleague(a) {
				who = append(who, option{Value: a.Login, Label: cmp.Or(a.Name, a.Login)})
			}
		}
		choice("assigned", q.Say("console-cases.assigned"), who)
	}
	choice("sort", q.Say("console-cases.sort"), []option{{Label: q.Say("console-cases.sort-newest")}, {Value: "oldest", Label: q.Say("console-cases.sort-oldest")}, {Value: "due", Label: q.Say("console-cases.sort-due")}})
	return fields
}

// colleague tells whether an account may have a case that whoever looks may read, too.
func (q *request) colleague(a bot.Account) bool {
	scope, own := a.Scope(), q.who.Account.Scope()
	return scope.All || own.All && len(scope.Villages) > 0 || slices.ContainsFunc(scope.Villages, func(v string) bool { return own.Allows(v) })
}
