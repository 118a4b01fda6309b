package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func deliveryTests() []test {
	return []test{
		{name: "somebody's broadcasts are listed with what became of them, the newest first", run: func(t *testing.T, s store.Store) {
			sending(t, s, "a", 0)
			sending(t, s, "b", 5)
			sending(t, s, "c", 3)
			owe(t, s, "a", owedTo("nino", "1"))
			owe(t, s, "b", owedTo("nino", "1"), owedTo("giorgi", "2"))
			owe(t, s, "c", owedTo("giorgi", "2"))
			var ds []store.Delivery
			update(t, s, func(tx store.Tx) (err error) { ds, err = tx.Broadcasts.Claim(telegram, false, at(9), 1); return err })
			settleDelivery(t, s, ds[0], bot.FateSent, "ref", nil)
			received(t, s, "nino", 9, "b 0", "a 2")
			received(t, s, "nino", 1, "b 0")
			received(t, s, "giorgi", 9, "b 0", "c 0")
			received(t, s, "nobody", 9)
		}},
		{name: "every field of a recipient is kept", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			r := filled[bot.Recipient]()
			owe(t, s, "b", r)
			var ds []store.Delivery
			update(t, s, func(tx store.Tx) (err error) {
				ds, err = tx.Broadcasts.Claim(r.Address.Platform, false, at(1), 5)
				return err
			})
			equal(t, "deliveries", ds, []store.Delivery{{Recipient: r, Broadcast: "b"}})
			settleDelivery(t, s, ds[0], bot.FateSent, "message 7", nil)
			r.Replaces = "message 7"
			recipients(t, s, "b", bot.FateSent, r)
		}},
		{name: "what is owed over a platform is handed out once, at most limit", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			other := owedTo("d", "4")
			other.Address.Platform = messenger
			longer := owedTo("e", "5")
			longer.Address.Platform = telegram + "2"
			owe(t, s, "b", owedTo("a", "1"), owedTo("b", "2"), owedTo("c", "3"), other, longer)
			equal(t, "none", deliver(t, s, telegram, false, 0), []string(nil))
			all := deliver(t, s, telegram, false, 2)
			equal(t, "at first", len(all), 2)
			all = append(all, deliver(t, s, telegram, false, 5)...)
			slices.Sort(all)
			equal(t, "all", all, []string{"b/a", "b/b", "b/c"})
			equal(t, "again", deliver(t, s, telegram, false, 5), []string(nil))
			equal(t, "other", deliver(t, s, messenger, false, 5), []string{"b/d"})
			reported(t, s, "b", bot.Report{bot.FateUnconfirmed: 4, bot.FateOwed: 1})
		}},
		{name: "only what is being sent, and its time has come", run: func(t *testing.T, s store.Store) {
			for i, state := range []bot.BroadcastState{
				bot.BroadcastWaiting, bot.BroadcastScheduled, bot.BroadcastSending, bot.BroadcastPaused, bot.BroadcastStopped, bot.BroadcastDone,
			} {
				create(t, s, bot.Broadcast{ID: string(state), State: state, Created: at(i)}, everything, nil)
				owe(t, s, string(state), owedTo("a", "1"))
			}
			create(t, s, bot.Broadcast{ID: "later", State: bot.BroadcastSending, At: at(2)}, everything, nil)
			owe(t, s, "later", owedTo("a", "1"))
			equal(t, "claimed", deliver(t, s, telegram, false, 10), []string{"sending/a"})
			putBroadcast(t, s, bot.Broadcast{ID: "paused", State: bot.BroadcastSending, Version: 1}, nil)
			equal(t, "claimed", deliver(t, s, telegram, false, 10), []string{"paused/a"})
		}},
		{name: "urgent ones apart, the oldest broadcast first", run: func(t *testing.T, s store.Store) {
			for i, id := range []string{"new", "old", "urgent"} {
				create(t, s, bot.Broadcast{ID: id, State: bot.BroadcastSending, Created: at(-i), Urgent: id == "urgent"}, everything, nil)
				owe(t, s, id, owedTo("a", "1"), owedTo("b", "2"))
			}
			got := deliver(t, s, telegram, false, 3)
			slices.Sort(got[:2])
			equal(t, "claimed", got[:2], []string{"old/a", "old/b"})
			equal(t, "of the newer one", got[2][:4], "new/")
			equal(t, "of the newer one", len(deliver(t, s, telegram, false, 3)), 1)
			equal(t, "urgent", len(deliver(t, s, telegram, true, 3)), 2)
		}},
		{name: "a recipient is left as they are", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			first := owedTo("a", "1")
			owe(t, s, "b", first, owedTo("a", "2"))
			owe(t, s, "b", owedTo("a", "3"))
			d := claimDelivery(t, s)
			equal(t, "delivery", d, store.Delivery{Recipient: first, Broadcast: "b"})
			owe(t, s, "b", first)
			equal(t, "while it is on its way", deliver(t, s, telegram, false, 5), []string(nil))
			settleDelivery(t, s, d, bot.FateFailed, "", nil)
			owe(t, s, "b", first)
			equal(t, "when it is settled", deliver(t, s, telegram, false, 5), []string(nil))
			reported(t, s, "b", bot.Report{bot.FateFailed: 1})
			err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Owe("bb", first) })
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("Owe of no broadcast gave %v", err)
			}
		}},
		{name: "broadcasts do not mix", run: func(t *testing.T, s store.Store) {
			for i, id := range []string{"a", "ab", "b"} {
				sending(t, s, id, i)
				owe(t, s, id, owedTo("x", "1"))
			}
			equal(t, "claimed", deliver(t, s, telegram, false, 2), []string{"a/x", "ab/x"})
			reported(t, s, "a", bot.Report{bot.FateUnconfirmed: 1})
			reported(t, s, "b", bot.Report{bot.FateOwed: 1})
			reported(t, s, "", bot.Report{})
		}},
		{name: "what is claimed is unconfirmed, and is not handed out after the store was opened again", reopened: func(t *testing.T, s store.Store, again func() store.Store) {
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("a", "1"), owedTo("b", "2"), owedTo("c", "3"))
			first := claimDelivery(t, s)
			settleDelivery(t, s, first, bot.FateSent, "1", nil)
			onItsWay := claimDelivery(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = again()
			reported(t, s, "b", bot.Report{bot.FateSent: 1, bot.FateUnconfirmed: 1, bot.FateOwed: 1})
			third := claimDelivery(t, s)
			if third.Citizen == first.Citizen || third.Citizen == onItsWay.Citizen {
				t.Errorf("%s was handed out twice", third.Citizen)
			}
			equal(t, "more", deliver(t, s, telegram, false, 5), []string(nil))
			settleDelivery(t, s, onItsWay, bot.FateSent, "2", nil) // it is known by now
			reported(t, s, "b", bot.Report{bot.FateSent: 2, bot.FateUnconfirmed: 1})
		}},
		{name: "an Update that fails hands out nothing", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("a", "1"))
			err := s.Update(context.Background(), func(tx store.Tx) error {
				ds, err := tx.Broadcasts.Claim(telegram, false, at(1), 5)
				equal(t, "claimed", len(ds), 1)
				return errors.Join(err, errGiveUp)
			})
			if !errors.Is(err, errGiveUp) {
				t.Errorf("Update gave %v", err)
			}
			reported(t, s, "b", bot.Report{bot.FateOwed: 1})
			equal(t, "claimed", deliver(t, s, telegram, false, 5), []string{"b/a"})
		}},
		{name: "Settle says what became of it", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			want := bot.Report{}
			for fate := bot.FateUnconfirmed; fate <= bot.FateFailed; fate++ {
				owe(t, s, "b", owedTo(fmt.Sprint(fate), "1"))
				settleDelivery(t, s, claimDelivery(t, s), fate, "", nil)
				want[fate] = 1
				reported(t, s, "b", want)
			}
			equal(t, "more", deliver(t, s, telegram, false, 5), []string(nil))
		}},
		{name: "Release gives it back", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			r := owedTo("a", "1")
			r.Replaces = "7"
			owe(t, s, "b", r)
			release(t, s, claimDelivery(t, s), nil)
			reported(t, s, "b", bot.Report{bot.FateOwed: 1})
			equal(t, "delivery", claimDelivery(t, s), store.Delivery{Recipient: r, Broadcast: "b"})
		}},
		{name: "what was not claimed is ErrNotFound", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("a", "1"))
			d := store.Delivery{Recipient: owedTo("a", "1"), Broadcast: "b"}
			settleDelivery(t, s, d, bot.FateSent, "", store.ErrNotFound) // it is owed
			release(t, s, d, store.ErrNotFound)
			d = claimDelivery(t, s)
			for _, other := range []store.Delivery{{Recipient: d.Recipient, Broadcast: "bb"}, {Recipient: owedTo("aa", "1"), Broadcast: "b"}, {}} {
				settleDelivery(t, s, other, bot.FateSent, "", store.ErrNotFound)
				release(t, s, other, store.ErrNotFound)
			}
			settleDelivery(t, s, d, bot.FateSent, "", nil)
			settleDelivery(t, s, d, bot.FateFailed, "", store.ErrNotFound)
			release(t, s, d, store.ErrNotFound)
			reported(t, s, "b", bot.Report{bot.FateSent: 1})
		}},
		{name: "SetFate changes the fate of what is settled", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			owe(t, s, "b", owedTo("a", "1"))
			later := func(id string, of bot.CitizenID, want error) {
				t.Helper()
				update(t, s, func(tx store.Tx) error {
					if err := tx.Broadcasts.SetFate(id, of, bot.FateLater, at(9)); !errors.Is(err, want) {
						t.Errorf("SetFate gave %v, want %v", err, want)
					}
					return nil
				})
			}
			later("b", "a", store.ErrNotFound) // owed
			d := claimDelivery(t, s)
			later("b", "a", store.ErrNotFound) // on its way
			settleDelivery(t, s, d, bot.FateHeld, "", nil)
			later("b", "b", store.ErrNotFound)
			later("bb", "a", store.ErrNotFound)
			later("b", "a", nil)
			reported(t, s, "b", bot.Report{bot.FateLater: 1})
			equal(t, "more", deliver(t, s, telegram, false, 5), []string(nil))
		}},
		{name: "Again owes it to those of whom nothing is known", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			sending(t, s, "bb", 1)
			owe(t, s, "bb", owedTo("a", "1"))
			owe(t, s, "b", owedTo("a", "1"), owedTo("b", "2"), owedTo("c", "3"), owedTo("d", "4"))
			settleDelivery(t, s, claimDelivery(t, s), bot.FateSent, "", nil)
			lost := deliver(t, s, telegram, false, 2)
			again := func(want int) {
				t.Helper()
				update(t, s, func(tx store.Tx) error {
					n, err := tx.Broadcasts.Again("b")
					equal(t, "owed again", n, want)
					return err
				})
			}
			again(2)
			again(0)
			reported(t, s, "b", bot.Report{bot.FateSent: 1, bot.FateOwed: 3})
			got := deliver(t, s, telegram, false, 3)
			for _, d := range lost {
				equal(t, d+" is owed again", slices.Contains(got, d), true)
			}
			equal(t, "claimed", len(got), 3)
		}},
		{name: "Recipients lists those of one fate in parts", run: func(t *testing.T, s store.Store) {
			sending(t, s, "b", 0)
			sending(t, s, "bb", 1)
			var want []bot.Recipient
			for i := range 9 {
				id := fmt.Sprint("c", i)
				owe(t, s, "b", owedTo(id, id))
				owe(t, s, "bb", owedTo(id, id))
				d := claimDelivery(t, s)
				if i%2 == 0 {
					settleDelivery(t, s, d, bot.FateSent, "m"+id, nil)
					d.Replaces = "m" + id
					want = append(want, d.Recipient)
				} else {
					settleDelivery(t, s, d, bot.FateFailed, "", nil)
				}
			}
			recipients(t, s, "b", bot.FateSent, want...)
			recipients(t, s, "b", bot.FateHeld)
			recipients(t, s, "none", bot.FateSent)
			view(t, s, func(tx store.Tx) error {
				if _, _, err := tx.Broadcasts.Recipients("b", bot.FateSent, "!", 5); err == nil {
					t.Error("a cursor that was never given out gave no error")
				}
				return nil
			})
		}},
		{name: "nobody gets it twice, and nobody is missed, by many senders", run: func(t *testing.T, s store.Store) {
			const people = 200
			sending(t, s, "b", 0)
			for i := range people {
				owe(t, s, "b", owedTo(fmt.Sprint(i), fmt.Sprint(i)))
			}
			var mu sync.Mutex
			sent := map[bot.CitizenID]int{}
			var senders sync.WaitGroup
			for range 4 {
				senders.Go(func() {
					for {
						var ds []store.Delivery
						err := s.Update(context.Background(), func(tx store.Tx) (err error) {
							ds, err = tx.Broadcasts.Claim(telegram, false, at(1), 7)
							return err
						})
						if err != nil || len(ds) == 0 {
							return
						}
						mu.Lock()
						for _, d := range ds {
							sent[d.Citizen]++
						}
						mu.Unlock()
						for _, d := range ds {
							settleDelivery(t, s, d, bot.FateSent, "", nil)
						}
					}
				})
			}
			senders.Wait()
			equal(t, "people", len(sent), people)
			for id, n := range sent {
				equal(t, "times for "+string(id), n, 1)
			}
			reported(t, s, "b", bot.Report{bot.FateSent: people})
		}},
	}
}

// sending creates a broadcast that is being sent.
func sending(t *testing.T, s store.Store, id string, minutes int) {
	t.Helper()
	create(t, s, bot.Broadcast{ID: id, State: bot.BroadcastSending, Created: at(minutes)}, everything, nil)
}

func owedTo(id, address string) bot.Recipient {
	return bot.Recipient{Citizen: bot.CitizenID(id), Address: bot.Address{Platform: telegram, ID: address}, Language: "ka"}
}

func received(t *testing.T, s store.Store, id bot.CitizenID, limit int, want ...string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		var got []string
		rs, err := tx.Broadcasts.Of(id, limit)
		for _, r := range rs {
			got = append(got, fmt.Sprint(r.Broadcast.ID, " ", uint8(r.Fate)))
		}
		equal(t, "received by "+string(id), got, want)
		return err
	})
}

func owe(t *testing.T, s store.Store, id string, rs ...bot.Recipient) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Broadcasts.Owe(id, rs...) })
}

// deliver claims, and gives broadcast and citizen of each delivery.
func deliver(t *testing.T, s store.Store, p bot.Platform, urgent bool, limit int) (got []string) {
	t.Helper()
	var ds []store.Delivery
	update(t, s, func(tx store.Tx) (err error) { ds, err = tx.Broadcasts.Claim(p, urgent, at(1), limit); return err })
	for _, d := range ds {
		got = append(got, d.Broadcast+"/"+string(d.Citizen))
	}
	return got
}

// claimDelivery claims one, which there must be.
func claimDelivery(t *testing.T, s store.Store) (d store.Delivery) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		ds, err := tx.Broadcasts.Claim(telegram, false, at(1), 1)
		if err == nil && len(ds) != 1 {
			err = fmt.Errorf("%d deliveries were handed out", len(ds))
		}
		if err == nil {
			d = ds[0]
		}
		return err
	})
	return d
}

// settleDelivery settles in an Update of its own, which must give want.
func settleDelivery(t *testing.T, s store.Store, d store.Delivery, fate bot.Fate, ref string, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Settle(d, fate, ref, at(2)) })
	if !errors.Is(err, want) {
		t.Errorf("Settle gave %v, want %v", err, want)
	}
}

// release releases in an Update of its own, which must give want.
func release(t *testing.T, s store.Store, d store.Delivery, want error) {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Broadcasts.Release(d) })
	if !errors.Is(err, want) {
		t.Errorf("Release gave %v, want %v", err, want)
	}
}

func reported(t *testing.T, s store.Store, id string, want bot.Report) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Broadcasts.Report(id)
		if len(got) > 0 || len(want) > 0 {
			equal(t, "report", got, want)
		}
		return err
	})
}

// recipients checks who is of a fate, in parts of several sizes; want is in the order of the citizens.
func recipients(t *testing.T, s store.Store, id string, fate bot.Fate, want ...bot.Recipient) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		for _, limit := range []int{1, 2, 3, 50} {
			rs, err := pages(limit, func(p store.Page) ([]bot.Recipient, string, error) {
				return tx.Broadcasts.Recipients(id, fate, p.After, p.Limit)
			})
			slices.SortFunc(rs, func(a, b bot.Recipient) int { return slices.Compare([]byte(a.Citizen), []byte(b.Citizen)) })
			equal(t, "recipients", rs, want)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
