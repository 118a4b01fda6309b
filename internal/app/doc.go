// Package app wires the program: New builds everything from a config.Config, Run runs it
// until its context ends. The commands and the end-to-end tests use the same App, so what
// is tested is what runs. It may import every package but cmd.
//
// Guarantees: New touches no network. Run returns only when nothing of it runs any more,
// within 10 seconds of the end of its context; what was acknowledged to a platform by then
// is on disk, and what is owed to a citizen stays in the outbox for the next start. While
// it runs, administrative commands reach it over a socket in the data folder, which only
// the user that runs it can use; at any other time they run the same code on their own.
package app
