package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

const (
	contentBucket      = "content"       // number -> edit
	contentEntryBucket = "content/entry" // entry, number -> index
	contentLiveBucket  = "content/live"  // entry -> number: what citizens are told in place of what the folder says
	contentDraftBucket = "content/draft" // entry -> number: the last version of the entry, if it is a draft
)

type contents struct{ *txn }

func (t contents) Append(e bot.Edit, last uint64) (uint64, error) {
	if e.Entry.ID == "" {
		return 0, errors.New("append a version of an answer: it has no ID")
	}
	key := textKey(e.Entry.ID)
	if was, err := t.Of(e.Entry.ID, 1); err != nil {
		return 0, err
	} else if len(was) == 0 && last != 0 || len(was) > 0 && was[0].No != last {
		return 0, fmt.Errorf("append a version of an answer: %w", store.ErrConflict)
	}
	b := t.growing(contentBucket)
	no, err := b.NextSequence()
	if err == nil {
		err = errors.Join(b.Put(seqKey(no), writeEdit(e)), putIndex(t.bucket(contentEntryBucket), slices.Concat(key, seqKey(no))), t.point(e, key, no))
	}
	if err != nil {
		return 0, fmt.Errorf("append a version of an answer: %w", err)
	}
	return no, nil
}

// point says what of the entry is live and what a draft, now that there is e.
func (t contents) point(e bot.Edit, key []byte, no uint64) error {
	live, draft := t.bucket(contentLiveBucket), t.bucket(contentDraftBucket)
	if e.State == bot.EditDraft {
		return draft.Put(key, seqKey(no))
	}
	err := draft.Delete(key)
	switch {
	case e.State != bot.EditLive:
		return err
	case e.Folder:
		return errors.Join(err, live.Delete(key))
	}
	return errors.Join(err, live.Put(key, seqKey(no)))
}

func (t contents) Get(no uint64) (bot.Edit, error) {
	v := t.bucket(contentBucket).Get(seqKey(no))
	if v == nil {
		return bot.Edit{}, fmt.Errorf("get a version of an answer: %w", store.ErrNotFound)
	}
	e, err := readEdit(v)
	if err != nil {
		return bot.Edit{}, damaged("version of an answer", err)
	}
	e.No = no
	return e, nil
}

func (t contents) Of(entry string, limit int) (es []bot.Edit, err error) {
	prefix := textKey(entry)
	c := t.bucket(contentEntryBucket).Cursor()
	k, _ := c.Seek(slices.Concat(prefix, seqKey(^uint64(0)))) // after all of this entry
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	for ; bytes.HasPrefix(k, prefix) && len(k) == len(prefix)+seqKeySize && len(es) < limit; k, _ = c.Prev() {
		e, err := t.named(k[len(prefix):])
		if err != nil {
			return nil, err
		}
		es = append(es, e)
	}
	return es, nil
}

func (t contents) Live() ([]bot.Edit, error) { return t.listed(contentLiveBucket) }

func (t contents) Drafts() ([]bot.Edit, error) { return t.listed(contentDraftBucket) }

// listed gives the versions that a bucket names, by the ID of the entry.
func (t contents) listed(bucket string) (es []bot.Edit, err error) {
	c := t.bucket(bucket).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		e, err := t.named(v)
		if err != nil {
			return nil, err
		}
		es = append(es, e)
	}
	slices.SortFunc(es, func(a, b bot.Edit) int { return bytes.Compare([]byte(a.Entry.ID), []byte(b.Entry.ID)) }) // keys begin with a length
	return es, nil
}

// named gives the version that an index names.
func (t contents) named(no []byte) (bot.Edit, error) {
	if len(no) != seqKeySize {
		return bot.Edit{}, damaged("version of an answer", nil)
	}
	e, err := t.Get(binary.BigEndian.Uint64(no))
	if err != nil {
		return bot.Edit{}, damaged("version of an answer", err)
	}
	return e, nil
}

func writeEdit(e bot.Edit) []byte {
	w := writer{make([]byte, 0, 4096)}
	w.text(1, string(e.State))
	w.nested(2, func(w *writer) { writeKnown(w, e.Entry) })
	w.flag(3, e.Folder)
	w.text(4, e.File)
	w.text(5, e.Base)
	w.num(6, e.Of)
	w.time(7, e.At)
	w.text(8, e.By)
	w.text(9, e.Why)
	return w.b
}

func readEdit(v []byte) (e bot.Edit, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			e.State = bot.EditState(r.text())
		case 2:
			e.Entry = readKnown(&r)
		case 3:
			e.Folder = r.n != 0
		case 4:
			e.File = r.text()
		case 5:
			e.Base = r.text()
		case 6:
			e.Of = r.n
		case 7:
			e.At = r.time()
		case 8:
			e.By = r.text()
		case 9:
			e.Why = r.text()
		}
	}
	return e, r.err
}

// writeKnown writes an entry of the content.
func writeKnown(w *writer, e bot.Entry) {
	texts := func(field int, t bot.Text) {
		for lang, words := range t {
			w.nested(field, func(w *writer) {
				w.text(1, string(lang))
				w.text(2, words)
			})
		}
	}
	w.text(1, e.ID)
	texts(2, e.Question)
	for lang, said := range e.Phrasings {
		w.nested(3, func(w *writer) {
			w.text(1, string(lang))
			for _, s := range said {
				w.item(2, s)
			}
		})
	}
	texts(4, e.Answer)
	texts(5, e.Source)
	w.time(6, e.Checked)
	w.flag(7, e.Handover)
	w.flag(8, e.Asks)
	w.flag(9, e.Tells != nil)
	for _, d := range e.Tells {
		w.item(10, string(d))
	}
	w.flag(11, e.Hidden)
	w.flag(12, e.Promises)
}

func readKnown(r *reader) (e bot.Entry) {
	r.nested(func(r *reader) {
		switch r.field {
		case 1:
			e.ID = r.text()
		case 2:
			readWording(r, &e.Question)
		case 3:
			readPhrasings(r, &e)
		case 4:
			readWording(r, &e.Answer)
		case 5:
			readWording(r, &e.Source)
		case 6:
			e.Checked = r.time()
		case 7:
			e.Handover = r.n != 0
		case 8:
			e.Asks = r.n != 0
		case 9:
			e.Tells = []bot.Detail{}
		case 10:
			e.Tells = append(e.Tells, bot.Detail(r.text()))
		case 11:
			e.Hidden = r.n != 0
		case 12:
			e.Promises = r.n != 0
		}
	})
	return e
}

// readWording reads one language of a text.
func readWording(r *reader, t *bot.Text) {
	if *t == nil {
		*t = bot.Text{}
	}
	lang, words := readPair(r)
	(*t)[bot.Language(lang)] = words
}

func readPhrasings(r *reader, e *bot.Entry) {
	lang, said := bot.Language(""), []string(nil)
	r.nested(func(r *reader) {
		if r.field == 1 {
			lang = bot.Language(r.text())
		} else {
			said = append(said, r.text())
		}
	})
	if e.Phrasings == nil {
		e.Phrasings = map[bot.Language][]string{}
	}
	e.Phrasings[lang] = said
}
