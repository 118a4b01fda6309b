package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// In these tests giorgi becomes nino.
func mergeTests() []test {
	return []test{
		{name: "the citizen is as before, with the contacts of both", run: func(t *testing.T, s store.Store) {
			c, state := filled[bot.Citizen](), filled[bot.State]()
			c.ID, c.Version = "nino", 0
			putCitizen(t, s, c, state, nil)
			other := filled[bot.Citizen]()
			other.ID, other.Version, other.Village, other.Contacts = "giorgi", 0, "giorgi's", contacts("8", "9")
			other.Contacts[1].Reach, other.Contacts[1].LastInbound = bot.Blocked, at(7)
			putCitizen(t, s, other, bot.State{Step: "giorgi's"}, nil)
			merge(t, s, nil)
			view(t, s, func(tx store.Tx) error {
				gotC, gotS, err := tx.Citizens.Get("nino")
				want := c
				want.Version, want.Contacts = 2, append(slices.Clone(c.Contacts), other.Contacts...)
				equal(t, "citizen", gotC, want)
				equal(t, "state", gotS, state)
				if _, _, err := tx.Citizens.Get("giorgi"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("the one who is gone gave %v", err)
				}
				return err
			})
			for _, contact := range append(c.Contacts, other.Contacts...) {
				owns(t, s, contact.Address, "nino")
			}
			subscribers(t, s, everything, nil, "nino")
			subscribers(t, s, everything, []string{"giorgi's"})
			c.Version = 1
			putCitizen(t, s, c, state, store.ErrConflict) // it was changed since
		}},
		{name: "ErrNotFound if either is not there, and nothing for one and the same", run: func(t *testing.T, s store.Store) {
			merge(t, s, store.ErrNotFound)
			putCitizen(t, s, nino(), bot.State{}, nil)
			merge(t, s, store.ErrNotFound)
			err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Citizens.Merge("giorgi", "nino") })
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("Merge gave %v", err)
			}
			if err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Citizens.Merge("nino", "nino") }); err == nil {
				t.Error("Merge of one and the same gave no error")
			}
			owns(t, s, nino().Contacts[0].Address, "nino")
		}},
		{name: "exchanges of both are one conversation", run: func(t *testing.T, s store.Store) {
			both(t, s)
			e := filled[bot.Exchange]()
			e.Citizen, e.At = "giorgi", at(1)
			update(t, s, func(tx store.Tx) error {
				return errors.Join(
					appendTo("nino", "a")(tx, at(0), "first"), tx.Conversations.Append(e), appendTo("nino", "a")(tx, at(2), "third"),
					appendTo("giorgi2", "a")(tx, at(3), "another's"),
				)
			})
			merge(t, s, nil)
			e.Citizen = "nino"
			view(t, s, func(tx store.Tx) error {
				for name, get := range map[string]func(store.Page) ([]bot.Exchange, string, error){
					"Of":        func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Of("nino", p) },
					"InVillage": func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.InVillage(e.Village, p) },
					"Latest":    tx.Conversations.Latest,
				} {
					es, err := pages(2, get)
					if i := slices.IndexFunc(es, func(e bot.Exchange) bool { return e.At.Equal(at(1)) }); i < 0 {
						t.Errorf("%s lacks it", name)
					} else {
						equal(t, name, es[i], e)
					}
					if name == "Of" {
						equal(t, name, saids(es), []string{"third", e.Said, "first"})
					}
					if err != nil {
						return err
					}
				}
				es, _, err := tx.Conversations.Of("giorgi", store.Page{Limit: 5})
				equal(t, "of the one who is gone", len(es), 0)
				return err
			})
		}},
		{name: "questions, and mail that is held", run: func(t *testing.T, s store.Store) {
			both(t, s)
			q := filled[bot.Question]()
			q.Citizen = "giorgi"
			update(t, s, func(tx store.Tx) (err error) { q.ID, err = tx.Questions.Add(q); return err })
			hold(t, s, "nino", bot.Outbound{Text: "first"})
			hold(t, s, "giorgi", bot.Outbound{Text: "second"})
			hold(t, s, "giorgi2", bot.Outbound{Text: "another's"})
			merge(t, s, nil)
			q.Citizen = "nino"
			view(t, s, func(tx store.Tx) error {
				got, err1 := tx.Questions.Get(q.ID)
				equal(t, "question", got, q)
				village, _, err2 := tx.Questions.InVillage(q.Village, store.Page{Limit: 5})
				equal(t, "in village", village, []bot.Question{q})
				return errors.Join(err1, err2)
			})
			held := heldFor(t, s, "nino", 5)
			equal(t, "held", len(held), 2)
			equal(t, "held for the one who is gone", len(heldFor(t, s, "giorgi", 5)), 0)
			for i, h := range held {
				equal(t, "held", h.Message.Text, []string{"first", "second"}[i])
				update(t, s, func(tx store.Tx) error { return tx.Mail.Drop("nino", h.ID) })
			}
		}},
		{name: "owed messages and their fates", run: func(t *testing.T, s store.Store) {
			both(t, s)
			ids := put(t, s, parcelOf("giorgi", "2", "settled"), parcelOf("giorgi", "2", "claimed"), parcelOf("giorgi", "2", "owed"))
			settleAs(t, s, ids[0], bot.FateHeld, 1)
			equal(t, "claimed", words(claim(t, s, telegram, at(0), 5)), []string{"claimed"})
			merge(t, s, nil)
			settleAs(t, s, ids[1], bot.FateSent, 2)
			got := claim(t, s, telegram, at(0), 5)
			want := parcelOf("nino", "2", "owed")
			want.ID, want.Attempts = ids[2], 1
			equal(t, "owed", got, []store.Parcel{want})
			settleAs(t, s, ids[2], bot.FateFailed, 3)
			setFate(t, s, "nino", ids[0], bot.FateLater, nil)
			fates(t, s, "nino", ids, map[string]bot.Sending{
				ids[0]: {ID: ids[0], Citizen: "nino", Fate: bot.FateLater, At: at(99)},
				ids[1]: {ID: ids[1], Citizen: "nino", Fate: bot.FateSent, At: at(2)},
				ids[2]: {ID: ids[2], Citizen: "nino", Fate: bot.FateFailed, At: at(3)},
			})
			fates(t, s, "giorgi", ids, nil)
			setFate(t, s, "giorgi", ids[0], bot.FateSent, store.ErrNotFound)
		}},
		{name: "what was on its way becomes the other's", run: func(t *testing.T, s store.Store) {
			both(t, s)
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("giorgi", "2"))
			d := claimDelivery(t, s)
			merge(t, s, nil)
			owe(t, s, "b", owedTo("giorgi", "2")) // listed before, owed after
			hold(t, s, "giorgi", bot.Outbound{Text: "claimed before, held after"})
			equal(t, "held", len(heldFor(t, s, "nino", 5)), 1)
			settleDelivery(t, s, d, bot.FateSent, "7", nil)
			r := owedTo("nino", "2")
			r.Replaces = "7"
			recipients(t, s, "b", bot.FateSent, r)
			reported(t, s, "b", bot.Report{bot.FateSent: 1})
		}},
		{name: "a broadcast goes once to both", run: func(t *testing.T, s store.Store) {
			both(t, s)
			for i, id := range []string{"owed to both", "owed to one", "sent to one", "on its way to one", "owed to the other"} {
				sending(t, s, id, i)
			}
			owe(t, s, "sent to one", owedTo("giorgi", "2"))
			settleDelivery(t, s, claimDelivery(t, s), bot.FateSent, "7", nil)
			owe(t, s, "on its way to one", owedTo("giorgi", "2"))
			d := claimDelivery(t, s)
			owe(t, s, "on its way to one", owedTo("nino", "1"))
			owe(t, s, "owed to both", owedTo("giorgi", "2"), owedTo("nino", "1"))
			owe(t, s, "owed to one", owedTo("giorgi", "2"))
			owe(t, s, "owed to the other", owedTo("nino", "1"))
			merge(t, s, nil)
			r := owedTo("nino", "2")
			r.Replaces = "7"
			recipients(t, s, "sent to one", bot.FateSent, r)
			settleDelivery(t, s, d, bot.FateSent, "8", store.ErrNotFound) // nino's own is owed, and stays
			var ds []store.Delivery
			update(t, s, func(tx store.Tx) (err error) { ds, err = tx.Broadcasts.Claim(telegram, false, at(9), 9); return err })
			equal(t, "claimed", ds, []store.Delivery{
				{Recipient: owedTo("nino", "1"), Broadcast: "owed to both"},
				{Recipient: owedTo("nino", "2"), Broadcast: "owed to one"},
				{Recipient: owedTo("nino", "1"), Broadcast: "on its way to one"},
				{Recipient: owedTo("nino", "1"), Broadcast: "owed to the other"},
			})
			settleDelivery(t, s, d, bot.FateSent, "8", store.ErrNotFound) // another address
			reported(t, s, "owed to both", bot.Report{bot.FateUnconfirmed: 1})
		}},
		{name: "the proof of consent stays where it is", run: func(t *testing.T, s store.Store) {
			both(t, s)
			update(t, s, func(tx store.Tx) error { return tx.Consents.Append(bot.Consent{Citizen: "giorgi", Given: true}) })
			merge(t, s, nil)
			view(t, s, func(tx store.Tx) error {
				cs, err := tx.Consents.Of("giorgi")
				equal(t, "consents", cs, []bot.Consent{{Citizen: "giorgi", Given: true}})
				return err
			})
		}},
		{name: "the link with an account, unless there is one", run: func(t *testing.T, s store.Store) {
			both(t, s)
			putAccount(t, s, bot.Account{Login: "keti", Citizen: "giorgi"}, nil)
			merge(t, s, nil)
			linked(t, s, "nino", "keti")
			linked(t, s, "giorgi", "")

			putCitizen(t, s, bot.Citizen{ID: "luka", Contacts: contacts("3")}, bot.State{}, nil)
			putAccount(t, s, bot.Account{Login: "luka", Citizen: "luka"}, nil)
			update(t, s, func(tx store.Tx) error { return tx.Citizens.Merge("nino", "luka") })
			linked(t, s, "nino", "keti")
			linked(t, s, "luka", "")
			view(t, s, func(tx store.Tx) error {
				a, err := tx.Accounts.Get("luka")
				equal(t, "account", a, bot.Account{Login: "luka", Version: 2})
				return err
			})
		}},
		{name: "codes of the one who is gone are good no more", run: func(t *testing.T, s store.Store) {
			both(t, s)
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "1", Citizen: "giorgi", Until: at(10)}, at(0))
			putCode(t, s, bot.Code{Kind: bot.CodeLink, Secret: "2", Citizen: "nino", Until: at(10)}, at(0))
			merge(t, s, nil)
			good(t, s, bot.CodeLink, "1", at(1), false)
			good(t, s, bot.CodeLink, "2", at(1), true)
		}},
		{name: "one after the other", run: func(t *testing.T, s store.Store) {
			both(t, s)
			ids := put(t, s, parcelOf("giorgi", "2", "a"))
			settleAs(t, s, ids[0], bot.FateSent, 1)
			merge(t, s, nil)
			putCitizen(t, s, bot.Citizen{ID: "keti", Contacts: contacts("3")}, bot.State{}, nil)
			update(t, s, func(tx store.Tx) error { return tx.Citizens.Merge("keti", "nino") })
			for _, contact := range contacts("1", "2", "3") {
				owns(t, s, contact.Address, "keti")
			}
			fates(t, s, "keti", ids, map[string]bot.Sending{ids[0]: {ID: ids[0], Citizen: "keti", Fate: bot.FateSent, At: at(1)}})
		}},
		{name: "there and back", run: func(t *testing.T, s store.Store) {
			both(t, s)
			merge(t, s, nil)
			putCitizen(t, s, bot.Citizen{ID: "giorgi", Contacts: contacts("3")}, bot.State{}, nil)
			ids := put(t, s, parcelOf("nino", "1", "a"))
			update(t, s, func(tx store.Tx) error { return tx.Citizens.Merge("giorgi", "nino") })
			settleAs(t, s, ids[0], bot.FateSent, 1)
			fates(t, s, "giorgi", ids, map[string]bot.Sending{ids[0]: {ID: ids[0], Citizen: "giorgi", Fate: bot.FateSent, At: at(1)}})
		}},
		{name: "all or nothing", run: func(t *testing.T, s store.Store) {
			both(t, s)
			err := s.Update(context.Background(), func(tx store.Tx) error { return errors.Join(tx.Citizens.Merge("nino", "giorgi"), errGiveUp) })
			if !errors.Is(err, errGiveUp) {
				t.Errorf("Update gave %v", err)
			}
			owns(t, s, nino().Contacts[0].Address, "nino")
			owns(t, s, giorgi().Contacts[0].Address, "giorgi")
		}},
	}
}

func both(t *testing.T, s store.Store) {
	t.Helper()
	putCitizen(t, s, nino(), bot.State{}, nil)
	putCitizen(t, s, giorgi(), bot.State{}, nil)
}

// merge merges in an Update of its own, which must give want.
func merge(t *testing.T, s store.Store, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Citizens.Merge("nino", "giorgi") })
	if !errors.Is(err, want) {
		t.Fatalf("Merge gave %v, want %v", err, want)
	}
}
