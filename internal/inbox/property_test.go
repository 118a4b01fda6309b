package inbox

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/cases"
	"ogpbot/internal/questions"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

// bureau is an Inbox with the real use cases, and what its people have done so far. Whoever writes decides the effects of
// their own turn.
type bureau struct {
	*Inbox
	t       *rapid.T
	ctx     context.Context
	store   store.Store
	cases   *cases.Service
	effects []bot.Effect // of the next turn
	lastRef int
	opened  []string            // IDs of cases
	words   map[string][]string // by address: what they wrote, each once
	gone    []string            // words of those who were forgotten
}

// desks are the accounts, by the address of their conversation.
var desks = map[string]bot.Account{
	"nino":   {Login: "nino", Role: bot.RoleVillage, Villages: []string{"tskaro"}},
	"vaso":   {Login: "vaso", Role: bot.RoleVillage, Villages: []string{"mta"}},
	"giorgi": {Login: "giorgi", Role: bot.RoleStaff},
	"eka":    {Login: "eka", Role: bot.RoleStaff, Integrity: true},
}

// homes are the people and where they live.
var homes = map[string]string{"ana": "tskaro", "beso": "tskaro", "gela": "mta", "maka": "vazi"}

func sorted[V any](m map[string]V) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestNothingIsLost does random things and looks after each whether all that must hold does: no case is lost, each step is
// one that may be taken, nobody reads what is outside their scope, nobody is told the same thing twice, and of those who
// were forgotten no word is left.
func TestNothingIsLost(t *testing.T) {
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	n := 0
	// Each has a store of its own; the seed that is printed is enough to do it again.
	if err := errors.Join(flag.Set("rapid.checks", "50"), flag.Set("rapid.nofailfile", "true")); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n++
		db, err := boltstore.Open(filepath.Join(folder, fmt.Sprint(n, ".db")), boltstore.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		defer db.Close()
		b := &bureau{t: rt, ctx: t.Context(), store: db, words: map[string][]string{}}
		b.build(lib)
		rt.Repeat(map[string]func(*rapid.T){
			"open": b.open,
			"add": func(t *rapid.T) {
				b.does(t, func(who string) bot.Effect { return bot.AddToCase{ID: b.any(t), Text: b.fresh(who, "more")} })
			},
			"join":   func(t *rapid.T) { b.does(t, func(string) bot.Effect { return bot.JoinCase{ID: b.any(t)} }) },
			"reopen": func(t *rapid.T) { b.does(t, func(string) bot.Effect { return bot.ReopenCase{ID: b.any(t)} }) },
			"move":   b.move,
			"ask":    b.ask,
			"answer": b.answer,
			"talk":   b.talk,
			"forget": b.forget,
			"settled": func(t *rapid.T) {
				if err := b.cases.AskSettled(b.ctx, time.Now().Add(8*24*time.Hour)); err != nil {
					t.Fatal(err)
				}
				b.sent(t)
			},
			"": b.check,
		})
	})
}

func (b *bureau) build(lib bot.Library) {
	windows := bot.Windows{"telegram": 0}
	log := slog.New(slog.DiscardHandler)
	b.cases = cases.New(cases.Config{Store: b.store, Library: func() bot.Library { return lib }, Windows: windows, Wake: func(bot.Platform) {}, Logger: log})
	alike := func(text string, others []string) (int, bool) {
		i := slices.IndexFunc(others, func(o string) bool { return o[0] == text[0] })
		return max(i, 0), i >= 0
	}
	var all []bot.Intent
	for _, name := range []string{bot.IntentAsk, bot.IntentEmergency, bot.IntentHelp, bot.IntentMail, bot.IntentMedia, bot.IntentPerson, bot.IntentReach, bot.IntentVillage} {
		all = append(all, bot.Intent{Name: name, Handle: func(a bot.Ask) bot.Turn {
			t := a.Reply(bot.Outbound{Text: "ok"})
			t.Effects = b.effects
			return t
		}})
	}
	dialogue, err := bot.New(echo{}, finder{}, all...)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Inbox = New(Config{Store: b.store, Bot: func() *bot.Bot { return dialogue }, Wake: func(bot.Platform) {}, Windows: windows, Logger: log,
		Broadcasts: &broadcasts{}, Cases: b.cases,
		Questions: questions.New(questions.Config{Library: func() bot.Library { return lib }, Windows: windows, Alike: alike, Logger: log})})
	for _, login := range sorted(desks) {
		id := b.says(b.t, login)
		b.update(b.t, func(tx store.Tx) error {
			a := desks[login]
			a.Citizen = id
			return tx.Accounts.Put(a)
		})
	}
}

func (b *bureau) update(t *rapid.T, fn func(store.Tx) error) {
	if err := b.store.Update(b.ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// view looks at what is stored. What fn finds wrong is its error: a store takes a panic for one of its own.
func (b *bureau) view(t *rapid.T, fn func(store.Tx) error) {
	if err := b.store.View(b.ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// says has somebody write, with effects, and gives who they are then; "" if nobody is known any more.
func (b *bureau) says(t *rapid.T, who string, effects ...bot.Effect) (id bot.CitizenID) {
	b.lastRef++
	if home, ok := homes[who]; ok {
		effects = append([]bot.Effect{bot.SetVillage{Village: home}}, effects...)
	}
	b.effects = effects
	text := fmt.Sprintf("said%dby%s", b.lastRef, who)
	if _, ok := homes[who]; ok {
		b.words[who] = append(b.words[who], text)
	}
	in := bot.Inbound{Ref: fmt.Sprint(b.lastRef), From: bot.Address{Platform: "telegram", ID: who}, At: time.Now().Add(time.Duration(b.lastRef) * time.Hour), Text: text}
	if err := b.Accept(b.ctx, in); err != nil {
		t.Fatal(err)
	}
	b.view(t, func(tx store.Tx) (err error) {
		if id, err = tx.Citizens.ByAddress(in.From); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return id
}

// does has one of the people do something.
func (b *bureau) does(t *rapid.T, what func(who string) bot.Effect) {
	who := rapid.SampledFrom(sorted(homes)).Draw(t, "who")
	b.says(t, who, what(who))
	b.sent(t)
}

// fresh makes words that nobody has written before.
func (b *bureau) fresh(who, begin string) string {
	text := fmt.Sprintf("%s word%dby%s", begin, b.lastRef, who)
	b.words[who] = append(b.words[who], text)
	return text
}

func (b *bureau) any(t *rapid.T) string {
	return rapid.SampledFrom(append([]string{"NOSUCH"}, b.opened...)).Draw(t, "case")
}

func (b *bureau) open(t *rapid.T) {
	who := rapid.SampledFrom(sorted(homes)).Draw(t, "who")
	c := bot.Case{
		ID: fmt.Sprintf("C%05d", len(b.opened)), Kind: rapid.SampledFrom(bot.CaseKinds).Draw(t, "kind"), Village: homes[who], Text: b.fresh(who, "c"),
		Anonymous: rapid.Bool().Draw(t, "anonymous"), Relay: rapid.Bool().Draw(t, "relay"), Language: "en",
	}
	if c.Kind == bot.CaseCommitment {
		c.Commitment = "bridge" // without a score: each is one of its own
	}
	b.opened = append(b.opened, c.ID)
	b.says(t, who, bot.OpenCase{Case: c})
	b.sent(t)
}

func (b *bureau) move(t *rapid.T) {
	m := bot.MoveCase{ID: b.any(t), To: rapid.SampledFrom([]bot.CaseState{bot.CaseReceived, bot.CaseSeen, bot.CaseWorking, bot.CaseAnswered, bot.CaseDone, bot.CaseDeclined, bot.CaseDuplicate}).Draw(t, "to")}
	if rapid.Bool().Draw(t, "reason") {
		m.Reason = fmt.Sprint("reason", b.lastRef)
	}
	if m.To == bot.CaseDuplicate {
		m.Original = b.any(t)
	}
	b.says(t, rapid.SampledFrom(sorted(desks)).Draw(t, "by"), m)
	b.sent(t)
}

func (b *bureau) ask(t *rapid.T) {
	who := rapid.SampledFrom(sorted(homes)).Draw(t, "who")
	why := rapid.SampledFrom([]bot.Why{bot.WhyUnknown, bot.WhyWrong, bot.WhyEmergency}).Draw(t, "why")
	b.says(t, who, bot.KeepQuestion{Text: b.fresh(who, rapid.SampledFrom([]string{"x", "y"}).Draw(t, "matter")), Why: why})
	b.sent(t)
}

func (b *bureau) answer(t *rapid.T) {
	var groups []string
	b.view(t, func(tx store.Tx) error {
		groups = []string{"0"}
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 50})
		for _, q := range qs {
			groups = append(groups, q.Group)
		}
		return err
	})
	e := bot.AnswerQuestion{Group: rapid.SampledFrom(groups).Draw(t, "group"), Text: fmt.Sprint("answer", b.lastRef)}
	b.says(t, rapid.SampledFrom(sorted(desks)).Draw(t, "by"), e)
	b.sent(t)
}

// talk is a step of a conversation with a person.
func (b *bureau) talk(t *rapid.T) {
	who := rapid.SampledFrom(sorted(homes)).Draw(t, "who")
	by := rapid.SampledFrom(sorted(desks)).Draw(t, "by")
	id := bot.CitizenID("nobody")
	b.view(t, func(tx store.Tx) error {
		found, err := tx.Citizens.ByAddress(bot.Address{Platform: "telegram", ID: who})
		if err == nil {
			id = found
		}
		return nil
	})
	switch rapid.IntRange(0, 3).Draw(t, "step") {
	case 0:
		b.says(t, who, bot.Talk{Text: b.fresh(who, "t")})
	case 1:
		b.says(t, by, bot.SayTo{Citizen: id, Text: fmt.Sprint("said", b.lastRef)})
	case 2:
		b.says(t, by, bot.EndTalk{Citizen: id})
	case 3:
		b.says(t, who, bot.EndTalk{})
	}
	b.sent(t)
}

func (b *bureau) forget(t *rapid.T) {
	who := rapid.SampledFrom(sorted(homes)).Draw(t, "who")
	if id := b.says(t, who, bot.Forget{}); id != "" {
		t.Fatalf("%s is known after they were forgotten", who)
	}
	b.gone = append(b.gone, b.words[who]...)
	b.words[who] = nil
	b.sent(t)
}

// sent takes what is owed. In one step nobody gets the same words twice, and only those who may read a case get its card.
func (b *bureau) sent(t *rapid.T) {
	var ps []store.Parcel
	b.update(t, func(tx store.Tx) (err error) {
		ps, err = tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, time.Now().Add(time.Hour), time.Minute, 500)
		for more := ps; len(more) > 0 && err == nil; { // one at a time to each address
			for _, p := range more {
				err = errors.Join(err, tx.Outbox.Settle(p.ID, bot.FateSent, time.Now()))
			}
			if more, err = tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, time.Now().Add(time.Hour), time.Minute, 500); len(more) > 0 {
				ps = append(ps, more...)
			}
		}
		return err
	})
	seen := map[string]bool{}
	for _, p := range ps {
		key := string(p.Citizen) + " " + p.To.ID + " " + p.Message.Words()
		if seen[key] && p.Message.Text != "ok" { // the replies to those who only said who they are
			t.Fatalf("%s was told twice: %q", p.To.ID, p.Message.Words())
		}
		seen[key] = true
		if p.Message.Purpose == bot.PurposePerson { // the same answer, to whichever question
			answer := string(p.Citizen) + " " + p.Message.Text[strings.LastIndex(p.Message.Text, "\n")+1:]
			if seen[answer] {
				t.Fatalf("%s was told %q twice", p.To.ID, answer)
			}
			seen[answer] = true
		}
		id, isCase := strings.CutPrefix(p.Message.About, "case:")
		if a, isDesk := desks[p.To.ID]; isCase && isDesk {
			b.view(t, func(tx store.Tx) error {
				if _, err := tx.Cases.Get(id, a.Scope()); err != nil {
					return fmt.Errorf("%s got a card of the case %s: %w", p.To.ID, id, err)
				}
				return nil
			})
		}
		for _, w := range b.gone {
			if strings.Contains(p.Message.Words(), w) {
				t.Fatalf("%q was said by somebody who was forgotten", w)
			}
		}
	}
}

// check looks whether all is well.
func (b *bureau) check(t *rapid.T) {
	var kept []string
	b.view(t, func(tx store.Tx) error {
		kept = nil
		every := bot.Scope{All: true, Integrity: true}
		for _, id := range b.opened {
			c, err := tx.Cases.Get(id, every)
			if err != nil {
				return fmt.Errorf("the case %s is lost: %w", id, err)
			}
			kept = append(kept, c.Text)
			events, err := tx.Cases.Events(id)
			if err != nil {
				return err
			}
			state := bot.CaseReceived
			for _, e := range events[1:] {
				kept = append(kept, e.Text)
				if e.From != state {
					return fmt.Errorf("the history of %s has a gap: %v, then from %s", id, state, e.From)
				}
				if _, ok := (bot.Case{State: e.From}).Move(e.To, "why", time.Now()); !ok && e.From != e.To {
					return fmt.Errorf("%s went from %s to %s", id, e.From, e.To)
				}
				state = e.To
			}
			if c.State != state {
				return fmt.Errorf("%s is %s, its history ends with %s", id, c.State, state)
			}
			if told := c.State == bot.CaseDone || c.State == bot.CaseDeclined || c.State == bot.CaseAnswered; told && c.Reason == "" && c.Citizen != "" {
				return fmt.Errorf("%s is %s without a reason", id, c.State)
			}
			for _, login := range sorted(desks) {
				scope := desks[login].Scope()
				_, err := tx.Cases.Get(id, scope)
				if (err == nil) != scope.Sees(c) {
					return fmt.Errorf("%s and the case %s in %q: %v", login, id, c.Village, err)
				}
			}
		}
		for _, login := range sorted(desks) {
			scope := desks[login].Scope()
			cs, _, err := tx.Cases.List(scope, store.CaseQuery{}, store.Page{Limit: 500})
			if err != nil {
				return err
			}
			for _, c := range cs {
				if !scope.Sees(c) {
					return fmt.Errorf("%s is shown the case %s", login, c.ID)
				}
			}
			w, err := b.cfg.Questions.Waiting(tx, desks[login], time.Now())
			if err != nil {
				return err
			}
			for _, q := range w.Questions {
				kept = append(kept, q.Text)
			}
			for _, c := range w.Cases {
				if !scope.Sees(c) {
					return fmt.Errorf("the case %s waits for %s", c.ID, login)
				}
			}
		}
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 500})
		for _, q := range qs {
			kept = append(kept, q.Text, q.Reply)
		}
		es, _, err2 := tx.Conversations.Latest(store.Page{Limit: 500})
		for _, e := range es {
			kept = append(kept, e.Said)
			kept = append(kept, e.Replies...)
		}
		return errors.Join(err, err2)
	})
	all := strings.Join(kept, "\n")
	for _, w := range b.gone {
		if strings.Contains(all, w) {
			t.Fatalf("%q is kept, though whoever said it was forgotten", w)
		}
	}
}
