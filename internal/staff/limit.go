package staff

import (
	"sync"
	"time"
)

// How often who may try to sign in, within limitTime.
const (
	limitTime     = 15 * time.Minute
	perLogin      = 5
	perAddress    = 30
	maxRemembered = 50_000 // keys; about 150 bytes each
)

// limiter counts tries by key, in memory: whoever starts the program anew forgives.
type limiter struct {
	mu    sync.Mutex
	tries map[string][]time.Time
}

// take counts one more try of key at now, unless there were most of them within limitTime.
func (l *limiter) take(key string, most int, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tries) >= maxRemembered {
		l.makeRoom(now)
	}
	recent := since(l.tries[key], now.Add(-limitTime))
	if len(recent) >= most {
		return false
	}
	l.tries[key] = append(recent, now)
	return true
}

// forget forgives what key has tried.
func (l *limiter) forget(keys ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		delete(l.tries, key)
	}
}

// makeRoom drops who has not tried lately, and some others if that is too little.
func (l *limiter) makeRoom(now time.Time) {
	for key, tries := range l.tries {
		if len(since(tries, now.Add(-limitTime))) == 0 {
			delete(l.tries, key)
		}
	}
	for key := range l.tries {
		if len(l.tries) < maxRemembered*9/10 {
			return
		}
		delete(l.tries, key)
	}
}

func since(tries []time.Time, start time.Time) []time.Time {
	for len(tries) > 0 && !tries[0].After(start) {
		tries = tries[1:]
	}
	return tries
}
