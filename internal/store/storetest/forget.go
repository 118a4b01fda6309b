package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// page is a platform that names deliveries after addresses.
const page = bot.Platform("webchat")

// Person is somebody of whom everything is kept that a store can keep.
type Person struct {
	ID      bot.CitizenID
	Address string // on telegram; on webchat it is the same with "-page" after it
	Words   string // part of everything that they said or were told, and of no more than that
}

func (p Person) addresses() []bot.Address {
	return []bot.Address{{Platform: telegram, ID: p.Address}, {Platform: page, ID: p.Address + "-page"}}
}

func (p Person) said(what string) string { return p.Words + ", " + what }

// message has the words in every place.
func (p Person) message(what string) bot.Outbound {
	w := p.said(what)
	return bot.Outbound{
		Heading: w, Text: w, Note: w, Buttons: []bot.Button{{Label: w, Action: "x"}}, Replaces: w,
		Media: bot.Media{Kind: bot.KindPhoto, Ref: w, Instead: w},
	}
}

// Remember keeps everything about people that there is to be kept, and others with whom they have something in common.
func Remember(tx store.Tx, people ...Person) error {
	question, err := tx.Questions.Add(bot.Question{Citizen: "luka", Village: "shroma", At: at(0), Text: "everybody's"})
	err = errors.Join(err, tx.Cases.Create(bot.Case{ID: "shared", Citizen: "luka", Village: "shroma", Kind: bot.CaseProblem, Text: "luka's pothole"}))
	for _, p := range people {
		err = errors.Join(err, p.rememberDialogue(tx, question), p.rememberMessages(tx), p.rememberBroadcasts(tx), p.rememberCases(tx))
	}
	return err
}

func (p Person) rememberDialogue(tx store.Tx, question string) error {
	c := bot.Citizen{ID: p.ID, Village: "shroma", Consented: at(0), Follows: []string{p.said("follows")}}
	for _, a := range p.addresses() {
		c.Contacts = append(c.Contacts, bot.Contact{Address: a, LastInbound: at(0)})
	}
	err := tx.Citizens.Put(c, bot.State{
		Intent: "ask", Slots: map[string]string{"text": p.said("slot")}, Offered: []bot.Button{{Label: p.said("button")}},
	})
	for day := range 3 {
		for _, ref := range []string{"", "7", "a-longer-name-of-a-delivery"} {
			err = errors.Join(err, tx.Inbox.Mark(page, fmt.Sprintf("%s-page/%d%s", p.Address, day, ref), at(day*24*60)))
		}
	}
	for i, village := range []string{"shroma", "shroma", "likhauri"} {
		err = errors.Join(err, tx.Conversations.Append(bot.Exchange{
			Citizen: p.ID, Platform: telegram, Village: village, At: at(i), Said: p.said("exchange"), Media: p.said("media"), Replies: []string{p.said("reply")},
		}))
	}
	q := bot.Question{Citizen: p.ID, Village: "shroma", At: at(1), Text: p.said("question"), Reply: p.said("answer")}
	own, err1 := tx.Questions.Add(q)
	q.Group = own
	q.Citizen, q.Text, q.Reply = "keti", "the same as "+string(p.ID), ""
	_, err2 := tx.Questions.Add(q)
	q.Citizen, q.Text, q.Group = p.ID, p.said("the same"), question
	_, err3 := tx.Questions.Add(q)
	q.Text, q.Group, q.Why = p.said("alone"), "", bot.WhyPerson
	_, err4 := tx.Questions.Add(q)
	return errors.Join(err, err1, err2, err3, err4)
}

func (p Person) rememberMessages(tx store.Tx) error {
	var err error
	for _, a := range p.addresses() {
		parcels := []store.Parcel{
			{To: a, Citizen: p.ID, Message: p.message("settled")},
			{To: a, Citizen: p.ID, Message: p.message("claimed")},
			{To: a, Citizen: p.ID, Message: p.message("owed"), Due: at(500)},
		}
		parcels[2].Message.Purpose = bot.PurposeNotice
		ids, err1 := tx.Outbox.Put(parcels...)
		if err1 != nil {
			return err1
		}
		err = errors.Join(
			err,
			tx.Outbox.Settle(ids[0], bot.FateHeld, at(1)),
			tx.Mail.Hold(p.ID, bot.Held{Parcel: ids[0], At: at(1), Message: p.message("held")}),
			tx.Threads.Set(a, p.said("reference"), "case:"+p.ownCase(), at(1)),
		)
		_, err1 = tx.Outbox.Claim(a.Platform, 255, at(2), time.Hour, 1)
		err = errors.Join(err, err1)
	}
	return errors.Join(
		err,
		tx.Accounts.Put(bot.Account{Login: string(p.ID), Role: bot.RoleStaff, Citizen: p.ID}),
		tx.Codes.Put(bot.Code{Kind: bot.CodeLink, Secret: string(p.ID), Citizen: p.ID, Until: at(10)}, at(0)),
		tx.Consents.Append(bot.Consent{Citizen: p.ID, Given: true, At: at(0)}),
	)
}

// broadcast is the ID of one to this person and giorgi2 that comes to a fate.
func (p Person) broadcast(fate bot.Fate) string { return fmt.Sprintf("%s-%d", p.ID, fate) }

func (p Person) rememberBroadcasts(tx store.Tx) error {
	for fate := bot.FateOwed; fate <= bot.FateFailed; fate++ {
		id, a := p.broadcast(fate), p.addresses()[0]
		a.Platform = bot.Platform(id) // so that nothing else is claimed
		err := errors.Join(
			tx.Broadcasts.Create(bot.Broadcast{ID: id, State: bot.BroadcastSending, Created: at(int(fate))}, everything),
			tx.Broadcasts.Owe(id, bot.Recipient{Citizen: p.ID, Address: a, Language: "ka", Replaces: p.said("before")}, owedTo("giorgi2", "99")),
		)
		if err == nil && fate != bot.FateOwed {
			var ds []store.Delivery
			if ds, err = tx.Broadcasts.Claim(a.Platform, false, at(9), 1); err == nil {
				err = tx.Broadcasts.Settle(ds[0], fate, p.said("message"), at(9))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p Person) ownCase() string { return string(p.ID) + "'s" }

func (p Person) rememberCases(tx store.Tx) error {
	own := bot.Case{
		ID: p.ownCase(), Citizen: p.ID, Kind: bot.CaseCommitment, Village: "shroma", Commitment: "c1", Score: 4, State: bot.CaseDone,
		Text: p.said("case"), Media: []bot.Media{{Kind: bot.KindPhoto, Ref: p.said("photo"), Instead: p.said("caption")}}, Spot: bot.Point{Lat: 41.9},
		Created: at(1), Updated: at(2), Due: at(3), Reason: p.said("reason"), Assigned: "luka",
	}
	err := errors.Join(tx.Cases.Create(own), tx.Cases.Join(own.ID, "keti"), tx.Cases.Join("shared", p.ID), tx.Cases.Join("shared", "keti"))
	for _, by := range []string{"", "luka"} {
		err = errors.Join(err, tx.Cases.AddEvent(bot.CaseEvent{Case: own.ID, At: at(5), By: by, Text: p.said("event"), Internal: by != ""}))
	}
	return errors.Join(
		err,
		tx.Cases.AddEvent(bot.CaseEvent{Case: "shared", At: at(6), Citizen: p.ID, Text: p.said("added")}),
		tx.Cases.AddEvent(bot.CaseEvent{Case: "shared", At: at(7), By: "luka", Text: "luka's words"}),
	)
}

// In these tests nino is forgotten; giorgi is like her in all.
func forgetTests() []test {
	return []test{
		{name: "nothing is left but what counts", run: func(t *testing.T, s store.Store) {
			p, _ := remember(t, s)
			forget(t, s, p.ID, nil)
			equal(t, "what is kept", kept(t, s, p), nothing(p))
			forget(t, s, p.ID, store.ErrNotFound)
			depth(t, s, telegram, 2) // the other's
		}},
		{name: "nothing of another's is changed", run: func(t *testing.T, s store.Store) {
			p, other := remember(t, s)
			before := kept(t, s, other)
			forget(t, s, p.ID, nil)
			after := kept(t, s, other)
			before.Shared[1].Text, before.Shared[1].Citizen = "", "" // hers
			equal(t, "what is kept of the other", after, before)
			forget(t, s, other.ID, nil)
			equal(t, "what is kept", kept(t, s, other), nothing(other))
		}},
		{name: "cards on their way to staff go", run: func(t *testing.T, s store.Store) {
			p, _ := remember(t, s)
			card := bot.Outbound{Text: p.said("card"), About: "case:" + p.ownCase()}
			update(t, s, func(tx store.Tx) error {
				staff := bot.Citizen{ID: "staff", Contacts: []bot.Contact{{Address: bot.Address{Platform: messenger, ID: "9"}}}}
				if err := tx.Citizens.Put(staff, bot.State{}); err != nil {
					return err
				}
				if err := tx.Accounts.Put(bot.Account{Login: "clerk", Citizen: "staff"}); err != nil {
					return err
				}
				for _, m := range []bot.Outbound{card, {Text: "something else"}} {
					if _, err := tx.Outbox.Put(store.Parcel{To: staff.Contacts[0].Address, Citizen: "staff", Message: m, Due: at(0)}); err != nil {
						return err
					}
					if err := tx.Mail.Hold("staff", bot.Held{At: at(0), Message: m}); err != nil {
						return err
					}
				}
				return nil
			})
			forget(t, s, p.ID, nil)
			depth(t, s, messenger, 1)
			view(t, s, func(tx store.Tx) error {
				held, err := tx.Mail.Of("staff", 10)
				if len(held) != 1 || held[0].Message.Text != "something else" {
					t.Errorf("held: %+v", held)
				}
				return err
			})
		}},
		{name: "cases keep what counts", run: func(t *testing.T, s store.Store) {
			p, _ := remember(t, s)
			forget(t, s, p.ID, nil)
			stored(t, s, bot.Case{
				ID: p.ownCase(), Kind: bot.CaseCommitment, Village: "shroma", Commitment: "c1", Score: 4, State: bot.CaseDone,
				Created: at(1), Updated: at(2), Due: at(3), Assigned: "luka", Version: 2,
			})
			history(
				t, s, p.ownCase(),
				bot.CaseEvent{Case: p.ownCase(), At: at(1), To: bot.CaseDone},
				bot.CaseEvent{Case: p.ownCase(), At: at(5)},
				bot.CaseEvent{Case: p.ownCase(), At: at(5), By: "luka", Internal: true},
			)
			parties(t, s, p.ownCase(), "keti")
			parties(t, s, "shared", "luka", "keti", "giorgi")
			settled(t, s, at(99), 9, "giorgi's")
			view(t, s, func(tx store.Tx) error {
				shared, err1 := tx.Cases.Get("shared", everybody)
				equal(t, "shared", shared.Text, "luka's pothole")
				es, err2 := tx.Cases.Events("shared")
				equal(t, "luka's words", es[len(es)-1].Text, "luka's words")
				return errors.Join(err1, err2)
			})
		}},
		{name: "questions keep their place in their group", run: func(t *testing.T, s store.Store) {
			p, other := remember(t, s)
			forget(t, s, p.ID, nil)
			view(t, s, func(tx store.Tx) error {
				qs, err := tx.Questions.Waiting(everything, 50)
				equal(t, "waiting", texts(qs), []string{other.said("alone"), other.said("question"), "", "everybody's"})
				first := qs[2]
				equal(t, "first of a group", first, bot.Question{ID: first.ID, Group: first.ID, Village: "shroma", At: at(1)})
				group(t, s, first.ID, "", "the same as nino")
				group(t, s, qs[3].ID, "everybody's", "", other.said("the same"))
				return err
			})
		}},
		{name: "a group of which nobody is left waits no more", run: func(t *testing.T, s store.Store) {
			both(t, s)
			first := ask(t, s, bot.Question{Citizen: "nino", Text: "a", At: at(0)})
			ask(t, s, bot.Question{Citizen: "giorgi", Text: "b", Group: first, At: at(1)})
			forget(t, s, "nino", nil)
			waiting(t, s, everything, 9, "")
			forget(t, s, "giorgi", nil)
			waiting(t, s, everything, 9)
			group(t, s, first, "", "")
		}},
		{name: "recipients keep their fate, and what is owed to them is unreachable", run: func(t *testing.T, s store.Store) {
			p, _ := remember(t, s)
			forget(t, s, p.ID, nil)
			for fate := bot.FateOwed; fate <= bot.FateFailed; fate++ {
				want := bot.Report{bot.FateOwed: 1}
				left := fate
				if fate == bot.FateOwed {
					left = bot.FateUnreachable
				}
				want[left]++
				reported(t, s, p.broadcast(fate), want)
				recipients(t, s, p.broadcast(left), left, bot.Recipient{Citizen: p.ID})
			}
			var n int
			id := p.broadcast(bot.FateUnconfirmed)
			update(t, s, func(tx store.Tx) (err error) { n, err = tx.Broadcasts.Again(id); return err })
			equal(t, "owed again", n, 0)
			reported(t, s, id, bot.Report{bot.FateUnreachable: 1, bot.FateOwed: 1})
		}},
		{name: "what was on its way is not kept", run: func(t *testing.T, s store.Store) {
			both(t, s)
			sending(t, s, "b", 0)
			sending(t, s, "c", 1)
			owe(t, s, "b", owedTo("nino", "1"))
			d := claimDelivery(t, s)
			ids := put(t, s, parcelOf("nino", "1", "claimed"), parcelOf("giorgi", "2", "giorgi's"))
			claims(t, s, at(0), "claimed", "giorgi's")
			forget(t, s, "nino", nil)

			settleDelivery(t, s, d, bot.FateSent, "7", nil)
			recipients(t, s, "b", bot.FateSent, bot.Recipient{Citizen: "nino"})
			owe(t, s, "c", owedTo("nino", "1"))
			reported(t, s, "c", bot.Report{})
			hold(t, s, "nino", bot.Outbound{Text: "claimed before, held after"})
			equal(t, "held", len(heldFor(t, s, "nino", 5)), 0)
			gives(t, s, "Settle", store.ErrNotFound, func(tx store.Tx) error { return tx.Outbox.Settle(ids[0], bot.FateSent, at(1)) })
			settle(t, s, ids[1])
			late := put(t, s, parcelOf("nino", "1", "decided before, put after"), parcelOf("giorgi", "2", "more"))
			if late[0] == late[1] || late[0] == "" {
				t.Errorf("the IDs are %q", late)
			}
			depth(t, s, telegram, 1)
			claims(t, s, at(0), "more")
		}},
		{name: "a delivery that was not sent cannot be sent any more", run: func(t *testing.T, s store.Store) {
			both(t, s)
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("nino", "1"))
			d := claimDelivery(t, s)
			forget(t, s, "nino", nil)
			release(t, s, d, nil)
			reported(t, s, "b", bot.Report{bot.FateUnreachable: 1})
			equal(t, "claimed", deliver(t, s, telegram, false, 5), []string(nil))
		}},
		{name: "a parcel for nobody who is known goes out", run: func(t *testing.T, s store.Store) {
			both(t, s)
			forget(t, s, "nino", nil)
			ids := put(t, s, parcelOf("", "1", "you are forgotten"))
			claims(t, s, at(0), "you are forgotten")
			settleAs(t, s, ids[0], bot.FateSent, 1)
			fates(t, s, "", ids, map[string]bot.Sending{})
			depth(t, s, telegram, 0)
		}},
		{name: "of those who became one, both are forgotten", run: func(t *testing.T, s store.Store) {
			both(t, s)
			ids := put(t, s, parcelOf("giorgi", "2", "a"), parcelOf("giorgi", "2", "b"))
			settleAs(t, s, ids[0], bot.FateSent, 1)
			merge(t, s, nil)
			forget(t, s, "nino", nil)
			fates(t, s, "nino", ids, map[string]bot.Sending{})
			depth(t, s, telegram, 0)
			hold(t, s, "giorgi", bot.Outbound{Text: "late"})
			equal(t, "held", len(heldFor(t, s, "nino", 5))+len(heldFor(t, s, "giorgi", 5)), 0)
			for _, a := range append(nino().Contacts, giorgi().Contacts...) {
				view(t, s, func(tx store.Tx) error {
					if _, err := tx.Citizens.ByAddress(a.Address); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("ByAddress gave %v", err)
					}
					return nil
				})
			}
		}},
		{name: "who was forgotten can come again", run: func(t *testing.T, s store.Store) {
			both(t, s)
			forget(t, s, "nino", nil)
			putCitizen(t, s, nino(), bot.State{}, nil)
			owns(t, s, nino().Contacts[0].Address, "nino")
			hold(t, s, "nino", bot.Outbound{Text: "news"})
			equal(t, "held", len(heldFor(t, s, "nino", 5)), 1)
			forget(t, s, "nino", nil)
			equal(t, "held", len(heldFor(t, s, "nino", 5)), 0)
		}},
		{name: "all or nothing", run: func(t *testing.T, s store.Store) {
			p, _ := remember(t, s)
			before := kept(t, s, p)
			err := s.Update(context.Background(), func(tx store.Tx) error { return errors.Join(tx.Citizens.Forget(p.ID), errGiveUp) })
			if !errors.Is(err, errGiveUp) {
				t.Errorf("Update gave %v", err)
			}
			equal(t, "what is kept", kept(t, s, p), before)
		}},
	}
}

// remember keeps everything about nino and giorgi.
func remember(t *testing.T, s store.Store) (her, him Person) {
	t.Helper()
	her, him = Person{"nino", "111", "nino's words"}, Person{"giorgi", "222", "giorgi's words"}
	update(t, s, func(tx store.Tx) error { return Remember(tx, her, him) })
	return her, him
}

func forget(t *testing.T, s store.Store, id bot.CitizenID, want error) {
	t.Helper()
	gives(t, s, "Forget", want, func(tx store.Tx) error { return tx.Citizens.Forget(id) })
}

// keeps is what can be read about a person.
type keeps struct {
	Citizen   bot.Citizen
	Owners    []bot.CitizenID // of the addresses
	Said      []string
	InVillage []string // said by them
	Asked     []string
	Held      []bot.Held
	Fates     int
	Consents  int
	Login     string
	Code      bool
	About     []string
	Marks     int
	Listed    bool
	Cases     []string
	Rated     bool
	Own       []bot.CaseEvent
	Shared    []bot.CaseEvent
	Parties   []bot.CitizenID // of the shared case, nobody but them
}

// nothing is what may be left of a person: that they agreed to be sent news, and that there was a case.
func nothing(p Person) keeps {
	none := keeps{Owners: []bot.CitizenID{"", ""}, Consents: 1, About: []string{"", ""}}
	none.Own = []bot.CaseEvent{
		{Case: p.ownCase(), At: at(1), To: bot.CaseDone}, {Case: p.ownCase(), At: at(5)}, {Case: p.ownCase(), At: at(5), By: "luka", Internal: true},
	}
	return none
}

func kept(t *testing.T, s store.Store, p Person) (k keeps) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		k = keeps{}
		return errors.Join(k.readDialogue(tx, p), k.readMessages(tx, p), k.readCases(tx, p))
	})
	return k
}

func (k *keeps) readDialogue(tx store.Tx, p Person) error {
	var err1, err2, err3, err4, err5 error
	if k.Citizen, _, err1 = tx.Citizens.Get(p.ID); errors.Is(err1, store.ErrNotFound) {
		k.Citizen, err1 = bot.Citizen{}, nil
	}
	for _, a := range p.addresses() {
		owner, err := tx.Citizens.ByAddress(a) // "" if there is none
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		k.Owners = append(k.Owners, owner)
		about, err := tx.Threads.Get(a, p.said("reference"))
		if err != nil {
			return err
		}
		k.About = append(k.About, about)
	}
	es, _, err2 := tx.Conversations.Of(p.ID, store.Page{Limit: 50})
	k.Said = saids(es)
	for _, village := range []string{"shroma", "likhauri"} {
		es, _, err := tx.Conversations.InVillage(village, store.Page{Limit: 50})
		if err != nil {
			return err
		}
		for _, e := range es {
			if e.Citizen == p.ID {
				k.InVillage = append(k.InVillage, e.Said)
			}
		}
	}
	qs, err3 := tx.Questions.Of(p.ID, 50)
	k.Asked = texts(qs)
	for day := range 3 {
		for _, ref := range []string{"", "7", "a-longer-name-of-a-delivery"} {
			seen, err := tx.Inbox.Seen(page, fmt.Sprintf("%s-page/%d%s", p.Address, day, ref))
			if err != nil {
				return err
			}
			if seen {
				k.Marks++
			}
		}
	}
	cs, _, err4 := tx.Citizens.Subscribed(everything, nil, "", 50)
	for _, c := range cs {
		k.Listed = k.Listed || c.ID == p.ID
	}
	consents, err5 := tx.Consents.Of(p.ID)
	k.Consents = len(consents)
	return errors.Join(err1, err2, err3, err4, err5)
}

func (k *keeps) readMessages(tx store.Tx, p Person) (err error) {
	if k.Held, err = tx.Mail.Of(p.ID, 50); err != nil {
		return err
	}
	var ids []string
	for n := range 50 {
		ids = append(ids, fmt.Sprint(n))
	}
	settled, err := tx.Outbox.Fates(p.ID, ids)
	if err != nil {
		return err
	}
	k.Fates = len(settled)
	a, err := tx.Accounts.ByCitizen(p.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	k.Login = a.Login
	_, err = tx.Codes.Get(bot.CodeLink, string(p.ID), at(1))
	k.Code = err == nil
	return nil
}

func (k *keeps) readCases(tx store.Tx, p Person) error {
	cs, err1 := tx.Cases.Of(p.ID, 50)
	k.Cases = caseIDs(cs)
	_, err := tx.Cases.Rated(p.ID, "c1")
	k.Rated = err == nil
	var err2, err3, err4 error
	k.Own, err2 = tx.Cases.Events(p.ownCase())
	if len(k.Cases) > 0 {
		k.Shared, err3 = tx.Cases.Events("shared")
	}
	all, err4 := tx.Cases.Parties("shared")
	for _, id := range all {
		if id == p.ID {
			k.Parties = append(k.Parties, id)
		}
	}
	return errors.Join(err1, err2, err3, err4)
}
