package outbox

import (
	"maps"
	"math"
	"time"

	"ogpbot/bot"
)

// pace is a token bucket, kept as the moment at which the bucket is full again.
type pace struct {
	every time.Duration // one token; 0: no limit
	burst int           // tokens in a full bucket
}

func newPace(perSecond float64, burst int) pace {
	if perSecond <= 0 {
		return pace{burst: burst}
	}
	return pace{every: time.Duration(math.Ceil(float64(time.Second) / perSecond)), burst: burst}
}

// ready gives when the bucket that is full again at full has a token.
func (p pace) ready(full time.Time) time.Time {
	return full.Add(-time.Duration(p.burst-1) * p.every)
}

// take gives when that bucket is full again once a token is taken at.
func (p pace) take(full, at time.Time) time.Time { return later(full, at).Add(p.every) }

// chatBurst is how many messages one citizen may get at once. Telegram: "avoid sending more than one message per
// second. We may allow short bursts that go over this limit" (core.telegram.org/bots/faq).
const chatBurst = 3

// chats paces each address by itself and forgets those whose bucket is full.
type chats struct {
	pace
	full    map[bot.Address]time.Time
	sweepAt int // addresses
}

const minSweep = 1024

func newChats(perSecond float64) chats {
	return chats{pace: newPace(perSecond, chatBurst), full: map[bot.Address]time.Time{}, sweepAt: minSweep}
}

func (c *chats) ready(a bot.Address) time.Time { return c.pace.ready(c.full[a]) }

func (c *chats) take(a bot.Address, at time.Time) {
	if c.every == 0 {
		return
	}
	c.full[a] = c.pace.take(c.full[a], at)
	if len(c.full) >= c.sweepAt {
		maps.DeleteFunc(c.full, func(_ bot.Address, full time.Time) bool { return !full.After(at) })
		c.sweepAt = max(minSweep, 2*len(c.full))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sooner is the earlier of a and b; the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// due tells whether at has come; the zero time never does.
func due(at, now time.Time) bool { return !at.IsZero() && !at.After(now) }
