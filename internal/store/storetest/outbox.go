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
		{"every field is kept", func(t *testing.T, s store.Store) {
			p := filled[store.Parcel]()
			put(t, s, p)
			got := claim(t, s, p.To.Platform, p.Due, 5)
			if len(got) != 1 || got[0].ID == "" || got[0].ID == p.ID {
				t.Fatalf("claimed %+v", got)
			}
			p.ID, p.Attempts = got[0].ID, 1
			equal(t, "parcel", got[0], p)
		}},
		{"a parcel is not handed out before it is due", func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(10)))
			claims(t, s, at(10).Add(-time.Microsecond))
			claims(t, s, at(10), "a")
		}},
		{"by purpose, then due, then order of Put", func(t *testing.T, s store.Store) {
			ps := []store.Parcel{
				parcel("1", "slow", at(0)), parcel("2", "third", at(2)), parcel("3", "first", at(1)),
				parcel("4", "fourth", at(2)), parcel("5", "second", at(1)), parcel("6", "not due", at(9)), parcel("7", "slow, not due", at(9)),
			}
			ps[0].Message.Purpose, ps[6].Message.Purpose = 1, 1
			put(t, s, ps...)
			claims(t, s, at(5), "first", "second", "third", "fourth", "slow")
		}},
		{"at most limit, the most urgent ones", func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "c", at(2)), parcel("2", "a", at(0)), parcel("3", "b", at(1)))
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 2)), []string{"a", "b"})
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 0)), []string(nil))
			equal(t, "claimed", words(claim(t, s, telegram, at(5), 2)), []string{"c"})
		}},
		{"platforms do not mix", func(t *testing.T, s store.Store) {
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
		{"a claimed parcel is hidden until its lease ends", func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			equal(t, "attempts", claim(t, s, telegram, at(0), 5)[0].Attempts, 1)
			claims(t, s, at(0).Add(lease-time.Microsecond))
			again := claim(t, s, telegram, at(0).Add(lease), 5)
			equal(t, "claimed", words(again), []string{"a"})
			equal(t, "attempts", again[0].Attempts, 2)
			settle(t, s, again[0].ID)
			claims(t, s, at(1000))
		}},
		{"Retry returns a parcel for later", func(t *testing.T, s store.Store) {
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
		{"Release returns a parcel as if it had not been claimed", func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			first := claim(t, s, telegram, at(0), 5)[0]
			update(t, s, func(tx store.Tx) error { return tx.Outbox.Release(first.ID, at(60)) })
			claims(t, s, at(59))
			again := claim(t, s, telegram, at(60), 5)
			equal(t, "claimed", words(again), []string{"a"})
			equal(t, "attempts", again[0].Attempts, 1)
		}},
		{"what is settled is gone", func(t *testing.T, s store.Store) {
			put(t, s, parcel("1", "a", at(0)))
			id := claim(t, s, telegram, at(0), 5)[0].ID
			settle(t, s, id)
			depth(t, s, telegram, 0)
			next(t, s, telegram, time.Time{}, false)
			for _, id := range []string{id, "", "x", "99999999999999999999999"} {
				update(t, s, func(tx store.Tx) error {
					if err := tx.Outbox.Settle(id); !errors.Is(err, store.ErrNotFound) {
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
		{"an address gets one at a time, in the order of Put", func(t *testing.T, s store.Store) {
			urgent := parcel("1", "third", at(-5))
			ps := []store.Parcel{parcel("1", "first", at(2)), parcel("1", "second", at(0)), urgent, parcel("11", "other", at(3))}
			for i := range ps[:2] {
				ps[i].Message.Purpose = 1
			}
			put(t, s, ps...)
			claims(t, s, at(1)) // the first is not due, and nobody overtakes it
			next(t, s, telegram, at(2), true)

			got := claim(t, s, telegram, at(3), 5)
			equal(t, "claimed", words(got), []string{"other", "first"})
			put(t, s, parcel("1", "fourth", at(0)))
			claims(t, s, at(4))
			retry(t, s, got[1].ID, at(30)) // still the first
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
		{"an address whose parcels are all settled begins anew", func(t *testing.T, s store.Store) {
			for i := range 3 {
				put(t, s, parcel("1", fmt.Sprint(i), at(i)))
				got := claim(t, s, telegram, at(i), 5)
				equal(t, "claimed", words(got), []string{fmt.Sprint(i)})
				settle(t, s, got[0].ID)
			}
			depth(t, s, telegram, 0)
		}},
		{"Next is when Claim has something", func(t *testing.T, s store.Store) {
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
		{"the last purpose there can be is handed out", func(t *testing.T, s store.Store) {
			p := parcel("1", "a", at(0))
			p.Message.Purpose = 255
			put(t, s, p)
			next(t, s, telegram, at(0), true)
			claims(t, s, at(-1))
			claims(t, s, at(0), "a")
		}},
		{"nothing is sent twice, or out of order, by many senders", func(t *testing.T, s store.Store) {
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
	view(t, s, func(tx store.Tx) (err error) { left, err = tx.Outbox.Depth(telegram); return err })
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

func put(t *testing.T, s store.Store, ps ...store.Parcel) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Put(ps...) })
}

func claim(t *testing.T, s store.Store, platform bot.Platform, now time.Time, limit int) (ps []store.Parcel) {
	t.Helper()
	update(t, s, func(tx store.Tx) (err error) { ps, err = tx.Outbox.Claim(platform, now, lease, limit); return err })
	return ps
}

// claims checks which texts a Claim at now hands out.
func claims(t *testing.T, s store.Store, now time.Time, want ...string) {
	t.Helper()
	equal(t, "claimed", words(claim(t, s, telegram, now, 50)), want)
}

func settle(t *testing.T, s store.Store, id string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Settle(id) })
}

func retry(t *testing.T, s store.Store, id string, due time.Time) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Outbox.Retry(id, due) })
}

func depth(t *testing.T, s store.Store, platform bot.Platform, want int) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		n, err := tx.Outbox.Depth(platform)
		equal(t, "depth", n, want)
		return err
	})
}

func next(t *testing.T, s store.Store, platform bot.Platform, want time.Time, wantOK bool) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		due, ok, err := tx.Outbox.Next(platform)
		equal(t, "something waits", ok, wantOK)
		equal(t, "next", due, want)
		return err
	})
}
