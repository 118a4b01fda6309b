package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const lease = 5 * time.Minute

func outboxTests() []test {
	return []test{
		{name: "every field is kept", run: func(t *testing.T, s store.Store) {
			p := filled[store.Parcel]()
			ids := put(t, s, p)
			got := claim(t, s, p.To.Platform, p.Due, 5)
			if len(got) != 1 || len(ids) != 1 || ids[0] == "" || ids[0] == p.ID {
				t.Fatalf("put %v, claimed %+v", ids, got)
			}
			p.ID, p.Attempts = ids[0], 1
			equal(t, "parcel", got[0], p)
		}},
		{name: "a parcel is not handed out before it is due", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(10)))
			claims(t, s, at(10).Add(-time.Microsecond))
			claims(t, s, at(10), "a")
		}},
		{name: "by purpose, then due, then order of Put", run: func(t *testing.T, s store.Store) {
			ps := []store.Parcel{
				parcel("1", "slow", at(0)), parcel("2", "third", at(2)), parcel("3", "first", at(1)),
				parcel("4", "fourth", at(2)), parcel("5", "second", at(1)), parcel("6", "not due", at(9)), parcel("7", "slow, not due", at(9)),
			}
			ps[0].Message.Purpose, ps[6].Message.Purpose = 1, 1
			put(t, s, ps...)
			claims(t, s, at(5), "first", "second", "third", "fourth", "slow")
		}},
		{name: "at most limit, the most urgent ones", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "c", at(2)), parcel("2", "a", at(0)), parcel("3", "b", at(1)))
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 2)), []string{"a", "b"})
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 0)), []string(nil))
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 2)), []string{"c"})
		}},
		{name: "platforms do not mix", run: func(t *testing.T, s store.Store) {
			other := parcel("1", "other", at(0))
			other.To.Platform = messenger
			longer := parcel("1", "longer", at(0))
			longer.To.Platform = telegram + "2"
			put(t, s, other, longer, parcel("1", "mine", at(0)))
			depth(t, s, telegram, 1)
			depth(t, s, messenger, 1)
			depth(t, s, "viber", 0)
			claims(t, s, at(0), "mine")
			equal(t, "claimed", words(claim(t, s, messenger, at(0), 5)), []string{"other"})
			next(t, s, "viber", time.Time{}, false)
		}},
		{name: "a claimed parcel is hidden until its lease ends", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			equal(t, "attempts", claim(t, s, telegram, at(0), 5)[0].Attempts, 1)
			claims(t, s, at(0).Add(lease-time.Microsecond))
			again := claim(t, s, telegram, at(0).Add(lease), 5)
			equal(t, "claimed", words(again), []string{"a"})
			equal(t, "attempts", again[0].Attempts, 2)
			settle(t, s, again[0].ID)
			claims(t, s, at(1000))
		}},
		{name: "Retry returns a parcel for later", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			first := claim(t, s, telegram, at(0), 5)[0]
			retry(t, s, first.ID, at(60))
			claims(t, s, at(59))
			again := claim(t, s, telegram, at(60), 5)
			equal(t, "claimed", words(again), []string{"a"})
			equal(t, "attempts", again[0].Attempts, 2)
			equal(t, "due", again[0].Due, at(60))
			retry(t, s, first.ID, at(61)) // sooner than the lease
			claims(t, s, at(61), "a")
		}},
		{name: "Release returns a parcel as if it had not been claimed", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			first := claim(t, s, telegram, at(0), 5)[0]
			update(t, s, func(tx store.Tx) error { return tx.Outbox.Release(first.ID, at(60)) })
			claims(t, s, at(59))
			again := claim(t, s, telegram, at(60), 5)
			equal(t, "claimed", words(again), []string{"a"})
			equal(t, "attempts", again[0].Attempts, 1)
		}},
		{name: "what is settled is gone", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			id := claim(t, s, telegram, at(0), 5)[0].ID
			settle(t, s, id)
			depth(t, s, telegram, 0)
			next(t, s, telegram, time.Time{}, false)
			for _, id := range []string{id, "", "x", "99999999999999999999999"} {
				update(t, s, func(tx store.Tx) error {
					if err := tx.Outbox.Settle(id, bot.FateSent, at(0)); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Settle(%q) gave %v", id, err)
					}
					if err := tx.Outbox.Retry(id, at(0)); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Retry(%q) gave %v", id, err)
					}
					if err := tx.Outbox.Release(id, at(0)); !errors.Is(err, store.ErrNotFound) {
						t.Errorf("Release(%q) gave %v", id, err)
					}
					return nil
				})
			}
		}},
		{name: "an address gets one at a time, in the order of Put", run: func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "first", at(2)), parcel("1", "second", at(0)), parcel("1", "third", at(-5)), parcel("11", "other", at(3)))
			claims(t, s, at(1)) // the first is not due, and nobody overtakes it
			next(t, s, telegram, at(2), true)

			got := claim(t, s, telegram, at(3), 5)
			equal(t, "claimed", words(got), []string{"first", "other"})
			put(t, s, parcel("1", "fourth", at(0)))
			claims(t, s, at(4))
			retry(t, s, got[0].ID, at(30)) // still the first
			claims(t, s, at(7))
			got = claim(t, s, telegram, at(30), 5)
			equal(t, "claimed", words(got), []string{"other", "first"}) // the other one's lease has ended
			depth(t, s, telegram, 5)
			for _, want := range []string{"second", "third", "fourth"} {
				settle(t, s, got[len(got)-1].ID)
				got = claim(t, s, telegram, at(31), 5)
				equal(t, "claimed", words(got), []string{want})
			}
		}},
		{name: "what is less urgent holds up nothing that is more", run: func(t *testing.T, s store.Store) {
			ps := []store.Parcel{parcel("1", "news", at(0)), parcel("1", "second news", at(0)), parcel("1", "reply", at(9)), parcel("1", "second reply", at(0))}
			ps[0].Message.Purpose, ps[1].Message.Purpose = bot.PurposeAnnouncement, bot.PurposeAnnouncement
			put(t, s, ps...)
			next(t, s, telegram, at(0), true)
			claims(t, s, at(1), "news") // the replies wait for the first of them
			got := claim(t, s, telegram, at(9), 1)
			equal(t, "claimed", words(got), []string{"reply"})
			settle(t, s, got[0].ID)
			claims(t, s, at(10), "second reply", "news") // the news' lease has ended, and nothing of its purpose overtook it
		}},
		{name: "nothing less urgent than upTo is handed out", run: func(t *testing.T, s store.Store) {
			for i, purpose := range []bot.Purpose{bot.PurposeAnnouncement, bot.PurposeReply, bot.PurposeUrgent, bot.PurposeDigest, 255} {
				p := parcel("1", fmt.Sprint(purpose), at(i))
				p.Message.Purpose = purpose
				put(t, s, p)
			}
			depthByPurpose(t, s, telegram, 1, 1, 1, 2, 3, 4)
			upTo := func(purpose bot.Purpose, wantNext time.Time, want ...string) {
				t.Helper()
				update(t, s, func(tx store.Tx) error {
					due, ok, err := tx.Outbox.Next(telegram, purpose)
					equal(t, "next", due, wantNext)
					equal(t, "something waits", ok, !wantNext.IsZero())
					if err != nil {
						return err
					}
					ps, err := tx.Outbox.Claim(telegram, purpose, at(10), lease, 10)
					equal(t, fmt.Sprint("up to ", purpose), words(ps), want)
					for _, p := range ps {
						err = errors.Join(err, tx.Outbox.Settle(p.ID, bot.FateSent, at(10)))
					}
					return err
				})
			}
			upTo(bot.PurposeNotice, at(1), "0")
			upTo(bot.PurposeNotice, time.Time{})
			upTo(bot.PurposeDigest, at(2), "3", "4")
			upTo(254, at(0), "5")
			upTo(255, at(4), "255")
		}},
		{name: "IDs come in the order of the parcels, and are never used again", run: func(t *testing.T, s store.Store) {
			seen := map[string]bool{}
			for i := range 4 {
				ids := put(t, s, parcel("1", fmt.Sprint(i, "a"), at(i)), parcel("2", fmt.Sprint(i, "b"), at(i)))
				for _, p := range claim(t, s, telegram, at(i), 5) {
					equal(t, "ID of "+p.Message.Text, p.ID, ids[int(p.To.ID[0]-'1')])
					if seen[p.ID] {
						t.Errorf("the ID %s came twice", p.ID)
					}
					seen[p.ID] = true
					settle(t, s, p.ID)
				}
			}
			equal(t, "IDs", len(seen), 8)
			equal(t, "IDs of no parcels", len(put(t, s)), 0)
		}},
		{name: "an address whose parcels are all settled begins anew", run: func(t *testing.T, s store.Store) {
			for i := range 3 {
				put(t, s, parcel("1", fmt.Sprint(i), at(i)))
				got := claim(t, s, telegram, at(i), 5)
				equal(t, "claimed", words(got), []string{fmt.Sprint(i)})
				settle(t, s, got[0].ID)
			}
			depth(t, s, telegram, 0)
		}},
		{name: "Next is when Claim has something", run: func(t *testing.T, s store.Store) {
			next(t, s, telegram, time.Time{}, false)
			late := parcel("2", "late", at(7))
			late.Message.Purpose = 1
			put(t, s, parcel("1", "a", at(9)), late)
			next(t, s, telegram, at(7), true)
			got := claim(t, s, telegram, at(7), 5)
			next(t, s, telegram, at(9), true)
			claim(t, s, telegram, at(9), 5)
			next(t, s, telegram, at(7).Add(lease), true)
			put(t, s, parcel("1", "behind the claimed one", at(0)))
			next(t, s, telegram, at(7).Add(lease), true)
			settle(t, s, got[0].ID)
			next(t, s, telegram, at(9).Add(lease), true)
		}},
		{name: "the last purpose there can be is handed out", run: func(t *testing.T, s store.Store) {
			p := parcel("1", "a", at(0))
			p.Message.Purpose = 255
			put(t, s, p)
			next(t, s, telegram, at(0), true)
			claims(t, s, at(-1))
			claims(t, s, at(0), "a")
		}},
		{name: "nothing is sent twice, or out of order, by many senders", run: func(t *testing.T, s store.Store) {
			const addresses, each = 7, 6
			for i := range addresses * each {
				put(t, s, parcel(fmt.Sprint(i%addresses), fmt.Sprint(i/addresses), at(0)))
			}
			var mu sync.Mutex
			sent := map[string][]string{}
			var senders sync.WaitGroup
			for range 4 {
				senders.Go(func() {
					for send(t, s, &mu, sent) {
					}
				})
			}
			senders.Wait()
			for address, got := range sent {
				equal(t, "sent to "+address, got, []string{"0", "1", "2", "3", "4", "5"})
			}
			equal(t, "addresses", len(sent), addresses)
			depth(t, s, telegram, 0)
		}},
	}
}

// send claims what it can, notes it as sent and settles it, and reports whether anything is left.
func send(t *testing.T, s store.Store, mu *sync.Mutex, sent map[string][]string) bool {
	for _, p := range claim(t, s, telegram, at(0), 2) {
		mu.Lock()
		sent[p.To.ID] = append(sent[p.To.ID], p.Message.Text)
		mu.Unlock()
		settle(t, s, p.ID)
	}
	var left int
	view(t, s, func(tx store.Tx) (err error) {
		left, err = tx.Outbox.Depth(telegram, bot.PurposeAnnouncement)
		return err
	})
	return left > 0 && !t.Failed()
}

func parcel(to, text string, due time.Time) store.Parcel {
	return store.Parcel{To: bot.Address{Platform: telegram, ID: to}, Message: bot.Outbound{Text: text}, Due: due}
}

func words(ps []store.Parcel) (texts []string) {
	for _, p := range ps {
		texts = append(texts, p.Message.Text)
	}
	return texts
}

func put(t *testing.T, s store.Store, ps ...store.Parcel) (ids []string) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) { ids, err = tx.Outbox.Put(ps...); return err })
	return ids
}

// anyPurpose is the last purpose there can be.
const anyPurpose = bot.Purpose(255)

func claim(t *testing.T, s store.Store, platform bot.Platform, now time.Time, limit int) (ps []store.Parcel) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) {
		ps, err = tx.Outbox.Claim(platform, anyPurpose, now, lease, limit)
		return err
	})
	return ps
}

// claims checks which texts a Claim at now hands out.
func claims(t *testing.T, s store.Store, now time.Time, want ...string) {
	t.Helper()
	equal(t, "claimed", words(claim(t, s, telegram, now, 50)), want)
}

func settle(t *testing.T, s store.Store, id string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Settle(id, bot.FateSent, at(0)) })
}

func retry(t *testing.T, s store.Store, id string, due time.Time) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Retry(id, due) })
}

// depthByPurpose is what is owed of each purpose and of the more urgent ones.
func depthByPurpose(t *testing.T, s store.Store, platform bot.Platform, want ...int) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		for purpose, want := range want {
			n, err := tx.Outbox.Depth(platform, bot.Purpose(purpose))
			equal(t, fmt.Sprint("depth up to ", purpose), n, want)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func depth(t *testing.T, s store.Store, platform bot.Platform, want int) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		n, err := tx.Outbox.Depth(platform, anyPurpose)
		equal(t, "depth", n, want)
		return err
	})
}

func next(t *testing.T, s store.Store, platform bot.Platform, want time.Time, wantOK bool) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		due, ok, err := tx.Outbox.Next(platform, anyPurpose)
		equal(t, "something waits", ok, wantOK)
		equal(t, "next", due, want)
		return err
	})
}
