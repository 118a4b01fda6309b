package storetest

import (
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func threadTests() []test {
	one := bot.Address{Platform: telegram, ID: "1"}
	return []test{
		{name: "what a message was about is kept", run: func(t *testing.T, s store.Store) {
			setThread(t, s, one, "7", "case:K7M4QX", 0)
			setThread(t, s, one, "8", "question:3", 0)
			about(t, s, one, "7", "case:K7M4QX")
			about(t, s, one, "8", "question:3")
			setThread(t, s, one, "7", "case:A", 1)
			about(t, s, one, "7", "case:A")
		}},
		{name: "nobody knows of another message, address or platform", run: func(t *testing.T, s store.Store) {
			setThread(t, s, one, "7", "case:K7M4QX", 0)
			about(t, s, one, "", "")
			about(t, s, one, "77", "")
			about(t, s, bot.Address{Platform: telegram, ID: "17"}, "", "")
			about(t, s, bot.Address{Platform: telegram, ID: ""}, "7", "")
			about(t, s, bot.Address{Platform: messenger, ID: "1"}, "7", "")
		}},
		{name: "Merge keeps it", run: func(t *testing.T, s store.Store) {
			both(t, s)
			setThread(t, s, giorgi().Contacts[0].Address, "7", "case:K7M4QX", 0)
			merge(t, s, nil)
			about(t, s, giorgi().Contacts[0].Address, "7", "case:K7M4QX")
		}},
		{name: "Prune drops those set before", run: func(t *testing.T, s store.Store) {
			for i, ref := range []string{"older", "old", "at", "new", "again"} {
				setThread(t, s, one, ref, ref, []int{-50, 9, 10, 11, 0}[i])
			}
			setThread(t, s, one, "again", "again", 10)
			var n int
			update(t, s, func(tx store.Tx) (err error) { n, err = tx.Threads.Prune(at(10)); return err })
			equal(t, "dropped", n, 2)
			for _, ref := range []string{"at", "new", "again"} {
				about(t, s, one, ref, ref)
			}
			about(t, s, one, "older", "")
			about(t, s, one, "old", "")
		}},
	}
}

func setThread(t *testing.T, s store.Store, a bot.Address, ref, about string, minutes int) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Threads.Set(a, ref, about, at(minutes)) })
}

func about(t *testing.T, s store.Store, a bot.Address, ref, want string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Threads.Get(a, ref)
		equal(t, "about "+ref, got, want)
		return err
	})
}
