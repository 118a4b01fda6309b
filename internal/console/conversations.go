package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	listed  = 100 // messages that one page of conversations is made of
	maxClip = 110 // characters of words in a list
)

// listPage is a page that is a list with a choice above it.
type listPage struct {
	Action link // something new
	Intro  string
	Chips  []link // a choice among few
	Choice *field // one among many
	Table  table
}

// maxChips is how many choices are few.
const maxChips = 7

// nowhere stands in an address for those whose village is not known.
const nowhere = "-"

// showConversations lists who has written, of one village or, for those who answer for all, of all.
func (q *request) showConversations() error {
	chosen := q.r.URL.Query().Get("village")
	scope, own := q.who.Account.Scope(), q.ownVillages()
	if chosen == "" && !scope.All && len(own) > 0 {
		chosen = own[0].ID
	}
	if chosen == nowhere && !scope.All || chosen != nowhere && chosen != "" && !scope.Allows(chosen) {
		return errNotFound
	}
	var es []bot.Exchange
	var next string
	err := q.c.cfg.Store.View(q.r.Context(), func(tx store.Tx) (err error) {
		p := store.Page{Limit: listed, After: q.r.URL.Query().Get("after")}
		switch {
		case chosen == "" && scope.All:
			es, next, err = tx.Conversations.Latest(p)
		case chosen == nowhere:
			es, next, err = tx.Conversations.InVillage("", p)
		case chosen != "":
			es, next, err = tx.Conversations.InVillage(chosen, p)
		}
		return err
	})
	if err != nil && q.r.URL.Query().Get("after") != "" { // no cursor of ours
		return errNotFound
	}
	if err != nil {
		return err
	}
	page := listPage{Intro: q.Say("console.conversations-note"), Table: q.conversationTable(es)}
	q.chooseVillage(&page, "conversations", chosen, own, scope.All)
	page.Table.Next = q.next(next)
	return q.render(http.StatusOK, "list", q.Say("console.nav-conversations"), page)
}

// chooseVillage puts the choice of a village on a page.
func (q *request) chooseVillage(page *listPage, path, chosen string, own []bot.Village, all bool) {
	var options []option
	add := func(value, label string) { options = append(options, option{value, label, chosen == value}) }
	if all {
		add("", q.Say("console.all"))
	}
	for _, v := range own {
		add(v.ID, q.local(v.Name))
	}
	if all {
		add(nowhere, q.Say("console.no-village"))
	}
	switch {
	case len(options) > maxChips:
		page.Choice = &field{Name: "village", Label: q.Say("console.village"), Type: "select", Options: options}
	case len(options) > 1:
		for _, o := range options {
			page.Chips = append(page.Chips, link{Path + path + "?village=" + url.QueryEscape(o.Value), o.Label, o.Chosen})
		}
	}
}

// conversationTable is one row for each citizen, by their last message.
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
		t.Rows = append(t.Rows, []cell{{Text: q.citizenName(id), Href: Path + "conversations/" + url.PathEscape(string(id)), Quiet: q.partName(string(e.Platform))},
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

// conversationPage is what conversation.html shows, the oldest first.
type conversationPage struct {
	Facts string
	Lines []line
	Next  link
}

// line is one message.
type line struct {
	Mine    bool // the municipality's
	Who     string
	Text    string
	When    string
	Trouble string // why it may not have been read
}

// showConversation is one conversation, as far as it took place within the scope. It leaves a line in the audit trail.
func (q *request) showConversation() error {
	id, scope := bot.CitizenID(q.r.PathValue("citizen")), q.who.Account.Scope()
	var es []bot.Exchange
	var fates map[string]bot.Sending
	next := ""
	err := q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error {
		es = nil
		p := store.Page{Limit: listed / 2, After: q.r.URL.Query().Get("after")}
		for range maxPages {
			part, after, err := tx.Conversations.Of(id, p)
			if err != nil {
				return errNotFound // no cursor of ours
			}
			es = append(es, slices.DeleteFunc(part, func(e bot.Exchange) bool { return !scope.Allows(e.Village) })...)
			if next, p.After = after, after; after == "" || len(es) > 0 {
				break
			}
		}
		if len(es) == 0 {
			return errNotFound
		}
		var parcels []string
		for _, e := range es {
			parcels = append(parcels, e.Parcels...)
		}
		var err error
		if fates, err = tx.Outbox.Fates(id, parcels); err != nil {
			return err
		}
		return tx.Trail.Append(q.note("conversation", string(id)))
	})
	if err != nil {
		return err
	}
	page := conversationPage{Facts: q.villageName(es[0].Village) + " · " + q.partName(string(es[0].Platform)), Next: q.next(next)}
	for _, e := range slices.Backward(es) {
		page.Lines = append(page.Lines, q.lines(e, fates)...)
	}
	return q.render(http.StatusOK, "conversation", q.citizenName(id), page)
}

// lines are the messages of one exchange.
func (q *request) lines(e bot.Exchange, fates map[string]bot.Sending) (all []line) {
	if e.Kind != bot.KindPerson {
		all = append(all, line{Who: q.Say("console.citizen"), Text: q.said(e), When: q.When(e.At)})
	}
	for i, reply := range e.Replies {
		l := line{Mine: true, Who: q.Say("console.bot"), Text: bot.Mask(reply), When: q.When(e.At)}
		if e.Kind == bot.KindPerson {
			l.Who = q.Say("console.kind-person")
		}
		if i < len(e.Parcels) {
			switch fates[e.Parcels[i]].Fate {
			case bot.FateHeld:
				l.Trouble = q.Say("console.fate-held")
			case bot.FateUnreachable:
				l.Trouble = q.Say("console.fate-unreachable")
			case bot.FateFailed:
				l.Trouble = q.Say("console.fate-failed")
			}
		}
		all = append(all, l)
	}
	return all
}
