// Package bot is what the product does, without saying how: the words of the
// domain (Citizen, Commitment, Entry, Exchange, ...) and the dialogue that turns
// one message into replies and effects.
//
// It imports only the standard library, performs no I/O, reads no clock and draws
// no random number: time arrives in its arguments. Every other package may import it.
//
// Guarantee: Respond is deterministic. The same citizen, state and message give the
// same turn, so a turn may be repeated after a crash and replayed in a test.
package bot
