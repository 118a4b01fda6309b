package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func concurrencyTests() []test {
	return []test{
		{name: "Updates follow one another", run: func(t *testing.T, s store.Store) {
			const writers, each = 16, 25
			update(t, s, func(tx store.Tx) error { return setSteps(tx, "0", "a") })
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for range each {
						if err := s.Update(context.Background(), func(tx store.Tx) error { return addStep(tx, "a") }); err != nil {
							t.Errorf("Update: %v", err)
						}
					}
				})
			}
			all.Wait()
			view(t, s, func(tx store.Tx) error {
				_, state, err := tx.Citizens.Get("a")
				equal(t, "steps", state.Step, fmt.Sprint(writers*each))
				return err
			})
		}},
		{name: "one that fails or panics harms no other", run: func(t *testing.T, s store.Store) {
			const writers = 60
			var all sync.WaitGroup
			for i := range writers {
				all.Go(func() {
					err := s.Update(context.Background(), func(tx store.Tx) error {
						if err := tx.Inbox.Mark(telegram, fmt.Sprint(i), at(0)); err != nil {
							return err
						}
						switch i % 6 {
						case 1:
							return fmt.Errorf("mine is %d: %w", i, errGiveUp)
						case 2:
							panic(i)
						}
						return nil
					})
					switch i % 6 {
					case 1:
						if !errors.Is(err, errGiveUp) || !strings.Contains(err.Error(), fmt.Sprintf("mine is %d:", i)) {
							t.Errorf("the failing one of %d got %v", i, err)
						}
					case 2:
						if err == nil || errors.Is(err, errGiveUp) {
							t.Errorf("the panicking one of %d got %v", i, err)
						}
					default:
						if err != nil {
							t.Errorf("the good one of %d got %v", i, err)
						}
					}
				})
			}
			all.Wait()
			view(t, s, func(tx store.Tx) error {
				for i := range writers {
					seen, err := tx.Inbox.Seen(telegram, fmt.Sprint(i))
					if good := i%6 != 1 && i%6 != 2; err != nil || seen != good {
						t.Errorf("of %d is stored: %v, want %v (%v)", i, seen, good, err)
					}
				}
				return nil
			})
		}},
		{name: "of two that want the same address one gets it", run: func(t *testing.T, s store.Store) {
			const rounds = 30
			for round := range rounds {
				var all sync.WaitGroup
				errs := make([]error, 4)
				for i := range errs {
					all.Go(func() {
						errs[i] = s.Update(context.Background(), func(tx store.Tx) error {
							c := bot.Citizen{ID: bot.CitizenID(fmt.Sprint(round, "/", i)), Contacts: contacts(fmt.Sprint(round))}
							return tx.Citizens.Put(c, bot.State{})
						})
					})
				}
				all.Wait()
				won := 0
				for _, err := range errs {
					if err == nil {
						won++
					} else if !errors.Is(err, store.ErrConflict) {
						t.Errorf("Put gave %v", err)
					}
				}
				equal(t, "winners", won, 1)
			}
		}},
		{name: "a View sees one state", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error { return setSteps(tx, "0", "a", "b") })
			stop := make(chan struct{})
			var writer, readers sync.WaitGroup
			writer.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if err := s.Update(context.Background(), func(tx store.Tx) error { return errors.Join(addStep(tx, "a"), addStep(tx, "b")) }); err != nil {
						t.Errorf("Update: %v", err)
						return
					}
				}
			})
			for range 4 {
				readers.Go(func() {
					for range 100 {
						err := s.View(context.Background(), func(tx store.Tx) error {
							_, a, err1 := tx.Citizens.Get("a")
							_, b, err2 := tx.Citizens.Get("b")
							if a.Step != b.Step {
								t.Errorf("a View saw %s and %s", a.Step, b.Step)
							}
							return errors.Join(err1, err2)
						})
						if err != nil {
							t.Errorf("View: %v", err)
						}
					}
				})
			}
			readers.Wait()
			close(stop)
			writer.Wait()
		}},
		{name: "a long View holds up no Update and does not see it", run: func(t *testing.T, s store.Store) {
			view(t, s, func(tx store.Tx) error {
				var wrote sync.WaitGroup
				wrote.Go(func() {
					for i := range 50 {
						e := bot.Exchange{At: at(i), Said: strings.Repeat("ა", 20_000)}
						if err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Conversations.Append(e) }); err != nil {
							t.Errorf("Update: %v", err)
						}
					}
				})
				wrote.Wait()
				es, _, err := tx.Conversations.Latest(store.Page{Limit: 1})
				equal(t, "exchanges in the old snapshot", len(es), 0)
				return err
			})
		}},
		{name: "a long Update holds up no View and is not seen by it", run: func(t *testing.T, s store.Store) {
			update(t, s, func(tx store.Tx) error {
				if err := tx.Inbox.Mark(telegram, "r", at(0)); err != nil {
					return err
				}
				seen := make(chan bool, 1)
				go func() {
					err := s.View(context.Background(), func(tx store.Tx) error {
						is, err := tx.Inbox.Seen(telegram, "r")
						seen <- is
						return err
					})
					if err != nil {
						t.Errorf("View: %v", err)
					}
				}()
				if <-seen {
					t.Error("a View saw what was not committed")
				}
				return nil
			})
		}},
		{name: "a context that ends while an Update waits takes it out", run: func(t *testing.T, s store.Store) {
			ctx, cancel := context.WithCancel(context.Background())
			running, goOn := make(chan struct{}), make(chan struct{})
			var first sync.WaitGroup
			first.Go(func() {
				once := sync.OnceFunc(func() { close(running) })
				update := func(tx store.Tx) error { once(); <-goOn; return nil }
				if err := s.Update(context.Background(), update); err != nil {
					t.Errorf("Update: %v", err)
				}
			})
			<-running
			second := make(chan error)
			go func() {
				second <- s.Update(ctx, func(tx store.Tx) error { return tx.Inbox.Mark(telegram, "r", at(0)) })
			}()
			cancel()
			if err := <-second; !errors.Is(err, context.Canceled) {
				t.Errorf("the waiting Update gave %v", err)
			}
			close(goOn)
			first.Wait()
			equal(t, "roles written", countAll(t, s), 0)
		}},
		{name: "Close waits for what is under way", run: func(t *testing.T, s store.Store) {
			running, goOn := make(chan struct{}), make(chan struct{})
			var under, closing sync.WaitGroup
			under.Go(func() {
				err := s.View(context.Background(), func(tx store.Tx) error {
					close(running)
					<-goOn
					_, err := count(tx) // the snapshot is still there
					return err
				})
				if err != nil {
					t.Errorf("View: %v", err)
				}
			})
			<-running
			closing.Go(func() {
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			for !errors.Is(s.View(context.Background(), func(store.Tx) error { return nil }), store.ErrClosed) { // until Close has begun
			}
			close(goOn)
			under.Wait()
			closing.Wait()
		}},
		{name: "an Update that Close met half-way is stored or says ErrClosed", run: func(t *testing.T, s store.Store) {
			var all sync.WaitGroup
			for range 16 {
				all.Go(func() {
					for {
						err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Conversations.Append(bot.Exchange{At: at(0)}) })
						if errors.Is(err, store.ErrClosed) {
							return
						}
						if err != nil {
							t.Errorf("Update: %v", err)
							return
						}
					}
				})
			}
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			all.Wait()
		}},
	}
}

// setSteps makes new citizens with the given State.Step.
func setSteps(tx store.Tx, step string, ids ...bot.CitizenID) error {
	for _, id := range ids {
		c := bot.Citizen{ID: id, Contacts: contacts(string(id))}
		if err := tx.Citizens.Put(c, bot.State{Step: step}); err != nil {
			return err
		}
	}
	return nil
}

// addStep adds one to the State.Step of a citizen.
func addStep(tx store.Tx, id bot.CitizenID) error {
	c, s, err := tx.Citizens.Get(id)
	if err != nil {
		return err
	}
	var n int
	if _, err := fmt.Sscan(s.Step, &n); err != nil {
		return err
	}
	s.Step = fmt.Sprint(n + 1)
	return tx.Citizens.Put(c, s)
}
