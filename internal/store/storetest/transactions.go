package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

var errGiveUp = errors.New("give up")

func transactionTests() []test {
	return []test{
		{name: "an Update is seen afterwards", run: func(t *testing.T, s store.Store) {
			update(t, s, writeAll)
			if n := countAll(t, s); n != allRoles {
				t.Errorf("%d of %d roles have what was written", n, allRoles)
			}
		}},
		{name: "an error undoes everything and comes back", run: func(t *testing.T, s store.Store) {
			err := s.Update(context.Background(), func(tx store.Tx) error { return errors.Join(writeAll(tx), errGiveUp) })
			if !errors.Is(err, errGiveUp) {
				t.Errorf("Update gave %v", err)
			}
			if n := countAll(t, s); n != 0 {
				t.Errorf("%d roles kept what was undone", n)
			}
		}},
		{name: "a panic undoes everything and comes back as an error", run: func(t *testing.T, s store.Store) {
			err := s.Update(context.Background(), func(tx store.Tx) error {
				if err := writeAll(tx); err != nil {
					return err
				}
				panic("a secret of a citizen")
			})
			if err == nil {
				t.Error("Update gave no error")
			}
			if n := countAll(t, s); n != 0 {
				t.Errorf("%d roles kept what was undone", n)
			}
			update(t, s, writeAll) // it goes on
		}},
		{name: "an Update sees what it wrote", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				if err := writeAll(tx); err != nil {
					return err
				}
				if n, err := count(tx); n != allRoles || err != nil {
					return fmt.Errorf("%d of %d roles show it: %w", n, allRoles, err)
				}
				return nil
			})
		}},
		{name: "a View's error comes back", run: func(t *testing.T, s store.Store) {
			if err := s.View(context.Background(), func(store.Tx) error { return errGiveUp }); !errors.Is(err, errGiveUp) {
				t.Errorf("View gave %v", err)
			}
		}},
		{name: "an ended context stops them before they begin", run: func(t *testing.T, s store.Store) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			ran := func(store.Tx) error { t.Error("the function ran"); return nil }
			if err := s.Update(ctx, ran); !errors.Is(err, context.Canceled) {
				t.Errorf("Update gave %v", err)
			}
			if err := s.View(ctx, ran); !errors.Is(err, context.Canceled) {
				t.Errorf("View gave %v", err)
			}
		}},
		{name: "a context that ends within an Update does not undo it", run: func(t *testing.T, s store.Store) {
			ctx, cancel := context.WithCancel(context.Background())
			err := s.Update(ctx, func(tx store.Tx) error { defer cancel(); return writeAll(tx) })
			if n := countAll(t, s); err != nil || n != allRoles {
				t.Errorf("Update gave %v, %d of %d roles have what was written", err, n, allRoles)
			}
		}},
		{name: "values stay good after the transaction", run: func(t *testing.T, s store.Store) {
			want := filled[bot.Exchange]()
			update(t, s, func(tx store.Tx) error { return tx.Conversations.Append(want) })
			var got []bot.Exchange
			view(t, s, func(tx store.Tx) (err error) {
				got, _, err = tx.Conversations.Latest(store.Page{Limit: 1})
				return err
			})
			for i := range 200 { // pages are used again
				update(t, s, func(tx store.Tx) error {
					return tx.Conversations.Append(bot.Exchange{At: at(i), Said: fmt.Sprint("other ", i)})
				})
			}
			equal(t, "exchange", got, []bot.Exchange{want})
		}},
		{name: "after Close everything is ErrClosed", run: func(t *testing.T, s store.Store) {
			if err := s.Close(); err != nil {
				t.Fatalf("Close: %v", err)
			}
			ran := func(store.Tx) error { t.Error("the function ran"); return nil }
			for name, err := range map[string]error{
				"Update": s.Update(context.Background(), ran),
				"View":   s.View(context.Background(), ran),
				"Close":  s.Close(),
			} {
				if !errors.Is(err, store.ErrClosed) {
					t.Errorf("%s gave %v", name, err)
				}
			}
		}},
	}
}

const allRoles = 15

// writeAll writes something in every role, the same each time.
func writeAll(tx store.Tx) error {
	_, qerr := tx.Questions.Add(bot.Question{At: at(0), Text: "q"})
	_, oerr := tx.Outbox.Put(store.Parcel{To: bot.Address{Platform: telegram, ID: "1"}, Due: at(0)})
	_, perr := tx.Progress.Append(bot.Change{Commitment: "p"})
	return errors.Join(qerr, oerr, perr,
		tx.Citizens.Put(bot.Citizen{ID: "c", Contacts: contacts("1")}, bot.State{}),
		tx.Inbox.Mark(telegram, "r", at(0)),
		tx.Conversations.Append(bot.Exchange{Citizen: "c", At: at(0)}),
		tx.Mail.Hold("c", bot.Held{At: at(0)}),
		tx.Consents.Append(bot.Consent{Citizen: "c"}),
		tx.Broadcasts.Create(bot.Broadcast{ID: "b", Created: at(0)}, everything),
		tx.Accounts.Put(bot.Account{Login: "a"}),
		tx.Trail.Append(bot.Audit{At: at(0)}),
		tx.Codes.Put(bot.Code{Kind: bot.CodeLink, Secret: "1", Citizen: "c", Until: at(1)}, at(0)),
		tx.Runs.SetLast("j", at(0)),
		tx.Pictures.Put("p", []byte("png"), at(0)),
		tx.Health.Put(store.Symptom{Name: "s"}),
	)
}

// everything is the scope of one who may do everything.
var everything = bot.Scope{All: true}

// count gives the number of roles that show what writeAll wrote.
func count(tx store.Tx) (n int, err error) {
	_, _, cerr := tx.Citizens.Get("c")
	_, aerr := tx.Citizens.ByAddress(bot.Address{Platform: telegram, ID: "1"})
	seen, ierr := tx.Inbox.Seen(telegram, "r")
	es, _, eerr := tx.Conversations.Latest(store.Page{Limit: 1})
	qs, _, qerr := tx.Questions.Latest(store.Page{Limit: 1})
	depth, oerr := tx.Outbox.Depth(telegram, bot.PurposeAnnouncement)
	held, merr := tx.Mail.Of("c", 1)
	consents, nerr := tx.Consents.Of("c")
	last, lerr := tx.Progress.Last()
	_, berr := tx.Broadcasts.Get("b", everything)
	_, sterr := tx.Accounts.Get("a")
	trail, _, terr := tx.Trail.Latest(store.Page{Limit: 1})
	_, coderr := tx.Codes.Get(bot.CodeLink, "1", at(0))
	ran, rerr := tx.Runs.Last("j")
	_, picerr := tx.Pictures.Get("p")
	symptoms, herr := tx.Health.All()
	for _, there := range []bool{
		cerr == nil && aerr == nil, seen, len(es) > 0, len(qs) > 0, depth > 0, len(held) > 0, len(consents) > 0, last > 0,
		berr == nil, sterr == nil, len(trail) > 0, coderr == nil, !ran.IsZero(), picerr == nil, len(symptoms) > 0,
	} {
		if there {
			n++
		}
	}
	return n, errors.Join(ierr, eerr, qerr, oerr, merr, nerr, lerr, terr, rerr, herr)
}

func countAll(t *testing.T, s store.Store) (n int) {
	t.Helper()
	view(t, s, func(tx store.Tx) (err error) { n, err = count(tx); return err })
	return n
}
