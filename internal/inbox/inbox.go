// Package inbox makes a delivered message a stored turn: once, and in order per citizen.
//
// Accept returns nil only when the message, the bot's replies and everything that the
// turn changed are on disk in one commit; the channel acknowledges the delivery after that.
// A delivery seen before is accepted again without effect. A panic in the dialogue becomes
// an apology and is logged, so that no message blocks the ones behind it.
//
// It imports bot, internal/store and internal/notice.
package inbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

// maxConflicts is how often a turn is decided again because another process changed the citizen meanwhile.
const maxConflicts = 5

// Config is what an Inbox needs.
type Config struct {
	Store  store.Store
	Bot    func() *bot.Bot      // the current one; content may be exchanged while running
	Wake   func(p bot.Platform) // told after a commit that owes p a message
	Logger *slog.Logger
	// Windows are those of the platforms in use: news reaches citizens over them only.
	Windows    bot.Windows
	Broadcasts Broadcasts
	Cases      Cases
	Questions  Questions
	// Forgot is told, before the receipt goes out, of each address of somebody who was forgotten; nil: nobody is.
	Forgot func(a bot.Address)
	// Counted is told of each turn that was stored, before its replies are sent, and how long that took since Accept; nil: nobody is.
	Counted func(p bot.Platform, t bot.Turn, took time.Duration)
}

// Broadcasts starts and steers announcements within the transaction of a turn. Package broadcast implements it.
type Broadcasts interface {
	// Start keeps b for by. What by may not do is an error.
	Start(tx store.Tx, b bot.Broadcast, by bot.Account, now time.Time) error
	Steer(tx store.Tx, id string, act bot.BroadcastAct, by bot.Account, now time.Time) error
	// Wake is called after the commit.
	Wake()
}

// Cases opens and moves cases within the transaction of a turn. Package cases implements it. What is not as the turn found
// it is an error that wraps store.ErrConflict, store.ErrNotFound or store.ErrScope: then the turn is decided again.
type Cases interface {
	Open(tx store.Tx, c bot.Case, now time.Time) error
	Add(tx store.Tx, id string, citizen bot.CitizenID, text string, now time.Time) error
	Join(tx store.Tx, id string, citizen bot.Citizen, now time.Time) error
	Reopen(tx store.Tx, id string, citizen bot.CitizenID, now time.Time) error
	Move(tx store.Tx, m bot.MoveCase, by bot.Account, now time.Time) error
}

// Questions keeps and answers questions, and passes conversations between a citizen and a person, within the transaction
// of a turn. Package questions implements it. Its errors are as those of Cases.
type Questions interface {
	Ask(tx store.Tx, q bot.Question, now time.Time) error
	// Filed notes that a case was filed, whose text its author may have asked as a question before.
	Filed(tx store.Tx, c bot.Case, now time.Time) error
	Answer(tx store.Tx, group, text string, by bot.Account, now time.Time) error
	Talk(tx store.Tx, c bot.Citizen, text string, now time.Time) error
	// SayTo and EndTalk change citizens that the caller has read and stores. by nil is the citizen.
	SayTo(tx store.Tx, to *bot.Citizen, state *bot.State, text string, by bot.Account, now time.Time) error
	EndTalk(tx store.Tx, of *bot.Citizen, by *bot.Account, now time.Time) error
	// Group finds a group of scope that waits for an answer, else store.ErrNotFound.
	Group(tx store.Tx, id string, scope bot.Scope) (bot.QuestionGroup, error)
	Waiting(tx store.Tx, a bot.Account, now time.Time) (bot.Waiting, error)
	// Conversation finds that of a citizen who asked for a person, else store.ErrNotFound.
	Conversation(tx store.Tx, of bot.CitizenID, by bot.Account, now time.Time) (bot.Conversation, error)
}

// Inbox takes messages. It is safe for concurrent use.
type Inbox struct {
	cfg     Config
	lanes   lanes
	pace    pace
	guesses guesses
}

// New returns an Inbox.
func New(cfg Config) *Inbox { return &Inbox{cfg: cfg, lanes: lanes{held: map[bot.Address]*lane{}}} }

// Accept takes messages durably, in order. It implements channel.Accept.
func (i *Inbox) Accept(ctx context.Context, ins ...bot.Inbound) error {
	for _, in := range ins {
		if err := i.accept(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

func (i *Inbox) accept(ctx context.Context, in bot.Inbound) error {
	if in.Ref == "" || in.From.ID == "" {
		return errors.New("inbox: a message without a reference or a sender cannot be taken")
	}
	t := delivery{in: in, began: time.Now()}
	unlock, err := i.lanes.lock(ctx, in.From)
	if err != nil {
		return err
	}
	defer unlock()
	for t.try = 1; ; t.try++ {
		// From a generator that cannot be guessed (math/rand/v2: ChaCha8, seeded by the system). What was drawn from the one
		// before may have been taken by somebody else.
		t.in.Random = mrand.Uint64()
		err := i.once(ctx, &t)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) || t.try > maxConflicts {
			if t.counted { // it is delivered again
				i.pace.takeBack(in.From)
			}
			return err
		}
	}
}

// once decides a turn from what is stored and commits it, unless the delivery was seen before. The last try is an apology,
// so that a message which always conflicts does not block the ones behind it.
func (i *Inbox) once(ctx context.Context, last *delivery) error {
	t := delivery{in: last.in, began: last.began, try: last.try, pace: last.pace, now: time.Now().UTC()}
	in := t.in
	seen := false
	err := i.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if seen, err = tx.Inbox.Seen(in.From.Platform, in.Ref); err != nil || seen {
			return err
		}
		if t.try == 1 {
			t.pace = i.pace.count(in, t.now)
			last.pace, last.counted = t.pace, true
		}
		return i.decide(tx, &t)
	})
	if err != nil || seen || t.dropped {
		return err
	}
	if err := i.cfg.Store.Update(ctx, func(tx store.Tx) error { return i.commit(tx, t) }); err != nil {
		return fmt.Errorf("inbox: store a turn: %w", err)
	}
	if i.cfg.Counted != nil {
		i.cfg.Counted(in.From.Platform, t.turn, time.Since(t.began))
	}
	if i.cfg.Forgot != nil && forgets(t.turn.Effects) {
		for _, contact := range t.citizen.Contacts {
			i.cfg.Forgot(contact.Address)
		}
	}
	if len(t.turn.Replies) > 0 {
		i.cfg.Wake(in.From.Platform)
	}
	if slices.ContainsFunc(t.turn.Effects, func(e bot.Effect) bool { _, wrong := e.(bot.CountWrongCode); return wrong }) {
		i.guesses.note(in.From, t.now)
	}
	if steers(t.turn.Effects) {
		i.cfg.Broadcasts.Wake()
	}
	if tells(t.turn.Effects) {
		for p := range i.cfg.Windows {
			i.cfg.Wake(p)
		}
	}
	return nil
}

// forgets tells whether effects delete everything about the writer.
func forgets(effects []bot.Effect) bool {
	return slices.ContainsFunc(effects, func(e bot.Effect) bool { _, ok := e.(bot.Forget); return ok })
}

// delivery is one message on its way to become a stored turn.
type delivery struct {
	in      bot.Inbound
	began   time.Time // when Accept took it
	now     time.Time
	day     bot.Day // of now
	citizen bot.Citizen
	turn    bot.Turn
	mail    []bot.Held // that is handed over with it
	stale   []bot.Held // announcements that were stopped while they waited, and cards of who is no colleague any more: they are dropped

	try       int // 1: the first
	pace      verdict
	counted   bool // in pace
	dropped   bool // nothing is kept of it
	forgotten bool // the citizen is gone
}

// decide finds out from one snapshot who wrote, what waited for them, and what the bot says.
func (i *Inbox) decide(tx store.Tx, t *delivery) error {
	var state bot.State
	var err error
	if t.citizen, state, err = citizen(tx, t.in.From); err != nil {
		return err
	}
	if t.citizen.ID == "" {
		t.citizen = bot.Citizen{ID: bot.CitizenID(rand.Text()), Contacts: []bot.Contact{{Address: t.in.From}}, FirstSeen: t.now}
	} else if acts(t.in.Kind) {
		if err = i.waiting(tx, t); err != nil {
			return err
		}
	}
	t.in.Waiting = len(t.mail) > 0
	asked := t.citizen
	if since, locked := i.guesses.locked(t.in.From, t.now); locked {
		asked.WrongCodes, asked.WrongSince = max(asked.WrongCodes, bot.MaxWrongCodes), since
	}
	r := &records{tx: tx, now: t.now, windows: i.cfg.Windows, questions: i.cfg.Questions}
	t.turn = i.respond(asked, state, t.in, r)
	if r.err != nil {
		return fmt.Errorf("inbox: look something up for a turn: %w", r.err)
	}
	if t.try > maxConflicts {
		i.cfg.Logger.Error("a turn could not be stored because something was always changed meanwhile; the citizen got an apology", "intent", t.turn.Intent)
		t.turn = i.cfg.Bot().Apology(t.citizen, state, t.in)
	}
	i.restrain(t, state)
	if t.in.Waiting {
		t.mail = i.handOver(t.citizen, t.mail, &t.turn)
	}
	return nil
}

// waiting looks for what is held for the citizen, and fills in the words of broadcasts.
func (i *Inbox) waiting(tx store.Tx, t *delivery) error {
	all, err := tx.Mail.Of(t.citizen.ID, maxMail)
	if err != nil {
		return err
	}
	for _, h := range all {
		if t.citizen.Consented.IsZero() && (h.Broadcast != "" || h.Message.Purpose == bot.PurposeDigest) { // they said stop since
			t.stale = append(t.stale, h)
			continue
		}
		if h.Broadcast != "" {
			b, err := tx.Broadcasts.Get(h.Broadcast, bot.Scope{All: true})
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("inbox: find a broadcast that waited: %w", err)
			}
			if err != nil || b.State == bot.BroadcastStopped {
				t.stale = append(t.stale, h)
				continue
			}
			h.Message = b.Message(t.citizen.Language, i.cfg.Bot().Library().Place().Languages...)
		}
		stale, err := notice.Stale(tx, t.citizen.ID, h.Message)
		if err != nil {
			return err
		}
		if stale {
			t.stale = append(t.stale, h)
			continue
		}
		t.mail = append(t.mail, h)
	}
	return nil
}

// maxMail is how much held mail is looked at: the count that the citizen is told stops here.
const maxMail = 50

// acts tells whether a message is something that the citizen did in the conversation, which opens their platform's window.
func acts(k bot.Kind) bool {
	return k != bot.KindBlocked && k != bot.KindUnblocked && k != bot.KindPerson
}

// handOver puts what waited for the citizen before the turn's replies, and gives the part of the mail that is in it.
func (i *Inbox) handOver(c bot.Citizen, mail []bot.Held, turn *bot.Turn) []bot.Held {
	message, shown := i.cfg.Bot().Mail(c, mail)
	if len(turn.Next.Offered) == 0 {
		turn.Next.Offered = message.Buttons
	}
	turn.Replies = append([]bot.Outbound{message}, turn.Replies...)
	return mail[:shown]
}

// citizen finds who has the address; the zero Citizen if nobody has it yet.
func citizen(tx store.Tx, a bot.Address) (bot.Citizen, bot.State, error) {
	id, err := tx.Citizens.ByAddress(a)
	if errors.Is(err, store.ErrNotFound) {
		return bot.Citizen{}, bot.State{}, nil
	}
	if err != nil {
		return bot.Citizen{}, bot.State{}, err
	}
	return tx.Citizens.Get(id)
}

// respond decides the turn; a panic becomes an apology.
func (i *Inbox) respond(c bot.Citizen, s bot.State, in bot.Inbound, r bot.Records) (turn bot.Turn) {
	b := i.cfg.Bot()
	defer func() {
		if v := recover(); v != nil {
			// The value may hold the citizen's words: its type and the stack are enough to mend it.
			i.cfg.Logger.Error("the dialogue panicked; the citizen got an apology", "message", in,
				"panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			turn = b.Apology(c, s, in)
		}
	}()
	return b.Respond(c, s, in, r)
}
