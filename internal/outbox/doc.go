// Package outbox turns owed messages into sends: most urgent first, inside the platform's
// limits, and again when it is worth it. One Sender serves one channel.
//
// It imports bot, store and channel only.
//
// Guarantees: a message is sent at least once, or given up with a line in the log. Messages to
// one address go out in the order in which they were put, one at a time. No second holds more
// sends than the platform allows, from the very start (one more at most, when a timer is late).
// An idle Sender does nothing at all.
//
// Why:
//   - One goroutine owns every decision, so nothing is locked; sends and commits run beside it and report back.
//   - One commit runs at a time and carries everything that came together since the last: settlements and the
//     next claim. One message alone never waits for a timer, and many share an fsync.
//   - The pace starts empty and saves nothing up: the process before this one may just have sent a full second's worth.
//   - Retries have no jitter: they pass through the pace, which spreads them.
package outbox
