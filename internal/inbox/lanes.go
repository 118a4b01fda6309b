package inbox

import (
	"context"
	"slices"
	"sync"

	"ogpbot/bot"
)

// lanes lets one message of an address through at a time, in the order in which they came.
type lanes struct {
	mu   sync.Mutex
	held map[bot.Address]*lane
}

// lane is a queue of one address; it is gone when nobody is in it.
type lane struct{ waiting []chan struct{} }

// lock waits for the lane of a, or for the end of ctx. The returned function gives it to the next in line.
func (l *lanes) lock(ctx context.Context, a bot.Address) (unlock func(), err error) {
	l.mu.Lock()
	ln, busy := l.held[a]
	if !busy {
		l.held[a] = &lane{}
		l.mu.Unlock()
		return func() { l.next(a) }, nil
	}
	turn := make(chan struct{})
	ln.waiting = append(ln.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return func() { l.next(a) }, nil
	case <-ctx.Done():
		if !l.leave(a, turn) { // it was our turn just now: hand it on
			l.next(a)
		}
		return nil, context.Cause(ctx)
	}
}

// leave gives up a place in the queue; it reports whether turn was still waiting.
func (l *lanes) leave(a bot.Address, turn chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ln := l.held[a]
	at := slices.Index(ln.waiting, turn)
	if at >= 0 {
		ln.waiting = slices.Delete(ln.waiting, at, at+1)
	}
	return at >= 0
}

func (l *lanes) next(a bot.Address) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ln := l.held[a]
	if len(ln.waiting) == 0 {
		delete(l.held, a)
		return
	}
	close(ln.waiting[0])
	ln.waiting = ln.waiting[1:]
}
