package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/store"
)

const (
	listed   = 100 // messages that one page of conversations is made of
	found    = 30  // that one page of a search shows
	maxClip  = 110 // characters of words in a list
	maxWords = 200 // characters that are searched for
)

// nowhere stands in an address for those whose village is not known.
const nowhere = "-"

// conversationFilter is what a list of conversations is chosen by.
type conversationFilter struct {
	village string
	scope   bot.Scope // what of the account's own is left
	words   string
	from    string // days as they were typed
	to      string
	page    store.Page
}

// conversationFilter reads the form above the list.
func (q *request) conversationFilter() (f conversationFilter, err error) {
	get := q.r.URL.Query().Get
	f = conversationFilter{village: get("village"), scope: q.who.Account.Scope(), words: strings.TrimSpace(get("q")), from: get("from"), to: get("to"), page: store.Page{Limit: listed, After: get("after")}}
	if f.words != "" {
		f.page.Limit = found
	}
	switch _, known := q.lib.Village(f.village); {
	case f.village == "", f.village == nowhere && f.scope.All:
	case !known, !f.scope.Allows(f.village):
		return f, errNotFound
	default:
		f.scope = bot.Scope{Villages: []string{f.village}}
	}
	if utf8.RuneCountInString(f.words) > maxWords || !utf8.ValidString(f.words) {
		return f, failure(http.StatusBadRequest)
	}
	f.page.From, f.page.Until, err = q.days(f.from, f.to)
	return f, err
}

// days are the moments at which the first day begins and the last one ends, in the place's time; "" is no bound.
func (q *request) days(first, last string) (from, until time.Time, err error) {
	if first != "" {
		if from, err = time.ParseInLocation(time.DateOnly, first, q.lib.Place().Zone); err != nil {
			return from, until, failure(http.StatusBadRequest)
		}
	}
	if last != "" {
		if until, err = time.ParseInLocation(time.DateOnly, last, q.lib.Place().Zone); err != nil {
			return from, until, failure(http.StatusBadRequest)
		}
		until = until.AddDate(0, 0, 1)
	}
	return from.UTC(), until.UTC(), nil
}

// list reads one page of what f chooses.
func (f conversationFilter) list(tx store.Tx) (es []bot.Exchange, next string, err error) {
	p := f.page
	for range maxPages {
		switch {
		case f.words != "":
			es, next, err = tx.Conversations.Search(f.scope, f.words, p)
		case f.village == nowhere:
			return tx.Conversations.InVillage("", p)
		default:
			return tx.Conversations.In(f.scope, p)
		}
		if f.village == nowhere {
			es = slices.DeleteFunc(es, func(e bot.Exchange) bool { return e.Village != "" })
		}
		if p.After = next; err != nil || next == "" || len(es) > 0 {
			break
		}
	}
	return es, next, err
}

// showConversations lists who has written, or what was found. That something was searched for is noted, not what.
func (q *request) showConversations() error {
	f, err := q.conversationFilter()
	if err != nil {
		return err
	}
	var es []bot.Exchange
	var next string
	read := func(tx store.Tx) (err error) { es, next, err = f.list(tx); return err }
	err = q.c.cfg.Store.View(q.r.Context(), read)
	if err != nil && f.page.After != "" { // no cursor of ours
		return errNotFound
	}
	if err == nil && f.words != "" && f.page.After == "" {
		err = q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error { return tx.Trail.Append(q.note("conversation.search", f.village)) })
	}
	if err != nil {
		return err
	}
	page := listPage{Files: q.fileLinks(export.Conversations), Intro: q.Say("console.conversations-note"), Filter: q.conversationFields(f), Filtered: f.words+f.from+f.to+f.village != ""}
	if f.words != "" {
		page.Table = q.foundTable(es)
	} else {
		page.Table = q.conversationTable(es)
	}
	page.Table.Next = q.next(next)
	return q.render(http.StatusOK, "list", q.Say("console.nav-conversations"), page)
}

func (q *request) conversationFields(f conversationFilter) []field {
	villages := field{Name: "village", Label: q.Say("console.village"), Type: "select", Options: []option{{"", q.Say("console.all"), f.village == ""}}}
	for _, v := range q.ownVillages() {
		villages.Options = append(villages.Options, option{v.ID, q.local(v.Name), f.village == v.ID})
	}
	if q.who.Account.Scope().All {
		villages.Options = append(villages.Options, option{nowhere, q.Say("console.no-village"), f.village == nowhere})
	}
	return []field{
		{Name: "q", Label: q.Say("console-review.words"), Type: "search", Value: f.words, Max: maxWords, Optional: true, Hint: q.Say("console-review.words-hint"), Complete: "off"},
		villages,
		{Name: "from", Label: q.Say("console-review.from"), Type: "date", Value: f.from, Optional: true},
		{Name: "to", Label: q.Say("console-review.to"), Type: "date", Value: f.to, Optional: true},
	}
}

// foundTable is one row for each message that was found.
func (q *request) foundTable(es []bot.Exchange) table {
	t := table{Caption: q.Say("console-review.found"), Empty: q.Say("console-review.found-none"), Head: []string{q.Say("console-review.said"),
		q.Say("console.citizen"), q.Say("console.village"), q.Say("console.when")}}
	for _, e := range es {
		t.Rows = append(t.Rows, []cell{{Text: clip(q.said(e), 2*maxClip), Href: q.conversationAt(e)}, {Text: q.citizenName(e.Citizen), Quiet: q.partName(string(e.Platform))},
			{Text: q.villageName(e.Village)}, {Text: q.When(e.At)}})
	}
	return t
}

// aroundTime is how much of what followed is shown with a message that was found.
const aroundTime = 15 * time.Minute

// conversationAt leads to a message within its conversation.
func (q *request) conversationAt(e bot.Exchange) string {
	return Path + "conversations/" + url.PathEscape(string(e.Citizen)) + "?until=" + strconv.FormatInt(e.At.Add(aroundTime).Unix(), 10) + "#" + exchangeID(e)
}

// exchangeID is the place of an exchange on the page.
func exchangeID(e bot.Exchange) string { return "m" + strconv.FormatInt(e.At.UnixMicro(), 10) }

// conversationTable is one row for each citizen, by their last message, to which it leads.
func (q *request) conversationTable(es []bot.Exchange) table {
	t := table{Caption: q.Say("console.nav-conversations"), Empty: q.Say("console.conversations-none"), Head: []string{q.Say("console.citizen"),
		q.Say("console.village"), q.Say("console.last-words"), q.Say("console.messages"), q.Say("console.when")}}
	var order []bot.CitizenID
	count, last := map[bot.CitizenID]int{}, map[bot.CitizenID]bot.Exchange{}
	for _, e := range es {
		if count[e.Citizen]++; count[e.Citizen] == 1 {
			order = append(order, e.Citizen)
			last[e.Citizen] = e
		}
	}
	for _, id := range order {
		e := last[id]
		t.Rows = append(t.Rows, []cell{{Text: q.citizenName(id), Href: Path + "conversations/" + url.PathEscape(string(id)) + "#" + exchangeID(e), Quiet: q.partName(string(e.Platform))},
			{Text: q.villageName(e.Village)}, {Text: clip(q.said(e), maxClip)}, {Text: strconv.Itoa(count[id]), Num: true}, {Text: q.When(e.At)}})
	}
	return t
}

// citizenName tells citizens apart, of whom no name is kept.
func (q *request) citizenName(id bot.CitizenID) string {
	short := string(id)
	if len(short) > 4 {
		short = short[len(short)-4:]
	}
	return q.Say("console.citizen-short", "id", short)
}

// said is what a citizen wrote, without personal numbers.
func (q *request) said(e bot.Exchange) string {
	if e.Said != "" {
		return bot.Mask(e.Said)
	}
	switch e.Kind {
	case bot.KindPerson:
		return q.Say("console.kind-person")
	case bot.KindBlocked:
		return q.Say("console.kind-blocked")
	case bot.KindUnblocked:
		return q.Say("console.kind-unblocked")
	case bot.KindText, bot.KindPress, bot.KindEdit:
		return "…"
	}
	return q.Say("console.kind-file")
}
