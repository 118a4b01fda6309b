// Package redact keeps tokens, addresses and citizens' words out of every log.
//
// It imports the standard library only.
//
// Guarantees, for a log that goes through Handler: no secret that it was told of appears, nor
// anything that looks like a token, an e-mail address, a phone number or a personal number; and
// no field of a value appears that was not logged by itself. A value that is no plain number,
// time, text, error or slog.LogValuer is shown as the name of its type.
//
// Why: a log line is written in a hurry, years apart, by many hands. Only the last step sees all
// of them, and a list of what may be shown is the only list that is ever complete. A Stringer that
// is a struct is not on it: a URL, an address or a buffer prints all it holds. What the package
// cannot see is words that were formatted into a text before it was logged.
package redact
