// Package store says what the product keeps, and keeps nothing itself.
//
// Each implementation is a subpackage and must pass storetest.Run; what is not tested
// there may not be relied on. Use cases take the roles they need from Tx. The package
// imports bot only.
package store

import (
	"context"
	"errors"
	"time"

	"ogpbot/bot"
)

// Errors that every implementation returns, wrapped with context.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("changed by someone else") // the writer read an older version
	ErrClosed   = errors.New("store is closed")
)

// Errors of opening a store. Each message is for the person who started the program.
var (
	ErrLocked  = errors.New("the database is in use by another ogpbot")
	ErrNewer   = errors.New("the database was written by a newer ogpbot")
	ErrDamaged = errors.New("the database is damaged")
)

// Store opens transactions. It is safe for concurrent use.
type Store interface {
	// View runs fn against one consistent snapshot. Views never wait for an Update, nor Updates for a View.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn and commits durably what it wrote, or nothing if fn returns an error or panics (a panic
	// comes back as an error); it returns once the commit is on disk. Updates take effect one after the other,
	// though concurrent ones may share one commit. fn may be run more than once, must not open another
	// transaction, and must not touch anything outside Tx.
	// A ctx that has ended before fn starts stops it; once fn has run, Update waits for the commit.
	Update(ctx context.Context, fn func(Tx) error) error
	// Close waits for open transactions. Later calls return ErrClosed.
	Close() error
}

// Tx is one transaction, by role. It must not be used after fn has returned; the values it returned may.
// Times are kept in UTC, at least to the microsecond. An empty slice or map may come back as nil.
type Tx struct {
	Citizens      Citizens
	Inbox         Inbox
	Conversations Conversations
	Questions     Questions
	Outbox        Outbox
	Mail          Mail
}

// Citizens holds people and where their dialogue stands.
type Citizens interface {
	// Get returns ErrNotFound if there is none.
	Get(id bot.CitizenID) (bot.Citizen, bot.State, error)
	// ByAddress returns ErrNotFound if nobody has it.
	ByAddress(a bot.Address) (bot.CitizenID, error)
	// Put stores c and s. c.Version must be the version read (0 for a new citizen), else ErrConflict;
	// it is one higher in the store afterwards. An address that belongs to another citizen is ErrConflict.
	Put(c bot.Citizen, s bot.State) error
}

// Inbox remembers which deliveries were taken, so that a second one is ignored.
type Inbox interface {
	Seen(p bot.Platform, ref string) (bool, error)
	// Mark notes that ref was taken at. A second Mark of one ref is ErrConflict.
	Mark(p bot.Platform, ref string, at time.Time) error
	// Prune drops marks of whole UTC days before the day of before, and returns how many days' worth it dropped.
	// Telegram redelivers for 24 h, Messenger for 36 h.
	Prune(before time.Time) (days int, err error)
}

// Page asks for one page of a list, newest first.
type Page struct {
	After string // cursor returned with the page before; "" for the first page, another is an error
	Limit int    // 1 to 500, another is an error
}

// Conversations holds what was said. Lists are newest first by At, and of one moment the last added first;
// next is "" on the last page.
type Conversations interface {
	Append(e bot.Exchange) error
	Of(id bot.CitizenID, p Page) (es []bot.Exchange, next string, err error)
	// InVillage lists exchanges of citizens whose village was v at the time; "" lists those with none.
	InVillage(v string, p Page) (es []bot.Exchange, next string, err error)
	Latest(p Page) (es []bot.Exchange, next string, err error)
}

// Questions holds what waits for a person. Lists are ordered as those of Conversations.
type Questions interface {
	// Add stores q under a new ID and returns it.
	Add(q bot.Question) (id string, err error)
	Get(id string) (bot.Question, error)
	InVillage(v string, p Page) (qs []bot.Question, next string, err error)
	Latest(p Page) (qs []bot.Question, next string, err error)
}

// Mail holds what could not be sent to a citizen until they write.
type Mail interface {
	// Hold keeps m for a citizen, after what is held for them already.
	Hold(id bot.CitizenID, m bot.Outbound, at time.Time) error
	// Of gives the oldest messages that are held for a citizen, the oldest first, at most limit.
	Of(id bot.CitizenID, limit int) ([]bot.Held, error)
	// Drop removes one. It is ErrNotFound if it is gone or held for another citizen.
	Drop(id bot.CitizenID, held string) error
}

// Parcel is one message owed to one citizen.
type Parcel struct {
	ID       string // given by Put; opaque
	To       bot.Address
	Citizen  bot.CitizenID
	Message  bot.Outbound
	Due      time.Time // UTC, not before; Claim returns since when it was due
	Attempts int       // claims so far, this one included, without those that were released
}

// Outbox holds parcels until they are settled.
//
// Parcels to one address are handed out in the order of their Put, one at a time: the next
// becomes claimable when the one before is settled for good, even across restarts and retries.
type Outbox interface {
	Put(ps ...Parcel) error
	// Claim hands out at most limit due parcels of platform, by Purpose, then Due, then order of Put, and hides
	// each until now+lease; a parcel that is not settled by then is handed out again. A store that knows that the
	// process which claimed a parcel is gone may end its lease at once.
	Claim(platform bot.Platform, now time.Time, lease time.Duration, limit int) ([]Parcel, error)
	// Settle removes a claimed parcel. Retry returns it for another attempt at due. Release does the same for one
	// that was not tried: its claim does not count as an attempt. All are ErrNotFound for a parcel that is gone.
	Settle(id string) error
	Retry(id string, due time.Time) error
	Release(id string, due time.Time) error
	// Next returns when Claim will next have a parcel of platform: when the earliest falls due (a claimed one:
	// when its lease ends) among those that are first at their address. ok is false when there is none.
	Next(platform bot.Platform) (due time.Time, ok bool, err error)
	// Depth counts the parcels of platform that are not settled.
	Depth(platform bot.Platform) (int, error)
}
