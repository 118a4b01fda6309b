package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// aging is a list of what can grow too old.
type aging struct {
	list
	prune func(tx store.Tx, before time.Time, limit int) (int, error)
	gone  func(*keeps) // takes out what is kept in the list about a person
}

func pruneTests() []test {
	conversation := aging{
		list{appendTo("nino", "shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			es, next, err := tx.Conversations.Latest(p)
			return saids(es), next, err
		}},
		func(tx store.Tx, before time.Time, limit int) (int, error) {
			return tx.Conversations.Prune(before, limit)
		},
		func(k *keeps) { k.Said, k.InVillage = nil, nil },
	}
	question := aging{
		list{askIn("shroma"), func(tx store.Tx, p store.Page) ([]string, string, error) {
			qs, next, err := tx.Questions.Latest(p)
			return texts(qs), next, err
		}},
		func(tx store.Tx, before time.Time, limit int) (int, error) { return tx.Questions.Prune(before, limit) },
		func(k *keeps) { k.Asked = nil },
	}
	held := aging{
		list{
			func(tx store.Tx, at time.Time, text string) error {
				return tx.Mail.Hold("nino", bot.Held{At: at, Message: bot.Outbound{Text: text}})
			},
			func(tx store.Tx, _ store.Page) (texts []string, next string, err error) {
				all, err := tx.Mail.Of("nino", 500)
				slices.SortStableFunc(all, func(a, b bot.Held) int { return b.At.Compare(a.At) })
				for _, h := range all {
					texts = append(texts, h.Message.Text)
				}
				return texts, "", err
			},
		},
		func(tx store.Tx, before time.Time, limit int) (int, error) { return tx.Mail.Prune(before, limit) },
		func(k *keeps) { k.Held = nil },
	}
	trail := aging{
		list{
			func(tx store.Tx, at time.Time, text string) error {
				return tx.Trail.Append(bot.Audit{At: at, Act: text})
			},
			func(tx store.Tx, p store.Page) (acts []string, next string, err error) {
				as, next, err := tx.Trail.Latest(p)
				for _, a := range as {
					acts = append(acts, a.Act)
				}
				return acts, next, err
			},
		},
		func(tx store.Tx, before time.Time, limit int) (int, error) { return tx.Trail.Prune(before, limit) },
		func(*keeps) {},
	}
	return slices.Concat(
		named("Trail", agingTests(trail)[:1]),
		named("Conversations", agingTests(conversation)),
		named("Questions", agingTests(question)),
		named("Mail", agingTests(held)),
		pruneListTests(), pruneCaseTests(), pruneRecipientTests(), pictureDropTests(),
	)
}

func agingTests(l aging) []test {
	return []test{
		{name: "drops those before a time, the oldest first, at most limit", run: func(t *testing.T, s store.Store) {
			l.fill(t, s, 5, "e", 1, "a", 4, "d", 9, "at", 2, "b", 10, "new", 3, "c")
			l.prunes(t, s, at(9), 0, 0)
			l.prunes(t, s, at(1), 9, 0)
			l.prunes(t, s, at(9), 2, 2)
			equal(t, "left", l.all(t, s, 500), []string{"new", "at", "e", "d", "c"})
			l.prunes(t, s, at(9), 3, 3)
			l.prunes(t, s, at(9), 9, 0)
			equal(t, "left", l.all(t, s, 500), []string{"new", "at"})
			l.fill(t, s, 0, "late")
			l.prunes(t, s, at(99), 9, 3)
			equal(t, "left", len(l.all(t, s, 500)), 0)
		}},
		{name: "nothing is in any list any more, and all else stays", run: func(t *testing.T, s store.Store) {
			her, him := remember(t, s)
			people, want := []Person{her, him}, make([]keeps, 2)
			for i, p := range people {
				want[i] = kept(t, s, p)
				l.gone(&want[i])
			}
			l.prunes(t, s, at(99), 500, -1)
			equal(t, "left", len(l.all(t, s, 500)), 0)
			for i, p := range people {
				got := kept(t, s, p)
				got.Fates, want[i].Fates = 0, 0 // they may go, too
				equal(t, "left of "+string(p.ID), got, want[i])
			}
		}},
	}
}

// prunes prunes in an Update of its own, which must drop want; -1: some.
func (l aging) prunes(t *testing.T, s store.Store, before time.Time, limit, want int) {
	t.Helper()
	var n int
	update(t, s, func(tx store.Tx) (err error) { n, err = l.prune(tx, before, limit); return err })
	if want < 0 && n > 0 {
		return
	}
	equal(t, "dropped", n, want)
}

func pruneListTests() []test {
	return []test{
		{name: "Conversations: of every citizen and village, and what became of replies", run: func(t *testing.T, s store.Store) {
			ids := put(t, s, parcelOf("nino", "1", "old"), parcelOf("nino", "1", "new"), parcelOf("nino", "1", "owed"))
			settleAs(t, s, ids[0], bot.FateSent, 1)
			settleAs(t, s, ids[1], bot.FateSent, 10)
			update(t, s, func(tx store.Tx) error {
				var err error
				for i, village := range []string{"a", "b", "a"} {
					err = errors.Join(err, tx.Conversations.Append(bot.Exchange{Citizen: bot.CitizenID(fmt.Sprint("c", i%2)), Village: village, At: at(i), Said: village}))
				}
				_, err2 := tx.Conversations.Prune(at(2), 9)
				return errors.Join(err, err2)
			})
			view(t, s, func(tx store.Tx) error {
				var left []string
				for _, name := range []string{"a", "b"} {
					es, _, err := tx.Conversations.InVillage(name, store.Page{Limit: 5})
					left = append(left, saids(es)...)
					if err != nil {
						return err
					}
				}
				equal(t, "in villages", left, []string{"a"})
				of, _, err := tx.Conversations.Of("c1", store.Page{Limit: 5})
				equal(t, "of one", len(of), 0)
				return err
			})
			fates(t, s, "nino", ids[1:], map[string]bot.Sending{ids[1]: {ID: ids[1], Citizen: "nino", Fate: bot.FateSent, At: at(10)}})
			settleAs(t, s, ids[2], bot.FateSent, 11)
		}},
		{name: "Questions: the next of a group is its first", run: func(t *testing.T, s store.Store) {
			first := ask(t, s, bot.Question{Citizen: "nino", At: at(1), Text: "first"})
			second := ask(t, s, bot.Question{Citizen: "giorgi", At: at(2), Text: "second", Group: first})
			ask(t, s, bot.Question{Citizen: "keti", At: at(3), Text: "third", Group: first})
			update(t, s, func(tx store.Tx) error { _, err := tx.Questions.Prune(at(2), 9); return err })
			group(t, s, first)
			group(t, s, second, "second", "third")
			waiting(t, s, everything, 9, "second")
			asked(t, s, "nino", 9)
			update(t, s, func(tx store.Tx) error { _, err := tx.Questions.Prune(at(9), 9); return err })
			waiting(t, s, everything, 9)
			group(t, s, second)
		}},
		{name: "Questions: a group that was answered stays so", run: func(t *testing.T, s store.Store) {
			first := ask(t, s, bot.Question{At: at(1), Answered: at(5)})
			ask(t, s, bot.Question{At: at(2), Answered: at(5), Group: first})
			update(t, s, func(tx store.Tx) error { _, err := tx.Questions.Prune(at(2), 9); return err })
			waiting(t, s, everything, 9)
		}},
		{name: "Mail: what was handed over or became another's", run: func(t *testing.T, s store.Store) {
			both(t, s)
			for _, text := range []string{"a", "b"} {
				hold(t, s, "giorgi", bot.Outbound{Text: text})
			}
			update(t, s, func(tx store.Tx) error { return tx.Mail.Drop("giorgi", heldFor(t, s, "giorgi", 1)[0].ID) })
			merge(t, s, nil)
			var n int
			update(t, s, func(tx store.Tx) (err error) { n, err = tx.Mail.Prune(at(1), 9); return err })
			equal(t, "dropped", n, 1)
			equal(t, "held", len(heldFor(t, s, "nino", 9)), 0)
		}},
	}
}

func pruneCaseTests() []test {
	return []test{
		{name: "Cases: what counts stays", run: func(t *testing.T, s store.Store) {
			c := filled[bot.Case]()
			c.State, c.Version = bot.CaseDone, 0
			createCase(t, s, c, nil)
			join(t, s, c.ID, "giorgi", nil)
			addEvent(t, s, bot.CaseEvent{Case: c.ID, At: c.Updated, By: "luka", Text: "words"}, nil)
			pruneCases(t, s, c.Updated, 9, 0)
			pruneCases(t, s, c.Updated.Add(time.Microsecond), 9, 1)
			want := c
			want.Citizen, want.Text, want.Media, want.Spot, want.Reason, want.Version = "", "", nil, bot.Point{}, "", 2
			stored(t, s, want)
			history(t, s, c.ID, bot.CaseEvent{Case: c.ID, At: c.Created, To: c.State}, bot.CaseEvent{Case: c.ID, At: c.Updated, By: "luka"})
			parties(t, s, c.ID)
			ofCitizen(t, s, c.Citizen, 9)
			ofCitizen(t, s, "giorgi", 9)
			rated(t, s, c.Citizen, c.Commitment, "")
			pruneCases(t, s, at(9999), 9, 0) // once is enough
			putCase(t, s, c, store.ErrConflict)
		}},
		{name: "Cases: closed ones, the oldest first, at most limit", run: func(t *testing.T, s store.Store) {
			for i, state := range []bot.CaseState{
				bot.CaseReceived, bot.CaseSeen, bot.CaseWorking, bot.CaseAnswered, bot.CaseDone, bot.CaseDeclined, bot.CaseDuplicate,
			} {
				createCase(t, s, bot.Case{ID: string(state), State: state, Text: "words", Updated: at(10 - i)}, nil)
			}
			left := func(want ...string) {
				t.Helper()
				view(t, s, func(tx store.Tx) error {
					cs, _, err := tx.Cases.List(everybody, store.CaseQuery{}, store.Page{Limit: 50})
					var ids []string
					for _, c := range cs {
						if c.Text != "" {
							ids = append(ids, c.ID)
						}
					}
					slices.Sort(ids)
					equal(t, "with words", ids, want)
					return err
				})
			}
			pruneCases(t, s, at(7), 2, 2)
			left("answered", "done", "received", "seen", "working")
			pruneCases(t, s, at(7), 9, 1)
			left("answered", "received", "seen", "working")
			putCase(t, s, bot.Case{ID: "done", State: bot.CaseWorking, Text: "again", Updated: at(20), Version: 2}, nil)
			putCase(t, s, bot.Case{ID: "seen", State: bot.CaseDone, Text: "closed", Updated: at(1), Version: 1}, nil)
			pruneCases(t, s, at(99), 9, 2)
			left("done", "received", "working")
			putCase(t, s, bot.Case{ID: "done", State: bot.CaseDone, Text: "again", Updated: at(21), Version: 3}, nil)
			pruneCases(t, s, at(99), 9, 1)
			left("received", "working")
		}},
	}
}

func pruneCases(t *testing.T, s store.Store, before time.Time, limit, want int) {
	t.Helper()
	var n int
	update(t, s, func(tx store.Tx) (err error) { n, err = tx.Cases.Prune(before, limit); return err })
	equal(t, "pruned", n, want)
}

func pruneRecipientTests() []test {
	return []test{
		{name: "Broadcasts: recipients of what is sent no more are dropped, and still counted", run: func(t *testing.T, s store.Store) {
			for id, state := range map[string]bot.BroadcastState{"done": bot.BroadcastDone, "stopped": bot.BroadcastStopped, "open": bot.BroadcastSending, "new": bot.BroadcastDone} {
				created := at(1)
				if id == "new" {
					created = at(9)
				}
				create(t, s, bot.Broadcast{ID: id, State: bot.BroadcastSending, Created: created, Messages: map[bot.Language]bot.Outbound{"ka": {Text: "x"}}}, everything, nil)
				owe(t, s, id, owedTo("nino", "1"), owedTo("giorgi", "2"), owedTo("keti", "3"))
				update(t, s, func(tx store.Tx) error {
					ds, err := tx.Broadcasts.Claim(telegram, false, at(10), 500)
					for i, d := range ds {
						if d.Broadcast == id && i%3 < 2 {
							err = errors.Join(err, tx.Broadcasts.Settle(d, []bot.Fate{bot.FateSent, bot.FateFailed}[i%3], "ref", at(10)))
						}
					}
					return err
				})
				putBroadcast(t, s, bot.Broadcast{ID: id, State: state, Created: created, Messages: map[bot.Language]bot.Outbound{"ka": {Text: "x"}}, Version: 1}, nil)
			}
			want := bot.Report{bot.FateSent: 1, bot.FateFailed: 1, bot.FateUnconfirmed: 1}
			left := func(want ...string) {
				t.Helper()
				view(t, s, func(tx store.Tx) error {
					rs, err := tx.Broadcasts.Of("nino", 9)
					var got []string
					for _, r := range rs {
						got = append(got, r.Broadcast.ID)
					}
					slices.Sort(got)
					equal(t, "nino is a recipient of", got, want)
					return err
				})
			}
			prune := func(before, limit, want int) {
				t.Helper()
				var n int
				update(t, s, func(tx store.Tx) (err error) { n, err = tx.Broadcasts.Prune(at(before), limit); return err })
				equal(t, "dropped", n, want)
			}
			prune(1, 9, 0)
			prune(9, 0, 0)
			left("done", "new", "open", "stopped")
			prune(9, 4, 4)
			prune(9, 9, 2)
			prune(9, 9, 0)
			left("new", "open")
			for _, id := range []string{"done", "stopped", "open", "new"} {
				reported(t, s, id, want)
			}
			gives(t, s, "SetFate", store.ErrNotFound, func(tx store.Tx) error {
				return tx.Broadcasts.SetFate("done", "nino", bot.FateLater, at(11))
			})
		}},
	}
}

func pictureDropTests() []test {
	return []test{
		{name: "Pictures: Drop deletes one", run: func(t *testing.T, s store.Store) {
			for _, name := range []string{"a", "ab"} {
				putPicture(t, s, name, []byte(name), 0)
				setRef(t, s, name, telegram, name)
			}
			drop := func(name string) {
				t.Helper()
				update(t, s, func(tx store.Tx) error { return tx.Pictures.Drop(name) })
			}
			drop("a")
			drop("a")
			drop("none")
			picture(t, s, "a", nil)
			ref(t, s, "a", telegram, "")
			picture(t, s, "ab", []byte("ab"))
			ref(t, s, "ab", telegram, "ab")
		}},
	}
}
