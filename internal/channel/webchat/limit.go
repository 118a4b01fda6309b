package webchat

import (
	"sync"
	"time"
)

// maxBuckets bounds the memory of one kind of limit: about 100 bytes each.
const maxBuckets = 20_000

// buckets is a token bucket for each of many keys. A key that is not held has a full one.
type buckets struct {
	rate Rate
	mu   sync.Mutex
	held map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newBuckets(r Rate) *buckets { return &buckets{rate: r, held: map[string]bucket{}} }

// take takes one token of key's, or says how long it takes until there is one.
func (b *buckets) take(key string, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x, ok := b.held[key]
	if !ok {
		if len(b.held) >= maxBuckets {
			b.makeRoom(now)
		}
		x = bucket{float64(b.rate.Burst), now}
	}
	x = bucket{b.tokens(x, now), now}
	if x.tokens < 1 {
		wait = time.Duration((1 - x.tokens) / b.rate.PerSecond * float64(time.Second))
	} else {
		x.tokens--
	}
	b.held[key] = x
	return wait
}

func (b *buckets) tokens(x bucket, now time.Time) float64 {
	return min(float64(b.rate.Burst), x.tokens+max(0, now.Sub(x.at).Seconds())*b.rate.PerSecond)
}

// makeRoom drops the full buckets, which changes nothing, and if that is too little some others: an attacker with very
// many addresses is then limited less, and nobody else is shut out.
func (b *buckets) makeRoom(now time.Time) {
	for key, x := range b.held {
		if b.tokens(x, now) >= float64(b.rate.Burst) {
			delete(b.held, key)
		}
	}
	for key := range b.held {
		if len(b.held) < maxBuckets*9/10 {
			return
		}
		delete(b.held, key)
	}
}
