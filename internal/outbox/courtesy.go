package outbox

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"ogpbot/bot"
)

const (
	typeAfter   = time.Second            // an answer that takes longer is announced by a typing sign,
	typeBefore  = 300 * time.Millisecond // if the sign would be seen for so long,
	typeUntil   = time.Minute            // and somebody may still be looking
	typeTimeout = 5 * time.Second
	maxUnnamed  = 3 // uploads of a picture that the platform gives no name, until its words go without it
)

// announce shows citizens whose answer cannot go within a second that it is being written, once.
func (l *loop) announce(now time.Time) {
	if l.typer == nil || l.Status().State != Running {
		return
	}
	for i, w := range l.waiting {
		if w.Message.Purpose != bot.PurposeReply {
			return // what follows is less urgent
		}
		turn := later(l.turnOf(w), l.full.Add(time.Duration(i)*l.all.every))
		if l.typed[w.ID] || turn.Sub(w.Due) <= typeAfter || turn.Sub(now) < typeBefore || now.Sub(w.Due) > typeUntil {
			continue
		}
		l.typed[w.ID] = true
		go func() { _ = l.typing(l.ctx, w.To) }() // a courtesy
	}
}

// typing shows a typing sign. A panic is an error like any other.
func (s *Sender) typing(ctx context.Context, to bot.Address) (err error) {
	ctx, cancel := context.WithTimeout(ctx, typeTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the channel panicked with a %T", v)
			s.log.Error("a typing sign panicked: this is a mistake in the program", "error", err, "stack", string(debug.Stack()))
		}
	}()
	return s.typer.Typing(ctx, to)
}

// attach decides how the picture of a parcel goes: by the name that the platform gave it, or its bytes. While these are on
// their way, others with the picture wait for its name.
func (l *loop) attach(p *parcel) {
	picture := p.Message.Media.Picture
	switch ref := l.known[picture]; {
	case p.picture == nil:
	case ref != "":
		l.name(p, ref)
	case l.unnamed[picture] >= maxUnnamed:
		p.picture = nil
	default:
		l.upload[picture] = true
	}
}

// name has the picture of a parcel sent by the name that the platform gave it.
func (l *loop) name(p *parcel, ref string) {
	p.Message.Media.Platform, p.Message.Media.Ref, p.picture = l.channel.Platform(), ref, nil
}

// uploaded notes how the upload of a parcel's picture ended, and returns the name that it got.
func (l *loop) uploaded(r landing) (ref string) {
	picture := r.parcel.Message.Media.Picture
	delete(l.upload, picture)
	if r.err != nil {
		return ""
	}
	if r.receipt.Media == "" {
		l.unnamed[picture]++
		return ""
	}
	l.known[picture] = r.receipt.Media
	return r.receipt.Media
}

// stored notes that the store knows the name of a picture. What was claimed before is told; what comes finds it there.
func (l *loop) stored(picture, ref string) {
	for _, w := range l.waiting {
		if w.picture != nil && w.Message.Media.Picture == picture {
			l.name(w.parcel, ref)
		}
	}
	delete(l.known, picture)
}
