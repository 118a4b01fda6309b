package inbox

import (
	"slices"
	"sync"
	"time"

	"ogpbot/bot"
)

// verdict says what becomes of a message of somebody who writes a lot.
type verdict uint8

const (
	fits    verdict = iota
	warned          // the first that is too much in a minute
	ignored         // another
)

// pace counts the messages of each address in a minute. The zero value is ready. What it knows is lost with the process,
// which does no harm.
type pace struct {
	mu     sync.Mutex
	counts map[bot.Address]count
	swept  time.Time
}

type count struct {
	since time.Time
	n     int
}

// count counts a message, by the time that the platform states: what waited while we were not there came slowly.
func (p *pace) count(in bot.Inbound, now time.Time) verdict {
	at := in.At
	if at.IsZero() {
		at = now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.counts == nil || now.Sub(p.swept) > time.Minute {
		p.sweep(now)
	}
	c := p.counts[in.From]
	if since := at.Sub(c.since); since >= time.Minute || since <= -time.Minute {
		c = count{since: at}
	}
	c.n++
	p.counts[in.From] = c
	switch {
	case c.n <= bot.MaxMessages:
		return fits
	case c.n == bot.MaxMessages+1:
		return warned
	}
	return ignored
}

// takeBack uncounts a message that could not be stored: the platform delivers it again.
func (p *pace) takeBack(from bot.Address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.counts[from]; c.n > 0 {
		c.n--
		p.counts[from] = c
	}
}

// sweep forgets who has been quiet.
func (p *pace) sweep(now time.Time) {
	kept := map[bot.Address]count{}
	for a, c := range p.counts {
		if now.Sub(c.since) < time.Minute {
			kept[a] = c
		}
	}
	p.counts, p.swept = kept, now
}

// ownData are the intents that show and delete what is kept about somebody.
var ownData = []string{"forget", "mydata"}

// restrain keeps the bot from answering somebody who writes too much, or who is barred: of the one nothing is kept but a
// word of ours, of the other what they say. Danger to life is answered always, and nothing keeps anybody from being sent
// nothing more, or who is barred from seeing or deleting what is kept about them.
func (i *Inbox) restrain(t *delivery, s bot.State) {
	urgent := !acts(t.in.Kind) || t.turn.Intent == bot.IntentEmergency || slices.ContainsFunc(t.turn.Effects, func(e bot.Effect) bool {
		consent, ok := e.(bot.SetConsent)
		return ok && !consent.Given
	})
	switch {
	case urgent:
		return
	case t.citizen.Barred != "" && !slices.Contains(ownData, t.turn.Intent):
		t.turn = bot.Turn{Intent: "barred", Words: t.turn.Words, Private: t.turn.Private || bot.Confided(s), Next: s}
	case t.pace == warned:
		t.turn = i.cfg.Bot().Slower(t.citizen, s, t.in)
	case t.pace == ignored:
		t.dropped = true
	case t.citizen.Barred == "":
		return
	}
	t.mail, t.stale, t.in.Waiting = nil, nil, false
}
