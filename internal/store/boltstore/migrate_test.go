package boltstore

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// format1 puts a file that was written by the last program of format 1: Nino of Shroma is blocked at telegram/1, Giorgi is at
// messenger/2; she has one question, one exchange, one held message and four parcels, the last of which is claimed.
func format1(t *testing.T) (path string) {
	t.Helper()
	return unpack(t, "format1.db.gz")
}

// format2 puts one of the last program of format 2: Nino of Shroma has two questions, an exchange and a parcel, and two messages
// are held for Giorgi.
func format2(t *testing.T) (path string) {
	t.Helper()
	return unpack(t, "format2.db.gz")
}

func unpack(t *testing.T, name string) (path string) {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	in, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenFileOfFormat1(t *testing.T) {
	minute := func(m int) time.Time { return time.Date(2026, 3, 1, 9, m, 0, 0, time.UTC) }
	path := format1(t)
	for range 2 { // brought to this format, and then opened as one of it
		s := openTest(t, path, Options{})
		checkFile(t, s)
		err := s.View(context.Background(), func(tx store.Tx) error {
			id, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: "1"})
			if err != nil {
				return err
			}
			c, state, err1 := tx.Citizens.Get(id)
			if len(c.Contacts) != 1 || c.Contacts[0] != (bot.Contact{Address: bot.Address{Platform: "telegram", ID: "1"}, Reach: bot.Blocked, LastInbound: minute(2)}) {
				t.Errorf("contacts: %+v", c.Contacts)
			}
			if c.ID != "nino" || c.Village != "shroma" || !c.LanguageSet || !c.SilentUntil.Equal(minute(3)) || c.Version != 1 || state.Slots["topic"] != "budget" {
				t.Errorf("citizen %+v, state %+v", c, state)
			}
			es, _, err2 := tx.Conversations.Of("nino", store.Page{Limit: 5})
			qs, _, err3 := tx.Questions.Latest(store.Page{Limit: 5})
			held, err4 := tx.Mail.Of("nino", 5)
			seen, err5 := tx.Inbox.Seen("telegram", "7")
			depth, err6 := tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
			if len(es) != 1 || len(qs) != 1 || len(held) != 1 || !seen || depth != 4 {
				t.Errorf("exchanges %d, questions %d, held %d, seen %v, depth %d", len(es), len(qs), len(held), seen, depth)
			}
			return errors.Join(err1, err2, err3, err4, err5, err6)
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}

	s := openTest(t, path, Options{})
	claim := func(want ...string) (ids []string) {
		t.Helper()
		err := s.Update(context.Background(), func(tx store.Tx) error {
			ps, err := tx.Outbox.Claim("telegram", 255, minute(5), time.Minute, 10)
			if len(ps) != len(want) {
				t.Fatalf("claimed %d of %v", len(ps), want)
			}
			for i, p := range ps {
				if ids = append(ids, p.ID); p.Message.Text != want[i] {
					t.Errorf("claimed %q, want %q", p.Message.Text, want[i])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	ids := claim("claimed", "reply", "news") // the news holds up the reply no more
	err := s.Update(context.Background(), func(tx store.Tx) error {
		return errors.Join(tx.Outbox.Settle(ids[2], bot.FateSent, minute(5)), tx.Citizens.Merge("giorgi", "nino"))
	})
	if err != nil {
		t.Fatal(err)
	}
	claim("second news")
	err = s.View(context.Background(), func(tx store.Tx) error {
		c, _, err1 := tx.Citizens.Get("giorgi")
		qs, _, err2 := tx.Questions.Latest(store.Page{Limit: 5})
		if len(c.Contacts) != 2 || len(qs) != 1 || qs[0].Citizen != "giorgi" {
			t.Errorf("merged: contacts %+v, questions %+v", c.Contacts, qs)
		}
		return errors.Join(err1, err2)
	})
	if err != nil {
		t.Error(err)
	}
	checkFile(t, s)
}

func TestOpenFileOfFormat2(t *testing.T) {
	minute := func(m int) time.Time { return time.Date(2026, 3, 1, 9, m, 0, 0, time.UTC) }
	path := format2(t)
	for range 2 { // brought to this format, and then opened as one of it
		s := openTest(t, path, Options{})
		checkFile(t, s)
		err := s.View(context.Background(), func(tx store.Tx) error {
			own, err1 := tx.Questions.Of("nino", 5)
			waiting, err2 := tx.Questions.Waiting(bot.Scope{Villages: []string{"shroma"}}, 5)
			if len(own) != 2 || own[0].Text != "second" || own[1].Text != "first" || own[0].Group != own[0].ID || !reflect.DeepEqual(waiting, own) {
				t.Errorf("questions: %+v, waiting: %+v", own, waiting)
			}
			heads, err6 := tx.Questions.Heads(5) // that file's list has no words in it
			if len(heads) != 2 || heads[0] != (store.Head{ID: own[0].ID, Why: own[0].Why, Text: "second"}) {
				t.Errorf("heads: %+v", heads)
			}
			group, err3 := tx.Questions.Group(own[1].ID)
			held, err4 := tx.Mail.Of("giorgi", 5)
			depth, err5 := tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
			if len(group) != 1 || len(held) != 2 || depth != 1 {
				t.Errorf("group %+v, held %+v, depth %d", group, held, depth)
			}
			return errors.Join(err1, err2, err3, err4, err5, err6)
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}

	s := openTest(t, path, Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		n, err1 := tx.Mail.Prune(minute(7), 5)
		held, err2 := tx.Mail.Of("giorgi", 5)
		if n != 1 || len(held) != 1 || held[0].Message.Text != "new" {
			t.Errorf("%d dropped, held: %+v", n, held)
		}
		n, err3 := tx.Questions.Prune(minute(4), 5)
		own, err4 := tx.Questions.Of("nino", 5)
		if n != 1 || len(own) != 1 || own[0].Text != "second" {
			t.Errorf("%d dropped, questions: %+v", n, own)
		}
		return errors.Join(err1, err2, err3, err4, tx.Citizens.Forget("nino"), tx.Citizens.Forget("giorgi"))
	})
	if err != nil {
		t.Error(err)
	}
	checkFile(t, s)
}

// Either all of it is brought to this format, or nothing.
func TestFormat1ThatCannotBeRewritten(t *testing.T) {
	path := format1(t)
	edited(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte(outboxBucket)).Put(seqKey(1), []byte{0xff}) })
	if _, err := Open(path, Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Open gave %v", err)
	}
	edited(t, path, func(tx *bolt.Tx) error {
		if is, err := formatOf(tx.Bucket([]byte(metaBucket))); is != 1 || err != nil || tx.Bucket([]byte("outbox/address")) == nil {
			t.Errorf("the file is half of format %d (%v)", is, err)
		}
		return nil
	})
}

// Until format 3 the outbox was counted as one.
func TestOpenFileOfFormat3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	err := s.Update(context.Background(), putParcels(
		store.Parcel{To: bot.Address{Platform: "telegram", ID: "1"}, Message: bot.Outbound{Purpose: bot.PurposeReply}},
		store.Parcel{To: bot.Address{Platform: "telegram", ID: "1"}, Message: bot.Outbound{Purpose: bot.PurposeDigest}},
	))
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	edited(t, path, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(outboxDepthBucket))
		return errors.Join(
			tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), []byte("3")),
			deleteAll(b, [][]byte{[]byte(depthKey(store.Parcel{To: bot.Address{Platform: "telegram"}}))}),
			b.Put(textKey("telegram"), seqKey(2)),
		)
	})
	for range 2 {
		s = openTest(t, path, Options{})
		err := s.View(context.Background(), func(tx store.Tx) error {
			replies, err1 := tx.Outbox.Depth("telegram", bot.PurposeNotice)
			all, err2 := tx.Outbox.Depth("telegram", bot.PurposeAnnouncement)
			if replies != 1 || all != 2 {
				t.Errorf("counted %d replies, %d in all, want 1 and 2", replies, all)
			}
			return errors.Join(err1, err2)
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// Until format 4 whoever had filed a duplicate had joined the original, and read its words.
func TestOpenFileOfFormat4(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		return errors.Join(
			tx.Cases.Create(bot.Case{ID: "AAAAAA", Citizen: "ana", State: bot.CaseReceived}),
			tx.Cases.Create(bot.Case{ID: "BBBBBB", Citizen: "beso", State: bot.CaseDuplicate, Original: "AAAAAA"}),
			tx.Cases.Join("AAAAAA", "beso"), tx.Cases.Join("AAAAAA", "gela"),
		)
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte(caseRepeatBucket)), tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), []byte("4")))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, path, Options{})
	err = s.View(context.Background(), func(tx store.Tx) error {
		ds, err := tx.Cases.Duplicates("AAAAAA")
		parties, err2 := tx.Cases.Parties("AAAAAA")
		of, err3 := tx.Cases.Of("beso", 5)
		if len(ds) != 1 || ds[0].ID != "BBBBBB" || !reflect.DeepEqual(parties, []bot.CitizenID{"ana", "gela"}) || len(of) != 1 {
			t.Errorf("duplicates %v, parties %v, of beso %v", ds, parties, of)
		}
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Until format 6 the record had when somebody filed something.
func TestOpenFileOfFormat6(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := openTest(t, path, Options{})
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	err := s.Update(context.Background(), func(tx store.Tx) error {
		for i, e := range []bot.Exchange{{Said: "hello", Replies: []string{"yes?"}}, {Said: "/feedback", Intent: "feedback", Replies: []string{"what is it?"}}, {Intent: "feedback"},
			{Intent: "cases", Kind: bot.KindPress}, {Kind: bot.KindBlocked}, {Kind: bot.KindPerson, Replies: []string{"we come"}}} {
			e.Citizen, e.Village, e.At = "ana", "askana", at.Add(time.Duration(i)*time.Minute)
			if err := tx.Conversations.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), []byte("6")) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, path, Options{})
	err = s.View(context.Background(), func(tx store.Tx) error {
		for name, list := range map[string]func(store.Page) ([]bot.Exchange, string, error){"of ana": func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.Of("ana", p) },
			"of the village": func(p store.Page) ([]bot.Exchange, string, error) { return tx.Conversations.InVillage("askana", p) }, "of all": tx.Conversations.Latest} {
			es, _, err := list(store.Page{Limit: 10})
			if err != nil || len(es) != 3 || es[0].Kind != bot.KindPerson || es[1].Kind != bot.KindBlocked || es[2].Said != "hello" {
				t.Errorf("the record %s is %v, %v", name, es, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
