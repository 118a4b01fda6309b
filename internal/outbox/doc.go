// Package outbox turns owed messages into sends: most urgent first, inside the platform's
// limits, and again when it is worth it. One Sender serves one channel.
//
// It imports bot, store and channel only.
//
// What is owed waits in four lanes, the most urgent first: replies (with a person's words and case notices), urgent
// broadcasts, digests (every other parcel of store.Outbox), other broadcasts. Each lane has a budget of its own for what
// is claimed and what is on its way, and all share the pace.
//
// Guarantees:
//   - A message of store.Outbox is sent at least once, or given up or held with its fate written down. Those of one purpose
//     to one address go out in the order in which they were put, one at a time.
//   - A part of a broadcast is sent at most once. One that may have arrived, or that a crash caught between claim and
//     settlement, stays unconfirmed; one that surely did not is given back. What waits claimed is as much as goes in 250 ms.
//   - What is less urgent never holds up what is more: a reply takes the next turn.
//   - No second holds more sends than the platform allows, from the very start (one more at most, when a timer is late; a
//     message that took several of the platform's is paid for afterwards).
//   - In quiet time only replies, a person's words and urgent broadcasts go.
//   - A broadcast that was paused or stopped sends nothing more after half a second.
//   - A platform that does not answer is left alone after 8 messages, and tried with one at a time; a part of a broadcast is
//     not risked by that where a typing sign can go before it.
//   - An idle Sender does nothing at all.
//
// Why:
//   - One goroutine owns every decision, so nothing is locked; sends and commits run beside it and report back.
//   - One commit runs at a time and carries everything that came together since the last: settlements and the
//     next claims. One message alone never waits for a timer, and many share an fsync.
//   - Lanes have budgets because a store hands out claims in one go: a broadcast that filled the only budget with slow
//     sends would leave no room for a reply. For the same reason digests are claimed only when no reply is due.
//   - What waited too long while others went before it is given back: its lease would end, or its broadcast be paused.
//   - The pace starts empty and saves nothing up: the process before this one may just have sent a full second's worth.
//   - Retries have no jitter: they pass through the pace, which spreads them.
//   - A picture goes up with one message while others wait for the name that it gets: uploading it with each takes longer
//     than everything else, and only the platform can give the name.
package outbox
