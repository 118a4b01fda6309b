package store

import (
	"log/slog"
	"time"
)

// Session is one browser in which somebody has signed in.
type Session struct {
	ID      string // given by the store; it opens nothing
	Login   string // Account.Login
	Stage   string // what is missing until it may do anything, "" if nothing is
	Browser string // in a few words, so that its owner knows it again
	Created time.Time
	Seen    time.Time
	Ends    time.Time
}

// LogValue keeps everything but the login out of every log.
func (s Session) LogValue() slog.Value { return slog.StringValue("session/" + s.Login) }

// Sessions holds who is signed in. The token that a browser shows is kept as a hash.
type Sessions interface {
	// Put keeps s under token, in place of what was there.
	Put(token string, s Session) error
	// Get finds one that has not ended at, else ErrNotFound.
	Get(token string, at time.Time) (Session, error)
	// Of lists those of an account, the newest first.
	Of(login string) ([]Session, error)
	// Drop ends one of an account. It is ErrNotFound if it is gone or another's.
	Drop(login, id string) error
	// Prune drops those that have ended at, and returns how many they were.
	Prune(at time.Time) (n int, err error)
}

// Secret is how an account proves who it is.
type Secret struct {
	Login     string // Account.Login
	Password  string // a salted hash, "" for none
	Temporary bool   // the password was given by somebody else and has to be changed
	TOTP      string // what the authenticator shares with us, in base 32, "" for none
	Offered   string // a TOTP that was not confirmed yet
	Step      uint64 // the last step of TOTP whose code was used
	Chat      bool   // codes sent to the account's own conversation are a second factor
}

// LogValue keeps everything but the login out of every log.
func (s Secret) LogValue() slog.Value { return slog.StringValue("secret/" + s.Login) }

// Secrets holds one Secret for each account that has one.
type Secrets interface {
	// Get is ErrNotFound if there is none.
	Get(login string) (Secret, error)
	// Put keeps s in place of the one before, which is to be read in the same transaction.
	Put(s Secret) error
}
