package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	pictureBucket    = "pictures"      // name -> picture
	pictureRefBucket = "pictures/refs" // name, platform -> the platform's identifier
)

type pictures struct{ *txn }

// Put forgets how the platforms call the picture, if it is another than before.
func (t pictures) Put(name string, png []byte, at time.Time) error {
	_, before, err := readPicture(t.bucket(pictureBucket).Get(textKey(name)))
	if err == nil && !bytes.Equal(before, png) {
		err = t.dropRefs(name)
	}
	if err == nil {
		err = t.bucket(pictureBucket).Put(textKey(name), writePicture(png, at))
	}
	if err != nil {
		return fmt.Errorf("put a picture: %w", err)
	}
	return nil
}

func (t pictures) Get(name string) ([]byte, error) {
	v := t.bucket(pictureBucket).Get(textKey(name))
	if v == nil {
		return nil, fmt.Errorf("picture: %w", store.ErrNotFound)
	}
	_, png, err := readPicture(v)
	if err != nil {
		return nil, damaged("picture", err)
	}
	return bytes.Clone(png), nil
}

func (t pictures) Ref(name string, p bot.Platform) (string, error) {
	return string(t.bucket(pictureRefBucket).Get(textKey(name, string(p)))), nil
}

func (t pictures) SetRef(name string, p bot.Platform, ref string) error {
	if err := t.bucket(pictureRefBucket).Put(textKey(name, string(p)), []byte(ref)); err != nil {
		return fmt.Errorf("note how a platform calls a picture: %w", err)
	}
	return nil
}

func (t pictures) Drop(name string) error {
	if err := t.drop(name); err != nil {
		return fmt.Errorf("drop a picture: %w", err)
	}
	return nil
}

func (t pictures) drop(name string) error {
	return errors.Join(t.bucket(pictureBucket).Delete(textKey(name)), t.dropRefs(name))
}

func (t pictures) Prune(before time.Time) (int, error) {
	var old [][]byte // bbolt's cursor skips keys when they are deleted under it
	c := t.bucket(pictureBucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		at, _, err := readPicture(v)
		if err != nil {
			return 0, damaged("picture", err)
		}
		if at.Before(before) {
			old = append(old, bytes.Clone(k))
		}
	}
	for _, key := range old {
		name, _ := cutText(key)
		if err := t.drop(name); err != nil {
			return 0, fmt.Errorf("drop a picture: %w", err)
		}
	}
	return len(old), nil
}

func (t pictures) dropRefs(name string) error {
	b, prefix := t.bucket(pictureRefBucket), textKey(name)
	for _, p := range under(b, prefix, noLimit) {
		if err := b.Delete(append(textKey(name), p.key...)); err != nil {
			return err
		}
	}
	return nil
}

func writePicture(png []byte, at time.Time) []byte {
	w := writer{make([]byte, 0, len(png)+64)}
	w.time(1, at)
	w.item(2, string(png))
	return w.b
}

// readPicture gives a png that is part of the page, to be copied.
func readPicture(v []byte) (at time.Time, png []byte, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			at = r.time()
		case 2:
			png = r.data
		}
	}
	return at, png, r.err
}
