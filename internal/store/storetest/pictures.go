package storetest

import (
	"bytes"
	"errors"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

func pictureTests() []test {
	large := bytes.Repeat([]byte("png\x00\xff"), 50_000)
	return []test{
		{name: "a picture is kept", run: func(t *testing.T, s store.Store) {
			putPicture(t, s, "large", large, 0)
			putPicture(t, s, "small", []byte{0}, 0)
			picture(t, s, "large", large)
			picture(t, s, "small", []byte{0})
			picture(t, s, "smal", nil)
			picture(t, s, "", nil)
			putPicture(t, s, "large", []byte("new"), 1)
			picture(t, s, "large", []byte("new"))
		}},
		{name: "a picture stays good after the transaction", run: func(t *testing.T, s store.Store) {
			putPicture(t, s, "large", large, 0)
			var got []byte
			view(t, s, func(tx store.Tx) (err error) { got, err = tx.Pictures.Get("large"); return err })
			for i := range 20 {
				putPicture(t, s, "large", bytes.Repeat([]byte{byte(i)}, len(large)), i)
			}
			equal(t, "picture", bytes.Equal(got, large), true)
		}},
		{name: "each platform has its own name for it", run: func(t *testing.T, s store.Store) {
			putPicture(t, s, "map", large, 0)
			ref(t, s, "map", telegram, "")
			setRef(t, s, "map", telegram, "t1")
			setRef(t, s, "map", messenger, "m1")
			ref(t, s, "map", telegram, "t1")
			ref(t, s, "map", messenger, "m1")
			ref(t, s, "map", "viber", "")
			ref(t, s, "ma", telegram, "")
			setRef(t, s, "map", telegram, "t2")
			ref(t, s, "map", telegram, "t2")
			putPicture(t, s, "map", large, 5) // the same
			ref(t, s, "map", telegram, "t2")
		}},
		{name: "another picture of that name is not known to the platforms", run: func(t *testing.T, s store.Store) {
			putPicture(t, s, "map", large, 0)
			putPicture(t, s, "map2", large, 0)
			setRef(t, s, "map", telegram, "t1")
			setRef(t, s, "map2", telegram, "t2")
			putPicture(t, s, "map", []byte("new"), 1)
			ref(t, s, "map", telegram, "")
			ref(t, s, "map2", telegram, "t2")
		}},
		{name: "Prune drops those put before", run: func(t *testing.T, s store.Store) {
			putPicture(t, s, "old", large, 0)
			putPicture(t, s, "older", large, -60)
			putPicture(t, s, "again", large, -60)
			putPicture(t, s, "again", large, 10)
			putPicture(t, s, "new", large, 10)
			setRef(t, s, "old", telegram, "t1")
			setRef(t, s, "new", telegram, "t2")
			var n int
			update(t, s, func(tx store.Tx) (err error) { n, err = tx.Pictures.Prune(at(10)); return err })
			equal(t, "dropped", n, 2)
			picture(t, s, "old", nil)
			picture(t, s, "older", nil)
			picture(t, s, "again", large)
			picture(t, s, "new", large)
			ref(t, s, "old", telegram, "")
			ref(t, s, "new", telegram, "t2")
		}},
	}
}

func putPicture(t *testing.T, s store.Store, name string, png []byte, minutes int) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Pictures.Put(name, png, at(minutes)) })
}

// picture checks what a picture is; nil: there is none.
func picture(t *testing.T, s store.Store, name string, want []byte) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		png, err := tx.Pictures.Get(name)
		if want == nil && !errors.Is(err, store.ErrNotFound) || want != nil && err != nil {
			t.Errorf("Get gave %v", err)
		}
		if !bytes.Equal(png, want) {
			t.Errorf("%q is another picture", name)
		}
		return nil
	})
}

func setRef(t *testing.T, s store.Store, name string, p bot.Platform, ref string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.Pictures.SetRef(name, p, ref) })
}

func ref(t *testing.T, s store.Store, name string, p bot.Platform, want string) {
	t.Helper()
	view(t, s, func(tx store.Tx) error {
		got, err := tx.Pictures.Ref(name, p)
		equal(t, "ref of "+name, got, want)
		return err
	})
}
