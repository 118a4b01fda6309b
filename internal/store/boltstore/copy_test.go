package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// townFile makes a database in which every list that Check compares holds something.
func townFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "town.db")
	s := openTest(t, path, Options{})
	c := townCitizen(1)
	err := s.Update(context.Background(), func(tx store.Tx) error {
		now := benchStart
		for n := range 50 {
			c := townCitizen(n)
			if err := errors.Join(tx.Citizens.Put(c, townState()), tx.Conversations.Append(townExchange(c, now)),
				putParcels(store.Parcel{To: c.Contacts[0].Address, Due: now})(tx)); err != nil {
				return err
			}
		}
		subscriber := townCitizen(5000)
		subscriber.Consented = now
		_, errAsked := tx.Questions.Add(bot.Question{Citizen: c.ID, Village: "a", Text: "?", At: now})
		_, errChanged := tx.Progress.Append(bot.Change{Commitment: "c", At: now})
		rated := bot.Case{ID: "C1", Citizen: c.ID, Kind: bot.CaseIdea, Village: "a", Commitment: "c", Score: 3, State: bot.CaseDone, Created: now, Updated: now}
		live, errLive := tx.Contents.Append(bot.Edit{State: bot.EditLive, Entry: bot.Entry{ID: "a"}, At: now}, 0)
		_, errAgain := tx.Contents.Append(bot.Edit{State: bot.EditLive, Entry: bot.Entry{ID: "a"}, At: now}, live)
		_, errDraft := tx.Contents.Append(bot.Edit{State: bot.EditDraft, Entry: bot.Entry{ID: "b"}, At: now}, 0)
		return errors.Join(errAsked, errChanged, errLive, errAgain, errDraft,
			tx.Citizens.Put(subscriber, bot.State{}),
			tx.Mail.Hold(c.ID, bot.Held{At: now, Message: bot.Outbound{Text: "held"}}),
			tx.Accounts.Put(bot.Account{Login: "nino", Role: bot.RoleVillage, Villages: []string{"a"}, Citizen: c.ID}),
			tx.Codes.Put(bot.Code{Kind: bot.CodeStaff, Secret: "s", Login: "nino", Until: now.Add(time.Hour)}, now),
			tx.Sessions.Put("token", store.Session{Login: "nino", Ends: now.Add(time.Hour)}),
			tx.Cases.Create(rated),
			tx.Cases.Join("C1", townCitizen(2).ID),
			tx.Broadcasts.Create(bot.Broadcast{ID: "b", State: bot.BroadcastSending, Created: now, Villages: []string{"a"}}, bot.Scope{All: true}),
			tx.Broadcasts.Owe("b", bot.Recipient{Citizen: c.ID, Address: c.Contacts[0].Address}),
			tx.Trail.Append(bot.Audit{At: now, Login: "nino", Act: "look"}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := claimOne(s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func claimOne(s *Store) (ps []store.Parcel, err error) {
	err = s.Update(context.Background(), func(tx store.Tx) error {
		ps, err = tx.Outbox.Claim("telegram", 255, benchStart.Add(time.Hour), time.Hour, 1)
		return err
	})
	return ps, err
}

func checked(t *testing.T, path string) Report {
	t.Helper()
	r, err := Check(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckOfASoundFile(t *testing.T) {
	path := townFile(t)
	r := checked(t, path)
	if len(r.Faults) > 0 || !r.Current || r.Format != format || r.Entries < 300 || !r.Copied.IsZero() {
		t.Errorf("%+v", r)
	}
	if err := CheckPages(path); err != nil {
		t.Error(err)
	}
}

// Whatever is taken out of a list, or put into it, is found.
func TestCheckFindsWhatIsBroken(t *testing.T) {
	good := townFile(t)
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	faults := func(change func(*bolt.Tx) error) []Fault {
		t.Helper()
		path := filepath.Join(t.TempDir(), "broken.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		edited(t, path, change)
		return checked(t, path).Faults
	}
	referring := []string{
		citizenBucket, addressBucket, subscribedBucket, exchangeTimeBucket, exchangeVillageBucket,
		questionBucket, questionTimeBucket, questionVillageBucket, questionCitizenBucket, questionGroupBucket, questionWaitingBucket,
		outboxBucket, outboxQueueBucket, outboxReadyBucket, outboxDepthBucket,
		mailBucket, mailTimeBucket, progressBucket, progressCommitmentBucket,
		contentBucket, contentEntryBucket, contentLiveBucket, contentDraftBucket,
		broadcastBucket, broadcastTimeBucket, broadcastVillageBucket, broadcastOpenBucket, recipientBucket, owedBucket,
		accountBucket, accountCitizenBucket, codeBucket, codeOwnerBucket, sessionBucket, sessionLoginBucket,
		caseBucket, caseTimeBucket, caseVillageBucket, caseCitizenBucket, caseDoneBucket, caseClosedBucket, caseRatedBucket, caseJoinedBucket,
	}
	for _, bucket := range referring {
		t.Run(bucket+" lacks one", func(t *testing.T) {
			if len(faults(func(tx *bolt.Tx) error {
				c := tx.Bucket([]byte(bucket)).Cursor()
				if k, _ := c.Last(); k == nil {
					return fmt.Errorf("%s is empty: nothing can be taken out", bucket)
				}
				return c.Delete()
			})) == 0 {
				t.Error("it was not found")
			}
		})
		t.Run(bucket+" has one more", func(t *testing.T) {
			if bucket == outboxDepthBucket {
				t.Skip("a number of nothing is none")
			}
			if len(faults(func(tx *bolt.Tx) error {
				b := tx.Bucket([]byte(bucket))
				k, v := b.Cursor().Last()
				more := bytes.Clone(k)
				more[len(more)-1] ^= 1 // of the same form
				return b.Put(more, bytes.Clone(v))
			})) == 0 {
				t.Error("it was not found")
			}
		})
	}
	for _, bucket := range []string{outboxFateBucket, consentBucket, secretBucket, trailBucket, caseEventBucket, threadBucket, pictureBucket, outboxLeasedBucket} {
		t.Run(bucket+" makes no sense", func(t *testing.T) {
			fs := faults(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Put(seqKey(1<<40), []byte{0xff}) })
			if !slices.ContainsFunc(fs, func(f Fault) bool { return f.List == bucket && f.Count > 0 && f.What != "" }) {
				t.Errorf("found: %v", fs)
			}
		})
	}
}

func TestCopyHoldsEverything(t *testing.T) {
	path := townFile(t)
	before := checked(t, path)
	to := filepath.Join(t.TempDir(), "copy.db")
	var last, all int64
	r, err := Copy(t.Context(), path, to, func(done, of int64) {
		if done < last || done > of {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last, all = done, of
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Entries != before.Entries || r.Lists != before.Lists || r.Copied.IsZero() || len(r.Faults) > 0 {
		t.Errorf("the copy: %+v, the database: %+v", r, before)
	}
	if last != all || all == 0 {
		t.Errorf("the progress ended at %d of %d", last, all)
	}
	if info, err := os.Stat(to); err != nil || info.Mode() != 0o600 {
		t.Errorf("the copy: %v, %v", info.Mode(), err)
	}
	if _, err := Copy(t.Context(), path, to, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	if n := checked(t, to).Entries; n != r.Entries {
		t.Errorf("the file that was there has %d entries now", n)
	}

	s := openTest(t, to, Options{}) // it is a database as any other
	if err := errors.Join(s.Update(t.Context(), func(tx store.Tx) error { return tx.Runs.SetLast("job", benchStart) }), s.Close()); err != nil {
		t.Fatal(err)
	}
	if r := checked(t, to); !r.Copied.IsZero() || len(r.Faults) > 0 {
		t.Errorf("after it was used: %+v", r)
	}
}

// One flipped bit anywhere in what a copy holds is found.
func TestCopyWithAFlippedBit(t *testing.T) {
	path := townFile(t)
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := Copy(t.Context(), path, to, nil); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	words := []byte("როდის დაიწყება")
	for n, at := 0, 0; n < 30; n++ {
		found := bytes.Index(good[at:], words)
		if found < 0 {
			t.Fatalf("the copy has the words %d times", n)
		}
		at += found + len(words)
		flipped := bytes.Clone(good)
		flipped[at-1-n%len(words)] ^= 1 << (n % 8)
		if err := os.WriteFile(to, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(t.Context(), to, nil); !errors.Is(err, store.ErrDamaged) || Damage(err) == "" {
			t.Errorf("bit %d: %v", n, err)
		}
	}
	random := rand.New(rand.NewPCG(7, 7))
	for range 100 { // it may be in nothing
		flipped := bytes.Clone(good)
		flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
		if err := os.WriteFile(to, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Check(t.Context(), to, nil); err != nil && !errors.Is(err, store.ErrDamaged) || err == nil && len(r.Faults) > 0 {
			t.Errorf("%v, %+v", err, r)
		}
	}
}

func TestCopyOfADamagedFile(t *testing.T) {
	content := sample(t)
	clear(content[len(content)/2 : len(content)/2+3*os.Getpagesize()])
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
	if err := os.WriteFile(from, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(t.Context(), from, to, nil); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Copy gave %v", err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}

func TestCopyThatIsStopped(t *testing.T) {
	from, to := townFile(t), filepath.Join(t.TempDir(), "to.db")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Copy(ctx, from, to, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Copy gave %v", err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}

// A snapshot is of one moment, whatever is written meanwhile.
func TestSnapshotWhileOthersWrite(t *testing.T) {
	s := openNew(t, Options{})
	for n := range 20 {
		if err := s.Update(t.Context(), say(fmt.Sprint(n, strings.Repeat("ა", 10_000)))); err != nil {
			t.Fatal(err)
		}
	}
	var snapshot bytes.Buffer
	size := int64(0)
	err := s.Snapshot(t.Context(), func(n int64) {
		size = n
		for range 20 { // after it began
			if err := s.Update(t.Context(), say("later")); err != nil {
				t.Error(err)
			}
		}
	}, &snapshot)
	if err != nil || int64(snapshot.Len()) != size {
		t.Fatalf("%d of %d bytes: %v", snapshot.Len(), size, err)
	}
	dir := t.TempDir()
	raw, to := filepath.Join(dir, "raw"), filepath.Join(dir, "copy.db")
	if err := os.WriteFile(raw, snapshot.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(t.Context(), raw, to, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(said(t, openTest(t, to, Options{}))); n != 20 {
		t.Errorf("the copy has %d messages, want the 20 from before it began", n)
	}
}
