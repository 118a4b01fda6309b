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
	ErrScope    = errors.New("outside the account's scope")
	ErrFull     = errors.New("the disk is full") // what was stored before is safe, and reading goes on
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
	// ErrFull is the error if there is no room for it: whoever gets that should ask less often, each try may be costly.
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
	Consents      Consents
	Progress      Progress
	Broadcasts    Broadcasts
	Accounts      Accounts
	Trail         Trail
	Codes         Codes
	Sessions      Sessions
	Secrets       Secrets
	Runs          Runs
	Pictures      Pictures
	Cases         Cases
	Threads       Threads
	Contents      Contents
	Health        Health
	Counts        Counts
}

// Citizens holds people and where their dialogue stands.
type Citizens interface {
	// Get returns ErrNotFound if there is none.
	Get(id bot.CitizenID) (bot.Citizen, bot.State, error)
	// ByAddress returns ErrNotFound if nobody has it.
	ByAddress(a bot.Address) (bot.CitizenID, error)
	// Put stores c and s. c.Version must be the version read (0 for a new citizen), else ErrConflict;
	// it is one higher in the store afterwards. An address that belongs to another citizen is ErrConflict; one that
	// c had and has no more is free.
	Put(c bot.Citizen, s bot.State) error
	// Merge makes everything of from into's: contacts, exchanges, questions, held mail, owed messages and their fates, in
	// one transaction. What both have once (language, village, ...) is as into had it; into is as Put left it before, and
	// its version one higher. from is gone, and what was on its way to them (claimed parcels and deliveries, mail to be
	// held, recipients to be owed) counts as into's. Proof of consent stays as it was given; codes of from are good no more;
	// an account that from was linked to is linked to into, unless into has one. Cases that from filed or joined are into's, and
	// what a message to from was about is kept. ErrNotFound if either is not there.
	Merge(into, from bot.CitizenID) error
	// Forget deletes everything that is kept about a citizen: contacts, state, exchanges, held mail, owed messages and their
	// fates, codes, threads, marks of deliveries that are named after an address ("<address>/..."), the link with an account.
	// What counts stays without a word of theirs or a way to reach them: questions and cases (kind, village, commitment,
	// score, states and times), recipients' fates and villages; what is still owed to a recipient is unreachable. Of a case that they only
	// joined, the words of all events that are by no account go: nobody knows which were theirs. A group of questions waits
	// on while somebody else is in it. What was on its way to them meanwhile (parcels to be put, mail to be held, recipients
	// to be owed) is not kept. Proof of consent stays. ErrNotFound if they are not there.
	Forget(id bot.CitizenID) error
	// Subscribed lists citizens who agreed to be sent news (Citizen.Consented), at most limit, in a fixed order, those
	// after the cursor after ("": from the first); next is "" at the end. With villages it lists those who live in one of
	// them, without any everybody. ErrScope if scope does not allow that; then it lists nobody.
	Subscribed(scope bot.Scope, villages []string, after string, limit int) (cs []bot.Citizen, next string, err error)
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
	// Only what is of From or later, and of before Until; zero: whatever is there.
	From, Until time.Time
}

// Conversations holds what was said. Lists are newest first by At, and of one moment the last added first;
// next is "" on the last page.
type Conversations interface {
	Append(e bot.Exchange) error
	Of(id bot.CitizenID, p Page) (es []bot.Exchange, next string, err error)
	// InVillage lists exchanges of citizens whose village was v at the time; "" lists those with none.
	InVillage(v string, p Page) (es []bot.Exchange, next string, err error)
	Latest(p Page) (es []bot.Exchange, next string, err error)
	// In lists exchanges of scope (bot.Scope.Allows of their village).
	In(scope bot.Scope, p Page) (es []bot.Exchange, next string, err error)
	// Search lists exchanges of scope (bot.Scope.Allows of their village) in which the citizen said all the words, in any order,
	// script and inflection that the store was opened to know. Without a word it lists nothing.
	Search(scope bot.Scope, words string, p Page) (es []bot.Exchange, next string, err error)
	// Drop drops those of a citizen's latest exchanges that fits chooses; it looks at so many.
	Drop(of bot.CitizenID, latest int, fits func(bot.Exchange) bool) error
	// Count counts those of a platform from a time on and before another, at most limit. It reads all that are between.
	Count(p bot.Platform, from, before time.Time, limit int) (int, error)
	// Prune drops those before a time, the oldest first, at most limit, and returns how many they were. Fates of parcels
	// that were settled before may go, too.
	Prune(before time.Time, limit int) (n int, err error)
}

// Questions holds what waits for a person. Lists are ordered as those of Conversations.
type Questions interface {
	// Add stores q under a new ID and returns it. Without a Group, q is the first of a new one.
	Add(q bot.Question) (id string, err error)
	Get(id string) (bot.Question, error)
	// Put replaces the one with q.ID; citizen, village and time stay as they were, and no Group is its own. ErrNotFound if it
	// is not there.
	Put(q bot.Question) error
	InVillage(v string, p Page) (qs []bot.Question, next string, err error)
	Latest(p Page) (qs []bot.Question, next string, err error)
	// Group lists those of a group (Question.Group), oldest first.
	Group(group string) ([]bot.Question, error)
	// Waiting lists those that came first of their group and are not answered, of scope (bot.Scope.Allows of their
	// village), newest first, at most limit.
	Waiting(scope bot.Scope, limit int) ([]bot.Question, error)
	// Heads lists what is compared with each question that comes: Waiting of everybody, in brief.
	Heads(limit int) ([]Head, error)
	// Of lists a citizen's, newest first, at most limit.
	Of(id bot.CitizenID, limit int) ([]bot.Question, error)
	// Prune is as that of Conversations. If the first of a group goes, the next one of it is the first.
	Prune(before time.Time, limit int) (n int, err error)
}

// Head is the question that came first of its group, in brief.
type Head struct {
	ID   string
	Why  bot.Why
	Text string // empty if it was forgotten
}

// Mail holds what could not be sent to a citizen until they write.
type Mail interface {
	// Hold keeps h for a citizen, after what is held for them already, under a new ID.
	Hold(id bot.CitizenID, h bot.Held) error
	// Of gives the oldest messages that are held for a citizen, the oldest first, at most limit.
	Of(id bot.CitizenID, limit int) ([]bot.Held, error)
	// Drop removes one. It is ErrNotFound if it is gone or held for another citizen.
	Drop(id bot.CitizenID, held string) error
	// Depth counts what is held for everybody.
	Depth() (int, error)
	// Prune is as that of Conversations.
	Prune(before time.Time, limit int) (n int, err error)
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

// Outbox holds parcels until they are settled, and what became of them.
//
// Parcels of one purpose to one address are handed out in the order of their Put, one at a time: the next
// becomes claimable when the one before is settled for good, even across restarts and retries. What is less urgent never
// holds up what is more.
type Outbox interface {
	// Put keeps ps and returns their IDs.
	Put(ps ...Parcel) (ids []string, err error)
	// Claim hands out at most limit due parcels of platform whose purpose is at most upTo (counted as bot.Purpose), by
	// Purpose, then Due, then order of Put, and hides each until now+lease; a parcel that is not settled by then is handed
	// out again. A store that knows that the process which claimed a parcel is gone may end its lease at once.
	Claim(platform bot.Platform, upTo bot.Purpose, now time.Time, lease time.Duration, limit int) ([]Parcel, error)
	// Settle removes a claimed parcel and keeps its fate. Retry returns it for another attempt at due. Release does the
	// same for one that was not tried: its claim does not count as an attempt. All are ErrNotFound for a parcel that is gone.
	Settle(id string, fate bot.Fate, at time.Time) error
	Retry(id string, due time.Time) error
	Release(id string, due time.Time) error
	// Hasten has parcels of platform that are not claimed fall due at to if they would later, those that were tried before only
	// if they would after latest, and returns how many: their times are those of a clock that was ahead.
	Hasten(platform bot.Platform, latest, to time.Time) (n int, err error)
	// Next returns when Claim will next have a parcel of platform of a purpose at most upTo: when the earliest falls due (a claimed one:
	// when its lease ends) among those that are first of their purpose at their address. ok is false when there is none.
	Next(platform bot.Platform, upTo bot.Purpose) (due time.Time, ok bool, err error)
	// Depth counts the parcels of platform that are not settled, of a purpose at most upTo.
	Depth(platform bot.Platform, upTo bot.Purpose) (int, error)
	// SetFate changes the fate of a citizen's settled parcel, such as from held to later. It is ErrNotFound for another's.
	SetFate(of bot.CitizenID, id string, fate bot.Fate, at time.Time) error
	// Sent lists what became of a citizen's parcels, the last that was put first, at most limit.
	Sent(of bot.CitizenID, limit int) ([]bot.Sending, error)
	// Fates lists what became of a citizen's parcels, by ID; those that are not settled are left out.
	Fates(of bot.CitizenID, ids []string) (map[string]bot.Sending, error)
}

// Consents is the proof of who agreed to be sent news. It outlives everything else about a citizen.
type Consents interface {
	Append(c bot.Consent) error
	// Of lists those of a citizen, oldest first.
	Of(id bot.CitizenID) ([]bot.Consent, error)
}

// Progress is the history of commitments and milestones.
type Progress interface {
	// Append keeps c under the next number and returns it.
	Append(c bot.Change) (no uint64, err error)
	// Since lists changes with a number above no, oldest first, at most limit.
	Since(no uint64, limit int) ([]bot.Change, error)
	// Of lists those of one commitment and its milestones, oldest first.
	Of(commitment string) ([]bot.Change, error)
	// Last is the highest number, 0 if there is none.
	Last() (uint64, error)
}

// Delivery is one broadcast on its way to one citizen.
type Delivery struct {
	bot.Recipient
	Broadcast string // ID
}

// Broadcasts holds announcements, whom they are owed to, and what became of each.
//
// A delivery is handed out at most once: from Claim on its fate is unconfirmed, whatever happens to the process, until
// Settle or Release says otherwise.
type Broadcasts interface {
	// Create keeps b, which needs an ID of its own (else ErrConflict) and Version 0; ErrScope if by does not allow its villages.
	Create(b bot.Broadcast, by bot.Scope) error
	// Get is ErrNotFound for one that is not there, and ErrScope for one outside scope.
	Get(id string, scope bot.Scope) (bot.Broadcast, error)
	// Put replaces b. b.Version must be the version read, else ErrConflict; it is one higher afterwards.
	Put(b bot.Broadcast) error
	// InVillage lists the broadcasts to a village and to the whole municipality, and Latest all, newest first by Created,
	// as the lists of Conversations are.
	InVillage(v string, p Page) (bs []bot.Broadcast, next string, err error)
	Latest(p Page) (bs []bot.Broadcast, next string, err error)
	// Open lists those that are scheduled or are being sent, paused ones included, oldest first.
	Open() ([]bot.Broadcast, error)
	// Owe adds recipients. A citizen who is a recipient already is left as they are. ErrNotFound if there is no such broadcast.
	Owe(id string, rs ...bot.Recipient) error
	// Claim hands out at most limit deliveries over platform of broadcasts that are being sent, of urgent ones or of the
	// others, if At has come, the oldest broadcast first.
	Claim(platform bot.Platform, urgent bool, now time.Time, limit int) ([]Delivery, error)
	// Settle says what became of a claimed delivery; ref is the platform's identifier of the message, "" if there is none.
	// Release gives one back that surely was not sent. Both are ErrNotFound for a delivery that was not claimed.
	Settle(d Delivery, fate bot.Fate, ref string, at time.Time) error
	Release(d Delivery) error
	// SetFate changes the fate of a settled delivery, such as from held to later. It is ErrNotFound for one that is not settled.
	SetFate(id string, of bot.CitizenID, fate bot.Fate, at time.Time) error
	// Again owes the broadcast once more to everybody whose fate is unconfirmed, and returns how many they are. What is
	// being sent at the moment is among them.
	Again(id string) (int, error)
	// Report counts recipients by fate.
	Report(id string) (bot.Report, error)
	// Of lists what a citizen was owed, the newest broadcast first, at most limit.
	Of(id bot.CitizenID, limit int) ([]bot.Received, error)
	// Prune drops recipients of broadcasts that were created before a time and are sent no more, those of the oldest first, at
	// most limit, and returns how many they were. Report and Reach go on counting them.
	Prune(before time.Time, limit int) (n int, err error)
	// Reach is Report by village (Recipient.Village) and platform, without a walk over the recipients. Those who were forgotten
	// are counted where they were.
	Reach(id string) ([]bot.Reached, error)
	// Recipients lists those of one fate, at most limit, after a cursor; Replaces is the message that they got.
	Recipients(id string, fate bot.Fate, after string, limit int) (rs []bot.Recipient, next string, err error)
}

// Accounts holds those who work for the municipality.
type Accounts interface {
	// Get is ErrNotFound if there is none.
	Get(login string) (bot.Account, error)
	// ByCitizen finds the account that a citizen is linked to, else ErrNotFound.
	ByCitizen(id bot.CitizenID) (bot.Account, error)
	// Put stores a. a.Version must be the version read (0 for a new one), else ErrConflict; it is one higher afterwards.
	// A citizen that is linked to another account is taken from it.
	Put(a bot.Account) error
	// All lists them by login.
	All() ([]bot.Account, error)
}

// Trail is the audit trail. It only grows, until it is pruned.
type Trail interface {
	Append(a bot.Audit) error
	Latest(p Page) (as []bot.Audit, next string, err error)
	// Prune is as that of Conversations.
	Prune(before time.Time, limit int) (n int, err error)
}

// Codes holds codes until they are used or too old. They are kept as a hash.
type Codes interface {
	// Put makes c good. Earlier ones of its kind for the same citizen or account are gone; what ran out before at too.
	// A secret that is good for somebody else is ErrConflict: draw another.
	Put(c bot.Code, at time.Time) error
	// Get finds one that is good at, else ErrNotFound. Secret is as it was given.
	Get(kind bot.CodeKind, secret string, at time.Time) (bot.Code, error)
	// Use is Get, and the code is good no more.
	Use(kind bot.CodeKind, secret string, at time.Time) (bot.Code, error)
}

// Runs remembers for each scheduled job the last slot that was run.
type Runs interface {
	// Last is the zero time if there is none.
	Last(job string) (time.Time, error)
	SetLast(job string, slot time.Time) error
}

// Pictures holds pictures that are sent to many, and how each platform calls them.
type Pictures interface {
	// Put keeps png. If it is another picture than the one of that name before, no platform has got it yet.
	Put(name string, png []byte, at time.Time) error
	// Get is ErrNotFound if there is none.
	Get(name string) (png []byte, err error)
	// Ref is "" if the platform has not got it yet.
	Ref(name string, p bot.Platform) (string, error)
	SetRef(name string, p bot.Platform, ref string) error
	// Drop deletes one; one that is not there is no mistake.
	Drop(name string) error
	// Prune drops those put before.
	Prune(before time.Time) (n int, err error)
}
