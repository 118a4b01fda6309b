// Package inbox makes a delivered message a stored turn: once, and in order per citizen.
//
// Accept returns nil only when the message, the bot's replies and everything that the
// turn changed are on disk in one commit; the channel acknowledges the delivery after that.
// A delivery seen before is accepted again without effect. A panic in the dialogue becomes
// an apology and is logged, so that no message blocks the ones behind it.
//
// It imports bot and internal/store.
package inbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ogpbot/bot"
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
}

// Inbox takes messages. It is safe for concurrent use.
type Inbox struct {
	cfg   Config
	lanes lanes
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
	unlock, err := i.lanes.lock(ctx, in.From)
	if err != nil {
		return err
	}
	defer unlock()
	for try := 1; ; try++ {
		err := i.once(ctx, in)
		if !errors.Is(err, store.ErrConflict) || try == maxConflicts {
			return err
		}
	}
}

// once decides a turn from what is stored and commits it, unless the delivery was seen before.
func (i *Inbox) once(ctx context.Context, in bot.Inbound) error {
	var (
		seen  bool
		c     bot.Citizen
		state bot.State
		mail  []bot.Held
	)
	err := i.cfg.Store.View(ctx, func(tx store.Tx) (err error) {
		if seen, err = tx.Inbox.Seen(in.From.Platform, in.Ref); err != nil || seen {
			return err
		}
		if c, state, err = citizen(tx, in.From); err != nil || c.ID == "" || !acts(in.Kind) {
			return err
		}
		mail, err = tx.Mail.Of(c.ID, maxMail)
		return err
	})
	if err != nil || seen {
		return err
	}
	now := time.Now().UTC()
	if c.ID == "" {
		c = bot.Citizen{ID: bot.CitizenID(rand.Text()), Address: in.From, FirstSeen: now}
	}
	in.Waiting = len(mail) > 0
	turn := i.respond(c, state, in)
	if in.Waiting {
		mail = i.handOver(c, mail, &turn)
	}
	if err := i.cfg.Store.Update(ctx, func(tx store.Tx) error { return commit(tx, c, in, turn, mail, now) }); err != nil {
		return fmt.Errorf("inbox: store a turn: %w", err)
	}
	if len(turn.Replies) > 0 {
		i.cfg.Wake(in.From.Platform)
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
func (i *Inbox) respond(c bot.Citizen, s bot.State, in bot.Inbound) (turn bot.Turn) {
	b := i.cfg.Bot()
	defer func() {
		if v := recover(); v != nil {
			// The value may hold the citizen's words: its type and the stack are enough to mend it.
			i.cfg.Logger.Error("the dialogue panicked; the citizen got an apology", "message", in,
				"panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			turn = b.Apology(c, s, in)
		}
	}()
	return b.Respond(c, s, in)
}
